"""Where a text still is: in tables, and in the files of SQLite, byte by byte."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, schema


def residue(engine: Engine, *texts: str) -> list[str]:
    """The tables and files that hold one of the texts, in any case."""
    found = database.read(engine, lambda connection: _tables(connection, texts))
    place = database.file(engine.url)
    if place is not None:
        found += [file.name for file in _files(place) if _holds(file.read_bytes(), texts)]
    return found


def _files(place: Path) -> list[Path]:
    return sorted(place.parent.glob(f"{place.name}*"))


def _holds(content: bytes, texts: tuple[str, ...]) -> bool:
    lower = content.lower()
    return any(text.lower().encode() in lower for text in texts)


def _tables(connection: Connection, texts: tuple[str, ...]) -> list[str]:
    def holds(value: Any) -> bool:
        return any(text.lower() in str(value).lower() for text in texts)

    return [
        f"{table.name}.{name}"
        for table in schema.metadata.sorted_tables
        for row in connection.execute(sa.select(table)).mappings()
        for name, value in row.items()
        if holds(value)
    ]
