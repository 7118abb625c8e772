"""How the staff pages open on this server: by signing in, for this computer alone, or not at all."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from utils import access
from utils.access import Role
from utils.errors import AppError, DataError, InputError
from utils.settings import settings

COOKIE_SECRET = 32
"""Characters that the secret of the cookies has, at least."""
CALLBACK = "/oauth2callback"
_NEEDED = ("client_id", "client_secret", "server_metadata_url")
_PASSED_ON = ("forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip")
_ON = ("server.enableXsrfProtection", "server.enableCORS")


@dataclass(frozen=True)
class Door:
    """``provider``: people sign in at one of ``providers`` ("": the only one), and ``roles`` says who may
    what; ``local``: open to this computer; ``closed``: nobody set anything."""

    kind: Literal["provider", "local", "closed"]
    providers: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)


def opened() -> Door:
    """How the staff pages open now, for this visitor.

    A provider in the secrets goes before ``BUURTDEKKING_STAFF=local``: whoever set up signing in wants it.
    Raises DataError for secrets that cannot be used, InputError where the local way in must stay shut.
    """
    secrets = _secrets()
    auth = secrets.get("auth")
    if auth is None and not settings().staff:
        return Door("closed")
    _check_protection()
    if auth is not None:
        return Door("provider", providers(auth), access.roster(secrets.get("roles")))
    check_local(_option("server.address"), _headers())
    return Door("local")


def possible() -> bool:
    """Whether this visitor can get into the staff pages, if only by signing in."""
    try:
        return opened().kind != "closed"
    except AppError:
        return False


def _secrets() -> Mapping[str, Any]:
    """Streamlit's secrets; empty where there are none. A broken file is not the same as no file."""
    try:
        return st.secrets.to_dict()
    except StreamlitSecretNotFoundError as problem:
        if problem.error_id == "no-secrets-found":
            return {}
        raise DataError("error.secrets_broken") from None
    except (OSError, UnicodeDecodeError):
        raise DataError("error.secrets_broken") from None


def _headers() -> Mapping[str, str]:
    """The headers of this visitor's connection, names in lower case."""
    return {name.lower(): value for name, value in st.context.headers.items()}


def _option(name: str) -> Any:
    return st.get_option(name)


def _check_protection() -> None:
    for name in _ON:
        if not _option(name):
            raise DataError("error.staff_option_off", option=name)
    if _option("server.trustedUserHeaders"):  # these would say who somebody is, over the provider's head
        raise DataError("error.staff_option_on", option="server.trustedUserHeaders")


def providers(auth: object) -> tuple[str, ...]:
    """Names of the providers in the table ``[auth]``; "" for one that stands in the table itself.

    Raises DataError, which names the key and never its value, for what Streamlit cannot use, for an address
    that goes over the internet without https, and for a short secret.
    """
    if not isinstance(auth, Mapping):
        raise DataError("error.auth_table")
    redirect = urlsplit(_needed(auth, "redirect_uri", "[auth]"))
    if not _safe(redirect.geturl()) or not redirect.path.endswith(CALLBACK):
        raise DataError("error.auth_redirect", path=CALLBACK)
    if len(_needed(auth, "cookie_secret", "[auth]")) < COOKIE_SECRET:
        raise DataError("error.auth_cookie", n=COOKIE_SECRET)
    named = [name for name, value in auth.items() if isinstance(value, Mapping) and name != "client_kwargs"]
    if not named or any(key in auth for key in _NEEDED):
        named.insert(0, "")
    for name in named:
        place = f"[auth.{name}]" if name else "[auth]"
        if "_" in name:
            raise DataError("error.auth_name", place=place)
        table = auth[name] if name else auth
        found = {key: _needed(table, key, place) for key in _NEEDED}
        if not _safe(found["server_metadata_url"]):
            raise DataError("error.auth_metadata", place=place)
    return tuple(named)


def _needed(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DataError("error.auth_missing", name=key, place=place)
    return value


def _safe(url: str) -> bool:
    """Whether nobody on the way can read what goes to this address: https, or this computer itself."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
    )


def is_loopback(host: str | None) -> bool:
    """Whether a name or address, without port, can only be this computer. None: no."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def check_local(address: str | None, headers: Mapping[str, str]) -> None:
    """Raise InputError unless a server at this address, asked like this, serves its own computer alone.

    ``address`` is where the server listens (None or "": everywhere), ``headers`` have names in lower case.
    A request passed on by another server, or meant for another name (as after DNS rebinding), is not local.
    """
    if not is_loopback(address):
        raise InputError("error.staff_address", came=address or "0.0.0.0")
    passed_on = any(name in _PASSED_ON or name.startswith("x-forwarded") for name in headers)
    named = [f"//{headers.get('host', '')}", *([headers["origin"]] if "origin" in headers else [])]
    if passed_on or not all(_is_here(name) for name in named):
        raise InputError("error.staff_remote")


def _is_here(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return "@" not in parts.netloc and is_loopback(parts.hostname)
    except ValueError:  # half an IPv6 address
        return False
