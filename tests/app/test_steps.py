"""Joining, starting and reporting, from the form to the inbox, without a browser."""

import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.reading import ROOT, show, told, unescaped, words
from tests.app.staff_register import ANNA, HARBOUR, MILL, PARK, fill
from utils import inbox, intake, registry, steps, steps_form
from utils.errors import StoreError
from utils.intake import Asked
from utils.models import ResidentReport
from utils.settings import settings
from utils.texts import LANGS, Texts

NL = Texts("nl")
PAGE = "pages/mijn_buurt.py"
HERE = "BV09950003"
GOOD = "https://chat.whatsapp.com/AbC123"
PUBLIC = "https://kaart.voorbeeld.nl"
Setting = Callable[[str, object], None]


@pytest.fixture(autouse=True)
def _alone(setting: Setting, tmp_path: Path) -> None:
    """No register yet, a public address, nobody counted."""
    setting("DATABASE_URL", f"sqlite:///{tmp_path / 'new.sqlite'}")
    setting("BUURTDEKKING_PUBLIC_URL", PUBLIC)
    steps_form._gate.clear()


@pytest.fixture
def register(setting: Setting, tmp_path: Path) -> None:
    """A register with two groups with a place; one has a link."""
    setting("DATABASE_URL", fill(tmp_path, (replace(PARK, join_link=GOOD), HARBOUR, MILL)))


def answer(gebied: str = HERE, **params: str) -> AppTest:
    """The page with the answer for a neighbourhood."""
    app = show(PAGE, gebied=gebied, **params)
    assert not app.exception
    return app


def received() -> list[ResidentReport]:
    """What is in the inbox."""
    return inbox.waiting(registry.engine_for(settings()), ANNA)


def write(app: AppTest, form: str, **values: Any) -> AppTest:
    """Fill in a form and send it."""
    typed = {"naam": "", "email": "", "bericht": "", "website": "", "akkoord": False} | values
    for field in ("naam", "email", "website"):
        app.text_input(key=f"{form}_{field}").set_value(typed[field])
    app.text_area(key=f"{form}_bericht").set_value(typed["bericht"])
    app.checkbox(key=f"{form}_akkoord").set_value(typed["akkoord"])
    app.button(key=f"{form}_verstuur").click().run()
    assert not app.exception
    return app


BEA = {"naam": "Bea Bewoner", "email": "bea@thuis.nl", "bericht": "Ik doe graag mee.", "akkoord": True}


def links(app: AppTest) -> list[str]:
    """The links to join a group."""
    return [one.proto.body for one in app.get("html") if '<a class="meedoen"' in one.proto.body]


def labels(app: AppTest) -> list[str]:
    return [tab.label for tab in app.tabs]


@pytest.mark.parametrize("lang", LANGS)
def test_the_three_ways_are_there_in_both_languages(register: None, lang: str) -> None:
    app, texts = answer(taal=lang), Texts(lang)
    assert labels(app)[-3:] == [texts.t(f"steps.{one}_tab") for one in ("join", "start", "report")]
    said = words(app)
    for one in ("look", "recruit", "rules", "register", "tell", "signs"):
        assert texts.t(f"steps.do.{one}.word") in said
    for one in ("signal", "alarm", "app", "react"):
        assert texts.t(f"invitation.saar.{one}.rule") in said


def test_somebody_asks_to_join_and_gets_a_number(register: None) -> None:
    app = answer()
    app.selectbox(key="meedoen_groep").set_value("G-2").run()
    app = write(app, "join", **BEA)
    (report,) = received()
    assert (report.kind, report.group_id, report.area, report.status) == ("join", "G-2", HERE, "new")
    assert (report.name, report.email, report.message) == ("Bea Bewoner", "bea@thuis.nl", "Ik doe graag mee.")
    assert report.consent
    (said,) = [one.value for one in app.success]
    assert report.reference in said
    assert "join_naam" not in [one.key for one in app.text_input]


def test_after_a_message_the_form_is_empty_again(register: None) -> None:
    app = write(answer(), "join", **BEA)
    app.button(key="join_nog_een").click().run()
    assert app.text_input(key="join_naam").value == ""
    assert app.text_input(key="join_email").value == ""
    assert app.text_area(key="join_bericht").value == ""
    assert app.checkbox(key="join_akkoord").value is False
    assert "bea@thuis.nl" not in repr(app.session_state)


