"""Many reports as files in one folder, in processes beside each other; what is there and current stays.

What was made stands in a file beside the reports, with what it was made from: the data, the register, the
wishes and the program itself. So a batch that stopped goes on where it was, and a report is made anew when
anything changed that it is made of.
"""

import json
import logging
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from utils import report, report_pdf, report_pptx, typesetting
from utils.cli_input import load
from utils.errors import AppError, InputError, Notice, reason
from utils.models import Coverage
from utils.report_model import Report
from utils.settings import settings
from utils.texts import Texts

RECORD: Final = "rapporten.json"
FORMATS: Final = {"pdf": report_pdf.write, "pptx": report_pptx.write}
"""File format → what writes a report in it."""
_PROGRAM: Final = Path(__file__).parent
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wishes:
    """What reports to make: radius in metres, language, file format, where."""

    radius: float
    lang: str
    wanted: str
    folder: Path


@dataclass(frozen=True)
class Made:
    """How one report went: its area, its file, seconds, and what went wrong, None for nothing."""

    code: str
    file: str
    seconds: float
    problem: Notice | None = None


def content(current: Coverage, code: str, wishes: Wishes) -> tuple[str, bytes]:
    """Name and content of one report as a file. Raises AppError."""
    texts = Texts(wishes.lang)
    made = build(current, code, wishes, texts)
    return report.filename(made, wishes.wanted), FORMATS[wishes.wanted](current, made, texts)


def build(current: Coverage, code: str, wishes: Wishes, texts: Texts) -> Report:
    """The report of an area. Raises AppError."""
    return report.build(current, code, wishes.radius, texts, settings().participants)


def stand(current: Coverage, wishes: Wishes) -> str:
    """What changes whenever the reports would: 16 signs."""
    groups = current.groups
    about = (
        current.atlas.edition.version, groups.revision, str(groups.peildatum), groups.example, wishes.radius,
        wishes.lang, wishes.wanted, settings().participants, _program(),
    )  # fmt: skip
    return sha256(repr(about).encode()).hexdigest()[:16]


@cache
def _program() -> str:
    """What changes with the program: its code, its texts, its templates."""
    found = sha256()
    for file in sorted([*_PROGRAM.glob("*.py"), *_PROGRAM.glob("*.toml"), *_PROGRAM.glob("assets/*.typ")]):
        found.update(file.name.encode() + b"\0" + file.read_bytes())
    return found.hexdigest()


def make(
    current: Coverage,
    codes: list[str],
    wishes: Wishes,
    jobs: int,
    tell: Callable[[Made | None, int, int], None],
) -> list[Made]:
    """The reports of areas, ``jobs`` at once; those that are current stay as they are.

    ``tell`` gets each that is made, how many are done and how many there are; None at the start. Returns
    those that were made, or went wrong. Raises InputError for a folder that cannot be used.
    """
    record = Record(wishes.folder, stand(current, wishes))
    todo = [code for code in codes if not record.holds(_name(current, code, wishes))]
    tell(None, len(codes) - len(todo), len(codes))
    made = []
    for one in _parallel(todo, record.stand, wishes, jobs):
        if one.problem is None:
            record.add(one.file)
        made.append(one)
        tell(one, len(codes) - len(todo) + len(made), len(codes))
    return made


def _name(current: Coverage, code: str, wishes: Wishes) -> str:
    return report.name_of(code, wishes.radius, wishes.lang, current.groups.example, wishes.wanted)


def _parallel(codes: list[str], expected: str, wishes: Wishes, jobs: int) -> Iterator[Made]:
    """Each report as it is ready, made by one of so many processes; by this one if that is enough."""
    if min(jobs, len(codes)) < 2:
        yield from (_make(code, expected, wishes) for code in codes)
        return
    # Not forked: the threads of the libraries that measured the coverage would be missing there.
    pool = ProcessPoolExecutor(min(jobs, len(codes)), get_context("spawn"), initializer=_begin)
    try:
        waiting = {pool.submit(_make, code, expected, wishes): code for code in codes}
        for ready in as_completed(waiting):
            problem = ready.exception()
            if problem is None:
                yield ready.result()
            else:
                _log.error("report of %s", waiting[ready], exc_info=problem)
                yield Made(
                    waiting[ready], "", 0.0, Notice("error.report_ours", {"came": repr(problem)[:120]})
                )
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the batch stops the process that started it
    typesetting.stay()


_current = cache(load)  # once for each process


def _make(code: str, expected: str, wishes: Wishes) -> Made:
    """One report into its file; what goes wrong comes back as a notice."""
    started = time.perf_counter()
    try:
        if stand(_current(), wishes) != expected:
            raise InputError("error.report_changed")
        name, made = content(_current(), code, wishes)
        write(wishes.folder / name, made)
    except AppError as problem:
        return Made(code, "", time.perf_counter() - started, Notice(problem.key, problem.params))
    return Made(code, name, time.perf_counter() - started)


def write(file: Path, made: bytes) -> None:
    """A file, whole or not at all. Raises InputError."""
    fresh = ""
    try:
        handle, fresh = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".deel")
        with os.fdopen(handle, "wb") as part:
            part.write(made)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(file)
    except OSError as problem:
        raise InputError("error.out", file=str(file), came=reason(problem)) from problem
    finally:
        if fresh:
            Path(fresh).unlink(missing_ok=True)


class Record:
    """What stands in a folder of reports, and from what each was made."""

    def __init__(self, folder: Path, stand: str) -> None:
        """Raises InputError for a folder that cannot be made or read."""
        self.stand, self._folder = stand, folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._known = _read(folder / RECORD)
        except OSError as problem:
            raise InputError("error.out", file=str(folder), came=reason(problem)) from problem

    def holds(self, name: str) -> bool:
        """Whether a report is there, as large as it was made, of the data and the program of now."""
        file = self._folder / name
        return file.is_file() and self._known.get(name) == [self.stand, file.stat().st_size]

    def add(self, name: str) -> None:
        """A report that was made just now."""
        self._known[name] = [self.stand, (self._folder / name).stat().st_size]
        write(self._folder / RECORD, json.dumps(self._known, indent=1, sort_keys=True).encode())


def _read(file: Path) -> dict[str, Any]:
    """The record of before; an empty one where there is none or it is broken: then all is made anew."""
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
