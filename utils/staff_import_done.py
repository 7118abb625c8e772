"""Step 5 of reading a list in: what was done, where to see it, how to go back."""

import streamlit as st

from utils import staff_import_desk, staff_sections, ui
from utils.export import MIME
from utils.import_words import KINDS
from utils.import_work import Written
from utils.staff_import_desk import Desk
from utils.texts import Texts
from utils.ui import Page


def show(page: Page, desk: Desk) -> None:
    """The import that was just carried out."""
    texts, written = page.texts, desk.written
    assert written is not None
    if written.made is None:
        st.title(texts.t("staff_import.nothing_title"), anchor=False)
        st.markdown(_nothing(texts, written.counts["left_out"]))
    else:
        st.title(texts.t("staff_import.done_title"), anchor=False)
        st.success(_said(texts, desk, written), icon=":material/check:")
        st.markdown(texts.t("staff_import.done_how"))
    with st.container(horizontal=True, vertical_alignment="center", key="daarna"):
        st.page_link(
            ui.PAGES["dashboard"], label=texts.t("staff_import.to_map"), icon=":material/map:",
            query_params={"taal": texts.lang},
        )  # fmt: skip
        st.button(
            texts.t("staff_import.to_log"), key="naar_logboek", on_click=staff_sections.go,
            args=("logboek",), icon=":material/history:",
        )  # fmt: skip
        if written.rows is not None:
            st.download_button(
                texts.t("staff_import.rows"), written.rows, f"{texts.t('staff_import.rows_name')}.xlsx",
                mime=MIME["xlsx"], key="probleemrijen_na", on_click="ignore", icon=":material/download:",
            )  # fmt: skip
        st.button(
            texts.t("staff_import.another"), key="nog_een", on_click=staff_import_desk.clear, type="primary"
        )


def _nothing(texts: Texts, left_out: int) -> str:
    return texts.t("error.import_nothing_left", n=left_out) if left_out else texts.t("error.import_nothing")


def _said(texts: Texts, desk: Desk, written: Written) -> str:
    counts = ", ".join(
        texts.t(f"staff_log.count.{kind}", n=written.counts[kind]) for kind in KINDS if written.counts[kind]
    )
    out = written.counts["left_out"]
    left = f" {texts.t('staff_import.done_left', n=out)}" if out else ""
    return ui.plain(texts.t("staff_import.done", file=desk.file, counts=counts) + left)
