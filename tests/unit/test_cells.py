"""The makers of the approximate neighbourhoods: shares, centres, borders, polygons, names."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.build.cell_names import compass, name_cells, nearest_place
from data.build.cells import apportion, centres, draw, share_out
from data.build.cutting import Division, borders, cut
from data.build.density import Density, Places, municipality_density

SQUARE = shapely.box(0, 0, 10_000, 10_000)
HORSESHOE = shapely.difference(SQUARE, shapely.box(1_000, 4_900, 10_000, 5_100))


def even(*shapes: shapely.Geometry, people: float = 10_000) -> Density:
    return Density(np.array(shapes, dtype=object), np.full(len(shapes), people / len(shapes)))


def places(*rows: tuple[str, float, float, float]) -> Places:
    names, x, y, people = zip(*rows, strict=True)
    return Places(
        np.array(names, dtype=object), np.array(x, float), np.array(y, float),
        np.array(people, float), np.zeros(len(rows), dtype=np.intp),
    )  # fmt: skip


def divide(part: shapely.Geometry, k: int, seed: int) -> np.ndarray:
    random = np.random.Generator(np.random.PCG64(seed))
    found = centres(part, even(part), k, random)
    division = Division(np.array([part], dtype=object), found, np.zeros(k, dtype=np.intp), {})
    return cut(division, borders(part, found))


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30).filter(any), st.integers(0, 10_000))
def test_apportion_adds_up_and_stays_within_one(weights: list[float], total: int) -> None:
    array = np.array(weights)
    shares = apportion(array, total)
    assert shares.sum() == total
    assert (np.abs(shares - total * array / array.sum()) <= 1 + 1e-6).all()


def test_far_or_large_parts_get_a_cell_and_tiny_near_ones_none() -> None:
    near = shapely.box(10_100, 0, 10_200, 100)
    far = shapely.box(15_000, 0, 15_100, 100)
    large = shapely.box(10_150, 5_000, 11_000, 6_000)
    parts = np.array([SQUARE, near, far, large], dtype=object)
    people = np.array([9_900.0, 20, 10, 70])
    assert share_out(parts, people, 8).tolist() == [6, 0, 1, 1]
    assert share_out(parts, people, 1).tolist() == [1, 0, 0, 0]


def test_parts_share_the_cells_by_their_people() -> None:
    parts = np.array([SQUARE, shapely.box(20_000, 0, 30_000, 10_000)], dtype=object)
    assert share_out(parts, np.array([7_500.0, 2_500.0]), 40).tolist() == [30, 10]


@given(st.integers(1, 40), st.integers(0, 1_000))
def test_cells_are_a_partition(k: int, seed: int) -> None:
    found = divide(SQUARE, k, seed)
    assert len(found) == k
    assert shapely.coverage_is_valid(found)
    assert set(shapely.get_type_id(found)) == {3}  # polygons, each of one piece
    assert shapely.area(found).sum() == pytest.approx(1e8, rel=1e-9)
    xy = shapely.get_coordinates(found)
    assert (xy == np.rint(xy)).all()


@given(st.integers(2, 12), st.integers(0, 1_000))
def test_no_cell_reaches_over_a_gap(k: int, seed: int) -> None:
    found = divide(HORSESHOE, k, seed)
    assert len(found) == k
    assert set(shapely.get_type_id(found)) == {3}
    assert shapely.coverage_union_all(found).symmetric_difference(HORSESHOE).area < 1


@given(st.integers(0, 1_000))
def test_on_slanting_outlines_too_the_borders_end_on_the_outline(seed: int) -> None:
    part = shapely.Polygon([(0, 0), (9_173, 2_411), (7_919, 8_837), (1_301, 6_007)])
    found = divide(part, 9, seed)
    assert shapely.coverage_is_valid(found)
    assert shapely.coverage_union_all(found).symmetric_difference(part).area < 2_000


def test_a_small_part_joins_its_cell() -> None:
    islet = shapely.box(10_100, 9_000, 10_200, 9_100)
    parts = np.array([SQUARE, islet], dtype=object)
    found = np.array([[2_500.0, 5_000.0], [7_500.0, 5_000.0]])
    division = Division(parts, found, np.zeros(2, dtype=np.intp), {1: 1})
    left, right = cut(division, borders(SQUARE, found))
    assert left.equals(shapely.box(0, 0, 5_000, 10_000))
    assert right.equals(shapely.union_all([shapely.box(5_000, 0, 10_000, 10_000), islet]))


def test_neighbouring_parts_share_their_nodes() -> None:
    parts = np.array([SQUARE, shapely.box(10_000, 0, 20_000, 10_000)], dtype=object)
    found = np.array([[5_000.0, 2_000.0], [5_000.0, 8_000.0], [12_000.0, 3_000.0], [12_000.0, 9_000.0]])
    lines = np.concatenate([borders(parts[0], found[:2]), borders(parts[1], found[2:])])
    result = cut(Division(parts, found, np.array([0, 0, 1, 1]), {}), lines)
    assert shapely.coverage_is_valid(result)
    assert shapely.touches(result[1], result[2])


def test_centres_lie_where_people_live() -> None:
    town = shapely.box(0, 0, 2_000, 2_000)
    density = Density(np.array([town, SQUARE], dtype=object), np.array([9_400.0, 600.0]))
    random = np.random.Generator(np.random.PCG64(7))
    found = centres(SQUARE, density, 20, random)
    assert 8 <= shapely.contains_xy(town.buffer(200), found).sum() < 20
    again = centres(SQUARE, density, 20, np.random.Generator(np.random.PCG64(7)))
    assert (found == again).all()


def test_draw_follows_the_density_and_is_even_where_nobody_lives() -> None:
    west, east = shapely.box(0, 0, 5_000, 10_000), shapely.box(5_000, 0, 10_000, 10_000)
    density = Density(np.array([west, east], dtype=object), np.array([9_000.0, 1_000.0]))
    points = draw(SQUARE, density, 1_000, np.random.Generator(np.random.PCG64(1)))
    assert (points[:, 0] < 5_000).sum() == 900
    island = shapely.box(20_000, 0, 21_000, 1_000)
    assert shapely.contains_xy(
        island, draw(island, density, 60, np.random.Generator(np.random.PCG64(1)))
    ).all()


def test_density_adds_up_and_leaves_islands_empty() -> None:
    island = shapely.box(20_000, 0, 21_000, 1_000)
    outline = shapely.union_all([SQUARE, island])
    known = places(("Dorp", 2_000, 2_000, 800), ("Stad", 7_000, 7_000, 50_000), ("Plaat", 20_500, 500, 0))
    density = municipality_density(outline, 40_000, known)
    halves = np.array([shapely.box(0, 0, 10_000, 5_000), shapely.box(0, 5_000, 10_000, 10_000), island])
    south, north, nobody = density.inside(halves)
    assert south + north == pytest.approx(40_000)
    assert nobody == 0
    assert north > 10 * south


def test_a_town_on_the_border_has_room_inside() -> None:
    density = municipality_density(SQUARE, 42_000, places(("Stad", 0, 5_000, 42_000)))
    assert density.layers[0].area == pytest.approx(0.94e7, rel=0.04)


def test_a_municipality_without_inhabited_place_is_refused() -> None:
    with pytest.raises(ValueError, match="inhabited place"):
        municipality_density(SQUARE, 100, places(("Plaat", 500, 500, 0)))


def test_compass() -> None:
    dx = np.array([0.0, 1, 1, 1, 0, -1, -1, -1, 0.3, -0.5])
    dy = np.array([1.0, 1, 0, -1, -1, -1, 0, 1, 1, 1])
    assert compass(dx, dy).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 0, 7]


def test_names_have_a_number_only_where_needed() -> None:
    tiles = np.array(
        [
            shapely.box(x, y, x + 1_000, y + 1_000)
            for y in range(0, 3_000, 1_000)
            for x in range(0, 4_000, 1_000)
        ]
    )
    known = places(("Stad", 1_500, 1_500, 12_000))
    names, order = name_cells(tiles, np.full(12, 1_000), known)
    assert names[order[0]] == "Stad-Centrum"
    assert names[5] == "Stad-Centrum"
    assert names[9] == "Stad-Noord"
    assert {names[6], names[7]} == {"Stad-Oost 1", "Stad-Oost 2"}
    assert names[6] == "Stad-Oost 1"  # from the centre outwards
    assert len(set(names)) == 12


def test_a_place_of_one_cell_bears_its_bare_name_and_an_island_keeps_its_own() -> None:
    tiles = np.array(
        [
            shapely.box(0, 0, 1_000, 1_000),
            shapely.box(9_000, 0, 10_000, 1_000),
            shapely.box(9_500, 2_000, 9_900, 3_000),
        ]
    )
    known = places(("Dorp", 500, 500, 900), ("Plaat", 9_600, 2_500, 0))
    names, _ = name_cells(tiles, np.array([900, 100, 0]), known)
    assert names.tolist() == ["Dorp-Centrum", "Dorp-Oost", "Plaat"]


def test_fields_round_a_town_bear_the_name_of_the_town_not_of_its_quarter() -> None:
    known = places(("Stad", 0, 0, 100_000), ("Wijk", 2_000, 0, 5_000), ("Dorp", 9_000, 0, 1_000))
    xy = np.array([[2_000.0, 100], [4_500, 0], [8_900, 100], [1_000, 0]])
    found = nearest_place(xy, np.ones(4, dtype=bool), known)
    assert known.names[found].tolist() == ["Wijk", "Stad", "Dorp", "Stad"]
