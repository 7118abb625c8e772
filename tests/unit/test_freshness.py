"""How much of the map rests on groups that somebody confirmed: by hand, and what must always hold."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils import freshness, freshness_words
from utils.freshness import AreaFreshness
from utils.models import LEVELS, Coverage, Level, Status
from utils.texts import LANGS, Texts
from utils.upkeep import fresh

TODAY = date(2024, 1, 1)
SINCE = date(2023, 1, 1)
ATLAS = country.grid(k=64)
NL = Texts("nl")


def measured(places: list[tuple[float, float]], days: list[str], status: list[str] | None = None) -> Coverage:
    """Groups in the middle of these squares (column, row), last confirmed on these days."""
    xy = [(WEST + 1_000 * column + 500, SOUTH + 1_000 * row + 500) for column, row in places]
    groups = country.groups(xy, status or "active")
    return c.measure(ATLAS, replace(groups, confirmed=np.array(days, dtype="datetime64[D]")))


def found(coverage: Coverage, level: Level, radius: float = 500) -> freshness.Freshness:
    kept = c.subset(coverage, fresh(coverage.groups, TODAY))
    return freshness.measure(coverage, kept, level, radius, SINCE)


def test_shares_and_where_the_map_may_be_too_favourable() -> None:
    # Two groups in one square, one of them fresh; one that is old; one never confirmed; one that stopped.
    coverage = measured(
        [(0, 0), (0, 0), (1, 0), (3, 1), (3, 3)],
        ["2023-06-01", "2020-01-01", "2022-12-31", "NaT", "2023-06-01"],
        ["active", "active", "active", "active", "inactive"],
    )
    parts = found(coverage, "neighbourhood")
    assert parts.active[[0, 1, 7, 15]].tolist() == [2, 1, 1, 0]
    assert parts.fresh[[0, 1, 7, 15]].tolist() == [1, 0, 0, 0]
    assert parts.share[[0, 1, 7]].tolist() == [0.5, 0, 0]
    assert np.isnan(np.delete(parts.share, [0, 1, 7])).all()
    assert np.flatnonzero(parts.lower).tolist() == [1, 7]
    assert parts.overstated.tolist() == parts.lower.astype(int).tolist()
    towns = found(coverage, "municipality")
    assert (towns.active.tolist(), towns.fresh.tolist()) == ([3, 1, 0, 0], [1, 0, 0, 0])
    assert towns.share[:2].tolist() == [pytest.approx(1 / 3), 0]
    assert np.isnan(towns.share[2:]).all()
    assert towns.overstated.tolist() == [1, 1, 0, 0]
    assert found(coverage, "province").overstated.tolist() == [2, 0]
    assert found(coverage, "country").overstated.tolist() == [2]
    assert freshness.of_area(towns, 0) == AreaFreshness(active=3, fresh=1, lower=False, overstated=1)
    assert freshness.of_area(towns, 0).stale == 2
    assert freshness.of_area(towns, 1).lower  # from partly covered to uncovered


def test_a_neighbourhood_can_rest_on_a_group_elsewhere() -> None:
    coverage = measured([(0, 0)], ["2020-01-01"])
    parts = found(coverage, "neighbourhood", radius=1_200)
    assert parts.lower[[0, 1, 4]].all()
    assert parts.active[[0, 1, 4]].tolist() == [1, 0, 0]
    towns = found(coverage, "municipality", radius=1_200)
    assert towns.active.tolist() == [1, 0, 0, 0]
    assert towns.overstated[1] >= 1  # a square of another municipality


@pytest.mark.parametrize("level", LEVELS)
def test_where_all_are_confirmed_nothing_is_too_favourable(level: Level) -> None:
    coverage = measured([(0, 0), (2, 1), (3, 3)], ["2023-01-01", "2023-12-31", "2024-01-01"])
    all_fresh = found(coverage, level)
    assert (all_fresh.fresh == all_fresh.active).all()
    assert (all_fresh.share[all_fresh.active > 0] == 1).all()
    assert not all_fresh.lower.any()
    assert not all_fresh.overstated.any()


def test_nobody_and_unknown_are_never_too_favourable() -> None:
    people = [0.0, np.nan, *[1_000.0] * 14]
    atlas = country.grid(inhabitants=people, k=64)
    groups = country.groups([(WEST + 500, SOUTH + 500), (WEST + 1_500, SOUTH + 500)])
    coverage = c.measure(atlas, replace(groups, confirmed=np.full(2, "2010-01-01", dtype="datetime64[D]")))
    parts = found(coverage, "neighbourhood", 400)
    assert parts.active[:2].tolist() == [1, 1]
    assert parts.share[:2].tolist() == [0, 0]
    assert not parts.lower.any()


def test_without_groups_there_is_no_share() -> None:
    none = found(measured([], []), "municipality")
    assert np.isnan(none.share).all()
    assert not none.overstated.any()
    overlay = freshness.overlay(none)
    assert np.isnan(overlay.values).all()
    assert not overlay.marked.any()


squares = st.tuples(st.integers(0, 3), st.integers(0, 3))
days = st.sampled_from(["2020-01-01", "2022-12-31", "2023-01-01", "2023-07-01", "NaT"])
states = st.sampled_from(["active", "active", "inactive", "pending"])


@given(
    st.lists(st.tuples(squares, days, states), max_size=12),
    st.sampled_from(LEVELS),
    st.sampled_from([100.0, 500.0, 900.0, 1_500.0]),
)
def test_what_always_holds(rows: list[tuple[tuple[int, int], str, str]], level: Level, radius: float) -> None:
    coverage = measured([p for p, _, _ in rows], [d for _, d, _ in rows], [s for _, _, s in rows])
    kept = c.subset(coverage, fresh(coverage.groups, TODAY))
    one = found(coverage, level, radius)
    known = ~np.isnan(one.share)
    assert ((one.share[known] >= 0) & (one.share[known] <= 1)).all()
    assert (known == (one.active > 0)).all()
    assert (one.fresh <= one.active).all()
    whole, part = c.figures(coverage, level, radius), c.figures(kept, level, radius)
    assert (part.reach <= whole.reach).all()
    assert (kept.distance >= coverage.distance).all()
    assert (part.status >= whole.status).all()
    # Brute force: a neighbourhood counts where the map shows it better than fresh groups alone would.
    parts, fresh_parts = (c.figures(each, "neighbourhood", radius).status for each in (coverage, kept))
    better = [int(a) for a, b in zip(parts, fresh_parts, strict=True) if a < b]
    assert set(better) <= {Status.COVERED, Status.PARTLY}
    assert one.overstated.sum() == len(better)
    columns = freshness.columns(one)
    assert (columns["unconfirmed"] == one.active - one.fresh).all()
    if not (one.fresh < one.active).any() and level == "country":
        assert not better


def test_figures_that_are_there_already_are_used() -> None:
    coverage = measured([(0, 0)], ["2020-01-01"])
    kept = c.subset(coverage, fresh(coverage.groups, TODAY))
    asked = []

    def known(one: Coverage, level: Level, radius: float) -> object:
        asked.append((one is coverage, level, radius))
        return c.figures(one, level, radius)

    assert freshness.measure(coverage, kept, "province", 500, SINCE, known).overstated.tolist() == [1, 0]
    assert asked == [(own, level, 500) for level in ("province", "neighbourhood") for own in (True, False)]


def title(texts: Texts, level: Level, active: int, fresh_: int, overstated: int, lower: bool = False) -> str:
    return freshness_words.title(texts, ATLAS, "X", level, AreaFreshness(active, fresh_, lower, overstated))


def test_the_title_states_the_finding() -> None:
    assert title(NL, "municipality", 145, 114, 8) == (
        "X: 31 van 145 actieve groepen een jaar niet bevestigd; de kaart kan in 8 buurtvakken te gunstig zijn"
    )
    assert title(NL, "municipality", 1, 0, 1) == (
        "X: 1 van 1 actieve groep een jaar niet bevestigd; de kaart kan in 1 buurtvak te gunstig zijn"
    )
    assert "geen verschil" in title(NL, "municipality", 5, 4, 0)
    assert "alle 5" in title(NL, "municipality", 5, 5, 0)
    assert "de actieve groep is" in title(NL, "municipality", 1, 1, 0)
    assert "geen actieve groep bij ons bekend" in title(NL, "municipality", 0, 0, 0)
    # Of an area whose own groups are all confirmed, or that has none, those elsewhere are the reason.
    for active in (0, 3):
        said = title(NL, "municipality", active, active, 2)
        assert "2 buurtvakken" in said
        assert "dichtbij" in said
        assert "0 van" not in said
    assert "hier te gunstig" in title(NL, "neighbourhood", 0, 0, 1, lower=True)
    assert "geen verschil" in title(NL, "neighbourhood", 2, 1, 0)


@given(
    st.sampled_from(LANGS), st.sampled_from(LEVELS), st.integers(0, 9_000), st.integers(0, 9_000),
    st.integers(0, 15_000), st.booleans(),
)  # fmt: skip
def test_no_count_breaks_the_title(
    lang: str, level: Level, active: int, stale: int, overstated: int, lower: bool
) -> None:
    said = title(Texts(lang), level, active, max(active - stale, 0), overstated, lower)
    assert said.startswith("X: ")
    assert "{" not in said
    assert "-" not in said
