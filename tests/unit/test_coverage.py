"""Sample points, assignment, distances and figures: on shapes that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils.models import LEVELS, Coverage, Groups, Status

GRID = country.grid(k=16)
SEA = (WEST - 30_000, SOUTH - 30_000)
NOWHERE = [SEA, (0.0, 0.0), (np.nan, np.nan), (np.inf, 1.0)]


def at(column: float, row: float) -> tuple[float, float]:
    """A place in the grid, in neighbourhood widths from its south-west corner."""
    return WEST + 1_000 * column, SOUTH + 1_000 * row


# -- sample points ----------------------------------------------------------------------------------


def test_a_square_gets_a_lattice() -> None:
    points = c.sample_points(np.array([shapely.box(0, 0, 80, 80)]), 64)[0]
    expected = {(x, y) for x in range(5, 80, 10) for y in range(5, 80, 10)}
    assert {(round(x, 6), round(y, 6)) for x, y in points} == expected


SHAPES = {
    "triangle": shapely.Polygon([(0, 0), (100, 10), (20, 90)]),
    "ring": shapely.Point(0, 0).buffer(500).difference(shapely.Point(0, 0).buffer(450)),
    "islands": shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(900, 900, 930, 930)]),
    "strips far apart": shapely.MultiPolygon([shapely.box(0, 0, 1_000, 1), shapely.box(0, 500, 1_000, 501)]),
    "sliver": shapely.Polygon([(0, 0), (1_000, 1_000), (1_000, 1_001)]),
    "upright sliver": shapely.box(0, 0, 1, 5_000),
    "far from the origin": shapely.box(270_000, 610_000, 270_300, 610_050),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("k", [1, 64, c.SAMPLES])
def test_points_lie_inside_their_polygon(name: str, k: int) -> None:
    shape = SHAPES[name]
    points = c.sample_points(np.array([shape]), k)
    assert points.shape == (1, k, 2)
    assert shapely.contains_xy(shape, points[0, :, 0], points[0, :, 1]).all()


@pytest.mark.parametrize("name", SHAPES)
def test_each_half_of_the_area_gets_half_of_the_points(name: str) -> None:
    shape = SHAPES[name]
    points = c.sample_points(np.array([shape]))[0]
    left, bottom, right, top = shape.bounds
    for part in (
        shapely.box(left, bottom, (left + right) / 2, top),
        shapely.box(left, bottom, right, (bottom + top) / 2),
    ):
        expected = shape.intersection(part).area / shape.area
        found = shapely.contains_xy(part, points[:, 0], points[:, 1]).mean()
        assert found == pytest.approx(expected, abs=0.06)


def test_points_do_not_depend_on_the_company() -> None:
    shapes = np.array(list(SHAPES.values()))
    alone = np.concatenate([c.sample_points(shapes[i : i + 1]) for i in range(len(shapes))])
    np.testing.assert_allclose(c.sample_points(shapes), alone, rtol=0, atol=1e-3)


def test_a_polygon_thinner_than_numbers_gives_points_on_its_surface() -> None:
    thread = shapely.Polygon([(0, 0), (1e6, 0), (1e6, 1e-7)])
    points = c.sample_points(np.array([thread, shapely.box(0, 0, 1, 1)]), 9)
    assert np.isfinite(points).all()
    assert (shapely.distance(thread, shapely.points(points[0])) < 1e-6).all()


def test_no_polygons_give_no_points() -> None:
    assert c.sample_points(np.array([], dtype=object)).shape == (0, c.SAMPLES, 2)


@pytest.mark.parametrize("bad", [None, shapely.Polygon(), shapely.Point(1, 1)])
def test_a_polygon_without_area_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match="row 1"):
        c.sample_points(np.array([shapely.box(0, 0, 1, 1), bad], dtype=object))


def test_less_than_one_point_is_refused() -> None:
    with pytest.raises(ValueError, match="got 0"):
        c.sample_points(np.array([shapely.box(0, 0, 1, 1)]), 0)


# -- assignment -------------------------------------------------------------------------------------


def test_assignment_inside_border_corner_coast_and_nowhere() -> None:
    squares = GRID.neighbourhoods.geometry
    places = [at(0.5, 0.5), at(1, 0.5), at(1, 1), at(3.5, 3.5), at(4.5, 3.5), at(6.5, 3.5), *NOWHERE]
    assert c.assign(places, squares, tolerance=2_000).tolist() == [0, 0, 0, 15, 15, -1, -1, -1, -1, -1]


def test_without_tolerance_only_what_lies_inside_is_assigned() -> None:
    assert c.assign([at(4.5, 0.5), at(4, 0.5)], GRID.neighbourhoods.geometry, tolerance=0).tolist() == [-1, 3]


def test_as_near_to_two_is_the_lowest() -> None:
    assert c.assign([at(1, -0.5)], GRID.neighbourhoods.geometry).tolist() == [0]


def test_nothing_to_assign() -> None:
    assert c.assign(np.empty((0, 2)), GRID.neighbourhoods.geometry).tolist() == []
    assert c.assign([at(0, 0)], np.array([], dtype=object)).tolist() == [-1]


def test_official_boundaries_leave_less_room_at_the_coast() -> None:
    place = [at(4.9, 0.5)]
    assert c.measure(country.grid(k=16), country.groups(place)).home.tolist() == [3]
    assert c.measure(country.grid(k=16, kind="official"), country.groups(place)).home.tolist() == [-1]


# -- distance ---------------------------------------------------------------------------------------


def test_distance_is_straight_and_to_the_nearest_active_group() -> None:
    groups = country.groups([at(0, 0), at(0.3, 0.4)], ["active", "inactive"])
    samples = np.array([[at(0.3, 0.4), at(3, 4)]])
    np.testing.assert_allclose(c.nearest_distance(samples, groups), [[500, 5_000]])


@pytest.mark.parametrize("status", ["inactive", "pending", "unverified"])
def test_without_active_groups_everything_is_infinitely_far(status: str) -> None:
    for groups in (country.groups(), country.groups([at(1, 1)], status), country.groups([(np.nan, np.nan)])):
        assert np.isinf(c.nearest_distance(GRID.samples, groups)).all()


def test_distance_to_an_area_is_to_its_border_and_none_inside() -> None:
    area = shapely.box(*at(0, 0), *at(2, 1))
    groups = country.groups([at(0.1, 0.1), at(3.9, 3.9)], area=[area, None])
    samples = np.array([[at(1.9, 0.9), at(2.5, 0.5), at(1, 1.25), at(3.9, 3.8)]])
    np.testing.assert_allclose(c.nearest_distance(samples, groups), [[0, 500, 250, 100]], atol=0.1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_areas_and_points_together_equal_the_plain_minimum(seed: int) -> None:
    random = np.random.default_rng(seed)
    places = np.array([WEST, SOUTH]) + random.uniform(-1_000, 5_000, (6, 2))
    shapes = [
        shapely.Point(p).buffer(random.uniform(10, 1_500)) if i % 2 else None for i, p in enumerate(places)
    ]
    points = shapely.points(GRID.samples.astype(float))
    plain = np.min(
        [shapely.distance(points, s or shapely.Point(p)) for s, p in zip(shapes, places, strict=True)], axis=0
    )
    found = c.nearest_distance(GRID.samples, country.groups(places, area=shapes))
    np.testing.assert_allclose(found, plain, rtol=1e-5, atol=1e-2)


# -- figures ----------------------------------------------------------------------------------------


def test_figures_by_hand() -> None:
    """Four squares of 1 km, a group in the middle of the first: 500 m is pi/4 of it."""
    atlas = country.grid(2, 2, inhabitants=[1_000, 40, 0, np.nan])
    groups = country.groups(
        [at(0.5, 0.5), at(0.2, 0.2), at(1.5, 0.5)], ["active", "active", "inactive"], [30, np.nan, 9]
    )
    only = replace(groups, status=np.array(["active", "pending", "inactive"], dtype=object))
    found = c.figures(c.measure(atlas, only), "neighbourhood", 500)
    assert found.groups.tolist() == [2, 1, 0, 0]
    assert found.active.tolist() == [1, 0, 0, 0]
    assert found.reach[0] == pytest.approx(np.pi / 4, abs=0.02)
    assert found.reach[1] == 0
    assert np.isnan(found.reach[2:]).all()
    np.testing.assert_allclose(found.unreached[:3], [1_000 * (1 - found.reach[0]), 40, 0])
    assert np.isnan(found.unreached[3])
    np.testing.assert_array_equal(found.per_1000, [2, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(found.participants, [30, 0, 0, 0])
    np.testing.assert_array_equal(found.participation, [0.03, np.nan, np.nan, np.nan])
    assert found.status.tolist() == [Status.COVERED, Status.UNCOVERED, Status.UNINHABITED, Status.UNKNOWN]
    assert found.inhabited.tolist() == [1, 1, 0, 0]
    assert found.uncovered.tolist() == [0, 1, 0, 0]

    both = c.figures(c.measure(atlas, groups), "neighbourhood", 500, per_group=70)
    assert both.participants.tolist() == [100, 0, 0, 0]


def test_unknown_inhabitants_are_left_out_of_a_larger_area_and_not_zero() -> None:
    atlas = country.grid(2, 2, inhabitants=[300, 100, 0, np.nan])
    coverage = c.measure(atlas, country.groups([at(0.5, 0.5)]))
    towns = c.figures(coverage, "municipality", 720)
    segment = 0.72**2 * np.arccos(0.5 / 0.72) - 0.5 * np.sqrt(
        0.72**2 - 0.5**2
    )  # of the circle, in the second
    assert towns.reach[0] == pytest.approx((300 * 1 + 100 * segment) / 400, abs=0.01)
    assert towns.status.tolist() == [Status.COVERED, Status.UNKNOWN]
    assert np.isnan(towns.reach[1]) and np.isnan(towns.inhabitants[1])
    land = c.figures(coverage, "country", 720)
    assert land.reach[0] == towns.reach[0]
    assert land.unreached[0] == towns.unreached[0]
    assert np.isnan(land.inhabitants[0]) and land.status[0] == Status.UNKNOWN


def test_status_at_its_limits() -> None:
    people = np.array([10.0, 10, 10, 10, 10, 0, np.nan, 10])
    reach = np.array([0.5, 0.49, 0.1, 0.09, 0.09, np.nan, np.nan, np.nan])
    active = np.array([0, 0, 0, 0, 1, 0, 0, 0])
    expected = ["COVERED", "PARTLY", "PARTLY", "UNCOVERED", "PARTLY", "UNINHABITED", "UNKNOWN", "UNKNOWN"]
    assert [Status(s).name for s in c.status(people, active, reach)] == expected


def test_a_neighbourhood_cannot_have_more_participants_than_inhabitants() -> None:
    coverage = c.measure(country.grid(1, 1, inhabitants=[60]), country.groups([at(0.5, 0.5)]))
    assert c.figures(coverage, "neighbourhood", 500).participation.tolist() == [1]
    assert c.figures(coverage, "neighbourhood", 500).participants.tolist() == [70]


@pytest.mark.parametrize("places", [[], NOWHERE], ids=["none", "nowhere"])
@pytest.mark.parametrize("level", LEVELS)
def test_no_groups_or_none_in_the_country(places: list[tuple[float, float]], level: str) -> None:
    found = c.figures(c.measure(GRID, country.groups(places)), level, 500)
    assert not found.groups.any() and not found.active.any() and not found.participants.any()
    assert not found.reach.any() and not found.per_1000.any()
    assert (found.status == Status.UNCOVERED).all()
    assert found.uncovered.sum() == 16


def test_a_group_across_the_border_reaches_but_is_not_counted() -> None:
    coverage = c.measure(country.grid(k=16, kind="official"), country.groups([at(4.6, 0.5)]))
    found = c.figures(coverage, "neighbourhood", 1_000)
    assert found.groups.sum() == 0
    assert found.reach[3] > 0.2


@pytest.mark.parametrize("bad", [-1.0, np.nan])
def test_a_radius_or_number_below_zero_is_refused(bad: float) -> None:
    coverage = c.measure(GRID, country.groups())
    with pytest.raises(ValueError, match="radius"):
        c.figures(coverage, "country", bad)
    with pytest.raises(ValueError, match="per_group"):
        c.figures(coverage, "country", 500, per_group=bad)


# -- properties -------------------------------------------------------------------------------------

axis = st.floats(-3, 7).map(lambda v: round(v, 2)) | st.integers(0, 4).map(float)
place = st.tuples(axis, axis).map(lambda p: at(*p)) | st.sampled_from(NOWHERE)
kinds = st.sampled_from(["active", "active", "inactive", "pending", "unverified"])
reported = st.just(np.nan) | st.integers(0, 256).map(float)
people = st.lists(st.sampled_from([0.0, 1.0, 49.0, 50.0, 1_250.0, 9_000.0, np.nan]), min_size=16, max_size=16)
radii = st.floats(0, 6_000)


@st.composite
def registers(draw: st.DrawFn, least: int = 0) -> Groups:
    """Up to eight groups anywhere, some with an area of their own."""
    rows = draw(st.lists(st.tuples(place, kinds, reported, st.booleans()), min_size=least, max_size=8))
    return country.groups(
        [xy for xy, *_ in rows],
        [kind for _, kind, *_ in rows],
        [number for *_, number, _ in rows],
        [shapely.Point(xy).buffer(600, 4) if own and np.isfinite(xy).all() else None for xy, *_, own in rows],
    )


def pick(groups: Groups, rows: list[int]) -> Groups:
    """These rows of a register, in this order."""
    columns = (
        "ids",
        "names",
        "x",
        "y",
        "area",
        "participants",
        "status",
        "since",
        "until",
        "confirmed",
        "platform",
    )
    return replace(groups, **{name: getattr(groups, name)[rows] for name in columns})


def covered(people_: list[float], groups: Groups) -> Coverage:
    return c.measure(country.grid(inhabitants=people_, k=16), groups)


@settings(max_examples=60, deadline=None)
@given(people, registers(), radii)
def test_shares_are_shares_and_parts_sum_to_the_whole(
    people_: list[float], groups: Groups, radius: float
) -> None:
    coverage = covered(people_, groups)
    found = {level: c.figures(coverage, level, radius) for level in LEVELS}
    for level, values in found.items():
        assert len(values.status) == (1 if level == "country" else len(coverage.atlas.areas(level)))
        for share in (values.reach, values.participation):
            assert ((share >= 0) & (share <= 1) | np.isnan(share)).all()
        assert (values.active <= values.groups).all()
        assert (values.partly + values.uncovered <= values.inhabited).all()
        assert not (values.unreached < 0).any()
    parents = {
        "municipality": ("neighbourhood", coverage.atlas.neighbourhoods.parents),
        "province": ("municipality", coverage.atlas.municipalities.parents),
        "country": ("province", coverage.atlas.provinces.parents),
    }
    for level, (below, parent) in parents.items():
        for name in ("groups", "active", "participants", "inhabited", "partly", "uncovered"):
            parts = np.bincount(parent, getattr(found[below], name), minlength=len(found[level].status))
            np.testing.assert_allclose(parts, getattr(found[level], name), err_msg=f"{level} {name}")
        unreached = np.bincount(
            parent, np.nan_to_num(found[below].unreached), minlength=len(found[level].status)
        )
        np.testing.assert_allclose(unreached, np.nan_to_num(found[level].unreached), atol=1e-6)
    assert found["country"].groups[0] == (coverage.home >= 0).sum()


RISING = ("groups", "active", "reach", "per_1000", "participants", "participation")


@settings(max_examples=60, deadline=None)
@given(people, registers(least=1), radii)
def test_a_group_more_never_lowers_anything(people_: list[float], groups: Groups, radius: float) -> None:
    after = covered(people_, groups)
    before = covered(people_, pick(groups, list(range(1, len(groups)))))
    for level in LEVELS:
        old, new = c.figures(before, level, radius), c.figures(after, level, radius)
        for name in RISING:
            assert not (getattr(new, name) < getattr(old, name)).any(), f"{level} {name}"
        assert not (new.unreached > old.unreached).any()
        assert (new.status <= old.status).all()
        assert (new.uncovered <= old.uncovered).all()


@settings(max_examples=60, deadline=None)
@given(people, registers(), radii, radii)
def test_a_larger_radius_never_lowers_reach(
    people_: list[float], groups: Groups, one: float, other: float
) -> None:
    coverage = covered(people_, groups)
    for level in LEVELS:
        small, large = (c.figures(coverage, level, radius) for radius in sorted((one, other)))
        assert not (large.reach < small.reach).any()
        assert not (large.unreached > small.unreached).any()
        assert (large.status <= small.status).all()


@settings(max_examples=60, deadline=None)
@given(people, registers(), radii, st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(
    people_: list[float], groups: Groups, radius: float, random
) -> None:
    order = list(range(len(groups)))
    random.shuffle(order)
    one, other = covered(people_, groups), covered(people_, pick(groups, order))
    np.testing.assert_array_equal(one.home[order], other.home)
    for level in LEVELS:
        left, right = c.figures(one, level, radius), c.figures(other, level, radius)
        for name in (*RISING, "unreached", "inhabited", "partly", "uncovered", "status"):
            np.testing.assert_array_equal(
                getattr(left, name), getattr(right, name), err_msg=f"{level} {name}"
            )


def test_a_group_without_a_place_counts_in_the_municipality_of_the_register() -> None:
    atlas = country.grid(k=16)
    groups = country.groups([(WEST + 500, SOUTH + 500), (np.nan, np.nan), (np.nan, np.nan)])
    coverage = c.measure(atlas, groups, np.array([3, 2, -1]))
    assert coverage.home.tolist() == [0, -1, -1]
    assert coverage.town.tolist() == [0, 2, -1]  # a place says more than the register
    assert c.figures(coverage, "neighbourhood", 500).groups.sum() == 1
    assert c.figures(coverage, "municipality", 500).groups.tolist() == [1, 0, 1, 0]
    assert c.figures(coverage, "province", 500).active.tolist() == [1, 1]
    assert c.figures(coverage, "country", 500, 10).participants.tolist() == [20]
    assert c.figures(coverage, "country", 500).reach == c.figures(
        c.measure(atlas, country.groups([(WEST + 500, SOUTH + 500)])), "country", 500
    ).reach


# -- some of the groups -----------------------------------------------------------------------------


def test_a_subset_is_what_a_register_of_only_those_groups_would_give() -> None:
    places = [at(0.5, 0.5), at(1.5, 2.5), at(3.2, 3.9), SEA]
    own = [None, None, shapely.box(*at(3, 3), *at(4, 4)), None]
    everything = country.groups(places, area=own)
    keep = np.array([True, False, True, True])
    alone = country.groups(places, area=own)
    parallel = ["ids", "names", "x", "y", "area", "participants", "status", "platform"]
    parallel += ["since", "until", "confirmed"]
    alone = replace(alone, **{name: getattr(alone, name)[keep] for name in parallel})
    found, expected = c.subset(c.measure(GRID, everything), keep), c.measure(GRID, alone)
    assert np.array_equal(found.distance, expected.distance)
    assert found.home.tolist() == expected.home.tolist()
    assert found.town.tolist() == expected.town.tolist()
    assert found.groups.ids.tolist() == ["g0", "g2", "g3"]


def test_a_subset_can_be_given_another_status() -> None:
    measured = c.measure(GRID, country.groups([at(0.5, 0.5), at(2.5, 2.5)], status=["active", "inactive"]))
    turned = c.subset(measured, np.array([True, True]), np.array(["inactive", "active"], dtype=object))
    assert turned.groups.active.tolist() == [False, True]
    assert np.array_equal(turned.distance, c.measure(GRID, country.groups([at(2.5, 2.5)])).distance)
    assert c.subset(measured, np.array([False, False])).distance.min() == np.inf
