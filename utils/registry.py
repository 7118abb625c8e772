"""The groups of the register as coverage needs them, and one group as row, as JSON and back."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, schema
from utils.models import Group, Groups, Objects
from utils.settings import Settings

_AT_ONCE: Final = 5_000
_FIELDS: Final = tuple(field.name for field in fields(Group))
_DAYS: Final = ("since", "until", "confirmed")
_COLUMNS: Final = (
    *("id", "name", "x", "y", "area", "participants", "status", *_DAYS, "platform", "municipality"),
    "precision",
)


@cache
def _engine(url: str) -> Engine:
    engine = database.open_engine(url)
    database.prepare(engine)
    return engine


def engine_for(settings: Settings) -> Engine:
    """The register that the settings name, made or brought to the newest version at the first call.

    Raises StoreError.
    """
    engine = _engine(settings.database)
    place = database.file(engine.url)
    if place is not None and not place.exists():
        database.prepare(engine)  # somebody moved the file away since
    return engine


def revision(engine: Engine, patience: float | None = None) -> str:
    """What changes with every write. Raises StoreError."""
    return database.read(engine, _revision, patience)


def load(engine: Engine, today: date | None = None, patience: float | None = None) -> Groups:
    """All groups, in the order of their ids; x, y in EPSG:28992 metres, nan for a group without a place.

    Of a group with an outline but no place, the place is a point inside the outline. ``recorded`` is the
    municipality that the register names, ``rough`` tells of which the place is that of a village or town.
    ``peildatum`` is the day on which a group last changed,
    ``today`` for a register without a log. ``revision`` differs when any of this does. Raises StoreError.
    """
    return database.read(
        engine, lambda connection: _load(connection, today or datetime.now(UTC).date()), patience
    )


def all_groups(engine: Engine) -> list[Group]:
    """Every group, whatever its status, in the order of their ids. Raises StoreError."""
    chosen = sa.select(schema.groups).order_by(schema.groups.c.id)
    return database.read(
        engine, lambda connection: [group(found) for found in connection.execute(chosen).mappings()]
    )


def row(group: Group) -> dict[str, Any]:
    """A group as its row in the table."""
    return {name: getattr(group, name) for name in _FIELDS}


def group(row: Mapping[Any, Any]) -> Group:
    """A row of the table as a group."""
    return Group(**row)


def as_json(group: Group) -> dict[str, Any]:
    """A group fit for JSON: days as ISO 8601, the outline's WKB as hexadecimal text."""
    plain = row(group)
    for name in _DAYS:
        plain[name] = plain[name] and plain[name].isoformat()
    plain["area"] = group.area and group.area.hex()
    return plain


def from_json(plain: Mapping[str, Any]) -> Group:
    """What :func:`as_json` was made of."""
    days = {name: plain[name] and date.fromisoformat(plain[name]) for name in _DAYS}
    area = plain["area"] and bytes.fromhex(plain["area"])
    return Group(**{**plain, **days, "area": area})


def _revision(connection: Connection) -> str:
    found = sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision")
    return str(connection.execute(found).scalar_one())


def _load(connection: Connection, today: date) -> Groups:
    table = schema.groups
    n = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    columns = _empty(n)
    chosen = sa.select(*(table.c[name] for name in _COLUMNS)).order_by(table.c.id)
    known: dict[str, str] = {}  # one text for all the rows that say the same
    start = 0
    for some in connection.execution_options(yield_per=_AT_ONCE).execute(chosen).partitions():
        end = start + len(some)
        for name, values in zip(_COLUMNS, zip(*some, strict=True), strict=True):
            columns[name][start:end] = _values(name, values, known)
        start = end
    place = _places(columns)
    peildatum = _peildatum(connection, today)
    return Groups(
        ids=columns["id"],
        names=columns["name"],
        x=place[0],
        y=place[1],
        area=columns["area"],
        participants=columns["participants"],
        status=columns["status"],
        since=columns["since"],
        until=columns["until"],
        confirmed=columns["confirmed"],
        platform=columns["platform"],
        revision=_digest(columns, peildatum),
        recorded=columns["municipality"],
        rough=np.asarray(columns["precision"] == "place", dtype=bool),
        peildatum=peildatum,
    )


def _empty(n: int) -> dict[str, Any]:
    kinds = dict.fromkeys(("x", "y", "participants"), np.float64) | {
        name: np.dtype("datetime64[D]") for name in _DAYS
    }
    return {name: np.empty(n, dtype=kinds.get(name, object)) for name in _COLUMNS}


def _values(name: str, values: Sequence[Any], known: dict[str, str]) -> Any:
    if name in ("status", "platform", "municipality", "precision"):
        return _objects([known.setdefault(value, value) for value in values])
    if name == "area":
        return _objects([None if wkb is None else shapely.from_wkb(wkb) for wkb in values])
    return _objects(values) if name in ("id", "name") else values


def _objects(values: Sequence[Any]) -> Objects:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _places(columns: dict[str, Any]) -> tuple[Any, Any]:
    x, y = columns["x"], columns["y"]
    for i in np.flatnonzero(np.isnan(x)):
        if columns["area"][i] is not None:
            inside = shapely.point_on_surface(columns["area"][i])
            x[i], y[i] = inside.x, inside.y
    return x, y


def _digest(columns: dict[str, Any], peildatum: date) -> str:
    """The same for the same groups: a write that is about something else asks for no new coverage."""
    digest = sha256(peildatum.isoformat().encode())
    for name, column in columns.items():
        if column.dtype != object:
            digest.update(column.tobytes())
        elif name == "area":
            digest.update(b"\0".join(shapely.to_wkb(one) for one in column if one is not None))
            digest.update(np.array([one is not None for one in column]).tobytes())
        else:
            digest.update("\0".join(column).encode("utf-8", "surrogatepass"))
        digest.update(b"\1")
    return digest.hexdigest()[:16]


def _peildatum(connection: Connection, today: date) -> date:
    of_groups = schema.changes.c.entity == "group"
    last = connection.execute(sa.select(sa.func.max(schema.changes.c.at)).where(of_groups)).scalar()
    return last.date() if last else today
