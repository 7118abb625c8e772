"""A report's chart → a chart of PowerPoint's own, with its figures in a sheet behind it, to be changed."""

from datetime import date, timedelta
from typing import Any, Final

from utils.pptx_template import FONT, INK, LINE, rgb
from utils.pptx_text import Run, add, describe
from utils.report_model import Chart
from utils.svg import allowed
from utils.texts import Lang

_LOCALES: Final[dict[Lang, str]] = {"nl": "413", "en": "809"}


def insert(holder: Any, part: Chart, lang: Lang, most: str) -> None:
    """The chart into its placeholder: bars from top to bottom, or lines through time with gaps in them.

    ``most`` names the line of a chart's band: what its first line may be at most.
    """
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Pt

    bars, points = part.kind == "bars", part.series[0].points
    data: Any = CategoryChartData(number_format=_format(part, lang))  # type: ignore[no-untyped-call]
    data.categories = [allowed(point.name) if bars else _day(point.year) for point in points]
    for one in part.series:
        values = [point.value if point.value == point.value else None for point in one.points]
        data.add_series(allowed(one.name or part.axis), values)
    if part.band:
        data.add_series(most, part.band)
    frame = holder.insert_chart(XL_CHART_TYPE.BAR_CLUSTERED if bars else XL_CHART_TYPE.LINE, data)
    describe(frame, part.alt)
    made = frame.chart
    made.font.size, made.font.name, made.font.color.rgb = Pt(15), FONT, rgb(INK)
    made.has_title, made.has_legend = True, len(part.series) > 1 or bool(part.band)
    made.chart_title.text_frame.text = ""
    add(made.chart_title.text_frame.paragraphs[0], Run(part.title, 16, True, INK), lang)
    (_bars if bars else _lines)(made, part, lang)


def _day(year: float) -> date:
    """The day of a moment as a chart keeps it: the year, with its days as decimals."""
    return date(int(year), 1, 1) + timedelta(days=round((year - int(year)) * 365.25))


def _format(part: Chart, lang: Lang) -> str:
    """As Office writes the format of numbers, with the language: [$-413] is Dutch, [$-809] British."""
    known = [point.value for one in part.series for point in one.points if point.value == point.value]
    pattern = "0%" if part.percent else "#,##0" if all(x == round(x) for x in known) else "#,##0.0"
    return f"[$-{_LOCALES[lang]}]{pattern}"


def _bars(made: Any, part: Chart, lang: Lang) -> None:
    from pptx.util import Pt

    plot, values, names = made.plots[0], made.value_axis, made.category_axis
    plot.gap_width, plot.has_data_labels = 45, True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = _format(part, lang), False
    labels.font.size, labels.font.bold = Pt(16), True
    values.visible = values.has_major_gridlines = names.has_major_gridlines = False
    values.minimum_scale = 0
    if part.percent:
        values.maximum_scale = 1
    names.reverse_order = True  # the first on top
    names.format.line.fill.background()
    for number in range(len(part.series[0].points)):
        fill = plot.series[0].points[number].format.fill
        fill.solid()
        fill.fore_color.theme_color = _theme(1 if number == part.own else 2)


def _lines(made: Any, part: Chart, lang: Lang) -> None:
    """Lines as in the picture: the first plain, the others in dashes; a year at each mark."""
    from pptx.enum.chart import XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    values, days = made.value_axis, made.category_axis
    days.tick_labels.number_format, days.tick_labels.number_format_is_linked = "yyyy", False
    days.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    years = part.series[0].points[-1].year - part.series[0].points[0].year
    _every(days, max(round(years / 10), 1) * 12)
    made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    values.minimum_scale = 0
    known = [point.value for one in part.series for point in one.points if point.value == point.value]
    if not part.percent and max([*known, *part.band], default=0) < 5 and all(x == round(x) for x in known):
        values.major_unit = 1  # no half groups
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = _format(part, lang), False
    values.major_gridlines.format.line.color.rgb = rgb(LINE)
    values.format.line.fill.background()
    for number, series in enumerate(made.plots[0].series):
        series.smooth = False
        band = number >= len(part.series)
        series.format.line.width = Pt(1.5 if band or number else 3.5)
        series.format.line.color.theme_color = _theme(2 if band else 1)
        if number:
            series.format.line.dash_style = MSO_LINE.ROUND_DOT if band else MSO_LINE.DASH


def _every(days: Any, months: int) -> None:
    """A mark every so many months."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    axis = days._element
    for name in ("baseTimeUnit", "majorUnit", "majorTimeUnit"):
        for old in axis.findall(qn(f"c:{name}")):
            axis.remove(old)
    for name, value in (("baseTimeUnit", "months"), ("majorUnit", months), ("majorTimeUnit", "months")):
        axis.append(parse_xml(f'<c:{name} {nsdecls("c")} val="{value}"/>'))


def _theme(number: int) -> Any:
    from pptx.enum.dml import MSO_THEME_COLOR

    return getattr(MSO_THEME_COLOR, f"ACCENT_{number}")
