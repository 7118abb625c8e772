"""People to contact: with consent, for editors, and gone when they are withdrawn."""

import logging
import traceback
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.register.people import EDITOR, OTHER, VIEWER, a_contact, a_group
from tests.register.residue import residue
from utils import contacts, database, edits, schema
from utils.errors import InputError
from utils.texts import Texts


def logged(engine: Engine) -> list[Any]:
    chosen = (
        sa.select(schema.changes).where(schema.changes.c.entity == "contact").order_by(schema.changes.c.id)
    )
    return database.read(engine, lambda connection: list(connection.execute(chosen)))


def test_a_contact_is_kept_and_changed(engine: Engine) -> None:
    a_group(engine, "A")
    a_group(engine, "B")
    saved = contacts.save(engine, EDITOR, a_contact("A"))
    assert replace(saved, id=None) == a_contact("A")
    other = contacts.save(engine, EDITOR, a_contact("B", name="", email="", role=""))
    changed = contacts.save(engine, OTHER, replace(saved, phone="020 1234567"))
    assert changed.version == 2
    assert contacts.of(engine, EDITOR, ["A"]) == [changed]
    assert contacts.of(engine, EDITOR, ["B", "A", "X"]) == [changed, other]
    assert contacts.of(engine, EDITOR, []) == []
    told = logged(engine)
    assert [(line.action, line.who, line.entity_id) for line in told] == [
        ("add", "Els", str(saved.id)),
        ("add", "Els", str(other.id)),
        ("change", "Otto", str(saved.id)),
    ]
    assert contacts.from_json(told[2].before) == saved
    assert contacts.from_json(told[2].after) == changed
    assert contacts.save(engine, EDITOR, changed) == changed
    assert len(logged(engine)) == 3


def test_the_history_of_a_group_holds_no_contacts(engine: Engine) -> None:
    a_group(engine, "A")
    contacts.save(engine, EDITOR, a_contact("A"))
    assert [line.action for line in edits.history(engine, VIEWER, "A")] == ["add"]


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"consent_on": None}, "contact_consent"),
        ({"consent_on": date(1999, 12, 31)}, "group_date"),
        ({"consent_on": date.today() + timedelta(days=3)}, "group_date"),  # noqa: DTZ011
        ({"name": " ", "email": "", "phone": ""}, "contact_empty"),
        ({"email": "jan.voorbeeld.nl"}, "email"),
        ({"email": "jan@voorbeeld"}, "email"),
        ({"email": "jan@voorbeeld.nl, piet@voorbeeld.nl"}, "email"),
        ({"email": "a@b..nl"}, "email"),
        ({"phone": "bel Jan"}, "phone"),
        ({"phone": "1234567"}, "phone"),
        ({"name": "x" * 101}, "group_length"),
        ({"name": "Jan\nJansen"}, "group_characters"),
        ({"role": "x\0"}, "group_characters"),
        ({"group_id": "X"}, "group_unknown"),
    ],
)
def test_what_is_wrong_is_told_without_the_data(engine: Engine, values: dict[str, Any], key: str) -> None:
    a_group(engine, "A")
    with pytest.raises(InputError) as caught:
        contacts.save(engine, EDITOR, replace(a_contact("A"), **values))
    assert caught.value.key == f"error.{key}"
    told = str(caught.value) + Texts("nl").t(caught.value.key, **caught.value.params)
    assert "jan@" not in told.lower()
    assert "jansen" not in told.lower()
    assert contacts.of(engine, EDITOR, ["A"]) == []


def test_two_people_change_one_contact(engine: Engine) -> None:
    a_group(engine, "A")
    saved = contacts.save(engine, EDITOR, a_contact("A"))
    theirs = contacts.save(engine, OTHER, replace(saved, role="moderator"))
    mine = replace(saved, name="Johan Jansen")
    with pytest.raises(contacts.ContactConflict) as caught:
        contacts.save(engine, EDITOR, mine)
    assert (caught.value.mine, caught.value.theirs) == (mine, theirs)
    assert "Jansen" not in "".join(traceback.format_exception(caught.value))
    assert contacts.of(engine, EDITOR, ["A"]) == [theirs]
    contacts.withdraw(engine, OTHER, theirs.id or 0)
    with pytest.raises(contacts.ContactConflict) as caught:
        contacts.save(engine, EDITOR, replace(theirs, name="Johan"))
    assert caught.value.theirs is None
    assert caught.value.key == "error.contact_gone"


def test_a_contact_does_not_move_to_another_group(engine: Engine) -> None:
    a_group(engine, "A")
    a_group(engine, "B")
    saved = contacts.save(engine, EDITOR, a_contact("A"))
    with pytest.raises(contacts.ContactConflict):
        contacts.save(engine, EDITOR, replace(saved, group_id="B"))


def test_who_is_withdrawn_is_gone_from_the_log_and_the_files(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    a_group(engine, "A")
    first = contacts.save(engine, EDITOR, a_contact("A"))
    piet = contacts.save(engine, EDITOR, a_contact("A", name="Piet Pieters", email="piet@elders.nl"))
    changed = contacts.save(engine, EDITOR, replace(first, email="jan@nieuw.nl"))
    assert residue(engine, "jan@voorbeeld.nl", "jan@nieuw.nl")
    assert contacts.withdraw(engine, OTHER, changed.id or 0)
    assert not contacts.withdraw(engine, OTHER, changed.id or 0)
    assert contacts.of(engine, EDITOR, ["A"]) == [piet]
    told = [line for line in logged(engine) if line.entity_id == str(first.id)]
    assert [(line.action, line.who) for line in told] == [
        ("add", "Els"),
        ("change", "Els"),
        ("withdraw", "Otto"),
    ]
    gone = {"group_id": "A", "gone": True}
    assert [(line.before, line.after) for line in told] == [(None, gone), (gone, gone), (gone, None)]
    assert contacts.from_json(gone) is None
    assert residue(engine, "jan@voorbeeld.nl", "jan@nieuw.nl", "Jan Jansen") == []
    assert residue(engine, "piet@elders.nl")
    assert "jan@" not in caplog.text


def test_the_data_are_not_in_a_repr() -> None:
    told = repr(a_contact("A"))
    assert "A" in told
    for part in ("Jan", "jan@", "1234", "beheerder", "mail"):
        assert part not in told
