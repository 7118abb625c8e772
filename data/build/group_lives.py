"""When each example group started and ended, how large it is: the columns without a place."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from data.build.growth import LAST_DAY, Curve

Days = NDArray[np.datetime64]

INACTIVE_SHARE = 0.05
FIRST_END = date(2018, 1, 1)  # what had ended before was taken from the register in 2017
SHORTEST_LIFE = 60  # days
NEVER_CONFIRMED = 0.08
CONFIRMED_AGO = 240.0  # days, on average
UNREPORTED = 0.15
# A lognormal with a mean of about 72 before it is clipped: the foundation counts 70 participants a group
# (own survey, September 2017), WhatsApp's limit was 256.
MEDIAN_SIZE, SIZE_SPREAD, SMALLEST, LARGEST = 59.0, 0.6, 12, 256
PLATFORMS = {"WhatsApp": 0.96, "Signal": 0.025, "Telegram": 0.015}


@dataclass(frozen=True, eq=False)
class Lives:
    """n groups: parallel arrays; dates are datetime64[D], NaT where there is none."""

    active: NDArray[np.bool_]
    until: Days
    confirmed: Days


def starts(count: int, curve: Curve, random: np.random.Generator) -> Days:
    """The first days of ``count`` groups, in random order, that together grow as the curve does.

    One in each of ``count`` equal steps of the curve, so that the number on any day is within one of it.
    """
    steps = (np.arange(count) + random.random(count)) / max(count, 1)
    return random.permutation(curve.when(steps * curve.groups[-1]))


def live(since: Days, random: np.random.Generator) -> Lives:
    """Who stopped and when, and when each was last confirmed; dates of ``LAST_DAY`` at most.

    ``INACTIVE_SHARE`` of the groups stopped, the older the likelier, after ``FIRST_END``.
    """
    n = len(since)
    last = np.datetime64(LAST_DAY)
    age = (last - since).astype(np.float64)
    stopped = random.choice(n, round(INACTIVE_SHARE * n), replace=False, p=age / age.sum())
    active = np.ones(n, dtype=bool)
    active[stopped] = False
    earliest = np.minimum(np.maximum(since + SHORTEST_LIFE, np.datetime64(FIRST_END)), last)
    span = (last - earliest).astype(np.float64)
    end = earliest + np.floor(random.random(n) * (span + 1)).astype(np.int64)
    until = np.where(active, np.datetime64("NaT"), end)
    ago = np.floor(random.exponential(CONFIRMED_AGO, n)).astype(np.int64)
    confirmed = np.maximum(np.where(active, last, end) - ago, since)
    return Lives(active, until, np.where(random.random(n) < NEVER_CONFIRMED, np.datetime64("NaT"), confirmed))


def sizes(count: int, random: np.random.Generator) -> NDArray[np.float64]:
    """Participants of each group, whole numbers; nan where not reported."""
    drawn = MEDIAN_SIZE * np.exp(SIZE_SPREAD * random.standard_normal(count))
    whole = np.rint(np.clip(drawn, SMALLEST, LARGEST))
    return np.where(random.random(count) < UNREPORTED, np.nan, whole)


def platforms(count: int, random: np.random.Generator) -> NDArray[np.object_]:
    """The platform of each group."""
    drawn = np.searchsorted(np.cumsum(list(PLATFORMS.values()))[:-1], random.random(count), side="right")
    return np.array(list(PLATFORMS), dtype=object)[drawn]
