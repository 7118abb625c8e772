"""The map on another website: what it shows there, and the line that puts it there."""

from typing import Final
from urllib.parse import urlencode

import streamlit as st

from utils import copy_line, summaries, ui, widgets, wording
from utils.maps import View
from utils.ui import Page

HEIGHT: Final = 1200
"""Pixels that the offered line gives the map: all of it without scrolling in a telephone's column."""
WIDE: Final = (900, 760)
"""From this width this height is enough."""


def show(page: Page, view: View) -> None:
    """The map with its key figures, legend and sources, and the way to the whole page; nothing else."""
    with st.container(key="inbedding"):
        widgets.title(page)
        ui.marks(page)
        chart, side = st.columns([2.4, 1], gap="small")
        with chart:
            widgets.coverage_map(page, view)
            widgets.legend(page, view)
        with side:
            widgets.key_figures(page)
            st.markdown(f"[{page.texts.t('embed.whole')}](?{urlencode(page.address.params())})")
            widgets.sources(page)


def offer(page: Page, home: str = "{home}") -> None:
    """The line for another website, to copy: the map of the area that is shown, with layer and radius.

    ``home`` is the address of the home page, as `copy_line` understands it.
    """
    t, code = page.texts.t, page.address.gebied
    name = wording.area_name(page.texts, summaries.ancestors(page.coverage.atlas, code)[-1].name, code)
    with st.expander(t("embed.title"), key="inbedden"):
        st.markdown(ui.plain(t("embed.about", name=name, height=HEIGHT, wide=WIDE[0], low=WIDE[1])))
        address = f"{home}?" + urlencode({**page.address.params(), "embed": "true"})
        line = copy_line.frame(address, t("embed.frame", name=name), HEIGHT)
        copy_line.show(page.texts, "kaartregel", t("copy.embed_line"), line)
