"""A chart on a page: the finding, what it means, its source, its figures as a table, and a picture."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Literal

import streamlit as st

from utils import chart_look, ui
from utils.chart_look import Caption, Chart
from utils.ui import Page

_KINDS: Final[dict[Literal["png", "svg"], str]] = {"png": "image/png", "svg": "image/svg+xml"}


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
                _pictures(page, key, chart, caption)


def _pictures(page: Page, key: str, chart: Chart, caption: Caption) -> None:
    """The chart to take along as it stands here, made when it is asked for."""
    mark = "-voorbeeld" if page.coverage.groups.example else ""
    with st.container(horizontal=True):
        for kind, mime in _KINDS.items():
            made: Callable[[], bytes] = partial(
                chart_look.picture, chart, caption, page.texts, kind, ui.theme()
            )
            st.download_button(
                page.texts.t("chart.picture", kind=kind.upper()), data=made, mime=mime,
                file_name=f"buurtdekking-{key}-{page.address.gebied}{mark}.{kind}",
                key=f"plaatje_{key}_{kind}", on_click="ignore", type="tertiary", icon=":material/download:",
            )  # fmt: skip
