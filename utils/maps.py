"""Coverage → folium. The only room that makes scripts and HTML for the map.

The browser gets geometry once per file (see :mod:`utils.map_geometry`) and per view only a small
specification: codes, classes, figures, labels.
"""

import html
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import folium
import numpy as np
from branca.element import MacroElement
from folium.template import Template

from utils import classes
from utils.map_geometry import as_json, blurred, lonlat
from utils.models import (
    Coverage,
    Figures,
    Floats,
    Groups,
    Layer,
    Level,
    Overlay,
    Status,
)
from utils.summaries import rows_within

INK: dict[classes.Theme, dict[str, str]] = {
    "light": {
        "signal": "#B84A00",
        "line": "#5E7479",
        "hover": "#102A2E",
        "halo": "#FFFFFF",
        "border": "#1D3E43",
        "context": "#DDE3E5",
        "contextLine": "#B9C4C7",
        "dot": "#12343A",
        "dotOff": "#8A979A",
        "dotLine": "#FFFFFF",
    },
    "dark": {
        "signal": "#FF8A33",
        "line": "#0E1415",
        "hover": "#FFFFFF",
        "halo": "#000000",
        "border": "#CFE0E1",
        "context": "#22292B",
        "contextLine": "#353F42",
        "dot": "#F4F8F8",
        "dotOff": "#7C888B",
        "dotLine": "#101516",
    },
}
MANY = 2000
"""A map of more areas than this has them in one colour: its script knows the same number, legends follow."""
CHILD: dict[Level, Level] = {
    "country": "province",
    "province": "municipality",
    "municipality": "neighbourhood",
    "neighbourhood": "neighbourhood",
}


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


def _known(values: Floats, digits: int) -> dict[str, float | None]:
    """Row → number, of the rows that have one: often few of many."""
    rows = np.flatnonzero(~np.isnan(values))
    return dict(zip(map(str, rows), _numbers(values[rows], digits), strict=True))


def _dots(coverage: Coverage, view: View, notes: Callable[[Groups, int], str]) -> list[list[Any]]:
    """Groups of the shown municipality: [lat, lon, active, name, note], rounded to the BLUR square."""
    if view.level != "municipality":
        return []
    groups: Groups = coverage.groups
    rows = rows_within(coverage.atlas, view.code, "neighbourhood")
    inside = np.flatnonzero(np.isin(coverage.home, rows))
    places = lonlat(blurred(groups.x[inside], groups.y[inside])).round(5)
    return [
        [lat, lon, int(groups.active[i]), str(groups.names[i]), notes(groups, int(i))]
        for i, (lon, lat) in zip(inside, places.tolist(), strict=True)
    ]


def specification(
    coverage: Coverage,
    figures: Figures,
    view: View,
    land: str,
    detail: Any,
    texts: dict[str, Any],
    notes: Callable[[Groups, int], str],
    tiles: str,
    overlay: Overlay | None = None,
) -> dict[str, Any]:
    """All that the script needs to draw one view.

    ``figures`` are those of level ``view.unit``; ``overlay`` is what the layer shows of the same areas where
    figures do not hold it, else None; ``land`` is the URL of ``land_geometry``; ``detail`` the
    URL or the content of ``detail_geometry``, None where no neighbourhoods are drawn; ``texts`` the visible
    sentences; ``notes`` gives the line under a group's name; ``tiles`` the base map's URL template, or "".
    """
    atlas, unit = coverage.atlas, coverage.atlas.areas(view.unit)
    rows = rows_within(atlas, view.code, view.unit)
    child = CHILD[view.level]
    children = atlas.areas(child).codes[rows_within(atlas, view.code, child)].tolist()
    scale = classes.scale(view.layer, view.unit, view.theme)
    codes = unit.codes[rows].tolist()
    context = None if view.level == "country" else view.level
    inside = rows_within(atlas, view.code, "municipality") if context else np.empty(0, dtype=np.intp)
    facts, decimals = (overlay.facts, overlay.decimals) if overlay else ({}, {})
    # A layer with marks of its own has no outline besides: two would drown what is coloured.
    open_ = ((figures.status[rows] == Status.UNCOVERED) & (not scale.marks)).astype(int)
    return {
        "view": view.code,
        "drawn": f"{view.code}/{view.unit}",
        "level": view.level,
        "unit": view.unit,
        "child": child,
        "children": children,
        "border": [view.code],
        "inside": atlas.municipalities.codes[inside].tolist(),
        "context": context,
        "focus": view.focus,
        "pick": None,  # a level: what a click gives, whatever level is shown; the focus is brought into view
        "sites": None,  # see utils.site_map
        "codes": codes,
        "classes": classes.classify(overlay or figures, view.layer)[rows].tolist(),
        "swatches": [asdict(s) for s in scale.swatches],
        "open": open_.tolist(),
        "status": figures.status[rows].tolist(),
        "groups": figures.groups[rows].tolist(),
        "per_1000": _numbers(figures.per_1000[rows], 1),
        "reach": _numbers(figures.reach[rows] * 100),
        "uncovered": figures.uncovered[rows].tolist(),
        "inhabited": figures.inhabited[rows].tolist(),
        "inhabitants": _numbers(figures.inhabitants[rows]),
        "facts": {name: _known(values[rows], decimals.get(name, 0)) for name, values in facts.items()},
        "decimals": dict(decimals),
        "dots": _dots(coverage, view, notes),
        "dashed": view.unit == "neighbourhood" and atlas.edition.kind == "approximate",
        "ink": INK[view.theme],
        "theme": view.theme,
        "lang": view.lang,
        "land": land,
        "detail": detail,
        "tiles": tiles,
        "texts": texts,
    }


class _Show(MacroElement):
    """Hands a specification to the map's script."""

    _template = Template(
        "{% macro script(this, kwargs) %}{{ this.drawer }}.show(window.map, {{ this.spec }});{% endmacro %}"
    )

    def __init__(self, spec: str, drawer: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Show"
        self.spec, self.drawer = spec, drawer


def script_safe(value: Any) -> str:
    """JSON that is also safe inside a script: no tag can end it, no line separator can break it.

    Nor can a name open a tag of Jinja: branca compiles every script as a template, on our server. Outside
    strings JSON has no brace before ``{``, ``%`` or ``#``.
    """
    text = re.sub(r"\{(?=[{%#])", r"\\u007b", as_json(value)).replace("<", "\\u003c")
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def base_map(scripts: list[str], styles: list[str]) -> folium.Map:
    """An empty map, built anew for every run: st_folium changes what it is given."""
    made = folium.Map(
        location=[52.2, 5.3], zoom_start=7, tiles=None, prefer_canvas=True, zoom_snap=0.25, minZoom=6
    )
    made.default_js = [(url, url) for url in scripts]
    made.default_css = [(url, url) for url in styles]
    return made


def layer(spec: dict[str, Any], drawer: str = "Buurtkaart") -> folium.FeatureGroup:
    """The one feature group that st_folium sends to the browser when the view changes; who draws it there."""
    group = folium.FeatureGroup()
    _Show(script_safe(spec), drawer).add_to(group)
    return group


def tile_credit(sentence: str, name: str, url: str) -> str:
    """The credit of the base map as HTML: ``{link}`` in the sentence becomes a link."""
    link = f'<a href="{html.escape(url)}" target="_blank" rel="noopener">{html.escape(name)}</a>'
    return html.escape(sentence).replace("{link}", link)
