"""What residents ask for and report: from the public form to the staff's answer, and then forgotten."""

import re
import secrets
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from utils import database, group_rules, schema, traces
from utils.access import Actor
from utils.changelog import record
from utils.contacts import is_email
from utils.database import Batch
from utils.edits import LETTERS
from utils.errors import InputError
from utils.group_search import several
from utils.models import ReportKind, ReportStatus, ResidentReport

LENGTHS: Final = {"name": 100, "message": 2_000}
MAX_ANSWER: Final = 2_000
MAX_PER_HOUR: Final = 500
"""As many reports are taken in an hour: nobody can fill the disk by the public form."""
WAITING: Final[tuple[ReportStatus, ...]] = ("new", "busy")
NEXT: Final[dict[ReportStatus, tuple[ReportStatus, ...]]] = {
    "new": ("busy", "done", "refused"),
    "busy": ("busy", "done", "refused"),
    "done": (),
    "refused": (),
}
"""What a report may become; busy again: another one takes it, or notes something."""
RESIDENT: Final = Actor("resident", None)
RETENTION: Final = Actor("retention", None)
"""Who acts, in the log, where nobody of the staff does."""
_AREA: Final = re.compile(r"[A-Za-z0-9-]{2,20}")


class ReportConflict(InputError):
    """Somebody else handled the report; nothing was written. ``theirs``: the report as it is now."""

    def __init__(self, theirs: ResidentReport) -> None:
        super().__init__("error.report_conflict", reference=theirs.reference)
        self.theirs = theirs


def receive(engine: Engine, report: ResidentReport) -> ResidentReport:
    """The report as it was stored: new, received now, with a reference such as BD-7K3M-2Q.

    For everybody: it needs no actor. What only staff may fill is not taken over. Raises InputError for an
    unknown kind, a text that is too long, a wrong e-mail address, a name or address without consent, a group
    or area that cannot be, nothing said at all, too many reports in an hour; StoreError.
    """
    clean = replace(
        report, name=report.name.strip(), email=report.email.strip(), message=report.message.strip()
    )
    _check(clean)

    def work(connection: Connection, batch: Batch) -> ResidentReport:
        c = schema.reports.c
        recent = c.received > batch.at - timedelta(hours=1)
        if connection.execute(sa.select(sa.func.count()).where(recent)).scalar_one() >= MAX_PER_HOUR:
            raise InputError("error.report_many")
        if clean.group_id and not several(connection, [clean.group_id]):
            raise InputError("error.group_unknown", id=clean.group_id[:64])
        staff: dict[str, Any] = {
            "status": "new",
            "handled": None,
            "handled_by": "",
            "answer": "",
            "version": 1,
        }
        new = replace(clean, reference=_reference(connection), received=batch.at, id=None, **staff)
        values = {name: value for name, value in asdict(new).items() if name != "id"}
        id = connection.execute(schema.reports.insert().returning(c.id), values).scalar_one()
        record(connection, batch, RESIDENT, "receive", "report", [(str(id), None, None)])
        return replace(new, id=id)

    return database.write(engine, work)


def waiting(engine: Engine, actor: Actor, status: ReportStatus | None = None) -> list[ResidentReport]:
    """The reports with that status, oldest first; None: those that wait for an answer.

    Raises Denied, StoreError.
    """
    actor.require("inbox")
    c = schema.reports.c
    wanted = c.status.in_(WAITING if status is None else (status,))
    chosen = sa.select(schema.reports).where(wanted).order_by(c.received, c.id)
    return database.read(engine, lambda it: [ResidentReport(**row) for row in it.execute(chosen).mappings()])


def counts(engine: Engine, actor: Actor) -> dict[ReportStatus, int]:
    """How many reports there are of each status. Raises Denied, StoreError."""
    actor.require("inbox")
    c = schema.reports.c
    chosen = sa.select(c.status, sa.func.count()).group_by(c.status)
    rows = database.read(engine, lambda connection: connection.execute(chosen).all())
    found = {row[0]: int(row[1]) for row in rows}
    return {status: found.get(status, 0) for status in get_args(ReportStatus)}


