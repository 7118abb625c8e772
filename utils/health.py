"""Is the register sound? What is broken in it (errors), and what staff should look at (warnings)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal, get_args

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import coverage, database, schema
from utils.errors import Notice
from utils.mergers import Municipalities
from utils.models import STATUSES, Atlas, Precision, ReportStatus

STALE_MONTHS: Final = 12
_SHOWN: Final = 5  # so many are named in a sentence
_GROUP: Final = ("id", "x", "y", "precision", "area", "municipality", "status", "confirmed")
_TEXTS: Final = ("name", "email", "message", "answer")


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, in how many rows: a sentence, and whether it is an error."""

    severity: Literal["error", "warning"]
    notice: Notice


@dataclass(frozen=True)
class Contents:
    """What is looked at, nobody's personal data among it.

    ``groups``: rows with id, x, y, precision, area (WKB), municipality, status, confirmed. ``contacts``: (id,
    group, day of consent). ``reports``: (reference, group, status, received, whether it holds personal data).
    ``logged``: group → whether it exists, by the last line of the log about it. ``batchless``: lines of the
    log without a batch. ``file``: what the database says of its file, "" for nothing.
    """

    revision: str
    groups: Sequence[Any]
    contacts: Sequence[tuple[int, str, date | None]]
    reports: Sequence[tuple[str, str, str, datetime, bool]]
    logged: dict[str, bool]
    batchless: int
    file: str


def look(engine: Engine) -> Contents:
    """Read what :func:`report` judges, in one transaction. Raises StoreError."""
    return database.read(engine, _look)


def report(
    contents: Contents, atlas: Atlas, municipalities: Municipalities, today: date, retention: int
) -> tuple[Finding, ...]:
    """What is wrong, errors first; nothing for a sound register. Pure.

    ``municipalities`` knows those of the atlas and of before; ``retention``: days that reports keep personal
    data. A group lies outside the country if it is farther from every municipality than
    :data:`utils.coverage.TOLERANCE`; it is stale if it is active and was not confirmed for STALE_MONTHS.
    """
    errors = [*_integrity(contents), *_references(contents), *_privacy(contents, today, retention)]
    warnings = [*_places(contents.groups, atlas, municipalities), *_stale(contents.groups, today)]
    return (
        *(Finding("error", notice) for notice in errors),
        *(Finding("warning", notice) for notice in warnings),
    )


def exit_code(findings: Iterable[Finding]) -> int:
    """For cron: 0 if all is good, also with warnings; 2 with an error."""
    return 2 if any(finding.severity == "error" for finding in findings) else 0


def _look(connection: Connection) -> Contents:
    groups, contacts, reports, changes = schema.groups, schema.contacts, schema.reports, schema.changes
    filled = sa.or_(*(reports.c[name] != "" for name in _TEXTS))
    revision = sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision")
    last = (
        sa.select(sa.func.max(changes.c.id)).where(changes.c.entity == "group").group_by(changes.c.entity_id)
    )
    logged = sa.select(changes.c.entity_id, changes.c.action, changes.c.after.is_not(None))
    batchless = sa.select(sa.func.count()).where(changes.c.batch == "")
    file = ""
    if connection.dialect.name == "sqlite":
        file = str(connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar())
    return Contents(
        revision=connection.execute(revision).scalar_one_or_none() or "",
        groups=connection.execute(
            sa.select(*(groups.c[name] for name in _GROUP)).order_by(groups.c.id)
        ).all(),
        contacts=_tuples(connection, sa.select(contacts.c.id, contacts.c.group_id, contacts.c.consent_on)),
        reports=_tuples(
            connection,
            sa.select(reports.c.reference, reports.c.group_id, reports.c.status, reports.c.received, filled),
        ),
        logged={
            id: there or action == "erase"  # which tells no state
            for id, action, there in connection.execute(logged.where(changes.c.id.in_(last)))
        },
        batchless=connection.execute(batchless).scalar_one(),
        file="" if file == "ok" else file,
    )


