"""The static files of cartomap: GeoJSON and TopoJSON of the generalised layers, codes and names alone."""

import itertools
import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from tests.services.answers import Answer, Rows, Services, divisions
from tests.services.content import LEVELS, to_degrees

_PATH = re.compile(r"/nl/(wgs84|rd)/(provincie|gemeente|wijk|buurt)_(\d{4})\.(geojson|topojson)")
_STEPS = 1_000_000  # of the grid over the longest side; the real files are coarser
_LEFT_OUT = {"jaarcode", "startdatum", "einddatum", "gm_code"}


def answer(server: Services, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer | None:
    """The file, or None for a path of another service or a year that is not served."""
    found = _PATH.fullmatch(path)
    if not found or int(found[3]) not in server.contents:
        return None
    crs, kind, year, form = found.groups()
    key = ("static", path, server.spoiling)
    if key not in server.cache:
        prefix = next(p for p, name in LEVELS.items() if name == kind)
        rows = server.spoilt(path, divisions(server.contents[int(year)], prefix, kind))
        values = [{k: v for k, v in row.items() if k not in _LEFT_OUT} for row in rows.values]
        rows = Rows([{**row, "FID": f"{kind}.{i}"} for i, row in enumerate(values)], rows.shapes)
        stem, degrees = f"{kind}_{year}", crs == "wgs84"
        server.cache[key] = (
            topojson(rows, stem, degrees) if form == "topojson" else geojson(rows, stem, degrees)
        )
    body = server.cache[key]
    assert isinstance(body, bytes)
    return Answer(200, body, f"application/{form.replace('topojson', 'json').replace('geojson', 'geo+json')}")


def geojson(rows: Rows, stem: str, degrees: bool) -> bytes:
    """The bytes of a GeoJSON file, in degrees or in RD."""
    features = ",".join(rows.features("degrees" if degrees else "rd"))
    return f'{{"type":"FeatureCollection","name":"{stem}","features":[{features}]}}'.encode()


def topojson(rows: Rows, stem: str, degrees: bool) -> bytes:
    """The bytes of a TopoJSON file: arcs on a grid, shared by neighbours, each told once."""
    shapes = np.array(rows.shapes, dtype=object)
    shapes = to_degrees(shapes) if degrees else shapes
    west, south, east, north = shapely.total_bounds(shapes)
    scale = max(east - west, north - south) / _STEPS
    grid = shapely.transform(shapes, lambda xy: np.round((xy - [west, south]) / scale))
    rings = [[[_ring(r) for r in (p.exterior, *p.interiors)] for p in shapely.get_parts(g)] for g in grid]
    joints = _joints(ring for shape in rings for polygon in shape for ring in polygon)
    arcs: dict[tuple[tuple[int, int], ...], int] = {}
    geometries: list[dict[str, Any]] = []
    for shape, row in zip(rings, rows.values, strict=True):
        numbers = [[_numbers(ring, joints, arcs) for ring in polygon] for polygon in shape]
        kind = (
            {"type": "Polygon", "arcs": numbers[0]}
            if len(numbers) == 1
            else {"type": "MultiPolygon", "arcs": numbers}
        )
        geometries.append({**kind, "id": row.get("statcode", len(geometries)), "properties": row})
    told = [[list(arc[0]), *([x - u, y - v] for (u, v), (x, y) in itertools.pairwise(arc))] for arc in arcs]
    file = {
        "type": "Topology",
        "arcs": told,
        "transform": {"scale": [scale, scale], "translate": [west, south]},
        "objects": {stem: {"type": "GeometryCollection", "geometries": geometries}},
    }
    return json.dumps(file, ensure_ascii=False).encode()


def _ring(line: shapely.LinearRing) -> list[tuple[int, int]]:
    """The corners of a ring, the first not repeated."""
    return [(int(x), int(y)) for x, y in shapely.get_coordinates(line)[:-1]]


def _joints(rings: Any) -> set[tuple[int, int]]:
    """Corners where more than one pair of edges meets: there an arc ends."""
    near: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for ring in rings:
        for a, b, c in zip([ring[-1], *ring[:-1]], ring, [*ring[1:], ring[0]], strict=True):
            near.setdefault(b, set()).update((a, c))
    return {corner for corner, others in near.items() if len(others) > 2}


def _numbers(ring: list[tuple[int, int]], joints: set[tuple[int, int]], arcs: dict[Any, int]) -> list[int]:
    """The arcs of a ring: their numbers, ~number for one that is walked backwards."""
    stops = [i for i, corner in enumerate(ring) if corner in joints] or [ring.index(min(ring))]
    turned = ring[stops[0] :] + ring[: stops[0]] + [ring[stops[0]]]
    cuts = [i - stops[0] for i in stops] + [len(ring)]
    found = []
    for start, end in itertools.pairwise(cuts):
        arc = tuple(turned[start : end + 1])
        if arc[::-1] in arcs:
            found.append(~arcs[arc[::-1]])
        else:
            found.append(arcs.setdefault(arc, len(arcs)))
    return found
