"""Reading a list in: file, columns, check, preview, done. Nothing is written before the last step."""

import math
from typing import Final

import streamlit as st

from utils import (
    registry,
    staff_import_columns,
    staff_import_desk,
    staff_import_done,
    staff_import_file,
    staff_import_preview,
    staff_import_problems,
    ui,
)
from utils.access import Actor
from utils.import_flow import FEW
from utils.settings import settings
from utils.staff_import_desk import CHECK, COLUMNS, DONE, FILE, PREVIEW, Desk
from utils.texts import Texts
from utils.ui import Page

SOON: Final = 0.8
"""Seconds that are waited without a word: most lists are checked by then."""
EVERY: Final = 0.7
_STEPS: Final = {FILE: "file", COLUMNS: "columns", CHECK: "check", PREVIEW: "preview", DONE: "done"}
_PARTS: Final = {"read": 0.2, "register": 0.05, "postcodes": 0.1, "check": 0.25, "match": 0.8, "write": 0.0}
"""How far the whole is when a part begins."""
_ROWS_A_SECOND: Final = 8_000


def show(page: Page, actor: Actor) -> None:
    """The section. Raises Denied, StoreError."""
    actor.require("import")
    desk = staff_import_desk.desk()
    if desk.job is None:
        _begin(page, desk)
    _steps(page.texts, desk)
    if desk.job is not None:
        desk.job.wait(SOON)
        if desk.job.running:
            _wait(page.texts, desk)
            return
        desk.end()
        st.rerun()
    with st.container(key=f"stap_{_STEPS[desk.step]}"):
        _step(page, desk)


def _step(page: Page, desk: Desk) -> None:
    if desk.problem is not None:
        ui.show(desk.problem, page.texts)
        if desk.step in (CHECK, PREVIEW):
            st.button(page.texts.t("staff_import.retry"), key="opnieuw", on_click=_retry, args=(desk,))
    if desk.step == COLUMNS:
        staff_import_columns.show(page, desk)
    elif desk.step == CHECK and desk.result:
        staff_import_problems.show(page, desk)
    elif desk.step == PREVIEW and desk.result:
        staff_import_preview.show(page, desk)
    elif desk.step == DONE:
        staff_import_done.show(page, desk)
    elif desk.step == FILE:
        staff_import_file.show(page, desk)


def _retry(desk: Desk) -> None:
    desk.problem = None


def _begin(page: Page, desk: Desk) -> None:
    """Start what the step needs."""
    if staff_import_desk.moved(desk.problem):
        desk.problem = None
        desk.again(PREVIEW)
    if desk.step not in (CHECK, PREVIEW) or desk.problem is not None:
        return
    if desk.result is not None and _revision() != desk.result.plan.revision:
        desk.again(desk.step)
    desk.look(page.coverage.atlas)


def _revision() -> str:
    return registry.revision(registry.engine_for(settings())) if settings().has_register else ""


def _steps(texts: Texts, desk: Desk) -> None:
    """The five steps: where we are, and the way back."""

    def go(step: int) -> None:
        desk.step, desk.problem, desk.moved = step, None, False

    with st.container(horizontal=True, vertical_alignment="center", key="stappen"):
        for step, name in _STEPS.items():
            said = f"{step}. {texts.t(f'staff_import.step.{name}')}"  # a list's number would be markup
            said = said.replace(".", "\\.", 1)
            open_ = step < desk.step < DONE and desk.job is None
            here = step == desk.step
            st.button(
                f"**{said}**" if here else said, key=f"stap_knop_{step}", type="tertiary",
                icon=":material/chevron_right:" if step > FILE else None, disabled=not open_,
                on_click=go, args=(step,),
            )  # fmt: skip


def _wait(texts: Texts, desk: Desk) -> None:
    st.title(texts.t("staff_import.busy"), anchor=False)
    st.fragment(_watch, run_every=EVERY)(texts, desk)
    st.caption(texts.t("staff_import.busy_how"))


def _watch(texts: Texts, desk: Desk) -> None:
    job = desk.job
    if job is None or not job.running:
        st.rerun()
    step, done, total = job.at
    said = texts.t(f"staff_import.doing.{step}") if step else texts.t("staff_import.doing.register")
    if total >= FEW and done:
        said = f"{said} {texts.t('staff.done_of', n=done, total=total)}"
    share = _PARTS.get(step, 0.0)
    if done and total:
        share += (1 if step == "write" else 0.1) * done / total
    elif step == "check":  # all rows at once: what is left of it can only be guessed
        share += 0.5 * (1 - math.exp(-job.seconds * _ROWS_A_SECOND / max(total, 1)))
    seconds = texts.t("staff_import.seconds", n=round(job.seconds))
    st.progress(min(share, 1.0), text=f"{said} · {seconds}")
