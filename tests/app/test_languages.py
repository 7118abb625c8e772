"""No sentence of one language on a page in the other."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.app.reading import HOME, PAGES, ROOT, show, specification, words

SHORTEST = 14  # characters; shorter pieces, such as names, may be the same in both


def sentences(lang: str) -> dict[str, str]:
    """All texts of a language, by key."""

    def walk(table: dict, path: str) -> Iterator[tuple[str, str]]:
        for name, value in table.items():
            yield from walk(value, f"{path}{name}.") if isinstance(value, dict) else [(path + name, value)]

    return dict(walk(tomllib.loads((ROOT / f"utils/texts_{lang}.toml").read_text(encoding="utf-8")), ""))


def foreign(lang: str) -> set[str]:
    """Pieces of the other language's sentences that no sentence of this one holds."""
    own, other = sentences(lang), sentences({"nl": "en", "en": "nl"}[lang])
    all_own = "\n".join(own.values())
    pieces = {
        piece.strip()
        for key, sentence in other.items()
        if sentence != own[key]
        for piece in re.split(r"\{\w+\}|\n|\*\*", sentence)
    }
    return {piece for piece in pieces if len(piece) >= SHORTEST and piece not in all_own}


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("gebied", ["NL", "GM0995", "BV09950001"])
def test_no_sentence_of_the_other_language(page, gebied, lang):
    app = show(page, gebied=gebied, taal=lang, straal="99")
    said = words(app)
    if page == HOME:
        spec = specification(app)
        said += "\n".join(map(str, [spec["texts"], spec["dots"]]))
    assert len(app.warning) == 1  # so that a notice is among what is read
    assert [piece for piece in foreign(lang) if piece in said] == []


def test_the_search_for_foreign_pieces_finds_them():
    said = words(show(HOME, taal="nl"))
    assert any(piece in said for piece in foreign("en"))
