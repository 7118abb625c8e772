"""Step 4 of reading a list in: what would change, on a map and group by group. Nothing is written yet."""

from typing import Any, Final

import numpy as np
import streamlit as st

from utils import (
    cached,
    import_words,
    pin_map,
    sign_in,
    staff_import_problems,
    staff_place,
    staff_register,
    ui,
)
from utils.import_model import Plan, Step
from utils.import_words import KINDS
from utils.import_work import Result
from utils.pin_map import Dots, Kind
from utils.settings import settings
from utils.staff_import_desk import Desk
from utils.texts import Texts
from utils.ui import Page

MOST: Final = 20_000
"""Dots that are drawn."""
AT_ONCE: Final = 50
HEIGHT: Final = 430
_ON_MAP: Final = ("added", "unchanged", "deactivated", "changed")
"""In the order of the map's colours."""
_CHANGES: Final = ("added", "changed", "deactivated")


def show(page: Page, desk: Desk) -> None:
    """What the list would do."""
    texts, result = page.texts, desk.result
    assert result is not None
    plan = result.plan
    n = sum(plan.counts[kind] for kind in _CHANGES)
    nothing = "staff_import.preview_none" if result.people else "staff_import.nothing_title"
    title = texts.t("staff_import.preview_title", n=n) if n else texts.t(nothing)
    st.title(title, anchor=False)
    st.markdown(texts.t("staff_import.dry_run"))
    if desk.moved:
        st.info(texts.t("staff_import.moved"), icon=":material/info:")
    _counts(texts, plan)
    if result.wrong:
        st.warning(texts.t("staff_import.left", n=result.wrong), icon=":material/warning:")
    _complete(texts, desk)
    _commit(texts, desk, result, n)
    _map(page, desk, plan)
    _groups(page, desk, plan)


def _counts(texts: Texts, plan: Plan) -> None:
    with st.container(horizontal=True, key="tellingen"):
        for kind in KINDS:
            st.metric(
                texts.t(f"staff_import.count.{kind}"), texts.number(plan.counts[kind]), border=True,
                help=texts.t(f"staff_import.count_help.{kind}"), width="stretch",
            )  # fmt: skip


def _complete(texts: Texts, desk: Desk) -> None:
    key = f"compleet_{desk.turn}"

    def ticked() -> None:
        desk.complete = bool(st.session_state[key])

    st.checkbox(
        texts.t("staff_import.complete"), desk.complete, key=key, on_change=ticked,
        help=texts.t("staff_import.complete_help"),
    )  # fmt: skip


def _commit(texts: Texts, desk: Desk, result: Result, n: int) -> None:
    """The button that writes; what must be confirmed first."""
    plan = result.plan
    people = result.people
    used = any(step.row is not None for step in plan.steps)
    if people:
        st.markdown(texts.t("staff_import.people_count", n=people))
    sure = True
    for number, warning in enumerate(plan.warnings):
        st.warning(texts.t(warning.key, **warning.params), icon=":material/warning:")
        asked = st.checkbox(texts.t("staff_import.sure"), key=f"zeker_{desk.turn}_{number}")
        sure = sure and asked
    label = texts.t("staff_import.commit", n=n) if n else texts.t("staff_import.commit_people")
    with st.container(horizontal=True, key="doorvoerbalk", vertical_alignment="center"):
        if used and (n or people) and st.button(
            label, key="doorvoeren", type="primary", icon=":material/save:", disabled=not sure
        ):  # fmt: skip
            with ui.told(texts):
                desk.write(sign_in.acting(), texts)
                st.rerun()
        if not used:
            st.warning(texts.t("error.import_no_rows", rows=plan.counts["rows"]), icon=":material/warning:")
        if result.problems:
            staff_import_problems.download(texts, desk, result)


# --- the map


