"""A register with something in every table."""

from datetime import UTC, date, datetime

from sqlalchemy.engine import Connection, Engine

from utils import changelog, database, registry, schema
from utils.access import Actor
from utils.database import Batch
from utils.models import Group

WHO = Actor("marieke", "editor")
MOMENT = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
TABLES = (schema.imports, schema.groups, schema.contacts, schema.changes, schema.reports)


def fill(engine: Engine, n: int = 5, first: int = 0) -> str:
    """Add groups ``g<first>``..., each with a contact, an import and a report; the new revision."""

    def work(connection: Connection, batch: Batch) -> str:
        groups = [
            Group(f"g{i}", f"Groep {i} 'é' 🏘", x=1e5 + i / 3, y=4e5, area=b"\x00\x01", since=date(2020, 1, 1))
            for i in range(first, first + n)
        ]
        connection.execute(schema.groups.insert(), [registry.row(group) for group in groups])
        (number,) = connection.execute(
            schema.imports.insert().values(
                at=batch.at, who=WHO.name, file="lijst.xlsx", sha256="0" * 64, mapping={"naam": "name"},
                complete=False, rows=n, added=n, changed=0, unchanged=0, deactivated=0, left_out=0,
            )
        ).inserted_primary_key  # fmt: skip
        rows = [(group.id, None, registry.as_json(group)) for group in groups]
        changelog.record(connection, batch, WHO, "import", "group", rows, import_id=number)
        for group in groups:
            connection.execute(
                schema.contacts.insert().values(
                    group_id=group.id, name="Jan", email="jan@example.org", consent_on=date(2024, 1, 1)
                )
            )
            connection.execute(
                schema.reports.insert().values(
                    reference=f"R-{group.id}", kind="join", group_id=group.id, message="regel 1\nregel 2",
                    consent=True, status="new", received=MOMENT,
                )
            )  # fmt: skip
        return batch.token

    return database.write(engine, work)


def content(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for the revision."""
    return database.read(
        engine,
        lambda connection: {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(table.c.id))]
            for table in TABLES
        },
    )
