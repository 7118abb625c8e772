"""How well a register is kept: how many groups run, wait, were not confirmed for a year, have no place."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from utils.errors import InputError
from utils.models import Coverage, Groups

YEAR: Final = 365
"""Days after which a group should be confirmed again."""


@dataclass(frozen=True)
class Upkeep:
    """Numbers of groups. ``stale``: active, and never confirmed or longer ago than a year. ``waiting``:
    pending or unverified. ``placeless``: not inactive, and without coordinates."""

    total: int
    active: int
    stale: int
    waiting: int
    placeless: int


def stale_before(today: date) -> date:
    """The first day that is less than a year ago: what was confirmed before it, is stale."""
    return (np.datetime64(today) - YEAR).item()


def day_of_judgement(groups: Groups, today: date) -> date:
    """The day on which groups are judged. Examples do not grow old: theirs is the day they were made for."""
    return (groups.peildatum if groups.example else None) or today


def fresh(groups: Groups, today: date) -> NDArray[np.bool_]:
    """(n,) True for the active groups that were confirmed in the year before ``today``."""
    recent = groups.confirmed >= np.datetime64(stale_before(today))  # NaT is never
    return np.asarray(groups.active & recent, dtype=bool)


def any_confirmed(groups: Groups) -> bool:
    """Whether the day of confirming is known of any group at all."""
    return not bool(np.isnat(groups.confirmed).all())


def fresh_in(coverage: Coverage, code: str, today: date) -> int:
    """How many active groups of a municipality, a province or the country were confirmed in the last year.

    A group counts where :func:`utils.coverage.figures` counts it. Raises InputError for another code.
    """
    found = coverage.atlas.find(code)
    if found is None or found[0] == "neighbourhood":
        raise InputError("error.area_unknown", came=code)
    level, row = found
    town = coverage.town
    inside = fresh(coverage.groups, today) & (town >= 0)
    if level == "municipality":
        inside &= town == row
    elif level == "province":
        inside &= coverage.atlas.municipalities.parents[np.maximum(town, 0)] == row
    return int(inside.sum())


def upkeep(groups: Groups, today: date) -> Upkeep:
    """Count; examples are nobody's groups and give zeros."""
    if groups.example:
        return Upkeep(0, 0, 0, 0, 0)
    waiting = np.isin(groups.status.astype(str), ("pending", "unverified"))
    return Upkeep(
        total=len(groups),
        active=int(groups.active.sum()),
        stale=int((groups.active & ~fresh(groups, today)).sum()),
        waiting=int(waiting.sum()),
        placeless=int((np.isnan(groups.x) & (groups.status != "inactive")).sum()),
    )
