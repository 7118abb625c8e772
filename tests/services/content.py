"""What the local CBS server serves: a made-up country of 12 provinces, and the real one where it lies beside.

Areas are rows with geometry in EPSG:28992. The toy country has real codes of provinces and municipalities, so
that the embedded facts fit them, on made-up squares with made-up neighbourhoods.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pyproj
import shapely

WEST, SOUTH, SIDE = 100_000, 400_000, 12_000  # of the toy country and of one province, metres
LEVELS = {"PV": "provincie", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}

# Province → its two municipalities; the names as CBS writes them in 2024, with the province where needed.
TOWNS = {
    ("PV20", "Groningen"): (("GM0014", "Groningen"), ("GM0037", "Stadskanaal")),
    ("PV21", "Fryslân"): (("GM0080", "Leeuwarden"), ("GM1900", "Súdwest-Fryslân")),
    ("PV22", "Drenthe"): (("GM0106", "Assen"), ("GM0114", "Emmen")),
    ("PV23", "Overijssel"): (("GM0153", "Enschede"), ("GM0164", "Hengelo (O.)")),
    ("PV24", "Flevoland"): (("GM0034", "Almere"), ("GM0995", "Lelystad")),
    ("PV25", "Gelderland"): (("GM0200", "Apeldoorn"), ("GM0202", "Arnhem")),
    ("PV26", "Utrecht"): (("GM0307", "Amersfoort"), ("GM0344", "Utrecht")),
    ("PV27", "Noord-Holland"): (("GM0363", "Amsterdam"), ("GM0373", "Bergen (NH.)")),
    ("PV28", "Zuid-Holland"): (("GM0518", "'s-Gravenhage"), ("GM0599", "Rotterdam")),
    ("PV29", "Zeeland"): (("GM0687", "Middelburg (Z.)"), ("GM0718", "Vlissingen")),
    ("PV30", "Noord-Brabant"): (("GM0772", "Eindhoven"), ("GM0796", "'s-Hertogenbosch")),
    ("PV31", "Limburg"): (("GM0893", "Bergen (L.)"), ("GM0935", "Maastricht")),
}
DISTRICTS = ("Waterrijk", "Zonnehof")
QUARTERS = ("Noord", "Zuid")
UNKNOWN = "BU00140000"  # its figures are secret
INDUSTRY = "BU00140001"  # nobody lives there
ISLES = "BU09350101"  # of two parts
HOLE = "BU09950101"  # lies around a piece of another neighbourhood, BU09950100


@dataclass(frozen=True)
class Area:
    """One area; ``inhabitants`` and ``households`` None: secret. ``water`` as CBS has it: NEE, JA or B."""

    code: str
    name: str
    geometry: shapely.Geometry = field(repr=False)
    inhabitants: int | None
    households: int | None
    water: str = "NEE"


@dataclass(frozen=True)
class Content:
    """The areas of one year and all levels, by code; ``province`` is that of a municipality."""

    year: int
    areas: tuple[Area, ...]
    province: dict[str, tuple[str, str]]

    def level(self, prefix: str, water: bool = False) -> list[Area]:
        """Areas whose code starts with PV, GM, WK or BU; land alone unless water is wanted."""
        return [
            area for area in self.areas if area.code.startswith(prefix) and (water or area.water == "NEE")
        ]

    def of_year(self, year: int) -> "Content":
        """The same areas in another year."""
        return replace(self, year=year)

    def without(self, *codes: str) -> "Content":
        """The content without areas whose code starts so."""
        return replace(self, areas=tuple(a for a in self.areas if not a.code.startswith(codes)))

    def changed(self, code: str, **values: object) -> "Content":
        """The content with other values for the area of one code."""
        assert any(a.code == code for a in self.areas), code
        return replace(self, areas=tuple(replace(a, **values) if a.code == code else a for a in self.areas))


def toy(year: int = 2024) -> Content:
    """12 provinces, 24 municipalities, 48 districts, 96 neighbourhoods; water, abroad and secret figures."""
    areas: list[Area] = []
    province: dict[str, tuple[str, str]] = {}
    for p, ((code, name), towns) in enumerate(TOWNS.items()):
        west, south = WEST + SIDE * (p % 4), SOUTH + SIDE * (p // 4)
        parts = []
        for t, (town, called) in enumerate(towns):
            province[town] = (code, name)
            parts += _town(town, called, west, south + t * SIDE // 2, 1 + (p * 2 + t) % 5)
        areas += parts
        areas.append(_sum(code, name, [a for a in parts if a.code.startswith("GM") and a.water == "NEE"]))
    sea = shapely.box(WEST - SIDE, SOUTH, WEST, SOUTH + SIDE)
    areas += [
        Area("GM0363", "Amsterdam", sea, None, None, "JA"),
        Area("WK036399", "Amsterdam water", sea, None, None, "JA"),
        Area("BU03639997", "Amsterdam water", sea, None, None, "JA"),
        Area("GM0998", "Buitenland", shapely.transform(sea, lambda xy: xy - [0, SIDE]), None, None, "B"),
        Area("BU09980000", "Buitenland", shapely.transform(sea, lambda xy: xy - [0, SIDE]), None, None, "B"),
    ]
    return Content(year, tuple(sorted(areas, key=lambda a: (a.code, a.water))), province)


def _town(code: str, name: str, west: float, south: float, size: int) -> list[Area]:
    """A municipality of two districts side by side, each of two neighbourhoods, with all of their areas."""
    half, high = SIDE // 2, SIDE // 4
    found: list[Area] = []
    for d, district in enumerate(DISTRICTS):
        letters = f"T{'AB'[d]}" if code == "GM0363" else f"{d:02}"  # Amsterdam has letters in its codes
        quarters = []
        for q, quarter in enumerate(QUARTERS):
            buurt = f"BU{code[2:]}{letters}{q:02}"
            x, y = west + d * half, south + (1 - q) * high
            shape = shapely.box(x, y, x + half, y + high)
            people: int | None = 500 * size + 125 * (2 * d + q)
            if buurt == ISLES:
                shape = shapely.union(shape, shapely.box(x + 7_000, y, x + 8_000, y + 900))
            if buurt == HOLE:
                shape = shapely.difference(shape, shapely.box(x + 1_000, y + 1_000, x + 2_000, y + 2_000))
            if buurt == "BU09950100":
                shape = shapely.union(
                    shape, shapely.box(x + 1_000, y - high + 1_000, x + 2_000, y - high + 2_000)
                )
            people = {UNKNOWN: None, INDUSTRY: 0}.get(buurt, people)
            homes = None if people is None else people * 9 // 20 // 5 * 5
            quarters.append(Area(buurt, f"{district} {quarter}", shape, people, homes))
        found += [*quarters, _sum(f"WK{code[2:]}{letters}", district, quarters)]
    town = _sum(code, name, [a for a in found if a.code.startswith("WK")])
    # neighbourhoods are rounded to fives, the municipal total is not
    assert town.inhabitants is not None
    return [*found, replace(town, inhabitants=town.inhabitants + 3)]


def _sum(code: str, name: str, parts: list[Area]) -> Area:
    return Area(
        code,
        name,
        shapely.union_all([part.geometry for part in parts]),
        sum(part.inhabitants or 0 for part in parts),
        sum(part.households or 0 for part in parts),
    )


def real(reference: Path, year: int = 2022) -> Content:
    """The districts of 2022 as neighbourhoods, with the municipalities and provinces that they lie in.

    A neighbourhood is called as its district and its code ends on 00; households are the dwellings.
    """
    areas: list[Area] = []
    province: dict[str, tuple[str, str]] = {}
    for stem in ("provinces", "municipalities", "districts"):
        table = pq.read_table(reference / f"cbs_{stem}_2022.parquet")
        shapes = to_rd(shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False)))
        rows = zip(
            table["code"].to_pylist(),
            table["name"].to_pylist(),
            shapes,
            table["population"].to_pylist(),
            table["dwellings"].to_pylist(),
            strict=True,
        )
        areas += [Area(*row) for row in rows]
        if stem == "municipalities":
            above = zip(table["province_code"].to_pylist(), table["province"].to_pylist(), strict=True)
            province = dict(zip(table["code"].to_pylist(), above, strict=True))
    areas += [replace(a, code=f"BU{a.code[2:]}00") for a in areas if a.code.startswith("WK")]
    return Content(year, tuple(sorted(areas, key=lambda a: a.code)), province)


def to_rd(geometry: np.ndarray) -> np.ndarray:
    """CRS84 → EPSG:28992, whole metres."""
    convert = pyproj.Transformer.from_crs("OGC:CRS84", 28992, always_xy=True).transform
    return shapely.transform(geometry, lambda xy: np.round(np.column_stack(convert(xy[:, 0], xy[:, 1]))))


def to_degrees(geometry: np.ndarray) -> np.ndarray:
    """EPSG:28992 → CRS84, longitude then latitude, nine decimals."""
    convert = pyproj.Transformer.from_crs(28992, "OGC:CRS84", always_xy=True).transform
    return shapely.transform(geometry, lambda xy: np.round(np.column_stack(convert(xy[:, 0], xy[:, 1])), 9))
