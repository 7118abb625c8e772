"""What is written on a map: numbers, names that fit without overlap, a scale bar. Pure."""

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from utils.lettering import width
from utils.map_frame import Box, Frame, around
from utils.maps import CHILD, INK
from utils.models import Atlas, Floats, Objects
from utils.report_model import MapPlan
from utils.summaries import find, rows_within
from utils.svg import circle, label, line, number, path

ACCENT: Final = "#0B5358"
_QUIET: Final = "#56666A"
_FEW: Final = 3
_AROUND: Final = (0, 0.7, -0.7, 1.4, -1.4)
"""Lines above or below the middle of an area where its name may stand."""
_INK: Final = INK["light"]


class Labels:
    """What already stands on the map, and the names that fit beside it."""

    def __init__(self, view: Frame, letter: float) -> None:
        self._view, self._letter = view, letter
        self._taken: list[Box] = [(0, view.height - 2.6 * letter, view.width / 4 + 2 * letter, view.height)]

    def _fits(self, box: Box) -> bool:
        edge = self._letter * 0.2
        right, bottom = self._view.width - edge, self._view.height - edge
        inside = edge <= box[0] and edge <= box[1] and box[2] <= right and box[3] <= bottom
        return inside and not any(
            box[0] < o[2] and box[2] > o[0] and box[1] < o[3] and box[3] > o[1] for o in self._taken
        )

    def keep_off(self, places: Floats, r: float) -> None:
        """No name comes over these circles (n, 2)."""
        self._taken += [(x - r, y - r, x + r, y + r) for x, y in places.tolist()]

    def free(self, x: float, y: float, r: float) -> tuple[float, float]:
        """The nearest place to x, y for a circle, in steps around it; x, y itself if there is none."""
        turns = np.arange(12) * np.pi / 6
        around = [(0.0, 0.0)] + [
            (far * r * np.cos(turn), far * r * np.sin(turn)) for far in (2.2, 3.4, 4.8, 6.5) for turn in turns
        ]
        for dx, dy in around:
            at = (float(x + dx), float(y + dy))
            box = (at[0] - r, at[1] - r, at[0] + r, at[1] + r)
            if self._fits(box):
                self._taken.append(box)
                return at
        return x, y

    def numbers(self, atlas: Atlas, plan: MapPlan) -> list[str]:
        """Numbers on areas and sites, each with a line to its place where there is no room on it."""
        areas, size = atlas.areas(plan.unit), self._letter
        rows = [areas.index[code] for code in plan.numbered]
        xy = shapely.get_coordinates(shapely.point_on_surface(areas.geometry[rows])).reshape(-1, 2)
        xy = np.concatenate([xy, np.array([(site.x, site.y) for site in plan.sites]).reshape(-1, 2)])
        shown = [*range(1, len(rows) + 1), *(site.number for site in plan.sites)]
        fill, r = ACCENT if plan.sites else _INK["hover"], 0.95 * size
        lines, circles = [], []
        for one, (x, y) in zip(shown, self._view.place(xy).tolist(), strict=True):
            at = self.free(x, y, r)
            if at != (x, y):
                lines += [path(line((x, y), at), "none", fill, 0.14 * size), circle(x, y, 0.24 * size, fill)]
            circles.append(circle(*at, r, fill, "#FFFFFF", 0.12 * size))
            circles.append(label(str(one), at[0], at[1] + 0.36 * size, 1.05 * size, "#FFFFFF", 600, "middle"))
        return lines + circles

    def names(self, atlas: Atlas, plan: MapPlan) -> list[str]:
        """The names of the parts of the area, then of the municipalities around it: the largest first."""
        level, _ = find(atlas, plan.code)
        made: list[str] = []
        if level != "municipality" or not plan.numbered:
            areas, rows = atlas.areas(CHILD[level]), rows_within(atlas, plan.code, CHILD[level])
            room = 1.5 if level == "country" else 1.05  # how much wider than the area a name may be
            fitting = self._named(areas.geometry[rows], areas.names[rows], _INK["hover"], room)
            made += fitting if len(fitting) >= min(_FEW, len(rows)) else []  # one name alone says little
        if level != "country":
            towns, near = atlas.municipalities, around(atlas, plan.code, self._view)
            seen = shapely.intersection(towns.geometry[near], shapely.box(*self._view.box))
            made += self._named(seen, towns.names[near], _QUIET, 0.95)
        return made

    def _named(self, shapes: Objects, names: Objects, colour: str, room: float) -> list[str]:
        boxes: NDArray[np.float64] = shapely.bounds(shapes) * self._view.scale
        wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
        middle = self._view.place(shapely.get_coordinates(shapely.point_on_surface(shapes)))
        size, made = self._letter, []
        for i in np.argsort(-wide * high, kind="stable"):
            name = str(names[i])
            w, h = width(name, size, 600) + 0.6 * size, 1.35 * size
            if w > wide[i] * room or h > high[i]:
                continue
            x, y = middle[i].tolist()
            for down in _AROUND:
                at = y + down * size
                box = (x - w / 2, at - h / 2, x + w / 2, at + h / 2)
                if self._fits(box):
                    self._taken.append(box)
                    made.append(label(name, x, at + 0.33 * size, size, colour, 600, "middle", halo=True))
                    break
        return made

    def scale_bar(self, distance: Callable[[float], str]) -> str:
        """A bar of a round length, at most a quarter of the width, with its length in words."""
        view, size = self._view, self._letter
        most = view.width / 4 / view.scale
        power = 10.0 ** np.floor(np.log10(most))
        metres = float(max(x * power for x in (1, 2, 5) if x * power <= most))
        low, high = view.height - size, view.height - 1.4 * size
        left, right = size, size + metres * view.scale
        steps = line((left, high), (left, low), (right, low), (right, high))
        bar = path(steps, "none", "#FFFFFF", 0.5 * size) + path(steps, "none", _INK["border"], 0.12 * size)
        middle, words = (left + right) / 2, distance(metres)
        half = max(right - left, width(words, 0.9 * size)) / 2 + 0.4 * size
        top, deep = high - 1.1 * size, low - high + 1.5 * size
        ground = (  # hatching would hide the bar
            f'<rect x="{number(middle - half)}" y="{number(top)}" width="{number(2 * half)}" '
            f'height="{number(deep)}" rx="{number(0.25 * size)}" fill="#FFFFFF" opacity="0.88"/>'
        )
        return (
            ground
            + bar
            + label(words, middle, high - 0.1 * size, 0.9 * size, _INK["border"], 400, "middle", True)
        )
