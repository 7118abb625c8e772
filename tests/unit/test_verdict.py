"""The resident's answer: every rule once, on a made-up country whose distances can be worked out by hand."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest
import shapely

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage, verdict
from utils.errors import InputError
from utils.models import Groups

DAY = date(2024, 6, 1)
RADIUS = 500.0
HERE = "BV00010005"
"""The square of 1 km from (1, 1) to (2, 2), in kilometres from the south-west corner."""


def at(x: float, y: float) -> tuple[float, float]:
    """A place in kilometres from the corner, moved to the middle of its 100-metre square."""
    return WEST + 1_000 * x + 50, SOUTH + 1_000 * y + 50


def asked(groups: Groups, point=None, kind="official", radius=RADIUS, code=HERE, today=DAY):
    measured = coverage.measure(country.grid(kind=kind), groups)
    return verdict.verdict(measured, code, point, radius, today)


def confirmed(groups: Groups, *days: str) -> Groups:
    return replace(groups, confirmed=np.array(days, dtype="datetime64[D]"))


MIDDLE = at(1.5, 1.5)


def test_the_square_is_where_the_tests_think() -> None:
    atlas = country.grid(kind="official")
    row = atlas.neighbourhoods.index[HERE]
    assert atlas.neighbourhoods.geometry[row].bounds == (WEST + 1e3, SOUTH + 1e3, WEST + 2e3, SOUTH + 2e3)


# -- from a point -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "kind", "rule", "metres"), [
    (at(1.5, 1.5), "yes", "home", 0),
    (at(1.8, 1.5), "yes", "home", 300),
    (at(1.0, 1.5), "yes", "home", 500),  # exactly the radius counts
    (at(0.9, 1.5), "none", "beyond", 600),
    (at(1.9, 1.9), "near", "far", 566),  # in the same neighbourhood, beyond the radius
    (at(3.5, 3.5), "none", "beyond", 2828),
])  # fmt: skip
def test_the_rules_from_a_point(place, kind, rule, metres) -> None:
    found = asked(country.groups([place]), MIDDLE)
    assert (found.kind, found.rule) == (kind, rule)
    assert found.distance == pytest.approx(metres, abs=1)
    assert found.exact
    assert found.share is None


def test_a_group_across_the_border_is_near() -> None:
    found = asked(country.groups([at(2.2, 1.5)]), at(1.8, 1.5))
    assert (found.kind, found.rule, found.distance) == ("near", "across", 400.0)
    assert found.group is not None
    assert not found.group.home


def test_a_group_of_the_neighbourhood_goes_before_a_nearer_one_across_the_border() -> None:
    found = asked(country.groups([at(2.0, 1.5), at(1.5, 1.5)]), at(1.8, 1.5))
    assert (found.kind, found.rule, found.distance) == ("yes", "home", 300.0)
    assert [one.id for one in found.nearest] == ["g0", "g1"]  # the list is by distance all the same


def test_inside_a_groups_own_area_is_yes_however_far_its_place() -> None:
    wide = shapely.box(WEST, SOUTH, WEST + 4_000, SOUTH + 4_000)
    found = asked(country.groups([at(3.9, 3.9)], area=[wide]), MIDDLE)
    assert (found.kind, found.rule, found.distance) == ("yes", "area", 0.0)


def test_outside_an_own_area_its_border_counts() -> None:
    west = shapely.box(WEST, SOUTH, WEST + 1_250, SOUTH + 4_000)
    found = asked(country.groups([at(0.1, 0.1)], area=[west]), MIDDLE)
    assert (found.kind, found.rule, found.distance) == ("near", "across", 300.0)


def test_the_radius_decides() -> None:
    groups = country.groups([at(0.8, 1.5)])
    assert [asked(groups, MIDDLE, radius=radius).kind for radius in (500, 700, 5000)] == [
        "none",
        "near",
        "near",
    ]


@pytest.mark.parametrize(
    ("kind", "said"), [("official", ("near", "far")), ("approximate", ("unsure", "border"))]
)
def test_an_approximate_border_that_decides_makes_unsure(kind, said) -> None:
    found = asked(country.groups([at(1.9, 1.9)]), MIDDLE, kind)
    assert (found.kind, found.rule) == said


# -- from the neighbourhood --------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "radius", "kind", "rule"), [
    (at(1.5, 1.5), 500, "yes", "most"),
    (at(2.1, 1.5), 1000, "near", "outside"),
    (at(1.1, 1.1), 500, "near", "part"),  # in the neighbourhood, most of it out of reach
    (at(2.1, 1.5), 500, "near", "part"),  # outside it; some of it within reach
    (at(3.5, 1.5), 500, "none", "beyond"),
])  # fmt: skip
def test_the_rules_for_a_whole_neighbourhood(place, radius, kind, rule) -> None:
    found = asked(country.groups([place]), radius=radius)
    assert (found.kind, found.rule, found.exact) == (kind, rule, False)


@pytest.mark.parametrize("place", [at(1.1, 1.1), at(2.1, 1.5)])
def test_a_part_in_reach_of_an_approximate_neighbourhood_makes_unsure(place) -> None:
    found = asked(country.groups([place]), kind="approximate")
    assert (found.kind, found.rule) == ("unsure", "border")


def test_share_and_median_are_those_of_the_square() -> None:
    found = asked(country.groups([at(1.5, 1.5)]), radius=300)
    assert found.share == pytest.approx(np.pi * 0.3**2, abs=0.03)  # a circle of 300 m in a square of 1 km
    # Half of the square lies within the circle of half its area around (nearly) its middle.
    assert found.distance == pytest.approx(1_000 / np.sqrt(2 * np.pi), abs=25)


def test_the_share_is_that_of_the_map() -> None:
    """But for the 100-metre squares; the groups lie in the middle of theirs here."""
    groups = country.groups([at(1.1, 1.2), at(2.3, 1.9), at(0.6, 1.6)])
    measured = coverage.measure(country.grid(kind="official"), groups)
    reach = coverage.figures(measured, "neighbourhood", RADIUS).reach
    row = measured.atlas.neighbourhoods.index[HERE]
    assert verdict.verdict(measured, HERE, None, RADIUS, DAY).share == pytest.approx(reach[row])


# -- doubt -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "day", "rule"), [
    ("pending", "2024-05-01", "pending"),
    ("unverified", "NaT", "unverified"),
    ("active", "NaT", "unconfirmed"),
    ("active", "2023-06-01", "stale"),
])  # fmt: skip
@pytest.mark.parametrize("point", [None, MIDDLE])
def test_only_doubtful_groups_make_unsure(status, day, rule, point) -> None:
    found = asked(confirmed(country.groups([MIDDLE], status), day), point)
    assert (found.kind, found.rule) == ("unsure", rule)
    assert found.nearest[0].doubt == rule


@pytest.mark.parametrize("point", [None, MIDDLE])
def test_a_group_of_which_only_the_town_is_known_is_no_certain_yes(point) -> None:
    groups = confirmed(country.groups([MIDDLE]), "2024-05-01")
    found = asked(replace(groups, rough=np.array([True])), point)
    assert (found.kind, found.rule, found.nearest[0].doubt) == ("unsure", "rough", "rough")
    assert asked(replace(groups, rough=np.array([False])), point).kind == "yes"


def test_a_year_ago_is_still_fresh() -> None:
    assert asked(confirmed(country.groups([MIDDLE]), "2023-06-02"), MIDDLE).kind == "yes"


def test_a_firm_group_takes_the_doubt_away() -> None:
    groups = confirmed(country.groups([MIDDLE, at(1.8, 1.5)]), "NaT", "2024-01-02")
    found = asked(groups, MIDDLE)
    assert (found.kind, found.distance, found.confirmed) == ("yes", 300.0, date(2024, 1, 2))


def test_a_doubtful_group_far_away_changes_nothing() -> None:
    groups = confirmed(country.groups([at(3.5, 1.5), at(3.5, 3.5)]), "NaT", "2024-01-02")
    found = asked(groups, MIDDLE)
    assert (found.kind, found.rule) == ("none", "beyond")
    assert found.group is not None
    assert found.group.id == "g1"  # the nearest of whom we know something
    assert [one.id for one in found.nearest] == ["g0", "g1"]


def test_a_group_that_stopped_and_one_without_a_place_do_not_count() -> None:
    found = asked(country.groups([MIDDLE, (np.nan, np.nan)], ["inactive", "active"]), MIDDLE)
    assert (found.kind, found.rule, found.group, found.nearest) == ("none", "empty", None, ())


def test_no_groups_at_all() -> None:
    for point in (None, MIDDLE):
        found = asked(country.groups(), point)
        assert (found.kind, found.rule, found.distance, found.confirmed) == ("none", "empty", None, None)


# -- the list ----------------------------------------------------------------------------------------


def test_the_seven_nearest_are_the_nearest_nearest_first() -> None:
    random = np.random.default_rng(7)
    groups = country.groups((random.uniform(0, 4_000, (60, 2)) + np.array([WEST, SOUTH])).tolist())
    found = asked(groups, MIDDLE)
    squares = np.floor(np.column_stack([groups.x, groups.y]) / 100) * 100 + 50
    metres = np.hypot(*(squares - MIDDLE).T)
    assert [one.distance for one in found.nearest] == pytest.approx(sorted(metres)[:7])


@pytest.mark.parametrize("seed", range(4))
def test_looking_at_those_nearby_only_misses_none(seed) -> None:
    """Beside the plain way: every sample point to every group."""
    random = np.random.default_rng(seed)
    groups = country.groups((random.uniform(0, 4_000, (80, 2)) + np.array([WEST, SOUTH])).tolist())
    found = asked(groups)
    atlas = country.grid(kind="official")
    start = atlas.samples[atlas.neighbourhoods.index[HERE]].astype(float)
    squares = np.floor(np.column_stack([groups.x, groups.y]) / 100) * 100 + 50
    metres = np.hypot(*(start[:, None] - squares[None]).transpose(2, 0, 1))
    assert [one.distance for one in found.nearest] == pytest.approx(sorted(np.median(metres, axis=0))[:7])
    assert found.share == pytest.approx((metres.min(axis=1) <= RADIUS).mean())


@pytest.mark.parametrize(("step", "said"), [
    ((0, 1), "n"), ((1, 1), "ne"), ((1, 0), "e"), ((1, -1), "se"),
    ((0, -1), "s"), ((-1, -1), "sw"), ((-1, 0), "w"), ((-1, 1), "nw"),
])  # fmt: skip
def test_directions(step, said) -> None:
    (one,) = asked(country.groups([at(1.5 + step[0] * 0.3, 1.5 + step[1] * 0.3)]), MIDDLE).nearest
    assert one.direction == said


def test_within_a_hundred_metres_there_is_no_direction() -> None:
    (one,) = asked(country.groups([MIDDLE]), MIDDLE).nearest
    assert one.direction == ""


def test_a_group_is_told_as_it_is() -> None:
    groups = country.groups([(MIDDLE[0] + 3, MIDDLE[1] - 49)], participants=[31], names=["Groep <b>"])
    (one,) = asked(groups, MIDDLE).nearest
    assert (one.id, one.name, one.participants, one.platform) == ("g0", "Groep <b>", 31, "whatsapp")
    assert (one.confirmed, one.status, one.doubt, one.home) == (date(2024, 1, 1), "active", "", True)
    assert asked(country.groups([MIDDLE]), MIDDLE).nearest[0].participants is None


# -- where a group is ------------------------------------------------------------------------------


def test_all_places_within_a_square_give_the_same_answer() -> None:
    """So that nobody finds a group's door by asking from many points, with many radii."""
    corner = np.array([WEST + 1_800, SOUTH + 1_500])
    places = [tuple(corner + np.array([dx, dy])) for dx, dy in product((0, 37.5, 99.9), repeat=2)]
    for point, radius in product((None, MIDDLE, at(1.2, 1.9)), (100, 267, 350, 351, 500)):
        answers = {asked(country.groups([place]), point, radius=radius) for place in places}
        assert len(answers) == 1


@pytest.mark.parametrize("code", ["NL", "PV20", "GM0001", "BV99999999", ""])
def test_there_is_an_answer_for_neighbourhoods_only(code) -> None:
    with pytest.raises(InputError):
        asked(country.groups([MIDDLE]), code=code)
