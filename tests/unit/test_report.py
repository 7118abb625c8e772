"""A report says what the dashboard says: the same sentences and figures, for every kind of area."""

import math
from dataclasses import replace

import numpy as np
import pytest

from tests import country
from tests.country import SOUTH, WEST
from utils import boundaries, examples, report, siting, summaries, wording
from utils import coverage as c
from utils.errors import InputError
from utils.models import Coverage, Status
from utils.report_model import TOPICS, Chart, MapPlan, Points, Report, Table
from utils.report_sections import points
from utils.texts import LANGS, Texts

NL = Texts("nl")
SOME = country.groups([(WEST + 500, SOUTH + 500), (WEST + 600, SOUTH + 500)], ["active", "inactive"])
TOY = c.measure(country.grid(kind="approximate", k=64), SOME)


@pytest.fixture(scope="module")
def shipped(embedded) -> Coverage:
    """The coverage that ships."""
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


def tables(made: Report) -> dict[str, Table]:
    return {part.kind: part for one in made.sections for part in one.parts if isinstance(part, Table)}


def said(made: Report) -> list[str]:
    """Every sentence, cell and label of a report."""
    found = [made.subject, made.finding, *made.lead, made.source, made.mark]
    for figure in made.key_figures:
        found += [figure.label, figure.value, figure.compare, figure.definition]
    for section in made.sections:
        found += [section.title, *section.sentences]
        for part in section.parts:
            if isinstance(part, Table):
                found += [
                    part.caption,
                    *(x for column in part.columns for x in (column.label, column.definition)),
                ]
                found += [cell for row in part.rows for cell in row]
            elif isinstance(part, Chart):
                found += [part.title, part.axis, part.definition, part.alt]
                found += [
                    x for series in part.series for point in series.points for x in (point.name, point.shown)
                ]
            elif isinstance(part, MapPlan):
                found += [part.title, part.alt, part.credit, *(item.label for item in part.legend)]
            elif isinstance(part, Points):
                found += [part.heading, *(x for item in part.items for x in item)]
    return found


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", ["NL", "PV24", "GM0995", "GM0363", "GM1900", "GM0277", "GM0096", "GM0088"])
def test_sentences_and_figures_are_those_of_the_dashboard(shipped: Coverage, code: str, lang: str) -> None:
    texts, key = Texts(lang), summaries.key_figures(shipped, code, 500)
    made = report.build(shipped, code, 500, texts)
    assert made.finding == wording.title(texts, shipped.atlas, key.area)
    assert list(made.key_figures) == wording.metrics(texts, shipped, key, math.nan)
    assert made.source == wording.source_line(texts, shipped, 500)
    assert made.mark == texts.t("report.mark.both")
    assert tables(made)["sources"].rows == tuple(wording.data_sources(texts, shipped))
    own = tables(made)["position"].rows[0]
    assert own[0] == wording.area_name(texts, key.area.name, code)
    assert own[1:] == (
        texts.number(key.area.inhabitants),
        made.key_figures[0].value,
        texts.number(key.area.per_1000, 1),
        made.key_figures[1].value,
        made.key_figures[2].value,
        made.key_figures[3].value,
    )
    assert [one.topic for one in made.sections] == [one for one in TOPICS if made.section(one)]
    assert all(text == text.strip() for text in said(made))
    assert not any("{" in text or "**" in text or "nan" in text.split() for text in said(made))


@pytest.mark.parametrize("code", ["NL", "PV24", "GM0995", "GM0277"])
def test_the_table_of_gaps_holds_the_largest_first(shipped: Coverage, code: str) -> None:
    found = summaries.gaps(shipped, code, 500, (Status.UNCOVERED,))
    assert len(found) == summaries.area_figures(shipped, code, 500).uncovered
    table = tables(report.build(shipped, code, 500, NL)).get("gaps")
    if found.empty:
        assert table is None
        return
    assert table is not None
    assert table.numbered
    shown = found.head(10)
    assert [row[0] for row in table.rows] == list(shown["name"])
    assert [row[-3:] for row in table.rows] == [
        (NL.number(one.inhabitants), NL.number(one.unreached), NL.distance(one.distance))
        for one in shown.itertuples()
    ]
    assert {len(row) for row in table.rows} == {len(table.columns)}


@pytest.mark.parametrize(("code", "unit"), [("PV24", "municipality"), ("NL", "province")])
def test_the_table_of_parts_has_the_dashboards_figures(shipped: Coverage, code: str, unit: str) -> None:
    table = tables(report.build(shipped, code, 500, NL))["parts"]
    found = summaries.children(shipped, code, unit, 500).set_index("name")
    assert {row[0] for row in table.rows} == set(found.index)
    for name, people, groups, rate, reach, far, open_ in table.rows:
        one = found.loc[name]
        assert (people, groups) == (NL.number(one.inhabitants), NL.number(one.groups))
        assert (rate, reach) == (NL.number(one.per_1000, 1), NL.percent(one.reach))
        assert (far, open_) == (
            NL.number(one.unreached),
            f"{NL.number(one.uncovered)} van {NL.number(one.inhabited)}",
        )


