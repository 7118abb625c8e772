"""What the police serve at CBS: registered burglaries of the last full year, by area.

The service is slow and counts its pages wrong, and an answer of more than 10,000 rows is an error there. So
each question is for areas whose codes begin the same, few enough to come in one piece; where that is still
too much, for one municipality at a time. Keys are padded with blanks: they are asked for as the lists of the
table have them.
"""

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from utils import paging
from utils.crime import Counts
from utils.errors import FetchError
from utils.http_client import Client, Page, Patience, plain
from utils.official import column_by_stem, number, text
from utils.settings import Settings
from utils.store import Source

TABLE: Final = "47018NED"
KIND: Final = "1.1.1"
"""Diefstal/inbraak woning: thefts from dwellings, with and without breaking in."""
NAMED: Final = "woning"
"""What the name of that kind must hold: the police may number their kinds anew."""
PATIENCE: Final = Patience(silence=90.0, whole=600.0, attempts=3)
REST: Final = 1.0
"""Seconds between an answer and the next question."""
MOST: Final = 1_500
"""Areas to ask for at once."""
LOOKED: Final = 3
"""Years, newest first, of which one must have figures."""
LICENCE: Final = "open data"
_TOWN: Final = 6
"""Length of the beginning of a code that all neighbourhoods of a municipality share: BU0363."""
_COUNT: Final = "GeregistreerdeMisdrijven"
_AREA: Final = "WijkenEnBuurten"


@dataclass(frozen=True)
class Period:
    """A full year of the table; ``key`` with its padding, ``provisional`` None where that is not told."""

    year: int
    key: str
    provisional: bool | None


@dataclass
class _Table:
    """The table while it is asked: the kind's padded key, and the pages so far."""

    client: Client
    url: str
    kind: str
    trail: paging.Trail

    def ask(self, condition: str) -> list[dict[str, Any]]:
        """Rows of the kind that fit a condition, without padding; others that came along are left out."""
        asked = {"$filter": f"SoortMisdrijf eq '{self.kind}' and {condition}", "$format": "json"}
        page = self.client.json(f"{self.url}/TypedDataSet", asked)
        self.trail.add(page)
        found = [_tidy(row, page) for row in paging.values_of(page)]
        return [row for row in found if row["kind"] == KIND]

    def areas(self, prefix: str, period: Period) -> dict[str, float]:
        """Code → number of the areas whose code begins so."""
        rows = self.ask(f"Perioden eq '{period.key}' and startswith({_AREA},'{prefix}')")
        right = [row for row in rows if row["period"] == period.key.strip()]
        return {row["code"]: row["count"] for row in right if row["code"].startswith(prefix)}


def fetch(
    client: Client, settings: Settings, codes: Collection[str], before: int, seen: Callable[[int], None]
) -> tuple[Counts, Source]:
    """The burglaries of all municipalities and of ``codes`` in the last full year before the year ``before``.

    ``codes`` are those of neighbourhoods; others that begin as these do come along. ``seen`` is told how many
    areas there are so far. Raises FetchError where the service does not answer, or has no such figures.
    """
    url = f"{settings.politie}/ODataApi/odata/{TABLE}"
    table = _Table(client, url, _kind(client, url), paging.Trail())
    for period in _periods(table, before)[:LOOKED]:
        found = table.areas("GM", period)
        if not all(math.isnan(count) for count in found.values()):
            break
    else:
        raise FetchError("error.crime_none", url=url)
    seen(len(found))
    todo = prefixes(codes, MOST)
    while todo:
        try:
            found |= table.areas(todo[0], period)
        except FetchError as problem:
            if len(todo[0]) == _TOWN or not _too_much(problem):
                raise
            todo = [town for prefix in todo for town in prefixes(codes, 0, prefix)]
            continue
        seen(len(found))
        todo = todo[1:]
    source = replace(table.trail.source("crime", len(found)), licence=LICENCE)
    return Counts(period.year, period.provisional, found), source


def prefixes(codes: Collection[str], most: int, start: str = "BU") -> list[str]:
    """The shortest beginnings that hold all codes, each at most ``most`` of them or one municipality.

    >>> prefixes(["BU03630000", "BU03630001", "BU05990000"], 2)
    ['BU03', 'BU05']
    """
    within = [code for code in codes if code.startswith(start)]
    if len(within) <= most or len(start) == _TOWN:
        return [start] if within else []
    longer = sorted({code[: len(start) + 1] for code in within})
    return [found for one in longer for found in prefixes(within, most, one)]


def _too_much(problem: FetchError) -> bool:
    """May a smaller question be answered?"""
    return problem.key == "error.fetch_time" or problem.params.get("status") in ("500", "503", "504")


def _kind(client: Client, url: str) -> str:
    """The padded key of the kind. Raises FetchError where it is not there, or means something else."""
    page = client.json(f"{url}/SoortMisdrijf", {"$format": "json"})
    for row in paging.values_of(page):
        if text(row.get("Key")) == KIND and NAMED in text(row.get("Title")).lower():
            return str(row["Key"])
    raise FetchError("error.crime_kind", url=url, kind=KIND)


def _periods(table: _Table, before: int) -> list[Period]:
    """The full years before a year, newest first: of the list, else those of the rows of the country."""
    try:
        page = table.client.json(f"{table.url}/Perioden", {"$format": "json"})
        found = [_period(str(row.get("Key", "")), row) for row in paging.values_of(page)]
    except FetchError:
        found = [_period(row["period"], {}) for row in table.ask(f"startswith({_AREA},'NL')")]
    years = {one.year: one for one in found if one is not None and one.year < before}
    return [years[year] for year in sorted(years, reverse=True)]


def _period(key: str, about: Mapping[str, Any]) -> Period | None:
    """The full year of a key (``2024JJ00``); None for a month, a quarter or anything else."""
    if not re.fullmatch(r"\d{4}JJ00\s*", key):
        return None
    status, title = text(about.get("Status")).lower(), text(about.get("Title"))
    may_change = True if "voorlopig" in status or "*" in title else None
    return Period(int(key[:4]), key, False if status.startswith("definitief") else may_change)


def _tidy(row: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """A row as ``code``, ``kind``, ``period``, ``count`` (nan: none). Raises FetchError for another form."""
    for needed in (_AREA, "SoortMisdrijf", "Perioden"):
        if needed not in row:
            raise FetchError("error.fetch_shape", url=plain(page.url), expected=needed)
    column = column_by_stem(row, _COUNT)
    if column is None:
        raise FetchError("error.fetch_shape", url=plain(page.url), expected=_COUNT)
    code, kind, period = (text(row[name]) for name in (_AREA, "SoortMisdrijf", "Perioden"))
    return {"code": code, "kind": kind, "period": period, "count": _whole(row[column], page)}


def _whole(value: Any, page: Page) -> float:
    """A number of burglaries; nan where there is none. Raises FetchError for what is no whole number."""
    count = number(value)
    if count.is_integer():
        return count
    if re.fullmatch(r"(\.|-9999\d+(\.0)?)?", text(value)):  # nothing, or what CBS writes for nothing
        return math.nan
    came = f"{_COUNT} ({text(value)[:40]!r})"
    raise FetchError("error.fetch_shape", url=plain(page.url), expected=came)
