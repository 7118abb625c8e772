"""The figures that press and foundation published on the number of groups: facts, shown as what they are."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass
from pathlib import Path

from utils.errors import DataError

FILE = "published_figures.csv"
COLUMNS = ("date", "level", "area", "groups", "participants", "note", "source")

# The list calls the page that this project began with by a name that means nothing to a reader.
_FIRST_TEXT, _FIRST_SITE = "seed document (gervon.nl)", "gervon.nl"
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}")


@dataclass(frozen=True)
class Published:
    """One published figure. ``date``: YYYY, YYYY-MM or YYYY-MM-DD; ``participants`` None if not given."""

    date: str
    level: str
    area: str
    groups: int
    participants: int | None
    source: str

    @property
    def interval(self) -> tuple[dt.date, dt.date]:
        """The first and the last day that the date may mean. Raises ValueError for one that is none.

        >>> Published("2017-11", "country", "Nederland", 7650, None, "De Stentor").interval
        (datetime.date(2017, 11, 1), datetime.date(2017, 11, 30))
        """
        if not _DATE.fullmatch(self.date):
            raise ValueError(f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {self.date!r}")
        given = [int(part) for part in self.date.split("-")]
        year, month, day = (*given, 1, 1)[:3]
        first = dt.date(year, month, day)
        if len(given) == 3:
            return first, first
        after = dt.date(year + 1, 1, 1) if len(given) == 1 or month == 12 else dt.date(year, month + 1, 1)
        return first, after - dt.timedelta(days=1)


def load(folder: Path) -> list[Published]:
    """The published figures in a data folder, in the file's order.

    Raises DataError, naming the file, where it is absent or no CSV, lacks a column, or has a row with another
    number of cells, or a number or date that is none.
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
        found = [
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
        for one in found:
            _ = one.interval  # a date that is none is told here, not where a chart is drawn
    except ValueError as problem:
        raise DataError("error.data_unreadable", file=FILE, came=str(problem)) from problem
    return found
