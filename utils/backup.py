"""Backups of the register: one SQLite file with all of its tables, whichever database the register is in."""

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import changelog, database, store_errors
from utils.access import Actor
from utils.database import Batch
from utils.errors import InputError, StoreError, reason
from utils.schema import changes, contacts, groups, imports, meta, reports

TABLES: Final = (imports, groups, contacts, changes, reports)
"""In the order in which they can be filled: changes refer to imports."""
_ABOUT: Final = "backup"  # the row of ``meta`` that tells what a backup should hold
_AT_ONCE: Final = 2_000
_REFUSED: Final = {
    "broken": "error.backup_broken",
    "foreign": "error.backup_foreign",
    "other": "error.backup_foreign",
    "newer": "error.backup_newer",
}


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows of each table, where the state before was kept (None: there was none).

    ``erased`` counts the times that a person was erased after the backup was made: they are back.
    """

    counts: dict[str, int]
    before: Path | None
    erased: int


def make(engine: Engine, target: Path, *, force: bool = False) -> dict[str, int]:
    """Write a backup of one state of the register, while others go on; the number of rows of each table.

    The file may be read by its owner only, and is there wholly or not at all. Raises InputError for a file
    that exists (unless ``force``) or cannot be written, StoreError for a register that cannot be read.
    """
    counts, _ = _make(engine, target, force)
    return counts


def restore(engine: Engine, source: Path, actor: Actor, *, replace: bool = False) -> Restored:
    """Give the register the content of a backup, in one transaction, with a new revision.

    A register that holds something is replaced only with ``replace``, and is backed up first, beside
    ``source``. A backup of an older version is brought to this one. Raises InputError for a file that is no
    whole backup, and where the register was changed while its own backup was made; StoreError.
    """
    with _opened(source) as copy:
        database.verify(engine)  # nothing good comes of writing into a damaged file
        present, held = database.read(engine, lambda connection: (_revision(connection), _counts(connection)))
        before: Path | None = None
        if any(held.values()):
            if not replace:
                register = store_errors.name(engine)
                raise InputError("error.restore_holds", register=register, groups=held["groups"])
            moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
            before = source.absolute().parent / f"register-before-restore-{moment}.sqlite"
            _, present = _make(engine, before, force=False)

        def fill(connection: Connection, batch: Batch) -> tuple[dict[str, int], int]:
            if _revision(connection) != present:
                raise InputError("error.restore_moved")
            erasures = _erasures(connection)
            for table in reversed(TABLES):
                connection.execute(table.delete())
            counts = database.read(copy, lambda rows: _copy(rows, connection))
            _count_on(connection)
            erased = len(erasures - _erasures(connection))
            told = [("register", None, {"file": source.name, **counts})]
            changelog.record(connection, batch, actor, "restore", "register", told)
            return counts, erased

        counts, erased = database.write(engine, fill)
    return Restored(counts, before, erased)


def set_aside(engine: Engine) -> Path | None:
    """Move a broken SQLite register out of the way; where it is now. Of another kind: nothing, None.

    What SQLite keeps beside the file goes with it.
    """
    file = database.file(engine.url)
    if file is None:
        return None
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    for suffix in ("-wal", "-shm", ""):
        part = file.with_name(file.name + suffix)
        if part.exists():
            part.rename(file.with_name(f"{file.name}.broken-{moment}{suffix}"))
    return file.with_name(f"{file.name}.broken-{moment}")


def _make(engine: Engine, target: Path, force: bool) -> tuple[dict[str, int], str]:
    """The number of rows of each table, and the revision that the backup is of."""
    if target.exists() and not force:
        raise InputError("error.backup_exists", file=str(target))
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.absolute().parent) as beside:
            fresh = Path(beside) / target.name
            copy = database.open_engine(f"sqlite:///{fresh}")
            database.prepare(copy)

            def fill(connection: Connection, batch: Batch) -> tuple[dict[str, int], str]:
                return database.read(engine, lambda rows: _fill(rows, connection, batch))

            made = database.write(copy, fill)
            _as_one_file(fresh)
            if target.exists() and not force:
                raise InputError("error.backup_exists", file=str(target))
            fresh.replace(target)
            _to_disk(target.absolute().parent)
    except OSError as problem:
        raise InputError("error.out", file=str(target), came=reason(problem)) from None
    return made


def _fill(rows: Connection, connection: Connection, batch: Batch) -> tuple[dict[str, int], str]:
    counts = _copy(rows, connection)
    about = {"at": batch.at.isoformat(timespec="seconds"), "revision": batch.token, "counts": counts}
    connection.execute(meta.insert(), {"key": _ABOUT, "value": json.dumps(about)})
    return counts, _revision(rows)


def _copy(rows: Connection, into: Connection) -> dict[str, int]:
    """Copy all tables; the number of rows of each."""
    counts = {}
    for table in TABLES:
        n = 0
        found = rows.execution_options(yield_per=_AT_ONCE).execute(sa.select(table)).mappings()
        for some in found.partitions():
            into.execute(table.insert(), [dict(row) for row in some])
            n += len(some)
        counts[table.name] = n
    return counts


def _counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in TABLES
    }


def _revision(connection: Connection) -> str:
    return str(connection.execute(sa.select(meta.c.value).where(meta.c.key == "revision")).scalar_one())


def _erasures(connection: Connection) -> set[str]:
    return set(connection.execute(sa.select(changes.c.batch).where(changes.c.action == "erase")).scalars())


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        if isinstance(table.c.id.type, sa.Integer):
            last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, last or 1, last is not None)))


@contextmanager
def _opened(source: Path) -> Iterator[Engine]:
    """A copy of a backup, checked and of this version; the backup itself is left as it is."""
    with tempfile.TemporaryDirectory(prefix="buurtdekking-") as folder:
        copy = Path(folder) / source.name
        try:
            shutil.copyfile(source, copy)
        except OSError as problem:
            raise InputError("error.backup_unreadable", file=str(source), came=reason(problem)) from None
        about = _check(copy, source)
        engine = database.open_engine(f"sqlite:///{copy}")
        try:
            database.prepare(engine)
            counts, revision = database.read(engine, lambda rows: (_counts(rows), _revision(rows)))
        except StoreError as problem:
            if problem.kind not in _REFUSED:
                raise
            raise InputError(_REFUSED[problem.kind], **{**problem.params, "file": source.name}) from None
        # A backup that was used as a register since may hold more.
        if about is not None and about["revision"] == revision and about["counts"] != counts:
            came = ", ".join(f"{name} {n}" for name, n in counts.items())
            raise InputError("error.backup_broken", file=source.name, came=came)
        yield engine


def _check(copy: Path, source: Path) -> dict[str, Any] | None:
    """Whether a file is whole; what it says of itself, None for a register that is no backup."""
    connection = sqlite3.connect(copy)
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if sound == "ok" and not {meta.name, groups.name, "alembic_version"} <= tables:
            raise InputError("error.backup_foreign", file=source.name)
        orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        if sound != "ok" or orphans is not None:
            raise InputError("error.backup_broken", file=source.name, came=str(sound or orphans)[:80])
        found = connection.execute("SELECT value FROM meta WHERE key = ?", (_ABOUT,)).fetchone()
        return json.loads(found[0]) if found else None
    except (sqlite3.DatabaseError, ValueError) as problem:
        came = getattr(problem, "sqlite_errorname", type(problem).__name__)
        raise InputError("error.backup_broken", file=source.name, came=came) from None
    finally:
        connection.close()


def _as_one_file(path: Path) -> None:
    """Bring what SQLite keeps beside the file into it, and the file to the disk."""
    connection = sqlite3.connect(path)
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    finally:
        connection.close()
    _to_disk(path)


def _to_disk(path: Path) -> None:
    if os.name != "posix" and path.is_dir():
        return  # Windows does not sync folders
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
