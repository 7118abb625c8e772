"""How the staff pages open: what the secrets must hold, and when a visitor is at this very computer."""

from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.runtime.secrets import Secrets

from utils import door
from utils.errors import DataError, InputError
from utils.texts import LANGS, Texts

PROVIDER = {
    "client_id": "kaart",
    "client_secret": "zeer geheim",
    "server_metadata_url": "https://aanmelden.voorbeeld.nl/.well-known/openid-configuration",
}
SHARED = {
    "redirect_uri": "https://kaart.voorbeeld.nl/oauth2callback",
    "cookie_secret": "0123456789abcdef" * 2,
}


@pytest.mark.parametrize(
    ("auth", "names"),
    [
        ({**SHARED, **PROVIDER}, ("",)),
        ({**SHARED, **PROVIDER, "client_kwargs": {"prompt": "login"}}, ("",)),
        ({**SHARED, "entra": PROVIDER}, ("entra",)),
        ({**SHARED, "entra": PROVIDER, "google": PROVIDER}, ("entra", "google")),
        ({**SHARED, **PROVIDER, "google": PROVIDER}, ("", "google")),
        ({**SHARED, **PROVIDER, "redirect_uri": "http://localhost:8501/oauth2callback"}, ("",)),
        ({**SHARED, **PROVIDER, "redirect_uri": "http://127.0.0.1:{port}/oauth2callback"}, ("",)),
        ({**SHARED, **PROVIDER, "server_metadata_url": "http://[::1]:9000/x"}, ("",)),
    ],
)
def test_providers_by_name(auth: dict[str, Any], names: tuple[str, ...]) -> None:
    assert door.providers(auth) == names


@pytest.mark.parametrize(
    ("auth", "key"),
    [
        ("entra", "error.auth_table"),
        ({}, "error.auth_missing"),
        (SHARED, "error.auth_missing"),
        ({**PROVIDER, "cookie_secret": SHARED["cookie_secret"]}, "error.auth_missing"),
        ({**SHARED, **PROVIDER, "client_secret": ""}, "error.auth_missing"),
        ({**SHARED, **PROVIDER, "client_id": 7}, "error.auth_missing"),
        ({**SHARED, "entra": {**PROVIDER, "client_id": ""}}, "error.auth_missing"),
        ({**SHARED, "mijn_entra": PROVIDER}, "error.auth_name"),
        ({**SHARED, **PROVIDER, "cookie_secret": "zeer geheim"}, "error.auth_cookie"),
        (
            {**SHARED, **PROVIDER, "redirect_uri": "http://kaart.voorbeeld.nl/oauth2callback"},
            "error.auth_redirect",
        ),
        ({**SHARED, **PROVIDER, "redirect_uri": "https://kaart.voorbeeld.nl/"}, "error.auth_redirect"),
        ({**SHARED, **PROVIDER, "redirect_uri": "/oauth2callback"}, "error.auth_redirect"),
        ({**SHARED, **PROVIDER, "server_metadata_url": "http://aanmelden.nl/x"}, "error.auth_metadata"),
    ],
)
def test_what_is_wrong_is_told_without_its_value(auth: object, key: str) -> None:
    with pytest.raises(DataError) as caught:
        door.providers(auth)
    assert caught.value.key == key
    for lang in LANGS:
        assert "geheim is" not in Texts(lang).t(key, **caught.value.params)
        assert "zeer geheim" not in Texts(lang).t(key, **caught.value.params)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "[::1]:8501", "localhost", "LOCALHOST"])
def test_this_computer_is_local(address: str, host: str) -> None:
    door.check_local(address, {"host": host, "origin": "http://localhost:8501"})


@pytest.mark.parametrize(
    "address", [None, "", "0.0.0.0", "::", "192.168.1.4", "kaart.voorbeeld.nl", "127.0.0.1.nl"]
)
def test_a_server_that_others_can_reach_is_not_local(address: str | None) -> None:
    with pytest.raises(InputError) as caught:
        door.check_local(address, {"host": "localhost:8501"})
    assert caught.value.key == "error.staff_address"
    assert (address or "0.0.0.0") in Texts("nl").t(caught.value.key, **caught.value.params)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": ""},
        {"host": "kaart.voorbeeld.nl"},
        {"host": "localhost.kwaad.nl:8501"},
        {"host": "127.0.0.1.nip.io:8501"},
        {"host": "kwaad@localhost.nl"},
        {"host": "kwaad.nl@localhost"},
        {"host": "[::1"},
        {"host": "localhost:8501", "origin": "https://kaart.voorbeeld.nl"},
        {"host": "localhost:8501", "origin": "null"},
        {"host": "localhost:8501", "x-forwarded-for": "127.0.0.1"},
        {"host": "localhost:8501", "x-forwarded-proto": "https"},
        {"host": "localhost:8501", "forwarded": "for=127.0.0.1"},
        {"host": "localhost:8501", "x-real-ip": "127.0.0.1"},
        {"host": "localhost:8501", "via": "1.1 proxy"},
        {"host": "localhost:8501", "cf-connecting-ip": "1.2.3.4"},
    ],
)
def test_a_request_from_elsewhere_is_not_local(headers: dict[str, str]) -> None:
    with pytest.raises(InputError) as caught:
        door.check_local("127.0.0.1", headers)
    assert caught.value.key == "error.staff_remote"


@pytest.fixture
def secrets_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that Streamlit reads its secrets from; not there yet."""
    file = tmp_path / "secrets.toml"
    monkeypatch.setattr(door.st, "secrets", Secrets())
    before = config.get_option("secrets.files")
    config.set_option("secrets.files", [str(file)])
    yield file
    config.set_option("secrets.files", before)


def test_no_file_is_no_secrets(secrets_file: Path) -> None:
    assert door._secrets() == {}
    assert door.opened() == door.Door("closed")
    assert not door.possible()


@pytest.mark.parametrize("content", [b"[auth\n", b"\xff\xfe[auth]", b'a = "1"\na = "2"\n'])
def test_a_broken_file_is_not_the_same_as_none(secrets_file: Path, content: bytes) -> None:
    secrets_file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        door.opened()
    assert caught.value.key == "error.secrets_broken"
    assert caught.value.params == {}
    assert not door.possible()


def test_a_file_opens_the_door(secrets_file: Path) -> None:
    lines = [f'{key} = "{value}"' for key, value in {**SHARED, **PROVIDER}.items()]
    secrets_file.write_text("\n".join(["[auth]", *lines, "[roles]", '"Jan@voorbeeld.nl" = "admin"', ""]))
    assert door.opened() == door.Door("provider", ("",), {"jan@voorbeeld.nl": "admin"})
    assert door.possible()


@pytest.mark.parametrize(
    ("option", "value", "key"),
    [
        ("server.enableXsrfProtection", False, "error.staff_option_off"),
        ("server.enableCORS", False, "error.staff_option_off"),
        ("server.trustedUserHeaders", {"X-Mail": "email"}, "error.staff_option_on"),
    ],
)
def test_without_streamlits_protection_the_door_stays_shut(
    secrets_file: Path, monkeypatch: pytest.MonkeyPatch, option: str, value: object, key: str
) -> None:
    secrets_file.write_text('[auth]\nclient_id = "x"\n')
    monkeypatch.setattr(door, "_option", lambda name: value if name == option else config.get_option(name))
    with pytest.raises(DataError) as caught:
        door.opened()
    assert caught.value.key == key
    assert option in Texts("nl").t(key, **caught.value.params)


def test_the_protection_is_set_not_left_to_a_default() -> None:
    text = (Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert "enableXsrfProtection = true" in text
    assert "enableCORS = true" in text
