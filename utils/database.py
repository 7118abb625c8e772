"""The register's database: SQLite or PostgreSQL; one transaction at a time, all of it or nothing.

``read`` and ``write`` are the only ways in. They try again where nothing can go wrong by it, and what cannot
be mended becomes a :class:`StoreError` whose sentence names no password and no person's data.
"""

import json
import logging
import os
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from utils import schema
from utils.errors import StoreError as StoreError
from utils.errors import reason
from utils.store_errors import code_of, is_sqlite, kind_of, problem

T = TypeVar("T")
MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSIONS: Final = tuple(sorted(file.stem[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")))
"""The versions of the tables that this program knows, oldest first."""
PATIENCE: Final = 5.0
"""Seconds that a read or write waits for another one to end, or for a database that is starting."""
_MIGRATING: Final = 5_276_641  # any number, as long as it is this one: the lock of a migration

_log = logging.getLogger(__name__)


_AGAIN: Final = {"locked", "lost"}
_looking: Final = threading.Lock()
_known: Final = set[tuple[int, int]]()  # device and inode of the files that _make_file let through


@dataclass(frozen=True)
class Batch:
    """One transaction that writes: its token becomes the register's revision; ``at`` is when, in UTC."""

    token: str
    at: datetime


def open_engine(url: str, patience: float = PATIENCE) -> Engine:
    """The way to a database; nothing is opened yet.

    ``url`` is ``sqlite:///FILE``, ``postgresql://…`` or ``postgres://…``. ``patience``: see PATIENCE.
    """
    parsed = sa.make_url(url)
    shared: dict[str, Any] = {
        "hide_parameters": True,  # they are people's data, and errors are logged
        "execution_options": {"patience": patience},
        "json_serializer": _json,
    }
    if parsed.get_backend_name() != "sqlite":
        parsed = parsed.set(drivername="postgresql+psycopg")
        arguments = {"connect_timeout": 5, "application_name": "buurtdekking"}
        return sa.create_engine(parsed, pool_pre_ping=True, connect_args=arguments, **shared)
    # No pool: opening a file takes no time, and a file that was put in its place is seen at once.
    engine = sa.create_engine(parsed, poolclass=NullPool, connect_args={"timeout": patience}, **shared)
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def file(url: URL) -> Path | None:
    """The file of a SQLite database; None for another database."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def prepare(engine: Engine) -> None:
    """Bring the tables to the newest version; a database without tables gets them.

    A SQLite file is made where there is none, never its folder, and may be read by its owner only. Two
    processes may do this at once. Raises StoreError for a database of a newer program, or one that holds
    something else; for a folder, or a file of another kind, which stays as it is.
    """
    _make_file(engine)
    if read(engine, lambda connection: _version(connection, engine)) == VERSIONS[-1]:
        return

    def migrate(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        found = _version(connection, engine)  # another process may have been first
        if found != VERSIONS[-1]:
            _upgrade(connection)
            _log.info("register: version %s, was %s", VERSIONS[-1], found or "nothing")

    _patiently(engine, lambda: _transaction(engine, migrate, writes=True))


def verify(engine: Engine) -> None:
    """Look through the whole of a SQLite file; a server does that by itself. Raises StoreError if damaged."""
    if engine.dialect.name == "sqlite":
        asked = sa.text("PRAGMA integrity_check(1)")
        found = read(engine, lambda connection: connection.execute(asked).scalar())
        if found != "ok":
            raise problem("broken", engine, came=str(found)[:80])


def read(engine: Engine, work: Callable[[Connection], T], patience: float | None = None) -> T:
    """What ``work`` gives, in one transaction that sees one state of the register.

    ``work`` may run more than once. Raises StoreError.
    """
    return _patiently(engine, lambda: _transaction(engine, work, writes=False), patience)


def write(engine: Engine, work: Callable[[Connection, Batch], T]) -> T:
    """What ``work`` gives, in one transaction that is written wholly or not at all, one writer at a time.

    The register's revision becomes the batch's token. ``work`` may run more than once, only the last time
    counts, so that it must change nothing but the database; it must record what it did
    (:func:`utils.changelog.record`): by that a COMMIT without an answer is found again. Raises StoreError.
    """

    def once() -> T:
        batch = Batch(uuid4().hex, datetime.now(UTC))
        done: list[T] = []

        def claimed(connection: Connection) -> None:
            _revision_row(connection)
            result = work(connection, batch)
            connection.execute(
                schema.meta.update().where(schema.meta.c.key == "revision").values(value=batch.token)
            )
            done.append(result)

        try:
            _transaction(engine, claimed, writes=True)
        except DBAPIError:
            if not done or not _was_committed(engine, batch.token):  # not done: it came before the COMMIT
                raise
        return done[0]

    return _patiently(engine, once)


def _transaction(engine: Engine, work: Callable[[Connection], T], *, writes: bool) -> T:
    options: dict[str, Any] = {"writes": writes}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "READ COMMITTED" if writes else "REPEATABLE READ"
        options["postgresql_readonly"] = not writes
    with engine.connect().execution_options(**options) as connection, connection.begin():
        if writes and engine.dialect.name == "postgresql":
            patience = engine.get_execution_options()["patience"]
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, int(patience * 1000))}")
        return work(connection)


def _patiently(engine: Engine, once: Callable[[], T], patience: float | None = None) -> T:
    """Try again while the database is busy or away, until patience ends."""
    wait: float = engine.get_execution_options()["patience"] if patience is None else patience
    end, pause = time.monotonic() + wait, 0.05
    while True:
        try:
            return once()
        except DBAPIError as error:
            kind = kind_of(error)
            if kind is None:
                raise
            if kind not in _AGAIN or time.monotonic() + pause > end:
                raise problem(_kind(kind, engine), engine, came=code_of(error)) from None
        except sa.exc.TimeoutError:  # every connection of the pool is in use
            raise problem("locked", engine, came="QueuePool") from None
        time.sleep(pause)
        pause = min(2 * pause, 1.0)


def _kind(kind: str, engine: Engine) -> str:
    """Damaged, or never a register: of the latter nothing may be moved out of the way."""
    place = file(engine.url)
    if kind != "broken" or place is None:
        return kind
    try:
        return kind if is_sqlite(place) else "other"
    except OSError:
        return "other"


def _was_committed(engine: Engine, token: str) -> bool:
    """Whether the transaction with this token is in the register, once no other one is under way."""

    def look(connection: Connection) -> bool:
        recorded = sa.select(sa.literal(1)).where(schema.changes.c.batch == token).limit(1)
        return _revision_row(connection) == token or connection.execute(recorded).first() is not None

    patience = 6 * float(engine.get_execution_options()["patience"])  # a server that fell has to recover
    try:
        return _patiently(engine, lambda: _transaction(engine, look, writes=True), patience)
    except StoreError:
        raise problem("unknown", engine) from None


def _revision_row(connection: Connection) -> str | None:
    """The revision, while no other transaction can write (SQLite: BEGIN IMMEDIATE saw to that)."""
    found = sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision").with_for_update()
    return connection.execute(found).scalar_one_or_none()


def _open_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _make_file(engine: Engine) -> None:
    """See to a file that only its owner may read; whatever else the address names stays as it is."""
    place = file(engine.url)
    if place is None:
        return
    try:
        if not place.parent.is_dir():  # somebody mistyped it: a folder of ours would hide that
            raise problem("folder", engine, folder=str(place.parent))
        with _looking:
            there = _created(place) or place.stat()
            if (there.st_dev, there.st_ino) in _known:
                return  # looking into a file that is open here as a database would end its locks
            if not _ours(place, there):
                raise problem("other", engine)
            if os.name == "posix" and there.st_mode & 0o077:
                place.chmod(0o600)
            _known.add((there.st_dev, there.st_ino))
    except OSError as cause:
        raise problem("readonly", engine, came=reason(cause)) from None


def _created(place: Path) -> os.stat_result | None:
    try:
        handle = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return None
    try:
        return os.fstat(handle)
    finally:
        os.close(handle)


def _ours(place: Path, there: os.stat_result) -> bool:
    """Whether a file is a SQLite database, or one that a process of ours has just made."""
    if not stat.S_ISREG(there.st_mode):
        return False
    if there.st_size == 0:
        return os.name != "posix" or not there.st_mode & 0o077
    return is_sqlite(place)


def _version(connection: Connection, engine: Engine) -> str | None:
    """The version of the tables; None in a database without any."""
    there = set(sa.inspect(connection).get_table_names())
    if not there:
        return None
    found = None
    if "alembic_version" in there and schema.meta.name in there:
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is None:
        raise problem("foreign", engine)
    if found not in VERSIONS:
        raise problem("newer", engine, version=str(found), known=VERSIONS[-1])
    return str(found)


def _upgrade(connection: Connection, version: str = "head") -> None:
    from alembic import command  # 60 ms that most starts do without
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _json(value: Any) -> str:
    # As people write it, so that a person's name can be found in it.
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