def test_the_same_message_twice_is_one(register: None) -> None:
    app = write(answer(), "join", **BEA)
    (first,) = [one.value for one in app.success]
    app.button(key="join_nog_een").click().run()
    app = write(app, "join", **BEA)
    assert [one.value for one in app.success] == [first]
    assert len(received()) == 1


def test_two_runs_at_a_time_send_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def slow(*_: Any) -> str:
        calls.append("sent")
        time.sleep(0.2)
        return f"BD-{len(calls)}"

    monkeypatch.setattr(intake, "send", slow)
    asked, sent = Asked("start", HERE, name="Bea", email="bea@thuis.nl", consent=True), steps_form._Sent()
    with ThreadPoolExecutor(4) as pool:
        references = list(pool.map(lambda _: steps_form._once(asked, sent, None), range(4)))
    assert references == ["BD-1"] * 4
    assert calls == ["sent"]


def test_the_link_of_a_group_leads_out_safely(register: None, setting: Setting, tmp_path: Path) -> None:
    app = answer()
    app.selectbox(key="meedoen_groep").set_value("G-1").run()
    (link,) = links(app)
    assert f'href="{GOOD}"' in link
    assert 'rel="noopener noreferrer"' in link
    assert 'target="_blank"' in link
    app.selectbox(key="meedoen_groep").set_value("G-2").run()
    assert links(app) == []
    assert NL.t("steps.join_about") in words(app)


def test_a_link_elsewhere_is_never_shown(setting: Setting, tmp_path: Path) -> None:
    setting("DATABASE_URL", fill(tmp_path, (replace(PARK, join_link="https://evil.voorbeeld.nl/x"),)))
    assert "evil.voorbeeld" not in words(answer())


def test_example_groups_cannot_be_joined_but_a_group_can_be_started(tmp_path: Path) -> None:
    app = answer()
    assert NL.t("steps.join_example") in [one.value for one in app.info]
    assert "join_verstuur" not in [one.key for one in app.button]
    assert app.selectbox(key="melden_reden").options == [NL.t("steps.why.missing"), NL.t("steps.why.rest")]
    assert "melden_groep" not in [one.key for one in app.selectbox]
    assert not (tmp_path / "new.sqlite").exists()
    app = write(app, "start", naam="Bea", email="bea@thuis.nl", bericht="De Waterwijk", akkoord=True)
    (report,) = received()
    assert (report.kind, report.area, report.message) == ("start", HERE, "De Waterwijk")
    assert report.reference in app.success[0].value


@pytest.mark.parametrize("reason", [one for one in steps.REASONS if one not in steps.NO_GROUP])
def test_a_wrong_group_is_reported_without_a_name(register: None, reason: str) -> None:
    app = answer(taal="en")
    app.selectbox(key="melden_reden").set_value(reason)
    app.selectbox(key="melden_groep").set_value("G-1")
    write(app, "report")
    (report,) = received()
    assert (report.kind, report.group_id) == (steps.REASONS[reason], "G-1")
    assert report.message == NL.t(f"steps.why.{reason}")
    assert (report.name, report.email, report.consent) == ("", "", False)


@pytest.mark.parametrize("reason", steps.NO_GROUP)
def test_a_missing_group_is_reported_in_words(register: None, reason: str) -> None:
    app = answer()
    app.selectbox(key="melden_reden").set_value(reason)
    app = write(app, "report")
    assert told(app) == [NL.t("error.request_message")]
    assert received() == []
    write(app, "report", bericht="In de Kerkstraat is een groep.")
    (report,) = received()
    assert (report.kind, report.group_id) == (steps.REASONS[reason], "")
    assert report.message.endswith("\n\nIn de Kerkstraat is een groep.")


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"website": "https://koop.nu"}, "error.request_spam"),
        ({"bericht": "http://a http://b http://c"}, "error.request_links"),
        ({"akkoord": False}, "error.request_consent"),
        ({"email": "bea"}, "error.request_email"),
        ({"email": ""}, "error.request_sender"),
    ],
)
def test_a_refused_message_stays_in_the_form(register: None, values: dict[str, Any], key: str) -> None:
    app = write(answer(), "join", **(BEA | values))
    assert [line for line in told(app) if line] == [NL.t(key, most=2) if "links" in key else NL.t(key)]
    assert received() == []
    assert app.text_input(key="join_naam").value == "Bea Bewoner"
    assert app.text_area(key="join_bericht").value == (BEA | values)["bericht"]
    write(app, "join", **BEA)
    assert len(received()) == 1


