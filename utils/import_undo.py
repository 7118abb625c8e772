"""Undo an import: its groups and contacts as they were before it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, group_rows, import_contacts, registry, schema, traces
from utils.access import Actor
from utils.changelog import Row, record
from utils.database import Batch
from utils.errors import InputError
from utils.group_search import several
from utils.models import Group

_AT_ONCE: Final = 2_000
_NAMES: Final = 5  # as many are named in a sentence


class ChangedSince(InputError):
    """Groups or contacts of an import were changed after it; nothing was written. ``n`` groups are."""

    def __init__(self, groups: Mapping[str, str]) -> None:
        named = sorted((name, id_) for id_, name in groups.items())
        names = ", ".join(f"'{name}' ({id_})" for name, id_ in named[:_NAMES])
        more = ", …" if len(named) > _NAMES else ""
        super().__init__("error.import_newer", n=len(named), names=names + more)
        self.n = len(named)


def undo(engine: Engine, actor: Actor, import_id: int, keep_changed: bool = False) -> dict[str, int]:
    """Bring the groups and contacts of an import back to how they were before it.

    Gives how many groups were ``removed``, ``restored`` and ``kept``, and how many ``contacts`` were taken
    back. A group that it added is removed; the log keeps what it was. A contact that it added is removed from
    the log too; one that was withdrawn or erased since does not come back. A group that was changed since, or
    whose contacts were, is kept whole as it is now with ``keep_changed``. Raises Denied, StoreError,
    InputError for an unknown import and one that was undone already, and without ``keep_changed``
    ChangedSince; then nothing was written.
    """
    actor.require("undo")

    def work(connection: Connection, batch: Batch) -> dict[str, int]:
        _undoable(connection, import_id)
        kept = _newer(connection, import_id)
        if kept and not keep_changed:
            raise ChangedSince(kept)
        people = import_contacts.undo(connection, batch, actor, import_id, kept)
        counts = {"removed": 0, "restored": 0, "contacts": people, "kept": len(kept)}
        for lines in _lines(connection, import_id):
            ours = [line for line in lines if line.entity_id not in kept]
            _take_back(connection, batch, actor, import_id, ours, counts)
        told: list[Row] = [(str(import_id), None, dict(counts))]
        record(connection, batch, actor, "undo", "import", told, import_id=import_id)
        undone = {"undone_at": batch.at, "undone_by": actor.name}
        connection.execute(schema.imports.update().where(schema.imports.c.id == import_id).values(undone))
        return counts

    counts = database.write(engine, work)
    if counts["contacts"]:
        traces.wipe(engine)
    return counts


def _undoable(connection: Connection, import_id: int) -> None:
    chosen = sa.select(schema.imports.c.undone_at).where(schema.imports.c.id == import_id)
    found = connection.execute(chosen).one_or_none()
    if found is None:
        raise InputError("error.import_unknown", id=str(import_id))
    if found.undone_at is not None:
        raise InputError("error.import_undone", id=str(import_id), day=found.undone_at.date())


def _lines(connection: Connection, import_id: int) -> Iterator[Sequence[Any]]:
    """What the import wrote of groups, some lines at a time."""
    c = schema.changes.c
    last = 0
    while True:
        wanted = sa.and_(c.import_id == import_id, c.action == "import", c.entity == "group", c.id > last)
        chosen = sa.select(c.id, c.entity_id, c.before, c.after).where(wanted).order_by(c.id).limit(_AT_ONCE)
        lines = connection.execute(chosen).all()
        if not lines:
            return
        yield lines
        last = lines[-1].id


def _newer(connection: Connection, import_id: int) -> dict[str, str]:
    """The groups that are not as the import left them, or their contacts are not: id → name of now."""
    found = {}
    for lines in _lines(connection, import_id):
        now = several(connection, [line.entity_id for line in lines])
        for line in lines:
            group = now.get(line.entity_id)
            if not _as_left(group, line.after):
                found[line.entity_id] = group.name if group else str(line.after["name"])
    people = several(connection, list(import_contacts.newer(connection, import_id)))
    return found | {id_: group.name for id_, group in people.items()}


def _take_back(
    connection: Connection,
    batch: Batch,
    actor: Actor,
    import_id: int,
    lines: Sequence[Any],
    counts: dict[str, int],
) -> None:
    """Undo some lines, and count them."""
    now = several(connection, [line.entity_id for line in lines])
    before = {line.entity_id: registry.from_json(line.before) if line.before else None for line in lines}
    # A new version: whoever has the group open sees that it changed.
    back = {
        id_: replace(group, version=now[id_].version + 1) if group else None for id_, group in before.items()
    }
    group_rows.update(connection, [group for group in back.values() if group])
    gone = [id_ for id_, group in back.items() if group is None]
    group_rows.delete(connection, gone)
    told: list[Row] = [
        (id_, registry.as_json(now[id_]), registry.as_json(group) if group else None)
        for id_, group in back.items()
    ]
    record(connection, batch, actor, "undo", "group", told, import_id=import_id)
    counts["removed"] += len(gone)
    counts["restored"] += len(back) - len(gone)


def _as_left(group: Group | None, after: dict[str, Any]) -> bool:
    """Whether a group still is what the import made of it, whatever happened in between."""
    return group is not None and registry.as_json(group) | {"version": 0} == after | {"version": 0}
