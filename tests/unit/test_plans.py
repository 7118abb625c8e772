"""Rows of a file beside the groups that are there: which row is which group, and what it changes."""

from dataclasses import replace
from datetime import date
from typing import Any

import shapely
from hypothesis import given
from hypothesis import strategies as st

from utils import differences, plans
from utils.differences import NOT_LISTED
from utils.import_model import Checked, Draft, Plan
from utils.matching import fresh_ids, match
from utils.models import STATUSES, Group

TODAY = date(2026, 3, 1)
X, Y = 155_000.0, 463_000.0


def group(id_: str, name: str = "Groep", x: float | None = X, y: float | None = Y, **values: Any) -> Group:
    return Group(id_, name, x, y, **values)


def draft(row: int, id_: str = "", contact: dict[str, Any] | None = None, **values: Any) -> Draft:
    return Draft(row, id_, values, contact)


def at(x: float = X, y: float = Y, precision: str = "point") -> dict[str, Any]:
    return {"x": x, "y": y, "precision": precision}


def plan(existing: list[Group], *drafts: Draft, complete: bool = False, left_out: Any = ()) -> Plan:
    checked = Checked(len(drafts) + len(left_out), len(left_out), drafts, ())
    return plans.make(existing, "r1", checked, complete, left_out, TODAY)


def after(made: Plan) -> list[Group]:
    return [step.after for step in made.steps]


def register(existing: list[Group], made: Plan) -> list[Group]:
    """The groups once the plan is carried out."""
    return list(({one.id: one for one in existing} | {one.id: one for one in after(made)}).values())


def test_a_new_row_is_added_with_its_own_id() -> None:
    made = plan([], draft(2, "A1", name="Oost", **at(), participants=12, status="pending"))
    (step,) = made.steps
    assert (step.kind, step.row, step.before) == ("added", 2, None)
    assert step.after == group("A1", "Oost", participants=12, status="pending")
    assert made.counts == {
        "added": 1, "changed": 0, "unchanged": 0, "deactivated": 0, "left_out": 0, "rows": 1,
    }  # fmt: skip
    assert made.revision == "r1"


def test_a_row_without_an_id_gets_a_short_one_that_follows_from_its_values() -> None:
    rows = [draft(2, name="Oost", **at()), draft(3, name="Oost", **at()), draft(4, name="West", **at())]
    ids = [one.id for one in after(plan([], *rows))]
    assert len(set(ids)) == 3
    assert all(len(id_) == 8 and id_.startswith("g-") for id_ in ids)
    assert ids == [one.id for one in after(plan([], *rows))]


def test_a_fresh_id_is_nobody_elses() -> None:
    values = {"name": "Oost", **at()}
    first, second, third, fourth = (id_ for id_, _ in zip(fresh_ids(values), range(4), strict=False))
    taken = [group(first, "Elders", X + 9_000)]
    rows = [draft(2, second, name="Noord", **at(X + 5_000)), draft(3, **values)]
    made = plan(taken, *rows, left_out=[(third, "")])
    assert [one.id for one in after(made)] == [second, fourth]


def test_a_row_is_the_group_with_its_id_wherever_it_is() -> None:
    there = [group("A1", "Oost"), group("A2", "West")]
    (step,) = plan(there, draft(2, "A2", name="Oost", **at(X + 50_000))).steps
    assert step.before == there[1]
    assert (step.kind, step.after.name, step.after.x) == ("changed", "Oost", X + 50_000)


def test_without_its_id_a_row_is_the_group_of_its_name_within_200_metres() -> None:
    there = [group("A1", "De Wâtergraaf!")]
    assert plan(there, draft(2, name="de watergraaf", **at(X + 199))).steps[0].before == there[0]
    assert plan(there, draft(2, "new", name="de watergraaf", **at(X + 199))).steps[0].before == there[0]
    assert plan(there, draft(2, name="de watergraaf", **at(X + 201))).steps[0].before is None
    assert plan(there, draft(2, name="de watergraven", **at())).steps[0].before is None


