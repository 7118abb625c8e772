"""The published figures of one area: of which days each may be, and how much of the area it tells.

Municipalities merge. What was published of one that ended is a part of what it became, and never that whole;
what was published under a name of now, before others joined, is of a smaller area. Both are said, and nothing
is added up.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from utils.mergers import Changes, Municipalities
from utils.models import Atlas
from utils.published import Published

Extent = Literal["whole", "smaller", "part", "shared"]
"""``smaller``: before others joined; ``part``: of one that joined; ``shared``: of one that was split."""


@dataclass(frozen=True)
class Point:
    """One figure: the first and the last day that its date may mean, and of how much of the area it is."""

    first: date
    last: date
    extent: Extent
    figure: Published


@dataclass(frozen=True)
class Joined:
    """A day on which municipalities joined another: their names; only a part did of those in ``parts``."""

    day: date
    names: tuple[str, ...]
    parts: tuple[str, ...]


def points(figures: Iterable[Published], atlas: Atlas, code: str, towns: Municipalities) -> list[Point]:
    """The published figures that are about an area, oldest first; of neighbourhoods there are none.

    A name that several municipalities have is nobody's. Raises KeyError for an unknown code.
    """
    found = atlas.find(code)
    if found is None:
        raise KeyError(code)
    level, row = found
    made = []
    for one in figures:
        if one.level != level:
            continue
        extent: Extent | None = "whole"
        if level == "municipality":
            extent = _extent(one, code, towns)
        elif level == "province" and towns.plain(one.area) != towns.plain(atlas.provinces.names[row]):
            extent = None
        if extent:
            made.append(Point(*one.interval, extent, one))
    return sorted(made, key=lambda point: (point.first, point.last))


def joined(code: str, changes: Changes) -> list[Joined]:
    """The days on which others joined a municipality, oldest first; a new name or code is no such day."""
    own = _names_of(code, changes)
    moves = [move for move in changes.moves if move.new in own and not move.renamed]
    made = []
    for day in sorted({move.day for move in moves}):
        then = {move.name: move for move in moves if move.day == day}
        split = tuple(name for name, move in then.items() if len(changes.steps[move.old]) > 1)
        made.append(Joined(day, tuple(then), split))
    return made


def _extent(one: Published, code: str, towns: Municipalities) -> Extent | None:
    """How much of a municipality a figure tells; None where it tells nothing of it."""
    meant = towns.meant(one.area)
    if len(meant) != 1 or code not in towns.find(one.area):
        return None
    if meant[0] in _names_of(code, towns.changes):
        first, _ = one.interval
        return "smaller" if any(others.day > first for others in joined(code, towns.changes)) else "whole"
    return "shared" if _splits(meant[0], code, towns.changes) else "part"


def _names_of(code: str, changes: Changes) -> set[str]:
    """The codes that a municipality has and had, as long as it was the same area."""
    own, before = set[str](), {code}
    while before:
        own |= before
        before = {move.old for move in changes.moves if move.renamed and move.new in before} - own
    return own


def _splits(old: str, code: str, changes: Changes) -> bool:
    """Whether a municipality was split on its way from an old code to one of now."""
    way, seen = {old}, {code}
    while way:
        steps = {one: changes.steps.get(one, ()) for one in way}
        if any(len(new) > 1 for new in steps.values()):
            return True
        seen |= way
        way = {one for new in steps.values() for one in new} - seen
    return False
