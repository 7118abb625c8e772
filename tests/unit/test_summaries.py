"""Figures of one area, its parts, its gaps and its groups."""

import numpy as np
import pytest

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils import summaries
from utils.errors import InputError
from utils.models import Status

PEOPLE = [1_000, 800, 0, np.nan, 300, 2_000, 40, 1_000, *[500] * 8]
ATLAS = country.grid(inhabitants=PEOPLE)
GROUPS = country.groups(
    [(WEST + 500, SOUTH + 500), (WEST + 600, SOUTH + 500), (WEST + 1_500, SOUTH + 2_500), (0, 0)],
    ["active", "inactive", "active", "active"],
    [20, np.nan, np.nan, 5],
)
COVERAGE = c.measure(ATLAS, GROUPS)
CODES = ("NL", "PV20", "GM0001", "BV00000001")


def test_ancestors_from_the_country_down() -> None:
    path = summaries.ancestors(ATLAS, "BV00020009")
    assert [(area.code, area.level, area.name) for area in path] == [
        ("NL", "country", "NL"),
        ("PV21", "province", "Provincie 1"),
        ("GM0002", "municipality", "Gemeente 2"),
        ("BV00020009", "neighbourhood", "Buurt 9"),
    ]
    assert summaries.ancestors(ATLAS, "NL") == [summaries.Area("NL", "country", "NL")]


@pytest.mark.parametrize(
    ("code", "unit", "rows"),
    [
        ("NL", "province", [0, 1]),
        ("NL", "neighbourhood", list(range(16))),
        ("PV21", "municipality", [2, 3]),
        ("PV20", "neighbourhood", list(range(8))),
        ("GM0003", "neighbourhood", [12, 13, 14, 15]),
        ("GM0003", "municipality", [3]),
        ("BV00000001", "neighbourhood", [1]),
    ],
)
def test_rows_within(code: str, unit: str, rows: list[int]) -> None:
    assert summaries.rows_within(ATLAS, code, unit).tolist() == rows


@pytest.mark.parametrize(("code", "unit"), [("NL", "country"), ("GM0001", "province")])
def test_parts_larger_than_the_area_are_refused(code: str, unit: str) -> None:
    with pytest.raises(ValueError, match=f"got {unit}"):
        summaries.rows_within(ATLAS, code, unit)


@pytest.mark.parametrize(
    "call", ["ancestors", "area_figures", "key_figures", "children", "gaps", "groups_in"]
)
def test_an_unknown_area_is_named(call: str) -> None:
    arguments = {
        "ancestors": (ATLAS, "GM9999"),
        "children": (COVERAGE, "GM9999", "neighbourhood", 500),
        "groups_in": (COVERAGE, "GM9999"),
    }
    with pytest.raises(InputError) as problem:
        getattr(summaries, call)(*arguments.get(call, (COVERAGE, "GM9999", 500)))
    assert problem.value.params == {"came": "GM9999"}


@pytest.mark.parametrize("code", CODES)
def test_area_figures_are_the_row_of_the_level(code: str) -> None:
    level, row = ATLAS.find(code)
    found, one = c.figures(COVERAGE, level, 700), summaries.area_figures(COVERAGE, code, 700)
    assert (one.code, one.level, one.radius) == (code, level, 700)
    assert one.status is Status(found.status[row])
    for name in ("inhabitants", *summaries.FIGURES):
        np.testing.assert_equal(getattr(one, name), getattr(found, name)[row])


def test_key_figures_stand_beside_those_of_the_areas_above() -> None:
    found = summaries.key_figures(COVERAGE, "BV00000001", 500)
    above = (found.area, found.municipality, found.province, found.country)
    assert [area.code for area in above if area] == ["BV00000001", "GM0000", "PV20", "NL"]
    assert [area.groups for area in above if area] == [0, 2, 2, 3]
    assert found.municipality is not None
    assert repr(found.municipality) == repr(summaries.area_figures(COVERAGE, "GM0000", 500))  # nan is not nan
    land = summaries.key_figures(COVERAGE, "NL", 500)
    assert land.area.code == "NL"
    assert (land.municipality, land.province, land.country) == (None, None, None)


def test_participants_assumed_can_be_chosen() -> None:
    assert summaries.area_figures(COVERAGE, "NL", 500).participants == 90
    assert summaries.key_figures(COVERAGE, "NL", 500, per_group=10).area.participants == 30
    assert summaries.children(COVERAGE, "NL", "province", 500, 10)["participants"].tolist() == [20, 10]


def test_children_are_the_parts_with_their_figures() -> None:
    table = summaries.children(COVERAGE, "GM0000", "neighbourhood", 500)
    assert table["code"].tolist() == ["BV00000000", "BV00000001", "BV00000002", "BV00000003"]
    assert table["name"].tolist() == ["Buurt 0", "Buurt 1", "Buurt 2", "Buurt 3"]
    assert set(table["municipality"]) == {"Gemeente 0"}
    assert set(table["province"]) == {"Provincie 0"}
    assert table["groups"].tolist() == [2, 0, 0, 0]
    assert table["active"].tolist() == [1, 0, 0, 0]
    assert table["status"].tolist() == [
        Status.COVERED, Status.UNCOVERED, Status.UNINHABITED, Status.UNKNOWN,
    ]  # fmt: skip
    np.testing.assert_array_equal(table["inhabitants"], [1_000, 800, 0, np.nan])


def test_areas_have_no_name_at_or_above_their_own_level() -> None:
    towns = summaries.children(COVERAGE, "NL", "municipality", 500)
    assert towns["municipality"].isna().all()
    assert towns["province"].tolist() == ["Provincie 0"] * 2 + ["Provincie 1"] * 2
    assert summaries.children(COVERAGE, "NL", "province", 500)["province"].isna().all()


