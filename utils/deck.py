"""The report as slides over the whole screen, in the page itself: no other site, no network, no plug-in."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from utils import ui
from utils.report_model import Report
from utils.texts import Texts


def _asset(name: str) -> str:
    return (ui.ASSETS / name).read_text(encoding="utf-8")


_deck = st.components.v2.component(
    "buurtdekking_dias", html=_asset("deck.html"), css=_asset("deck.css"), js=_asset("deck.js")
)


def show(texts: Texts, report: Report, slides: Sequence[dict[str, Any]], at: int | None) -> None:
    """The button that presents the slides (see :mod:`utils.deck_data`).

    ``at``: the slide, from 1, at which to begin at once; None: wait for the button.
    """
    names = ("present", "slide", "previous", "next", "full", "close")
    with st.container(key="presenteren", width="content"):
        _deck(
            key="dias",
            width="content",
            data={
                "version": f"{report.code} {report.radius} {report.lang} {hash(report.source)}",
                "area": report.code,
                "subject": report.subject,
                "lang": texts.lang,
                "source": report.source,
                "mark": report.mark,
                "slides": list(slides),
                "open": at,
                "texts": {name: texts.t(f"deck.{name}") for name in names},
            },
        )
