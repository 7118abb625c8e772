"""The register's first tables: groups, contacts, imports, changes, reports."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names]


def _version() -> sa.Column[int]:
    return sa.Column("version", sa.Integer, nullable=False, server_default="1")


def upgrade() -> None:
    """Make the tables and give the register its first revision."""
    meta = op.create_table(
        "meta",
        sa.Column("key", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.bulk_insert(meta, [{"key": "revision", "value": uuid4().hex}])
    _groups()
    _contacts()
    _imports()
    _changes()
    _reports()


def _groups() -> None:
    op.create_table(
        "groups",
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
        *(_text(name) for name in ("confirmed_by", "platform", "join_link", "source", "notes")),
        _version(),
    )


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("group_id", sa.Text, nullable=False),
        *(_text(name) for name in ("name", "email", "phone", "role")),
        sa.Column("consent_on", sa.Date, nullable=False),
        _text("consent_how"),
        _version(),
    )
    op.create_index("ix_contacts_group_id", "contacts", ["group_id"])


def _imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("mapping", sa.JSON, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        *_counts("rows", "added", "changed", "unchanged", "deactivated", "left_out"),
        sa.Column("undone_at", sa.DateTime),
        _text("undone_by"),
    )


def _changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("entity", sa.String(12), nullable=False),
        sa.Column("entity_id", sa.Text, nullable=False),
        sa.Column("import_id", sa.Integer, sa.ForeignKey("imports.id")),
        _text("reason"),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
    )
    op.create_index("ix_changes_batch", "changes", ["batch"])
    op.create_index("ix_changes_import_id", "changes", ["import_id"])
    op.create_index("ix_changes_entity", "changes", ["entity", "entity_id"])


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        *(_text(name) for name in ("group_id", "area", "name", "email", "message")),
        sa.Column("consent", sa.Boolean, nullable=False),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("received", sa.DateTime, nullable=False),
        sa.Column("handled", sa.DateTime),
        _text("handled_by"),
        _text("answer"),
        _version(),
    )
    op.create_index("ix_reports_received", "reports", ["received"])
