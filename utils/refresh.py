"""Fetch official data, check them and put them in place: the whole of a refresh.

Until the last step, one renaming, everything happens in a folder of its own: whatever fails, is cancelled or is
killed leaves the data that are shown as they were.
"""

import csv
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from utils import assemble, boundaries, local_files, official, pdok, store
from utils.errors import AppError, Cancelled, DataError, FetchError, InputError, Notice
from utils.http_client import Client
from utils.models import Atlas, Edition
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
_EVERY: Final = 0.2
"""Seconds between two reports."""
_NAMED: Final = 8


@dataclass(frozen=True)
class Progress:
    """How far a refresh is.

    ``step`` is the last part of a text key (``refresh.step.<step>``); ``done`` and ``total`` count features of
    that step (``total`` is an estimate, None where unknown); ``bytes`` came so far; ``seconds_left`` None where
    unknown.
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

    ``source`` is a file that the user downloaded; without one, PDOK and CBS are asked. ``levels`` fetches only
    these kinds of areas, and figures; the others stay as they are in the official data of that year.

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
    told = store.provenance(store.current(settings))
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
            not str(one["key"]).startswith("error.fetch") for one in problem.params["tried"]
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
                continue
            try:
                self._fetch_layer(client, kind)
            except FetchError as problem:
                if kind == "district":  # without these, only the names of districts are lacking
                    self.warnings.append(_reason("refresh.warning.districts", problem))
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
        self.province_of = _embedded_provinces(self.settings.data)

    def finish(self, made: Path) -> Outcome:
        """Check how it all fits together, write it, read it back as a page would, and put it in place."""
        self._begin("check")
        names = _names(self.settings.data)
        data = assemble.data_set(self.layers, self.figures, self.province_of, names, self.year)
        self._begin("write")
        store.write(made, data.files, self.year, self.settings.data)
        fresh = boundaries.load(made)
        self._stop()
        changed = _changes(self.settings, fresh)
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
                tried.append(_plain(problem))
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
                tried.append(_plain(problem))
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
        reason = tried[0] if tried else _plain(FetchError("error.fetch_table", year=str(self.year)))
        return Notice("refresh.warning.fallback", {"kind": "StatLine", "used": name, "reason": reason})

    def _fetch_provinces(self, client: Client) -> None:
        """The table of CBS; what it lacks, and all if it does not come, from the facts that ship."""
        self._begin("areas")
        self.province_of = _embedded_provinces(self.settings.data)
        try:
            told, came = pdok.provinces(client, self.settings, self.year)
        except DataError as problem:
            self.warnings.append(_reason("refresh.warning.provinces", problem))
            return
        self.province_of |= told
        self.sources.append(came)

    def _keep(self, kind: Kind) -> None:
        """Take a kind from the official data that are shown, which must be of the same year."""
        if shown(self.settings) != self.year:
            raise InputError("error.level_needs", year=str(self.year))
        where = store.current(self.settings)
        self.layers[kind] = _stored(where / assemble.FILES[kind], kind)
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


def _plain(problem: AppError) -> dict[str, Any]:
    """A problem as part of another sentence, and fit for JSON."""
    return {"key": problem.key, "params": problem.params}


def _reason(key: str, problem: AppError) -> Notice:
    return Notice(key, {"reason": _plain(problem)})


def _carries(rows: Collection[dict[str, Any]]) -> bool:
    return any(official.INHABITANTS in row for row in rows)


def _read(file: Path, columns: list[str]) -> dict[str, list[Any]]:
    try:
        found: dict[str, list[Any]] = pq.read_table(file, columns=columns).to_pydict()
        return found
    except (OSError, pa.ArrowException) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem


def _stored(file: Path, kind: Kind) -> Layer:
    figures = [] if kind == "province" else ["inhabitants", "households"]
    table = _read(file, ["code", "name", "geometry", *figures])
    unknown = [None] * len(table["code"])
    people, homes = (
        np.array(table.get(name, unknown), dtype=np.float64) for name in ("inhabitants", "households")
    )
    empty = official.objects("" for _ in unknown)
    shapes = shapely.from_wkb(official.objects(table["geometry"]))
    codes, names = official.objects(table["code"]), official.objects(table["name"])
    return Layer(kind, codes, names, empty, people, homes, shapes)


def _names(embedded: Path) -> dict[str, str]:
    """Code → name of provinces and municipalities, from the data that ship."""
    found: dict[str, str] = {}
    for kind in ("province", "municipality"):
        table = _read(embedded / assemble.FILES[kind], ["code", "name"])
        found |= dict(zip(table["code"], table["name"], strict=True))
    return found


def _embedded_provinces(embedded: Path) -> dict[str, str]:
    """Municipality → province, from the data that ship; former municipalities by what became of them."""
    table = _read(embedded / assemble.FILES["municipality"], ["code", "province_code"])
    found = dict(zip(table["code"], table["province_code"], strict=True))
    file = embedded / "municipality_changes.csv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            changes = [(row["old_code"], row["new_code"]) for row in csv.DictReader(lines)]
    except (OSError, KeyError, ValueError) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem
    for old, new in reversed(changes):  # the newest first: what a municipality became may itself be gone
        if new in found:
            found.setdefault(old, found[new])
        elif old in found:
            found[new] = found[old]
    return found


def _changes(settings: Settings, fresh: Atlas) -> tuple[Notice, ...]:
    """What is new beside the data that are shown now."""
    try:
        old = boundaries.load(store.current(settings))
    except DataError as problem:  # what was shown is broken: a good reason to refresh
        return (_reason("refresh.changed.broken", problem),)
    kind = old.edition.kind
    found = [
        Notice(f"refresh.changed.{kind}", {"before": str(old.edition.year), "after": str(fresh.edition.year)})
    ]
    before, after = (
        dict(zip(a.municipalities.codes, a.municipalities.names, strict=True)) for a in (old, fresh)
    )
    for key, here, there in (("gone", before, after), ("new", after, before)):
        names = [name for code, name in here.items() if code not in there]
        if names:
            more = ", …" if len(names) > _NAMED else ""
            params = {"n": len(names), "names": ", ".join(names[:_NAMED]) + more}
            found.append(Notice(f"refresh.changed.{key}", params))
    renamed = [
        f"{before[code]} → {after[code]}"
        for code in before.keys() & after.keys()
        if before[code] != after[code]
    ]
    if renamed:
        more = ", …" if len(renamed) > _NAMED else ""
        params = {"n": len(renamed), "names": ", ".join(sorted(renamed)[:_NAMED]) + more}
        found.append(Notice("refresh.changed.renamed", params))
    counts = {"before": len(old.neighbourhoods), "after": len(fresh.neighbourhoods)}
    found.append(Notice("refresh.changed.neighbourhoods", counts))
    people = {
        name: float(np.nansum(a.municipalities.inhabitants))
        for name, a in (("before", old), ("after", fresh))
    }
    found.append(Notice("refresh.changed.inhabitants", {name: int(n) for name, n in people.items()}))
    return tuple(found)
