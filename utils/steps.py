"""What a resident can do next, under the verdict: join a group, start one, report what is not right."""

from typing import Final

import streamlit as st

from utils import joining, steps_form, steps_start, ui
from utils.errors import StoreError
from utils.models import COUNTRY, ReportKind
from utils.settings import settings
from utils.steps_form import About
from utils.ui import Page
from utils.verdict import Nearest, Verdict

REASONS: Final[dict[str, ReportKind]] = {
    "gone": "dead", "silent": "dead", "place": "wrong", "name": "wrong", "link": "wrong", "twice": "wrong",
    "person": "wrong", "missing": "missing", "rest": "other",
}  # fmt: skip
"""What may be not right, and as what the inbox keeps it."""
NO_GROUP: Final[tuple[str, ...]] = ("missing", "rest")
"""Reasons that are about no group of the register."""


def show(page: Page, verdict: Verdict | None) -> None:
    """The next step: three tabs, the likeliest open. ``verdict`` None: no area was found yet."""
    t = page.texts.t
    st.html(ui.ASSETS / "steps.css")
    with st.container(key="vervolg", width=900):
        st.header(t("steps.heading"), anchor=False)
        names = [t("steps.join_tab"), t("steps.start_tab"), t("steps.report_tab")]
        some = verdict is not None and verdict.kind != "none" and not page.coverage.groups.example
        # A default counts when tabs are first drawn: another answer gets tabs of its own, the same keeps its.
        key = f"vervolg_{verdict.code}_{verdict.kind}" if verdict else "vervolg_geen"
        join, start, report = st.tabs(names, default=names[0] if some else names[1], key=key)
        with join:
            _join(page, verdict)
        with start:
            steps_start.show(page, verdict)
        with report:
            _report(page, verdict)


def _area(page: Page, verdict: Verdict | None) -> str:
    code = verdict.code if verdict else page.address.gebied
    return "" if code == COUNTRY else code


def _groups(verdict: Verdict | None) -> tuple[Nearest, ...]:
    return verdict.nearest if verdict else ()


def _join(page: Page, verdict: Verdict | None) -> None:
    t, groups = page.texts.t, _groups(verdict)
    st.subheader(t("steps.join"), anchor=False)
    if page.coverage.groups.example:
        st.info(t("steps.join_example"), icon=":material/info:")
        return
    if not groups:
        st.markdown(t("steps.join_none" if verdict else "steps.join_search"))
        return
    named = {group.id: group for group in groups}
    chosen: str = st.selectbox(
        t("steps.which"), list(named), key="meedoen_groep",
        format_func=lambda id: steps_start.option(page, named[id]),
    )  # fmt: skip
    if link := _link(chosen):
        _open(page, link)
    st.markdown(t("steps.link_else") if link else t("steps.join_about"))
    area = _area(page, verdict)
    steps_form.show(page, "join", area, lambda: About("join", st.session_state.get("meedoen_groep", "")))


def _link(id: str) -> str:
    try:
        return joining.link(settings(), id)
    except StoreError:  # the register is away: whoever sends a message will be told
        return ""


def _open(page: Page, link: str) -> None:
    t = page.texts.t
    text = ui.escaped(t("steps.link"))
    st.html(
        f'<a class="meedoen" href="{ui.escaped(link)}" target="_blank" rel="noopener noreferrer">{text}</a>'
    )
    st.caption(ui.plain(t("steps.link_about", host=joining.host(link))))


def _report(page: Page, verdict: Verdict | None) -> None:
    t, groups = page.texts.t, () if page.coverage.groups.example else _groups(verdict)
    st.subheader(t("steps.report"), anchor=False)
    st.markdown(t("steps.report_about"))
    reasons = list(REASONS) if groups else list(NO_GROUP)
    named = {group.id: group for group in groups}

    def chooser() -> None:
        st.selectbox(
            t("steps.reason"), reasons, format_func=lambda one: t(f"steps.why.{one}"), key="melden_reden"
        )
        if named:
            st.selectbox(
                t("steps.about_group"), [*named, ""], key="melden_groep",
                format_func=lambda id: steps_start.option(page, named[id]) if id else t("steps.no_group"),
            )  # fmt: skip

    steps_form.show(page, "report", _area(page, verdict), lambda: _about(bool(named)), chooser)


def _about(groups: bool) -> About:
    """What is reported, as chosen on the form."""
    reason = str(st.session_state.get("melden_reden", "rest"))
    group = str(st.session_state.get("melden_groep") or "") if groups and reason not in NO_GROUP else ""
    return About(REASONS[reason], group, steps_form.for_staff(f"steps.why.{reason}"))
