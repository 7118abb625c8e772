"""Rows as services send them become checked areas, or a sentence about what is wrong with them."""

import io
import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.unit import official_rows as made
from utils import assemble, http_client, official, outlines, topojson
from utils.errors import DataError
from utils.models import Objects
from utils.official import layer
from utils.texts import LANGS, Texts


def refused(key: str, **raw: object) -> DataError:
    """The error of a layer of neighbourhoods with other rows, outlines or year; told in both languages."""
    rows, shapes = made.raw("neighbourhood")
    given = {"rows": rows, "geometry": shapes, "year": made.YEAR, **raw}
    with pytest.raises(DataError) as caught:
        layer("neighbourhood", place=made.PLACE, **given)  # type: ignore[arg-type]
    assert caught.value.key == key
    for lang in LANGS:
        assert made.PLACE in Texts(lang).t(key, **caught.value.params)
    return caught.value


@pytest.mark.parametrize(
    "value", [None, "", " ", ".", "x", -99990, -99997, "-99995", -99999999.0, -1, math.nan]
)
def test_what_is_missing_is_nan_and_never_zero(value: object) -> None:
    assert math.isnan(official.number(value))


@given(st.integers(0, 20_000_000))
def test_figures_come_as_numbers_or_as_text(figure: int) -> None:
    assert official.number(figure) == official.number(f" {figure} ") == figure


def test_both_ways_of_naming_attributes_are_known() -> None:
    camel = {"buurtcode": "BU1", "aantalInwoners": 5, "aantalHuishoudens": 2, "percentageGehuwd": 3}
    snake = {"buurtcode": "BU1", "aantal_inwoners": 5, "aantal_huishoudens": 2, "percentage_gehuwd": 3}
    assert official.attributes(camel) == official.attributes(snake)
    assert set(official.attributes(camel)) == {"buurtcode", "aantal_inwoners", "aantal_huishoudens"}


@pytest.mark.parametrize(
    ("row", "year"),
    [
        ({"jaarcode": 2024}, 2024),
        ({"jaar": "2023"}, 2023),
        ({"jaar": 2023.0}, 2023),
        ({"jrstatcode": "2022BU00140000"}, 2022),
        ({"jrstatcode": "BU00140000"}, None),
        ({}, None),
    ],
)
def test_a_row_tells_its_year(row: dict[str, object], year: int | None) -> None:
    assert official.year_of(row) == year


def test_areas_are_sorted_and_padding_is_gone() -> None:
    rows, shapes = made.raw("neighbourhood")
    padded = [{**row, "statcode": f"{row['statcode']}  ", "aantal_inwoners": "5 "} for row in rows[::-1]]
    found, odd = layer("neighbourhood", padded, shapes[::-1], made.YEAR, made.PLACE)
    assert found.codes.tolist() == sorted(row["statcode"] for row in rows)
    assert found.codes[0] == "BU0014TA00"
    assert (found.inhabitants == 5).all()
    assert np.isnan(found.households).all()
    assert odd == []
    for row, shape in zip(rows, shapes, strict=True):
        assert found.geometry[found.codes.tolist().index(row["statcode"])].equals(shape)


def test_water_and_abroad_are_left_out() -> None:
    rows, shapes = made.raw("neighbourhood")
    land = [{**row, "water": "NEE"} for row in rows]
    others = [{**land[0], "water": "JA"}, {**land[1], "water": "B", "statcode": "abroad"}]
    found, _ = layer("neighbourhood", land + others, np.append(shapes, shapes[:2]), made.YEAR, made.PLACE)
    assert len(found) == len(land)
    refused("error.official_empty", rows=[{**row, "water": "JA"} for row in rows])


def test_rows_of_other_years_are_left_out() -> None:
    rows, shapes = made.raw("neighbourhood")
    older, _ = made.raw("neighbourhood", 2023)
    found, _ = layer("neighbourhood", older + rows, np.append(shapes, shapes), made.YEAR, made.PLACE)
    assert len(found) == len(rows)
    problem = refused("error.official_year", rows=older)
    assert problem.params["came"] == "2023"


def test_no_rows_a_double_code_and_a_wrong_code_are_refused() -> None:
    rows, _ = made.raw("neighbourhood")
    refused("error.official_empty", rows=[])
    assert refused("error.official_double", rows=[*rows[:-1], rows[0]]).params["code"] == rows[0]["statcode"]
    refused("error.official_code", rows=[{**rows[0], "statcode": "GM0014"}, *rows[1:]])
    refused("error.official_code", rows=[{**rows[0], "statcode": None}, *rows[1:]])
    refused("error.official_name", rows=[{**rows[0], "statnaam": " "}, *rows[1:]])


