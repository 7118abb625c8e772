"""Streets, addresses and postcodes from PDOK's Locatieserver, asked beside the page and never waited for.

What was asked and found is kept for some minutes in the memory of this process, never on disk. A service
that fails is left alone for a while, longer at each failure.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from utils import postcodes, typed
from utils.errors import FetchError, Notice
from utils.finder import LIMIT, Found, Hit, Kind
from utils.http_client import Patience
from utils.locatieserver import Found as Told
from utils.locatieserver import Locatieserver
from utils.settings import Settings

PATIENCE: Final = 3.0
"""Seconds for a whole answer; after that it is as if the service were not there."""
KEPT: Final = 600.0
"""Seconds that an answer is remembered."""
MOST: Final = 500
"""Answers that are remembered."""
AT_ONCE: Final = 4
WAITING: Final = 16
"""Questions that may wait for their turn; another one is not asked."""
REST: Final = 15.0
"""Seconds that a service is left alone after it failed; twice as long after each next failure."""
LONGEST_REST: Final = 300.0
LONGEST: Final = 80
"""Characters of a question: no address has as many."""
LONGEST_LABEL: Final = 120
_KINDS: Final[dict[str, Kind]] = {
    "adres": "address",
    "postcode": "postcode",
    "weg": "street",
    "woonplaats": "place",
}
_TYPES: Final = f"type:({' OR '.join(_KINDS)})"
_QUESTION: Final = re.compile(r"[^\w\s'’.,/-]|_")  # the rest means something to its query language
_AWAY: Final = "error.locations_connect"


def addresses(text: str, options: Settings) -> Found:
    """What the service knows of a text, waiting for it three seconds at most; never raises for the service.

    Hits have a point and no neighbourhood yet, see :meth:`utils.finder.Finder.joined`. ``notice`` says why
    it gave no answer, None where it did.
    """
    return _desk(options.locatieserver).answer(text)


def glance(text: str, options: Settings) -> Found | None:
    """What the service has told of a text, without waiting: None while it has not; asks it the first time."""
    return _desk(options.locatieserver).glance(text)


@lru_cache(maxsize=4)
def _desk(url: str) -> "Desk":
    return Desk(url)


@dataclass
class _Asked:
    """A question under way or answered, and when it was asked."""

    future: "Future[Found]"
    at: float

    @property
    def age(self) -> float:
        return time.monotonic() - self.at


class Desk:
    """Asks one service for all visitors; safe for several threads."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._asked: OrderedDict[str, _Asked] = OrderedDict()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="locations")
        self._service: Locatieserver | None = None
        self._failures = 0
        self._until = 0.0
        self._problem = Notice(_AWAY, {"url": url})

    def glance(self, text: str) -> Found | None:
        """See the function of this name."""
        asked = self._ask(text)
        if isinstance(asked, Found):
            return asked
        if asked.future.done():
            return asked.future.result()
        if asked.age > PATIENCE:
            return Found(notice=self._failed(FetchError("error.locations_slow", url=self._url)))
        return None

    def answer(self, text: str) -> Found:
        """See ``addresses``."""
        asked = self._ask(text)
        if isinstance(asked, Found):
            return asked
        try:
            return asked.future.result(max(PATIENCE - asked.age, 0.0))
        except TooLate:
            return Found(notice=self._failed(FetchError("error.locations_slow", url=self._url)))

    def _ask(self, text: str) -> _Asked | Found:
        """The question as it is under way, or at once the answer where none is asked."""
        wanted = _plain(text)
        if not wanted:
            return Found()
        with self._lock:
            known = self._asked.get(wanted)
            if known is not None and known.age < KEPT:
                return known
            self._forget()
            waiting = sum(not one.future.done() for one in self._asked.values())
            if time.monotonic() < self._until:
                return Found(notice=self._problem)
            if waiting >= WAITING:
                return Found(notice=Notice("error.locations_busy", {"url": self._url}))
            asked = _Asked(self._threads.submit(self._look, wanted), time.monotonic())
            self._asked[wanted] = asked
            return asked

    def _forget(self) -> None:
        """Leave out what is too old or too much, the oldest first."""
        while self._asked and (len(self._asked) >= MOST or next(iter(self._asked.values())).age >= KEPT):
            self._asked.popitem(last=False)

    def _look(self, text: str) -> Found:
        """The answer to a question, in a thread of its own."""
        with self._lock:
            if time.monotonic() < self._until:  # it failed while this one waited for its turn
                self._asked.pop(text, None)
                return Found(notice=self._problem)
            self._service = service = self._service or Locatieserver(
                self._url, patience=Patience(silence=PATIENCE, whole=PATIENCE, attempts=1)
            )
        try:
            hits = _hits(service, text)
        except FetchError as problem:
            if problem.params.get("status") == "400":  # it does not like this text: no fault of the service
                return Found()
            with self._lock:
                self._asked.pop(text, None)
            return Found(notice=self._failed(problem))
        with self._lock:
            self._failures = 0
        return Found(tuple(hits))

    def _failed(self, problem: FetchError) -> Notice:
        """Leave the service alone for a while; a failure while it is left alone is part of the same one."""
        with self._lock:
            now = time.monotonic()
            if now >= self._until:
                self._until = now + min(REST * 2.0**self._failures, LONGEST_REST)
                self._failures += 1
                self._problem = Notice(problem.key, dict(problem.params))
                self._service = None  # a client remembers which hosts were not there
            return self._problem


def _plain(text: str) -> str:
    """A question without what means something to the service's query language, "" for nothing to ask."""
    known = text[:LONGEST].encode("utf-8", "ignore").decode("utf-8")
    plain = " ".join(_QUESTION.sub(" ", known).split())
    return plain.casefold() if typed.says_something(plain) or typed.postcode(plain) else ""


def _hits(service: Locatieserver, text: str) -> list[Hit]:
    """What the service knows of a text, best first. Raises FetchError."""
    code = typed.postcode(text)
    if code is None:
        return _suggested(service, text)
    if len(code.code) == 6 and any(letter.isdigit() for letter in code.rest):
        numbers = [hit for hit in _suggested(service, f"{code.code} {code.rest}") if hit.kind == "address"]
        if numbers:
            return numbers
    star = "*" if len(code.code) == 4 else ""
    told = service.free(filters=("type:postcode", f"postcode:{code.code}{star}"))
    good = [one for one in told.hits if one.postcode.startswith(code.code)]
    if good:
        return [_one_postcode(code.code, good)]
    return _suggested(service, code.rest) if typed.says_something(code.rest) else []


def _suggested(service: Locatieserver, text: str) -> list[Hit]:
    told = service.suggest(text, (_TYPES,), LIMIT)
    if told.spoilt and not told.hits:  # it suggests names only, and tells the points of what is asked in full
        told = service.free(text, (_TYPES,), LIMIT)
    hits: dict[tuple[Kind, str], Hit] = {}
    for one in told.hits:
        if one.kind == "postcode" and one.postcode:
            hit = _one_postcode(one.postcode, [one])
        elif one.kind in _KINDS and one.name:
            hit = Hit(_KINDS[one.kind], one.name[:LONGEST_LABEL], "", "", one.x, one.y)
        else:
            continue
        hits.setdefault((hit.kind, hit.label), hit)
    return list(hits.values())


def _one_postcode(code: str, told: Sequence[Told]) -> Hit:
    """All streets with a postcode as one hit, in the middle of them."""
    x, y = postcodes.middle(told) or (told[0].x, told[0].y)
    written = f"{code[:4]} {code[4:]}".strip()
    return Hit("postcode", f"{written} {told[0].place}".strip(), "", "", x, y)
