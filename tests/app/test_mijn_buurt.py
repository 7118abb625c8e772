"""The resident's page without a browser: every verdict in words, the list, the map, what is kept."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from streamlit.runtime.context import ContextProxy

from tests import country
from tests.app.reading import RESIDENT, _blocks, container, show, title, unescaped, words
from tests.country import SOUTH, WEST
from utils import cached, coverage, upkeep, verdict, verdict_words
from utils.finder import Hit
from utils.texts import Texts

LELYSTAD = "GM0995"
CELL = "BV09950001"
HERE = "BV00010005"  # the square from (1, 1) to (2, 2), in kilometres from the corner of the made-up country
MIDDLE = (1.5, 1.5)
TODAY = datetime.now(UTC).date()
HOSTILE = "<img src=x onerror=alert(1)> ${1} {{7*7}} **vet** </script>"


def at(x, y):
    return WEST + 1_000 * x + 50, SOUTH + 1_000 * y + 50


def register(*groups, kind="official"):
    """Coverage of a register of one's own: groups as (x, y in kilometres, status, days since confirmed)."""
    made = country.groups(
        [at(*where) for where, _, _ in groups],
        [status for _, status, _ in groups],
        names=[HOSTILE] * len(groups),
    )
    days = ["NaT" if age is None else str(TODAY - timedelta(days=age)) for _, _, age in groups]
    made = replace(made, example=False, confirmed=np.array(days, dtype="datetime64[D]"), revision=str(groups))
    return coverage.measure(country.grid(kind=kind), made)


@pytest.fixture
def shown(monkeypatch):
    """A function: the page with a register of one's own, from a place (kilometres) or for all of HERE."""

    def begin(*groups, kind="official", point=None, **params):
        measured = register(*groups, kind=kind)
        monkeypatch.setattr(cached, "measured", lambda: measured)
        if point is None:
            return show(RESIDENT, gebied=HERE, **params)
        app = show(RESIDENT, gebied=HERE, **params)
        app.session_state["gezocht"] = Hit("address", "Dorpsstraat 1", "Gemeente 1", HERE, *at(*point))
        return app.run()

    return begin


def said(app):
    """All that the verdict says."""
    parts = [one.value for one in container(app, "oordeel").title]
    return unescaped(" ".join([*parts, *(one.value for one in container(app, "oordeel").markdown)]))


def listed(app):
    """The items of the list, as HTML."""
    (block,) = [one for one in _blocks(container(app, "groepenlijst")) if one.type == "html"]
    return re.findall(r"<li>(.*?)</li>", block.proto.body)


def drawn(app):
    """What the small map's script gets."""
    for block in _blocks(container(app, "plek_antwoordkaart")):
        if getattr(block, "type", "") == "component_instance":
            script = str(json.loads(block.proto.json_args)["feature_group"])
            return json.loads(
                re.search(r"Antwoordkaart\.show\(window\.map, (\{.*\})\);", script, re.DOTALL).group(1)
            )
    raise AssertionError("no map")


CASES = {
    "yes": ([(MIDDLE, "active", 30)], "Ja, er is een groep in uw buurt"),
    "near": ([((1.9, 1.9), "active", 30)], "In de buurt: op 550 m"),
    "none": ([((3.5, 3.5), "active", 30)], "Geen groep bij ons bekend"),
    "empty": ([], "Geen groep bij ons bekend"),
    "stale": ([(MIDDLE, "active", 400)], "Wij weten het niet zeker"),
    "unconfirmed": ([(MIDDLE, "active", None)], "Wij weten het niet zeker"),
    "pending": ([(MIDDLE, "pending", 3)], "Wij weten het niet zeker"),
    "unverified": ([(MIDDLE, "unverified", None)], "Wij weten het niet zeker"),
}


@pytest.mark.parametrize("case", CASES)
def test_every_verdict_is_said_in_words(shown, case):
    groups, headline = CASES[case]
    app = shown(*groups, point=MIDDLE)
    assert not app.exception
    assert title(app) == headline
    text = said(app)
    assert "Buurt 5, Gemeente 1" in text
    assert "Waarom" in text
    assert ("Gemeten vanaf Dorpsstraat 1" in text) is (case != "empty")
    assert ("bij ons aangemeld" in text) is (case in ("none", "empty"))
    if case == "yes":
        assert f"Laatst bevestigd op {Texts('nl').date(TODAY - timedelta(days=30))}" in text
        assert "binnen 500 m" in text


def test_an_approximate_border_that_decides_is_told(shown):
    app = shown(((1.9, 1.9), "active", 30), kind="approximate", point=MIDDLE)
    assert title(app) == "Wij weten het niet zeker"
    assert "buurtgrenzen" in said(app)


@pytest.mark.parametrize("embed", [False, True])
def test_only_a_page_with_a_map_says_to_click_on_it(shown, embed, monkeypatch):
    monkeypatch.setattr(ContextProxy, "is_embedded", property(lambda _: embed))
    app = shown(((1.9, 1.9), "active", 30), kind="approximate")
    assert title(app) == "Wij weten het niet zeker"
    assert "Zoek op uw postcode of adres" in said(app)
    assert ("klik op de kaart" in said(app)) is not embed
    app.query_params["gebied"] = "GM0001"
    app.run()
    assert ("klik op de kaart" in said(app)) is not embed


