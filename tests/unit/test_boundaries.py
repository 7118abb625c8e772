"""The door of the boundaries: what is right passes unchanged, what is wrong names itself."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from tests.country import grid
from tests.unit import files
from utils import boundaries
from utils.errors import DataError
from utils.texts import LANGS, Texts

COUNTS = (2, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return files.write(tmp_path, grid())


def test_an_atlas_comes_back_as_it_was_written(folder: Path) -> None:
    written, read = grid(), boundaries.load(folder, COUNTS)
    for level in ("province", "municipality", "neighbourhood"):
        before, after = written.areas(level), read.areas(level)
        assert after.level == level
        assert list(after.codes) == list(before.codes)
        assert list(after.names) == list(before.names)
        assert list(after.parents) == list(before.parents)
        assert list(after.inhabitants) == list(before.inhabitants)
        assert np.isnan(after.households).all()
        assert shapely.equals(after.geometry, before.geometry).all()
    assert list(read.districts) == [""] * 16
    assert read.samples.dtype == np.float32
    assert np.array_equal(read.samples, np.rint(written.samples))
    assert (read.edition.kind, read.edition.year, str(read.edition.peildatum)) == (
        "approximate",
        2024,
        "2024-01-01",
    )


def test_the_version_changes_with_the_bytes_only(folder: Path) -> None:
    first = boundaries.load(folder, COUNTS).edition.version
    assert boundaries.load(folder, COUNTS).edition.version == first
    files.change_cell(folder / "neighbourhoods.parquet", "name", 3, "Elders")
    assert boundaries.load(folder, COUNTS).edition.version != first


def test_unknown_inhabitants_stay_unknown(folder: Path) -> None:
    files.change_cell(folder / "neighbourhoods.parquet", "inhabitants", 0, None)
    files.change_cell(folder / "municipalities.parquet", "inhabitants", 0, None)
    atlas = boundaries.load(folder, COUNTS)
    assert np.isnan(atlas.neighbourhoods.inhabitants[0])
    assert np.isnan(atlas.municipalities.inhabitants[0])
    assert np.isnan(atlas.provinces.inhabitants[0])
    assert atlas.provinces.inhabitants[1] == atlas.municipalities.inhabitants[2:].sum()


def _cell(file: str, column: str, row: int, value: object) -> Callable[[Path], None]:
    return lambda folder: files.change_cell(folder / file, column, row, value)


def _column(file: str, column: str, value: object) -> Callable[[Path], None]:
    return lambda folder: files.change(folder / file, column, value)


def _added(file: str, column: str, values: list[object]) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        table = pq.read_table(folder / file)
        pq.write_table(table.append_column(column, pa.array(values)), folder / file)

    return spoil


def _write(file: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: (folder / file).write_bytes(content) and None


def _remove(file: str) -> Callable[[Path], None]:
    return lambda folder: (folder / file).unlink()


def _drop_row(file: str) -> Callable[[Path], None]:
    return lambda folder: pq.write_table(pq.read_table(folder / file).slice(1), folder / file)


def _samples(width: int) -> pa.Array:
    """Sample points at x = y = 450,000 m, east of the Netherlands."""
    return pa.FixedSizeListArray.from_arrays(pa.array(np.full(16 * width, 450_000, np.int32)), width)


BOWTIE = shapely.from_wkt(
    "POLYGON ((120000 450000, 121000 451000, 121000 450000, 120000 451000, 120000 450000))"
).wkb
DEGREES = shapely.to_wkb(shapely.box(5.0, 52.0, 5.1, 52.1))
POINT = shapely.to_wkb(shapely.Point(120_000, 450_000))
EMPTY = shapely.to_wkb(shapely.Polygon())
NBH, MUN, PRV = "neighbourhoods.parquet", "municipalities.parquet", "provinces.parquet"


@pytest.mark.parametrize(
    ("spoil", "file", "key", "came"),
    [
        (_remove(NBH), NBH, "data_missing", ""),
        (_remove("edition.json"), "edition.json", "data_missing", ""),
        (_write(MUN, b"no parquet"), MUN, "data_unreadable", ""),
        (_write(MUN, b""), MUN, "data_unreadable", ""),
        (_column(PRV, "name", None), PRV, "data_columns", "name"),
        (_column(NBH, "samples", None), NBH, "data_columns", "samples"),
        (_drop_row(PRV), PRV, "data_count", "1"),
        (_drop_row(MUN), MUN, "data_count", "3"),
        (_cell(PRV, "code", 0, "NL20"), PRV, "data_code", "NL20"),
        (_cell(MUN, "code", 1, "GM001"), MUN, "data_code", "GM001"),
        (_cell(NBH, "code", 2, "BV1"), NBH, "data_code", "BV1"),
        (_cell(NBH, "code", 2, None), NBH, "data_code", "None"),
        (_cell(NBH, "code", 1, "BV00000000"), NBH, "data_order", "BV00000000"),
        (_cell(NBH, "code", 0, "BV99990000"), NBH, "data_order", "BV99990000"),
        (_cell(NBH, "name", 5, "  "), NBH, "data_name", "BV00010005"),
        (_cell(MUN, "name", 1, None), MUN, "data_name", "GM0001"),
        (_cell(MUN, "province_code", 3, "PV99"), MUN, "data_parent", "PV99"),
        (_cell(NBH, "municipality_code", 3, None), NBH, "data_parent", "None"),
        (_cell(NBH, "inhabitants", 3, -1), NBH, "data_inhabitants", "-1"),
        (_column(NBH, "inhabitants", pa.array(["many"] * 16)), NBH, "data_inhabitants", "string"),
        (_column(MUN, "inhabitants", pa.array(["many"] * 4)), MUN, "data_inhabitants", "string"),
        (_added(NBH, "households", [1, 2, -3, *[0] * 13]), NBH, "data_households", "-3"),
        (_added(MUN, "households", ["few"] * 4), MUN, "data_households", "string"),
        (_added(NBH, "district", [7] * 16), NBH, "data_name", "7"),
        (_cell(NBH, "geometry", 4, BOWTIE), NBH, "data_geometry", "Self-intersection"),
        (_cell(NBH, "geometry", 4, POINT), NBH, "data_geometry", "POINT"),
        (_cell(NBH, "geometry", 4, EMPTY), NBH, "data_geometry", "BV00010004"),
        (_cell(NBH, "geometry", 4, None), NBH, "data_geometry", "None"),
        (_cell(NBH, "geometry", 4, b"rubbish"), NBH, "data_unreadable", ""),
        (_cell(PRV, "geometry", 0, DEGREES), PRV, "data_extent", "52.0"),
        (_column(NBH, "samples", _samples(126)), NBH, "data_samples", "126"),
        (_column(NBH, "samples", _samples(129)), NBH, "data_samples", "129"),
        (_column(NBH, "samples", pa.array([[1, 2]] * 16)), NBH, "data_samples", "list"),
        (_column(NBH, "samples", _samples(128)), NBH, "data_extent", "450000"),
        (_write("edition.json", b"{"), "edition.json", "data_edition", "JSON"),
        (_write("edition.json", b'{"kind": "real", "year": 2024, "peildatum": "2024-01-01"}'),
         "edition.json", "data_edition", "real"),
        (_write("edition.json", b'{"kind": "official", "year": 2024, "peildatum": "1 May"}'),
         "edition.json", "data_edition", "1 May"),
        (_write("edition.json", b"{}"), "edition.json", "data_edition", "kind"),
    ],
)  # fmt: skip
def test_a_broken_file_names_itself(
    folder: Path, spoil: Callable[[Path], None], file: str, key: str, came: str
) -> None:
    spoil(folder)
    with pytest.raises(DataError) as caught:
        boundaries.load(folder, COUNTS)
    assert caught.value.key == f"error.{key}"
    for lang in LANGS:
        sentence = Texts(lang).t(caught.value.key, **caught.value.params)
        assert file in sentence
        assert came in sentence
        assert "make data" in sentence


def test_the_real_country_has_its_own_counts(folder: Path) -> None:
    assert boundaries.COUNTS == (12, 342)
    with pytest.raises(DataError) as caught:
        boundaries.load(folder)
    assert caught.value.params == {"file": PRV, "expected": 12, "came": 2}


def test_official_areas_bring_households_and_districts(tmp_path: Path) -> None:
    written = grid(inhabitants=[100.0 * i for i in range(16)], kind="official")
    read = boundaries.load(files.write(tmp_path, written))
    assert read.edition.kind == "official"
    for level in ("province", "municipality", "neighbourhood"):
        assert list(read.areas(level).households) == list(written.areas(level).households)
    assert read.provinces.households[0] == read.municipalities.households[:2].sum()
    assert list(read.districts) == [f"Wijk {row // 4}" for row in range(16)]


def test_unknown_households_and_districts_stay_unknown(tmp_path: Path) -> None:
    files.write(tmp_path, grid(kind="official"))
    files.change_cell(tmp_path / NBH, "households", 0, None)
    files.change_cell(tmp_path / NBH, "district", 0, None)
    files.change_cell(tmp_path / MUN, "households", 0, None)
    atlas = boundaries.load(tmp_path)
    assert np.isnan(atlas.neighbourhoods.households[0])
    assert atlas.neighbourhoods.inhabitants[0] == 1_000
    assert atlas.districts[0] == ""
    assert np.isnan(atlas.provinces.households[0])
    assert atlas.provinces.households[1] == 4_000


def test_official_areas_are_as_many_as_their_year_has(tmp_path: Path) -> None:
    """341 municipalities, after a merger, are as good as 342."""
    files.write(tmp_path, grid(kind="official"))
    neighbourhoods = pq.read_table(tmp_path / NBH).slice(0, 12)
    pq.write_table(neighbourhoods, tmp_path / NBH)
    pq.write_table(pq.read_table(tmp_path / MUN).slice(0, 3), tmp_path / MUN)
    assert len(boundaries.load(tmp_path, COUNTS).municipalities) == 3
    pq.write_table(neighbourhoods.slice(0, 0), tmp_path / NBH)
    pq.write_table(pq.read_table(tmp_path / MUN).slice(0, 0), tmp_path / MUN)
    with pytest.raises(DataError) as caught:
        boundaries.load(tmp_path, COUNTS)
    assert caught.value.key == "error.data_count"


@pytest.mark.parametrize("lang", LANGS)
def test_broken_fetched_data_are_to_be_fetched_anew(tmp_path: Path, lang: str) -> None:
    files.write(tmp_path, grid(kind="official"))
    (tmp_path / boundaries.FETCHED).write_text("{}", encoding="utf-8")
    assert len(boundaries.load(tmp_path).municipalities) == 4
    (tmp_path / NBH).write_bytes(b"half")
    with pytest.raises(DataError) as caught:
        boundaries.load(tmp_path)
    sentence = Texts(lang).t(caught.value.key, **caught.value.params)
    assert NBH in sentence
    assert "refresh" in sentence
    assert "make data" not in sentence
