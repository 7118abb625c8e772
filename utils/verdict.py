"""Is there a group where somebody lives? The resident's answer: one verdict, and the seven nearest groups.

Pure: no clock, no files, no words. Coordinates are EPSG:28992, x then y, in metres; distances in a straight
line. **Where groups are.** Every distance here is to the middle of the 100-metre square in which a group
lies (:func:`utils.map_geometry.blurred`), or to the border of a group's own area (0 inside it): whoever asks
from many points learns no more than the public map shows. A distance may be 71 m off; that to a group of
which only the village or town is known is a guess.

**Which groups count.** *Running* groups: active, pending or unverified, with a place. One that stopped helps
nobody and is left out. A running group is *firm* if it is active, was confirmed in the year before ``today``
(:func:`utils.upkeep.stale_before`) and has a place of its own; any other is *doubtful*, for the first of
these reasons that holds: pending, unverified, unconfirmed (never), stale (longer ago), rough (its place is
the middle of a village or town).

**The rules**, R being the radius; the first that holds. With a point (somebody's address or postcode):

==========  =======  ==================================================================================
``area``    yes      the point lies in a group's own area
``home``    yes      a group within R of the point, in the same neighbourhood
``across``  near     a group within R of the point, in another neighbourhood
``far``     near     a group in the same neighbourhood, farther than R; *unsure* (``border``) where
                     neighbourhoods are approximate: their border decides, and it is not a real one
==========  =======  ==================================================================================

Without a point only the neighbourhood is known, and its sample points stand for where its inhabitants live.
The *share in reach* is the share of sample points within R of a group; with the same bounds as the map
(:func:`utils.coverage.status`):

===========  =======  =================================================================================
``most``     yes      a share of 50% or more, and a group in the neighbourhood
``outside``  near     a share of 50% or more, all groups in other neighbourhoods
``part``     near     a share of 10% or more, or a group in the neighbourhood; *unsure* (``border``)
                      where neighbourhoods are approximate
===========  =======  =================================================================================

Else the verdict is *none*: ``beyond`` with a group farther away, ``empty`` without any. These rules are asked
of the firm groups; where they say none, of the doubtful ones too. If that finds something the verdict is
*unsure*, its rule the reason for doubt of the group found. Without a point the distance of one group is the
median over the sample points: half of the inhabitants live nearer.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from utils.coverage import COVERED_FROM, UNCOVERED_BELOW
from utils.errors import InputError
from utils.map_geometry import blurred
from utils.models import RUNNING, Coverage, Floats, Groups, GroupStatus, Ints
from utils.upkeep import fresh, stale_before

Kind = Literal["yes", "near", "none", "unsure"]
Doubt = Literal["", "pending", "unverified", "unconfirmed", "stale", "rough"]
Rule = Literal[
    "area", "home", "across", "far", "most", "outside", "part", "beyond", "empty",
    "border", "pending", "unverified", "unconfirmed", "stale", "rough",
]  # fmt: skip
Direction = Literal["", "n", "ne", "e", "se", "s", "sw", "w", "nw"]
MOST: Final = 7
CLOSE: Final = 100.0
"""Metres within which a direction says nothing: the group's place is known no better."""
_POINTS: Final[tuple[Direction, ...]] = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True)
class Nearest:
    """A group near somebody: ``x``, ``y`` the middle of its 100-metre square; ``distance`` in metres.

    ``direction`` is where to go, "" for a group within 100 m. ``participants`` and ``confirmed`` are None
    where unknown. ``doubt`` is "" for a firm group. ``home``: it lies in the neighbourhood itself.
    """

    id: str
    name: str
    x: float
    y: float
    distance: float
    direction: Direction
    participants: int | None
    confirmed: date | None
    platform: str
    status: GroupStatus
    doubt: Doubt
    home: bool


@dataclass(frozen=True)
class Verdict:
    """The answer for a neighbourhood (``code``), from a point or, where ``exact`` is False, for all of it.

    ``group`` is the group that the rule found (for none: the nearest, firm if there is one); None without
    any. ``share`` is the share in reach of the firm groups, None with a point. ``nearest`` holds the seven
    nearest running groups, nearest first.
    """

    kind: Kind
    rule: Rule
    code: str
    exact: bool
    radius: float
    share: float | None
    group: Nearest | None
    nearest: tuple[Nearest, ...]

    @property
    def distance(self) -> float | None:
        """Metres to the group found; None without any."""
        return self.group.distance if self.group else None

    @property
    def confirmed(self) -> date | None:
        """When the group found was last confirmed; None for never, and without a group."""
        return self.group.confirmed if self.group else None


@dataclass(frozen=True, eq=False)
class _Near:
    """n running groups near the start: rows of the register, metres from each of s start points (s, n)."""

    rows: Ints
    metres: Floats
    home: NDArray[np.bool_]
    own: NDArray[np.bool_]
    firm: NDArray[np.bool_]

    @property
    def typical(self) -> Floats:
        return np.asarray(np.median(self.metres, axis=0))

    def first(self, which: NDArray[np.bool_]) -> int | None:
        """The nearest of some of the groups; None for none."""
        found = np.flatnonzero(which)
        return int(found[np.argmin(self.typical[found])]) if len(found) else None


_Found = tuple[Kind, Rule, int | None]


