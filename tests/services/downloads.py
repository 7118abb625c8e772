"""The files that a user can download at CBS, PDOK and cartomap, made of a content."""

from pathlib import Path

import geopandas
import shapely

from tests.services.answers import Rows, divisions, key_figures
from tests.services.content import LEVELS, Content
from tests.services.ogc import FIGURES
from tests.services.static import topojson
from tests.services.wfs import camel


def geopackage(content: Content, folder: Path) -> Path:
    """``wijkenbuurten_{year}.gpkg``: three layers with figures, water and abroad; multipolygons in RD."""
    file = folder / f"wijkenbuurten_{content.year}.gpkg"
    for layer, prefix in FIGURES.items():
        frame(key_figures(content, prefix)).to_file(file, layer=layer, driver="GPKG")
    return file


def geojson(content: Content, folder: Path) -> Path:
    """``buurten_{year}.geojson``: the neighbourhoods as the OGC service gives them, in degrees."""
    file = folder / f"buurten_{content.year}.geojson"
    features = ",".join(key_figures(content, "BU").features("degrees"))
    file.write_text(f'{{"type":"FeatureCollection","features":[{features}]}}', encoding="utf-8")
    return file


def geojson_of_wfs(content: Content, folder: Path) -> Path:
    """``wijkenbuurten_{year}.json``: the neighbourhoods as WFS gives them, camelCase and in RD."""
    file = folder / f"wijkenbuurten_{content.year}.json"
    features = ",".join(key_figures(content, "BU").renamed(camel).features("rd"))
    crs = '"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::28992"}}'
    file.write_text(f'{{"type":"FeatureCollection",{crs},"features":[{features}]}}', encoding="utf-8")
    return file


def geoparquet(content: Content, folder: Path) -> Path:
    """``buurten_{year}.parquet``: the neighbourhoods with figures, in RD."""
    file = folder / f"buurten_{content.year}.parquet"
    frame(key_figures(content, "BU")).to_parquet(file)
    return file


def topojson_with_figures(content: Content, folder: Path) -> Path:
    """``buurten_{year}.topojson``: the neighbourhoods with figures, in degrees."""
    file = folder / f"buurten_{content.year}.topojson"
    file.write_bytes(topojson(key_figures(content, "BU"), file.stem, degrees=True))
    return file


def geoparquet_in_degrees(content: Content, folder: Path) -> Path:
    """``buurten_{year}.parquet``: the neighbourhoods with figures, in EPSG:4326."""
    file = folder / f"buurten_{content.year}.parquet"
    frame(key_figures(content, "BU")).to_crs(4326).to_parquet(file)
    return file


def mercator(content: Content, folder: Path) -> Path:
    """``buurten_{year}.parquet``: the neighbourhoods in the web's metres, EPSG:3857."""
    file = folder / f"buurten_{content.year}.parquet"
    frame(key_figures(content, "BU")).to_crs(3857).to_parquet(file)
    return file


def cartomap(content: Content, folder: Path) -> Path:
    """``buurt_{year}.topojson``: the neighbourhoods without figures, in degrees."""
    file = folder / f"buurt_{content.year}.topojson"
    file.write_bytes(topojson(divisions(content, "BU", LEVELS["BU"]), file.stem, degrees=True))
    return file


def frame(rows: Rows) -> geopandas.GeoDataFrame:
    """The rows as a table with multipolygons in RD."""
    shapes = [shapely.MultiPolygon(shapely.get_parts(shape)) for shape in rows.shapes]
    return geopandas.GeoDataFrame(rows.values, geometry=shapes, crs=28992)
