"""The parts of the staff page: what is shown now, fetching official data in the background, going back."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import streamlit as st

from utils import cached, crime_refresh, crime_words, fetched, pdok, refresh, sign_in, store, ui, widgets
from utils.access import Actor
from utils.crime_store import Kept
from utils.errors import AppError, InputError
from utils.refresh import Outcome, Progress
from utils.settings import Settings, settings
from utils.texts import Texts
from utils.ui import Page

EVERY = 1.0
"""Seconds between two looks at what goes on."""
MEGABYTE = 1_000_000
NEWEST = 0
"""The choice of no year: None would empty the box as soon as the page is drawn again."""
MOST = 100
"""Groups that are listed, at most."""


class Job:
    """One refresh, in a thread of its own: the page looks at it and goes on when its visitor leaves.

    ``work`` is told whom to report to and whom to ask whether to stop. When it is no longer ``running`` it
    has an ``outcome``, or a ``problem``; neither: a mistake of ours, which the log tells.
    """

    def __init__(self, work: Callable[..., Outcome | Kept]) -> None:
        self.progress: Progress | None = None
        self.outcome: Outcome | Kept | None = None
        self.problem: AppError | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[..., Outcome | Kept]) -> None:
        try:
            self.outcome = work(report=self._report, cancelled=self._stop.is_set)
        except AppError as problem:
            self.problem = problem

    def _report(self, progress: Progress) -> None:
        self.progress = progress

    @property
    def running(self) -> bool:
        """Whether it still goes on."""
        return self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Ask it to stop; the data shown stay as they are."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for its end, so many seconds at most."""
        self._thread.join(seconds)


@st.cache_resource(show_spinner=False)
def _jobs() -> list[Job]:
    """The last refresh of this server, whoever started it; empty before the first."""
    return []


def start(
    actor: Actor, options: Settings, year: int | None, source: Path | None = None, with_crime: bool = False
) -> Job:
    """Start a refresh, unless one is going on: then that one. Raises Denied without that right."""
    return _begin(actor, partial(refresh.refresh, options, year, source, with_crime=with_crime))


def start_crime(actor: Actor, options: Settings) -> Job:
    """Start fetching the burglaries alone, unless a refresh is going on: then that one. Raises Denied."""
    return _begin(actor, partial(crime_refresh.refresh, options))


def _begin(actor: Actor, work: Callable[..., Outcome | Kept]) -> Job:
    actor.require("refresh")
    jobs = _jobs()
    if not jobs or not jobs[-1].running:
        jobs[:] = [Job(work)]
    return jobs[-1]


def show(page: Page, actor: Actor) -> None:
    """The section: what is shown now; for who may, fetching official data and going back."""
    texts, edition = page.texts, page.coverage.atlas.edition
    st.title(texts.t(f"staff.title_{edition.kind}", year=str(edition.year)), anchor=False)
    parts = (("fetch", fetch), ("now", now), ("back", back)) if actor.may("refresh") else (("now", now),)
    with st.container(width=900):
        for name, shown in parts:
            st.header(texts.t(f"staff.{name}_heading"), anchor=name)
            shown(page)


def now(page: Page) -> None:
    """What the website shows now, and whence."""
    texts, atlas = page.texts, page.coverage.atlas
    st.markdown(
        texts.t(
            f"staff.now_{atlas.edition.kind}",
            year=str(atlas.edition.year),
            date=atlas.edition.peildatum,
            municipalities=len(atlas.municipalities),
            n=len(atlas.neighbourhoods),
        )
    )
    if settings().data_given:
        st.warning(texts.t("staff.data_given"), icon=":material/info:")
    placeless = cached.placeless(page.coverage)
    if placeless:
        st.warning(texts.t("staff.placeless", n=len(placeless)), icon=":material/info:")
        columns = [texts.t(f"staff.placeless_{column}") for column in ("id", "name", "recorded")]
        ui.plain_table(columns, placeless[:MOST])
    with ui.told(texts):
        found = cached.provenance()
        if found:
            widgets.provenance(texts, found)
    with ui.told(texts):
        burglaries = cached.crime_kept(atlas)
        if burglaries:
            widgets.crime(page, burglaries)
        else:
            st.caption(texts.t("staff.crime_none"))


