"""What no choice of k discs can exceed, proven: the dual of the covering problem, made small step by step.

Pure (numpy). Let each point keep a part of its weight as its *price* and give the rest away. Then no k discs
hold more than all that is given away plus the k largest sums of prices in a disc: what a choice covers is
worth its price to a chosen disc, and the rest counts in full. That holds for any prices (Galvão & ReVelle,
A Lagrangean heuristic for the maximal covering location problem, 1996); the best prices give the value of
the linear programme, which for this problem is nearly always within a percent of the optimum. They are
sought by the primal-dual hybrid gradient method (Chambolle & Pock, 2011) with a step for each row and column
(Pock & Chambolle, 2011), over-relaxed. The number of steps depends on the size alone, so the same question
gets the same answer.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from utils.discs import Discs
from utils.models import Floats

_BALANCE: Final = 0.3  # of the steps of choice and prices; found by trying
_RELAXED: Final = 1.8
_STEPS: Final = (50, 600)
_EVERY: Final = 10
_STALLED: Final = 5e-5  # of the bound: it stops when 50 steps gain less
_GRAIN: Final = 256.0  # prices are whole multiples of 1/256, so that their sums, and the bound, are exact


@dataclass(frozen=True, eq=False)
class Bound:
    """``total`` is what no k discs exceed. ``values`` holds what each disc is worth at the prices behind it,
    ``level`` the k-th largest of these (also of discs that were left out), ``shares`` a choice of k discs in
    parts, near the best."""

    total: float
    values: Floats
    level: float
    shares: Floats

    def with_others(self, value: float) -> float:
        """What no choice exceeds that has a disc of this value, at most ``level``, in it."""
        return self.total - self.level + value


def bound(
    discs: Discs,
    weights: Floats,
    k: int,
    chosen: Sequence[int],
    floor: float,
    enough: float,
    work: float,
    progress: Callable[[float], None],
) -> Bound:
    """The least bound found.

    Parameters
    ----------
    discs : Discs over ``weights``, each with a sum above 0
    k : how many may be chosen
    chosen : a good choice of k, which it starts from
    floor : no disc that was left out holds more than this
    enough : a bound below this need not be any lower
    work : about how many runs and points to go through in all
    progress : is told which part is done
    """
    size = len(discs.start) + discs.size
    steps = int(np.clip(work / size, *_STEPS))
    share = np.zeros(len(discs))
    share[list(chosen)] = 1
    price = _first_prices(discs, weights, chosen)
    forward = _BALANCE / discs.sums(weights)
    back = 1 / (_BALANCE * np.maximum(discs.spread(np.ones(len(discs))), 1))
    found = _priced(discs, weights, price, k, floor, share)
    before = np.inf
    for step in range(1, steps + 1):
        ahead = _chosen(share + forward * discs.sums(weights * price), forward, k)
        covered = discs.spread(2 * ahead - share)
        paid = np.clip(price - back * (covered - 1), 0, 1)
        share += _RELAXED * (ahead - share)
        price = np.clip(price + _RELAXED * (paid - price), 0, 1)
        if step % _EVERY == 0:
            fresh = _priced(discs, weights, price, k, floor, ahead)
            found = min(found, fresh, key=lambda one: one.total)
            progress(step / steps)
        if found.total < enough:
            break
        if step % _STEPS[0] == 0:
            if found.total > before * (1 - _STALLED):
                break
            before = found.total
    return found


def _first_prices(discs: Discs, weights: Floats, chosen: Sequence[int]) -> Floats:
    """Full prices for what is not covered; for the rest such that every chosen disc is worth the same."""
    left, gains = weights.copy(), []
    own = np.full(len(weights), -1)
    for turn, disc in enumerate(chosen):
        points = discs.members(disc)
        own[points[left[points] > 0]] = turn
        gains.append(left[points].sum())
        left[points] = 0
    level = np.array([min(gains) / gain if gain > 0 else 1.0 for gain in gains] + [1.0])
    prices: Floats = level[own]
    return prices


def _priced(discs: Discs, weights: Floats, price: Floats, k: int, floor: float, share: Floats) -> Bound:
    """The bound that these prices, each a part of a point's weight, give."""
    paid = np.floor(weights * price * _GRAIN) / _GRAIN
    values = discs.sums(paid)
    best = np.maximum(np.append(np.sort(values)[::-1][:k], np.zeros(max(k - len(values), 0))), floor)
    return Bound(float((weights - paid).sum() + best.sum()), values, float(best[-1]), share)


def _chosen(wanted: Floats, forward: Floats, k: int) -> Floats:
    """The nearest choice in parts: each from 0 to 1, k in all at most, near in the measure of the steps."""
    choice: Floats = np.clip(wanted, 0, 1)
    if choice.sum() <= k:
        return choice
    low, high = 0.0, float((wanted / forward).max())
    for _ in range(18):
        middle = (low + high) / 2
        choice = np.clip(wanted - forward * middle, 0, 1)
        low, high = (middle, high) if choice.sum() > k else (low, middle)
    return choice