def test_parts_of_an_area_sum_to_the_area() -> None:
    for unit in ("province", "municipality", "neighbourhood"):
        table, land = (
            summaries.children(COVERAGE, "NL", unit, 500),
            summaries.area_figures(COVERAGE, "NL", 500),
        )
        for name in ("groups", "active", "participants", "inhabited", "partly", "uncovered"):
            assert table[name].sum() == getattr(land, name)
        assert table["unreached"].sum() == pytest.approx(land.unreached)


def test_gaps_are_the_uncovered_ones_most_people_without_reach_first() -> None:
    table = summaries.gaps(COVERAGE, "PV20", 500, (Status.UNCOVERED,))
    assert table["code"].tolist() == ["BV00010005", "BV00010007", "BV00000001", "BV00010004", "BV00010006"]
    assert table["inhabitants"].tolist() == [2_000, 1_000, 800, 300, 40]
    near = table.set_index("code")["distance"]
    x, y = np.meshgrid(np.linspace(500, 1_500, 401), np.linspace(-500, 500, 401))  # seen from the group
    assert near["BV00000001"] == pytest.approx(np.median(np.hypot(x, y)), abs=20)
    assert near["BV00010007"] > near["BV00010006"] > near["BV00010005"]


def test_gaps_of_another_status_and_none_at_all() -> None:
    everything = summaries.gaps(COVERAGE, "GM0000", 500, status=tuple(Status))
    assert everything["code"].tolist() == ["BV00000001", "BV00000000", "BV00000002", "BV00000003"]
    assert everything["unreached"].tolist()[2:] == pytest.approx([0, np.nan], nan_ok=True)
    assert summaries.gaps(COVERAGE, "BV00000000", 500).empty
    assert summaries.gaps(COVERAGE, "GM0000", 500, status=()).empty


def test_gaps_without_any_group_are_infinitely_far() -> None:
    table = summaries.gaps(c.measure(ATLAS, country.groups()), "NL", 500)
    assert len(table) == 14
    assert np.isinf(table["distance"]).all()


def test_groups_in_an_area() -> None:
    table = summaries.groups_in(COVERAGE, "GM0000")
    assert table["id"].tolist() == ["g0", "g1"]
    assert table["neighbourhood"].tolist() == ["BV00000000"] * 2
    assert table["status"].tolist() == ["active", "inactive"]
    assert table["x"].tolist() == [WEST + 500, WEST + 600]
    assert table["until"].isna().all()
    assert summaries.groups_in(COVERAGE, "NL")["id"].tolist() == ["g0", "g1", "g2"]  # not the one at (0, 0)
    assert summaries.groups_in(COVERAGE, "BV00000001").empty


def test_the_nearest_group_of_a_neighbourhood_and_of_nothing_else() -> None:
    gaps = summaries.gaps(COVERAGE, "BV00000001", 500)
    assert summaries.nearest(COVERAGE, "BV00000001") == gaps["distance"][0]
    assert np.isnan(summaries.nearest(COVERAGE, "GM0000"))
    assert np.isinf(summaries.nearest(c.measure(ATLAS, country.groups()), "BV00000001"))


OFFICIAL = c.measure(country.grid(inhabitants=PEOPLE, kind="official"), GROUPS)


def test_households_and_districts_come_with_official_areas() -> None:
    assert summaries.has_households(OFFICIAL.atlas)
    assert not summaries.has_households(ATLAS)
    parts = summaries.children(OFFICIAL, "GM0000", "neighbourhood", 500)
    assert parts["households"].tolist()[:3] == [500, 400, 0]
    assert np.isnan(parts["households"][3])
    assert parts["district"].tolist() == ["Wijk 0"] * 4
    towns = summaries.children(OFFICIAL, "NL", "municipality", 500)
    assert towns["households"].tolist()[1:] == list(OFFICIAL.atlas.municipalities.households[1:])
    assert "district" not in towns
    gaps = summaries.gaps(OFFICIAL, "PV21", 500)
    assert gaps["households"].tolist() == [250] * len(gaps)
    assert set(gaps["district"]) <= {"Wijk 2", "Wijk 3"}
    shipped = summaries.children(COVERAGE, "GM0000", "neighbourhood", 500)
    for table in (shipped, summaries.gaps(COVERAGE, "NL", 500)):
        assert not {"households", "district"} & set(table)


def test_the_households_of_an_area_are_its_own() -> None:
    codes = ("GM0001", "PV21", "NL")
    found = {code: summaries.area_figures(OFFICIAL, code, 500).households for code in codes}
    assert found["GM0001"] == OFFICIAL.atlas.municipalities.households[1]
    assert found["PV21"] == 2_000
    assert np.isnan(found["NL"])  # one neighbourhood is unknown: so is the whole
    assert np.isnan(summaries.area_figures(COVERAGE, "PV21", 500).households)


def test_a_group_that_only_names_its_municipality_is_listed_there() -> None:
    groups = country.groups([(WEST + 500, SOUTH + 500), (np.nan, np.nan)])
    coverage = c.measure(ATLAS, groups, np.array([-1, 2]))
    found = summaries.groups_in(coverage, "PV21")
    assert found["id"].tolist() == ["g1"]
    assert found["neighbourhood"].tolist() == [None]
    assert found["municipality"].tolist() == ["Gemeente 2"]
    assert summaries.groups_in(coverage, "GM0000")["id"].tolist() == ["g0"]
    assert summaries.groups_in(coverage, "BV00000000")["id"].tolist() == ["g0"]