def handle(
    engine: Engine, actor: Actor, id: int, version: int, status: ReportStatus, answer: str
) -> ResidentReport:
    """The report, with its new status and answer, handled now by the actor.

    The log tells who gave it which status, not the answer. Raises Denied, InputError for an unknown report, a
    status that cannot follow (see NEXT), an answer that is too long; ReportConflict when the report is not at
    that version any more; StoreError.
    """
    actor.require("inbox")
    group_rules.text("answer", answer, MAX_ANSWER)

    def work(connection: Connection, batch: Batch) -> ResidentReport:
        table = schema.reports
        row = connection.execute(sa.select(table).where(table.c.id == id)).mappings().one_or_none()
        if row is None:
            raise InputError("error.report_unknown", id=str(id))
        before = ResidentReport(**row)
        if before.version != version:
            raise ReportConflict(before)
        if status not in NEXT[before.status]:
            raise InputError("error.report_status", status=before.status, came=str(status)[:20])
        done: dict[str, Any] = {"status": status, "answer": answer, "version": version + 1}
        done |= {"handled": batch.at, "handled_by": actor.name}
        connection.execute(table.update().where(table.c.id == id).values(done))
        lines = [(str(id), {"status": before.status}, {"status": status})]
        record(connection, batch, actor, "handle", "report", lines)
        return replace(before, **done)

    return database.write(engine, work)


def expire(engine: Engine, days: int, now: datetime) -> int:
    """Blank the personal data of reports that are over ``days`` days old ``now``; how many those were.

    Name, e-mail address, message and answer go, whatever the status; what, where and when stays. It is the
    clock that acts: it needs no actor. Raises ValueError for less than a day, StoreError.
    """
    if days < 1:
        raise ValueError("the retention of reports is a day at least")
    table, c = schema.reports, schema.reports.c
    filled = sa.or_(*(column != "" for column in (c.name, c.email, c.message, c.answer)))
    old = sa.and_(c.received < now.astimezone(UTC) - timedelta(days=days), filled)
    found = database.read(engine, lambda connection: connection.execute(sa.select(c.id).where(old)).first())
    if found is None:
        return 0

    def work(connection: Connection, batch: Batch) -> int:
        ids = list(connection.execute(sa.select(c.id).where(old)).scalars())
        connection.execute(table.update().where(old).values(**BLANK, version=c.version + 1))
        record(connection, batch, RETENTION, "expire", "report", [(str(id), None, None) for id in ids])
        return len(ids)

    n = database.write(engine, work)
    traces.wipe(engine)
    return n


BLANK: Final = {"name": "", "email": "", "message": "", "answer": "", "consent": False}
"""What remains of the personal data of a report: nothing."""


def _check(report: ResidentReport) -> None:
    if report.kind not in get_args(ReportKind):
        kind = {"key": "register.field.kind", "params": {}}
        known = ", ".join(get_args(ReportKind))
        raise InputError("error.group_choice", field=kind, known=known, came=str(report.kind)[:20])
    for field, most in LENGTHS.items():
        group_rules.text(field, getattr(report, field), most)
    if report.email and not is_email(report.email):
        raise InputError("error.email")
    if (report.name or report.email) and report.consent is not True:
        raise InputError("error.report_consent")
    if report.area and not _AREA.fullmatch(report.area):
        raise InputError("error.area_unknown", came=report.area[:20])
    if not (report.message or report.group_id or report.area):
        raise InputError("error.report_empty")


def _reference(connection: Connection) -> str:
    """A reference that no report has."""
    c = schema.reports.c
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(6))
        reference = f"BD-{code[:4]}-{code[4:]}"
        if connection.execute(sa.select(c.id).where(c.reference == reference)).first() is None:
            return reference
