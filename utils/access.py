"""Who may do what: roles, actions, the list of who has which role, and the actor that every write names."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from utils.errors import DataError, InputError

Role = Literal["viewer", "editor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
Action = Literal[
    "see",  # groups, history without personal data, imports, health
    "export",  # the register without contacts
    "edit",  # add, change, deactivate, confirm groups
    "import",
    "contacts",  # names, e-mail addresses, telephone numbers of people to contact
    "inbox",  # residents' reports
    "undo",  # an import
    "erase",  # a person
    "refresh",  # official data
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_VIEWER: Final[frozenset[Action]] = frozenset({"see", "export"})
_EDITOR: Final[frozenset[Action]] = _VIEWER | {"edit", "import", "contacts", "inbox"}
ALLOWED: Final[dict[Role, frozenset[Action]]] = {
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "admin": frozenset(ACTIONS),
}

SKEW: Final = 300.0
"""Seconds that the clock of who signs people in may be ahead of ours."""


class Denied(InputError):
    """The actor may not do this."""


class SignedOut(InputError):
    """Nobody is signed in any more: out of time, signed out, or taken off the list."""

    def __init__(self) -> None:
        super().__init__("error.signed_out")


@dataclass(frozen=True)
class Actor:
    """Who acts: ``name`` goes into the log of changes; ``role`` None may do nothing."""

    name: str
    role: Role | None

    def may(self, action: Action) -> bool:
        """Whether this actor may do that."""
        return self.role is not None and action in ALLOWED[self.role]

    def require(self, action: Action) -> None:
        """Raise Denied unless this actor may do that."""
        if not self.may(action):
            raise Denied("error.denied", action=action, role=self.role or "")


#: Whoever has a shell on the server has its database too.
COMMAND_LINE: Final = Actor("command line", "admin")
#: Whoever sits at the computer that runs the website, where the settings open it for them.
LOCAL: Final = Actor("local", "admin")


@dataclass(frozen=True)
class Person:
    """Who signed in: ``actor``, whose role is None for who is not on the list; ``identity``, the text
    ``issuer|subject`` by which the list may name this person; ``until``, the second (since 1970) at which
    the sign-in ends."""

    actor: Actor
    identity: str
    until: float


def roster(table: object) -> dict[str, Role]:
    """The list of who has which role: the table ``[roles]`` of the secrets, e-mail addresses in lower case.

    A key is an e-mail address or ``issuer|subject``, a value a role. None (no table) gives an empty list.
    Raises DataError, which tells the place in the table and never what stands there, for anything else and
    for an address that comes twice.
    """
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise DataError("error.roles_table")
    found: dict[str, Role] = {}
    for number, (key, role) in enumerate(table.items(), start=1):
        if role not in ROLES:
            raise DataError("error.roles_role", n=number, known=", ".join(ROLES))
        name = _name(key)
        if not name:
            raise DataError("error.roles_name", n=number)
        if name in found:
            raise DataError("error.roles_twice", n=number)
        found[name] = role
    return found


def _name(key: str) -> str:
    """A key of the list as we compare it; empty if it is neither an address nor issuer and subject."""
    issuer, bar, subject = key.partition("|")
    if bar:
        return key if issuer.startswith(("https://", "http://")) and subject else ""
    before, at, after = key.strip().rpartition("@")
    return _address(key) if at and before and after else ""


def _address(text: str) -> str:
    # Lower case for ASCII alone: elsewhere two addresses of two people may fold into one.
    text = text.strip()
    return text.lower() if text.isascii() else text


def person(claims: Mapping[str, Any], roles: Mapping[str, Role], hours: float, now: float) -> Person:
    """Who signed in, by the claims of their ID token.

    ``roles`` comes from `roster`. Issuer and subject go before the e-mail address, which counts only
    where the token says that it is verified. The sign-in lasts ``hours`` from the moment that the token
    was issued (``iat``; without it ``auth_time``); without a moment, or with one to come, it has ended.
    """
    issuer, subject, name = (_text(claims.get(key)) for key in ("iss", "sub", "name"))
    identity = f"{issuer}|{subject}" if issuer and subject else ""
    verified = claims.get("email_verified") is True
    address = _address(_text(claims.get("email"))) if verified else ""
    role = roles.get(identity) or (roles.get(address) if address else None)
    shown = address or (f"{name} ({subject})" if name else identity)
    started = _moment(claims, now)
    return Person(Actor(shown, role), identity, started + hours * 3600)


def _text(value: object) -> str:
    """Text on one line; empty for anything else."""
    return " ".join(value.split()) if isinstance(value, str) and value.isprintable() else ""


def _moment(claims: Mapping[str, Any], now: float) -> float:
    for key in ("iat", "auth_time"):
        value = claims.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return float(value) if value <= now + SKEW else -math.inf  # nan fails this too
    return -math.inf
