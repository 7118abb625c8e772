"""Reach by sample points against the exact overlay of circles and areas.

The bound: within 3 percentage points for at least 95% of the neighbourhoods.
"""

from functools import cache
from pathlib import Path

import geopandas
import numpy as np
import pytest

from tests import country
from tests.overlay import all_circles, exact_share, plain_share
from utils import boundaries, coverage, examples
from utils.models import Coverage, Objects

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / ".." / "shared" / "reference" / "cbs_districts_2022.parquet"
EVERY = 8  # of the municipalities, in order of code: all provinces, towns and country alike


@cache
def shipped() -> Coverage:
    """The example groups on the areas that ship."""
    folder = ROOT / "data" / "embedded"
    return coverage.measure(boundaries.load(folder), examples.read_example(folder))


def active_places(found: Coverage) -> np.ndarray:
    groups = found.groups
    return np.column_stack([groups.x, groups.y])[groups.active]


def check(errors: np.ndarray, mixed: np.ndarray) -> None:
    """The bound holds, also when only areas that are neither all in nor all out of reach are counted."""
    assert np.mean(errors <= 0.03) >= 0.95
    assert mixed.sum() > 100
    assert np.mean(errors[mixed] <= 0.03) >= 0.95
    assert abs(errors).mean() < 0.01


@pytest.mark.parametrize("radius", [250, 500, 1_000])
def test_neighbourhoods_that_ship(radius: float) -> None:
    found = shipped()
    places = found.atlas.neighbourhoods
    rows = np.flatnonzero((places.parents % EVERY == 0) & (places.inhabitants > 0))
    exact = exact_share(places.geometry[rows], active_places(found), radius)
    reach = coverage.figures(found, "neighbourhood", radius).reach[rows]
    check(np.abs(reach - exact), (exact > 0.01) & (exact < 0.99))


def test_municipalities_that_ship_are_closer_still() -> None:
    found = shipped()
    places = found.atlas.neighbourhoods
    rows = np.flatnonzero(places.parents % EVERY == 0)
    exact = exact_share(places.geometry[rows], active_places(found), 500)
    people, town = places.inhabitants[rows], places.parents[rows]
    expected = np.bincount(town, exact * people) / np.maximum(np.bincount(town, people), 1)
    towns = np.unique(town)
    reach = coverage.figures(found, "municipality", 500).reach
    assert np.abs(reach - np.pad(expected, (0, len(reach) - len(expected))))[towns].max() < 0.01


def test_real_districts() -> None:
    """Official outlines are longer and more ragged than cells."""
    if not REFERENCE.exists():
        pytest.skip("the reference districts of CBS are not here")
    shapes: Objects = geopandas.read_parquet(REFERENCE).to_crs(28992).geometry.to_numpy()[::3]
    shapes = np.array(shapes, dtype=object)
    places = active_places(shipped())
    points = coverage.sample_points(shapes)
    distance = coverage.nearest_distance(points, country.groups(places))
    exact = exact_share(shapes, places, 500)
    check(np.abs((distance <= 500).mean(axis=1) - exact), (exact > 0.01) & (exact < 0.99))


def test_the_two_overlays_agree() -> None:
    found = shipped()
    places = found.atlas.neighbourhoods
    shapes = places.geometry[places.parents == found.atlas.municipalities.index["GM0995"]]
    near = active_places(found)
    np.testing.assert_allclose(
        exact_share(shapes, near, 500), plain_share(shapes, all_circles(near, 500)), atol=1e-9
    )
