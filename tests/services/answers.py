"""Answers of the local server, and the rows that its layers hold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import shapely

from tests.services.content import Area, Content, to_degrees

if TYPE_CHECKING:
    from tests.services.police import Crime

JSON = "application/json"
GEOJSON = "application/geo+json"
SECRET, ABSENT = -99997, -99995  # sentinels: secret or unknown, not available


@dataclass(frozen=True)
class Answer:
    """Status, body, content type and other headers."""

    status: int
    body: bytes
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


class Refused(Exception):
    """A request that the service does not take."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.body)
        self.answer = answer


def json_answer(value: object, kind: str = JSON) -> Answer:
    """200, with a value as JSON."""
    return Answer(200, json.dumps(value, ensure_ascii=False).encode(), kind)


class Services(Protocol):
    """What a service knows of the server that it is part of."""

    contents: dict[int, Content]
    page: int
    rows: int
    url: str
    cache: dict[object, object]
    spoiling: str
    crime: "Crime | None"

    def spoilt(self, path: str, rows: "Rows") -> "Rows":
        """A layer as the faults make it."""
        ...

    def endless(self, path: str) -> int:
        """0, or a number for the next page of a layer that never ends."""
        ...


@dataclass(frozen=True)
class Rows:
    """The rows of a layer: attributes, and geometry in EPSG:28992 (None: a row without)."""

    values: list[dict[str, Any]]
    shapes: list[shapely.Geometry | None]

    def __len__(self) -> int:
        return len(self.values)

    def picked(self, keep: list[int]) -> "Rows":
        """Some of the rows."""
        return Rows([self.values[i] for i in keep], [self.shapes[i] for i in keep])

    def renamed(self, name: Any) -> "Rows":
        """The rows with other names of attributes."""
        return replace(self, values=[{name(key): value for key, value in row.items()} for row in self.values])

    def spoilt(self, kind: str, value: str) -> "Rows":
        """The rows with a fault: see ``cbs.Fault``."""
        values, shapes = [dict(row) for row in self.values], list(self.shapes)
        code = next((key for key in _CODES if values and key in values[0]), "")
        if kind == "empty":
            return Rows([], [])
        if kind == "missing":
            return self.picked([i for i, row in enumerate(values) if not str(row[code]).startswith(value)])
        if kind == "column":
            values = [{k: v for k, v in row.items() if k != value} for row in values]
        elif kind == "repeated":
            values, shapes = [*values, values[0]], [*shapes, shapes[0]]
        elif kind == "duplicate":
            values[1][code] = values[0][code]
        elif kind == "invalid":
            west, south, east, north = shapely.bounds(shapes[0])
            crossing = [(west, south), (east, north), (east, south), (west, north), (west, south)]
            shapes[0] = shapely.Polygon(crossing)
        elif kind == "no_geometry":
            shapes[0] = None
        elif kind == "wrong_year":
            for row in values:
                for key in {"jaarcode", "jaar"} & row.keys():
                    row[key] -= 1
                if "Perioden" in row:
                    row["Perioden"] = f"{int(row['Perioden'][:4]) - 1}JJ00"
                if "jrstatcode" in row:
                    row["jrstatcode"] = f"{int(row['jrstatcode'][:4]) - 1}{row['jrstatcode'][4:]}"
        return Rows(values, shapes)

    def features(self, crs: str) -> list[str]:
        """Each row as the text of a GeoJSON feature, in RD or in degrees."""
        shapes = np.array(self.shapes, dtype=object)
        if crs == "degrees":
            shapes = to_degrees(shapes)
        drawn = shapely.to_geojson(shapes) if len(shapes) else []
        return [
            f'{{"type":"Feature","id":"{i + 1}","properties":{json.dumps(row, ensure_ascii=False)},'
            f'"geometry":{shape or "null"}}}'
            for i, (row, shape) in enumerate(zip(self.values, drawn, strict=True))
        ]


_CODES = ("statcode", "buurtcode", "wijkcode", "gemeentecode", "WijkenEnBuurten", "RegioS")


def divisions(content: Content, prefix: str, kind: str) -> Rows:
    """A layer of Gebiedsindelingen: boundaries alone; the small areas name their municipality."""
    areas = content.level(prefix)
    values = []
    for i, area in enumerate(areas):
        row = {
            "id": i + 1,
            "statcode": area.code,
            "statnaam": area.name,
            "jrstatcode": f"{content.year}{area.code}",
            "jaarcode": content.year,
            "rubriek": kind,
            "startdatum": f"{content.year}-01-01T00:00:00Z",
            "einddatum": f"{content.year}-12-31T00:00:00Z",
        }
        if prefix in ("WK", "BU"):
            row["gm_code"] = f"GM{area.code[2:6]}"
        values.append(row)
    return Rows(values, [area.geometry for area in areas])


def key_figures(content: Content, prefix: str) -> Rows:
    """A layer of Wijken en Buurten: figures with sentinels, land, water and abroad."""
    areas = content.level(prefix, water=True)
    names = {area.code: area.name for area in content.level("GM", water=True)}
    return Rows(
        [_row(area, content.year, prefix, names) for area in areas], [area.geometry for area in areas]
    )


def _row(area: Area, year: int, prefix: str, names: dict[str, str]) -> dict[str, Any]:
    municipality = f"GM{area.code[2:6]}"
    row: dict[str, Any] = {}
    if prefix == "BU":
        row |= {"buurtcode": area.code, "buurtnaam": area.name, "wijkcode": f"WK{area.code[2:8]}"}
    elif prefix == "WK":
        row |= {"wijkcode": area.code, "wijknaam": area.name}
    people, homes = area.inhabitants, area.households
    row |= {
        "gemeentecode": municipality,
        "gemeentenaam": names.get(municipality, ""),
        "jrstatcode": f"{year}{area.code}",
        "jaar": year,
        "water": area.water,
        "meest_voorkomende_postcode": "",
        "omgevingsadressendichtheid": ABSENT,
        "aantal_inwoners": SECRET if people is None else people,
        "mannen": SECRET if people is None else people // 2,
        "aantal_huishoudens": SECRET if homes is None else homes,
        "gemiddelde_huishoudsgrootte": float(SECRET)
        if not homes or people is None
        else round(people / homes, 1),
        "oppervlakte_totaal_in_ha": round(shapely.area(area.geometry) / 10_000),
    }
    return row
