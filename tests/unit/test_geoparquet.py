"""The writer of the shipped geometry: right for others to read, the same bytes every time."""

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pytest
import shapely

from utils import geoparquet

SHAPES = np.array([shapely.box(0, 0, 10, 20), shapely.multipolygons([shapely.box(30, 0, 40, 9)])])
SAMPLES = pa.FixedSizeListArray.from_arrays(pa.array(range(8), type=pa.int32()), 4)
COLUMNS = {"code": ["GM0001", "GM0002"], "inhabitants": np.array([5, 7]), "samples": SAMPLES}


def test_what_is_written_is_read_back(tmp_path):
    geoparquet.write(tmp_path / "new" / "areas.parquet", COLUMNS, SHAPES)
    read = gpd.read_parquet(tmp_path / "new" / "areas.parquet")
    assert read.crs.to_epsg() == 28992
    assert read["code"].tolist() == ["GM0001", "GM0002"]
    assert read["inhabitants"].tolist() == [5, 7]
    assert [list(row) for row in read["samples"]] == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert shapely.equals_exact(read.geometry.to_numpy(), SHAPES).all()


def test_two_writings_are_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        geoparquet.write(tmp_path / name, COLUMNS, SHAPES)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_column_of_another_length_is_refused(tmp_path):
    with pytest.raises(ValueError, match="code has 1"):
        geoparquet.write(tmp_path / "areas.parquet", {"code": ["GM0001"]}, SHAPES)
    assert not (tmp_path / "areas.parquet").exists()


def test_no_rows_make_a_file_without_an_extent(tmp_path):
    geoparquet.write(
        tmp_path / "empty.parquet", {"code": pa.array([], pa.string())}, np.array([], dtype=object)
    )
    assert len(gpd.read_parquet(tmp_path / "empty.parquet")) == 0
