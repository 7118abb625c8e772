"""Registers made at once from groups, for tests that are about something else."""

import atexit
import contextlib
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import uuid4

import pyproj

from utils import database, registry, schema
from utils.access import COMMAND_LINE
from utils.changelog import record
from utils.database import Batch
from utils.models import Group


@cache
def _to_rd() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(4326, 28992, always_xy=True)


def place(lat: float, lon: float) -> dict[str, float]:
    """x and y of a group, from degrees."""
    x, y = _to_rd().transform(lon, lat)
    return {"x": x, "y": y}


@cache
def _empty() -> Path:
    """A register without groups, to copy: making its tables takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="buurtdekking-register-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    engine = database.open_engine(f"sqlite:///{folder / 'empty.sqlite'}")
    database.prepare(engine)
    engine.dispose()
    return folder / "empty.sqlite"


def register_file(path: Path, groups: Sequence[Group]) -> str:
    """The address of a SQLite register with these groups and no others; made if there is none."""
    url = f"sqlite:///{path}"
    if not path.exists():
        shutil.copy(_empty(), path)
    engine = database.open_engine(url)
    database.prepare(engine)

    def fill(connection: database.Connection, batch: Batch) -> None:
        gone = connection.execute(schema.groups.delete().returning(schema.groups.c.id)).scalars().all()
        record(connection, batch, COMMAND_LINE, "undo", "group", [(id_, None, None) for id_ in gone])
        if rows := [registry.row(group) for group in groups]:
            connection.execute(schema.groups.insert(), rows)
        told = [(group.id, None, registry.as_json(group)) for group in groups]
        record(connection, batch, COMMAND_LINE, "import", "group", told)

    database.write(engine, fill)
    return url


def swap(path: Path, groups: Sequence[Group]) -> None:
    """Put another file in the place of a register, as somebody who copies one does."""
    fresh = path.with_name(f"{uuid4().hex}.sqlite")
    register_file(fresh, groups)
    for suffix in ("-wal", "-shm"):
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
    fresh.replace(path)
