"""Cells with coordinates → a place in EPSG:28992: degrees (WGS84) or metres (RD New), in order or swapped.

Pure. Which of these a pair of columns holds is seen from all of its values (`system`), never row by row.
"""

import math
import re
from typing import Final, Literal, NamedTuple

import numpy as np
import pyproj
from numpy.typing import NDArray

from utils.cell_values import as_text
from utils.import_model import Cell
from utils.models import Floats

System = Literal["degrees", "degrees_swapped", "rd", "rd_swapped"]
SYSTEMS: Final[tuple[System, ...]] = ("degrees", "degrees_swapped", "rd", "rd_swapped")
LAT: Final = (50.5, 53.8)
LON: Final = (3.0, 7.5)
X: Final = (-7_000.0, 289_000.0)
Y: Final = (289_000.0, 629_000.0)
"""Where the European Netherlands lie, in degrees and in metres: no two of these ranges meet."""

_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,20}(?:[.,]\d*)?|[.,]\d+)")
_GROUPED: Final = re.compile(r"[+-]?\d{1,3}(?:[. ']\d{3})+(?:,\d+)?|[+-]?\d{1,3}(?:[, ']\d{3})+(?:\.\d+)?")
_MANY_POINTS: Final = re.compile(r"[+-]?\d+(?:[.,]\d+){2,}")
_SIDE: Final = r"(?:n\.?b\.?|z\.?b\.?|o\.?l\.?|w\.?l\.?|[noewszNOEWSZ])"
_SIDES: Final = {"n": 1, "nb": 1, "z": -1, "zb": -1, "s": -1, "o": 1, "ol": 1, "e": 1, "w": -1, "wl": -1}
_ANGLE: Final = re.compile(
    rf"(?P<before>{_SIDE})?\s*(?P<sign>[+-])?\s*(?P<d>\d{{1,3}}(?:[.,]\d+)?)\s*°?\s*"
    r"(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*['’′]\s*)?(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|”|″|''|’’)\s*)?"
    rf"(?P<after>{_SIDE})?",
    re.I,
)
_WKT: Final = re.compile(r"(?:SRID=\d+;)?\s*POINT\s*Z?\s*\(\s*(\S+)\s+(\S+?)(?:\s+\S+)?\s*\)", re.I)
_MAP_LINK: Final = re.compile(
    r"https?://\S*?(?:@|[?&/](?:q|ll|query|center|destination|mlat)=)(-?\d+\.\d+)(?:,|%2C|&mlon=)(-?\d+\.\d+)\S*",
    re.I,
)
_PIN: Final = re.compile(r"!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)")
_COMMA_PAIR: Final = re.compile(r"([+-]?\d+,\d+)\s*(?:[;/|]|,\s|\s)\s*([+-]?\d+,\d+)")
_CUT: Final = re.compile(r"([^;|/]+?)\s*[;|/]\s*([^;|/]+)")
_COMMA: Final = re.compile(r"([^,]+?)\s*,\s*([^,]+)")
_BLANKS: Final = re.compile(r"([+-]?[\d.,]+)\s+([+-]?[\d.,]+)")

_TO_RD: Final = pyproj.Transformer.from_crs(4326, 28992, always_xy=True)
_TO_DEGREES: Final = pyproj.Transformer.from_crs(28992, 4326, always_xy=True)


class Number(NamedTuple):
    """What a cell may mean: ``plain`` with a decimal mark, ``grouped`` with marks between thousands.

    nan for what it cannot mean. ``empty`` cells mean nothing; ``digits`` are those of a number that lost its
    decimal point, or has several, "" for others.
    """

    plain: float = math.nan
    grouped: float = math.nan
    empty: bool = False
    digits: str = ""


def number(cell: Cell) -> Number:
    """One coordinate: a number, a text with a decimal comma or point, degrees with minutes and seconds.

    >>> number("52,37").plain, number("121.687").grouped
    (52.37, 121687.0)
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if math.isnan(cell):
            return Number(empty=True)
        return _with_digits(float(cell), "") if abs(cell) < 1e15 else Number()
    text = as_text(cell)
    if not text:
        return Number(empty=True)
    if len(text) > 60:
        return Number()
    grouped = float(re.sub(r"[. ',](?=\d{3})", "", text).replace(",", ".")) if _is_grouped(text) else math.nan
    if _NUMBER.fullmatch(text):
        return _with_digits(float(text.replace(",", ".")), text)._replace(grouped=grouped)
    if _MANY_POINTS.fullmatch(text):
        return Number(grouped=grouped, digits=re.sub(r"[.,]", "", text))
    angle = degrees(text)
    return Number(plain=math.nan if angle is None else angle[0], grouped=grouped)


def _is_grouped(text: str) -> bool:
    return _GROUPED.fullmatch(text) is not None


def _with_digits(value: float, text: str) -> Number:
    whole = value.is_integer() and abs(value) >= 1_000
    return Number(plain=value, digits=str(int(value)) if whole else "")


def degrees(text: str) -> tuple[float, str] | None:
    """An angle in degrees with its side ("n", "e" or ""): 52°22'26"N, 4,89 OL, N 52.37. None for no angle."""
    found = _ANGLE.fullmatch(text.strip())
    if not found or (found["before"] and found["after"]):
        return None
    minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("m", "s"))
    if minutes >= 60 or seconds >= 60:
        return None
    side = (found["before"] or found["after"] or "").replace(".", "").casefold()
    sign = _SIDES.get(side, 1) * (-1 if found["sign"] == "-" else 1)
    value = float(found["d"].replace(",", ".")) + minutes / 60 + seconds / 3600
    return sign * value, "" if not side else "n" if side in ("n", "nb", "z", "zb", "s") else "e"


