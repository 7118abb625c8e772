"""Which areas to set beside an area: those of about the same size, by one rule for everybody.

Pure. *Similar in size* are, of all municipalities (or provinces) in the order of their inhabitants, the two
that come next above an area and the two next below it; at an end of that order more from the other side. No
choice is made by hand, and nobody is compared with whom it suits.
"""

from typing import Final

import numpy as np

from utils import summaries
from utils.models import COUNTRY, Atlas, Level

EACH_SIDE: Final = 2
MOST: Final = 6
"""Areas beside each other: more cannot be told apart."""


def similar(atlas: Atlas, code: str, each_side: int = EACH_SIDE) -> list[str]:
    """The codes of the areas nearest in size to a municipality or province, the largest first.

    Of the country, which has no like: its five largest provinces. An area whose inhabitants are unknown is
    like none. Raises InputError for an unknown code, and ValueError for a neighbourhood.
    """
    level, _ = summaries.find(atlas, code)
    if level == "neighbourhood":
        raise ValueError("a neighbourhood is compared as its municipality")
    if level == "country":
        return _by_size(atlas, "province")[: MOST - 1]
    order = _by_size(atlas, level)
    if code not in order:
        return []
    at = order.index(code)
    start = max(min(at - each_side, len(order) - 2 * each_side - 1), 0)
    return [other for other in order[start : start + 2 * each_side + 1] if other != code]


def larger(atlas: Atlas, one: str, other: str) -> bool:
    """Whether an area comes before another of its level in the order of their inhabitants."""
    order = _by_size(atlas, summaries.find(atlas, other)[0])
    return order.index(one) < order.index(other)


def _by_size(atlas: Atlas, level: Level) -> list[str]:
    """The codes of the areas of a level, most inhabitants first, equals by code; unknown ones left out."""
    areas = atlas.areas(level)
    order = np.argsort(-areas.inhabitants, kind="stable")
    return [str(areas.codes[row]) for row in order if np.isfinite(areas.inhabitants[row])]


def comparable(atlas: Atlas, code: str) -> str:
    """The code of the area to compare: of a neighbourhood its municipality, else the area itself."""
    level, _ = summaries.find(atlas, code)
    return summaries.ancestors(atlas, code)[-2].code if level == "neighbourhood" else code


def chosen(atlas: Atlas, code: str, given: str | None) -> tuple[list[str], list[str]]:
    """The codes of the areas to set beside each other, the area itself first, and what could not be used.

    ``given`` is what the address says: codes with commas between, "" for none; None for the usual ones, see
    `similar`. The area itself need not be among them; doubles count once, and six are the most.
    """
    own = comparable(atlas, code)
    if given is None:
        return [own, *similar(atlas, own)], []
    found, bad = [own], []
    for came in filter(None, (part.strip() for part in given.split(","))):
        wanted = came.upper()
        known = atlas.find(wanted)
        if known is None or known[0] == "neighbourhood" or (len(found) == MOST and wanted not in found):
            bad.append(came)
        elif wanted not in found:
            found.append(wanted)
    return found, bad


def is_usual(atlas: Atlas, codes: list[str]) -> bool:
    """Whether these are the areas that stand beside the first one when nobody chooses."""
    return codes[1:] == similar(atlas, codes[0])


def options(atlas: Atlas) -> list[str]:
    """The codes of all areas that can be compared: the country, provinces, municipalities."""
    return [COUNTRY, *map(str, atlas.provinces.codes), *map(str, atlas.municipalities.codes)]
