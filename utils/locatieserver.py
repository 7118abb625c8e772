"""PDOK's Locatieserver: postcodes, addresses, streets and places → points. Nothing asked is kept on disk."""

import math
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any, Final

import pyproj

from utils.errors import FetchError
from utils.http_client import Client, Patience, plain

PATIENCE: Final = Patience(silence=3.0, whole=5.0, attempts=1)
PACE: Final = 0.2
"""Seconds from one question to the next, over all threads: PDOK asks for a few a second."""
ROWS: Final = 100
"""The most hits that one answer gives."""
FIELDS: Final = "type,weergavenaam,postcode,woonplaatsnaam,gemeentecode,buurtcode,centroide_rd,centroide_ll"
_POINT: Final = re.compile(r"\s*POINT\s*\(\s*(\S+)\s+(\S+)\s*\)\s*", re.IGNORECASE)
_WEST, _EAST, _SOUTH, _NORTH = 0.0, 300_000.0, 300_000.0, 630_000.0  # of the Netherlands in EPSG:28992


@dataclass(frozen=True)
class Found:
    """One thing with a place: ``x``, ``y`` in metres (EPSG:28992); what the service does not tell is "".

    ``kind`` is adres, postcode, weg, woonplaats, …; ``postcode`` is written 1234AB, codes have their prefix.
    """

    kind: str
    name: str
    x: float
    y: float
    postcode: str = ""
    place: str = ""
    municipality_code: str = ""
    neighbourhood_code: str = ""


@dataclass(frozen=True)
class Hits:
    """One answer: how many things match in all, and those of this answer, best first.

    ``spoilt`` counts those without a point in the Netherlands, which are left out.
    """

    total: int
    hits: tuple[Found, ...]
    spoilt: int = 0


class Locatieserver:
    """Asks one service; several threads may share it, at one pace. Use it in a ``with`` block."""

    def __init__(
        self, url: str, cancelled: Callable[[], bool] = lambda: False, patience: Patience | None = None
    ) -> None:
        self.url = url
        self._client = Client(cancelled=cancelled, patience=patience or PATIENCE)
        self._turn = threading.Lock()
        self._next = 0.0

    def __enter__(self) -> "Locatieserver":
        self._client.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.__exit__(kind, problem, trace)

    def free(self, text: str = "", filters: Sequence[str] = (), rows: int = ROWS, start: int = 0) -> Hits:
        """What matches a text and all filters (``type:postcode``), from hit ``start`` on, at most ``rows``.

        Raises FetchError: ``error.locations_connect`` (not reached), ``_slow``, ``_busy`` (too many
        questions), ``_status`` (``params["status"]``) or ``_answer`` (not what it is known to send).
        """
        asked: dict[str, str | list[str]] = {"fl": FIELDS, "rows": str(rows), "start": str(start)}
        if text:
            asked["q"] = text
        if filters:
            asked["fq"] = list(filters)
        return self._ask("free", asked)

    def suggest(self, text: str, filters: Sequence[str] = (), rows: int = ROWS) -> Hits:
        """What a text may be the beginning of, best first, at most ``rows``.

        Raises FetchError as ``free`` does.
        """
        asked: dict[str, str | list[str]] = {"q": text, "fl": FIELDS, "rows": str(rows)}
        if filters:
            asked["fq"] = list(filters)
        return self._ask("suggest", asked)

    def _ask(self, question: str, asked: Mapping[str, str | list[str]]) -> Hits:
        self._wait()
        url = f"{self.url}/{question}"
        try:
            told = self._client.json(url, asked).value
        except FetchError as problem:
            raise _ours(problem, url) from problem
        return _hits(told, url)

    def _wait(self) -> None:
        """Wait for this thread's turn."""
        with self._turn:
            now = time.monotonic()
            at = max(now, self._next)
            self._next = at + PACE
        time.sleep(at - now)


def point(rd: object, degrees: object) -> tuple[float, float] | None:
    """Metres from ``POINT(x y)`` in RD New, else from ``POINT(lon lat)``.

    None where neither lies in the Netherlands: then the order or the system is another than is known.

    >>> point("POINT(155000 463000)", None)
    (155000.0, 463000.0)
    """
    for written, known in ((rd, True), (degrees, False)):
        found = _POINT.fullmatch(written) if isinstance(written, str) else None
        if found is None:
            continue
        try:
            x, y = float(found[1]), float(found[2])
        except ValueError:
            continue
        if not known:
            x, y = _to_rd().transform(x, y)
        if math.isfinite(x) and _WEST <= x <= _EAST and _SOUTH <= y <= _NORTH:
            return round(x, 1), round(y, 1)
    return None


@cache
def _to_rd() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, 28992, always_xy=True)


def _hits(told: Any, url: str) -> Hits:
    try:
        total, docs = int(told["response"]["numFound"]), list(told["response"]["docs"])
        found = [_found(doc) for doc in docs]
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise FetchError("error.locations_answer", url=plain(url)) from problem
    good = tuple(one for one in found if one is not None)
    return Hits(total, good, len(found) - len(good))


def _found(doc: Mapping[str, Any]) -> Found | None:
    xy = point(doc.get("centroide_rd"), doc.get("centroide_ll"))
    if xy is None:
        return None
    municipality = str(doc.get("gemeentecode") or "").removeprefix("GM")
    return Found(
        kind=str(doc.get("type") or ""),
        name=str(doc.get("weergavenaam") or ""),
        x=xy[0],
        y=xy[1],
        postcode=str(doc.get("postcode") or "").replace(" ", "").upper(),
        place=str(doc.get("woonplaatsnaam") or ""),
        municipality_code=f"GM{municipality:0>4}" if municipality else "",
        neighbourhood_code=str(doc.get("buurtcode") or ""),
    )


def _ours(problem: FetchError, url: str) -> FetchError:
    """The same problem in a sentence that is about looking up a place."""
    where = plain(url)
    if problem.key == "error.fetch_connect":
        return FetchError("error.locations_connect", url=where)
    if problem.key == "error.fetch_time":
        return FetchError("error.locations_slow", url=where)
    status = str(problem.params.get("status", ""))
    if status == "429":
        return FetchError("error.locations_busy", url=where)
    if status:
        return FetchError("error.locations_status", url=where, status=status)
    return FetchError("error.locations_answer", url=where)
