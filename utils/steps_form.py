"""The form of a resident's request: fields, consent, sending, and the number that it got."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any, Final, Literal

import streamlit as st

from utils import intake, ui
from utils.errors import AppError, InputError, StoreError
from utils.intake import Asked, Gate
from utils.models import ReportKind
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

Form = Literal["join", "start", "report"]
FIELDS: Final = ("naam", "email", "bericht", "website")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class About:
    """What a request is about; ``lead``: what was chosen, in the language of the staff."""

    kind: ReportKind
    group_id: str = ""
    lead: str = ""


@dataclass
class _Sent:
    """What one visitor sent: reference by digest. ``visit`` tells visitors apart, and nothing else."""

    lock: Lock = field(default_factory=Lock)
    references: dict[str, str] = field(default_factory=dict)
    visit: str = field(default_factory=lambda: secrets.token_hex(8))


def for_staff(key: str) -> str:
    """A sentence in the language of the staff, whatever the resident reads."""
    return Texts("nl").t(key)


@st.cache_resource(show_spinner=False)
def _gate() -> Gate:
    return Gate()


def show(
    page: Page, form: Form, area: str, about: Callable[[], About], chooser: Callable[[], None] | None = None
) -> None:
    """The form, or what became of it. ``about`` says, when it is sent, what it is about; ``chooser`` draws
    the fields by which that is chosen. ``area`` is the code of the area, "" for none."""
    t, sent = page.texts.t, st.session_state.get(f"{form}_nummer")
    if "verzonden" not in st.session_state:
        st.session_state["verzonden"] = _Sent()
    with st.container(key=f"formulier_{form}"):
        if sent:
            text = " ".join((t("steps.sent", reference=sent), t(f"steps.sent_{form}")))
            st.success(text, icon=":material/check:")
            st.button(t("steps.again"), key=f"{form}_nog_een", on_click=_again, args=(form,))
            return
        with st.form(f"verzoek_{form}", enter_to_submit=False):
            if chooser:
                chooser()
            _fields(page, form)
            problem = st.session_state.get(f"{form}_probleem")
            if problem is not None:
                _tell(problem, page)
            st.form_submit_button(
                t(f"steps.send_{form}"), key=f"{form}_verstuur", type="primary", on_click=_send,
                args=(form, area, about),
            )  # fmt: skip


def _fields(page: Page, form: Form) -> None:
    t = page.texts.t

    def label(key: str) -> str:
        return t("steps.optional", label=t(key)) if form == "report" else t(key)

    st.text_input(label("steps.your_name"), key=f"{form}_naam", autocomplete="name", max_chars=100)
    st.text_input(label("steps.your_email"), key=f"{form}_email", autocomplete="email", max_chars=254)
    st.text_area(
        t("steps.message"), key=f"{form}_bericht", max_chars=intake.MESSAGE, height=130,
    )  # fmt: skip
    st.caption(t("steps.message_help"))
    with st.container(key=f"leeg_laten_{form}"):  # not shown: whoever fills this in is a program
        st.text_input(t("steps.leave_empty"), key=f"{form}_website", autocomplete="off")
    consent = "steps.consent_join" if form == "join" else "steps.consent"
    st.checkbox(t(consent, n=settings().retention_days), key=f"{form}_akkoord")


def _tell(problem: AppError, page: Page) -> None:
    """Why it was not sent; of a register in trouble only what helps a resident."""
    if not isinstance(problem, StoreError):
        ui.show(problem, page.texts)
        return
    key = "steps.not_known" if problem.kind == "unknown" else "steps.not_kept"
    st.error(page.texts.t(key), icon=":material/error:")


def _send(form: Form, area: str, about: Callable[[], About]) -> None:
    """Callback: check, count, keep. What was typed stays in the form until it is kept."""
    state = st.session_state
    sent: _Sent = state["verzonden"]
    asked, address = _asked(form, area, about()), st.context.ip_address
    state.pop(f"{form}_probleem", None)
    try:
        reference = _once(asked, sent, address)
    except (InputError, StoreError) as problem:
        state[f"{form}_probleem"] = problem
        return
    state[f"{form}_nummer"] = reference
    for name in FIELDS:
        state[f"{form}_{name}"] = ""
    state[f"{form}_akkoord"] = False


def _once(asked: Asked, sent: _Sent, address: str | None) -> str:
    """The reference of a request, kept now unless this visitor sent the same before.

    Pressed twice, a button makes Streamlit run this twice at a time, and break off either run wherever it
    touches Streamlit's state: so one waits for the other here, and nothing here touches that state.
    """
    with sent.lock:
        if asked.digest not in sent.references:
            sent.references[asked.digest] = _keep(asked, sent.visit, address)
        return sent.references[asked.digest]


def _keep(asked: Asked, visit: str, address: str | None) -> str:
    report = intake.checked(asked, datetime.now(UTC))
    _gate().admit(visit, address, time.monotonic())
    try:
        return intake.send(settings(), report)
    except StoreError as problem:
        _gate().give_back(visit, address)
        _log.warning("a resident's request was not kept: %s", problem.kind)
        raise


def _asked(form: Form, area: str, about: About) -> Asked:
    def typed(name: str) -> Any:
        return st.session_state.get(f"{form}_{name}") or ""

    return Asked(
        kind=about.kind, area=area, group_id=about.group_id, lead=about.lead, name=typed("naam"),
        email=typed("email"), message=typed("bericht"), trap=typed("website"),
        consent=typed("akkoord") is True,
    )  # fmt: skip


def _again(form: Form) -> None:
    for name in ("nummer", "probleem"):
        st.session_state.pop(f"{form}_{name}", None)
