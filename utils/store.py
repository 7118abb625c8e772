"""The folders of official data: which one is shown, and how another takes its place at once.

``<cache>/official/<version>/`` holds a complete data set, never changed once it is there; the small file
``current`` names the one that is shown and ``previous`` the one before. A set is written beside them, in
``work``, and only a renaming puts it in place: whoever reads, reads all of the old or all of the new.
"""

import errno
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from utils.errors import DataError, InputError, Notice, reason
from utils.models import Edition
from utils.settings import ROOT, Settings

if sys.platform != "win32":
    import fcntl

EMBEDDED: Final = "embedded"
"""What a pointer says where the data that ship are meant."""
EMBEDDED_FOLDER: Final = ROOT / "data" / EMBEDDED
FACTS: Final = ("municipality_changes.csv", "published_figures.csv")
FILES: Final = (
    "provinces.parquet",
    "municipalities.parquet",
    "neighbourhoods.parquet",
    "districts.parquet",
    "edition.json",
    *FACTS,
    "provenance.json",
)
_FULL: Final = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class Source:
    """Where one part of the data came from.

    ``what`` is province, municipality, district, neighbourhood, figures or areas; ``url`` the address of its
    first page, or the name of a file; ``fetched`` an ISO 8601 time in UTC; ``sha256`` over all its bytes.
    """

    what: str
    url: str
    fetched: str
    sha256: str
    size: int
    rows: int
    licence: str = "CC BY 4.0"


@dataclass(frozen=True)
class Provenance:
    """What a set of official data is made of, what it holds and what was odd or new when it came."""

    year: int
    made: str
    sources: tuple[Source, ...]
    counts: dict[str, int]
    warnings: tuple[Notice, ...]
    changed: tuple[Notice, ...]


def folder(settings: Settings) -> Path:
    """The folder of all official data; it need not exist."""
    return settings.cache / "official"


def work(settings: Settings) -> Path:
    """The folder of what is being fetched and made; it need not exist."""
    return folder(settings) / "work"


def current(settings: Settings) -> Path:
    """The folder of the data to show.

    That which the user named; else the official data that are in place, if all of their files are there;
    else the data that ship. Reads one small file: it may be asked at every page.
    """
    return settings.data if settings.data_given else official(settings)


def official(settings: Settings) -> Path:
    """The folder of the official data that are in place and complete; else that of the data that ship."""
    return _complete(settings, _pointer(settings, "current")) or embedded(settings)


def official_year(settings: Settings) -> int | None:
    """The year of the official data that are in place; None where there are none. Raises DataError."""
    told = provenance(official(settings))
    return told.year if told else None


def embedded(settings: Settings) -> Path:
    """The folder of the data that ship, whatever folder the user named."""
    return EMBEDDED_FOLDER if settings.data_given else settings.data


def stamp(settings: Settings) -> str:
    """What changes when other data are to be shown: the name of their folder."""
    return str(current(settings))


