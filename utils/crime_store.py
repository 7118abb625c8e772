"""The file of registered burglaries, beside the data set that it belongs to.

``<cache>/crime/<version>.json`` holds those of one edition of the areas, and is replaced at once. Whatever
edition is shown, also after going back, has its own figures or none: never those of other areas.
"""

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from utils import store
from utils.crime import Counts
from utils.errors import DataError, Notice
from utils.settings import Settings
from utils.store import Source

KEPT: Final = 4
"""Editions whose figures stay: those shown, those to go back to, those that ship, and one more."""


@dataclass(frozen=True)
class Kept:
    """Burglaries by code, the version of the areas that they were fetched for, whence, and what was odd."""

    edition: str
    counts: Counts
    source: Source
    warnings: tuple[Notice, ...]


def file(settings: Settings, edition: str) -> Path:
    """Where the figures of an edition (its version) are; it need not exist."""
    return settings.cache / "crime" / f"{edition}.json"


def read(settings: Settings, edition: str) -> Kept | None:
    """The figures of an edition; None where there are none. Raises DataError for a file that is no good."""
    source = file(settings, edition)
    try:
        told = json.loads(source.read_text(encoding="utf-8"))
        by_code = {str(code): math.nan if n is None else float(n) for code, n in told["by_code"].items()}
        provisional = told["provisional"]
        if told["edition"] != edition or provisional not in (None, True, False):
            raise ValueError(told["edition"])
        return Kept(
            edition,
            Counts(int(told["year"]), provisional, by_code),
            Source(**told["source"]),
            tuple(Notice(**notice) for notice in told["warnings"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise DataError("error.crime_file", file=str(source), came=str(problem)) from problem


def keep(settings: Settings, kept: Kept) -> None:
    """Put figures in the place of those of the same edition. Raises DataError where the disk refuses."""
    target = file(settings, kept.edition)
    counts = kept.counts
    told = {
        "edition": kept.edition,
        "year": counts.year,
        "provisional": counts.provisional,
        "source": asdict(kept.source),
        "warnings": [asdict(notice) for notice in kept.warnings],
        "by_code": {code: None if math.isnan(n) else int(n) for code, n in sorted(counts.by_code.items())},
    }
    with store.refusals(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        store.put(target, json.dumps(told, ensure_ascii=False, indent=0).encode())
        files = sorted(target.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)
