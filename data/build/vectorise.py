"""A printed map becomes a raster of regions, and a raster of regions becomes polygons.

The map is a picture of municipalities: light fills, dark anti-aliased strokes, transparent sea.
Coordinates in this module are pixel corners, x to the right, y down; :func:`to_rd` makes metres.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from skimage.segmentation import watershed

SCALE = 3  # the regions are drawn at three times the picture's resolution
OUTSIDE = -1
SMALLEST_REGION = 15  # px; smaller fills are the gaps between two strokes
SMALLEST_WATER = 6  # px
FILL_GREY, STROKE_GREY = 204.0, 110.0


class Affine(NamedTuple):
    """Pixel corner → EPSG:28992, without rotation: X = ``dx``·px + ``x0``, Y = ``y0`` − ``dy``·py."""

    dx: float = 152.5935
    x0: float = 13130.0
    dy: float = 152.605
    y0: float = 619500.0

    def to_rd(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) pixel corner coordinates → (n, 2) metres in EPSG:28992."""
        return np.column_stack([self.dx * pixels[:, 0] + self.x0, self.y0 - self.dy * pixels[:, 1]])

    def to_pixels(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n, 2) metres in EPSG:28992 → (n, 2) pixel corner coordinates."""
        return np.column_stack([(metres[:, 0] - self.x0) / self.dx, (self.y0 - metres[:, 1]) / self.dy])


AFFINE = Affine()


def read_map(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Grey (0 black to 255 white) and alpha (0 to 1) of a grey RGBA picture, both (rows, columns)."""
    with Image.open(path) as picture:
        bands = np.asarray(picture.convert("RGBA"), dtype=np.float64)
    return bands[..., 0], bands[..., 3] / 255.0


def border_strength(grey: NDArray[np.float64], alpha: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much of each pixel is stroke, 0 to 1: the anti-aliased shade between fill and stroke."""
    return np.clip((FILL_GREY - grey) / (FILL_GREY - STROKE_GREY), 0.0, 1.0) * alpha


def regions(grey: NDArray[np.float64], alpha: NDArray[np.float64]) -> NDArray[np.int32]:
    """Numbers of the fill regions, 1 and up in reading order; OUTSIDE for sea and lakes; 0 undecided."""
    numbered, count = ndimage.label((grey >= 190) & (alpha >= 0.98))
    large = np.bincount(numbered.ravel(), minlength=count + 1) >= SMALLEST_REGION
    large[0] = False
    renumber = np.where(large, np.cumsum(large), 0).astype(np.int32)
    markers = renumber[numbered]
    water, count = ndimage.label(alpha < 0.25)
    large = np.bincount(water.ravel(), minlength=count + 1) >= SMALLEST_WATER
    large[0] = False
    markers[large[water]] = OUTSIDE
    return markers


def grow(markers: NDArray[np.int32], strength: NDArray[np.float64]) -> NDArray[np.int32]:
    """Let the regions grow until they meet in the middle of the strokes.

    ``markers`` as :func:`regions` gives them, ``strength`` of the same shape. Returns the region of
    every pixel, SCALE times as many in each direction, none undecided: a watershed of the stroke's
    strength (cubic interpolation), as in Beucher & Lantuéjoul (1979).
    """
    relief = ndimage.zoom(strength, SCALE, order=3, mode="nearest", grid_mode=True).astype(np.float32)
    fine = np.kron(markers, np.ones((SCALE, SCALE), dtype=np.int32))
    # Only a band around the strokes has to be flooded; the rest is decided already.
    band = ndimage.binary_dilation(fine == 0, iterations=2)
    flooded = watershed(relief, markers=np.where(band, fine, 0), mask=band)
    return np.where(band, flooded, fine).astype(np.int32)


def drop_crumbs(labels: NDArray[np.int32], smallest: int) -> NDArray[np.int32]:
    """Give connected parts of fewer than ``smallest`` pixels to the nearest larger part.

    ``labels`` (rows, columns); parts are 4-connected pixels with one label.
    """
    crumbs = np.zeros(labels.shape, dtype=bool)
    for label, window in _windows(labels):
        parts, count = ndimage.label(labels[window] == label)
        small = np.bincount(parts.ravel(), minlength=count + 1) < smallest
        small[0] = False
        crumbs[window] |= small[parts]
    nearest = ndimage.distance_transform_edt(crumbs, return_distances=False, return_indices=True)
    return labels[tuple(nearest)]


def _windows(labels: NDArray[np.int32]) -> list[tuple[int, tuple[slice, slice]]]:
    offset = 1 - int(labels.min())
    found = ndimage.find_objects(labels + offset)
    return [(i + 1 - offset, window) for i, window in enumerate(found) if window is not None]


def polygonise(labels: NDArray[np.int32], count: int) -> NDArray[np.object_]:
    """Polygons of labels 0 to ``count`` − 1, with rounded pixel corners; any other label is left out.

    Returns ``count`` (Multi)Polygons in corner coordinates of ``labels``. Where three labels meet is a
    node, and the border between two nodes is one line for both sides: a valid coverage.
    Raises ValueError if a label does not occur.
    """
    chains = shapely.get_parts(shapely.line_merge(_edges(labels)))
    borders = [shapely.linestrings(_rounded(shapely.get_coordinates(chain))) for chain in chains]
    faces = shapely.get_parts(shapely.polygonize(borders))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces)).astype(np.intp)
    owner = labels[inside[:, 1], inside[:, 0]]
    missing = sorted(set(range(count)) - set(owner.tolist()))
    if missing:
        raise ValueError(f"labels without a single pixel: {missing}")
    return np.array([shapely.coverage_union_all(faces[owner == n]) for n in range(count)], dtype=object)


def _rounded(chain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each vertex at the mean of itself and its two neighbours; the two ends, shared nodes, stay."""
    rounded = chain.copy()
    rounded[1:-1] = (chain[:-2] + chain[1:-1] + chain[2:]) / 3.0
    return rounded


def _edges(labels: NDArray[np.int32]) -> shapely.MultiLineString:
    """The unit edges between pixels with different labels, (x, y) corner coordinates."""
    padded = np.pad(labels, 1, constant_values=np.iinfo(np.int32).min)
    rows, columns = np.nonzero(padded[:, 1:] != padded[:, :-1])
    upright = np.stack([np.stack([columns, rows - 1], 1), np.stack([columns, rows], 1)], 1)
    rows, columns = np.nonzero(padded[1:, :] != padded[:-1, :])
    level = np.stack([np.stack([columns - 1, rows], 1), np.stack([columns, rows], 1)], 1)
    return shapely.multilinestrings(shapely.linestrings(np.concatenate([upright, level]).astype(float)))
