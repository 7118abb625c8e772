"""Growth → Altair charts: an area's groups beside what was published, and rates beside larger areas."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utils import charts, growth, growth_words
from utils.chart_look import LOOKS, Chart, Look
from utils.classes import Theme
from utils.growth import Series
from utils.published_points import Joined, Point
from utils.texts import Texts

_HEIGHT = 300
_SHAPES = {"whole": "circle", "smaller": "diamond", "part": "triangle-up", "shared": "triangle-up"}


def counts(one: Series, published: list[Point], joined: list[Joined], texts: Texts, theme: Theme) -> Chart:
    """The groups of an area (one row): a line, its uncertainty as a band, published figures as marks.

    Marks stand in the middle of the days that they may be of, with a stroke through these; those that are not
    of the whole area have another shape and say what they are of. Mergers within the line's days are marked.
    """
    import altair as alt

    look, t = LOOKS[theme], growth.certain(one)
    days = pd.to_datetime(one.days.astype("datetime64[ns]"))
    numbers = {"registered": one.registered[0], "active": one.active[0], "undated": one.undated[0]}
    table = pd.DataFrame({"day": days, **numbers})
    table["most"] = table["registered"] + table["undated"]
    x = alt.X("day:T", title=None, axis=alt.Axis(format="%Y", tickCount="year"))
    y = alt.Y("registered:Q", title=None, axis=alt.Axis(format=",.0f", tickCount=5, tickMinStep=1))
    drawn: list[Chart] = []
    if table["undated"].any():
        band = alt.Chart(table).mark_area(interpolate="step-after", opacity=0.22, color=look.accent)
        drawn.append(band.encode(x=x, y=y, y2="most:Q"))
    known = table.iloc[:t]
    tip = [
        alt.Tooltip("day:T", title=" ", format="%-d %B %Y"),
        alt.Tooltip("registered:Q", title=texts.t("growth.line"), format=",.0f"),
        alt.Tooltip("active:Q", title=texts.t("growth.active_line"), format=",.0f"),
    ]
    base = alt.Chart(known).encode(x=x, tooltip=tip)
    if (known["active"] < known["registered"]).any():
        dashed = base.mark_line(interpolate="step-after", strokeDash=[5, 3], strokeWidth=1.5, color=look.ink)
        drawn.append(dashed.encode(y="active:Q"))
    drawn.append(base.mark_line(interpolate="step-after", color=look.accent).encode(y=y))
    drawn.append(alt.Chart(table.iloc[-1:]).mark_circle(size=60, color=look.accent, opacity=1).encode(
        x=x, y=y, tooltip=tip
    ))  # fmt: skip
    within = [each for each in joined if one.days[0] <= np.datetime64(each.day) <= one.days[-1]]
    if within:
        drawn += _mergers(within, one.days, texts, look)
    if published:
        drawn += _marks(published, texts, look)
    return alt.layer(*drawn).properties(height=_HEIGHT)


def _mergers(joined: list[Joined], days: growth.Days, texts: Texts, look: Look) -> list[Chart]:
    import altair as alt

    rows = pd.DataFrame(
        {
            "day": pd.to_datetime([one.day for one in joined]),
            "names": [texts.listed(one.names) for one in joined],
            "word": texts.t("growth.joined_mark"),
        }
    )
    late = np.array([one.day for one in joined], dtype="datetime64[D]") > days[len(days) // 2]
    base = alt.Chart(rows).encode(x="day:T", tooltip=[alt.Tooltip("names:N", title=" ")])
    drawn = [base.mark_rule(color=look.ink, strokeDash=[2, 3], opacity=0.7)]
    # Where the line, which rises, leaves room: above it at first, under it later on.
    above = alt.Chart(rows[~late]).mark_text(align="left", dx=4, baseline="top", dy=3, fontSize=12)
    under = alt.Chart(rows[late]).mark_text(align="right", dx=-4, baseline="bottom", dy=-3, fontSize=12)
    heights = ((above, 0), (under, _HEIGHT))
    return drawn + [word.encode(x="day:T", y=alt.value(at), text="word:N") for word, at in heights]


def _marks(published: list[Point], texts: Texts, look: Look) -> list[Chart]:
    import altair as alt

    first, last = (pd.to_datetime([getattr(point, end) for point in published]) for end in ("first", "last"))
    rows = pd.DataFrame(
        {
            "first": first,
            "last": last + pd.Timedelta(days=1),
            "middle": first + (last - first) / 2,
            "groups": [point.figure.groups for point in published],
            "when": [point.figure.date for point in published],
            "source": [point.figure.source for point in published],
            "extent": [growth_words.extent(texts, point) for point in published],
            "shape": [_SHAPES[point.extent] for point in published],
        }
    )
    y = alt.Y("groups:Q", title=None)
    tip = [
        alt.Tooltip("when:N", title=texts.t("growth.column.date")),
        alt.Tooltip("groups:Q", title=texts.t("growth.column.groups"), format=",.0f"),
        alt.Tooltip("source:N", title=texts.t("growth.column.source")),
        alt.Tooltip("extent:N", title=" "),
    ]
    base = alt.Chart(rows).encode(y=y, tooltip=tip)
    stroke = base.mark_rule(color=look.ink, strokeWidth=2, opacity=0.8).encode(x="first:T", x2="last:T")
    mark = base.mark_point(
        size=80, filled=True, fill=look.background, stroke=look.ink, strokeWidth=2, opacity=1
    )
    word = base.mark_text(align="right", dx=8, dy=9, baseline="top", fontSize=12)
    shaped = mark.encode(x="middle:T", shape=alt.Shape("shape:N", scale=None))
    return [stroke, shaped, word.encode(x="middle:T", text="extent:N")]


def rates(days: growth.Days, areas: list[growth.Rates], theme: Theme) -> Chart:
    """Groups per 1,000 inhabitants of areas, the own one first; what is not certain or nan is left out."""
    at = pd.to_datetime(days.astype("datetime64[ns]"))
    tables = [
        pd.DataFrame({"x": at[: one.certain], "value": one.values[: one.certain], "series": one.name})
        for one in areas
    ]
    return charts.lines(pd.concat(tables).dropna(), theme, "rate", step=True, height=_HEIGHT)
