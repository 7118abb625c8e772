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
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OWN: Final = re.compile("[^\0-\x7f\udc80-\udcff]")
_FOREIGN: Final = re.compile("[\udc80-\udcff]")
_SAMPLE: Final = 100
"""Records that tell the delimiter."""
_BEGINNING: Final = 1 << 18
"""Characters in which those are looked for."""


def encoding_of(content: bytes) -> str:
    """The codec that reads a file: as its byte order mark says, else UTF-8, else Windows-1252.

    Raises InputError for bytes that are no text, and for a file in which UTF-8 and another encoding are
    mixed: no way to read it would leave every value as it is.
    """
    encoding = next((codec for mark, codec in _MARKS if content.startswith(mark)), None)
    if encoding is None:
        encoding = "utf-8" if _wrong(content, "utf-8") is None else "cp1252"
    if encoding == "cp1252":
        lenient = content.decode("utf-8", errors="surrogateescape")
        if len(_OWN.findall(lenient)) >= len(_FOREIGN.findall(lenient)):
            raise InputError("error.sheet_mixed", row=_wrong(content, "utf-8"))
    if (row := _wrong(content, encoding)) is not None:
        raise InputError("error.sheet_encoding", row=row, encoding=encoding)
    return encoding


def _wrong(content: bytes, encoding: str) -> int | None:
    """The line at which a codec fails; None where it does not. Raises InputError for what is no text."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as problem:
        return content.count(b"\n", 0, problem.start) + 1
    if "\0" in text:
        raise InputError("error.sheet_no_text")
    return None


def opened(content: bytes, encoding: str) -> io.TextIOWrapper:
    """The text, line by line, with line ends as they are; what was decoded is not kept."""
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, newline="")


def read(content: bytes, encoding: str, name: str) -> Sheet:
    """All rows with a value, as text; a row's number is the line of the file on which it begins.

    A first line ``sep=;``, as Excel writes it, gives the delimiter and is left out.
    Raises InputError for quotes that do not fit, and for too much of anything.
    """
    text = opened(content, encoding)
    beginning = text.read(_BEGINNING)
    told = re.match('"?sep=(.)"?[;,\t|]*(\r\n|\n|\r|$)', beginning)
    delimiter = told[1] if told else delimiter_of(beginning)
    text = opened(content, encoding)
    first = 1
    if told:
        text.readline()
        first = 2
    count = Count()
    count.start(name)
    words: dict[str, str] = {}
    lines = []
    for number, cells in _records(text, delimiter, first, name):
        kept = count.trimmed(number, cells)
        if kept is not None:
            lines.append(
                Line(number, tuple(one if one is None else words.setdefault(one, one) for one in kept))
            )
    return Sheet(name, tuple(lines))


def delimiter_of(beginning: str) -> str:
    """The delimiter that splits most of the first records, then most of them alike; ";" where none does."""
    best, chosen = (0.0, 0.0), DELIMITERS[0]
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


def _records(
    text: io.TextIOWrapper, delimiter: str, first: int, name: str
) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line on which it begins."""
    reader = csv.reader(_lines(text, delimiter, first, name), delimiter=delimiter, strict=True)
    begin = first
    try:
        for record in reader:
            yield begin, record
            begin = first + reader.line_num
    except csv.Error:  # a quote that is not closed, too: the field that it opens outgrows csv's own limit
        raise InputError("error.sheet_quotes", row=begin) from None


def _lines(text: io.TextIOWrapper, delimiter: str, first: int, name: str) -> Iterator[str]:
    """Lines with their ends; one of nothing but delimiters must not become millions of cells."""
    for number, line in enumerate(text, first):
        if (
            len(line) > 100 * COLUMNS
            and (width := line.rstrip(delimiter + "\r\n").count(delimiter)) > 100 * COLUMNS
        ):
            raise InputError("error.sheet_columns", sheet=name, row=number, limit=COLUMNS, came=width + 1)
        yield line
