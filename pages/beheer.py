"""Staff page: keep the register, import lists, answer residents, fetch official data, look back."""

import streamlit as st

from utils import sign_in, staff, staff_import, staff_inbox, staff_log, staff_register, staff_sections, ui

page = ui.frame("beheer")
actor = sign_in.gate(page)
sign_in.bar(page, actor)
SHOWN = {
    "register": staff_register.show,
    "import": staff_import.show,
    "meldingen": staff_inbox.show,
    "gegevens": staff.show,
    "logboek": staff_log.show,
}
part = staff_sections.choose(page, actor, SHOWN)
staff_sections.tell()
with st.container(key=f"deel_{part}"), ui.told(page.texts):
    SHOWN[part](page, actor)
staff_sections.guard()
