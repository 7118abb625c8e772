"""Who names a region: a seed point, else the majority of the places."""

import numpy as np
import pytest

from data.build.naming import Point, name_regions, successors, voters

TODAY = {"Amsterdam": "GM0363", "Gooise Meren": "GM1942", "Voorne aan Zee": "GM1992"}
CHANGES = {
    "Weesp": ["Amsterdam"],
    "Muiden": ["Gooise Meren"],
    "Muiden-oud": ["Muiden"],
    "Gespleten": ["Weesp", "Muiden"],
}


def points(*codes: str) -> list[Point]:
    return [Point(0.0, 0.0, code) for code in codes]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Amsterdam", {"GM0363"}),
        ("Weesp", {"GM0363"}),
        ("Muiden-oud", {"GM1942"}),
        ("Gespleten", {"GM0363", "GM1942"}),
        ("Atlantis", set()),
    ],
)
def test_successors_walk_the_mergers(name, codes):
    assert successors(name, TODAY, CHANGES) == codes


def test_the_majority_names_a_region_and_a_seed_overrules_it():
    at = np.array([1, 1, 1, 2, 2], dtype=np.int32)
    places = points("GM0002", "GM0001", "GM0001", "GM0003", "GM0003")
    nothing = np.array([], dtype=np.int32)
    assert name_regions(2, at, places, nothing, []) == ["GM0001", "GM0003"]
    seed = np.array([2], dtype=np.int32)
    assert name_regions(2, at, places, seed, points("GM0009")) == ["GM0001", "GM0009"]


def test_a_tie_goes_to_the_lowest_code_whatever_the_order():
    nothing = np.array([], dtype=np.int32)
    at = np.array([1, 1], dtype=np.int32)
    for places in (points("GM0002", "GM0001"), points("GM0001", "GM0002")):
        assert name_regions(1, at, places, nothing, []) == ["GM0001"]


def test_a_region_without_a_name_is_refused():
    nothing = np.array([], dtype=np.int32)
    with pytest.raises(ValueError, match=r"\[2\]"):
        name_regions(2, np.array([1], dtype=np.int32), points("GM0001"), nothing, [])


def test_seeds_that_disagree_are_refused():
    seeds = np.array([1, 1], dtype=np.int32)
    with pytest.raises(ValueError, match="region 1"):
        name_regions(1, np.array([], dtype=np.int32), [], seeds, points("GM0001", "GM0002"))


def test_places_vote_only_where_their_municipality_leads_to_one_of_today():
    without, walked = voters(TODAY, {}), voters(TODAY, CHANGES)
    assert {point.code for point in walked} == {"GM0363"}  # no place of the other two is in the list
    assert 0 < len(without) < len(walked)  # Weesp votes once its merger is known
    assert voters({}, CHANGES) == []
