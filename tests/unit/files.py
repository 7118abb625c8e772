"""Writes an atlas as the files that the door reads, for tests that break them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from utils.models import Areas, Atlas


def columns(areas: Areas) -> dict[str, Any]:
    """The columns that all levels have."""
    return {
        "code": list(areas.codes),
        "name": list(areas.names),
        "geometry": shapely.to_wkb(areas.geometry).tolist(),
    }


def write(folder: Path, atlas: Atlas) -> Path:
    """Write the four files of an atlas; returns the folder."""
    towns, cells = atlas.municipalities, atlas.neighbourhoods
    k = atlas.samples.shape[1]
    samples = pa.array(np.rint(atlas.samples).astype(np.int32).ravel())
    tables = {
        "provinces": columns(atlas.provinces),
        "municipalities": {
            **columns(towns),
            "province_code": list(atlas.provinces.codes[towns.parents]),
            "inhabitants": towns.inhabitants.astype(int),
        },
        "neighbourhoods": {
            **columns(cells),
            "municipality_code": list(towns.codes[cells.parents]),
            "inhabitants": cells.inhabitants.astype(int),
            "samples": pa.FixedSizeListArray.from_arrays(samples, 2 * k),
        },
    }
    for level, areas in (("municipalities", towns), ("neighbourhoods", cells)):
        if np.isfinite(areas.households).any():
            tables[level]["households"] = pa.array(areas.households, from_pandas=True)
    if atlas.districts.any():
        tables["neighbourhoods"]["district"] = list(atlas.districts)
    for name, table in tables.items():
        pq.write_table(pa.table(table), folder / f"{name}.parquet")
    edition = {"kind": atlas.edition.kind, "year": 2024, "peildatum": "2024-01-01"}
    (folder / "edition.json").write_text(json.dumps(edition), encoding="utf-8")
    return folder


def change(file: Path, column: str, value: Any) -> None:
    """Replace a column of a parquet file; None leaves it out."""
    table = pq.read_table(file)
    place = table.schema.names.index(column)
    table = table.remove_column(place)
    pq.write_table(table if value is None else table.append_column(column, value), file)


def change_cell(file: Path, column: str, row: int, value: Any) -> None:
    """Replace one value of a column of a parquet file."""
    old = pq.read_table(file)[column]
    values = old.to_pylist()
    values[row] = value
    change(file, column, pa.array(values, type=old.type))
