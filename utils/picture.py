"""A map or a chart as a picture that goes out by itself: with title, legend, source, dates and marks in it.

Pure but for `png` and `portable`. The PNG is drawn from the same SVG.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from utils import chart_drawing, lettering, map_drawing, typesetting
from utils.errors import DataError
from utils.lettering import lines
from utils.map_labels import ACCENT
from utils.models import Coverage
from utils.report_model import Chart, LegendItem, MapPlan, Report, Table
from utils.svg import circle, document, label, number
from utils.texts import Texts

Size = Literal["wide", "square", "print"]
"""For social media (1200 × 630, 1080 × 1080), and A4 on its side to print."""
SIZES: Final[tuple[Size, ...]] = get_args(Size)
_UNITS: Final[dict[Size, tuple[int, int]]] = {
    "wide": (1200, 630),
    "square": (1080, 1080),
    "print": (1200, 848),
}
_PIXELS: Final[dict[Size, float]] = {"wide": 1, "square": 1, "print": 2480 / 848}
_INK: Final = "#12262A"
_SOFT: Final = "#44595D"
_EDGE: Final = 36.0


@dataclass(frozen=True)
class _Sheet:
    """What stands around a drawing."""

    kicker: str
    title: str
    beside: tuple[str, ...]
    legend: tuple[LegendItem, ...]
    mark: str
    source: str
    alt: str


def of_map(current: Coverage, report: Report, plan: MapPlan, texts: Texts, size: Size) -> str:
    """A map of a report as an SVG: beside it what it counts, or the list that its numbers refer to."""
    listed = _listed(report, plan, texts)
    sheet = _Sheet(
        kicker=report.subject,
        title=plan.title if listed else report.finding,
        beside=listed or (plan.title, *report.lead),
        legend=plan.legend,
        mark=report.mark,
        source=f"{report.source} {plan.credit}.",
        alt=plan.alt,
    )

    def drawn(width: float, height: float) -> str:
        return map_drawing.draw(current, plan, width, height, 15, texts.distance)

    return _framed(sheet, size, drawn)


def _listed(report: Report, plan: MapPlan, texts: Texts) -> tuple[str, ...]:
    """What the numbers of a map stand for; () for a map without numbers."""
    (section,) = (one for one in report.sections if plan in one.parts)
    table = next((one for one in section.parts if isinstance(one, Table) and one.numbered), None)
    if table is None:
        return ()
    people = [texts.t("key.inhabitants", x=row[table.weight]) for row in table.rows]
    return tuple(
        f"{i}\u00a0{row[0]} ({n})".replace(" ", "\u00a0")
        for i, (row, n) in enumerate(zip(table.rows, people, strict=True), 1)
    )


def of_chart(report: Report, chart: Chart, texts: Texts, size: Size) -> str:
    """A chart of a report as an SVG, with the definition of what it measures."""
    sheet = _Sheet(
        kicker=report.subject,
        title=chart.finding,
        beside=(f"{chart.title}. {chart.definition}",),
        legend=(),
        mark=report.mark,
        source=report.source,
        alt=chart.alt,
    )

    def drawn(width: float, height: float) -> str:
        if chart.kind == "line":
            return chart_drawing.draw(chart, width, height, 22, texts)
        letter = min(38.0, 20 * height / chart_drawing.bars_height(chart, 20))
        spare = height - chart_drawing.bars_height(chart, letter)
        bars = chart_drawing.draw(chart, width, height, letter, texts)
        return f'<g transform="translate(0 {number(spare / 2)})">{bars}</g>'

    return _framed(sheet, size, drawn)


def pictures(report: Report) -> dict[str, MapPlan | Chart]:
    """The maps and charts of a report by name: a map's is its section's topic, a chart's what it measures."""
    found: dict[str, MapPlan | Chart] = {}
    for section in report.sections:
        for part in section.parts:
            if isinstance(part, MapPlan):
                found[section.topic] = part
            elif isinstance(part, Chart):
                found[part.measure] = part
    return found


def of(current: Coverage, report: Report, part: MapPlan | Chart, texts: Texts, size: Size) -> str:
    """A map or a chart of a report as an SVG."""
    if isinstance(part, Chart):
        return of_chart(report, part, texts, size)
    return of_map(current, report, part, texts, size)


def bare_map(
    current: Coverage, plan: MapPlan, texts: Texts, width: float, height: float, letter: float
) -> str:
    """A map without title, legend and source, for a page or slide that gives these, as an SVG.

    Names are in letters of ``letter`` units. The fonts are not inside: it is for `png` and for Typst.
    """
    drawn = map_drawing.draw(current, plan, width, height, letter, texts.distance)
    return document(width, height, drawn, plan.title, plan.alt)


def bare_chart(chart: Chart, texts: Texts, width: float, height: float, letter: float) -> str:
    """A chart without title and source, as `bare_map`."""
    drawn = chart_drawing.draw(chart, width, height, letter, texts)
    return document(width, height, drawn, chart.title, chart.alt)


def portable(svg: str) -> str:
    """A picture with the letters that it needs inside, to be looked at where the font is not installed."""
    style = "".join(lettering.face(weight, svg) for weight in (400, 600))
    start, end, rest = svg.partition(">")
    return f"{start}{end}<style>{style}</style>{rest}"


