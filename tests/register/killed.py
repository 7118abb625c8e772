"""A process that does one piece of work after another, each in a child that somebody may kill.

It reads a line for each: the kind of work, the register's address, a file for marks. It forks, writes the
child's id, waits for another line (so that the id stays the child's), and writes how the child ended. The
child puts a letter in the file of marks at each step: see MARKS.
"""

import os
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from utils import backup, database, edits, imports, registry
from utils.access import Actor
from utils.import_model import Checked, Plan, Step
from utils.models import Group

MARKS = "bcd"
"""A transaction began; it is about to be committed; the work is done."""
WHO = Actor("marieke", "admin")
N = 120
"""Groups that are there before: ``g0``, ``g1``, ..."""
ADDED = 240
PATIENCE = 30.0
MIGRATION = '''
"""A migration of the tests: slow enough to be caught."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "0002", "0001"

def upgrade():
    op.add_column("groups", sa.Column("shout", sa.Text, nullable=False, server_default=""))
    connection = op.get_bind()
    for (one,) in connection.execute(sa.text("SELECT id FROM groups")).all():
        connection.execute(sa.text("UPDATE groups SET shout = upper(name) WHERE id = :id"), {"id": one})
    op.create_index("ix_groups_shout", "groups", ["shout"])
'''


def groups(n: int, first: int = 0) -> list[Group]:
    """Groups ``g<first>``, ..."""
    return [
        Group(f"g{i}", f"Groep {i}", 150_000.0 + i, 450_000.0, description="x" * 200, since=date(2020, 1, 1))
        for i in range(first, first + n)
    ]


def import_(engine: Engine) -> None:
    """Import a list: new groups, and all that were there get another name."""
    here = registry.all_groups(engine)
    renamed = [Group(**{**registry.row(group), "name": f"{group.name} nieuw"}) for group in here]
    steps = [
        *(Step("changed", i, here[i], renamed[i]) for i in range(len(here))),
        *(Step("added", N + i, None, group) for i, group in enumerate(groups(ADDED, N))),
    ]
    counts = {"rows": len(steps), "added": ADDED, "changed": N}
    counts |= {"unchanged": 0, "deactivated": 0, "left_out": 0}
    checked = Checked(len(steps), 0, (), ())
    plan = Plan(registry.revision(engine), tuple(steps), checked, False, counts)
    imports.commit(engine, WHO, plan, imports.About("lijst.csv", "0" * 64, {"naam": "name"}))


def edit(engine: Engine) -> None:
    """Change every group at once."""
    here = registry.all_groups(engine)
    edits.change(engine, WHO, [edits.Edit(group.id, group.version, {"notes": "gebeld"}) for group in here])


def migrate(engine: Engine) -> None:
    """Bring the register to a version that the tests made up."""
    with_migration(Path(os.environ["MIGRATIONS"]))
    database.prepare(engine)


def first(engine: Engine) -> None:
    """Make the tables."""
    database.prepare(engine)


def restore(engine: Engine) -> None:
    """Put a backup in the place of what is there."""
    backup.restore(engine, Path(os.environ["BACKUP"]), WHO, replace=True)


def with_migration(folder: Path) -> None:
    """Know one version more."""
    database.MIGRATIONS, database.VERSIONS = folder, (*database.VERSIONS, "0002")  # type: ignore[misc]


WORK = {"import": import_, "edit": edit, "migrate": migrate, "first": first, "restore": restore}


def child(kind: str, url: str, marks: str) -> None:
    """Do the work, leaving marks."""
    handle = os.open(marks, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    engine = database.open_engine(url, patience=PATIENCE)

    def writing(connection: database.Connection) -> bool:
        return bool(connection.get_execution_options().get("writes"))

    event.listen(engine, "begin", lambda one: os.write(handle, b"b") if writing(one) else None)
    event.listen(engine, "commit", lambda one: os.write(handle, b"c") if writing(one) else None)
    WORK[kind](engine)
    os.write(handle, b"d")


def main() -> None:
    """Serve until the input ends."""
    import alembic.command  # noqa: F401  so that no child spends its time on it

    print("ready", flush=True)  # noqa: T201
    while line := sys.stdin.readline():
        kind, url, marks = line.split()
        pid = os.fork()
        if not pid:
            status = 1
            try:
                child(kind, url, marks)
                status = 0
            finally:
                os._exit(status)
        print(pid, flush=True)  # noqa: T201
        sys.stdin.readline()
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
