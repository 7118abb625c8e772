"""Every row of the approximate neighbourhoods that ship, and that they can be made again."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from data.build import cells
from data.build.neighbourhoods import build, cell_count
from data.build.places import load_places
from utils import geoparquet
from utils.coverage import SAMPLES

COMPASS = "Centrum|Noord|Noordoost|Oost|Zuidoost|Zuid|Zuidwest|West|Noordwest"
ROUNDING = 0.75  # metres: a node on whole metres lies at most half a diagonal from where it was


@pytest.fixture(scope="module")
def municipalities(embedded: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(embedded / "municipalities.parquet").set_index("code")


@pytest.fixture(scope="module")
def cells_(embedded: Path) -> gpd.GeoDataFrame:
    frame = gpd.read_parquet(embedded / "neighbourhoods.parquet")
    return frame.assign(km2=frame.area / 1e6)


def test_codes(cells_: gpd.GeoDataFrame) -> None:
    for municipality, rows in cells_.groupby("municipality_code"):
        expected = [f"BV{municipality[2:]}{n:04d}" for n in range(1, len(rows) + 1)]
        assert rows.code.tolist() == expected
    assert cells_.code.is_unique
    assert cells_.code.is_monotonic_increasing


def test_as_many_as_inhabitants_ask_for(cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> None:
    count = cells_.groupby("municipality_code").size()
    assert count.to_dict() == {
        code: max(1, round(people / 1250)) for code, people in municipalities.inhabitants.items()
    }
    assert 14_300 <= len(cells_) <= 14_500


def test_inhabitants_add_up(cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> None:
    people = cells_.groupby("municipality_code").inhabitants.sum()
    assert people.to_dict() == municipalities.inhabitants.to_dict()
    assert cells_.inhabitants.dtype == np.int64
    assert cells_.inhabitants.min() >= 0
    assert cells_.inhabitants.max() < 7_000
    assert cells_.inhabitants.median() == pytest.approx(1250, rel=0.2)


def test_only_islands_known_as_such_are_uninhabited(cells_: gpd.GeoDataFrame) -> None:
    empty = cells_[cells_.inhabitants == 0]
    assert sorted(empty.name) == [
        "Dwars in den Weg", "Hompelvoet", "Rottumeroog", "Rottumerplaat", "Veermansplaat",
    ]  # fmt: skip


def test_names(cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> None:
    assert not cells_.duplicated(["municipality_code", "name"]).any()
    outlines = municipalities.geometry.to_numpy()
    places = load_places(municipalities.index.to_numpy(dtype=object), outlines)
    known = {(municipalities.index[m], name) for m, name in zip(places.owner, places.names, strict=True)}
    for municipality, name in zip(cells_.municipality_code, cells_.name, strict=True):
        place = re.fullmatch(rf"(.+?)(-({COMPASS}))?( \d+)?", name)
        assert place is not None
        stems = {name, re.sub(r" \d+$", "", name), re.sub(rf"-({COMPASS})( \d+)?$", "", name)}
        assert any((municipality, stem) in known for stem in stems), name


def test_numbers_run_on(cells_: gpd.GeoDataFrame) -> None:
    parts = cells_.name.str.extract(r"^(.+?)(?: (\d+))?$")
    numbered = cells_.assign(stem=parts[0], number=parts[1])
    for key, rows in numbered.groupby(["municipality_code", "stem"]):
        if rows.number.notna().any():
            assert rows.number.astype(int).tolist() == list(range(1, len(rows) + 1)), key
            assert len(rows) > 1, key


def test_names_point_the_right_way(cells_: gpd.GeoDataFrame) -> None:
    lelystad = cells_[cells_.municipality_code == "GM0995"]
    side = lelystad.name.str.extract(rf"^Lelystad-({COMPASS}) \d+$")[0]
    assert side.notna().all()
    middle = lelystad.geometry.representative_point()
    town = middle[side == "Centrum"].union_all().centroid
    assert (middle[side == "Noordoost"].x > town.x).all()
    assert (middle[side == "Noordoost"].y > town.y).all()
    assert (middle[side == "Zuidwest"].x < town.x).all()
    assert (middle[side == "Zuid"].y < town.y).all()


def test_geometry_is_one_valid_coverage(cells_: gpd.GeoDataFrame) -> None:
    geometry = cells_.geometry.to_numpy()
    assert cells_.crs == 28992
    assert shapely.is_valid(geometry).all()
    assert not shapely.is_empty(geometry).any()
    assert shapely.coverage_is_valid(geometry)
    xy = shapely.get_coordinates(geometry)
    assert (xy == np.rint(xy)).all()
    assert shapely.get_num_coordinates(geometry).mean() < 25
    assert cells_.km2.min() > 0.02


def test_cells_fill_their_municipality(cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> None:
    whole = cells_.groupby("municipality_code").geometry.agg(lambda rows: shapely.coverage_union_all(rows))
    outlines = municipalities.geometry.loc[whole.index].to_numpy()
    union = np.asarray(whole, dtype=object)
    difference = shapely.area(shapely.symmetric_difference(union, outlines))
    assert (difference <= 1e-4 * shapely.area(outlines)).all()
    assert difference.sum() < 300_000  # 0.3 of 35,000 km²
    assert shapely.hausdorff_distance(union, outlines).max() <= ROUNDING
    holes = [
        shapely.get_num_interior_rings(shapely.get_parts(shapely.coverage_union_all(areas))).sum()
        for areas in (union, outlines)
    ]
    assert holes[0] == holes[1]  # no gap between cells anywhere


def test_cells_lie_in_their_municipality(cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame) -> None:
    grown = municipalities.geometry.buffer(ROUNDING, quad_segs=4)
    assert cells_.covered_by(grown.loc[cells_.municipality_code].set_axis(cells_.index)).all()


def test_no_cell_lies_in_far_apart_parts(cells_: gpd.GeoDataFrame) -> None:
    for geometry in cells_.geometry:
        parts = shapely.get_parts(geometry)
        for i in range(1, len(parts)):
            assert shapely.distance(parts[i], np.delete(parts, i)).min() <= cells.FAR


def test_samples_lie_in_their_cell(embedded: Path, cells_: gpd.GeoDataFrame) -> None:
    column = pq.read_table(embedded / "neighbourhoods.parquet", columns=["samples"]).column(0)
    samples = column.combine_chunks()
    assert str(samples.type.value_type) == "int32"
    assert samples.type.list_size == 2 * SAMPLES >= 2 * 64
    assert column.null_count == 0
    points = samples.flatten().to_numpy().reshape(len(cells_), SAMPLES, 2)
    geometry = np.repeat(cells_.geometry.to_numpy(), SAMPLES)
    assert shapely.dwithin(geometry, shapely.points(points.reshape(-1, 2)), ROUNDING).all()
    # Spread evenly: their mean is near the centroid, in sizes of the cell.
    centroid = shapely.get_coordinates(shapely.centroid(cells_.geometry.to_numpy()))
    off = np.hypot(*(points.mean(axis=1) - centroid).T)
    off /= np.sqrt(cells_.area)
    assert off.max() < 0.1
    assert np.percentile(off, 99) < 0.05


def test_small_in_towns_large_in_the_country(
    cells_: gpd.GeoDataFrame, municipalities: gpd.GeoDataFrame
) -> None:
    code = {name: code for code, name in municipalities.name.items()}
    km2 = cells_.groupby("municipality_code").km2
    median, largest = km2.median(), km2.max()
    for town in ("Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht", "Leiden", "Haarlem"):
        assert median[code[town]] < 0.5, town
    for country in ("Westerkwartier", "Súdwest-Fryslân", "Noordoostpolder", "Hulst", "Het Hogeland"):
        assert median[code[country]] > 1.5, country
        assert largest[code[country]] > 10, country
    assert km2.min()[code["Westerkwartier"]] < 1  # Leek is a town of its own
    assert largest.max() < 60


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "per_km2"),
    [
        ("Lelystad, town", 5.4745, 52.5080, (1_500, 8_000)),
        ("Lelystad, fields", 5.5600, 52.4000, (1, 100)),
        ("Amsterdam, De Pijp", 4.8920, 52.3545, (2_500, 12_000)),
        ("Sneek", 5.6600, 53.0330, (1_500, 8_000)),
        ("Terschelling, east", 5.4700, 53.4320, (0, 50)),
        ("Texel, Eierland", 4.8700, 53.1300, (0, 100)),
        ("Veluwe", 5.8100, 52.1800, (0, 200)),
    ],
)
def test_density_where_one_knows_it(
    cells_: gpd.GeoDataFrame, place: str, longitude: float, latitude: float, per_km2: tuple[float, float]
) -> None:
    point = gpd.GeoSeries.from_xy([longitude], [latitude], crs=4326).to_crs(28992)
    cell = cells_[cells_.intersects(point.iloc[0])].iloc[0]
    assert per_km2[0] <= cell.inhabitants / cell.km2 <= per_km2[1], f"{place}: {cell['name']}"


def test_file_is_small(embedded: Path) -> None:
    assert (embedded / "neighbourhoods.parquet").stat().st_size <= 6_000_000


def test_made_again_it_is_the_same(embedded: Path, tmp_path: Path, municipalities: gpd.GeoDataFrame) -> None:
    columns, geometry = build(
        municipalities.index.to_numpy(dtype=object),
        municipalities.geometry.to_numpy(),
        municipalities.inhabitants.to_numpy(),
    )
    geoparquet.write(tmp_path / "neighbourhoods.parquet", columns, geometry)
    again = (tmp_path / "neighbourhoods.parquet").read_bytes()
    assert again == (embedded / "neighbourhoods.parquet").read_bytes()


def test_cell_count() -> None:
    assert [cell_count(people) for people in (0, 1, 1_250, 1_900, 931_298)] == [1, 1, 1, 2, 745]
