"""Work in a thread of its own: the page looks how far it is, and goes on meanwhile."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from utils.errors import AppError

Tell = Callable[[str, int, int], None]
T = TypeVar("T")


class Running(Generic[T]):
    """Work that goes on, or has ended: then it has a ``result`` or a ``problem``.

    Neither: a mistake of ours, which the log tells. ``at`` is the step, how much of it is done, of how much.
    What the work needs is let go of when it ends.
    """

    def __init__(self, work: Callable[[Tell], T]) -> None:
        self.at: tuple[str, int, int] = ("", 0, 0)
        self.result: T | None = None
        self.problem: AppError | None = None
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[Tell], T]) -> None:
        try:
            self.result = work(self._tell)
        except AppError as problem:
            self.problem = problem

    def _tell(self, step: str, done: int, total: int) -> None:
        self.at = (step, done, total)

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self._thread.is_alive()

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self._began

    def wait(self, seconds: float) -> None:
        """Wait for its end, so many seconds at most."""
        self._thread.join(seconds)
