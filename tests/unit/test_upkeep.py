"""How well a register is kept, counted by hand."""

from dataclasses import replace
from datetime import date

import numpy as np

from utils.models import Groups
from utils.upkeep import Upkeep, day_of_judgement, fresh, stale_before, upkeep

TODAY = date(2026, 6, 1)


def groups(status: list[str], confirmed: list[str], x: list[float]) -> Groups:
    """Groups with these states, days of confirming ("NaT" for never) and places."""
    n = len(status)
    texts, days = np.array([""] * n, dtype=object), np.array(["NaT"] * n, dtype="datetime64[D]")
    return Groups(
        ids=texts, names=texts, x=np.array(x), y=np.array(x), area=np.array([None] * n, dtype=object),
        participants=np.full(n, np.nan), status=np.array(status, dtype=object), since=days, until=days,
        confirmed=np.array(confirmed, dtype="datetime64[D]"), platform=texts,
    )  # fmt: skip


def test_the_groups_that_need_work_are_counted() -> None:
    found = groups(
        ["active", "active", "active", "active", "inactive", "pending", "unverified"],
        ["2026-05-01", "2025-06-01", "2025-05-31", "NaT", "NaT", "NaT", "2020-01-01"],
        [1.0, 1.0, np.nan, 1.0, np.nan, np.nan, 1.0],
    )
    assert stale_before(TODAY) == date(2025, 6, 1)
    assert upkeep(found, TODAY) == Upkeep(total=7, active=4, stale=2, waiting=2, placeless=2)


def test_fresh_is_active_and_confirmed_within_a_year() -> None:
    states = ["active", "active", "active", "active", "inactive", "pending", "unverified"]
    days = ["2026-05-01", "2025-06-01", "2025-05-31", "NaT", "2026-05-01", "2026-05-01", "2026-05-01"]
    found = fresh(groups(states, days, [1.0] * 7), TODAY)
    assert found.dtype == bool
    assert found.tolist() == [True, True, False, False, False, False, False]
    assert fresh(groups([], [], []), TODAY).tolist() == []


def test_examples_are_judged_on_the_day_that_they_were_made_for() -> None:
    made = replace(groups(["active"], ["2019-12-01"], [1.0]), example=True, peildatum=date(2019, 12, 31))
    assert day_of_judgement(made, TODAY) == date(2019, 12, 31)
    assert day_of_judgement(replace(made, example=False), TODAY) == TODAY
    assert day_of_judgement(replace(made, peildatum=None), TODAY) == TODAY


def test_examples_are_nobodys_and_an_empty_register_is_empty() -> None:
    nothing = Upkeep(0, 0, 0, 0, 0)
    assert upkeep(replace(groups(["active"], ["NaT"], [1.0]), example=True), TODAY) == nothing
    assert upkeep(groups([], [], []), TODAY) == nothing
