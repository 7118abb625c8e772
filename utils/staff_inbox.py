"""The inbox for staff: what residents asked or reported, the newest first, and the answer to it."""

from datetime import UTC, datetime
from typing import Final, get_args

import streamlit as st

from utils import edits, group_words, inbox, staff_sections, summaries, ui, wording
from utils.access import Actor
from utils.errors import AppError
from utils.models import ReportStatus, ResidentReport
from utils.settings import settings
from utils.ui import Page

STATUSES: Final[tuple[ReportStatus, ...]] = get_args(ReportStatus)
MOST: Final = 50
"""Reports that are drawn at once."""


def show(page: Page, actor: Actor) -> None:
    """The section. Reports that are too old lose their personal data first. Raises Denied, StoreError."""
    texts, days = page.texts, settings().retention_days
    if not settings().has_register:
        _heading(page, 0)
        return
    engine = staff_sections.engine()
    expired = inbox.expire(engine, days, datetime.now(UTC))
    counts = inbox.counts(engine, actor)
    _heading(page, counts["new"])
    if expired:
        st.info(texts.t("staff_inbox.expired", n=expired), icon=":material/auto_delete:")

    def label(name: ReportStatus) -> str:
        return f"{texts.t(f'staff_inbox.status.{name}')} ({texts.number(counts[name])})"

    chosen: ReportStatus = st.segmented_control(
        texts.t("staff_inbox.which"), STATUSES, default="new", required=True, key="meldingen_status",
        format_func=label, persist_state="session",
    )  # fmt: skip
    found = inbox.waiting(engine, actor, chosen)[::-1]
    if not found:
        st.markdown(texts.t(f"staff_inbox.none_{chosen}"))
    for report in found[:MOST]:
        _report(page, actor, report)
    if len(found) > MOST:
        st.caption(texts.t("staff_inbox.more", shown=MOST, n=len(found)))


def _heading(page: Page, new: int) -> None:
    texts = page.texts
    st.title(texts.t("staff_inbox.title", n=new) if new else texts.t("staff_inbox.title_none"), anchor=False)
    st.caption(texts.t("staff_inbox.retention", n=settings().retention_days))


def _report(page: Page, actor: Actor, report: ResidentReport) -> None:
    texts = page.texts
    with st.container(border=True, key=f"melding_{report.reference}"):
        kind = texts.t(f"staff_inbox.kind_{report.kind}")
        when = group_words.moment(texts, report.received)
        about = " · ".join(filter(None, (when, _area(page, report), report.reference)))
        st.markdown(f"**{kind}** · {ui.plain(about)}")
        message, answer = st.columns([1.2, 1], gap="medium")
        with message:
            st.text(report.message or texts.t("staff_inbox.no_message"))
            sender = " · ".join(filter(None, (report.name, report.email)))
            st.caption(
                ui.plain(texts.t("staff_inbox.from", who=sender) if sender else texts.t("staff_inbox.nobody"))
            )
            if report.group_id:
                st.button(
                    ui.plain(texts.t("staff_inbox.group", name=_group(page, actor, report.group_id))),
                    key=f"groep_{report.reference}", icon=":material/groups:",
                    on_click=staff_sections.go, args=("register", report.group_id),
                )  # fmt: skip
        with answer:
            _answer(page, actor, report)


def _area(page: Page, report: ResidentReport) -> str:
    atlas = page.coverage.atlas
    if not report.area or atlas.find(report.area) is None:
        return report.area
    return wording.area_name(page.texts, summaries.ancestors(atlas, report.area)[-1].name, report.area)


def _group(page: Page, actor: Actor, id: str) -> str:
    try:
        return edits.get(staff_sections.engine(), actor, id).name
    except AppError:  # no longer in the register
        return id


def _answer(page: Page, actor: Actor, report: ResidentReport) -> None:
    texts, following = page.texts, inbox.NEXT[report.status]
    if report.handled:
        who, when = ui.plain(report.handled_by), group_words.moment(texts, report.handled)
        st.caption(texts.t("staff_inbox.handled", who=who, when=ui.plain(when)))
    if not following:
        st.text(report.answer or texts.t("staff_inbox.no_note"))
        return
    key = f"{report.reference}_{report.version}"
    with st.form(f"antwoord_{key}", border=False):
        note = st.text_area(
            texts.t("staff_inbox.note"), report.answer, max_chars=inbox.MAX_ANSWER, key=f"notitie_{key}",
            help=texts.t("staff_inbox.note_help"), height=80,
        )  # fmt: skip
        with st.container(horizontal=True):
            pressed = [
                name for name in following
                if st.form_submit_button(texts.t(f"staff_inbox.set.{name}"), key=f"{name}_{key}")
            ]  # fmt: skip
    for name in pressed:
        with ui.told(texts):
            inbox.handle(staff_sections.engine(), actor, report.id or 0, report.version, name, note.strip())
            staff_sections.say(texts.t("staff_inbox.saved", reference=report.reference))