@pytest.mark.parametrize("column", ["statcode", "statnaam"])
def test_a_missing_column_is_named(column: str) -> None:
    rows = [{k: v for k, v in row.items() if k != column} for row in made.raw("neighbourhood")[0]]
    assert column in refused("error.official_columns", rows=rows).params["missing"]


def test_outlines_in_degrees_end_in_metres_whatever_their_order() -> None:
    lelystad = shapely.box(5.45, 52.50, 5.46, 52.51)
    swapped = shapely.box(52.50, 5.45, 52.51, 5.46)
    here, there = outlines.to_rd(np.array([lelystad])), outlines.to_rd(np.array([swapped]))
    assert shapely.bounds(here[0]) == pytest.approx(shapely.bounds(there[0]), abs=1e-6)
    x, y = shapely.get_coordinates(shapely.centroid(here[0]))[0]
    assert (round(x, -3), round(y, -3)) == (160_000, 502_000)
    metres = np.array([made.square(0, 0), None], dtype=object)
    assert outlines.to_rd(metres)[0].equals(metres[0])
    assert outlines.to_rd(metres)[1] is None


BOW_TIE = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
SPIKE = shapely.Polygon(
    [(0, 0), (500, 0), (1000, 0), (1000, 1000), (500, 1000), (500, 1010), (500, 1000), (0, 1000)]
)


def test_what_is_nearly_right_is_mended_and_a_bow_tie_is_not() -> None:
    assert not SPIKE.is_valid
    with np.errstate(invalid="ignore"):
        nowhere = shapely.from_wkt("POLYGON ((0 0, 1 NaN, 1 1, 0 0))")
    shapes = np.array(
        [made.square(0, 0), SPIKE, BOW_TIE, None, shapely.Point(1, 1), shapely.Polygon(), nowhere]
    )
    mended, count, wrong = outlines.mend(shapes)
    assert count == 1
    assert wrong.tolist() == [2, 3, 4, 5, 6]
    assert mended[1].is_valid
    assert mended[1].area == pytest.approx(1_000_000)
    assert mended[0] is shapes[0]


@pytest.mark.parametrize("shape", [BOW_TIE, None, shapely.Point(1, 1)])
def test_an_outline_that_cannot_be_mended_is_refused(shape: object) -> None:
    rows, shapes = made.raw("neighbourhood")
    shapes = shapes.copy()
    shapes[3] = shape
    assert refused("error.official_geometry", geometry=shapes).params["code"] == rows[3]["statcode"]
    shapes[3] = shapely.box(1e6, 1e6, 2e6, 2e6)
    refused("error.official_extent", geometry=shapes)


def jagged() -> Objects:
    """Two neighbours with a border of many corners that they share, not on whole metres."""
    y = np.linspace(0, 900, 301)
    x = 500 + 3 * np.sin(y / 7)
    border = np.column_stack([x, y])
    left = shapely.Polygon([(0.3, 0), *border, (0.3, 900)])
    right = shapely.Polygon([(999.6, 0), *border, (999.6, 900)])
    return np.array([left, right], dtype=object)


def test_rounding_and_simplifying_keep_neighbours_together() -> None:
    shapes = jagged()
    for found in (outlines.whole_metres(shapes), outlines.simplify(shapes, 100)):
        assert shapely.is_valid(found).all()
        assert shapely.area(shapely.intersection(found[0], found[1])) == pytest.approx(0, abs=1)
        assert shapely.area(shapely.union_all(found)) == pytest.approx(shapely.area(found).sum())
    rounded = shapely.get_coordinates(outlines.whole_metres(shapes))
    assert (rounded == np.rint(rounded)).all()
    assert shapely.get_num_coordinates(outlines.simplify(shapes, 100)).sum() <= 100
    assert outlines.simplify(shapes, 10_000) is shapes


def test_an_area_too_thin_for_whole_metres_stays() -> None:
    thin = shapely.Polygon([(0, 0.1), (1000, 0.3), (0, 0.4)])
    found = outlines.whole_metres(np.array([thin, made.square(0, 0)], dtype=object))
    assert shapely.is_valid(found).all()
    assert not shapely.is_empty(found).any()


