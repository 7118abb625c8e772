"""Many discs over many points, small enough to calculate with: which points lie near which centres.

Pure (numpy). Coordinates are EPSG:28992, x then y, in metres. The points are sorted by horizontal strip and
then by x, so that a disc is a few *runs* of consecutive points where it would be hundreds or thousands of
pairs; sums over runs are differences of one cumulative sum. Sums of whole numbers are exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from utils.models import Floats, Ints

Run = NDArray[np.int32]
_CHUNK: Final = 65_536
_PIECE: Final = 1_024
_SLACK: Final = 1e-3
"""Metres by which the ends of a strip are set apart from rounding; points between them are measured."""


@dataclass(frozen=True, eq=False)
class Discs:
    """n discs over ``size`` points in a fixed order.

    ``count`` (n,) is the number of runs of each disc; ``start`` and ``stop`` (r,) the points that each run
    begins with and ends before, disc after disc.
    """

    size: int
    count: Ints
    start: Run
    stop: Run

    def __len__(self) -> int:
        return len(self.count)

    @cached_property
    def first(self) -> Ints:
        """(n + 1,) where the runs of each disc begin."""
        return np.concatenate([[0], np.cumsum(self.count)])

    def sums(self, weights: Floats) -> Floats:
        """(n,) for each disc the sum of the weights, one a point, of the points in it."""
        along = _cumulative(weights)
        runs = along[self.stop]
        runs -= along[self.start]
        found = np.zeros(len(self))
        some = self.count > 0
        if some.any():
            found[some] = np.add.reduceat(runs, self.first[:-1][some])
        return found

    def spread(self, amounts: Floats) -> Floats:
        """(size,) for each point the sum of the amounts, one a disc, of the discs that it lies in."""
        each = np.repeat(amounts, self.count)
        n = self.size + 1
        steps = np.bincount(self.start, each, n) - np.bincount(self.stop, each, n)
        return np.cumsum(steps[:-1])

    def members(self, disc: int) -> Ints:
        """The points in one disc."""
        runs = slice(self.first[disc], self.first[disc + 1])
        return expand(self.start[runs], self.stop[runs])[1]

    def take(self, discs: Ints) -> "Discs":
        """Some of the discs, over the same points."""
        runs = expand(self.first[discs], self.first[discs + 1])[1]
        return Discs(self.size, self.count[discs], self.start[runs], self.stop[runs])

    def with_more(self, other: "Discs") -> "Discs":
        """These discs and then others over the same points."""
        return Discs(
            self.size,
            np.concatenate([self.count, other.count]),
            np.concatenate([self.start, other.start]),
            np.concatenate([self.stop, other.stop]),
        )

    def merged(self, weights: Floats) -> tuple["Discs", Floats]:
        """The same discs over fewer points: neighbours in the order that lie in the same discs become one.

        Gives their weights too. Points in no disc, and points that weigh nothing, fall away.
        """
        cuts = np.unique(np.concatenate([self.start, self.stop]))
        if len(cuts) == 0:
            return Discs(0, self.count, self.start, self.stop), np.empty(0)
        start, stop = (np.searchsorted(cuts, ends) for ends in (self.start, self.stop))
        depth = np.bincount(start, minlength=len(cuts)) - np.bincount(stop, minlength=len(cuts))
        along = _cumulative(weights)[cuts]
        weight = np.diff(along)
        kept = (np.cumsum(depth)[:-1] > 0) & (weight > 0)
        place = np.concatenate([[0], np.cumsum(kept)]).astype(np.int32)
        return Discs(int(kept.sum()), self.count, place[start], place[stop]), weight[kept]


def _cumulative(values: Floats) -> Floats:
    total = np.empty(len(values) + 1)
    total[0] = 0
    np.cumsum(values, out=total[1:])
    return total


def expand(start: NDArray[np.integer], stop: NDArray[np.integer]) -> tuple[Ints, Ints]:
    """All whole numbers of some ranges, range after range, and the range that each comes from (first)."""
    length = (stop - start).astype(np.intp)
    owner = np.repeat(np.arange(len(length)), length)
    before = np.cumsum(length) - length
    return owner, np.arange(len(owner)) - before[owner] + start[owner]


class Points:
    """Weighted points that discs of one radius are laid over.

    ``weights`` are in the order that discs use. ``in_a_disc`` is about how many points lie in a disc,
    where any do.

    Parameters
    ----------
    xy : (n, 2) array, n at least 1
    weights : (n,) array, 0 or more
    radius : float
        Metres, above 0; a point at exactly this distance is in.
    """

    def __init__(self, xy: NDArray[np.floating], weights: Floats, radius: float) -> None:
        self.radius = float(radius)
        self.in_a_disc = _crowd(xy, self.radius)
        # Many points close together: low strips, so that few lie at the edge of a disc.
        self._height = self.radius / np.clip(np.sqrt(self.in_a_disc) / 3, 4, 32).round()
        strip = np.floor(xy[:, 1].astype(np.float64) / self._height)
        order = np.lexsort((xy[:, 0], strip))
        self._x, self._y = xy[order, 0].astype(np.float64), xy[order, 1].astype(np.float64)
        self.weights: Floats = np.asarray(weights, dtype=np.float64)[order]
        self._low, self._west = strip.min(), self._x.min()
        # Strips lie end to end on one line, so far apart that a disc in one never touches the next.
        self._apart = np.ptp(self._x) + 4 * self.radius
        self._line = (strip[order] - self._low) * self._apart
        self._line += self._x - self._west

    def upper(self, centres: Floats) -> Floats:
        """(m,) for each centre at most this much weight lies within the radius: quick, a sixth too much."""
        along = _cumulative(self.weights)
        found = np.zeros(len(centres))
        for at in range(0, len(centres), _CHUNK):
            for origin, near, _ in self._lines(centres[at : at + _CHUNK]):
                start, stop = self._within(origin, near, _SLACK)
                found[at : at + _CHUNK] += along[stop] - along[start]
        return found

    def discs(self, centres: Floats) -> Discs:
        """The discs around (m, 2) centres."""
        # In pieces: the edges of all discs at once would take much memory.
        pieces = [self._around(centres[at : at + _PIECE]) for at in range(0, len(centres), _PIECE)]
        none = _joined(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.intp), 0)
        counts, starts, stops = zip(none, *pieces, strict=True)
        return Discs(len(self.weights), np.concatenate(counts), np.concatenate(starts), np.concatenate(stops))

    def _lines(self, centres: Floats) -> Iterator[tuple[Floats, Floats, Floats]]:
        """For each strip that discs may touch: the centre's place on the line; the strip's least and greatest
        distance north or south of it."""
        reach = int(np.ceil(self.radius / self._height))
        x = np.clip(centres[:, 0] - self._west, -self.radius, self._apart - 3 * self.radius)
        y = centres[:, 1]
        own = np.floor(y / self._height)
        for step in range(-reach, reach + 1):
            south = (own + step) * self._height - y
            north = south + self._height
            near = np.maximum(np.maximum(south, -north), 0)
            far = np.maximum(np.abs(south), np.abs(north))
            yield (own + step - self._low) * self._apart + x, near, far

    def _within(self, origin: Floats, away: Floats, slack: float) -> tuple[Ints, Ints]:
        """The points on the line that a disc holds at this distance north or south of its centre."""
        half = np.sqrt(np.maximum(self.radius**2 - away**2, 0)) + slack
        start = np.searchsorted(self._line, origin - half)
        stop = np.searchsorted(self._line, origin + half, side="right")
        return start, np.where(away <= self.radius, np.maximum(start, stop), start)

    def _around(self, centres: Floats) -> tuple[Ints, Run, Run]:
        """Count, start and stop of the runs of some discs."""
        owners, starts, stops = [], [], []
        everyone = np.arange(len(centres))
        for origin, near, far in self._lines(centres):
            start, stop = self._within(origin, near, _SLACK)
            sure, unsure = (np.clip(ends, start, stop) for ends in self._within(origin, far, -_SLACK))
            owners.append(everyone)
            starts.append(sure)
            stops.append(unsure)
            for low, high in ((start, sure), (unsure, stop)):
                owner, point = expand(low, high)
                dx, dy = self._x[point] - centres[owner, 0], self._y[point] - centres[owner, 1]
                hit = dx**2 + dy**2 <= self.radius**2
                owners.append(owner[hit])
                starts.append(point[hit])
                stops.append(point[hit] + 1)
        return _joined(np.concatenate(owners), np.concatenate(starts), np.concatenate(stops), len(centres))


def _joined(owner: Ints, start: Ints, stop: Ints, n: int) -> tuple[Ints, Run, Run]:
    """Runs of n discs in order, those that follow on each other as one, none of them empty."""
    kept = stop > start
    owner, start, stop = owner[kept], start[kept], stop[kept]
    order = np.lexsort((start, owner))
    owner, start, stop = owner[order], start[order], stop[order]
    fresh = np.ones(len(owner), dtype=bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (start[1:] != stop[:-1])
    last = np.append(fresh[1:], True)[: len(fresh)]
    counts = np.bincount(owner[fresh], minlength=n)
    return counts, start[fresh].astype(np.int32), stop[last].astype(np.int32)


def _crowd(xy: NDArray[np.floating], radius: float) -> float:
    squares = np.floor(xy[:, 1].astype(np.float64) / radius) * 2.0**24
    squares += np.floor(xy[:, 0] / radius)
    return len(xy) / len(np.unique(squares)) * np.pi
