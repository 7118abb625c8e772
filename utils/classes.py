"""Layer → the class of every area, and what each class looks like: one truth for map and legend."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utils.models import Figures, Floats, Layer, Level, Status

Theme = Literal["light", "dark"]

#: Upper class bounds; a value belongs to the first class whose bound is at least the value. The first
#: class is exactly zero; the last has no bound.
_PER_1000 = (0.0, 0.25, 0.5, 1.0)
_SHARE = (0.0, 0.25, 0.5, 0.75)
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
_STATUS = {
    "light": {0: "#1F7A7C", 1: "#A9D3CF", 2: "#FFF1E4", 3: _GREY["light"], 4: "#FFFFFF"},
    "dark": {0: "#5FB3B1", 1: "#28585B", 2: "#3A2A1E", 3: _GREY["dark"], 4: "#15191B"},
}


@dataclass(frozen=True)
class Swatch:
    """How a class is drawn: fill colour, and for uncovered areas a hatch in the signal colour."""

    fill: str
    hatch: str | None = None


@dataclass(frozen=True)
class Scale:
    """The classes of one layer. ``bounds`` is empty for the status layer."""

    layer: Layer
    bounds: tuple[float, ...]
    swatches: tuple[Swatch, ...]


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
    bounds = {"dekkingsgraad": _PER_1000, "bereik": _SHARE, "groepen": _COUNTS[level]}[layer]
    return Scale(layer, bounds, (*map(Swatch, _RAMP[theme]), Swatch(_GREY[theme])))


def values(figures: Figures, layer: Layer) -> Floats:
    """What a layer shows of each area, as (n,) numbers; nan where there is nothing to show."""
    return {
        "status": figures.status.astype(float),
        "dekkingsgraad": figures.per_1000,
        "bereik": figures.reach,
        "groepen": figures.groups.astype(float),
    }[layer]


def classify(figures: Figures, layer: Layer) -> NDArray[np.int8]:
    """The class of each area: a row of ``scale(layer, ...).swatches``; the last one for no value."""
    if layer == "status":
        return figures.status
    shown = values(figures, layer)
    bounds = scale(layer, figures.level, "light").bounds
    found = np.searchsorted(bounds, np.nan_to_num(shown), side="left")
    return np.where(np.isnan(shown), len(bounds) + 1, found).astype(np.int8)
