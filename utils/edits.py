"""Changes that staff make to groups: all of them or none, never over another person's work."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, group_rules, registry, schema
from utils.access import Actor
from utils.changelog import record
from utils.database import Batch
from utils.errors import InputError
from utils.group_search import Filter as Filter
from utils.group_search import find as find
from utils.group_search import get as get
from utils.group_search import several
from utils.history import history as history
from utils.models import Group

check = group_rules.check
warnings = group_rules.warnings

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of codes that people copy: none that is taken for another."""
EDITABLE: Final = frozenset(one.name for one in fields(Group)) - {"id", "version"}


@dataclass(frozen=True)
class Edit:
    """New ``values`` for fields of a group, as it was at ``version``."""

    id: str
    version: int
    values: dict[str, Any] = field(repr=False)


class Conflict(InputError):
    """Somebody else changed groups in the meantime; nothing was written.

    ``mine``: all edits that were asked for. ``theirs``: the groups that changed, as they are now.
    """

    def __init__(self, mine: Sequence[Edit], theirs: Sequence[Group]) -> None:
        names = ", ".join(f"'{group.name}'" for group in theirs[:5])
        super().__init__("error.group_conflict", n=len(theirs), names=names)
        self.mine = tuple(mine)
        self.theirs = tuple(theirs)


def add(engine: Engine, actor: Actor, group: Group) -> Group:
    """The group as it was stored, at version 1; with a new id where it has none ("").

    Raises Denied, InputError for what :func:`check` refuses and for an id that is there, StoreError.
    """
    actor.require("edit")

    def work(connection: Connection, batch: Batch) -> Group:
        new = replace(group_rules.placed(group), id=group.id or _fresh(connection), version=1)
        check(new)
        if several(connection, [new.id]):
            raise InputError("error.group_exists", id=new.id)
        connection.execute(schema.groups.insert(), registry.row(new))
        record(connection, batch, actor, "add", "group", [(new.id, None, registry.as_json(new))])
        return new

    return database.write(engine, work)


def change(engine: Engine, actor: Actor, edits: Sequence[Edit], reason: str = "") -> list[Group]:
    """The groups after the edits, in their order: all were written or none was.

    An edit that changes nothing leaves no trace. ``reason`` goes into the log. Raises Conflict when a group
    is not at the version of its edit, InputError for a group that is edited twice, is unknown, becomes what
    :func:`check` refuses, or inactive without a ``reason`` of its own; Denied, StoreError.
    """
    actor.require("edit")
    return _write(engine, actor, "change", edits, reason)


def deactivate(
    engine: Engine,
    actor: Actor,
    ids_versions: Iterable[tuple[str, int]],
    reason: str,
    until: date | None,
) -> list[Group]:
    """Make groups inactive; they stay in the register. ``reason`` is required, ``until`` is the last day.

    Raises as :func:`change` does.
    """
    actor.require("edit")
    values = {"status": "inactive", "reason": reason.strip(), "until": until}
    return _write(engine, actor, "deactivate", _same(ids_versions, values), reason.strip())


def reactivate(
    engine: Engine, actor: Actor, ids_versions: Iterable[tuple[str, int]], reason: str = ""
) -> list[Group]:
    """Make groups active again: without a reason and a last day. Raises as :func:`change` does."""
    actor.require("edit")
    values = {"status": "active", "reason": "", "until": None}
    return _write(engine, actor, "reactivate", _same(ids_versions, values), reason)


def confirm(engine: Engine, actor: Actor, ids_versions: Iterable[tuple[str, int]], on: date) -> list[Group]:
    """Note that groups are still as the register says: on that day, by the actor.

    Raises as :func:`change` does.
    """
    actor.require("edit")
    values = {"confirmed": on, "confirmed_by": actor.name}
    return _write(engine, actor, "confirm", _same(ids_versions, values))


def clashes(base: Group, edit: Edit, theirs: Group) -> tuple[str, ...]:
    """The fields that both have changed since ``base``, to different values: somebody has to choose.

    Without any, ``rebased(edit, theirs)`` loses nobody's work.
    """
    return tuple(
        name
        for name, value in edit.values.items()
        if getattr(base, name) not in (value, getattr(theirs, name)) and getattr(theirs, name) != value
    )


def rebased(edit: Edit, theirs: Group) -> Edit:
    """The same edit, of the group as it is now; of fields in :func:`clashes` mine remains."""
    return replace(edit, version=theirs.version)


def _same(ids_versions: Iterable[tuple[str, int]], values: dict[str, Any]) -> list[Edit]:
    return [Edit(id, version, values) for id, version in ids_versions]


def _write(engine: Engine, actor: Actor, action: str, edits: Sequence[Edit], reason: str = "") -> list[Group]:
    group_rules.text("reason", reason, group_rules.LENGTHS["reason"])
    wanted = {edit.id for edit in edits}
    if len(wanted) < len(edits):
        twice = next(edit.id for i, edit in enumerate(edits) if edit.id in {one.id for one in edits[:i]})
        raise InputError("error.group_twice", id=twice)
    if odd := {name for edit in edits for name in edit.values} - EDITABLE:
        raise TypeError(f"no fields of a group to edit: {sorted(odd)}")
    if not edits:
        return []

    def work(connection: Connection, batch: Batch) -> list[Group]:
        now = several(connection, wanted)
        for missing in sorted(wanted - now.keys())[:1]:
            raise InputError("error.group_unknown", id=missing[:64])
        if theirs := [now[edit.id] for edit in edits if now[edit.id].version != edit.version]:
            raise Conflict(edits, theirs)
        after = [_edited(now[edit.id], edit, alone=len(edits) == 1) for edit in edits]
        changed = [group for group in after if group.version != now[group.id].version]
        _store(connection, changed)
        lines = [(one.id, registry.as_json(now[one.id]), registry.as_json(one)) for one in changed]
        record(connection, batch, actor, action, "group", lines, reason=reason)
        return after

    return database.write(engine, work)


def _edited(group: Group, edit: Edit, *, alone: bool) -> Group:
    """The group after the edit, one version on; the group itself where nothing changes."""
    after = replace(group, **edit.values)
    if after == group:
        return group
    try:
        after = group_rules.placed(after)
        check(after)
        if after.status == "inactive" != group.status and not after.reason.strip():
            raise InputError("error.group_reason")
    except InputError as problem:
        if alone:
            raise
        raise InputError("error.group_named", name=group.name, problem=problem.plain) from None
    return replace(after, version=group.version + 1)


def _store(connection: Connection, groups: Sequence[Group]) -> None:
    if groups:
        table = schema.groups
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in (*EDITABLE, "version")}
        update = table.update().where(table.c.id == sa.bindparam("new_id")).values(values)
        connection.execute(
            update, [{f"new_{name}": value for name, value in registry.row(one).items()} for one in groups]
        )


def _fresh(connection: Connection) -> str:
    """An id that no group has."""
    while several(connection, [id := "G-" + "".join(secrets.choice(LETTERS) for _ in range(6))]):
        pass
    return id
