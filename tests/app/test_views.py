"""Every page, at every level, in every layer and both languages."""

import re

import pytest

from tests.app.reading import HOME, METHOD, PAGES, container, notices, show, specification, title, words
from utils import cached, summaries
from utils.models import LAYERS

LELYSTAD = "GM0995"
CELL = "BV09950001"
AREAS = ("NL", "PV24", LELYSTAD, CELL)


def digits(text: str) -> list[int]:
    """The whole numbers in a text with . or , between thousands."""
    return [int(re.sub(r"[.,]", "", found)) for found in re.findall(r"\d+(?:[.,]\d{3})*", text)]


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("laag", [layer for layer in LAYERS if layer != "inbraken"])  # no data ship for it
@pytest.mark.parametrize("gebied", AREAS)
def test_the_map_page_shows_every_area_in_every_layer(gebied, laag, taal):
    app = show(HOME, gebied=gebied, laag=laag, taal=taal)
    assert not app.exception
    assert not app.error
    assert notices(app) == []
    spec = specification(app)
    shown = LELYSTAD if gebied == CELL else gebied
    assert (spec["view"], spec["lang"], spec["focus"]) == (shown, taal, CELL if gebied == CELL else None)
    assert len(spec["codes"]) == len(spec["classes"]) > 0
    assert app.radio(key="laag").value == laag
    assert len(container(app, "kerncijfers").metric) == 4
    (table,) = container(app, "tabel").dataframe
    assert len(table.value) == len(spec["codes"])
    for key in ("melding", "zoek", "kaart"):
        assert container(app, key).children


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", AREAS[:3])
def test_the_title_states_the_finding(gebied, taal):
    app = show(HOME, gebied=gebied, taal=taal)
    found = summaries.area_figures(cached.measured(), gebied, 500)
    said = title(app)
    assert sorted(digits(said)) == sorted([found.uncovered, found.inhabited])
    name = {"NL": {"nl": "Nederland", "en": "Netherlands"}[taal]}.get(gebied, found.name)
    assert name in said


def test_the_title_of_a_neighbourhood_names_it_and_tells_one_status_from_another():
    coverage = cached.measured()
    status = summaries.children(coverage, LELYSTAD, "neighbourhood", 500)
    one_of_each = status.drop_duplicates("status")
    assert len(one_of_each) >= 2
    said = [title(show(HOME, gebied=code)) for code in one_of_each["code"]]
    for name, sentence in zip(one_of_each["name"], said, strict=True):
        assert name in sentence
    verdicts = {sentence.replace(name, "") for name, sentence in zip(one_of_each["name"], said, strict=True)}
    assert len(verdicts) == len(one_of_each)


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", AREAS)
def test_the_method_page_stands_for_every_area(gebied, taal):
    app = show(METHOD, gebied=gebied, taal=taal)
    assert not app.exception
    assert not app.error
    assert notices(app) == []
    assert title(app)
    assert len(app.header) >= 5
    links = [link.proto.query_string for link in app.get("page_link")]
    assert all((f"gebied={gebied}" in link) is (gebied != "NL") for link in links)


@pytest.mark.parametrize("gebied", ["NL", "PV24", LELYSTAD])
def test_the_map_and_the_table_say_the_same(gebied):
    app = show(HOME, gebied=gebied, straal="1000")
    spec, table = specification(app), container(app, "tabel").dataframe[0].value
    areas = cached.measured().atlas.areas(spec["unit"])
    names = [areas.names[areas.index[code]] for code in spec["codes"]]
    reach = [None if share != share else round(share * 100) for share in table["reach"]]
    in_table = sorted(zip(table["name"], table["groups"], reach, strict=True), key=str)
    assert in_table == sorted(zip(names, spec["groups"], spec["reach"], strict=True), key=str)
    assert app.metric[0].value.replace(".", "") == str(sum(spec["groups"]))


@pytest.mark.parametrize(("gebied", "per", "level"), [
    ("NL", None, "municipality"), ("NL", "gemeente", "municipality"), ("NL", "provincie", "province"),
    ("PV24", None, "municipality"), ("PV24", "buurt", "neighbourhood"), (LELYSTAD, None, "neighbourhood"),
])  # fmt: skip
def test_the_address_chooses_the_parts(gebied, per, level):
    app = show(HOME, gebied=gebied, **({"per": per} if per else {}))
    assert not app.exception
    assert notices(app) == []
    assert specification(app)["unit"] == level


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_the_layer_of_confirmed_groups_says_where_the_map_may_be_wrong(taal):
    app = show(HOME, gebied=LELYSTAD, laag="actueel", taal=taal)
    coverage = cached.measured()
    found, spec = cached.area_freshness(coverage, LELYSTAD, 500), specification(app)
    assert digits(title(app)) == [found.stale, found.active, found.overstated]
    striped = [code for code, hatched in zip(spec["codes"], spec["classes"], strict=True)
               if spec["swatches"][hatched]["hatch"]]  # fmt: skip
    assert len(striped) == found.overstated > 0
    table = container(app, "tabel").dataframe[0].value
    assert (table["unconfirmed"].sum(), table["overstated"].sum()) == (found.stale, found.overstated)
    assert table["confirmed_share"].dropna().between(0, 1).all()
    said = words(app)
    assert {"nl": "31 december 2018", "en": "31 December 2018"}[taal] in said
    assert cached.layers(coverage)[-1] == "actueel"
    assert "unconfirmed" not in container(show(HOME, gebied=LELYSTAD), "tabel").dataframe[0].value