def test_an_unknown_area_and_a_neighbourhood_are_refused() -> None:
    with pytest.raises(InputError, match=r"area_unknown"):
        report.build(TOY, "GM9999", 500, NL)
    with pytest.raises(InputError, match=r"report_level"):
        report.build(TOY, str(TOY.atlas.neighbourhoods.codes[0]), 500, NL)


def test_under_fifty_inhabitants_there_is_no_rate() -> None:
    few = c.measure(country.grid(1, 1, inhabitants=[49], k=64), SOME)
    made = report.build(few, "GM0000", 500, NL)
    assert tables(made)["position"].rows[0][3] == NL.unknown
    assert NL.t("report.position.rate_small") in made.sections[0].sentences
    rate = made.sections[0].parts[1]
    assert isinstance(rate, Chart)
    assert math.isnan(rate.series[0].points[0].value)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("people", [0.0, math.nan])
def test_nobody_and_unknown_are_told_apart_and_neither_is_zero(people: float, lang: str) -> None:
    nobody = c.measure(country.grid(2, 1, inhabitants=[people] * 2, k=64), country.groups())
    made = report.build(nobody, "GM0000", 500, Texts(lang))
    assert made.section("gaps") is None
    told = " ".join(made.lead)
    assert (told == "") is (people == 0)
    if math.isnan(people):
        assert Texts(lang).t("report.lead.unknown") in made.lead
        assert tables(made)["position"].rows[0][1] == Texts(lang).unknown


def test_without_groups_no_group_is_known() -> None:
    made = report.build(c.measure(TOY.atlas, country.groups()), "GM0000", 500, NL)
    assert "geen groep bij ons bekend" in made.lead[1]
    assert tables(made)["gaps"].rows[0][-1] == NL.unknown


def test_official_data_and_an_own_register_bear_no_mark() -> None:
    official = c.measure(country.grid(kind="official", k=64), replace(SOME, example=False))
    made = report.build(official, "GM0000", 500, NL)
    assert (made.mark, made.example, made.approximate) == ("", False, False)
    titles = [made.finding, *(text for one in made.sections for text in (one.title, *one.sentences))]
    assert not any("buurtvak" in text for text in titles)
    assert report.filename(made, "pdf") == "raadsrapport-GM0000-500m-nl.pdf"


def test_another_radius_is_in_every_sentence_that_names_one(shipped: Coverage) -> None:
    text = " ".join(said(report.build(shipped, "GM0995", 1_000, NL)))
    assert "1 km" in text
    assert "500 m " not in text


@pytest.mark.parametrize("code", ["GM0995", "PV24"])
def test_the_places_for_new_groups_are_those_that_were_worked_out(shipped: Coverage, code: str) -> None:
    found = siting.best_places(shipped, code, 3, 500)
    section = report.build(shipped, code, 500, NL).section("sites")
    assert section is not None
    assert NL.number(found.gained) in section.title
    plan, table = section.parts
    assert isinstance(plan, MapPlan)
    assert isinstance(table, Table)
    assert [(one.number, one.x, one.y) for one in plan.sites] == [
        (i, one.x, one.y) for i, one in enumerate(found.sites, 1)
    ]
    names = shipped.atlas.neighbourhoods.names
    assert [row[0] for row in table.rows] == [names[one.neighbourhood] for one in found.sites]
    assert [row[table.weight] for row in table.rows] == [NL.number(one.gained) for one in found.sites]
    assert table.rows[-1][-1] == NL.number(found.gained)


def test_where_all_have_a_group_there_is_no_place_for_a_new_one() -> None:
    all_near = country.groups([(WEST + 250 + 500 * i, SOUTH + y) for i in range(8) for y in (250, 750)])
    assert (
        report.build(c.measure(country.grid(4, 1, k=64), all_near), "GM0000", 600, NL).section("sites")
        is None
    )


def test_maps_show_what_the_tables_name(shipped: Coverage) -> None:
    made = report.build(shipped, "GM0995", 500, NL)
    plan = next(part for part in made.section("gaps").parts if isinstance(part, MapPlan))
    names = [shipped.atlas.neighbourhoods.names[shipped.atlas.neighbourhoods.index[x]] for x in plan.numbered]
    assert names == [row[0] for row in tables(made)["gaps"].rows]


def test_bullets_keep_their_words() -> None:
    assert points("- zonder woord\n- **A.** b: c") == (("", "zonder woord"), ("A.", "b: c"))


def test_the_same_data_give_the_same_report(shipped: Coverage) -> None:
    again = [report.build(shipped, "GM0995", 500, NL) for _ in range(2)]
    assert again[0] == again[1]
    assert np.isfinite(again[0].radius)
