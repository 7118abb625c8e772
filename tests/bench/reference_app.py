"""What a developer writes well with Streamlit, folium and GeoPandas: the app to be compared with.

Files are read and joined once; the map is described anew in every run, as the libraries' guides do it.
``BENCH_INPUTS`` is the folder that ``tests.bench.inputs`` wrote.
"""

import os
from pathlib import Path

import branca.colormap
import folium
import geopandas
import js_lib_leaflet
import pandas as pd
import streamlit as st
import streamlit.components.v1 as components
from streamlit_folium import st_folium

INPUTS = Path(os.environ["BENCH_INPUTS"])
LAYERS = {"Number of groups": "groups", "Groups per 1,000": "per_1000"}

# The one thing that guides do not say: Leaflet from this server, so that the map needs no other.
components.declare_component("leaflet", path=Path(js_lib_leaflet.__path__[0]) / "static" / "js_lib_leaflet")
folium.Map.default_js = [("leaflet", f"../{Path(__file__).stem}.leaflet/leaflet.js")]
folium.Map.default_css = [("leaflet_css", f"../{Path(__file__).stem}.leaflet/leaflet.css")]


@st.cache_data
def load() -> tuple[geopandas.GeoDataFrame, geopandas.GeoDataFrame, geopandas.GeoDataFrame]:
    """Municipalities and neighbourhoods with their groups counted, and the groups."""
    municipalities = geopandas.read_file(INPUTS / "municipalities.geojson")
    neighbourhoods = geopandas.read_file(INPUTS / "neighbourhoods.geojson")
    table = pd.read_csv(INPUTS / "groups.csv")
    points = geopandas.GeoDataFrame(
        table, geometry=geopandas.points_from_xy(table.lon, table.lat), crs=neighbourhoods.crs
    )
    areas = neighbourhoods[["code", "municipality_code", "geometry"]]
    groups = points.sjoin(areas, predicate="within").rename(columns={"code": "neighbourhood"})
    for level, column in ((municipalities, "municipality_code"), (neighbourhoods, "neighbourhood")):
        level["groups"] = level["code"].map(groups[column].value_counts()).fillna(0).astype(int)
        level["per_1000"] = (1000 * level["groups"] / level["inhabitants"].clip(lower=1)).round(2)
    return municipalities, neighbourhoods, groups


def choropleth(areas: geopandas.GeoDataFrame, column: str) -> folium.GeoJson:
    """The areas, coloured by a column, each with a tooltip."""
    colours = branca.colormap.linear.YlGnBu_09.scale(0, max(areas[column].quantile(0.98), 1))
    return folium.GeoJson(
        areas,
        style_function=lambda area: {
            "fillColor": colours(area["properties"][column]),
            "fillOpacity": 0.7,
            "color": "#555555",
            "weight": 1,
        },
        highlight_function=lambda area: {"weight": 3},
        tooltip=folium.GeoJsonTooltip(["name", "inhabitants", "groups", "per_1000"]),
    )


st.set_page_config(page_title="Groups in the Netherlands", layout="wide")
municipalities, neighbourhoods, groups = load()
st.title("Groups in the Netherlands")
column = LAYERS[st.radio("Colour", list(LAYERS), horizontal=True)]
code = st.session_state.get("municipality")
if code:
    if st.button("Back to the country"):
        del st.session_state["municipality"]
        st.rerun()
    shown = neighbourhoods[neighbourhoods.municipality_code == code]
    dots = groups[groups.municipality_code == code]
    west, south, east, north = shown.total_bounds
    centre, zoom = [(south + north) / 2, (west + east) / 2], 11
else:
    shown, dots, centre, zoom = municipalities, groups, [52.2, 5.3], 7

drawn = folium.Map(centre, zoom_start=zoom, tiles=None, prefer_canvas=True)
choropleth(shown, column).add_to(drawn)
if len(dots):
    folium.GeoJson(
        dots[["name", "members", "geometry"]],
        marker=folium.CircleMarker(radius=2, weight=1, color="#aa0000", fill=True),
        tooltip=folium.GeoJsonTooltip(["name", "members"]),
    ).add_to(drawn)
answer = st_folium(drawn, key="map", height=600, use_container_width=True)

clicked = ((answer or {}).get("last_active_drawing") or {}).get("properties", {})
if not code and "code" in clicked:
    st.session_state["municipality"] = clicked["code"]
    st.rerun()
