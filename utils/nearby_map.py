"""The resident's small map: numbered circles of 100 metres for groups, the place that distances start from.

The browser gets one specification, drawn by ``assets/antwoordkaart.js``. Groups come with the middle of their
100-metre square only (:class:`utils.verdict.Nearest`), so no exact place can leave the server.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from utils import maps
from utils.classes import Theme
from utils.map_geometry import BLUR, lonlat
from utils.verdict import Nearest

SCRIPT: Final = "antwoordkaart.js"
DRAWER: Final = "Antwoordkaart"
COLOURS: Final[dict[Theme, dict[str, str]]] = {
    "light": {"group": "#0B5358", "paper": "#FFFFFF", "pin": "#B84A00"},
    "dark": {"group": "#5FB3B1", "paper": "#10191B", "pin": "#FF8A33"},
}
SHOWN: Final = 3
"""So many of the nearest groups are in view at first."""


def specification(
    land: str,
    detail: Any,
    texts: dict[str, str],
    groups: Sequence[Nearest],
    *,
    lang: str,
    theme: Theme,
    tiles: str,
    area: str,
    start: tuple[float, float] | None,
    radius: float,
    dashed: bool,
) -> dict[str, Any]:
    """All that the script needs.

    ``land`` and ``detail`` as in :func:`utils.maps.specification`; ``groups`` nearest first; ``area`` is the
    code of the area shown; ``start`` (RD metres) the visitor's own place, None for the whole area; ``radius``
    is drawn around it; ``dashed``: the neighbourhoods are approximate. The map moves only when area or start
    change.
    """
    places = lonlat(np.array([(one.x, one.y) for one in groups]).reshape(-1, 2)).round(5).tolist()
    at = None if start is None else lonlat(np.array([start]))[0].round(6).tolist()
    return {
        "land": land,
        "detail": detail,
        "groups": [[lat, lon, int(not one.doubt)] for (lon, lat), one in zip(places, groups, strict=True)],
        "names": [one.name for one in groups],
        "blur": BLUR,
        "shown": SHOWN,
        "start": at,
        "radius": radius,
        "dashed": dashed,
        "area": area,
        "frame": f"{area} {at}",
        "colours": COLOURS[theme],
        "ink": maps.INK[theme],
        "theme": theme,
        "lang": lang,
        "tiles": tiles,
        "texts": texts,
    }
