"""Coverage → folium. The only room that makes EPSG:4326 coordinates and scripts for the map.

The browser gets geometry once per file (``land_geometry``, ``detail_geometry``: quantised,
delta-coded) and per view only a small specification: codes, classes, figures, labels.
"""

import json
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import folium
import numpy as np
import shapely
from branca.element import MacroElement
from folium.template import Template
from pyproj import Transformer

from utils import classes
from utils.models import COUNTRY, Areas, Atlas, Coverage, Figures, Floats, Groups, Layer, Level, Objects, Status
from utils.summaries import rows_within

#: Degrees × this = the whole numbers sent to the browser: about one metre.
QUANTUM = 1e5
#: Locations of groups are shown in squares of this many metres, never as an exact door.
BLUR = 100.0
#: Changes with the form of the geometry files, so that no browser meets an older one.
FORMAT = 1

_INK = {
    "light": {
        "signal": "#B84A00", "line": "#5E7479", "hover": "#102A2E", "border": "#1D3E43",
        "context": "#DDE3E5", "contextLine": "#B9C4C7", "dot": "#12343A", "dotOff": "#8A979A", "dotLine": "#FFFFFF",
    },
    "dark": {
        "signal": "#FF8A33", "line": "#0E1415", "hover": "#FFFFFF", "border": "#CFE0E1",
        "context": "#22292B", "contextLine": "#353F42", "dot": "#F4F8F8", "dotOff": "#7C888B", "dotLine": "#101516",
    },
}  # fmt: skip
_CHILD: dict[Level, Level] = {
    "country": "province",
    "province": "municipality",
    "municipality": "neighbourhood",
    "neighbourhood": "neighbourhood",
}


@cache
def _to_wgs84() -> Transformer:
    return Transformer.from_crs("EPSG:28992", "EPSG:4326", always_xy=True)


def lonlat(xy: Floats) -> Floats:
    """RD metres (n, 2) → (n, 2) degrees east and north (EPSG:4326)."""
    lon, lat = _to_wgs84().transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat])


def blurred(x: Floats, y: Floats) -> Floats:
    """The middle of the 100-metre square that holds each location: (n, 2) RD metres."""
    return np.column_stack([np.floor(x / BLUR), np.floor(y / BLUR)]) * BLUR + BLUR / 2


def _rings(geometry: Objects) -> list[list[list[list[int]]]]:
    """(Multi)Polygons in RD → per area its polygons, each a list of delta-coded rings of whole QUANTUMs."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    rings, polygon = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(lonlat(xy) * QUANTUM).astype(int)
    step = np.diff(whole, axis=0, prepend=0)
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    step[first] = whole[first]
    coded = [part.ravel().tolist() for part in np.split(step, first[1:])]
    shapes: list[list[list[list[int]]]] = [[] for _ in geometry]
    current = -1
    for i, p in enumerate(polygon):
        if p != current:
            shapes[owner[p]].append([])
            current = p
        shapes[owner[p]][-1].append(coded[i])
    return shapes


def _pack(areas: Areas, rows: Any, parents: Objects) -> dict[str, Any]:
    geometry = areas.geometry[rows]
    middle = shapely.get_coordinates(shapely.point_on_surface(geometry))
    return {
        "codes": areas.codes[rows].tolist(),
        "names": areas.names[rows].tolist(),
        "parents": parents[areas.parents[rows]].tolist(),
        "points": np.round(lonlat(middle) * QUANTUM).astype(int).tolist(),
        "shapes": _rings(geometry),
    }


def as_json(value: Any) -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def land_geometry(atlas: Atlas) -> str:
    """Provinces and municipalities of the whole country, as the JSON text that the map's script decodes."""
    every = slice(None)
    country = np.array([COUNTRY], dtype=object)
    return as_json({
        "province": _pack(atlas.provinces, every, country),
        "municipality": _pack(atlas.municipalities, every, atlas.provinces.codes),
    })  # fmt: skip


def detail_geometry(atlas: Atlas, code: str) -> dict[str, Any]:
    """The neighbourhoods of one province or municipality, in the form of ``land_geometry``."""
    rows = rows_within(atlas, code, "neighbourhood")
    return {"neighbourhood": _pack(atlas.neighbourhoods, rows, atlas.municipalities.codes)}


@dataclass(frozen=True)
class View:
    """What the reader looks at: an area, the level of its coloured parts, layer, radius, language, theme.

    ``code`` is the shown area (a municipality where a neighbourhood was chosen, which is then ``focus``).
    """

    code: str
    level: Level
    unit: Level
    layer: Layer
    radius: float
    lang: str
    theme: classes.Theme
    focus: str | None = None


