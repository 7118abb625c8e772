"""How the number of registered groups grew: the published series as curves over time.

All figures come from published_figures.csv but the assumptions that are named here.
"""

import calendar
import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOTAL = 8_950
FIRST_DAY = date(2013, 1, 1)
LAST_DAY = date(2019, 12, 31)
# Assumed: nothing was published before the end of 2015, and the 9,005 of February 2019 is above the total of
# that year ("almost 9,000"), so that the growth of 2019 is squeezed under it.
ASSUMED = {date(2013, 12, 31): 120, date(2014, 12, 31): 400, date(2019, 2, 28): 8_900}


@dataclass(frozen=True)
class Figure:
    """One published number of groups; ``groups`` at the end of ``day``."""

    day: date
    level: str
    area: str
    groups: int


@dataclass(frozen=True, eq=False)
class Curve:
    """The number of groups at the end of each of ``days`` (ascending); straight between these."""

    days: NDArray[np.datetime64]
    groups: NDArray[np.float64]

    def at(self, days: date | NDArray[np.datetime64]) -> NDArray[np.float64]:
        """The number of groups at the end of each day; level before the first and after the last."""
        ordinal = np.asarray(days, dtype="datetime64[D]").astype(np.float64)
        return np.asarray(np.interp(ordinal, self.days.astype(np.float64), self.groups), dtype=np.float64)

    def when(self, groups: NDArray[np.float64]) -> NDArray[np.datetime64]:
        """The first day on which there were as many groups; the inverse of :meth:`at`."""
        ordinal = np.interp(groups, self.groups, self.days.astype(np.float64))
        return np.ceil(np.round(ordinal, 6)).astype(np.int64).astype("datetime64[D]")


def read_figures(path: Path) -> list[Figure]:
    """The rows of published_figures.csv; a month stands for its last day, a year alone for its last."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            Figure(_last_day(row["date"]), row["level"], row["area"], int(row["groups"]))
            for row in csv.DictReader(lines)
        ]


def _last_day(text: str) -> date:
    year, month = int(text[:4]), int(text[5:7] or 12)
    return date(year, month, calendar.monthrange(year, month)[1])


def national(figures: list[Figure]) -> Curve:
    """The growth of the whole country, ending at ``TOTAL`` on the last day."""
    points = {FIRST_DAY: 0} | ASSUMED
    points |= {f.day: f.groups for f in figures if f.level == "country" and f.day not in points}
    return _curve(points)


def provincial(figures: list[Figure], country: Curve, totals: dict[str, int]) -> dict[str, Curve]:
    """The growth of each province, by name; together they are the country's.

    Parameters
    ----------
    figures : the published ones
    country : curve of :func:`national`
    totals : groups on the last day by name of the province, ``TOTAL`` together

    A province with a series of its own follows it, and the country's shape between its points; the
    others share what remains in proportion to their totals. Raises ValueError if that would have to
    shrink.
    """
    own = {
        name: {f.day: f.groups for f in figures if (f.level, f.area) == ("province", name)} for name in totals
    }
    series = {
        name: points for name, points in own.items() if min(points, default=LAST_DAY).year < LAST_DAY.year
    }
    known = {day for points in series.values() for day in points}
    days = np.union1d(country.days, np.array(sorted(known), dtype="datetime64[D]"))
    curves = {}
    for name, points in series.items():
        mine = _curve({FIRST_DAY: 0} | points | {LAST_DAY: totals[name]})
        # time is counted in groups of the whole country
        curves[name] = Curve(days, np.interp(country.at(days), country.at(mine.days), mine.groups))
    rest = country.at(days) - sum(curve.groups for curve in curves.values())
    if (np.diff(rest) < 0).any():
        raise ValueError("expected growth in the provinces without a series, the others grow faster than all")
    others = [name for name in totals if name not in series]
    whole = sum(totals[name] for name in others)
    return curves | {name: Curve(days, rest * totals[name] / whole) for name in others}


def _curve(points: dict[date, int]) -> Curve:
    days = sorted(points)
    groups = np.array([points[day] for day in days], dtype=np.float64)
    if (np.diff(groups) < 0).any():
        raise ValueError(f"expected growth, got {dict(sorted(points.items()))}")
    return Curve(np.array(days, dtype="datetime64[D]"), groups)
