"""Fetch official data, check them and put them in place: the whole of a refresh.

Until the last step, one renaming, everything happens in a folder of its own: whatever fails, is cancelled
or is killed leaves the data that are shown as they were.
"""

import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from utils import assemble, at_hand, boundaries, local_files, official, pdok, store
from utils.errors import AppError, Cancelled, DataError, FetchError, InputError, Notice
from utils.http_client import Client
from utils.models import Edition
from utils.official import DUTCH, KINDS, Figures, Kind, Layer
from utils.settings import Settings

_WEIGHTS: Final = {
    "province": 12,
    "municipality": 342,
    "district": 3_393,
    "neighbourhood": 14_574,
    "figures": 3_700,
}
"""How much of the work each step is: about its number of features; a row of figures is a fifth of one."""
_TOTALS: Final = _WEIGHTS | {"figures": 18_300}
YEARS: Final = tuple(sorted({*pdok.FIGURES, *pdok.AREAS}, reverse=True))
"""Years that may be asked for, newest first; whether they are out is for the services to say."""
_EVERY: Final = 0.2
"""Seconds between two reports."""


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


@dataclass(frozen=True)
class Outcome:
    """What a refresh brought: the edition, how many areas of each kind, what was odd and what is new."""

    edition: Edition
    counts: dict[str, int]
    warnings: tuple[Notice, ...]
    changed: tuple[Notice, ...]


