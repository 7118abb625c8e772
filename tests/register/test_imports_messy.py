"""A messy list of 9,000 rows from file to register and out of it again, on both kinds of database."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests import lists_messy
from utils import boundaries, contacts, import_flow, imports, registry
from utils.access import COMMAND_LINE
from utils.import_flow import Postcodes, Register
from utils.import_model import Plan
from utils.imports import About, NothingToDo
from utils.postcodes import Looked

EMBEDDED = Path(__file__).resolve().parents[2] / "data" / "embedded"


def planned(engine: Engine, content: bytes) -> tuple[Plan, About]:
    revision, groups = imports.there(engine)
    register = Register(groups, revision)
    table = import_flow.choose(import_flow.tables(content, "lijst.csv"))
    columns = import_flow.mapping(table, imports.remembered(engine), {})
    nobody = Postcodes(lambda codes: Looked({}, {}))
    atlas = boundaries.load(EMBEDDED)
    around = import_flow.context(atlas, EMBEDDED, nobody, register, date(2026, 3, 1))
    plan, _ = import_flow.plan(table, columns, around, register)
    about = About("lijst.csv", import_flow.digest(content), import_flow.to_remember(table, columns))
    return plan, about


def test_a_messy_list_goes_in_once_and_out_again(engine: Engine) -> None:
    messy = lists_messy.make(9_000)
    plan, about = planned(engine, messy.csv())
    told: list[int] = []
    made = imports.commit(engine, COMMAND_LINE, plan, about, lambda done, total: told.append(done))
    assert {problem.row for problem in plan.checked.problems} == set(messy.planted)
    assert made.counts["added"] + made.counts["left_out"] == 9_000
    groups = registry.all_groups(engine)
    assert groups == sorted((step.after for step in plan.steps), key=lambda group: group.id)
    people = contacts.of(engine, COMMAND_LINE, [group.id for group in groups])
    assert len(people) == sum(step.contact is not None for step in plan.steps)
    assert told == sorted(told)
    assert told[-1] == len(groups)
    with pytest.raises(NothingToDo):
        imports.commit(engine, COMMAND_LINE, *planned(engine, messy.csv()))
    counts = imports.undo(engine, COMMAND_LINE, made.id)
    assert counts == {"removed": len(groups), "restored": 0, "contacts": len(people), "kept": 0}
    assert registry.all_groups(engine) == []
