"""What people take along from the page "Raadsrapport": the presentation, the files, the pictures."""

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

from utils import cached_report, deck, picture, report, report_pptx, ui
from utils.address import Problem
from utils.report_model import Report
from utils.ui import Page

_MIME: Final = {
    "pdf": "application/pdf",
    "pptx": report_pptx.MIME,
    "png": "image/png",
    "svg": "image/svg+xml",
}
_ICONS: Final = {"pdf": ":material/picture_as_pdf:", "pptx": ":material/co_present:"}


def show(page: Page, made: Report) -> None:
    """The buttons: present, and the files, each made when it is asked for."""
    t, c = page.texts.t, page.coverage
    slides = cached_report.deck(c, made, page.texts)
    wanted = _wanted(page, len(slides))  # its notice stands above the row
    with st.container(horizontal=True):
        deck.show(page.texts, made, slides, wanted)
        for kind in cached_report.WRITERS:

            def make(kind: str = kind) -> bytes:
                return cached_report.file(c, made, page.texts, kind)

            _button(t(f"council.{kind}"), kind, report.filename(made, kind), make, icon=_ICONS[kind])


def _wanted(page: Page, total: int) -> int | None:
    """The slide that the address names; a notice for one that there is not."""
    came = st.query_params.get("dia")
    if came is None:
        return None
    wanted = {str(number): number for number in range(1, total + 1)}.get(came.strip())
    if wanted is None:
        ui.notices([Problem("dia", came, str(total))], page.texts, page.coverage.atlas)
    return wanted


def _button(label: str, kind: str, name: str, make: Callable[[], bytes], **look: Any) -> None:
    st.download_button(
        label, data=make, file_name=name, mime=_MIME[kind], key=f"download_{kind}", on_click="ignore", **look
    )


@st.fragment
def pictures(page: Page, made: Report) -> None:
    """A map or chart to choose, with its title, legend, source and marks in it, as PNG and as SVG."""
    t, c = page.texts.t, page.coverage
    known = picture.pictures(made)
    with st.expander(t("council.pictures"), icon=":material/image:", key="beelden"):
        st.markdown(t("council.pictures_about"))
        which, form = st.columns([2, 1.4], vertical_alignment="bottom")
        name = which.selectbox(
            t("council.picture"), list(known), key=f"beeld_{made.code}_{made.radius}_{made.lang}",
            index=list(known).index("map"), format_func=lambda one: known[one].title,
        )  # fmt: skip
        size = form.segmented_control(
            t("council.size"), picture.SIZES, key="beeldmaat", default=picture.SIZES[0], required=True,
            format_func=lambda one: t(f"council.sizes.{one}"),
        )  # fmt: skip
        shown = cached_report.image(c, made, page.texts, name, size, "svg").decode()
        alt = ui.escaped(known[name].alt)
        st.html(f'<img class="beeldproef {size}" alt="{alt}" src="{ui.svg_source(shown)}">')
        with st.container(horizontal=True):
            for kind in ("png", "svg"):

                def make(kind: str = kind) -> bytes:
                    return cached_report.image(c, made, page.texts, name, size, kind)

                file = report.filename(made, kind).replace("raadsrapport", f"raadsrapport-{name}-{size}")
                _button(t(f"council.{kind}"), kind, file, make, icon=":material/download:")
