"""Coverage → tables that may leave the building, with where they come from.

Pure. Column names are stable English machine names; a column's meaning is in the texts
(``column.<name>``). Groups leave with a place rounded to 100 m, never an exact door, and without the
outline of an own area.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from utils import summaries
from utils.coverage import PER_GROUP
from utils.models import Coverage, Level, Objects, Status

BLUR: Final = 100
"""Metres to which the place of a group is rounded."""
_DECIMALS: Final = {"per_1000": 3, "participation": 4, "reach": 4}


@dataclass(frozen=True)
class Origin:
    """What every extract tells of itself.

    ``peildatum`` is that of the register (of the boundaries where the register has none),
    ``boundaries`` that of inhabitants and ``year`` that of the outlines; ``radius`` in metres, None
    where none was used.
    """

    peildatum: date
    boundaries: date
    year: int
    neighbourhoods: Literal["approximate", "official"]
    groups: Literal["example", "registered"]
    radius: float | None = None

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
    """A table, the geometry of its rows (EPSG:28992) and where it comes from."""

    name: str
    table: pd.DataFrame
    geometry: Objects
    origin: Origin


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


def areas(coverage: Coverage, code: str, unit: Level, radius: float, per_group: float = PER_GROUP) -> Extract:
    """All areas of level ``unit`` within an area, with their figures; see `summaries.children`."""
    rows = summaries.rows_within(coverage.atlas, code, unit)
    return Extract(
        name=f"areas-{code}-{unit}",
        table=_tidy(summaries.children(coverage, code, unit, radius, per_group)),
        geometry=coverage.atlas.areas(unit).geometry[rows],
        origin=origin(coverage, radius),
    )


def gaps(
    coverage: Coverage, code: str, radius: float, status: Collection[Status] = (Status.UNCOVERED,)
) -> Extract:
    """The uncovered neighbourhoods of an area, most inhabitants first; see `summaries.gaps`."""
    table = summaries.gaps(coverage, code, radius, status)
    places = coverage.atlas.neighbourhoods
    rows = [places.index[one] for one in table["code"]]
    return Extract(
        name=f"gaps-{code}",
        table=_tidy(table),
        geometry=places.geometry[rows],
        origin=origin(coverage, radius),
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


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers rounded, whole ones as integers, infinite ones missing; status as a word; dates as dates."""
    tidy = {str(name): _column(str(name), table[name]) for name in table.columns}
    return pd.DataFrame(tidy)


def _column(name: str, column: pd.Series) -> pd.Series:
    if name == "status" and pd.api.types.is_integer_dtype(column):
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
