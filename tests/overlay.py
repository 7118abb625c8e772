"""Reach without sampling: the exact overlay of circles and areas, slow, to compare with."""

import numpy as np
import shapely
from shapely import MultiPolygon

from utils.models import Floats, Objects

ROUND = 32  # segments per quarter of a circle: its area is 0.04% too small


def exact_share(polygons: Objects, places: Floats, radius: float) -> Floats:
    """Share of each polygon's area within ``radius`` metres of one of the places (n, 2)."""
    circles = shapely.buffer(shapely.points(places), radius, quad_segs=ROUND)
    polygon, circle = shapely.STRtree(circles).query(polygons, predicate="intersects")
    order = np.argsort(polygon, kind="stable")
    starts = np.searchsorted(polygon[order], np.arange(len(polygons) + 1))
    covered = np.zeros(len(polygons))
    for row in np.flatnonzero(np.diff(starts)):
        near = circles[circle[order[starts[row] : starts[row + 1]]]]
        covered[row] = shapely.area(shapely.intersection(polygons[row], shapely.union_all(near)))
    return covered / shapely.area(polygons)


def all_circles(places: Floats, radius: float) -> MultiPolygon:
    """The union of the circles around all places."""
    union: MultiPolygon = shapely.union_all(shapely.buffer(shapely.points(places), radius, quad_segs=ROUND))
    return union


def plain_share(polygons: Objects, union: MultiPolygon) -> Floats:
    """The share in the usual way: the union of all circles, intersected with each polygon."""
    return shapely.area(shapely.intersection(polygons, union)) / shapely.area(polygons)
