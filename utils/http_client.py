"""Ask a service on the internet for JSON: patient with one that falters, and never twice for the same.

What came is kept in a folder, so that a refresh that was interrupted goes on where it was.
"""

import email.utils
import hashlib
import json
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Final

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from utils.errors import AppError, Cancelled, FetchError

# httpx tells of every address that it asks for, and what people search is in there.
logging.getLogger("httpx").setLevel(logging.WARNING)

USER_AGENT: Final = "Buurtdekking"
TIMEOUT: Final = 45.0
"""Seconds without a byte; PDOK's own limit to a question is 15."""
SLOWEST: Final = 600.0
"""Seconds for one page, however steadily it drips."""
LARGEST: Final = 400_000_000
"""Bytes of one page: a thousand outlines at full precision take some 60 million."""
ATTEMPTS: Final = 4
PAUSE: Final = 1.0
"""Seconds before the second attempt; twice as long before each next one."""
LONGEST_PAUSE: Final = 60.0
_LOOK: Final = 0.1
"""Seconds between two looks whether the user wants to stop."""
AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
KEPT: Final = 24 * 3600.0
"""Seconds that a page may wait for its refresh to go on."""


@dataclass(frozen=True)
class Page:
    """One answer: its JSON value, its address, when it came (ISO 8601, UTC) and the bytes it was."""

    value: Any
    url: str
    fetched: str
    body: bytes


class _Again(Exception):
    """An answer that may be better next time; ``wait`` is what the service asked for, in seconds."""

    def __init__(self, problem: FetchError, wait: float | None = None) -> None:
        super().__init__(problem)
        self.problem = problem
        self.wait = wait


@dataclass(frozen=True)
class Patience:
    """How long to wait: seconds without a byte, seconds for a whole answer, how many attempts."""

    silence: float
    whole: float
    attempts: int


