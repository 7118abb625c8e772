"""Days as Dutch people and their spreadsheets write them: 3-4-2018, "3 apr. '18", 20180403, 43193.

Pure. The order of day and month is decided for a column as a whole (`order`), never row by row.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import MAXYEAR, date, timedelta
from typing import Final, Literal, NamedTuple

from utils.cell_values import as_text
from utils.import_model import Cell

Order = Literal["day", "month"]
"""What comes first in 3-4-2018."""
Fault = Literal["", "date", "impossible", "month_only", "year_only", "other_order"]
FIRST_YEAR: Final = 1900
_EPOCH: Final = date(1899, 12, 30)  # day 0 of a spreadsheet, as from March 1900
_SERIALS: Final = (20_000, 80_000)  # 1954 to 2119
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d+)?")  # the rest is the time of day
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "januari jan january", "februari feb febr february", "maart mrt mar march maa", "april apr",
            "mei may", "juni jun june", "juli jul july", "augustus aug august", "september sep sept",
            "oktober okt october oct", "november nov", "december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY: Final = re.compile(
    r"(?:maan|dins|woens|donder|vrij|zater|zon)dag,?\s+|(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+"
    r"|(?:ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)\.?,?\s+"
)
_TIME: Final = re.compile(
    r"[ t,]+\d{1,2}[:.]\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?(?:uur|u|am|pm))?(?:z|[+-]\d\d:?\d\d)?$"
)
_ISO: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_PACKED: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_NUMBERS: Final = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|'?\d\d)")
_NAMED: Final = re.compile(
    r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)?[-/. ]*(?:of )?([a-z]+)\.?[-/., ]*(\d{4}|['’]?\d\d)"
)
_NAMED_FIRST: Final = re.compile(r"([a-z]+)\.?[- ]*(\d{1,2})(?:st|nd|rd|th)?,?[- ]+(\d{4})")
_MONTH: Final = re.compile(r"(\d{1,2})[-/. ](\d{4})")
_MONTH_LAST: Final = re.compile(r"(\d{4})[-/. ](\d{1,2})")
_MONTH_NAMED: Final = re.compile(r"([a-z]+)\.?[-/., ]*(\d{4}|['’]\d\d|(?<=[-/ ])\d\d)")
_YEAR: Final = re.compile(r"(\d{4})")


class Day(NamedTuple):
    """A day, or the fault of the text and, where there is an obvious one, the day that it may mean.

    ``how`` tells of a reading that is not plain: ``days_first``, ``months_first`` (both are possible),
    ``serial`` (the day number of a spreadsheet).
    """

    value: date | None = None
    fault: Fault = ""
    proposal: date | None = None
    how: str = ""


def order(cells: Iterable[Cell]) -> Order:
    """What comes first in a column of dates: the day, unless its dates are possible only the other way round.

    The month comes first where more dates demand that than demand the day.
    """
    days = months = 0
    for cell, n in Counter(cells).items():
        found = _NUMBERS.fullmatch(_plain(cell)) if isinstance(cell, str) else None
        if found:
            days += n * (int(found[1]) > 12 >= int(found[2]))
            months += n * (int(found[2]) > 12 >= int(found[1]))
    return "month" if months > days else "day"


def read(cell: Cell, first: Order = "day") -> Day:
    """The day in a cell: a day of a spreadsheet, a number, a text. An empty one has the fault ``date``.

    >>> read("3 apr. '18").value
    datetime.date(2018, 4, 3)
    >>> read("april 2018").proposal
    datetime.date(2018, 4, 1)
    """
    if isinstance(cell, date):  # a moment is one too
        return _checked(cell.year, cell.month, cell.day)
    if isinstance(cell, bool) or cell is None:
        return Day(fault="date")
    return _from_text(_plain(cell), first)


def _plain(cell: Cell) -> str:
    text = as_text(cell)
    if len(text) > 60:
        return ""
    return _TIME.sub("", _WEEKDAY.sub("", text.casefold(), count=1)) if len(text) > 10 else text.casefold()


def _from_text(text: str, first: Order) -> Day:
    if found := _ISO.fullmatch(text) or _PACKED.fullmatch(text):
        return _checked(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        return _ordered(int(found[1]), int(found[2]), _year(found[3]), first)
    if (found := _NAMED.fullmatch(text)) and found[2] in _MONTHS:
        return _checked(_year(found[3]), _MONTHS[found[2]], int(found[1]))
    if (found := _NAMED_FIRST.fullmatch(text)) and found[1] in _MONTHS:
        return _checked(_year(found[3]), _MONTHS[found[1]], int(found[2]))
    if (found := _SERIAL.fullmatch(text)) and _SERIALS[0] <= int(found[1]) < _SERIALS[1]:
        return Day(_EPOCH + timedelta(days=int(found[1])), how="serial")
    return _imprecise(text)


def _ordered(one: int, two: int, year: int, first: Order) -> Day:
    day, month = (one, two) if first == "day" else (two, one)
    if month > 12 >= day:  # a row that reads only the other way round
        other = _checked(year, day, month)
        return Day(fault="other_order", proposal=other.value) if other.value else other
    found = _checked(year, month, day)
    return found._replace(how=f"{first}s_first") if found.value and day <= 12 and day != month else found


def _imprecise(text: str) -> Day:
    if found := _MONTH.fullmatch(text):
        return _begin(int(found[2]), int(found[1]))
    if found := _MONTH_LAST.fullmatch(text):
        return _begin(int(found[1]), int(found[2]))
    if (found := _MONTH_NAMED.fullmatch(text)) and found[1] in _MONTHS:
        return _begin(_year(found[2]), _MONTHS[found[1]])
    if (found := _YEAR.fullmatch(text)) and FIRST_YEAR <= int(found[1]) <= 2100:
        return Day(fault="year_only", proposal=date(int(found[1]), 1, 1))
    return Day(fault="date")


def _begin(year: int, month: int) -> Day:
    if 1 <= month <= 12 and FIRST_YEAR <= year <= 2100:
        return Day(fault="month_only", proposal=date(year, month, 1))
    return Day(fault="date")


def _year(text: str) -> int:
    """Two digits are of this century below 50: no group is older than its platform."""
    digits = text.strip("'’")
    return int(digits) if len(digits) == 4 else int(digits) + (2000 if int(digits) < 50 else 1900)


def _checked(year: int, month: int, day: int) -> Day:
    if not (FIRST_YEAR <= year <= MAXYEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return Day(fault="impossible")
    return Day(date(year, month, day))