def verdict(
    coverage: Coverage, code: str, point: tuple[float, float] | None, radius: float, today: date
) -> Verdict:
    """The answer for a neighbourhood, measured from a point in it (RD metres) or, with None, for all of it.

    Raises InputError for a code that is no neighbourhood of the atlas.
    """
    row = coverage.atlas.neighbourhoods.index.get(code)
    if row is None:
        raise InputError("error.area_unknown", came=code)
    start = np.array([point]) if point else coverage.atlas.samples[row].astype(np.float64)
    approximate = coverage.atlas.edition.kind == "approximate"
    near = _near(coverage, row, start, radius, today)
    kind, rule, found = _judge(near, near.firm, radius, point is not None, approximate)
    doubtful = _judge(near, np.ones_like(near.firm), radius, point is not None, approximate)
    said = {i: _nearest(coverage, near, i, start.mean(axis=0), today) for i in range(len(near.rows))}
    if kind == "none" and doubtful[0] != "none" and doubtful[2] is not None:
        found = doubtful[2]
        kind, rule = "unsure", said[found].doubt or "border"
    elif kind == "none" and found is None:
        found = near.first(np.ones_like(near.firm))
        rule = "beyond" if found is not None else "empty"
    order = np.argsort(near.typical, kind="stable")[:MOST]
    return Verdict(
        kind=kind,
        rule=rule,
        code=code,
        exact=point is not None,
        radius=radius,
        share=None if point else _share(near.metres[:, near.firm], radius),
        group=None if found is None else said[found],
        nearest=tuple(said[int(i)] for i in order),
    )


def _judge(near: _Near, which: NDArray[np.bool_], radius: float, exact: bool, approximate: bool) -> _Found:
    """Kind, rule and group by the tables above, of some of the groups."""
    home = which & near.home
    if exact:
        metres = near.metres[0]
        inside, within = which & near.own & (metres == 0), which & (metres <= radius)
        rules: list[tuple[NDArray[np.bool_], Kind, Rule]] = [
            (inside, "yes", "area"),
            (home & within, "yes", "home"),
            (within, "near", "across"),
            (home, *(("unsure", "border") if approximate else ("near", "far"))),
        ]
    else:
        share, none = _share(near.metres[:, which], radius), np.zeros_like(which)
        most, some = share >= COVERED_FROM, share >= UNCOVERED_BELOW or bool(home.any())
        rules = [
            (home if most else none, "yes", "most"),
            (which if most else none, "near", "outside"),
            (which if some else none, *(("unsure", "border") if approximate else ("near", "part"))),
        ]
    for found, kind, rule in rules:
        if found.any():
            return kind, rule, near.first(found)
    return "none", "beyond", near.first(which)


def _share(metres: Floats, radius: float) -> float:
    """The share of start points (rows) within the radius of any group (columns); 0 without groups."""
    return float((metres <= radius).any(axis=1).mean())


def _near(coverage: Coverage, row: int, start: Floats, radius: float, today: date) -> _Near:
    """The running groups that can be among the nearest of any start point, or decide a rule.

    Measured from the middle first: no start point is farther from it than ``spread``, so a group that is more
    than twice that farther than another can be nearer to none of them.
    """
    groups = coverage.groups
    placed = np.isfinite(groups.x) & np.isfinite(groups.y)
    rows = np.flatnonzero(placed & np.isin(groups.status.astype(str), RUNNING))
    middle = start.mean(axis=0)
    metres = _metres(groups, rows, middle[None])[0]
    spread = float(np.hypot(*(start - middle).T).max())
    firm = fresh(groups, today)[rows]
    if groups.rough is not None:
        firm &= ~groups.rough[rows]
    bounds = [radius, *np.sort(metres)[:MOST][-1:], *np.sort(metres[firm])[:1]]
    home = coverage.home[rows] == row
    kept = home | (metres <= max(bounds) + 2 * spread)
    own = ~(shapely.is_missing(groups.area[rows]) | shapely.is_empty(groups.area[rows]))
    return _Near(rows[kept], _metres(groups, rows[kept], start), home[kept], own[kept], firm[kept])


def _metres(groups: Groups, rows: Ints, start: Floats) -> Floats:
    """Metres from each of s start points to each of n groups: (s, n)."""
    places = blurred(groups.x[rows], groups.y[rows])
    found = np.hypot(start[:, None, 0] - places[None, :, 0], start[:, None, 1] - places[None, :, 1])
    areas = groups.area[rows]
    own = np.flatnonzero(~(shapely.is_missing(areas) | shapely.is_empty(areas)))
    if len(own):
        found[:, own] = shapely.distance(areas[own][None, :], shapely.points(start)[:, None])
    return np.asarray(found)


def _nearest(coverage: Coverage, near: _Near, i: int, middle: Floats, today: date) -> Nearest:
    groups, row = coverage.groups, near.rows[i]
    x, y = blurred(groups.x[[row]], groups.y[[row]])[0].tolist()
    metres = float(near.typical[i])
    sector = round(np.degrees(np.arctan2(x - middle[0], y - middle[1])) / 45) % 8
    people, day = groups.participants[row], groups.confirmed[row]
    return Nearest(
        id=str(groups.ids[row]),
        name=str(groups.names[row]),
        x=x,
        y=y,
        distance=metres,
        direction="" if metres < CLOSE else _POINTS[sector],
        participants=None if np.isnan(people) else int(people),
        confirmed=None if np.isnat(day) else day.astype("datetime64[D]").item(),
        platform=str(groups.platform[row]),
        status=groups.status[row],
        doubt="" if near.firm[i] else _doubt(groups, int(row), today),
        home=bool(near.home[i]),
    )


def _doubt(groups: Groups, row: int, today: date) -> Doubt:
    """Why a running group that is not firm is in doubt."""
    if groups.status[row] == "pending":
        return "pending"
    if groups.status[row] == "unverified":
        return "unverified"
    if np.isnat(groups.confirmed[row]):
        return "unconfirmed"
    rough = groups.rough is not None and groups.rough[row]
    return "rough" if rough and groups.confirmed[row] >= np.datetime64(stale_before(today)) else "stale"
