"""The council's page without a browser: whose report, what it says, what people take along."""

import json
import re

import pytest

from tests.app.reading import COUNCIL, _blocks, container, notices, show, title, unescaped, words
from utils import cached, cached_report, picture, slides
from utils.texts import Texts

LELYSTAD = "GM0995"
CELL = "BV09950001"


def made(code: str, taal: str = "nl", straal: float = 500):
    """The report as it is made without the page, but once."""
    return cached_report.of(cached.measured(), code, straal, Texts(taal))


def deck(app) -> dict:
    """What the script of the presentation gets."""
    (found,) = [
        json.loads(block.proto.json)
        for block in _blocks(app.main)
        if getattr(block.proto, "component_name", "").endswith("buurtdekking_dias")
    ]
    return found


def labels(app) -> list[str]:
    return [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", ["PV24", LELYSTAD])
def test_the_page_says_what_the_report_says(gebied, taal):
    app = show(COUNCIL, gebied=gebied, taal=taal, straal="750")
    assert not app.exception
    assert not app.error
    wanted = made(gebied, taal, 750)
    assert title(app) == wanted.finding
    said = words(app)
    for sentence in (wanted.subject, *wanted.lead, wanted.source, *(one.title for one in wanted.sections)):
        assert sentence in said
    figures = [(one.label, one.value) for one in container(app, "kerncijfers").metric]
    assert figures == [(one.label, one.value) for one in wanted.key_figures]
    (picture,) = re.findall(r'<img class="kaartbeeld" alt="([^"]+)"', said)
    assert picture


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", ["PV24", LELYSTAD])
def test_the_slides_are_those_of_the_report(gebied, taal):
    given, wanted = deck(show(COUNCIL, gebied=gebied, taal=taal)), made(gebied, taal)
    assert [one["title"] for one in given["slides"]] == [one.title for one in slides.of(wanted)]
    assert (given["mark"], given["source"], given["lang"]) == (wanted.mark, wanted.source, taal)
    assert given["open"] is None
    pictures = re.findall(r'"svg": ?"<svg', json.dumps(given))
    assert len(pictures) >= 2


def test_of_a_neighbourhood_it_is_the_municipalitys_report():
    app = show(COUNCIL, gebied=CELL)
    assert title(app) == made(LELYSTAD).finding
    assert any(
        "Lelystad" in unescaped(one.value) and "Centrum" in unescaped(one.value) for one in app.caption
    )
    assert deck(app)["slides"][0]["title"] == made(LELYSTAD).finding
    key = container(app, "kerncijfers").metric
    assert key[0].value == made(LELYSTAD).key_figures[0].value


@pytest.mark.parametrize(
    ("taal", "start"), [("nl", "Maak een raadsrapport"), ("en", "Make a council report")]
)
def test_who_chose_nothing_is_told_how_and_sees_the_country(taal, start):
    app = show(COUNCIL, taal=taal)
    assert title(app).startswith(start)
    assert container(app, "zoek").children
    assert made("NL", taal).finding in [unescaped(one.value) for one in app.header]


def test_files_are_made_when_asked_for_and_once():
    cached_report._file.clear()
    app = show(COUNCIL, gebied=LELYSTAD)
    assert labels(app)[:2] == ["Download PDF", "Download PowerPoint"]
    c, texts, wanted = cached.measured(), Texts("nl"), made(LELYSTAD)
    for kind, begins in (("pdf", b"%PDF-"), ("pptx", b"PK")):
        first = cached_report.file(c, wanted, texts, kind)
        assert first.startswith(begins)
        assert cached_report.file(c, wanted, texts, kind) is first
        assert cached_report.file(c, made(LELYSTAD, straal=750), texts, kind) != first


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_each_map_and_chart_is_a_picture_to_take_along(kind):
    c, texts, wanted = cached.measured(), Texts("nl"), made(LELYSTAD)
    for name in picture.pictures(wanted):
        found = cached_report.image(c, wanted, texts, name, "wide", kind)
        assert found.startswith(b"\x89PNG" if kind == "png" else b"<svg"), name


@pytest.mark.parametrize(("dia", "opens"), [("1", 1), ("3", 3), (" 2 ", 2)])
def test_the_address_opens_a_slide(dia, opens):
    app = show(COUNCIL, gebied=LELYSTAD, dia=dia)
    assert notices(app) == []
    assert deck(app)["open"] == opens


@pytest.mark.parametrize(
    "dia", ["0", "99", "-1", "x", "", "1e9", "٣", "<img src=x onerror=alert(1)>", "9" * 5_000]
)
def test_a_slide_that_there_is_not_gives_one_notice(dia):
    app = show(COUNCIL, gebied=LELYSTAD, dia=dia)
    assert not app.exception
    (notice,) = notices(app)
    assert len(notice) < 300
    assert deck(app)["open"] is None


def test_the_line_for_a_website_leads_to_the_map_of_this_municipality():
    app = show(COUNCIL, gebied=CELL)
    (line,) = [
        json.loads(block.proto.json)["line"]
        for block in _blocks(app.main)
        if getattr(block.proto, "component_name", "").endswith("buurtdekking_regel")
    ]
    assert line.startswith(f'<iframe src="{{home}}?gebied={LELYSTAD}&amp;embed=true"')
