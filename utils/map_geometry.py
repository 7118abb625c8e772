"""Areas → the compact geometry that the map's script decodes, in EPSG:4326.

Each area is a list of polygons, each a list of rings; a ring is one list of whole numbers, east and north
in turn: the first point, then the steps from point to point.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from utils.models import COUNTRY, Areas, Atlas, Floats, Objects
from utils.summaries import rows_within

#: Degrees × this = the whole numbers sent to the browser: about one metre.
QUANTUM = 1e5
#: Locations of groups are shown in squares of this many metres, never as an exact door.
BLUR = 100.0
#: Changes with the form of the geometry files, so that no browser meets an older one.
FORMAT = 1
#: Points that are worth a start of PROJ of their own, so that nobody else waits for them.
_MANY = 10_000


@cache
def _to_wgs84() -> Transformer:
    return Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)


@cache
def _one_thread() -> ThreadPoolExecutor:
    # PROJ sets itself up anew in every thread, for 20 ms, and each run of a page is a thread of its own.
    return ThreadPoolExecutor(1, thread_name_prefix="proj")


def _transformed(x: Any, y: Any, direction: str = "FORWARD") -> tuple[Any, Any]:
    def work() -> tuple[Any, Any]:
        found: tuple[Any, Any] = _to_wgs84().transform(x, y, direction=direction)
        return found

    return work() if np.size(x) > _MANY else _one_thread().submit(work).result()


def lonlat(xy: Floats) -> Floats:
    """RD metres (n, 2) → (n, 2) degrees east and north (EPSG:4326)."""
    lon, lat = _transformed(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def rd(lon: float, lat: float) -> tuple[float, float]:
    """Degrees east and north (EPSG:4326) → RD metres; inf where the projection has no answer."""
    x, y = _transformed(lon, lat, "INVERSE")
    return float(x), float(y)


def blurred(x: Floats, y: Floats) -> Floats:
    """The middle of the 100-metre square that holds each location: (n, 2) RD metres."""
    return np.column_stack([np.floor(x / BLUR), np.floor(y / BLUR)]) * BLUR + BLUR / 2


def _rings(geometry: Objects) -> list[list[list[list[int]]]]:
    """(Multi)Polygons in RD → per area its polygons, each a list of delta-coded rings of whole QUANTUMs."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(lonlat(xy) * QUANTUM).astype(int)
    step = np.diff(whole, axis=0, prepend=0)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    step[first] = whole[first]
    coded = [part.ravel().tolist() for part in np.split(step, first[1:])]
    shapes: list[list[list[list[int]]]] = [[] for _ in geometry]
    current = -1
    for i, p in enumerate(polygon):
        if p != current:
            shapes[owner[p]].append([])
            current = p
        shapes[owner[p]][-1].append(coded[i])
    return shapes


def _pack(areas: Areas, rows: Any, parents: Objects) -> dict[str, Any]:
    geometry = areas.geometry[rows]
    middle = shapely.get_coordinates(shapely.point_on_surface(geometry))
    return {
        "codes": areas.codes[rows].tolist(),
        "names": areas.names[rows].tolist(),
        "parents": parents[areas.parents[rows]].tolist(),
        "points": np.round(lonlat(middle) * QUANTUM).astype(int).tolist(),
        "shapes": _rings(geometry),
    }


def as_json(value: Any) -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def land_geometry(atlas: Atlas) -> str:
    """Provinces and municipalities of the whole country, as the JSON text that the map's script decodes."""
    every = slice(None)
    country = np.array([COUNTRY], dtype=object)
    return as_json({
        "province": _pack(atlas.provinces, every, country),
        "municipality": _pack(atlas.municipalities, every, atlas.provinces.codes),
    })  # fmt: skip


def detail_geometry(atlas: Atlas, code: str) -> dict[str, Any]:
    """The neighbourhoods of one province or municipality, in the form of ``land_geometry``."""
    rows = rows_within(atlas, code, "neighbourhood")
    return {"neighbourhood": _pack(atlas.neighbourhoods, rows, atlas.municipalities.codes)}
