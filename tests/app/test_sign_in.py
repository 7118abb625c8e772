"""Who gets into the staff page, what each role may do there, and what everybody else sees."""

import importlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from tests.app.conftest import Visitor
from tests.app.reading import HOME, METHOD, STAFF, show, told, words
from tests.app.staff_acts import ACTS, NL, Act
from utils import door, sign_in, staff, store
from utils.access import ALLOWED, ROLES, Actor, Denied, SignedOut
from utils.errors import AppError
from utils.settings import settings
from utils.texts import LANGS, Texts

Setting = Callable[[str, object], None]
OTHER = "frame.other_language"


def buttons(app) -> list[str]:
    return [one.label for one in app.button]


def fields(app) -> int:
    """Everything that one can fill in or see in a table."""
    return sum(
        len(app.get(kind)) for kind in ("text_input", "selectbox", "arrow_data_frame", "file_uploader")
    )


def assert_only(app, texts: Texts, *keys: str) -> None:
    """The page ends at the gate: these sentences, and no button but sign in or out and the language."""
    assert not app.exception
    assert [one.value for one in app.title] == [texts.t("access.title")]
    said = words(app)
    assert all(texts.t(key) in said for key in keys), said
    allowed = {texts.t(key) for key in (OTHER, "access.sign_in", "access.sign_out")}
    assert set(buttons(app)) <= allowed
    assert fields(app) == 0


@pytest.mark.parametrize("lang", LANGS)
def test_without_any_setting_the_page_is_closed(lang: str) -> None:
    texts = Texts(lang)
    assert_only(show(STAFF, taal=lang), texts, "access.closed")
    for page in (HOME, METHOD):
        links = [link.proto.label for link in show(page, taal=lang).get("page_link")]
        assert texts.t("page.link.beheer") not in links


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_is_asked_to_sign_in(visitor: Visitor, lang: str) -> None:
    texts = Texts(lang)
    app = show(STAFF, taal=lang)
    assert_only(app, texts, "access.ask")
    assert texts.t("access.sign_in") in buttons(app)
    assert texts.t("page.link.beheer") in [link.proto.label for link in app.get("page_link")]
    with pytest.raises(SignedOut):
        sign_in.acting()


@pytest.mark.parametrize("lang", LANGS)
def test_a_stranger_sees_who_they_are_and_the_way_out(visitor: Visitor, lang: str) -> None:
    texts = Texts(lang)
    visitor.signs_in(None)
    app = show(STAFF, taal=lang)
    assert_only(app, texts, "access.unknown_code")
    assert app.code[0].value == "https://aanmelden.voorbeeld.nl|Jan.Jansen@voorbeeld.nl"
    assert texts.t("access.unknown", name="jan.jansen@voorbeeld.nl") in [one.value for one in app.text]
    assert texts.t("access.sign_out") in buttons(app)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_comes_in(visitor: Visitor, role: str) -> None:
    visitor.signs_in(role)
    app = show(STAFF)
    assert not app.exception
    said = NL.t("access.bar", name="jan.jansen@voorbeeld.nl", role=NL.t(f"access.role.{role}"))
    assert said in [one.value for one in app.text]
    assert sign_in.actor() == Actor("jan.jansen@voorbeeld.nl", role)


def test_a_sign_in_ends(visitor: Visitor, setting: Setting) -> None:
    visitor.signs_in("admin", age=8 * 3600 - 60)
    app = show(STAFF)
    assert sign_in.actor() is not None
    setting("BUURTDEKKING_SESSION_HOURS", "1")
    assert_only(app.run(), NL, "access.over")
    assert sign_in.actor() is None


def test_taken_off_the_list_is_out_at_the_next_run(visitor: Visitor) -> None:
    visitor.signs_in("admin")
    app = show(STAFF)
    visitor.secrets["roles"] = {}
    assert_only(app.run(), NL, "access.unknown_code")
    assert sign_in.actor() is None


