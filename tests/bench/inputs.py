"""The data that ship, in the files that a reference app would be given: GeoJSON and CSV in degrees."""

from pathlib import Path

import geopandas
import pyarrow.parquet as pq
from pyproj import Transformer

from tests.browser.server import ROOT

EMBEDDED = ROOT / "data" / "embedded"
DECIMALS = 5  # of a degree: about a metre, as most published GeoJSON has


def write(folder: Path) -> Path:
    """Write ``municipalities.geojson``, ``neighbourhoods.geojson`` and ``groups.csv``; gives the folder."""
    columns = {
        "municipalities": ["code", "name", "inhabitants", "geometry"],
        "neighbourhoods": ["code", "name", "municipality_code", "inhabitants", "geometry"],
    }
    for level, wanted in columns.items():
        areas = geopandas.read_parquet(EMBEDDED / f"{level}.parquet")[wanted].to_crs(4326)
        areas.to_file(folder / f"{level}.geojson", driver="GeoJSON", COORDINATE_PRECISION=DECIMALS)
    groups = pq.read_table(EMBEDDED / "example_groups.parquet").to_pandas()
    to_degrees = Transformer.from_crs(28992, 4326, always_xy=True)
    groups["lon"], groups["lat"] = to_degrees.transform(groups.x, groups.y)
    table = groups.rename(columns={"participants": "members"})[["id", "name", "lat", "lon", "members"]]
    table.round({"lat": DECIMALS, "lon": DECIMALS}).to_csv(folder / "groups.csv", index=False)
    return folder
