"""The model behind the example groups: curves, ceilings, draws, names."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.build.group_lives import INACTIVE_SHARE, live, sizes, starts
from data.build.group_names import ORDINALS, name_all
from data.build.group_places import choose, draw_field
from data.build.growth import LAST_DAY, TOTAL, Curve, Figure, national, provincial
from data.build.targets import saturate, today

DAYS = np.array(["2015-01-01", "2016-01-01", "2019-12-31"], dtype="datetime64[D]")
CURVE = Curve(DAYS, np.array([0.0, 100, 150]))
FIGURES = [Figure(LAST_DAY, "country", "Nederland", TOTAL), Figure(date(2017, 1, 31), "province", "A", 2_000)]


@given(st.floats(0, 150))
def test_a_curve_and_its_inverse_agree(count):
    day = CURVE.when(np.array([count]))
    assert CURVE.at(day)[0] >= count - 1e-6
    assert CURVE.at(day - 1)[0] <= count + 1e-6


@given(st.integers(1, 400), st.integers(0, 99))
def test_starts_are_within_one_of_the_curve(count, seed):
    since = starts(count, CURVE, np.random.default_rng(seed))
    for day in CURVE.days:
        expected = CURVE.at(day) * count / 150
        assert abs((since <= day).sum() - expected) <= 1 + 1e-6


def test_provinces_grow_to_their_totals_and_together_to_the_country():
    country = national(FIGURES)
    totals = {"A": 3_000, "B": 1_950, "C": 4_000}
    curves = provincial(FIGURES, country, totals)
    days = curves["A"].days
    assert sum(curve.at(days) for curve in curves.values()) == pytest.approx(country.at(days))
    assert {name: round(float(curve.at(LAST_DAY))) for name, curve in curves.items()} == totals
    assert curves["A"].at(date(2017, 1, 31)) == pytest.approx(2_000)


def test_a_shrinking_rest_is_refused():
    country = Curve(np.array(["2013-01-01", "2019-12-31"], dtype="datetime64[D]"), np.array([0.0, 100]))
    figures = [Figure(date(2013, 6, 30), "province", "A", 89)]
    with pytest.raises(ValueError, match="grow faster"):
        provincial(figures, country, {"A": 90, "B": 10})


def test_an_older_figure_grows_and_one_of_2019_stands():
    country = Curve(DAYS, np.array([0.0, 6_000, TOTAL]))
    assert today(Figure(date(2016, 1, 1), "municipality", "X", 10), country) == 15
    assert today(Figure(date(2019, 2, 28), "municipality", "X", 10), CURVE) == 10


@given(
    st.lists(st.tuples(st.floats(0.01, 1e4), st.integers(1, 200)), min_size=1, max_size=30),
    st.floats(0, 0.9),
)
def test_saturated_numbers_add_up_and_stay_below_their_room(rows, share):
    weights, room = np.array(rows, dtype=np.float64).T
    total = int(share * room.sum())
    counts = saturate(weights, room, total)
    assert counts.sum() == total
    assert (counts >= 0).all()
    assert (counts <= room).all()


def test_a_total_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="do not fit"):
        saturate(np.array([1.0, 0.0]), np.array([10.0, 90.0]), 50)


@given(st.integers(0, 60), st.integers(0, 99))
def test_draws_follow_the_weights_within_one_or_two(count, seed):
    rows, weights = np.array([3, 5, 8]), np.array([9, 9, 9, 2, 9, 1, 9, 9, 0.0])
    chosen = choose(rows, weights, count, np.random.default_rng(seed))
    assert len(chosen) == count
    assert abs((chosen == 3).sum() - count * 2 / 3) <= 2
    assert not (chosen == 8).any()


def test_groups_where_nobody_lives_are_refused():
    with pytest.raises(ValueError, match="nobody lives"):
        choose(np.array([0, 1]), np.zeros(2), 1, np.random.default_rng(0))


def test_the_field_is_smooth_and_standard():
    random = np.random.default_rng(0)
    xy = random.random((4_000, 2)) * 200_000
    here, near = np.split(draw_field(np.concatenate([xy, xy + 100]), random), 2)
    assert abs(here.mean()) < 0.1
    assert here.std() == pytest.approx(1, abs=0.1)
    assert np.corrcoef(here, near)[0, 1] > 0.95


def test_lives_of_groups_that_started_on_the_last_days():
    since = np.repeat(np.array(["2013-01-01", "2019-12-30"], dtype="datetime64[D]"), 50)
    lives = live(since, np.random.default_rng(0))
    last = np.datetime64(LAST_DAY)
    assert (~lives.active).sum() == round(INACTIVE_SHARE * 100)
    assert (np.isnat(lives.until) == lives.active).all()
    known = ~np.isnat(lives.confirmed)
    assert (lives.confirmed[known] >= since[known]).all()
    assert (lives.confirmed[known] <= np.where(lives.active, last, lives.until)[known]).all()


def test_sizes_of_no_groups_and_of_many():
    assert len(sizes(0, np.random.default_rng(0))) == 0
    assert np.nanmean(sizes(5_000, np.random.default_rng(0))) == pytest.approx(70, abs=3)


def test_names_count_in_words():
    names = name_all([("BV1", "Lelystad-Oost 3"), ("BV2", "Lelystad"), ("BV1", "Lelystad-Oost 3")])
    assert names[0] == "Voorbeeldgroep Lelystad-Oost 3"
    assert names[2] == "Voorbeeldgroep Lelystad-Oost 3 (tweede)"
    with pytest.raises(ValueError, match="more than"):
        name_all([("BV1", "Lelystad")] * (len(ORDINALS) + 2))
