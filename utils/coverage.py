"""How well the groups cover the country: assignment, distances, figures.

Pure functions over arrays (numpy, pykdtree, shapely): no files, no clock, no settings. Coordinates are
EPSG:28992, x then y, in metres. The work is split so that a change of radius costs nearly nothing:
:func:`measure` finds one distance per sample point for each revision of the register, after which
:func:`figures` compares these with a radius and adds up.

*Reach* is the share of inhabitants within the radius of an active group, taking the inhabitants of
a neighbourhood as evenly spread over it, in a straight line. Nobody publishes it; the Dutch AED
network draws the same 500 m circles. *Dekkingsgraad* (groups per 1,000 inhabitants) is the measure
that the foundation behind wabp.nl publishes.
"""

from dataclasses import fields, replace
from typing import Final

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pykdtree.kdtree import KDTree

from utils.models import Atlas, Coverage, Figures, Floats, Groups, Ints, Level, Objects, Status
from utils.sampling import SAMPLES, sample_points

__all__ = [
    "PER_GROUP",
    "RADIUS_DEFAULT",
    "RADIUS_MAX",
    "RADIUS_MIN",
    "SAMPLES",
    "SMALL",
    "TOLERANCE",
    "above",
    "assign",
    "counted_in",
    "figures",
    "measure",
    "nearest_distance",
    "sample_points",
    "status",
    "subset",
]

RADIUS_DEFAULT: Final = 500.0
RADIUS_MIN: Final = 100.0
RADIUS_MAX: Final = 5_000.0
PER_GROUP: Final = 70.0
"""Participants of a group that does not report them: the foundation's own survey, September 2017."""
SMALL: Final = 50
"""Below this number of inhabitants a rate says nothing and may point at persons: it is left out."""
_CHUNK: Final = 2_048
COVERED_FROM: Final = 0.5
UNCOVERED_BELOW: Final = 0.1
TOLERANCE: Final = {"approximate": 2_000.0, "official": 500.0}
"""Metres outside every area within which a group still belongs to the nearest one. The outlines that
ship follow a printed map, with coasts up to some hundreds of metres off and narrow land left out; the
official ones leave out water only."""


def assign(xy: ArrayLike, polygons: Objects, tolerance: float = TOLERANCE["approximate"]) -> Ints:
    """The row of the polygon that each point lies in, or -1.

    A point on a border that areas share belongs to the one with the lowest row, a point outside all
    to the nearest within ``tolerance`` metres (the lowest row of equals).

    Parameters
    ----------
    xy : (n, 2) array, EPSG:28992, metres
        Rows with nan or infinity give -1.
    polygons : (m,) array of valid (Multi)Polygons
    tolerance : float
        Metres, 0 or more.

    Returns
    -------
    (n,) array of rows; -1 for a point farther away, and for every point if there are no polygons.
    """
    xy = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    rows = np.full(len(xy), -1, dtype=np.intp)
    if len(polygons) == 0:
        return rows
    finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
    points = shapely.points(xy[finite])
    tree = shapely.STRtree(polygons)
    _keep_lowest(rows, finite, tree.query(points, predicate="intersects"))
    outside = finite[rows[finite] < 0]
    if tolerance > 0 and len(outside):
        _keep_lowest(
            rows, outside, tree.query_nearest(shapely.points(xy[outside]), max_distance=float(tolerance))
        )
    return rows


def _keep_lowest(rows: Ints, which: Ints, pairs: Ints) -> None:
    """Set ``rows[which[point]]`` to the lowest polygon among the pairs (point, polygon)."""
    point, polygon = pairs
    order = np.argsort(polygon)[::-1]  # written last is what stays
    rows[which[point[order]]] = polygon[order]


def nearest_distance(samples: NDArray[np.floating], groups: Groups) -> NDArray[np.float32]:
    """Metres from each sample point to the nearest active group, in a straight line.

    Parameters
    ----------
    samples : (n, K, 2) array, EPSG:28992, metres
    groups : Groups
        Only active ones count, at their point, or with an ``area`` of their own at its border (0
        inside it). A group without a usable place (nan, no area) has no distance.

    Returns
    -------
    (n, K) float32 array; inf everywhere if no active group has a place.
    """
    n, k = samples.shape[:2]
    own = groups.active & ~(shapely.is_missing(groups.area) | shapely.is_empty(groups.area))
    xy = np.column_stack([groups.x, groups.y])
    places = xy[groups.active & ~own & np.isfinite(xy).all(axis=1)]
    areas = groups.area[own]
    # Corners of an area are never nearer than the area: with them the tree bounds what is left to do.
    places = np.concatenate([places, shapely.get_coordinates(areas)])
    if len(places) == 0 or n == 0:
        return np.full((n, k), np.inf, dtype=np.float32)
    tree = KDTree(places)
    distance = np.empty((n, k), dtype=np.float32)
    for start in range(0, n, _CHUNK):  # in pieces: all at once, in float64, would take 60 MB
        piece = np.asarray(samples[start : start + _CHUNK], dtype=np.float64)
        distance[start : start + _CHUNK] = tree.query(piece.reshape(-1, 2))[0].reshape(-1, k)
    if len(areas):
        _lower_to_areas(distance, samples, areas)
    return distance


