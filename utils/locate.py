"""Text → area: a search over the names in the atlas, without network."""

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from utils import mergers
from utils.models import LEVELS, Atlas, Level

MAX_TEXT = 100  # no name is half as long; what is longer was not typed to find a place
MIN_FUZZY = 4  # shorter texts resemble too much
FUZZY_SCORE = 75.0  # of 100; one wrong letter in four still finds the name

POPULAR: Mapping[str, tuple[str, ...]] = {
    "Den Haag": ("GM0518",),
    "The Hague": ("GM0518",),
    "Den Bosch": ("GM0796",),
    "Friesland": ("PV21",),
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


class _Name(NamedTuple):
    """A searchable name: what it means and how it ranks among equals (larger area, own name, shorter)."""

    key: str
    depth: int
    row: int
    alias: str | None

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        return self.depth, self.alias is not None, len(self.key), self.key


class _Starts:
    """All words of the keys, each with what follows it, sorted: what starts alike lies together."""

    def __init__(self, keys: Iterable[tuple[str, int]]) -> None:
        words = sorted((key[start:], position) for key, position in keys for start in _word_starts(key))
        self._words = [word for word, _ in words]
        self._positions = [position for _, position in words]

    def find(self, text: str) -> list[int]:
        """The positions of the keys in which the text stands at the beginning of a word."""
        start = bisect_left(self._words, text)
        return self._positions[start : bisect_left(self._words, text + "\U0010ffff", start)]


def _word_starts(key: str) -> list[int]:
    return [0, *(blank.end() for blank in re.finditer(" ", key))]


class Gazetteer:
    """An index over the names of an atlas; build it once, search it often.

    ``aliases`` gives old names with the codes of all areas they may now mean (several for a municipality
    that was split: each becomes a hit of its own). Codes that the atlas does not have are left out.
    """

    def __init__(self, atlas: Atlas, aliases: Mapping[str, Iterable[str]] | None = None) -> None:
        self._atlas = atlas
        named = (*_own_names(atlas), *_aliases(atlas, aliases or {}), *_districts(atlas))
        self._names = [name for name in named if name.key]
        self._keys = [name.key for name in self._names]
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        for position, key in enumerate(self._keys):
            self._exact[key].append(position)
        self._own = _Starts((key, position) for position, key in enumerate(self._keys))
        self._municipality = _Starts(self._municipality_keys())

    def search(self, text: str, limit: int = 7) -> list[Hit]:
        """The areas that the text may mean, best first, at most ``limit``.

        Best is the whole name, then its beginning, then the beginning of a word in it, then several such
        words in any order, one of them of the name (the others may be of the municipality it lies in);
        where no name is equal, what resembles it. Case, accents, apostrophes
        and punctuation do not count; codes are found too. Equally good: the larger area first.
        A text without letters or digits, or of more than 100 characters, gives no hits.
        """
        wanted = normalise(text) if len(text) <= MAX_TEXT else ""
        if not wanted or limit < 1:
            return []
        best: dict[int, float] = dict.fromkeys(self._exact.get(wanted, ()), 0.0)
        for position in self._own.find(wanted):
            best.setdefault(position, 1.0 if self._keys[position].startswith(wanted) else 2.0)
        for position in self._all_words(wanted.split()):
            best.setdefault(position, 3.0)
        if len(best) < limit and len(wanted) >= MIN_FUZZY and wanted not in self._exact:
            for _, score, position in process.extract(
                wanted, self._keys, scorer=fuzz.ratio, limit=2 * limit, score_cutoff=FUZZY_SCORE
            ):
                best.setdefault(position, 104.0 - score)
        return self._hits(best, limit)

    def _all_words(self, words: list[str]) -> set[int]:
        """The names in which each word starts a word, of the name itself or of its municipality's name."""
        own = [set(self._own.find(word)) for word in words]
        both = [found.union(self._municipality.find(word)) for found, word in zip(own, words, strict=True)]
        return set.intersection(*both) & set[int]().union(*own)

    def _municipality_keys(self) -> Iterator[tuple[str, int]]:
        """The municipality's key of each neighbourhood's own name."""
        keys = [normalise(name) for name in self._atlas.municipalities.names]
        parents = self._atlas.neighbourhoods.parents
        for position, name in enumerate(self._names):
            if LEVELS[name.depth] == "neighbourhood":
                yield keys[parents[name.row]], position

    def _hits(self, best: dict[int, float], limit: int) -> list[Hit]:
        ordered = sorted(best, key=lambda position: (best[position], self._names[position].rank))
        hits: dict[tuple[int, int], Hit] = {}
        for position in ordered:
            name = self._names[position]
            hits.setdefault((name.depth, name.row), self._hit(name))
            if len(hits) == limit:
                break
        return list(hits.values())

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
        for row, (code, name) in enumerate(zip(areas.codes, areas.names, strict=True)):
            yield _Name(normalise(name), depth, row, None)
            yield _Name(code.lower(), depth, row, None)
            short = _SUFFIX.sub("", name)
            if short != name:
                yield _Name(normalise(short), depth, row, None)


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
