"""Staff find, add and change groups; the log tells all of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from tests.register.people import ADMIN, EDITOR, GROUP, OTHER, VIEWER, a_group
from utils import database, edits, registry, schema
from utils.edits import Conflict, Edit, Filter
from utils.errors import InputError
from utils.models import STATUSES, Group

TODAY = date(2026, 3, 1)


def found(engine: Engine, limit: int = 100, offset: int = 0, **wanted: Any) -> list[str]:
    groups, total = edits.find(engine, VIEWER, Filter(**wanted), limit, offset)
    assert total == edits.find(engine, VIEWER, Filter(**wanted), 100_000, 0)[1]
    return [group.id for group in groups]


def lines(engine: Engine) -> list[Any]:
    chosen = sa.select(schema.changes).order_by(schema.changes.c.id)
    return database.read(engine, lambda connection: list(connection.execute(chosen)))


def test_a_group_comes_back_as_it_was_added(engine: Engine) -> None:
    filled = {
        "reason": "Lege groep",
        "until": TODAY,
        "confirmed": TODAY,
        "confirmed_by": "Jan",
        "source": "mail",
    }
    filled |= {"join_link": "https://t.me/abc", "notes": "een\ntwee", "status": "inactive"}
    area = shapely.box(154_000, 462_000, 156_000, 464_000).wkb
    full = replace(GROUP, name="'; DROP TABLE groups; -- Ĳ 👮", area=area, **filled)
    added = edits.add(engine, EDITOR, full)
    assert replace(added, id="") == full
    assert edits.get(engine, VIEWER, added.id) == added
    assert len(added.id) == 8
    assert edits.add(engine, EDITOR, replace(GROUP, id="eigen-1", version=9)).version == 1


def test_an_id_is_given_once(engine: Engine) -> None:
    a_group(engine, "A")
    before = registry.revision(engine)
    with pytest.raises(InputError, match="group_exists"):
        a_group(engine, "A", name="Other")
    assert registry.revision(engine) == before
    assert edits.get(engine, VIEWER, "A").name == GROUP.name


@pytest.mark.parametrize("id", ["X", "", "\0", "\ud800", "%", "' OR 1=1 --"])
def test_an_unknown_id_is_told(engine: Engine, id: str) -> None:
    a_group(engine, "A")
    with pytest.raises(InputError, match="group_unknown"):
        edits.get(engine, VIEWER, id)
    with pytest.raises(InputError, match="group_unknown"):
        edits.change(engine, EDITOR, [Edit(id, 1, {"name": "B"})])


def test_a_change_counts_and_is_logged(engine: Engine) -> None:
    a_group(engine, "A")
    (after,) = edits.change(
        engine, EDITOR, [Edit("A", 1, {"name": "Nieuw", "participants": None})], "tikfout"
    )
    assert (after.name, after.participants, after.version) == ("Nieuw", None, 2)
    assert edits.get(engine, VIEWER, "A") == after
    newest, oldest = edits.history(engine, VIEWER, "A")
    assert newest.before == {"name": "Buurtapp Zuid", "participants": 40}
    assert newest.after == {"name": "Nieuw", "participants": None}
    assert (newest.action, newest.who, newest.reason) == ("change", "Els", "tikfout")
    assert oldest.before is None
    assert oldest.after is not None
    assert oldest.after["since"] == "2018-05-01"
    assert "notes" not in oldest.after
    assert oldest.at <= newest.at
    assert newest.at.tzinfo is not None


def test_what_changes_nothing_leaves_no_trace(engine: Engine) -> None:
    group = a_group(engine, "A")
    assert edits.change(engine, EDITOR, [Edit("A", 1, {"name": group.name})]) == [group]
    assert edits.change(engine, EDITOR, []) == []
    assert len(lines(engine)) == 1


def test_many_change_or_none(engine: Engine) -> None:
    a_group(engine, "A")
    a_group(engine, "B", name="Bee")
    wrong = [Edit("A", 1, {"name": "X"}), Edit("B", 1, {"participants": -1})]
    with pytest.raises(InputError) as caught:
        edits.change(engine, EDITOR, wrong)
    assert caught.value.key == "error.group_named"
    assert caught.value.params["name"] == "Bee"
    with pytest.raises(InputError, match="group_twice"):
        edits.change(engine, EDITOR, [Edit("A", 1, {"name": "X"}), Edit("A", 1, {"name": "Y"})])
    with pytest.raises(TypeError):
        edits.change(engine, EDITOR, [Edit("A", 1, {"version": 7})])
    assert [edits.get(engine, VIEWER, id).version for id in "AB"] == [1, 1]
    assert len(lines(engine)) == 2


def test_thousands_change_at_once(engine: Engine) -> None:
    def fill(connection: sa.Connection, batch: database.Batch) -> None:
        rows = [registry.row(replace(GROUP, id=f"G{i:05}")) for i in range(9_000)]
        connection.execute(schema.groups.insert(), rows)

    database.write(engine, fill)
    done = edits.confirm(engine, EDITOR, [(f"G{i:05}", 1) for i in range(9_000)], TODAY)
    assert {(group.confirmed, group.confirmed_by, group.version) for group in done} == {(TODAY, "Els", 2)}
    assert len(lines(engine)) == 9_000
    assert len(found(engine, limit=9_000, ids=[f"G{i:05}" for i in range(1, 9_000)])) == 8_999


def test_a_conflict_shows_both_versions_and_loses_nothing(engine: Engine) -> None:
    base = a_group(engine, "A")
    a_group(engine, "B")
    mine = [Edit("B", 1, {"name": "Bee"}), Edit("A", 1, {"name": "Mijn naam", "notes": "Van mij"})]
    edits.change(engine, OTHER, [Edit("A", 1, {"participants": 50, "notes": "Van jou"})])
    with pytest.raises(Conflict) as caught:
        edits.change(engine, EDITOR, mine)
    assert caught.value.mine == tuple(mine)
    (theirs,) = caught.value.theirs
    assert (theirs.participants, theirs.version) == (50, 2)
    assert "Van" not in str(caught.value)
    assert edits.get(engine, VIEWER, "B").version == 1
    assert edits.clashes(base, mine[1], theirs) == ("notes",)
    merged = edits.rebased(mine[1], theirs)
    done = edits.change(engine, EDITOR, [mine[0], merged])
    assert [(group.name, group.participants, group.notes) for group in done] == [
        ("Bee", 40, ""),
        ("Mijn naam", 50, "Van mij"),
    ]


def test_a_group_stops_with_a_reason_and_starts_again(engine: Engine) -> None:
    a_group(engine, "A")
    for reason in ("", "  "):
        with pytest.raises(InputError, match="group_reason"):
            edits.deactivate(engine, EDITOR, [("A", 1)], reason, TODAY)
    with pytest.raises(InputError, match="group_reason"):
        edits.change(engine, EDITOR, [Edit("A", 1, {"status": "inactive"})])
    (stopped,) = edits.deactivate(engine, EDITOR, [("A", 1)], " Beheerder gestopt ", date(2025, 1, 1))
    assert (stopped.status, stopped.reason, stopped.until) == (
        "inactive",
        "Beheerder gestopt",
        date(2025, 1, 1),
    )
    (again,) = edits.reactivate(engine, EDITOR, [("A", 2)], "toch niet")
    assert (again.status, again.reason, again.until, again.version) == ("active", "", None, 3)
    told = [(line.action, line.reason) for line in edits.history(engine, VIEWER, "A")]
    assert told == [("reactivate", "toch niet"), ("deactivate", "Beheerder gestopt"), ("add", "")]


def test_nobody_confirms_the_future(engine: Engine) -> None:
    a_group(engine, "A")
    with pytest.raises(InputError, match="group_date"):
        edits.confirm(engine, EDITOR, [("A", 1)], date.today() + timedelta(days=9))  # noqa: DTZ011
    (confirmed,) = edits.confirm(engine, ADMIN, [("A", 1)], TODAY)
    assert (confirmed.confirmed, confirmed.confirmed_by) == (TODAY, "Ada")


def test_search_takes_no_notice_of_case_and_accents(engine: Engine) -> None:
    a_group(engine, "A", name="Súdwest-Fryslân ’t Ooster")
    a_group(engine, "B", name="Zuidwest", description="Bij café 100% _Ømmen\\")
    a_group(engine, "c-3", name="Noord", municipality="GM0014")
    assert found(engine, text="sudwest") == ["A"]
    assert found(engine, text="SÚDWEST  fryslan") == ["A"]
    assert found(engine, text="Su\u0301dwest") == ["A"]
    assert found(engine, text="'t ooster") == ["A"]
    assert found(engine, text="CAFE") == ["B"]
    assert found(engine, text="0%") == ["B"]
    assert found(engine, text="％") == ["B"]
    assert found(engine, text="_o") == ["B"]
    assert found(engine, text="ommen\\") == ["B"]
    assert found(engine, text="C-3") == found(engine, text="gm0014") == found(engine, text="noo") == ["c-3"]
    assert found(engine, text="west zuid") == ["B"]
    assert found(engine, text="west noord") == []
    assert found(engine, text="%") == ["B"]
    assert found(engine, text="' OR 1=1 --") == []
    assert len(found(engine, text="  ")) == 3
    with pytest.raises(InputError):
        found(engine, text="x" * 201)
    with pytest.raises(InputError):
        found(engine, text="a\0b")


def test_those_that_wait_longest_come_first(engine: Engine) -> None:
    for id, name, confirmed in (
        ("A", "beta", date(2025, 1, 1)),
        ("B", "Álpha", date(2025, 1, 1)),
        ("C", "gamma", None),
        ("D", "Delta", date(2020, 1, 1)),
        ("E", "Alpha", None),
    ):
        a_group(engine, id, name=name, confirmed=confirmed)
    assert found(engine) == ["E", "C", "D", "B", "A"]
    assert found(engine, limit=2) == ["E", "C"]
    assert found(engine, limit=2, offset=3) == ["B", "A"]
    assert found(engine, offset=9) == []
    assert found(engine, stale_before=date(2025, 1, 1)) == ["E", "C", "D"]
    assert found(engine, ids=["A", "X", "D"]) == ["D", "A"]
    assert found(engine, ids=[]) == []


def test_filters_hold_together(engine: Engine) -> None:
    a_group(engine, "A", status="pending", municipality="GM0014")
    a_group(engine, "B", status="pending", platform="Signal")
    a_group(engine, "C")
    assert found(engine, status=["pending"]) == ["A", "B"]
    assert found(engine, status=["pending", "active"], platform=["WhatsApp"]) == ["A", "C"]
    assert found(engine, municipalities={"GM0014"}, status=("pending",)) == ["A"]


NAMES = st.sampled_from(["Noord", "Zuid", "Oost 'één'", "Ĳ"])
DAYS = st.dates(date(2015, 1, 1), TODAY)
STEPS = st.one_of(
    st.tuples(st.just("add"), NAMES),
    st.tuples(
        st.just("change"),
        st.fixed_dictionaries(
            {},
            optional={
                "name": NAMES,
                "participants": st.none() | st.integers(1, 99),
                "since": st.none() | st.dates(date(2010, 1, 1), date(2014, 1, 1)),
                "notes": st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=9),
                "status": st.sampled_from(STATUSES),
            },
        ),
    ),
    st.tuples(st.just("deactivate"), NAMES, st.none() | DAYS),
    st.tuples(st.just("reactivate")),
    st.tuples(st.just("confirm"), DAYS),
)


def replayed(engine: Engine) -> dict[str, Group]:
    """The register as the log tells it."""
    state: dict[str, Group] = {}
    for line in lines(engine):
        before = None if line.before is None else registry.from_json(line.before)
        assert state.get(line.entity_id) == before
        state[line.entity_id] = registry.from_json(line.after)
    return state


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 9), STEPS), max_size=12))
def test_the_log_tells_all_of_the_register(engine: Engine, steps: list[tuple[int, tuple[Any, ...]]]) -> None:
    for which, (action, *given_) in steps:
        groups = registry.all_groups(engine)
        if action == "add" or not groups:
            a_group(engine, name=given_[0] if action == "add" else "Eerste")
            continue
        group = groups[which % len(groups)]
        place = [(group.id, group.version)]
        try:
            if action == "change":
                edits.change(engine, EDITOR, [Edit(group.id, group.version, given_[0])])
            elif action == "deactivate":
                edits.deactivate(engine, EDITOR, place, *given_)
            elif action == "reactivate":
                edits.reactivate(engine, EDITOR, place)
            else:
                edits.confirm(engine, OTHER, place, given_[0])
        except InputError as problem:
            assert problem.key in ("error.group_reason", "error.group_order")
    assert replayed(engine) == {group.id: group for group in registry.all_groups(engine)}
