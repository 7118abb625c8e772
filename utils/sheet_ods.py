"""OpenDocument spreadsheets → rows. Repeats to the edge of a sheet cost nothing; merged cells fill down.

Written on expat: the libraries at hand lose error cells, formulas without a value and merged cells.
Runs in a process of its own, see :mod:`utils.sheet_child`.
"""

import math
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from xml.parsers import expat

from utils import sheet_zip
from utils.errors import InputError
from utils.sheet_limits import COLUMNS, ROWS

Start = tuple[str, bool]
Row = tuple[int, list[Any]]
Attributes = dict[str, str]
_ASIDE: Final = {
    "office:annotation",
    "table:tracked-changes",
    "table:dde-links",
    "table:shapes",
    "table:content-validations",
}
"""Holds text, or even tables, that are not what the user sees in the cells."""
_VALUES: Final = {
    "date": "office:date-value",
    "time": "office:time-value",
    "boolean": "office:boolean-value",
    **dict.fromkeys(("float", "percentage", "currency"), "office:value"),
}


def read(archive: zipfile.ZipFile) -> Iterator[Start | Row]:
    """Each sheet: its name and whether it is hidden, then its rows, numbered as in the file.

    A cell is text, float, bool, date or datetime; None for none.
    Raises InputError for a file with a document type (no program writes one), and expat.ExpatError.
    """
    reader = _Reader()
    for chunk in sheet_zip.chunks(archive, archive.getinfo("content.xml")):
        reader.parser.Parse(chunk)
        yield from reader.ready
        reader.ready.clear()
    reader.parser.Parse(b"", True)
    yield from reader.ready


class _Reader:
    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.ready: list[Start | Row] = []
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._aside = self._tables = 0
        self._clear_row()
        self._paragraphs: list[list[str]] = []
        self._in_cell = self._in_paragraph = False

    def _doctype(self, *_: Any) -> None:
        raise InputError("error.sheet_broken")

    # --- elements, by the prefixes that every program gives them; the commonest first

    def _start(self, tag: str, attributes: Attributes) -> None:
        if self._aside or tag in _ASIDE:
            self._aside += 1
        elif tag == "table:table-cell" or tag == "table:covered-table-cell":
            self._in_cell = self._tables == 1
            self._attributes = attributes
            self._paragraphs = []
        elif tag == "text:p":
            self._in_paragraph = self._in_cell
            self._paragraphs.append([])
        elif tag == "table:table-row":
            if self._tables == 1:
                self._repeat = _count(attributes, "table:number-rows-repeated")
                self._clear_row()
        elif tag == "text:s":
            self._text(" " * min(int(attributes.get("text:c", "1")), 1000))
        elif tag in ("text:tab", "text:line-break"):
            self._text("\t" if tag == "text:tab" else "\n")
        elif tag == "table:table":
            self._tables += 1
            if self._tables == 1:
                self._open_table(attributes)
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)

    def _end(self, tag: str) -> None:
        if self._aside:
            self._aside -= 1
        elif tag == "text:p":
            self._in_paragraph = False
        elif tag == "table:table-cell":
            if self._in_cell:
                self._close_cell()
            self._in_cell = False
        elif tag == "table:covered-table-cell":  # what it says is hidden by the cell that covers it
            if self._in_cell:
                self._column += _count(self._attributes, "table:number-columns-repeated")
            self._in_cell = False
        elif tag == "table:table-row":
            if self._tables == 1:
                self._close_row()
        elif tag == "table:table":
            self._tables -= 1

    def _text(self, data: str) -> None:
        if self._in_paragraph and not self._aside:
            self._paragraphs[-1].append(data)

    # --- tables, rows, cells

    def _open_table(self, attributes: Attributes) -> None:
        name = attributes.get("table:name", "")
        hidden = attributes.get("table:style-name", "") in self._hidden_styles
        self.ready.append((name, hidden))
        self._number = 1
        self._spans: list[tuple[int, int, Any]] = []

    def _clear_row(self) -> None:
        self._cells: dict[int, Any] = {}
        self._opened: list[tuple[int, int]] = []
        self._column = 0

    def _close_cell(self) -> None:
        attributes = self._attributes
        times = _count(attributes, "table:number-columns-repeated")
        value = self._value() if self._paragraphs or attributes else None
        if value is not None:
            if self._column + times > COLUMNS:
                raise InputError("error.sheet_far")
            for column in range(self._column, self._column + times):
                self._cells[column] = value
            if (rows := _count(attributes, "table:number-rows-spanned")) > 1:
                self._opened.append((self._column, rows))
        self._column += times

    def _close_row(self) -> None:
        """Passes the row on, as often as it is repeated; a merged cell fills the rows that it spans."""
        if self._cells:
            if self._repeat > ROWS:
                raise InputError("error.sheet_far")
            for number in range(self._number, self._number + self._repeat):
                self._spans = [span for span in self._spans if span[0] >= number]
                filled = {column: value for _, column, value in self._spans} | self._cells
                self.ready.append((number, [filled.get(column) for column in range(max(filled) + 1)]))
        for column, deep in self._opened:
            self._spans.append((self._number + deep - 1, column, self._cells[column]))
        self._number += self._repeat

    def _value(self) -> Any:
        """The value of the cell that ends; the text that is shown where the value is none we know."""
        parts = self._paragraphs
        shown = "".join(parts[0]) if len(parts) == 1 else "\n".join(map("".join, parts))
        get = self._attributes.get
        kind = get("office:value-type")
        if kind is None or get("calcext:value-type") == "error":
            if shown == "" and (formula := get("table:formula")):
                return "=" + formula.partition("=")[2]
            return shown or None
        if kind == "string":
            return get("office:string-value") or shown or None
        said = get(_VALUES.get(kind, ""), "")
        value = _typed(kind, said)
        return (shown or said or None) if value is None else value


def _count(attributes: Attributes, name: str) -> int:
    text = attributes.get(name)
    return max(int(text), 1) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else 1


def _typed(kind: str, said: str) -> Any:
    """A value of its own type; None where it cannot be read as one."""
    try:
        if kind in ("float", "percentage", "currency"):
            number = float(said)
            return number if math.isfinite(number) and "_" not in said else None
        if kind == "date":
            moment = datetime.fromisoformat(said)
            return None if moment.tzinfo else date.fromisoformat(said) if len(said) == 10 else moment
    except ValueError:
        return None
    if kind == "boolean":
        return {"true": True, "false": False}.get(said)
    if kind == "time" and (match := re.fullmatch(r"PT(\d{1,6})H(\d{1,2})M(\d{1,2})(?:[.,]0*)?S", said)):
        return ":".join(part.zfill(2) for part in match.groups())
    return None
