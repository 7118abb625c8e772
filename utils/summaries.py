"""Coverage → raw numbers for one area: its figures, its parts, its gaps, its groups.

Pure: no formatting, no visible sentences. Every function takes an area's code (``NL``, ``PV..``,
``GM..`` or a neighbourhood's) and raises ``InputError("error.area_unknown")`` for one that the atlas
does not have. Names of areas come from the atlas; the country's is its code, since its name is text.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from utils.coverage import PER_GROUP, SMALL, figures
from utils.errors import InputError
from utils.models import COUNTRY, LEVELS, Atlas, Coverage, Figures, Floats, Ints, Level, Objects, Status

FIGURES = tuple(
    field.name for field in fields(Figures) if field.name not in ("level", "radius", "inhabitants", "status")
)
"""The columns that come straight from :class:`~utils.models.Figures`, next to inhabitants and status."""

GAPS = (Status.UNCOVERED, Status.PARTLY)
"""The statuses of a neighbourhood where people live without reach enough."""


@dataclass(frozen=True)
class Area:
    """An area by name: ``code``, ``level``, ``name`` (for the country its code)."""

    code: str
    level: Level
    name: str


@dataclass(frozen=True)
class AreaFigures:
    """One row of :class:`~utils.models.Figures` as plain numbers, nan where unknown, and whose they are."""

    code: str
    level: Level
    name: str
    radius: float
    inhabitants: float
    households: float
    groups: int
    active: int
    per_1000: float
    participants: float
    participation: float
    reach: float
    unreached: float
    inhabited: int
    partly: int
    uncovered: int
    status: Status


@dataclass(frozen=True)
class KeyFigures:
    """An area beside the areas it lies in: those above its own level, None for the others."""

    area: AreaFigures
    municipality: AreaFigures | None
    province: AreaFigures | None
    country: AreaFigures | None


def find(atlas: Atlas, code: str) -> tuple[Level, int]:
    """Level and row of a code. Raises InputError if there is no such area."""
    found = atlas.find(code)
    if found is None:
        raise InputError("error.area_unknown", came=code)
    return found


def has_households(atlas: Atlas) -> bool:
    """Whether the edition tells households at all: the approximate one does not."""
    return any(bool(np.isfinite(atlas.areas(level).households).any()) for level in LEVELS[1:])


def ancestors(atlas: Atlas, code: str) -> list[Area]:
    """The areas that hold an area, from the country down to the area itself: the breadcrumb."""
    level, row = find(atlas, code)
    path = []
    while level != "country":
        areas = atlas.areas(level)
        path.append(Area(str(areas.codes[row]), level, str(areas.names[row])))
        level, row = LEVELS[LEVELS.index(level) - 1], int(areas.parents[row])
    return [Area(COUNTRY, "country", COUNTRY), *path[::-1]]


def rows_within(atlas: Atlas, code: str, unit: Level) -> Ints:
    """The rows of level ``unit`` that lie in an area, in order; the area itself if it is of that level.

    Raises ValueError for a unit above the area's level, and for the country.
    """
    level, row = find(atlas, code)
    if unit == "country" or LEVELS.index(unit) < LEVELS.index(level):
        raise ValueError(f"expected a unit at or below {level}, got {unit}")
    if level == "country":
        return np.arange(len(atlas.areas(unit)))
    rows = np.array([row])
    for below in LEVELS[LEVELS.index(level) + 1 : LEVELS.index(unit) + 1]:
        rows = np.flatnonzero(np.isin(atlas.areas(below).parents, rows))
    return rows


def area_figures(coverage: Coverage, code: str, radius: float, per_group: float = PER_GROUP) -> AreaFigures:
    """The figures of one area at a radius in metres; see :func:`utils.coverage.figures`."""
    level, row = find(coverage.atlas, code)
    found = figures(coverage, level, radius, per_group)
    return AreaFigures(
        code=code,
        level=level,
        name=ancestors(coverage.atlas, code)[-1].name,
        radius=found.radius,
        inhabitants=float(found.inhabitants[row]),
        households=float(_households(coverage.atlas, level)[row]),
        groups=int(found.groups[row]),
        active=int(found.active[row]),
        per_1000=float(found.per_1000[row]),
        participants=float(found.participants[row]),
        participation=float(found.participation[row]),
        reach=float(found.reach[row]),
        unreached=float(found.unreached[row]),
        inhabited=int(found.inhabited[row]),
        partly=int(found.partly[row]),
        uncovered=int(found.uncovered[row]),
        status=Status(found.status[row]),
    )


def key_figures(coverage: Coverage, code: str, radius: float, per_group: float = PER_GROUP) -> KeyFigures:
    """The figures of an area, and of its municipality, province and country to compare with."""
    *above, own = [
        area_figures(coverage, area.code, radius, per_group) for area in ancestors(coverage.atlas, code)
    ]
    by_level = {area.level: area for area in above}
    return KeyFigures(
        area=own,
        municipality=by_level.get("municipality"),
        province=by_level.get("province"),
        country=by_level.get("country"),
    )


def children(
    coverage: Coverage,
    code: str,
    unit: Level,
    radius: float,
    per_group: float = PER_GROUP,
    more: Mapping[str, Floats | Ints] | None = None,
) -> pd.DataFrame:
    """All areas of level ``unit`` within an area, a row each, sorted by code.

    Columns: code, name, district (of neighbourhoods, where the edition has districts; "" for none),
    municipality, province (names; None at and above that level), inhabitants, households (where the
    edition has them; nan where unknown), groups, active, per_1000, participants, participation, reach,
    unreached, inhabited, partly, uncovered (the last three count neighbourhoods), status
    (:class:`~utils.models.Status` as int); then the columns ``more``, each with a value for every area of
    the level.

    Raises ValueError for a unit above the area's level, and for the country.
    """
    rows = rows_within(coverage.atlas, code, unit)
    found = figures(coverage, unit, radius, per_group)
    table = named(coverage.atlas, unit, rows)
    table["inhabitants"] = found.inhabitants[rows]
    if has_households(coverage.atlas):
        table["households"] = _households(coverage.atlas, unit)[rows]
    for name in FIGURES:
        table[name] = getattr(found, name)[rows]
    table["status"] = found.status[rows]
    for name, values in (more or {}).items():
        table[name] = values[rows]
    return table


def gaps(
    coverage: Coverage, code: str, radius: float, status: Collection[Status] = GAPS
) -> pd.DataFrame:
    """The neighbourhoods of an area with one of these statuses, most people without reach first.

    Columns: code, name, district, municipality, province, inhabitants, households (district and households
    as in `children`), groups, reach, unreached, status, distance (metres to the nearest active group, median
    over the neighbourhood; inf if there is none at all).
    """
    table = children(coverage, code, "neighbourhood", radius)
    chosen = np.flatnonzero(table["status"].isin([int(one) for one in status]))
    rows = rows_within(coverage.atlas, code, "neighbourhood")[chosen]
    columns = [
        "code",
        "name",
        "district",
        "municipality",
        "province",
        "inhabitants",
        "households",
        "groups",
        "reach",
        "unreached",
        "status",
    ]
    table = table.iloc[chosen][[name for name in columns if name in table]]
    distance = coverage.distance[rows]
    table["distance"] = np.median(distance, axis=1) if distance.size else np.empty(0)
    return table.sort_values(["unreached", "code"], ascending=[False, True], ignore_index=True)


def outdated(coverage: Coverage, fresh: Coverage, code: str, radius: float) -> pd.DataFrame:
    """The gaps of an area that only groups not confirmed for a year hide.

    ``fresh`` is the coverage by the groups that were confirmed in that year. A neighbourhood is in the list
    if by these alone it would be partly covered or uncovered, and by all groups its status is better. Columns
    as in `gaps`, all of them by ``fresh``; then ``status_now`` by all groups, and ``lost``: the people who
    only have reach by groups that are not fresh. Most of these first.
    """
    table = gaps(fresh, code, radius)
    now = figures(coverage, "neighbourhood", radius)
    index = coverage.atlas.neighbourhoods.index
    rows = np.array([index[one] for one in table["code"]], dtype=np.intp)
    table["status_now"] = now.status[rows]
    table["lost"] = table["unreached"] - now.unreached[rows]
    better = table[table["status_now"] < table["status"]]  # covered is 0, partly 1, uncovered 2
    return better.sort_values(["lost", "code"], ascending=[False, True], ignore_index=True)


@dataclass(frozen=True)
class Totals:
    """A list of neighbourhoods within an area: how many (``n``), their ``inhabitants``, those of them without
    reach (``unreached``), and of an outdated list those who would lose it (``lost``; else 0). ``share`` is
    those people and ``parts`` is ``n`` as part of the whole area's inhabitants and inhabited neighbourhoods,
    nan where that has under 50 inhabitants or none known."""

    n: int
    inhabitants: float
    unreached: float
    lost: float
    share: float
    parts: float


def totals(table: pd.DataFrame, area: AreaFigures) -> Totals:
    """What the rows of `gaps`, or of `outdated`, of an area come to."""
    unreached = float(table["unreached"].sum())
    lost = float(table["lost"].sum()) if "lost" in table else 0.0
    large = area.inhabitants >= SMALL and area.inhabited > 0
    return Totals(
        n=len(table),
        inhabitants=float(table["inhabitants"].sum()),
        unreached=unreached,
        lost=lost,
        share=(lost if "lost" in table else unreached) / area.inhabitants if large else float("nan"),
        parts=len(table) / area.inhabited if large else float("nan"),
    )


def groups_in(coverage: Coverage, code: str) -> pd.DataFrame:
    """The groups in an area in the register's order; groups that lie in no area are in none.

    A group that counts in a municipality but has no place in it (see `coverage.measure`) has neighbourhood
    None and, where it has no place at all, nan for x and y.

    Columns: id, name, neighbourhood (code), municipality, province (names), x, y (EPSG:28992, metres, as
    registered), participants (nan if not reported), status, since, until, confirmed (datetime64, NaT if
    unknown), platform.
    """
    atlas, groups = coverage.atlas, coverage.groups
    level, _ = find(atlas, code)
    unit: Level = "neighbourhood" if level == "neighbourhood" else "municipality"
    inside = np.zeros(len(atlas.areas(unit)) + 1, dtype=bool)  # the last row is -1: nowhere
    inside[rows_within(atlas, code, unit)] = True
    rows = np.flatnonzero(inside[coverage.home if unit == "neighbourhood" else coverage.town])
    place = named(atlas, "municipality", coverage.town[rows])
    codes = np.full(len(atlas.neighbourhoods) + 1, None, dtype=object)
    codes[:-1] = atlas.neighbourhoods.codes
    return pd.DataFrame(
        {
            "id": groups.ids[rows],
            "name": groups.names[rows],
            "neighbourhood": codes[coverage.home[rows]],
            "municipality": place["name"],
            "province": place["province"],
            "x": groups.x[rows],
            "y": groups.y[rows],
            "participants": groups.participants[rows],
            "status": groups.status[rows],
            "since": groups.since[rows].astype("datetime64[s]"),
            "until": groups.until[rows].astype("datetime64[s]"),
            "confirmed": groups.confirmed[rows].astype("datetime64[s]"),
            "platform": groups.platform[rows],
        }
    )


def named(atlas: Atlas, unit: Level, rows: Ints) -> pd.DataFrame:
    """Code and name of areas, and the names of the district, municipality and province they lie in.

    District only of neighbourhoods, where the edition has districts ("" for none); None at and above the
    level itself.
    """
    areas = atlas.areas(unit)
    table: dict[str, Objects | None] = {"code": areas.codes[rows], "name": areas.names[rows]}
    if unit == "neighbourhood" and atlas.districts.any():
        table["district"] = atlas.districts[rows]
    table |= {"municipality": None, "province": None}
    above: Level = unit
    while above != "province":
        rows = atlas.areas(above).parents[rows]
        above = LEVELS[LEVELS.index(above) - 1]
        table[above] = atlas.areas(above).names[rows]
    return pd.DataFrame(table, dtype=object)


def _households(atlas: Atlas, level: Level) -> Floats:
    """The households of all areas of a level; the country's are the sum of its provinces'."""
    if level == "country":
        return np.array([atlas.provinces.households.sum()])
    return atlas.areas(level).households


def nearest(coverage: Coverage, code: str) -> float:
    """Metres from a neighbourhood to its nearest active group, median over its sample points.

    inf where there is no active group at all; nan for a larger area, where one distance says nothing.
    """
    level, row = find(coverage.atlas, code)
    return float(np.median(coverage.distance[row])) if level == "neighbourhood" else float("nan")
