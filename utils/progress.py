"""How far a refresh is: counts what comes, estimates what is left, and stops when the user says so."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from utils.errors import Cancelled

WEIGHTS: Final = {
    "province": 12,
    "municipality": 342,
    "district": 3_393,
    "neighbourhood": 14_574,
    "figures": 3_700,
}
"""How much of the work each step is: about its number of features; a row of figures is a fifth of one."""
CRIME: Final = {"crime": 15_000}
"""The same of burglaries, which not every refresh fetches: one a municipality and a neighbourhood."""
_TOTALS: Final = {"figures": 18_300}
"""Features of a step, where its weight is another number."""
_EVERY: Final = 0.2
"""Seconds between two reports of bytes."""


@dataclass(frozen=True)
class Progress:
    """How far a refresh is.

    ``step`` is the last part of a text key (``refresh.step.<step>``); ``done`` and ``total`` count features
    of that step (``total`` is an estimate, None where unknown); ``bytes`` came so far; ``seconds_left`` None
    where unknown.
    """

    step: str
    done: int
    total: int | None
    bytes: int
    seconds_left: float | None


class Meter:
    """Tells ``report`` of every step, and asks ``cancelled`` whether to go on; raises Cancelled if not.

    ``weights`` are those of the steps that there will be.
    """

    def __init__(
        self,
        report: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        weights: Mapping[str, int] = WEIGHTS,
    ) -> None:
        self._report, self._cancelled, self._weights = report, cancelled, weights
        self._step, self._done, self._bytes, self._share = "", 0, 0, 0.0
        self._start = self._told = time.monotonic()

    def begin(self, step: str) -> None:
        """A step begins."""
        self.stop()
        self._step, self._done = step, 0
        self._tell()

    def seen(self, done: int) -> None:
        """So many features of this step came."""
        self.stop()
        self._done = done
        self._tell()

    def came(self, size: int) -> None:
        """Bytes arrived."""
        self._bytes += size
        if time.monotonic() - self._told >= _EVERY:
            self._tell()

    def end(self) -> None:
        """The step is done."""
        self._tell()
        self._share += self._weights.get(self._step, 0) / sum(self._weights.values())
        self._done = 0

    def stop(self) -> None:
        """Raise Cancelled if the user wants to stop."""
        if self._cancelled():
            raise Cancelled

    def _tell(self) -> None:
        total = _TOTALS.get(self._step, self._weights.get(self._step))
        part = min(self._done / total, 1.0) * self._weights.get(self._step, 0) if total else 0.0
        share = self._share + part / sum(self._weights.values())
        spent = time.monotonic() - self._start
        left = spent / share * (1 - share) if 0.02 < share < 1 and total else None
        self._told = time.monotonic()
        self._report(Progress(self._step, self._done, total, self._bytes, left))
