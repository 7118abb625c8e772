"""Municipalities and provinces: the package nl_maps' picture of the municipal map becomes GeoParquet.

``python -m data.build.municipalities`` from the root of the checkout writes municipalities.parquet,
provinces.parquet, edition.json and the two lists of facts to data/embedded.
"""

import json
import shutil
from collections import defaultdict
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from skimage.draw import polygon2mask

from data.build import EMBEDDED, INPUTS, naming
from data.build.vectorise import (
    AFFINE,
    SCALE,
    SMALLEST_REGION,
    border_strength,
    drop_crumbs,
    grow,
    polygonise,
    read_map,
    regions,
)
from utils import geoparquet

TOLERANCE = 1.3  # source pixels of 153 m: the side of the square as large as what may be cut off
EDITION = {"kind": "approximate", "year": 2024, "peildatum": "2024-01-01"}
FACTS = ("municipality_changes.csv", "published_figures.csv")


def build(folder: Path = EMBEDDED) -> None:
    """Make in ``folder`` the files that the module's docstring names, over what is there."""
    rows = sorted(naming.read_rows(INPUTS / "municipalities.csv"), key=lambda row: row["code"])
    shapes = outlines([row["code"] for row in rows], {row["name"]: row["code"] for row in rows})
    geoparquet.write(
        folder / "municipalities.parquet",
        {
            "code": [row["code"] for row in rows],
            "name": [row["name"] for row in rows],
            "province_code": [row["province_code"] for row in rows],
            "inhabitants": np.array([int(row["inhabitants"]) for row in rows], dtype=np.int64),
        },
        shapes,
    )
    provinces = dict(sorted({(row["province_code"], row["province"]) for row in rows}))
    member = np.array([row["province_code"] for row in rows])
    unions = [shapely.coverage_union_all(shapes[member == code]) for code in provinces]
    geoparquet.write(
        folder / "provinces.parquet",
        {"code": list(provinces), "name": list(provinces.values())},
        shapely.normalize(np.array(unions, dtype=object)),
    )
    (folder / "edition.json").write_text(json.dumps(EDITION) + "\n", encoding="utf-8")
    for name in FACTS:
        shutil.copyfile(INPUTS / name, folder / name)


def outlines(codes: list[str], names: dict[str, str]) -> NDArray[np.object_]:
    """The outline of each municipality, parallel to ``codes``: whole metres in EPSG:28992.

    ``names`` maps today's names to codes. Raises ValueError if the picture lacks a municipality, has
    a region that nothing names, or if the outlines are no valid coverage.
    """
    with as_file(files("nl_maps") / "source" / "nl_municipalities.png") as path:
        grey, alpha = read_map(path)
    markers = regions(grey, alpha)
    fine = grow(markers, border_strength(grey, alpha))
    index = {code: row for row, code in enumerate(codes)}
    municipality = np.array([index[code] for code in name_all(fine, int(markers.max()), names)])
    lookup = np.concatenate([[-1], municipality, [-1]]).astype(np.int32)  # [-1] is the outside
    labels = correct(lookup[fine], index)
    shapes = polygonise(drop_crumbs(labels, SMALLEST_REGION * SCALE**2), len(codes))
    simple = shapely.coverage_simplify(shapes, TOLERANCE * SCALE)
    metres = shapely.transform(simple, lambda xy: np.round(AFFINE.to_rd(xy / SCALE)))
    metres = shapely.normalize(metres)  # rings and parts in one fixed order
    if not (shapely.is_valid(metres).all() and shapely.coverage_is_valid(metres)):
        raise ValueError("the outlines are no valid coverage after rounding")
    return metres


def name_all(fine: NDArray[np.int32], count: int, names: dict[str, str]) -> list[str]:
    """The code of each of the ``count`` regions of ``fine``, from places and seed points."""
    changes: dict[str, list[str]] = defaultdict(list)
    for row in naming.read_rows(INPUTS / "municipality_changes.csv"):
        changes[row["old_name"]].append(row["new_name"])
    points = naming.voters(names, changes)
    rows = naming.read_rows(INPUTS / "seed_points.csv")
    seeds = [naming.Point(float(row["x"]), float(row["y"]), row["code"]) for row in rows]
    return naming.name_regions(count, at(fine, points), points, at(fine, seeds), seeds)


def at(fine: NDArray[np.int32], points: list[naming.Point]) -> NDArray[np.int32]:
    """The value of ``fine`` under each of the points."""
    pixels = AFFINE.to_pixels(np.array([[point.x, point.y] for point in points])) * SCALE
    columns, rows = np.floor(pixels).astype(np.intp).T
    return fine[rows, columns]


def correct(labels: NDArray[np.int32], index: dict[str, int]) -> NDArray[np.int32]:
    """Move what lies in a correction's polygon from one municipality to another.

    The map was drawn from the borders of 2016; two villages changed hands without the drawing.
    """
    corrected = labels.copy()
    for row in naming.read_rows(INPUTS / "corrections.csv"):
        ring = shapely.get_coordinates(shapely.from_wkt(row["polygon"]))
        inside = polygon2mask(labels.shape, (AFFINE.to_pixels(ring) * SCALE)[:, ::-1] - 0.5)
        corrected[inside & (labels == index[row["from_code"]])] = index[row["to_code"]]
    return corrected


if __name__ == "__main__":
    build()
