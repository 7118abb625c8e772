"""Rows of a list → places in EPSG:28992: coordinates or an outline, else postcode, place, municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from utils import group_rules, import_coordinates
from utils.coordinates import X, Y
from utils.errors import InputError
from utils.ground import Ground
from utils.import_model import Field
from utils.import_rows import Rows
from utils.models import Floats, Ints
from utils.stated_places import Place, Postcodes, Stated, postcode

AWAY: Final = {6: 2_000.0, 4: 6_000.0}
"""Metres from the middle of a stated postcode (of 6 or 4 signs) from which coordinates are told."""
FAR: Final = 10_000.0
"""Metres from the middle of a stated village or town from which coordinates are told."""
FIELDS: Final[tuple[Field, ...]] = ("coordinates", "lat", "lon", "postcode", "place", "municipality")


@dataclass(eq=False)
class Located:
    """Where n rows lie: ``xy`` (n, 2), EPSG:28992, nan for none.

    ``precision`` is "" for a row without a place. ``town`` is the row of the stated municipality, or -1.
    ``area`` holds WKB or None.
    """

    xy: Floats
    precision: list[str]
    town: Ints
    area: list[bytes | None]


def locate(rows: Rows, ground: Ground, postcodes: Postcodes) -> Located:
    """The places of all rows; what is wrong with them, or rough, is kept with the rows."""
    stated = [ground.towns.state(text) if text else Stated() for text in rows.texts("municipality")]
    index = ground.atlas.municipalities.index
    town = np.array([index[one.codes[0]] if len(one.codes) == 1 else -1 for one in stated], dtype=np.intp)
    xy, given = import_coordinates.locate(rows, ground, town)
    found = Located(xy, ["point" if row else "" for row in np.isfinite(xy[:, 0])], town, [None] * len(rows))
    _outlines(rows, found, given)
    codes = rows.read("postcode", postcode, "")
    words = _Words(rows, ground, stated, codes, _known(codes, postcodes))
    exact = np.isfinite(found.xy[:, 0])
    for row in np.flatnonzero(~exact & ~given).tolist():
        if row not in rows.out:
            words.place(row, found)
    home = ground.home(found.xy)
    _municipalities(rows, ground, stated, found, ground.town(home))
    _contradictions(rows, ground, found, ground.town(home))
    words.compare(np.flatnonzero(exact), found.xy)
    return found


def _known(codes: Sequence[str], postcodes: Postcodes) -> dict[str, tuple[float, float]]:
    wanted = {part for code in set(codes) if code for part in (code, code[:4])}
    known = postcodes(sorted(wanted)) if wanted else {}
    return {
        code: (x, y) for code, (x, y) in known.items() if X[0] <= x <= X[1] and Y[0] <= y <= Y[1]
    }


def _outlines(rows: Rows, found: Located, given: NDArray[np.bool_]) -> None:
    """Rows with an outline of their own: inside it lies their place."""
    for row, line in enumerate(rows.lines):
        if line.shape is None:
            continue
        try:
            shape = group_rules.area(line.shape)
        except InputError as problem:
            rows.refused(row, problem)
            continue
        found.area[row] = line.shape
        if not given[row]:
            inside = shapely.point_on_surface(shape)
            found.xy[row] = inside.x, inside.y
            found.precision[row] = "point"
        elif found.precision[row] and shapely.distance(shape, shapely.Point(found.xy[row])) > 1:
            rows.problem(row, None, "outside_outline")


class _Words:
    """Places of rows by what they say in words."""

    def __init__(
        self,
        rows: Rows,
        ground: Ground,
        stated: Sequence[Stated],
        codes: Sequence[str],
        known: dict[str, tuple[float, float]],
    ) -> None:
        self.rows, self.ground, self.stated, self.codes, self.known = rows, ground, stated, codes, known
        self.names = rows.texts("place")
        self._found: dict[tuple[str, str | None], tuple[Place, ...]] = {}

    def place(self, row: int, found: Located) -> None:
        """Place a row by its postcode, else its village or town, else its municipality."""
        if not (self._by_postcode(row, found) or self._by_name(row, found)) and row not in self.rows.out:
            self._by_municipality(row, found)

    def _by_postcode(self, row: int, found: Located) -> bool:
        code = self.codes[row]
        if not code:
            return False
        for part in dict.fromkeys((code, code[:4])):
            if part in self.known:
                found.xy[row], found.precision[row] = self.known[part], "postcode"
                self._tell_postcode(row, code, part)
                return True
        other = self.names[row] or self.stated[row].codes
        self.rows.problem(row, "postcode", "postcode_unknown", "warning" if other else "error")
        return False

    def _tell_postcode(self, row: int, code: str, part: str) -> None:
        if len(part) == 6:
            self.rows.tell("postcode", self.rows.headings.get("postcode", ""))
        elif code == part:
            self.rows.problem(row, "postcode", "approximate_postcode", "warning")
        else:
            self.rows.problem(row, "postcode", "postcode_rough", "warning", four=part)

    def find(self, row: int) -> tuple[Place, ...]:
        """The places that the row's name may mean, in the municipality that it states."""
        codes = self.stated[row].codes
        return self._find(self.names[row], codes[0] if len(codes) == 1 else None)

    def _find(self, name: str, code: str | None) -> tuple[Place, ...]:
        key = name, code
        if key not in self._found:
            self._found[key] = self.ground.places.find(name, code)
        return self._found[key]

    def _by_name(self, row: int, found: Located) -> bool:
        name = self.names[row]
        if not name:
            return False
        places = self.find(row)
        if len(places) == 1:
            found.xy[row], found.precision[row] = (places[0].x, places[0].y), "place"
            self.rows.problem(row, "place", "approximate_place", "warning", place=places[0].name)
            return True
        everywhere = places or self._find(name, None)
        if not everywhere and self._is_municipality(row, name, found):
            return True
        if everywhere:
            self._choose(row, everywhere)
        elif self.stated[row].codes:
            self.rows.problem(row, "place", "place_unknown", "warning")
            return False
        else:
            self.rows.problem(row, "place", "place_unknown")
        return True

    def _is_municipality(self, row: int, name: str, found: Located) -> bool:
        """A municipality in the column of places, where the row states no other."""
        codes = self.ground.towns.state(name).codes
        if len(codes) != 1 or self.stated[row].codes not in ((), codes):
            return False
        found.town[row] = self.ground.atlas.municipalities.index[codes[0]]
        found.precision[row] = "municipality"
        self._rough(row, "place", codes[0])
        return True

    def _choose(self, row: int, places: Sequence[Place]) -> None:
        """Several places have the name, or one that lies elsewhere: the user chooses."""
        names = "; ".join(
            f"{one.name} ({self.ground.towns.name(one.municipality_code)})" for one in places[:8]
        )
        codes = set(self.stated[row].codes) & {one.municipality_code for one in places}
        repair: list[tuple[Field, str]] | None = None
        if len(codes) == 1 and len(self.stated[row].codes) > 1:
            repair = [("municipality", self.ground.towns.text(codes.pop()))]
        key = "place_elsewhere" if len(places) == 1 else "place_several"
        self.rows.problem(row, "place", key, repair=repair, choices=names)

    def _by_municipality(self, row: int, found: Located) -> None:
        codes = self.stated[row].codes
        if len(codes) == 1:
            found.precision[row] = "municipality"
            self._rough(row, "municipality", codes[0])

    def _rough(self, row: int, field: Field, code: str) -> None:
        name = self.ground.towns.name(code)
        self.rows.problem(row, field, "approximate_municipality", "warning", municipality=name)

    def compare(self, exact: Ints, xy: Floats) -> None:
        """Tell rows with coordinates far from the postcode, village or town that they state."""
        for row in exact.tolist():
            code, name = self.codes[row], self.names[row]
            if code:
                self._far_from_postcode(row, code, xy[row])
            if name:
                self._far_from_place(row, name, xy[row])

    def _far_from_postcode(self, row: int, code: str, at: Floats) -> None:
        for part in dict.fromkeys((code, code[:4])):
            if part in self.known:
                metres = _metres(at, *self.known[part])
                if metres > AWAY[len(part)]:
                    self.rows.problem(row, "postcode", "far_from_postcode", "warning", km=_km(metres))
                return

    def _far_from_place(self, row: int, name: str, at: Floats) -> None:
        places = self._find(name, None)
        metres = min((_metres(at, place.x, place.y) for place in places), default=0.0)
        if metres > FAR:
            self.rows.problem(row, "place", "far_from_place", "warning", km=_km(metres))


