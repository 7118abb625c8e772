"""A report → PDF on A4 for the council's papers: tagged for screen readers, with bookmarks and vector maps.

Typst typesets it (``assets/report.typ``). All text comes as data, never as markup. The same report gives the
same bytes: no clock and no font of the computer goes in.
"""

from dataclasses import asdict
from typing import Any, Final

from utils import chart_drawing, map_frame, picture, typesetting
from utils.models import Atlas, Coverage
from utils.report_model import Chart, MapPlan, Part, Points, Report, Section, Table, Topic
from utils.texts import Texts

_ORDER: Final[tuple[Topic, ...]] = (
    *("map", "position", "gaps", "sites", "parts", "growth", "actions", "method"),
)
"""The sections as they fill pages best: the map on the cover, growth above what a council can do."""
_WIDE: Final = 482.0
"""The width of the text in points: A4 with margins of 20 mm."""
_HALF: Final = 232.0
_CHART: Final = 264.0
_LOW: Final = 190.0
_HEIGHTS: Final[dict[str, tuple[float, ...]]] = {
    "map": (380.0, 345.0, 310.0, 270.0, 220.0), "gaps": (300.0,), "sites": (390.0,)
}  # fmt: skip
"""Heights of a map in points, at most; on the cover the highest of these for which there is room."""
_LETTER: Final = 8.0


def write(current: Coverage, report: Report, texts: Texts) -> bytes:
    """The report as a PDF (PDF/UA-1). Raises DataError."""
    data = {
        "lang": report.lang,
        "subject": report.subject,
        "finding": report.finding,
        "lead": report.lead,
        "figures": [asdict(one) for one in report.key_figures],
        "sections": [
            _section(current, one, texts)
            for one in sorted(report.sections, key=lambda one: _ORDER.index(one.topic))
        ],
        "source": report.source,
        "mark": report.mark,
        "says": {one: texts.t(f"report.paper.{one}") for one in ("meaning", "overleaf", "page", "number")},
    }
    return typesetting.pdf_at_any_rate("report.typ", data)


def _section(current: Coverage, section: Section, texts: Texts) -> dict[str, Any]:
    return {
        "topic": section.topic,
        "title": section.title,
        "sentences": section.sentences,
        "parts": [_part(current, one, texts, section.topic) for one in section.parts],
    }


def _part(current: Coverage, part: Part, texts: Texts, topic: Topic) -> dict[str, Any]:
    """A part as data for the template; maps and charts as SVG."""
    if isinstance(part, MapPlan):
        heights = _heights(current.atlas, part.code, _HEIGHTS[topic])
        drawn = [picture.bare_map(current, part, texts, _WIDE, height, _LETTER) for height in heights]
        return {
            "kind": "map", "title": part.title, "alt": part.alt, "credit": part.credit, "svgs": drawn,
            "heights": heights, "legend": [asdict(one) for one in part.legend],
        }  # fmt: skip
    if isinstance(part, Chart):
        wide, high = (_CHART, 116.0) if part.kind == "line" else (_HALF, chart_drawing.bars_height(part, 9))
        return {
            "kind": "chart", "title": part.title, "alt": part.alt, "definition": part.definition,
            "svg": picture.bare_chart(part, texts, wide, high, 9),
        }  # fmt: skip
    if isinstance(part, Table):
        return {"kind": "table", **asdict(part), "of": part.kind} | {"kind": "table"}
    assert isinstance(part, Points)
    return {"kind": "points", **asdict(part)}


def _heights(atlas: Atlas, code: str, most: tuple[float, ...]) -> list[float]:
    """How high the map of an area may be, the highest first: as its shape asks, within bounds."""
    wanted = max(_WIDE * map_frame.aspect(atlas, code), _LOW)
    return sorted({round(min(wanted, one)) for one in most}, reverse=True)