def refresh(
    settings: Settings,
    year: int | None = None,
    source: Path | None = None,
    report: Callable[[Progress], None] = lambda progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    levels: Collection[Kind] = (),
) -> Outcome:
    """Put the official data of a year (None: the newest) in the place of the current data.

    ``source`` is a file that the user downloaded; without one, PDOK and CBS are asked. ``levels`` fetches
    only these kinds of areas, and figures; the others stay as they are in the official data of that year.

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
        run = _Run(settings, report, cancelled)
        try:
            if source is None:
                with store.refusals(work), Client(work / "pages", cancelled, run.came) as client:
                    run.fetch(client, year, frozenset(levels))
            else:
                run.open(source, year)
            outcome = run.finish(made)
        except AppError as problem:
            shutil.rmtree(made, ignore_errors=True)
            if _worthless(problem):
                shutil.rmtree(work / "pages", ignore_errors=True)
            raise
        shutil.rmtree(work, ignore_errors=True)
        return outcome


def newest(settings: Settings, today: int | None = None) -> int | None:
    """The newest year that has both outlines and figures, None if there is none; changes nothing.

    ``today`` is the first year to try, this year if None. Raises FetchError where the services do not answer.
    """
    with Client() as client:
        return _newest(client, settings, today)


def shown(settings: Settings) -> int | None:
    """The year of the official data that are shown; None where the approximation that ships is."""
    told = store.provenance(store.official(settings))
    return told.year if told else None


def _newest(client: Client, settings: Settings, today: int | None = None) -> int | None:
    start = today or datetime.now(UTC).year
    for year in range(start, pdok.OLDEST - 1, -1):
        if pdok.has_outlines(client, settings, year) and pdok.has_figures(client, settings, year):
            return year
    return None


def _worthless(problem: AppError) -> bool:
    """Did what was fetched turn out wrong, so that the next attempt had better fetch it anew?"""
    if isinstance(problem, FetchError):
        return problem.key == "error.official_sources" and any(
            not str(one["key"]).removeprefix("error.").startswith("fetch_") for one in problem.params["tried"]
        )
    return isinstance(problem, DataError) and problem.key not in ("error.disk", "error.disk_full")


@dataclass
class _Run:
    """One refresh on its way."""

    settings: Settings
    report: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    year: int = 0
    layers: dict[Kind, Layer] = field(default_factory=dict)
    figures: Figures = field(default_factory=dict)
    province_of: dict[str, str] = field(default_factory=dict)
    sources: list[store.Source] = field(default_factory=list)
    warnings: list[Notice] = field(default_factory=list)
    _step: str = ""
    _done: int = 0
    _bytes: int = 0
    _share: float = 0.0
    _start: float = field(default_factory=time.monotonic)
    _told: float = 0.0

    def came(self, size: int) -> None:
        """Bytes arrived."""
        self._bytes += size
        if time.monotonic() - self._told >= _EVERY:
            self._tell()

    def fetch(self, client: Client, year: int | None, levels: frozenset[Kind]) -> None:
        """Ask the services for everything that is needed."""
        self._begin("year")
        asked = year
        if year is None:
            year = shown(self.settings) if levels else _newest(client, self.settings)
        if year is None:
            raise InputError("error.level_needs", year="") if levels else FetchError("error.no_year")
        self.year = year
        for kind in KINDS:
            if levels and kind not in levels:
                self._keep(kind)
        for kind in KINDS:
            if kind in self.layers:
                continue
            try:
                self._fetch_layer(client, kind)
            except FetchError as problem:
                if kind == "district":  # without these, only the names of districts are lacking
                    self.warnings.append(Notice("refresh.warning.districts", {"reason": problem.plain}))
                    continue
                if asked is not None:
                    self._explain(client, asked)
                raise
        self._fetch_figures(client)
        self._fetch_provinces(client)

    def open(self, path: Path, wanted: int | None) -> None:
        """Read everything from a file instead."""
        self._begin("file")
        found = local_files.read(path)
        self._stop()
        self.year = local_files.year(found, path, wanted)
        for kind, (rows, shapes) in found.items():
            layer, odd = official.layer(kind, rows, shapes, self.year, path.name)
            self._stop()
            self.layers[kind] = layer
            self.warnings += odd
            self.sources.append(local_files.source(path, kind, len(rows)))
            self.figures |= official.row_figures(kind, rows, path.name) if _carries(rows) else {}
        if not self.figures:
            missing = official.INHABITANTS
            raise DataError(
                "error.official_columns", place=path.name, kind=DUTCH["neighbourhood"], missing=missing
            )
        self.province_of = at_hand.provinces(store.embedded(self.settings))

    def finish(self, made: Path) -> Outcome:
        """Check how it all fits together, write it, read it back as a page would, and put it in place."""
        self._begin("check")
        names = at_hand.names(store.embedded(self.settings))
        data = assemble.data_set(self.layers, self.figures, self.province_of, names)
        self._begin("write")
        store.write(made, data.files, self.year, store.embedded(self.settings))
        fresh = boundaries.load(made)
        self._stop()
        changed = at_hand.changes(store.official(self.settings), fresh)
        warnings = (*self.warnings, *data.warnings)
        now = datetime.now(UTC)
        told = store.Provenance(
            self.year,
            now.isoformat(timespec="seconds"),
            tuple(self.sources),
            data.counts,
            warnings,
            changed,
        )
        store.tell(made, told)
        self._stop()
        store.swap(self.settings, made, fresh.edition, now)
        return Outcome(fresh.edition, data.counts, warnings, changed)

    def _fetch_layer(self, client: Client, kind: Kind) -> None:
        """The first service that has good outlines of a kind; the others are told as odd."""
        self._begin(kind)
        tried: list[dict[str, Any]] = []
        for service in pdok.services(self.settings, kind, self.year):
            try:
                came = service.fetch(client, self._seen)
                layer, odd = official.layer(kind, came.rows, came.geometry, self.year, service.name)
            except DataError as problem:
                tried.append(problem.plain)
                continue
            if tried:
                params = {"kind": DUTCH[kind], "used": service.name, "reason": tried[0]}
                self.warnings.append(Notice("refresh.warning.fallback", params))
            self.layers[kind] = layer
            self.warnings += odd
            self.sources.append(came.source)
            self._end()
            return
        raise FetchError("error.official_sources", kind=DUTCH[kind], year=str(self.year), tried=tried)

    def _fetch_figures(self, client: Client) -> None:
        """Figures of CBS; else those that the outlines brought; else those of a service with both."""
        self._begin("figures")
        brought = {code: pair for layer in self.layers.values() for code, pair in layer.figures.items()}
        known = any(np.isfinite(people) for people, _ in brought.values())
        tried: list[dict[str, Any]] = []
        for name, fetch in pdok.figure_services(self.settings, self.year):
            if tried and known:
                break
            try:
                self.figures, came = fetch(client, self._seen)
            except DataError as problem:
                tried.append(problem.plain)
                continue
            self.sources.append(came)
            if name != "CBS StatLine":
                self.warnings.append(self._instead(name, tried))
            self._end()
            return
        if not known:
            raise FetchError("error.official_sources", kind="StatLine", year=str(self.year), tried=tried)
        self.figures = brought
        self.warnings.append(self._instead("PDOK WFS wijkenbuurten", tried))
        self._end()

    def _instead(self, name: str, tried: list[dict[str, Any]]) -> Notice:
        reason = tried[0] if tried else FetchError("error.fetch_table", year=str(self.year)).plain
        return Notice("refresh.warning.fallback", {"kind": "StatLine", "used": name, "reason": reason})

    def _fetch_provinces(self, client: Client) -> None:
        """The table of CBS; what it lacks, and all if it does not come, from the facts that ship."""
        self._begin("areas")
        self.province_of = at_hand.provinces(store.embedded(self.settings))
        try:
            told, came = pdok.provinces(client, self.settings, self.year)
        except DataError as problem:
            self.warnings.append(Notice("refresh.warning.provinces", {"reason": problem.plain}))
            return
        self.province_of |= told
        self.sources.append(came)

    def _keep(self, kind: Kind) -> None:
        """Take a kind from the official data that are shown, which must be of the same year."""
        if shown(self.settings) != self.year:
            raise InputError("error.level_needs", year=str(self.year))
        where = store.official(self.settings)
        self.layers[kind] = at_hand.layer(where, kind)
        told = store.provenance(where)
        self.sources += [one for one in (told.sources if told else ()) if one.what == kind]

    def _explain(self, client: Client, year: int) -> None:
        """Say which years there are, if that is what was wrong."""
        try:
            if pdok.has_outlines(client, self.settings, year):
                return
            years = range(pdok.OLDEST, datetime.now(UTC).year + 1)
            out = [str(one) for one in years if pdok.has_outlines(client, self.settings, one)]
        except FetchError:
            return
        if out:
            raise InputError("error.year_absent", year=str(year), known=", ".join(out))

    def _begin(self, step: str) -> None:
        self._stop()
        self._step, self._done = step, 0
        self._tell()

    def _seen(self, done: int) -> None:
        self._stop()
        self._done = done
        self._tell()

    def _end(self) -> None:
        self._tell()
        self._share += _WEIGHTS[self._step] / sum(_WEIGHTS.values())
        self._done = 0

    def _tell(self) -> None:
        total = _TOTALS.get(self._step)
        part = min(self._done / total, 1.0) * _WEIGHTS[self._step] if total else 0.0
        share = self._share + part / sum(_WEIGHTS.values())
        spent = time.monotonic() - self._start
        left = spent / share * (1 - share) if 0.02 < share < 1 and total else None
        self._told = time.monotonic()
        self.report(Progress(self._step, self._done, total, self._bytes, left))

    def _stop(self) -> None:
        if self.cancelled():
            raise Cancelled


def _carries(rows: Collection[dict[str, Any]]) -> bool:
    return any(official.INHABITANTS in row for row in rows)
