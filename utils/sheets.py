"""A user's file → sheets → a table with headings: which reader it needs, and where its list begins."""

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from utils import sheet_csv, sheet_process
from utils.errors import InputError
from utils.import_model import Cell, Line, Sheet, Table
from utils.sheet_limits import SIZE

_LOOKED_AT: Final = 50
"""Rows among which the headings must be."""
_HEADING: Final = 120
"""Characters of the longest heading."""
_VALUE: Final = re.compile(
    r"[-+]?[\d.,/:°' -]+"  # numbers, dates, telephone numbers
    r"|\d{4}\s?[A-Za-z]{2}"  # postcodes
    r"|[A-Za-z]{1,3}[-_ ]?\d{2,}"  # ids
    r"|\S+@\S+\.\S+|https?://\S+|www\.\S+"
    r"|true|false|waar|onwaar|ja|nee|yes|no|#[A-Z/0]+[!?]?",
    re.IGNORECASE,
)
"""What stands in cells below headings, never in one."""

_MARKUP: Final = re.compile(r"<(\?xml|!doctype|html|head|body|table|meta|style|svg|kml|gpx)\b", re.IGNORECASE)
_JSON: Final = re.compile(r"\{\s*\"|\[\s*[{\[]")


def read(content: bytes, name: str) -> list[Sheet]:
    """The sheets of a CSV, XLSX, ODS or GeoJSON file, those with a table first, hidden ones later.

    The content decides how it is read, whatever the name says. Rows without a value are left out; numbers
    of rows are those that the user sees, of features for GeoJSON. Cells keep their type and value; formulas
    give their last saved value, or else their text; a merged cell's value stands in each row that it spans
    and that has a value of its own. Outlines become ``Line.shape``.
    Raises InputError for an empty, too large, locked, broken or unknown file.
    """
    if len(content) > SIZE:
        raise InputError("error.sheet_size", limit=SIZE // 1_000_000)
    short = PurePath(name.replace("\\", "/")).stem or name
    kind = _kind(content)
    if kind == "zip":
        found = sheet_process.read(kind, short, content)
    else:
        encoding = sheet_csv.encoding_of(content)
        beginning = sheet_csv.opened(content, encoding).read(1000).lstrip()
        if _MARKUP.match(beginning):
            raise InputError("error.sheet_old", came="HTML/XML")
        if not _JSON.match(beginning):
            return _filled([(sheet_csv.read(content, encoding, short), False)])
        found = sheet_process.read("json", short, content.decode(encoding).encode())
    return _filled([(_sheet(*one), one[1]) for one in found])


def table(sheet: Sheet) -> Table:
    """The sheet from its headings on: the first row that looks like headings for what stands below it.

    Rows are padded to the same width. Headings differ: the second of two equal ones gets " (2)", an empty
    one the letter of its column, "(F)". Columns at the end without heading and value are left out.
    Raises InputError where no row looks like headings, and where nothing stands below them.
    """
    at = _header(sheet)
    if at is None:
        raise InputError("error.sheet_header", sheet=sheet.name)
    head, below = sheet.lines[at], sheet.lines[at + 1 :]
    if not below:
        raise InputError("error.sheet_no_rows", sheet=sheet.name, row=head.number)
    width = max(len(line.cells) for line in (head, *below))
    lines = tuple(
        line if len(line.cells) == width else Line(line.number, _padded(line.cells, width), line.shape)
        for line in below
    )
    return Table(sheet.name, head.number, _headings(_padded(head.cells, width)), lines)


# --- which reader

_SIGNS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3", "SQLite"),
)


def _kind(content: bytes) -> str:
    """ "zip" or "text". Raises InputError for what is known to be something else."""
    if content.startswith(b"PK"):
        return "zip"
    if content.startswith(b"\xd0\xcf\x11\xe0"):  # OLE: what Office was before, and locked files of today
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise InputError("error.sheet_encrypted")
        raise InputError("error.sheet_old", came=".xls")
    for sign, came in _SIGNS:
        if content.startswith(sign):
            raise InputError("error.sheet_old", came=came)
    return "text"


def _sheet(name: str, hidden: bool, lines: list[Line], outlines: list[str]) -> Sheet:
    if not outlines:
        return Sheet(name, tuple(lines))
    from utils import sheet_outlines

    return Sheet(name, sheet_outlines.placed(lines, outlines))


def _filled(found: Sequence[tuple[Sheet, bool]]) -> list[Sheet]:
    """Sheets with a value, the most useful first."""
    filled = [(sheet, hidden) for sheet, hidden in found if sheet.lines]
    if not filled:
        raise InputError("error.sheet_empty")
    return [sheet for sheet, _ in sorted(filled, key=lambda one: (not _usable(one[0]), one[1]))]


def _usable(sheet: Sheet) -> bool:
    return _header(sheet) not in (None, len(sheet.lines) - 1)


# --- where the list begins


def _header(sheet: Sheet) -> int | None:
    """Index of the headings among the lines; None where no row looks like them.

    They are the first row of nearly only headings that has a heading for most columns, else the row of
    nearly only headings with the most of them.
    """
    lines = sheet.lines[: min(_LOOKED_AT, max(len(sheet.lines) - 1, 1))]  # something must follow
    if lines and lines[0].number == 0:  # GeoJSON: the names of the properties
        return 0
    filled = [sum(cell is not None for cell in line.cells) for line in lines]
    counts = [_likely(line.cells) for line in lines]
    width = max(filled, default=0)
    for at, count in enumerate(counts):
        if count >= max(0.6 * width, min(width, 2)):
            while at + 1 < len(lines) and _refined(lines[at].cells, lines[at + 1].cells):
                at += 1
            return at
    most = max(counts, default=0)
    return counts.index(most) if most >= 2 else None


def _refined(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Does the row below repeat headings above it (merged ones) and name more columns than they do?"""
    same = sum(cell is not None and cell == other for cell, other in zip(above, below, strict=False))
    return same >= 1 and same >= 0.5 * _likely(above) and _likely(below) > _likely(above)


def _likely(cells: Sequence[Cell]) -> int:
    """How many headings a row has; 0 where a fifth of its cells are values, or half of them repeat others."""
    filled = [cell for cell in cells if cell is not None and str(cell).strip()]
    heads = [
        cell.strip().lower()
        for cell in filled
        if isinstance(cell, str) and len(cell) <= _HEADING and not _VALUE.fullmatch(cell.strip())
    ]
    values = sum(not isinstance(cell, str) or _VALUE.fullmatch(cell.strip()) is not None for cell in filled)
    return len(heads) if values <= 0.2 * len(filled) and 2 * len(set(heads)) >= len(heads) else 0


def _headings(cells: Sequence[Cell]) -> tuple[str, ...]:
    """Headings on one line, all different."""
    found: list[str] = []
    used: set[str] = set()
    for column, cell in enumerate(cells):
        text = " ".join(str(cell).split()) if cell is not None else ""
        text = text or f"({_letters(column)})"
        name, n = text, 1
        while name.lower() in used:
            n += 1
            name = f"{text} ({n})"
        used.add(name.lower())
        found.append(name)
    return tuple(found)


def _letters(column: int) -> str:
    """The name of a column in a spreadsheet: A for 0, AA for 26."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells + (None,) * (width - len(cells))