def _map(page: Page, desk: Desk, plan: Plan) -> None:
    texts, atlas = page.texts, page.coverage.atlas
    steps = desk.once("dots", id(plan), lambda: _drawn(plan))
    st.header(texts.t("staff_import.map"), anchor=False)
    if steps is None:
        st.markdown(texts.t("staff_import.map_many", n=MOST))
        found = desk.once("provinces", id(plan), lambda: import_words.per_province(plan, atlas))
        names = [texts.t(f"staff_import.count.{kind}") for kind in KINDS]
        lines = [
            (name or texts.t("staff_import.elsewhere"), *(texts.number(n[kind]) for kind in KINDS))
            for name, n in found
        ]
        ui.plain_table([texts.t("level.province"), *names], lines)
        return
    kinds = tuple(
        Kind(texts.t("staff_import.dots", kind=texts.t(f"staff_import.count.{kind}"), n=_n(steps, kind)))
        for kind in _ON_MAP
    )
    about = (id(plan), texts.lang, ui.theme())
    spec = desk.once("map", about, lambda: _specification(page, desk, steps, kinds))
    ui.pin_map(spec, f"kaart_inlezen_{desk.turn}", HEIGHT, _nowhere)
    staff_place.legend(page, pin_map.colours(kinds, ui.theme()))
    hidden = sum(step.after.x is None for step in plan.steps)
    if hidden:
        st.caption(texts.t("staff_import.not_on_map", n=hidden))
    if len(plan.steps) - hidden > len(steps):
        st.caption(texts.t("staff_import.map_changes", n=MOST))


def _n(steps: list[Step], kind: str) -> int:
    return sum(step.kind == kind for step in steps)


def _nowhere(x: float, y: float) -> None:
    """A click tells nothing here."""


def _drawn(plan: Plan) -> list[Step] | None:
    """What is on the map: all, else what changes, None where that is too much as well."""
    placed = [step for step in plan.steps if step.after.x is not None]
    for steps in (placed, import_words.of_kinds(placed, _CHANGES)):
        if len(steps) <= MOST:
            return steps
    return None


def _specification(page: Page, desk: Desk, steps: list[Step], kinds: tuple[Kind, ...]) -> dict[str, Any]:
    texts, atlas = page.texts, page.coverage.atlas
    dots = Dots(
        np.array([step.after.x for step in steps], dtype=float),
        np.array([step.after.y for step in steps], dtype=float),
        np.array([_ON_MAP.index(step.kind) for step in steps], dtype=np.intp),
        [step.after.name for step in steps],
    )
    return pin_map.specification(
        ui.geometry_url(cached.land_file(atlas)), None,
        staff_place.map_texts(texts, texts.t("staff_import.map")), lang=texts.lang, theme=ui.theme(),
        tiles=settings().tiles, dots=dots, kinds=kinds, frame=f"inlezen/{desk.sha256}",
    )  # fmt: skip


# --- group by group


def _groups(page: Page, desk: Desk, plan: Plan) -> None:
    texts = page.texts
    st.header(texts.t("staff_import.groups"), anchor=False)
    options = ("changes", *(kind for kind in KINDS if plan.counts[kind]))
    key = f"wijzigingen_{desk.turn}"

    def chosen() -> None:
        st.session_state["groepen_van"] = 0

    which = st.selectbox(
        texts.t("staff_import.groups_which"), options, key=key, on_change=chosen, width=420,
        format_func=lambda one: _choice(texts, plan, one),
    )  # fmt: skip
    kinds = _CHANGES if which == "changes" else (which,)
    steps = desk.once("groups", (id(plan), kinds), lambda: import_words.of_kinds(plan.steps, kinds))
    start = min(int(st.session_state.get("groepen_van", 0)), max(len(steps) - 1, 0) // AT_ONCE * AT_ONCE)
    if not steps:
        st.markdown(texts.t("staff_import.groups_none"))
        return
    shown = steps[start : start + AT_ONCE]
    towns = staff_register.towns(page.coverage, [step.after for step in shown])
    lines = [_line(page, step, town) for step, town in zip(shown, towns, strict=True)]
    with st.container(key="groepenlijst"):
        names = ("group_kind", "group_row", "group", "group_what")
        ui.plain_table([texts.t(f"staff_import.{name}") for name in names], lines)
    staff_import_problems.pager(texts, len(steps), start, AT_ONCE, "groepen_van")


def _choice(texts: Texts, plan: Plan, one: str) -> str:
    n = sum(plan.counts[kind] for kind in _CHANGES) if one == "changes" else plan.counts[one]
    name = texts.t("staff_import.changes") if one == "changes" else texts.t(f"staff_import.count.{one}")
    return f"{name} ({texts.number(n)})"


def _line(page: Page, step: Step, town: str) -> tuple[str, ...]:
    texts = page.texts
    what = import_words.differences(texts, step, page.coverage.atlas, town)
    row = "–" if step.row is None else str(step.row)
    return texts.t(f"staff_import.is.{step.kind}"), row, step.after.name, "; ".join(what)
