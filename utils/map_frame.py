"""What part of the country a picture shows, and how large. Pure; x, y in EPSG:28992 metres ↔ units."""

from dataclasses import dataclass

import numpy as np
import shapely

from utils.models import Atlas, Floats, Ints, Objects
from utils.summaries import find, rows_within

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """What part of the country a picture shows, and how large: x, y in metres ↔ units."""

    west: float
    north: float
    scale: float  # units for a metre
    width: float
    height: float

    def place(self, xy: Floats) -> Floats:
        """Metres (n, 2) → units (n, 2)."""
        return (xy - [self.west, self.north]) * [self.scale, -self.scale]

    @property
    def box(self) -> Box:
        """The part of the country in metres: west, south, east, north."""
        return (
            self.west,
            self.north - self.height / self.scale,
            self.west + self.width / self.scale,
            self.north,
        )


def outline(atlas: Atlas, code: str) -> Objects:
    """The outline of an area: (1,) polygon; of the country those of its provinces."""
    level, row = find(atlas, code)
    return atlas.provinces.geometry if level == "country" else atlas.areas(level).geometry[[row]]


def aspect(atlas: Atlas, code: str) -> float:
    """How high an area is for its width."""
    west, south, east, north = shapely.total_bounds(outline(atlas, code))
    return float((north - south) / (east - west))


def frame(atlas: Atlas, code: str, width: float, height: float, edge: float) -> Frame:
    """The frame of ``width`` × ``height`` units with an area in its middle, ``edge`` units from its sides.

    Below it there is as much room again, for the scale bar.
    """
    west, south, east, north = shapely.total_bounds(outline(atlas, code))
    scale = min((width - 2 * edge) / (east - west), (height - 3 * edge) / (north - south))
    left, top = (width / scale - east + west) / 2, ((height - edge) / scale - north + south) / 2
    return Frame(west - left, north + top, scale, width, height)


def around(atlas: Atlas, code: str, view: Frame) -> Ints:
    """The rows of the municipalities in a frame that do not belong to the area; none for the country."""
    if find(atlas, code)[0] == "country":
        return np.empty(0, dtype=np.intp)
    seen = np.flatnonzero(shapely.intersects(atlas.municipalities.geometry, shapely.box(*view.box)))
    return np.setdiff1d(seen, rows_within(atlas, code, "municipality"))
