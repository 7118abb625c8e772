"""Which gaps are wanted and in what order: the address bar ↔ one checked value ↔ rows of a table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import pandas as pd

from utils.address import Problem
from utils.locate import by_name
from utils.models import Status

Order = Literal["onbereikt", "inwoners", "afstand", "naam", "inbraken"]
ORDERS: Final[dict[Order, tuple[str, bool]]] = {
    "onbereikt": ("unreached", False),
    "inwoners": ("inhabitants", False),
    "afstand": ("distance", False),
    "naam": ("name", True),
    "inbraken": ("burglary_rate", False),
}
"""The column of each order, and whether the smallest comes first; the usual order first."""
STATUSES: Final[dict[str, Status]] = {"wit": Status.UNCOVERED, "deels": Status.PARTLY}
"""The words of the address for what is a gap."""
MOST: Final = {"inwoners": 1_000_000, "afstand": 100_000}
"""The largest bound that makes sense: more inhabitants or metres than any neighbourhood has."""


@dataclass(frozen=True)
class GapFilter:
    """The gaps with at least ``inwoners`` inhabitants, a status among ``status``, and the nearest active
    group at ``afstand`` metres or more; in the order ``sorteer``. With ``verouderd`` those of
    `summaries.outdated` instead: gaps that only groups not confirmed for a year hide."""

    inwoners: int = 0
    status: tuple[str, ...] = tuple(STATUSES)
    afstand: int = 0
    verouderd: bool = False
    sorteer: Order = "onbereikt"

    def params(self, **changes: Any) -> dict[str, str]:
        """The address's parameters after some changes; those with their usual value are left out.

        >>> GapFilter(inwoners=100).params(status=("wit",))
        {'inwoners': '100', 'status': 'wit'}
        """
        usual, changed = GapFilter().words(), replace(self, **changes).words()
        return {name: value for name, value in changed.items() if value != usual[name]}

    def words(self) -> dict[str, str]:
        """Every choice as the address writes it, the usual ones too.

        >>> GapFilter().words()["status"]
        'wit,deels'
        """
        kept = tuple(word for word in STATUSES if word in self.status)
        return {
            "inwoners": str(self.inwoners),
            "status": ",".join(kept),
            "afstand": str(self.afstand),
            "verouderd": str(int(self.verouderd)),
            "sorteer": self.sorteer,
        }

    @property
    def narrows(self) -> bool:
        """Whether it leaves any gap out, as far as it alone can tell."""
        return bool(replace(self, sorteer=GapFilter.sorteer).params())


NAMES: Final = tuple(GapFilter().words())
"""The parameters of the address that make up a filter."""
LARGEST: Final = GapFilter(status=("wit",), sorteer="inwoners")
"""The uncovered neighbourhoods, most inhabitants first."""


def orders(burglaries: bool) -> tuple[Order, ...]:
    """The orders that there are data for."""
    return tuple(order for order in ORDERS if burglaries or order != "inbraken")


def parse(given: Mapping[str, str], burglaries: bool = False) -> tuple[GapFilter, list[Problem]]:
    """The filter that parameters name, and a problem for each value that could not be used.

    ``burglaries`` tells whether there are any to go by, see `utils.crime.beside`.
    A number out of range gives the nearest bound; any other wrong value the usual one.
    """
    problems: list[Problem] = []
    return GapFilter(
        inwoners=_whole("inwoners", given.get("inwoners"), problems),
        status=_status(given.get("status"), problems),
        afstand=_whole("afstand", given.get("afstand"), problems),
        verouderd=_flag("verouderd", given.get("verouderd"), problems),
        sorteer=_order(given.get("sorteer"), orders(burglaries), problems),
    ), problems


def pick(table: pd.DataFrame, wanted: GapFilter) -> pd.DataFrame:
    """The rows of `summaries.gaps` that a filter keeps, in its order, with their ``rank`` from 1 up.

    Rows that are equal in that order stand by code, those without a value last. Of `summaries.outdated`,
    where a filter asks for these, the usual order is by the people who would lose their reach.
    """
    states = [int(STATUSES[word]) for word in wanted.status]
    kept = table[
        table["status"].isin(states)
        & (table["inhabitants"] >= wanted.inwoners)
        & (table["distance"] >= wanted.afstand)
    ]
    column, ascending = ORDERS[wanted.sorteer]
    if column == "unreached" and "lost" in kept:
        column = "lost"
    order = pd.DataFrame({"first": kept[column], "code": kept["code"]})
    if column == "name":
        order["first"] = kept["name"].map(by_name)
    order = order.sort_values(["first", "code"], ascending=[ascending, True])
    found = kept.loc[order.index].reset_index(drop=True)
    found.insert(2, "rank", range(1, len(found) + 1))
    return found


def _whole(param: str, came: str | None, problems: list[Problem]) -> int:
    if came is None:
        return 0
    try:
        number = float(came.replace(",", "."))
        used = round(min(max(number, 0), MOST[param]))
    except (ValueError, OverflowError):  # not a number at all
        number, used = float("nan"), 0
    if used != number:
        problems.append(Problem(param, came, str(used)))
    return used


def _flag(param: str, came: str | None, problems: list[Problem]) -> bool:
    if came is None or came.strip() in ("0", "1"):
        return came is not None and came.strip() == "1"
    problems.append(Problem(param, came, "0"))
    return False


def _status(came: str | None, problems: list[Problem]) -> tuple[str, ...]:
    if came is None:
        return tuple(STATUSES)
    words = {word.strip().lower() for word in came.split(",")}
    if not words <= STATUSES.keys():
        problems.append(Problem("status", came, ",".join(STATUSES)))
        return tuple(STATUSES)
    return tuple(word for word in STATUSES if word in words)


def _order(came: str | None, known: tuple[Order, ...], problems: list[Problem]) -> Order:
    if came is None:
        return GapFilter.sorteer
    for order in known:
        if came.strip().lower() == order:
            return order
    problems.append(Problem("sorteer", came, GapFilter.sorteer))
    return GapFilter.sorteer
