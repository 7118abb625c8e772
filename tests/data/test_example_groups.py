"""Every row of the example groups: they add up to what was published, and none of them is real."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from data.build.example_groups import build
from utils import boundaries, examples
from utils.coverage import RADIUS_DEFAULT, figures, measure
from utils.models import Status

TOTAL, INACTIVE = 8_950, 448
PEILDATUM = pd.Timestamp(2019, 12, 31)


@pytest.fixture(scope="module")
def groups(embedded: Path) -> pd.DataFrame:
    return pq.read_table(embedded / "example_groups.parquet").to_pandas(date_as_object=False)


@pytest.fixture(scope="module")
def atlas(embedded: Path):
    return boundaries.load(embedded)


@pytest.fixture(scope="module")
def coverage(embedded: Path, atlas):
    return measure(atlas, examples.read_example(embedded))


def test_columns_are_those_of_the_contract(embedded):
    schema = pq.read_schema(embedded / "example_groups.parquet")
    assert {field.name: field.type for field in schema} == {
        "id": pa.string(),
        "name": pa.string(),
        "x": pa.int32(),
        "y": pa.int32(),
        "participants": pa.int32(),
        "status": pa.string(),
        "since": pa.date32(),
        "until": pa.date32(),
        "confirmed": pa.date32(),
        "platform": pa.string(),
    }


def test_ids_count_the_example_groups(groups):
    assert groups["id"].tolist() == [f"VB-{number:05d}" for number in range(1, TOTAL + 1)]


def test_every_name_says_example_and_names_its_neighbourhood(groups, atlas, coverage):
    home = atlas.neighbourhoods.names[coverage.home]
    for name, neighbourhood in zip(groups["name"], home, strict=True):
        assert re.fullmatch(rf"Voorbeeldgroep {re.escape(neighbourhood)}( \([a-z]+\))?", name), name
    owner = atlas.neighbourhoods.parents[coverage.home]
    assert not pd.DataFrame({"name": groups["name"], "owner": owner}).duplicated().any()


def test_no_name_looks_like_an_address_a_number_or_a_person(groups):
    names = groups["name"]
    assert not names.str.contains(r"\d{3}").any()  # a telephone number, a long house number
    assert not names.str.contains(r"\d{4}\s?[A-Z]{2}\b").any()  # a postcode
    assert not names.str.contains(r"\d\s?[a-zA-Z]\b").any()  # a house number with its letter
    assert not names.str.contains(r"@|https?:|www\.|\+").any()
    assert not names.str.contains(r"\b(?:dhr|mevr|mw|de heer|familie)\b", case=False).any()


def test_every_group_is_strictly_inside_its_neighbourhood_and_municipality(groups, atlas, coverage):
    places = atlas.neighbourhoods
    assert (coverage.home >= 0).all()
    x, y = groups["x"].to_numpy(), groups["y"].to_numpy()
    assert shapely.contains_xy(places.geometry[coverage.home], x, y).all()
    owner = places.parents[coverage.home]
    # Both files are in whole metres, with the same nodes along a municipal border.
    assert shapely.intersects_xy(atlas.municipalities.geometry[owner], x, y).all()
    assert (places.inhabitants[coverage.home] > 0).all()


def test_places_are_spread_and_not_on_a_grid(groups):
    assert not groups.duplicated(["x", "y"]).any()
    for axis in ("x", "y"):
        counts = np.bincount(groups[axis] % 10, minlength=10)
        assert counts.min() > 0.07 * TOTAL  # a tenth each, if nothing was rounded further


def test_status_and_dates_agree(groups):
    active = groups["status"] == "active"
    assert (~active).sum() == INACTIVE
    assert (groups["status"][~active] == "inactive").all()
    assert groups["since"].notna().all()
    assert groups["since"].between(pd.Timestamp(2013, 1, 1), PEILDATUM).all()
    assert groups["until"].isna().equals(active)
    stopped = groups[~active]
    assert (stopped["until"] > stopped["since"]).all()
    assert stopped["until"].between(pd.Timestamp(2018, 1, 1), PEILDATUM).all()


def test_confirmations_lie_between_start_and_end(groups):
    known = groups[groups["confirmed"].notna()]
    assert (known["confirmed"] >= known["since"]).all()
    assert (known["confirmed"] <= known["until"].fillna(PEILDATUM)).all()
    active = groups[groups["status"] == "active"]
    assert 0.05 < active["confirmed"].isna().mean() < 0.11
    stale = (PEILDATUM - active["confirmed"]).dt.days > 365
    assert 0.10 < stale.mean() < 0.30


def test_participants_are_about_seventy(groups):
    reported = groups["participants"].dropna()
    assert (reported == reported.round()).all()
    assert reported.between(12, 256).all()
    assert 67 <= reported.mean() <= 73
    assert reported.median() < reported.mean()  # a few large groups, many small ones
    assert reported.quantile(0.99) > 180
    assert 0.13 < groups["participants"].isna().mean() < 0.17


def test_most_groups_use_whatsapp(groups):
    share = groups["platform"].value_counts(normalize=True)
    assert set(share.index) == {"WhatsApp", "Signal", "Telegram"}
    assert share["WhatsApp"] > 0.9
    assert share.min() > 0.005


def test_a_realistic_share_of_neighbourhoods_has_no_group(coverage):
    # 8,950 groups cannot leave less than 38% of the 14,346 inhabited neighbourhoods empty.
    found = figures(coverage, "neighbourhood", RADIUS_DEFAULT)
    inhabited = found.inhabitants > 0
    assert 0.52 < (found.groups[inhabited] == 0).mean() < 0.64
    assert 0.33 < (found.status[inhabited] == Status.UNCOVERED).mean() < 0.42
    assert (found.groups > 1).sum() > 1_500
    assert found.groups.max() <= 20
    assert (found.groups[~inhabited] == 0).all()


def test_neighbours_resemble_each_other(atlas, coverage):
    """Clumped: beside a neighbourhood with a group, another is likelier than beside one without."""
    found = figures(coverage, "neighbourhood", RADIUS_DEFAULT)
    has = found.groups > 0
    here, there = shapely.STRtree(atlas.neighbourhoods.geometry).query(
        atlas.neighbourhoods.geometry, predicate="touches"
    )
    assert has[there[has[here]]].mean() > 1.25 * has[there[~has[here]]].mean()


def test_reach_of_the_country(coverage):
    country = figures(coverage, "country", RADIUS_DEFAULT)
    assert 0.40 < country.reach[0] < 0.52
    assert 570_000 < country.participants[0] < 630_000  # "over 600,000" at 70 a group was published


def test_municipalities_differ_as_the_published_ranks_do(coverage):
    """De Stentor: rank 32 is 1.37, 54 is 1.03, 60 is 0.98, 204 is 0.31 groups per 1,000, of 388 (2017-11)."""
    rates = np.sort(figures(coverage, "municipality", RADIUS_DEFAULT).per_1000)[::-1]
    growth = TOTAL / 7_650
    for rank, rate in ((32, 1.37), (54, 1.03), (60, 0.98), (204, 0.31)):
        today = rates[round(rank * 342 / 388) - 1]
        assert today == pytest.approx(rate * growth, rel=0.25)


def test_some_municipalities_have_none_or_one(coverage):
    counts = figures(coverage, "municipality", RADIUS_DEFAULT).groups
    assert 1 <= (counts == 0).sum() <= 10
    assert 1 <= (counts == 1).sum() <= 10


def test_the_register_reads_them_as_examples(embedded):
    read = examples.read_example(embedded)
    assert read.example
    assert len(read) == TOTAL
    assert read.peildatum == date(2019, 12, 31)
    assert read.active.sum() == TOTAL - INACTIVE


def test_a_rebuild_is_identical_byte_for_byte(embedded, tmp_path):
    build(tmp_path)
    name = "example_groups.parquet"
    assert (tmp_path / name).read_bytes() == (embedded / name).read_bytes()
