"""Starts :mod:`utils.sheet_child` for a file and turns what it says into sheets.

It says one JSON array on each line: ``["sheet", name, hidden]``, then its rows ``[number, cells, outline?]``;
last ``["end"]``, or ``["error", key, values]``. A date is ``{"day": …}``, a moment ``{"moment": …}``. Not
pickle: nothing that a hostile file may make of the child is ever run here.
"""

import json
import os
import subprocess
import sys
import threading
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final

from utils.errors import InputError
from utils.import_model import Line

SECONDS: Final = 90
"""On the clock, from start to end."""
_ROOT: Final = Path(__file__).resolve().parents[1]
_START: Final = "import sys; sys.path.append(sys.argv[1]); from utils.sheet_child import main; main()"
_SHORT: Final = 40
"""Characters up to which equal texts are kept once: words like "actief" fill whole columns."""
Found = tuple[str, bool, list[Line], list[str]]
"""Name, whether it is hidden, rows with a value, and for each row of GeoJSON its outline, "" for none."""
_OUT_OF_MEMORY: Final = (-6, -9, -11)
_OUT_OF_TIME: Final = (-24,)


def read(kind: str, name: str, content: bytes) -> list[Found]:
    """The sheets of a file ("zip": XLSX or ODS; "json": GeoJSON in UTF-8).

    Raises InputError for a file that the child refuses, and for one at which it dies or takes too long.
    """
    argv = [sys.executable, "-I", "-c", _START, str(_ROOT), kind]
    kept = {key: os.environ[key] for key in ("SYSTEMROOT", "PATH") if key in os.environ}
    late = threading.Event()
    with subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kept
    ) as child:

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(SECONDS, stop)
        clock.daemon = True
        clock.start()
        try:
            assert child.stdin is not None and child.stdout is not None
            _give(child.stdin, name.encode("utf-8", "replace").replace(b"\n", b" ") + b"\n", content)
            found = _taken(child.stdout)
            code = child.wait()
        finally:
            clock.cancel()
            child.kill()
    if found is not None:
        return found
    if late.is_set() or code in _OUT_OF_TIME:
        raise InputError("error.sheet_slow")
    raise InputError("error.sheet_far" if code in _OUT_OF_MEMORY else "error.sheet_broken")


def _give(stdin: IO[bytes], *parts: bytes) -> None:
    """The child takes all before it says anything, so neither waits for the other."""
    try:
        with stdin:
            for part in parts:
                stdin.write(part)
    except BrokenPipeError:  # it died; its exit code tells why
        return


def _taken(stdout: IO[bytes]) -> list[Found] | None:
    """What the child says; None where it stops before the end."""
    sheets: list[Found] = []
    lines: list[Line] = []
    outlines: list[str] = []
    words: dict[str, str] = {}
    for said in stdout:
        try:
            message = json.loads(said, object_hook=_moment)
        except ValueError:  # cut off
            return None
        first, *rest = message
        if type(first) is int:
            cells, *outline = rest
            kept = [
                words.setdefault(cell, cell) if type(cell) is str and len(cell) <= _SHORT else cell
                for cell in cells
            ]
            lines.append(Line(first, tuple(kept)))
            outlines += outline
            continue
        if first == "sheet":
            lines, outlines = [], []
            words = {}
            sheets.append((rest[0], rest[1], lines, outlines))
        elif first == "error":
            raise InputError(rest[0], **rest[1])
        else:
            return sheets
    return None


def _moment(marked: dict[str, str]) -> date | datetime | dict[str, str]:
    if "day" in marked:
        return date.fromisoformat(marked["day"])
    return datetime.fromisoformat(marked["moment"]) if "moment" in marked else marked