def test_signing_out_ends_the_sign_in_for_its_copies_too(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    out: list[None] = []
    monkeypatch.setattr(st, "logout", lambda: out.append(None))
    visitor.signs_in("admin")
    app = show(STAFF)
    (button,) = [one for one in app.button if one.label == NL.t("access.sign_out")]
    app = button.click().run()
    assert out == [None]
    assert_only(app.run(), NL, "access.over")
    visitor.signs_in("admin", age=59)  # anew
    assert sign_in.actor() is not None


def test_the_button_leads_to_the_provider(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(st, "login", asked.append)
    app = show(STAFF)
    (button,) = [one for one in app.button if one.label == NL.t("access.sign_in")]
    button.click().run()
    auth = visitor.secrets["auth"]
    visitor.secrets["auth"] = {
        **{key: auth[key] for key in ("redirect_uri", "cookie_secret")},
        "entra": auth,
        "google": auth,
    }
    app = show(STAFF)
    (button,) = [one for one in app.button if one.label == NL.t("access.sign_in_with", name="google")]
    button.click().run()
    assert asked == [None, "google"]


@pytest.mark.parametrize("lang", LANGS)
def test_wrong_secrets_close_the_page_with_one_sentence(
    visitor: Visitor, caplog: pytest.LogCaptureFixture, setting: Setting, lang: str
) -> None:
    sign_in._tell_operator.cache_clear()
    setting("BUURTDEKKING_STAFF", "local")  # does not help
    visitor.signs_in("admin")
    visitor.secrets["roles"] = {"jan.jansen@voorbeeld.nl": "amdin", "geheim@voorbeeld.nl": "editor"}
    app = show(STAFF, taal=lang)
    said = Texts(lang).t("error.roles_role", n=1, known=", ".join(ROLES))
    assert told(app) == [said]
    assert_only(app, Texts(lang))
    app.run()
    (logged,) = [one for one in caplog.records if one.name == "utils.sign_in"]
    assert Texts("en").t("error.roles_role", n=1, known=", ".join(ROLES)) in logged.getMessage()
    assert "voorbeeld" not in logged.getMessage()
    assert logged.levelno >= logging.ERROR
    assert sign_in.actor() is None


@pytest.mark.parametrize("lang", LANGS)
def test_at_this_computer_no_sign_in_is_needed_and_the_page_says_so(local: None, lang: str) -> None:
    app = show(STAFF, taal=lang)
    assert not app.exception
    assert Texts(lang).t("access.local") in words(app)
    assert sign_in.acting() == Actor("local", "admin")


@pytest.mark.parametrize(
    ("address", "headers", "key"),
    [
        (None, {"host": "localhost:8501"}, "error.staff_address"),
        ("127.0.0.1", {"host": "localhost:8501", "x-forwarded-for": "10.0.0.1"}, "error.staff_remote"),
        ("127.0.0.1", {"host": "kwaad.example:8501"}, "error.staff_remote"),
    ],
)
def test_from_elsewhere_there_is_no_local_way_in(
    local: None, monkeypatch: pytest.MonkeyPatch, address: str | None, headers: dict[str, str], key: str
) -> None:
    here = {"server.address": address}
    monkeypatch.setattr(door, "_option", lambda name: here.get(name, st.get_option(name)))
    monkeypatch.setattr(door, "_headers", lambda: headers)
    app = show(STAFF)
    assert told(app) == [NL.t(key, came="0.0.0.0")]
    assert_only(app, NL)
    with pytest.raises(AppError) as caught:
        sign_in.acting()
    assert caught.value.key == key
    links = [link.proto.label for link in show(HOME).get("page_link")]
    assert NL.t("page.link.beheer") not in links


def test_a_provider_goes_before_the_local_way_in(local: None, visitor: Visitor) -> None:
    assert_only(show(STAFF), NL, "access.ask")
    assert sign_in.actor() is None


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, setting: Setting) -> list[str]:
    """What was done, by name; none of it is really carried out."""
    setting("BUURTDEKKING_CACHE", tmp_path)
    calls: list[str] = []
    for act in ACTS:
        module, _, function = act.spied.partition(".")
        spied = importlib.import_module(f"utils.{module}")
        monkeypatch.setattr(spied, function, lambda *a, _name=act.name, **k: calls.append(_name))
    monkeypatch.setattr(store, "can_roll_back", lambda options: True)
    return calls


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
@pytest.mark.parametrize("role", [*ROLES, None])
def test_an_act_is_offered_to_who_may_do_it(
    visitor: Visitor, act: Act, role: str | None, done: list[str]
) -> None:
    visitor.signs_in(role)
    app = show(STAFF, deel=act.section)
    assert not app.exception
    may = role is not None and act.action in ALLOWED[role]
    assert len(act.buttons(app)) == may


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
@pytest.mark.parametrize("becomes", [*ROLES, None, "expired", "out", "secrets broken"])
def test_an_act_is_checked_again_when_it_is_done(
    visitor: Visitor, act: Act, becomes: str | None, done: list[str], setting: Setting
) -> None:
    """The page was drawn for an admin; then something changed, and an old button is pressed."""
    visitor.signs_in("admin")
    app = act.prepare(show(STAFF, deel=act.section))
    (button,) = act.buttons(app)
    if becomes == "expired":
        visitor.signs_in("admin", age=9 * 3600)
    elif becomes == "out":
        visitor.signs_out()
    elif becomes == "secrets broken":
        visitor.secrets["roles"] = ["jan"]
    else:
        visitor.secrets["roles"] = {"jan.jansen@voorbeeld.nl": becomes} if becomes else {}
    app = button.click().run()
    may = becomes in ALLOWED and act.action in ALLOWED[becomes]
    for job in staff._jobs():
        job.wait(10)
    staff._jobs().clear()
    assert done == ([act.name] if may else [])


def test_the_parts_refuse_by_themselves(visitor: Visitor) -> None:
    """Also without the page around them."""
    with pytest.raises(Denied):
        staff.start(Actor("jan", "editor"), settings(), None)
    assert staff._jobs() == []


def test_an_open_page_runs_again_when_its_visitor_may_no_longer_see_it(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[None] = []
    monkeypatch.setattr(st, "rerun", lambda: ran.append(None))
    visitor.signs_in("editor")
    seen = sign_in.acting()
    sign_in._look_again(seen)
    assert ran == []
    visitor.signs_in("viewer")
    sign_in._look_again(seen)
    visitor.signs_out()
    sign_in._look_again(seen)
    assert len(ran) == 2
