"""Where a visitor looks from: one place, in this visit's memory only, never in the address bar or on disk."""

import re
from dataclasses import dataclass, field
from typing import Final, Literal

import streamlit as st

from utils import coverage, search_box, ui
from utils.finder import Hit
from utils.models import Atlas
from utils.ui import Page

_POINTED: Final = "aangewezen_plek"
_WHOLE_POSTCODE: Final = re.compile(r"\d{4}\s*[A-Z]{2}", re.IGNORECASE)
Source = Literal["searched", "place", "located", "pointed"]


@dataclass(frozen=True)
class Start:
    """A place (RD metres) in a neighbourhood (``code``), and how it came: searched (an address or a whole
    postcode), the middle of a place (a village, street, four digits), located by the browser, pointed at.

    ``label`` is what was chosen in the search box, "" else. Its ``repr`` does not tell where it is.
    """

    code: str
    x: float = field(repr=False)
    y: float = field(repr=False)
    source: Source
    label: str = field(default="", repr=False)


def neighbourhood(atlas: Atlas, x: float, y: float) -> str | None:
    """The code of the neighbourhood in which a place (RD metres) lies; None far outside all."""
    row = int(
        coverage.assign([(x, y)], atlas.neighbourhoods.geometry, coverage.TOLERANCE[atlas.edition.kind])[0]
    )
    return None if row < 0 else str(atlas.neighbourhoods.codes[row])


def point(page: Page, x: float, y: float) -> bool:
    """Look from a place on the map (RD metres), and show its neighbourhood; False for one abroad."""
    code = neighbourhood(page.coverage.atlas, x, y)
    if code is None:
        return False
    st.session_state[_POINTED] = Start(code, x, y, "pointed"), search_box.found(page)
    ui.go(page.address, gebied=code)
    return True


def start(page: Page) -> Start | None:
    """The visitor's own place in the area shown: the last one searched or pointed at; None for none."""
    hit = search_box.found(page)
    pointed, before = st.session_state.get(_POINTED, (None, None))
    if pointed is not None and pointed.code == page.address.gebied and (hit is None or hit is before):
        return pointed if isinstance(pointed, Start) else None
    return None if hit is None else _from(hit)


def _from(hit: Hit) -> Start | None:
    if hit.x is None or hit.y is None:
        return None
    if (
        hit.kind == "place" and not hit.detail
    ):  # every village has a municipality; one's own location has none
        return Start(hit.code, hit.x, hit.y, "located")
    whole = hit.kind == "address" or (hit.kind == "postcode" and bool(_WHOLE_POSTCODE.search(hit.label)))
    return Start(hit.code, hit.x, hit.y, "searched" if whole and hit.exact else "place", hit.label)
