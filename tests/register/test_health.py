"""Is the register sound? Each thing that may be wrong is found, and nothing in a sound one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.country import SOUTH, WEST, grid
from tests.register.people import ADMIN, EDITOR, a_contact, a_group
from tests.register.test_inbox import REPORT
from utils import contacts, database, edits, erasure, health, inbox, schema
from utils.health import Finding
from utils.locate import normalise
from utils.mergers import Changes, Municipalities
from utils.texts import LANGS, Texts

ATLAS = grid()
TOWN = ATLAS.municipalities.codes[0]
OTHER_TOWN = ATLAS.municipalities.codes[1]
CHANGES = Changes({"GM9001": (TOWN,), "GM9002": (TOWN, OTHER_TOWN)}, {})
TODAY = datetime.now(UTC).date()
PLACE = {"x": WEST + 500, "y": SOUTH + 500, "municipality": TOWN, "confirmed": TODAY}


def findings(engine: Engine, today: date = TODAY) -> list[Finding]:
    towns = Municipalities(ATLAS, CHANGES, normalise)
    found = list(health.report(health.look(engine), ATLAS, towns, today, retention=365))
    for finding in found:
        for lang in LANGS:
            assert Texts(lang).t(finding.notice.key, **finding.notice.params).endswith((".", "?"))
    return found


def told(engine: Engine, today: date = TODAY) -> dict[str, Any]:
    return {
        finding.notice.key.removeprefix("register.health."): finding.notice.params.get("which")
        for finding in findings(engine, today)
    }


@pytest.fixture
def sound(engine: Engine) -> Engine:
    """A register with which nothing is wrong."""
    a_group(engine, "A", **PLACE)
    a_group(
        engine, "B", **{**PLACE, "x": None, "y": None, "municipality": "GM9001", "precision": "municipality"}
    )
    a_group(engine, "C", **{**PLACE, "confirmed": None, "status": "pending"})
    contacts.save(engine, EDITOR, a_contact("A"))
    inbox.receive(engine, REPORT)
    return engine


def spoil(engine: Engine, *statements: sa.Executable) -> None:
    def work(connection: sa.Connection, batch: database.Batch) -> None:
        for statement in statements:
            connection.execute(statement)

    database.write(engine, work)


def test_a_sound_register_gives_nothing(sound: Engine) -> None:
    assert findings(sound) == []
    assert health.exit_code(findings(sound)) == 0


def test_an_empty_register_is_sound(engine: Engine) -> None:
    assert findings(engine) == []


def test_what_staff_do_leaves_it_sound(sound: Engine) -> None:
    edits.deactivate(sound, EDITOR, [("A", 1)], "weg", None)
    erasure.erase(sound, ADMIN, "jan@voorbeeld.nl")
    inbox.expire(sound, 1, datetime.now(UTC) + timedelta(days=3))
    assert findings(sound) == []


def spoils() -> Iterator[tuple[str, str, list[sa.Executable]]]:
    groups, c = schema.groups, schema.groups.c
    one = groups.update().where(c.id == "A")
    bowtie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]).wkb
    yield "area", "A", [one.values(area=b"\x01\x02")]
    yield "area", "A", [one.values(area=bowtie)]
    yield "half", "A", [one.values(y=None)]
    yield "status", "A", [one.values(status="gone")]
    yield "status", "A", [one.values(precision="street")]
    yield "unlogged", "A", [schema.changes.delete().where(schema.changes.c.entity_id == "A")]
    yield "lost", "C", [groups.delete().where(c.id == "C")]
    yield "contact_group", "1", [schema.contacts.update().values(group_id="X")]
    yield "report_group", "", [schema.reports.update().values(group_id="X")]
    yield "report_status", "", [schema.reports.update().values(status="gone")]
    yield "consent", "1", [schema.contacts.update().values(consent_on=TODAY + timedelta(days=2))]
    yield "old_report", "", [schema.reports.update().values(received=datetime.now(UTC) - timedelta(days=367))]
    yield "batch", "", [schema.changes.update().where(schema.changes.c.entity_id == "A").values(batch="")]


@pytest.mark.parametrize(("kind", "which", "statements"), list(spoils()))
def test_what_is_broken_is_an_error(sound: Engine, kind: str, which: str, statements: list[Any]) -> None:
    spoil(sound, *statements)
    errors = [finding for finding in findings(sound) if finding.severity == "error"]
    assert [finding.notice.key for finding in errors] == [f"register.health.{kind}"]
    assert which in str(errors[0].notice.params.get("which", ""))
    assert health.exit_code(errors) == 2
    assert "jan@" not in str(errors)


def test_a_register_without_a_revision_is_broken(sound: Engine) -> None:
    with sound.begin() as connection:
        connection.execute(schema.meta.delete())
    assert told(sound) == {"revision": None}


def test_what_staff_should_look_at_is_a_warning(sound: Engine) -> None:
    far = {**PLACE, "x": 10_000.0, "y": 610_000.0}
    placeless = {**PLACE, "x": None, "y": None, "precision": "municipality"}
    a_group(sound, "outside", **far)
    a_group(sound, "near", **{**PLACE, "x": WEST - 100})
    a_group(sound, "orphan", **{**PLACE, "municipality": "GM8888"})
    a_group(sound, "nowhere", **{**placeless, "municipality": ""})
    a_group(sound, "split", **{**placeless, "municipality": "GM9002"})
    a_group(sound, "stale", **{**PLACE, "confirmed": None})
    assert told(sound) == {
        "municipality": "orphan",
        "placeless": "nowhere, split",
        "outside": "outside",
        "stale": "stale",
    }
    assert {finding.severity for finding in findings(sound)} == {"warning"}
    assert health.exit_code(findings(sound)) == 0


@pytest.mark.parametrize(
    ("confirmed", "today", "stale"),
    [
        (date(2025, 3, 1), date(2026, 3, 1), False),
        (date(2025, 2, 28), date(2026, 3, 1), True),
        (date(2023, 2, 28), date(2024, 2, 29), False),
        (date(2023, 2, 27), date(2024, 2, 29), True),
    ],
)
def test_stale_is_twelve_months(engine: Engine, confirmed: date, today: date, stale: bool) -> None:
    a_group(engine, "A", **{**PLACE, "confirmed": confirmed})
    assert told(engine, today) == ({"stale": "A"} if stale else {})


def test_a_long_list_is_cut(engine: Engine) -> None:
    for i in range(7):
        a_group(engine, f"G{i}", **{**PLACE, "confirmed": None})
    (finding,) = findings(engine)
    assert finding.notice.params == {"n": 7, "which": "G0, G1, G2, G3, G4, …", "months": 12}


def test_a_damaged_file_is_told(sqlite_url: str) -> None:
    engine = database.open_engine(sqlite_url)
    a_group(engine, "A", **PLACE)
    contacts.save(engine, EDITOR, a_contact("A"))
    chosen = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_contacts_group_id'"
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.exec_driver_sql(chosen).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    place = database.file(engine.url)
    assert place is not None
    with place.open("r+b") as file:
        file.seek((page - 1) * size + 8)  # where the index keeps the place of its first cell
        file.write(b"\xff\xff")
    assert "file" in told(engine)