def size_png(svg: str, size: Size) -> bytes:
    """A picture of `of_map` or `of_chart` as PNG, in the pixels that its size asks for. Raises DataError."""
    return png(svg, *_UNITS[size], _PIXELS[size])


def png(svg: str, width: float, height: float, scale: float = 1) -> bytes:
    """An SVG of ``width`` × ``height`` units as PNG, ``scale`` pixels for each unit. Raises DataError."""
    try:
        return typesetting.png("picture.typ", {"svg": svg, "width": width, "height": height}, 72 * scale)
    except typesetting.RefusedError as problem:
        raise DataError("error.typeset", came=str(problem)[:120]) from problem


def _framed(sheet: _Sheet, size: Size, drawn: Callable[[float, float], str]) -> str:
    width, height = _UNITS[size]
    room = width - 2 * _EDGE
    head, top = _head(sheet, room)
    foot, bottom = _foot(sheet, room, height)
    side = width > 1.2 * height and bool(sheet.legend)
    column = 330.0
    text = _column(sheet if side else _flowing(sheet), column if side else room)
    if side:
        box = (_EDGE, top, room - column - 28, bottom - top)
        beside, _ = _write(text, _EDGE + room - column, top + 4)
    else:
        _, high = _write(text, 0, 0)
        box = (_EDGE, top, room, bottom - top - high - 14)
        beside, _ = _write(text, _EDGE, bottom - high)
    body = (
        f'<rect width="{width}" height="{height}" fill="#FFFFFF"/><rect width="{width}" height="8" '
        f'fill="{ACCENT}"/>{head}<g transform="translate({number(box[0])} {number(box[1])})">'
        f"{drawn(box[2], box[3])}</g>{beside}{foot}"
    )
    return document(width, height, body, sheet.title, f"{sheet.alt} {sheet.mark} {sheet.source}")


def _flowing(sheet: _Sheet) -> _Sheet:
    """A long list as one paragraph, where it stands below the drawing."""
    return replace(sheet, beside=(" · ".join(sheet.beside),)) if len(sheet.beside) > 4 else sheet


def _head(sheet: _Sheet, room: float) -> tuple[str, float]:
    """The kicker and the title, and where what is below them begins."""
    made, y = [label(sheet.kicker, _EDGE, 48, 19, ACCENT, 600)], 50.0
    letter = 35.0
    while letter > 22 and len(lines(sheet.title, letter, room, 600)) > 2:
        letter -= 1
    for one in lines(sheet.title, letter, room, 600):
        y += 1.16 * letter
        made.append(label(one, _EDGE, y, letter, _INK, 600))
    return "".join(made), y + 22


def _foot(sheet: _Sheet, room: float, height: float) -> tuple[str, float]:
    """The mark and the source at the bottom, and where what is above them ends."""
    said = lines(sheet.source, 14, room)
    y = height - 20 - 17.5 * (len(said) - 1)
    made = [label(one, _EDGE, y + 17.5 * i, 14, _SOFT) for i, one in enumerate(said)]
    y -= 18
    if sheet.mark:
        marked = lines(sheet.mark, 17, room - 24, 600)
        y -= 23 * len(marked) + 6
        wide = max(lettering.width(one, 17, 600) for one in marked) + 24
        made.append(
            f'<rect x="{number(_EDGE)}" y="{number(y)}" width="{number(wide)}" '
            f'height="{number(23 * len(marked) + 6)}" rx="3" fill="#FFF3D1" stroke="#B08A1E"/>'
        )
        made += [label(one, _EDGE + 12, y + 21 + 23 * i, 17, _INK, 600) for i, one in enumerate(marked)]
    return "".join(made), y - 14


Line = tuple[LegendItem | None, str]


def _column(sheet: _Sheet, room: float) -> list[Line]:
    """The lines of legend and sentences: a line with its item, or one that goes on without."""
    made: list[Line] = []
    for item in sheet.legend:
        first, *rest = lines(item.label, 18, room - 34)
        made += [(item, first), *((None, f"\t{one}") for one in rest)]
    close = len(sheet.beside) > 4  # a list, not sentences
    for i, sentence in enumerate(sheet.beside):
        if i == 0 or not close:
            made.append((None, ""))
        made += [(None, one) for one in lines(sentence, 18, room)]
    return made


def _write(text: list[Line], x: float, y: float) -> tuple[str, float]:
    """Those lines from a place down, and how much height they take."""
    made, at = [], y
    for item, said in text:
        at += 27 if said else 12
        if item:
            made.append(_swatch(item, x + 11, at - 7))
        indented = item is not None or said.startswith("\t")
        if said:
            made.append(label(said.lstrip("\t"), x + (34 if indented else 0), at, 18, _INK))
    return "".join(made), at - y + 6


def _swatch(item: LegendItem, x: float, y: float) -> str:
    """What a line of the legend is about, around a place."""
    if item.shape == "area":
        fill, line = ("url(#arcering)", item.hatch) if item.hatch else (item.fill, "#5E7479")
        return (
            f'<rect x="{number(x - 11)}" y="{number(y - 9)}" width="22" height="18" fill="{fill}" '
            f'stroke="{line}" stroke-width="1.2"/>'
        )
    if item.shape == "dot":
        return circle(x, y, 5, item.fill, "#FFFFFF", 1)
    return circle(x, y, 10, item.fill) + label("1", x, y + 5, 14, "#FFFFFF", 600, "middle")
