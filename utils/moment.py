"""The day of which a page shows the groups: by the address (``?stand=2018-01-31``), by a slider, and told."""

from datetime import date
from typing import Final

import streamlit as st

from utils import cached, growth, growth_words, ui
from utils.ui import Page

_PARAM: Final = "stand"


def days(page: Page) -> list[date]:
    """The days to choose from; empty where the register does not know since when any group is there."""
    found: list[date] = growth.timeline(page.coverage.groups).tolist()
    return found


def chosen(page: Page) -> date | None:
    """The day in the address; None for now. One that does not fit gives a warning and the nearest, or now."""
    came, known = st.query_params.get(_PARAM), days(page)
    if came is None:
        return None
    if not known:
        st.warning(page.texts.t("growth.no_dates"), icon=":material/info:")
        return None
    first, last = known[0], known[-1]
    try:
        wanted: date | None = date.fromisoformat(came.strip())
    except ValueError:
        wanted = None
    used = last if wanted is None else min(max(wanted, first), last)
    if used != wanted:
        texts = page.texts
        shown = came if len(came) <= 40 else came[:40] + "…"
        said = texts.t("growth.bad_day", came=ui.plain(shown), first=first, last=last, used=used)
        st.warning(said, icon=":material/info:")
    return None if used == last else used


def as_of(page: Page, day: date | None) -> Page:
    """The page with the groups of a day; itself for now."""
    return page if day is None else ui.with_coverage(page, cached.as_of(page.coverage, day))


def shown(page: Page) -> Page:
    """The page with the groups of the day in the address, told above it with the way back; itself for now."""
    day = chosen(page)
    if day is None:
        return page
    counted = cached.growth_on(page.coverage, page.address.gebied, day)
    then = as_of(page, day)
    said = [page.texts.t("growth.then", date=day), *_now_only(page, then)]
    said += growth_words.unknown(page.texts, counted)
    with st.container(horizontal=True, vertical_alignment="center", key="toen"):
        st.markdown(f":material/history: {ui.plain(' '.join(said))}", width="content")
        st.button(page.texts.t("growth.back"), key="terug_naar_nu", type="tertiary", on_click=_now)
        if not page.embedded:
            way = page.address.params() | {"deel": "groei", _PARAM: day.isoformat()}
            st.page_link(ui.PAGES["vergelijken"], label=page.texts.t("growth.see"), query_params=way)
    return then


def slider(page: Page, day: date | None) -> None:
    """To slide to another day, or back to now; the choice changes the address."""
    texts, known = page.texts, days(page)
    last = known[-1]
    st.session_state[_PARAM] = day or last
    with st.container(key="tijdbalk"):
        where, back = st.columns([6, 1], vertical_alignment="bottom")
        where.select_slider(
            texts.t("growth.slider"), sorted({*known, day or last}), key=_PARAM,
            format_func=texts.date, help=texts.t("growth.slider_help"),
            on_change=lambda: _keep(st.session_state[_PARAM], last),
        )  # fmt: skip
        back.button(  # always there, so that nothing jumps
            texts.t("growth.back"), key="terug_naar_nu", type="tertiary", disabled=day is None, on_click=_now
        )


def unknown(page: Page, day: date) -> None:
    """What is not known of the shown area on a day, its groups or the asked layer; nothing where all is."""
    counted = cached.growth_on(page.coverage, page.address.gebied, day)
    said = [*_now_only(page, as_of(page, day)), *growth_words.unknown(page.texts, counted)]
    if said:
        st.caption(ui.plain(" ".join(said)))


def _now_only(page: Page, then: Page) -> list[str]:
    """That the layer of the page is of now only, where that of an earlier day is another one."""
    asked, used = (page.texts.t(f"layer.{one.address.laag}") for one in (page, then))
    return [] if asked == used else [page.texts.t("growth.now_only", layer=asked, used=used)]


def _keep(day: date, last: date) -> None:
    """Put a day in the address; now is left out of it."""
    if day == last:
        _now()
    else:
        st.query_params[_PARAM] = day.isoformat()


def _now() -> None:
    st.query_params.pop(_PARAM, None)