def test_without_a_place_a_row_is_the_group_of_its_name_in_its_municipality() -> None:
    there = [group("A1", "Oost", municipality="GM0995")]
    bare = {"precision": "municipality", "name": "Oost"}
    assert plan(there, draft(2, **bare, municipality="GM0995")).steps[0].kind == "unchanged"
    assert plan(there, draft(2, **bare, municipality="GM0034")).steps[0].kind == "added"
    assert plan([group("A1", "Oost")], draft(2, **bare)).steps[0].kind == "added"


def test_each_group_is_matched_once_the_nearest_first() -> None:
    there = [group("A1", x=X), group("A2", x=X + 100)]
    rows = [draft(2, name="Groep", **at(X + 110)), draft(3, name="Groep", **at(X + 30))]
    assert [step.before for step in plan(there, *rows).steps] == there[::-1]
    rows = [draft(2, name="Groep", **at(X + 10)), draft(3, name="Groep", **at(X + 1))]
    made = plan(there[:1], *rows)
    assert [step.kind for step in made.steps] == ["added", "changed"]


def test_of_groups_at_one_place_the_most_alike_is_matched() -> None:
    there = [group("A1", description="noord"), group("A2", description="zuid")]
    rows = [
        draft(2, name="Groep", **at(), description="zuid"),
        draft(3, name="Groep", **at(), description="noord"),
    ]
    made = plan(there, *rows)
    assert [(step.kind, step.before and step.before.id) for step in made.steps] == [
        ("unchanged", "A2"),
        ("unchanged", "A1"),
    ]


def test_hundreds_of_one_name_are_matched_with_the_nearest() -> None:
    there = [group(f"A{i}", x=X + 150 * i) for i in range(400)]
    rows = [draft(i, name="Groep", **at(X + 150 * i + 1)) for i in range(400)]
    found = match(there, rows)
    assert [found[i].id for i in range(400)] == [f"A{i}" for i in range(400)]


