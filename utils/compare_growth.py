"""Section *Groei* of Vergelijken: how groups came over time, on a map of any day and in charts."""

from datetime import date

import numpy as np
import streamlit as st

from utils import (
    cached,
    chart_box,
    growth,
    growth_chart,
    growth_words,
    moment,
    search_box,
    summaries,
    ui,
    widgets,
    wording,
)
from utils.maps import View
from utils.ui import Page


def show(page: Page) -> None:
    """The finding, a slider over the days, map and figures of the chosen day, and charts of all days."""
    if not moment.days(page):
        _where(page)
        st.info(page.texts.t("growth.no_dates"), icon=":material/info:")
        return
    day = moment.chosen(page)
    then = moment.as_of(page, day)
    head, choice = st.container(), st.container()
    chart, side = st.columns([1.9, 1], gap="medium")
    with chart:
        _map(then, widgets.view(then))  # first, so that the browser draws it while the rest is on its way
    with head:
        _where(page)
        _title(page, day)
    with choice:
        moment.slider(page, day)
    if day:
        with chart:
            moment.unknown(page, day)
    if ui.map_is_drawn():
        with side:
            widgets.key_figures(then)
            widgets.controls(then)
        _charts(page)


def _where(page: Page) -> None:
    """Which area, with the ways to any other: up, down, and by its name."""
    way, find = st.columns([2, 1], vertical_alignment="center")
    with way:
        widgets.trail(page, down=True)
    with find.container(key="zoekplek"):
        search_box.show(page, stays=True)


def _map(then: Page, view: View) -> None:
    key = cached.key_figures(then.coverage, then.address.gebied, then.address.straal)
    found = wording.title(then.texts, then.coverage.atlas, key.area)
    said = then.texts.t("growth.map", date=then.coverage.groups.peildatum, title=found)
    st.subheader(ui.plain(said), anchor=False)
    widgets.coverage_map(then, view, 520, table=False)
    widgets.legend(then, view, table=False)


def _title(page: Page, day: date | None) -> None:
    code = page.address.gebied
    then = cached.growth_on(page.coverage, code, day) if day else None
    found = growth_words.title(page.texts, _name(page, code), cached.growth_of(page.coverage, code), then)
    st.title(ui.plain(found), anchor=False)


def _name(page: Page, code: str) -> str:
    return wording.area_name(page.texts, summaries.ancestors(page.coverage.atlas, code)[-1].name, code)


def _charts(page: Page) -> None:
    """The area's groups beside what was published, and its rate beside that of the larger areas."""
    texts, code, theme = page.texts, page.address.gebied, ui.theme()
    one, name = cached.growth_of(page.coverage, code), _name(page, code)
    published, joined = cached.published_of(page.coverage.atlas, code)
    areas = _rates(page)
    rated = len(areas) > 1 and any(np.isfinite(each.values[-1]) for each in areas)
    left, right = st.columns(2, gap="medium") if rated else (st.container(), None)
    with left:
        chart_box.show(
            page,
            "groei",
            growth_chart.counts(one, published, joined, texts, theme),
            growth_words.counts(texts, page.coverage, name, one, published),
            *growth_words.rows(texts, one, published),
        )
        for sentence in growth_words.joined(texts, name, joined):
            st.caption(ui.plain(sentence))
    if right:
        with right:
            _rate_chart(page, one.days, areas)
    st.caption(ui.plain(growth_words.rules(texts, page.coverage)))


def _rate_chart(page: Page, days: growth.Days, areas: list[growth.Rates]) -> None:
    chart_box.show(
        page,
        "groei_per_1000",
        growth_chart.rates(days, areas, ui.theme()),
        growth_words.rates(page.texts, page.coverage, days, areas),
        *growth_words.rate_rows(page.texts, days, areas),
    )


def _rates(page: Page) -> list[growth.Rates]:
    """Groups per 1,000 inhabitants of the area and the larger ones around it."""
    found = []
    for area in reversed(summaries.ancestors(page.coverage.atlas, page.address.gebied)):
        people = cached.key_figures(page.coverage, area.code, page.address.straal).area.inhabitants
        one = cached.growth_of(page.coverage, area.code)
        found.append(growth.rates(_name(page, area.code), one, people))
    return found
