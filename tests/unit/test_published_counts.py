"""Published figures beside the register's own counts, and areas beside each other in words."""

from dataclasses import replace
from datetime import date

import numpy as np

from tests import country
from utils import beside_words, compare_words, coverage, published_words, summaries
from utils.published import Published
from utils.published_counts import Compared, compare
from utils.published_points import Joined, Point
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")
ATLAS = country.grid(2, 4, k=16)
GROUPS = replace(
    country.groups([(120_500, 450_500)] * 3 + [(120_500, 451_500)]),
    since=np.array(["2015-06-01", "2017-06-15", "NaT", "2016-01-01"], dtype="datetime64[D]"),
    peildatum=date(2019, 12, 31),
)
COVERAGE = coverage.measure(ATLAS, GROUPS)


def point(when: str, groups: int, extent: str = "whole", area: str = "Gemeente 0") -> Point:
    figure = Published(when, "municipality", area, groups, None, "de krant")
    return Point(*figure.interval, extent, figure)


def test_the_register_is_counted_on_the_last_day_that_a_date_may_mean() -> None:
    found = compare(COVERAGE, "GM0000", [point("2016", 5), point("2017-06", 2), point("2017-06-14", 2)])
    assert [(one.day, one.count, one.doubtful) for one in found] == [
        (date(2016, 12, 31), 1, 1),
        (date(2017, 6, 30), 2, 1),
        (date(2017, 6, 14), 1, 1),
    ]
    assert [one.difference for one in found] == [None] * 3  # one group may or may not have been there


def test_a_certain_count_gives_a_difference_and_today_is_certain() -> None:
    (past,) = compare(COVERAGE, "GM0001", [point("2017", 4)])
    assert (past.count, past.doubtful, past.difference) == (1, 0, 3)
    today, later = compare(COVERAGE, "GM0000", [point("2019", 3), point("2023-05", 9)])
    assert (today.day, today.count, today.difference) == (date(2019, 12, 31), 3, 0)
    assert (later.day, later.count, later.difference) == (date(2019, 12, 31), 3, 6)


def test_before_the_register_knows_anything_there_is_no_count_and_no_zero() -> None:
    (one,) = compare(COVERAGE, "GM0000", [point("2014", 9)])
    assert (one.day, one.count, one.difference) == (None, None, None)
    assert published_words.row(NL, "Gemeente 0", one, [])[3:5] == ("onbekend", "–")


def test_a_part_of_an_area_is_set_beside_no_count() -> None:
    points = [point("2019", 2, extent) for extent in ("part", "smaller", "shared")]
    found = compare(COVERAGE, "GM0000", points)
    assert all(one.count is None for one in found)
    joined = [Joined(date(2022, 1, 1), ("Boxmeer", "Grave"), ())]
    said = [published_words.row(NL, "Land van Cuijk", one, joined) for one in found]
    assert [row[3:5] for row in said] == [("–", "–")] * 3
    assert said[0][5] == (
        "Van Gemeente 0, dat later opging in Land van Cuijk: een deel van het gebied. Niet te vergelijken."
    )
    assert "zonder Boxmeer, Grave" in said[1][5]
    assert "verdeeld" in said[2][5]


def test_a_register_without_dates_or_a_peildatum_counts_nothing() -> None:
    undated = replace(GROUPS, since=np.full(4, "NaT", dtype="datetime64[D]"))
    for groups in (undated, replace(GROUPS, peildatum=None)):
        (one,) = compare(coverage.measure(ATLAS, groups), "GM0000", [point("2017", 4)])
        assert one.count is None


def test_a_figure_in_words() -> None:
    one = Compared(point("2017-11", 7650), date(2017, 11, 30), 7700)
    assert published_words.row(NL, "Nederland", one, []) == (
        "Nederland", "november 2017", "7.650", "7.700 op 30 november 2017", "−50", "", "de krant",
    )  # fmt: skip
    doubt = Compared(point("2017", 10), date(2017, 12, 31), 8, 3)
    assert published_words.row(EN, "x", doubt, [])[1:5] == ("2017", "10", "8 to 11 on 31 December 2017", "–")
    assert published_words.moment(NL, point("2017-11-02", 1).figure) == "2 november 2017"
    assert len(published_words.reasons(NL, True)) == len(published_words.reasons(NL, False)) + 1


def beside(*codes: str):
    return [summaries.area_figures(COVERAGE, code, 500) for code in codes]


def test_areas_beside_each_other_in_words() -> None:
    areas = beside("GM0000", "GM0001", "NL")
    names = ["Gemeente 0", "Gemeente 1", "Nederland"]
    title = beside_words.title(NL, areas, names)
    assert title.startswith("Gemeente 0 staat 1e van deze 3 gebieden")
    assert beside_words.title(NL, areas[:1], names[:1]) == "Gemeente 0 naast andere gebieden"
    rows = {row.label: row.cells for row in beside_words.table(NL, COVERAGE, areas, 500, 70)}
    assert rows["Inwoners"] == ("2.000", "2.000", "8.000")
    assert rows["Groepen"] == ("3", "1", "4")
    assert rows["Per 1.000 inw."] == ("1,50", "0,50", "0,50")
    assert rows["Buurtvakken zonder bekende groep dichtbij"][2].endswith("van 8")
    assert "Huishoudens" not in rows
    said = beside_words.caption(NL, COVERAGE, areas, names, "dekkingsgraad")
    assert said.title == "Groepen per 1.000 inwoners: Gemeente 0 1e van 3"
    assert "Gemeente 1: 0,50; Nederland: 0,50" in said.alt


def test_by_which_rule_they_stand_there_is_said() -> None:
    five = country.grid(1, 5, k=1, inhabitants=[1, 2, 3, 4, 5])
    found = coverage.measure(five, country.groups())

    def said(*codes: str) -> str:
        return beside_words.chosen(NL, found, list(codes))

    assert "U ziet de 2 erboven en de 2 eronder" in said("GM0002", "GM0004", "GM0003", "GM0001", "GM0000")
    assert "U ziet de 4 eronder." in said("GM0004", "GM0003", "GM0002", "GM0001", "GM0000")
    assert said("GM0004", "GM0003") == "U koos zelf welke gebieden u vergelijkt."
    assert said("NL", "PV21", "PV22", "PV20") == "De vijf provincies met de meeste inwoners."


def test_areas_of_one_name_say_which_they_are() -> None:
    towns = replace(ATLAS.municipalities, names=np.array(["Provincie 1", "B 10", "B 2", "A"], dtype=object))
    found = compare_words.names(NL, replace(ATLAS, municipalities=towns))
    assert list(found.values()) == [
        "Nederland", "Provincie 0", "Provincie 1 (provincie)", "A", "B 2", "B 10", "Provincie 1 (gemeente)",
    ]  # fmt: skip
    assert found["GM0000"] == "Provincie 1 (gemeente)"
