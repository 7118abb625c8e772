"""Where the inhabitants of a municipality live, roughly: places as discs, the rest evenly spread.

A place of n inhabitants is a disc of n / 4,200 km² round its point (an ordinary Dutch built-up density),
clipped to its municipality; 6% of the inhabitants live evenly over the whole of it. All geometry
EPSG:28992, metres.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Objects = NDArray[np.object_]

PER_KM2 = 4_200
RURAL_SHARE = 0.06


@dataclass(frozen=True, eq=False)
class Places:
    """n places: name, point, inhabitants and row of the municipality, sorted by (owner, name).

    An uninhabited island is a place of 0 people.
    """

    names: Objects
    x: Floats
    y: Floats
    people: Floats
    owner: Ints

    def of(self, municipality: int) -> "Places":
        """The places of one municipality; may be empty."""
        own = self.owner == municipality
        return Places(self.names[own], self.x[own], self.y[own], self.people[own], self.owner[own])

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Density:
    """People per layer: ``layers`` are (Multi)Polygons over which ``people`` spread evenly.

    Layers overlap; each has an area.
    """

    layers: Objects
    people: Floats

    def inside(self, areas: Objects) -> Floats:
        """The people in each of n areas, (n,) float; areas without overlap with any layer get 0."""
        tree = shapely.STRtree(areas)
        layer, area = tree.query(self.layers, predicate="intersects")
        shared = shapely.area(shapely.intersection(self.layers[layer], areas[area]))
        share = self.people[layer] * shared / shapely.area(self.layers)[layer]
        return np.bincount(area, share, minlength=len(areas))


def municipality_density(outline: shapely.Geometry, inhabitants: int, places: Places) -> Density:
    """Share the official number of inhabitants over the places and the countryside of a municipality.

    GeoNames often gives a town its whole municipality and lists quarters and villages as well: what
    the sum has too much is taken from the largest place (which keeps at least a quarter). Parts with
    an uninhabited place get nobody.

    Raises
    ------
    ValueError
        If there is no inhabited place.
    """
    lived_in = places.people > 0
    if not lived_in.any():
        raise ValueError("expected at least one inhabited place in the municipality")
    people = places.people[lived_in]
    x, y = places.x[lived_in], places.y[lived_in]
    parts = shapely.get_parts(outline)
    empty = shapely.multipoints(np.column_stack([places.x, places.y])[~lived_in])
    countryside = shapely.union_all(parts[~shapely.intersects(parts, empty)])
    largest = int(np.argmax(people))
    surplus = max(people.sum() - inhabitants, 0)
    people[largest] = max(people[largest] - surplus, people[largest] / 4)
    people *= inhabitants * (1 - RURAL_SHARE) / people.sum()
    discs = [_disc(countryside, *xyp) for xyp in zip(x, y, people, strict=True)]
    layers = np.array([*discs, countryside], dtype=object)
    return Density(layers, np.append(people, inhabitants * RURAL_SHARE))


def _disc(outline: shapely.Geometry, x: float, y: float, people: float) -> shapely.Geometry:
    """A disc round (x, y) whose part inside the outline has room for the people.

    Its radius grows by at most a factor 3: a town at a border needs more, a full municipality
    simply gets denser.
    """
    wanted = people / PER_KM2 * 1e6
    start = radius = float(np.sqrt(wanted / np.pi))
    clipped = outline.intersection(shapely.Point(x, y).buffer(radius, quad_segs=8))
    for _ in range(6):
        if clipped.area > 0.97 * wanted or radius >= 3 * start:
            break
        radius = min(radius * float(np.sqrt(wanted / max(clipped.area, wanted / 9))), 3 * start)
        clipped = outline.intersection(shapely.Point(x, y).buffer(radius, quad_segs=8))
    return clipped