def _lower_to_areas(distance: NDArray[np.float32], samples: NDArray[np.floating], areas: Objects) -> None:
    """Lower each distance to that of the nearest area, in place.

    Only neighbourhoods whose farthest point may gain are looked at: the box around the points less
    far from the box of the area than the points are from what was found so far.
    """
    low, high = samples.min(axis=1), samples.max(axis=1)
    for area, box in zip(areas, shapely.bounds(areas), strict=True):
        gap = np.maximum(np.maximum(box[:2] - high, low - box[2:]), 0)
        near = np.flatnonzero(np.hypot(gap[:, 0], gap[:, 1]) < distance.max(axis=1))
        if len(near):
            shapely.prepare(area)
            metres = shapely.distance(area, shapely.points(samples[near].astype(np.float64)))
            distance[near] = np.minimum(distance[near], metres.astype(np.float32))


def measure(atlas: Atlas, groups: Groups, towns: Ints | None = None) -> Coverage:
    """Where each group lies and how far each sample point is from an active one.

    Everything that takes time and does not depend on the radius. Groups that lie in no area
    (``home`` -1: abroad, in the sea, without a place) count in no figure of neighbourhoods; those of them
    that are active still count for the distance, so a group just over the border reaches the Dutch side.

    ``towns`` gives the municipality's row in which each group was registered (-1 for none; None: all none).
    A group that lies in no area counts there, and in what lies above it.
    """
    xy = np.column_stack([groups.x, groups.y])
    home = assign(xy, atlas.neighbourhoods.geometry, TOLERANCE[atlas.edition.kind])
    recorded = np.full(len(groups), -1, dtype=np.intp) if towns is None else towns
    return Coverage(
        atlas=atlas,
        groups=groups,
        distance=nearest_distance(atlas.samples, groups),
        home=home,
        town=np.where(home >= 0, np.append(atlas.neighbourhoods.parents, -1)[home], recorded),
    )


def subset(coverage: Coverage, keep: NDArray[np.bool_], status: Objects | None = None) -> Coverage:
    """The coverage of some of the groups: as if only these were registered.

    Parameters
    ----------
    keep : (n,) array, True for the groups that stay
    status : (n,) array of the word for each group, in the order of ``coverage.groups``; None: as it is

    Returns
    -------
    Coverage of the same atlas; distances are measured anew, groups stay in the areas that they count in.
    Its groups' ``revision`` is that of the whole: who caches must add what was kept.
    """
    groups = coverage.groups if status is None else replace(coverage.groups, status=status)
    parallel = [field.name for field in fields(groups) if isinstance(getattr(groups, field.name), np.ndarray)]
    kept = replace(groups, **{name: getattr(groups, name)[keep] for name in parallel})
    return Coverage(
        atlas=coverage.atlas,
        groups=kept,
        distance=nearest_distance(coverage.atlas.samples, kept),
        home=coverage.home[keep],
        town=coverage.town[keep],
    )


def status(inhabitants: Floats, active: Ints | Floats, reach: Floats) -> NDArray[np.int8]:
    """The word for each area, a :class:`~utils.models.Status`; three parallel (n,) arrays in.

    Uninhabited: no inhabitants. Unknown: inhabitants nan, or reach nan though people live there.
    Covered: reach at least 50%. Uncovered: reach under 10% and no active group inside. Partly:
    everything else.
    """
    rules = [
        (inhabitants == 0, Status.UNINHABITED),
        (np.isnan(inhabitants) | np.isnan(reach), Status.UNKNOWN),
        (reach >= COVERED_FROM, Status.COVERED),
        ((reach < UNCOVERED_BELOW) & (active == 0), Status.UNCOVERED),
    ]
    words = np.select([rule for rule, _ in rules], [int(word) for _, word in rules], int(Status.PARTLY))
    return words.astype(np.int8)