def pair(cell: Cell) -> tuple[Number, Number, bool] | None:
    """Both coordinates in one cell, and whether the text tells which is which (then north comes first).

    Forms: "52.37, 4.89", "52,37; 4,89", "52°22'N 4°53'E", "POINT(4.89 52.37)", the address of a map with a
    point in it. None for anything else. The text is only read: no address is ever opened.
    """
    text = as_text(cell)
    if not text or len(text) > 500:
        return None
    if found := _WKT.fullmatch(text):
        return _numbers(found[2], found[1], True)
    if found := _PIN.search(text) if text.startswith("http") else None:
        return _numbers(found[1], found[2], True)
    if found := _MAP_LINK.fullmatch(text):
        return _numbers(found[1], found[2], True)
    if len(text) > 80:
        return None
    text = text.strip("()[] ")
    if sided := _sided(text):
        return sided
    for form in (_COMMA_PAIR, _CUT, _COMMA, _BLANKS):
        if found := form.fullmatch(text):
            return _numbers(found[1].strip(), found[2].strip(), False)
    return None


def _numbers(north: str, east: str, told: bool) -> tuple[Number, Number, bool] | None:
    one, other = number(north), number(east)
    if any(math.isnan(found.plain) and math.isnan(found.grouped) for found in (one, other)):
        return None
    return one, other, told


def _sided(text: str) -> tuple[Number, Number, bool] | None:
    """Two angles of which at least one tells its side."""
    for cut in re.finditer(r"[\s,;/|]+|(?<=[A-Za-z])(?=\d)", text):
        one, other = degrees(text[: cut.start()]), degrees(text[cut.end() :])
        if one and other and {one[1], other[1]} == {"n", "e"}:
            north, east = (one, other) if one[1] == "n" else (other, one)
            return Number(north[0]), Number(east[0]), True
    return None


def _within(values: Floats, limits: tuple[float, float]) -> NDArray[np.bool_]:
    return np.asarray((values >= limits[0]) & (values <= limits[1]), dtype=bool)


def kinds(first: Floats, second: Floats) -> NDArray[np.intp]:
    """For n pairs (latitude or y, longitude or x) the row of SYSTEMS that puts them in the country, or -1."""
    rules = [
        _within(first, LAT) & _within(second, LON),
        _within(first, LON) & _within(second, LAT),
        _within(first, Y) & _within(second, X),
        _within(first, X) & _within(second, Y),
    ]
    return np.select(rules, range(4), -1).astype(np.intp)


def system(found: NDArray[np.intp]) -> System:
    """What most pairs are in, by `kinds`; degrees where none of them is of any kind."""
    counts = np.bincount(found[found >= 0], minlength=4)
    return SYSTEMS[int(np.argmax(counts))]


def to_metres(first: Floats, second: Floats, given: System) -> Floats:
    """(n, 2) array of x, y in EPSG:28992 of n pairs; nan for what is no place on earth."""
    one, other = (second, first) if given in ("degrees", "rd") else (first, second)
    if given in ("rd", "rd_swapped"):
        return np.column_stack([one, other])
    real = (np.abs(other) <= 90) & (np.abs(one) <= 180)
    x, y = _TO_RD.transform(np.where(real, one, np.nan), np.where(real, other, np.nan))
    xy = np.column_stack([x, y])
    return np.where(np.isfinite(xy) & (np.abs(xy) < 1e8), xy, np.nan)


def written(x: float, y: float, given: System) -> tuple[str, str]:
    """A place as the texts of its pair of cells in a system: to the decimetre, always with a point.

    >>> written(121_687.0, 487_484.0, "rd")
    ('487484', '121687')
    """
    if given in ("rd", "rd_swapped"):
        texts = f"{y:.1f}".removesuffix(".0"), f"{x:.1f}".removesuffix(".0")
    else:
        lon, lat = _TO_DEGREES.transform(x, y)
        texts = f"{lat:.6f}", f"{lon:.6f}"
    return texts if given in ("degrees", "rd") else (texts[1], texts[0])


def with_point(digits: str, limits: tuple[float, float]) -> float | None:
    """Digits that lost their decimal point, with the point that puts them within limits; None if nowhere.

    >>> with_point("5237403", LAT)
    52.37403
    """
    plain = digits.lstrip("+-")
    for place in range(1, min(len(plain), 3) + 1):
        value = float(f"{plain[:place]}.{plain[place:]}")
        if limits[0] <= value <= limits[1]:
            return value
    return None
