"""Who is at the staff pages: asks to sign in, lets in whoever is on the list, says who acts."""

import logging
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode

import streamlit as st

from utils import access, door, ui
from utils.access import LOCAL, Actor, Person, SignedOut
from utils.door import Door
from utils.errors import AppError, DataError
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

EVERY = 60.0
"""Seconds between two looks, in a page that stays open, at whether its visitor may still see it."""
COOKIE = "buurtdekking_terug"
"""The view that asked to sign in; the provider sends everybody to the home page."""
COOKIE_SECONDS = 900
PAGE = "pages/beheer.py"
WIDTH = 720

_log = logging.getLogger(__name__)
_ended: dict[tuple[str, ...], float] = {}
"""Sign-ins that were signed out of, with the moment at which they would have ended: other tabs of the same
browser, and copies of its cookie, hold them still."""


def _claims() -> Mapping[str, Any] | None:
    """What the provider said of this visitor; None: not signed in."""
    claims = st.user.to_dict()
    return claims if claims.get("is_logged_in") is True else None


def _now() -> float:
    return time.time()


def actor() -> Actor | None:
    """Who acts, as the list and the clock have it now; None: nobody who may do anything."""
    try:
        return acting()
    except AppError:
        return None


def acting() -> Actor:
    """Who acts now: ask at the moment of acting, not only when the page is drawn.

    Raises SignedOut where nobody with a role is signed in (any more), and what `door.opened` raises.
    """
    found = door.opened()
    if found.kind == "local":
        return LOCAL
    claims = _claims()
    if found.kind == "closed" or claims is None:
        raise SignedOut
    person = _person(found, claims)
    if person.actor.role is None or _is_over(person, claims):
        raise SignedOut
    return person.actor


def gate(page: Page) -> Actor:
    """Whoever may come in; for anybody else the page ends here, with what to do about it."""
    _only_a_window_of_its_own()
    now = actor()
    if now is None:
        with st.container(width=WIDTH, key="toegang"):
            st.title(page.texts.t("access.title"), anchor=False)
            _turn_away(page)
        st.stop()
    return now


def _turn_away(page: Page) -> None:
    try:
        found = door.opened()
    except AppError as problem:
        if isinstance(problem, DataError):
            _tell_operator(Texts("en").t(problem.key, **problem.params))
        ui.show(problem, page.texts)
        return
    claims = _claims()
    if found.kind == "closed":
        st.markdown(page.texts.t("access.closed"))
    elif claims is None:
        _ask(page, found, "access.ask")
    elif _is_over(person := _person(found, claims), claims):
        _ask(page, found, "access.over")
    else:
        _refuse(page, person)


def bar(page: Page, actor: Actor) -> None:
    """Who is at work and in which role, with the way out; of a page that needs no sign-in, that it does."""
    texts = page.texts
    with st.container(horizontal=True, vertical_alignment="center", key="aangemeld"):
        if actor == LOCAL:
            st.markdown(f":material/lock_open: {texts.t('access.local')}")
            return
        role = texts.t(f"access.role.{actor.role}")
        st.text(texts.t("access.bar", name=actor.name, role=role), width="content")
        _way_out(texts, "tertiary")
    _forget_the_way_back()
    st.fragment(_look_again, run_every=EVERY)(actor)


def _look_again(seen: Actor) -> None:
    if actor() != seen:
        st.rerun()


def return_to_staff() -> None:
    """Back to the staff page for who came from there to sign in; nothing for anybody else.

    For the home page, before it draws anything.
    """
    came = st.context.cookies.get(COOKIE)
    if came is None or "teruggebracht" in st.session_state or _claims() is None:
        return
    st.session_state["teruggebracht"] = True
    st.switch_page(PAGE, query_params=dict(parse_qsl(unquote(came))))


def _person(found: Door, claims: Mapping[str, Any]) -> Person:
    return access.person(claims, found.roles, settings().session_hours, _now())


def _sign_in_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells one sign-in from another."""
    return tuple(str(claims.get(key)) for key in ("iss", "sub", "iat", "nonce"))


def _is_over(person: Person, claims: Mapping[str, Any]) -> bool:
    return _now() >= person.until or _sign_in_of(claims) in _ended


def _ask(page: Page, found: Door, why: str) -> None:
    texts = page.texts
    st.markdown(texts.t(why))
    for name in found.providers:
        label = texts.t("access.sign_in_with", name=name) if name else texts.t("access.sign_in")
        if st.button(label, key=f"aanmelden_{name}", type="primary", icon=":material/login:"):
            st.login(name or None)
    _remember_the_way_back()


def _refuse(page: Page, person: Person) -> None:
    texts = page.texts
    st.text(texts.t("access.unknown", name=person.actor.name))
    if person.identity:
        st.markdown(texts.t("access.unknown_code"))
        st.code(person.identity, language=None, wrap_lines=True)
    _way_out(texts)


def _way_out(texts: Texts, look: Literal["secondary", "tertiary"] = "secondary") -> None:
    if st.button(texts.t("access.sign_out"), key="afmelden", type=look, icon=":material/logout:"):
        claims = _claims()
        if claims is not None:
            now = _now()
            for old in [key for key, until in _ended.items() if until < now]:
                _ended.pop(old, None)
            _ended[_sign_in_of(claims)] = access.person(claims, {}, settings().session_hours, now).until
        st.logout()
        st.stop()


@cache
def _tell_operator(sentence: str) -> None:
    """Into the log, once: every visitor would repeat it."""
    _log.error("Staff pages are closed. %s", sentence)


def _only_a_window_of_its_own() -> None:
    # Streamlit sends no X-Frame-Options: another site could lay our buttons under those of its own.
    script = "if (window.self !== window.top) document.documentElement.replaceChildren();"
    st.html(f"<script>{script}</script>", unsafe_allow_javascript=True)


def _remember_the_way_back() -> None:
    _set_cookie(quote(urlencode(st.query_params.to_dict()), safe=""), COOKIE_SECONDS)


def _forget_the_way_back() -> None:
    _set_cookie("", 0)


def _set_cookie(value: str, seconds: int) -> None:
    base = st.get_option("server.baseUrlPath").strip("/")
    path = f"/{quote(base)}"
    cookie = f"{COOKIE}={value}; path={path}; max-age={seconds}; samesite=lax"
    st.html(f"<script>document.cookie = '{cookie}';</script>", unsafe_allow_javascript=True)