def test_the_title_of_that_layer_follows_radius_and_area():
    striped = show(HOME, gebied=LELYSTAD, laag="actueel")
    spec = specification(striped)
    (code, *_) = [code for code, shown in zip(spec["codes"], spec["classes"], strict=True)
                  if spec["swatches"][shown]["hatch"]]  # fmt: skip
    assert "hier te gunstig" in title(show(HOME, gebied=code, laag="actueel"))
    wide = show(HOME, gebied=LELYSTAD, laag="actueel", straal="5000")
    assert "geen verschil" in title(wide)


def test_a_lower_case_code_and_blanks_are_forgiven():
    app = show(HOME, gebied=" gm0995 ", laag="Bereik", taal="EN", straal="500.0")
    assert notices(app) == []
    assert specification(app)["view"] == LELYSTAD
    assert app.radio(key="laag").value == "bereik"


def test_the_other_language_keeps_the_view():
    app = show(HOME, gebied="PV24", laag="groepen", straal="750", per="buurt")
    app.button(key="taal").click().run()
    assert dict(app.query_params) == {
        "gebied": "PV24",
        "laag": "groepen",
        "straal": "750",
        "taal": "en",
        "per": "buurt",
    }
    spec = specification(app)
    assert (spec["view"], spec["unit"], spec["lang"]) == ("PV24", "neighbourhood", "en")


def test_layer_and_radius_change_the_address_and_nothing_else():
    app = show(HOME, gebied=LELYSTAD)
    app.radio(key="laag").set_value("groepen").run()
    app.select_slider(key="straal").set_value(1000).run()
    assert not app.exception
    assert dict(app.query_params) == {"gebied": LELYSTAD, "laag": "groepen", "straal": "1000"}
    assert specification(app)["view"] == LELYSTAD


def test_a_choice_keeps_the_one_just_before_it():
    """The address went on while the widget on the page still knew the older one."""
    app = show(HOME, gebied=LELYSTAD)
    app.query_params["straal"] = "750"
    app.radio(key="laag").set_value("groepen").run()
    assert dict(app.query_params) == {"gebied": LELYSTAD, "laag": "groepen", "straal": "750"}


def test_the_trail_leads_back():
    app = show(HOME, gebied=CELL, laag="bereik")
    steps = [button.key for button in app.button if button.key and button.key.startswith("pad_")]
    assert steps == ["pad_NL", "pad_PV24", f"pad_{LELYSTAD}"]
    app.button(key="pad_PV24").click().run()
    assert dict(app.query_params) == {"gebied": "PV24", "laag": "bereik"}


@pytest.mark.parametrize("straal", ["100", "5000"])
def test_the_list_of_gaps_is_largest_first_and_fits_the_key_figure(straal):
    app = show(HOME, gebied=LELYSTAD, straal=straal)
    app.session_state["welke_tabel"] = "gaps"
    app.run()
    assert not app.exception
    gaps = cached.gaps(cached.measured(), LELYSTAD, float(straal))
    assert digits(app.metric[3].value)[0] == len(gaps)
    tables = container(app, "tabel").dataframe
    if gaps.empty:
        assert len(tables) == 0
        assert len(container(app, "tabel").info) == 1
    else:
        people = tables[0].value["inhabitants"].tolist()
        assert people == sorted(gaps["inhabitants"], reverse=True)


@pytest.mark.parametrize("page", PAGES)
def test_example_data_are_marked(page):
    app = show(page)
    assert "voorbeelddata" in words_of_notice(app).lower()
    assert "example data" in words_of_notice(show(page, taal="en")).lower()


def words_of_notice(app) -> str:
    """The text of the data notice."""
    return " ".join(one.value for one in container(app, "melding").markdown)


def test_words_sees_the_text_of_a_page():
    said = words(show(HOME, gebied=LELYSTAD))
    assert "Lelystad" in said
    assert "Inwoners" in said
