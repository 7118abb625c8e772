"""Sharing the resident's answer: its address, the line for other websites, the way back from there."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from utils import copy_line, ui
from utils.ui import Page


def _query(page: Page, **more: Any) -> str:
    params = {
        name: page.address.params()[name] for name in page.address.params() if name not in ("laag", "per")
    }
    return urlencode({**params, **more})


def share(page: Page, name: str) -> None:
    """The answer's address for an area of this name, and the line for other websites; buttons copy them."""
    t = page.texts.t
    st.header(t("mijn_buurt.share.title"), anchor=False)
    st.markdown(ui.plain(t("mijn_buurt.share.about", name=name)))
    with st.container(key="delen", width=720):
        copy_line.show(page.texts, "deelregel", t("mijn_buurt.share.address"), "{here}?" + _query(page))
    with st.expander(t("mijn_buurt.share.embed_title")):
        st.markdown(t("mijn_buurt.share.embed_about"))
        frame = copy_line.frame(
            "{here}?" + _query(page, embed="true"), t("mijn_buurt.title"), 620, "geolocation; clipboard-write"
        )
        copy_line.show(page.texts, "inbedregel", t("copy.embed_line"), frame)


def whole_page(page: Page) -> None:
    """On a municipality's site: the way to the map, the list and the next step."""
    st.markdown(f"[{page.texts.t('mijn_buurt.whole')}](?{_query(page)})")
