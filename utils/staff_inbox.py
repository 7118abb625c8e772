"""The inbox for staff: what residents asked or reported, the newest first, and the answer to it."""

from datetime import UTC, datetime
from typing import Final, get_args

import streamlit as st

from utils import edits, group_words, inbox, sign_in, staff_sections, summaries, ui, wording
from utils.access import Actor
from utils.errors import AppError
from utils.inbox import ReportConflict
from utils.models import ReportStatus, ResidentReport
from utils.settings import settings
from utils.ui import Page

STATUSES: Final[tuple[ReportStatus, ...]] = get_args(ReportStatus)
_STATUS: Final = "meldingen_status"
_TROUBLE: Final = "meldingen_fout"
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
    problem = st.session_state.pop(_TROUBLE, None)
    if problem:
        ui.show(problem, texts)
    if expired:
        st.info(texts.t("staff_inbox.expired", n=expired), icon=":material/auto_delete:")

    def label(name: ReportStatus) -> str:
        return f"{texts.t(f'staff_inbox.status.{name}')} ({texts.number(counts[name])})"

    chosen: ReportStatus = st.segmented_control(
        texts.t("staff_inbox.which"), STATUSES, default="new", required=True, key=_STATUS,
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
            _answer(page, report)


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


def _answer(page: Page, report: ResidentReport) -> None:
    texts, following = page.texts, inbox.NEXT[report.status]
    if report.handled:
        who, when = group_words.who(texts, report.handled_by), group_words.moment(texts, report.handled)
        st.caption(ui.plain(texts.t("staff_inbox.handled", who=who, when=when)))
        st.text(report.answer or texts.t("staff_inbox.no_note"))
    if not following:
        return
    with st.form(f"antwoord_{report.reference}_{report.version}", border=False):
        st.session_state.setdefault(_note(report), report.answer)
        st.text_area(
            texts.t("staff_inbox.note"), max_chars=inbox.MAX_ANSWER, key=_note(report), height=80,
            help=texts.t("staff_inbox.note_help"),
        )  # fmt: skip
        with st.container(horizontal=True):
            for name in following:
                st.form_submit_button(
                    texts.t(f"staff_inbox.set.{name}"), key=f"{name}_{report.reference}_{report.version}",
                    on_click=_handle, args=(page, report, name),
                )  # fmt: skip


def _note(report: ResidentReport) -> str:
    return f"notitie_{report.reference}_{report.version}"


def _handle(page: Page, report: ResidentReport, status: ReportStatus) -> None:
    """Write the answer. In a callback: a report that somebody else handled is not drawn any more."""
    note = str(st.session_state[_note(report)]).strip()
    try:
        actor = sign_in.acting()
        inbox.handle(staff_sections.engine(), actor, report.id or 0, report.version, status, note)
        staff_sections.note(page.texts.t("staff_inbox.saved", reference=report.reference))
    except ReportConflict as clash:  # theirs is shown, with my note beside it
        st.session_state[_TROUBLE] = clash
        st.session_state[_note(clash.theirs)] = note
        st.session_state[_STATUS] = clash.theirs.status
    except AppError as problem:
        st.session_state[_TROUBLE] = problem
