"""A small map for staff: one place to point at, dots of several kinds, outlines to find one's way by.

The browser gets one specification, drawn by ``assets/stafkaart.js``. Places are exact: staff pages only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from utils import maps
from utils.classes import Theme
from utils.map_geometry import QUANTUM, lonlat
from utils.models import Floats, Ints

DRAWER: Final = "Stafkaart"
COLOURS: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#0B5358", "#6B7A7E", "#B84A00", "#6A3D9A"),
    "dark": ("#5FB3B1", "#8A979A", "#FF8A33", "#C4A5E8"),
}
"""One for each kind of dot, told apart by those who see few colours; the legend names them."""


@dataclass(frozen=True, eq=False)
class Dots:
    """n dots: ``x``, ``y`` in RD metres (nan: not drawn), ``kinds`` indices of kinds, ``names`` texts."""

    x: Floats
    y: Floats
    kinds: Ints
    names: Sequence[str]


@dataclass(frozen=True)
class Kind:
    """A kind of dot in words, and whether it is drawn over the others."""

    label: str
    on_top: bool = False


NONE: Final = Dots(np.empty(0), np.empty(0), np.empty(0, dtype=np.intp), ())


def specification(
    land: str,
    detail: Any,
    texts: dict[str, str],
    *,
    lang: str,
    theme: Theme,
    tiles: str,
    pin: tuple[float, float] | None = None,
    dots: Dots = NONE,
    kinds: Sequence[Kind] = (),
    frame: str = "",
    area: str = "",
    pick: bool = False,
) -> dict[str, Any]:
    """All that the script needs.

    ``land`` and ``detail`` as in :func:`utils.maps.specification`; ``pin`` in RD metres. The map moves only
    when ``frame`` changes: to the area (a code), else to the pin, else to the dots, else to the country.
    ``pick``: a click, or a drag of the pin, tells the page where.
    """
    known = np.flatnonzero(np.isfinite(dots.x) & np.isfinite(dots.y))
    on_top = np.array([kind.on_top for kind in kinds], dtype=bool)
    order = known[np.argsort(on_top[dots.kinds[known]], kind="stable")]
    places = lonlat(np.column_stack([dots.x[order], dots.y[order]])) * QUANTUM
    at = None if pin is None else lonlat(np.array([pin]))[0].round(6).tolist()
    return {
        "land": land,
        "detail": detail,
        "pin": at,
        "dots": np.round(places).astype(int).ravel().tolist(),
        "kinds": dots.kinds[order].tolist(),
        "names": [dots.names[i] for i in order],
        "colours": COLOURS[theme][: max(len(kinds), 1)],
        "frame": frame,
        "area": area,
        "pick": pick,
        "ink": maps.INK[theme],
        "theme": theme,
        "lang": lang,
        "tiles": tiles,
        "texts": texts,
    }


def colours(kinds: Sequence[Kind], theme: Theme) -> list[tuple[str, str]]:
    """Colour and words of each kind, for a legend."""
    return [(colour, kind.label) for colour, kind in zip(COLOURS[theme], kinds, strict=False)]
