"""The geometry for the browser, read back as the map's script reads it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import map_geometry as geometry
from utils.models import Areas, Atlas
from utils.summaries import rows_within

TO_RD = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:28992", always_xy=True)
NEAR = 1.5  # metres
GRID = country.grid(k=64)
TOWN = country.voronoi(80, 30_000, k=64)


def metres(lonlat: Any) -> np.ndarray:
    """Degrees (n, 2) → EPSG:28992."""
    lon, lat = np.asarray(lonlat, dtype=float).reshape(-1, 2).T
    return np.column_stack(TO_RD.transform(lon, lat))


def ring(flat: list[int]) -> np.ndarray:
    """A ring as the script decodes it: running sums of steps, in degrees; then in metres."""
    return metres(np.cumsum(np.reshape(flat, (-1, 2)), axis=0) / 1e5)


def shape(polygons: list[list[list[int]]]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([(ring(outer), list(map(ring, holes))) for outer, *holes in polygons])


def level(packed: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """One dict an area, after a trip through JSON."""
    found = json.loads(geometry.as_json(packed[name]))
    assert set(found) == {"codes", "names", "parents", "points", "shapes"}
    rows = zip(*found.values(), strict=True)
    return [dict(zip((key.removesuffix("s") for key in found), row, strict=True)) for row in rows]


def fits(area: dict[str, Any], original: shapely.Geometry) -> None:
    """The area has the polygons and holes of the original, each ring closed and nearly where it was."""
    parts = shapely.get_parts(original)
    assert [len(rings) for rings in area["shape"]] == [1 + n for n in shapely.get_num_interior_rings(parts)]
    for rings, part in zip(area["shape"], parts, strict=True):
        for flat, line in zip(rings, shapely.get_rings(part), strict=True):
            assert all(type(step) is int for step in flat)
            assert np.reshape(flat, (-1, 2))[1:].sum(axis=0).tolist() == [0, 0]  # back where it began
            found, right = ring(flat), shapely.get_coordinates(line)
            assert found.shape == right.shape
            assert np.hypot(*(found - right).T).max() < NEAR
    (place,) = shapely.points(metres(np.array(area["point"]) / 1e5))
    assert shapely.dwithin(original, place, NEAR)


def all_fit(found: list[dict[str, Any]], areas: Areas, parents: Any) -> None:
    assert [area["code"] for area in found] == list(areas.codes)
    assert [area["name"] for area in found] == list(areas.names)
    assert [area["parent"] for area in found] == [parents[row] for row in areas.parents]
    for area, original in zip(found, areas.geometry, strict=True):
        fits(area, original)


@pytest.mark.parametrize("atlas", [GRID, TOWN], ids=["grid", "town"])
def test_the_whole_country_is_what_it_was(atlas: Atlas) -> None:
    land = json.loads(geometry.land_geometry(atlas))
    assert list(land) == ["province", "municipality"]
    all_fit(level(land, "province"), atlas.provinces, ["NL"])
    all_fit(level(land, "municipality"), atlas.municipalities, atlas.provinces.codes)
    detail = geometry.detail_geometry(atlas, "NL")
    all_fit(level(detail, "neighbourhood"), atlas.neighbourhoods, atlas.municipalities.codes)


@pytest.mark.parametrize("code", ["NL", "PV21", "GM0002", "BV00020009"])
def test_the_neighbourhoods_of_an_area_only(code: str) -> None:
    detail = geometry.detail_geometry(GRID, code)
    rows = rows_within(GRID, code, "neighbourhood")
    found = level(detail, "neighbourhood")
    assert list(detail) == ["neighbourhood"]
    assert [area["code"] for area in found] == list(GRID.neighbourhoods.codes[rows])
    assert [area["parent"] for area in found] == [
        f"GM{code[2:6]}" for code in GRID.neighbourhoods.codes[rows]
    ]
    for area, row in zip(found, rows, strict=True):
        fits(area, GRID.neighbourhoods.geometry[row])
    whole = shapely.union_all([shape(area["shape"]) for area in found])
    right = shapely.union_all(GRID.neighbourhoods.geometry[rows])
    assert shapely.hausdorff_distance(whole, right) < NEAR


def test_neighbours_keep_their_common_corners() -> None:
    """Nothing shows between areas: a corner that was one point is one point still."""
    detail = geometry.detail_geometry(GRID, "NL")["neighbourhood"]["shapes"]
    corners = [tuple(at) for ((flat,),) in detail for at in np.cumsum(np.reshape(flat, (-1, 2)), axis=0)]
    assert len(corners) == 16 * 5
    assert len(set(corners)) == 25


def box(x: float, y: float, size: float, holes: int = 0) -> shapely.Polygon:
    """A square from (x, y), with a row of square holes."""
    step = size / (2 * holes + 1)
    west = [x + (2 * i + 1) * step for i in range(holes)]
    inside = [shapely.box(w, y + step / 2, w + step, y + step) for w in west]
    return shapely.box(x, y, x + size, y + size).difference(shapely.union_all(inside))


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3), min_size=1, max_size=4),
    st.floats(20_000, 270_000),
    st.floats(310_000, 610_000),
    st.floats(20, 900),
)
def test_islands_and_holes_are_kept(areas: list[list[int]], x: float, y: float, size: float) -> None:
    """Areas of one or more polygons, each with some holes, anywhere in the Netherlands."""
    cells = np.empty(len(areas), dtype=object)
    for i, islands in enumerate(areas):
        parts = [box(x + 1_000 * j, y + 1_000 * i, size, holes) for j, holes in enumerate(islands)]
        cells[i] = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    shapes = geometry._rings(cells)
    assert len(shapes) == len(cells)
    for original, polygons in zip(cells, shapes, strict=True):
        place = shapely.get_coordinates(shapely.point_on_surface(original))
        fits({"shape": polygons, "point": geometry.lonlat(place)[0] * 1e5}, original)


def test_an_area_without_any_polygon_has_none() -> None:
    empty = np.array([shapely.MultiPolygon(), shapely.box(WEST, SOUTH, WEST + 9, SOUTH + 9)], dtype=object)
    first, second = geometry._rings(empty)
    assert first == []
    assert len(second) == 1
    assert geometry._rings(empty[:0]) == []


def test_names_are_data() -> None:
    hostile = '</script>\u2028`${alert(1)}` "é" 💥'
    atlas = country.grid(k=64)
    atlas.municipalities.names[0] = hostile
    assert json.loads(geometry.land_geometry(atlas))["municipality"]["names"][0] == hostile


def test_the_same_areas_give_the_same_text() -> None:
    assert geometry.land_geometry(country.grid(k=64)) == geometry.land_geometry(GRID)


def test_the_script_reads_with_the_same_step() -> None:
    script = (Path(geometry.__file__).parent / "assets" / "buurtkaart.js").read_text(encoding="utf-8")
    assert geometry.QUANTUM == 1e5
    assert "ring.push([x / 1e5, y / 1e5])" in script


def test_degrees_are_those_of_the_kadaster() -> None:
    # The origin of RD New, the Onze-Lieve-Vrouwetoren in Amersfoort: 52°09'18.62" N, 5°23'13.94" E.
    ((lon, lat),) = geometry.lonlat(np.array([[155_000.0, 463_000.0]]))
    assert lon == pytest.approx(5.387206, abs=1e-5)
    assert lat == pytest.approx(52.155175, abs=1e-5)
    assert geometry.lonlat(np.empty((0, 2))).shape == (0, 2)


coordinate = st.floats(0, 300_000) | st.integers(0, 3_000).map(lambda i: i * geometry.BLUR)


@given(st.lists(st.tuples(coordinate, coordinate), max_size=20))
def test_a_place_is_told_as_the_middle_of_its_square(places: list[tuple[float, float]]) -> None:
    xy = np.array(places, dtype=float).reshape(-1, 2)
    found = geometry.blurred(xy[:, 0], xy[:, 1])
    assert found.shape == xy.shape
    assert (found % geometry.BLUR == geometry.BLUR / 2).all()  # nothing of the place but its square
    low = found - geometry.BLUR / 2
    assert ((low <= xy) & (xy < low + geometry.BLUR)).all()


@given(st.integers(0, 3_000), st.integers(0, 6_000), st.data())
def test_all_doors_of_a_square_look_the_same(column: int, row: int, data: st.DataObject) -> None:
    inside = st.floats(0, geometry.BLUR, exclude_max=True)
    doors = data.draw(st.lists(st.tuples(inside, inside), min_size=2, max_size=9))
    xy = np.floor(doors) + np.array([column, row]) * geometry.BLUR
    assert len(np.unique(geometry.blurred(xy[:, 0], xy[:, 1]), axis=0)) == 1


@pytest.mark.parametrize("n", [1, 200, 10_001])
def test_places_are_the_same_whoever_asks_and_for_however_many(n: int) -> None:
    xy = np.column_stack([np.linspace(20_000, 280_000, n), np.linspace(310_000, 620_000, n)])
    wanted = np.column_stack(TO_RD.transform(xy[:, 0], xy[:, 1], direction="INVERSE"))
    with ThreadPoolExecutor(3) as others:
        for found in (geometry.lonlat(xy), *others.map(geometry.lonlat, [xy] * 3)):
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-8)  # a millimetre
    assert np.isinf(geometry.rd(float("inf"), 52.0)).all()
