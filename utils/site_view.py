"""Which places a reader asks for, and which of them is looked at: the address bar ↔ checked values. Pure."""

from collections.abc import Mapping
from typing import Final

from utils import summaries
from utils.address import Problem
from utils.models import Atlas
from utils.siting import MOST

USUAL: Final = 10
"""So many new groups, if the address does not say."""


def area(atlas: Atlas, gebied: str) -> tuple[str, str | None]:
    """The area to find places in, and the neighbourhood that the address names.

    A neighbourhood as the area means its municipality: no map shows a neighbourhood alone.
    """
    *above, own = summaries.ancestors(atlas, gebied)
    return (above[-1].code, own.code) if own.level == "neighbourhood" else (gebied, None)


def number(given: Mapping[str, str]) -> tuple[int, list[Problem]]:
    """How many new groups; a number out of range gives the nearest bound, any other wrong value the usual."""
    came = given.get("k")
    if came is None:
        return USUAL, []
    try:
        wanted = float(came.replace(",", "."))
        used = round(min(max(wanted, 1), MOST))
    except (ValueError, OverflowError):  # not a number at all
        wanted, used = float("nan"), USUAL
    return used, ([] if used == wanted else [Problem("k", came, str(used))])


def looked_at(given: Mapping[str, str], places: int) -> tuple[int | None, list[Problem]]:
    """The number (from 1) of the place that is looked at; None for none, and for one that is not there."""
    came = given.get("plek")
    if came is None:
        return None, []
    if came.strip().isascii() and came.strip().isdigit() and 1 <= int(came) <= places:
        return int(came), []
    return None, [Problem("plek", came, "")]
