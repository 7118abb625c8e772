"""Personal data that are gone are gone: out of the log of changes, and out of the database's files."""

import logging
import sqlite3
import time
from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from utils import schema

PERSONAL: Final = ("name", "email", "phone", "role", "consent_how")
"""What the log keeps of a contact, so that an import can be undone, until the contact is withdrawn."""
PATIENCE: Final = 5.0
"""Seconds to wait for readers that keep the old pages of a SQLite file."""
_log = logging.getLogger(__name__)
_TABLES: Final = ("contacts", "reports", "changes", "groups", "imports")


def forget_contacts(connection: Connection, ids: Iterable[int | str]) -> int:
    """Take the personal data of these contacts out of the log: lines stay, with the group and ``gone``.

    Gives how many lines that were.
    """
    c = schema.changes.c
    told = sa.or_(c.before.is_not(None), c.after.is_not(None))
    n = 0
    for id in ids:
        about = sa.and_(c.entity == "contact", c.entity_id == str(id), told)
        lines = connection.execute(sa.select(c.id, c.before, c.after).where(about)).all()
        for line in lines:
            values = {"before": bare(line.before), "after": bare(line.after)}
            connection.execute(schema.changes.update().where(c.id == line.id).values(values))
        n += len(lines)
    return n


def bare(contact: dict[str, Any] | None) -> dict[str, Any] | None:
    """What may stay in the log of a contact that is gone: its group."""
    return contact and {"group_id": contact.get("group_id", ""), "gone": True}


def wipe(engine: Engine) -> bool:
    """Take what was deleted out of the database's files too, as far as the database can.

    SQLite: the file is written anew and the log beside it emptied. PostgreSQL: VACUUM, which gives the room
    of deleted rows free; its pages, write-ahead log and replicas may hold bytes of them until they are used
    again. False if readers, writers or the disk kept it from that; the next call does it then.
    """
    try:
        done = _wipe_sqlite(engine) if engine.dialect.name == "sqlite" else _wipe_postgresql(engine)
    except DBAPIError:
        done = False
    if not done:
        _log.warning("register: what was deleted is in the files still, until the next time")
    return done


def _wipe_postgresql(engine: Engine) -> bool:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"VACUUM {', '.join(_TABLES)}")
    return True


def _wipe_sqlite(engine: Engine) -> bool:
    end = time.monotonic() + PATIENCE
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        while True:
            try:
                cursor.execute("VACUUM")
                busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() or (1, 0, 0)
            except sqlite3.OperationalError:
                busy = 1
            if not busy or time.monotonic() > end:
                return not busy
            time.sleep(0.1)
    finally:
        raw.close()
