"""Which gaps are wanted: the address ↔ the filter, and what it keeps beside a plain recomputation."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils import summaries
from utils.crime import Crime, beside
from utils.gap_filter import LARGEST, MOST, NAMES, STATUSES, GapFilter, orders, parse, pick
from utils.locate import by_name
from utils.models import Coverage, Status

BAD = {
    "inwoners": ["", "veel", "-1", "1000001", "1e999", "nan", "0.5", "<b>"],
    "status": ["", "wit;deels", "gedekt", "wit,gedekt", "uncovered", "💥"],
    "afstand": ["", "ver", "-500", "100001", "inf", "nan", "12,5"],
    "verouderd": ["", "ja", "2", "true", "-1"],
    "sorteer": ["", "inbraken", "code", "unreached", "onbereikt desc", "${alert(1)}"],
}

filters = st.builds(
    GapFilter,
    inwoners=st.integers(0, MOST["inwoners"]),
    status=st.sampled_from([("wit",), ("deels",), ("wit", "deels")]),
    afstand=st.integers(0, MOST["afstand"]),
    verouderd=st.booleans(),
    sorteer=st.sampled_from(orders(burglaries=False)),
)


@cache
def measured(seed: int) -> Coverage:
    """A country of 300 neighbourhoods with a few groups, so that all statuses occur."""
    atlas = country.voronoi(seed=seed, k=64)
    places = [(WEST + 4_000.0 * i, SOUTH + 37_000.0 - 3_500 * i) for i in range(10)]
    return c.measure(atlas, country.groups(places))


def test_no_parameters_give_the_usual_filter() -> None:
    assert parse({}) == (GapFilter(), [])
    assert GapFilter().params() == {}
    assert not GapFilter().narrows
    assert not GapFilter(sorteer="naam").narrows


@given(filters)
def test_a_filter_comes_back_from_its_own_address(wanted: GapFilter) -> None:
    assert parse(wanted.params()) == (wanted, [])
    assert parse(wanted.words()) == (wanted, [])
    assert wanted.narrows == bool(wanted.params().keys() - {"sorteer"})


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=30)))
def test_whatever_the_address_says_there_is_a_filter_and_a_problem_for_each_bad_value(given_: dict) -> None:
    found, problems = parse(given_)
    assert {problem.param for problem in problems} <= given_.keys()
    assert len(problems) == len({problem.param for problem in problems})
    assert parse(found.params()) == (found, [])


@pytest.mark.parametrize(("param", "came"), [(name, came) for name in BAD for came in BAD[name]])
def test_a_bad_value_is_told_once_and_the_rest_is_kept(param: str, came: str) -> None:
    good = GapFilter(inwoners=100, status=("deels",), afstand=750, sorteer="naam")
    found, problems = parse({**good.params(), param: came})
    assert [(problem.param, problem.came) for problem in problems] == [(param, came)]
    for name in set(NAMES) - {param}:
        assert getattr(found, name) == getattr(good, name)
    assert problems[0].used == found.words()[param]


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ({"status": " WIT "}, GapFilter(status=("wit",))),
        ({"status": "deels,wit"}, GapFilter()),
        ({"inwoners": "100.0", "sorteer": "Naam"}, GapFilter(inwoners=100, sorteer="naam")),
    ],
)
def test_what_is_clear_is_forgiven(given_: dict[str, str], found: GapFilter) -> None:
    assert parse(given_) == (found, [])


def plainly(coverage: Coverage, code: str, radius: float, wanted: GapFilter) -> list[str]:
    """The codes of the list by the definitions alone, neighbourhood by neighbourhood."""
    places, rows = coverage.atlas.neighbourhoods, []
    for row in summaries.rows_within(coverage.atlas, code, "neighbourhood"):
        people, metres = places.inhabitants[row], sorted(coverage.distance[row])
        reach = sum(one <= radius for one in metres) / len(metres)
        own = ((coverage.home == row) & coverage.groups.active).any()
        if not people > 0 or reach >= 0.5:
            continue
        word = "deels" if own or reach >= 0.1 else "wit"
        middle = (metres[len(metres) // 2 - 1] + metres[len(metres) // 2]) / 2
        if word not in wanted.status or people < wanted.inwoners or middle < wanted.afstand:
            continue
        name = str(places.names[row])
        key = {
            "onbereikt": -round(people * (1 - reach), 6), "inwoners": -people, "afstand": -middle,
            "naam": by_name(name),
        }[wanted.sorteer]  # fmt: skip
        rows.append((key, str(places.codes[row])))
    return [code for _, code in sorted(rows)]


@given(
    st.integers(1, 3),
    st.sampled_from(["NL", "PV20", "GM0001"]),
    st.sampled_from([250, 500, 2_000]),
    st.builds(
        GapFilter,
        inwoners=st.sampled_from([0, 500, 2_900]),
        status=st.sampled_from([("wit",), ("deels",), ("wit", "deels")]),
        afstand=st.sampled_from([0, 600, 5_000]),
        sorteer=st.sampled_from(orders(burglaries=False)),
    ),
)
def test_the_list_is_what_the_definitions_say(seed: int, code: str, radius: float, wanted: GapFilter) -> None:
    coverage = measured(seed)
    table = pick(summaries.gaps(coverage, code, radius), wanted)
    found = table.assign(unreached=table["unreached"].round(6))
    assert found["code"].tolist() == plainly(coverage, code, radius, wanted)
    assert found["rank"].tolist() == list(range(1, len(found) + 1))


def test_equal_neighbourhoods_stand_by_code_in_every_order() -> None:
    coverage = c.measure(country.grid(), country.groups())
    for order in orders(burglaries=False):
        table = pick(summaries.gaps(coverage, "NL", 500), GapFilter(sorteer=order))
        if order != "naam":
            assert table["code"].tolist() == sorted(table["code"])
        assert len(table) == 16


@given(filters, filters)
def test_a_narrower_filter_keeps_some_of_the_same_rows_in_the_same_order(
    one: GapFilter, other: GapFilter
) -> None:
    table = summaries.gaps(measured(1), "NL", 500)
    both = GapFilter(
        inwoners=max(one.inwoners, other.inwoners),
        status=one.status,
        afstand=max(one.afstand, other.afstand),
        sorteer=one.sorteer,
    )
    wide, narrow = (pick(table, wanted)["code"].tolist() for wanted in (one, both))
    assert narrow == [code for code in wide if code in set(narrow)]


def test_the_order_by_burglaries_is_there_where_these_are() -> None:
    asked = {"sorteer": "inbraken"}
    assert parse(asked, burglaries=True) == (GapFilter(sorteer="inbraken"), [])
    assert [problem.used for problem in parse(asked)[1]] == ["onbereikt"]
    assert set(orders(burglaries=True)) - set(orders(burglaries=False)) == {"inbraken"}


@given(st.lists(st.one_of(st.integers(0, 30), st.none()), min_size=16, max_size=16))
def test_by_burglaries_those_without_a_number_come_last(numbers: list[int | None]) -> None:
    coverage = c.measure(country.grid(kind="official"), country.groups())
    atlas, nothing = coverage.atlas, np.full(4, np.nan)
    registered = Crime(2024, True, np.array(numbers, dtype=np.float64), nothing)
    every = beside(summaries.gaps(coverage, "NL", 500), atlas, registered)
    if "burglary_rate" not in every:
        assert numbers == [None] * 16
        return
    table = pick(every, GapFilter(sorteer="inbraken"))
    key = dict(zip(atlas.neighbourhoods.codes, numbers, strict=True))
    assert table["code"].tolist() == sorted(key, key=lambda one: (key[one] is None, -(key[one] or 0), one))
    assert table["rank"].tolist() == list(range(1, 17))


def test_nothing_in_nothing_out() -> None:
    empty = summaries.gaps(measured(1), "NL", 500).head(0)
    found = pick(empty, GapFilter())
    assert found.empty
    assert isinstance(found, pd.DataFrame)


def test_the_largest_are_uncovered_and_by_inhabitants() -> None:
    table = pick(summaries.gaps(measured(2), "NL", 500), LARGEST)
    assert set(table["status"]) == {int(Status.UNCOVERED)}
    assert table["inhabitants"].is_monotonic_decreasing
    assert set(STATUSES.values()) == set(summaries.GAPS)


@cache
def with_old_groups(seed: int) -> tuple[Coverage, Coverage]:
    """A country with groups, and the coverage by every other of them: the rest was not confirmed."""
    atlas = country.voronoi(seed=seed, k=64)
    random = np.random.default_rng(seed)
    places = np.array([WEST, SOUTH]) + random.uniform(0, 40_000, (80, 2))
    whole = c.measure(atlas, country.groups(places.tolist()))
    return whole, c.subset(whole, np.arange(80) % 2 == 0)


@given(st.integers(1, 3), st.sampled_from(["NL", "PV21", "GM0002"]), st.sampled_from([500, 2_000]))
def test_outdated_gaps_are_those_that_only_old_groups_hide(seed: int, code: str, radius: float) -> None:
    whole, fresh = with_old_groups(seed)
    found = summaries.outdated(whole, fresh, code, radius).set_index("code")
    now, later = (
        summaries.children(one, code, "neighbourhood", radius).set_index("code") for one in (whole, fresh)
    )
    rank = {Status.COVERED: 0, Status.PARTLY: 1, Status.UNCOVERED: 2}
    worse = [
        code
        for code in now.index
        if now["status"][code] in rank
        and later["status"][code] in (Status.PARTLY, Status.UNCOVERED)
        and rank[Status(later["status"][code])] > rank[Status(now["status"][code])]
    ]
    assert sorted(found.index) == sorted(worse)
    assert found["lost"].is_monotonic_decreasing
    for one in found.index:
        assert found["status_now"][one] == now["status"][one]
        assert found["status"][one] == later["status"][one]
        assert found["unreached"][one] == later["unreached"][one]
        assert found["lost"][one] == pytest.approx(later["unreached"][one] - now["unreached"][one])
    assert (found["lost"] >= 0).all()


def test_outdated_gaps_are_ranked_by_who_would_lose_reach_and_filtered_like_all() -> None:
    whole, fresh = with_old_groups(1)
    every = summaries.outdated(whole, fresh, "NL", 2_000)
    assert len(every) > 5
    assert pick(every, GapFilter(verouderd=True))["code"].tolist() == every["code"].tolist()
    some = pick(every, GapFilter(verouderd=True, status=("wit",), inwoners=500, sorteer="inwoners"))
    assert set(some["code"]) < set(every["code"])
    assert some["inhabitants"].is_monotonic_decreasing
    area = summaries.area_figures(fresh, "NL", 2_000)
    assert summaries.totals(every, area).lost == pytest.approx(every["lost"].sum())
    assert summaries.totals(every, area).share == pytest.approx(every["lost"].sum() / area.inhabitants)
    assert summaries.outdated(whole, whole, "NL", 2_000).empty


def test_totals_of_a_list_beside_its_area() -> None:
    coverage = measured(1)
    area = summaries.area_figures(coverage, "PV20", 500)
    every = summaries.gaps(coverage, "PV20", 500)
    totals = summaries.totals(every, area)
    assert totals.n == area.partly + area.uncovered
    assert totals.unreached == pytest.approx(every["unreached"].sum())
    assert totals.unreached <= area.unreached
    assert totals.share == pytest.approx(totals.unreached / area.inhabitants)
    assert totals.parts == pytest.approx(totals.n / area.inhabited)
    few = c.measure(country.grid(inhabitants=[3] * 16), country.groups())
    small = summaries.totals(every.head(1), summaries.area_figures(few, "GM0000", 500))
    assert small.share != small.share  # nan: twelve inhabitants say nothing
