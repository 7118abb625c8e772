"""What happened to a group: the lines of the log of changes about it."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, schema
from utils.access import Actor
from utils.models import Change

Recent = tuple[str, Change]
_SILENT: Final = ("id", "version")  # a version counts the lines that one sees


def history(engine: Engine, actor: Actor, id: str, limit: int = 500) -> list[Change]:
    """What happened to a group, newest first; of each line the fields that changed.

    Nothing of the people to contact about it. An unknown id gives nothing. Raises Denied, StoreError.
    """
    actor.require("see")
    c = schema.changes.c
    about = sa.and_(c.entity == "group", c.entity_id == id.replace("\0", ""))
    chosen = sa.select(schema.changes).where(about).order_by(c.id.desc()).limit(limit)

    def look(connection: Connection) -> list[Change]:
        return [_line(dict(row)) for row in connection.execute(chosen).mappings()]

    return database.read(engine, look)


def recent(engine: Engine, actor: Actor, limit: int = 100) -> list[Recent]:
    """The newest lines of the log, imports left out: those are told as a whole.

    Beside each the group's name, "" for what is not a group. Lines about contacts and reports are for who may
    see these, and tell that something was done, not what. Raises Denied, StoreError.
    """
    actor.require("see")
    c = schema.changes.c
    kinds = ["group"] + ["contact"] * actor.may("contacts") + ["report"] * actor.may("inbox")
    about = sa.and_(c.import_id.is_(None), c.entity.in_(kinds))
    chosen = sa.select(schema.changes).where(about).order_by(c.id.desc()).limit(limit)

    def look(connection: Connection) -> list[Recent]:
        return [_told(dict(row)) for row in connection.execute(chosen).mappings()]

    return database.read(engine, look)


def differing(
    before: dict[str, Any] | None, after: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """The fields in which two states of a row differ; beside nothing, those that are filled."""
    if before is None or after is None:
        filled = [
            row
            and {
                name: value for name, value in row.items() if value not in (None, "") and name not in _SILENT
            }
            for row in (before, after)
        ]
        return filled[0], filled[1]
    names = [name for name in after if name not in _SILENT and before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _told(row: dict[str, Any]) -> Recent:
    if row["entity"] != "group":
        return "", _line({**row, "before": None, "after": None})
    state = row["after"] or row["before"] or {}
    return str(state.get("name", "")), _line(row)


def _line(row: dict[str, Any]) -> Change:
    before, after = differing(row["before"], row["after"])
    told = {name: row[name] for name in ("at", "who", "action", "entity", "entity_id", "import_id", "reason")}
    return Change(**told, before=before, after=after)
