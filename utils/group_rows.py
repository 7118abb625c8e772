"""Groups into the register's table, many at once, inside a transaction. Who calls this records it."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from utils import registry, schema
from utils.models import Group


def insert(connection: Connection, groups: Sequence[Group]) -> None:
    """Add groups."""
    if groups:
        connection.execute(schema.groups.insert(), [registry.row(group) for group in groups])


def update(connection: Connection, groups: Sequence[Group]) -> None:
    """Put these in the place of the groups with their ids."""
    if groups:
        table = schema.groups
        values: dict[str, Any] = {
            one.name: sa.bindparam(f"new_{one.name}") for one in fields(Group) if one.name != "id"
        }
        change = table.update().where(table.c.id == sa.bindparam("new_id")).values(values)
        rows = [{f"new_{name}": value for name, value in registry.row(one).items()} for one in groups]
        connection.execute(change, rows)


def delete(connection: Connection, ids: Sequence[str]) -> None:
    """Remove groups: only those of an import that is undone."""
    if ids:
        gone = schema.groups.c.id == sa.bindparam("gone")
        connection.execute(schema.groups.delete().where(gone), [{"gone": id_} for id_ in ids])
