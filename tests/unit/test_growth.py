"""Groups on a day of before: by hand, against a count group by group, and what must always hold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage, growth
from utils.growth import State
from utils.models import LEVELS, STATUSES, Coverage, Groups

GRID = country.grid(k=16)
TODAY = date(2020, 3, 15)
SEA = (WEST - 30_000, SOUTH - 30_000)


def register(*groups: tuple[str, str, str], place: tuple[float, float] = (WEST + 500, SOUTH + 500)) -> Groups:
    """Groups of status, since and until ("" for unknown), all at one place."""
    made = country.groups([place] * len(groups), status=[status for status, _, _ in groups])
    days = [np.array([one[at] or "NaT" for one in groups], dtype="datetime64[D]") for at in (1, 2)]
    return replace(made, since=days[0], until=days[1], peildatum=TODAY)


def states(day: str, *groups: tuple[str, str, str]) -> list[State]:
    return [State(one) for one in growth.states(register(*groups), date.fromisoformat(day))]


@pytest.mark.parametrize(
    ("status", "since", "until", "expected"),
    [
        ("active", "2018-01-01", "", "NOT_YET THERE THERE"),
        ("pending", "2019-06-01", "", "NOT_YET NOT_YET THERE"),
        ("inactive", "2018-01-01", "2019-01-01", "NOT_YET THERE ENDED"),
        ("inactive", "2018-01-01", "", "NOT_YET UNSURE UNSURE"),
        ("active", "", "", "UNDATED UNDATED UNDATED"),
        ("inactive", "", "2019-01-01", "UNDATED UNDATED ENDED"),
        ("inactive", "", "", "UNDATED UNDATED UNDATED"),
        ("active", "2018-01-01", "2019-01-01", "NOT_YET THERE UNSURE"),  # it runs now, says the register
        ("inactive", "2019-01-01", "2018-01-01", "NOT_YET NOT_YET ENDED"),
    ],
)
def test_what_the_dates_of_a_group_tell(status: str, since: str, until: str, expected: str) -> None:
    one, now = (status, since, until), State.ENDED if status == "inactive" else State.THERE
    found = [states(day, one)[0].name for day in ("2017-12-31", "2018-12-31", "2020-03-14")]
    assert " ".join(found) == expected
    assert states("2020-03-15", one) == [now]


def test_the_very_days_count_from_their_morning() -> None:
    one = ("inactive", "2018-05-02", "2019-05-02")
    days = ("2018-05-01", "2018-05-02", "2019-05-01", "2019-05-02")
    assert [states(day, one)[0].name for day in days] == ["NOT_YET", "THERE", "THERE", "ENDED"]


def test_a_later_day_than_the_peildatum_is_refused() -> None:
    measured = coverage.measure(GRID, register(("active", "2018-01-01", "")))
    for refused in (growth.states, growth.as_of):
        with pytest.raises(ValueError, match="2020-03-16"):
            refused(measured.groups if refused is growth.states else measured, date(2020, 3, 16))
    with pytest.raises(ValueError, match="2021"):
        growth.series(measured, "country", np.array(["2019-01-01", "2021-01-01"], dtype="datetime64[D]"))
    with pytest.raises(ValueError, match="peildatum"):
        growth.states(replace(measured.groups, peildatum=None), TODAY)


def test_the_timeline_starts_where_something_is_known() -> None:
    days = growth.timeline(register(("active", "2019-11-02", ""), ("active", "", ""))).astype(str).tolist()
    assert days == ["2019-12-01", "2020-01-01", "2020-02-01", "2020-03-01", "2020-03-15"]
    days = growth.timeline(register(("active", "2020-03-01", ""))).astype(str).tolist()
    assert days == ["2020-03-01", "2020-03-15"]
    quarters = growth.timeline(register(("active", "2010-03-02", ""))).astype(str).tolist()
    assert quarters[:2] + quarters[-2:] == ["2010-04-01", "2010-07-01", "2020-01-01", "2020-03-15"]
    assert len(quarters) <= growth.MONTHS_MOST


@pytest.mark.parametrize("groups", [register(), register(("active", "", "2019-01-01"))])
def test_without_a_date_there_is_no_timeline(groups: Groups) -> None:
    assert len(growth.timeline(groups)) == 0
    assert len(growth.timeline(replace(groups, peildatum=None))) == 0
    counted = growth.series(coverage.measure(GRID, groups), "country", growth.timeline(groups))
    assert counted.registered.shape == counted.active.shape == (1, 0)


def test_as_of_by_hand() -> None:
    """Three groups side by side: one begins, one ends, one has no date."""
    groups = register(
        ("active", "2019-06-01", ""), ("inactive", "2018-01-01", "2019-03-01"), ("active", "", "")
    )
    groups = replace(groups, x=WEST + np.array([500.0, 1_500, 2_500]))
    measured = coverage.measure(GRID, groups)
    then = growth.as_of(measured, date(2019, 1, 1))
    assert then.groups.ids.tolist() == ["g1"] and then.groups.status.tolist() == ["active"]
    assert then.home.tolist() == [1]
    assert then.groups.peildatum == date(2019, 1, 1)
    assert coverage.figures(then, "neighbourhood", 500).active[:4].tolist() == [0, 1, 0, 0]
    later = growth.as_of(measured, date(2019, 7, 1))
    assert later.groups.ids.tolist() == ["g0", "g1"]
    assert later.groups.status.tolist() == ["active", "inactive"]
    assert coverage.figures(later, "neighbourhood", 500).groups[:4].tolist() == [1, 1, 0, 0]
    assert np.isinf(later.distance).sum() == 0
    assert len({one.groups.revision for one in (measured, then, later)}) == 3
    assert [growth.is_past(one) for one in (measured, then, later)] == [False, True, True]
    assert growth.as_of(measured, TODAY) is measured
    late = replace(
        measured, groups=replace(groups, confirmed=np.array(["2018-06-01", "2019-01-01", "NaT"], "M8[D]"))
    )
    assert np.isnat(growth.as_of(late, date(2018, 6, 1)).groups.confirmed).tolist() == [True]
    assert growth.as_of(late, date(2019, 6, 1)).groups.confirmed.astype(str).tolist() == [
        "2018-06-01",
        "2019-01-01",
    ]


DAYS = st.one_of(st.just("NaT"), st.dates(date(2017, 1, 1), TODAY).map(str))


@st.composite
def registers(draw: st.DrawFn, ends: bool = True) -> Coverage:
    """Up to 30 groups anywhere in the grid or in the sea, with any dates and states."""
    n = draw(st.integers(0, 30))
    seed = draw(st.integers(0, 1_000))
    places = np.random.default_rng(seed).uniform([WEST, SOUTH], [WEST + 4_000, SOUTH + 4_000], (n, 2))
    places[: n // 5] = SEA
    kinds = st.sampled_from(STATUSES if ends else ("active", "pending", "unverified"))
    made = country.groups(places, status=draw(st.lists(kinds, min_size=n, max_size=n)))
    since, until = (
        np.array(draw(st.lists(DAYS, min_size=n, max_size=n)), dtype="datetime64[D]") for _ in range(2)
    )
    if not ends:
        until[:] = "NaT"
    return coverage.measure(GRID, replace(made, since=since, until=until, peildatum=TODAY))


def some_days(measured: Coverage) -> growth.Days:
    """Each date of a group, the day before it, and the peildatum: where counts change."""
    dates = np.concatenate([measured.groups.since, measured.groups.until])
    dates = np.unique(dates[~np.isnat(dates)])
    return np.unique(np.concatenate([dates, dates - 1, [np.datetime64(TODAY)]]))


@given(registers())
def test_series_count_what_states_say(measured: Coverage) -> None:
    days = some_days(measured)
    for level in LEVELS:
        found = growth.series(measured, level, days)
        rows = coverage.counted_in(measured, level)
        n = len(found.registered)
        for t, day in enumerate(days):
            state = growth.states(measured.groups, day.item())
            words = np.where(measured.groups.status == "inactive", "active", measured.groups.status)
            for counted, which in (
                (found.registered, state >= State.THERE),
                (found.undated, state == State.UNDATED),
                (found.active, (state == State.THERE) & (words == "active")),
                (found.unsure, state == State.UNSURE),
            ):
                assert counted[:, t].tolist() == np.bincount(rows[which & (rows >= 0)], minlength=n).tolist()


@given(registers(), st.data())
def test_as_of_gives_the_figures_that_the_series_count(measured: Coverage, data: st.DataObject) -> None:
    days = some_days(measured)
    t = data.draw(st.integers(0, len(days) - 1))
    then = growth.as_of(measured, days[t].item())
    for level in LEVELS:
        found, figures = growth.series(measured, level, days), coverage.figures(then, level, 500)
        assert figures.groups.tolist() == found.registered[:, t].tolist()
        assert figures.active.tolist() == found.active[:, t].tolist()


@given(registers())
def test_parts_add_up_and_one_area_is_its_row(measured: Coverage) -> None:
    days = some_days(measured)
    whole, towns = (growth.series(measured, level, days) for level in ("country", "municipality"))
    parents = measured.atlas.municipalities.parents
    provinces = growth.series(measured, "province", days)
    for name in ("registered", "undated", "active", "unsure"):
        parts = getattr(towns, name)
        assert getattr(whole, name)[0].tolist() == parts.sum(axis=0).tolist()
        for row, of in enumerate(getattr(provinces, name)):
            assert of.tolist() == parts[parents == row].sum(axis=0).tolist()
        for code, of in zip(measured.atlas.municipalities.codes, parts, strict=True):
            assert getattr(growth.series_of(measured, code, days), name).tolist() == [of.tolist()]
    with pytest.raises(KeyError):
        growth.series_of(measured, "GM9999", days)


@given(registers(ends=False))
def test_counts_only_grow_where_nothing_ends(measured: Coverage) -> None:
    found = growth.series(measured, "municipality", some_days(measured))
    assert (np.diff(found.registered, axis=1) >= 0).all()
    assert (np.diff(found.active, axis=1) >= 0).all()
    assert (found.unsure == 0).all()
    known = found.registered + found.undated
    assert (np.diff(known[:, :-1], axis=1) >= 0).all()


@given(registers(), st.randoms(use_true_random=False))
def test_the_order_of_the_register_does_not_matter(measured: Coverage, random: object) -> None:
    groups, days = measured.groups, some_days(measured)
    order = np.array(random.sample(range(len(groups)), len(groups)), dtype=int)  # type: ignore[attr-defined]
    fields = ("ids", "names", "x", "y", "area", "participants", "status", "since", "until", "confirmed")
    mixed = replace(groups, **{name: getattr(groups, name)[order] for name in (*fields, "platform")})
    one, other = growth.series(measured, "municipality", days), growth.series(
        coverage.measure(GRID, mixed), "municipality", days
    )  # fmt: skip
    for name in ("registered", "undated", "active", "unsure"):
        assert (getattr(one, name) == getattr(other, name)).all()
    middle = days[len(days) // 2].item()
    then = growth.as_of(coverage.measure(GRID, mixed), middle)
    assert (then.distance == growth.as_of(measured, middle).distance).all()


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (["2017-05-05", "2018-01-02", "2018-12-31", "2020-03-01"], (2018, 2)),
        (["2017-05-05", "2020-02-02", "2020-03-15"], (2020, 2)),
        (["2017-05-05", "2017-05-06"], (2017, 2)),
        (["2019-12-01", "", ""], (2019, 1)),  # those without a date did not begin on the peildatum
        (["", ""], None),
    ],
)
def test_the_year_of_most_growth(since: list[str], expected: tuple[int, int] | None) -> None:
    measured = coverage.measure(GRID, register(*(("active", day, "") for day in since)))
    assert growth.busiest(growth.series(measured, "country", growth.timeline(measured.groups))) == expected


def test_rates_are_left_out_for_few_people() -> None:
    measured = coverage.measure(GRID, register(("active", "2020-01-01", ""), ("active", "", "")))
    one = growth.series(measured, "country", growth.timeline(measured.groups))
    found = growth.rates("Nederland", one, 1_000.0)
    assert found.values.tolist() == [1.0, 1.0, 1.0, 2.0]
    assert found.certain == 3  # what came by the peildatum did not begin on it
    for few in (49.0, 0.0, np.nan):
        assert np.isnan(growth.rates("", one, few).values).all()
    assert growth.rates("", one, 50.0).values[0] == 20
