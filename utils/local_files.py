"""A file with official areas that the user downloaded → rows and outlines, as if a service had sent them."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely

from utils import topojson
from utils.errors import DataError, InputError
from utils.models import Objects
from utils.official import DUTCH, KINDS, Kind, attributes, text, year_of
from utils.store import Source

SUFFIXES: Final = (".gpkg", ".geojson", ".json", ".topojson", ".parquet", ".geoparquet")
Found = dict[Kind, tuple[list[dict[str, Any]], Objects]]


def read(path: Path) -> Found:
    """Rows (:func:`utils.official.attributes`) and outlines of each kind of area in a file.

    A GeoPackage may have a layer for each kind; in GeoJSON, TopoJSON and GeoParquet the codes tell. Outlines
    are in degrees or in EPSG:28992.

    Raises InputError for a file that is not there or of another kind, DataError for one that cannot be read
    or holds no neighbourhoods.
    """
    if not path.is_file():
        raise InputError("error.from_file", file=str(path))
    if path.suffix.lower() not in SUFFIXES:
        raise InputError("error.from_kind", file=str(path), known=", ".join(SUFFIXES))
    try:
        if path.suffix.lower() == ".gpkg":
            found = _geopackage(path)
        elif path.suffix.lower().endswith("parquet"):
            found = _sorted_out([_frame(_parquet(path))])
        else:
            found = _sorted_out([_json(path)])
    except (OSError, ValueError, RecursionError, pa.ArrowException, shapely.errors.ShapelyError) as problem:
        raise DataError("error.from_unreadable", file=path.name, came=str(problem)) from problem
    except pyogrio.errors.DataSourceError as problem:
        raise DataError("error.from_unreadable", file=path.name, came=str(problem)) from problem
    if "neighbourhood" not in found:
        raise DataError("error.official_empty", place=path.name, kind=DUTCH["neighbourhood"])
    return found


def source(path: Path, kind: Kind, rows: int) -> Source:
    """What to tell of a file, without the folder it lies in. Raises InputError where it is gone."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError:
        raise InputError("error.from_file", file=str(path)) from None
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Source(kind, path.name, now, digest, size, rows)


def year(found: Found, path: Path, wanted: int | None) -> int:
    """The year of a file: the one asked for, else what its rows say, else the one in its name.

    Raises InputError where nothing tells.
    """
    if wanted is not None:
        return wanted
    told = [one for row in found["neighbourhood"][0] if (one := year_of(row)) is not None]
    named = re.search(r"(?<!\d)(20\d\d)(?!\d)", path.stem)
    if told:
        return max(told)
    if named:
        return int(named[1])
    raise InputError("error.from_year", file=path.name)


def _geopackage(path: Path) -> Found:
    found: Found = {}
    for name in [str(row[0]) for row in pyogrio.list_layers(path)]:
        kind = next((kind for kind in KINDS if DUTCH[kind] in _plain(name)), None)
        if kind is None or kind in found or "label" in name.lower():
            continue
        fields = [str(field) for field in pyogrio.read_info(path, layer=name)["fields"]]
        kept = [field for field in fields if attributes({field: None})]
        found[kind] = _frame(gpd.read_file(path, layer=name, columns=kept, engine="pyogrio"))
    return found


def _plain(layer: str) -> str:
    """A layer's name without the words that hold the name of another kind: wijkenbuurten."""
    return layer.lower().replace("wijkenbuurten", "").replace("wijken_en_buurten", "")


def _parquet(path: Path) -> gpd.GeoDataFrame:
    names = pq.read_schema(path).names
    meta = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    geometry = meta.get("primary_column", "geometry")
    return gpd.read_parquet(path, columns=[n for n in names if attributes({n: None}) or n == geometry])


def _frame(frame: gpd.GeoDataFrame) -> tuple[list[dict[str, Any]], Objects]:
    if frame.crs is not None and frame.crs.to_epsg() not in (28992, 4326):
        frame = frame.to_crs(28992)
    columns = frame.drop(columns=frame.geometry.name)
    rows = [attributes(row) for row in columns.astype(object).where(columns.notna(), None).to_dict("records")]
    return rows, np.asarray(frame.geometry.to_numpy(), dtype=object)


def _json(path: Path) -> tuple[list[dict[str, Any]], Objects]:
    value = json.loads(path.read_bytes())
    if topojson.is_topology(value):
        came, shapes = topojson.read(value)
        return [attributes(row) for row in came], shapes
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise ValueError("no FeatureCollection and no Topology")
    shapes = np.empty(len(features), dtype=object)
    for i, one in enumerate(features):
        if not isinstance(one, dict) or not isinstance(one.get("properties"), dict):
            raise ValueError(f"feature {i + 1} has no properties")
        if one.get("geometry") is not None:
            shapes[i] = shapely.from_geojson(json.dumps(one["geometry"]))
    return [attributes(one["properties"]) for one in features], shapes


def _sorted_out(parts: Iterable[tuple[list[dict[str, Any]], Objects]]) -> Found:
    """Rows by the kind that their codes say."""
    found: Found = {}
    for rows, shapes in parts:
        kinds = np.array([_kind(row) or "" for row in rows], dtype=object)
        for kind in KINDS:
            which = np.flatnonzero(kinds == kind)
            if len(which):
                found[kind] = [rows[i] for i in which], shapes[which]
    return found


def _kind(row: Mapping[str, Any]) -> Kind | None:
    if "statcode" in row:
        starts: dict[str, Kind] = {
            "PV": "province",
            "GM": "municipality",
            "WK": "district",
            "BU": "neighbourhood",
        }
        return starts.get(text(row["statcode"])[:2])
    # the smallest one that a row names is what it is about: a neighbourhood names its municipality too
    return next((kind for kind in reversed(KINDS) if f"{DUTCH[kind]}code" in row), None)
