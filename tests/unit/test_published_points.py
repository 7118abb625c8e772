"""Published figures beside mergers: a part stays a part, and a smaller area is said to be smaller."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.country import grid
from utils import boundaries, mergers, published
from utils.locate import normalise
from utils.mergers import Changes, Municipalities
from utils.models import Atlas
from utils.published import Published
from utils.published_points import Joined, joined, points

HEADING = "old_name,old_code,new_name,new_code,date,note\n"
#: Oudstad → Tussenstad → Gemeente 1; Deelstad split over 2 and 3; Buur → Naamdorp, renamed Gemeente 0.
ROWS = """Oudstad,GM0101,Tussenstad,GM0102,2017-01-01,"merged, new code"
Tussenstad,GM0102,Gemeente 1,GM0001,2022-01-01,"merged, new code"
Deelstad,GM0103,Gemeente 2,GM0002,2019-01-01,split: one half
Deelstad,GM0103,Gemeente 3,GM0003,2019-01-01,split: the other
Buur,GM0105,Naamdorp,GM0104,2016-01-01,absorbed
Naamdorp,GM0104,Gemeente 0,GM0000,2018-01-01,"renamed, new code"
"""
ATLAS = grid(k=16)


@pytest.fixture
def towns(tmp_path: Path) -> Municipalities:
    file = tmp_path / mergers.FILE
    file.write_text(HEADING + ROWS, encoding="utf-8")
    return Municipalities(ATLAS, mergers.read(file), normalise)


def figure(date: str, area: str, level: str = "municipality", groups: int = 7) -> Published:
    return Published(date, level, area, groups, None, "Krant")


@pytest.mark.parametrize(
    ("date", "area", "expected"),
    [
        ("2019", "Gemeente 1", {"GM0001": "smaller"}),  # Tussenstad joined it later
        ("2021-12", "Gemeente 1", {"GM0001": "smaller"}),
        ("2022", "Gemeente 1", {"GM0001": "whole"}),
        ("2016", "Oudstad", {"GM0001": "part"}),
        ("2019", "Tussenstad", {"GM0001": "part"}),
        ("2017-11", "GM0102", {"GM0001": "part"}),
        ("2018", "Deelstad", {"GM0002": "shared", "GM0003": "shared"}),
        ("2018", "Gemeente 2", {"GM0002": "smaller"}),
        ("2019-01", "Gemeente 2", {"GM0002": "whole"}),
        ("2018", "Gemeente 2", {"GM0002": "smaller"}),
        ("2017", "Naamdorp", {"GM0000": "whole"}),
        ("2015", "Naamdorp", {"GM0000": "smaller"}),
        ("2015", "Buur", {"GM0000": "part"}),
        ("2018", "Elders", {}),
    ],
)
def test_how_much_of_a_municipality_a_figure_tells(
    towns: Municipalities, date: str, area: str, expected: dict[str, str]
) -> None:
    found = {
        code: point.extent
        for code in ATLAS.municipalities.codes
        for point in points([figure(date, area)], ATLAS, code, towns)
    }
    assert found == expected


def test_each_level_has_its_own_figures_in_order(towns: Municipalities) -> None:
    given = [
        figure("2019", "Nederland", "country", 3),
        figure("2018-03", "Nederland", "country", 2),
        figure("2018", "Nederland", "country", 1),
        figure("2018", "provincie 1", "province", 4),
        figure("2018", "Gemeente 1"),
    ]
    assert [point.figure.groups for point in points(given, ATLAS, "NL", towns)] == [1, 2, 3]
    assert [str(point.first) for point in points(given, ATLAS, "NL", towns)][1] == "2018-03-01"
    assert [point.figure.groups for point in points(given, ATLAS, "PV21", towns)] == [4]
    assert points(given, ATLAS, "PV20", towns) == []
    assert points(given, ATLAS, ATLAS.neighbourhoods.codes[0], towns) == []
    with pytest.raises(KeyError):
        points(given, ATLAS, "GM9999", towns)


def test_a_name_of_several_is_nobodys(towns: Municipalities) -> None:
    names = np.array(["Bergen (L.)", "Bergen (NH.)", "Elders", "Ergens"], dtype=object)
    atlas: Atlas = replace(ATLAS, municipalities=replace(ATLAS.municipalities, names=names))
    both = Municipalities(atlas, towns.changes, normalise)
    assert points([figure("2023", "Bergen")], atlas, "GM0000", both) == []
    assert len(points([figure("2023", "Bergen (L.)")], atlas, "GM0000", both)) == 1


def test_who_joined_and_when(towns: Municipalities) -> None:
    def found(code: str) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        return [(str(one.day), one.names, one.parts) for one in joined(code, towns.changes)]

    assert found("GM0001") == [("2022-01-01", ("Tussenstad",), ())]
    assert found("GM0002") == [("2019-01-01", ("Deelstad",), ("Deelstad",))]
    assert found("GM0000") == [("2016-01-01", ("Buur",), ())]
    assert found("GM9999") == []
    circle = Changes({"A": ("B",), "B": ("A",)}, {}, tuple(
        replace(move, renamed=True) for move in towns.changes.moves[:2]
    ))  # fmt: skip
    assert joined("GM0001", circle) == []


def test_the_figures_that_ship_have_their_place(embedded: Path) -> None:
    """Each is about one area; Boxmeer's is a part of Land van Cuijk, and Alkmaar grew by two others."""
    atlas = boundaries.load(embedded)
    towns = Municipalities(atlas, mergers.read(embedded / mergers.FILE), normalise)
    figures = published.load(embedded)
    codes = ["NL", *atlas.provinces.codes, *atlas.municipalities.codes]
    found = {code: points(figures, atlas, code, towns) for code in codes}
    assert sum(len(some) for some in found.values()) == len(figures)
    (boxmeer,) = found["GM1982"]
    assert (boxmeer.extent, boxmeer.figure.area, boxmeer.figure.groups) == ("part", "Boxmeer", 79)
    assert {point.extent for code, some in found.items() for point in some if code != "GM1982"} == {"whole"}
    assert [(one.day.year, one.names) for one in joined("GM0361", towns.changes)] == [
        (2015, ("Graft-De Rijp", "Schermer"))
    ]
    assert isinstance(joined("GM0855", towns.changes)[0], Joined)
    assert joined("GM0855", towns.changes)[0].parts == ("Haaren",)
