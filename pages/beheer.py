"""Staff page: fetch official data, see what came, go back. Open only where the settings say so."""

import streamlit as st

from utils import staff, ui

page = ui.frame("beheer")
t = page.texts.t

with st.container(width=900):
    st.title(t("staff.title"), anchor=False)
    if not staff.is_open():
        st.markdown(t("staff.closed"))
        st.stop()
    for part, shown in (("fetch", staff.fetch), ("now", staff.now), ("back", staff.back)):
        st.header(t(f"staff.{part}_heading"), anchor=part)
        shown(page)
