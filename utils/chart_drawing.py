"""A chart as data → SVG: bars of areas, lines through time. Pure.

The dashboard's charts are Altair's; these few are drawn here, since Altair and the engine that turns its
charts into pictures would take 110 MB of the server's memory and a second of every report.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from utils import lettering
from utils.chart_look import LOOKS
from utils.report_model import Chart, Point, Series
from utils.svg import circle, label, line, number, path
from utils.texts import Texts

_LOOK: Final = LOOKS["light"]
_OTHER: Final = "#9FB7B9"
_BAND: Final = "#D5E4E4"
_DASHES: Final = ("", "5 3", "2 2")


def draw(chart: Chart, width: float, height: float, letter: float, texts: Texts) -> str:
    """The chart, without its title, as the content of an SVG of ``width`` × ``height`` units.

    Bars take ``bars_height`` units and stay at the top; a line chart fills the height.
    """
    if chart.kind == "bars":
        return _bars(chart, width, letter)
    return _lines(chart, width, height, letter, texts)


def bars_height(chart: Chart, letter: float) -> float:
    """How high the bars of a chart are, in letters of ``letter`` units."""
    return 2.3 * letter * len(chart.series[0].points)


def _bars(chart: Chart, width: float, letter: float) -> str:
    """A bar for each point, from top to bottom, its name before it and its value behind it."""
    points = chart.series[0].points
    names = max(lettering.width(point.name, letter, 600) for point in points)
    left = min(names, 0.45 * width) + 0.8 * letter
    room = width - left - max(lettering.width(point.shown, letter, 600) for point in points) - 0.8 * letter
    most = max((point.value for point in points if point.value > 0), default=1.0)
    made = []
    for i, point in enumerate(points):
        own, top = i == chart.own, 2.3 * letter * i
        foot, weight = top + 1.3 * letter, 600 if own else 400
        long = room * point.value / most if point.value == point.value else 0.0
        name = _fitted(point.name, left - 0.8 * letter, letter, weight)
        made.append(label(name, left - 0.8 * letter, foot, letter, _LOOK.ink, weight, "end"))
        made.append(
            f'<rect x="{number(left)}" y="{number(top + 0.15 * letter)}" width="{number(long)}" '
            f'height="{number(1.6 * letter)}" fill="{_LOOK.accent if own else _OTHER}"/>'
        )
        made.append(label(point.shown, left + long + 0.5 * letter, foot, letter, _LOOK.ink, weight))
    return "".join(made)


def _fitted(name: str, room: float, letter: float, weight: int) -> str:
    """A name, cut off with dots where there is no room for it."""
    if lettering.width(name, letter, weight) <= room:
        return name
    fits = [n for n in range(1, len(name)) if lettering.width(f"{name[:n]}…", letter, weight) <= room]
    return f"{name[: max(fits, default=1)].rstrip()}…"


def _lines(chart: Chart, width: float, height: float, letter: float, texts: Texts) -> str:
    """A line for each series, the first one plain, the others in dashes; an unknown value breaks it."""
    every = [point for one in chart.series for point in one.points]
    most = max((x for x in (*(p.value for p in every), *chart.band) if x > 0), default=1.0)
    ticks = _ticks(most, chart.percent)
    said = [texts.percent(x) if chart.percent else texts.number(x, 0 if x == round(x) else 1) for x in ticks]
    left = max(lettering.width(one, letter) for one in said) + 0.7 * letter
    top, bottom, right = 1.2 * letter, height - 1.9 * letter, width - 1.2 * letter
    first, last = min(p.year for p in every), max(p.year for p in every)

    def x(year: float) -> float:
        return left + (right - left) * ((year - first) / (last - first) if last > first else 0.5)

    def y(value: float) -> float:
        return bottom - (bottom - top) * value / ticks[-1]

    made = []
    for value, words in zip(ticks, said, strict=True):
        made.append(path(line((left, y(value)), (right, y(value))), "none", _LOOK.grid, 0.08 * letter))
        made.append(
            label(words, left - 0.7 * letter, y(value) + 0.35 * letter, letter, _LOOK.ink, 400, "end")
        )
    made += _years(first, last, x, bottom, letter, right - left)
    if chart.band:
        points = chart.series[0].points
        low = [(x(p.year), y(p.value)) for p in points]
        high = [(x(p.year), y(most)) for p, most in zip(points, chart.band, strict=True)]
        made.append(path(f"{line(*high, *reversed(low))}Z", _BAND))
    for i, one in enumerate(chart.series):
        made += _line(one, i, x, y, letter)
    return "".join(made)


def _ticks(most: float, percent: bool) -> list[float]:
    """Round numbers from 0 to a little more than the most: five at most."""
    power = 10.0 ** np.floor(np.log10(most))
    least = 0.0 if percent or most < 1 else 1.0  # no half groups
    step = next(
        float(x * power) for x in (0.1, 0.2, 0.5, 1, 2, 5) if most <= 4.5 * x * power and x * power >= least
    )
    return [round(step * i, 6) for i in range(int(np.ceil(most / step - 1e-9)) + 1)]


def _years(
    first: float, last: float, x: Callable[[float], float], bottom: float, letter: float, room: float
) -> list[str]:
    """The years below a line, as many as stand apart."""
    years = list(range(int(np.ceil(first - 1e-9)), int(np.floor(last + 1e-9)) + 1))
    step = max(int(np.ceil(len(years) * 3.4 * letter / room)), 1)
    return [
        label(str(year), x(year), bottom + 1.5 * letter, letter, _LOOK.ink, 400, "middle")
        for year in years[::step]
    ]


def _line(
    one: Series,
    place: int,
    x: Callable[[float], float],
    y: Callable[[float], float],
    letter: float,
) -> list[str]:
    made = []
    runs: list[list[Point]] = [[]]
    for point in one.points:
        if point.value == point.value:
            runs[-1].append(point)
        else:
            runs.append([])
    for run in filter(None, runs):
        steps = line(*((x(p.year), y(p.value)) for p in run))
        made.append(
            path(
                steps,
                "none",
                _LOOK.accent,
                (0.26 if place == 0 else 0.16) * letter,
                _DASHES[place % len(_DASHES)],
            )
        )
    if ends := [point for point in one.points if point.value == point.value]:
        end = ends[-1]
        at = x(end.year), y(end.value)
        foot = at[1] - 0.7 * letter if place == 0 else at[1] + 1.5 * letter
        made.append(circle(*at, 0.32 * letter, _LOOK.accent))
        made.append(label(end.shown, at[0], foot, letter, _LOOK.accent, 600, "end", halo=True))
    return made
