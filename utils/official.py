"""Rows as CBS and PDOK send them → checked areas. Pure: no network, no files.

Services name the same thing in two ways (``aantal_inwoners``, ``aantalInwoners``; ``buurtcode``,
``statcode``), pad keys with blanks, mix water and foreign rows with land, and mark what is missing with
numbers of -99990 and below. All of that ends here.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import shapely

from utils import outlines
from utils.boundaries import EXTENT
from utils.errors import DataError, Notice
from utils.models import Floats, Objects

Kind = Literal["province", "municipality", "district", "neighbourhood"]
KINDS: Final[tuple[Kind, ...]] = ("province", "municipality", "district", "neighbourhood")
PATTERNS: Final[dict[Kind, str]] = {
    "province": r"PV\d{2}",
    "municipality": r"GM\d{4}",
    "district": r"WK\d{4}[0-9A-Z]{2}",
    "neighbourhood": r"BU\d{4}[0-9A-Z]{4}",
}
DUTCH: Final[dict[Kind, str]] = {
    "province": "provincie",
    "municipality": "gemeente",
    "district": "wijk",
    "neighbourhood": "buurt",
}
MISSING: Final = -99_990
"""Numbers at or below this mean: secret, unknown, not applicable or not available yet."""
INHABITANTS: Final = "aantal_inwoners"
HOUSEHOLDS: Final = "aantal_huishoudens"
_KEPT: Final = frozenset(
    {"statcode", "statnaam", "jaarcode", "jrstatcode", "jaar", "water", INHABITANTS, HOUSEHOLDS}
    | {f"{name}{part}" for name in DUTCH.values() for part in ("code", "naam")}
)

Figures = dict[str, tuple[float, float]]
"""Code → inhabitants, households; nan where missing."""


@dataclass(frozen=True, eq=False)
class Layer:
    """The land areas of one kind in one year, sorted by code, in EPSG:28992; figures nan where missing.

    ``town`` is the name of the municipality that a row tells beside its own name, "" where it does not.
    """

    kind: Kind
    codes: Objects
    names: Objects
    town: Objects
    inhabitants: Floats
    households: Floats
    geometry: Objects

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def figures(self) -> Figures:
        """What the rows themselves tell."""
        told = zip(self.codes, self.inhabitants, self.households, strict=True)
        return {code: (float(people), float(homes)) for code, people, homes in told}


def attributes(came: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that matter here, in snake_case.

    >>> attributes({"buurtcode": "BU1", "aantalInwoners": 5, "mannen": 2})
    {'buurtcode': 'BU1', 'aantal_inwoners': 5}
    """
    named = ((re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower(), value) for name, value in came.items())
    return {name: value for name, value in named if name in _KEPT}


def number(value: Any) -> float:
    """A figure as a number; nan for None, "", anything that is no number, and whatever is negative.

    >>> number(" 35 "), number(-99997), number(0)
    (35.0, nan, 0.0)
    """
    try:
        figure = float(value)
    except (TypeError, ValueError):
        return math.nan
    return figure if 0 <= figure < math.inf else math.nan


def text(value: Any) -> str:
    """A code or name without its padding; "" for None."""
    return "" if value is None else str(value).strip()


def year_of(row: Mapping[str, Any]) -> int | None:
    """The year that a row says it is of, None if it says none."""
    for value in (row.get("jaarcode"), row.get("jaar"), text(row.get("jrstatcode"))[:4]):
        if re.fullmatch(r"(19|20)\d\d(\.0)?", text(value)):
            return int(float(text(value)))
    return None


def layer(
    kind: Kind, rows: Sequence[Mapping[str, Any]], geometry: Objects, year: int, place: str
) -> tuple[Layer, list[Notice]]:
    """The land areas among rows of one kind, and what was odd.

    ``rows`` hold :func:`attributes`, ``geometry`` the outline of each in degrees or RD; ``place`` is where
    they came from, for messages. Rows of another year are left out, and so is water and what lies abroad.

    Raises DataError for no rows, none of the year, a missing column, a wrong or double code, an empty name,
    an outline that cannot be mended or lies elsewhere.
    """
    about = {"place": place, "kind": DUTCH[kind]}
    if not rows:
        raise DataError("error.official_empty", **about)
    years = [year_of(row) for row in rows]
    right = [i for i, found in enumerate(years) if found in (None, year)]
    if not right:
        came = ", ".join(str(found) for found in sorted({y for y in years if y is not None}))
        raise DataError("error.official_year", **about, expected=str(year), came=came)
    code_column = _column(rows[right[0]], kind, "code", about)
    name_column = _column(rows[right[0]], kind, "naam", about)
    land = [i for i in right if text(rows[i].get("water", "NEE")).upper() == "NEE"]
    if not land:
        raise DataError("error.official_empty", **about)
    codes = [text(rows[i].get(code_column)) for i in land]
    _check_codes(kind, codes, about)
    land = [land[i] for i in np.argsort(np.array(codes))]
    kept = [rows[i] for i in land]
    names = [text(row.get(name_column)) for row in kept]
    codes = sorted(codes)
    for code, name in zip(codes, names, strict=True):
        if not name:
            raise DataError("error.official_name", **about, code=code)
    shapes, mended = _outlines(geometry[land], codes, about)
    notices = [Notice("refresh.warning.mended", {"kind": DUTCH[kind], "n": mended})] if mended else []
    made = Layer(
        kind,
        objects(codes),
        objects(names),
        objects(text(row.get("gemeentenaam")) for row in kept),
        np.array([number(row.get(INHABITANTS)) for row in kept], dtype=np.float64),
        np.array([number(row.get(HOUSEHOLDS)) for row in kept], dtype=np.float64),
        shapes,
    )
    return made, notices


