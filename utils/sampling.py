"""Points spread evenly over polygons: what distances are measured from.

Pure (numpy, shapely). Coordinates are EPSG:28992, x then y, in metres.
"""

from typing import Final

import numpy as np
import shapely

from utils.models import Floats, Ints, Objects

SAMPLES: Final = 100
"""Points per neighbourhood; each stands for 1/SAMPLES of its inhabitants. With 100, 99% of the inhabited
neighbourhoods that ship lie within 3 percentage points of the exact overlay at 500 m, and 98% of those
that are neither all in nor all out of reach; with 64 it is 96% and 94%."""
FINER: Final = 4
"""How often lines that miss part of a polygon are drawn four times closer together."""


def sample_points(polygons: Objects, k: int = SAMPLES) -> Floats:
    """Spread k points evenly over each polygon; the same polygon always gives the same points.

    Horizontal lines, sqrt(area / k) apart, cut the polygon into pieces; laid end to end, the pieces
    get a point every k-th part of their total length. So each point stands for an equal share of
    the area (a square with k = 64 gets the 8 by 8 lattice), whatever the shape. Where that many
    lines miss more than 5% of the area (slivers, thin parts) they are drawn closer together; all
    points of a polygon too thin even for that are one point on its surface.

    Parameters
    ----------
    polygons : (n,) array of valid (Multi)Polygons with an area, EPSG:28992, metres
    k : int
        Points per polygon, at least 1.

    Returns
    -------
    (n, k, 2) float64 array of x, y, inside their polygon; (0, k, 2) for no polygons.

    Raises
    ------
    ValueError
        If a polygon is missing, empty or without area, or k is below 1.
    """
    polygons = np.asarray(polygons, dtype=object)
    if k < 1:
        raise ValueError(f"expected at least 1 point a polygon, got {k}")
    if len(polygons) == 0:
        return np.empty((0, k, 2))
    area = shapely.area(polygons)
    if not np.all(area > 0):
        raise ValueError(f"expected polygons with an area, got none in row {int(np.argmin(area > 0))}")
    owner, start, end, y = _cut(polygons, area, k)
    if len(owner) == 0:
        return np.repeat(shapely.get_coordinates(shapely.point_on_surface(polygons))[:, None], k, axis=1)
    # One long ruler for all polygons: cumulative piece lengths, each polygon a stretch of it.
    ruler = np.concatenate([[0.0], np.cumsum(end - start)])
    first = np.searchsorted(owner, np.arange(len(polygons) + 1))
    low, high = ruler[first[:-1], None], ruler[first[1:], None]
    marks = low + (high - low) * (np.arange(k) + 0.5) / k
    piece = np.searchsorted(ruler, marks.ravel(), side="right").reshape(marks.shape) - 1
    piece = np.clip(piece, first[:-1, None], first[1:, None] - 1)
    # Rounding of a ruler of thousands of kilometres must not push a point over the border.
    along = np.clip((marks - ruler[piece]) / (end - start)[piece], 1e-6, 1 - 1e-6)
    points = np.stack([start[piece] + along * (end - start)[piece], y[piece]], axis=-1)
    thin = first[:-1] == first[1:]
    points[thin] = shapely.get_coordinates(shapely.point_on_surface(polygons[thin]))[:, None]
    return points


def _cut(polygons: Objects, area: Floats, k: int) -> tuple[Ints, Floats, Floats, Floats]:
    """The pieces of scan lines close enough together that they see the polygons' areas; as `_pieces`."""
    bottom, top = shapely.bounds(polygons)[:, [1, 3]].T
    lines = np.maximum(np.rint((top - bottom) / np.sqrt(area / k)), 1).astype(np.intp)
    for _ in range(FINER + 1):
        step = (top - bottom) / lines
        owner, start, end, y = _pieces(polygons, bottom, step, lines)
        seen = np.bincount(owner, weights=end - start, minlength=len(polygons)) * step
        missed = np.abs(seen - area) > 0.05 * area
        if not missed.any():
            break
        lines[missed] *= 4
    return owner, start, end, y


def _pieces(
    polygons: Objects, bottom: Floats, step: Floats, lines: Ints
) -> tuple[Ints, Floats, Floats, Floats]:
    """The parts of each polygon's scan lines that lie inside it: owner, x start, x end, y.

    Line j of a polygon runs at bottom + (j + 0.5) * step. Sorted by owner, then y, then x; pieces
    without length are left out. Between a line's 1st and 2nd crossing with a ring lies inside,
    between the 2nd and 3rd outside, and so on (even-odd rule: holes and parts need no special care).
    """
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[:-1] == ring[1:])
    (x0, y0), (x1, y1) = xy[here].T, xy[here + 1].T
    owner = part_owner[part[ring[here]]]

    # Half-open: an edge holds its lower end, not its upper one, so a node on a line counts once.
    def line_from(y: Floats) -> Ints:
        line: Ints = np.ceil((y - bottom[owner]) / step[owner] - 0.5).astype(np.intp)
        return np.clip(line, 0, lines[owner])

    begin, stop = line_from(np.minimum(y0, y1)), line_from(np.maximum(y0, y1))
    edge = np.repeat(np.arange(len(here)), stop - begin)
    before = np.cumsum(stop - begin) - (stop - begin)
    line = np.arange(len(edge)) - before[edge] + begin[edge]
    y = bottom[owner[edge]] + (line + 0.5) * step[owner[edge]]
    x = x0[edge] + (x1 - x0)[edge] * ((y - y0[edge]) / (y1 - y0)[edge])
    order = np.lexsort((x, line, owner[edge]))
    x, y, by = x[order], y[order], owner[edge][order]
    start, end = x[0::2], x[1::2]
    real = end > start
    return by[0::2][real], start[real], end[real], y[0::2][real]
