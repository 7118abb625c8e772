"""Composition root of the web pages: settings → atlas, register, coverage, map files.

Each is made once for all visitors and made anew when its data change; nothing waits for a restart.
"""

import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from utils import (
    boundaries,
    coverage,
    crime_store,
    examples,
    export,
    extracts,
    freshness,
    gap_filter,
    gazetteer,
    group_source,
    growth,
    map_geometry,
    maps,
    mergers,
    rankings,
    siting,
    store,
    summaries,
    upkeep,
)
from utils import published as published_figures
from utils import published_points as points
from utils.crime import Crime, beside, has_rates, join
from utils.crime import overlay as crime_overlay
from utils.crime_store import Kept
from utils.errors import DataError, StoreError
from utils.finder import Finder
from utils.freshness import AreaFreshness, Freshness
from utils.gap_filter import LARGEST, GapFilter
from utils.gazetteer import Places
from utils.league_view import League
from utils.locate import aliases, by_name, normalise
from utils.models import (
    LAYERS,
    Atlas,
    Coverage,
    Figures,
    Floats,
    Groups,
    Ints,
    Layer,
    Level,
    Overlay,
    Status,
)
from utils.running import Running, Tell
from utils.settings import Settings, settings
from utils.siting import Siting
from utils.texts import Texts

REST: Final = 15.0
"""Seconds after which a register that could not be read is tried again."""
_log = logging.getLogger(__name__)
_SEARCHING = threading.Lock()  # for places: one search at a time, so that other visitors keep a processor
_ATLAS_FILES = ("provinces.parquet", "municipalities.parquet", "neighbourhoods.parquet", "edition.json")


