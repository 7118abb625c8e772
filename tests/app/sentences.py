"""Which pieces of text give away the other language."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

UTILS = Path(__file__).resolve().parents[2] / "utils"
SHORTEST = 14  # characters; shorter pieces, such as names, may be the same in both


def sentences(lang: str) -> dict[str, str]:
    """All texts of a language, by key."""

    def walk(table: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
        for name, value in table.items():
            yield from walk(value, f"{path}{name}.") if isinstance(value, dict) else [(path + name, value)]

    return dict(walk(tomllib.loads((UTILS / f"texts_{lang}.toml").read_text(encoding="utf-8")), ""))


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
