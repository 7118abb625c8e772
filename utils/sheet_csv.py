"""CSV in the encodings and with the delimiters that occur → rows of text, nothing changed. Pure."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from utils.errors import InputError
from utils.import_model import Line, Sheet
from utils.sheet_limits import COLUMNS, Count

DELIMITERS: Final = ";\t|,"
"""Where two fit equally well, the first: a decimal comma is commoner than a semicolon in a number."""
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE: Final = 100
"""Records that tell the delimiter."""
_BEGINNING: Final = 1 << 18
"""Characters in which those are looked for."""


def decode(content: bytes) -> str:
    """The text of a file: as its byte order mark says, else UTF-8, else Windows-1252.

    Raises InputError for bytes that are no text, and for a file in which UTF-8 and another encoding are
    mixed: no way to read it would leave every value as it is.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], encoding)
    if b"\0" in content:
        raise InputError("error.sheet_no_text")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        lenient = content.decode("utf-8", errors="surrogateescape")
        wrong = len(re.findall("[\udc80-\udcff]", lenient))
        right = len(re.findall("[^\0-\x7f\udc80-\udcff]", lenient))
        if right >= wrong:
            line = content.count(b"\n", 0, problem.start) + 1
            raise InputError("error.sheet_mixed", row=line) from None
    return _strict(content, "cp1252")


def _strict(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        row = content.count(b"\n", 0, problem.start) + 1
        raise InputError("error.sheet_encoding", row=row, encoding=encoding) from None
    if "\0" in text:
        raise InputError("error.sheet_no_text")
    return text


def read(content: bytes, name: str) -> Sheet:
    """All rows with a value, as text; a row's number is the line of the file on which it begins.

    A first line ``sep=;``, as Excel writes it, gives the delimiter and is left out.
    Raises InputError for what :func:`decode` refuses, quotes that do not fit, and too much of anything.
    """
    text = decode(content)
    told = re.match('"?sep=(.)"?[;,\t|]*(\r\n|\n|\r|$)', text)
    first = 2 if told else 1
    body = text[told.end() :] if told else text
    delimiter = told[1] if told else delimiter_of(body)
    count = Count()
    count.start(name)
    lines = [
        Line(number, tuple(kept))
        for number, cells in _records(body, delimiter, first, name)
        if (kept := count.trimmed(number, cells)) is not None
    ]
    return Sheet(name, tuple(lines))


def delimiter_of(text: str) -> str:
    """The delimiter that splits most of the first records, then most of them alike; ";" where none does."""
    best, chosen = (0.0, 0.0), DELIMITERS[0]
    beginning = text[:_BEGINNING]
    for delimiter in DELIMITERS:
        widths = []
        try:
            for record in islice(
                csv.reader(io.StringIO(beginning, newline=""), delimiter=delimiter), _SAMPLE
            ):
                if any(record):
                    widths.append(len(record))
        except csv.Error:  # a field without end: this is not the one
            continue
        split = [width for width in widths if width > 1]
        if not split:
            continue
        alike = max(split.count(width) for width in set(split))
        score = (len(split) / len(widths), alike / len(widths))
        if score > best:
            best, chosen = score, delimiter
    return chosen


def _records(text: str, delimiter: str, first: int, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    reader = csv.reader(_lines(text, delimiter, first, name), delimiter=delimiter, strict=True)
    begin = first
    try:
        for record in reader:
            yield begin, record
            begin = first + reader.line_num
    except csv.Error:  # a quote that is not closed, too: the field that it opens outgrows csv's own limit
        raise InputError("error.sheet_quotes", row=begin) from None


def _lines(text: str, delimiter: str, first: int, name: str) -> Iterator[str]:
    """Lines with their ends; one of nothing but delimiters must not become millions of cells."""
    for number, line in enumerate(io.StringIO(text, newline=""), first):
        if (
            len(line) > 100 * COLUMNS
            and (width := line.rstrip(delimiter + "\r\n").count(delimiter)) > 100 * COLUMNS
        ):
            raise InputError("error.sheet_columns", sheet=name, row=number, limit=COLUMNS, came=width + 1)
        yield line
