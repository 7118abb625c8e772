"""League tables: which place each area takes by a measure, and which place it took on an earlier day.

Pure. Number 1 has the most favourable figure: of most measures the highest, of those that tell what is
lacking the lowest. Equal figures share a place, and the places behind them stay empty (1, 2, 2, 4). An area
without a figure (under 50 inhabitants, or unknown) takes no place.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from utils.models import Atlas, Figures, Floats, Ints, Kind, Level


@dataclass(frozen=True)
class Measure:
    """What areas are ranked by.

    ``column`` is its name in tables and downloads; ``low``: the lowest figure comes first; ``dated``: its
    figure on an earlier day follows from the dates that the register holds.
    """

    column: str
    kind: Kind
    low: bool = False
    dated: bool = True


MEASURES: Final[dict[str, Measure]] = {
    "dekkingsgraad": Measure("per_1000", "rate"),
    "bereik": Measure("reach", "share"),
    "wit": Measure("uncovered_share", "share", low=True),
    "onbereikt": Measure("unreached", "count", low=True),
    # What groups report of their participants is known of now only.
    "deelname": Measure("participation", "share", dated=False),
    "groepen": Measure("groups", "count"),
}
"""The measures by their name in the address; the first is the foundation's own."""


def values(figures: Figures, measure: str) -> Floats:
    """The figure of each area of a level, (n,) floats; nan where there is none."""
    if measure == "wit":
        shares: Floats = np.full(len(figures.inhabited), np.nan)
        np.divide(figures.uncovered, figures.inhabited, out=shares, where=figures.inhabited > 0)
        return shares
    found: Floats = np.asarray(getattr(figures, MEASURES[measure].column), dtype=np.float64)
    return found


def certain(least: Figures, most: Figures, measure: str) -> Floats:
    """The figure of each area on an earlier day where it is known for certain, (n,); else nan.

    ``least`` and ``most`` are the figures without and with the groups of which it is not known whether they
    were there; where these give the same figure, it does not depend on them.
    """
    low, high = values(least, measure), values(most, measure)
    return np.where(low == high, low, np.nan)


def places(figures: Floats, low: bool = False) -> Floats:
    """The place of each figure, (n,): 1 plus the number of figures that come before it; nan for nan.

    >>> places(np.array([5.0, 9.0, 5.0, np.nan, 1.0]))
    array([ 2.,  1.,  2., nan,  4.])
    """
    order = figures if low else -figures
    ranked = np.sort(order[~np.isnan(order)])
    return np.where(np.isnan(order), np.nan, 1.0 + np.searchsorted(ranked, order, side="left"))


def moved(now: Floats, then: Floats, low: bool = False) -> Floats:
    """How many places each area rose (above zero) or fell, (n,); nan where either figure is unknown.

    Counted among the areas of which both figures are known, so that one that joins later moves no other.
    """
    both = ~(np.isnan(now) | np.isnan(then))
    known_now, known_then = np.where(both, now, np.nan), np.where(both, then, np.nan)
    return places(known_then, low) - places(known_now, low) + 0.0


def league(
    atlas: Atlas, level: Level, rows: Ints, figures: Floats, measure: str, then: Floats | None = None
) -> pd.DataFrame:
    """The areas at these rows of a level as a league table, number 1 first, those without a place last.

    Parameters
    ----------
    rows : rows of ``atlas.areas(level)``; the places are among these
    figures, then : (n,) figures of all areas of the level, now and on an earlier day (nan: not known)

    Returns
    -------
    DataFrame with columns place (nan for none), code, name, province (name; None for provinces), inhabitants,
    value, and with ``then`` value_before and moved (see `moved`). Equals are in the order of their codes.
    """
    areas, low = atlas.areas(level), MEASURES[measure].low
    above = atlas.provinces.names[areas.parents[rows]] if level == "municipality" else None
    table = pd.DataFrame(
        {
            "place": places(figures[rows], low),
            "code": areas.codes[rows],
            "name": areas.names[rows],
            "province": above,
            "inhabitants": areas.inhabitants[rows],
            "value": figures[rows],
        }
    )
    if then is not None:
        table["value_before"] = then[rows]
        table["moved"] = moved(figures[rows], then[rows], low)
    return table.sort_values(["place", "code"], ignore_index=True)


def around(table: pd.DataFrame, code: str | None, n: int = 4) -> pd.DataFrame:
    """The rows of a league table around an area: itself, n above and n below, more on one side at an end.

    Without the area, or for one without a place, the first 2n + 1 rows that have one.
    """
    placed = table[table["place"].notna()]
    at = np.flatnonzero(placed["code"] == code)
    start = int(at[0]) - n if len(at) else 0
    start = max(min(start, len(placed) - 2 * n - 1), 0)
    return placed.iloc[start : start + 2 * n + 1]