def test_hundreds_of_one_name_at_one_place_stay_who_they_are() -> None:
    rows = [draft(i, name="Groep", **at(), description=str(i // 2)) for i in range(300)]
    there = after(plan([], *rows))
    assert len({one.id for one in there}) == 300
    assert {step.kind for step in plan(there[::-1], *rows).steps} == {"unchanged"}


def test_a_group_of_a_row_that_was_left_out_is_not_matched_by_name() -> None:
    there = [group("A1", "Oost")]
    made = plan(there, draft(3, "A2", name="Oost", **at()), left_out=[("A1", "Oost")])
    assert [(step.kind, step.after.id) for step in made.steps] == [("added", "A2")]


def test_an_id_that_is_also_on_a_row_that_was_left_out_still_is_that_group() -> None:
    made = plan([group("A1", "Oost")], draft(3, "A1", name="Oost", **at()), left_out=[("A1", "Oost")])
    assert [(step.kind, step.after.id) for step in made.steps] == [("unchanged", "A1")]


def test_an_empty_cell_changes_nothing() -> None:
    there = group("A1", participants=5, notes="bel eerst", until=date(2025, 1, 1), status="inactive")
    empty = draft(2, "A1", name="", participants=None, notes="", until=None, x=None, y=None)
    assert plan([there], empty).steps[0].kind == "unchanged"


def test_values_that_differ_only_in_blanks_or_rounding_are_equal() -> None:
    square = [(X, Y), (X + 9, Y), (X + 9, Y + 9), (X, Y + 9)]
    turned = [(x + 0.1, y - 0.1) for x, y in (*square[2:], *square[:2])]
    there = group("A1", "Café 'Oost'", area=shapely.Polygon(square).wkb)
    row = draft(
        2, "A1", name=" Cafe\u0301  'Oost' ", **at(X + 0.3, Y - 0.3), area=shapely.Polygon(turned).wkb
    )
    assert [(step.kind, step.after) for step in plan([there], row).steps] == [("unchanged", there)]
    assert plan([there], draft(2, "A1", name="café 'oost'")).steps[0].after.name == "café 'oost'"
    assert plan([there], draft(2, "A1", **at(X + 0.6))).steps[0].after.x == X + 0.6


def test_a_coarser_place_does_not_take_the_place_of_a_finer_one() -> None:
    there = group("A1", "Oost", municipality="GM0995")
    for values in (at(X + 1_900, Y, "postcode"), at(X, Y + 4_900, "place")):
        assert plan([there], draft(2, "A1", **values)).steps[0].after == there
    far = plan([there], draft(2, "A1", **at(X + 2_100, Y, "postcode"))).steps[0].after
    assert (far.x, far.precision) == (X + 2_100, "postcode")
    gone = plan([there], draft(2, "A1", x=None, y=None, precision="municipality", municipality="GM0034"))
    assert after(gone) == [replace(there, x=None, y=None, precision="municipality", municipality="GM0034")]
    assert after(plan([there], draft(2, "A1", municipality="GM0034")))[0].x == X


def test_a_finer_place_takes_the_place_of_a_coarser_one() -> None:
    there = group("A1", "Oost", precision="place")
    assert after(plan([there], draft(2, "A1", **at(X + 3_000)))) == [group("A1", "Oost", X + 3_000)]
    # the very middle of the town says no more than the town: our own download, read in again
    assert after(plan([there], draft(2, "A1", **at(X + 0.1)))) == [there]
    known = draft(2, "A1", **at(X + 0.1), municipality="GM0034")
    assert after(plan([there], known)) == [there]
    bare = group("A1", "Oost", None, None, precision="municipality", municipality="GM0995")
    assert after(plan([bare], draft(2, "A1", **at(precision="place"))))[0].x == X


def test_a_row_that_came_before_is_its_group_wherever_someone_put_it() -> None:
    row = draft(2, name="Oost", **at(precision="postcode"))
    (there,) = after(plan([], row))
    moved = replace(there, x=X + 900, precision="point")
    assert after(plan([moved, group("A1", "Oost")], row)) == [moved]


def test_a_row_may_deactivate_and_activate() -> None:
    there = group("A1")
    ended = plan([there], draft(2, "A1", status="inactive", reason="gestopt", until=TODAY))
    assert ended.counts["deactivated"] == 1
    again = plan(after(ended), draft(2, "A1", status="active"))
    assert (again.steps[0].kind, after(again)) == ("changed", [there])
    assert plan(after(ended), draft(2, "A1", name="Groep")).counts["unchanged"] == 1


def test_a_complete_list_ends_the_groups_that_it_does_not_have() -> None:
    there = [group(f"A{i}", f"Groep {i}", X + 1_000 * i) for i in range(10)]
    there += [group("B1", "Rustend", status="pending"), group("B2", "Weg", status="inactive")]
    rows = [draft(i, f"A{i}", name=f"Groep {i}") for i in range(9)]
    assert plan(there, *rows).counts["deactivated"] == 0
    made = plan(there, *rows, complete=True)
    assert made.counts["deactivated"] == 1
    last = made.steps[-1]
    assert (last.row, last.before, last.after) == (
        None, there[9], replace(there[9], status="inactive", reason=NOT_LISTED, until=TODAY),
    )  # fmt: skip
    assert made.warnings == ()
    back = plan(register(there, made), *rows, draft(11, "A9", name="Groep 9"), complete=True)
    assert (back.counts["changed"], after(back)[-1]) == (1, there[9])


def test_a_row_with_an_error_is_in_a_complete_list_all_the_same() -> None:
    there = [group(f"A{i}", f"Groep {i}") for i in range(3)]
    made = plan(there, draft(2, "A0"), complete=True, left_out=[("A1", "?"), ("", "groep 2")])
    assert made.counts["deactivated"] == 0
    # its id says which group it is: then another one of its name is not in the list
    made = plan(there, draft(2, "A0"), complete=True, left_out=[("A1", "Groep 2")])
    assert [step.after.id for step in made.steps if step.kind == "deactivated"] == ["A2"]


def test_a_list_that_would_end_more_than_a_fifth_asks_to_be_confirmed() -> None:
    there = [group(f"A{i}", f"Groep {i}") for i in range(10)]
    rows = [draft(i, f"A{i}") for i in range(10)]
    assert plan(there, *rows[:8], complete=True).warnings == ()
    (warning,) = plan(there, *rows[:7], complete=True).warnings
    assert (warning.key, warning.params) == ("plan.much", {"n": 3, "active": 10})
    assert plan([], *[draft(2, "A", name="x")], complete=True).warnings == ()


def test_a_row_that_does_not_go_with_what_the_register_has_becomes_a_problem() -> None:
    there = group("A1", since=date(2024, 1, 1), area=shapely.box(X - 10, Y - 10, X + 10, Y + 10).wkb)
    for values in ({"until": date(2020, 1, 1)}, at(X + 5_000)):
        made = plan([there], draft(7, "A1", **values))
        assert made.steps == ()
        (problem,) = made.checked.problems
        assert (problem.row, problem.severity) == (7, "error")
        assert made.counts["left_out"] == made.checked.left_out == 1
        assert plan([there], draft(7, "A1", **values), complete=True).counts["deactivated"] == 0


names = st.sampled_from(["Oost", "oost", "West", "De Buurt", "Plein '40-'45"])
rows = st.fixed_dictionaries(
    {
        "name": names,
        "status": st.sampled_from(["", *STATUSES]),
        "description": st.sampled_from(["", "a", "b"]),
        "participants": st.none() | st.integers(1, 3),
        "municipality": st.sampled_from(["", "GM0995", "GM0034"]),
        "place": st.none()
        | st.tuples(
            st.floats(X, X + 600), st.floats(Y, Y + 600), st.sampled_from(["point", "postcode", "place"])
        ),
    }
)


def as_drafts(found: list[dict[str, Any]], ids: list[int | None]) -> list[Draft]:
    taken: set[str] = set()
    made = []
    for row, (values, number) in enumerate(zip(found, ids, strict=False), start=2):
        id_ = "" if number is None or f"A{number}" in taken else f"A{number}"
        taken.add(id_)
        place = values["place"]
        spot = at(*place) if place else {"x": None, "y": None, "precision": "municipality"}
        made.append(Draft(row, id_, {k: v for k, v in values.items() if k != "place"} | spot))
    return made


drafts = st.builds(
    as_drafts,
    st.lists(rows, max_size=12),
    st.lists(st.none() | st.integers(0, 5), min_size=12, max_size=12),
)


@given(drafts, drafts, st.booleans())
def test_the_same_rows_twice_change_nothing(before: list[Draft], now: list[Draft], complete: bool) -> None:
    there = register([], plan([], *before))
    first = plan(there, *now, complete=complete)
    then = register(there, first)
    again = plan(then, *now, complete=complete)
    assert {step.kind for step in again.steps} <= {"unchanged"}
    assert {step.kind for step in plan(then[::-1], *now).steps} <= {"unchanged"}


@given(drafts, drafts)
def test_every_row_is_one_group_and_no_group_is_lost(before: list[Draft], now: list[Draft]) -> None:
    there = register([], plan([], *before))
    assert len(there) == len(before)
    made = plan(there, *now)
    ids = [step.after.id for step in made.steps]
    assert len(ids) == len(set(ids)) == len(now)
    assert [step.row for step in made.steps] == [one.row for one in now]
    assert {one.id for one in there} <= {one.id for one in register(there, made)}
    assert made.counts["rows"] == sum(
        made.counts[kind] for kind in ("added", "changed", "unchanged", "deactivated")
    )


@given(drafts)
def test_blurred_coordinates_change_nothing(before: list[Draft]) -> None:
    there = [one for one in after(plan([], *before)) if one.x is not None and one.y is not None]
    rows = [draft(2, one.id, **at((one.x or 0) + 0.2, (one.y or 0) - 0.2, one.precision)) for one in there]
    assert after(plan(there, *rows)) == there


def test_what_differs_is_told_by_field() -> None:
    there = group("A1", "Oost", participants=3)
    values = {"name": "Oost", "participants": 4, "since": date(2024, 1, 2), **at(X + 10)}
    assert differences.between(there, values) == {
        "participants": 4,
        "since": date(2024, 1, 2),
        "x": X + 10,
        "y": Y,
    }