def _stamp(*files: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file does: name, time, size; (name, 0, 0) for a file that is not there."""
    found = []
    for file in files:
        try:
            known = file.stat()
            found.append((str(file), known.st_mtime_ns, known.st_size))
        except FileNotFoundError:
            found.append((str(file), 0, 0))
    return tuple(found)


@st.cache_resource(max_entries=1, show_spinner=False)
def _atlas(folder: Path, stamp: object) -> Atlas:
    return boundaries.load(folder)


@st.cache_resource(max_entries=1, show_spinner=False)
def _groups(stamp: object, revision: str, _options: Settings) -> Groups:
    return group_source.load(_options)


@st.cache_resource(max_entries=1, show_spinner=False)
def _coverage(folder: Path, stamp: object, revision: str, _groups: Groups) -> Coverage:
    atlas, groups = _atlas(folder, stamp), _groups
    return coverage.measure(atlas, groups, mergers.towns(atlas, groups, folder, normalise))


def _municipalities(folder: Path, atlas: Atlas) -> mergers.Municipalities:
    return mergers.Municipalities(atlas, mergers.read(folder / mergers.FILE), normalise)


def placeless(c: Coverage) -> list[tuple[str, str, str]]:
    """Groups of the register that count nowhere: id, name, municipality as registered ("" for none).

    Their place lies in the sea or abroad, or is not given while the municipality is unknown or was split.
    None for example groups: those are nobody's to place.
    """
    rows = [] if c.groups.example else [int(row) for row in (c.town < 0).nonzero()[0]]
    recorded = c.groups.recorded
    return [
        (str(c.groups.ids[row]), str(c.groups.names[row]), "" if recorded is None else str(recorded[row]))
        for row in rows
    ]


def names_now(atlas: Atlas) -> Callable[[str], tuple[str, ...]]:
    """What gives the names of the municipalities that one of before became; () for one of now, or unknown.

    Raises DataError for a broken file of changes.
    """
    known, towns = _municipalities(store.current(settings()), atlas), atlas.municipalities

    def now(name: str) -> tuple[str, ...]:
        found = tuple(str(towns.names[towns.index[code]]) for code in known.find(name))
        return () if normalise(name) in {normalise(mergers.bare(one)) for one in found} else found

    return now


@dataclass
class _Shown:
    """The coverage shown last, for when the register cannot be read; ``again``: when to try it again."""

    coverage: Coverage | None = None
    problem: StoreError | None = None
    again: float = 0.0


@st.cache_resource(max_entries=1, show_spinner=False)
def _shown(register: str) -> _Shown:
    return _Shown()


def measured() -> Coverage:
    """Coverage of the current data. Raises AppError where data are missing or broken.

    While the register cannot be read, the coverage of before; if there is none, raises StoreError.
    """
    options = settings()
    shown = _shown(options.database)
    if shown.problem is None or time.monotonic() > shown.again:
        try:
            shown.coverage, shown.problem = _measured(options), None
        except StoreError as problem:
            if shown.problem is None:
                _log.warning("the register cannot be read: %s", problem.kind)
            shown.problem, shown.again = problem, time.monotonic() + REST
    if shown.coverage is not None:
        return shown.coverage
    assert shown.problem is not None
    raise shown.problem


def _measured(options: Settings) -> Coverage:
    folder = store.current(options)
    changes = folder / mergers.FILE
    revision = group_source.revision(options, patience=0)  # a visitor does not wait for a register
    groups = _groups(_stamp(options.data / examples.FILE), f"{options.database} {revision}", options)
    files = [*(folder / name for name in _ATLAS_FILES), changes]
    return _coverage(folder, _stamp(*files), groups.revision, groups)


def some_unknown(c: Coverage, view: maps.View) -> bool:
    """Whether the inhabitants of a part of a view are unknown."""
    rows = summaries.rows_within(c.atlas, view.code, view.unit)
    return bool((figures(c, view.unit, view.radius).status[rows] == Status.UNKNOWN).any())


def provenance() -> store.Provenance | None:
    """What the data shown are made of, for official ones. Raises DataError for a file that cannot be read."""
    return store.provenance(store.current(settings()))


@st.cache_resource(max_entries=1, show_spinner=False)
def _crime(version: str, stamp: object, _atlas: Atlas, _options: Settings) -> tuple[Kept, Crime, bool] | None:
    kept = crime_store.read(_options, version)
    if kept is None:
        return None
    found = join(_atlas, kept.counts)
    return kept, found, has_rates(_atlas, found)


def crime_kept(atlas: Atlas) -> Kept | None:
    """The registered burglaries fetched for the areas shown, by code; None where there are none.

    Raises DataError for a file that cannot be read.
    """
    found = _crime_found(atlas)
    return found[0] if found else None


def crime(c: Coverage) -> Crime | None:
    """The registered burglaries of the areas, by row; None where there are none, or none that can be read."""
    found = _crime_readable(c)
    return found[1] if found else None


def burglaries(c: Coverage) -> Crime | None:
    """The same, but None where there is no rate to show: without households there is none."""
    found = _crime_readable(c)
    return found[1] if found and found[2] else None


def _crime_readable(c: Coverage) -> tuple[Kept, Crime, bool] | None:
    try:
        return _crime_found(c.atlas)
    except DataError as problem:  # which the pages of staff and method show; the others do without
        _log.warning("%s", problem)
        return None


def _crime_found(atlas: Atlas) -> tuple[Kept, Crime, bool] | None:
    found: tuple[Kept, Crime, bool] | None = _crime(
        atlas.edition.version, _crime_stamp(atlas), atlas, settings()
    )
    return found


def _crime_stamp(atlas: Atlas) -> object:
    return _stamp(crime_store.file(settings(), atlas.edition.version))


def _key(c: Coverage) -> tuple[str, str]:
    return c.atlas.edition.version, c.groups.revision


@st.cache_resource(max_entries=2, show_spinner=False)
def _fresh(key: object, day: date, _c: Coverage) -> Coverage:
    found = coverage.subset(_c, upkeep.fresh(_c.groups, day))
    mark = f"{_c.groups.revision} confirmed after {upkeep.stale_before(day)}"
    return replace(found, groups=replace(found.groups, revision=mark))  # all that is cached of it keeps apart


def _day(c: Coverage) -> date:
    return upkeep.day_of_judgement(c.groups, datetime.now(UTC).date())


def fresh(c: Coverage) -> Coverage:
    """The coverage by only the active groups that were confirmed in the last twelve months.

    Its groups are those and no others, its revision is its own: it goes wherever a coverage does.
    """
    return _fresh(_key(c), _day(c), c)


def confirmed_since(c: Coverage) -> date:
    """The first day of the last twelve months."""
    return upkeep.stale_before(_day(c))


@st.cache_resource(max_entries=4, show_spinner=False)
def _as_of(key: object, day: date, _c: Coverage) -> Coverage:
    return growth.as_of(_c, day)


def as_of(c: Coverage, day: date) -> Coverage:
    """The coverage on a day up to the peildatum, see `growth.as_of`; it goes wherever a coverage does."""
    return _as_of(_key(c), day, c)


@st.cache_resource(max_entries=256, show_spinner=False)
def _growth_of(key: object, code: str, _c: Coverage) -> growth.Series:
    return growth.series_of(_c, code, growth.timeline(_c.groups))


def growth_of(c: Coverage, code: str) -> growth.Series:
    """The groups of one area on the days of :func:`utils.growth.timeline`: one row."""
    return _growth_of(_key(c), code, c)


def growth_on(c: Coverage, code: str, day: date) -> growth.Series:
    """The groups of one area on one day up to the peildatum: one row, one column."""
    return growth.series_of(c, code, np.array([day], dtype="datetime64[D]"))


@st.cache_resource(max_entries=128, show_spinner=False)
def _figures(key: object, level: Level, radius: float, per_group: float, _c: Coverage) -> Figures:
    return coverage.figures(_c, level, radius, per_group)


def figures(c: Coverage, level: Level, radius: float) -> Figures:
    """Figures of all areas of a level at a radius."""
    if growth.is_past(c):  # one of many days: made in 2 ms, and soon left again
        return coverage.figures(c, level, radius, settings().participants)
    return _figures(_key(c), level, radius, settings().participants, c)


@st.cache_resource(max_entries=64, show_spinner=False)
def _freshness(key: object, level: Level, radius: float, since: date, _c: Coverage) -> Freshness:
    return freshness.measure(_c, fresh(_c), level, radius, since, figures)


def freshness_of(c: Coverage, level: Level, radius: float) -> Freshness:
    """How much of the figures of all areas of a level rests on groups confirmed in the last twelve months."""
    return _freshness(_key(c), level, radius, confirmed_since(c), c)


def area_freshness(c: Coverage, code: str, radius: float) -> AreaFreshness:
    """The same of one area."""
    level, row = summaries.find(c.atlas, code)
    return freshness.of_area(freshness_of(c, level, radius), row)


def layers(c: Coverage) -> tuple[Layer, ...]:
    """The layers that there are data for.

    Without any day of confirming nothing tells who is up to date; nor on a day of before, for of each group
    only the last one is known. Burglaries are of the last year too.
    """
    now = not growth.is_past(c)
    there = {"actueel": now and upkeep.any_confirmed(c.groups), "inbraken": now and burglaries(c) is not None}
    return tuple(layer for layer in LAYERS if there.get(layer, True))


def overlay(c: Coverage, layer: Layer, level: Level, radius: float) -> Overlay | None:
    """What a layer shows that is not in the figures; None where these are what it shows."""
    if layer == "actueel":
        return freshness.overlay(freshness_of(c, level, radius))
    registered = burglaries(c) if layer == "inbraken" else None
    return crime_overlay(c.atlas, registered, level) if registered else None


@st.cache_resource(max_entries=64, show_spinner=False)
def _then(
    key: object, level: Level, radius: float, day: date, per_group: float, _c: Coverage
) -> tuple[Figures, Figures]:
    least = growth.as_of(_c, day)
    doubtful = bool(np.isin(growth.states(_c.groups, day), growth.DOUBTFUL).any())
    most = growth.as_of(_c, day, doubtful=True) if doubtful else least
    found = tuple(coverage.figures(one, level, radius, per_group) for one in (least, most))
    return found[0], found[1]


@st.cache_resource(max_entries=64, show_spinner=False)
def _league(key: object, wanted: League, radius: float, _c: Coverage) -> pd.DataFrame:
    level, then = wanted.level, None
    if wanted.day is not None:
        least, most = _then(key, level, radius, wanted.day, settings().participants, _c)
        then = rankings.certain(least, most, wanted.measure)
    rows = summaries.rows_within(_c.atlas, wanted.within, level)
    now = rankings.values(figures(_c, level, radius), wanted.measure)
    return rankings.league(_c.atlas, level, rows, now, wanted.measure, then)


def league(c: Coverage, wanted: League, radius: float) -> pd.DataFrame:
    """A league table, see `rankings.league`; do not change what is returned."""
    return _league(_key(c), replace(wanted, own=None), radius, c)


@st.cache_resource(max_entries=256, show_spinner=False)
def _children(
    key: object, code: str, unit: Level, radius: float, _c: Coverage, _more: Mapping[str, Floats | Ints]
) -> pd.DataFrame:
    return _by_name(code, unit, radius, _c, _more)


@st.cache_resource(max_entries=4, show_spinner=False)  # there are many days, and few visitors at one
def _children_then(
    key: object, code: str, unit: Level, radius: float, _c: Coverage, _more: Mapping[str, Floats | Ints]
) -> pd.DataFrame:
    return _by_name(code, unit, radius, _c, _more)


def _by_name(
    code: str, unit: Level, radius: float, c: Coverage, more: Mapping[str, Floats | Ints]
) -> pd.DataFrame:
    found = summaries.children(c, code, unit, radius, settings().participants, more)
    return found.sort_values("name", key=lambda names: names.map(by_name), ignore_index=True)


def children(c: Coverage, code: str, unit: Level, radius: float, layer: Layer = "status") -> pd.DataFrame:
    """The areas of a level within an area, a row each, by name; do not change what is returned.

    With the columns of a layer that shows what is not in the figures.
    """
    kept = _children_then if growth.is_past(c) else _children
    more = overlay(c, layer, unit, radius)
    if more is None:
        return kept(_key(c), code, unit, radius, c, {})
    key = (_key(c), layer, confirmed_since(c), _crime_stamp(c.atlas))
    return kept(key, code, unit, radius, c, more.columns)


@st.cache_resource(max_entries=32, show_spinner=False)
def _every_gap(
    key: object, code: str, radius: float, _c: Coverage, _fresh: Coverage | None, _burglaries: Crime | None
) -> pd.DataFrame:
    if _fresh is not None:
        found = summaries.outdated(_c, _fresh, code, radius)
    else:
        found = summaries.gaps(_c, code, radius)
    return found if _burglaries is None else beside(found, _c.atlas, _burglaries)


@st.cache_resource(max_entries=32, show_spinner=False)
def _gaps(key: object, wanted: GapFilter, _every: pd.DataFrame) -> pd.DataFrame:
    return gap_filter.pick(_every, wanted)


def every_gap(c: Coverage, code: str, radius: float, outdated: bool = False) -> pd.DataFrame:
    """All gaps of an area, or its outdated ones; do not change what is returned. See `summaries`."""
    recent = fresh(c) if outdated else None
    key = (_key(c), _key(recent) if recent else None, _crime_stamp(c.atlas))
    return _every_gap(key, code, radius, c, recent, burglaries(c))


@st.cache_resource(max_entries=4, show_spinner=False)
def _gaps_then(key: object, code: str, radius: float, wanted: GapFilter, _c: Coverage) -> pd.DataFrame:
    return gap_filter.pick(summaries.gaps(_c, code, radius), wanted)


def gaps(c: Coverage, code: str, radius: float, wanted: GapFilter = LARGEST) -> pd.DataFrame:
    """The gaps of an area that a filter keeps, in its order; do not change what is returned."""
    if growth.is_past(c):
        return _gaps_then(_key(c), code, radius, wanted, c)
    every = every_gap(c, code, radius, wanted.verouderd)
    key = (_key(fresh(c) if wanted.verouderd else c), code, radius, _crime_stamp(c.atlas))
    return _gaps(key, wanted, every)


@st.cache_resource(max_entries=512, show_spinner=False)
def _key_figures(key: object, code: str, radius: float, _c: Coverage) -> summaries.KeyFigures:
    return summaries.key_figures(_c, code, radius, settings().participants)


def key_figures(c: Coverage, code: str, radius: float) -> summaries.KeyFigures:
    """The figures of an area beside those of its province and the country."""
    return _key_figures(_key(c), code, radius, c)


@st.cache_resource(max_entries=1, show_spinner=False)
def _finder(version: str, folder: Path, stamp: object, _atlas: Atlas) -> Finder:
    return Finder(_atlas, aliases(folder / mergers.FILE), Places.load(folder))


def finder(atlas: Atlas) -> Finder:
    """The index of all names of areas and places."""
    folder = store.current(settings())
    stamp = _stamp(folder / mergers.FILE, folder / gazetteer.FILE)
    return _finder(atlas.edition.version, folder, stamp, atlas)


def map_folder() -> Path:
    """Folder of the geometry files that browsers fetch."""
    folder = settings().cache / "map"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _write(name: str, text: str) -> None:
    target = map_folder() / name
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, fresh = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(target)  # a browser never gets half a file
    finally:
        Path(fresh).unlink(missing_ok=True)  # still there only where writing failed


@st.cache_resource(max_entries=4, show_spinner=False)
def _joined_script(files: tuple[Path, ...], stamp: object) -> str:
    text = ";\n".join(file.read_text(encoding="utf-8") for file in files)
    name = f"kaart-{sha256(text.encode()).hexdigest()[:10]}.js"
    _write(name, text)
    return name


def joined_script(*files: Path) -> str:
    """Name, below ``map_folder``, of the files as one: a map's frame waits for each file in turn."""
    name: str = _existing(_joined_script, files, _stamp(*files))
    return name


def _existing(make: Callable[..., Any], *args: Any) -> Any:
    """What a cached maker of a file gives; made anew where somebody emptied the folder."""
    name = make(*args)
    if isinstance(name, str) and not (map_folder() / name).exists():
        make.clear()  # type: ignore[attr-defined]
        name = make(*args)
    return name


@st.cache_resource(max_entries=2, show_spinner=False)
def _land(version: str, _atlas: Atlas) -> str:
    name = f"{version}-{map_geometry.FORMAT}/land.json"
    _write(name, map_geometry.land_geometry(_atlas))
    return name


def land_file(atlas: Atlas) -> str:
    """Name, below ``map_folder``, of the outlines of provinces and municipalities; new with new data."""
    name: str = _existing(_land, atlas.edition.version, atlas)
    return name


@st.cache_resource(max_entries=400, show_spinner=False)
def _detail(version: str, code: str, _atlas: Atlas) -> Any:
    detail = map_geometry.detail_geometry(_atlas, code)
    if not code.startswith("GM"):
        name = f"{version}-{map_geometry.FORMAT}/{code}.json"
        _write(name, map_geometry.as_json(detail))
        return name
    return detail


def detail(atlas: Atlas, code: str) -> Any:
    """Neighbourhoods of an area: of a municipality the geometry itself, of a larger one a file's name."""
    return _existing(_detail, atlas.edition.version, code, atlas)


def per_group() -> float:
    """Participants assumed for a group that reports none."""
    return settings().participants


def specification(
    c: Coverage, view: maps.View, land: str, detail: Any, texts: Any, notes: Any
) -> dict[str, Any]:
    """What the map's script needs to draw a view."""
    shown = figures(c, view.unit, view.radius)
    more = overlay(c, view.layer, view.unit, view.radius)
    return maps.specification(c, shown, view, land, detail, texts, notes, settings().tiles, more)


def download(
    c: Coverage, which: str, view: maps.View, wanted: export.Format, texts: Texts
) -> tuple[str, Callable[[], bytes]]:
    """Name of a file with the areas (``areas``) or gaps (``gaps``) of a view, and what makes it."""
    if which == "gaps":
        return gap_file(c, view.code, view.radius, LARGEST, wanted, texts)

    def made() -> bytes:
        found = freshness_of(c, view.unit, view.radius)
        registered = None if growth.is_past(c) else burglaries(c)
        extract = extracts.areas(c, view.code, view.unit, view.radius, per_group(), found, registered)
        meanings = export.definitions(extract, texts, per_group())
        return export.write(extract, wanted, meanings, export.source(extract.origin, texts))

    return _file_name(c, which, view.code, view.radius, wanted), made


def gap_file(
    c: Coverage, code: str, radius: float, chosen: GapFilter, wanted: export.Format, texts: Texts
) -> tuple[str, Callable[[], bytes]]:
    """Name of a file with the gaps of an area that a filter keeps, and what makes it."""

    def made() -> bytes:
        recent = fresh(c) if chosen.verouderd else None
        extract = extracts.gaps(c, code, radius, chosen, recent, burglaries(c))
        meanings = export.definitions(extract, texts, per_group())
        return export.write(extract, wanted, meanings, export.source(extract.origin, texts))

    return _file_name(c, "gaps", code, radius, wanted), made


@st.cache_resource(max_entries=128, show_spinner=False)
def _best_places(key: object, code: str, k: int, radius: float, _c: Coverage) -> Running[Siting]:
    def work(tell: Tell) -> Siting:
        with _SEARCHING:
            return siting.best_places(_c, code, k, radius, lambda done: tell("", round(done * 100), 100))

    return Running(work)


def best_places(c: Coverage, code: str, k: int, radius: float) -> Running[Siting]:
    """The search for the best places for ``k`` new groups: how many percent of it is done, or its result."""
    return _best_places(_key(c), code, k, radius, c)


def forget_search(c: Coverage, code: str, k: int, radius: float) -> None:
    """Let who asks for these places again start a new search: this one broke off."""
    _best_places.clear(_key(c), code, k, radius, c)


def site_file(
    c: Coverage, code: str, k: int, radius: float, found: Siting, wanted: export.Format, texts: Texts
) -> tuple[str, Callable[[], bytes]]:
    """Name of a file with the places proposed for ``k`` new groups, and what makes it."""

    def made() -> bytes:
        extract = extracts.sites(c, code, k, radius, found)
        meanings = export.definitions(extract, texts, per_group())
        return export.write(extract, wanted, meanings, export.source(extract.origin, texts))

    return _file_name(c, f"sites-{k}", code, radius, wanted), made


def _file_name(c: Coverage, what: str, code: str, radius: float, wanted: export.Format) -> str:
    mark = "-voorbeeld" if c.groups.example else ""
    then = f"-{c.groups.peildatum}" if growth.is_past(c) else ""
    return f"buurtdekking-{what}-{code}-{round(radius)}m{then}{mark}.{wanted}"


def league_file(
    c: Coverage, wanted: League, radius: float, format: export.Format, texts: Texts
) -> tuple[str, Callable[[], bytes]]:
    """Name of a file with a league table, and what makes it."""

    def made() -> bytes:
        extract = extracts.league(c, wanted, radius, league(c, wanted, radius))
        meanings = export.definitions(extract, texts, per_group())
        return export.write(extract, format, meanings, export.source(extract.origin, texts))

    mark = "-voorbeeld" if c.groups.example else ""
    return f"buurtdekking-ranglijst-{wanted.measure}-{wanted.within}-{round(radius)}m{mark}.{format}", made


@st.cache_resource(max_entries=1, show_spinner=False)
def _published(folder: Path, stamp: object) -> list[published_figures.Published]:
    return published_figures.load(folder)


def published() -> list[published_figures.Published]:
    """What was published on the number of groups."""
    folder = store.current(settings())
    return _published(folder, _stamp(folder / published_figures.FILE))


def published_of(atlas: Atlas, code: str) -> tuple[list[points.Point], list[points.Joined]]:
    """What was published on an area, and which municipalities joined it when. Raises DataError."""
    towns = _municipalities(store.current(settings()), atlas)
    return points.points(published(), atlas, code, towns), points.joined(code, towns.changes)
