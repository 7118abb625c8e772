"""Fetch the registered burglaries that belong to the areas: with a refresh, or alone."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from utils import boundaries, crime, police, store
from utils.crime_store import Kept, keep
from utils.errors import DataError
from utils.http_client import Client
from utils.models import Atlas
from utils.progress import Meter, Progress
from utils.settings import Settings

_PASSING: Final = (
    *("error.fetch_connect", "error.fetch_time", "error.fetch_cut", "error.fetch_status", "error.fetch_json"),
    *("error.disk", "error.disk_full"),
)
"""Problems that say nothing of the answers that did come: these serve the next attempt."""


def refresh(
    settings: Settings,
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Kept:
    """Fetch the burglaries of the last full year for the areas that are shown, and put them in place.

    With the approximate neighbourhoods, of which the police have no numbers, only those of municipalities.
    Raises AppError for everything that goes wrong, Cancelled where the user stops it; then the burglaries
    that were there are as they were. What was fetched is kept for a day for a next attempt.
    """
    with store.alone(settings):
        atlas = boundaries.load(store.current(settings))
        kept = fetch(settings, atlas, Meter(report, cancelled, {"crime": _expected(atlas)}), cancelled)
        keep(settings, kept)
        shutil.rmtree(store.work(settings) / "crime", ignore_errors=True)
        return kept


def fetch(settings: Settings, atlas: Atlas, meter: Meter, cancelled: Callable[[], bool]) -> Kept:
    """The burglaries of the last full year for an atlas; nothing is put in place. Raises as `refresh`."""
    meter.begin("crime")
    codes, expected = _codes(atlas), _expected(atlas)

    def seen(done: int) -> None:
        meter.seen(min(done, expected))  # areas that we do not know come along

    pages = store.work(settings) / "crime"

    try:
        with (
            store.refusals(pages),
            Client(pages, cancelled, meter.came, patience=police.PATIENCE, rest=police.REST) as client,
        ):
            counts, source = police.fetch(client, settings, codes, datetime.now(UTC).year, seen)
        warnings = crime.odd(atlas, counts)
    except DataError as problem:
        if problem.key not in _PASSING:
            shutil.rmtree(pages, ignore_errors=True)
        raise
    meter.end()
    return Kept(atlas.edition.version, counts, source, warnings)


def _codes(atlas: Atlas) -> list[str]:
    """The neighbourhoods that the police may know: those with a code of CBS."""
    return [code for code in atlas.neighbourhoods.codes if code.startswith("BU")]


def _expected(atlas: Atlas) -> int:
    return len(atlas.municipalities) + len(_codes(atlas))
