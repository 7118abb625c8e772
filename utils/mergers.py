"""What became of municipalities that ended: figures and groups of before, carried to where they are now.

A merger is followed to its end; a split is never guessed: it gives all that the municipality may have
become, and the place of a group has to tell.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from utils.errors import DataError
from utils.models import Atlas, Groups, Ints, Objects

FILE: Final = "municipality_changes.csv"
_COLUMNS: Final = ("old_name", "old_code", "new_code")
_CODE: Final = re.compile(r"(?:GM)?(\d{1,4})", re.IGNORECASE)
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)$")  # "Hengelo (O.)"


@dataclass(frozen=True)
class Move:
    """One municipality that went into another on a day, wholly or in part. ``renamed``: nothing but its name
    and code changed."""

    day: date
    name: str
    old: str
    new: str
    renamed: bool


@dataclass(frozen=True)
class Changes:
    """Which municipality went where: old code → new codes, one step, and old name → old codes.

    ``moves`` holds those of which the day is known, in the file's order.
    """

    steps: Mapping[str, tuple[str, ...]]
    names: Mapping[str, tuple[str, ...]]
    moves: tuple[Move, ...] = ()

    def ends(self, code: str, there: Callable[[str], bool] = lambda code: False) -> tuple[str, ...]:
        """Where a code went in the end, or on the way as soon as ``there`` says that it is still there.

        A code without successors went nowhere: the code itself.
        """
        return tuple(dict.fromkeys(self._walk(code, there, frozenset({code}))))

    def _walk(self, code: str, there: Callable[[str], bool], seen: frozenset[str]) -> list[str]:
        later = [new for new in self.steps.get(code, ()) if new not in seen]
        if there(code) or not later:
            return [code]
        return [end for new in later for end in self._walk(new, there, seen | {new})]


def read(file: Path) -> Changes:
    """The changes in a file (CSV, UTF-8) with the columns old_name, old_code, new_code.

    A row with a date (YYYY-MM-DD) is a move too; one whose note begins with "renamed" is no more than a new
    name. Raises DataError for an absent or unreadable file, a missing column and a date that is none.
    """
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            rows = csv.DictReader(opened, strict=True)
            missing = ", ".join(sorted(set(_COLUMNS) - set(rows.fieldnames or ())))
            if missing:
                expected = ", ".join(_COLUMNS)
                raise DataError("error.data_columns", file=file.name, expected=expected, missing=missing)
            lines = list(rows)
            found = [(row["old_name"], row["old_code"], row["new_code"]) for row in lines]
            moves = tuple(_move(row) for row in lines if row.get("date"))
    except FileNotFoundError:
        raise DataError("error.data_missing", file=file.name, folder=str(file.parent)) from None
    except (OSError, ValueError, csv.Error) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem
    steps: defaultdict[str, dict[str, None]] = defaultdict(dict)
    names: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for name, old, new in found:
        steps[old][new] = None
        names[name][old] = None
    return Changes(
        {old: tuple(new) for old, new in steps.items()},
        {name: tuple(old) for name, old in names.items()},
        moves,
    )


def _move(row: dict[str, str]) -> Move:
    renamed = (row.get("note") or "").startswith("renamed")
    return Move(date.fromisoformat(row["date"]), row["old_name"], row["old_code"], row["new_code"], renamed)


def bare(name: str) -> str:
    """A name without a part between brackets.

    >>> bare("Hengelo (O.)")
    'Hengelo'
    """
    return _BRACKETS.sub("", name)


class Municipalities:
    """What a name or code of a municipality, of now or of before, means in an atlas.

    ``plain`` makes names comparable (case, accents, punctuation); a part between brackets does not count,
    unless two municipalities of the atlas differ in nothing else.
    """

    def __init__(self, atlas: Atlas, changes: Changes, plain: Callable[[str], str]) -> None:
        self.changes, self.plain, self._index = changes, plain, atlas.municipalities.index
        self._now: defaultdict[str, set[str]] = defaultdict(set)
        self._before: defaultdict[str, set[str]] = defaultdict(set)
        for code, name in zip(atlas.municipalities.codes, atlas.municipalities.names, strict=True):
            for written in (name, bare(name)):
                self._now[plain(written)].add(code)
        for name, codes in changes.names.items():
            self._before[plain(name)].update(codes)

    def find(self, text: str) -> tuple[str, ...]:
        """The codes of the municipalities that a name or code may mean now, sorted.

        None for an unknown one; one after a merger; several after a split, or for a name that several have.
        """
        return self._ends(self.meant(text))

    def meant(self, text: str) -> tuple[str, ...]:
        """The codes that a name or code itself stands for, sorted: of those of now, else of before."""
        code = _CODE.fullmatch(text.strip())
        if code:
            return (f"GM{code[1]:0>4}",)
        wanted = self.plain(text)
        return tuple(sorted((self._now if wanted in self._now else self._before).get(wanted, ())))

    def _ends(self, codes: Iterable[str]) -> tuple[str, ...]:
        there = self._index.__contains__
        found = {end for code in codes for end in self.changes.ends(code, there)}
        return tuple(sorted(filter(there, found)))

    def rows(self, recorded: Objects) -> Ints:
        """The municipality's row for each name or code; -1 where there is none, or more than one."""
        known = {text: self.find(text) for text in dict.fromkeys(recorded) if text}
        rows = {text: self._index[codes[0]] for text, codes in known.items() if len(codes) == 1}
        return np.array([rows.get(text, -1) for text in recorded], dtype=np.intp)


def towns(atlas: Atlas, groups: Groups, folder: Path, plain: Callable[[str], str]) -> Ints | None:
    """The municipality's row of each group as its register has it, -1 for none; None if it names none at all.

    ``folder`` is that of the data, with the changes. Raises DataError as `read` does.
    """
    if groups.recorded is None:
        return None
    return Municipalities(atlas, read(folder / FILE), plain).rows(groups.recorded)
