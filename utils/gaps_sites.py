"""The section with the best places for new groups: how many groups, where, and how many people they reach."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from utils import (
    cached,
    chart_box,
    classes,
    copy_line,
    gap_map,
    gap_words,
    search_box,
    site_chart,
    site_map,
    site_table,
    site_view,
    site_words,
    summaries,
    tables,
    ui,
    widgets,
    wording,
)
from utils.errors import DataError
from utils.export import MIME
from utils.maps import View
from utils.siting import MOST, Siting
from utils.ui import Page

MAP_HEIGHT: Final = 560
_COLUMNS: Final = (
    *("number", "name", "gained", "municipality", "gained_total", "gained_share", "district", "province"),
)


@dataclass(frozen=True, eq=False)
class _Proposed:
    """What is shown: the area and its name, the places and their table, the number looked at."""

    code: str
    name: str
    k: int
    buurt: str | None
    found: Siting
    rows: pd.DataFrame
    at: int | None


def show(page: Page) -> None:
    """The whole section."""
    code, buurt = site_view.area(page.coverage.atlas, page.address.gebied)
    k, problems = site_view.number(st.query_params.to_dict())
    ui.notices(problems, page.texts, page.coverage.atlas)
    head = st.container()
    with st.container(
        horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute", key="plekken_balk"
    ):
        _controls(page, k)
        take = st.container(horizontal=True, horizontal_alignment="right", key="plekken_mee", width="content")
    with head:
        _where(page)
        finding = st.empty()
    found = _search(page, code, k, finding)
    proposed = _proposed(page, code, k, buurt, found)
    title = site_words.title(page.texts, proposed.name, page.address.straal, found)
    finding.title(ui.plain(title), anchor=False)
    with take:
        _take(page, proposed)
    _body(page, proposed)


def _body(page: Page, proposed: _Proposed) -> None:
    found = proposed.found
    if not found.sites:
        st.info(page.texts.t("sites.none_how"), icon=":material/info:")
    elif len(found.sites) < proposed.k:
        within = page.texts.distance(page.address.straal)
        st.info(page.texts.t("sites.fewer", n=len(found.sites), radius=within), icon=":material/info:")
    chart, side = st.columns([1.1, 1], gap="medium")
    with chart:
        _map(page, proposed)
    if ui.map_is_drawn() and found.sites:
        with side:
            _metrics(page, proposed)
            _looked_at(page, proposed)
            _list(page, proposed)
        _curve(page, proposed)


def _where(page: Page) -> None:
    where, find = st.columns([2, 1], vertical_alignment="center")
    with where:
        widgets.trail(page, down=True)
    with find.container(key="zoekplek"):
        search_box.show(page, stays=True)


def _controls(page: Page, k: int) -> None:
    """How many groups and at what distance; each choice changes the address."""
    texts, straal = page.texts, page.address.straal
    st.session_state["plekken_k"], st.session_state["plekken_straal"] = k, straal
    with st.container(horizontal=True, vertical_alignment="bottom", key="plekken_keuzes", width="content"):
        st.number_input(
            texts.t("sites.k"), 1, MOST, key="plekken_k", help=site_words.number_help(texts), width=170,
            on_change=lambda: ui.go(page.address, k=str(st.session_state["plekken_k"]), plek=None),
        )  # fmt: skip
        st.selectbox(
            texts.t("gaps.filter.straal"), sorted({*widgets.RADII, straal}), key="plekken_straal",
            format_func=texts.distance, help=texts.t("radius.help"), width=170,
            on_change=lambda: ui.go(page.address, straal=st.session_state["plekken_straal"], plek=None),
        )  # fmt: skip


def _search(page: Page, code: str, k: int, room: DeltaGenerator) -> Siting:
    """The places; while they are looked for, how far that is, in a room of its own."""
    search = cached.best_places(page.coverage, code, k, page.address.straal)
    search.wait(0.3)
    while search.running:
        done = search.at[1] / 100
        room.progress(done, page.texts.t("sites.searching", x=page.texts.percent(done)))
        search.wait(0.2)
    if search.result is None:
        cached.forget_search(page.coverage, code, k, page.address.straal)
        raise search.problem or DataError("error.sites_broken")
    return search.result


def _proposed(page: Page, code: str, k: int, buurt: str | None, found: Siting) -> _Proposed:
    atlas = page.coverage.atlas
    at, problems = site_view.looked_at(st.query_params.to_dict(), len(found.sites))
    ui.notices(problems, page.texts, atlas)
    name = wording.area_name(page.texts, summaries.ancestors(atlas, code)[-1].name, code)
    return _Proposed(code, name, k, buurt, found, site_table.table(atlas, found), at)


def _take(page: Page, proposed: _Proposed) -> None:
    """The places to take home: their address, and files."""
    texts = page.texts
    with st.popover(texts.t("gaps.link"), icon=":material/link:"):
        st.markdown(texts.t("sites.link_about"))
        line = "{here}?" + urlencode(ui.query(page.address))
        copy_line.show(texts, "plekken_link", texts.t("sites.link_label"), line)
    if not proposed.found.sites:
        return
    with st.popover(texts.t("table.download"), icon=":material/download:"):
        for wanted in tables.FORMATS:
            name, made = cached.site_file(
                page.coverage, proposed.code, proposed.k, page.address.straal, proposed.found, wanted, texts
            )
            st.download_button(
                texts.t(f"table.{wanted}"), data=made, file_name=name, mime=MIME[wanted],
                key=f"download_{wanted}", on_click="ignore", width="stretch",
            )  # fmt: skip


def _look(page: Page, number: int | None) -> None:
    """Look at a place by its number, None: at the whole area. For callbacks."""
    ui.go(page.address, plek=None if number is None else str(number))


def _map(page: Page, proposed: _Proposed) -> None:
    address, texts = page.address, page.texts
    level, _ = summaries.find(page.coverage.atlas, proposed.code)
    view = View(
        code=proposed.code,
        level=level,
        unit="neighbourhood",
        layer="status",
        radius=address.straal,
        lang=address.taal,
        theme=ui.theme(),
        focus=proposed.buurt,
    )

    def picked(code: str) -> None:
        if code.isdigit():
            _look(page, int(code))
        else:
            ui.go(address, gebied=code)

    gaps = cached.every_gap(page.coverage, proposed.code, address.straal)
    states = gap_words.states(texts, outdated=False)
    drawn = gap_map.specification(widgets.specification(page, view), set(gaps["code"]), states)
    names = site_words.names(list(zip(proposed.rows["name"], proposed.rows["municipality"], strict=True)))
    notes = site_words.notes(texts, proposed.found)
    spec = site_map.specification(drawn, proposed.found, address.straal, names, notes, proposed.at)
    ui.coverage_map(spec, address, MAP_HEIGHT, picked)
    _legend(page, view, states)


def _legend(page: Page, view: View, states: list[str]) -> None:
    texts, swatches = page.texts, classes.scale(view.layer, view.unit, view.theme).swatches
    rows = [wording.LegendRow(swatches[status], states[status]) for status in summaries.GAPS]
    ground, ink = site_map.COLOURS[view.theme]
    within = ui.escaped(texts.t("sites.circle", radius=texts.distance(page.address.straal)))
    number = f'<span class="plek" style="background:{ground};color:{ink}">1</span>'
    items = [f"<li>{number}{within}</li>", *map(widgets.legend_item, rows), *widgets.dot_items(page, view)]
    widgets.legend_list(texts.t("legend.title", layer=texts.t("layer.status")), items)


def _metrics(page: Page, proposed: _Proposed) -> None:
    shown = site_words.metrics(page.texts, page.coverage, proposed.name, page.address.straal, proposed.found)
    with st.container(key="kerncijfers"):
        for column, metric in zip(st.columns(3, gap="small"), shown, strict=True):
            column.metric(
                metric.label, metric.value, metric.compare, delta_color="off", delta_arrow="off",
                help=metric.definition, border=True, height="stretch",
            )  # fmt: skip


def _looked_at(page: Page, proposed: _Proposed) -> None:
    """The place that the reader looks at, with the ways on; else how to choose one."""
    texts = page.texts
    with st.container(key="gaten_keuze", border=True):
        if proposed.at is None:
            st.caption(f"{texts.t('sites.plan')} {texts.t('sites.point')}")
            return
        row = proposed.rows.iloc[proposed.at - 1]
        with st.container(horizontal=True, vertical_alignment="center", key="gaten_wegen"):
            place = ui.plain(f"{proposed.at}. {row['name']}, {row['municipality']}")
            st.markdown(f"**{place}**", width="content")
            widgets.ways_on(page, str(row["code"]), "plekken_heel", lambda: _look(page, None))
        more = texts.t("sites.note", x=texts.number(row["gained"]))
        st.caption(f"{more}. {texts.t('sites.point')}")


def _list(page: Page, proposed: _Proposed) -> None:
    """The places in order, the one looked at ticked."""
    key = tables.ticked_key("plekken_tabel", [] if proposed.at is None else [proposed.at - 1])

    def chosen() -> None:
        now = st.session_state[key]["selection"]["rows"]
        _look(page, now[0] + 1 if now else None)

    with st.container(key="tabel"):
        tables.rows_of(page, proposed.rows, _COLUMNS, key, chosen)
        st.caption(wording.source_line(page.texts, page.coverage, page.address.straal))


def _curve(page: Page, proposed: _Proposed) -> None:
    """How many people each number of groups reaches."""
    if len(proposed.found.sites) < 2:
        return
    chart_box.show(
        page,
        "plekken",
        site_chart.curve(proposed.found, page.texts, ui.theme()),
        site_words.chart(page.texts, page.coverage, proposed.name, page.address.straal, proposed.found),
        *site_chart.rows(proposed.found, page.texts),
    )