def test_a_larger_area_tells_how_many_groups_are_fresh(shown):
    groups = [(MIDDLE, "active", 30), (MIDDLE, "active", 400), (MIDDLE, "active", None)]
    app = shown(*groups, (MIDDLE, "pending", 3))
    for code in ("GM0001", "NL"):
        assert upkeep.fresh_in(register(*groups), code, TODAY) == 1
    app.query_params["gebied"] = "GM0001"
    app.run()
    assert "3 actieve groepen. Van deze groepen is er 1 in het laatste jaar bevestigd." in said(app)


def test_the_whole_neighbourhood_is_measured_without_a_place(shown):
    app = shown((MIDDLE, "active", 30), straal="1000")
    assert title(app) == "Ja, er is een groep in uw buurt"
    assert "100% van de inwoners" in said(app)
    assert "hele buurt" in said(app)


def test_the_place_is_only_used_for_its_own_neighbourhood(shown):
    app = shown((MIDDLE, "active", 30), point=MIDDLE)
    app.query_params["gebied"] = "BV00010006"
    app.run()
    assert "Dorpsstraat" not in words(app)


def test_a_place_is_kept_out_of_the_address(shown):
    app = shown((MIDDLE, "active", 30), point=MIDDLE)
    assert dict(app.query_params) == {"gebied": HERE}


def test_the_map_and_the_list_show_the_same_groups_blurred(shown):
    app = shown((MIDDLE, "active", 30), ((1.9, 1.9), "pending", None), point=MIDDLE)
    spec, items = drawn(app), listed(app)
    assert len(spec["groups"]) == len(items) == 2
    assert [firm for _, _, firm in spec["groups"]] == [1, 0]
    assert spec["blur"] == 100
    assert "minder dan 100 m" in items[0]
    assert "1 minuut lopen" in items[0]
    assert "naar het noordoosten" in items[1]
    assert "550 m" in items[1]
    assert "7 minuten lopen" in items[1]
    assert "Nog niet goedgekeurd" in items[1]
    assert "nog nooit bevestigd" in items[1]
    assert "100 meter" in words(app)


def test_names_from_the_register_are_harmless(shown):
    app = shown((MIDDLE, "active", 30), point=MIDDLE)
    (item,) = listed(app)
    assert "<img" not in item
    assert "&lt;img" in item
    for one in container(app, "oordeel").markdown:
        assert "**" not in one.value.replace("\\*", "")
        assert not re.search(r"(?<!\\)[<{$]", one.value)
    assert HOSTILE in said(app)


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", ["NL", "PV24", LELYSTAD, CELL])
def test_the_page_stands_for_every_area(gebied, taal):
    app = show(RESIDENT, gebied=gebied, taal=taal)
    assert not app.exception
    assert not app.error
    assert container(app, "zoek").children
    assert drawn(app)["area"] == gebied
    assert title(app).endswith("?") is (gebied != CELL)
    assert len(drawn(app)["groups"]) == (7 if gebied == CELL else 0)


def test_a_larger_area_tells_how_many_groups_it_has():
    figures = cached.key_figures(cached.measured(), LELYSTAD, 500).area
    assert title(show(RESIDENT, gebied=LELYSTAD)) == "Waar in Lelystad woont u?"
    assert f"{figures.active} actieve groepen" in said(show(RESIDENT, gebied=LELYSTAD))


def test_examples_are_called_examples():
    app = show(RESIDENT, gebied=CELL)
    assert "Voorbeelddata: deze groepen zijn verzonnen." in words(app)
    assert len(listed(app)) == 7


@pytest.mark.parametrize("kind", ["yes", "near", "none", "unsure"])
def test_the_examples_have_every_kind(kind):
    """So that who looks at the product without a register meets them all."""
    measured = cached.measured()
    codes = measured.atlas.neighbourhoods.codes[::25]
    day = measured.groups.peildatum
    found = next(
        one for code in codes if (one := verdict.verdict(measured, code, None, 500, day)).kind == kind
    )
    app = show(RESIDENT, gebied=found.code)
    assert title(app) == verdict_words.title(Texts("nl"), found)


def test_the_lines_to_share_name_the_neighbourhood_only(shown):
    app = shown((MIDDLE, "active", 30), point=MIDDLE, taal="en", laag="bereik")
    data = [
        json.loads(block.proto.json)
        for block in _blocks(app.main)
        if getattr(block.proto, "component_name", "").endswith("buurtdekking_regel")
    ]
    assert [one["line"].split("?")[1].split('"')[0] for one in data] == [
        f"gebied={HERE}&taal=en",
        f"gebied={HERE}&amp;taal=en&amp;embed=true",
    ]
    assert data[1]["line"].startswith('<iframe src="{here}?')


def test_the_page_comes_first_in_the_menu():
    links = [link.proto.page for link in show(RESIDENT).get("page_link")]
    assert links[0] == "mijn_buurt"
