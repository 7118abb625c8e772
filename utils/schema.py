"""The tables of the register: groups, people to contact, imports, changes, residents' reports."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types


class Moment(types.TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, without a zone in the database, the same on every database."""

    impl = types.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware → UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Without a zone → aware, in UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> sa.Column[str]:
    """Text that is never null: "" where nothing is known."""
    return sa.Column(name, sa.Text, nullable=False, server_default="")


#: One row: ``revision``, a token that changes with every write.
meta = sa.Table(
    "meta",
    metadata,
    sa.Column("key", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

#: See :class:`utils.models.Group`. ``x``, ``y`` and ``area`` (WKB) are EPSG:28992, metres.
groups = sa.Table(
    "groups",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("x", sa.Float(53)),
    sa.Column("y", sa.Float(53)),
    sa.Column("precision", sa.String(12), nullable=False),
    sa.Column("area", sa.LargeBinary),
    _text("municipality"),
    _text("description"),
    sa.Column("participants", sa.Integer),
    sa.Column("status", sa.String(12), nullable=False),
    _text("reason"),
    sa.Column("since", sa.Date),
    sa.Column("until", sa.Date),
    sa.Column("confirmed", sa.Date),
    _text("confirmed_by"),
    _text("platform"),
    _text("join_link"),
    _text("source"),
    _text("notes"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

#: Personal data: read and written by :mod:`utils.contacts` alone.
contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("group_id", sa.Text, nullable=False, index=True),
    _text("name"),
    _text("email"),
    _text("phone"),
    _text("role"),
    sa.Column("consent_on", sa.Date, nullable=False),
    _text("consent_how"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)

#: One row for each import that was committed. ``mapping`` is heading → field, to propose it again.
imports = sa.Table(
    "imports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("mapping", sa.JSON, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("rows", sa.Integer, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("deactivated", sa.Integer, nullable=False),
    sa.Column("left_out", sa.Integer, nullable=False),
    sa.Column("undone_at", Moment),
    _text("undone_by"),
)

#: Who did what, when; never changed but by ``erase``. ``before`` and ``after`` hold the row as JSON, null for
#: none. ``batch`` is the revision that the write gave: all changes of one transaction share it.
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("batch", sa.String(32), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("action", sa.String(20), nullable=False),
    sa.Column("entity", sa.String(12), nullable=False),
    sa.Column("entity_id", sa.Text, nullable=False),
    sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id"), index=True),
    _text("reason"),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Index("ix_changes_entity", "entity", "entity_id"),
)

#: What residents asked for or reported. ``name``, ``email`` and ``message`` are personal data.
reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("kind", sa.String(12), nullable=False),
    _text("group_id"),
    _text("area"),
    _text("name"),
    _text("email"),
    _text("message"),
    sa.Column("consent", sa.Boolean, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("received", Moment, nullable=False, index=True),
    sa.Column("handled", Moment),
    _text("handled_by"),
    _text("answer"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)