def provenance(where: Path) -> Provenance | None:
    """What the data in a folder are made of; None where nothing is told (data that ship).

    Raises DataError for a file that cannot be read.
    """
    file = where / "provenance.json"
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return Provenance(
            year=int(told["year"]),
            made=str(told["made"]),
            sources=tuple(Source(**source) for source in told["sources"]),
            counts={str(name): int(n) for name, n in told["counts"].items()},
            warnings=tuple(Notice(**notice) for notice in told["warnings"]),
            changed=tuple(Notice(**notice) for notice in told["changed"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as problem:
        raise DataError("error.official_file", file=str(file), came=str(problem)) from problem


def write(where: Path, files: dict[str, bytes], year: int, ships: Path) -> None:
    """Write a data set, all but its provenance, into a folder that is made for it.

    ``files`` holds the parquet files; the facts that do not depend on the year come from ``ships``.

    Raises DataError where the disk is full or refuses.
    """
    edition = {"kind": "official", "year": year, "peildatum": date(year, 1, 1).isoformat()}
    with refusals(where):
        facts = {name: (ships / name).read_bytes() for name in FACTS}
        where.mkdir(parents=True)
        for name, made in {**files, **facts, "edition.json": _json(edition)}.items():
            _put(where / name, made)


def tell(where: Path, told: Provenance) -> None:
    """Add the provenance, which makes a data set complete. Raises DataError where the disk refuses."""
    with refusals(where):
        _put(where / "provenance.json", _json(asdict(told)))
        _sync(where)


def swap(settings: Settings, where: Path, edition: Edition, now: datetime) -> Path:
    """Put a written data set in the place of the current one, and give its new folder.

    The set that was current becomes the previous one; older ones go. Killed at any moment, this leaves either
    the old or the new data in place. Raises DataError where the disk refuses.
    """
    home = folder(settings)
    name = f"{edition.year}-{now:%Y%m%dT%H%M%S%f}-{edition.version}"
    before = _pointer(settings, "current")
    with refusals(home):
        where.rename(home / name)
        _sync(home)
        if _complete(settings, before) is None:
            before = EMBEDDED
        _point(settings, "previous", before)
        _point(settings, "current", name)
        _clean(settings)
    return home / name


def rollback(settings: Settings) -> Path:
    """Show the previous data again, and keep the current ones as the previous: a second time undoes it.

    Raises InputError where there is no previous data, DataError where these are not complete any more.
    """
    before, now = _pointer(settings, "previous"), _pointer(settings, "current")
    if not before or before == now:
        raise InputError("error.no_previous")
    if before != EMBEDDED and _complete(settings, before) is None:
        raise DataError("error.previous_incomplete", folder=str(folder(settings) / before))
    with refusals(folder(settings)):
        _point(settings, "current", before)
        _point(settings, "previous", now or EMBEDDED)
    return official(settings)


def can_roll_back(settings: Settings) -> bool:
    """Is there a previous data set to show again?"""
    before = _pointer(settings, "previous")
    if not before or before == _pointer(settings, "current"):
        return False
    return before == EMBEDDED or _complete(settings, before) is not None


@contextmanager
def refusals(where: Path) -> Iterator[None]:
    """Turn a full disk, and any other refusal to write, into a sentence. Raises DataError."""
    try:
        yield
    except OSError as problem:
        if problem.errno in _FULL:
            raise DataError("error.disk_full", folder=str(where)) from problem
        raise DataError("error.disk", folder=str(where), came=reason(problem)) from problem


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Be the only one that refreshes; what dies leaves no lock behind.

    Raises InputError where another refresh is going on, DataError where the disk refuses.
    """
    home = folder(settings)
    with refusals(home):
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "lock").open("wb")
    with lock:
        if sys.platform != "win32":
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as problem:
                raise InputError("error.refreshing") from problem
        yield


def _pointer(settings: Settings, which: str) -> str:
    """What a pointer says; "" where there is none or it names no folder of ours."""
    try:
        name = (folder(settings) / which).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return "" if "/" in name or "\\" in name or name.startswith(".") else name


def _complete(settings: Settings, name: str) -> Path | None:
    where = folder(settings) / name
    if not name or name == EMBEDDED or not all((where / file).is_file() for file in FILES):
        return None
    return where


def _put(file: Path, made: bytes) -> None:
    with file.open("wb") as target:
        target.write(made)
        target.flush()
        os.fsync(target.fileno())


def put(target: Path, made: bytes) -> None:
    """Put a file in the place of another at once, and make it last. Raises OSError where the disk refuses."""
    fresh = target.with_suffix(".new")
    try:
        _put(fresh, made)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)  # half a file, where the disk refused the rest
    _sync(target.parent)


def _point(settings: Settings, which: str, name: str) -> None:
    put(folder(settings) / which, f"{name}\n".encode())


def _sync(where: Path) -> None:
    """Make the names in a folder last."""
    if sys.platform == "win32":  # a folder cannot be opened there
        return
    handle = os.open(where, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clean(settings: Settings) -> None:
    kept = {_pointer(settings, "current"), _pointer(settings, "previous"), work(settings).name}
    for entry in folder(settings).iterdir():
        if entry.is_dir() and entry.name not in kept:
            shutil.rmtree(entry, ignore_errors=True)


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n").encode()
