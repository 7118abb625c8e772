"""Which names a text may mean, and how well each fits: whole, begun, some words of it, or misspelt."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain
from typing import Final

from rapidfuzz import fuzz, process

MIN_FUZZY: Final = 4
"""Letters; shorter texts resemble too much."""
FUZZY_SCORE: Final = 75.0
"""Of 100; one wrong letter in four still finds the name."""
MENDED_SCORE: Final = 80.0
"""Of 100, for one word among others: stricter, for a word resembles sooner than a whole name."""
MOST_WORDS: Final = 12
"""Words of a text that are looked at one by one; no name has as many."""

WHOLE: Final = 0.0
BEGUN: Final = 1.0
WORD: Final = 2.0
WORDS: Final = 3.0
RESEMBLES: Final = 4.0
"""What resembles the text scores from here, plus the share that differs (a quarter at most)."""
MENDED: Final = 5.0


class NameIndex:
    """An index over names, already made plain: lower case, one blank between words; build it once.

    ``context`` gives, for some positions in ``names``, words that may be typed beside the name (of the
    municipality that it lies in). ``codes`` go on where ``names`` end: these are never guessed at.
    """

    def __init__(
        self, names: Sequence[str], context: Iterable[tuple[str, int]] = (), codes: Sequence[str] = ()
    ) -> None:
        self._names = list(names)
        self._keys = [*names, *codes]
        self._exact: dict[str, list[int]] = {}
        for position, key in enumerate(self._keys):
            self._exact.setdefault(key, []).append(position)
        self._own = _Starts((key, position) for position, key in enumerate(self._keys))
        self._beside = _Starts(context)

    def match(self, wanted: str, enough: int, whole: bool = False) -> dict[int, float]:
        """Positions of the names that a plain text may mean, each with how well it fits: 0 is best.

        0 for the whole name, 1 for its beginning, 2 for the beginning of a word in it, 3 for several such
        words in any order, one at least of the name itself, the others perhaps of its context; 4 to 4.25 for
        a name that resembles the text, 5 for words that do; these two only where the text is no whole name
        and fewer than ``enough`` fit better. ``whole``: whole names only. Empty for an empty text.
        """
        if not wanted:
            return {}
        best: dict[int, float] = dict.fromkeys(self._exact.get(wanted, ()), WHOLE)
        if whole:
            return best
        for position in self._own.find(wanted):
            best.setdefault(position, BEGUN if self._keys[position].startswith(wanted) else WORD)
        words = wanted.split()
        for position in self._all_words(words):
            best.setdefault(position, WORDS)
        if len(best) < enough and len(wanted) >= MIN_FUZZY and wanted not in self._exact:
            for _, score, position in process.extract(
                wanted, self._names, scorer=fuzz.ratio, limit=2 * enough, score_cutoff=FUZZY_SCORE
            ):
                best.setdefault(position, RESEMBLES + (100.0 - score) / 100.0)
            if not best:
                best = dict.fromkeys(self._all_words(self._mended(words)), MENDED)
        return best

    def _all_words(self, words: Sequence[str]) -> set[int]:
        """The names in which each word starts a word, of the name itself or of its context."""
        if not 1 < len(words) <= MOST_WORDS:  # one word alone was found already
            return set()
        own = [set(self._own.find(word)) for word in words]
        both = [found.union(self._beside.find(word)) for found, word in zip(own, words, strict=True)]
        return set.intersection(*both) & set[int]().union(*own)

    def _mended(self, words: Sequence[str]) -> list[str]:
        """The words, each that starts no known word replaced by the known one nearest to it.

        Empty for one word alone, which a whole name would resemble, and where one resembles nothing.
        """
        if not 1 < len(words) <= MOST_WORDS:
            return []
        mended: list[str] = []
        for word in words:
            if self._own.find(word) or self._beside.find(word):
                mended.append(word)
                continue
            near = process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=MENDED_SCORE)
            if near is None:
                return []
            mended.append(near[0])
        return mended

    @cached_property
    def _vocabulary(self) -> list[str]:
        words = chain.from_iterable(name.split() for name in (*self._names, *self._beside.keys))
        return sorted({word for word in words if len(word) >= MIN_FUZZY})


class _Starts:
    """All words of the keys, each with what follows it, sorted: what starts alike lies together."""

    def __init__(self, keys: Iterable[tuple[str, int]]) -> None:
        pairs = list(keys)
        self.keys = {key for key, _ in pairs}
        words = sorted((key[start:], position) for key, position in pairs for start in _word_starts(key))
        self._words = [word for word, _ in words]
        self._positions = [position for _, position in words]

    def find(self, text: str) -> list[int]:
        """The positions of the keys in which the text stands at the beginning of a word."""
        start = bisect_left(self._words, text)
        return self._positions[start : bisect_left(self._words, text + "\U0010ffff", start)]


def _word_starts(key: str) -> list[int]:
    return [0, *(blank.end() for blank in re.finditer(" ", key))]
