"""Coverage → tables that may leave the building, with where they come from.

Pure. Column names are stable English machine names; a column's meaning is in the texts
(``column.<name>``). For the public, groups leave with a place rounded to 100 m, never an exact door, and
without the outline of an own area; `register` is for staff.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from utils import crime, freshness, site_table, summaries
from utils.coverage import PER_GROUP
from utils.crime import Crime
from utils.freshness import Freshness
from utils.gap_filter import LARGEST, GapFilter, pick
from utils.league_view import League
from utils.models import Coverage, Group, Level, Objects, Status
from utils.rankings import MEASURES
from utils.siting import Siting

BLUR: Final = 100
"""Metres to which the place of a group is rounded."""
_DECIMALS: Final = {
    "per_1000": 3, "participation": 4, "reach": 4, "confirmed_share": 4, "uncovered_share": 4,
    "per_1000_before": 3, "reach_before": 4, "uncovered_share_before": 4, "burglary_rate": 1,
    "gained_share": 4, "lat": 6, "lon": 6,
}  # fmt: skip
_REGISTER: Final = (
    *("id", "name", "status", "reason", "platform", "participants", "since", "until", "confirmed"),
    *("confirmed_by", "precision", "description", "join_link", "source", "notes"),
)


@dataclass(frozen=True)
class Origin:
    """What every extract tells of itself.

    ``peildatum`` is that of the register (of the boundaries where the register has none),
    ``boundaries`` that of inhabitants and ``year`` that of the outlines; ``radius`` in metres, None
    where none was used; ``confirmed_since`` is the day from which on a group counts as confirmed, None where
    nothing tells of that. ``crime_year`` is that of burglaries, None where there are none; for
    ``crime_provisional`` see `utils.crime.Counts`.
    """

    peildatum: date
    boundaries: date
    year: int
    neighbourhoods: Literal["approximate", "official"]
    groups: Literal["example", "registered"]
    radius: float | None = None
    confirmed_since: date | None = None
    crime_year: int | None = None
    crime_provisional: bool | None = None

    @property
    def marks(self) -> str:
        """What is not the real thing: ``neighbourhoods: approximate; groups: example``, or less, or ""."""
        marks = []
        if self.neighbourhoods == "approximate":
            marks.append("neighbourhoods: approximate")
        if self.groups == "example":
            marks.append("groups: example")
        return "; ".join(marks)


@dataclass(frozen=True, eq=False)
class Extract:
    """A table, the geometry of its rows (EPSG:28992), where it comes from, and by which choices (their name
    and value in the address; empty where nothing was chosen)."""

    name: str
    table: pd.DataFrame
    geometry: Objects
    origin: Origin
    chosen: Mapping[str, str] = field(default_factory=dict)


def origin(coverage: Coverage, radius: float | None = None) -> Origin:
    """Where figures of this coverage come from."""
    edition, register = coverage.atlas.edition, coverage.groups
    return Origin(
        peildatum=register.peildatum or edition.peildatum,
        boundaries=edition.peildatum,
        year=edition.year,
        neighbourhoods=edition.kind,
        groups="example" if register.example else "registered",
        radius=radius,
    )


def areas(
    coverage: Coverage,
    code: str,
    unit: Level,
    radius: float,
    per_group: float = PER_GROUP,
    confirmed: Freshness | None = None,
    burglaries: Crime | None = None,
) -> Extract:
    """All areas of level ``unit`` within an area, with their figures; see `summaries.children`.

    ``confirmed`` is the freshness of that level at that radius: with it its columns come last, and with
    ``burglaries`` theirs.
    """
    rows = summaries.rows_within(coverage.atlas, code, unit)
    more = {
        **(freshness.columns(confirmed) if confirmed else {}),
        **(crime.columns(coverage.atlas, burglaries, unit) if burglaries else {}),
    }
    about = replace(origin(coverage, radius), confirmed_since=confirmed.since if confirmed else None)
    return Extract(
        name=f"areas-{code}-{unit}",
        table=_tidy(summaries.children(coverage, code, unit, radius, per_group, more)),
        geometry=coverage.atlas.areas(unit).geometry[rows],
        origin=_with_crime(about, burglaries),
    )


def _with_crime(about: Origin, burglaries: Crime | None) -> Origin:
    if burglaries is None:
        return about
    return replace(about, crime_year=burglaries.year, crime_provisional=burglaries.provisional)


def league(coverage: Coverage, wanted: League, radius: float, table: pd.DataFrame) -> Extract:
    """A league table (see `rankings.league`), its figures under the name of their measure."""
    areas, column = coverage.atlas.areas(wanted.level), MEASURES[wanted.measure].column
    named = table.rename(columns={"value": column, "value_before": f"{column}_before"})
    if wanted.level == "province":
        named = named.drop(columns="province")
    for name in ("place", "moved"):
        if name in named:
            named[name] = named[name].astype("Int64")
    if wanted.day is not None:
        named["compared_with"] = wanted.day.isoformat()
    return Extract(
        name=f"league-{wanted.measure}-{wanted.within}",
        table=_tidy(named),
        geometry=areas.geometry[[areas.index[code] for code in table["code"]]],
        origin=origin(coverage, radius),
    )


def gaps(
    coverage: Coverage,
    code: str,
    radius: float,
    wanted: GapFilter = LARGEST,
    fresh: Coverage | None = None,
    burglaries: Crime | None = None,
) -> Extract:
    """The gaps of an area that a filter keeps, in its order; see `summaries.gaps` and `gap_filter.pick`.

    A filter that asks for the outdated ones needs ``fresh``, see `summaries.outdated`; one by ``burglaries``
    needs these.
    """
    if wanted.verouderd:
        assert fresh is not None
        every = summaries.outdated(coverage, fresh, code, radius)
    else:
        every = summaries.gaps(coverage, code, radius)
    if burglaries:
        every = crime.beside(every, coverage.atlas, burglaries)
    found = pick(every, wanted)
    places = coverage.atlas.neighbourhoods
    rows = [places.index[one] for one in found["code"]]
    return Extract(
        name=f"gaps-{code}",
        table=_tidy(found),
        geometry=places.geometry[rows],
        origin=_with_crime(origin(coverage, radius), burglaries),
        chosen={"gebied": code, **wanted.words()},
    )


def sites(coverage: Coverage, code: str, k: int, radius: float, found: Siting) -> Extract:
    """The places proposed for ``k`` new groups, as points; see `site_table.table`.

    Each row has what holds for all of them: the people without a group before (``open``), what no choice
    exceeds (``bound``) and the ``method``. A proposed place is nobody's address: it is not rounded.
    """
    table = site_table.table(coverage.atlas, found)
    table["open"], table["bound"], table["method"] = found.open, found.bound, found.method
    return Extract(
        name=f"sites-{code}-{k}",
        table=_tidy(table),
        geometry=shapely.points(table[["x", "y"]].to_numpy(dtype=np.float64)),
        origin=origin(coverage, radius),
        chosen={"gebied": code, "k": str(k)},
    )


def groups(coverage: Coverage, code: str) -> Extract:
    """The groups in an area, as points rounded to 100 m; see `summaries.groups_in`."""
    table = summaries.groups_in(coverage, code)
    rounded = np.round(table[["x", "y"]].to_numpy(dtype=np.float64) / BLUR) * BLUR
    table[["x", "y"]] = rounded
    places = np.full(len(table), shapely.Point(), dtype=object)  # empty: a group without a place
    known = np.isfinite(rounded).all(axis=1)
    places[known] = shapely.points(rounded[known])
    return Extract(
        name=f"groups-{code}",
        table=_tidy(table),
        geometry=places,
        origin=origin(coverage),
    )


def register(coverage: Coverage, chosen: Sequence[Group]) -> Extract:
    """These groups as staff keep them: exact places and internal notes, but nobody's contact details.

    ``lat`` and ``lon`` are EPSG:4326 with seven decimals (1 cm), missing for a group without a place, so
    that an import of the file changes nothing; the geometry is an own area, else the place.
    ``municipality`` is the name of what the register recorded, else of where the group lies, else "".
    """
    towns, rows = coverage.atlas.municipalities, {one: i for i, one in enumerate(coverage.groups.ids)}
    names = dict(zip(towns.codes, towns.names, strict=True))

    def town(group: Group) -> str:
        lies = coverage.town[rows[group.id]] if group.id in rows else -1
        return names.get(group.municipality) or group.municipality or (towns.names[lies] if lies >= 0 else "")

    x, y = (np.array([getattr(group, axis) for group in chosen], dtype=np.float64) for axis in "xy")
    placed = np.isfinite(x) & np.isfinite(y)
    lon, lat = pyproj.Transformer.from_crs(28992, 4326, always_xy=True).transform(x, y)
    columns = {name: [getattr(group, name) for group in chosen] for name in _REGISTER}
    table = pd.DataFrame(columns, dtype=object)
    table["participants"] = table["participants"].astype("Float64").astype("Int64")
    table.insert(2, "municipality", [town(group) for group in chosen])
    table.insert(3, "lat", np.where(placed, np.round(lat, 7), np.nan))
    table.insert(4, "lon", np.where(placed, np.round(lon, 7), np.nan))
    places = np.full(len(chosen), shapely.Point(), dtype=object)
    places[placed] = shapely.points(x[placed], y[placed])
    for i, group in enumerate(chosen):
        if group.area is not None:
            places[i] = shapely.from_wkb(group.area)
    return Extract("register", table, places, origin(coverage))


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers rounded, whole ones as integers, infinite ones missing; status as a word; dates as dates."""
    tidy = {str(name): _column(str(name), table[name]) for name in table.columns}
    return pd.DataFrame(tidy)


def _column(name: str, column: pd.Series) -> pd.Series:
    if name in ("status", "status_now") and pd.api.types.is_integer_dtype(column):
        words = {int(status): status.name.lower() for status in Status}
        return column.map(words).astype(object)
    if pd.api.types.is_datetime64_any_dtype(column):
        days = [None if pd.isna(moment) else moment.date() for moment in column]
        return pd.Series(days, dtype=object)
    if not pd.api.types.is_float_dtype(column):
        return column
    values: NDArray[np.float64] = column.to_numpy(dtype=np.float64)
    values = np.where(np.isfinite(values), np.round(values, _DECIMALS.get(name, 0)), np.nan)
    if _DECIMALS.get(name, 0):
        return pd.Series(values)
    return pd.Series(values).astype("Int64")
