"""The people to contact whom a file brings: many at once, inside the transaction of the import."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from utils import contacts, schema, traces
from utils.access import Actor
from utils.changelog import Row, record
from utils.database import Batch
from utils.group_search import among, several
from utils.import_model import Step
from utils.locate import normalise
from utils.models import Contact

Due = list[tuple[Contact | None, Contact]]
"""Before (None: new) and after."""
_A_DAY: Final = timedelta(days=1)  # between clocks
_GIVEN: Final = ("name", "email", "phone", "role", "consent_on", "consent_how")


class Undone(NamedTuple):
    """How many contacts were taken back, and the groups whose contacts were changed since the import."""

    done: int
    newer: tuple[str, ...]


def due(connection: Connection, steps: Iterable[Step], today: date) -> Due:
    """The contacts of the steps that are new or differ from the register's.

    A contact is one of the group's with the same e-mail address, else telephone number, else name. Like
    those of a group, fields that a file leaves empty stay as they are. A file that says "yes" gives the day
    on which it is read: where the same words were recorded before, that day stays.
    """
    wanted = {step.after.id: step.contact for step in steps if step.contact}
    if not wanted:
        return []
    known = defaultdict(list)
    for one in _of(connection, wanted):
        known[one.group_id].append(one)
    pairs = [_pair(id_, values, known[id_], today) for id_, values in wanted.items()]
    return [(before, after) for before, after in pairs if before != after]


def put(connection: Connection, batch: Batch, actor: Actor, people: Due, import_id: int) -> None:
    """Write them and what changed. Raises InputError for one that the register does not take."""
    for _, after in people:
        contacts.check(after)
    table = schema.contacts
    added = [after for before, after in people if before is None]
    changed = [(before, replace(after, version=after.version + 1)) for before, after in people if before]
    told: list[Row] = []
    if added:
        rows = [{name: value for name, value in asdict(one).items() if name != "id"} for one in added]
        insert = table.insert().returning(table.c.id, sort_by_parameter_order=True)
        ids = connection.execute(insert, rows).scalars().all()
        told += [
            (str(id_), None, contacts.as_json(replace(one, id=id_)))
            for id_, one in zip(ids, added, strict=True)
        ]
    if changed:
        _store(connection, [after for _, after in changed])
        told += [(str(one.id), contacts.as_json(old), contacts.as_json(one)) for old, one in changed]
    record(connection, batch, actor, "import", "contact", told, import_id=import_id)


def undo(connection: Connection, batch: Batch, actor: Actor, import_id: int) -> Undone:
    """Take back what an import did to contacts.

    Those that it added are gone from the log too; those that are gone already stay away.
    """
    c = schema.changes.c
    wanted = sa.and_(c.import_id == import_id, c.action == "import", c.entity == "contact")
    lines = connection.execute(sa.select(c.id, c.entity_id, c.before, c.after).where(wanted)).all()
    groups = [line.after["group_id"] for line in lines if line.after]
    now = {str(one.id): one for one in _of(connection, groups)}
    newer, gone, back = [], [], []
    for line in lines:
        there = now.get(line.entity_id)
        if there is None:
            continue
        after = contacts.from_json(line.after)
        if after is None or replace(there, version=after.version) != after:
            newer.append(there.group_id)
            continue
        before = line.before and contacts.from_json(line.before)
        if before is None:
            gone.append(there)
        else:
            back.append((there, replace(before, version=there.version + 1)))
    newer += _others(connection, import_id, {line.entity_id for line in lines})
    if newer:
        return Undone(0, tuple(group.name for group in several(connection, newer).values()))
    _remove(connection, gone)
    _store(connection, [one for _, one in back])
    told: list[Row] = [(str(one.id), traces.bare(contacts.as_json(one)), None) for one in gone]
    told += [(str(one.id), contacts.as_json(there), contacts.as_json(one)) for there, one in back]
    record(connection, batch, actor, "undo", "contact", told, import_id=import_id)
    return Undone(len(told), ())


def _of(connection: Connection, group_ids: Iterable[str]) -> list[Contact]:
    table = schema.contacts
    chosen = sa.select(table).where(among(connection, table.c.group_id, list(group_ids))).order_by(table.c.id)
    return [Contact(**row) for row in connection.execute(chosen).mappings()]


def _pair(
    group_id: str, values: dict[str, Any], known: Sequence[Contact], today: date
) -> tuple[Contact | None, Contact]:
    came = {name: values[name] for name in _GIVEN if values.get(name)}
    texts = dict.fromkeys(("name", "email", "phone", "role", "consent_how"), "")
    new = Contact(**{**texts, **came, "group_id": group_id})
    for sign in (_email, _phone, _name):
        for one in known:
            if sign(new) and sign(one) == sign(new):
                after = replace(one, **came)
                if one.consent_how == after.consent_how and abs(after.consent_on - today) <= _A_DAY:
                    after = replace(after, consent_on=min(one.consent_on, after.consent_on))
                return one, after
    return None, new


def _email(contact: Contact) -> str:
    return contact.email.strip().casefold()


def _phone(contact: Contact) -> str:
    return "".join(filter(str.isdigit, contact.phone))[-9:]  # without the country's number


def _name(contact: Contact) -> str:
    return normalise(contact.name)


def _store(connection: Connection, people: Sequence[Contact]) -> None:
    if people:
        table = schema.contacts
        values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in (*_GIVEN, "version")}
        update = table.update().where(table.c.id == sa.bindparam("new_id")).values(values)
        rows = [{f"new_{name}": value for name, value in asdict(one).items()} for one in people]
        connection.execute(update, [{key: row[key] for key in row if key != "new_group_id"} for row in rows])


def _remove(connection: Connection, gone: Sequence[Contact]) -> None:
    """Delete contacts, and what the log knows of them."""
    if not gone:
        return
    table, c = schema.contacts, schema.changes.c
    delete = table.delete().where(table.c.id == sa.bindparam("gone"))
    connection.execute(delete, [{"gone": one.id} for one in gone])
    about = sa.and_(c.entity == "contact", among(connection, c.entity_id, [str(one.id) for one in gone]))
    lines = connection.execute(sa.select(c.id, c.before, c.after).where(about)).all()
    forget = schema.changes.update().where(c.id == sa.bindparam("line"))
    forget = forget.values(before=sa.bindparam("was"), after=sa.bindparam("became"))
    connection.execute(
        forget,
        [
            {"line": line.id, "was": traces.bare(line.before), "became": traces.bare(line.after)}
            for line in lines
        ],
    )


def _others(connection: Connection, import_id: int, ours: set[str]) -> list[str]:
    """Groups that the import added, and that got other contacts since."""
    c = schema.changes.c
    added = sa.and_(c.import_id == import_id, c.action == "import", c.entity == "group", c.before.is_(None))
    table = schema.contacts
    chosen = sa.select(table.c.id, table.c.group_id).where(
        table.c.group_id.in_(sa.select(c.entity_id).where(added))
    )
    return [row.group_id for row in connection.execute(chosen) if str(row.id) not in ours]