def _metres(at: Floats, x: float, y: float) -> float:
    return float(np.hypot(at[0] - x, at[1] - y))


def _km(metres: float) -> int:
    return max(round(metres / 1_000), 1)


def _municipalities(rows: Rows, ground: Ground, stated: Sequence[Stated], found: Located, lies: Ints) -> None:
    """Stated municipalities that are unknown, ended, split or shared by name."""
    areas, texts = ground.atlas.municipalities, rows.texts("municipality")
    for row, one in enumerate(stated):
        if not texts[row] or (len(one.codes) == 1 and not one.before):
            continue
        params: dict[str, Any] = {}
        here = str(areas.codes[lies[row]]) if lies[row] >= 0 else ""
        if len(one.codes) == 1:
            name = ground.towns.name(one.codes[0])
            rows.problem(
                row, "municipality", "municipality_before", "warning",
                [("municipality", ground.towns.text(one.codes[0]))], now=name,
            )  # fmt: skip
            continue
        if here in one.codes:
            found.town[row] = lies[row]
            rows.problem(
                row, "municipality", "municipality_by_place", "warning",
                [("municipality", ground.towns.text(here))], now=ground.towns.name(here),
            )  # fmt: skip
            continue
        key = "municipality_several" if one.codes else "municipality_unknown"
        if one.codes:
            params["choices"] = ground.towns.names(one.codes)
        proposal = one.proposal or (ground.towns.text(here) if here and not one.codes else None)
        repair: list[tuple[Field, str]] | None = None if proposal is None else [("municipality", proposal)]
        rows.problem(row, "municipality", key, repair=repair, **params)


def _contradictions(rows: Rows, ground: Ground, found: Located, lies: Ints) -> None:
    """Rows whose place lies in another municipality than they state."""
    town = found.town
    other = np.flatnonzero((lies >= 0) & (town >= 0) & (lies != town))
    if not len(other):
        return
    metres = ground.away(found.xy[other], town[other])
    for row, away in zip(other.tolist(), metres.tolist(), strict=True):
        if away > ground.margin and rows.texts("municipality")[row]:
            here, there = ground.name(int(lies[row])), ground.name(int(town[row]))
            rows.problem(row, "municipality", "elsewhere", "warning", here=here, there=there, km=_km(away))
