"""Rows as CBS and PDOK send them, of a made-up country that can be counted by hand.

Twelve provinces side by side, one municipality each, with real codes; each with two neighbourhoods of 1 km².
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from utils.official import Figures, Kind, Layer, layer

TOWNS = ("0014", "0080", "0106", "0153", "0034", "0200", "0307", "0363", "0518", "0687", "0772", "0935")
PROVINCE_OF = {f"GM{town}": f"PV{20 + i}" for i, town in enumerate(TOWNS)}
YEAR = 2024
PLACE = "the test"

Raw = tuple[list[dict[str, Any]], np.ndarray]


def square(column: int, row: int, high: int = 1) -> shapely.Polygon:
    """A square of 1 km, or a stack of so many."""
    x, y = 100_000 + 1_000 * column, 400_000 + 1_000 * row
    return shapely.box(x, y, x + 1_000, y + 1_000 * high)


def raw(kind: Kind, year: int = YEAR) -> Raw:
    """Rows in the attributes of Gebiedsindelingen, and their outlines."""
    areas = {
        "province": [(f"PV{20 + i}", f"Provincie {i}", square(i, 0, 2)) for i in range(12)],
        "municipality": [(f"GM{town}", f"Gemeente {town}", square(i, 0, 2)) for i, town in enumerate(TOWNS)],
        "district": [(f"WK{town}TA", f"Wijk {town}", square(i, 0, 2)) for i, town in enumerate(TOWNS)],
        "neighbourhood": [
            (f"BU{town}TA0{part}", f"Buurt {town} {part}", square(i, part))
            for i, town in enumerate(TOWNS)
            for part in (0, 1)
        ],
    }[kind]
    rows = [{"statcode": code, "statnaam": name, "jaarcode": year} for code, name, _ in areas]
    shapes = np.array([shape for _, _, shape in areas], dtype=object)
    return rows, shapes


def layers(*without: Kind) -> dict[Kind, Layer]:
    """The checked layers of all kinds but these."""
    kinds: tuple[Kind, ...] = ("province", "municipality", "district", "neighbourhood")
    return {kind: layer(kind, *raw(kind), YEAR, PLACE)[0] for kind in kinds if kind not in without}


def figures() -> Figures:
    """100 people in 45 households in each neighbourhood, and the totals of municipalities."""
    parts = {row["statcode"]: (100.0, 45.0) for row in raw("neighbourhood")[0]}
    return parts | {row["statcode"]: (200.0, 90.0) for row in raw("municipality")[0]}


def features(kind: Kind, **more: Any) -> list[dict[str, Any]]:
    """GeoJSON features, with the figures of neighbourhoods and municipalities, and ``more`` attributes."""
    told = figures()
    found = []
    for row, shape in zip(*raw(kind), strict=True):
        people, homes = told.get(row["statcode"], (None, None))
        own = {**row, "aantalInwoners": people, "aantalHuishoudens": homes, **more}
        found.append(
            {"type": "Feature", "properties": own, "geometry": json.loads(shapely.to_geojson(shape))}
        )
    return found


def file(folder: Path, year: int = YEAR, kinds: tuple[Kind, ...] = ("neighbourhood", "municipality")) -> Path:
    """A GeoJSON file with areas of these kinds."""
    path = folder / f"buurten_{year}.geojson"
    content = [one for kind in kinds for one in features(kind, jaarcode=year)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": content}), encoding="utf-8")
    return path
