"""Fetch official data, check them and put them in place: the whole of a refresh."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from utils.errors import Notice
from utils.models import Edition
from utils.settings import Settings


@dataclass(frozen=True)
class Progress:
    """How far a refresh is.

    ``step`` is the last part of a text key (``refresh.step.<step>``); ``done`` and ``total`` count features of
    that step (``total`` None where unknown); ``bytes`` came so far; ``seconds_left`` None where unknown.
    """

    step: str
    done: int
    total: int | None
    bytes: int
    seconds_left: float | None


@dataclass(frozen=True)
class Outcome:
    """What a refresh brought."""

    edition: Edition
    counts: dict[str, int]
    warnings: tuple[Notice, ...]
    changed: tuple[Notice, ...]
