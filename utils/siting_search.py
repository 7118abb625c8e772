"""Choices of k discs that hold much weight, quickly: greedily, from parts, and by exchange.

Pure (numpy). A choice is a list of discs. Of equals the first disc is taken.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from utils.discs import Discs, Points
from utils.models import Floats, Ints

FEW: Final = 8_000
"""Up to so many candidates are all looked at."""
_DEEPER: Final = 0.7
_ALL_BELOW: Final = 0.02
_ROUNDS: Final = 5


class Pool:
    """The candidates that can matter: those whose disc holds more than ``floor``.

    Their discs are made only when a gain falls to ``floor``, so that most are never made. ``rows`` are their
    rows among the m candidates, (m, 2) in EPSG:28992.
    """

    def __init__(self, points: Points, candidates: Floats) -> None:
        self.points = points
        self._candidates = candidates
        self._upper = points.upper(candidates)
        self._most = float(self._upper.max(initial=0.0))
        self._inside = np.zeros(len(candidates), dtype=bool)
        self.floor = np.inf
        self.rows: Ints = np.empty(0, dtype=np.intp)
        self.discs: Discs = points.discs(candidates[:0])
        self._lower(0.0 if len(candidates) <= FEW else self._most / 2)

    def deepen(self, gain: float) -> None:
        """Take in what may gain more than this, and some more: the next gains will be less."""
        floor = max(gain * _DEEPER, self.floor / 8)
        self._lower(floor if floor > self._most * _ALL_BELOW else 0.0)

    def _lower(self, floor: float) -> None:
        fresh = np.flatnonzero((self._upper > floor) & ~self._inside)
        discs = self.points.discs(self._candidates[fresh])
        self._upper[fresh] = discs.sums(self.points.weights)
        kept = np.flatnonzero(self._upper[fresh] > floor)
        self.discs = self.discs.with_more(discs.take(kept))
        self.rows = np.concatenate([self.rows, fresh[kept]])
        self._inside[fresh[kept]] = True
        self.floor = floor


def greedy(pool: Pool, k: int, progress: Callable[[float], None]) -> list[int]:
    """Time and again the candidate that adds most; fewer than k where no more adds anything."""
    left, chosen = pool.points.weights.copy(), list[int]()
    while len(chosen) < k:
        gains = pool.discs.sums(left)
        best = int(np.argmax(gains)) if len(gains) else -1
        gain = float(gains[best]) if len(gains) else 0.0
        if gain < pool.floor:
            pool.deepen(gain)
        elif gain <= 0:
            break
        else:
            chosen.append(best)
            left[pool.discs.members(best)] = 0
            progress(len(chosen) / k)
    return chosen


def rounded(discs: Discs, weights: Floats, shares: Floats, k: int) -> list[int]:
    """A choice from one in parts (of each disc a share): time and again what adds most for its share."""
    left, chosen = weights.copy(), list[int]()
    while len(chosen) < k:
        gains = discs.sums(left)
        sure = gains * shares
        best = int(np.argmax(sure if sure.max() > 0 else gains))
        if gains[best] <= 0:
            break
        chosen.append(best)
        left[discs.members(best)] = 0
    return chosen


def exchange(discs: Discs, weights: Floats, chosen: Sequence[int]) -> list[int]:
    """Move one disc of a choice at a time to where it adds most, until none adds more or rounds are up."""
    choice, held = list(chosen), np.zeros(len(weights), dtype=np.intp)
    for disc in choice:
        held[discs.members(disc)] += 1
    for _ in range(_ROUNDS):
        moved = False
        for turn, disc in enumerate(choice):
            held[discs.members(disc)] -= 1
            gains = discs.sums(np.where(held == 0, weights, 0.0))
            best = int(np.argmax(gains))
            if gains[best] > gains[disc]:
                choice[turn], moved = best, True
            held[discs.members(choice[turn])] += 1
        if not moved:
            break
    return choice


def total(discs: Discs, weights: Floats, chosen: Sequence[int]) -> float:
    """The weight of all points in one of the chosen discs."""
    held = np.zeros(len(weights), dtype=bool)
    for disc in chosen:
        held[discs.members(disc)] = True
    return float(weights[held].sum())


def in_order(discs: Discs, weights: Floats, chosen: Sequence[int]) -> list[tuple[int, float]]:
    """The chosen discs with what each adds to those before: most first, and without what adds nothing."""
    names = sorted(set(chosen))
    rest, left, order = discs.take(np.array(names, dtype=np.intp)), weights.copy(), []
    for _ in names:
        gains = rest.sums(left)
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        order.append((names[best], float(gains[best])))
        left[rest.members(best)] = 0
    return order
