"""People to contact about groups: the only room that reads and writes their names, addresses and numbers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, group_rules, schema, traces
from utils.access import Actor
from utils.changelog import record
from utils.database import Batch
from utils.errors import InputError
from utils.group_search import among, one
from utils.models import Contact

LENGTHS: Final = {"name": 100, "email": 254, "phone": 30, "role": 100, "consent_how": 200}
FIRST_CONSENT: Final = date(2000, 1, 1)
_EMAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[\w-]+(\.[\w-]+)+")
_PHONE: Final = re.compile(r"\+?[\d\s().\-/]+")


class ContactConflict(InputError):
    """Somebody else changed or withdrew the contact; nothing was written.

    ``mine``: what was to be saved. ``theirs``: as it is now, None if it is gone.
    """

    def __init__(self, mine: Contact, theirs: Contact | None) -> None:
        super().__init__("error.contact_gone" if theirs is None else "error.contact_conflict")
        self.mine, self.theirs = mine, theirs


def of(engine: Engine, actor: Actor, group_ids: Collection[str]) -> list[Contact]:
    """The people to contact about these groups, by group, then by name. Raises Denied, StoreError."""
    actor.require("contacts")
    c = schema.contacts.c

    def look(connection: Connection) -> list[Contact]:
        chosen = sa.select(schema.contacts).where(among(connection, c.group_id, group_ids))
        rows = connection.execute(chosen.order_by(c.group_id, c.name, c.id)).mappings()
        return [Contact(**row) for row in rows]

    return database.read(engine, look)


def save(engine: Engine, actor: Actor, contact: Contact) -> Contact:
    """The contact as it was stored: a new one where its ``id`` is None, else changed.

    Raises Denied, InputError for what :func:`check` refuses and for a group that is not there,
    ContactConflict when the contact is not at its ``version`` any more, StoreError.
    """
    actor.require("contacts")
    check(contact)

    def work(connection: Connection, batch: Batch) -> Contact:
        one(connection, contact.group_id)
        return put(connection, batch, actor, contact)

    return database.write(engine, work)


def put(
    connection: Connection, batch: Batch, actor: Actor, contact: Contact, import_id: int | None = None
) -> Contact:
    """:func:`save` inside a transaction, of a contact that was checked, for a group that is there."""
    table = schema.contacts
    if contact.id is None:
        values = {name: value for name, value in asdict(contact).items() if name not in ("id", "version")}
        id = connection.execute(table.insert().returning(table.c.id), values).scalar_one()
        before, after = None, replace(contact, id=id, version=1)
    else:
        before = _stored(connection, contact.id)
        if before is None or before.version != contact.version or before.group_id != contact.group_id:
            raise ContactConflict(contact, before)
        if before == contact:
            return contact
        after = replace(contact, version=contact.version + 1)
        connection.execute(table.update().where(table.c.id == contact.id).values(asdict(after)))
    lines = [(str(after.id), None if before is None else as_json(before), as_json(after))]
    record(connection, batch, actor, "change" if before else "add", "contact", lines, import_id=import_id)
    return after


def withdraw(engine: Engine, actor: Actor, id: int) -> bool:
    """Delete a contact, also from the log, which says that it was there and who withdrew it.

    False if it was gone already. Raises Denied, StoreError.
    """
    actor.require("contacts")

    def work(connection: Connection, batch: Batch) -> bool:
        found = _stored(connection, id)
        if found is None:
            return False
        connection.execute(schema.contacts.delete().where(schema.contacts.c.id == id))
        traces.forget_contacts(connection, [id])
        record(
            connection, batch, actor, "withdraw", "contact", [(str(id), traces.bare(as_json(found)), None)]
        )
        return True

    gone = database.write(engine, work)
    if gone:
        traces.wipe(engine)
    return gone


def check(contact: Contact, today: date | None = None) -> None:
    """Raise InputError for the first thing that is wrong with a contact; the sentence holds none of its data.

    At least one of name, e-mail address and telephone number is given; consent has a day that is not in the
    future (UTC, so one day later is allowed: there it may be tomorrow).
    """
    for field, most in LENGTHS.items():
        group_rules.text(field, getattr(contact, field), most)
    if not any(text.strip() for text in (contact.name, contact.email, contact.phone)):
        raise InputError("error.contact_empty")
    if contact.email and not is_email(contact.email):
        raise InputError("error.email")
    if contact.phone and not is_phone(contact.phone):
        raise InputError("error.phone")
    if contact.consent_on is None:
        raise InputError("error.contact_consent")
    last = (today or datetime.now(UTC).date()) + timedelta(days=1)
    group_rules.day("consent_on", contact.consent_on, FIRST_CONSENT, last)


def is_email(text: str) -> bool:
    """Whether a text has the shape of an e-mail address."""
    return len(text) <= LENGTHS["email"] and ".." not in text and _EMAIL.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether a text has the shape of a telephone number: 8 to 15 digits, and signs between them."""
    return _PHONE.fullmatch(text.strip()) is not None and 8 <= sum(x.isdigit() for x in text) <= 15


def as_json(contact: Contact) -> dict[str, Any]:
    """A contact fit for JSON, as the log of changes keeps it."""
    return {**asdict(contact), "consent_on": contact.consent_on.isoformat()}


def from_json(plain: Mapping[str, Any]) -> Contact | None:
    """What :func:`as_json` was made of; None for a contact whose data are gone."""
    if plain.get("gone"):
        return None
    return Contact(**{**plain, "consent_on": date.fromisoformat(plain["consent_on"])})


def _stored(connection: Connection, id: int) -> Contact | None:
    chosen = sa.select(schema.contacts).where(schema.contacts.c.id == id)
    row = connection.execute(chosen).mappings().one_or_none()
    return None if row is None else Contact(**row)
