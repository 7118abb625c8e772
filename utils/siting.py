"""Where would new groups reach most inhabitants who have none? The maximal covering location problem.

Pure (numpy, and HiGHS for the last step). Demand is the sample points of an area's neighbourhoods that lie
beyond the radius of every active group, each standing for 1/K of the inhabitants of its neighbourhood;
inhabitants that are not known count for nothing, and neither do people outside the area. *Candidates* are
the sample points of the area. Where there are more than ``ALL`` of these, the country is laid out in squares
with a side of an eighth of the radius (a quarter where far too many points lie within each other's reach)
and of each square only the sample point nearest to its middle is a candidate. **The optimum and the bound
are about these candidates.**

The steps, each of which starts from the one before:

1. Greedy: time and again the candidate that gains most (at least 63% of the optimum: Nemhauser, Wolsey &
   Fisher, 1978). Gains only fall, so a candidate is looked at only when its upper bound is above what the
   best one gains (Minoux, 1978).
2. A bound that no choice exceeds, see :mod:`utils.siting_bound`.
3. Exchange: move one site at a time to where it gains most (Teitz & Bart, 1968), from the greedy choice and
   from a rounding of the choice in parts that comes with the bound.
4. Candidates that, by the bound, no better choice has in it fall away. If few enough are left, HiGHS proves
   the best of them, see :mod:`utils.siting_exact`.

No step looks at a clock or draws lots: the same question gets the same answer. Candidates go from south to
north and from west to east, so where gains are equal the order of rows makes no difference.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from utils import siting_bound, siting_exact, siting_search, summaries
from utils.coverage import RADIUS_MAX, RADIUS_MIN
from utils.discs import Points
from utils.errors import InputError
from utils.models import Coverage, Floats, Ints

MOST: Final = 100
ALL: Final = 10_000
"""Up to so many sample points all are candidates."""
_CROWDED: Final = 1e8  # pairs of points within reach of each other
_CORE: Final = 75_000  # runs of the candidates among which sites are exchanged
_WORK: Final = {"country": 2e8, "province": 1e8, "municipality": 7e7, "neighbourhood": 7e7}

Progress = Callable[[float], None]


@dataclass(frozen=True)
class Site:
    """A place for a group: row of its neighbourhood, place (EPSG:28992), people added to those before."""

    neighbourhood: int
    x: float
    y: float
    gained: float


@dataclass(frozen=True)
class Siting:
    """Places for new groups, what gains most first.

    ``open`` is the number of people in the area without a group within the radius before, ``gained`` how
    many of these get one. ``bound``: no choice of as many candidates gains more, proven. ``method`` is
    ``exact`` where the choice is proven to be best, else ``greedy``: chosen step by step, then improved by
    exchanges.
    """

    sites: tuple[Site, ...]
    open: float
    gained: float
    method: Literal["exact", "greedy"]
    bound: float

    @property
    def short(self) -> float:
        """By what part of the bound the choice may at most fall short of the best one; 0 when exact."""
        return 0.0 if self.method == "exact" or not self.bound else (self.bound - self.gained) / self.bound


@dataclass(frozen=True, eq=False)
class _Task:
    """n open points with their weights, 1/K of a person each; m candidates with their neighbourhoods."""

    points: Points
    candidates: Floats
    neighbourhoods: Ints
    step: float  # by less than this no two choices differ


def best_places(
    coverage: Coverage, code: str, k: int, radius: float, progress: Progress = lambda share: None
) -> Siting:
    """Where k new groups would reach most people of an area who have no active group within the radius.

    Parameters
    ----------
    code : area, as for :mod:`utils.summaries`
    k : 1 to ``MOST``; sites that would gain nothing are left out, so there may be fewer
    radius : metres, 100 to 5,000
    progress : is told which part is done, from 0 to 1

    Raises
    ------
    InputError
        For an area that does not exist, and for a number or radius out of range.
    """
    if not 1 <= k <= MOST:
        raise InputError("error.sites", came=str(k), low=1, high=MOST)
    if not RADIUS_MIN <= radius <= RADIUS_MAX:
        raise InputError("error.radius", came=str(radius), low=RADIUS_MIN, high=RADIUS_MAX)
    level, _ = summaries.find(coverage.atlas, code)
    samples = coverage.distance.shape[1]
    task = _task(coverage, summaries.rows_within(coverage.atlas, code, "neighbourhood"), radius)
    if task is None:
        return Siting((), 0.0, 0.0, "exact", 0.0)
    pool = siting_search.Pool(task.points, task.candidates)
    progress(0.2)
    start = siting_search.greedy(pool, k, lambda share: progress(0.2 + 0.3 * share))
    everyone, weights = float(task.points.weights.sum()), task.points.weights
    chosen, bound = _improved(
        pool, start, k, task.step, _WORK[level], lambda share: progress(0.5 + 0.4 * share)
    )
    order = siting_search.in_order(pool.discs, weights, chosen)
    gained = sum(gain for _, gain in order)
    proven = min(bound, everyone) < gained + task.step
    return Siting(
        sites=tuple(_site(task, pool.rows[disc], gain / samples) for disc, gain in order),
        open=everyone / samples,
        gained=gained / samples,
        method="exact" if proven else "greedy",
        bound=(gained if proven else min(bound, everyone)) / samples,
    )


def _site(task: _Task, row: int, gained: float) -> Site:
    x, y = task.candidates[row]
    return Site(int(task.neighbourhoods[row]), float(x), float(y), gained)


def _task(coverage: Coverage, rows: Ints, radius: float) -> _Task | None:
    """The problem in numbers; None where nobody is without a group."""
    places, samples = coverage.atlas.neighbourhoods, coverage.distance.shape[1]
    people = np.nan_to_num(places.inhabitants[rows], nan=0.0)
    uncovered = (coverage.distance[rows] > radius) & (people > 0)[:, None]
    if not uncovered.any():
        return None
    xy = coverage.atlas.samples[rows]
    points = Points(xy[uncovered], np.repeat(people, uncovered.sum(axis=1)), radius)
    everywhere = xy.reshape(-1, 2)
    chosen = _candidates(everywhere, points)
    step = 1.0 if np.array_equal(people, np.rint(people)) else 1e-6
    return _Task(points, everywhere[chosen].astype(np.float64), rows[chosen // samples], step)


def _candidates(everywhere: NDArray[np.float32], points: Points) -> Ints:
    """The rows of the sample points that are candidates, from south to north, then west to east."""
    order = np.lexsort((everywhere[:, 0], everywhere[:, 1]))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(everywhere[order], axis=0) != 0).any(axis=1)  # of points in one place one is enough
    order = order[fresh]
    if len(order) <= ALL:
        return order
    crowded = len(points.weights) * points.in_a_disc > _CROWDED
    side = points.radius / (4 if crowded else 8)
    off, square = np.zeros(len(order)), np.zeros(len(order))
    for axis, one in ((1, 2.0**24), (0, 1.0)):
        along = everywhere[order, axis].astype(np.float64) / side
        corner = np.floor(along)
        off += (along - corner - 0.5) ** 2
        square += corner * one
    by_square = np.lexsort((off, square))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(square[by_square]) != 0
    return order[np.sort(by_square[first])]


def _improved(
    pool: siting_search.Pool, start: list[int], k: int, step: float, work: float, progress: Progress
) -> tuple[list[int], float]:
    """A better choice of k from the pool, and what no choice of k candidates exceeds."""
    discs, weights = pool.discs.merged(pool.points.weights)
    best, best_total = start, siting_search.total(discs, weights, start)
    if len(start) < k or best_total >= pool.points.weights.sum():  # everything is covered
        return start, best_total
    enough = best_total + step
    bound = siting_bound.bound(discs, weights, k, start, pool.floor, enough, work, progress)
    promising = np.argsort(-bound.values, kind="stable")
    core = np.union1d(promising[np.cumsum(discs.count[promising]) <= _CORE], start)
    near, held = discs.take(core).merged(weights)
    parts = siting_search.rounded(near, held, bound.shares[core], k)
    for choice in (np.searchsorted(core, start).tolist(), parts):
        moved = siting_search.exchange(near, held, choice)
        if (now := siting_search.total(near, held, moved)) > best_total:
            best, best_total = core[moved].tolist(), now
    # A choice that is better by a step cannot have a disc in it of which the bound says otherwise.
    rivals = np.flatnonzero(bound.total - bound.level + bound.values >= best_total + step)
    left_out = pool.floor > 0 and bound.with_others(pool.floor) >= best_total + step
    if bound.total < best_total + step or left_out:
        return best, bound.total
    rivals = np.union1d(rivals, best)
    found = siting_exact.solve(discs.take(rivals), weights, k, np.searchsorted(rivals, best).tolist(), step)
    if found is None:
        return best, bound.total
    solved = rivals[list(found.chosen)].tolist()
    if (now := siting_search.total(discs, weights, solved)) > best_total:
        best, best_total = solved, now
    return best, min(bound.total, max(found.bound, best_total))
