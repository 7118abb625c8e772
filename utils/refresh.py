"""Fetch official data, check them and put them in place: the whole of a refresh.

Until the last step, one renaming, everything happens in a folder of its own: whatever fails, is cancelled
or is killed leaves the data that are shown as they were.
"""

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import shapely

from utils import assemble, at_hand, boundaries, crime_refresh, crime_store, pdok, store
from utils.errors import AppError, DataError, FetchError, Notice
from utils.gather import Gathering
from utils.http_client import Client
from utils.models import Edition
from utils.official import Kind
from utils.progress import CRIME, WEIGHTS, Meter, Progress
from utils.settings import Settings

__all__ = ["YEARS", "Outcome", "Progress", "newest", "refresh", "shown"]

YEARS: Final = tuple(sorted({*pdok.FIGURES, *pdok.AREAS}, reverse=True))
"""Years that may be asked for, newest first; whether they are out is for the services to say."""


@dataclass(frozen=True)
class Outcome:
    """What a refresh brought: the edition, how many areas of each kind, what was odd and what is new.

    ``crime`` holds the registered burglaries, None where these were not asked for.
    """

    edition: Edition
    counts: dict[str, int]
    warnings: tuple[Notice, ...]
    changed: tuple[Notice, ...]
    crime: crime_store.Kept | None = None


def refresh(
    settings: Settings,
    year: int | None = None,
    source: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    levels: Collection[Kind] = (),
    with_crime: bool = False,
) -> Outcome:
    """Put the official data of a year (None: the newest) in the place of the current data.

    ``source`` is a file that the user downloaded; without one, PDOK and CBS are asked. ``levels`` fetches
    only these kinds of areas, and figures; the others stay as they are in the official data of that year.
    ``with_crime`` fetches the registered burglaries as well: then either all of it comes, or nothing.

    Raises AppError for everything that goes wrong, Cancelled where the user stops it; then the data that are
    shown are as they were. What was fetched is kept for a day for a next attempt, unless it was no good.
    """
    with store.alone(settings):
        work = store.work(settings)
        made = work / "set"
        with store.refusals(work):
            work.mkdir(parents=True, exist_ok=True)
            if made.exists():
                shutil.rmtree(made)
        meter = Meter(report, cancelled, WEIGHTS | CRIME if with_crime else WEIGHTS)
        run = Gathering(settings, meter)
        try:
            if source is None:
                with store.refusals(work), Client(work / "pages", cancelled, run.meter.came) as client:
                    run.fetch(client, year, frozenset(levels))
            else:
                run.open(source, year)
            outcome = _finish(run, made, cancelled if with_crime else None)
        except AppError as problem:
            _tidy(work, made, _worthless(problem))
            raise
        except shapely.errors.ShapelyError as problem:
            _tidy(work, made, worthless=True)
            raise DataError("error.official_outlines", came=str(problem)) from problem
        shutil.rmtree(work, ignore_errors=True)
        return outcome


def newest(settings: Settings, today: int | None = None) -> int | None:
    """The newest year that has both outlines and figures, None if there is none; changes nothing.

    ``today`` is the first year to try, this year if None. Raises FetchError where the services do not answer.
    """
    with Client() as client:
        return pdok.newest(client, settings, today or datetime.now(UTC).year)


def shown(settings: Settings) -> int | None:
    """The year of the official data that are shown; None where the approximation that ships is."""
    return store.official_year(settings)


def _finish(run: Gathering, made: Path, cancelled: Callable[[], bool] | None) -> Outcome:
    """Check how it all fits together, write it, read it back as a page would, and put it in place.

    With ``cancelled``, burglaries are fetched for it; these are there, under its version, before it is.
    """
    run.meter.begin("check")
    names = at_hand.names(store.embedded(run.settings))
    data = assemble.data_set(run.layers, run.figures, run.province_of, names)
    run.meter.begin("write")
    store.write(made, data.files, run.year, store.embedded(run.settings))
    fresh = boundaries.load(made)
    run.meter.stop()
    changed = at_hand.changes(store.official(run.settings), fresh)
    warnings = (*run.warnings, *data.warnings)
    kept = crime_refresh.fetch(run.settings, fresh, run.meter, cancelled) if cancelled else None
    if not kept:
        changed = (*changed, *_without_crime(run.settings, fresh.edition))
    now = datetime.now(UTC)
    told = store.Provenance(
        run.year,
        now.isoformat(timespec="seconds"),
        tuple(run.sources),
        data.counts,
        warnings,
        changed,
    )
    store.tell(made, told)
    run.meter.stop()
    if kept:
        crime_store.keep(run.settings, kept)
    store.swap(run.settings, made, fresh.edition, now)
    return Outcome(fresh.edition, data.counts, warnings, changed, kept)


def _without_crime(settings: Settings, fresh: Edition) -> tuple[Notice, ...]:
    """That the burglaries stay behind with the areas that they were fetched for, if so."""
    try:
        before = boundaries.load(store.official(settings)).edition
    except DataError:  # what was shown is broken, which is told elsewhere
        return ()
    there, here = (crime_store.file(settings, one.version).is_file() for one in (before, fresh))
    return (Notice("refresh.changed.crime"),) if there and not here else ()


def _tidy(work: Path, made: Path, worthless: bool) -> None:
    shutil.rmtree(made, ignore_errors=True)
    if worthless:
        shutil.rmtree(work / "pages", ignore_errors=True)


def _worthless(problem: AppError) -> bool:
    """Did what was fetched turn out wrong, so that the next attempt had better fetch it anew?"""
    if isinstance(problem, FetchError):
        return problem.key == "error.official_sources" and any(
            not str(one["key"]).removeprefix("error.").startswith("fetch_") for one in problem.params["tried"]
        )
    return isinstance(problem, DataError) and problem.key not in (
        "error.disk",
        "error.disk_full",
        "error.crime_other",
    )
