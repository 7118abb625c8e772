"""GeoParquet that is the same, byte for byte, whenever the same rows are written."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely
from numpy.typing import NDArray

EPSG = 28992


def write(path: Path, table_columns: Mapping[str, Any], geometry: NDArray[np.object_]) -> None:
    """Write n rows as GeoParquet 1.1 to a file; its folder is made if need be. See :func:`content`."""
    made = content(table_columns, geometry, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)


def content(table_columns: Mapping[str, Any], geometry: NDArray[np.object_], name: str = "geometry") -> bytes:
    """The bytes of a GeoParquet 1.1 file of n rows, with WKB geometry in EPSG:28992.

    ``table_columns`` maps a column's name to n values: a sequence, a numpy array or a pyarrow
    array (for types of its own, such as ``pa.FixedSizeListArray``). ``geometry`` holds n shapely
    geometries, x then y, metres; they become the column ``geometry``, after the others. Nothing in
    the file depends on the time or the machine: fixed compression, one row group, no index.
    Raises ValueError, with the file's ``name``, if a column has not n values.
    """
    arrays = {name: pa.array(values) for name, values in table_columns.items()}
    for column, array in arrays.items():
        if len(array) != len(geometry):
            raise ValueError(f"{name}: column {column} has {len(array)} values, geometry {len(geometry)}")
    wkb = shapely.to_wkb(geometry, output_dimension=2, byte_order=1, flavor="iso")
    arrays["geometry"] = pa.array(wkb, type=pa.binary())
    table = pa.table(arrays).replace_schema_metadata({"geo": json.dumps(_geo(geometry), sort_keys=True)})
    made = io.BytesIO()
    pq.write_table(
        table,
        made,
        row_group_size=max(1, len(table)),
        version="2.6",
        compression="zstd",
        compression_level=15,
        use_dictionary=False,
    )
    return made.getvalue()


def _geo(geometry: NDArray[np.object_]) -> dict[str, Any]:
    """The file's ``geo`` metadata, as the GeoParquet 1.1 specification lists it."""
    kinds = sorted({shape.geom_type for shape in geometry})
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": kinds,
        "crs": pyproj.CRS.from_epsg(EPSG).to_json_dict(),
    }
    if len(geometry):
        column["bbox"] = [float(value) for value in shapely.total_bounds(geometry)]
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
