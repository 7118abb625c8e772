"""Carrying out a plan and undoing it: all of it or nothing, and the log tells what happened."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from utils import contacts, database, edits, group_rows, imports, plans, registry, schema
from utils.access import COMMAND_LINE, ROLES, Actor, Denied
from utils.edits import Edit
from utils.errors import InputError
from utils.import_model import Checked, Draft, Import, Plan
from utils.imports import About, NothingToDo
from utils.models import Contact, Group

TODAY = date(2026, 3, 1)
X, Y = 155_000.0, 463_000.0
ABOUT = About("lijst.csv", "0" * 64, {"naam": "name", "opmerking": ""})
AN = {"name": "An Bakker", "email": "an@example.nl", "consent_on": date(2025, 1, 2), "consent_how": "brief"}
EDITOR = Actor("Els", "editor")


def row(number: int, id_: str, contact: dict[str, Any] | None = None, **values: Any) -> Draft:
    usual = {"name": f"Groep {id_}", "x": X + 10 * number, "y": Y, "precision": "point"}
    return Draft(number, id_, usual | values, contact)


def planned(engine: Engine, *rows: Draft, complete: bool = False) -> Plan:
    checked = Checked(len(rows), 0, rows, ())
    return plans.make(registry.all_groups(engine), registry.revision(engine), checked, complete, today=TODAY)


def bring(engine: Engine, *rows: Draft, complete: bool = False, about: About = ABOUT) -> Import:
    return imports.commit(engine, COMMAND_LINE, planned(engine, *rows, complete=complete), about)


def people(engine: Engine) -> list[Contact]:
    return contacts.of(engine, COMMAND_LINE, [group.id for group in registry.all_groups(engine)])


def content(engine: Engine) -> dict[str, Any]:
    """All that the register says, but for versions and the log."""
    return {
        "groups": [replace(group, version=0) for group in registry.all_groups(engine)],
        "contacts": [replace(one, version=0) for one in people(engine)],
    }


def everything(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    return database.read(
        engine,
        lambda connection: {
            table.name: [tuple(found) for found in connection.execute(sa.select(table))]
            for table in schema.metadata.sorted_tables
        },
    )


def replayed(engine: Engine) -> list[Group]:
    """The groups that follow from the log of changes alone."""
    log = schema.changes
    chosen = sa.select(log.c.entity_id, log.c.after).where(log.c.entity == "group").order_by(log.c.id)
    last = database.read(engine, lambda connection: dict(connection.execute(chosen).all()))
    return [registry.from_json(last[id_]) for id_ in sorted(last) if last[id_]]


def test_an_import_is_carried_out_and_recorded(engine: Engine) -> None:
    before = registry.revision(engine)
    told: list[tuple[int, int]] = []
    plan = planned(engine, row(2, "A1", AN, participants=3), row(3, "A2", since=TODAY))
    made = imports.commit(engine, COMMAND_LINE, plan, ABOUT, lambda done, total: told.append((done, total)))
    assert registry.all_groups(engine) == [step.after for step in plan.steps]
    assert registry.revision(engine) != before
    assert told == [(2, 2)]
    assert (made.file, made.mapping, made.who, made.complete) == (
        "lijst.csv", ABOUT.mapping, COMMAND_LINE.name, False,
    )  # fmt: skip
    assert made.counts == plan.counts
    assert imports.done(engine, EDITOR) == [made]
    (one,) = people(engine)
    assert (one.group_id, one.name, one.consent_on, one.phone) == ("A1", "An Bakker", date(2025, 1, 2), "")
    (line,) = edits.history(engine, COMMAND_LINE, "A1")
    assert (line.action, line.import_id, line.before) == ("import", made.id, None)


def test_an_import_changes_and_deactivates(engine: Engine) -> None:
    bring(engine, row(2, "A1"), row(3, "A2"), row(4, "A3"))
    made = bring(engine, row(2, "A1", participants=9), row(3, "A2"), complete=True)
    assert made.counts == {
        "rows": 2, "added": 0, "changed": 1, "unchanged": 1, "deactivated": 1, "left_out": 0,
    }  # fmt: skip
    one, two, three = registry.all_groups(engine)
    assert (one.participants, one.version) == (9, 2)
    assert (two.version, three.version) == (1, 2)
    assert (three.status, three.reason, three.until) == ("inactive", "not in the list", TODAY)
    assert replayed(engine) == [one, two, three]


def test_the_same_file_twice_changes_nothing(engine: Engine) -> None:
    rows = [row(2, "", AN, name="Oost"), row(3, "", name="Oost"), row(4, "A3")]
    bring(engine, *rows)
    before = everything(engine)
    assert planned(engine, *rows).counts["unchanged"] == 3
    with pytest.raises(NothingToDo):
        bring(engine, *rows)
    assert everything(engine) == before


def test_a_register_that_moved_is_refused(engine: Engine) -> None:
    plan = planned(engine, row(2, "A1"))
    edits.add(engine, COMMAND_LINE, Group("B1", "Elders", X, Y))
    before = everything(engine)
    with pytest.raises(InputError) as caught:
        imports.commit(engine, COMMAND_LINE, plan, ABOUT)
    assert caught.value.key == "error.import_moved"
    assert everything(engine) == before


def test_an_import_that_fails_halfway_writes_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_AT_ONCE", 2)
    bring(engine, row(2, "A1"))
    before = everything(engine)
    wrong = {**AN, "email": "geen adres"}
    with pytest.raises(InputError):
        bring(engine, *[row(i, f"B{i}") for i in range(7)], row(9, "C1", wrong), row(2, "A1", notes="x"))
    assert everything(engine) == before

    def stop(done: int, total: int) -> None:
        if done > 2:
            raise KeyboardInterrupt

    plan = planned(engine, *[row(i, f"B{i}") for i in range(7)])
    with pytest.raises(KeyboardInterrupt):
        imports.commit(engine, COMMAND_LINE, plan, ABOUT, stop)
    assert everything(engine) == before


def test_more_groups_than_go_at_once(engine: Engine) -> None:
    rows = [row(i, f"A{i:04}", AN if i % 3 == 0 else None) for i in range(2, 4_600)]
    bring(engine, *rows)
    assert len(registry.all_groups(engine)) == 4_598
    assert len(people(engine)) == 1_533
    made = bring(engine, *[replace(one, values={**one.values, "notes": "n"}) for one in rows])
    assert made.counts["changed"] == 4_598
    assert {group.notes for group in registry.all_groups(engine)} == {"n"}
    assert imports.undo(engine, COMMAND_LINE, made.id) == {
        "removed": 0,
        "restored": 4_598,
        "contacts": 0,
        "kept": 0,
    }
    assert {group.notes for group in registry.all_groups(engine)} == {""}


def test_a_contact_is_known_again_by_address_number_or_name(engine: Engine) -> None:
    bring(engine, row(2, "A1", AN | {"phone": "06-12345678"}))
    for contact in (
        AN | {"email": "AN@example.nl", "name": "Anna Bakker"},
        {"phone": "+31 6 1234 5678", "consent_on": date(2025, 1, 2), "role": "beheerder"},
        {"name": "anna bakker", "consent_on": date(2025, 6, 1)},
    ):
        made = bring(engine, row(2, "A1", contact))
        assert made.counts["unchanged"] == 1
    (one,) = people(engine)
    assert (one.name, one.email, one.role, one.version) == (
        "anna bakker", "AN@example.nl", "beheerder", 4,
    )  # fmt: skip
    assert one.consent_on == date(2025, 6, 1)
    bring(engine, row(2, "A1", {"name": "Bo", "consent_on": TODAY}))
    assert [one.name for one in people(engine)] == ["Bo", "anna bakker"]


def test_a_yes_keeps_the_day_on_which_it_was_first_read(engine: Engine) -> None:
    today = datetime.now(UTC).date()
    yes = {"name": "An", "consent_how": "Akkoord: ja"}
    bring(engine, row(2, "A1", yes | {"consent_on": date(2025, 1, 2)}))
    with pytest.raises(NothingToDo):
        bring(engine, row(2, "A1", yes | {"consent_on": today}))
    bring(engine, row(2, "A1", yes | {"consent_on": today, "consent_how": "formulier"}))
    assert [one.consent_on for one in people(engine)] == [today]
    bring(engine, row(2, "A1", yes | {"consent_on": date(2025, 6, 7), "consent_how": "formulier"}))
    assert [one.consent_on for one in people(engine)] == [date(2025, 6, 7)]


def test_undo_restores_the_state_before(engine: Engine) -> None:
    bring(engine, row(2, "A1", AN, participants=3), row(3, "A2", status="inactive"), row(4, "A3"))
    before = content(engine)
    new = {"name": "Cor", "phone": "0612345678", "consent_on": TODAY}
    made = bring(
        engine,
        row(2, "A1", AN | {"role": "beheerder"}, participants=4),
        row(3, "A2", new, status="active"),
        row(5, "A4", new),
        complete=True,
    )
    assert content(engine) != before
    assert imports.undo(engine, COMMAND_LINE, made.id) == {
        "removed": 1,
        "restored": 3,
        "contacts": 3,
        "kept": 0,
    }
    assert content(engine) == before
    assert replayed(engine) == registry.all_groups(engine)
    assert imports.done(engine, EDITOR)[0].undone_by == COMMAND_LINE.name
    assert imports.done(engine, EDITOR)[0].undone_at is not None
    # whoever has a group open that the import changed, sees that it is another one now
    assert [group.version for group in registry.all_groups(engine)] == [3, 3, 3]


def test_an_undone_import_leaves_nothing_of_the_people_that_it_brought(engine: Engine) -> None:
    made = bring(engine, row(2, "A1", AN))
    imports.undo(engine, COMMAND_LINE, made.id)
    assert "Bakker" not in str(everything(engine))
    assert "an@example.nl" not in str(everything(engine))


def test_an_undone_import_can_be_imported_again(engine: Engine) -> None:
    rows = [row(2, "", AN, name="Oost"), row(3, "A2")]
    first = bring(engine, *rows)
    state = content(engine)["groups"]
    imports.undo(engine, COMMAND_LINE, first.id)
    assert registry.all_groups(engine) == []
    second = bring(engine, *rows)
    assert second.counts == first.counts
    assert content(engine)["groups"] == state
    imports.undo(engine, COMMAND_LINE, second.id)
    assert registry.all_groups(engine) == []


def test_undo_is_refused_when_a_group_was_changed_since(engine: Engine) -> None:
    first = bring(engine, row(2, "A1"), row(3, "A2"))
    bring(engine, row(2, "A1", participants=1))
    edits.change(engine, COMMAND_LINE, [Edit("A2", 1, {"name": "Nu anders"})])
    before = everything(engine)
    with pytest.raises(InputError) as caught:
        imports.undo(engine, COMMAND_LINE, first.id)
    assert (caught.value.key, caught.value.params) == (
        "error.import_newer", {"n": 2, "names": "'Groep A1' (A1), 'Nu anders' (A2)"},
    )  # fmt: skip
    assert everything(engine) == before


def test_undo_in_turn_goes_back_all_the_way(engine: Engine) -> None:
    first = bring(engine, row(2, "A1"))
    second = bring(engine, row(2, "A1", participants=1))
    imports.undo(engine, COMMAND_LINE, second.id)
    imports.undo(engine, COMMAND_LINE, first.id)
    assert registry.all_groups(engine) == []


def test_all_but_the_groups_that_were_changed_since_can_be_undone(engine: Engine) -> None:
    bring(engine, *[row(n, f"A{n}", participants=1) for n in range(2, 6)])
    made = bring(
        engine,
        *[row(n, f"A{n}", AN | {"name": f"An {n}"}, participants=2) for n in range(2, 6)],
        row(6, "A6", AN),
        row(7, "A7"),
    )
    edits.change(engine, COMMAND_LINE, [Edit("A2", 2, {"notes": "bel"}), Edit("A6", 1, {"notes": "bel"})])
    one = next(one for one in people(engine) if one.group_id == "A3")
    contacts.save(engine, COMMAND_LINE, replace(one, phone="0612345678"))
    kept = {group.id: group for group in registry.all_groups(engine) if group.id in ("A2", "A3", "A6")}
    theirs = [one for one in people(engine) if one.group_id in kept]
    with pytest.raises(imports.ChangedSince) as caught:
        imports.undo(engine, COMMAND_LINE, made.id)
    assert caught.value.n == 3
    counts = imports.undo(engine, COMMAND_LINE, made.id, keep_changed=True)
    assert counts == {"removed": 1, "restored": 2, "contacts": 2, "kept": 3}
    after = {group.id: group for group in registry.all_groups(engine)}
    assert sorted(after) == ["A2", "A3", "A4", "A5", "A6"]
    assert {id_: after[id_] for id_ in kept} == kept
    assert [after[id_].participants for id_ in ("A4", "A5")] == [1, 1]
    assert people(engine) == theirs
    assert replayed(engine) == registry.all_groups(engine)
    assert imports.done(engine, EDITOR)[0].undone_at is not None


def test_undoing_all_but_the_changed_groups_is_all_or_nothing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bring(engine, row(2, "A1", AN), row(3, "A2", AN), row(4, "A3"))
    edits.change(engine, COMMAND_LINE, [Edit("A3", 1, {"notes": "bel"})])
    before = everything(engine)

    def broken(*_: Any) -> None:
        raise InputError("error.import_moved")

    monkeypatch.setattr(group_rows, "delete", broken)
    with pytest.raises(InputError, match="import_moved"):
        imports.undo(engine, COMMAND_LINE, made.id, keep_changed=True)
    assert everything(engine) == before


def test_many_changed_groups_are_not_all_named(engine: Engine) -> None:
    rows = [row(n, f"A{n}") for n in range(2, 9)]
    made = bring(engine, *rows)
    edits.change(engine, COMMAND_LINE, [Edit(f"A{n}", 1, {"notes": "bel"}) for n in range(2, 9)])
    with pytest.raises(imports.ChangedSince) as caught:
        imports.undo(engine, COMMAND_LINE, made.id)
    assert caught.value.params["n"] == 7
    assert caught.value.params["names"].endswith("'Groep A6' (A6), …")


@pytest.mark.parametrize("what", ["change", "other"])
def test_undo_is_refused_when_a_contact_was_changed_since(engine: Engine, what: str) -> None:
    made = bring(engine, row(2, "A1", AN))
    (one,) = people(engine)
    later = (
        replace(one, phone="0612345678") if what == "change" else replace(one, id=None, name="Bo", email="")
    )
    contacts.save(engine, COMMAND_LINE, later)
    before = everything(engine)
    with pytest.raises(InputError) as caught:
        imports.undo(engine, COMMAND_LINE, made.id)
    assert caught.value.params == {"n": 1, "names": "'Groep A1' (A1)"}
    assert everything(engine) == before


def test_a_contact_that_was_withdrawn_does_not_come_back(engine: Engine) -> None:
    bring(engine, row(2, "A1", AN))
    made = bring(engine, row(2, "A1", AN | {"role": "beheerder"}, participants=2))
    (one,) = people(engine)
    contacts.withdraw(engine, COMMAND_LINE, one.id or 0)
    assert imports.undo(engine, COMMAND_LINE, made.id) == {
        "removed": 0,
        "restored": 1,
        "contacts": 0,
        "kept": 0,
    }
    assert people(engine) == []
    assert "Bakker" not in str(everything(engine))


def test_an_import_is_undone_once(engine: Engine) -> None:
    made = bring(engine, row(2, "A1"))
    imports.undo(engine, COMMAND_LINE, made.id)
    for id_, key in ((made.id, "error.import_undone"), (99, "error.import_unknown")):
        with pytest.raises(InputError) as caught:
            imports.undo(engine, COMMAND_LINE, id_)
        assert caught.value.key == key


def test_headings_are_remembered_the_last_time_first(engine: Engine) -> None:
    assert imports.remembered(engine) == {}
    bring(engine, row(2, "A1"), about=About("a.csv", "0", {"naam": "name", "wie": "contact_name"}))
    bring(engine, row(3, "A2"), about=About("b.csv", "0", {"wie": "", "plek": "place"}))
    assert imports.remembered(engine) == {"naam": "name", "wie": "", "plek": "place"}


@pytest.mark.parametrize("role", [None, *ROLES])
def test_who_may_import_and_undo(engine: Engine, role: Any) -> None:
    made = bring(engine, row(2, "A1"))
    actor = Actor("iemand", role)
    plan = planned(engine, row(3, "A2"))
    if role in ("editor", "admin"):
        assert imports.commit(engine, actor, plan, ABOUT).who == "iemand"
    else:
        with pytest.raises(Denied):
            imports.commit(engine, actor, plan, ABOUT)
    if role == "admin":
        imports.undo(engine, actor, made.id)
    else:
        with pytest.raises(Denied):
            imports.undo(engine, actor, made.id)
    if role is None:
        with pytest.raises(Denied):
            imports.done(engine, actor)


def test_contacts_alone_are_an_import_too(engine: Engine) -> None:
    bring(engine, row(2, "A1"))
    made = bring(engine, row(2, "A1", AN))
    assert made.counts["unchanged"] == 1
    assert len(people(engine)) == 1
    imports.undo(engine, COMMAND_LINE, made.id)
    assert people(engine) == []


def test_no_person_is_named_in_what_an_import_says(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        bring(engine, row(2, "A1", AN | {"phone": "An Bakker belt niet"}))
    assert "Bakker" not in str(caught.value)
    assert "Bakker" not in repr(planned(engine, row(2, "A1", AN)))
