"""Figures → Altair charts: bars, lines, strokes.

Each function takes a plain table and gives a bare chart, which may still be layered or set beside others.
:mod:`utils.chart_box` shows it on a page, with its title, its source and its figures as a table;
:func:`utils.chart_look.picture` makes a picture of it. Altair is imported where it is needed: the map page
does without.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from utils.chart_look import LOOKS, Chart, Look
from utils.classes import Theme
from utils.models import Floats, Kind
from utils.texts import Texts

if TYPE_CHECKING:
    import altair as alt

_FORMATS: Final[Mapping[Kind, str]] = {"count": ",.0f", "rate": ",.2f", "share": ".0%"}
_DAY: Final = "%-d %B %Y"
_BAR: Final = 26  # pixels that a bar and the room around it take
_NARROW: Final = 210  # pixels that bars have at least, on a phone
_DASHES: Final = ([1, 0], [8, 3], [3, 3], [10, 3, 2, 3], [2, 2], [14, 4])


def written(texts: Texts, kind: Kind, value: float | None) -> str:
    """A number as charts and their tables write it; None and nan give "unknown"."""
    if kind == "share":
        return texts.percent(value)
    return texts.number(value, 2 if kind == "rate" else 0)


def bars(
    table: pd.DataFrame,
    texts: Texts,
    theme: Theme,
    kind: Kind,
    colours: Sequence[str] | None = None,
    reference: tuple[str, float] | None = None,
) -> Chart:
    """Horizontal bars from top to bottom in the order of the table, each with its number.

    Parameters
    ----------
    table : columns ``name`` (need not differ) and ``value`` (0 or more; nan: the word for unknown, no bar)
    colours : one for each row; None: all in the accent
    reference : name and value of a line to compare with, such as the country's; nan: no line
    """
    import altair as alt

    look, said = LOOKS[theme], [written(texts, kind, value) for value in table["value"]]
    rows = pd.DataFrame(
        {
            "row": np.arange(len(table)),
            "name": table["name"].astype(str).to_numpy(),
            "end": table["value"].astype(float).fillna(0.0).to_numpy(),
            "said": said,
            "colour": list(colours) if colours is not None else look.accent,
        }
    )
    against = reference if reference is not None and np.isfinite(reference[1]) else None
    most = max([*rows["end"], against[1] if against else 0.0, 1e-9])
    numbers = rows["said"][table["value"].notna().to_numpy()]
    room = min((8 + 8 * max(map(len, numbers), default=0)) / _NARROW, 0.3)  # right of the longest bar
    scale = alt.Scale(domain=[0, most / (1 - room)], nice=False)
    names = json.dumps(rows["name"].tolist())
    base = alt.Chart(rows).encode(
        x=alt.X("end:Q", title=None, scale=scale, axis=None),
        y=alt.Y("row:O", title=None, axis=alt.Axis(labelExpr=f"{names}[datum.value]", labelLimit=170)),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title="  ")],
    )
    drawn = [
        base.mark_bar(height={"band": 0.7}).encode(color=alt.Color("colour:N", scale=None)),
        base.mark_text(align="left", dx=5, stroke=look.background, strokeWidth=5).encode(text="said:N"),
        base.mark_text(align="left", dx=5).encode(text="said:N"),
    ]
    if against:
        name = f"{against[0]}: {written(texts, kind, against[1])}"
        drawn.insert(0, _upright(name, against[1], look, scale, against[1] < most / 2))
    return alt.layer(*drawn).properties(height=_BAR * max(len(rows), 1))


def _upright(name: str, value: float, look: Look, scale: alt.Scale, left: bool) -> Chart:
    """A dashed line across the bars, with its name above them on the side where there is room."""
    import altair as alt

    base = alt.Chart(pd.DataFrame({"value": [value], "said": [name]})).encode(
        x=alt.X("value:Q", scale=scale, axis=None), tooltip=[alt.Tooltip("said:N", title=" ")]
    )
    line = base.mark_rule(strokeDash=[4, 3], color=look.ink, opacity=0.75)
    word = base.mark_text(align="left" if left else "right", baseline="bottom", dy=-4, fontSize=12)
    return line + word.encode(text="said:N", y=alt.value(0))


def lines(
    table: pd.DataFrame,
    theme: Theme,
    kind: Kind,
    x_title: str | None = None,
    step: bool = False,
    points: pd.DataFrame | None = None,
    height: int = 280,
) -> Chart:
    """Lines over days or over numbers, each named at its end where there are more; unknown breaks a line.

    Parameters
    ----------
    table : columns ``x`` (datetime64 or numbers, rising), ``value`` (nan: a gap) and ``series``; the first
        series has the accent, all differ in dashes too; six at most
    x_title : what ``x`` is; None for days, which need no title
    step : whether a value holds until the next one, as a count of groups does
    points : single figures beside the lines, a table as the other; ``series`` says in words what they are
    """
    import altair as alt

    look = LOOKS[theme]
    days = pd.api.types.is_datetime64_any_dtype(table["x"])
    series = list(dict.fromkeys(table["series"]))
    axis = alt.Axis(format="%Y", tickCount="year") if days else alt.Axis(format=",.0f", tickMinStep=1)
    x = alt.X(f"x:{'T' if days else 'Q'}", title=x_title, axis=axis)
    y = alt.Y("value:Q", title=None, axis=alt.Axis(format=_FORMATS[kind], tickCount=5))
    tip = [
        alt.Tooltip("series:N", title="  "),
        alt.Tooltip("x:T", title=" ", format=_DAY) if days else alt.Tooltip("x:Q", title=x_title or " "),
        alt.Tooltip("value:Q", title=" ", format=_FORMATS[kind]),
    ]
    colour = alt.Color("series:N", legend=None, scale=alt.Scale(domain=series, range=list(look.areas)))
    dash = alt.StrokeDash("series:N", legend=None, scale=alt.Scale(domain=series, range=list(_DASHES)))
    line = alt.Chart(table).mark_line(interpolate="step-after" if step else "linear")
    drawn = [line.encode(x=x, y=y, color=colour, strokeDash=dash, tooltip=tip)]
    if len(series) > 1:
        ends = table.dropna(subset=["value"]).groupby("series", sort=False).tail(1)
        span = (float(table["value"].max()) - min(float(table["value"].min()), 0.0)) or 1.0
        ends = ends.assign(at=_apart(ends["value"].to_numpy(dtype=float), span / height))
        named = alt.Chart(ends).mark_text(align="right", baseline="middle", fontWeight=600)
        drawn.append(named.encode(x=x, y=alt.Y("at:Q", title=None), color=colour, text="series:N"))
    if points is not None and len(points):
        dots = alt.Chart(points).mark_point(filled=False, size=70, strokeWidth=2, opacity=1, color=look.ink)
        drawn.append(dots.encode(x=x, y=y, tooltip=tip))
    return alt.layer(*drawn).properties(height=height)


def _apart(values: Floats, pixel: float) -> Floats:
    """How high the names of lines that end at these values stand, so that none covers another or a line.

    ``pixel`` is the height of a pixel in what the values count. A name stands over its line, or under it
    where another line is close above; never under the axis.
    """
    near, apart, least = 12 * pixel, 16 * pixel, 9 * pixel
    at = np.empty(len(values))
    order = np.argsort(-values, kind="stable")
    above, line = np.inf, np.inf
    for i in order:
        free = values[i] + 2 * near < line and values[i] + near <= above - apart
        at[i] = values[i] + near if free else min(values[i] - near, above - apart)
        above, line = at[i], values[i]
    below = -np.inf
    for i in order[::-1]:
        at[i] = below = max(at[i], below + apart, least)
    return at


def strip(table: pd.DataFrame, texts: Texts, theme: Theme, kind: Kind, marked: int | None = None) -> Chart:
    """All values as strokes along one line, so that one stands out against the rest; nan has no stroke.

    ``table`` has columns ``name`` and ``value``; ``marked`` is the place of the row that stands out, None
    for none.
    """
    import altair as alt

    look = LOOKS[theme]
    said = [written(texts, kind, value) for value in table["value"]]
    rows = pd.DataFrame({"name": table["name"].astype(str), "value": table["value"], "said": said})
    x = alt.X("value:Q", title=None, axis=alt.Axis(format=_FORMATS[kind], tickCount=6, grid=False))
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title="  ")]
    known = alt.Chart(rows[np.isfinite(rows["value"])]).encode(x=x, tooltip=tip)
    drawn = [known.mark_tick(thickness=1.5, size=26, color=look.ink, opacity=0.35)]
    if marked is not None and np.isfinite(rows["value"].iloc[marked]):
        one = alt.Chart(rows.iloc[[marked]]).encode(x=x, tooltip=tip)
        drawn.append(one.mark_tick(thickness=5, size=40, color=look.accent, opacity=1))
        drawn.append(one.mark_text(dy=-28, fontWeight=600, color=look.accent).encode(text="name:N"))
    return alt.layer(*drawn).properties(height=74)
