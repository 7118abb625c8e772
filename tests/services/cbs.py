"""A local server that answers as PDOK, CBS and cartomap do, and misbehaves on order.

    with serve(content.toy()) as server:
        environment = server.environment   # BUURTDEKKING_PDOK_OGC, _PDOK_WFS, _CBS_ODATA, _CARTOMAP, _POLITIE
        ...
        server.asked("buurt")              # paths of the requests that match

It serves, for each year of its contents:

* ``/cbs/gebiedsindelingen/ogc/v1``: layers ``{provincie,gemeente,wijk,buurt}_gegeneraliseerd``, all years
  mixed unless ``jaarcode`` or ``datetime`` is given; 10 features unless ``limit`` is given, never more than
  1,000 and no word about it; cursors that hold for one selection; no ``numberMatched``; 400 for an unknown
  parameter, for ``filter`` and for a short CRS; longitude and latitude unless RD is asked for.
* ``/cbs/wijken-en-buurten-{year}/ogc/v1``: ``gemeenten``, ``wijken``, ``buurten`` with figures (snake_case),
  sentinels for what is secret, water (JA) beside land (NEE) under one code, and a row of abroad (B).
* ``/cbs/gebiedsindelingen/{year}/wfs/v1_0`` and ``/cbs/wijkenbuurten/{year}/wfs/v1_0``: camelCase, RD unless
  ``srsName``, ``count`` never more than 1,000, ``startIndex``, ``propertyName`` (no outlines then), an XML
  filter; CQL_FILTER is ignored.
* ``/ODataApi/odata/{table}`` and ``/ODataFeed/odata/{table}``: key figures and areas of a year; padded keys,
  ``$filter``, ``$select``, ``$top``, ``$skip``; more than 10,000 rows in one answer of the Api: 500; the Feed
  chains its pages by ``odata.nextLink``; XML unless JSON is asked for; other column numbers before 2024.
* ``/derden/ODataApi/odata/47018NED``: the police's registered crime; ``police.py`` tells how it behaves.
* ``/nl/{wgs84,rd}/{provincie,gemeente,wijk,buurt}_{year}.{geojson,topojson}``: no parents, no figures.

A :class:`Fault` spoils answers whose path matches. The page sizes can be made smaller, so that a small
country has pages as well.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from tests.services import odata, ogc, police, static, wfs
from tests.services.answers import Answer, Refused, Rows
from tests.services.content import Content

ANSWERS = ("429", "500", "503", "404", "html", "broken")  # a whole answer, but the wrong one
CONNECTION = ("timeout", "cut", "reset")  # no whole answer
LAYER = (
    "empty",
    "wrong_year",
    "duplicate",
    "repeated",
    "invalid",
    "no_geometry",
    "column",
    "missing",
    "endless",
)


@dataclass
class Fault:
    """What goes wrong where.

    ``where`` is a regular expression, searched in the path with its query. ``after`` answers go well
    first, then ``times`` go wrong (None: all). Of the kinds in LAYER the whole layer is as said, at every
    answer, and ``where`` is searched in its path (of WFS: with ``?`` and the layer): ``column`` lacks the
    column ``value``; ``missing`` lacks the areas whose code starts with ``value``; ``duplicate`` gives the
    second area the code of the first; ``repeated`` has its first area twice; ``invalid`` has a polygon that
    crosses itself; ``wrong_year`` tells of the year before; ``endless`` (OGC API) leads from each page to its
    first one. ``value`` of 429 is its Retry-After in seconds. A ``timeout`` lasts until the server ends;
    ``reached`` is set when a fault comes into play.
    """

    kind: str
    where: str = ""
    value: str = ""
    times: int | None = None
    after: int = 0
    reached: threading.Event = field(default_factory=threading.Event, repr=False)

    def __post_init__(self) -> None:
        assert self.kind in (*ANSWERS, *CONNECTION, *LAYER), self.kind

    def takes(self, path: str) -> bool:
        """Count this request; does the fault spoil its answer?"""
        if self.kind in LAYER or not re.search(self.where, path):
            return False
        if self.after:
            self.after -= 1
            return False
        if self.times is not None:
            if not self.times:
                return False
            self.times -= 1
        self.reached.set()
        return True

    def spoil(self, rows: Rows) -> Rows:
        """The rows of a layer, spoilt."""
        self.reached.set()
        return rows.spoilt(self.kind, self.value)


@dataclass
class Server:
    """A running server: its address, its faults (change them at will) and what it was asked."""

    contents: dict[int, Content] = field(repr=False)
    faults: list[Fault]
    page: int = 1_000  # features in a page of OGC API and WFS
    rows: int = 10_000  # rows in an answer of OData
    url: str = ""
    requests: list[tuple[str, Mapping[str, str]]] = field(default_factory=list, repr=False)
    closing: threading.Event = field(default_factory=threading.Event)
    cache: dict[object, object] = field(default_factory=dict, repr=False)
    lock: threading.Lock = field(default_factory=threading.Lock)
    crime: police.Crime | None = field(default=None, repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead the product here."""
        return {
            "BUURTDEKKING_PDOK_OGC": self.url,
            "BUURTDEKKING_PDOK_WFS": self.url,
            "BUURTDEKKING_CBS_ODATA": self.url,
            "BUURTDEKKING_CARTOMAP": f"{self.url}/nl",
            "BUURTDEKKING_POLITIE": f"{self.url}{police.ROOT}",
        }

    def asked(self, where: str = "") -> list[str]:
        """The paths, with their queries, of the requests so far that match."""
        return [path for path, _ in self.requests if re.search(where, path)]

    @property
    def spoiling(self) -> str:
        """The faults of layers, as a part of the cache's key."""
        return repr([(fault.kind, fault.where, fault.value) for fault in self.faults if fault.kind in LAYER])

    def spoilt(self, path: str, rows: Rows) -> Rows:
        """A layer as the faults make it."""
        for fault in self.faults:
            if fault.kind in LAYER and re.search(fault.where, path):
                rows = fault.spoil(rows)
        return rows

    def endless(self, path: str) -> int:
        """0, or a number for the next page of a layer that never ends: other than all before."""
        never = any(fault.kind == "endless" and re.search(fault.where, path) for fault in self.faults)
        return len(self.requests) if never else 0

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        """What the services say to a GET."""
        parts = urlsplit(path)
        query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        try:
            for service in (ogc, wfs, odata, police, static):
                found = service.answer(self, unquote(parts.path), query, headers)
                if found is not None:
                    return found
        except Refused as problem:
            return problem.answer
        return Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece: else each answer waits 40 ms for a sign of receipt
    disable_nagle_algorithm = True
    server: "Listener"

    def do_GET(self) -> None:
        """Answer, or misbehave."""
        server = self.server.services
        with server.lock:
            server.requests.append((self.path, dict(self.headers)))
            faults = [fault for fault in server.faults if fault.takes(self.path)]
        if not faults:
            self._send(server.answer(self.path, self.headers))
            return
        self._misbehave(faults[0], server)

    def _misbehave(self, fault: Fault, server: Server) -> None:
        kind = fault.kind
        if kind == "timeout":
            server.closing.wait(120)
            self.close_connection = True
        elif kind == "reset":
            self.close_connection = True
        elif kind in ("cut", "broken"):
            good = server.answer(self.path, self.headers)
            half = good.body[: len(good.body) // 2]
            if kind == "broken":
                self._send(Answer(good.status, half, good.kind))
                return
            self._send(Answer(good.status, half, good.kind), length=len(good.body))
            self.close_connection = True
        elif kind == "html":
            self._send(Answer(200, b"<!doctype html><html><body>Onderhoud</body></html>", "text/html"))
        elif kind == "429":
            wait = {"Retry-After": fault.value} if fault.value else {}
            self._send(Answer(429, b"Too Many Requests", "text/plain", wait))
        else:
            self._send(Answer(int(kind), b'{"detail":"out of order"}', "application/problem+json"))

    def _send(self, answer: Answer, length: int | None = None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body) if length is None else length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    services: Server

    def handle_error(self, *_: object) -> None:
        """A client that leaves early, or is killed, is no news."""


@contextmanager
def serve(
    content: Content | Iterable[Content], faults: Iterable[Fault] = (), page: int = 1_000, rows: int = 10_000
) -> Iterator[Server]:
    """Run the services on a free port of this machine until the block ends."""
    contents = [content] if isinstance(content, Content) else list(content)
    server = Server({one.year: one for one in contents}, list(faults), page, rows)
    server.crime = police.of(max(contents, key=lambda one: one.year))
    with Listener(("127.0.0.1", 0), Handler) as listener:
        listener.services = server
        server.url = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown()
            thread.join()
