"""Downloads for staff: the groups of the filter as they are kept, and the register as open data."""

from collections.abc import Callable

import streamlit as st

from utils import cached, edits, export, extracts, open_data, staff_sections
from utils.access import Actor
from utils.edits import Filter
from utils.models import COUNTRY
from utils.staff_place import today
from utils.ui import Page


def show(page: Page, actor: Actor, wanted: Filter, total: int) -> None:
    """The button with the downloads; ``total`` groups fit the filter. A file is made when it is asked for."""
    if not actor.may("export"):
        return
    texts = page.texts
    with st.popover(texts.t("staff_export.download"), icon=":material/download:"):
        st.markdown(texts.t("staff_export.register", n=total))
        for one in export.FORMATS:
            st.download_button(
                texts.t(f"staff_export.{one}"), _register(page, actor, wanted, one), mime=export.MIME[one],
                file_name=f"buurtdekking-register-{today().isoformat()}.{one}", key=f"register_{one}",
                on_click="ignore", width="stretch", icon=":material/download:",
            )  # fmt: skip
        st.markdown(texts.t("staff_export.open_data", metres=extracts.BLUR))
        st.download_button(
            texts.t("staff_export.package"), _package(page, actor), mime="application/zip", key="open_data",
            file_name=f"buurtdekking-open-data-{today().isoformat()}.zip", on_click="ignore", width="stretch",
            icon=":material/folder_zip:",
        )  # fmt: skip


def _register(page: Page, actor: Actor, wanted: Filter, one: export.Format) -> Callable[[], bytes]:
    def made() -> bytes:
        actor.require("export")
        _, total = edits.find(staff_sections.engine(), actor, wanted, 1)
        groups, _ = edits.find(staff_sections.engine(), actor, wanted, max(total, 1))
        extract = extracts.register(page.coverage, groups)
        meanings = export.definitions(extract, page.texts, cached.per_group())
        return export.write(extract, one, meanings, export.source(extract.origin, page.texts))

    return made


def _package(page: Page, actor: Actor) -> Callable[[], bytes]:
    def made() -> bytes:
        actor.require("export")
        return open_data.package(extracts.groups(page.coverage, COUNTRY), cached.per_group())

    return made
