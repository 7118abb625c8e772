"""Names for cells: the place they belong to, the compass part of it, and a number where needed."""

import numpy as np
import shapely
from numpy.typing import NDArray

from data.build.density import PER_KM2, Floats, Ints, Objects, Places

CENTRE = "Centrum"
COMPASS = ("Noord", "Noordoost", "Oost", "Zuidoost", "Zuid", "Zuidwest", "West", "Noordwest")
MIDDLE = 0.3  # share of a place's radius within which a cell is called its centre
TAN_22_5 = 0.41421356237309503


def name_cells(polygons: Objects, people: Ints, places: Places) -> tuple[Objects, Ints]:
    """Name the n cells of one municipality and put them in the order of their names.

    Parameters
    ----------
    polygons : (n,) the cells, EPSG:28992, metres
    people : (n,) inhabitants; an uninhabited place names only cells where nobody lives
    places : at least one inhabited

    Returns
    -------
    names : (n,) unique within the municipality: the bare place for a place of one cell, else
        "Lelystad-Noordoost", with a number from the centre outwards where several share that name
    order : (n,) the rows sorted by place (largest first), compass part (centre, then clockwise from
        the north) and number
    """
    xy = middle(polygons)
    place = nearest_place(xy, people > 0, places)
    total = np.bincount(place, people, minlength=len(places))
    radius = np.sqrt(total / PER_KM2 / np.pi) * 1e3
    dx, dy = xy[:, 0] - places.x[place], xy[:, 1] - places.y[place]
    distance = np.sqrt(dx * dx + dy * dy)
    heart = shapely.covers(polygons, shapely.points(places.x[place], places.y[place]))
    sector = np.where(heart | (distance < MIDDLE * radius[place]), 0, 1 + compass(dx, dy))
    alone = np.bincount(place, minlength=len(places))[place] == 1
    words = (CENTRE, *COMPASS)
    labels = np.array(
        [
            places.names[p] if single else f"{places.names[p]}-{words[s]}"
            for p, s, single in zip(place, sector, alone, strict=True)
        ],
        dtype=object,
    )
    by_size = np.lexsort((np.arange(len(places)), -total))
    rank = np.empty(len(places), dtype=np.intp)
    rank[by_size] = np.arange(len(places))
    order = np.lexsort((xy[:, 1], xy[:, 0], np.rint(distance), sector, rank[place]))
    return _numbered(labels, order), order


def middle(polygons: Objects) -> Floats:
    """A point inside each of n polygons, its centroid where that lies inside, (n, 2)."""
    points = shapely.centroid(polygons)
    outside = ~shapely.contains(polygons, points)
    points[outside] = shapely.point_on_surface(polygons[outside])
    return shapely.get_coordinates(points)


def nearest_place(xy: Floats, inhabited: NDArray[np.bool_], places: Places) -> Ints:
    """The row of the place each of n points belongs to, (n,).

    A place is a disc of its inhabitants / 4,200 km². Inside discs the smallest counts (a quarter of a
    town), outside them the disc with the nearest edge, quarters apart: the fields round a town bear
    the town's name. Uninhabited places count for points that are not ``inhabited``, and only they.
    """
    radius = np.sqrt(places.people / PER_KM2 / np.pi) * 1e3
    apart = _distance(places.x, places.y, places)
    quarter = ((apart < radius) & (places.people > places.people[:, None])).any(axis=1)
    far = np.rint(_distance(xy[:, 0], xy[:, 1], places))
    wrong = inhabited[:, None] != (places.people > 0)
    if not (places.people == 0).any():
        wrong[:] = False
    inside = (far <= radius) & ~wrong
    smallest = np.argmin(np.where(inside, radius, np.inf), axis=1)
    nearest = np.argmin(np.where(quarter | wrong, np.inf, far - np.rint(radius)), axis=1)
    return np.where(inside.any(axis=1), smallest, nearest)


def _distance(x: Floats, y: Floats, places: Places) -> Floats:
    """Metres from n points to each place, (n, places)."""
    dx, dy = x[:, None] - places.x, y[:, None] - places.y
    return np.sqrt(dx * dx + dy * dy)


def compass(dx: Floats, dy: Floats) -> Ints:
    """The eighth of the compass each vector points to: 0 north, 1 north-east, … 7 north-west."""
    across, up = np.abs(dx), np.abs(dy)
    vertical, level = across <= TAN_22_5 * up, up < TAN_22_5 * across
    diagonal = np.where(dx > 0, np.where(dy > 0, 1, 3), np.where(dy > 0, 7, 5))
    return np.where(vertical, np.where(dy >= 0, 0, 4), np.where(level, np.where(dx > 0, 2, 6), diagonal))


def _numbered(labels: Objects, order: Ints) -> Objects:
    """Number the labels that occur more than once, in the given order."""
    values, times = np.unique(labels.astype(str), return_counts=True)
    repeated = set(values[times > 1])
    names, seen = labels.copy(), dict[str, int]()
    for row in order:
        label = labels[row]
        if label in repeated:
            seen[label] = seen.get(label, 0) + 1
            names[row] = f"{label} {seen[label]}"
    return names
