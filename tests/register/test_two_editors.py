"""Two people at once, each with a connection of their own: nobody's work is lost, and nobody is sent away."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from tests.register.people import EDITOR, OTHER, a_group
from utils import database, edits, registry
from utils.edits import Conflict, Edit
from utils.errors import InputError
from utils.models import Group


def both(*tasks: Callable[[], Any]) -> list[Any]:
    """What each task gives, or the refusal that it raises; all start at once."""
    start = threading.Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        start.wait(10)
        try:
            return task()
        except InputError as refusal:
            return refusal

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_the_second_sees_both_versions(url: str) -> None:
    one, two = database.open_engine(url), database.open_engine(url)
    base = a_group(one, "A")
    mine, yours = Edit("A", 1, {"name": "Mijn"}), Edit("A", 1, {"participants": 77})
    results = both(lambda: edits.change(one, EDITOR, [mine]), lambda: edits.change(two, OTHER, [yours]))
    (refused,) = [result for result in results if isinstance(result, Conflict)]
    ((written,),) = [result for result in results if not isinstance(result, Conflict)]
    (edit,) = refused.mine
    assert refused.theirs == (written,)
    assert edits.clashes(base, edit, written) == ()
    (merged,) = edits.change(one, EDITOR, [edits.rebased(edit, written)])
    assert (merged.name, merged.participants, merged.version) == ("Mijn", 77, 3)
    for engine in (one, two):
        engine.dispose()


def test_many_edits_of_one_group_all_arrive(url: str) -> None:
    engines = [database.open_engine(url) for _ in range(4)]
    a_group(engines[0], "A", notes="")
    conflicts: list[int] = []

    def note(engine: sa.Engine, name: str) -> None:
        for i in range(5):
            while True:
                now = edits.get(engine, EDITOR, "A")
                try:
                    edits.change(
                        engine, EDITOR, [Edit("A", now.version, {"notes": f"{now.notes}{name}{i} "})]
                    )
                    break
                except Conflict:
                    conflicts.append(1)

    both(
        *(
            lambda engine=engine, name=name: note(engine, name)
            for engine, name in zip(engines, "abcd", strict=True)
        )
    )
    after = edits.get(engines[0], EDITOR, "A")
    assert sorted(after.notes.split()) == sorted(f"{name}{i}" for name in "abcd" for i in range(5))
    assert after.version == 21
    assert len(edits.history(engines[0], EDITOR, "A")) == 21
    for engine in engines:
        engine.dispose()


def test_edits_of_many_groups_in_another_order(url: str) -> None:
    one, two = database.open_engine(url), database.open_engine(url)
    ids = [a_group(one, f"G{i}").id for i in range(20)]
    there = [(id, 1) for id in ids]

    def confirm(engine: sa.Engine, places: list[tuple[str, int]]) -> list[Group]:
        return edits.confirm(engine, EDITOR, places, date(2025, 1, 1))

    results = both(lambda: confirm(one, there), lambda: confirm(two, there[::-1]))
    (refused,) = [result for result in results if isinstance(result, Conflict)]
    assert len(refused.theirs) == 20
    assert {group.version for group in registry.all_groups(one)} == {2}
    for engine in (one, two):
        engine.dispose()


@pytest.mark.parametrize("added", ["same", "other"])
def test_two_add_a_group(url: str, added: str) -> None:
    one, two = database.open_engine(url), database.open_engine(url)
    id = "A" if added == "same" else ""
    results = both(lambda: a_group(one, id), lambda: a_group(two, id))
    refused = [result for result in results if isinstance(result, InputError)]
    assert [problem.key for problem in refused] == (["error.group_exists"] if added == "same" else [])
    assert len(registry.all_groups(one)) == 2 - len(refused)
    for engine in (one, two):
        engine.dispose()


def test_who_is_busy_is_waited_for(url: str) -> None:
    one, two = database.open_engine(url), database.open_engine(url)
    a_group(one, "A")
    inside = threading.Event()

    def slow(connection: sa.Connection, batch: database.Batch) -> None:
        inside.set()
        time.sleep(0.5)  # which is what is tested: someone else's long transaction

    def quick() -> list[Group]:
        assert inside.wait(10)
        return edits.change(two, OTHER, [Edit("A", 1, {"name": "Later"})])

    (_, done) = both(lambda: database.write(one, slow), quick)
    assert done[0].name == "Later"
    for engine in (one, two):
        engine.dispose()
