"""Do the areas of an atlas fit together? What is too slow to ask at every start.

Pure. What a single row can tell is checked when the files are read.
"""

from typing import Final

import numpy as np
import shapely

from utils.errors import DataError
from utils.models import LEVELS, Atlas, Level

_SLACK: Final = 2.0
"""Metres that a sample point may lie outside its neighbourhood: points are rounded to whole metres."""
_SLIT: Final = 1.0
"""Metres: a gap between areas that is narrower is a mistake, a wider one may be water."""
_FILES: Final[dict[Level, str]] = {
    "province": "provinces.parquet",
    "municipality": "municipalities.parquet",
    "neighbourhood": "neighbourhoods.parquet",
}


def check(atlas: Atlas) -> None:
    """Areas of a level neither overlap nor leave slits, points lie in their area, inhabitants add up.

    Official areas need not do the first and the last: they are shown as CBS publishes them, with what is odd
    told when they are fetched, and CBS rounds inhabitants and leaves out small numbers.

    Raises DataError, naming the file, for the first thing that does not fit.
    """
    for level in LEVELS[1:]:
        fits = shapely.coverage_is_valid(atlas.areas(level).geometry, gap_width=_SLIT)
        if not fits and atlas.edition.kind == "approximate":
            raise DataError("error.data_overlap", file=_FILES[level])
    _points(atlas)
    if atlas.edition.kind == "approximate":
        _inhabitants(atlas)


def _points(atlas: Atlas) -> None:
    places = atlas.neighbourhoods
    grown = shapely.buffer(places.geometry, _SLACK, quad_segs=2)
    inside = shapely.intersects_xy(grown[:, None], atlas.samples[..., 0], atlas.samples[..., 1])
    for row in np.flatnonzero(~inside.all(axis=1))[:1]:
        raise DataError("error.data_points", file=_FILES["neighbourhood"], code=places.codes[row])


def _inhabitants(atlas: Atlas) -> None:
    towns, places = atlas.municipalities, atlas.neighbourhoods
    sums = np.bincount(places.parents, places.inhabitants, minlength=len(towns))
    for row in np.flatnonzero(sums != towns.inhabitants)[:1]:
        raise DataError(
            "error.data_sum",
            file=_FILES["neighbourhood"],
            code=towns.codes[row],
            came=sums[row],
            expected=towns.inhabitants[row],
        )
