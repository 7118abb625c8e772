"""Villages and towns by name: an exact look-up without network; resemblance is for :mod:`utils.locate`."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from utils import store
from utils.errors import DataError
from utils.locate import MAX_TEXT, normalise

FILE: Final = "places.parquet"
SEPARATOR: Final = "|"
"""Between the other names of a place, in the file."""
REACH: Final = 2_000.0
"""Metres outside every outline within which a place still counts: coasts differ from map to map."""
_COLUMNS: Final = ("name", "others", "municipality_code", "x", "y", "inhabitants")

_SHORT: Final = {"st": "sint", "ste": "sinte"}
_ON_THE: Final = re.compile(r"(?<= )(?:(?:aan|a) ?(?:den|der|de|d)) ")  # Alphen a/d Rijn, aan den Rijn
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)\s*$")


def key(text: str) -> str:
    """What makes two ways to write a place's name equal: no case, accents, punctuation or blanks.

    "St." is Sint, "a/d", "aan de" and "aan den" are one. Empty for a text without letters or digits.

    >>> key("Capelle a/d IJssel") == key("Capelle aan den IJssel")
    True
    >>> key("s'Heerenberg") == key("'s-Heerenberg")
    True
    """
    plain = " ".join(_SHORT.get(word, word) for word in normalise(text).split())
    return _ON_THE.sub("aan d ", plain).replace(" ", "")


@dataclass(frozen=True)
class Place:
    """A village, town or part of a town: the middle in metres (EPSG:28992), the municipality that it lies in.

    ``others`` are other names (Frisian, older, other spellings); ``inhabitants`` is None where unknown, rough
    where known, and only good to put the larger first.
    """

    name: str
    municipality_code: str
    x: float
    y: float
    others: tuple[str, ...] = ()
    inhabitants: int | None = None


class Places:
    """An index over the names of places; build it once, ask it often. Iterating gives all places, by name."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._places = tuple(places)
        self._own: defaultdict[str, dict[Place, None]] = defaultdict(dict)
        self._other: defaultdict[str, dict[Place, None]] = defaultdict(dict)
        for place in self._places:
            own = key(place.name)
            self._own[own][place] = None
            for other in place.others:
                begins = own.startswith(key(other))  # "Nieuwerkerk" for Nieuwerkerk aan den IJssel
                (self._own if begins else self._other)[key(other)][place] = None

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Place]:
        return iter(self._places)

    def find(self, text: str, municipality_code: str | None = None) -> tuple[Place, ...]:
        """The places that a name may mean, the largest first; none for an unknown name or one too long.

        With ``municipality_code`` only those in that municipality. Another name counts only where no place
        has the name as its own, or as a known beginning of its own. A part between brackets at the end does
        not count: "Bergen (NH)" gives every Bergen that has no such name itself.
        """
        if len(text) > MAX_TEXT:
            return ()
        for wanted in dict.fromkeys((key(text), key(_BRACKETS.sub("", text)))):
            for names in (self._own, self._other):
                found = [
                    place
                    for place in names.get(wanted, ())
                    if municipality_code in (None, place.municipality_code)
                ]
                if found:
                    return tuple(sorted(found, key=_rank))
        return ()

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """The places of a data set.

        A folder without places.parquet, as a refresh makes it, gets the places that ship, each in the
        municipality whose outline holds it; a place more than 2 km from every outline is left out.

        Raises DataError for a file that is missing or cannot be read, and for a missing column.
        """
        if (folder / FILE).is_file():
            return cls(_read(folder / FILE))
        return cls(_moved(_read(store.EMBEDDED_FOLDER / FILE), folder / "municipalities.parquet"))


def _rank(place: Place) -> tuple[int, str, str]:
    return -(place.inhabitants or 0), place.name, place.municipality_code


def _read(file: Path) -> list[Place]:
    table = _columns(file, _COLUMNS)
    return [
        Place(name, code, float(x), float(y), tuple(filter(None, others.split(SEPARATOR))), people)
        for name, others, code, x, y, people in zip(*(table[column] for column in _COLUMNS), strict=True)
    ]


def _moved(places: list[Place], municipalities: Path) -> list[Place]:
    """The places with the codes of other municipalities, by their points."""
    towns = _columns(municipalities, ("code", "geometry"))
    try:
        outlines = shapely.from_wkb(np.array(towns["geometry"], dtype=object))
    except (shapely.errors.GEOSException, TypeError) as problem:
        raise DataError("error.data_unreadable", file=municipalities.name, came=str(problem)) from problem
    points = shapely.points([(place.x, place.y) for place in places])
    rows = shapely.STRtree(outlines).query_nearest(points, max_distance=REACH, all_matches=False)
    return [replace(places[place], municipality_code=towns["code"][town]) for place, town in rows.T.tolist()]


def _columns(file: Path, names: Iterable[str]) -> dict[str, list[Any]]:
    try:
        table = pq.read_table(file)
        missing = ", ".join(sorted(set(names) - set(table.column_names)))
        if missing:
            expected = ", ".join(names)
            raise DataError("error.data_columns", file=file.name, expected=expected, missing=missing)
        found: dict[str, list[Any]] = table.select(list(names)).to_pydict()
        return found
    except FileNotFoundError:
        raise DataError("error.data_missing", file=file.name, folder=str(file.parent)) from None
    except (OSError, pa.ArrowException) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem
