"""The shipped outlines against real CBS geography of 2022; without that beside the checkout: skipped."""

import csv
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

WEESP = "GM0457"  # its end, in 2022, changed the outline of Amsterdam, which kept its code
FALLBACK = 2_000.0  # m


@pytest.fixture(scope="module")
def municipalities(embedded: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(embedded / "municipalities.parquet")


@pytest.fixture(scope="module")
def later(embedded: Path) -> dict[str, str]:
    """Code of 2022 → the code that came after it (no municipality was split after 2021)."""
    with (embedded / "municipality_changes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["old_code"]: row["new_code"] for row in csv.DictReader(file) if row["date"] > "2022-01-01"
        }


@pytest.fixture(scope="module")
def overlap(municipalities, later, reference):
    """Intersection over union of each municipality that did not change between 2022 and 2024."""
    real = gpd.read_parquet(reference / "cbs_municipalities_2022.parquet").to_crs(28992)
    changed = set(later) | set(later.values())
    assert WEESP in changed
    pairs = municipalities.merge(real[~real["code"].isin(changed)], on="code", suffixes=("", "_real"))
    ours, theirs = pairs.geometry.to_numpy(), pairs["geometry_real"].to_numpy()
    both = shapely.area(shapely.intersection(ours, theirs))
    return both / (shapely.area(ours) + shapely.area(theirs) - both)


def test_outlines_agree_with_cbs(overlap):
    assert len(overlap) == 340
    assert np.median(overlap) >= 0.96
    assert np.quantile(overlap, 0.05) >= 0.91
    assert overlap.min() >= 0.70  # Vlieland: the map leaves out most of its sand plain


def test_total_area_agrees_with_cbs(municipalities, reference):
    real = gpd.read_parquet(reference / "cbs_municipalities_2022.parquet").to_crs(28992)
    assert municipalities.area.sum() == pytest.approx(real.area.sum(), rel=0.005)


def test_inhabitants_fall_in_their_municipality(municipalities, later, reference):
    districts = gpd.read_parquet(reference / "cbs_districts_2022.parquet").to_crs(28992)
    expected = districts["municipality_code"].map(lambda code: later.get(code, code)).to_numpy()
    points = shapely.point_on_surface(districts.geometry.to_numpy())
    tree = shapely.STRtree(municipalities.geometry.to_numpy())
    district, nearest = tree.query_nearest(points, max_distance=FALLBACK, all_matches=False)
    found = np.full(len(districts), "", dtype=object)
    found[district] = municipalities["code"].to_numpy()[nearest]
    people = districts["population"].fillna(0).to_numpy()
    assert people[found == expected].sum() / people.sum() >= 0.998


@pytest.mark.parametrize("name", ["municipalities.csv", "municipality_changes.csv", "published_figures.csv"])
def test_facts_are_carried_over_unchanged(root, reference, name):
    given = reference.parent / "facts" / name
    assert (root / "data" / "build" / "inputs" / name).read_bytes() == given.read_bytes()
