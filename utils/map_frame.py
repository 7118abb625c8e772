"""What part of the country a picture shows, and how large. Pure; x, y in EPSG:28992 metres ↔ units."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from utils.models import Atlas, Floats, Ints, Objects
from utils.report_model import MapPlan
from utils.summaries import find, rows_within

Box = tuple[float, float, float, float]
_AROUND: Final = 3.0
"""Radii around sites that are shown."""


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


def frame(atlas: Atlas, plan: MapPlan, width: float, height: float, edge: float) -> Frame:
    """The frame of ``width`` × ``height`` units with a plan's area in its middle, ``edge`` from its sides.

    Below it there is as much room again, for the scale bar. Of a municipality with sites it shows these and
    what lies around them, so that their reach can be seen.
    """
    west, south, east, north = _shown(atlas, plan)
    scale = min((width - 2 * edge) / (east - west), (height - 3 * edge) / (north - south))
    left, top = (width / scale - east + west) / 2, ((height - edge) / scale - north + south) / 2
    return Frame(west - left, north + top, scale, width, height)


def _shown(atlas: Atlas, plan: MapPlan) -> Box:
    """What has to be in the picture, in metres."""
    whole: Box = tuple(map(float, shapely.total_bounds(outline(atlas, plan.code))))  # type: ignore[assignment]
    if not plan.sites or find(atlas, plan.code)[0] != "municipality":
        return whole
    x, y = ([getattr(site, axis) for site in plan.sites] for axis in "xy")
    far = _AROUND * plan.radius
    near = (min(x) - far, min(y) - far, max(x) + far, max(y) + far)
    # no more than the area itself, in the direction in which it is the smaller one
    return (
        near
        if max(near[2] - near[0], near[3] - near[1]) < max(whole[2] - whole[0], whole[3] - whole[1])
        else whole
    )


def around(atlas: Atlas, code: str, view: Frame) -> Ints:
    """The rows of the municipalities in a frame that do not belong to the area; none for the country."""
    if find(atlas, code)[0] == "country":
        return np.empty(0, dtype=np.intp)
    seen = np.flatnonzero(shapely.intersects(atlas.municipalities.geometry, shapely.box(*view.box)))
    return np.setdiff1d(seen, rows_within(atlas, code, "municipality"))
