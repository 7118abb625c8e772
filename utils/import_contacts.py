"""The people to contact whom a file brings: many at once, inside the transaction of the import."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from utils import contacts, schema, traces
from utils.access import Actor
from utils.changelog import Row, record
from utils.database import Batch
from utils.group_search import among
from utils.import_model import Step
from utils.locate import normalise
from utils.models import Contact

Due = list[tuple[Contact | None, Contact]]
"""Before (None: new) and after."""
_A_DAY: Final = timedelta(days=1)  # between clocks
_GIVEN: Final = ("name", "email", "phone", "role", "consent_on", "consent_how")


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


def newer(connection: Connection, import_id: int) -> set[str]:
    """The groups that have a contact of an import which was changed since, or that got others since."""
    lines, now = _written(connection, import_id)
    ours = {line.entity_id for line in lines}
    changed = {now[line.entity_id].group_id for line in lines if not _as_left(now, line)}
    return changed | _others(connection, import_id, ours)


def undo(
    connection: Connection, batch: Batch, actor: Actor, import_id: int, keep: Collection[str] = ()
) -> int:
    """Take back what an import did to contacts, but for those of the groups to ``keep``; how many it were.

    Those that it added are gone from the log too; those that are gone already stay away.
    """
    lines, now = _written(connection, import_id)
    gone, back = [], []
    for line in lines:
        there = now.get(line.entity_id)
        if there is None or there.group_id in keep:
            continue
        before = line.before and contacts.from_json(line.before)
        if before is None:
            gone.append(there)
        else:
            back.append((there, replace(before, version=there.version + 1)))
    _remove(connection, gone)
    _store(connection, [one for _, one in back])
    told: list[Row] = [(str(one.id), traces.bare(contacts.as_json(one)), None) for one in gone]
    told += [(str(one.id), contacts.as_json(there), contacts.as_json(one)) for there, one in back]
    record(connection, batch, actor, "undo", "contact", told, import_id=import_id)
    return len(told)


def _written(connection: Connection, import_id: int) -> tuple[Sequence[Any], dict[str, Contact]]:
    """What an import wrote of contacts, and the contacts of those groups as they are now, by id."""
    c = schema.changes.c
    wanted = sa.and_(c.import_id == import_id, c.action == "import", c.entity == "contact")
    lines = connection.execute(sa.select(c.id, c.entity_id, c.before, c.after).where(wanted)).all()
    groups = [line.after["group_id"] for line in lines if line.after]
    return lines, {str(one.id): one for one in _of(connection, groups)}


def _as_left(now: Mapping[str, Contact], line: Any) -> bool:
    """Whether a contact still is what the import made of it, or is gone."""
    there = now.get(line.entity_id)
    if there is None:
        return True
    after = contacts.from_json(line.after)
    return after is not None and replace(there, version=after.version) == after


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


def _others(connection: Connection, import_id: int, ours: set[str]) -> set[str]:
    """Groups that the import added, and that got other contacts since."""
    c = schema.changes.c
    added = sa.and_(c.import_id == import_id, c.action == "import", c.entity == "group", c.before.is_(None))
    table = schema.contacts
    chosen = sa.select(table.c.id, table.c.group_id).where(
        table.c.group_id.in_(sa.select(c.entity_id).where(added))
    )
    return {row.group_id for row in connection.execute(chosen) if str(row.id) not in ours}
