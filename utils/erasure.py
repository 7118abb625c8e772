"""Erase a person from the register: everywhere, the history included, and nobody else."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import cards, database, schema, traces
from utils.access import Actor
from utils.cards import Card
from utils.changelog import record
from utils.database import Batch
from utils.group_search import among
from utils.identifiers import ERASED, Identifier, identify
from utils.inbox import BLANK

_STAFF: Final = ("who", "undone_by", "handled_by", "confirmed_by")
"""Fields with the name of one of the staff: that goes as a whole."""
_PROSE: Final = ("notes", "reason", "message", "answer", "consent_how", "role", "file")
"""Fields in which a name is mentioned; streets and groups are named after people too."""
_TEXTS: Final = (*_PROSE, "name", "email", "phone", "description", "join_link", "source", "platform")
"""Fields in which an e-mail address or telephone number may be mentioned."""
_ENDING: Final = re.compile(r"\.(csv|tsv|txt|xlsx?|ods|geojson|json)$", re.IGNORECASE)
_AT_ONCE: Final = 2_000

Values = dict[str, Any]


@dataclass
class _Found:
    """What there is of a person: rows to delete, and new values for others, by their ids."""

    contacts: set[int] = field(default_factory=set)
    edits: dict[str, dict[Any, Values]] = field(default_factory=dict)  # table → id → values

    @property
    def counts(self) -> dict[str, int]:
        """contacts, reports, groups, history (lines of the log), imports: in how many the person was."""
        n = {name: len(self.edits.get(name, {})) for name in ("contacts", "reports", "groups", "imports")}
        n["contacts"] += len(self.contacts)
        return {**n, "history": len(self.edits.get("changes", {}))}


def count(engine: Engine, actor: Actor, identifier: str) -> dict[str, int]:
    """What :func:`erase` would erase; nothing is written. Raises as it does."""
    actor.require("erase")
    person = identify(identifier)
    return database.read(engine, lambda connection: _find(connection, person).counts)


def erase(engine: Engine, actor: Actor, identifier: str) -> dict[str, int]:
    """Erase the person with this e-mail address, telephone number or name, in one transaction.

    Contacts are deleted; reports keep what, where and when; in the log of changes, notes and other texts, and
    where staff are named, ERASED takes their place. An e-mail address and a number are found in every text,
    in any notation; a name has to be the whole name of a contact or of the sender of a report, and is found
    in notes where it stands by itself (a single word only with the groups whose contact it was). Of a contact
    that is erased, the other identifiers go from that contact's groups as well. The log says that somebody
    was erased, by whom and how much, not who it was.

    Gives counts: contacts, reports, groups, imports, history (lines of the log), and ``left``: 1 when a
    reader kept the old pages of a SQLite file in place, until :func:`utils.traces.wipe` can do its work.
    Raises Denied, InputError for an identifier that is none, StoreError. Backups are beyond its reach.
    """
    actor.require("erase")
    person = identify(identifier)

    def work(connection: Connection, batch: Batch) -> dict[str, int]:
        found = _find(connection, person)
        _apply(connection, found)
        _log(connection, batch, _staff(actor, person), found)
        return found.counts

    done = database.write(engine, work)
    return {**done, "left": int(not traces.wipe(engine))}


def _staff(actor: Actor, person: Identifier) -> Actor:
    return Actor(ERASED, actor.role) if _named(actor.name, person) else actor


def _find(connection: Connection, person: Identifier) -> _Found:
    found = _Found()
    known, lines = _contacts(connection, person, found)
    for table in (schema.contacts, schema.groups, schema.reports, schema.imports, schema.changes):
        edits: dict[Any, Values] = {}
        for raw in _rows(connection, table):
            if table is schema.contacts and raw["id"] in found.contacts:
                continue
            values: Values = {}
            if table is schema.changes and raw["id"] in lines:
                row = _parsed(raw)
                values = {name: traces.bare(row[name]) for name in ("before", "after")}
            elif table is schema.reports and cards.is_(raw, person):
                values = dict(BLANK)
            also = known.get(_group_of(table.name, raw), ())
            if values or also or _mentions(raw, person):
                values = {**_scrubbed(_parsed(raw), person, also), **values}
            if values:
                edits[raw["id"]] = values
        found.edits[table.name] = edits
    return found


def _contacts(
    connection: Connection, person: Identifier, found: _Found
) -> tuple[dict[str, list[Identifier]], set[int]]:
    """The contacts that are the person: into ``found``.

    Gives what else they are known by, for each group, and the lines of the log that hold them.
    """
    table, c = schema.contacts, schema.changes.c
    mine = {str(row["id"]) for row in _rows(connection, table) if cards.is_(row, person)}
    for raw in _rows(connection, schema.changes, c.entity == "contact"):
        if _mentions(raw, person) and any(cards.is_(card, person) for card in _states(_parsed(raw))):
            mine.add(raw["entity_id"])
    states: dict[str, list[Card]] = {id: [] for id in mine}
    logged: list[tuple[int, Card]] = []
    for raw in _rows(connection, schema.changes, c.entity == "contact", among(connection, c.entity_id, mine)):
        told = _states(_parsed(raw))
        states[raw["entity_id"]] += told
        logged += [(raw["id"], card) for card in told]
    stored = {str(id): row for id, row in _stored(connection, table.c.id.in_([int(id) for id in mine]))}
    lines: set[int] = set()
    theirs: list[Card] = []
    for id, known in states.items():
        now = stored.get(id)
        known += [now] if now else []
        same = cards.linked(known, person, cards.same_name)
        if any(now is card for card in same):
            found.contacts.add(int(id))
        theirs += same
        # A misspelt name shares the address. A line holds two states: if one of them goes, neither stays.
        gone = cards.linked(known, person, lambda one, other: bool(cards.keys(one) & cards.keys(other)))
        lines |= {line for line, card in logged if any(card is one for one in gone)}
    theirs_in = {card.get("group_id", "") for card in theirs}
    there = _stored(connection, among(connection, table.c.group_id, theirs_in))
    return cards.known_by(theirs, [row for id, row in there if id not in found.contacts]), lines


def _stored(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[tuple[int, Card]]:
    return [(row["id"], row) for row in _rows(connection, schema.contacts, wanted)]


def _states(line: Card) -> list[Card]:
    return [card for card in (line["before"], line["after"]) if card]


def _group_of(table: str, row: Card) -> str:
    if table == "groups":
        return str(row["id"])
    if table == "changes":
        return str(row["entity_id"]) if row["entity"] == "group" else ""
    return str(row.get("group_id", ""))


def _scrubbed(row: Card, person: Identifier, known: Sequence[Identifier]) -> Values:
    """The fields of a row that mention the person, without the mention."""
    values: Values = {}
    for name, value in row.items():
        if name in ("before", "after") and value:
            inside = _scrubbed(value, person, known)
            new: Any = {**value, **inside} if inside else value
        elif name == "mapping":
            new = {_without(heading, "file", person, known): meaning for heading, meaning in value.items()}
        elif isinstance(value, str):
            new = _without(value, name, person, known)
        else:
            continue
        if new != value:
            values[name] = new
    return values


def _without(text: str, name: str, person: Identifier, known: Sequence[Identifier]) -> str:
    if name in _STAFF:
        return ERASED if any(_named(text, one) for one in (person, *known)) else text
    for one in (person, *known):
        mentioned = name in (_PROSE if one.kind == "name" else _TEXTS)
        if mentioned and not (one is person and one.common):
            text = one.scrub(text)
            if name == "file" and (ending := _ENDING.search(text)):  # which looks like more of an address
                text = one.scrub(text[: ending.start()]) + ending[0]
    return text


def _named(text: str, person: Identifier) -> bool:
    """Whether the name of one of the staff is, or holds, the identifier."""
    return bool(text) and (person.is_(text) or (not person.common and person.scrub(text) != text))


def _apply(connection: Connection, found: _Found) -> None:
    for table in (schema.contacts, schema.groups, schema.reports, schema.imports, schema.changes):
        for id, values in found.edits[table.name].items():
            counted = {"version": table.c.version + 1} if "version" in table.c else {}
            connection.execute(table.update().where(table.c.id == id).values({**values, **counted}))
    for id in sorted(found.contacts):
        connection.execute(schema.contacts.delete().where(schema.contacts.c.id == id))


def _log(connection: Connection, batch: Batch, actor: Actor, found: _Found) -> None:
    for name, entity in (("contacts", "contact"), ("groups", "group"), ("reports", "report")):
        ids = [*found.edits[name], *(sorted(found.contacts) if name == "contacts" else ())]
        record(connection, batch, actor, "erase", entity, [(str(id), None, None) for id in ids])
    record(connection, batch, actor, "erase", "contact", [("", None, {"counts": found.counts})])


def _rows(connection: Connection, table: sa.Table, *wanted: sa.ColumnElement[bool]) -> Iterator[Values]:
    """The rows of a table; JSON as text, for few rows have to be looked into."""
    columns = [
        sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON) else column
        for column in table.c
    ]
    chosen = sa.select(*columns).where(*wanted).execution_options(yield_per=_AT_ONCE)
    for row in connection.execute(chosen).mappings():
        yield dict(row)


def _parsed(raw: Values) -> Values:
    read = {name: json.loads(raw[name]) for name in ("before", "after", "mapping") if raw.get(name)}
    return {**raw, **read}


def _mentions(raw: Values, person: Identifier) -> bool:
    """Whether a row may mention the person anywhere."""
    text = "\n".join(value for value in raw.values() if isinstance(value, str))
    if "\\" in text:
        text = text.replace("\\n", " ").replace("\\t", " ").replace('\\"', '"').replace("\\\\", "\\")
    return person.mentioned(text)