def figures(coverage: Coverage, level: Level, radius: float, per_group: float = PER_GROUP) -> Figures:
    """The figures of all areas of a level (one row for the country) at a radius in metres.

    With, per neighbourhood, reach = sample points within the radius / sample points:

    - reach of a larger area = sum(inhabitants · reach) / sum(inhabitants) over its neighbourhoods;
      those with unknown inhabitants are left out of both sums (unknown is not zero), nan if none is
      left or nobody lives there;
    - unreached = sum(inhabitants · (1 − reach)), nan only where no inhabitants are known at all;
    - per_1000 = 1,000 · registered groups / inhabitants, active or not, nan under 50 inhabitants;
    - participants = sum over active groups of what they report, else ``per_group``;
    - participation = participants / inhabitants, 1 at most, nan under 50 inhabitants.

    Raises
    ------
    ValueError
        If radius or per_group is negative or nan.
    """
    if not (radius >= 0 and per_group >= 0):
        raise ValueError(f"expected radius and per_group of 0 or more, got {radius} and {per_group}")
    atlas = coverage.atlas
    whose, people = above(atlas, level), _inhabitants(atlas, level)
    lived = atlas.neighbourhoods.inhabitants
    known = np.nan_to_num(lived, nan=0.0)
    k = coverage.distance.shape[1]
    within = np.einsum("ij->i", (coverage.distance <= radius).view(np.uint8), dtype=np.intp)
    _, nearby, _ = _count(coverage, coverage.home, len(lived), per_group)
    groups, lively, taking_part = _count(coverage, counted_in(coverage, level), len(people), per_group)

    def total(values: Floats | Ints | NDArray[np.bool_]) -> Floats:
        return np.bincount(whose, weights=values, minlength=len(people)).astype(np.float64)

    # Whole numbers below 2**53 add up exactly, so parts sum to the whole and order cannot matter.
    reached, everyone = total(known * within), k * total(known)
    reach = _ratio(reached, everyone, everyone > 0)
    word = status(lived, nearby, _ratio(within, k, known > 0))
    large = people >= SMALL
    return Figures(
        level=level,
        radius=float(radius),
        inhabitants=people,
        groups=groups,
        active=lively,
        per_1000=_ratio(1000 * groups, people, large),
        participants=taking_part,
        participation=np.minimum(_ratio(taking_part, people, large), 1),
        reach=reach,
        unreached=_ratio(everyone - reached, k, total(~np.isnan(lived)) > 0),
        inhabited=total(lived > 0).astype(np.intp),
        partly=total(word == Status.PARTLY).astype(np.intp),
        uncovered=total(word == Status.UNCOVERED).astype(np.intp),
        status=status(people, lively, reach),
    )


def above(atlas: Atlas, level: Level) -> Ints:
    """For each neighbourhood the row in a level of the area that it lies in; 0 for the country."""
    places, municipalities = atlas.neighbourhoods, atlas.municipalities
    if level == "neighbourhood":
        return np.arange(len(places))
    if level == "municipality":
        return places.parents
    province = municipalities.parents[places.parents]
    return province if level == "province" else np.zeros_like(province)


def _inhabitants(atlas: Atlas, level: Level) -> Floats:
    """The inhabitants of the areas of a level: the country's are the sum of its provinces', nan if one of
    these is unknown."""
    if level == "country":
        return np.array([atlas.provinces.inhabitants.sum()])
    return atlas.areas(level).inhabitants


def counted_in(coverage: Coverage, level: Level) -> Ints:
    """The row of a level's area that each group counts in, (n,); 0 for the country, -1 for none."""
    town = coverage.town
    if level == "neighbourhood":
        return coverage.home
    if level == "municipality":
        return town
    province = coverage.atlas.municipalities.parents[np.maximum(town, 0)] if level == "province" else 0
    return np.where(town >= 0, province, -1)


def _count(coverage: Coverage, rows: Ints, n: int, per_group: float) -> tuple[Ints, Ints, Floats]:
    """Per area of n: registered groups, active groups, participants of the active ones."""
    groups = coverage.groups
    placed = rows >= 0
    home = rows[placed]
    lively = rows[placed & groups.active]
    each = np.where(np.isnan(groups.participants), per_group, groups.participants)[placed & groups.active]
    return (
        np.bincount(home, minlength=n),
        np.bincount(lively, minlength=n),
        np.bincount(lively, weights=each, minlength=n).astype(np.float64),
    )


def _ratio(part: Floats | Ints, whole: ArrayLike, where: NDArray[np.bool_]) -> Floats:
    """part / whole, nan where ``where`` is false."""
    ratio: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=where)
    return ratio
