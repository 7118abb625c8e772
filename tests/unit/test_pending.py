"""What was typed and not saved: counted, undone, kept through a conflict."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.errors import InputError
from utils.models import Group
from utils.pending import EDITABLE, Pending, typed

PARK = Group("G-1", "Het Park", participants=40, since=date(2020, 3, 1), version=3)


def test_a_value_that_is_as_before_is_no_change() -> None:
    kept = Pending()
    kept.put(PARK, "participants", 55)
    kept.put(PARK, "name", "Park")
    assert kept.count == 2
    assert kept.shown(PARK).participants == 55
    kept.put(PARK, "name", "Het Park")
    kept.put(PARK, "participants", 40)
    assert (kept.count, kept.edits(), kept.seen) == (0, [], {})


def test_edits_are_based_on_the_version_that_was_seen_first() -> None:
    kept = Pending()
    kept.put(PARK, "participants", 55)
    newer = Group("G-1", "Het Park", participants=60, version=4)
    kept.put(newer, "name", "Park")
    (edit,) = kept.edits()
    assert (edit.id, edit.version, edit.values) == ("G-1", 3, {"participants": 55, "name": "Park"})


def test_after_a_conflict_only_what_was_chosen_remains() -> None:
    kept = Pending()
    other = Group("G-2", "De Haven")
    kept.put(PARK, "participants", 55)
    kept.put(PARK, "name", "Park")
    kept.put(other, "name", "Haven")
    theirs = Group("G-1", "Het Park", participants=60, version=4)
    kept.settle([theirs], {"G-1": {"participants": 55}})
    assert [(edit.id, edit.version, edit.values) for edit in kept.edits()] == [
        ("G-2", 1, {"name": "Haven"}),
        ("G-1", 4, {"participants": 55}),
    ]
    kept.settle([theirs], {})
    assert [edit.id for edit in kept.edits()] == ["G-2"]


def test_the_rest_is_kept_where_one_cell_is_wrong() -> None:
    kept = Pending()
    with pytest.raises(InputError):
        kept.gather([PARK], {0: {"since": "gisteren", "participants": 55.0}})
    assert kept.values == {"G-1": {"participants": 55}}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("since", "2020-03-01", date(2020, 3, 1)), ("since", "2020-03-01T00:00:00.000", date(2020, 3, 1)),
        ("since", datetime(2020, 3, 1, 12, tzinfo=UTC), date(2020, 3, 1)),
        ("since", None, None), ("until", "", None),
        ("participants", 55.0, 55), ("participants", None, None), ("participants", float("nan"), None),
        ("name", "  Park ", "Park"), ("platform", None, ""), ("status", "pending", "pending"),
    ],
)  # fmt: skip
def test_cells_become_the_fields_own_types(name: str, raw: Any, value: Any) -> None:
    assert typed(name, raw) == value


@pytest.mark.parametrize(("name", "raw"), [("since", "32-01-2020"), ("status", "weg"), ("status", None)])
def test_cells_that_are_none_of_the_fields_are_refused(name: str, raw: Any) -> None:
    with pytest.raises(InputError):
        typed(name, raw)


@given(st.lists(st.tuples(st.sampled_from(("name", "notes", "source")), st.text(max_size=5))))
def test_what_is_typed_last_is_what_is_saved(steps: list[tuple[str, str]]) -> None:
    kept = Pending()
    for name, value in steps:
        kept.put(PARK, name, value)
    wanted = {name: value for name, value in dict(steps).items() if value != getattr(PARK, name)}
    assert [edit.values for edit in kept.edits()] == ([wanted] if wanted else [])
    assert kept.count == len(wanted)
    assert "id" not in EDITABLE
