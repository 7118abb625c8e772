"""Home page: the coverage map, from the country down to one neighbourhood."""

import streamlit as st

from utils import embed, moment, search_box, sign_in, tables, ui, widgets

sign_in.return_to_staff()
page = moment.shown(ui.frame("dashboard"))
view = widgets.view(page)

if page.embedded:
    embed.show(page, view)
    st.stop()

where, find = st.columns([2, 1], vertical_alignment="center")
room = find.container(key="zoekplek")
finding = st.container()
chart, side = st.columns([1.9, 1], gap="medium")

with chart:
    widgets.coverage_map(page, view)  # first, so that the browser draws it while the rest is on its way
with where:
    widgets.trail(page)
with finding:
    widgets.title(page)
with chart:
    widgets.legend(page, view)
if ui.map_is_drawn():
    with side:
        widgets.key_figures(page)
        widgets.controls(page)
    with room:
        search_box.show(page)
    tables.show(page, view)
    embed.offer(page, home="{here}")