def test_a_flood_is_stopped_with_a_sentence(register: None) -> None:
    app = answer()
    for n in range(6):
        app = write(app, "start", naam="Bea", email="bea@thuis.nl", bericht=f"Bericht {n}", akkoord=True)
        app.button(key="start_nog_een").click().run()
    app = write(app, "start", naam="Bea", email="bea@thuis.nl", bericht="Nog een", akkoord=True)
    assert told(app) == [NL.t("error.request_often", n=60)]
    assert app.text_area(key="start_bericht").value == "Nog een"
    assert len(received()) == 6


def test_a_disk_that_cannot_be_written_loses_nothing(setting: Setting, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    setting("DATABASE_URL", f"sqlite:///{tmp_path / 'file' / 'register.sqlite'}")
    app = answer()
    for _ in range(8):  # nor does it count as a message
        app = write(app, "start", naam="Bea", email="bea@thuis.nl", bericht="De Waterwijk", akkoord=True)
        assert told(app) == [NL.t("steps.not_kept")]
    assert app.text_input(key="start_email").value == "bea@thuis.nl"
    assert app.text_area(key="start_bericht").value == "De Waterwijk"
    setting("DATABASE_URL", f"sqlite:///{tmp_path / 'good.sqlite'}")
    write(app, "start", naam="Bea", email="bea@thuis.nl", bericht="De Waterwijk", akkoord=True)
    assert len(received()) == 1


def test_a_register_that_may_have_it_says_so(register: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise StoreError("error.register_unknown", register="x")

    monkeypatch.setattr(inbox, "receive", fails)
    app = write(answer(), "join", **BEA)
    assert told(app) == [NL.t("steps.not_known")]


def test_the_invitation_is_for_this_neighbourhood_by_the_name_people_use(register: None) -> None:
    app = answer()
    app.text_input(key="buurtnaam").set_value("'t *Ven* <b>x</b>").run()
    (block,) = [one.proto.body for one in app.get("html") if "<pre " in one.proto.body]
    assert "&#x27;t *Ven* &lt;b&gt;x&lt;/b&gt;," in block
    assert f"{PUBLIC}/mijn_buurt?gebied={HERE}" in block
    codes = [one.proto.body for one in app.get("html") if 'class="code"' in one.proto.body]
    assert len(codes) == 1
    assert f"{PUBLIC}/mijn_buurt?gebied={HERE}" in codes[0]


def test_without_a_neighbourhood_it_says_what_to_do_first(register: None) -> None:
    app = answer("NL")
    assert NL.t("steps.join_search") in words(app)
    write(app, "report", bericht="Er klopt iets niet.")
    (report,) = received()
    assert (report.kind, report.area) == ("missing", "")


def test_hostile_names_of_groups_are_text(setting: Setting, tmp_path: Path) -> None:
    name = "<img src=x onerror=alert(1)> [a](javascript:1) **b**"
    setting("DATABASE_URL", fill(tmp_path, (replace(PARK, name=name),)))
    app = answer()
    assert name in app.selectbox(key="meedoen_groep").options[0]
    assert [one for one in app.markdown if name in unescaped(one.value) and name not in one.value]
    assert not [one for one in app.get("html") if "<img src=x" in one.proto.body]


def test_nothing_of_the_register_is_loaded_before_somebody_sends() -> None:
    asked = "import sys; import utils.steps; sys.exit('sqlalchemy' in sys.modules)"
    subprocess.run([sys.executable, "-c", asked], cwd=ROOT, check=True)


@pytest.mark.parametrize(("name", "told"), [("De Waterwijk", False), ("De Waterwijk \N{TULIP}", True)])
def test_a_character_that_cannot_be_printed_is_told_before_the_download(name: str, told: bool) -> None:
    app = answer()
    app.text_input(key="buurtnaam").set_value(name).run()
    assert (NL.t("steps.unprintable") in [one.value for one in app.caption]) is told


def test_a_report_with_a_bad_address_may_leave_it_out(register: None) -> None:
    app = write(answer(), "report", **(BEA | {"email": "bea"}))
    assert told(app) == [NL.t("error.email")]
