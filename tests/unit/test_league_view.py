"""Which league table an address asks for; its words."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests import country
from utils import coverage, league_view, league_words, rankings
from utils.league_view import League
from utils.texts import Texts

ATLAS = country.grid(2, 4, k=16)  # GM0000, GM0001 in PV20; GM0002, GM0003 in PV21
GROUPS = replace(
    country.groups([(120_500, 450_500)] * 3),
    since=np.array(["2014-02-01", "2019-05-01", "NaT"], dtype="datetime64[D]"),
    peildatum=date(2020, 2, 29),
)
COVERAGE = coverage.measure(ATLAS, GROUPS)
YEAR = date(2019, 2, 28)
NL, EN = Texts("nl"), Texts("en")


def read(gebied: str = "NL", **given: str) -> tuple[League, dict[str, str]]:
    league, problems = league_view.read(given, ATLAS, GROUPS, gebied)
    return league, {one.param: one.used for one in problems}


def test_the_usual_table() -> None:
    assert read() == (League("dekkingsgraad", "municipality", "NL", YEAR, None), {})
    assert read("GM0001")[0].own == "GM0001"
    assert read("BV00010002")[0].own == "GM0001"
    assert read("PV21") == (League("dekkingsgraad", "province", "NL", YEAR, "PV21"), {})


def test_what_the_address_asks_for() -> None:
    league, problems = read("GM0001", maat="WIT", binnen="pv20", stand="2016-01-31")
    assert (league, problems) == (League("wit", "municipality", "PV20", date(2016, 1, 31), "GM0001"), {})
    assert read("GM0001", binnen="PV21")[0].own is None
    assert read("GM0001", niveau="provincie", binnen="PV21")[0] == replace(
        read("PV20")[0], own="PV20"
    )
    assert read(maat="deelname")[0].day is None


@pytest.mark.parametrize(
    ("param", "came", "used"),
    [
        ("maat", "lengte", "dekkingsgraad"),
        ("niveau", "buurt", "gemeente"),
        ("binnen", "GM0001", "NL"),
        ("stand", "gisteren", "2019-02-28"),
        ("stand", "2020-02-29", "2019-02-28"),  # is now
        ("stand", "2014-01-31", "2019-02-28"),  # of which the register knows nothing
    ],
)
def test_a_bad_value_gives_the_usual_one_and_a_notice(param: str, came: str, used: str) -> None:
    league, problems = read(**{param: came})
    assert problems == {param: used}
    assert league == read()[0]


def test_the_days_to_compare_with_are_those_that_the_register_knows() -> None:
    days = league_view.earlier(GROUPS)
    assert days == [date(2020 - years, 2, 28) for years in range(1, 7)]
    assert league_view.earlier(replace(GROUPS, peildatum=None)) == []
    undated = replace(GROUPS, since=np.full(3, "NaT", dtype="datetime64[D]"))
    assert league_view.earlier(undated) == []
    league, problems = league_view.read({}, ATLAS, undated, "NL")
    assert league.day is None
    assert not problems


def table(league: League, values: list[float], then: list[float] | None = None):
    past = None if then is None else np.array(then)
    return rankings.league(ATLAS, "municipality", np.arange(4), np.array(values), league.measure, past)


def title(league: League, values: list[float], texts: Texts = NL) -> str:
    return league_words.title(texts, COVERAGE, league, table(league, values))


def test_the_title_says_the_place_of_the_own_area() -> None:
    own = League("dekkingsgraad", "municipality", "NL", None, "GM0001")
    assert title(own, [3, 1.5, 0, 0]) == (
        "Gemeente 1 staat 2e van 4 gemeenten: 1,50 groepen per 1.000 inwoners"
    )
    assert title(own, [3, 3, 0, 0]).startswith("Gemeente 1 staat gedeeld 1e van 4 gemeenten")
    assert title(own, [3, np.nan, 0, 0]) == (
        "Gemeente 1 heeft geen plaats in de ranglijst: het cijfer is onbekend"
    )
    assert title(own, [3, 1.5, np.nan, 0], EN) == (
        "Gemeente 1 ranks 2 of 3 municipalities: 1.50 groups per 1,000 inhabitants"
    )


def test_without_an_own_area_the_title_says_who_is_at_the_top() -> None:
    whole = League("groepen", "municipality", "NL", None, None)
    assert title(whole, [3, 1, 0, 0]) == "Gemeente 0 staat bovenaan van 4 gemeenten: 3 groepen"
    assert title(whole, [3, 3, 3, 0]) == (
        "Gemeente 0 en nog 2 andere staan samen bovenaan van 4 gemeenten: 3 groepen"
    )
    within = replace(whole, within="PV21")
    assert "van 4 gemeenten in Provincie 1" in title(within, [3, 1, 0, 0])
    assert title(whole, [np.nan] * 4) == "Geen ranglijst: van 4 gemeenten is het cijfer onbekend"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ([9, 0, 1, 2], "Gemeente 1 staat 2 plaatsen hoger dan op 28 februari 2019."),
        ([9, 3, 5, 4], "Gemeente 1 staat 2 plaatsen hoger dan op 28 februari 2019."),
        ([1, 3, 5, 4], "Gemeente 1 staat 1 plaats hoger dan op 28 februari 2019."),
        ([0, 9, 1, 2], "Gemeente 1 staat 1 plaats lager dan op 28 februari 2019."),
        ([3, 2, 1, 0], "Gemeente 1 staat op dezelfde plaats als op 28 februari 2019."),
        ([3, np.nan, 1, 0], "Welke plaats Gemeente 1 op 28 februari 2019 had, weten wij niet zeker."),
    ],
)
def test_how_the_own_area_moved(then: list[float], said: str) -> None:
    league = League("groepen", "municipality", "NL", YEAR, "GM0001")
    assert league_words.movement(NL, league, table(league, [9, 5, 2, 1], then)) == said


def test_nothing_is_said_of_a_move_where_there_is_nothing_to_say() -> None:
    league = League("groepen", "municipality", "NL", None, "GM0001")
    assert league_words.movement(NL, league, table(league, [9, 5, 2, 1])) == ""
    other = League("groepen", "municipality", "NL", YEAR, None)
    assert league_words.movement(NL, other, table(other, [9, 5, 2, 1], [1, 2, 3, 4])) == ""


def test_the_note_says_of_how_many_the_change_cannot_be_known() -> None:
    league = League("groepen", "municipality", "NL", YEAR, None)
    note = league_words.change_note(NL, league, table(league, [9, 5, 2, 1], [np.nan, 2, 3, np.nan]))
    assert "sinds 28 februari 2019" in note
    assert "Van 2 gemeenten is het cijfer van toen niet zeker" in note
    now = replace(league, measure="deelname", day=None)
    assert "weten wij niet" in league_words.change_note(NL, now, table(now, [1, 2, 3, 4]))
    none = replace(league, day=None)
    assert "geen datums" in league_words.change_note(NL, none, table(none, [1, 2, 3, 4]))


def test_a_change_of_place_in_the_table() -> None:
    assert [league_words.places(NL, x) for x in (3.0, -12.0, 0.0, np.nan)] == ["+3", "−12", "0", ""]


def test_the_charts_captions_tell_what_number_one_is_and_where_the_middle_lies() -> None:
    league = League("wit", "municipality", "NL", YEAR, "GM0001")
    listed = table(league, [0.5, 0.25, 1.0, np.nan])
    found = league_words.caption(NL, COVERAGE, league, rankings.around(listed, "GM0001"), 500, 70)
    assert "Nummer 1 heeft het kleinste deel buurtvakken" in found.meaning
    assert "binnen 500 m" in found.meaning
    assert "1. Gemeente 1: 25%; 2. Gemeente 0: 50%; 3. Gemeente 2: 100%" in found.alt
    strip = league_words.strip_caption(NL, COVERAGE, league, listed[listed["value"].notna()])
    assert strip.title.startswith("In het midden van 3 gemeenten: 50%")
