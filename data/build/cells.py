"""Where the centres of compact cells lie, close together where people live close together.

Per part of a municipality: points drawn from its density, then k-means over them (k-means++ to start,
Lloyd's steps). All geometry EPSG:28992, metres.
"""

import numpy as np
import shapely
from scipy.spatial import cKDTree

from data.build.density import Density, Floats, Ints, Objects

POINTS_PER_CELL = 60
LLOYD_STEPS = 25
CANDIDATES = 6
FAR = 300  # metres: a part of a municipality farther from all others has a cell of its own
LARGE = 500_000  # m²: so has a larger part


def share_out(parts: Objects, people: Floats, cells: int) -> Ints:
    """How many of a municipality's cells each of its p parts gets, (p,) int; the sum is ``cells``.

    A part that is large, far from the other parts or has room for half a cell gets at least one, as
    far as there are cells (most people first; largest first among equals); the others get none.
    """
    quota = cells * people / people.sum()
    apart = np.full(len(parts), np.inf)
    for i in range(len(parts)):
        others = np.delete(parts, i)
        if len(others):
            apart[i] = shapely.distance(parts[i], others).min()
    own = (apart > FAR) | (shapely.area(parts) > LARGE) | (quota >= 0.5)
    order = np.lexsort((-shapely.area(parts), -quota, ~own))
    count = np.zeros(len(parts), dtype=np.intp)
    count[order[: min(cells, max(int(own.sum()), 1))]] = 1
    rest = np.where(count > 0, np.maximum(quota - 1, 0), 0)
    if cells > count.sum():
        count += apportion(rest if rest.sum() > 0 else count.astype(float), int(cells - count.sum()))
    return count


def apportion(weights: Floats, total: int) -> Ints:
    """Whole numbers in proportion to the weights that add up to total (largest remainders)."""
    exact = weights * (total / weights.sum())
    whole = np.floor(exact).astype(np.intp)
    remainder = np.round(exact - whole, 9)  # equal remainders stay equal whatever the machine
    whole[np.argsort(-remainder, kind="stable")[: total - int(whole.sum())]] += 1
    return whole


def centres(part: shapely.Geometry, density: Density, k: int, random: np.random.Generator) -> Floats:
    """k different centres, (k, 2) whole metres, of compact cells with about equal spread of people.

    Points and centres stay on whole metres at every step: squares and sums are then exact, and every
    machine finds the same centres.

    Raises
    ------
    ValueError
        If the part is too small for k different centres.
    """
    points = draw(part, density, POINTS_PER_CELL * k, random)
    found = _plus_plus(points, k, random)
    for _ in range(LLOYD_STEPS):
        nearest = cKDTree(found).query(points)[1]
        size = np.bincount(nearest, minlength=k)
        sums = [np.bincount(nearest, points[:, axis], minlength=k) for axis in (0, 1)]
        means = np.rint(np.column_stack(sums) / np.maximum(size, 1)[:, None])
        moved = np.where(size[:, None] > 0, means, found)
        if (moved == found).all():
            break
        found = moved
    if len(np.unique(found, axis=0)) < k:
        raise ValueError(f"expected {k} different centres in {part.area:.0f} m²")
    return found


def draw(part: shapely.Geometry, density: Density, n: int, random: np.random.Generator) -> Floats:
    """n random points in a part, (n, 2) whole metres: as dense as its people live; evenly without."""
    layers = shapely.intersection(density.layers, part)
    weights = density.people * shapely.area(layers) / shapely.area(density.layers)
    if not weights.any():
        return np.rint(_uniform(part, n, random))
    drawn = [
        _uniform(layer, wanted, random)
        for layer, wanted in zip(layers, apportion(weights, n), strict=True)
        if wanted
    ]
    return np.rint(np.concatenate(drawn))


def _uniform(polygon: shapely.Geometry, n: int, random: np.random.Generator) -> Floats:
    """n uniformly random points inside a polygon, (n, 2)."""
    shapely.prepare(polygon)
    left, bottom, right, top = polygon.bounds
    fill = polygon.area / ((right - left) * (top - bottom))
    found = np.empty((0, 2))
    while len(found) < n:
        tries = random.random((int((n - len(found)) / fill * 1.2) + 20, 2))
        tries = [left, bottom] + tries * [right - left, top - bottom]
        found = np.concatenate([found, tries[shapely.contains_xy(polygon, tries)]])
    return found[:n]


def _plus_plus(points: Floats, k: int, random: np.random.Generator) -> Floats:
    """k of the points far apart, (k, 2): greedy k-means++ (Arthur & Vassilvitskii 2007, section 4).

    Of several candidates, each drawn by its squared distance to the chosen points, the one that
    lowers the sum of those distances most is taken: otherwise a village may stay without a centre.
    """
    chosen = np.empty((k, 2))
    chosen[0] = points[int(random.random() * len(points))]
    gap = ((points - chosen[0]) ** 2).sum(axis=1)
    for i in range(1, k):
        total = np.cumsum(gap)
        picks = np.searchsorted(total, random.random(CANDIDATES) * total[-1], side="right")
        candidates = points[np.minimum(picks, len(points) - 1)]
        dx, dy = (points[:, axis] - candidates[:, axis, None] for axis in (0, 1))
        gaps = np.minimum(gap, dx * dx + dy * dy)
        best = int(np.argmin(gaps.sum(axis=1)))
        chosen[i], gap = candidates[best], gaps[best]
    return chosen
