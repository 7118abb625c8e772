"""A report's table → a table of PowerPoint's own, in letters with which it fits its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from utils.pptx_template import INK, LINE, QUIET
from utils.pptx_text import LEADING, Run, add, describe, lines, room, width
from utils.report_model import Table
from utils.texts import Lang

_PAD: Final = 4.0  # points around the text of a cell
_LEAST: Final = 8.0


@dataclass(frozen=True)
class _Measures:
    """Letters, widths of columns and heights of the rows of each table, in points."""

    size: float
    widths: list[float]
    heights: list[list[float]]


def insert(holders: Sequence[Any], tables: Sequence[Table], lang: Lang, most: float = 18) -> float:
    """Tables with the same columns into placeholders of one size, all in the same letters.

    Gives the height of the highest, in points.
    """
    every = [_rows(table) for table in tables]
    measures = _measured(every, *room(holders[0]), most)
    for holder, table, rows, heights in zip(holders, tables, every, measures.heights, strict=True):
        _insert(holder, table, rows, heights, measures, lang)
    return max(map(sum, measures.heights))


def _rows(table: Table) -> list[list[str]]:
    """All rows of a table, the headings first, with the numbers that it shows; figures stay on one line."""
    head = [one.label for one in table.columns]
    rows = [
        [
            text.replace(" ", "\u00a0") if column.number else text
            for column, text in zip(table.columns, row, strict=True)
        ]
        for row in table.rows
    ]
    if not table.numbered:
        return [head, *rows]
    return [["", *head], *([str(n), *row] for n, row in enumerate(rows, start=1))]


def _insert(
    holder: Any, table: Table, rows: list[list[str]], heights: list[float], measures: _Measures, lang: Lang
) -> None:
    from pptx.util import Pt

    right = [False] * table.numbered + [one.number for one in table.columns]
    frame = holder.insert_table(rows=len(rows), cols=len(rows[0]))
    describe(frame, table.caption)
    made = frame.table
    made.horz_banding = False
    for column, wide in zip(made.columns, measures.widths, strict=True):
        column.width = Pt(wide)
    for n, (row, cells, tall) in enumerate(zip(made.rows, rows, heights, strict=True)):
        row.height = Pt(tall)
        own = n == 0 or (table.own is not None and n == table.own + 1)
        for c, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
            run = Run(text, measures.size, own or (table.numbered and c == 0), INK)
            _fill(cell, run, right[c], n == 0, lang)


def _measured(every: list[list[list[str]]], wide: float, high: float, most: float) -> _Measures:
    """The largest letters with which all tables fit their room."""
    size = most
    while True:
        widths = _widths([row for rows in every for row in rows], wide, size)
        heights = [[_height(row, widths, size, n == 0) for n, row in enumerate(rows)] for rows in every]
        fits = max(map(sum, heights)) <= high and sum(widths) <= wide + 1
        if fits or size <= _LEAST:
            return _Measures(size, widths, heights)
        size -= 0.5


def _height(cells: list[str], widths: list[float], size: float, head: bool) -> float:
    most = max(
        lines(text, size, wide - 2 * _PAD, 600 if head else 400)
        for text, wide in zip(cells, widths, strict=True)
    )
    return most * size * LEADING + 2 * _PAD


def _widths(rows: list[list[str]], wide: float, size: float) -> list[float]:
    """What each column needs; where that is more than there is, long texts break between words."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    needs = [max(width(cell, size, 600) for cell in column) + 2 * _PAD + 2 for column in columns]
    if sum(needs) <= wide:
        return [need + (wide - sum(needs)) / len(needs) for need in needs]
    least = [
        max(width(word, size, 600) for cell in column for word in [*cell.split(), ""]) + 2 * _PAD + 2
        for column in columns
    ]
    share = max(wide - sum(least), 0) / (sum(needs) - sum(least) or 1)
    return [low + share * (need - low) for low, need in zip(least, needs, strict=True)]


def _fill(cell: Any, run: Run, right: bool, head: bool, lang: Lang) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = cell.margin_right = cell.margin_top = cell.margin_bottom = Pt(_PAD)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    cell.fill.background()
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    add(paragraph, run, lang)
    _border(cell, QUIET if head else LINE)


def _border(cell: Any, colour: str) -> None:
    """A line under a cell, and none on its other sides."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    sides = "".join(f'<a:{side} w="0"><a:noFill/></a:{side}>' for side in ("lnL", "lnR", "lnT"))
    sides += f'<a:lnB w="12700"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill></a:lnB>'
    properties = cell._tc.get_or_add_tcPr()
    for number, line in enumerate(list(parse_xml(f"<a:x {nsdecls('a')}>{sides}</a:x>"))):
        properties.insert(number, line)
