"""The columns with coordinates of a list → places; a row that deviates from its columns is a problem."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from utils import coordinates
from utils.cell_values import as_text
from utils.coordinates import SYSTEMS, Number
from utils.ground import Ground
from utils.import_model import Cell, Field, Repair
from utils.import_rows import Rows
from utils.models import Floats, Ints

_TWO: Final[tuple[Field, ...]] = ("lat", "lon")
_ONE: Final[tuple[Field, ...]] = ("coordinates",)
_ELSE: Final[tuple[Field, ...]] = ("postcode", "place", "municipality")
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
KM: Final = 1_000.0


@dataclass(eq=False)
class Pairs:
    """The coordinates of the rows ``which`` that have two numbers, in the order of their cells.

    ``single`` tells of both in one cell, ``told`` that the text itself tells which is which (north first).
    ``kind`` is what a pair is in by its values, ``want`` what its columns are in: rows of SYSTEMS, or -1.
    """

    which: Ints
    first: Floats
    second: Floats
    single: NDArray[np.bool_]
    told: NDArray[np.bool_]
    kind: Ints
    want: Ints


def locate(rows: Rows, ground: Ground, town: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """The (n, 2) places of n rows, EPSG:28992, nan for none; and which rows have coordinates, good or not.

    ``town`` is the row of the municipality that each row states, -1 for none: a mistake is only repaired to a
    place in it.
    """
    xy = np.full((len(rows), 2), np.nan)
    given = np.zeros(len(rows), dtype=bool)
    pairs = _pairs(rows, given)
    good = (pairs.kind == pairs.want) & (pairs.kind >= 0)
    places = np.full((len(good), 2), np.nan)
    for kind, system in enumerate(SYSTEMS):
        of = pairs.kind == kind
        places[of] = coordinates.to_metres(pairs.first[of], pairs.second[of], system)
    home = ground.home(places)
    for i in np.flatnonzero((pairs.kind >= 0) & ~good).tolist():
        _deviates(rows, pairs, i, places[i])
    lost = np.flatnonzero((pairs.kind < 0) | (good & (home < 0)))
    if len(lost):
        _lost(rows, ground, pairs, lost, town)
    fine = good & (home >= 0)
    xy[pairs.which[fine]] = places[fine]
    return xy, given


def _pairs(rows: Rows, given: NDArray[np.bool_]) -> Pairs:
    """The pairs of numbers; rows with coordinates of any kind are marked in ``given``."""
    which: list[int] = []
    numbers: list[tuple[Number, Number]] = []
    single: list[bool] = []
    told: list[bool] = []
    for row, one, other, both in zip(range(len(rows)), *_cells(rows), strict=True):
        found: tuple[Number, Number, bool] | None = None
        if one is not None or other is not None:
            given[row] = True
            found = _two_cells(rows, row, one, other)
        elif both is not None:
            given[row] = True
            found = coordinates.pair(both)
            if found is None:
                rows.problem(row, "coordinates", "pair", repair=_elsewhere(rows, row, _ONE))
        if found is not None:
            which.append(row)
            numbers.append(found[:2])
            single.append(one is None and other is None)
            told.append(found[2])
    values = np.array([(*one, *other) for one, other in _floats(numbers)], dtype=np.float64).reshape(-1, 4)
    return _classed(
        rows, np.array(which, dtype=np.intp), values, np.array(single, bool), np.array(told, bool)
    )


def _floats(
    numbers: Sequence[tuple[Number, Number]],
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for one, other in numbers:
        yield (one.plain, one.grouped), (other.plain, other.grouped)


def _cells(rows: Rows) -> tuple[list[Cell], list[Cell], list[Cell]]:
    """The cells of lat, lon and coordinates; None for empty ones and words for "unknown"."""
    columns: list[list[Cell]] = []
    for field in (*_TWO, *_ONE):
        cells = rows.cells(field)
        if any(isinstance(cell, (str, float)) for cell in cells):
            cells = [
                None if text == "" else cell for cell, text in zip(cells, rows.texts(field), strict=True)
            ]
        columns.append(cells)
    return columns[0], columns[1], columns[2]


def _two_cells(rows: Rows, row: int, one: Cell, other: Cell) -> tuple[Number, Number, bool] | None:
    if one is None or other is None:
        field: Field = "lon" if other is None else "lat"
        both = coordinates.pair(one if other is None else other)
        if both:
            texts = [(name, _text(number)) for name, number in zip(_TWO, both[:2], strict=True)]
            rows.problem(row, "lat" if other is None else "lon", "two_in_one", repair=texts)
        else:
            rows.problem(row, field, "one_missing", repair=_elsewhere(rows, row, _TWO))
        return None
    first, second = coordinates.number(one), coordinates.number(other)
    fine = True
    for field, found in zip(_TWO, (first, second), strict=True):
        if np.isnan(found.plain) and np.isnan(found.grouped):
            proposal = _restored(found, field)
            repair = [(field, proposal)] if proposal else _elsewhere(rows, row, _TWO)
            rows.problem(row, field, "coordinate", repair=repair)
            fine = False
    return (first, second, False) if fine else None


def _restored(found: Number, field: Field) -> str | None:
    value = coordinates.with_point(found.digits, coordinates.LAT if field == "lat" else coordinates.LON)
    return None if value is None else as_text(value)


def _text(number: Number) -> str:
    return as_text(number.grouped if np.isnan(number.plain) else number.plain)


def _elsewhere(rows: Rows, row: int, fields: Sequence[Field]) -> list[tuple[Field, str]] | None:
    """Without its coordinates the row still has a place, where it names one."""
    return [(field, "") for field in fields] if any(rows.texts(field)[row] for field in _ELSE) else None


def _classed(
    rows: Rows, which: Ints, values: Floats, single: NDArray[np.bool_], told: NDArray[np.bool_]
) -> Pairs:
    """What the pairs are in: as plain numbers, else with marks between thousands; each source as a whole."""
    first, second = values[:, 0], values[:, 2]
    grouped = [np.where(np.isnan(values[:, i + 1]), values[:, i], values[:, i + 1]) for i in (0, 2)]
    kind = coordinates.kinds(first, second)
    marked = coordinates.kinds(*grouped)
    use = ((kind < 0) & (marked >= 0)) | np.isnan(first) | np.isnan(second)
    first, second = np.where(use, grouped[0], first), np.where(use, grouped[1], second)
    kind = np.where(use, marked, kind)
    want = np.where(told & (kind != SYSTEMS.index("rd")), 0, kind)
    for source, fields in ((False, _TWO), (True, _ONE)):
        of = (single == source) & ~told
        if of.any():
            want[of] = SYSTEMS.index(coordinates.system(kind[of]))
            _tell(rows, fields, SYSTEMS[int(want[of][0])], int((kind[of] == want[of]).sum()))
            _tell(rows, fields, "thousands", int((use & of & (kind >= 0)).sum()))
    return Pairs(which, first, second, single, told, kind, want)


def _tell(rows: Rows, fields: Sequence[Field], how: str, n: int) -> None:
    if n and how != "degrees":
        columns = " + ".join(rows.headings[field] for field in fields if field in rows.headings)
        rows.tell(how, columns, n=n)
    if how in ("degrees", "rd") and "lat" in fields:
        commas = sum(_COMMA.fullmatch(text) is not None for text in rows.texts("lat"))
        if commas:
            rows.tell("comma", rows.headings.get("lat", ""), n=commas)


def _fields(pairs: Pairs, i: int) -> tuple[Field, ...]:
    return _ONE if pairs.single[i] else _TWO


def _problem(
    rows: Rows, pairs: Pairs, i: int, key: str, texts: tuple[str, str] | None, **params: Any
) -> None:
    """A problem of a pair; ``texts`` would mend its cells, else its coordinates may go."""
    row, fields = int(pairs.which[i]), _fields(pairs, i)
    value = "; ".join(as_text(rows.cells(field)[row]) for field in fields)
    repair: Repair | list[tuple[Field, str]] | None
    if texts is None:
        repair = _elsewhere(rows, row, fields)
    else:
        repair = (
            [("coordinates", ", ".join(texts))] if pairs.single[i] else list(zip(_TWO, texts, strict=True))
        )
    rows.problem(row, fields[0], key, repair=repair, value=value, **params)


def _deviates(rows: Rows, pairs: Pairs, i: int, place: Floats) -> None:
    """A pair that lies in the country, but not in the way of its columns."""
    kind, want = int(pairs.kind[i]), int(pairs.want[i])
    if kind ^ 1 == want:
        _problem(rows, pairs, i, "swapped", (as_text(float(pairs.second[i])), as_text(float(pairs.first[i]))))
    else:
        texts = coordinates.written(float(place[0]), float(place[1]), SYSTEMS[want])
        _problem(rows, pairs, i, "other_system_rd" if want >= 2 else "other_system_degrees", texts)


def _lost(rows: Rows, ground: Ground, pairs: Pairs, lost: Ints, town: Ints) -> None:
    """Pairs that lie nowhere in the country: what may have happened to them, and how far away they are."""
    mended = _mended(ground, pairs, lost, town)
    want = np.where(pairs.want >= 0, pairs.want, 0)
    places = np.full((len(lost), 2), np.nan)
    for kind, system in enumerate(SYSTEMS):
        of = want[lost] == kind
        places[of] = coordinates.to_metres(pairs.first[lost[of]], pairs.second[lost[of]], system)
    real = np.isfinite(places).all(axis=1) & (np.abs(places) < 1e8).all(axis=1)
    metres, nearest = np.full(len(lost), np.nan), np.zeros(len(lost), dtype=np.intp)
    if real.any():
        metres[real], nearest[real] = ground.outside(places[real])
    for j, i in enumerate(lost.tolist()):
        if pairs.first[i] == 0 and pairs.second[i] == 0:
            _problem(rows, pairs, i, "zero", mended.get(i))
        elif not real[j] or (want[i] >= 2 and metres[j] > 400 * KM):
            _problem(rows, pairs, i, "range_rd" if want[i] >= 2 else "range", mended.get(i))
        else:
            km = max(round(float(metres[j]) / KM), 1)
            _problem(
                rows, pairs, i, "abroad", mended.get(i), km=km, municipality=ground.name(int(nearest[j]))
            )


def _mended(ground: Ground, pairs: Pairs, lost: Ints, town: Ints) -> dict[int, tuple[str, str]]:
    """Texts for the cells of lost pairs of which a slip gives a place in the stated municipality."""
    owners: list[int] = []
    tries: list[tuple[float, float]] = []
    for i in lost.tolist():
        for attempt in _attempts(float(pairs.first[i]), float(pairs.second[i])):
            owners.append(i)
            tries.append(attempt)
    values = np.array(tries, dtype=np.float64).reshape(-1, 2)
    kind = coordinates.kinds(values[:, 0], values[:, 1])
    places = np.full((len(tries), 2), np.nan)
    for number, system in enumerate(SYSTEMS):
        of = kind == number
        places[of] = coordinates.to_metres(values[of, 0], values[of, 1], system)
    home = ground.home(places)
    lies = ground.town(home)
    mended: dict[int, tuple[str, str]] = {}
    for j, i in enumerate(owners):
        stated = int(town[pairs.which[i]])
        if i not in mended and home[j] >= 0 and stated in (-1, lies[j]):
            one, other = (as_text(float(value)) for value in values[j])
            want = max(int(pairs.want[i]), 0)
            if kind[j] == want:
                mended[i] = (one, other)
            elif kind[j] ^ 1 == want:
                mended[i] = (other, one)
            else:
                mended[i] = coordinates.written(float(places[j, 0]), float(places[j, 1]), SYSTEMS[want])
    return mended


def _attempts(first: float, second: float) -> Iterator[tuple[float, float]]:
    """What a pair may have been before a minus sign came in, or a decimal point got lost."""
    one, other = abs(first), abs(second)
    if first < 0 or second < 0:
        yield one, other
    for limits, others in ((coordinates.LAT, coordinates.LON), (coordinates.LON, coordinates.LAT)):
        left, right = _pointed(one, limits), _pointed(other, others)
        if left is not None and right is not None and (left, right) != (one, other):
            yield left, right


def _pointed(value: float, limits: tuple[float, float]) -> float | None:
    if limits[0] <= value <= limits[1]:
        return value
    whole = value.is_integer() and 1_000 <= value < 1e15
    return coordinates.with_point(str(int(value)), limits) if whole else None
