"""Postcodes → points, as far as the network gives them: no package with Dutch postcodes ships with us.

What was found is kept for a day in the memory of this process, never on disk.
"""

import re
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from utils.errors import FetchError, Notice
from utils.locatieserver import Found, Locatieserver
from utils.settings import Settings

Kind = Literal["pc6", "pc4"]
AT_ONCE: Final = 4
"""Questions under way at the same time."""
BATCH: Final = 50
"""Full postcodes in one question; some have a few streets, each a hit of its own."""
PAGES: Final = 5
"""Answers of a hundred hits each that one question may need."""
ENOUGH: Final = 3
"""Failures after which a service is left alone."""
KEPT: Final = 24 * 3600.0
"""Seconds that an answer is remembered."""
MOST: Final = 100_000
"""Postcodes that are remembered."""
_PC6: Final = re.compile(r"([1-9]\d{3})\s*([A-Za-z]{2})")
_PC4: Final = re.compile(r"[1-9]\d{3}")

_Point = tuple[float, float]


@dataclass(frozen=True)
class Looked:
    """What a look-up gave, by postcode as it was asked.

    ``points`` are metres (EPSG:28992), the middle of the postcode; ``kinds`` tells how exact each is: ``pc4``
    for the middle of the four digits. ``unanswered`` are postcodes on which the service gave no answer: these
    may well exist; what is neither here nor in ``points`` does not. ``notice`` says what went wrong, None for
    nothing.
    """

    points: dict[str, _Point]
    kinds: dict[str, Kind]
    unanswered: frozenset[str] = frozenset()
    notice: Notice | None = None


def normal(text: str) -> str:
    """A postcode as 1234AB, or its four digits; "" for anything else.

    >>> normal(" 1234 ab"), normal("1234"), normal("0123 AB")
    ('1234AB', '1234', '')
    """
    text = text.strip()
    if found := _PC6.fullmatch(text):
        return found[1] + found[2].upper()
    return text if _PC4.fullmatch(text) else ""


def lookup(
    codes: Collection[str],
    options: Settings,
    progress: Callable[[int, int], None] = lambda done, total: None,
    coarse: bool = False,
) -> Looked:
    """The points of postcodes, full ones (1234AB) or four digits.

    ``coarse`` gives a full postcode that is not found the middle of its four digits, with kind ``pc4``. What
    is no postcode at all is not found. ``progress`` is told how many of how many were looked up.

    Never raises for the service: where that cannot be reached, or fails three times, the rest stays
    unanswered and ``notice`` tells it.
    """
    wanted = {code: normal(code) for code in codes}
    full = {code for code in wanted.values() if code}
    run = _Run(options.locatieserver, progress)
    run.ask(full)
    if coarse:
        run.ask({code[:4] for code in full if len(code) == 6 and run.points.get(code) is None})
    points: dict[str, _Point] = {}
    kinds: dict[str, Kind] = {}
    for asked, code in wanted.items():
        for known in (code, code[:4]) if coarse else (code,):
            point = run.points.get(known)
            if point is not None:
                points[asked], kinds[asked] = point, "pc6" if len(known) == 6 else "pc4"
                break
    unanswered = frozenset(asked for asked, code in wanted.items() if code and code not in run.points)
    notice = None
    if run.problem is not None and unanswered:
        notice = Notice("error.postcodes", {"n": len(unanswered), "reason": run.problem.plain})
    return Looked(points, kinds, unanswered, notice)


@dataclass
class _Memory:
    """What services told of postcodes: a point, or None for a postcode that they do not know."""

    told: dict[tuple[str, str], tuple[float, _Point | None]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, url: str, codes: Iterable[str]) -> dict[str, _Point | None]:
        now = time.monotonic()
        with self.lock:
            found = {code: self.told[url, code] for code in codes if (url, code) in self.told}
        return {code: point for code, (at, point) in found.items() if now - at < KEPT}

    def keep(self, url: str, points: dict[str, _Point | None]) -> None:
        now = time.monotonic()
        with self.lock:
            for code, point in points.items():
                self.told.pop((url, code), None)  # the newest is the last to go
                self.told[url, code] = now, point
            for oldest in list(islice(self.told, max(len(self.told) - MOST, 0))):
                del self.told[oldest]

    def forget(self) -> None:
        with self.lock:
            self.told.clear()


memory: Final = _Memory()


