"""Erase a person: everywhere, the history and the files included, and nobody else."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from tests.register.people import ADMIN, EDITOR, a_contact, a_group
from tests.register.residue import residue
from tests.register.test_inbox import REPORT
from utils import contacts, database, edits, erasure, imports, inbox, registry, schema, traces
from utils.access import Actor
from utils.edits import Edit
from utils.errors import InputError
from utils.identifiers import ERASED
from utils.import_model import Checked, Plan, Step
from utils.models import Contact

NOTE = "Gebeld met Jan Jansen (06 1234 5678, JAN@voorbeeld.nl). Jans Jansen-Smit niet bereikt."


@pytest.fixture
def full(engine: Engine) -> Engine:
    """A register with Jan in every corner, and people that look like him."""
    a_group(engine, "A", notes=NOTE, confirmed_by="Jan Jansen", confirmed=date(2025, 1, 1))
    a_group(engine, "B", name="Jan Jansenstraat", notes="Jan belt", join_link="https://wa.me/31612345678")
    a_group(engine, "C", notes="xjan@voorbeeld.nl, 06-12345679, Jan Jansens")
    edits.change(engine, EDITOR, [Edit("A", 1, {"notes": "nieuw"})], "verzoek van jan@voorbeeld.nl")
    jan = contacts.save(engine, EDITOR, a_contact("A"))
    contacts.save(engine, EDITOR, replace(jan, email="jan@nieuw.nl", role="beheerder, ook 0031612345678"))
    contacts.save(
        engine, EDITOR, a_contact("C", name="Jan Jansens", email="xjan@voorbeeld.nl", phone="0612345679")
    )
    contacts.save(
        engine, EDITOR, a_contact("B", name="Piet", email="piet@b.nl", phone="", consent_how="via Jan")
    )
    inbox.receive(
        engine, replace(REPORT, name="Jan Jansen", email="jan@voorbeeld.nl", message="Hoi, Jan hier")
    )
    inbox.receive(engine, replace(REPORT, message="Mijn buurman is +31 6 12345678"))
    staff = Actor("jan@voorbeeld.nl", "editor")
    edits.confirm(engine, staff, [("C", 1)], date(2025, 2, 2))

    def imported(connection: sa.Connection, batch: database.Batch) -> None:
        values: dict[str, Any] = dict.fromkeys(
            ("rows", "added", "changed", "unchanged", "deactivated", "left_out"), 0
        )
        values |= {
            "at": batch.at,
            "who": "jan@voorbeeld.nl",
            "file": "lijst jan@voorbeeld.nl.xlsx",
            "sha256": "0",
        }
        values |= {"mapping": {"Naam": "name", "06-12345678": ""}, "complete": False, "undone_by": "Els"}
        connection.execute(schema.imports.insert(), values)

    database.write(engine, imported)
    return engine


def everyone(engine: Engine) -> list[Contact]:
    return contacts.of(engine, ADMIN, ["A", "B", "C"])


def snapshot(engine: Engine) -> Any:
    def look(connection: sa.Connection) -> Any:
        return [
            [tuple(row) for row in connection.execute(sa.select(t))] for t in schema.metadata.sorted_tables
        ]

    return database.read(engine, look)


@pytest.mark.parametrize(
    "identifier", ["jan@voorbeeld.nl", " JAN@Voorbeeld.nl", "+31 (0)6 12345678", "jan  jansen"]
)
def test_a_contact_goes_by_any_name_of_his(full: Engine, identifier: str) -> None:
    expected = erasure.count(full, ADMIN, identifier)
    done = erasure.erase(full, ADMIN, identifier)
    assert done == {**expected, "left": 0}
    assert done["contacts"] == 1
    assert [one.name for one in everyone(full)] == ["Piet", "Jan Jansens"]
    assert everyone(full)[1].email == "xjan@voorbeeld.nl"
    assert edits.get(full, ADMIN, "A").confirmed_by == ERASED
    assert edits.get(full, ADMIN, "B").name == "Jan Jansenstraat"
    assert edits.get(full, ADMIN, "C").notes == "xjan@voorbeeld.nl, 06-12345679, Jan Jansens"
    assert residue(full, "jan@nieuw.nl") == []  # his later address, in the group that he was the contact of


def test_an_address_is_gone_from_every_table_and_file(full: Engine) -> None:
    assert residue(full, "jan@nieuw.nl")
    done = erasure.erase(full, ADMIN, "jan@voorbeeld.nl")
    assert done["reports"] == 1
    assert done["imports"] == 1
    assert done["history"] > 4
    left = residue(full, "jan@voorbeeld.nl")
    assert set(left) == set(residue(full, "xjan@voorbeeld.nl"))  # who is another
    place = database.file(full.url)
    if place is not None:
        content = b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*")).lower()
        assert content.count(b"jan@voorbeeld.nl") == content.count(b"xjan@voorbeeld.nl") > 0
    report = inbox.waiting(full, ADMIN)[0]
    assert (report.name, report.email, report.message, report.consent) == ("", "", "", False)
    assert report.area == "BU00140001"
    assert edits.get(full, ADMIN, "C").confirmed_by == ERASED
    who = {line.who for line in edits.history(full, ADMIN, "C")}
    assert who == {"Els", ERASED, "Ada"}
    assert erasure.count(full, ADMIN, "jan@voorbeeld.nl") == dict.fromkeys(expected_counts(), 0)


def expected_counts() -> list[str]:
    return ["contacts", "reports", "groups", "imports", "history"]


def test_a_number_is_gone_in_every_notation(full: Engine) -> None:
    done = erasure.erase(full, ADMIN, "0612345678")
    assert residue(full, "06 1234 5678", "0612345678", "06-12345678", "31612345678", "6 12345678") == []
    assert residue(full, "06-12345679")
    assert edits.get(full, ADMIN, "B").join_link == f"https://wa.me/{ERASED}"
    assert inbox.waiting(full, ADMIN)[1].message == f"Mijn buurman is {ERASED}"
    assert inbox.waiting(full, ADMIN)[1].name == "Bea Bewoner"
    assert done["groups"] == 2


def test_a_name_does_not_hit_others(full: Engine) -> None:
    erasure.erase(full, ADMIN, "Jan Jansen")
    told = edits.history(full, ADMIN, "A")
    note = next(
        line.after["notes"] for line in told if line.after and "niet bereikt" in line.after.get("notes", "")
    )
    # His address and number go as well, with the group that he was the contact of.
    assert note == f"Gebeld met {ERASED} ({ERASED}, {ERASED}). Jans Jansen-Smit niet bereikt."
    assert edits.get(full, ADMIN, "B").notes == "Jan belt"
    assert everyone(full)[0].consent_how == "via Jan"
    erasure.erase(full, ADMIN, "Jan")
    assert edits.get(full, ADMIN, "B").notes == "Jan belt"


def test_counting_writes_nothing(full: Engine) -> None:
    before = snapshot(full)
    counts = erasure.count(full, ADMIN, "jan@voorbeeld.nl")
    assert list(counts) == expected_counts()
    assert counts["contacts"] == 1
    assert snapshot(full) == before


def test_who_is_not_there_is_not_erased(full: Engine) -> None:
    contents = snapshot(full)
    for stranger in ("an@voorbeeld.nl", "voorbeeld@jan.nl", "0612345670", "Jansen", "Jan Jan"):
        assert erasure.erase(full, ADMIN, stranger) == {**dict.fromkeys(expected_counts(), 0), "left": 0}
    now = snapshot(full)
    tables = [table.name for table in schema.metadata.sorted_tables]
    for name, before, after in zip(tables, contents, now, strict=True):
        if name not in ("changes", "meta"):
            assert before == after


def test_the_log_tells_of_it_without_the_data(full: Engine) -> None:
    erasure.erase(full, ADMIN, "jan@voorbeeld.nl")
    chosen = sa.select(schema.changes).where(schema.changes.c.action == "erase")
    told = database.read(full, lambda connection: list(connection.execute(chosen)))
    assert {line.who for line in told} == {"Ada"}
    assert {line.entity for line in told} == {"contact", "group", "report"}
    (summary,) = [line for line in told if line.after]
    assert summary.after["counts"]["contacts"] == 1
    assert [line.before for line in told] == [None] * len(told)


def test_an_admin_may_erase_himself(full: Engine) -> None:
    himself = Actor("jan@voorbeeld.nl", "admin")
    erasure.erase(full, himself, "jan@voorbeeld.nl")
    chosen = sa.select(schema.changes.c.who).distinct()
    assert set(database.read(full, lambda c: list(c.execute(chosen).scalars()))) == {
        "Els",
        ERASED,
        "resident",
    }


def test_an_edit_that_was_under_way_does_not_bring_the_person_back(full: Engine) -> None:
    edits.change(full, EDITOR, [Edit("A", 2, {"notes": NOTE})])
    erasure.erase(full, ADMIN, "jan@voorbeeld.nl")
    with pytest.raises(edits.Conflict):
        edits.change(full, EDITOR, [Edit("A", 3, {"notes": NOTE + "!"})])
    notes = edits.get(full, ADMIN, "A").notes
    assert "voorbeeld.nl" not in notes


def test_a_role_that_passed_on_stays_with_the_successor(engine: Engine) -> None:
    a_group(engine, "A", notes="Contact: Piet Pieters, bestuur@groep.nl")
    jan = contacts.save(engine, EDITOR, a_contact("A", email="bestuur@groep.nl"))
    piet = contacts.save(engine, EDITOR, replace(jan, name="Piet Pieters", phone="0201234567"))
    erasure.erase(engine, ADMIN, "Jan Jansen")
    assert contacts.of(engine, ADMIN, ["A"]) == [piet]
    assert edits.get(engine, ADMIN, "A").notes == "Contact: Piet Pieters, bestuur@groep.nl"
    assert residue(engine, "Jan Jansen", "06-12345678") == []


def test_a_misspelt_name_goes_too(engine: Engine) -> None:
    a_group(engine, "A")
    first = contacts.save(engine, EDITOR, a_contact("A", name="Jan Janssen"))
    contacts.save(engine, EDITOR, replace(first, name="Jan Jansen"))
    erasure.erase(engine, ADMIN, "Jan Jansen")
    assert residue(engine, "Jan Janssen", "Jan Jansen", "jan@voorbeeld.nl") == []


@pytest.mark.parametrize("identifier", ["", "  ", "%", "jan@", "J"])
def test_an_identifier_has_to_be_one(full: Engine, identifier: str) -> None:
    before = snapshot(full)
    for ask in (erasure.count, erasure.erase):
        with pytest.raises(InputError, match="erase_identifier"):
            ask(full, ADMIN, identifier)
    assert snapshot(full) == before


def test_a_failure_erases_nothing(full: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("in mid-flight")

    before = snapshot(full)
    monkeypatch.setattr(erasure, "_log", fails)
    with pytest.raises(RuntimeError):
        erasure.erase(full, ADMIN, "jan@voorbeeld.nl")
    assert snapshot(full) == before


def test_a_reader_that_holds_the_old_pages_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "PATIENCE", 0.2)
    engine = database.open_engine(sqlite_url, patience=0.2)
    a_group(engine, "A")
    contacts.save(engine, EDITOR, a_contact("A"))
    with engine.connect() as reader:
        reader.execute(sa.select(schema.contacts)).all()
        assert erasure.erase(engine, ADMIN, "jan@voorbeeld.nl")["left"] == 1
    assert traces.wipe(engine)
    assert residue(engine, "jan@voorbeeld.nl") == []


def test_undoing_an_import_brings_nobody_back(engine: Engine) -> None:
    group = a_group(engine, "A", notes="Belt met Jan Jansen")
    jan = contacts.save(engine, EDITOR, a_contact("A"))
    new = {**vars(a_contact("A", phone="0201234567")), "group_id": "A"}
    steps = (Step("changed", 1, group, replace(group, notes="", name="Nieuw"), new),)
    plan = Plan(
        registry.revision(engine), steps, Checked(1, 0, (), ()), False, dict.fromkeys(imports.COUNTS, 0)
    )
    done = imports.commit(engine, ADMIN, plan, imports.About("lijst.csv", "0" * 64, {}))
    assert contacts.of(engine, ADMIN, ["A"])[0].id == jan.id
    erasure.erase(engine, ADMIN, "jan@voorbeeld.nl")
    imports.undo(engine, ADMIN, done.id)
    assert edits.get(engine, ADMIN, "A").name == group.name
    assert contacts.of(engine, ADMIN, ["A"]) == []
    assert residue(engine, "jan@voorbeeld.nl", "Jan Jansen", "06-12345678") == []


PEOPLE = st.builds(
    a_contact,
    group_id=st.sampled_from(["A", "B"]),
    name=st.sampled_from(["Jan Jansen", "JAN JANSEN", "Jan Jansens", "Jan", "Jansen", ""]),
    email=st.sampled_from(
        ["jan@voorbeeld.nl", "Jan@Voorbeeld.nl", "xjan@voorbeeld.nl", "jan@voorbeeld.nl.be", ""]
    ),
    phone=st.sampled_from(["06-12345678", "+31612345678", "06-12345679", "+49 612345678", "0201234567"]),
    role=st.just(""),
    consent_how=st.just(""),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(PEOPLE, min_size=1, max_size=6),
    st.sampled_from(["jan@voorbeeld.nl", "0031 6 12345678", "jan jansen"]),
)
def test_exactly_those_who_are_meant_go(engine: Engine, people: list[Contact], identifier: str) -> None:
    for id in ("A", "B"):
        if id not in {group.id for group in registry.all_groups(engine)}:
            a_group(engine, id)
    saved = [contacts.save(engine, EDITOR, person) for person in people]
    erasure.erase(engine, ADMIN, identifier)
    left = contacts.of(engine, ADMIN, ["A", "B"])
    meant = {
        "jan@voorbeeld.nl": lambda one: one.email.lower() == "jan@voorbeeld.nl",
        "0031 6 12345678": lambda one: one.phone in ("06-12345678", "+31612345678"),
        "jan jansen": lambda one: one.name.lower() == "jan jansen",
    }[identifier]
    assert sorted(one.id or 0 for one in left) == [one.id for one in saved if not meant(one)]
    assert [replace(one, version=1) for one in sorted(left, key=lambda one: one.id or 0)] == [
        one for one in saved if not meant(one)
    ]
    for one in left:  # so that the next example begins without them
        contacts.withdraw(engine, ADMIN, one.id or 0)
