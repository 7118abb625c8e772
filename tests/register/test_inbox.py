"""Residents' reports: received from anybody, answered by staff, forgotten in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.register.people import EDITOR, OTHER, a_group
from tests.register.residue import residue
from utils import database, inbox, schema
from utils.errors import InputError
from utils.inbox import ReportConflict
from utils.models import ResidentReport
from utils.texts import Texts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPORT = ResidentReport(
    reference="", kind="join", group_id="", area="BU00140001", name="Bea Bewoner", email="bea@thuis.nl",
    message="Ik wil meedoen.\nGroet, Bea", consent=True, status="new", received=NOW,
)  # fmt: skip


def lines(engine: Engine) -> list[Any]:
    chosen = (
        sa.select(schema.changes).where(schema.changes.c.entity == "report").order_by(schema.changes.c.id)
    )
    return database.read(engine, lambda connection: list(connection.execute(chosen)))


def test_a_report_comes_in_with_a_reference(engine: Engine) -> None:
    before = datetime.now(UTC)
    got = inbox.receive(engine, replace(REPORT, name=" Bea Bewoner "))
    assert got.reference.startswith("BD-")
    assert len(got.reference) == 10
    assert not set(got.reference.removeprefix("BD-")) & set("01ILO")
    assert before <= got.received <= datetime.now(UTC)
    assert replace(got, reference="", received=NOW, id=None) == REPORT
    assert inbox.waiting(engine, EDITOR) == [got]
    (line,) = lines(engine)
    assert (line.action, line.who, line.before, line.after) == ("receive", "resident", None, None)


def test_references_differ(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    letters = iter("222222" * 2 + "333333")
    monkeypatch.setattr(inbox.secrets, "choice", lambda _: next(letters))
    assert [inbox.receive(engine, REPORT).reference for _ in range(2)] == ["BD-2222-22", "BD-3333-33"]


def test_a_resident_fills_in_nothing_of_the_staff(engine: Engine) -> None:
    sly = replace(REPORT, status="done", handled=NOW, handled_by="Els", answer="ja", version=9, reference="X")
    got = inbox.receive(engine, sly)
    assert (got.status, got.handled, got.handled_by, got.answer, got.version) == ("new", None, "", "", 1)


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"kind": "hack"}, "group_choice"),
        ({"message": "x" * 2_001}, "group_length"),
        ({"message": "a\0b"}, "group_characters"),
        ({"name": "x" * 101}, "group_length"),
        ({"name": "a\nb"}, "group_characters"),
        ({"email": "bea"}, "email"),
        ({"email": f"{'x' * 250}@thuis.nl"}, "email"),
        ({"consent": False}, "report_consent"),
        ({"consent": False, "name": ""}, "report_consent"),
        ({"group_id": "X"}, "group_unknown"),
        ({"group_id": "\0"}, "group_unknown"),
        ({"area": "<script>"}, "area_unknown"),
        ({"message": " ", "area": ""}, "report_empty"),
    ],
)
def test_a_wrong_report_is_refused_in_words(engine: Engine, values: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as caught:
        inbox.receive(engine, replace(REPORT, **values))
    assert caught.value.key == f"error.{key}"
    assert "bea" not in Texts("nl").t(caught.value.key, **caught.value.params).lower()
    assert inbox.waiting(engine, EDITOR) == []
    assert lines(engine) == []


def test_without_a_name_no_consent_is_needed(engine: Engine) -> None:
    a_group(engine, "A")
    got = inbox.receive(engine, replace(REPORT, name="", email="", consent=False, group_id="A"))
    assert got.consent is False


def test_nobody_fills_the_disk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MAX_PER_HOUR", 2)
    for _ in range(2):
        inbox.receive(engine, REPORT)
    with pytest.raises(InputError, match="report_many"):
        inbox.receive(engine, REPORT)


def test_a_report_goes_from_new_to_done(engine: Engine) -> None:
    got = inbox.receive(engine, REPORT)
    other = inbox.receive(engine, REPORT)
    busy = inbox.handle(engine, EDITOR, got.id or 0, 1, "busy", "")
    assert (busy.status, busy.handled_by, busy.version) == ("busy", "Els", 2)
    assert inbox.waiting(engine, EDITOR) == [busy, other]
    done = inbox.handle(engine, OTHER, got.id or 0, 2, "done", "Beste Bea, u bent lid.")
    assert done.handled is not None
    assert done.handled >= got.received
    assert inbox.waiting(engine, EDITOR) == [other]
    assert inbox.waiting(engine, EDITOR, "done") == [done]
    assert inbox.counts(engine, EDITOR) == {"new": 1, "busy": 0, "done": 1, "refused": 0}
    for status in ("new", "busy", "refused", "gone"):
        with pytest.raises(InputError, match="report_status"):
            inbox.handle(engine, EDITOR, got.id or 0, 3, status, "")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="report_unknown"):
        inbox.handle(engine, EDITOR, 999, 1, "done", "")
    with pytest.raises(InputError, match="group_length"):
        inbox.handle(engine, EDITOR, other.id or 0, 1, "done", "x" * 2_001)
    told = [(line.action, line.who, line.before, line.after) for line in lines(engine)[2:]]
    assert told == [
        ("handle", "Els", {"status": "new"}, {"status": "busy"}),
        ("handle", "Otto", {"status": "busy"}, {"status": "done"}),
    ]


def test_two_people_answer_one_report(engine: Engine) -> None:
    got = inbox.receive(engine, REPORT)
    theirs = inbox.handle(engine, OTHER, got.id or 0, 1, "refused", "Nee")
    with pytest.raises(ReportConflict) as caught:
        inbox.handle(engine, EDITOR, got.id or 0, 1, "done", "Ja")
    assert caught.value.theirs == theirs
    assert inbox.waiting(engine, EDITOR, "refused") == [theirs]


def test_old_reports_are_forgotten(engine: Engine) -> None:
    old = inbox.receive(engine, replace(REPORT, name="Oude Bewoner", email="oud@thuis.nl"))
    inbox.handle(engine, EDITOR, old.id or 0, 1, "done", "Dag Oude Bewoner")
    now = datetime.now(UTC)
    assert inbox.expire(engine, 30, now) == 0
    later = now + timedelta(days=31)
    c = schema.reports.c

    def young(connection: sa.Connection, batch: database.Batch) -> None:
        update = schema.reports.update().where(c.id == new.id).values(received=later - timedelta(days=29))
        connection.execute(update)

    new = inbox.receive(engine, REPORT)
    database.write(engine, young)
    assert inbox.expire(engine, 30, later) == 1
    assert inbox.expire(engine, 30, later) == 0
    (left,) = inbox.waiting(engine, EDITOR, "done")
    assert (left.name, left.email, left.message, left.answer, left.consent) == ("", "", "", "", False)
    assert (left.reference, left.kind, left.area, left.handled_by) == (
        old.reference,
        "join",
        "BU00140001",
        "Els",
    )
    assert inbox.waiting(engine, EDITOR)[0].email == "bea@thuis.nl"
    assert residue(engine, "oud@thuis.nl", "Oude Bewoner") == []
    assert (lines(engine)[-1].action, lines(engine)[-1].who) == ("expire", "retention")
    with pytest.raises(ValueError, match="a day at least"):
        inbox.expire(engine, 0, later)


def test_the_data_are_not_in_a_repr() -> None:
    told = repr(replace(REPORT, answer="Dag Bea"))
    assert "BU00140001" in told
    for part in ("Bea", "bea@", "meedoen"):
        assert part not in told
