"""GeoJSON → rows: properties as columns, points as lat and lon, outlines apart.

Runs in a process of its own, see :mod:`utils.sheet_child`.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from utils.errors import InputError
from utils.sheet_limits import COLUMNS, ROWS

Start = tuple[str, bool]
Row = tuple[int, list[Any], str]
_OUTLINES: Final = ("Polygon", "MultiPolygon")
_GEOMETRIES: Final = (
    "Point",
    "MultiPoint",
    "LineString",
    "MultiLineString",
    *_OUTLINES,
    "GeometryCollection",
)
_CRS: Final = re.compile(r"(?:CRS84|4326|28992)$")


def read(text: str, name: str) -> Iterator[Start | Row]:
    """The name, the headings as row 0, and a row for each feature, from 1 on, with its outline as GeoJSON.

    The first two columns are ``lat`` and ``lon``, numbers as they stand in the file: degrees, or y and x of
    RD New. A geometry that is neither a point nor an outline gives its kind as text in ``lat``, so that it is
    seen to be wrong. A property that is a list or an object is its JSON.
    Raises InputError for what is no GeoJSON, for another coordinate system, and for too many rows or columns.
    """
    try:
        value = json.loads(text, parse_constant=str)
        if "\\ud" in text.lower():  # half a character, which no database takes
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise InputError("error.sheet_json") from None
    features = _features(value)
    if len(features) > ROWS:
        raise InputError("error.sheet_rows", sheet=name, limit=ROWS)
    columns: dict[str, int] = {}
    for one in features:
        for key in _properties(one):
            columns.setdefault(key, len(columns) + 2)
        if len(columns) + 2 > COLUMNS:
            raise InputError("error.sheet_columns", sheet=name, row=0, limit=COLUMNS, came=len(columns) + 2)
    yield name, False
    yield 0, ["lat", "lon", *columns], ""
    for number, one in enumerate(features, 1):
        cells: list[Any] = [None] * (len(columns) + 2)
        cells[0], cells[1], outline = _place(one.get("geometry"))
        for key, cell in _properties(one).items():
            cells[columns[key]] = (
                json.dumps(cell, ensure_ascii=False) if isinstance(cell, list | dict) else cell
            )
        yield number, cells, outline


def _features(value: Any) -> list[dict[str, Any]]:
    """The features of a collection, of one feature, or of a bare geometry. Raises InputError otherwise."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection":
        features = value.get("features")
    elif kind == "Feature":
        features = [value]
    else:
        features = [{"type": "Feature", "geometry": value}] if kind in _GEOMETRIES else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        raise InputError("error.sheet_json")
    crs = value.get("crs")
    named = crs.get("properties") if isinstance(crs, dict) else None
    code = named.get("name") if isinstance(named, dict) else crs
    if code is not None and not _CRS.search(str(code)):
        raise InputError("error.sheet_crs", came=str(code)[:80])
    return features


def _properties(feature: dict[str, Any]) -> dict[str, Any]:
    """The properties, and the feature's own id where none of them is called so."""
    found = feature.get("properties")
    properties: dict[str, Any] = found if isinstance(found, dict) else {}
    own = feature.get("id")
    if own is not None and not any(key.strip().lower() == "id" for key in properties):
        return {"id": own, **properties}
    return properties


def _place(geometry: Any) -> tuple[Any, Any, str]:
    """Lat, lon and outline of a geometry: two numbers, an outline, what is wrong as a text, or nothing."""
    if geometry is None:
        return None, None, ""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind in _OUTLINES:
        return None, None, json.dumps({"type": kind, "coordinates": at})
    if kind == "MultiPoint" and isinstance(at, list) and len(at) == 1:
        kind, at = "Point", at[0]
    if kind != "Point":
        return str(kind)[:80] if kind else "geometry", None, ""
    if not at:
        return None, None, ""
    if not isinstance(at, list) or len(at) < 2 or any(isinstance(one, list | dict) for one in at[:2]):
        return f"Point {json.dumps(at)[:80]}", None, ""
    return at[1], at[0], ""
