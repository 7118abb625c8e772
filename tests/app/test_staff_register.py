"""The register on the staff page: what it finds, filters, saves, refuses and never loses."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from tests.app.conftest import Visitor
from tests.app.reading import HOME, show, title, told, words
from tests.app.staff_register import (
    ANNA,
    GROUPS,
    HARBOUR,
    NL,
    TODAY,
    by_another,
    engine,
    fill,
    labels,
    pending,
    press,
    staff,
    stored,
)
from utils import cached, edits, staff_table
from utils.texts import LANGS, Texts

Setting = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def _register(tmp_path: Path, setting: Setting) -> None:
    st.cache_resource.clear()
    setting("DATABASE_URL", fill(tmp_path))


@pytest.fixture
def editor(visitor: Visitor) -> None:
    """An editor at work."""
    visitor.signs_in("editor", ANNA.name)


def test_the_table_takes_what_is_typed_as_it_is_and_saving_refuses_it(editor) -> None:
    config = staff_table._columns(NL, editable=True)
    assert not config["name"]["required"]
    limits = config["participants"]["type_config"]
    assert (limits["min_value"], limits["max_value"]) == (None, None)
    for values in ({"participants": -5}, {"name": ""}):
        app = typed(staff(), "G-1", **values)
        app.button(key="opslaan").click().run()
        assert not app.exception
        assert len(told(app)) == 1
        assert app.session_state["beheer_wijzigingen"].values["G-1"].items() >= values.items()
        assert stored("G-1").name == "Het Park"


def names(app) -> list[str]:
    """The groups in the table, in order."""
    (table,) = app.dataframe
    return list(table.value["name"])


def typed(app, id: str, **values):
    """The page after somebody typed values in the table's row of a group."""
    kept = app.session_state["beheer_wijzigingen"]
    for name, value in values.items():
        kept.put(stored(id), name, value)
    return app.run()


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_the_page_opens_on_the_register_and_states_the_finding(visitor: Visitor, role, lang: str) -> None:
    visitor.signs_in(role)
    app = staff(taal=lang)
    assert not app.exception
    assert title(app) == Texts(lang).t("staff_register.title", n=1, active=2)
    assert [(one.label, one.value) for one in app.metric] == [
        (Texts(lang).t(f"staff_register.count.{name}"), value)
        for name, value in (("active", "2"), ("stale", "1"), ("waiting", "1"), ("placeless", "1"))
    ]
    assert all(one.help for one in app.metric)
    assert app.query_params["deel"] == "register"


def test_not_confirmed_for_longest_comes_first_and_stopped_groups_do_not_come(editor) -> None:
    assert names(staff()) == ["De Molen", "Het Park", "De Haven"]


def test_search_and_filters(editor) -> None:
    app = staff()
    app.text_input(key="register_zoek").set_value("haven").run()
    assert names(app) == ["De Haven"]
    app.text_input(key="register_zoek").set_value("").run()
    app.checkbox(key="register_oud").check().run()
    assert names(app) == ["De Molen", "Het Park"]
    app.checkbox(key="register_oud").uncheck().run()
    app.selectbox(key="register_platform").select("Signal").run()
    assert names(app) == ["De Haven"]
    app.selectbox(key="register_platform").set_value(None).run()
    app.selectbox(key="register_status").select_index(3).run()  # stopped
    assert names(app) == ["De Werf"]
    app.selectbox(key="register_status").select_index(1).run()  # all
    assert len(names(app)) == 4
    app.selectbox(key="register_gebied").set_value("GM0363").run()  # Amsterdam
    assert names(app) == ["De Werf"]
    app.selectbox(key="register_gebied").set_value("PV24").run()  # Flevoland
    assert sorted(names(app)) == ["De Haven", "De Molen", "Het Park"]
    app.text_input(key="register_zoek").set_value("bestaat niet").run()
    assert NL.t("staff_register.none") in words(app)


def test_a_viewer_looks_and_cannot_touch(visitor: Visitor) -> None:
    visitor.signs_in("viewer")
    app = staff()
    (table,) = app.dataframe
    assert table.proto.editing_mode == 0  # read only
    assert not {"kies", "notes", "confirmed_by"} & set(table.value.columns)
    assert table.value["status"].iloc[0] == NL.t("staff_register.status.pending")
    wanted = ("add", "save", "tick_page", "confirm", "deactivate")
    assert not {NL.t(f"staff_register.{name}") for name in wanted} & set(labels(app))
    assert "Alleen voor ons" not in words(app)
    app = staff(groep="+")  # asks by hand for what is not offered
    assert NL.t("staff_group.new") not in words(app)
    for section in ("meldingen", "import"):
        assert title(staff(deel=section)) == title(staff())


def test_typed_values_are_counted_saved_and_on_the_map_at_once(editor) -> None:
    app = typed(staff(), "G-1", participants=55, status="inactive", reason="gestopt")
    assert NL.t("staff_register.pending", n=3) in words(app)
    press(app, "staff_register.save")
    assert not app.exception
    assert told(app) == []
    after = stored()
    assert (after.participants, after.status, after.reason) == (55, "inactive", "gestopt")
    assert pending(app).count == 0
    assert edits.history(engine(), ANNA, "G-1")[0].who == ANNA.name
    assert int((cached.measured().groups.status == "active").sum()) == 1
    assert not show(HOME).exception


def test_a_day_of_confirming_names_who_confirmed(editor) -> None:
    press(typed(staff(), "G-1", confirmed=TODAY), "staff_register.save")
    assert (stored().confirmed, stored().confirmed_by) == (TODAY, ANNA.name)