def _numbers(values: Floats, digits: int = 0) -> list[float | None]:
    """JSON numbers; None where there is no value (missing is not zero)."""
    rounded = np.round(values.astype(float), digits)
    if digits == 0:
        return [None if np.isnan(v) else int(v) for v in rounded]
    return [None if np.isnan(v) else float(v) for v in rounded]


def _dots(coverage: Coverage, view: View, notes: Any) -> list[list[Any]]:
    """Groups of the shown municipality: [lat, lon, active, name, note], rounded to the BLUR square."""
    if view.level != "municipality":
        return []
    groups: Groups = coverage.groups
    rows = rows_within(coverage.atlas, view.code, "neighbourhood")
    inside = np.flatnonzero(np.isin(coverage.home, rows))
    places = lonlat(blurred(groups.x[inside], groups.y[inside])).round(5)
    return [
        [lat, lon, int(groups.active[i]), str(groups.names[i]), notes(groups, i)]
        for i, (lon, lat) in zip(inside, places.tolist(), strict=True)
    ]


def specification(
    coverage: Coverage, figures: Figures, view: View, land: str, detail: Any, texts: dict[str, Any], notes: Any,
    tiles: str,
) -> dict[str, Any]:  # fmt: skip
    """All that the script needs to draw one view.

    ``figures`` are those of level ``view.unit``; ``land`` is the URL of ``land_geometry``; ``detail`` the URL or
    the content of ``detail_geometry``, None where no neighbourhoods are drawn; ``texts`` the visible sentences;
    ``notes(groups, row)`` the line under a group's name; ``tiles`` the base map's URL template, "" for none.
    """
    atlas, unit = coverage.atlas, coverage.atlas.areas(view.unit)
    rows = rows_within(atlas, view.code, view.unit)
    child = _CHILD[view.level]
    children = atlas.areas(child).codes[rows_within(atlas, view.code, child)].tolist()
    scale = classes.scale(view.layer, view.unit, view.theme)
    codes = unit.codes[rows].tolist()
    inside = atlas.municipalities.codes[rows_within(atlas, view.code, "municipality")].tolist()
    open_ = (figures.status[rows] == Status.UNCOVERED).astype(int)
    return {
        "view": view.code,
        "drawn": f"{view.code}/{view.unit}",
        "level": view.level,
        "unit": view.unit,
        "child": child,
        "children": children,
        "named": children,
        "border": [view.code],
        "inside": inside,
        "context": None if view.level == "country" else view.level,
        "focus": view.focus,
        "codes": codes,
        "classes": classes.classify(figures, view.layer)[rows].tolist(),
        "swatches": [asdict(s) for s in scale.swatches],
        "open": open_.tolist(),
        "status": figures.status[rows].tolist(),
        "groups": figures.groups[rows].tolist(),
        "per_1000": _numbers(figures.per_1000[rows], 1),
        "reach": _numbers(figures.reach[rows] * 100),
        "uncovered": figures.uncovered[rows].tolist(),
        "inhabited": figures.inhabited[rows].tolist(),
        "inhabitants": _numbers(figures.inhabitants[rows]),
        "dots": _dots(coverage, view, notes),
        "dashed": view.unit == "neighbourhood" and atlas.edition.kind == "approximate",
        "ink": _INK[view.theme],
        "theme": view.theme,
        "lang": view.lang,
        "land": land,
        "detail": detail,
        "tiles": tiles,
        "texts": texts,
    }


class _Show(MacroElement):
    """Hands a specification to the map's script."""

    _template = Template("{% macro script(this, kwargs) %}Buurtkaart.show(window.map, {{ this.spec }});{% endmacro %}")

    def __init__(self, spec: str) -> None:
        super().__init__()
        self._name = "Show"
        self.spec = spec


def script_safe(value: Any) -> str:
    """JSON that is also safe inside a script: no tag can end it, no line separator can break it."""
    return (
        as_json(value).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    )  # fmt: skip


def base_map(scripts: list[str], styles: list[str]) -> folium.Map:
    """An empty map, built anew for every run: st_folium changes what it is given."""
    made = folium.Map(location=[52.2, 5.3], zoom_start=7, tiles=None, prefer_canvas=True, zoom_snap=0.25, min_zoom=6)
    made.default_js = [(url, url) for url in scripts]
    made.default_css = [(url, url) for url in styles]
    return made


def layer(spec: dict[str, Any]) -> folium.FeatureGroup:
    """The one feature group that st_folium sends to the browser when the view changes."""
    group = folium.FeatureGroup()
    _Show(script_safe(spec)).add_to(group)
    return group
