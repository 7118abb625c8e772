"""How much of the map rests on groups that were confirmed in the last twelve months.

Pure. Two coverages are laid side by side: that by all active groups, which the map shows, and that by the
*fresh* ones among them (:func:`utils.upkeep.fresh`). Where the second gives an area a lower status, the map
is right only if a group is still there that nobody confirmed for a year: it *may be too favourable*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from utils.coverage import above, figures
from utils.models import Coverage, Figures, Floats, Ints, Level, Overlay

__all__ = ["AreaFreshness", "Freshness", "columns", "measure", "of_area", "overlay"]


@dataclass(frozen=True, eq=False)
class Freshness:
    """All n areas of one level at one radius; rows as in ``Atlas.areas(level)``.

    ``active`` counts the active groups of an area, ``fresh`` those of them that were confirmed on the day
    ``since`` or later, ``share`` is fresh / active (nan where there is no active group). ``lower`` is True
    for an area whose status would be lower by fresh groups alone; ``overstated`` counts the neighbourhoods
    of that kind inside it.
    """

    level: Level
    radius: float
    since: date
    active: Ints
    fresh: Ints
    share: Floats
    lower: NDArray[np.bool_]
    overstated: Ints


@dataclass(frozen=True)
class AreaFreshness:
    """One row of `Freshness` as plain numbers."""

    active: int
    fresh: int
    lower: bool
    overstated: int

    @property
    def stale(self) -> int:
        """Active groups that nobody confirmed since the day."""
        return self.active - self.fresh


def measure(
    whole: Coverage,
    fresh: Coverage,
    level: Level,
    radius: float,
    since: date,
    figures: Callable[[Coverage, Level, float], Figures] = figures,
) -> Freshness:
    """Compare coverage by all groups with that by ``fresh`` ones at a radius in metres.

    ``fresh`` is the coverage of the same atlas by the active groups confirmed on ``since`` or later;
    ``figures`` gives the figures of a coverage: who has these already, gives his own.
    """
    mine, theirs = figures(whole, level, radius), figures(fresh, level, radius)
    parts, fresh_parts = (figures(one, "neighbourhood", radius) for one in (whole, fresh))
    where = above(whole.atlas, level)
    share = np.full(len(mine.active), np.nan)
    return Freshness(
        level=level,
        radius=float(radius),
        since=since,
        active=mine.active,
        fresh=theirs.active,
        share=np.divide(theirs.active, mine.active, out=share, where=mine.active > 0),
        lower=_lower(mine, theirs),
        overstated=np.bincount(where[_lower(parts, fresh_parts)], minlength=len(mine.active)),
    )


def _lower(whole: Figures, fresh: Figures) -> NDArray[np.bool_]:
    # From covered by partly to uncovered the numbers rise; the other two depend on inhabitants alone.
    return np.asarray(fresh.status > whole.status, dtype=bool)


def of_area(found: Freshness, row: int) -> AreaFreshness:
    """The freshness of one area: a row of its level."""
    return AreaFreshness(
        active=int(found.active[row]),
        fresh=int(found.fresh[row]),
        lower=bool(found.lower[row]),
        overstated=int(found.overstated[row]),
    )


def columns(found: Freshness) -> Mapping[str, Floats | Ints]:
    """What tables and files tell: ``confirmed_share``, ``unconfirmed``, ``overstated``; (n,) each."""
    return {
        "confirmed_share": found.share,
        "unconfirmed": found.active - found.fresh,
        "overstated": found.overstated,
    }


def overlay(found: Freshness) -> Overlay:
    """The map layer ``actueel``: coloured by share, hatched where the map may be too favourable."""
    some = found.active > 0
    larger = found.level != "neighbourhood"

    def where(told: NDArray[np.bool_], values: Ints) -> Floats:
        return np.where(told, values.astype(np.float64), np.nan)

    return Overlay(
        layer="actueel",
        level=found.level,
        values=found.share,
        marked=found.lower,
        facts={
            "fresh": where(some, found.fresh),
            "active": where(some, found.active),
            "overstated": where((found.overstated > 0) & larger, found.overstated),
            "lower": where(found.lower, found.overstated),
        },
        columns=columns(found),
    )
