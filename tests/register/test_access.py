"""Every way into the register, with each role and with none: allowed, or denied and nothing done."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from tests.register.people import ADMIN, GROUP, a_contact, a_group
from tests.register.test_inbox import REPORT
from utils import access, contacts, database, edits, erasure, history, imports, inbox, registry, schema
from utils.access import ALLOWED, ROLES, Action, Actor, Denied
from utils.edits import Edit, Filter
from utils.import_model import Checked, Plan, Step

DAY = date(2025, 1, 1)
ROOMS = (edits, history, contacts, inbox, erasure, imports)
Call = Callable[[Engine, Actor], object]


def _plan(engine: Engine) -> Plan:
    step = Step("added", 1, None, replace(GROUP, id="NEW"))
    counts = {"rows": 1, "added": 1, "changed": 0, "unchanged": 0, "deactivated": 0, "left_out": 0}
    return Plan(registry.revision(engine), (step,), Checked(1, 0, (), ()), False, counts)


ABOUT = imports.About("list.csv", "0" * 64, {"Naam": "name"})

# What each needs, and a call of it on the register of `filled`. None: it takes no actor, and says why.
TABLE: dict[str, tuple[Action, Call]] = {
    "edits.get": ("see", lambda engine, actor: edits.get(engine, actor, "A")),
    "edits.find": ("see", lambda engine, actor: edits.find(engine, actor, Filter(), 10)),
    "edits.history": ("see", lambda engine, actor: edits.history(engine, actor, "A")),
    "history.history": ("see", lambda engine, actor: history.history(engine, actor, "A")),
    "history.recent": ("see", lambda engine, actor: history.recent(engine, actor)),
    "edits.add": ("edit", lambda engine, actor: edits.add(engine, actor, GROUP)),
    "edits.change": (
        "edit",
        lambda engine, actor: edits.change(engine, actor, [Edit("A", 1, {"name": "B"})]),
    ),
    "edits.deactivate": (
        "edit",
        lambda engine, actor: edits.deactivate(engine, actor, [("A", 1)], "weg", DAY),
    ),
    "edits.reactivate": ("edit", lambda engine, actor: edits.reactivate(engine, actor, [("A", 1)])),
    "edits.confirm": ("edit", lambda engine, actor: edits.confirm(engine, actor, [("A", 1)], DAY)),
    "contacts.of": ("contacts", lambda engine, actor: contacts.of(engine, actor, ["A"])),
    "contacts.save": ("contacts", lambda engine, actor: contacts.save(engine, actor, a_contact("A"))),
    "contacts.withdraw": ("contacts", lambda engine, actor: contacts.withdraw(engine, actor, 1)),
    "inbox.waiting": ("inbox", lambda engine, actor: inbox.waiting(engine, actor)),
    "inbox.counts": ("inbox", lambda engine, actor: inbox.counts(engine, actor)),
    "inbox.handle": ("inbox", lambda engine, actor: inbox.handle(engine, actor, 1, 1, "done", "ja")),
    "erasure.count": ("erase", lambda engine, actor: erasure.count(engine, actor, "jan@voorbeeld.nl")),
    "erasure.erase": ("erase", lambda engine, actor: erasure.erase(engine, actor, "jan@voorbeeld.nl")),
    "imports.commit": ("import", lambda engine, actor: imports.commit(engine, actor, _plan(engine), ABOUT)),
    "imports.done": ("see", lambda engine, actor: imports.done(engine, actor)),
    "imports.undo": ("undo", lambda engine, actor: imports.undo(engine, actor, 1)),
}
OPEN = {
    "inbox.receive": "residents have no account",
    "inbox.expire": "the clock acts",
    "imports.there": "what a plan is made of: groups; pages that make one ask first, and so does commit",
    "imports.remembered": "headings of files, nobody's data",
}


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A register with one of each: group A, contact 1, report 1, import 1."""
    a_group(engine, "A")
    contacts.save(engine, ADMIN, a_contact("A"))
    inbox.receive(engine, REPORT)
    plan = _plan(engine)
    imports.commit(
        engine, ADMIN, replace(plan, steps=(Step("added", 1, None, replace(GROUP, id="B")),)), ABOUT
    )
    return engine


def doors() -> Iterator[str]:
    """Every public function of these rooms that takes a database."""
    for room in ROOMS:
        for name, value in vars(room).items():
            if name.startswith("_") or not inspect.isfunction(value):
                continue
            first = next(iter(inspect.signature(value).parameters.values()), None)
            if value.__module__.startswith("utils.") and first is not None and first.annotation is Engine:
                yield f"{room.__name__.removeprefix('utils.')}.{name}"


def state(engine: Engine) -> Any:
    def look(connection: sa.Connection) -> Any:
        return [
            [tuple(row) for row in connection.execute(sa.select(t))] for t in schema.metadata.sorted_tables
        ]

    return database.read(engine, look)


def test_every_door_is_in_the_table() -> None:
    assert set(doors()) == TABLE.keys() | OPEN.keys()


def test_only_what_is_open_takes_no_actor() -> None:
    for name in doors():
        room, function = name.split(".")
        value = getattr(next(one for one in ROOMS if one.__name__ == f"utils.{room}"), function)
        assert ("actor" in inspect.signature(value).parameters) == (name in TABLE)


@pytest.mark.parametrize("role", [None, *ROLES])
@pytest.mark.parametrize("door", TABLE)
def test_allowed_or_denied_and_nothing_done(filled: Engine, door: str, role: access.Role | None) -> None:
    action, call = TABLE[door]
    actor = Actor("someone", role)
    if role is not None and action in ALLOWED[role]:
        call(filled, actor)
        return
    before = state(filled)
    with pytest.raises(Denied) as caught:
        call(filled, actor)
    assert caught.value.params == {"action": action, "role": role or ""}
    assert state(filled) == before


def test_each_role_may_do_what_the_one_before_may() -> None:
    assert ALLOWED["viewer"] < ALLOWED["editor"] < ALLOWED["admin"]
    assert not ALLOWED["viewer"] & {"edit", "import", "contacts", "inbox", "undo", "erase", "refresh"}
    assert not ALLOWED["editor"] & {"undo", "erase", "refresh"}


def test_what_is_open_gives_nothing_away(filled: Engine) -> None:
    got = inbox.receive(filled, REPORT)
    assert got.name == REPORT.name
    assert imports.remembered(filled) == {"Naam": "name"}
    assert inbox.expire(filled, 1, datetime.now(UTC)) == 0


def test_the_newest_lines_tell_nothing_of_people(filled: Engine) -> None:
    seen = {role: history.recent(filled, Actor("someone", role)) for role in ROLES}
    assert {line.entity for _, line in seen["viewer"]} == {"group"}
    assert {line.entity for _, line in seen["editor"]} == {"group", "contact", "report"}
    assert [line.after for _, line in seen["admin"] if line.entity != "group"] == [None, None]
