"""A chart on a page: the finding above it, what it means, its source, and its figures as a table."""

from collections.abc import Sequence

import streamlit as st

from utils import chart_look, ui
from utils.chart_look import Caption, Chart
from utils.ui import Page


def show(
    page: Page,
    key: str,
    chart: Chart,
    caption: Caption,
    headings: list[str],
    rows: Sequence[tuple[str, ...]] = (),
) -> None:
    """A chart of :mod:`utils.charts` with all that is said around it, also for who does not see it.

    ``key`` names the chart on its page. ``rows`` are texts, as :func:`utils.charts.written` writes them; none
    where a table on the page has the same figures. What the caption leaves empty is not shown.
    """
    with st.container(key=f"grafiek_{key}", gap="xsmall"):
        st.subheader(ui.plain(caption.title), anchor=False)
        if caption.meaning:
            st.caption(ui.plain(caption.meaning))
        with st.container(key=f"beeld_{key}"):
            st.altair_chart(chart_look.dressed(chart, page.texts, ui.theme()), theme=None, width="stretch")
            st.html(f'<p class="voorlezen">{ui.escaped(caption.alt)}</p>')
        if caption.source:
            st.caption(ui.plain(caption.source))
        if rows:
            with st.expander(page.texts.t("chart.table")):
                ui.plain_table(headings, rows)
