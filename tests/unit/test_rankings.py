"""League tables: by hand, and what must always hold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage, growth, rankings
from utils.coverage import SMALL
from utils.rankings import MEASURES, around, certain, league, moved, places

NAN = float("nan")
# Few different numbers, so that there are ties; some unknown.
FIGURES = arrays(
    np.float64, st.integers(1, 12), elements=st.sampled_from([0.0, 0.5, 1.0, 2.0, 7.0, float("nan")])
)
# Three municipalities of four neighbourhoods: 4,000 inhabitants, 4,000, and 40 (too few for a rate).
ATLAS = country.grid(4, 3, k=16, inhabitants=[1_000.0] * 8 + [10.0] * 4)


def at(column: int, row: int) -> tuple[float, float]:
    return WEST + 1_000 * column + 500, SOUTH + 1_000 * row + 500


def figures(*xy: tuple[float, float], status: str = "active"):
    return coverage.figures(coverage.measure(ATLAS, country.groups(xy, status)), "municipality", 500)


def table(values: list[float], measure: str = "dekkingsgraad", then: list[float] | None = None):
    rows = np.arange(len(values))
    past = None if then is None else np.array(then)
    return league(ATLAS, "municipality", rows, np.array(values), measure, past)


def test_equal_figures_share_a_place_and_the_next_stays_empty() -> None:
    assert places(np.array([3.0, 9.0, 3.0, 1.0])).tolist() == [2, 1, 2, 4]
    assert places(np.array([3.0, 9.0, 3.0, 1.0]), low=True).tolist() == [2, 4, 2, 1]


def test_no_figure_no_place() -> None:
    np.testing.assert_array_equal(places(np.array([NAN, 2.0, NAN])), [NAN, 1, NAN])


@given(FIGURES, st.booleans())
def test_a_place_is_one_more_than_the_number_before_it(values: np.ndarray, low: bool) -> None:
    for place, value in zip(places(values, low), values, strict=True):
        if np.isnan(value):
            assert np.isnan(place)
        else:
            before = values < value if low else values > value
            assert place == 1 + before.sum()


@given(FIGURES, st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(values: np.ndarray, low: bool, random) -> None:
    order = list(range(len(values)))
    random.shuffle(order)
    np.testing.assert_array_equal(places(values[order], low), places(values, low)[order])


@given(FIGURES)
def test_nothing_moves_where_nothing_changed(values: np.ndarray) -> None:
    found = moved(values, values)
    assert set(found[~np.isnan(values)]) <= {0.0}
    assert np.isnan(found[np.isnan(values)]).all()


@given(FIGURES, st.data())
def test_there_and_back_is_no_move_and_all_moves_add_up(values: np.ndarray, data) -> None:
    then = data.draw(arrays(np.float64, len(values), elements=st.sampled_from([0.0, 1.0, 5.0, NAN])))
    there, back = moved(values, then), moved(then, values)
    np.testing.assert_array_equal(there, -back + 0.0)
    known = ~np.isnan(there)
    assert known.sum() == (~np.isnan(values) & ~np.isnan(then)).sum()


def test_an_area_that_was_not_known_moves_no_other() -> None:
    found = moved(np.array([9.0, 5.0, 4.0]), np.array([NAN, 1.0, 2.0]))
    np.testing.assert_array_equal(found, [NAN, 1, -1])


def test_the_measures_of_three_municipalities_by_hand() -> None:
    found = figures(at(0, 0), at(0, 0), at(2, 1), at(0, 2))
    assert rankings.values(found, "groepen").tolist() == [2, 1, 1]
    np.testing.assert_allclose(rankings.values(found, "dekkingsgraad"), [0.5, 0.25, NAN])
    np.testing.assert_allclose(rankings.values(found, "deelname"), [140 / 4000, 70 / 4000, NAN])
    shares = rankings.values(found, "wit")
    assert shares[0] == found.uncovered[0] / found.inhabited[0] > 0
    np.testing.assert_allclose(rankings.values(found, "onbereikt"), found.unreached)


def test_a_municipality_with_too_few_inhabitants_takes_no_place_by_a_rate() -> None:
    found = figures(at(0, 2))
    assert found.inhabitants[2] < SMALL
    listed = table(rankings.values(found, "dekkingsgraad").tolist())
    assert listed["place"].tolist()[:2] == [1, 1]
    assert listed["code"].iloc[2] == "GM0002"
    assert np.isnan(listed["place"].iloc[2])


def test_nobody_lives_there_is_no_share() -> None:
    atlas = country.grid(4, 2, k=16, inhabitants=[0.0] * 4 + [100.0] * 4)
    found = coverage.figures(coverage.measure(atlas, country.groups()), "municipality", 500)
    np.testing.assert_array_equal(rankings.values(found, "wit"), [NAN, 1.0])


@pytest.mark.parametrize("measure", MEASURES)
def test_number_one_has_the_most_favourable_figure(measure: str) -> None:
    listed = table([2.0, 5.0, 3.0], measure)
    assert listed["value"].iloc[0] == (2.0 if MEASURES[measure].low else 5.0)
    assert listed["place"].tolist() == [1, 2, 3]


def test_the_table_names_its_areas_and_says_how_they_moved() -> None:
    listed = table([2.0, 5.0, NAN], then=[4.0, 3.0, 9.0])
    assert listed["code"].tolist() == ["GM0001", "GM0000", "GM0002"]
    assert listed["province"].tolist() == ["Provincie 0", "Provincie 0", "Provincie 1"]
    np.testing.assert_array_equal(listed["value_before"], [3, 4, 9])
    np.testing.assert_array_equal(listed["moved"], [1, -1, NAN])
    lands = league(ATLAS, "province", np.arange(2), np.array([1.0, 2.0]), "groepen")
    assert lands["code"].tolist() == ["PV21", "PV20"]
    assert lands["province"].isna().all()
    assert "moved" not in lands


def test_only_the_rows_asked_for_compete() -> None:
    found = league(ATLAS, "municipality", np.array([1, 2]), np.array([9.0, 2.0, 3.0]), "groepen")
    assert list(zip(found["place"], found["code"], strict=True)) == [(1, "GM0002"), (2, "GM0001")]


@given(st.integers(1, 30), st.integers(0, 5), st.data())
def test_around_an_area_are_as_many_as_there_are(n: int, each: int, data) -> None:
    atlas = country.grid(1, 2, k=1)
    listed = league(atlas, "municipality", np.zeros(n, dtype=int), np.arange(1.0), "groepen")
    listed["code"], listed["place"] = [f"A{i}" for i in range(n)], np.arange(1.0, n + 1)
    own = data.draw(st.integers(0, n - 1))
    shown = around(listed, f"A{own}", each)
    assert len(shown) == min(n, 2 * each + 1)
    assert f"A{own}" in set(shown["code"])
    assert (np.diff(shown["place"]) == 1).all()
    assert around(listed, None, each)["place"].tolist() == list(range(1, min(n, 2 * each + 1) + 1))


def test_around_an_area_without_a_place_are_the_first() -> None:
    shown = around(table([2.0, 5.0, NAN]), "GM0002", 1)
    assert shown["code"].tolist() == ["GM0001", "GM0000"]


@pytest.mark.parametrize("measure", [name for name, one in MEASURES.items() if one.dated])
def test_a_figure_of_before_is_certain_only_where_no_doubtful_group_matters(measure: str) -> None:
    """A group without a date lies in the first municipality, and reaches no other."""
    made = country.groups([at(0, 0), at(3, 1)])
    since = np.array(["NaT", "2015-01-01"], dtype="datetime64[D]")
    whole = coverage.measure(ATLAS, replace(made, since=since, peildatum=date(2020, 1, 1)))
    day = date(2018, 1, 1)
    least, most = (
        coverage.figures(growth.as_of(whole, day, doubtful), "municipality", 450)
        for doubtful in (False, True)
    )
    found = certain(least, most, measure)
    assert np.isnan(found[0])
    now = rankings.values(coverage.figures(whole, "municipality", 450), measure)
    np.testing.assert_array_equal(found[1:], now[1:])
