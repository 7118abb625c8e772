"""Text → area: a search over the names in the atlas, without network."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from utils import mergers
from utils.models import LEVELS, Areas, Atlas, Level
from utils.name_index import NameIndex

MAX_TEXT = 100  # no name is half as long; what is longer was not typed to find a place

POPULAR: Mapping[str, tuple[str, ...]] = {
    "Den Haag": ("GM0518",),
    "The Hague": ("GM0518",),
    "Den Bosch": ("GM0796",),
    "Friesland": ("PV21",),
    "Brabant": ("PV30",),
    "Ljouwert": ("GM0080",),
    "Tietjerksteradeel": ("GM0737",),
    "Dantumadeel": ("GM1891",),
    "Zuidwest-Friesland": ("GM1900",),
    "Nuenen c.a.": ("GM0820",),
}

_APOSTROPHES = re.compile("['’‘`´ʼ]")
_SEPARATORS = re.compile(r"[\W_]+")
_SUFFIX = re.compile(r"\s*\([^()]*\)$|,.*$")  # "Hengelo (O.)"; "Nuenen, Gerwen en Nederwetten"
_NUMBERED = re.compile(r"^(?:wijk|district)\s+\d+\s*", re.IGNORECASE)  # "Wijk 03 Lelystad-Haven"
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d"})  # no accent to take off


@dataclass(frozen=True)
class Hit:
    """An area that the text may mean.

    ``municipality`` and ``province`` are the names of the areas it lies in, "" where there is none;
    ``alias`` is the old or popular name that was found instead of the area's own, or None: of a
    neighbourhood the name of its district, which is also ``district`` ("" where there is none).
    """

    code: str
    name: str
    level: Level
    municipality: str
    province: str
    alias: str | None = None
    district: str = ""


def normalise(text: str) -> str:
    """Lower case, without accents, apostrophes and punctuation, one blank between words.

    >>> normalise("  's-Hertogenbosch ")
    's hertogenbosch'
    >>> normalise("Súdwest-Fryslân")
    'sudwest fryslan'
    """
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.casefold()))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    return _SEPARATORS.sub(" ", plain).strip()


def by_name(name: str) -> str:
    """What to sort a name by: "Noord 2" before "Noord 10".

    >>> sorted(["Noord 10", "Oost", "noord 2"], key=by_name)
    ['noord 2', 'Noord 10', 'Oost']
    """
    return re.sub(r"\d+", lambda number: number.group().zfill(6), normalise(name))


class _Name(NamedTuple):
    """A searchable name: what it means and how it ranks among equals (larger area, own name, shorter)."""

    key: str
    depth: int
    row: int
    alias: str | None

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        return self.depth, self.alias is not None, len(self.key), self.key


@dataclass(frozen=True)
class Ranked:
    """A hit with its place in the order: ``score`` tells how well the name fits (:mod:`utils.name_index`).

    ``key`` is the name found, made plain. ``popular`` is true for an own name and one that people use for it,
    false for the name of an area that is no more, and of a district.
    """

    score: float
    depth: int
    key: str
    popular: bool
    hit: Hit


class Gazetteer:
    """An index over the names of an atlas; build it once, search it often.

    ``aliases`` gives old names with the codes of all areas they may now mean (several for a municipality
    that was split: each becomes a hit of its own). Codes that the atlas does not have are left out.
    """

    def __init__(self, atlas: Atlas, aliases: Mapping[str, Iterable[str]] | None = None) -> None:
        self._atlas = atlas
        names = (*_own_names(atlas), *_aliases(atlas, aliases or {}), *_districts(atlas))
        codes = tuple(_codes(atlas))
        self._names = [name for name in names if name.key]
        keys = [name.key for name in self._names]
        context = self._keys_around()
        self._index = NameIndex(keys, context, [code.key for code in codes])
        self._names += codes

    def search(self, text: str, limit: int = 7) -> list[Hit]:
        """The areas that the text may mean, best first, at most ``limit``.

        Best is the whole name, then its beginning, then the beginning of a word in it, then several such
        words in any order, one of them of the name (the others may be of the municipality or province it
        lies in); where no name is equal, what resembles it. Case, accents, apostrophes and punctuation do
        not count; codes are found too. Equally good: the larger area first.
        A text without letters or digits, or of more than 100 characters, gives no hits.
        """
        return [ranked.hit for ranked in self.ranked(text, limit)]

    def ranked(self, text: str, limit: int, whole: bool = False) -> list[Ranked]:
        """The same hits as ``search``, each with what it was ranked by; ``whole``: by whole names only."""
        wanted = normalise(text) if len(text) <= MAX_TEXT else ""
        if not wanted or limit < 1:
            return []
        best = self._index.match(wanted, limit, whole)
        hits: dict[tuple[int, int], Ranked] = {}
        for position in sorted(best, key=lambda position: (best[position], self._names[position].rank)):
            name = self._names[position]
            if (name.depth, name.row) not in hits:
                popular = name.alias is None or name.alias in POPULAR
                found = Ranked(best[position], name.depth, name.key, popular, self._hit(name))
                hits[name.depth, name.row] = found
            if len(hits) == limit:
                break
        return list(hits.values())

    def _keys_around(self) -> Iterator[tuple[str, int]]:
        """The key of what each name lies in: of a neighbourhood its municipality, of that its province."""
        around: dict[Level, Areas] = {
            "neighbourhood": self._atlas.municipalities,
            "municipality": self._atlas.provinces,
        }
        keys = {level: [normalise(name) for name in areas.names] for level, areas in around.items()}
        for position, name in enumerate(self._names):
            level = LEVELS[name.depth]
            if level in keys:
                yield keys[level][self._atlas.areas(level).parents[name.row]], position

    def _hit(self, name: _Name) -> Hit:
        atlas, level = self._atlas, LEVELS[name.depth]
        areas = atlas.areas(level)
        municipality = province = district = ""
        row = name.row
        if level == "neighbourhood":
            district = str(atlas.districts[row])
            row = int(areas.parents[row])
            municipality = str(atlas.municipalities.names[row])
        if level != "province":
            province = str(atlas.provinces.names[atlas.municipalities.parents[row]])
        code, own = str(areas.codes[name.row]), str(areas.names[name.row])
        return Hit(code, own, level, municipality, province, name.alias, district)


def _own_names(atlas: Atlas) -> Iterator[_Name]:
    for depth, level in enumerate(LEVELS[1:], start=1):
        areas = atlas.areas(level)
        for row, name in enumerate(areas.names):
            yield _Name(normalise(name), depth, row, None)
            short = _SUFFIX.sub("", name)
            if short != name:
                yield _Name(normalise(short), depth, row, None)


def _codes(atlas: Atlas) -> Iterator[_Name]:
    for depth, level in enumerate(LEVELS[1:], start=1):
        for row, code in enumerate(atlas.areas(level).codes):
            yield _Name(code.lower(), depth, row, None)


def _aliases(atlas: Atlas, aliases: Mapping[str, Iterable[str]]) -> Iterator[_Name]:
    for alias, codes in (*POPULAR.items(), *aliases.items()):
        for code in codes:
            found = atlas.find(code)
            if found and found[0] != "country":
                yield _Name(normalise(alias), LEVELS.index(found[0]), found[1], alias)


def _districts(atlas: Atlas) -> Iterator[_Name]:
    """The name of its district as another name of each neighbourhood, with and without a number before it."""
    depth = LEVELS.index("neighbourhood")
    for row, district in enumerate(atlas.districts):
        if district and district != atlas.neighbourhoods.names[row]:
            for key in dict.fromkeys((normalise(district), normalise(_NUMBERED.sub("", district)))):
                yield _Name(key, depth, row, district)


def aliases(changes: Path) -> dict[str, tuple[str, ...]]:
    """Names of municipalities that ended → codes of where they went, from a file of changes (CSV, UTF-8).

    A chain of mergers is followed to its end; a municipality that was split has several codes.

    Raises DataError for an absent or unreadable file and for a missing column.
    """
    known = mergers.read(changes)
    return {
        name: tuple(dict.fromkeys(end for code in codes for end in known.ends(code)))
        for name, codes in known.names.items()
    }