def test_a_topology_is_decoded() -> None:
    """Two squares that share an arc, on a grid; the example of the specification, by hand."""
    topology = {
        "type": "Topology",
        "transform": {"scale": [10, 10], "translate": [1000, 2000]},
        "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
        "objects": {
            "gemeente_2024": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "Polygon", "arcs": [[0, 1]], "id": "GM0001", "properties": {"statnaam": "West"}},
                    {"type": "MultiPolygon", "arcs": [[[2, ~0]]], "properties": {"statcode": "GM0002"}},
                    {"type": None},
                ],
            }
        },
    }
    assert topojson.is_topology(topology)
    rows, shapes = topojson.read(topology)
    assert rows == [{"statnaam": "West", "statcode": "GM0001"}, {"statcode": "GM0002"}, {}]
    assert shapes[0].equals(shapely.box(1000, 2000, 1010, 2010))
    assert shapes[1].equals(shapely.box(1010, 2000, 1020, 2010))
    assert shapes[2] is None


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "Topology"},
        {"type": "Topology", "arcs": [], "objects": {"a": {"type": "Polygon", "arcs": [[0]]}}},
        {"type": "Topology", "arcs": [[1]], "objects": {}},
        {"type": "Topology", "arcs": [], "objects": {"a": {}}},
    ],
)
def test_a_broken_topology_says_so(broken: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"topology|setting|dimension|indices"):
        topojson.read(broken)
    assert not topojson.is_topology([broken])


def test_columns_are_found_whatever_their_number() -> None:
    names = ["", "AantalInwoners_5", "HuishoudensTotaal_29", "HuishoudensTotaal_130", "Inwoners_6"]
    assert official.column_by_stem(names, "HuishoudensTotaal") == "HuishoudensTotaal_29"
    assert official.column_by_stem(names, "AantalInwoners") == "AantalInwoners_5"
    assert official.column_by_stem(names, "Mannen") is None


def test_key_figures_by_code() -> None:
    rows = [
        {"WijkenEnBuurten": "GM0014    ", "AantalInwoners_5": 10, "HuishoudensTotaal_29": None},
        {"WijkenEnBuurten": "BU0014TA00", "AantalInwoners_5": -99997, "HuishoudensTotaal_29": "4"},
    ]
    found = official.key_figures(rows, "AantalInwoners_5", "HuishoudensTotaal_29", made.PLACE)
    assert found.keys() == {"GM0014", "BU0014TA00"}
    assert found["GM0014"][0] == 10
    assert np.isnan([found["GM0014"][1], found["BU0014TA00"][0]]).all()
    with pytest.raises(DataError, match=r"official_columns.*AantalInwoners_5"):
        official.key_figures([{"WijkenEnBuurten": "GM0014"}], "AantalInwoners_5", None, made.PLACE)
    with pytest.raises(DataError, match="official_empty"):
        official.key_figures([], "AantalInwoners_5", None, made.PLACE)


def test_the_column_with_provinces_is_found_by_what_it_holds() -> None:
    rows = [{"RegioS": "GM0034 ", "Code_1": "GM0034", "Code_26": "PV24  "}, {"RegioS": "NL01"}]
    assert official.provinces_of(rows, made.PLACE) == {"GM0034": "PV24"}
    with pytest.raises(DataError, match="official_columns"):
        official.provinces_of([{"RegioS": "GM0034", "Code_1": "GM0034"}], made.PLACE)


def data_set(**changed: object) -> assemble.DataSet:
    given = {
        "layers": made.layers(),
        "figures": made.figures(),
        "province_of": made.PROVINCE_OF,
        "names": {},
        **changed,
    }
    return assemble.data_set(**given)  # type: ignore[arg-type]


def table(data: assemble.DataSet, name: str) -> dict[str, list[object]]:
    return pq.read_table(io.BytesIO(data.files[name])).to_pydict()


def odd(data: assemble.DataSet) -> set[str]:
    return {notice.key.removeprefix("refresh.warning.") for notice in data.warnings}


def test_a_data_set_nests_by_code() -> None:
    data = data_set()
    assert data.counts == {"province": 12, "municipality": 12, "district": 12, "neighbourhood": 24}
    assert odd(data) == {"count"}
    places, towns = table(data, "neighbourhoods.parquet"), table(data, "municipalities.parquet")
    assert places["municipality_code"][:2] == ["GM0014", "GM0014"]
    assert places["district_code"][0] == "WK0014TA"
    assert places["district"][0] == "Wijk 0014"
    assert places["inhabitants"][0] == 100
    assert places["households"][0] == 45
    assert {len(points) for points in places["samples"]} == {200}
    assert dict(zip(towns["code"], towns["province_code"], strict=True)) == made.PROVINCE_OF
    assert towns["inhabitants"] == [200] * 12
    assert table(data, "districts.parquet")["name"][0] == "Wijk 0014"


