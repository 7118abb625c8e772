"""The list of gaps as a table: a tick shows the neighbourhood on the map; the link to it, and downloads."""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from utils import cached, copy_line, crime_words, tables, ui, wording
from utils.export import MIME
from utils.gap_view import Listed
from utils.ui import Page

MOST_ROWS: Final = 200
"""So many rows are sent; the downloads have all."""
_COLUMNS: Final = (
    *("rank", "name", "lost", "unreached", "inhabitants", "households", "burglary_rate", "distance"),
    *("municipality", "district", "province", "status_now", "status", "burglaries"),
)


def show(page: Page, listed: Listed, choose: Callable[[str | None], None]) -> None:
    """The first rows of the list, the chosen one ticked; ``choose`` gets the code of another, None: none."""
    texts, shown = page.texts, listed.found.head(MOST_ROWS)
    codes = shown["code"].tolist()
    ticked = [codes.index(listed.buurt)] if listed.buurt in codes else []
    key = tables.ticked_key("gaten_tabel", ticked)

    def chosen() -> None:
        now = st.session_state[key]["selection"]["rows"]
        choose(str(codes[now[0]]) if now else None)

    with st.container(key="tabel"):
        if listed.wanted.verouderd:
            st.markdown(texts.t("gaps.recent_note"))
        tables.rows_of(page, shown, _COLUMNS, key, chosen)
        if len(listed.found) > len(shown):
            st.caption(texts.t("gaps.more", shown=len(shown), total=len(listed.found)))
        hint = texts.t("gaps.hint", parts=wording.parts(texts, page.coverage.atlas))
        st.caption(f"{hint} {wording.source_line(texts, page.coverage, page.address.straal)}")
        registered = cached.burglaries(page.coverage)
        if registered:
            st.caption(crime_words.source(texts, registered.year, registered.provisional))


def take(page: Page, listed: Listed) -> None:
    """The list to take home: its address, and files with all of it."""
    with st.container(horizontal=True, horizontal_alignment="right", key="gaten_mee", width="content"):
        _link(page)
        _downloads(page, listed)


def _link(page: Page) -> None:
    texts = page.texts
    with st.popover(texts.t("gaps.link"), icon=":material/link:"):
        st.markdown(texts.t("gaps.link_about"))
        line = "{here}?" + urlencode(ui.query(page.address))
        copy_line.show(texts, "gaten_link", texts.t("gaps.link_label"), line)


def _downloads(page: Page, listed: Listed) -> None:
    texts = page.texts
    with st.popover(texts.t("table.download"), icon=":material/download:"):
        for wanted in tables.FORMATS:
            name, made = cached.gap_file(
                page.coverage, listed.area.code, page.address.straal, listed.wanted, wanted, texts
            )
            st.download_button(
                texts.t(f"table.{wanted}"), data=made, file_name=name, mime=MIME[wanted],
                key=f"download_{wanted}", on_click="ignore", width="stretch",
            )  # fmt: skip
