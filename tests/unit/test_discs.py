"""Discs over points: the same as measuring every distance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.discs import Discs, Points, expand


def laid(xy: np.ndarray, weights: np.ndarray, radius: float, centres: np.ndarray) -> tuple:
    """Points and discs, and by measuring: which point lies in which disc, in the order that discs use."""
    points = Points(xy, weights, radius)
    # Weights that differ tell which point is which.
    order = np.argsort(weights)[np.searchsorted(np.sort(weights), points.weights)]
    inside = np.hypot(*(centres[:, None] - xy[order][None]).transpose(2, 0, 1)) <= radius
    return points, points.discs(centres), inside


def scattered(seed: int, n: int, size: float) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    xy = random.uniform(0, size, (n, 2)) + np.array([120_000.0, 450_000.0])
    return xy, random.permutation(n) + 1.0


@given(
    seed=st.integers(0, 999),
    n=st.integers(1, 300),
    size=st.sampled_from([10.0, 3_000.0, 40_000.0]),
    radius=st.sampled_from([100.0, 700.0, 5_000.0]),
)
def test_as_measured_one_by_one(seed: int, n: int, size: float, radius: float) -> None:
    xy, weights = scattered(seed, n, size)
    beyond = xy[0] + np.array([[3 * size + 9_000, 0], [-8_000, -9_000], [0, radius]])
    centres = np.concatenate([xy[: n // 2 + 1], beyond])
    points, discs, inside = laid(xy, weights, radius, centres)
    assert len(discs) == len(centres)
    assert [discs.members(one).tolist() for one in range(len(discs))] == [
        np.flatnonzero(row).tolist() for row in inside
    ]
    assert discs.sums(points.weights).tolist() == (inside @ points.weights).tolist()
    amounts = np.arange(len(discs)) + 0.5
    assert discs.spread(amounts) == pytest.approx(amounts @ inside)
    assert (points.upper(centres) >= inside @ points.weights).all()


def test_many_points_close_together_are_measured_in_lower_strips() -> None:
    xy, weights = scattered(1, 8_000, 1_000)
    points, discs, inside = laid(xy, weights, 400, xy[::400])
    assert discs.sums(points.weights).tolist() == (inside @ points.weights).tolist()
    assert len(discs.start) < inside.sum() / 10  # what runs are for
    assert (points.upper(xy) >= points.discs(xy).sums(points.weights)).all()
    assert points.upper(xy).sum() < 1.3 * points.discs(xy).sums(points.weights).sum()


def test_a_point_at_the_radius_is_in() -> None:
    xy = np.array([[0.0, 0.0], [300.0, 400.0], [500.0, 0.0], [0.0, -500.0], [300.0, 400.1]])
    discs = Points(xy, np.ones(5), 500).discs(xy[:1])
    assert discs.sums(np.ones(5)).tolist() == [4]


def test_points_in_one_place() -> None:
    points = Points(np.full((7, 2), 100.0), np.ones(7), 100)
    assert points.discs(np.array([[100.0, 100.0], [100.0, 200.0], [100.0, 201.0]])).count.tolist() == [
        1,
        1,
        0,
    ]


def test_taking_adding_and_merging_keep_sums() -> None:
    xy, weights = scattered(2, 400, 4_000)
    points = Points(xy, np.where(weights % 5 == 0, 0, weights), 600)
    discs = points.discs(xy[:40])
    held = discs.sums(points.weights)
    some = np.array([7, 3, 39])
    taken = discs.take(some)
    assert taken.sums(points.weights).tolist() == held[some].tolist()
    both = taken.with_more(discs.take(np.array([0])))
    assert both.sums(points.weights).tolist() == held[[7, 3, 39, 0]].tolist()
    merged, fewer = taken.merged(points.weights)
    assert merged.size == len(fewer) < 400
    assert merged.sums(fewer).tolist() == held[some].tolist()
    assert (fewer > 0).all()


def test_no_discs_and_empty_discs() -> None:
    points = Points(np.zeros((3, 2)), np.ones(3), 100)
    none = points.discs(np.empty((0, 2)))
    assert len(none) == 0
    assert none.sums(points.weights).tolist() == []
    assert none.merged(points.weights)[1].tolist() == []
    empty = points.discs(np.array([[5_000.0, 5_000.0]]))
    assert empty.sums(points.weights).tolist() == [0]
    assert empty.members(0).tolist() == []


def test_expanding_ranges() -> None:
    owner, number = expand(np.array([4, 9, 2]), np.array([6, 9, 5]))
    assert owner.tolist() == [0, 0, 2, 2, 2]
    assert number.tolist() == [4, 5, 2, 3, 4]
    assert isinstance(Discs(0, owner[:0], owner[:0], owner[:0]), Discs)
