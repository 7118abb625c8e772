"""A resident's request: fit to be kept or refused with a sentence, and then into the inbox.

What is checked here needs no database, so that nothing is loaded and no register made for what is refused.
"""

import hashlib
import ipaddress
import math
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Final

from utils import group_rules
from utils.errors import InputError
from utils.models import ReportKind, ResidentReport
from utils.settings import Settings

MESSAGE: Final = 1_800
"""Characters of a message; the inbox takes 2,000, and the reason that was chosen goes in too."""
LENGTHS: Final = {"name": 100, "email": 254}
MAX_LINKS: Final = 2
PER_SESSION: Final = 6
PER_ADDRESS: Final = 30
"""An address is often that of many people: a library, a provider of mobile telephony."""
WINDOW: Final = 3600.0
"""Seconds in which these are counted, and after which nothing of a visitor is known any more."""
_LINK: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
_NEEDS_ANSWER: Final[tuple[ReportKind, ...]] = ("join", "start")
_NEEDS_WORDS: Final[tuple[ReportKind, ...]] = ("missing", "other")


@dataclass(frozen=True)
class Asked:
    """What a form holds; ``lead`` is what was chosen, in words for staff.

    ``trap`` is a field that people do not see and programs fill in. ``area`` is the code of an area, "" for
    none; ``group_id`` is "" for no one group.
    """

    kind: ReportKind
    area: str
    group_id: str = ""
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    message: str = field(default="", repr=False)
    consent: bool = False
    lead: str = ""
    trap: str = field(default="", repr=False)

    @property
    def digest(self) -> str:
        """The same for the same request: by that a second press of the button is known."""
        return hashlib.sha256(repr(tuple(vars(self).values())).encode("utf-8", "surrogatepass")).hexdigest()


def checked(asked: Asked, now: datetime) -> ResidentReport:
    """The request as a report, not kept yet.

    Raises InputError: a filled trap, texts too long or unprintable, more than MAX_LINKS links, no name and
    address where somebody must answer, no words where only these tell what it is about, no consent.
    """
    if asked.trap:
        raise InputError("error.request_spam")
    name, email, message = asked.name.strip(), asked.email.strip(), asked.message.strip()
    for one, value in (("name", name), ("email", email)):
        group_rules.text(one, value, LENGTHS[one])
    group_rules.text("message", message, MESSAGE)
    if len(_LINK.findall(message)) > MAX_LINKS or _LINK.search(name):
        raise InputError("error.request_links", most=MAX_LINKS)
    if asked.kind in _NEEDS_ANSWER and not (name and email):
        raise InputError("error.request_sender")
    if not message and (asked.kind in _NEEDS_WORDS or not (asked.group_id or asked.kind in _NEEDS_ANSWER)):
        raise InputError("error.request_message")
    if (name or email) and asked.consent is not True:
        needed = asked.kind in _NEEDS_ANSWER
        raise InputError("error.request_consent" if needed else "error.report_consent")
    told = "\n\n".join(filter(None, (asked.lead, message)))
    return ResidentReport(
        reference="", kind=asked.kind, group_id=asked.group_id, area=asked.area, name=name, email=email,
        message=told, consent=bool(name or email), status="new", received=now,
    )  # fmt: skip


def send(options: Settings, report: ResidentReport) -> str:
    """Put a checked report into the inbox; its reference. A register is made where there is none.

    Raises InputError for what the inbox refuses; StoreError.
    """
    from utils import contacts, inbox, registry  # SQLAlchemy: only for who really sends something

    if report.email and not contacts.is_email(report.email):
        raise InputError("error.request_email" if report.kind in _NEEDS_ANSWER else "error.email")
    return inbox.receive(registry.engine_for(options), report).reference


class Gate:
    """How often somebody sent something, in memory, for WINDOW seconds.

    Of an address only a digest is there, keyed by a number that ends with the process. All times are seconds
    of one clock that does not run back.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._times: dict[str, list[float]] = {}

    def __len__(self) -> int:
        return len(self._times)

    def admit(self, session: str, address: str | None, now: float) -> None:
        """Count one request. Raises InputError where these are too many, and counts nothing then.

        ``address`` is an IP address, None where unknown; one of a private network is that of a proxy, and
        says nothing about who it is.
        """
        with self._lock:
            self._forget(now)
            keys = dict(self._keys(session, address))
            full = [times[-most] for key, most in keys.items() if len(times := self._of(key)) >= most]
            if full:
                minutes = math.ceil((max(full) + WINDOW - now) / 60)
                raise InputError("error.request_often", n=max(1, minutes))
            for key in keys:
                self._times.setdefault(key, []).append(now)

    def give_back(self, session: str, address: str | None) -> None:
        """Take back the last count: the request did not arrive by our fault."""
        with self._lock:
            for key, _ in self._keys(session, address):
                if times := self._of(key):
                    times.pop()

    def _of(self, key: str) -> list[float]:
        return self._times.get(key, [])

    def _forget(self, now: float) -> None:
        recent = {key: [at for at in times if at > now - WINDOW] for key, times in self._times.items()}
        self._times = {key: times for key, times in recent.items() if times}

    def _keys(self, session: str, address: str | None) -> Iterator[tuple[str, int]]:
        yield self._digest(f"s {session}"), PER_SESSION
        if place := _origin(address):
            yield self._digest(f"a {place}"), PER_ADDRESS

    def _digest(self, text: str) -> str:
        return hashlib.blake2b(text.encode(), key=self._key, digest_size=16).hexdigest()


def _origin(address: str | None) -> str:
    """What tells one household from another: an IPv4 address, the first half of an IPv6 one; "" for none."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return _origin(str(ip.ipv4_mapped))
        return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.is_global else ""
    return str(ip) if ip.is_global else ""
