"""A map as data → SVG: areas in the colours of the dashboard, borders, groups, numbers, names. Pure.

Coordinates come in as EPSG:28992 metres and go out as units of the picture, y downward, one decimal.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely

from utils import classes, coverage
from utils.map_frame import Frame, around, frame, outline
from utils.map_geometry import blurred
from utils.map_labels import ACCENT, Labels
from utils.maps import CHILD, INK
from utils.models import Atlas, Coverage, Objects, Status
from utils.report_model import PALE, MapPlan
from utils.summaries import find, rows_within
from utils.svg import circle, number, path

WATER: Final = "#EDF3F6"
"""What lies around the areas: water, and land of another country."""
_INK: Final = INK["light"]
_FINE: Final = 0.3
"""Units within which an outline may be simplified."""


def draw(
    current: Coverage,
    plan: MapPlan,
    width: float,
    height: float,
    letter: float,
    distance: Callable[[float], str],
) -> str:
    """The map as the content of an SVG of ``width`` × ``height`` units, names in letters of ``letter`` units.

    ``distance`` says in words how long the scale bar is.
    """
    atlas = current.atlas
    view = frame(atlas, plan, width, height, 1.5 * letter)
    labels = Labels(view, letter)
    numbers = labels.numbers(atlas, plan)
    sheet = f'<rect width="{number(width)}" height="{number(height)}"'
    parts = [
        f'<defs><clipPath id="kaartvak">{sheet}/></clipPath>{_hatch(letter)}</defs>',
        f'<g clip-path="url(#kaartvak)">{sheet} fill="{WATER}"/>',
        _around(atlas, plan, view, letter),
        _areas(current, plan, view, letter),
        _borders(atlas, plan, view, letter),
        _reach(plan, view, letter),
        _dots(current, plan, view, letter, labels),
        *numbers,
        *labels.names(atlas, plan),
        labels.scale_bar(distance),
        "</g>",
    ]
    return "".join(parts)


def _paths(geometry: Objects, view: Frame) -> list[str]:
    """(n,) polygons → the SVG path data of each, "" for one that is too small to see."""
    shapes = shapely.simplify(geometry, _FINE / view.scale, preserve_topology=False)
    found, owner = shapely.get_parts(shapes, return_index=True)
    rings, polygon = shapely.get_rings(found, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    made = [""] * len(geometry)
    if not len(xy):
        return made
    tenths = np.round(view.place(xy), 1)
    starts = np.flatnonzero(np.diff(ring, prepend=-1))
    for i, points in enumerate(np.split(tenths, starts[1:])):
        fresh = np.ones(len(points), dtype=bool)
        fresh[1:] = (points[1:] != points[:-1]).any(axis=1)
        kept = points[fresh][:-1]  # the last is the first again
        if len(kept) > 2:
            text = " ".join(f"{x:g},{y:g}" for x, y in kept.tolist())
            made[owner[polygon[ring[starts[i]]]]] += f"M{text}Z"
    return made


def _hatch(letter: float) -> str:
    """The pattern of uncovered areas: lines in the signal colour on its pale tone."""
    swatch = classes.scale("status", "neighbourhood", "light").swatches[Status.UNCOVERED]
    size = 0.62 * letter
    return (
        f'<pattern id="arcering" width="{size:.2f}" height="{size:.2f}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><rect width="{size:.2f}" height="{size:.2f}" fill="{swatch.fill}"/>'
        f'<rect width="{size * 0.36:.2f}" height="{size:.2f}" fill="{swatch.hatch}"/></pattern>'
    )


def _around(atlas: Atlas, plan: MapPlan, view: Frame, letter: float) -> str:
    """The municipalities around the area, in grey."""
    steps = "".join(_paths(atlas.municipalities.geometry[around(atlas, plan.code, view)], view))
    return path(steps, _INK["context"], _INK["contextLine"], 0.08 * letter)


def _areas(current: Coverage, plan: MapPlan, view: Frame, letter: float) -> str:
    """The parts of the area in the colours of their class; uncovered ones last: their border shows."""
    atlas = current.atlas
    shown = coverage.figures(current, plan.unit, plan.radius)
    rows = rows_within(atlas, plan.code, plan.unit)
    made = []
    if plan.quiet:
        made.append(path("".join(_paths(outline(atlas, plan.code), view)), PALE))
        if plan.solid:  # of the others nothing would be seen
            rows = rows[shown.status[rows] == Status.UNCOVERED]
    steps = np.array(_paths(atlas.areas(plan.unit).geometry[rows], view), dtype=object)
    kinds = classes.classify(shown, plan.layer)[rows]
    for uncovered in (False, True):
        these = (shown.status[rows] == Status.UNCOVERED) == uncovered
        for kind, swatch in enumerate(classes.scale(plan.layer, plan.unit, "light").swatches):
            together = "".join(steps[these & (kinds == kind)])
            if together:
                made.append(path(together, *_look(plan, atlas, swatch, uncovered, letter)))
    return "".join(made)


def _look(
    plan: MapPlan, atlas: Atlas, swatch: classes.Swatch, uncovered: bool, letter: float
) -> tuple[str, str, float, str]:
    """Fill, line, thickness and dashes of the parts of one class."""
    fill = PALE if plan.quiet and not uncovered else swatch.fill
    if plan.solid:
        fill = swatch.hatch or fill
        return fill, fill, 0.04 * letter, ""  # a line in the same colour: no gaps between the small
    if uncovered:
        return "url(#arcering)" if swatch.hatch else fill, _INK["signal"], 0.18 * letter, ""
    approximate = plan.unit == "neighbourhood" and atlas.edition.kind == "approximate"
    dash = f"{number(0.4 * letter)} {number(0.3 * letter)}" if approximate else ""
    return fill, _INK["line"], 0.07 * letter, dash


def _borders(atlas: Atlas, plan: MapPlan, view: Frame, letter: float) -> str:
    """The outline of the area; on a map of smaller parts also of those between."""
    level, _ = find(atlas, plan.code)
    child, inner = CHILD[level], ""
    if child not in (plan.unit, level):
        between = atlas.areas(child).geometry[rows_within(atlas, plan.code, child)]
        inner = path("".join(_paths(between, view)), "none", _INK["border"], 0.09 * letter)
    whole = "".join(_paths(outline(atlas, plan.code), view))
    return inner + path(whole, "none", _INK["border"], 0.19 * letter)


def _dots(current: Coverage, plan: MapPlan, view: Frame, letter: float, labels: Labels) -> str:
    """The groups in the area, each in the middle of its square of 100 metres; no name comes over them."""
    if not plan.dots:
        return ""
    groups = current.groups
    inside = np.flatnonzero(np.isin(current.home, rows_within(current.atlas, plan.code, "neighbourhood")))
    inside = inside[np.argsort(groups.active[inside], kind="stable")]  # active ones on top
    places = view.place(blurred(groups.x[inside], groups.y[inside]))
    r = max(100 * view.scale, 0.26 * letter)
    labels.keep_off(places, r)
    return "".join(
        circle(x, y, r, _INK["dot" if active else "dotOff"], "#FFFFFF", 0.07 * letter)
        for (x, y), active in zip(places.tolist(), groups.active[inside], strict=True)
    )


def _reach(plan: MapPlan, view: Frame, letter: float) -> str:
    """The circle within which a new group would reach people, for each site."""
    places = view.place(np.array([(site.x, site.y) for site in plan.sites]).reshape(-1, 2))
    r = plan.radius * view.scale
    return "".join(
        circle(x, y, r, "#FFFFFF", "#FFFFFF", 0.3 * letter, opacity=0.5)
        + circle(x, y, r, "none", ACCENT, 0.15 * letter)
        for x, y in places.tolist()
    )
