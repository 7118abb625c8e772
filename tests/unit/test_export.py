"""Extracts and the files made of them, read back with the tools that users have."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas
import numpy as np
import openpyxl
import pyogrio
import pyproj
import pytest
import shapely

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils import export, extracts, freshness
from utils.errors import InputError
from utils.gap_filter import GapFilter
from utils.models import Level
from utils.texts import LANGS, Texts

NASTY = [
    "=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1",
    "'s-Gravenhage", "<b>", 'a,"b"', "Súdwest", " =1",
]  # fmt: skip
ATLAS = country.grid(inhabitants=[1_000, 800, 0, np.nan, *[40] * 12])
GROUPS = country.groups(
    [(WEST + 512 + i, SOUTH + 549) for i in range(len(NASTY))], participants=[33, *[np.nan] * 12], names=NASTY
)
COVERAGE = c.measure(ATLAS, GROUPS)
SINCE = date(2023, 1, 1)


def confirmed(level: Level) -> freshness.Freshness:
    """How fresh the areas of a level are, if somebody confirmed four groups."""
    return freshness.measure(COVERAGE, c.subset(COVERAGE, np.arange(len(NASTY)) < 4), level, 500, SINCE)


EXTRACTS = {
    "areas": extracts.areas(COVERAGE, "NL", "neighbourhood", 500),
    "areas by day": extracts.areas(COVERAGE, "NL", "neighbourhood", 500, 70, confirmed("neighbourhood")),
    "towns": extracts.areas(COVERAGE, "NL", "municipality", 500),
    "gaps": extracts.gaps(COVERAGE, "NL", 500),
    "groups": extracts.groups(COVERAGE, "NL"),
    "nothing": extracts.gaps(COVERAGE, "BV00000000", 500),
    "no groups": extracts.groups(COVERAGE, "BV00000001"),
}
MEANINGS = {"reach": "Share of inhabitants", "nonsense": "is in no table"}


def written(name: str, wanted: str) -> bytes:
    return export.write(EXTRACTS[name], wanted, MEANINGS, "CBS; made up")


def rows_of_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


# -- extracts ---------------------------------------------------------------------------------------


def test_origin_says_what_is_not_real() -> None:
    about = EXTRACTS["areas"].origin
    assert (about.peildatum, about.boundaries, about.radius) == (date(2024, 1, 1), date(2024, 1, 1), 500)
    assert about.marks == "neighbourhoods: approximate; groups: example"
    real = c.measure(country.grid(k=16, kind="official"), replace(GROUPS, example=False, peildatum=None))
    assert extracts.origin(real).marks == ""
    assert extracts.origin(real).groups == "registered"
    assert extracts.origin(real).peildatum == date(2024, 1, 1)  # that of the boundaries, for want of better


def test_status_is_a_word_and_missing_stays_missing() -> None:
    table = EXTRACTS["areas"].table.set_index("code")
    assert table["status"].iloc[:4].tolist() == ["covered", "uncovered", "uninhabited", "unknown"]
    assert table["reach"].isna().tolist()[:4] == [False, False, True, True]
    assert table["inhabitants"].isna().tolist()[:4] == [False, False, False, True]
    assert str(table["inhabitants"].dtype) == "Int64"


def test_areas_tell_which_groups_are_confirmed() -> None:
    extract = EXTRACTS["areas by day"]
    table = extract.table.set_index("code")
    assert table["confirmed_share"].iloc[0] == round(4 / 13, 4)
    assert table["confirmed_share"].iloc[1:].isna().all()
    assert table["unconfirmed"].tolist() == [9, *[0] * 15]
    assert table["overstated"].tolist() == [0] * 16
    assert extract.origin.confirmed_since == SINCE
    town = extracts.areas(COVERAGE, "GM0000", "municipality", 500, 70, confirmed("municipality")).table
    assert town["confirmed_share"].tolist() == [round(4 / 13, 4)]
    assert not {"confirmed_share", "unconfirmed", "overstated"} & set(EXTRACTS["areas"].table.columns)
    (row,) = [row for row in rows_of_csv(written("areas by day", "csv")) if row["code"] == "BV00000001"]
    assert (row["confirmed_share"], row["unconfirmed"]) == ("", "0")
    for lang in LANGS:
        meanings = export.definitions(extract, Texts(lang), 70)
        for name in ("confirmed_share", "unconfirmed", "overstated"):
            assert Texts(lang).date(SINCE) in meanings[name]


def test_an_infinite_distance_is_missing() -> None:
    nobody = extracts.gaps(c.measure(ATLAS, country.groups()), "NL", 500)
    assert len(nobody.table) == 14
    assert nobody.table["distance"].isna().all()


def test_the_place_of_a_group_is_blurred() -> None:
    extract = EXTRACTS["groups"]
    assert set(extract.table["x"]) == {WEST + 500}
    assert set(extract.table["y"]) == {SOUTH + 500}
    np.testing.assert_array_equal(shapely.get_x(extract.geometry), WEST + 500)


def test_gaps_keep_their_geometry_in_their_own_order() -> None:
    extract = extracts.gaps(COVERAGE, "NL", 500, GapFilter(sorteer="afstand"))
    places = ATLAS.neighbourhoods
    assert [places.index[code] for code in extract.table["code"]] != sorted(range(16))
    for code, shape in zip(extract.table["code"], extract.geometry, strict=True):
        assert shape.equals(places.geometry[places.index[code]])


# -- every format -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXTRACTS)
def test_every_format_carries_rows_dates_source_and_marks(name: str, tmp_path: Path) -> None:
    extract = EXTRACTS[name]
    expected = extract.table.iloc[:, 0].tolist()
    marks = ("2024-01-01", "CBS; made up", "neighbourhoods: approximate; groups: example")

    found = rows_of_csv(written(name, "csv"))
    assert [row[extract.table.columns[0]] for row in found] == expected
    assert {(row["peildatum"], row["bron"], row["benadering"]) for row in found} <= {marks}

    sheet = openpyxl.load_workbook(io.BytesIO(written(name, "xlsx")))["data"]
    head, *rows = sheet.iter_rows(values_only=True)
    assert [row[0] for row in rows] == expected
    assert {row[-3:] for row in rows} <= {marks}
    assert head[-3:] == ("peildatum", "bron", "benadering")

    features = json.loads(written(name, "geojson"))
    assert features["metadata"]["neighbourhoods"] == "approximate"
    assert features["metadata"]["groups"] == "example"
    assert features["metadata"]["source"] == "CBS; made up"
    told = [feature["properties"] for feature in features["features"]]
    assert [row[extract.table.columns[0]] for row in told] == expected
    assert {(row["peildatum"], row["bron"], row["benadering"]) for row in told} <= {marks}

    file = tmp_path / "extract.gpkg"
    file.write_bytes(written(name, "gpkg"))
    frame = geopandas.read_file(file)
    assert frame.iloc[:, 0].tolist() == expected
    assert frame.crs == "EPSG:28992"
    assert {tuple(row) for row in frame[["peildatum", "bron", "benadering"]].to_numpy()} <= {marks}
    about = pyogrio.read_info(file)["layer_metadata"]
    assert (about["neighbourhoods"], about["groups"], about["source"]) == (
        "approximate",
        "example",
        "CBS; made up",
    )


@pytest.mark.parametrize("wanted", export.FORMATS)
def test_the_radius_is_told_where_reach_is(wanted: str) -> None:
    assert b"radius" in written("gaps", "csv").splitlines()[0]
    assert b"radius" not in written("groups", "csv").splitlines()[0]
    assert rows_of_csv(written("gaps", "csv"))[0]["radius"] == "500"
    assert export.filename(EXTRACTS["gaps"], wanted) == f"gaps-NL-2024-01-01-example.{wanted}"


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(InputError) as problem:
        export.write(EXTRACTS["gaps"], "shp", MEANINGS, "")
    assert problem.value.params == {"came": "shp", "known": "csv, xlsx, geojson, gpkg"}


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "geojson"])
def test_the_same_figures_give_the_same_bytes(wanted: str) -> None:
    assert written("areas", wanted) == written("areas", wanted)


# -- what each format is for ------------------------------------------------------------------------


def test_no_cell_can_become_a_formula() -> None:
    harmless = ["'=1+1", "'+31", "'-2", "'@SUM(A1)", "'\t=1", "'\r=1", "'\n=1", "'＝1", *NASTY[8:]]
    assert [row["name"] for row in rows_of_csv(written("groups", "csv"))] == harmless
    sheet = openpyxl.load_workbook(io.BytesIO(written("groups", "xlsx")))["data"]
    cells = [cell for (cell,) in sheet.iter_rows(min_row=2, min_col=2, max_col=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    # _x000D_ is how the file format writes a carriage return.
    assert [cell.value.replace("_x000D_", "\r") for cell in cells] == harmless


def test_csv_leaves_missing_empty_and_whole_numbers_whole() -> None:
    first, second, third, fourth, *_ = rows_of_csv(written("areas", "csv"))
    assert (first["inhabitants"], first["groups"], first["per_1000"]) == ("1000", "13", "13.0")
    assert (second["reach"], second["unreached"]) == ("0.0", "800")
    assert (third["inhabitants"], third["reach"], third["unreached"]) == ("0", "", "0")
    assert (fourth["inhabitants"], fourth["unreached"], fourth["status"]) == ("", "", "unknown")


def test_xlsx_has_numbers_dates_and_a_sheet_with_meanings() -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("groups", "xlsx")))
    row = {head.value: cell for head, cell in zip(book["data"][1], book["data"][2], strict=True)}
    assert row["since"].value.date() == date(2019, 1, 1)
    assert row["until"].value is None
    assert (row["participants"].value, row["x"].value) == (33, WEST + 500)
    notes = dict(openpyxl.load_workbook(io.BytesIO(written("areas", "xlsx")))["definitions"].values)
    assert notes["reach"] == MEANINGS["reach"]
    assert notes["groups"] == "example"
    assert "nonsense" not in notes


def test_geojson_is_in_degrees_longitude_first_and_turns_the_right_way() -> None:
    features = json.loads(written("areas", "geojson"))["features"]
    shape = shapely.geometry.shape(features[0]["geometry"])
    lon, lat = pyproj.Transformer.from_crs(28992, 4326, always_xy=True).transform(WEST, SOUTH)
    assert (lon, lat) == (pytest.approx(4.9, abs=0.1), pytest.approx(52.0, abs=0.1))
    assert shape.bounds[:2] == (pytest.approx(lon, abs=1e-3), pytest.approx(lat, abs=1e-3))
    assert shape.exterior.is_ccw
    assert features[2]["properties"]["reach"] is None
    assert features[0]["properties"]["groups"] == 13


def test_gpkg_keeps_metres_and_mixed_polygons(tmp_path: Path) -> None:
    parts = np.array(
        [shapely.box(0, 0, 9, 9), shapely.MultiPolygon([shapely.box(20, 0, 29, 9)])], dtype=object
    )
    extract = EXTRACTS["areas"]
    mixed = replace(extract, table=extract.table.iloc[:2], geometry=parts)
    file = tmp_path / "extract.gpkg"
    file.write_bytes(export.write(mixed, "gpkg", {}, ""))
    frame = geopandas.read_file(file)
    assert frame.geometry.area.tolist() == [81, 81]
    assert set(frame.geom_type) == {"MultiPolygon"}


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", EXTRACTS)
def test_every_column_has_a_meaning(name: str, lang: str) -> None:
    extract, texts = EXTRACTS[name], Texts(lang)
    head = export.write(extract, "csv", {}, "").decode().split("\r\n")[0].split(",")
    assert list(export.definitions(extract, texts, 70)) == head
    assert "2024" in export.source(extract.origin, texts)


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "geojson", "gpkg"])
def test_a_group_without_a_place_leaves_without_one(wanted: str, tmp_path: Path) -> None:
    register = country.groups([(WEST + 512, SOUTH + 549), (np.nan, np.nan)])
    extract = extracts.groups(c.measure(ATLAS, register, np.array([-1, 2])), "NL")
    assert extract.table["x"].tolist()[0] == WEST + 500
    assert extract.table["x"].isna().tolist() == [False, True]
    content = export.write(extract, wanted, {}, "made up")
    if wanted == "csv":
        assert [row["x"] for row in rows_of_csv(content)] == [str(round(WEST + 500)), ""]
    if wanted == "geojson":
        first, second = json.loads(content)["features"]
        assert len(first["geometry"]["coordinates"]) == 2
        assert not second["geometry"] or second["geometry"]["coordinates"] == []
        assert second["properties"]["x"] is None
    if wanted == "gpkg":
        file = tmp_path / "groups.gpkg"
        file.write_bytes(content)
        first, second = geopandas.read_file(file).geometry
        assert shapely.get_coordinates(first).tolist() == [[WEST + 500, SOUTH + 500]]
        assert second is None or second.is_empty
    if wanted == "xlsx":
        rows = list(openpyxl.load_workbook(io.BytesIO(content))["data"].values)
        place = rows[0].index("x")
        assert [row[place] for row in rows[1:]] == [WEST + 500, None]


@pytest.mark.parametrize("lang", LANGS)
def test_official_figures_leave_with_households_districts_and_credit(lang: str) -> None:
    texts = Texts(lang)
    official = c.measure(country.grid(inhabitants=[100, *[40] * 15], kind="official"), GROUPS)
    extract = extracts.areas(official, "NL", "neighbourhood", 500)
    assert extract.table["households"].tolist()[:2] == [50, 20]
    assert str(extract.table["households"].dtype) == "Int64"
    meanings = export.definitions(extract, texts, 70)
    assert meanings["households"] == texts.t("column.help.households", date=date(2024, 1, 1))
    assert meanings["district"]
    assert "Kadaster / Centraal Bureau voor de Statistiek, 2024" in export.source(extract.origin, texts)
