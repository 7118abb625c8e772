"""What the pages' tests share: a cache folder of their own, settings and visitors that a test may change."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import streamlit as st

from utils import door, sign_in
from utils.access import Role
from utils.settings import settings

ISSUER = "https://aanmelden.voorbeeld.nl"
AUTH = {
    "redirect_uri": "https://kaart.voorbeeld.nl/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 2,
    "client_id": "kaart",
    "client_secret": "geheim",
    "server_metadata_url": f"{ISSUER}/.well-known/openid-configuration",
}


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Derived files go to a temporary folder, not to the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BUURTDEKKING_CACHE", str(tmp_path_factory.mktemp("cache")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture(scope="module", autouse=True)
def _once(once: None) -> None:
    """See there."""


@pytest.fixture(scope="session", autouse=True)
def _no_head_start() -> Iterator[None]:
    """There is no browser that could draw the map while the page waits for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("utils.ui.HEAD_START", 0.0)
        yield


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, object], None]]:
    """A function that sets a variable of the environment for one test; the settings are then read anew."""

    def change(name: str, value: object) -> None:
        monkeypatch.setenv(name, str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def local(setting: Callable[[str, object], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The staff page is open without signing in, to a visitor at this very computer."""
    setting("BUURTDEKKING_STAFF", "local")
    address = {"server.address": "127.0.0.1"}
    monkeypatch.setattr(door, "_option", lambda name: address.get(name, st.get_option(name)))
    monkeypatch.setattr(door, "_headers", lambda: {"host": "localhost:8501"})


class Visitor:
    """Who is at the staff page, as far as the provider's word goes; nobody at first."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] | None = None
        self.secrets: dict[str, Any] = {"auth": dict(AUTH), "roles": {}}

    def signs_in(self, role: Role | None, name: str = "Jan.Jansen@voorbeeld.nl", age: float = 60) -> None:
        """Signed in so many seconds ago, with a role on the list or (None) without one."""
        moment = int(time.time() - age)
        self.claims = {
            "iss": ISSUER, "sub": name, "iat": moment, "nonce": f"{name}{moment}", "is_logged_in": True,
            "email": name, "email_verified": True, "name": "Jan Jansen",
        }  # fmt: skip
        self.secrets["roles"] = {name: role} if role else {}

    def signs_out(self) -> None:
        """Nobody is signed in."""
        self.claims = None


@pytest.fixture
def visitor(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """Signing in is set up; nobody is signed in yet."""
    found = Visitor()
    monkeypatch.setattr(door, "_secrets", lambda: found.secrets)
    monkeypatch.setattr(sign_in, "_claims", lambda: found.claims)
    monkeypatch.setattr(sign_in, "_ended", {})
    return found
