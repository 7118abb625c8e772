"""Files → Atlas: read the boundaries of a data folder, and check them once, at the door."""

import hashlib
import io
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from utils.errors import DataError
from utils.models import Areas, Atlas, Edition, Floats, Ints, Level, Objects

COUNTS = (12, 342)  # provinces and municipalities that ship: those of 1 January 2024 (CBS)
FETCHED = "provenance.json"  # tells that the data were fetched
MIN_SAMPLES = 64
EXTENT = (
    -7_000.0,
    289_000.0,
    300_000.0,
    629_000.0,
)  # where EPSG:28992 is defined for the European Netherlands

_FILES: dict[Level, str] = {
    "province": "provinces.parquet",
    "municipality": "municipalities.parquet",
    "neighbourhood": "neighbourhoods.parquet",
}
_COLUMNS: dict[Level, tuple[str, ...]] = {
    "province": ("code", "name", "geometry"),
    "municipality": ("code", "name", "province_code", "inhabitants", "geometry"),
    "neighbourhood": ("code", "name", "municipality_code", "inhabitants", "geometry", "samples"),
}
_OPTIONAL: dict[Level, tuple[str, ...]] = {
    "province": (),
    "municipality": ("households",),
    "neighbourhood": ("households", "district"),
}
_PATTERNS: dict[Level, str] = {
    "province": r"PV\d{2}",
    "municipality": r"GM\d{4}",
    "neighbourhood": r"BV\d{8}|BU[0-9A-Z]{6,}",  # buurtvak (approximate), or buurt of CBS
}


def load(folder: Path, counts: tuple[int, int] = COUNTS) -> Atlas:
    """The atlas in a folder with ``edition.json`` and one parquet file a level.

    Geometry is WKB in EPSG:28992, metres. ``counts`` is the number of provinces and municipalities that the
    approximate edition must have; an official one has those of its year, of which there may be fewer.
    The inhabitants of a province are the sum over its municipalities (nan if one of these is unknown), and so
    are its households; households are nan, and names of districts "", where a file has no such column.
    ``edition.version`` is a short sha256 over the bytes of the four files.

    Raises DataError, naming file, expectation and value, for: an absent or unreadable file, a missing column,
    a wrong, double or unsorted code, an empty name, a parent that does not exist, an invalid or empty
    polygon or one outside the Netherlands, negative inhabitants, fewer than 64 samples, another count. In a
    folder of fetched data the sentence names the file, and says how to fetch them anew.
    """
    try:
        return _load(folder, counts)
    except DataError as problem:
        if not (folder / FETCHED).is_file():
            raise
        raise DataError("error.official_broken", file=problem.params["file"]) from problem


def _load(folder: Path, counts: tuple[int, int]) -> Atlas:
    content = {name: _read(folder, name) for name in (*_FILES.values(), "edition.json")}
    edition = _edition(content)
    tables = {
        level: _table(content[name], name, _COLUMNS[level], _OPTIONAL[level])
        for level, name in _FILES.items()
    }
    codes = {level: _codes(table, level) for level, table in tables.items()}
    _counts(codes, edition, counts)
    of_province = _parents(tables["municipality"], "municipality", "province_code", codes["province"])
    of_municipality = _parents(
        tables["neighbourhood"], "neighbourhood", "municipality_code", codes["municipality"]
    )
    provinces = len(codes["province"])

    def areas(level: Level, parents: Ints) -> Areas:
        table = tables[level]
        if level == "province":
            people, homes = (np.bincount(of_province, known, provinces).astype(np.float64) for known in towns)
        else:
            people, homes = (_figures(table, level, name) for name in ("inhabitants", "households"))
        geometry = _geometry(table, level, codes[level])
        return Areas(level, codes[level], _names(table, level), parents, people, geometry, homes)

    municipalities = areas("municipality", of_province)
    towns = (municipalities.inhabitants, municipalities.households)
    atlas = Atlas(
        edition=edition,
        provinces=areas("province", np.zeros(provinces, dtype=np.intp)),
        municipalities=municipalities,
        neighbourhoods=areas("neighbourhood", of_municipality),
        samples=_samples(tables["neighbourhood"]),
        districts=_districts(tables["neighbourhood"]),
    )
    tables.clear()
    pa.default_memory_pool().release_unused()  # the tables' memory, which the server would keep else
    return atlas


def _problem(kind: str, file: str, **params: Any) -> DataError:
    return DataError(f"error.data_{kind}", file=file, **params)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        raise _problem("missing", name, folder=str(folder)) from None
    except OSError as problem:
        raise _problem("unreadable", name, came=str(problem)) from problem


def _counts(codes: dict[Level, Objects], edition: Edition, counts: tuple[int, int]) -> None:
    """As many provinces and municipalities as ship; of official ones at least one."""
    levels: tuple[Level, ...] = ("province", "municipality")
    for level, count in zip(levels, counts, strict=True):
        came = len(codes[level])
        if came != count and (edition.kind == "approximate" or came == 0):
            raise _problem("count", _FILES[level], expected=count, came=came)


def _table(content: bytes, file: str, columns: tuple[str, ...], optional: tuple[str, ...]) -> pa.Table:
    try:
        parquet = pq.ParquetFile(io.BytesIO(content))
        missing = sorted(set(columns) - set(parquet.schema_arrow.names))
        if missing:
            raise _problem("columns", file, expected=", ".join(columns), missing=", ".join(missing))
        wanted = [*columns, *(name for name in optional if name in parquet.schema_arrow.names)]
        return parquet.read(columns=wanted, use_threads=False)  # a pool a thread keeps much memory
    except (pa.ArrowException, OSError) as problem:
        raise _problem("unreadable", file, came=str(problem)) from problem


