"""Which league table the address asks for: measure, level, within what, against which day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from utils import summaries
from utils.address import Problem
from utils.models import COUNTRY, Atlas, Groups, Level
from utils.rankings import MEASURES

LEVELS: Final[dict[str, Level]] = {"gemeente": "municipality", "provincie": "province"}
"""The levels that have a league table, by their name in the address."""
YEARS: Final = 10


@dataclass(frozen=True)
class League:
    """One league table: ``measure`` as in the address, the level of its areas, and within which area.

    ``day`` is the earlier one that it is compared with, None where the register knows none or the measure is
    of now only. ``own`` is the code of the reader's own area among its rows, None for none.
    """

    measure: str
    level: Level
    within: str
    day: date | None
    own: str | None


def read(
    given: Mapping[str, str], atlas: Atlas, groups: Groups, gebied: str
) -> tuple[League, list[Problem]]:
    """The league table that the address names, and a problem for each value that could not be used.

    Usual: by the foundation's own measure, municipalities (provinces where the area is one), of the whole
    country, against a year earlier.
    """
    problems: list[Problem] = []
    trail = {area.level: area.code for area in summaries.ancestors(atlas, gebied)}
    usual = "provincie" if "province" in trail and len(trail) == 2 else "gemeente"
    level = LEVELS[_choice("niveau", given, [usual, *LEVELS], problems)]
    within = COUNTRY
    if level == "municipality":
        within = _choice("binnen", given, [COUNTRY, *map(str, atlas.provinces.codes)], problems)
    measure = _choice("maat", given, list(MEASURES), problems)
    own = trail.get(level)
    if own is not None and within not in (COUNTRY, trail["province"]):
        own = None
    day = _day(given, groups, problems) if MEASURES[measure].dated else None
    return League(measure, level, within, day, own), problems


def earlier(groups: Groups) -> list[date]:
    """The same day one to ten years before the peildatum, latest first, as far as the register knows them."""
    first, last = known(groups)
    if first is None or last is None:
        return []
    days = [_years_before(last, years) for years in range(1, YEARS + 1)]
    return [day for day in days if day >= first]


def known(groups: Groups) -> tuple[date | None, date | None]:
    """The first day on which a group of the register was there, and its peildatum; None where not known."""
    dated = groups.since[~np.isnat(groups.since)]
    first = dated.min().astype("datetime64[D]").item() if len(dated) else None
    return first, groups.peildatum


def _years_before(day: date, years: int) -> date:
    # A leap day goes to the last of February.
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - years, day.month, last)


def _choice(param: str, given: Mapping[str, str], known: list[str], problems: list[Problem]) -> str:
    """The value of a parameter, as it is written in ``known``; the first of these is the usual one."""
    came = given.get(param)
    found = next((one for one in known if came is not None and one.lower() == came.strip().lower()), None)
    if came is not None and found is None:
        problems.append(Problem(param, came, known[0]))
    return found or known[0]


def _day(given: Mapping[str, str], groups: Groups, problems: list[Problem]) -> date | None:
    days, came = earlier(groups), given.get("stand")
    usual = days[0] if days else None
    if came is None:
        return usual
    first, last = known(groups)
    try:
        wanted = date.fromisoformat(came.strip())
    except ValueError:
        wanted = None
    if wanted is not None and first is not None and last is not None and first <= wanted < last:
        return wanted
    problems.append(Problem("stand", came, usual.isoformat() if usual else ""))
    return usual
