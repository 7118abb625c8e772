"""Where a visitor looks from: one place, in this visit's memory only, never in the address bar or on disk."""

from dataclasses import dataclass, field
from typing import Final, Literal

import streamlit as st

from utils import coverage
from utils.models import Atlas

_KEY: Final = "plek_van_bezoeker"
Source = Literal["searched", "place", "located", "pointed"]


@dataclass(frozen=True)
class Start:
    """A place (RD metres) in a neighbourhood (``code``), and how it came: searched (an address, street or
    postcode), the middle of a place (village, town), located by the browser, pointed at on the map.

    ``label`` is what was chosen in the search box, "" else. Its ``repr`` does not tell where it is.
    """

    code: str
    x: float = field(repr=False)
    y: float = field(repr=False)
    source: Source
    label: str = field(default="", repr=False)


def neighbourhood(atlas: Atlas, x: float, y: float) -> str | None:
    """The code of the neighbourhood in which a place lies; None far outside all."""
    row = int(
        coverage.assign([(x, y)], atlas.neighbourhoods.geometry, coverage.TOLERANCE[atlas.edition.kind])[0]
    )
    return None if row < 0 else str(atlas.neighbourhoods.codes[row])


def keep(start: Start) -> None:
    """Look from here; until another place is kept or another area is shown."""
    st.session_state[_KEY] = start


def kept(code: str) -> Start | None:
    """The place kept, if it lies in this neighbourhood; None for none."""
    start = st.session_state.get(_KEY)
    return start if isinstance(start, Start) and start.code == code else None
