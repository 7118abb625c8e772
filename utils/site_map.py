"""The map of gaps with proposed places on it: numbered, each with the circle of the people that it reaches.

Drawn by ``assets/buurtkaart.js``. Proposed places are nobody's address: they are exact.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from utils import maps
from utils.classes import Theme
from utils.map_geometry import lonlat
from utils.siting import Siting

COLOURS: dict[Theme, tuple[str, str]] = {"light": ("#0B5358", "#FFFFFF"), "dark": ("#8ED9D6", "#10191B")}
"""Of a number's disc and of the number itself."""


def specification(
    spec: dict[str, Any],
    found: Siting,
    radius: float,
    names: Sequence[str],
    notes: Sequence[str],
    at: int | None,
) -> dict[str, Any]:
    """What the map's script needs: ``spec`` of `gap_map.specification`, and a name and a line for each place,
    drawn with a circle of ``radius`` metres.

    A click on an area goes one level down, one on a number gives that number. ``at`` is the number of the
    place that is looked at (None: none); it is brought into view.
    """
    xy = np.array([(site.x, site.y) for site in found.sites], dtype=np.float64).reshape(-1, 2)
    places = lonlat(xy).round(6).tolist()
    ground, ink = COLOURS[spec["theme"]]
    return spec | {
        "pick": None,
        "sites": {
            "places": [
                [lat, lon, name, note] for (lon, lat), name, note in zip(places, names, notes, strict=True)
            ],
            "radius": radius,
            "at": at,
            "ground": ground,
            "ink": ink,
            "halo": maps.INK[spec["theme"]]["halo"],
        },
    }
