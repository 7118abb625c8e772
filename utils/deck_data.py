"""Slides → what the script of the presentation draws: plain JSON, in which every text is text.

Pure but for the pictures of maps, which come as SVG from who calls.
"""

from collections.abc import Callable
from typing import Any, Final

from utils.report_model import Chart, MapPlan, Part, Points, Report, Table
from utils.slides import Slide
from utils.texts import Texts

Picture = Callable[[MapPlan | Chart, bool], str]
_FEW: Final = 5
"""Rows of a table beside which sentences stand in letters as large."""
_LAYOUTS: Final = {"position": "paar", "parts": "paar", "method": "paar"}


def data(report: Report, slides: tuple[Slide, ...], picture: Picture, texts: Texts) -> list[dict[str, Any]]:
    """The slides for the script; ``picture`` gives the SVG of a map, or of a chart that is no bars:
    for True as a telephone held upright has room for it."""
    return [_slide(report, one, n, len(slides), picture, texts) for n, one in enumerate(slides, start=1)]


def _slide(
    report: Report, slide: Slide, number: int, total: int, picture: Picture, texts: Texts
) -> dict[str, Any]:
    layout, blocks = _laid_out(slide, picture)
    return {
        "kind": slide.kind,
        "layout": layout,
        "subject": report.subject if slide.kind == "title" else "",
        "title": slide.title,
        "number": texts.t("deck.number", n=number, total=total),
        "shown": texts.t("deck.shown", n=number, total=total),
        "blocks": blocks,
    }


def _laid_out(slide: Slide, picture: Picture) -> tuple[str, list[dict[str, Any]]]:
    """How a slide is laid out, and its blocks: a map with its table, or with its legend and what it means."""
    made = [block for part in slide.parts for block in _part(part, slide, picture)]
    said: list[dict[str, Any]] = []
    if slide.sentences:
        full = slide.kind == "position" or any(
            isinstance(part, Table) and len(part.rows) > _FEW for part in slide.parts
        )
        said.append({"kind": "sentences", "said": list(slide.sentences), "small": full})
    if slide.figures:
        said.append({"kind": "figures", "figures": [_figure(one) for one in slide.figures]})
    if slide.parts and isinstance(slide.parts[0], MapPlan):
        shown, legend, *tables = made
        if tables:
            return "kaarttabel", [_together(shown, legend), _together(*tables, *said)]
        return "kaartmet", [shown, _together(legend, *said)]
    return _LAYOUTS.get(slide.kind, "") if len(made) > 1 else "", [*said, *made]


def _together(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "together", "blocks": list(blocks)}


def _figure(one: Any) -> dict[str, str]:
    return {name: getattr(one, name) for name in ("label", "value", "compare", "definition")}


def _part(part: Part, slide: Slide, picture: Picture) -> list[dict[str, Any]]:
    if isinstance(part, MapPlan):
        shown = {"kind": "picture", "svg": picture(part, False), "alt": part.alt, "caption": part.credit}
        items = [
            {"shape": one.shape, "fill": one.fill, "hatch": one.hatch, "label": one.label}
            for one in part.legend
        ]
        return [shown, {"kind": "legend", "items": items}]
    if isinstance(part, Chart):
        if part.kind == "bars":
            return [_bars(part)]
        shown = {"kind": "picture", "svg": picture(part, False), "alt": part.alt, "caption": part.definition}
        return [shown | {"upright": picture(part, True)}]
    if isinstance(part, Table):
        return [_table(part)]
    return [_points(part, wide=len(slide.parts) == 1)]


def _bars(chart: Chart) -> dict[str, Any]:
    """Bars from zero; the largest takes all the room."""
    (series,) = chart.series
    known = [point.value for point in series.points if point.value == point.value]
    most = max([*known, 1.0 if chart.percent else 0.0]) or 1.0
    points = [
        {
            "name": point.name,
            "shown": point.shown,
            "share": point.value / most if point.value == point.value else None,
            "own": place == chart.own,
        }
        for place, point in enumerate(series.points)
    ]
    return {"kind": "bars", "title": chart.title, "definition": chart.definition, "points": points}


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": "",
        "columns": [{"label": one.label, "number": one.number} for one in table.columns],
        "rows": [list(row) for row in table.rows],
        "own": table.own,
        "numbered": table.numbered,
    }


def _points(points: Points, wide: bool) -> dict[str, Any]:
    return {
        "kind": "points",
        "heading": "" if wide else points.heading,
        "items": [list(item) for item in points.items],
        "wide": wide,
    }
