"""The map on another website, without a browser: what it shows and leaves out, and the line for it."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.runtime.context import ContextProxy

from tests.app.reading import _blocks, container, show, specification, title, words

LELYSTAD = "GM0995"
CELL = "BV09950001"
PART = re.compile(r'(\w+)="([^"]*)"')


@pytest.fixture
def elsewhere(monkeypatch):
    """The page as another website shows it."""
    monkeypatch.setattr(ContextProxy, "is_embedded", property(lambda _: True))


def figures(app):
    return [(one.label, one.value, one.delta) for one in container(app, "kerncijfers").metric]


def line(app) -> dict[str, str]:
    """The attributes of the line that the page offers."""
    (data,) = [
        json.loads(block.proto.json)
        for block in _blocks(app.main)
        if getattr(block.proto, "component_name", "").endswith("buurtdekking_regel")
    ]
    assert data["line"].startswith("<iframe ")
    return {name: html.unescape(value) for name, value in PART.findall(data["line"])}


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", ["NL", "PV24", LELYSTAD, CELL])
def test_it_says_what_the_whole_page_says(gebied, taal, monkeypatch):
    whole = show(gebied=gebied, taal=taal, straal="750", laag="bereik")
    monkeypatch.setattr(ContextProxy, "is_embedded", property(lambda _: True))
    app = show(gebied=gebied, taal=taal, straal="750", laag="bereik")
    assert not app.exception
    assert title(app) == title(whole)
    assert figures(app) == figures(whole)
    assert specification(app) == specification(whole)
    assert container(app, "melding").markdown[0].value == container(whole, "melding").markdown[0].value


@pytest.mark.parametrize(("taal", "label"), [("nl", "Bekijk de hele kaart"), ("en", "View the whole map")])
def test_it_leads_to_the_same_view_and_offers_nothing_else(elsewhere, taal, label):
    app = show(gebied=LELYSTAD, taal=taal, straal="750", laag="bereik")
    said = words(app)
    (target,) = re.findall(rf"\[{label}\]\(\?(.*?)\)", " ".join(one.value for one in app.markdown))
    language = {} if taal == "nl" else {"taal": ["en"]}
    assert parse_qs(target) == {"gebied": [LELYSTAD], "straal": ["750"], "laag": ["bereik"]} | language
    assert not app.radio
    assert not app.select_slider
    assert not app.button
    assert not app.get("page_link")
    assert not app.expander
    assert "CBS" in said


def test_a_wrong_area_is_told_there_too(elsewhere):
    app = show(gebied="GM9999")
    assert not app.exception
    assert len(app.warning) == 1


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_the_line_shows_this_very_view_on_another_website(taal):
    found = line(show(gebied=LELYSTAD, taal=taal, straal="750", laag="bereik"))
    address = urlsplit(found["src"])
    language = {} if taal == "nl" else {"taal": ["en"]}
    assert address.path == "{here}"
    assert parse_qs(address.query) == {
        "gebied": [LELYSTAD], "straal": ["750"], "laag": ["bereik"], "embed": ["true"], **language,
    }  # fmt: skip
    assert "Lelystad" in found["title"]
    assert found["width"] == "100%"
