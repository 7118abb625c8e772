"""The parts of the page "Raadsrapport": whose report, what it finds, its map and figures, what is in it."""

from dataclasses import replace

import streamlit as st

from utils import cached_report, classes, search_box, slides, summaries, ui, widgets, wording
from utils.models import COUNTRY
from utils.report_model import LegendItem, Report
from utils.ui import Page


def choose(page: Page) -> Page:
    """The search box and the way back to larger areas; who chose nothing yet is told how.

    Gives the page of the area that has a report: of a neighbourhood its municipality.
    """
    t, atlas = page.texts.t, page.coverage.atlas
    steps = summaries.ancestors(atlas, page.address.gebied)
    start = page.address.gebied == COUNTRY
    where, find = st.columns([1.5 if start else 2, 1], vertical_alignment="bottom" if start else "center")
    with where:
        if start:
            st.title(t("council.start"), anchor=False)
            st.markdown(t("council.how"))
        else:
            widgets.trail(page)
    with find.container(key="zoekplek"):
        search_box.show(page, stays=True)
    if steps[-1].level != "neighbourhood":
        return page
    part, town = steps[-1], steps[-2]
    st.caption(t("council.part", part=ui.plain(part.name), name=ui.plain(town.name)))
    return replace(page, address=replace(page.address, gebied=town.code))


def finding(page: Page, made: Report) -> None:
    """What the report finds; the page's title where an area was chosen."""
    st.markdown(f":primary[**{ui.plain(made.subject)}**]")
    if made.code == COUNTRY:
        st.header(ui.plain(made.finding), anchor=False)
    else:
        st.title(ui.plain(made.finding), anchor=False)
    st.markdown(ui.plain(" ".join(made.lead)))


def summary(page: Page, made: Report) -> None:
    """The map beside the key figures, and what else the report finds."""
    chart, side = st.columns([1.4, 1], gap="medium")
    with chart:
        _map(page, made)
    with side:
        widgets.key_figures(page)
        st.header(page.texts.t("council.inside"), anchor=False)
        titles = dict.fromkeys(ui.plain(one.title) for one in slides.of(made)[1:])
        st.markdown("\n".join(f"- {title}" for title in titles))
    widgets.sources(page)


def _map(page: Page, made: Report) -> None:
    plan, svg = cached_report.overview(made), cached_report.preview(page.coverage, made, page.texts)
    st.html(f'<img class="kaartbeeld" alt="{ui.escaped(plan.alt)}" src="{ui.svg_source(svg)}">')
    widgets.legend_list(plan.title, [_legend(item) for item in plan.legend])
    st.caption(ui.plain(plan.credit))


def _legend(item: LegendItem) -> str:
    if item.shape == "area":
        return widgets.legend_item(wording.LegendRow(classes.Swatch(item.fill, item.hatch), item.label))
    dot = f'<span class="stip" style="background:{ui.escaped(item.fill)}"></span>'
    return f"<li>{dot}{ui.escaped(item.label)}</li>"
