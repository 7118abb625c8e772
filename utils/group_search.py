"""Groups of the register by what staff ask for: text, place, state, how long ago they were confirmed."""

import json
import re
import sqlite3
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from utils import database, group_rules, registry, schema
from utils.access import Actor
from utils.errors import InputError
from utils.models import Group

MAX_TEXT: Final = 200
# Letters and signs that no accent can be taken off, as people type them.
_PLAIN: Final = ("ØøŁłĐđ’‘`´", "OoLlDd''''")
_MARKS: Final = re.compile("[\u0300-\u036f]+")
_TRANSLATION: Final = str.maketrans(*_PLAIN)


@dataclass(frozen=True)
class Filter:
    """Which groups are wanted; what is empty or None does not matter, all the rest must hold.

    ``text``: every word of it is in the id, name, description or municipality, whatever case and accents.
    ``municipalities``: their codes, as recorded. ``stale_before``: not confirmed, or before that day.
    ``ids``: no others; an empty collection finds nothing, None all.
    """

    text: str = ""
    municipalities: Collection[str] = ()
    status: Collection[str] = ()
    platform: Collection[str] = ()
    stale_before: date | None = None
    ids: Collection[str] | None = None


def get(engine: Engine, actor: Actor, id: str) -> Group:
    """One group. Raises Denied, InputError for an id that no group has, StoreError."""
    actor.require("see")
    return database.read(engine, lambda connection: one(connection, id))


def find(
    engine: Engine, actor: Actor, wanted: Filter, limit: int, offset: int = 0
) -> tuple[list[Group], int]:
    """The groups that fit, ``limit`` of them from the ``offset``-th, and how many there are in all.

    The group that was confirmed longest ago comes first, before it those that never were, then by name.
    Raises Denied, InputError for a text of over MAX_TEXT characters, StoreError.
    """
    actor.require("see")
    words = fold(" ".join(wanted.text.split())).split()
    group_rules.text("search", " ".join(words), MAX_TEXT)

    def look(connection: Connection) -> tuple[list[Group], int]:
        _teach(connection)
        table = schema.groups
        fits = sa.and_(sa.true(), *_conditions(connection, wanted, words))
        order = (table.c.confirmed.asc().nulls_first(), _Folded(table.c.name), table.c.id)
        # All ids at once: to count them and to give some of them would be to search twice.
        ids = connection.execute(sa.select(table.c.id).where(fits).order_by(*order)).scalars().all()
        page = ids[offset : offset + limit]
        groups = several(connection, page)
        return [groups[id] for id in page], len(ids)

    return database.read(engine, look)


def one(connection: Connection, id: str) -> Group:
    """One group, inside a transaction. Raises InputError for an id that no group has."""
    found = several(connection, [id])
    if not found:
        raise InputError("error.group_unknown", id=id[:64])
    return found[id]


def several(connection: Connection, ids: Collection[str]) -> dict[str, Group]:
    """Groups by their ids, inside a transaction; ids that no group has are not in it."""
    chosen = sa.select(schema.groups).where(among(connection, schema.groups.c.id, ids))
    return {row["id"]: registry.group(row) for row in connection.execute(chosen).mappings()}


def among(connection: Connection, column: sa.Column[Any], values: Collection[str]) -> sa.ColumnElement[bool]:
    """Whether a text column holds one of these values, however many there are: databases limit parameters."""
    there = [value for value in values if not any(unicodedata.category(x) in ("Cc", "Cs") for x in value)]
    listed = json.dumps(there)
    if connection.dialect.name == "postgresql":
        given = sa.func.json_array_elements_text(sa.cast(sa.literal(listed, sa.Text), sa.JSON))
    else:
        given = sa.func.json_each(listed)
    return column.in_(sa.select(given.table_valued("value").c.value))


def fold(text: str) -> str:
    """Text as the search compares it: lower case, without accents."""
    if text.isascii():
        return text.lower().replace("`", "'")
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return (bare if bare.isascii() else bare.translate(_TRANSLATION)).replace("`", "'").lower()


def _conditions(connection: Connection, wanted: Filter, words: list[str]) -> list[sa.ColumnElement[bool]]:
    c = schema.groups.c
    found: list[sa.ColumnElement[bool]] = []
    if words:
        haystack = _Folded(c.id + "\n" + c.name + "\n" + c.description + "\n" + c.municipality)
        found += [haystack.contains(word, autoescape=True) for word in words]
    for column, values in (
        (c.municipality, wanted.municipalities),
        (c.status, wanted.status),
        (c.platform, wanted.platform),
    ):
        if values:
            found.append(among(connection, column, values))
    if wanted.ids is not None:
        found.append(among(connection, c.id, wanted.ids))
    if wanted.stale_before is not None:
        found.append(sa.or_(c.confirmed.is_(None), c.confirmed < wanted.stale_before))
    return found


class _Folded(FunctionElement[str]):
    """:func:`fold` inside the database."""

    name = "folded"
    type = sa.Text()
    inherit_cache = True


@compiles(_Folded, "sqlite")
def _folded_sqlite(element: _Folded, compiler: Any, **options: Any) -> str:
    return f"folded({compiler.process(element.clauses, **options)})"


@compiles(_Folded, "postgresql")
def _folded_postgresql(element: _Folded, compiler: Any, **options: Any) -> str:
    plain = f"normalize({compiler.process(element.clauses, **options)}, NFKD)"
    before, after = (letters.replace("'", "''") for letters in _PLAIN)
    bare = f"regexp_replace(translate({plain}, '{before}', '{after}'), '[\\u0300-\\u036F]', '', 'g')"
    return f'lower({bare}) COLLATE "C"'  # the same order on every server


def _teach(connection: Connection) -> None:
    """SQLite folds capitals of A to Z only: give it our own function."""
    raw: Any = connection.connection.dbapi_connection
    if isinstance(raw, sqlite3.Connection):
        raw.create_function("folded", 1, fold, deterministic=True)
