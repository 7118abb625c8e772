"""The country as an import asks about it: where does a place lie, and how far out?"""

from functools import cached_property
from typing import Final

import numpy as np
import shapely
from pykdtree.kdtree import KDTree

from utils import coverage
from utils.models import Atlas, Floats, Ints
from utils.stated_places import Places, Towns

MARGIN: Final = {"approximate": 1_000.0, "official": 100.0}
"""Metres outside a stated municipality from which a place is told: outlines that ship are that rough."""


class Ground:
    """An atlas with those who know names of municipalities, villages and towns. Metres, EPSG:28992."""

    def __init__(self, atlas: Atlas, towns: Towns, places: Places) -> None:
        self.atlas, self.towns, self.places = atlas, towns, places
        self.margin = MARGIN[atlas.edition.kind]

    def home(self, xy: Floats) -> Ints:
        """The row of the neighbourhood of n places, as coverage counts them; -1 outside the country."""
        return coverage.assign(
            xy, self.atlas.neighbourhoods.geometry, coverage.TOLERANCE[self.atlas.edition.kind]
        )

    def town(self, home: Ints) -> Ints:
        """The row of the municipality of n neighbourhoods; -1 for -1."""
        return np.append(self.atlas.neighbourhoods.parents, -1)[home]

    def outside(self, xy: Floats) -> tuple[Floats, Ints]:
        """Metres from n places to the country, roughly, and the row of the nearest municipality."""
        tree, owner = self._corners
        distance, corner = tree.query(np.ascontiguousarray(xy, dtype=np.float64))
        return np.asarray(distance, dtype=np.float64), owner[corner]

    @cached_property
    def _corners(self) -> tuple[KDTree, Ints]:
        corners, owner = shapely.get_coordinates(self.atlas.municipalities.geometry, return_index=True)
        return KDTree(corners), owner

    def away(self, xy: Floats, town: Ints) -> Floats:
        """Metres from n places to the municipalities with these rows, 0 inside."""
        outlines = self.atlas.municipalities.geometry[town]
        return np.asarray(shapely.distance(shapely.points(xy), outlines), dtype=np.float64)

    def name(self, town: int) -> str:
        """The name of a municipality."""
        return str(self.atlas.municipalities.names[town])
