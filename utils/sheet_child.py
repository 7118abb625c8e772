"""Reads an untrusted file in a process of its own: whatever the file does to it, the website goes on.

Started by :mod:`utils.sheet_process`, which also says what goes over the line. Imports only what it needs:
its start must cost next to nothing.
"""

import io
import json
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from utils import sheet_zip
from utils.errors import InputError
from utils.sheet_limits import Count

MEMORY: Final = 1 << 30
"""Bytes of address space."""
SECONDS: Final = 60
"""Of the processor."""


def main() -> None:
    """Kind ("zip" or "json") from the arguments; the name, on a line, and the file from the input."""
    _limit()
    kind = sys.argv[-1]
    name = sys.stdin.buffer.readline().decode("utf-8", "replace").rstrip("\n")
    content = sys.stdin.buffer.read()
    out = sys.stdout
    try:
        for message in _messages(kind, name, content):
            out.write(json.dumps(message, default=_written, separators=(",", ":")) + "\n")
        out.write('["end"]\n')
    except InputError as problem:
        out.write(json.dumps(["error", problem.key, problem.params]) + "\n")
    except MemoryError:
        out.write('["error","error.sheet_far",{}]\n')
    out.flush()


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows: there the clock of the website is the only limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _messages(kind: str, name: str, content: bytes) -> Iterator[list[Any]]:
    count = Count()
    for found in _zipped(content) if kind == "zip" else _geojson(content, name):
        first = found[0]
        if isinstance(first, str):
            count.start(first)
            yield ["sheet", *found]
        elif (cells := count.trimmed(first, found[1])) is not None or found[2:] > ("",):
            yield [first, cells or [], *found[2:]]


def _geojson(content: bytes, name: str) -> Iterator[tuple[Any, ...]]:
    from utils import sheet_geojson

    yield from sheet_geojson.read(content.decode("utf-8"), name)


def _zipped(content: bytes) -> Iterator[tuple[Any, ...]]:
    from xml.etree.ElementTree import ParseError
    from xml.parsers.expat import ExpatError

    import python_calamine

    from utils import sheet_ods, sheet_xlsx

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet_zip.checked(archive)
            if sheet_zip.kind(archive) == "ods":
                yield from sheet_ods.read(archive)
            else:
                yield from sheet_xlsx.read(content, archive)
    except python_calamine.PasswordError:
        raise InputError("error.sheet_encrypted") from None
    except (*sheet_zip.BROKEN, python_calamine.CalamineError, ParseError, ExpatError):
        raise InputError("error.sheet_broken") from None


def _written(value: Any) -> Any:
    """What JSON has no word for: moments marked as such, times and spans of time as text."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(abs(value).total_seconds(), 60)
        sign = "-" if value < timedelta(0) else ""
        return f"{sign}{int(minutes // 60):02}:{int(minutes % 60):02}:{seconds:02g}"
    raise TypeError(type(value).__name__)