def objects(values: Iterable[Any]) -> Objects:
    """A one-dimensional array of objects."""
    found = list(values)
    column = np.empty(len(found), dtype=object)
    column[:] = found
    return column


def _column(row: Mapping[str, Any], kind: Kind, part: str, about: dict[str, str]) -> str:
    names = (f"{DUTCH[kind]}{part}", f"stat{part}")
    for name in names:
        if name in row:
            return name
    raise DataError("error.official_columns", **about, missing=" / ".join(names))


def _check_codes(kind: Kind, codes: list[str], about: dict[str, str]) -> None:
    seen: set[str] = set()
    matches = re.compile(PATTERNS[kind]).fullmatch
    for code in codes:
        if not matches(code):
            raise DataError("error.official_code", **about, came=code, expected=PATTERNS[kind])
        if code in seen:
            raise DataError("error.official_double", **about, code=code)
        seen.add(code)


def _outlines(geometry: Objects, codes: list[str], about: dict[str, str]) -> tuple[Objects, int]:
    shapes, mended, wrong = outlines.mend(outlines.to_rd(geometry))
    for row in wrong[:1]:
        shape = shapes[row]
        came = "null" if shape is None else f"{shape.geom_type}, {shapely.is_valid_reason(shape)}"
        raise DataError("error.official_geometry", **about, code=codes[row], came=came)
    bounds = shapely.bounds(shapes)
    outside = (bounds[:, :2] < EXTENT[:2]).any(axis=1) | (bounds[:, 2:] > EXTENT[2:]).any(axis=1)
    for row in np.flatnonzero(outside)[:1]:
        came = ", ".join(f"{value:.1f}" for value in bounds[row])
        raise DataError("error.official_extent", **about, code=codes[row], came=came)
    return shapes, mended


def key_figures(rows: Iterable[Mapping[str, Any]], people: str, homes: str | None, place: str) -> Figures:
    """Figures by code from rows of the table of key figures; ``people`` and ``homes`` name its columns.

    Raises DataError where no row has a code or where the rows lack the columns.
    """
    found: Figures = {}
    for row in rows:
        if people not in row or "WijkenEnBuurten" not in row:
            missing = people if people not in row else "WijkenEnBuurten"
            raise DataError("error.official_columns", place=place, kind="StatLine", missing=missing)
        found[text(row["WijkenEnBuurten"])] = number(row[people]), number(row.get(homes) if homes else None)
    if not any(code.startswith("GM") for code in found):
        raise DataError("error.official_empty", place=place, kind="StatLine")
    return found


def row_figures(kind: Kind, rows: Sequence[Mapping[str, Any]], place: str) -> Figures:
    """Figures by code from the :func:`attributes` of land areas of one kind.

    Raises DataError for no rows, or where they have no code or no column of inhabitants.
    """
    about = {"place": place, "kind": DUTCH[kind]}
    land = [row for row in rows if text(row.get("water", "NEE")).upper() == "NEE"]
    if not land:
        raise DataError("error.official_empty", **about)
    column = _column(land[0], kind, "code", about)
    if INHABITANTS not in land[0]:
        raise DataError("error.official_columns", **about, missing=INHABITANTS)
    return {
        text(row.get(column)): (number(row.get(INHABITANTS)), number(row.get(HOUSEHOLDS))) for row in land
    }


def column_by_stem(names: Iterable[str], stem: str) -> str | None:
    """The column of CBS with a stem, whatever number this year's table gives it; None if there is none.

    >>> column_by_stem(["Mannen_6", "AantalInwoners_5"], "AantalInwoners")
    'AantalInwoners_5'
    """
    fits = [name for name in names if re.fullmatch(rf"{stem}_\d+", name)]
    return min(fits, key=lambda name: int(name.rpartition("_")[2]), default=None)


def provinces_of(rows: Sequence[Mapping[str, Any]], place: str) -> dict[str, str]:
    """Municipality → province, from the table of areas: the column whose values are codes of provinces.

    Raises DataError where there is no such column, or no municipality.
    """
    found: dict[str, str] = {}
    for row in rows:
        code = text(row.get("RegioS"))
        of = [text(value) for value in row.values() if re.fullmatch(r"PV\d{2}", text(value))]
        if re.fullmatch(PATTERNS["municipality"], code) and of:
            found[code] = of[0]
    if not found:
        raise DataError("error.official_columns", place=place, kind="StatLine", missing="PV..")
    return found
