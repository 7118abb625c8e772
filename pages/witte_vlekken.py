"""Where the next groups matter most: the neighbourhoods with too little reach, ranked."""

import streamlit as st

from utils import gaps_list, gaps_sites, ui, widgets

page = ui.frame("witte_vlekken")
SHOWN = {"lijst": gaps_list.show, "plekken": gaps_sites.show}
part = widgets.section(page, SHOWN)
with st.container(key=f"deel_{part}"), ui.told(page.texts):
    SHOWN[part](page)
