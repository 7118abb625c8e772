"""Growth in words, tables and charts: what is counted, published and not known is said."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage, growth, growth_chart, growth_words
from utils.models import Coverage
from utils.published import Published
from utils.published_points import Joined, Point
from utils.texts import LANGS, Texts

NL = Texts("nl")
TODAY = date(2020, 3, 15)
PART = Point(
    date(2019, 1, 1),
    date(2019, 12, 31),
    "part",
    Published("2019", "municipality", "Boxmeer", 79, None, "Krant"),
)
MONTH = Point(
    date(2017, 11, 1),
    date(2017, 11, 30),
    "whole",
    Published("2017-11", "municipality", "X", 3, None, "Stentor"),
)
MERGER = Joined(date(2019, 1, 1), ("Haren", "Winsum"), ("Winsum",))


def measured(*groups: tuple[str, str, str]) -> Coverage:
    """Groups of status, since and until ("" for unknown) at one place."""
    made = country.groups([(WEST + 500, SOUTH + 500)] * len(groups), status=[one[0] for one in groups])
    since, until = (np.array([one[at] or "NaT" for one in groups], dtype="datetime64[D]") for at in (1, 2))
    groups_then = replace(made, since=since, until=until, peildatum=TODAY)
    return coverage.measure(country.grid(k=16), groups_then)


def counted(c: Coverage, *days: str) -> growth.Series:
    chosen = np.array(days, dtype="datetime64[D]") if days else growth.timeline(c.groups)
    return growth.series(c, "country", chosen)


GROWN = measured(
    ("active", "2017-10-02", ""), ("active", "2018-05-05", ""), ("inactive", "2018-06-06", "2019-02-02")
)
UNDATED = measured(("active", "2019-10-02", ""), ("active", "", ""), ("inactive", "2019-10-02", ""))


@pytest.mark.parametrize(
    ("c", "day", "expected"),
    [
        (GROWN, "", "Ergens: van 1 groep in november 2017 naar 3 groepen in maart 2020"),
        (GROWN, "2018-06-01", "Ergens: 2 groepen op 1 juni 2018, nu 3 groepen"),
        (GROWN, "2017-11-01", "Ergens: 1 groep op 1 november 2017, nu 3 groepen"),
        (
            measured(("active", "2020-03-10", ""), ("active", "", "")),
            "",
            "Ergens: 2 groepen op 15 maart 2020",
        ),
    ],
)
def test_the_title_is_the_finding(c: Coverage, day: str, expected: str) -> None:
    then = counted(c, day) if day else None
    assert growth_words.title(NL, "Ergens", counted(c), then) == expected


def test_an_area_without_groups_is_not_said_to_have_none() -> None:
    empty = growth.series(GROWN, "municipality", growth.timeline(GROWN.groups))
    row = replace(
        empty, **{name: getattr(empty, name)[3:4] for name in ("registered", "undated", "active", "unsure")}
    )
    assert growth_words.title(NL, "Verweg", row) == "Verweg: geen groep bij ons bekend"
    assert (
        growth_words.counts(NL, GROWN, "Verweg", row, []).title == "Verweg: geen groei die bij ons bekend is"
    )


def test_what_is_not_known_is_said() -> None:
    said = growth_words.unknown(NL, counted(UNDATED, "2019-11-01"))
    assert len(said) == 2
    assert said[0].startswith("Van 1 groep is niet bekend of die er op deze dag al was.")
    assert said[1].startswith("Van 1 groep is niet bekend of die op deze dag al gestopt was.")
    assert growth_words.unknown(NL, counted(UNDATED, str(TODAY))) == []
    assert growth_words.unknown(NL, counted(GROWN, "2019-11-01")) == []


def test_the_table_has_the_register_and_what_was_published_in_order_of_time() -> None:
    headings, rows = growth_words.rows(NL, counted(GROWN), [PART, MONTH])
    assert headings == ["Wanneer", "Groepen", "Zeker actief", "Bron"]
    assert rows[0] == ("1 november 2017", "1", "1", "register")
    assert rows[1] == ("2017-11", "3", "", "Stentor")
    assert ("2019", "79", "", "Krant · een deel: Boxmeer") in rows
    assert rows[-1] == ("15 maart 2020", "3", "2", "register")
    headings, rows = growth_words.rows(NL, counted(UNDATED), [MONTH])
    assert headings[3] == "Begin onbekend"
    assert rows[0] == ("2017-11", "3", "", "", "Stentor")
    assert rows[1] == ("1 november 2019", "2", "1", "1", "register")
    assert {len(row) for row in rows} == {len(headings)}


@pytest.mark.parametrize("lang", LANGS)
def test_a_caption_has_definition_date_and_source(lang: str) -> None:
    texts = Texts(lang)
    caption = growth_words.counts(texts, UNDATED, "Ergens", counted(UNDATED), [PART])
    assert texts.date(TODAY) in caption.source and texts.t("table.register_example") in caption.source
    assert texts.t("growth.band") in caption.meaning and texts.t("growth.dots") in caption.meaning
    assert "Krant" in caption.source
    plain = growth_words.counts(texts, GROWN, "Ergens", counted(GROWN), [])
    assert texts.t("growth.band") not in plain.meaning and texts.t("growth.dots") not in plain.meaning
    assert "2018" in plain.title
    said = growth_words.joined(texts, "Groningen", [MERGER])
    assert len(said) == 1 and "Haren" in said[0] and texts.t("growth.extent.partly", name="Winsum") in said[0]


def test_a_rate_that_is_not_given_is_said_not_to_be() -> None:
    one, days = counted(GROWN), growth.timeline(GROWN.groups)
    areas = [growth.rates("Klein", one, 12.0), growth.rates("Groot", one, 6_000.0)]
    caption = growth_words.rates(NL, GROWN, days, areas)
    assert caption.title == "Groot: 0,50 groepen per 1.000 inwoners"
    assert "minder dan 50 inwoners" in caption.meaning and "1 januari 2024" in caption.meaning
    both = growth_words.rates(
        NL, GROWN, days, [growth.rates("Groot", one, 6_000.0), growth.rates("Land", one, 1e6)]
    )
    assert both.title == "Groot: 0,50 groepen per 1.000 inwoners. Land: 0,00"
    headings, rows = growth_words.rate_rows(NL, days, areas)
    assert headings == ["Wanneer", "Klein", "Groot"]
    assert rows[-1] == ("15 maart 2020", "onbekend", "0,50")


def drawn(
    c: Coverage, published: list[Point], joined: list[Joined]
) -> list[tuple[str, list[dict[str, object]]]]:
    """Kind and data of every layer of the chart."""
    chart = growth_chart.counts(counted(c), published, joined, NL, "light").to_dict()
    data = chart["datasets"]
    return [(layer["mark"]["type"], data[layer["data"]["name"]]) for layer in chart["layer"]]


def test_the_chart_has_no_line_where_nothing_is_known() -> None:
    layers = drawn(UNDATED, [], [])
    (line,) = [rows for kind, rows in layers if kind == "line" and len(rows) > 1][-1:]
    assert str(TODAY) not in str(line[-1]["day"])  # growth to the peildatum is not known
    (dot,) = [rows for kind, rows in layers if kind == "circle"]
    assert (len(dot), dot[0]["registered"]) == (1, 3)
    (band,) = [rows for kind, rows in layers if kind == "area"]
    assert band[0]["most"] == band[0]["registered"] + 1
    assert "area" not in {kind for kind, _ in drawn(GROWN, [], [])}


def test_published_figures_are_marks_over_their_days_and_never_a_line() -> None:
    before, after = drawn(GROWN, [], []), drawn(GROWN, [PART, MONTH], [])
    assert [kind for kind, _ in after[len(before) :]] == ["rule", "point", "text"]
    rows = after[-1][1]
    assert [row["first"][:10] for row in rows] == ["2019-01-01", "2017-11-01"]
    assert [row["last"][:10] for row in rows] == ["2020-01-01", "2017-12-01"]
    assert [row["shape"] for row in rows] == ["triangle-up", "circle"]
    assert [row["extent"] for row in rows] == ["een deel: Boxmeer", ""]


def test_mergers_are_marked_only_where_the_line_is() -> None:
    early = replace(MERGER, day=date(2015, 1, 1))
    assert drawn(GROWN, [], [early]) == drawn(GROWN, [], [])
    assert [kind for kind, _ in drawn(GROWN, [], [MERGER])][-3:] == ["rule", "text", "text"]


def test_rates_end_where_they_are_certain() -> None:
    one, days = counted(UNDATED), growth.timeline(UNDATED.groups)
    areas = [growth.rates("Groot", one, 6_000.0), growth.rates("Klein", one, 12.0)]
    chart = growth_chart.rates(days, areas, "dark").to_dict()
    rows = next(iter(chart["datasets"].values()))
    assert {row["series"] for row in rows} == {"Groot"}
    assert len(rows) == len(days) - 1
