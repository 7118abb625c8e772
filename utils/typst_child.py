"""Typst itself: a job → PDF or PNG. Run in a process of its own by :mod:`utils.typesetting`.

Imports only what it needs: its start must cost next to nothing. It uses the fonts of a folder and those
inside Typst, none of the computer's, and no clock: the same job gives the same bytes.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

ASSETS: Final = Path(__file__).parent / "assets"


class RefusedError(Exception):
    """What the standards or the fonts do not allow, or the template cannot do, in Typst's own words."""


@cache
def _fonts(folder: str) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


def made(job: dict[str, Any]) -> bytes:
    """What a template in ``assets`` makes of its data (``sys.inputs.data``, JSON).

    ``job`` has ``template``, ``data``, ``fonts`` (a folder), ``format`` (pdf or png), ``standards`` of the
    PDF and ``ppi`` of the PNG. Raises RefusedError.
    """
    try:
        found = typst.compile(
            ASSETS / job["template"],
            root=ASSETS,
            font_paths=_fonts(job["fonts"]),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(job["data"], ensure_ascii=False, sort_keys=True)},
            format=job["format"],
            pdf_standards=job["standards"],
            ppi=job["ppi"],
        )
    except typst.TypstError as problem:
        raise RefusedError(problem.message) from problem
    assert isinstance(found, bytes)
    return found


def main() -> None:
    """A job as JSON from the input; ``+`` and the file to the output, or ``-`` and why not."""
    job = json.load(sys.stdin.buffer)
    try:
        answer = b"+" + made(job)
    except RefusedError as problem:
        answer = b"-" + str(problem).encode()
    sys.stdout.buffer.write(answer)