class _Run:
    """One look-up: what it knows so far, and whether the service is still worth asking."""

    def __init__(self, url: str, progress: Callable[[int, int], None]) -> None:
        self._url, self._progress = url, progress
        self.points: dict[str, _Point | None] = {}
        self.problem: FetchError | None = None
        self._failures = 0
        self._down = False

    def ask(self, codes: Collection[str]) -> None:
        """Look up normal postcodes: from memory, else by asking."""
        self.points |= memory.get(self._url, codes)
        left = sorted(code for code in codes if code not in self.points)
        total = len(left)
        if not left or self._down:
            return
        batches = iter(list(_batches(left)))
        done = 0
        with Locatieserver(self._url) as service, ThreadPoolExecutor(AT_ONCE) as threads:
            under_way: dict[Future[dict[str, _Point | None]], list[str]] = {}
            while True:
                while not self._down and len(under_way) < AT_ONCE and (batch := next(batches, None)):
                    under_way[threads.submit(_points, service, batch)] = batch
                if not under_way:
                    break
                for ended in wait(under_way, return_when=FIRST_COMPLETED).done:
                    batch = under_way.pop(ended)
                    self._take(ended, batch)
                    done += len(batch)
                    self._progress(done, total)

    def _take(self, ended: Future[dict[str, _Point | None]], batch: list[str]) -> None:
        try:
            told = ended.result()
            memory.keep(self._url, told)
            self.points |= told
            if len(told) < len(batch):
                raise _unusable(self._url)
        except FetchError as problem:
            self._failures += 1
            self.problem = self.problem or problem
            gone = problem.key in ("error.locations_connect", "error.locations_busy")
            self._down = self._down or gone or self._failures >= ENOUGH


def _batches(codes: list[str]) -> Iterator[list[str]]:
    """Full postcodes by fifty; four digits are a question each."""
    full = [code for code in codes if len(code) == 6]
    for start in range(0, len(full), BATCH):
        yield full[start : start + BATCH]
    yield from ([code] for code in codes if len(code) == 4)


def _points(service: Locatieserver, batch: list[str]) -> dict[str, _Point | None]:
    """The middle of each postcode of a batch, None where the service knows none. Raises FetchError.

    A postcode of which the service sent nothing usable is left out.
    """
    if len(batch[0]) == 4:
        return _point(service, batch[0])
    hits: list[Found] | None
    try:
        hits, whole = _all(service, f"postcode:({' OR '.join(batch)})", batch)
    except FetchError as problem:
        if problem.params.get("status") != "400" or len(batch) == 1:
            raise
        hits, whole = None, False  # it takes no more than one postcode at a time
    if hits is not None and not hits and not whole:
        return {}
    told = {code: middle([hit for hit in hits or () if hit.postcode == code]) for code in batch}
    for code in batch if not whole else ():
        if told[code] is None:
            del told[code]
            told |= _point(service, code)
    return told


def _point(service: Locatieserver, code: str) -> dict[str, _Point | None]:
    """The middle of one postcode, full or four digits; empty where nothing usable came. Raises FetchError."""
    hits, whole = _all(service, f"postcode:{code}" + "*" * (len(code) == 4), [code])
    return {code: middle(hits)} if hits or whole else {}


def _all(service: Locatieserver, wanted: str, starts: list[str]) -> tuple[list[Found], bool]:
    """All hits that match, page by page, and whether these are all there are. Raises FetchError.

    A hit that does not begin as asked is an answer to another question.
    """
    hits: list[Found] = []
    seen, whole, odd = 0, False, False
    for _ in range(PAGES):
        answer = service.free(filters=("type:postcode", wanted), start=seen)
        good = [hit for hit in answer.hits if hit.postcode.startswith(tuple(starts))]
        hits += good
        came = len(answer.hits) + answer.spoilt
        odd = odd or len(good) < came
        seen += came
        whole = seen >= answer.total
        if whole or not came:
            break
    return hits, whole and not odd


def _unusable(url: str) -> FetchError:
    return FetchError("error.locations_answer", url=f"{url}/free")


def middle(hits: Sequence[Found]) -> _Point | None:
    """The hit nearest to the mean of all, so that it lies where people live; None for no hits."""
    if not hits:
        return None
    x = sum(hit.x for hit in hits) / len(hits)
    y = sum(hit.y for hit in hits) / len(hits)
    nearest = min(hits, key=lambda hit: ((hit.x - x) ** 2 + (hit.y - y) ** 2, hit.x, hit.y))
    return nearest.x, nearest.y
