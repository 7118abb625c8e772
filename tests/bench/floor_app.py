"""The floor: the least that Streamlit, streamlit-folium and Leaflet need to show one polygon."""

from pathlib import Path

import folium
import js_lib_leaflet
import streamlit as st
import streamlit.components.v1 as components
from streamlit_folium import st_folium

components.declare_component("leaflet", path=Path(js_lib_leaflet.__path__[0]) / "static" / "js_lib_leaflet")
folium.Map.default_js = [("leaflet", f"../{Path(__file__).stem}.leaflet/leaflet.js")]
folium.Map.default_css = [("leaflet_css", f"../{Path(__file__).stem}.leaflet/leaflet.css")]

st.title("One polygon")
drawn = folium.Map([52.2, 5.3], zoom_start=7, tiles=None, prefer_canvas=True)
folium.Polygon([(51.4, 4.2), (51.4, 6.4), (53.2, 6.4), (53.2, 4.2)], fill=True).add_to(drawn)
st_folium(drawn, key="map", height=600, use_container_width=True, returned_objects=[])
