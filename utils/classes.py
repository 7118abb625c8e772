"""Layer → the class of every area, and what each class looks like: one truth for map and legend."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utils.models import Figures, Floats, Layer, Level, Overlay, Status

Theme = Literal["light", "dark"]

#: Upper class bounds; a value belongs to the first class whose bound is at least the value. The first
#: class is exactly zero; the last has no bound.
_PER_1000 = (0.0, 0.25, 0.5, 1.0)
_SHARE = (0.0, 0.25, 0.5, 0.75)
_CONFIRMED = (0.0, 0.5, 0.75, 0.9)  # of most areas it is more than half
_BURGLARIES = (0.0, 2.0, 4.0, 8.0)  # per 1,000 households; of the country it is two to three
_COUNTS: dict[Level, tuple[float, ...]] = {
    "country": (0, 1000, 3000, 6000),
    "province": (0, 250, 500, 1000),
    "municipality": (0, 5, 15, 40),
    "neighbourhood": (0, 1, 2, 3),
}

_VERMILION = "#D55E00"  # Okabe and Ito's signal colour, kept for uncovered
# Not inhabited, or no figure. Warm: to the colour-blind a cool grey is the teal of the same lightness.
_GREY = {"light": "#AAA092", "dark": "#877F71"}
_RAMP = {
    "light": ("#F4F1E8", "#CFE5E2", "#8FC3BF", "#3F8F8E", "#0B5358"),
    "dark": ("#2A3032", "#27494B", "#2F7073", "#4FA3A3", "#A5DEDA"),
}
_MARKED = {  # layer → fill and hatch of a marked area; not in the signal colour, which is kept for uncovered
    "light": {"actueel": ("#DCCFEA", "#5B2A86")},
    "dark": {"actueel": ("#2F2440", "#CF8DFF")},
}
_STATUS = {
    "light": {0: "#1F7A7C", 1: "#A9D3CF", 2: "#FFF1E4", 3: _GREY["light"], 4: "#FFFFFF"},
    "dark": {0: "#5FB3B1", 1: "#28585B", 2: "#3A2A1E", 3: _GREY["dark"], 4: "#15191B"},
}


@dataclass(frozen=True)
class Swatch:
    """How a class is drawn: fill colour, and a hatch: in the signal colour for uncovered areas."""

    fill: str
    hatch: str | None = None


@dataclass(frozen=True)
class Scale:
    """The classes of one layer. ``bounds`` is empty for the status layer; any other has a class for each
    bound, one above, one for marked areas (``marks``) where the layer marks any, and one for no value."""

    layer: Layer
    bounds: tuple[float, ...]
    swatches: tuple[Swatch, ...]
    marks: bool = False


def scale(layer: Layer, level: Level, theme: Theme) -> Scale:
    """The classes of a layer for areas of a level.

    >>> scale("bereik", "province", "light").bounds
    (0.0, 0.25, 0.5, 0.75)
    >>> scale("status", "province", "light").swatches[Status.UNCOVERED].hatch
    '#D55E00'
    """
    if layer == "status":
        swatches = tuple(
            Swatch(_STATUS[theme][s], _VERMILION if s == Status.UNCOVERED else None) for s in sorted(Status)
        )
        return Scale(layer, (), swatches)
    bounds = {
        "dekkingsgraad": _PER_1000,
        "bereik": _SHARE,
        "groepen": _COUNTS[level],
        "actueel": _CONFIRMED,
        "inbraken": _BURGLARIES,
    }[layer]
    marked = [Swatch(*look) for name, look in _MARKED[theme].items() if name == layer]
    swatches = (*map(Swatch, _RAMP[theme]), *marked, Swatch(_GREY[theme]))
    return Scale(layer, bounds, swatches, bool(marked))


def values(figures: Figures | Overlay, layer: Layer) -> Floats:
    """What a layer shows of each area, as (n,) numbers; nan where there is nothing to show."""
    if isinstance(figures, Overlay):
        return figures.values
    return {
        "status": figures.status.astype(float),
        "dekkingsgraad": figures.per_1000,
        "bereik": figures.reach,
        "groepen": figures.groups.astype(float),
    }[layer]


def classify(figures: Figures | Overlay, layer: Layer) -> NDArray[np.int8]:
    """The class of each area: a row of ``scale(layer, ...).swatches``; the last one for no value, the one
    before it for a marked area.

    Figures for the layers that they hold, its own overlay for any other.
    """
    if isinstance(figures, Figures) and layer == "status":
        return figures.status
    shown, classed = values(figures, layer), scale(layer, figures.level, "light")
    last = len(classed.swatches) - 1
    found = np.searchsorted(classed.bounds, np.nan_to_num(shown), side="left")
    found = np.where(np.isnan(shown), last, found)
    if isinstance(figures, Overlay) and classed.marks:
        found = np.where(figures.marked, last - 1, found)
    return found.astype(np.int8)
