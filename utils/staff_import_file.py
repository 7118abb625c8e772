"""Step 1 of reading a list in: the file. Its bytes are in the session's memory until they have been read."""

from typing import Final

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from utils import list_template, sign_in, ui
from utils.export import MIME
from utils.list_template import FIELDS
from utils.sheet_limits import ROWS, SIZE
from utils.staff_import_desk import COLUMNS, Desk
from utils.texts import Texts
from utils.ui import Page

KINDS: Final = ("csv", "txt", "tsv", "xlsx", "xlsm", "ods", "geojson", "json")


def show(page: Page, desk: Desk) -> None:
    """Choose a file; what may be in it."""
    texts = page.texts
    st.title(texts.t("staff_import.file_title"), anchor=False)
    with st.container(width=900):
        st.markdown(texts.t("staff_import.file_how"))
        if desk.found:
            _chosen(texts, desk)
        key = f"lijst_{desk.turn}"
        with st.container(key="bestandkeuze"):
            came = st.file_uploader(
                texts.t("staff_import.file"), KINDS, key=key,
                help=texts.t("staff_import.file_help"), max_upload_size=SIZE // 1_000_000,
            )  # fmt: skip
        st.caption(texts.t("staff_import.limits", size=SIZE // 1_000_000, rows=ROWS))
        if came is not None:
            with ui.told(texts):
                _take(desk, came)
        _help(texts)


def _take(desk: Desk, came: UploadedFile) -> None:
    sign_in.acting().require("import")
    desk.turn += 1  # an empty uploader the next time
    desk.read(came.getvalue(), came.name)
    forget(came)
    st.rerun()


def forget(came: UploadedFile) -> None:
    """Streamlit keeps a file until its visitor leaves: drop it now."""
    context = get_script_run_ctx()
    kept = context and context.uploaded_file_mgr
    if context and isinstance(kept, MemoryUploadedFileManager):
        kept.remove_file(context.session_id, came.file_id)


def _chosen(texts: Texts, desk: Desk) -> None:
    def on() -> None:
        desk.step = COLUMNS

    with st.container(border=True, horizontal=True, vertical_alignment="center", key="gekozen_lijst"):
        said = texts.t("staff_import.chosen", file=desk.file, n=len(desk.table.lines))
        st.markdown(ui.plain(said), width="stretch")
        st.button(texts.t("staff_import.go_on"), key="verder_met_lijst", type="primary", on_click=on)


def _help(texts: Texts) -> None:
    with st.container(horizontal=True):
        st.download_button(
            texts.t("staff_import.template"), data=lambda: list_template.workbook(texts),
            file_name=f"{texts.t('staff_import.template_name')}.xlsx", mime=MIME["xlsx"],
            key="sjabloon", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
    with st.expander(texts.t("staff_import.what")):
        st.markdown(texts.t("staff_import.what_how"))
        ui.plain_table(
            [texts.t("staff_import.what_field"), texts.t("staff_import.what_help")],
            [(texts.t(f"staff_import.heading.{one}"), texts.t(f"staff_import.help.{one}")) for one in FIELDS],
        )
