"""No sentence of one language on a page in the other."""

import pytest

from tests.app.reading import HOME, PAGES, show, specification, words
from tests.app.sentences import foreign


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
