"""A template and data → PDF or PNG, by Typst (:mod:`utils.typst_child`).

Text comes as data, never as markup. Typst keeps what it made, up to 100 MB, so it runs in a process of its
own that ends with the file; a program that ends soon itself may `stay` in one.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from utils import lettering
from utils.errors import DataError

SECONDS: Final = 60
"""On the clock, for one file."""
_START: Final = "import sys; sys.path.append(sys.argv[1]); from utils.typst_child import main; main()"
_ROOT: Final = Path(__file__).resolve().parents[1]
_here: list[bool] = []


class RefusedError(Exception):
    """What the standards or the fonts do not allow, or the template cannot do, in Typst's own words."""


def stay() -> None:
    """From now on in this process: for the terminal, where it saves a tenth of a second a file."""
    _here.append(True)


def pdf(template: str, data: dict[str, Any], standards: tuple[str, ...] = ("ua-1",)) -> bytes:
    """The PDF of a template in ``assets`` and its data; tagged for screen readers (PDF/UA-1) unless told not.

    Raises RefusedError for what the standards or the fonts do not allow, DataError without the fonts.
    """
    return _made(template, data, format="pdf", standards=list(standards), ppi=None)


def pdf_at_any_rate(template: str, data: dict[str, Any]) -> bytes:
    """As `pdf`; without the standard where a text has a character that no font has: PDF/UA refuses it, and a
    page with an empty box is better than none.

    Raises DataError.
    """
    try:
        return pdf(template, data)
    except RefusedError:
        try:
            return pdf(template, data, ())
        except RefusedError as problem:
            raise DataError("error.typeset", came=str(problem)[:120]) from problem


def png(template: str, data: dict[str, Any], ppi: float) -> bytes:
    """The PNG of a template's only page at ``ppi`` pixels an inch (72: one for each point); else as `pdf`."""
    return _made(template, data, format="png", standards=[], ppi=ppi)


def _made(template: str, data: dict[str, Any], **how: Any) -> bytes:
    job = {"template": template, "data": data, "fonts": str(lettering.folder()), **how}
    if not _here:
        return _apart(json.dumps(job).encode())
    from utils import typst_child  # here: the website does without Typst in its own process

    try:
        return typst_child.made(job)
    except typst_child.RefusedError as problem:
        raise RefusedError(str(problem)) from problem


def _apart(job: bytes) -> bytes:
    command = [sys.executable, "-I", "-c", _START, str(_ROOT)]
    try:
        done = subprocess.run(command, input=job, capture_output=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise DataError("error.typeset", came=type(problem).__name__) from problem
    kind, answer = done.stdout[:1], done.stdout[1:]
    if done.returncode or kind not in (b"+", b"-"):
        raise DataError("error.typeset", came=done.stderr.decode("utf-8", "replace").strip()[-120:])
    if kind == b"-":
        raise RefusedError(answer.decode("utf-8", "replace"))
    return answer
