"""The figures that press and foundation published on the number of groups: facts, shown as what they are."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from utils.errors import DataError

FILE = "published_figures.csv"
COLUMNS = ("date", "level", "area", "groups", "participants", "note", "source")

# The list calls the page that this project began with by a name that means nothing to a reader.
_FIRST_TEXT, _FIRST_SITE = "seed document (gervon.nl)", "gervon.nl"


@dataclass(frozen=True)
class Published:
    """One published figure. ``date`` is a year, or year and month; ``participants`` None if not given."""

    date: str
    level: str
    area: str
    groups: int
    participants: int | None
    source: str


def load(folder: Path) -> list[Published]:
    """The published figures in a data folder, in the file's order.

    Raises DataError, naming the file, where it is absent or no CSV, lacks a column, or has a row with another
    number of cells or a number that is none.
    """
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise DataError("error.data_missing", file=FILE, folder=str(folder)) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise DataError("error.data_unreadable", file=FILE, came=str(problem)) from problem
    try:
        table = csv.DictReader(io.StringIO(text), strict=True)
        missing, rows = sorted(set(COLUMNS) - set(table.fieldnames or ())), list(table)
    except csv.Error as problem:
        raise DataError("error.data_unreadable", file=FILE, came=str(problem)) from problem
    if missing:
        raise DataError(
            "error.data_columns", file=FILE, expected=", ".join(COLUMNS), missing=", ".join(missing)
        )
    for row in rows:
        if None in row or None in row.values():  # more or fewer cells than the heading
            raise DataError("error.data_unreadable", file=FILE, came=str(list(row.values())))
    try:
        return [
            Published(
                date=row["date"],
                level=row["level"],
                area=row["area"],
                groups=int(row["groups"]),
                participants=int(row["participants"]) if row["participants"] else None,
                source=row["source"].replace(_FIRST_TEXT, _FIRST_SITE),
            )
            for row in rows
        ]
    except ValueError as problem:
        raise DataError("error.data_unreadable", file=FILE, came=str(problem)) from problem
