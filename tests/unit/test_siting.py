"""Best places for new groups, against all choices that there are and against another solver."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import boundaries, examples, siting, siting_bound, siting_exact, siting_search, summaries
from utils import coverage as c
from utils.discs import Points
from utils.errors import InputError
from utils.models import Coverage
from utils.siting import best_places

FEW = 4  # sample points a neighbourhood: so few that all choices can be tried


def toy(seed: int, groups: int = 2, cells: int = 9) -> Coverage:
    """A square country with people, gaps and unknowns as the seed has them."""
    random = np.random.default_rng(seed)
    people = random.integers(0, 900, cells).astype(float)
    people[random.integers(cells)] = np.nan
    places = [tuple(place) for place in random.uniform(0, 3_000, (groups, 2)) + np.array([WEST, SOUTH])]
    return c.measure(country.grid(3, cells // 3, inhabitants=people, k=FEW), country.groups(places))


def within(coverage: Coverage, rows: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """By measuring: the people at each open sample point of some rows, and which candidate reaches which."""
    people = np.nan_to_num(coverage.atlas.neighbourhoods.inhabitants[rows])[:, None]
    at = (people * (coverage.distance[rows] > radius) / coverage.distance.shape[1]).ravel()
    xy = coverage.atlas.samples[rows].reshape(-1, 2).astype(float)
    return at, np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= radius


def optimum(coverage: Coverage, code: str, k: int, radius: float) -> float:
    """The best of all choices."""
    rows = summaries.rows_within(coverage.atlas, code, "neighbourhood")
    at, reaches = within(coverage, rows, radius)
    choices = combinations(range(len(reaches)), min(k, len(reaches)))
    return max(float(at[reaches[list(choice)].any(axis=0)].sum()) for choice in choices)


def reached_with(coverage: Coverage, code: str, found: siting.Siting, radius: float) -> float:
    """The people without a group once groups stand at the sites, by the rules of the map."""
    old = coverage.groups
    places = [*zip(old.x, old.y, strict=True), *((site.x, site.y) for site in found.sites)]
    after = c.measure(coverage.atlas, country.groups(places))
    rows = summaries.rows_within(coverage.atlas, code, "neighbourhood")
    return float(np.nansum(c.figures(after, "neighbourhood", radius).unreached[rows]))


@settings(max_examples=30)
@given(
    seed=st.integers(0, 9_999),
    k=st.integers(1, 3),
    radius=st.sampled_from([300.0, 600.0, 900.0, 1_400.0]),
    code=st.sampled_from(["NL", "NL", "PV20", "GM0001"]),
)
def test_the_best_of_all_choices(seed: int, k: int, radius: float, code: str) -> None:
    coverage = toy(seed)
    found, best = best_places(coverage, code, k, radius), optimum(coverage, code, k, radius)
    assert found.gained == pytest.approx(best, abs=1e-6)
    assert found.bound >= best - 1e-6
    assert (found.method, found.short) == ("exact", 0)
    assert len(found.sites) <= k
    assert sum(site.gained for site in found.sites) == pytest.approx(found.gained)
    assert all(site.gained > 0 for site in found.sites)
    assert [site.gained for site in found.sites] == sorted((s.gained for s in found.sites), reverse=True)


@settings(max_examples=10)
@given(
    seed=st.integers(0, 9_999), radius=st.sampled_from([300.0, 800.0]), code=st.sampled_from(["NL", "PV20"])
)
def test_groups_at_the_sites_reach_as_many_as_promised(seed: int, radius: float, code: str) -> None:
    coverage = c.measure(
        country.voronoi(120, 9_000, seed=seed, k=20), country.groups([(WEST + 4_000, SOUTH + 4_000)])
    )
    found = best_places(coverage, code, 6, radius)
    rows = summaries.rows_within(coverage.atlas, code, "neighbourhood")
    unreached = c.figures(coverage, "neighbourhood", radius).unreached[rows]
    assert found.open == pytest.approx(np.nansum(unreached))
    assert reached_with(coverage, code, found, radius) == pytest.approx(found.open - found.gained)
    places = coverage.atlas.samples[rows].reshape(-1, 2).tolist()
    assert all([site.x, site.y] in places and site.neighbourhood in rows for site in found.sites)


@settings(max_examples=5)
@given(seed=st.integers(0, 9_999), radius=st.sampled_from([400.0, 1_200.0]))
def test_more_groups_gain_more_and_each_less(seed: int, radius: float) -> None:
    coverage = c.measure(country.voronoi(40, 6_000, seed=seed, k=8), country.groups())
    gained = [best_places(coverage, "NL", k, radius).gained for k in range(1, 7)]
    steps = np.diff([0, *gained])
    assert (steps >= -1e-6).all()
    farther = [best_places(coverage, "NL", 3, wide).gained for wide in (400, 900, 2_000)]
    assert farther == sorted(farther)  # without any group, a wider reach can only gain


@settings(max_examples=10)
@given(seed=st.integers(0, 9_999))
def test_the_order_of_rows_and_groups_makes_no_difference(seed: int) -> None:
    coverage = toy(seed, groups=4)
    random = np.random.default_rng(seed)
    places = coverage.atlas.neighbourhoods
    order = random.permutation(len(places))
    shuffled = {
        name: getattr(places, name)[order]
        for name in ("codes", "names", "parents", "inhabitants", "geometry", "households")
    }
    atlas = replace(
        coverage.atlas,
        neighbourhoods=replace(places, **shuffled),
        samples=coverage.atlas.samples[order],
        districts=coverage.atlas.districts[order],
    )
    xy = np.column_stack([coverage.groups.x, coverage.groups.y])[random.permutation(4)]
    other = c.measure(atlas, country.groups([tuple(place) for place in xy]))
    one, two = (best_places(which, "NL", 2, 700) for which in (coverage, other))
    assert [(s.x, s.y, s.gained) for s in one.sites] == [(s.x, s.y, s.gained) for s in two.sites]
    names = [which.atlas.neighbourhoods.codes for which in (coverage, other)]
    assert [names[0][s.neighbourhood] for s in one.sites] == [names[1][s.neighbourhood] for s in two.sites]
    assert one == best_places(coverage, "NL", 2, 700)


def test_a_known_best() -> None:
    """Greedy takes the middle of three towns in a row first; two groups between them reach all."""
    people = [0, 100, 0, 0, 140, 0, 0, 120, 0]
    coverage = c.measure(country.grid(9, 1, 1_000, people, k=1), country.groups())
    assert best_places(coverage, "NL", 1, 1_000).gained == 140
    found = best_places(coverage, "NL", 2, 1_000)
    assert (found.gained, found.open, found.method) == (260, 360, "exact")
    wider = best_places(coverage, "NL", 1, 3_000)
    assert [(site.gained, site.neighbourhood) for site in wider.sites] == [(360, 4)]
    two_by_two = c.measure(country.grid(4, 1, 1_000, [100, 60, 60, 100], k=1), country.groups())
    assert best_places(two_by_two, "NL", 2, 1_000).gained == 320


def test_nobody_outside_the_area_counts() -> None:
    coverage = c.measure(
        country.grid(2, 2, 1_000, [100, 100, 9_000, 9_000], k=FEW), country.groups()
    )  # GM0001 lies north of GM0000
    found = best_places(coverage, "GM0000", 1, 2_500)
    assert found.open == found.gained == 200
    (alone,) = best_places(coverage, "BV00000001", 1, 5_000).sites
    assert (alone.neighbourhood, alone.gained) == (1, 100)


def test_no_more_sites_than_gain_something() -> None:
    coverage = c.measure(country.grid(2, 2, 1_000, k=FEW), country.groups())
    found = best_places(coverage, "NL", 100, 1_500)
    assert 1 <= len(found.sites) < 5
    assert found.gained == found.open == found.bound == 4_000
    assert found.method == "exact"


@pytest.mark.parametrize(
    ("people", "places"),
    [
        ([1_000.0] * 4, [(WEST + 1_000, SOUTH + 1_000)]),  # all covered
        ([0.0] * 4, []),  # nobody lives there
        ([np.nan] * 4, []),  # nobody knows
    ],
)
def test_an_area_without_gaps_has_no_places(people: list[float], places: list[tuple[float, float]]) -> None:
    coverage = c.measure(country.grid(2, 2, 1_000, people, k=FEW), country.groups(places))
    found = best_places(coverage, "NL", 3, 2_000)
    assert found == siting.Siting((), 0.0, 0.0, "exact", 0.0)
    assert found.short == 0


def test_where_inhabitants_are_unknown_a_group_may_stand_for_the_neighbours() -> None:
    coverage = c.measure(country.grid(3, 1, 1_000, [300, np.nan, 400], k=1), country.groups())
    (site,) = best_places(coverage, "NL", 1, 1_000).sites
    assert (site.neighbourhood, site.gained) == (1, 700)


def test_part_of_a_person_is_not_lost() -> None:
    coverage = c.measure(country.grid(3, 1, 1_000, [10.5, 20.25, 1.125], k=FEW), country.groups())
    assert best_places(coverage, "NL", 3, 1_000).gained == pytest.approx(31.875)


@pytest.mark.parametrize(
    ("code", "k", "radius", "key"),
    [
        ("GM9999", 1, 500, "error.area_unknown"),
        ("NL", 0, 500, "error.sites"),
        ("NL", 101, 500, "error.sites"),
        ("NL", 1, 99, "error.radius"),
        ("NL", 1, 5_001, "error.radius"),
        ("NL", 1, float("nan"), "error.radius"),
    ],
)
def test_what_cannot_be_asked(code: str, k: int, radius: float, key: str) -> None:
    with pytest.raises(InputError) as refused:
        best_places(toy(1), code, k, radius)
    assert refused.value.key == key


def test_it_tells_how_far_it_is() -> None:
    told: list[float] = []
    best_places(toy(3), "NL", 2, 700, told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] <= 1


class TestInParts:
    """The steps by themselves, on discs small enough to try all choices."""

    def puzzle(self, seed: int, n: int = 40, discs: int = 12):
        random = np.random.default_rng(seed)
        xy = random.uniform(0, 3_000, (n, 2))
        points = Points(xy, random.integers(1, 50, n), 700)
        return points.discs(xy[:discs]), points.weights

    def best(self, discs, weights, k: int) -> float:
        return max(
            siting_search.total(discs, weights, choice) for choice in combinations(range(len(discs)), k)
        )

    @given(seed=st.integers(0, 9_999), k=st.integers(1, 4), wild=st.booleans())
    def test_any_prices_give_a_bound(self, seed: int, k: int, wild: bool) -> None:
        discs, weights = self.puzzle(seed)
        price = np.random.default_rng(seed).uniform(0, 1, len(weights)).round() if wild else np.full(40, 0.4)
        bound = siting_bound._priced(discs, weights, price, k, 0, np.zeros(len(discs)))
        best = self.best(discs, weights, k)
        assert bound.total >= best
        # And with one disc in it that is worth less than the level.
        low = int(np.argmin(bound.values))
        with_low = max(
            siting_search.total(discs, weights, choice)
            for choice in combinations(range(len(discs)), k)
            if low in choice
        )
        assert bound.with_others(bound.values[low]) >= with_low

    @settings(max_examples=25)
    @given(seed=st.integers(0, 9_999), k=st.integers(1, 4))
    def test_the_bound_comes_close_and_exchange_never_loses(self, seed: int, k: int) -> None:
        discs, weights = self.puzzle(seed)
        best = self.best(discs, weights, k)
        start = list(range(k))
        bound = siting_bound.bound(discs, weights, k, start, 0, 0, 1e9, lambda share: None)
        assert best <= bound.total <= best * 1.06
        moved = siting_search.exchange(discs, weights, start)
        given = siting_search.total(discs, weights, start)
        assert given <= siting_search.total(discs, weights, moved) <= best
        parts = siting_search.rounded(discs, weights, bound.shares, k)
        assert siting_search.total(discs, weights, parts) >= 0.7 * best

    @given(seed=st.integers(0, 9_999), k=st.integers(1, 4))
    def test_the_solver_finds_the_best(self, seed: int, k: int) -> None:
        discs, weights = self.puzzle(seed)
        found = siting_exact.solve(discs, weights, k, list(range(k)), 1.0)
        assert found is not None
        best = self.best(discs, weights, k)
        given = siting_search.total(discs, weights, range(k))
        if found.bound < best + 1:  # it gives up where its first relaxation is far from what it was given
            assert siting_search.total(discs, weights, found.chosen) == best
        assert found.bound >= best - 1e-6
        assert siting_search.total(discs, weights, found.chosen) >= given

    def test_the_solver_is_silent_and_refuses_what_is_too_large(self, capfd, monkeypatch) -> None:
        discs, weights = self.puzzle(1)
        assert siting_exact.solve(discs, weights, 3, [0, 1, 2], 1.0) is not None
        assert capfd.readouterr() == ("", "")
        for limit in ("PAIRS", "_LOOSE"):
            with monkeypatch.context() as patch:
                patch.setattr(siting_exact, limit, 5)
                assert siting_exact.solve(discs, weights, 3, [0, 1, 2], 1.0) is None

    def test_without_the_solver_the_bound_holds_all_the_same(self, monkeypatch) -> None:
        coverage = c.measure(country.voronoi(150, 8_000, seed=5, k=9), country.groups())
        exact = best_places(coverage, "NL", 9, 700)
        monkeypatch.setattr(siting_exact, "solve", lambda *given: None)
        monkeypatch.setattr(siting_bound, "_STEPS", (5, 5))
        rough = best_places(coverage, "NL", 9, 700)
        assert (exact.method, rough.method) == ("exact", "greedy")
        assert rough.gained <= exact.gained <= rough.bound
        assert rough.short == pytest.approx(1 - rough.gained / rough.bound)
        assert 0 < rough.short < 0.2

    def test_candidates_are_looked_at_only_when_it_matters(self, monkeypatch) -> None:
        coverage = c.measure(country.voronoi(300, 20_000, seed=2, k=30), country.groups())
        usual = best_places(coverage, "NL", 5, 600)
        made = []
        real = Points.discs
        monkeypatch.setattr(Points, "discs", lambda self, at: (made.append(len(at)), real(self, at))[1])
        monkeypatch.setattr(siting_search, "FEW", 0)
        lazy = best_places(coverage, "NL", 5, 600)
        assert sum(made) < len(coverage.atlas.samples) * 30 / 3
        assert lazy.gained == usual.gained

    def test_of_many_candidates_one_a_square(self, monkeypatch) -> None:
        coverage = c.measure(country.voronoi(200, 8_000, seed=3, k=60), country.groups())
        everything = best_places(coverage, "NL", 5, 900)
        monkeypatch.setattr(siting, "ALL", 100)
        found = best_places(coverage, "NL", 5, 900)
        squares = {(site.x // 112.5, site.y // 112.5) for site in found.sites}
        assert len(squares) == 5
        assert 0.97 * everything.gained < found.gained <= everything.gained
        monkeypatch.setattr(siting, "_CROWDED", 0)
        coarse = best_places(coverage, "NL", 5, 900)
        assert 0.9 * everything.gained < coarse.gained <= everything.gained


@pytest.fixture(scope="module")
def real(embedded) -> Coverage:
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


@pytest.mark.parametrize(("code", "k", "radius"), [("GM0351", 5, 500.0), ("GM0880", 9, 500.0)])
def test_a_real_municipality_as_another_solver_has_it(
    real: Coverage, code: str, k: int, radius: float
) -> None:
    rows = summaries.rows_within(real.atlas, code, "neighbourhood")
    at, reaches = within(real, rows, radius)
    open_, useful = at > 0, reaches[:, at > 0].any(axis=1)
    best = by_scipy(reaches[useful][:, open_], at[open_], k)
    found = best_places(real, code, k, radius)
    assert found.method == "exact"
    assert found.gained == pytest.approx(best, rel=1e-6)


def by_scipy(reaches: np.ndarray, at: np.ndarray, k: int) -> float:
    """The optimum, by SciPy's mixed-integer solver on the plain model."""
    kinds, at = (
        np.unique(reaches, axis=1, return_inverse=True)[0],
        np.bincount(np.unique(reaches, axis=1, return_inverse=True)[1].ravel(), at),
    )
    n, m = kinds.shape
    rows = scipy.sparse.hstack([scipy.sparse.csr_matrix(kinds.T.astype(float)), -scipy.sparse.eye(m)])
    answer = scipy.optimize.milp(
        -np.concatenate([np.zeros(n), at]),
        integrality=np.concatenate([np.ones(n), np.zeros(m)]),
        bounds=scipy.optimize.Bounds(0, 1),
        constraints=[
            scipy.optimize.LinearConstraint(rows, 0, np.inf),
            scipy.optimize.LinearConstraint(np.concatenate([np.ones(n), np.zeros(m)])[None], 0, k),
        ],
        options={"mip_rel_gap": 1e-9},
    )
    assert answer.success
    return -float(answer.fun)
