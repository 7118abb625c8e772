"""What press and foundation published of areas, beside what the register counts: and why these differ."""

import streamlit as st

from utils import cached, published_counts, published_words, ui, widgets
from utils.ui import Page


def show(page: Page, codes: list[str], names: list[str]) -> None:
    """A table of the published figures of these areas, with the reasons for differences."""
    texts, coverage = page.texts, page.coverage
    st.header(texts.t("published.heading"), anchor=False)
    with ui.told(texts):
        rows = []
        for code, name in zip(codes, names, strict=True):
            points, joined = cached.published_of(coverage.atlas, code)
            for one in published_counts.compare(coverage, code, points):
                rows.append(published_words.row(texts, name, one, joined))
        if not rows:
            st.markdown(texts.t("published.none"))
            return
        headings, told = published_words.narrowed(texts, rows)
        with st.container(key="gepubliceerd"):
            ui.plain_table(headings, told)
        st.caption(ui.plain(texts.t("published.difference_help")))
        widgets.listed(
            texts.t("published.why_heading"), published_words.reasons(texts, coverage.groups.example)
        )
