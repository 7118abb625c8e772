"""Outlines of features, GeoJSON → WKB in EPSG:28992. Pure (numpy, shapely)."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from utils import outlines as geometry
from utils.import_model import Line


def placed(lines: Sequence[Line], outlines: Sequence[str]) -> tuple[Line, ...]:
    """The lines of GeoJSON (headings first, then lat and lon in columns 0 and 1) with their outlines as WKB.

    An outline in degrees is moved to EPSG:28992, one in metres stays; what can be mended is. One that cannot
    leaves its kind as text in ``lat``, so that it is seen to be wrong. Where only outlines give the places,
    the columns ``lat`` and ``lon`` go.
    """
    rows = [at for at, outline in enumerate(outlines) if outline]
    shapes = np.array(shapely.from_geojson([outlines[at] for at in rows], on_invalid="ignore"), dtype=object)
    for i, shape in enumerate(shapes):
        if shape is not None:
            shapes[i : i + 1] = geometry.to_rd(shapes[i : i + 1])
    mended, _, wrong = geometry.mend(shapes) if len(rows) else (shapes, 0, np.array([], dtype=np.intp))
    found, bad = list(lines), set(wrong.tolist())
    for i, at in enumerate(rows):
        if i in bad:
            kind = "MultiPolygon" if '"MultiPolygon"' in outlines[at][:24] else "Polygon"
            found[at] = replace(found[at], cells=(kind, *found[at].cells[1:]))
        else:
            found[at] = replace(found[at], shape=shapely.to_wkb(mended[i]))
    if rows and all(cell is None for line in found[1:] for cell in line.cells[:2]):
        found = [replace(line, cells=line.cells[2:]) for line in found]
    return tuple(found)
