"""Slides say what the report says, all of it, and no more; their data are plain JSON with text as text."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests import country
from tests.country import SOUTH, WEST
from utils import boundaries, deck_data, examples, report, slides
from utils import coverage as c
from utils.models import Coverage
from utils.report_model import Chart, MapPlan, Points, Report, Table
from utils.texts import LANGS, Texts

NL = Texts("nl")
HOSTILE = "<img src=x onerror=alert(1)> ${1} {{7*7}} </script>"
SOME = country.groups([(WEST + 500, SOUTH + 500), (WEST + 600, SOUTH + 500)], ["active", "inactive"])
TOY = c.measure(country.grid(kind="approximate", k=64), SOME)
KINDS = ["NL", "PV24", "GM0995", "GM0363", "GM0277", "GM0096", "GM0088", "GM0820"]


@pytest.fixture(scope="module")
def shipped(embedded) -> Coverage:
    """The coverage that ships."""
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


@pytest.fixture(scope="module")
def told(shipped: Coverage) -> Callable[..., Report]:
    """A function that gives the report of an area in a language, made once."""
    made = cache(lambda code, lang: report.build(shipped, code, 500, Texts(lang)))
    return lambda code, lang="nl": made(code, lang)


def drawn(plan: MapPlan | Chart, upright: bool) -> str:
    """A picture by name, instead of one that is drawn."""
    return f"<svg>{plan.title}</svg>"


def data(made: Report, texts: Texts = NL) -> list[dict]:
    return deck_data.data(made, slides.of(made), drawn, texts)


def blocks(given: list[dict], kind: str) -> list[dict]:
    """All blocks of a kind, also those that stand together."""
    found = []
    for block in given:
        found += [block] if block["kind"] == kind else []
        found += blocks(block.get("blocks", []), kind)
    return found


@pytest.mark.parametrize(
    ("code", "lang"), [*((code, "nl") for code in KINDS), ("PV24", "en"), ("GM0995", "en")]
)
def test_every_finding_and_figure_of_the_report_is_on_a_slide(
    told: Callable[..., Report], code: str, lang: str
) -> None:
    made = told(code, lang)
    shown = slides.of(made)
    assert shown[0].title == made.finding
    assert shown[0].sentences == made.lead
    assert [one.title for one in made.sections if one.title not in {s.title for s in shown}] == []
    assert [one.figures for one in shown if one.figures] == [made.key_figures]
    parts = [part for one in made.sections for part in one.parts]
    kept = [part for one in shown for part in one.parts]
    for part in parts:
        if isinstance(part, Chart | MapPlan | Points):
            assert kept.count(part) == 1, part
    assert all(one.title and one.title == one.title.strip() for one in shown)


@pytest.mark.parametrize("code", KINDS)
def test_every_row_of_the_tables_is_on_a_slide_or_in_the_notes(
    told: Callable[..., Report], code: str
) -> None:
    made = told(code)
    shown = slides.of(made)
    rows = [row for one in shown for part in one.parts if isinstance(part, Table) for row in part.rows]
    notes = "\n".join(line for one in shown for line in one.notes)
    for table in (part for one in made.sections for part in one.parts if isinstance(part, Table)):
        for row in table.rows:
            on_slide = [cells for cells in rows if cells[0] == row[0] and set(cells) <= set(row)]
            assert on_slide or all(cell in notes for cell in row), row


@pytest.mark.parametrize(
    ("level", "above"), [("NL", "municipality"), ("PV", "municipality"), ("GM", "district")]
)
def test_a_slide_names_one_larger_area_of_an_official_neighbourhood(level: str, above: str) -> None:
    atlas = country.grid(kind="official", k=64)
    atlas = replace(atlas, districts=np.full(len(atlas.neighbourhoods), "Wijk 03", dtype=object))
    codes = ["NL", *atlas.provinces.codes, *atlas.municipalities.codes]
    code = next(one for one in codes if one.startswith(level))
    made = report.build(c.measure(atlas, country.groups()), code, 500, NL)
    (slide,) = (one for one in slides.of(made) if one.kind == "gaps")
    (table,) = (part for part in slide.parts if isinstance(part, Table))
    assert [column.number for column in table.columns].count(False) == 2
    assert table.columns[1].label == NL.t(f"column.{above}")
    assert table.columns[table.weight].number
    whole = next(part for part in made.section("gaps").parts if isinstance(part, Table))
    assert all(cell in " ".join(slide.notes) + str(table.rows) for row in whole.rows for cell in row)


def test_the_parts_of_a_province_fill_their_slides_evenly(told: Callable[..., Report]) -> None:
    made = told("PV28")
    pages = [len(part.rows) for one in slides.of(made) if one.kind == "parts" for part in one.parts]
    assert sum(pages) == 50
    assert max(pages) <= slides.ROWS
    assert max(pages) - min(pages) <= len(pages)


@pytest.mark.parametrize("code", ["NL", "PV24", "GM0995"])
def test_each_figure_has_its_definition_beside_it_or_in_the_notes(
    told: Callable[..., Report], code: str
) -> None:
    made = told(code)
    for one in slides.of(made):
        notes = " ".join(one.notes)
        assert all(figure.definition in notes for figure in one.figures)
        for part in one.parts:
            if isinstance(part, Table):
                assert all(column.definition in notes for column in part.columns)
            if isinstance(part, Chart):
                assert part.definition in notes
            if isinstance(part, MapPlan):
                assert part.credit in notes


@pytest.mark.parametrize("people", [0.0, 49.0, 1_000.0, math.nan])
@pytest.mark.parametrize("active", [[], ["active"], ["inactive"]])
def test_nobody_nobody_known_few_and_no_groups_have_slides_too(people: float, active: list[str]) -> None:
    groups = country.groups([(WEST + 500, SOUTH + 500)] * len(active), active)
    one = c.measure(country.grid(1, 1, inhabitants=[people], k=64), groups)
    made = report.build(one, "GM0000", 500, NL)
    assert [slide.kind for slide in slides.of(made)][:2] == ["title", "figures"]
    assert "nan" not in json.dumps(data(made), allow_nan=False).lower().split('"')
    bars = blocks([block for slide in data(made) for block in slide["blocks"]], "bars")
    for point in (point for chart in bars for point in chart["points"]):
        assert (point["share"] is None) is (point["shown"] == NL.unknown)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("code", ["PV24", "GM0995"])
def test_the_script_gets_each_text_of_the_slides_as_it_is(
    told: Callable[..., Report], code: str, lang: str
) -> None:
    texts = Texts(lang)
    made = told(code, lang)
    given, shown = data(made, texts), slides.of(made)
    assert [one["title"] for one in given] == [one.title for one in shown]
    assert given[0]["subject"] == made.subject
    assert [one["shown"] for one in given][:2] == [
        texts.t("deck.shown", n=n, total=len(shown)) for n in (1, 2)
    ]
    every = [block for one in given for block in one["blocks"]]
    (figures,) = blocks(every, "figures")
    assert [one["value"] for one in figures["figures"]] == [one.value for one in made.key_figures]
    pictures = blocks(every, "picture")
    assert all(one["alt"] and one["svg"].startswith("<svg") for one in pictures)
    tables = [part for one in shown for part in one.parts if isinstance(part, Table)]
    assert [[tuple(row) for row in one["rows"]] for one in blocks(every, "table")] == [
        list(one.rows) for one in tables
    ]
    for chart in blocks(every, "bars"):
        known = [point["share"] for point in chart["points"] if point["share"] is not None]
        assert all(0 <= share <= 1 for share in known)
        assert sum(point["own"] for point in chart["points"]) == 1


def test_a_bar_is_as_long_as_its_share_and_the_longest_count_takes_all_room(
    told: Callable[..., Report],
) -> None:
    made = told("GM0995")
    every = [block for one in data(made) for block in one["blocks"]]
    share, rate = blocks(every, "bars")
    assert share["points"][0]["share"] == made.section("position").parts[0].series[0].points[0].value
    assert max(point["share"] for point in rate["points"]) == 1


def test_a_name_from_data_reaches_the_script_as_text() -> None:
    atlas = country.grid(kind="approximate", k=64)
    atlas.municipalities.names[:] = HOSTILE
    atlas.neighbourhoods.names[:] = HOSTILE
    made = report.build(c.measure(atlas, replace(SOME)), "GM0000", 500, NL)
    given = json.loads(json.dumps(data(made)))
    assert HOSTILE in given[0]["title"]
    rows = blocks([block for one in given for block in one["blocks"]], "table")
    assert any(row[0] == HOSTILE for table in rows for row in table["rows"])