def fetch(page: Page) -> None:
    """Fetch a year: choose, start, watch, stop; or ask whether there is a newer year."""
    texts = page.texts
    jobs = _jobs()
    going = bool(jobs) and jobs[-1].running
    years = [NEWEST, *range(datetime.now(UTC).year, pdok.OLDEST - 1, -1)]
    year = st.selectbox(
        texts.t("staff.year"), years, disabled=going, key="jaar", help=texts.t("staff.year_help"),
        format_func=lambda year: str(year) if year else texts.t("staff.newest"),
    )  # fmt: skip
    came = st.text_input(
        texts.t("staff.file"), key="bestand", disabled=going, help=texts.t("staff.file_help"), max_chars=1000
    )
    crime = st.checkbox(
        texts.t("staff.crime"), key="inbraken", disabled=going, help=texts.t("staff.crime_help")
    )
    with st.container(horizontal=True):
        if st.button(texts.t("staff.fetch"), type="primary", disabled=going, icon=":material/download:"):
            with ui.told(texts):
                start(sign_in.acting(), settings(), year or None, _file(came), crime)
                st.rerun()
        if st.button(texts.t("staff.crime_only"), disabled=going, icon=":material/download:"):
            with ui.told(texts):
                start_crime(sign_in.acting(), settings())
                st.rerun()
        if st.button(texts.t("staff.check"), disabled=going, icon=":material/update:"):
            _newer(page)
    if going:
        st.fragment(_watch, run_every=EVERY)(texts, jobs[-1])
    elif jobs:
        _ended(texts, jobs[-1])


def _file(came: str) -> Path | None:
    path = Path(came.strip()).expanduser() if came.strip() else None
    if path and not path.is_file():
        raise InputError("error.refresh_file", came=came.strip())
    return path


def _newer(page: Page) -> None:
    texts, edition = page.texts, page.coverage.atlas.edition
    with ui.told(texts), st.spinner(texts.t("staff.checking")):
        sign_in.acting().require("refresh")
        newest = refresh.newest(settings())
        shown = edition.year if edition.kind == "official" else 0
        if newest is None:
            st.info(texts.t("staff.no_year"), icon=":material/info:")
        elif newest > shown:
            st.info(texts.t("staff.newer", year=str(newest)), icon=":material/update:")
        else:
            st.success(texts.t("staff.up_to_date", year=str(newest)), icon=":material/check:")


def _watch(texts: Texts, job: Job) -> None:
    if not job.running:
        st.rerun()
    at = job.progress
    said = progress(texts, at) if at else texts.t("staff.starting")
    if job.stopping:
        said = texts.t("staff.stopping")
    share = at.done / at.total if at and at.total else 0.0
    st.progress(min(max(share, 0.0), 1.0), text=said)
    st.button(
        texts.t("staff.cancel"), on_click=_stop, args=(texts, job), disabled=job.stopping,
        icon=":material/close:", key="stoppen",
    )  # fmt: skip


def _stop(texts: Texts, job: Job) -> None:
    with ui.told(texts):
        sign_in.acting().require("refresh")
        job.cancel()


def progress(texts: Texts, at: Progress) -> str:
    """How far a refresh is: step, features so far, bytes, time left."""
    many = "staff.done" if at.total is None else "staff.done_of"
    said = [
        texts.t(f"refresh.step.{at.step}"),
        texts.t(many, n=at.done, total=at.total),
        texts.t("staff.bytes", x=texts.number(at.bytes / MEGABYTE, 1)),
    ]
    if at.seconds_left is not None:
        minutes = at.seconds_left >= 90
        left = max(round(at.seconds_left / 60 if minutes else at.seconds_left), 1)
        said.append(texts.t("staff.minutes" if minutes else "staff.seconds", n=left))
    return " · ".join(said)


def _ended(texts: Texts, job: Job) -> None:
    if job.problem:
        ui.show(job.problem, texts)
    elif job.outcome is None:
        st.error(texts.t("staff.broken"), icon=":material/error:")
    elif isinstance(job.outcome, Kept):
        _crime_came(texts, job.outcome)
    else:
        came = job.outcome
        st.success(texts.t("staff.ready", year=str(came.edition.year)), icon=":material/check:")
        st.markdown(ui.plain(fetched.count_line(texts, came.counts)))
        widgets.listed(texts.t("staff.changed"), fetched.sentences(texts, came.changed))
        widgets.listed(texts.t("staff.odd"), fetched.sentences(texts, came.warnings))
        if came.crime:
            _crime_came(texts, came.crime)


def _crime_came(texts: Texts, kept: Kept) -> None:
    st.success(texts.t("staff.crime_ready"), icon=":material/check:")
    st.markdown(ui.plain(crime_words.line(texts, kept.counts)))
    widgets.listed(texts.t("staff.odd"), fetched.sentences(texts, kept.warnings))


def back(page: Page) -> None:
    """Back to the data before these, where there are any."""
    texts, options = page.texts, settings()
    possible = store.can_roll_back(options)
    st.markdown(texts.t("staff.back_possible" if possible else "staff.back_none"))
    if st.button(texts.t("staff.back"), disabled=not possible, icon=":material/undo:"):
        with ui.told(texts):
            sign_in.acting().require("refresh")
            store.rollback(options)
            _jobs().clear()
            st.rerun()