def _objects(column: pa.ChunkedArray) -> Objects:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)


def _codes(table: pa.Table, level: Level) -> Objects:
    """The codes: text of the level's pattern, each once, in order."""
    codes = _objects(table["code"])
    matches = re.compile(_PATTERNS[level]).fullmatch
    for row, code in enumerate(codes):
        if not isinstance(code, str) or not matches(code):
            raise _problem("code", _FILES[level], expected=_PATTERNS[level], came=str(code), row=row + 1)
    for before, after in pairwise(codes):
        if before >= after:
            raise _problem("order", _FILES[level], before=before, after=after)
    return codes


def _names(table: pa.Table, level: Level) -> Objects:
    names = _objects(table["name"])
    for code, name in zip(_objects(table["code"]), names, strict=True):
        if not isinstance(name, str) or not name.strip():
            raise _problem("name", _FILES[level], code=code, came=str(name))
    return names


def _parents(table: pa.Table, level: Level, column: str, above: Objects) -> Ints:
    rows = {code: row for row, code in enumerate(above)}
    parents = _objects(table[column])
    for code, parent in zip(_objects(table["code"]), parents, strict=True):
        if parent not in rows:
            raise _problem("parent", _FILES[level], code=code, column=column, came=str(parent))
    return np.array([rows[parent] for parent in parents], dtype=np.intp)


def _figures(table: pa.Table, level: Level, name: str) -> Floats:
    """Inhabitants or households as float, nan where null or where there is no such column."""
    if name not in table.column_names:
        return np.full(len(table), np.nan)
    column = table[name]
    if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
        raise _problem(name, _FILES[level], code="", came=str(column.type))
    values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    wrong = np.flatnonzero((values < 0) | np.isinf(values))
    if len(wrong):
        code = table["code"][int(wrong[0])].as_py()
        raise _problem(name, _FILES[level], code=code, came=str(values[wrong[0]]))
    return np.asarray(values, dtype=np.float64)


def _districts(table: pa.Table) -> Objects:
    """The name of each neighbourhood's district, "" where there is none."""
    names = np.full(len(table), "", dtype=object)
    if "district" not in table.column_names:
        return names
    for row, name in enumerate(_objects(table["district"])):
        if name is not None and not isinstance(name, str):
            raise _problem("name", _FILES["neighbourhood"], code=table["code"][row].as_py(), came=str(name))
        names[row] = (name or "").strip()
    return names


def _geometry(table: pa.Table, level: Level, codes: Objects) -> Objects:
    """The (Multi)Polygons: valid, not empty, within the extent of EPSG:28992."""
    try:
        geometry = shapely.from_wkb(_objects(table["geometry"]))
    except (shapely.errors.ShapelyError, TypeError) as problem:
        raise _problem("unreadable", _FILES[level], came=str(problem)) from problem
    polygonal = np.isin(shapely.get_type_id(geometry), (3, 6))  # Polygon, MultiPolygon; None is -1
    wrong = np.flatnonzero(~polygonal | shapely.is_empty(geometry) | ~shapely.is_valid(geometry))
    if len(wrong):
        row = int(wrong[0])
        reason = shapely.is_valid_reason(geometry[row]) if polygonal[row] else str(geometry[row])[:80]
        raise _problem("geometry", _FILES[level], code=codes[row], came=reason)
    _within_extent(shapely.bounds(geometry), level, codes)
    return np.asarray(geometry, dtype=object)


def _within_extent(bounds: NDArray[np.float64], level: Level, codes: Objects) -> None:
    outside = (bounds[:, :2] < EXTENT[:2]).any(axis=1) | (bounds[:, 2:] > EXTENT[2:]).any(axis=1)
    for row in np.flatnonzero(outside)[:1]:
        came = ", ".join(f"{value:.1f}" for value in bounds[row])
        raise _problem("extent", _FILES[level], code=codes[row], came=came)


def _samples(table: pa.Table) -> NDArray[np.float32]:
    """The sample points as (n, K, 2) float32, K ≥ 64: whole metres below 2²⁴ are exact in float32."""
    column = table["samples"]
    if not pa.types.is_fixed_size_list(column.type) or column.null_count:
        raise _problem("samples", _FILES["neighbourhood"], least=MIN_SAMPLES, came=str(column.type))
    points, odd = divmod(column.type.list_size, 2)
    if odd or points < MIN_SAMPLES:
        raise _problem("samples", _FILES["neighbourhood"], least=MIN_SAMPLES, came=str(column.type))
    values = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    samples: NDArray[np.float32] = values.astype(np.float32).reshape(-1, points, 2)
    if len(samples):
        bounds = np.hstack([samples.min(axis=1), samples.max(axis=1)]).astype(np.float64)
        _within_extent(bounds, "neighbourhood", _objects(table["code"]))
    return samples


def _edition(content: dict[str, bytes]) -> Edition:
    digest = hashlib.sha256()
    for name in sorted(content):
        digest.update(hashlib.sha256(content[name]).digest())
    try:
        facts = json.loads(content["edition.json"])
        kind, year, day = facts["kind"], int(facts["year"]), date.fromisoformat(facts["peildatum"])
    except (ValueError, TypeError, KeyError) as problem:
        raise _problem("edition", "edition.json", came=f"{type(problem).__name__}: {problem}") from problem
    if kind not in ("approximate", "official"):
        raise _problem("edition", "edition.json", came=str(kind))
    return Edition(kind=kind, year=year, peildatum=day, version=digest.hexdigest()[:12])
