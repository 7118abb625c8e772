"""Sharing the resident's answer: its address, the line for other websites, the way back from there."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from utils import ui
from utils.ui import Page


def _asset(name: str) -> str:
    return (ui.ASSETS / name).read_text(encoding="utf-8")


_line = st.components.v2.component(
    "buurtdekking_regel",
    html="""<label for="tekst"></label><div class="regel"><input id="tekst" type="text" readonly>
    <button type="button"></button></div><div role="status"></div>""",
    css=_asset("small.css"),
    js=_asset("share.js"),
)


def _query(page: Page, **more: Any) -> str:
    params = {
        name: page.address.params()[name] for name in page.address.params() if name not in ("laag", "per")
    }
    return urlencode({**params, **more})


def share(page: Page, name: str) -> None:
    """The answer's address for an area of this name, and the line for other websites; buttons copy them."""
    t = page.texts.t
    common = {name: t(f"mijn_buurt.share.{name}") for name in ("copy", "copied")}
    common["failed"] = t("mijn_buurt.share.copy_failed")
    st.header(t("mijn_buurt.share.title"), anchor=False)
    st.markdown(ui.plain(t("mijn_buurt.share.about", name=name)))
    with st.container(key="delen", width=720):
        _line(
            key="deelregel",
            data={
                "line": "{here}?" + _query(page),
                "texts": common | {"label": t("mijn_buurt.share.address")},
            },
        )
    with st.expander(t("mijn_buurt.share.embed_title")):
        st.markdown(t("mijn_buurt.share.embed_about"))
        frame = (
            f'<iframe src="{{here}}?{ui.escaped(_query(page, embed="true"))}" width="100%" height="620" '
            f'title="{ui.escaped(t("mijn_buurt.title"))}" allow="geolocation; clipboard-write" '
            f'style="border:0"></iframe>'
        )
        words = common | {"label": t("mijn_buurt.share.embed_line")}
        _line(key="inbedregel", data={"line": frame, "texts": words})


def whole_page(page: Page) -> None:
    """On a municipality's site: the way to the map, the list and the next step."""
    st.markdown(f"[{page.texts.t('mijn_buurt.whole')}](?{_query(page)})")
