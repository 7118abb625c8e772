"""Outlines as services send them → valid polygons on whole metres of EPSG:28992. Pure (numpy, shapely)."""

from functools import cache
from typing import Final

import numpy as np
import pyproj
import shapely

from utils.models import Ints, Objects

CHANGED: Final = 0.001
"""Share of its area that an outline may gain or lose when it is mended."""
TOLERANCES: Final = (2.0, 5.0, 10.0, 20.0, 40.0)
"""Metres; the root of the area of the corners that are cut off, ever coarser until there are few enough."""


@cache
def _to_rd() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, 28992, always_xy=True)


def to_rd(geometry: Objects) -> Objects:
    """Outlines in EPSG:28992, x then y, whatever they came in.

    Coordinates that all lie within 180 are degrees, east then north as in CRS84, or north then east as some
    services have them; anything else is taken for metres already. Height is dropped; None stays None.
    """
    flat: Objects = shapely.force_2d(geometry)
    xy = shapely.get_coordinates(flat)
    if len(xy) == 0 or not np.abs(xy).max() <= 180:
        return flat
    swapped = xy[:, 0].min() > 40  # the Netherlands lie at 50 to 54 north, 3 to 8 east
    lon, lat = xy.T[::-1] if swapped else xy.T
    moved: Objects = shapely.set_coordinates(flat, np.column_stack(_to_rd().transform(lon, lat)))
    return moved


def mend(geometry: Objects) -> tuple[Objects, int, Ints]:
    """Valid outlines, how many had to be mended, and the rows that cannot be.

    A row cannot be mended that is None, empty, no (Multi)Polygon or not all numbers, or whose area would
    change by more than 0.1 % (a bow tie has no right shape to guess).
    """
    mended = np.array(geometry, dtype=object)
    xy, owner = shapely.get_coordinates(mended, return_index=True)
    usable = _polygonal(mended)
    usable[owner[~np.isfinite(xy).all(axis=1)]] = False
    rows = np.flatnonzero(usable & ~shapely.is_valid(mended))
    made = shapely.make_valid(mended[rows], method="structure", keep_collapsed=False)
    before, after = shapely.area(mended[rows]), shapely.area(made)
    good = _polygonal(made) & (np.abs(after - before) <= CHANGED * np.maximum(after, before))
    mended[rows[good]] = made[good]
    return mended, int(good.sum()), np.sort(np.concatenate([np.flatnonzero(~usable), rows[~good]]))


def _polygonal(geometry: Objects) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kinds = np.isin(shapely.get_type_id(geometry), (3, 6))
    return np.asarray(kinds & ~shapely.is_empty(geometry), dtype=bool)


def whole_metres(geometry: Objects) -> Objects:
    """Valid outlines rounded to whole metres, and still valid.

    Corners are rounded one by one, so what neighbours share stays shared; only an outline that this would
    spoil is rounded as a whole, and one that would vanish stays as it is.
    """
    rounded = np.array(shapely.transform(geometry, np.rint), dtype=object)
    spoilt = np.flatnonzero(~shapely.is_valid(rounded))
    as_whole = shapely.set_precision(geometry[spoilt], 1.0)
    rounded[spoilt] = np.where(_polygonal(as_whole), as_whole, geometry[spoilt])
    return np.asarray(shapely.remove_repeated_points(rounded), dtype=object)


def simplify(geometry: Objects, corners: int) -> Objects:
    """Outlines of at most about so many corners in all; shared borders stay shared.

    Outlines that have few enough are returned as they are, as PDOK's generalised layers do.
    """
    for tolerance in TOLERANCES:
        if shapely.get_num_coordinates(geometry).sum() <= corners:
            break
        geometry = shapely.coverage_simplify(geometry, tolerance)
    return geometry


def dissolve(geometry: Objects, owner: Ints, count: int) -> Objects:
    """The union of the outlines of each owner, 0 to ``count`` - 1; each owner must have one."""
    order = np.argsort(owner, kind="stable")
    pieces = np.split(geometry[order], np.searchsorted(owner[order], np.arange(1, count)))
    merged = np.empty(count, dtype=object)
    merged[:] = [shapely.union_all(piece) for piece in pieces]
    return merged
