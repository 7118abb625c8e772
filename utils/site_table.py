"""Proposed places for groups → a table: in which neighbourhood each lies, and what it adds. Pure."""

import numpy as np
import pandas as pd

from utils import summaries
from utils.map_geometry import lonlat
from utils.models import Atlas
from utils.siting import Siting


def table(atlas: Atlas, found: Siting) -> pd.DataFrame:
    """The sites in order, a row each.

    Columns: code, name, number (from 1), district, municipality, province (of its neighbourhood, as in
    `summaries.named`), gained (people that it adds to those before), gained_total (all so far), gained_share
    (these as a part of the people without a group before), lat, lon (EPSG:4326), x, y (EPSG:28992, metres).
    """
    rows = np.array([site.neighbourhood for site in found.sites], dtype=np.intp)
    xy = np.array([(site.x, site.y) for site in found.sites], dtype=np.float64).reshape(-1, 2)
    gained = np.array([site.gained for site in found.sites], dtype=np.float64)
    degrees = lonlat(xy).round(6)
    made = summaries.named(atlas, "neighbourhood", rows)
    made.insert(2, "number", np.arange(1, len(rows) + 1))
    made["gained"] = gained
    made["gained_total"] = np.cumsum(gained)
    made["gained_share"] = made["gained_total"] / found.open if found.open else made["gained_total"]
    made["lat"], made["lon"] = degrees[:, 1], degrees[:, 0]
    made["x"], made["y"] = xy[:, 0], xy[:, 1]
    return made
