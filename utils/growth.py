"""The groups that the register knows, on any day: how many, which, and what is not known of them.

Pure. All that is known of the past are the dates that the register holds of a group, since when it is there
and since when no more, and how it is now. A group *was registered* on a day if it began on or before it, also
where it has ended since: that is what the key figures count and what the foundation published. Where the
dates do not tell, the group is counted apart, as unknown; nothing is guessed. On the register's own peildatum
nothing is unknown: the register itself tells.

The past is that of the groups that are in the register now: it is short of those that were taken out of it.
Boundaries and inhabitants are those of the edition, whatever the day.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from utils.coverage import SMALL, counted_in, subset
from utils.models import Coverage, Floats, Groups, Ints, Level, Objects

Days = NDArray[np.datetime64]
Counts = NDArray[np.int32]

MONTHS_MOST: Final = 120
"""A longer history goes in steps of a quarter."""
_MARK: Final = "@"


class State(IntEnum):
    """What is known of a group on a day."""

    NOT_YET = 0
    UNDATED = 1  # it is not known whether it had begun
    THERE = 2
    UNSURE = 3  # it had begun; it is not known whether it had ended
    ENDED = 4


DOUBTFUL: Final = (State.UNDATED, State.UNSURE)


@dataclass(frozen=True, eq=False)
class Series:
    """Numbers of groups of n areas on t days; every array is (n, t), but ``days`` (t,) datetime64[D].

    ``registered`` had begun; ``undated`` may or may not have. Of the registered ones ``active`` were active
    for certain, ``unsure`` may have ended.
    """

    days: Days
    registered: Counts
    undated: Counts
    active: Counts
    unsure: Counts


@dataclass(frozen=True, eq=False)
class Rates:
    """Groups per 1,000 of today's inhabitants of an area by name, on t days: (t,), nan where not given.

    The first ``certain`` of them tell of growth, see :func:`certain`.
    """

    name: str
    values: Floats
    certain: int


def timeline(groups: Groups) -> Days:
    """The days to count on: the first of each month (of each quarter in a long history), and the peildatum.

    From the first date since which a group is there: before it nothing is known, which is not zero. Empty
    where no such date or no peildatum is known.
    """
    if groups.peildatum is None:
        return np.empty(0, dtype="datetime64[D]")
    last = np.datetime64(groups.peildatum, "D")
    begun = groups.since[groups.since <= last]
    if len(begun) == 0:
        return np.empty(0, dtype="datetime64[D]")
    first, final = begun.min().astype("datetime64[M]"), last.astype("datetime64[M]")
    months = np.arange(first, final + 1)
    if len(months) > MONTHS_MOST:
        months = months[months.astype(int) % 3 == 0]
    starts = months.astype("datetime64[D]")
    return np.append(starts[(starts >= begun.min()) & (starts < last)], last)


def states(groups: Groups, day: date) -> NDArray[np.int8]:
    """The :class:`State` of each group on a day up to the peildatum, (n,).

    A group that runs now though it has a date since when it does not, is unsure from that date on.
    Raises ValueError for a later day.
    """
    stopped = groups.status == "inactive"
    if _is_last(groups, np.datetime64(day, "D")):
        return np.where(stopped, State.ENDED, State.THERE).astype(np.int8)
    moment = np.datetime64(day, "D")
    over, begun = groups.until <= moment, groups.since <= moment  # NaT is never
    lasting = stopped & np.isnat(groups.until)
    rules = [
        (groups.since > moment, State.NOT_YET),
        (over & stopped, State.ENDED),
        (over, State.UNSURE),
        (~begun, State.UNDATED),
        (lasting, State.UNSURE),
    ]
    found = np.select([rule for rule, _ in rules], [int(state) for _, state in rules], int(State.THERE))
    return found.astype(np.int8)


def as_of(coverage: Coverage, day: date, doubtful: bool = False) -> Coverage:
    """The coverage on a day up to the register's peildatum; the coverage itself on that peildatum.

    Groups that had not begun are left out, and those of which that is not known; of those that had, the ended
    ones are inactive, and also those that may have ended. One that ended later was active then. A group that
    was confirmed later has no such date. Its groups' ``peildatum`` is the day, their ``revision`` another one
    for each day. With ``doubtful`` also those of which it is not known count as there, and as not ended: the
    most that the coverage may have been.

    Raises ValueError for a later day.
    """
    groups = coverage.groups
    if _is_last(groups, np.datetime64(day, "D")):
        return coverage
    state = states(groups, day)
    there = np.isin(state, DOUBTFUL) | (state == State.THERE) if doubtful else state == State.THERE
    words: Objects = np.where(there & (groups.status == "inactive"), "active", groups.status)
    words = np.where(there, words, "inactive").astype(object)
    found = subset(coverage, there | (state >= State.THERE), words)
    seen = found.groups.confirmed
    kept = replace(
        found.groups,
        confirmed=np.where(seen > np.datetime64(day, "D"), np.datetime64("NaT", "D"), seen),
        peildatum=day,
        revision=f"{groups.revision}{_MARK}{day.isoformat()}{'+' if doubtful else ''}",
    )
    return replace(found, groups=kept)


def is_past(coverage: Coverage) -> bool:
    """Whether a coverage is one of another day than now: one that `as_of` made."""
    return _MARK in coverage.groups.revision


def series(coverage: Coverage, level: Level, days: Days) -> Series:
    """The groups of all areas of a level on ascending days, each area's row as in the atlas.

    A group counts where :func:`utils.coverage.figures` counts it, so that parts add up to the whole but for
    groups without a place there. Raises ValueError for a day after the peildatum.
    """
    n = 1 if level == "country" else len(coverage.atlas.areas(level))
    return _count(coverage.groups, counted_in(coverage, level), n, days)


def series_of(coverage: Coverage, code: str, days: Days) -> Series:
    """The groups of one area on ascending days: one row. Raises KeyError for an unknown code."""
    found = coverage.atlas.find(code)
    if found is None:
        raise KeyError(code)
    level, row = found
    return _count(coverage.groups, np.where(counted_in(coverage, level) == row, 0, -1), 1, days)


def rates(name: str, one: Series, inhabitants: float) -> Rates:
    """The registered groups of one area (one row) per 1,000 inhabitants; nan where there are under 50."""
    people = inhabitants if inhabitants >= SMALL else np.nan
    return Rates(name, np.asarray(1000 * one.registered[0] / people, dtype=np.float64), certain(one))


def certain(one: Series) -> int:
    """How many of the days tell of growth: without the peildatum where groups without a date appear on it."""
    t = len(one.days)
    return t - 1 if t > 1 and one.undated[:, -2].any() else t


def busiest(one: Series) -> tuple[int, int] | None:
    """The year in which most groups of an area (one row) began, and how many; None if that is not known."""
    t = certain(one)
    years, counts = one.days[:t].astype("datetime64[Y]").astype(int) + 1970, one.registered[0, :t]
    found = None
    for year in dict.fromkeys(years.tolist()):
        before = int(np.searchsorted(years, year))  # the first step of the year, a state of its first day
        after = min(int(np.searchsorted(years, year + 1)), t - 1)
        begun = int(counts[after]) - (int(counts[before]) if before else 0)
        if begun > (found[1] if found else 0):
            found = (year, begun)
    return found


def _is_last(groups: Groups, day: np.datetime64) -> bool:
    if groups.peildatum is None:
        raise ValueError("a register without a peildatum has no past")
    if day > np.datetime64(groups.peildatum, "D"):
        raise ValueError(f"expected a day up to {groups.peildatum}, got {day}")
    return bool(day == np.datetime64(groups.peildatum, "D"))


def _count(groups: Groups, rows: Ints, n: int, days: Days) -> Series:
    """Per area of n and per day: groups whose row it is; -1 is nowhere. The rules are those of `states`."""
    t = len(days)
    since, until = groups.since, groups.until
    undated, stopped, lasting = np.isnat(since), groups.status == "inactive", np.isnat(until)
    end = np.where(lasting, t, np.searchsorted(days, until))  # the first day on which it was over
    begin = np.where(undated, end, np.searchsorted(days, since))
    # The first on which it may have been over: ended without a date, or running with one.
    doubt = np.where(stopped, np.where(lasting, begin, t), np.maximum(begin, end))
    lively = (groups.status == "active") | (stopped & ~lasting)

    def steps(which: NDArray[np.bool_], first: Ints, after: Ints) -> Counts:
        """How many groups lie between ``first`` and ``after`` (a day's index each), per area and day."""
        chosen = which & (rows >= 0) & (first < after)
        up, down = (
            np.bincount(rows[chosen] * (t + 1) + at[chosen], minlength=n * (t + 1)) for at in (first, after)
        )
        return (up - down).reshape(n, t + 1)[:, :t].cumsum(axis=1).astype(np.int32)

    never = np.full(len(groups), t)
    found = Series(
        days=days,
        registered=steps(np.full(len(groups), True), begin, never),
        undated=steps(undated, np.zeros_like(never), end),
        active=steps(lively & ~undated, begin, end),
        unsure=steps(np.full(len(groups), True), doubt, never),
    )
    if t and _is_last(groups, days[-1]):
        placed = rows >= 0
        found.registered[:, -1] = np.bincount(rows[placed], minlength=n)
        found.active[:, -1] = np.bincount(rows[placed & groups.active], minlength=n)
        found.undated[:, -1] = found.unsure[:, -1] = 0
    return found
