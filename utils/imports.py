"""Imports: carry out a plan, all of it or nothing; what was imported before; undo an import."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, group_rows, import_contacts, registry, schema
from utils.access import Actor
from utils.changelog import record
from utils.database import Batch
from utils.errors import InputError
from utils.import_model import Import, Plan, Step
from utils.import_undo import ChangedSince as ChangedSince
from utils.import_undo import undo as undo
from utils.models import Group

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Is told how many groups are done, and of how many."""

COUNTS: Final = ("rows", "added", "changed", "unchanged", "deactivated", "left_out")
_AT_ONCE: Final = 2_000
_MAPPINGS: Final = 50  # as many imports are remembered


@dataclass(frozen=True)
class About:
    """Where a plan came from: the file's name, its SHA-256, and heading → field ("": not read)."""

    file: str
    sha256: str
    mapping: dict[str, str]


class NothingToDo(InputError):
    """All that the rows say, but for those ``left_out``, is in the register already; nothing was written."""

    def __init__(self, left_out: int) -> None:
        if left_out:
            super().__init__("error.import_nothing_left", n=left_out)
        else:
            super().__init__("error.import_nothing")


def _untold(done: int, total: int) -> None:
    """Nobody wants to know."""


def commit(engine: Engine, actor: Actor, plan: Plan, about: About, tell: Tell = _untold) -> Import:
    """Carry out a plan in one transaction, with its contacts.

    Raises Denied, InputError if the register is not at the plan's revision any more, NothingToDo, StoreError;
    then nothing was written.
    """
    actor.require("import")
    steps = [step for step in plan.steps if step.kind != "unchanged"]

    def work(connection: Connection, batch: Batch) -> Import:
        _at(connection, plan.revision)
        people = import_contacts.due(connection, plan.steps, batch.at.date())
        if not steps and not people:
            raise NothingToDo(plan.checked.left_out)
        made = _recorded(connection, batch, actor, plan, about)
        done = 0
        for some in _portions(steps):
            _carry_out(connection, batch, actor, some, made.id)
            done += len(some)
            tell(done, len(steps))
        import_contacts.put(connection, batch, actor, people, made.id)
        return made

    return database.write(engine, work)


def there(engine: Engine) -> tuple[str, list[Group]]:
    """The register's revision and groups, to make a plan from. Raises StoreError.

    Groups may be newer than the revision, never older: then the plan is refused.
    """
    revision = registry.revision(engine)
    return revision, registry.all_groups(engine)


def done(engine: Engine, actor: Actor) -> list[Import]:
    """The imports that were committed, newest first. Raises Denied, StoreError."""
    actor.require("see")
    chosen = sa.select(schema.imports).order_by(schema.imports.c.id.desc())
    return database.read(
        engine, lambda connection: [_import(row) for row in connection.execute(chosen).mappings()]
    )


def remembered(engine: Engine) -> dict[str, str]:
    """What headings were taken for at earlier imports, the last time counts: heading → field.

    Raises StoreError.
    """
    c = schema.imports.c
    chosen = sa.select(c.mapping).order_by(c.id.desc()).limit(_MAPPINGS)
    mappings = database.read(engine, lambda connection: list(connection.execute(chosen).scalars()))
    return {heading: field for mapping in reversed(mappings) for heading, field in mapping.items()}


def _at(connection: Connection, revision: str) -> None:
    """Raise unless the register is at this revision; no one else can write now."""
    chosen = sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision")
    if connection.execute(chosen).scalar_one() != revision:
        raise InputError("error.import_moved")


def _recorded(connection: Connection, batch: Batch, actor: Actor, plan: Plan, about: About) -> Import:
    values = {
        "at": batch.at,
        "who": actor.name,
        "file": about.file,
        "sha256": about.sha256,
        "mapping": about.mapping,
        "complete": plan.complete,
        **{name: plan.counts[name] for name in COUNTS},
    }
    insert = schema.imports.insert().returning(schema.imports)
    made = _import(connection.execute(insert, values).mappings().one())
    # so that a file that brings contacts alone is in the log as well
    told = {name: plan.counts[name] for name in COUNTS} | {"file": about.file}
    record(connection, batch, actor, "import", "import", [(str(made.id), None, told)], import_id=made.id)
    return made


def _import(row: Any) -> Import:
    plain = dict(row)
    counts = {name: plain.pop(name) for name in COUNTS}
    return Import(**plain, counts=counts)


def _carry_out(
    connection: Connection, batch: Batch, actor: Actor, steps: Sequence[Step], import_id: int
) -> None:
    after = [replace(step.after, version=step.before.version + 1 if step.before else 1) for step in steps]
    new = {step.after.id for step in steps if step.before is None}
    group_rows.insert(connection, [group for group in after if group.id in new])
    group_rows.update(connection, [group for group in after if group.id not in new])
    lines = [
        (one.id, registry.as_json(step.before) if step.before else None, registry.as_json(one))
        for one, step in zip(after, steps, strict=True)
    ]
    record(connection, batch, actor, "import", "group", lines, import_id=import_id)


def _portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
