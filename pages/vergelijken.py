"""How areas compare: league tables, areas beside each other, growth over time."""

import streamlit as st

from utils import compare_beside, compare_growth, compare_league, ui, widgets

page = ui.frame("vergelijken")
SHOWN = {"ranglijst": compare_league.show, "naast": compare_beside.show, "groei": compare_growth.show}
part = widgets.section(page, SHOWN)
with st.container(key=f"deel_{part}"), ui.told(page.texts):
    SHOWN[part](page)
