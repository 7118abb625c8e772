"""TopoJSON → rows and outlines: shared borders are told once, as arcs in steps on a grid. Pure.

After the TopoJSON specification, version 1.0 (github.com/topojson/topojson-specification).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from utils.models import Floats, Objects


def is_topology(value: Any) -> bool:
    """Is a JSON value a topology?"""
    return isinstance(value, Mapping) and value.get("type") == "Topology"


def read(topology: Mapping[str, Any]) -> tuple[list[dict[str, Any]], Objects]:
    """The properties and the outline of each area of all objects of a topology.

    A geometry that is neither Polygon nor MultiPolygon gives None. An area's ``id``, if it
    begins as a code does, stands in for a ``statcode`` that its properties lack. Raises ValueError for what
    is no whole topology.
    """
    try:
        arcs = _arcs(topology)
        found = [one for thing in topology["objects"].values() for one in _flat(thing)]
        shapes = np.empty(len(found), dtype=object)
        shapes[:] = [_shape(one, arcs) for one in found]
        rows = [_properties(one) for one in found]
    except (KeyError, IndexError, TypeError, AttributeError, shapely.errors.ShapelyError) as problem:
        raise ValueError(f"no whole topology: {type(problem).__name__} {problem}") from problem
    return rows, shapes


def _arcs(topology: Mapping[str, Any]) -> list[Floats]:
    arcs = [np.array(arc, dtype=np.float64)[:, :2] for arc in topology["arcs"]]
    if "transform" not in topology:
        return arcs
    scale, move = topology["transform"]["scale"], topology["transform"]["translate"]
    return [np.cumsum(arc, axis=0) * scale + move for arc in arcs]


def _flat(thing: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if thing["type"] == "GeometryCollection":
        return [one for part in thing["geometries"] for one in _flat(part)]
    return [thing]


def _properties(one: Mapping[str, Any]) -> dict[str, Any]:
    properties = dict(one.get("properties") or {})
    named = one.get("id")
    if isinstance(named, str) and named[:2].isalpha():  # a running number is no code
        properties.setdefault("statcode", named)
    return properties


def _shape(one: Mapping[str, Any], arcs: list[Floats]) -> Any:
    if one["type"] == "Polygon":
        return _polygon(one["arcs"], arcs)
    if one["type"] == "MultiPolygon":
        return shapely.MultiPolygon([_polygon(part, arcs) for part in one["arcs"]])
    return None


def _polygon(rings: list[list[int]], arcs: list[Floats]) -> Any:
    shell, *holes = [_ring(ring, arcs) for ring in rings]
    return shapely.Polygon(shell, holes)


def _ring(numbers: list[int], arcs: list[Floats]) -> Floats:
    """The arcs of a ring end to end; a negative number means the arc ~number, backwards."""
    parts = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in numbers]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
