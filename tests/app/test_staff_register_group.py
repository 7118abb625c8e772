"""One group on the staff page: its form, place, people to contact and history; a new group."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from tests.app.conftest import Visitor
from tests.app.reading import notices, title, told, words
from tests.app.staff_register import (
    ANNA,
    HARBOUR,
    LONG_AGO,
    NL,
    PARK,
    TODAY,
    by_another,
    engine,
    fill,
    labels,
    press,
    staff,
    stored,
)
from utils import cached, contacts, edits, staff_place
from utils.edits import Filter
from utils.errors import InputError
from utils.models import Contact
from utils.texts import LANGS, Texts

Setting = Callable[[str, object], None]
PIET = Contact("G-1", "Piet Voorbeeld", "piet@voorbeeld.nl", "06-12345678", "beheerder", TODAY, "per e-mail")
HOSTILE = "{{7*7}} **vet** [k](javascript:1) <img src=x onerror=1> :red[rood] $x$ `c`"


@pytest.fixture(autouse=True)
def _register(tmp_path: Path, setting: Setting) -> None:
    st.cache_resource.clear()
    setting("DATABASE_URL", fill(tmp_path))


@pytest.fixture
def editor(visitor: Visitor) -> None:
    """An editor at work."""
    visitor.signs_in("editor", ANNA.name)


def field(app, name: str, kind: str = "text_input"):
    """The widget of a field in the form."""
    return next(one for one in getattr(app, kind) if one.label == NL.t(f"register.field.{name}"))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("id", "key"),
    [("G-1", "title_stale"), ("G-2", "title_fresh"), ("G-3", "title_never"), ("G-4", "title_inactive")],
)
def test_the_title_states_how_the_group_is(editor, id: str, key: str, lang: str) -> None:
    app = staff(groep=id, taal=lang)
    group = stored(id)
    assert not app.exception
    day = group.until if group.status == "inactive" else group.confirmed
    assert title(app) == Texts(lang).t(f"staff_group.{key}", name=group.name, date=day)


def test_an_unknown_group_is_told(editor) -> None:
    app = staff(groep="bestaat-niet")
    assert not app.exception
    assert len(told(app)) == 1
    assert "bestaat-niet" in told(app)[0]


def test_the_form_saves_all_its_fields(editor) -> None:
    app = staff(groep="G-1")
    field(app, "name").set_value("Het Nieuwe Park")
    field(app, "status", "selectbox").set_value("pending")
    field(app, "participants", "number_input").set_value(77)
    field(app, "platform", "selectbox").set_value("Telegram")
    field(app, "description").set_value("Rond het park")
    field(app, "notes", "text_area").set_value("Bellen in mei")
    field(app, "since", "date_input").set_value(LONG_AGO)
    press(app, "staff_register.save")
    assert not app.exception
    assert told(app) == []
    wanted = replace(
        PARK, name="Het Nieuwe Park", status="pending", participants=77, platform="Telegram",
        description="Rond het park", notes="Bellen in mei", since=LONG_AGO, version=2,
    )  # fmt: skip
    assert stored() == wanted
    said = words(app)
    assert "40 → 77" in said
    assert ANNA.name in said


def test_saving_without_a_change_leaves_no_trace(editor) -> None:
    app = press(staff(groep="G-1"), "staff_register.save")
    assert stored() == PARK
    assert [one.value for one in app.toast] == [NL.t("staff_register.unchanged")]


def test_a_wrong_value_is_told_and_stays_in_the_form(editor) -> None:
    app = staff(groep="G-1")
    field(app, "join_link").set_value("geen link")
    press(app, "staff_register.save")
    assert len(told(app)) == 1
    assert field(app, "join_link").value == "geen link"
    assert stored() == PARK


def test_who_comes_second_sees_both_versions(editor) -> None:
    app = staff(groep="G-1")
    by_another(participants=60)
    app.run()
    assert NL.t("staff_group.moved_on") in words(app)
    field(app, "participants", "number_input").set_value(77)
    press(app, "staff_register.save")
    (choice,) = [one for one in app.radio if one.label == NL.t("register.field.participants")]
    assert choice.options == ["77", "60"]
    choice.set_value("mine")
    press(app, "staff_register.clash_save")
    assert not app.exception
    assert stored().participants == 77
    assert [line.who for line in edits.history(engine(), ANNA, "G-1")[:2]] == [ANNA.name, "bram@voorbeeld.nl"]


def test_confirm_stop_and_run_again(editor) -> None:
    app = press(staff(groep="G-1"), "staff_register.confirm")
    assert (stored().confirmed, stored().confirmed_by) == (TODAY, ANNA.name)
    press(app, "staff_register.deactivate_now")
    assert len(told(app)) == 1  # no reason
    next(one for one in app.text_input if one.label == NL.t("staff_register.reason")).set_value("verhuisd")
    press(app, "staff_register.deactivate_now")
    assert (stored().status, stored().reason, stored().until) == ("inactive", "verhuisd", TODAY)
    assert NL.t("staff_group.because", reason="verhuisd") in words(app)
    press(app, "staff_group.reactivate")
    assert (stored().status, stored().reason, stored().until) == ("active", "", None)


def test_a_point_moves_by_a_click_or_by_typing(editor) -> None:
    app = staff(groep="G-1")
    app.session_state["plek_G-1_1"] = (121_687.0, 487_484.0)  # as a click on the map leaves it
    app.run()
    assert NL.t("staff_group.place_moved") in words(app)
    assert "121687, 487484" in words(app)
    press(app, "staff_register.save")
    assert (stored().x, stored().y, stored().municipality) == (121_687.0, 487_484.0, "GM0363")
    app.text_input(key="coordinaten_G-1_2").set_value("52,5185; 5,4714").run()
    press(app, "staff_register.save")
    assert (stored().x, stored().y) == pytest.approx((PARK.x, PARK.y), abs=1)
    app.text_input(key="coordinaten_G-1_3").set_value("ergens").run()
    assert told(app) == [NL.t("error.staff_place", came="ergens")]


@pytest.mark.parametrize(
    "text",
    ["52.5185, 5.4714", "5,4714 52,5185", "160714, 503429", "160.714; 503.429", "52°31'06\"N 5°28'17\"O"],
)
def test_coordinates_as_people_type_them(text: str) -> None:
    assert staff_place.typed(text) == pytest.approx((160_714, 503_429), abs=30)


@pytest.mark.parametrize("text", ["", "52", "0, 0", "51.5, -0.1", "48.85, 2.35", "a, b"])
def test_what_is_no_place_in_the_country_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        staff_place.typed(text)


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_contacts_are_for_editors(visitor: Visitor, role) -> None:
    contacts.save(engine(), ANNA, PIET)
    visitor.signs_in(role)
    app = staff(groep="G-1")
    assert not app.exception
    shown = words(app) + " ".join(str(one.value) for one in app.text_input)
    assert ("piet@voorbeeld.nl" in shown) == (role != "viewer")
    assert (NL.t("staff_group.withdraw_now") in labels(app)) == (role != "viewer")
    assert (NL.t("staff_register.save") in labels(app)) == (role != "viewer")
    assert ("Alleen voor ons" in " ".join(one.value for one in app.text_area)) == (role != "viewer")
    assert "Alleen voor ons" not in words(app) or role != "viewer"


def test_a_contact_needs_consent_and_can_withdraw_it(editor) -> None:
    app = staff(groep="G-1")
    key = "contact_G-1_nieuw"
    app.text_input(key=f"{key}_name").set_value(PIET.name)
    app.text_input(key=f"{key}_email").set_value(PIET.email)
    [one for one in app.button if one.label == NL.t("staff_group.contact_save")][-1].click().run()
    assert told(app) == [NL.t("error.contact_consent")]
    assert contacts.of(engine(), ANNA, ["G-1"]) == []
    app.date_input(key=f"{key}_consent_on").set_value(TODAY)
    [one for one in app.button if one.label == NL.t("staff_group.contact_save")][-1].click().run()
    assert not app.exception
    (kept,) = contacts.of(engine(), ANNA, ["G-1"])
    assert (kept.name, kept.email, kept.consent_on) == (PIET.name, PIET.email, TODAY)
    press(app, "staff_group.withdraw_now")
    assert contacts.of(engine(), ANNA, ["G-1"]) == []


def test_a_new_group_is_on_the_map_at_once(editor) -> None:
    app = staff(groep="+")
    app.session_state["plek_nieuw"] = (PARK.x, PARK.y + 900)
    app.run()
    field(app, "name").set_value("De Nieuwe Wijk")
    field(app, "status", "selectbox").set_value("active")
    press(app, "staff_group.add")
    assert not app.exception
    assert told(app) == []
    (found,), _ = edits.find(engine(), ANNA, Filter(text="nieuwe wijk"), 2)
    assert (found.x, found.municipality, found.precision) == (PARK.x, "GM0995", "point")
    assert app.query_params["groep"] == found.id
    assert "De Nieuwe Wijk" in title(app)
    assert "De Nieuwe Wijk" in cached.measured().groups.names


def test_a_new_group_without_a_place_has_a_municipality(editor) -> None:
    app = staff(groep="+")
    field(app, "name").set_value("Ergens")
    field(app, "municipality", "selectbox").set_value("GM0363")
    press(app, "staff_group.add")
    assert told(app) == []
    (found,), _ = edits.find(engine(), ANNA, Filter(text="ergens"), 2)
    assert (found.x, found.municipality, found.precision) == (None, "GM0363", "municipality")


def test_a_group_like_another_is_named_first(editor) -> None:
    app = staff(groep="+")
    app.session_state["plek_nieuw"] = (PARK.x + 100, PARK.y)
    app.run()
    field(app, "name").set_value("  het PARK")
    press(app, "staff_group.add")
    assert NL.t("staff_group.like", n=1, names="Het Park (G-1)") in notices(app)
    assert len(edits.find(engine(), ANNA, Filter(text="park"), 5)[0]) == 1
    press(app, "staff_group.add_anyway")
    assert not app.exception
    assert len(edits.find(engine(), ANNA, Filter(text="park"), 5)[0]) == 2


def test_a_name_elsewhere_is_no_double(editor) -> None:
    app = staff(groep="+")
    app.session_state["plek_nieuw"] = (PARK.x + 300, PARK.y)
    app.run()
    field(app, "name").set_value("Het Park")
    press(app, "staff_group.add")
    assert len(edits.find(engine(), ANNA, Filter(text="park"), 5)[0]) == 2


def test_hostile_texts_stay_texts(editor) -> None:
    by_another(name=HOSTILE, description=HOSTILE, notes=HOSTILE, source=HOSTILE)
    for app in (staff(), staff(groep="G-1"), staff(deel="logboek")):
        assert not app.exception
        for one in [*app.markdown, *app.title, *app.caption, *app.warning, *app.error]:
            raw = one.value
            assert "**vet**" not in raw
            assert "[k](" not in raw
            assert not re.search(r"(?<!\\)<img", raw)
    assert HOSTILE in title(staff(groep="G-1"))


def test_the_municipality_of_groups_without_a_place_is_as_recorded(editor) -> None:
    assert list(staff().dataframe[0].value["town"]) == ["Lelystad"] * 3


def test_groups_around_a_place_are_named_nearest_first() -> None:
    c = cached.measured()
    found = staff_place.around(c, (PARK.x, PARK.y))
    assert [(id, round(far)) for id, _, far in found] == [("G-1", 0), ("G-2", pytest.approx(1750, abs=100))]
    assert staff_place.around(c, None) == []
    assert staff_place.found(c.atlas, (HARBOUR.x, HARBOUR.y)).municipality == "Lelystad"
    assert staff_place.found(c.atlas, (10_000.0, 600_000.0)).code == ""
