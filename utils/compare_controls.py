"""The choices above the sections of the page to compare: which area, and one out of some for the sections."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from utils import compare_words, peers, summaries, ui
from utils.ui import Page

WIDTH: Final = 215
"""Of one choice: on a telephone they stand below each other, on a desk in a row."""


def area(page: Page) -> None:
    """Which area the page is about: country, province or municipality, found by typing its name."""
    atlas = page.coverage.atlas
    names = compare_words.names(page.texts, atlas)
    st.session_state["vergelijk_gebied"] = peers.comparable(atlas, page.address.gebied)

    def chosen() -> None:
        code = st.session_state["vergelijk_gebied"]
        around = {one.code for one in summaries.ancestors(atlas, code)}
        within = st.query_params.get("binnen", "").strip().upper()
        ui.go(page.address, gebied=code, binnen=within if within in around - {code} else "")

    st.selectbox(
        page.texts.t("compare.area"), list(names), key="vergelijk_gebied", format_func=names.__getitem__,
        on_change=chosen, width=WIDTH, help=page.texts.t("compare.area_help"),
    )  # fmt: skip


def pick(
    page: Page,
    param: str,
    label: str,
    options: Mapping[str, str],
    current: str,
    usual: str,
    width: int = WIDTH,
) -> None:
    """One choice out of some, by their names in the address; the usual one is left out of the address."""
    key = f"vergelijk_{param}"
    st.session_state[key] = current

    def chosen() -> None:
        now = st.session_state[key]
        ui.go(page.address, **{param: "" if now == usual else now})

    st.selectbox(
        label, list(options), key=key, format_func=options.__getitem__, on_change=chosen, width=width
    )
