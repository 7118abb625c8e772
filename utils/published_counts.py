"""What was published of an area, beside what the register counts of it on that day.

Pure. The two differ for good reasons: not every group registers, a published number may be rounded, and a
date such as "2019" means a year; the register is counted on the last day that the date may mean. A figure of
a part of the area is set beside no count: nothing is added up or guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from utils import growth
from utils.models import Coverage
from utils.published_points import Point


@dataclass(frozen=True)
class Compared:
    """A published figure and the register's count: on which day, how many, and how many more perhaps.

    ``day`` and ``count`` are None where the figure is not about the whole area, and for a day before the
    first of which the register knows anything. ``doubtful`` groups may or may not have been there.
    """

    point: Point
    day: date | None = None
    count: int | None = None
    doubtful: int = 0

    @property
    def difference(self) -> int | None:
        """Published less counted; None where there is no certain count."""
        if self.count is None or self.doubtful:
            return None
        return self.point.figure.groups - self.count


def compare(coverage: Coverage, code: str, points: Sequence[Point]) -> list[Compared]:
    """The published figures of an area (see :func:`utils.published_points.points`) beside the register's.

    A figure of after the register's peildatum is set beside the count on that peildatum.
    """
    groups = coverage.groups
    known = groups.since[~np.isnat(groups.since)]
    if groups.peildatum is None or len(known) == 0:
        return [Compared(point) for point in points]
    first = known.min().astype("datetime64[D]").item()
    days = [min(point.last, groups.peildatum) for point in points]
    counted = sorted({day for day in days if day >= first})
    found = growth.series_of(coverage, code, np.array(counted, dtype="datetime64[D]"))
    made = []
    for point, day in zip(points, days, strict=True):
        if point.extent != "whole" or day < first:
            made.append(Compared(point))
            continue
        at = counted.index(day)
        made.append(Compared(point, day, int(found.registered[0, at]), int(found.undated[0, at])))
    return made
