"""The letters of pictures: how wide a text is in Source Sans, where its lines break, the font inside an SVG.

The font comes from its package, never from the computer, so that a picture is the same everywhere.
"""

import base64
import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from utils.errors import DataError

FAMILY: Final = "Source Sans Pro"
_PACKAGE: Final = "font_source_sans_pro"
_FILES: Final = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf"}


def folder() -> Path:
    """The folder of the font files. Raises DataError where the package is not installed."""
    found = find_spec(_PACKAGE)
    files = Path(found.origin).parent / "files" if found and found.origin else None
    if files is None or not files.is_dir():
        raise DataError("error.typeset", came=_PACKAGE)
    return files


def _open(weight: int) -> Any:
    from fontTools.ttLib import TTFont  # here: only who makes pictures needs it

    return TTFont(folder() / _FILES[weight], lazy=True, recalcTimestamp=False)


@cache
def _advances(weight: int) -> tuple[dict[int, float], float]:
    """Character → its width in ems, and the width of what the font does not have."""
    font = _open(weight)
    em, metrics = font["head"].unitsPerEm, font["hmtx"]
    return {x: metrics[name][0] / em for x, name in font.getBestCmap().items()}, metrics[".notdef"][0] / em


def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a text is, in the units of ``size``; pairs of letters that stand closer are not counted in."""
    known, other = _advances(weight)
    return size * sum(known.get(ord(x), other) for x in text)


def lines(text: str, size: float, room: float, weight: int = 400) -> list[str]:
    """A text in lines no wider than ``room``: broken at blanks (never at a no-break one), within a word only
    where it must be.
    """
    made: list[str] = []
    for word in text.split(" "):
        joined = f"{made[-1]} {word}" if made else word
        if made and width(joined, size, weight) <= room:
            made[-1] = joined
            continue
        while word and width(word, size, weight) > room:
            fits = max(n for n in range(1, len(word) + 1) if n == 1 or width(word[:n], size, weight) <= room)
            made.append(word[:fits])
            word = word[fits:]
        if word:
            made.append(word)
    return made


def face(weight: int, text: str) -> str:
    """The CSS that carries the font inside an SVG, with no more than the characters of a text.

    Without the tables that move pairs of letters together: `width` does not count them in, and reading them
    takes three quarters of the time.
    """
    from fontTools import subset

    wanted = subset.Options()
    wanted.layout_features, wanted.hinting, wanted.name_IDs = [], False, []
    wanted.drop_tables += ["GDEF", "GPOS", "GSUB"]
    font, cut = _open(weight), subset.Subsetter(wanted)
    cut.populate(text=text)
    cut.subset(font)
    content = io.BytesIO()
    font.save(content)
    data = base64.b64encode(content.getvalue()).decode("ascii")
    return (
        f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{data}) format('truetype')}}"
    )