def _tuples(connection: Connection, chosen: sa.Select[Any]) -> list[Any]:
    return [tuple(row) for row in connection.execute(chosen)]


def _integrity(contents: Contents) -> Iterable[Notice]:
    groups = contents.groups
    if contents.file:
        yield Notice("register.health.file", {"came": contents.file[:100]})
    if not contents.revision:
        yield Notice("register.health.revision")
    if contents.batchless:
        yield Notice("register.health.batch", {"n": contents.batchless})
    shapes = shapely.from_wkb([row.area for row in groups], on_invalid="ignore") if groups else []
    broken = [
        row.id
        for row, shape in zip(groups, shapes, strict=True)
        if row.area is not None and (shape is None or shape.is_empty or not shape.is_valid)
    ]
    yield from _told("register.health.area", broken)
    half = [row.id for row in groups if (row.x is None) != (row.y is None)]
    yield from _told("register.health.half", half)
    odd = [row.id for row in groups if row.status not in STATUSES or row.precision not in get_args(Precision)]
    yield from _told("register.health.status", odd)
    known = get_args(ReportStatus)
    yield from _told(
        "register.health.report_status", [row[0] for row in contents.reports if row[2] not in known]
    )


def _references(contents: Contents) -> Iterable[Notice]:
    ids = {row.id for row in contents.groups}
    lost = [id for id, there in contents.logged.items() if there and id not in ids]
    yield from _told("register.health.lost", sorted(lost))
    yield from _told("register.health.unlogged", sorted(ids - contents.logged.keys()))
    contacts = [str(id) for id, group, _ in contents.contacts if group not in ids]
    yield from _told("register.health.contact_group", contacts)
    reports = [row[0] for row in contents.reports if row[1] and row[1] not in ids]
    yield from _told("register.health.report_group", reports)


def _privacy(contents: Contents, today: date, retention: int) -> Iterable[Notice]:
    tomorrow = today + timedelta(days=1)
    consentless = [str(id) for id, _, consent in contents.contacts if consent is None or consent > tomorrow]
    yield from _told("register.health.consent", consentless)
    first = datetime(today.year, today.month, today.day, tzinfo=UTC) - timedelta(days=retention)
    old = [row[0] for row in contents.reports if row[4] and row[3] < first]
    yield from _told("register.health.old_report", old, days=retention)


def _places(groups: Sequence[Any], atlas: Atlas, municipalities: Municipalities) -> Iterable[Notice]:
    found = {code: municipalities.find(code) for code in {row.municipality for row in groups} if code}
    yield from _told(
        "register.health.municipality",
        [row.id for row in groups if row.municipality and not found[row.municipality]],
    )
    placeless = [row.id for row in groups if row.x is None and row.area is None]
    towns = {row.id for row in groups if len(found.get(row.municipality, ())) == 1}
    yield from _told("register.health.placeless", [id for id in placeless if id not in towns])
    placed = [row for row in groups if row.x is not None and row.y is not None]
    xy = np.array([(row.x, row.y) for row in placed], dtype=np.float64).reshape(-1, 2)
    rows = coverage.assign(xy, atlas.municipalities.geometry, coverage.TOLERANCE[atlas.edition.kind])
    yield from _told("register.health.outside", [placed[i].id for i in np.flatnonzero(rows < 0)])


def _stale(groups: Sequence[Any], today: date) -> Iterable[Notice]:
    # 29 February: a year before it is the 28th
    before = today.replace(year=today.year - 1, day=28 if (today.month, today.day) == (2, 29) else today.day)
    old = [
        row.id
        for row in groups
        if row.status == "active" and (row.confirmed is None or row.confirmed < before)
    ]
    yield from _told("register.health.stale", old, months=STALE_MONTHS)


def _told(key: str, ids: Collection[str], **params: Any) -> Iterable[Notice]:
    if ids:
        which = ", ".join(list(ids)[:_SHOWN]) + (", …" if len(ids) > _SHOWN else "")
        yield Notice(key, {"n": len(ids), "which": which, **params})