def test_typed_values_outlive_other_pages_filters_and_refusals(editor) -> None:
    app = typed(staff(), "G-1", participants=55, join_link="geen link")
    press(app, "staff_register.save")
    assert len(told(app)) == 1
    assert pending(app).count == 2
    app.text_input(key="register_zoek").set_value("haven").run()
    assert pending(app).count == 2
    app.query_params["deel"] = "logboek"
    app.run()
    app.query_params["deel"] = "register"
    app.run()
    app.text_input(key="register_zoek").set_value("park").run()
    (table,) = app.dataframe
    assert list(table.value["participants"]) == [55]
    press(app, "staff_register.discard")
    assert pending(app).count == 0
    assert list(app.dataframe[0].value["participants"]) == [40]
    assert stored().participants == 40


@pytest.mark.parametrize("mine", [True, False])
def test_who_comes_second_sees_both_versions_and_chooses(editor, mine: bool) -> None:
    app = typed(staff(), "G-1", participants=55)
    by_another(participants=60, platform="Telegram")
    press(app, "staff_register.save")
    assert not app.exception
    (choice,) = [one for one in app.radio if one.label == NL.t("register.field.participants")]
    assert choice.options == ["55", "60"]
    assert "bram" in words(app)
    assert "Telegram" in words(app)  # what the other changed besides
    press(app, "staff_register.clash_save")  # nothing was chosen yet
    assert NL.t("error.staff_choose") in told(app)
    assert stored().participants == 60
    choice = next(one for one in app.radio if one.label == NL.t("register.field.participants"))
    choice.set_value("mine" if mine else "theirs")
    press(app, "staff_register.clash_save")
    assert not app.exception
    assert (stored().participants, stored().platform) == (55 if mine else 60, "Telegram")
    assert pending(app).count == 0
    assert NL.t("staff_register.title", n=1, active=2) == title(app)


def test_a_choice_may_wait(editor) -> None:
    app = typed(staff(), "G-1", participants=55)
    by_another(participants=60)
    press(press(app, "staff_register.save"), "staff_register.clash_later")
    assert pending(app).count == 1
    assert len(app.dataframe) == 1
    press(app, "staff_register.save")
    assert NL.t("staff_register.clash", n=1) in words(app)


def test_many_groups_at_once(editor) -> None:
    app = press(staff(), "staff_register.tick_page")
    assert NL.t("staff_register.ticked", n=3) in words(app)
    assert list(app.dataframe[0].value["kies"]) == [True] * 3
    press(app, "staff_register.confirm")
    assert {stored(id).confirmed for id in ("G-1", "G-2", "G-3")} == {TODAY}
    press(app, "staff_register.tick_page")
    app.radio(key="nieuwe_platform").set_value("Telegram").run()
    app.button(key="zet_nu_platform").click().run()
    assert {stored(id).platform for id in ("G-1", "G-2", "G-3")} == {"Telegram"}
    press(app, "staff_register.tick_page")
    press(app, "staff_register.deactivate_now")  # without a reason
    assert len(told(app)) == 1
    assert stored().status == "active"
    (why,) = [one for one in app.text_input if one.label == NL.t("staff_register.reason")]
    why.set_value("te weinig deelnemers")
    press(app, "staff_register.deactivate_now")
    assert not app.exception
    assert {(stored(id).status, stored(id).reason) for id in ("G-1", "G-2", "G-3")} == {
        ("inactive", "te weinig deelnemers")
    }


def test_many_at_once_is_none_where_somebody_else_was_first(editor) -> None:
    app = press(staff(), "staff_register.tick_page")
    by_another(participants=60)
    press(app, "staff_register.confirm")
    assert "Het Park" in told(app)[0]
    assert stored("G-2").version == HARBOUR.version
    press(app, "staff_register.confirm")  # seen, and meant
    assert stored().confirmed == TODAY
    assert stored().participants == 60


def test_who_loses_the_role_while_typing_writes_nothing(visitor: Visitor) -> None:
    visitor.signs_in("editor")
    app = typed(staff(), "G-1", participants=55)
    visitor.secrets["roles"] = {}
    app.button(key="opslaan").click().run()
    assert not app.exception
    assert stored().participants == 40
    assert not app.dataframe


def test_the_table_reads_days_numbers_and_blanks_and_nothing_else(editor) -> None:
    app = staff()
    kept = app.session_state["beheer_wijzigingen"]
    cells = {"since": "2020-03-01", "participants": None, "platform": "", "id": "X", "version": 9, "x": 1.0}
    kept.gather([stored()], {0: cells, 7: {"name": "nergens"}})
    assert kept.values == {"G-1": {"since": date(2020, 3, 1), "participants": None, "platform": ""}}
    frame = staff_table.rows(NL, list(GROUPS), ["", "", "", ""], True)
    assert str(frame["participants"].dtype) == "Int64"
    assert frame["participants"].isna().tolist() == [False, False, True, True]


def test_an_empty_register_says_what_to_do(visitor: Visitor, tmp_path: Path, setting: Setting) -> None:
    visitor.signs_in("editor")
    setting("DATABASE_URL", f"sqlite:///{tmp_path}/nieuw.sqlite")
    app = staff()
    assert not app.exception
    assert title(app) == NL.t("staff_register.empty")
    assert NL.t("staff_register.add") in labels(app)
    assert not (tmp_path / "nieuw.sqlite").exists()
    for section in ("meldingen", "logboek", "gegevens"):
        assert not staff(deel=section).exception
        assert not told(staff(deel=section))
