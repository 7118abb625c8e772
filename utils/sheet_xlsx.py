"""XLSX → rows, by calamine; what that loses (errors, formulas without a value, merged cells) is added here.

Runs in a process of its own, see :mod:`utils.sheet_child`.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree
from xml.parsers import expat

import python_calamine

from utils import sheet_zip
from utils.errors import InputError
from utils.sheet_limits import COLUMNS, ROWS

Start = tuple[str, bool]
Row = tuple[int, list[Any]]
Overlay = dict[int, dict[int, str]]
"""Row → column → text, both counted from 0."""
_MAIN: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LOST: Final = re.compile(
    rb'<c\b[^>]*\bt="e"'
    rb'|<c\b(?![^>]*\bt="str")[^>]*>\s*<f\b[^<]*(?:</f>|(?<=/)>)\s*(?:<v\s*/>|<v>\s*</v>|</c>)'
)
"""An error, or a formula whose last value was not saved, as programs that cannot calculate write it. A saved
empty text (``t="str"``) is a value."""


def read(content: bytes, archive: zipfile.ZipFile) -> Iterator[Start | Row]:
    """Each sheet with cells: its name and whether it is hidden, then its rows, numbered as in the file.

    A cell is text, float, bool, date, datetime, time or timedelta; "" for none. An error cell is its text.
    """
    lost = _lost(archive)
    with python_calamine.load_workbook(io.BytesIO(content)) as book:
        for one in book.sheets_metadata:
            if one.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(one.name)
            hidden = one.visible != python_calamine.SheetVisibleEnum.Visible
            yield one.name, hidden
            yield from _rows(sheet, lost.get(one.name, {}))


def _rows(sheet: python_calamine.CalamineSheet, lost: Overlay) -> Iterator[Row]:
    down: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        if bottom > top and left < COLUMNS:
            down.setdefault(top, []).append((bottom, left))
    spans: list[tuple[int, int, Any]] = []
    before = [""] * (sheet.start[1] if sheet.start else 0)
    last = -1
    for last, found in enumerate(sheet.iter_rows()):
        cells = _laid_over([*before, *found], lost.get(last, {}))
        spans = [span for span in spans if span[0] >= last]
        if spans and any(cell != "" for cell in cells):
            cells = _laid_over(cells, {column: value for _, column, value in spans})
        for bottom, column in down.get(last, ()):
            if column < len(cells) and cells[column] != "":
                spans.append((bottom, column, cells[column]))
        yield last + 1, cells
    for number in sorted(row for row in lost if row > last):
        yield number + 1, _laid_over([], lost[number])


def _laid_over(cells: list[Any], values: dict[int, Any]) -> list[Any]:
    """The cells with values in those of them that are empty."""
    if values:
        cells = cells + [""] * (max(values) + 1 - len(cells))
        for column, value in values.items():
            if cells[column] == "":
                cells[column] = value
    return cells


def _lost(archive: zipfile.ZipFile) -> dict[str, Overlay]:
    """Sheet → the errors in it (``#N/A``), and the formulas that have no saved value, with their sign "="."""
    found = {}
    for name, part in _parts(archive).items():
        before = b""
        for chunk in sheet_zip.chunks(archive, archive.getinfo(part)):
            if _LOST.search(before + chunk):
                found[name] = _Lost().read(archive, part)
                break
            before = chunk[-9000:]  # longer than the longest formula
    return found


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of each sheet → the part that holds it; those that are not there are left to calamine."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {}
    for one in _tree(archive, "xl/_rels/workbook.xml.rels"):
        target = one.get("Target", "")
        full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[one.get("Id")] = full
    parts = {}
    for sheet in _tree(archive, "xl/workbook.xml").iter():
        if sheet.tag in (f"{_MAIN}sheet", f"{_STRICT}sheet"):
            wanted = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), None)
            if targets.get(wanted) in names:
                parts[sheet.get("name", "")] = targets[wanted]
    return parts


def _tree(archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    content = archive.read(part)
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError("error.sheet_broken")
    return ElementTree.fromstring(content)


class _Lost:
    """Reads errors and formulas without a value out of the XML of one sheet."""

    def __init__(self) -> None:
        self.found: Overlay = {}
        self._shared: dict[str, str] = {}
        self._row = self._column = -1
        self._index: str | None = None
        self._kind = "n"
        self._texts: dict[str, list[str]] = {}
        self._open: list[str] | None = None

    def read(self, archive: zipfile.ZipFile, part: str) -> Overlay:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        for chunk in sheet_zip.chunks(archive, archive.getinfo(part)):
            parser.Parse(chunk)
        parser.Parse(b"", True)
        return self.found

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "row":
            self._row = int(attributes.get("r", self._row + 2)) - 1
            self._column = -1
        elif name == "c":
            self._place(attributes.get("r"))
            self._texts = {}
            self._index = None
            self._kind = attributes.get("t", "n")
        elif name in ("f", "v", "t"):
            self._open = self._texts.setdefault(name, [])
            if name == "f" and attributes.get("t") == "shared":
                self._index = attributes.get("si")

    def _place(self, reference: str | None) -> None:
        match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", reference or "")
        self._column += 1
        if match:
            self._row = int(match[2]) - 1
            self._column = 0
            for letter in match[1]:
                self._column = self._column * 26 + ord(letter) - 64
            self._column -= 1

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name in ("f", "v", "t"):
            self._open = None
        elif name == "c":
            self._close(*("".join(self._texts.get(key, ())) for key in ("f", "v", "t")))

    def _close(self, formula: str, value: str, text: str) -> None:
        if self._index is not None:
            formula = self._shared[self._index] = formula or self._shared.get(self._index, "")
        saved = value.strip() or text.strip() or (self._kind == "str" and "v" in self._texts)
        if self._kind == "e" and value:
            kept = value
        elif "f" in self._texts and not saved:
            kept = f"={formula}"
        else:
            return
        self.found.setdefault(self._row, {})[self._column] = kept
        if self._column >= COLUMNS or len(self.found) > ROWS:
            raise InputError("error.sheet_far")

    def _text(self, data: str) -> None:
        if self._open is not None:
            self._open.append(data)
