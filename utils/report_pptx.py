"""A report → a PowerPoint file: the slides of :mod:`utils.slides`, each in a layout of its own.

All text stands in placeholders, charts and tables are PowerPoint's own, maps are pictures with alternative
text, and the notes hold definitions and sources. The same report gives the same bytes.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from typing import Any, Final

from utils import picture, pptx_chart, pptx_table, pptx_text, slides
from utils.models import Coverage
from utils.pptx_template import ACCENT, INK, LAYOUTS, QUIET, SIGNAL, empty, layout, tag
from utils.pptx_text import Paragraph, Run
from utils.report_model import Chart, MapPlan, Points, Report, Table
from utils.slides import Slide
from utils.steady_zip import steady
from utils.svg import allowed
from utils.texts import Lang, Texts

MIME: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_LONGEST: Final = 255  # characters that a property of the file may have
_FOOT, _NUMBER = 11, 12  # their placeholders
_LETTER: Final = 15.0
"""Points of the letters on a map."""
_SHARP: Final = 2.5
"""Pixels of a map for each point of its place: 2,080 on a screen of 4K."""


@dataclass(frozen=True)
class _Page:
    """A slide being made: what it shows, and its placeholders by number."""

    slide: Slide
    holders: dict[int, Any]
    current: Coverage
    report: Report
    texts: Texts

    @property
    def lang(self) -> Lang:
        """The language of the report."""
        return self.report.lang

    def parts(self, kind: type[Any]) -> list[Any]:
        """What it shows of one kind."""
        return [part for part in self.slide.parts if isinstance(part, kind)]

    def said(self) -> list[Paragraph]:
        """Its sentences."""
        return [(Run(one),) for one in self.slide.sentences]


def write(current: Coverage, report: Report, texts: Texts) -> bytes:
    """The report as a PowerPoint file. Raises DataError."""
    made = empty({key: texts.t(f"pptx.layout.{key}") for key in LAYOUTS}, report.lang)
    for one in slides.of(report):
        key = _layout_of(one)
        _FILL[key](_Page(one, _begin(made, report, one, key), current, report, texts))
    moment = datetime.combine(report.peildatum or report.boundaries, time())
    _properties(made, report, texts, moment)
    content = BytesIO()
    made.save(content)
    return steady(content.getvalue(), moment)


def _properties(made: Any, report: Report, texts: Texts, moment: datetime) -> None:
    said = made.core_properties
    for name, text in (("title", report.subject), ("subject", report.finding), ("comments", report.mark)):
        setattr(said, name, allowed(text)[:_LONGEST])
    said.keywords, said.language = report.code, tag(report.lang)
    said.author = said.last_modified_by = texts.t("pptx.author")
    said.created, said.modified, said.revision = moment, moment, 1


def _layout_of(slide: Slide) -> str:
    """Which layout suits a slide: by what it holds."""
    if slide.kind in ("title", "figures"):
        return {"title": "cover", "figures": "figures"}[slide.kind]
    kinds = [type(part) for part in slide.parts]
    several = len(kinds) > 1
    if not kinds:
        return "plain"
    if MapPlan in kinds:
        return "map_table" if Table in kinds else "map"
    if Chart in kinds:
        return "charts" if several else "chart"
    if Table in kinds:
        return "tables" if several else "table"
    return "columns" if several else "text"


def _begin(made: Any, report: Report, slide: Slide, key: str) -> dict[int, Any]:
    """A new slide with its title, foot, number and notes; its other placeholders by number."""
    page = made.slides.add_slide(layout(made, key))
    holders = {one.placeholder_format.idx: one for one in page.placeholders}
    pptx_text.write(holders.pop(0), [(Run(slide.title),)], report.lang)
    _foot(page, report, white=key == "cover")
    told = [(Run(said),) for said in (*slide.notes, report.source, report.mark) if said]
    pptx_text.write(page.notes_slide.notes_placeholder, told, report.lang)
    return holders


def _foot(page: Any, report: Report, white: bool) -> None:
    """Source, mark and number, in the placeholders of the layout that a new slide does not get by itself."""
    for spot in page.slide_layout.placeholders:
        number = spot.placeholder_format.idx
        if number not in (_FOOT, _NUMBER):
            continue
        copied = deepcopy(spot._element)
        for own in copied.xpath("./p:spPr/* | ./p:txBody/a:lstStyle/*"):
            own.getparent().remove(own)  # place and look are the layout's
        page.shapes._spTree.append(copied)
        if number == _FOOT:
            shape = page.shapes[-1]
            shape.text_frame.clear()
            mark = [(Run(report.mark, bold=True, colour="" if white else SIGNAL),)] if report.mark else []
            pptx_text.write(shape, [*mark, (Run(report.source),)], report.lang)


def _cover(page: _Page) -> None:
    pptx_text.fitted([page.holders[1]], [page.said()], page.lang, 22, 8)
    pptx_text.write(page.holders[13], [(Run(page.report.subject),)], page.lang)


def _figures(page: _Page) -> None:
    for number, one in enumerate(page.slide.figures):
        compare = [(Run(pptx_text.together(one.compare), 15),)] if one.compare else []
        said = [
            (Run(one.label, 16, True),),
            (Run(one.value, 40, True, ACCENT),),
            *compare,
            (Run(one.definition, 12, colour=QUIET),),
        ]
        pptx_text.write(page.holders[13 + number], said, page.lang, space=3)


def _charts(page: _Page) -> None:
    charts = page.parts(Chart)
    for place, part in enumerate(charts):
        pptx_chart.insert(page.holders[13 + place], part, page.lang, page.texts.t("pptx.most"))
        said = [(Run(part.definition),)]
        pptx_text.fitted([page.holders[13 + len(charts) + place]], [said], page.lang, 13)
    if 17 in page.holders:
        _written(page.holders[17], page.said(), page.lang)


def _drawn(page: _Page) -> MapPlan:
    """The map into its placeholder."""
    (plan,) = page.parts(MapPlan)
    holder = page.holders[13]
    width, height = pptx_text.room(holder)
    drawn = picture.bare_map(page.current, plan, page.texts, width, height, _LETTER)
    shown = holder.insert_picture(BytesIO(picture.png(drawn, width, height, _SHARP)))
    pptx_text.describe(shown, plan.alt)
    assert isinstance(plan, MapPlan)
    return plan


def _map(page: _Page) -> None:
    plan = _drawn(page)
    said = [*pptx_text.legend(plan.legend), *page.said(), (Run(plan.credit, 10.5, colour=QUIET),)]
    pptx_text.fitted([page.holders[14]], [said], page.lang, 18, 7)


def _map_table(page: _Page) -> None:
    plan = _drawn(page)
    runs = [run for item in pptx_text.legend(plan.legend) for run in (*item, Run("   "))]
    pptx_text.fitted([page.holders[14]], [[runs, (Run(plan.credit, 8.5, colour=QUIET),)]], page.lang, 10.5, 1)
    table, below = page.holders[15], page.holders[16]
    left, top, width, _ = _box(table)
    under = top + pptx_table.insert([table], page.parts(Table), page.lang) + 10
    _, usual, _, high = _box(below)
    if usual - under > 40:  # a short table: what is said of it follows it, in letters as large
        _place(below, (left, under + 10, width, usual + high - under - 10))
        said = [(Run(one, colour=INK),) for one in page.slide.sentences]
        pptx_text.fitted([below], [said], page.lang, 18, 8)
    else:
        _written(below, page.said(), page.lang)


def _tables(page: _Page) -> None:
    tables = page.parts(Table)
    pptx_table.insert([page.holders[13 + place] for place in range(len(tables))], tables, page.lang)


def _columns(page: _Page) -> None:
    points = page.parts(Points)
    said = [[(Run(part.heading, bold=True),), *_items(part.items)] for part in points]
    pptx_text.fitted([page.holders[13 + place] for place in range(len(points))], said, page.lang, 24, 8)


def _plain(page: _Page) -> None:
    pptx_text.fitted([page.holders[13]], [page.said()], page.lang, 24, 12)


def _text(page: _Page) -> None:
    _written(page.holders[13], page.said(), page.lang)
    items = [item for part in page.parts(Points) for item in part.items]
    half = (len(items) + 1) // 2
    said = [_items(items[:half]), _items(items[half:])]
    pptx_text.fitted([page.holders[14], page.holders[15]], said, page.lang, 24, 10)


def _box(holder: Any) -> tuple[float, float, float, float]:
    """Where a placeholder is: left, top, width, height in points."""
    return holder.left.pt, holder.top.pt, holder.width.pt, holder.height.pt


def _place(holder: Any, box: tuple[float, float, float, float]) -> None:
    """A placeholder at a place of its own."""
    holder.left, holder.top, holder.width, holder.height = (round(points * 12_700) for points in box)


def _written(holder: Any, paragraphs: Sequence[Paragraph], lang: Lang) -> None:
    """Paragraphs into a placeholder, which goes where there are none."""
    if paragraphs:
        pptx_text.fitted([holder], [paragraphs], lang, 16)
    else:
        holder._element.getparent().remove(holder._element)


def _items(items: Sequence[tuple[str, str]]) -> list[Paragraph]:
    return [(Run(f"{word} ", bold=True), Run(text)) if word else (Run(text),) for word, text in items]


_FILL: Final[dict[str, Callable[[_Page], None]]] = {
    "cover": _cover,
    "figures": _figures,
    "charts": _charts,
    "chart": _charts,
    "map": _map,
    "map_table": _map_table,
    "table": _tables,
    "tables": _tables,
    "columns": _columns,
    "plain": _plain,
    "text": _text,
}
