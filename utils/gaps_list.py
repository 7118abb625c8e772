"""The section with the ranked list of gaps: totals, filters, map and table that point at each other."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from utils import (
    cached,
    classes,
    gap_filter,
    gap_map,
    gap_view,
    gap_words,
    gaps_filters,
    gaps_table,
    search_box,
    summaries,
    ui,
    widgets,
    wording,
)
from utils.gap_filter import GapFilter
from utils.gap_view import Listed
from utils.maps import View
from utils.models import Status
from utils.ui import Page

MAP_HEIGHT = 560


def show(page: Page) -> None:
    """The whole section."""
    listed = _find(page)
    _head(page, listed)
    with st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="gaten_balk"
    ):
        gaps_filters.show(page, listed.wanted)
        gaps_table.take(page, listed)
    if listed.found.empty:
        _nothing(page, listed)
    chart, side = st.columns([1.1, 1], gap="medium")
    with chart:
        _map(page, listed)
    if ui.map_is_drawn():
        with side:
            _totals(page, listed)
            _chosen(page, listed)
            if not listed.found.empty:
                gaps_table.show(page, listed, lambda code: choose(page, code))


def choose(page: Page, code: str | None) -> None:
    """Look at a neighbourhood of the list, None for none. For callbacks."""
    town, _ = gap_view.place(page.coverage.atlas, page.address.gebied, None)
    changed = {} if town == page.address.gebied else {"gebied": town}
    ui.go(page.address, **changed, buurt=code)


def _find(page: Page) -> Listed:
    """The list that the address names."""
    measured, straal = page.coverage, page.address.straal
    registered = cached.burglaries(measured) is not None
    wanted, problems = gap_filter.parse(st.query_params.to_dict(), registered)
    came = st.query_params.get("buurt")
    code, buurt = gap_view.place(measured.atlas, page.address.gebied, came)
    if came and buurt != came.strip().upper():
        problems.append(gap_view.unknown(came, code))
    ui.notices(problems, page.texts, measured.atlas)
    judged = cached.fresh(measured) if wanted.verouderd else measured
    return Listed(
        judged=judged,
        area=cached.key_figures(judged, code, straal).area,
        wanted=wanted,
        found=cached.gaps(measured, code, straal, wanted),
        every=cached.every_gap(measured, code, straal, wanted.verouderd),
        buurt=buurt,
    )


def _head(page: Page, listed: Listed) -> None:
    totals = summaries.totals(listed.found, listed.area)
    where, find = st.columns([2, 1], vertical_alignment="center")
    with where:
        widgets.trail(page, down=True)
    with find.container(key="zoekplek"):
        search_box.show(page, stays=True)
    finding = gap_words.title(page.texts, page.coverage.atlas, listed.area, totals, listed.wanted.verouderd)
    st.title(ui.plain(finding), anchor=False)


def _totals(page: Page, listed: Listed) -> None:
    totals, every = (summaries.totals(rows, listed.area) for rows in (listed.found, listed.every))
    shown = gap_words.metrics(page.texts, page.coverage, listed.area, totals, every, listed.wanted.verouderd)
    with st.container(key="kerncijfers"):
        for column, metric in zip(st.columns(3, gap="small"), shown, strict=True):
            column.metric(
                metric.label, metric.value, metric.compare, delta_color="off", delta_arrow="off",
                help=metric.definition, border=True, height="stretch",
            )  # fmt: skip


def _nothing(page: Page, listed: Listed) -> None:
    texts = page.texts
    facts = {
        "name": ui.plain(wording.area_name(texts, listed.area.name, listed.area.code)),
        "parts": wording.parts(texts, page.coverage.atlas),
        "part": wording.parts(texts, page.coverage.atlas, 1),
        "radius": texts.distance(page.address.straal),
        "all": len(listed.every),
    }
    if not listed.area.inhabited:
        st.info(texts.t("gaps.no_parts", **facts), icon=":material/info:")
    elif listed.every.empty:
        kind = "none_outdated" if listed.wanted.verouderd else "none"
        st.info(texts.t(f"gaps.{kind}", **facts), icon=":material/info:")
    else:
        st.info(texts.t("gaps.all_filtered", **facts), icon=":material/info:")
        every = GapFilter(verouderd=listed.wanted.verouderd, sorteer=listed.wanted.sorteer)
        st.button(texts.t("gaps.clear"), key="gaten_wis", on_click=gaps_filters.go, args=(page, every))


def _map(page: Page, listed: Listed) -> None:
    address, index, area = page.address, page.coverage.atlas.neighbourhoods.index, listed.area
    view = View(
        code=area.code,
        level=area.level,
        unit="neighbourhood",
        layer="status",
        radius=address.straal,
        lang=address.taal,
        theme=ui.theme(),
        focus=listed.buurt,
    )

    def picked(code: str) -> None:
        if code in index:
            choose(page, code)
        else:
            ui.go(address, gebied=code)

    drawn = widgets.specification(replace(page, coverage=listed.judged), view)
    states = gap_words.states(page.texts, listed.wanted.verouderd)
    spec = gap_map.specification(drawn, set(listed.found["code"]), states)
    ui.coverage_map(spec, address, MAP_HEIGHT, picked)
    _legend(page, view, states)


def _legend(page: Page, view: View, states: list[str]) -> None:
    texts, swatches = page.texts, classes.scale(view.layer, view.unit, view.theme).swatches
    rows = [wording.LegendRow(swatches[status], states[status]) for status in summaries.GAPS]
    rows.append(wording.LegendRow(gap_map.pale(view.theme), texts.t("gaps.outside")))
    items = [widgets.legend_item(row, widgets.solid(page, view)) for row in rows] + widgets.dot_items(
        page, view
    )
    widgets.legend_list(texts.t("legend.title", layer=texts.t("layer.status")), items)


def _chosen(page: Page, listed: Listed) -> None:
    """The neighbourhood that the reader looks at, with the ways on; else how to choose one."""
    texts = page.texts
    with st.container(key="gaten_keuze", border=True):
        if listed.buurt is None:
            st.caption(texts.t("gaps.choose", part=wording.parts(texts, page.coverage.atlas, 1)))
            return
        here = listed.found[listed.found["code"] == listed.buurt]
        row = here.iloc[0] if len(here) else _elsewhere(page, listed.buurt)
        with st.container(horizontal=True, vertical_alignment="center", key="gaten_wegen"):
            place = ui.plain(f"{row['name']}, {row['municipality']}")
            st.markdown(f"**{place}**", width="content")
            widgets.ways_on(page, listed.buurt, "gaten_heel", lambda: choose(page, None))
        said = gap_words.about(texts, row, len(listed.found) if len(here) else None)
        st.caption(ui.plain(" · ".join(said)))


def _elsewhere(page: Page, code: str) -> pd.Series:
    """The figures of a neighbourhood that is not in the list."""
    return summaries.gaps(page.coverage, code, page.address.straal, tuple(Status)).iloc[0]
