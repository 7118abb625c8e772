"""Official layers, figures and provinces → the files of a data set that fits together. Pure.

Areas belong to each other by their codes, never by their outlines: BU05990101 lies in WK059901 and GM0599.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa
import shapely

from utils import geoparquet, outlines
from utils.errors import DataError, Notice
from utils.models import Floats, Ints, Objects
from utils.official import DUTCH, Figures, Kind, Layer, objects
from utils.sampling import sample_points

FILES: Final[dict[Kind, str]] = {
    "province": "provinces.parquet",
    "municipality": "municipalities.parquet",
    "district": "districts.parquet",
    "neighbourhood": "neighbourhoods.parquet",
}
PROVINCES: Final = 12
EXPECTED: Final[dict[Kind, int]] = {"municipality": 342, "district": 3_393, "neighbourhood": 14_574}
"""As counted in the layers of 2024; another year may differ (342 municipalities from 2023 on)."""
DIFFERS: Final = 0.1
"""Share by which districts and neighbourhoods may be more or fewer before that is odd."""
CORNERS: Final[dict[Kind, int]] = {
    "province": 20_000,
    "municipality": 60_000,
    "district": 300_000,
    "neighbourhood": 400_000,
}
"""Corners of all outlines of a kind that a page can draw fast."""
GAP: Final = 1.0
"""Metres: a narrower gap between areas is a mistake, a wider one may be water."""
LACKING: Final = 0.5
"""Share of neighbourhoods without figures from which these are the wrong figures."""
_SHOWN: Final = 5


@dataclass(frozen=True, eq=False)
class DataSet:
    """The parquet files by name, how many areas they hold, and what was odd."""

    files: dict[str, bytes]
    counts: dict[str, int]
    warnings: tuple[Notice, ...]


def data_set(
    layers: Mapping[Kind, Layer],
    figures: Figures,
    province_of: Mapping[str, str],
    names: Mapping[str, str],
) -> DataSet:
    """Make the files of a data set from layers that were checked one by one.

    Without a layer of municipalities or provinces, these are the unions of what lies in them, with ``names``
    by code; without one of districts there are none. ``figures`` are by code of municipalities and
    neighbourhoods, ``province_of`` by municipality.

    Raises DataError where areas do not nest, a municipality has no neighbourhood, there are not twelve
    provinces, or the figures lack most neighbourhoods.
    """
    notices: list[Notice] = []
    places = layers["neighbourhood"]
    towns = layers.get("municipality") or _towns(places, names)
    lands = layers.get("province") or _lands(towns, province_of, names)
    districts = layers.get("district")
    if districts is None:
        notices.append(Notice("refresh.warning.no_districts"))
    of_town = _rows(places, [f"GM{code[2:6]}" for code in places.codes], towns, whole=True)
    of_land = _rows(towns, [province_of.get(code, "") for code in towns.codes], lands, whole=True)
    if len(lands) != PROVINCES:
        raise DataError("error.official_provinces", expected=PROVINCES, came=len(lands))
    if districts is not None:
        _rows(places, [f"WK{code[2:8]}" for code in places.codes], districts)
    places = _with_figures(places, figures, notices)
    towns_told = any(code.startswith("GM") for code in figures)
    if towns_told:
        towns = _with_figures(towns, figures, notices)
    else:
        notices.append(Notice("refresh.warning.town_sums"))
    towns = _completed(towns, places, of_town, roughly=not towns_told)
    _judge_figures(towns, places, of_town, notices)
    found: dict[Kind, Layer] = {"province": lands, "municipality": towns, "neighbourhood": places}
    if districts is not None:
        found["district"] = districts
    _judge_counts(found, notices)
    finished = {kind: _finished(one, notices) for kind, one in found.items()}
    _judge_area(finished["municipality"], finished["neighbourhood"], of_town, notices)
    files = {
        FILES["province"]: _file(finished["province"], {}),
        FILES["municipality"]: _file(
            finished["municipality"],
            {"province_code": lands.codes[of_land], **_people(towns)},
        ),
        FILES["district"]: _districts(finished.get("district"), figures),
        FILES["neighbourhood"]: _neighbourhoods(finished["neighbourhood"], towns.codes[of_town], districts),
    }
    counts = {"district": 0} | {str(kind): len(one) for kind, one in found.items()}
    return DataSet(files, counts, tuple(notices))


def _towns(places: Layer, names: Mapping[str, str]) -> Layer:
    codes, owner = np.unique([f"GM{code[2:6]}" for code in places.codes], return_inverse=True)
    told = {code: town for code, town in zip(codes[owner], places.town, strict=True) if town}
    called = [told.get(code) or names.get(code) or code for code in codes]
    return _union("municipality", list(codes), called, places.geometry, owner)


def _lands(towns: Layer, province_of: Mapping[str, str], names: Mapping[str, str]) -> Layer:
    of = [province_of.get(code, "") for code in towns.codes]
    for code, land in zip(towns.codes, of, strict=True):
        if not land:
            raise DataError("error.official_nesting", code=code, above="PV")
    codes, owner = np.unique(of, return_inverse=True)
    return _union("province", list(codes), [names.get(c) or c for c in codes], towns.geometry, owner)


def _union(kind: Kind, codes: list[str], names: list[str], geometry: Objects, owner: Ints) -> Layer:
    unknown = np.full(len(codes), np.nan)
    shapes = outlines.dissolve(geometry, owner, len(codes))
    plain = [str(code) for code in codes]
    return Layer(kind, objects(plain), objects(names), objects("" for _ in codes), unknown, unknown, shapes)


def _rows(below: Layer, wanted: list[str], above: Layer, whole: bool = False) -> Ints:
    """The row in the layer above of each area below; with ``whole`` each area above must have one below."""
    row = {code: i for i, code in enumerate(above.codes)}
    for code, parent in zip(below.codes, wanted, strict=True):
        if parent not in row:
            raise DataError("error.official_nesting", code=code, above=parent or "PV")
    childless = sorted(set(row) - set(wanted)) if whole else []
    if childless:
        raise DataError("error.official_childless", codes=_few(childless), n=len(childless))
    return np.array([row[parent] for parent in wanted], dtype=np.intp)


def _with_figures(layer: Layer, figures: Figures, notices: list[Notice]) -> Layer:
    """The layer with its figures; areas that these do not have keep nan, and are told."""
    without = [code for code in layer.codes if code not in figures]
    if without:
        if len(without) > LACKING * len(layer):
            raise DataError("error.official_figures", n=len(without), total=len(layer))
        params = {"kind": DUTCH[layer.kind], "n": len(without), "codes": _few(without)}
        notices.append(Notice("refresh.warning.no_figures", params))
    told = np.array([figures.get(code, (np.nan, np.nan)) for code in layer.codes], dtype=np.float64)
    return replace(layer, inhabitants=told[:, 0], households=told[:, 1])


def _completed(towns: Layer, places: Layer, owner: Ints, roughly: bool) -> Layer:
    """Municipalities whose own figure is missing get the sum of their parts, where all of these are known.

    ``roughly``: where no municipality has a figure of its own, the parts that are known must do; parts are
    kept secret only where very few people live.
    """

    def filled(own: Floats, parts: Floats) -> Floats:
        known = np.bincount(owner, weights=~np.isnan(parts), minlength=len(towns))
        sums = np.bincount(owner, weights=np.nan_to_num(parts), minlength=len(towns))
        enough = known > 0 if roughly else known == np.bincount(owner)
        return np.where(np.isnan(own) & enough, sums, own)

    return replace(
        towns,
        inhabitants=filled(towns.inhabitants, places.inhabitants),
        households=filled(towns.households, places.households),
    )


def _judge_figures(towns: Layer, places: Layer, owner: Ints, notices: list[Notice]) -> None:
    """CBS rounds each neighbourhood to 5 and leaves small ones out; sums that differ by more are odd."""
    if not np.nansum(places.inhabitants) > 0:
        raise DataError("error.official_figures", n=len(places), total=len(places))
    parts = np.bincount(owner)
    sums = np.bincount(owner, weights=np.nan_to_num(places.inhabitants))
    hidden = np.bincount(owner, weights=np.isnan(places.inhabitants))
    slack = 5 * parts + 0.01 * towns.inhabitants + 1
    differ = sums - towns.inhabitants
    odd = np.flatnonzero((differ > slack) | ((-differ > slack) & (hidden == 0)))
    if len(odd):
        worst = odd[np.argmax(np.abs(differ[odd]))]
        params = {
            "n": len(odd),
            "name": towns.names[worst],
            "came": int(sums[worst]),
            "expected": int(towns.inhabitants[worst]),
        }
        notices.append(Notice("refresh.warning.sums", params))
    unknown = int(np.isnan(places.inhabitants).sum())
    if unknown:
        notices.append(Notice("refresh.warning.unknown", {"n": unknown}))
    crowded = int((places.households > places.inhabitants + 5).sum())
    if crowded:
        notices.append(Notice("refresh.warning.households", {"n": crowded}))


def _judge_counts(found: Mapping[Kind, Layer], notices: list[Notice]) -> None:
    for kind, expected in EXPECTED.items():
        if kind in found:
            came = len(found[kind])
            slack = 0 if kind == "municipality" else DIFFERS * expected
            if abs(came - expected) > slack:
                params = {"kind": DUTCH[kind], "came": came, "expected": expected}
                notices.append(Notice("refresh.warning.count", params))


def _finished(layer: Layer, notices: list[Notice]) -> Layer:
    """The layer with outlines as they are kept: few corners, whole metres."""
    if not shapely.coverage_is_valid(layer.geometry, gap_width=GAP):
        edges = shapely.coverage_invalid_edges(layer.geometry, gap_width=GAP)
        n = int((~shapely.is_empty(edges)).sum())
        notices.append(Notice("refresh.warning.coverage", {"kind": DUTCH[layer.kind], "n": n}))
    shapes = outlines.simplify(layer.geometry, CORNERS[layer.kind])
    if shapes is not layer.geometry:
        notices.append(Notice("refresh.warning.simplified", {"kind": DUTCH[layer.kind]}))
    return replace(layer, geometry=outlines.whole_metres(shapes))


def _judge_area(towns: Layer, places: Layer, owner: Ints, notices: list[Notice]) -> None:
    """The neighbourhoods of a municipality should cover it."""
    covered = np.bincount(owner, weights=shapely.area(places.geometry)) / shapely.area(towns.geometry)
    odd = np.flatnonzero(np.abs(covered - 1) > 0.02)
    if len(odd):
        worst = odd[np.argmax(np.abs(covered[odd] - 1))]
        params = {"n": len(odd), "name": towns.names[worst], "percent": round(100 * float(covered[worst]), 1)}
        notices.append(Notice("refresh.warning.area", params))


def _people(layer: Layer) -> dict[str, Any]:
    return {"inhabitants": _whole(layer.inhabitants), "households": _whole(layer.households)}


def _whole(values: Floats) -> pa.Array:
    return pa.array(np.rint(values), from_pandas=True).cast(pa.int64())


def _file(layer: Layer, columns: dict[str, Any]) -> bytes:
    own = {"code": pa.array(layer.codes, pa.string()), "name": pa.array(layer.names, pa.string())}
    return geoparquet.content({**own, **columns}, layer.geometry, FILES[layer.kind])


def _districts(layer: Layer | None, figures: Figures) -> bytes:
    if layer is None:
        none = objects([])
        layer = Layer("district", none, none, none, np.empty(0), np.empty(0), none)
    towns = pa.array([f"GM{code[2:6]}" for code in layer.codes], pa.string())
    told = np.array([figures.get(c, (np.nan, np.nan)) for c in layer.codes], dtype=np.float64).reshape(-1, 2)
    known = replace(layer, inhabitants=told[:, 0], households=told[:, 1])
    return _file(known, {"municipality_code": towns, **_people(known)})


def _neighbourhoods(layer: Layer, towns: Objects, districts: Layer | None) -> bytes:
    names = {} if districts is None else dict(zip(districts.codes, districts.names, strict=True))
    district = [f"WK{code[2:8]}" for code in layer.codes]
    points = np.rint(sample_points(layer.geometry)).astype(np.int32)
    samples = pa.FixedSizeListArray.from_arrays(pa.array(points.ravel()), 2 * points.shape[1])
    return _file(
        layer,
        {
            "municipality_code": pa.array(towns, pa.string()),
            "district_code": pa.array(district, pa.string()),
            "district": pa.array([names.get(code, "") for code in district], pa.string()),
            **_people(layer),
            "samples": samples,
        },
    )


def _few(codes: list[str]) -> str:
    more = ", …" if len(codes) > _SHOWN else ""
    return ", ".join(codes[:_SHOWN]) + more
