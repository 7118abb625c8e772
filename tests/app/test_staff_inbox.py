"""The inbox and the log on the staff page: residents' reports, imports, changes, erasing a person."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import streamlit as st

from tests.app.conftest import Visitor
from tests.app.reading import title, told, words
from tests.app.staff_register import ANNA, NL, TODAY, by_another, engine, fill, labels, press, staff
from utils import contacts, inbox, plans, schema
from utils.import_model import Checked, Draft
from utils.imports import About, commit, done
from utils.models import Contact, ResidentReport
from utils.registry import all_groups, revision
from utils.texts import LANGS, Texts

Setting = Callable[[str, object], None]
HOSTILE = "{{7*7}} **vet** [k](javascript:1) <img src=x onerror=1>"


@pytest.fixture(autouse=True)
def _register(tmp_path: Path, setting: Setting) -> None:
    st.cache_resource.clear()
    setting("DATABASE_URL", fill(tmp_path))


def receive(
    kind: str = "dead", message: str = "Bestaat niet meer", name: str = "Kees Voorbeeld"
) -> ResidentReport:
    """A resident's report about a group."""
    mail = "kees@voorbeeld.nl" if name else ""
    now = datetime.now(UTC)
    report = ResidentReport("", kind, "G-1", "GM0995", name, mail, message, bool(name), "new", now)
    return inbox.receive(engine(), report)


def imported() -> None:
    """A list that changes one group and adds another."""
    new = {"name": "Erbij", "municipality": "GM0995", "precision": "municipality"}
    drafts = (Draft(2, "G-1", {"participants": 99}), Draft(3, "", new))
    checked = Checked(2, 0, drafts, ())
    plan = plans.make(all_groups(engine()), revision(engine()), checked, False)
    commit(engine(), ANNA, plan, About("lijst <b>.xlsx", "0" * 64, {}))


@pytest.mark.parametrize("lang", LANGS)
def test_new_reports_are_counted_on_the_tab_and_in_the_title(visitor: Visitor, lang: str) -> None:
    visitor.signs_in("editor")
    assert title(staff(deel="meldingen", taal=lang)) == Texts(lang).t("staff_inbox.title_none")
    receive()
    receive("join")
    app = staff(deel="meldingen", taal=lang)
    assert not app.exception
    assert title(app) == Texts(lang).t("staff_inbox.title", n=2)
    assert f"{Texts(lang).t('staff.part.meldingen')} (2)" in words(staff(taal=lang))
    assert Texts(lang).t("staff_inbox.retention", n=365) in words(app)
    said = words(app)
    assert said.index(Texts(lang).t("staff_inbox.kind_join")) < said.index(
        Texts(lang).t("staff_inbox.kind_dead")
    )


def test_a_report_is_taken_up_noted_and_dealt_with(visitor: Visitor) -> None:
    visitor.signs_in("editor", ANNA.name)
    report = receive()
    app = staff(deel="meldingen")
    app.text_area(key=f"notitie_{report.reference}_1").set_value("Gebeld, klopt")
    press(app, "staff_inbox.set.done")
    assert not app.exception
    (after,) = inbox.waiting(engine(), ANNA, "done")
    assert (after.answer, after.handled_by) == ("Gebeld, klopt", ANNA.name)
    assert title(app) == NL.t("staff_inbox.title_none")
    app.segmented_control(key="meldingen_status").set_value("done").run()
    assert "Gebeld, klopt" in " ".join(one.value for one in app.text)


def test_two_who_answer_the_same_report(visitor: Visitor) -> None:
    visitor.signs_in("editor")
    report = receive()
    app = staff(deel="meldingen")
    inbox.handle(engine(), ANNA, report.id or 0, 1, "busy", "ik bel")
    app.text_area(key=f"notitie_{report.reference}_1").set_value("ook gebeld")
    press(app, "staff_inbox.set.done")
    assert NL.t("error.report_conflict", reference=report.reference) in told(app)
    assert [one.answer for one in inbox.waiting(engine(), ANNA, "busy")] == ["ik bel"]
    assert "ik bel" in [one.value for one in app.text]  # theirs
    assert app.text_area(key=f"notitie_{report.reference}_2").value == "ook gebeld"  # mine is not lost
    press(app, "staff_inbox.set.done")
    assert [one.answer for one in inbox.waiting(engine(), ANNA, "done")] == ["ook gebeld"]


def test_the_group_of_a_report_is_one_click_away(visitor: Visitor) -> None:
    visitor.signs_in("editor")
    report = receive()
    app = staff(deel="meldingen")
    app.button(key=f"groep_{report.reference}").click().run()
    assert (app.query_params["deel"], app.query_params["groep"]) == ("register", "G-1")
    assert "Het Park" in title(app)


