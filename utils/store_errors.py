"""What a database reports → the sentence that says so: never its own words, which may tell a secret."""

import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import exc
from sqlalchemy.engine import Engine

from utils.errors import StoreError

KINDS: Final = {
    "locked": "error.register_locked",
    "full": "error.register_full",
    "lost": "error.register_lost",
    "refused": "error.register_refused",
    "readonly": "error.register_readonly",
    "broken": "error.register_broken",
    "other": "error.register_other",
    "folder": "error.register_folder",
    "newer": "error.register_newer",
    "foreign": "error.register_foreign",
    "unknown": "error.register_unknown",
    "failed": "error.register_failed",
}
_HEADER: Final = b"SQLite format 3\0"
_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "readonly",
    sqlite3.SQLITE_CANTOPEN: "readonly",
    sqlite3.SQLITE_PERM: "readonly",
    sqlite3.SQLITE_NOTADB: "broken",
    sqlite3.SQLITE_CORRUPT: "broken",
    sqlite3.SQLITE_IOERR: "full",
}
# SQLSTATE, or the beginning of it: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL: Final = {
    "55P03": "locked",
    "40P01": "locked",
    "40001": "locked",
    "53100": "full",
    "53200": "full",
    "53": "lost",  # too many connections
    "57P": "lost",  # shutting down, crashed, starting
    "08": "lost",
    "25006": "readonly",
    "42501": "readonly",
    "28": "refused",
    "3D": "refused",
    "XX001": "broken",
    "XX002": "broken",
}


def name(engine: Engine) -> str:
    """What to call a database in a sentence: its file's name, or that of the database."""
    known = engine.url.database or ""
    return Path(known).name if engine.dialect.name == "sqlite" else known


def is_sqlite(file: Path) -> bool:
    """Whether a file begins as SQLite's do. Raises OSError.

    Not for a file that this process has open as a database: closing it here would end SQLite's locks.
    """
    with file.open("rb") as opened:
        return opened.read(len(_HEADER)) == _HEADER


def problem(kind: str, engine: Engine, **params: Any) -> StoreError:
    """The error of a kind, naming the database."""
    return StoreError(KINDS[kind], register=name(engine), **params)


def kind_of(error: exc.DBAPIError) -> str | None:
    """Which StoreError this is; None for a mistake of ours, which is to be seen."""
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF  # without the extended part
        known = _SQLITE.get(code)
    else:
        state = getattr(cause, "sqlstate", None) or ""
        known = next((_POSTGRESQL[state[:n]] for n in (5, 3, 2) if state[:n] in _POSTGRESQL), None)
        if known is None and not state and isinstance(error, exc.OperationalError | exc.InterfaceError):
            known = _kind_of_refusal(str(cause))
    if known is None and isinstance(error, exc.ProgrammingError | exc.NotSupportedError):
        return None
    if known is None and isinstance(cause, sqlite3.OperationalError):
        return None  # SQLite says so of wrong SQL
    return known or "failed"


def _kind_of_refusal(text: str) -> str:
    """Which problem it is that no connection was made, of which psycopg gives no SQLSTATE."""
    waiting = ("starting up", "shutting down", "recovery", "not yet accepting", "too many", "slots")
    return "refused" if "FATAL:" in text and not any(word in text for word in waiting) else "lost"


def code_of(error: exc.DBAPIError) -> str:
    """The database's own name of a problem: its text may hold a person's data or a password."""
    cause = error.orig
    told = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(told or type(cause).__name__)