class Client:
    """Asks for JSON, one page at a time; several threads may ask at once.

    ``kept`` is the folder of pages that came before (None: nothing is kept), ``cancelled`` is asked all the
    time and ends it, ``came`` is told of every piece of bytes that arrives; ``patience`` is that of a refresh
    unless given; ``rest`` are the seconds that a service gets between an answer and the next question.
    """

    def __init__(
        self,
        kept: Path | None = None,
        cancelled: Callable[[], bool] = lambda: False,
        came: Callable[[int], None] = lambda size: None,
        pause: float | None = None,
        patience: Patience | None = None,
        rest: float = 0.0,
    ) -> None:
        self._kept, self._cancelled, self._came = kept, cancelled, came
        self._patience = patience or Patience(TIMEOUT, SLOWEST, ATTEMPTS)
        self._pause = PAUSE if pause is None else pause
        self._rest, self._answered = rest, -math.inf
        self._down: dict[str, FetchError] = {}
        self._closed = False
        self._http = httpx.Client(
            headers={"User-Agent": USER_AGENT, "Accept": "application/json, application/geo+json, */*;q=0.1"},
            timeout=self._patience.silence,
            follow_redirects=True,
        )
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            self._forget(older_than=KEPT)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *problem: object) -> None:
        self._closed = True
        self._http.close()

    def json(self, url: str, params: Mapping[str, str | list[str]] | None = None) -> Page:
        """The JSON at an address, from the folder if it is there; a list is a parameter that is repeated.

        Tries again, ever more slowly or when the service says so, after a time-out, a cut connection, an
        answer that is no JSON, and the statuses in ``AGAIN``.

        Raises FetchError (``params["status"]`` holds the status of an answer that was an error), Cancelled,
        and OSError where a page cannot be kept.
        """
        try:
            address = str(httpx.URL(url).copy_merge_params(params or {}))
        except httpx.InvalidURL as problem:
            raise FetchError("error.fetch_cut", url=plain(url), came=str(problem)) from problem
        self._stop()
        if (page := self._read(address)) is not None:
            self._came(len(page.body))
            return page
        host = httpx.URL(address).netloc.decode()
        if host in self._down:  # do not wait again for a host that was not there
            raise self._down[host]
        if self._rest:
            self._sleep(self._answered + self._rest - time.monotonic())
        again = Retrying(
            stop=stop_after_attempt(self._patience.attempts),
            wait=self._wait,
            sleep=self._sleep,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            page = again(self._ask, address)
        except _Again as last:
            if last.problem.key == "error.fetch_connect":
                self._down[host] = last.problem
            raise last.problem from last
        finally:
            self._answered = time.monotonic()
        self._keep(page)
        return page

    def forget(self) -> None:
        """Throw away all pages that are kept."""
        self._forget(older_than=-1)

    def _ask(self, url: str) -> Page:
        """One attempt, in a thread of its own: a silent service keeps nobody from stopping it."""
        self._stop()
        found: SimpleQueue[Page | AppError | _Again] = SimpleQueue()

        def receive() -> None:
            try:
                found.put(self._receive(url))
            except (AppError, _Again) as problem:
                found.put(problem)

        asking = threading.Thread(target=receive, daemon=True)
        asking.start()
        while True:
            alive = asking.is_alive()  # asked first: what it put before it ended is still found
            try:
                came = found.get(timeout=_LOOK)
            except Empty:
                self._stop()
                if not alive:
                    raise RuntimeError(f"asking {plain(url)} broke off") from None
                continue
            if isinstance(came, Page):
                return came
            raise came

    def _receive(self, url: str) -> Page:
        parts: list[bytes] = []
        size, start = 0, time.monotonic()
        try:
            with self._http.stream("GET", url) as answer:
                self._judge(answer, url)
                for part in answer.iter_bytes():
                    self._stop()
                    parts.append(part)
                    size += len(part)
                    self._came(len(part))
                    if size > LARGEST:
                        raise FetchError("error.fetch_large", url=plain(url), limit=LARGEST)
                    if time.monotonic() - start > self._patience.whole:
                        raise _Again(FetchError("error.fetch_time", url=plain(url)))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as problem:
            raise _Again(FetchError("error.fetch_connect", url=plain(url), came=str(problem))) from problem
        except httpx.TimeoutException as problem:
            raise _Again(FetchError("error.fetch_time", url=plain(url))) from problem
        except (httpx.TransportError, httpx.DecodingError) as problem:
            raise _Again(FetchError("error.fetch_cut", url=plain(url), came=str(problem))) from problem
        except (httpx.InvalidURL, httpx.TooManyRedirects) as problem:
            raise FetchError("error.fetch_cut", url=plain(url), came=str(problem)) from problem
        return self._page(url, b"".join(parts))

    def _judge(self, answer: httpx.Response, url: str) -> None:
        """Raise for a status that is an error."""
        if answer.is_success:
            return
        problem = FetchError("error.fetch_status", url=plain(url), status=str(answer.status_code))
        if answer.status_code in AGAIN:
            raise _Again(problem, _retry_after(answer.headers.get("Retry-After", "")))
        raise problem

    def _page(self, url: str, body: bytes) -> Page:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError) as problem:  # a page of HTML, or an answer that was cut
            start = body[:60].decode("utf-8", "replace").strip()
            raise _Again(FetchError("error.fetch_json", url=plain(url), came=start)) from problem
        return Page(value, url, datetime.now(UTC).isoformat(timespec="seconds"), body)

    def _wait(self, state: RetryCallState) -> float:
        problem = state.outcome.exception() if state.outcome else None
        asked = problem.wait if isinstance(problem, _Again) else None
        own = self._pause * 2.0 ** (state.attempt_number - 1)
        return min(own if asked is None else max(asked, own), LONGEST_PAUSE)

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._stop()
            time.sleep(min(left, 0.2))

    def _stop(self) -> None:
        if self._closed or self._cancelled():
            raise Cancelled

    def _file(self, url: str) -> Path | None:
        if self._kept is None:
            return None
        return self._kept / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.page"

    def _read(self, url: str) -> Page | None:
        file = self._file(url)
        if file is None or not file.is_file():
            return None
        head, _, body = file.read_bytes().partition(b"\n")
        try:
            about = json.loads(head)
            if about["url"] == url:
                return Page(json.loads(body), url, str(about["fetched"]), body)
        except (ValueError, TypeError, KeyError):  # half a page of a disk that failed: ask again
            pass
        file.unlink(missing_ok=True)
        return None

    def _keep(self, page: Page) -> None:
        file = self._file(page.url)
        if file is None:
            return
        fresh = file.with_suffix(".part")
        about = json.dumps({"url": page.url, "fetched": page.fetched}).encode()
        try:
            fresh.write_bytes(about + b"\n" + page.body)
            fresh.replace(file)  # half a page is never taken for a whole one
        finally:
            fresh.unlink(missing_ok=True)

    def _forget(self, older_than: float) -> None:
        if self._kept is None:
            return
        for file in self._kept.iterdir():
            if file.suffix == ".part" or time.time() - file.stat().st_mtime > older_than:
                file.unlink(missing_ok=True)


def plain(url: str) -> str:
    """An address for people: without what was asked there.

    >>> plain("https://api.pdok.nl/items?f=json&limit=1000")
    'https://api.pdok.nl/items'
    """
    return url.partition("?")[0]


def _retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for (a number or a date); None for none, or nonsense."""
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