def test_old_reports_lose_their_personal_data_when_the_inbox_opens(visitor: Visitor) -> None:
    visitor.signs_in("editor")
    receive()
    old = datetime.now(UTC) - timedelta(days=400)
    with engine().begin() as connection:
        connection.execute(sa.update(schema.reports).values(received=old))
    app = staff(deel="meldingen")
    assert NL.t("staff_inbox.expired", n=1) in words(app)
    assert "kees@voorbeeld.nl" not in words(app)
    (kept,) = inbox.waiting(engine(), ANNA)
    assert (kept.name, kept.email, kept.message) == ("", "", "")


def test_hostile_reports_stay_text(visitor: Visitor) -> None:
    visitor.signs_in("editor")
    receive(message=HOSTILE, name=HOSTILE)
    app = staff(deel="meldingen")
    assert HOSTILE in [one.value for one in app.text]
    assert not [
        one.value for one in [*app.markdown, *app.caption] if "**vet**" in one.value or "[k](" in one.value
    ]


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_the_log_for_each_role(visitor: Visitor, role) -> None:
    by_another(participants=60, notes="Over Piet")
    contacts.save(engine(), ANNA, Contact("G-1", "Joep", "joep@voorbeeld.nl", "", "", TODAY, ""))
    receive()
    imported()
    visitor.signs_in(role)
    app = staff(deel="logboek")
    assert not app.exception
    said = words(app)
    assert "40 → 60" in said
    assert "lijst &lt;b&gt;.xlsx" in said
    assert ("Over Piet" in said) == (role != "viewer")
    assert (NL.t("staff_log.entity.contact") in said) == (role != "viewer")
    assert "joep@voorbeeld.nl" not in said
    assert "kees@voorbeeld.nl" not in said
    assert (NL.t("staff_log.undo_now") in labels(app)) == (role == "admin")
    assert (NL.t("staff_log.erase") in said) == (role == "admin")


def test_an_import_is_undone(visitor: Visitor) -> None:
    imported()
    visitor.signs_in("admin", "chef@voorbeeld.nl")
    app = press(staff(deel="logboek"), "staff_log.undo_now")
    assert not app.exception
    assert [group.name for group in all_groups(engine()) if group.name == "Erbij"] == []
    (one,) = done(engine(), ANNA)
    assert one.undone_by == "chef@voorbeeld.nl"
    assert NL.t("staff_log.undo_now") not in labels(app)
    assert "chef@voorbeeld.nl" in words(app)


def test_an_import_whose_groups_were_changed_since_stays(visitor: Visitor) -> None:
    imported()
    by_another(participants=61)
    visitor.signs_in("admin")
    app = press(staff(deel="logboek"), "staff_log.undo_now")
    assert len(told(app)) == 1
    assert "Het Park" in told(app)[0]
    assert "G-1" in told(app)[0]
    assert done(engine(), ANNA)[0].undone_at is None
    app = app.button(key="ongedaan_rest").click().run()
    assert not app.exception
    assert not told(app)
    assert done(engine(), ANNA)[0].undone_at is not None
    groups = {group.name: group.participants for group in all_groups(engine())}
    assert "Erbij" not in groups  # what the list added is gone; what was changed since stays
    assert groups["Het Park"] == 61
    assert not [one for one in app.button if one.key == "ongedaan_rest"]


def test_a_person_is_erased_only_after_counting_and_typing(visitor: Visitor) -> None:
    contacts.save(engine(), ANNA, Contact("G-1", "Piet Voorbeeld", "piet@voorbeeld.nl", "", "", TODAY, ""))
    visitor.signs_in("admin")
    app = staff(deel="logboek")
    app.text_input(key="wissen_wie").set_value("niemand@voorbeeld.nl").run()
    assert NL.t("staff_log.erase_none") in words(app)
    app.text_input(key="wissen_wie").set_value("piet@voorbeeld.nl").run()
    (found,) = [one.value for one in app.warning]
    assert "contactpersonen 1" in found
    assert app.button(key="wissen_nu").disabled
    assert len(contacts.of(engine(), ANNA, ["G-1"])) == 1
    app.text_input(key="wissen_zeker").set_value("Wissen").run()
    app.button(key="wissen_nu").click().run()
    assert not app.exception
    assert contacts.of(engine(), ANNA, ["G-1"]) == []
    assert "piet" not in words(app).lower()
    assert app.text_input(key="wissen_wie").value == ""


def test_what_is_no_person_is_told(visitor: Visitor) -> None:
    visitor.signs_in("admin")
    app = staff(deel="logboek")
    app.text_input(key="wissen_wie").set_value("a").run()
    assert not app.exception
    assert len(told(app)) == 1
