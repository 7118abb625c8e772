"""A list of gaps as a reader looks at it: of which area, and the neighbourhood chosen in it. Pure."""

from dataclasses import dataclass

import pandas as pd

from utils import summaries
from utils.address import Problem
from utils.gap_filter import GapFilter
from utils.models import Atlas, Coverage
from utils.summaries import AreaFigures


@dataclass(frozen=True, eq=False)
class Listed:
    """The list's area, its filter, the rows that it keeps, all that there are without it, and the code of the
    neighbourhood looked at (None for none). By the coverage ``judged`` area and rows are measured."""

    judged: Coverage
    area: AreaFigures
    wanted: GapFilter
    found: pd.DataFrame
    every: pd.DataFrame
    buurt: str | None


def place(atlas: Atlas, gebied: str, buurt: str | None) -> tuple[str, str | None]:
    """The code of the list's area and that of the neighbourhood looked at.

    A neighbourhood as the area means: look at it in the list of its municipality. ``buurt`` is what the
    address names beside the area; it counts where it lies within the area.
    """
    *above, own = summaries.ancestors(atlas, gebied)
    code, looked_at = (above[-1].code, own.code) if own.level == "neighbourhood" else (gebied, None)
    wanted = (buurt or "").strip().upper()
    if wanted in atlas.neighbourhoods.index and code in {
        one.code for one in summaries.ancestors(atlas, wanted)
    }:
        return code, wanted
    return code, looked_at


def unknown(came: str, code: str) -> Problem:
    """That the address names a neighbourhood that is not in the list's area."""
    return Problem("buurt", came, code)