def test_missing_levels_are_the_unions_of_what_lies_in_them() -> None:
    names = {"GM0014": "Groningen", "PV20": "Groningen"}
    data = data_set(layers=made.layers("province", "municipality", "district"), names=names)
    assert data.counts["municipality"] == data.counts["province"] == 12
    assert data.counts["district"] == 0
    assert "no_districts" in odd(data)
    lands = table(data, "provinces.parquet")
    assert lands["name"][0] == "Groningen"
    assert shapely.from_wkb(lands["geometry"][0]).area == 2_000_000
    assert table(data, "neighbourhoods.parquet")["district"] == [""] * 24


def test_figures_that_are_missing_stay_missing_and_are_told() -> None:
    told = made.figures()
    told["BU0014TA00"] = (math.nan, 3.0)
    del told["BU0014TA01"]
    told["GM0080"] = (math.nan, math.nan)
    data = data_set(figures=told)
    assert {"unknown", "no_figures"} <= odd(data)
    places, towns = table(data, "neighbourhoods.parquet"), table(data, "municipalities.parquet")
    assert places["inhabitants"][:3] == [None, None, 100]
    assert places["households"][:2] == [3, None]
    assert towns["inhabitants"][towns["code"].index("GM0080")] == 200  # the sum of its parts
    without = {code: pair for code, pair in made.figures().items() if code.startswith("BU")}
    data = data_set(figures=without | {"BU0014TA00": (math.nan, math.nan)})
    assert "town_sums" in odd(data)
    assert table(data, "municipalities.parquet")["inhabitants"][:2] == [100, 200]


def test_sums_that_cannot_be_rounding_are_odd() -> None:
    told = made.figures() | {"GM0014": (150.0, 90.0), "BU0080TA00": (100.0, 300.0)}
    data = data_set(figures=told)
    assert {"sums", "households"} <= odd(data)
    (notice,) = [one for one in data.warnings if one.key.endswith("sums")]
    assert notice.params == {"n": 1, "name": "Gemeente 0014", "came": 200, "expected": 150}


def test_a_gap_between_neighbourhoods_is_odd() -> None:
    rows, shapes = made.raw("neighbourhood")
    shapes = shapes.copy()
    shapes[0] = shapely.box(100_000, 400_100, 100_999.5, 401_000)
    found = made.layers() | {"neighbourhood": layer("neighbourhood", rows, shapes, made.YEAR, made.PLACE)[0]}
    assert {"coverage", "area"} <= odd(data_set(layers=found))


def test_areas_that_do_not_nest_are_refused() -> None:
    def lacking(kind: official.Kind, start: str) -> dict[official.Kind, official.Layer]:
        rows, shapes = made.raw(kind)
        kept = [i for i, row in enumerate(rows) if not row["statcode"].startswith(start)]
        part, _ = layer(kind, [rows[i] for i in kept], shapes[kept], made.YEAR, made.PLACE)
        return made.layers() | {kind: part}

    for kind, start in (("province", "PV24"), ("municipality", "GM0034"), ("district", "WK0034")):
        with pytest.raises(DataError, match="official_nesting"):
            data_set(layers=lacking(kind, start))  # type: ignore[arg-type]
    with pytest.raises(DataError, match=r"official_childless.*GM0034"):
        data_set(layers=lacking("neighbourhood", "BU0034"))
    with pytest.raises(DataError, match="official_nesting"):
        data_set(province_of={k: v for k, v in made.PROVINCE_OF.items() if k != "GM0034"})


def test_figures_of_another_division_are_refused() -> None:
    with pytest.raises(DataError, match="official_figures"):  # most areas lack theirs
        data_set(figures={"GM0014": (5.0, 2.0)})
    nobody = dict.fromkeys(made.figures(), (0.0, 0.0))
    with pytest.raises(DataError, match="official_figures"):
        data_set(figures=nobody)


def test_a_service_may_say_when_to_ask_again() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert http_client._retry_after("7") == 7
    assert http_client._retry_after("-7") == 0
    assert 20 < (http_client._retry_after(later) or 0) <= 30
    assert http_client._retry_after("") is None
    assert http_client._retry_after("soon") is None
