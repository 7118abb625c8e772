"""The place of one group for staff: a map to point at it, the place in words, the groups around it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import streamlit as st

from utils import cached, coordinates, coverage, group_words, pin_map, ui, wording
from utils.errors import InputError
from utils.models import Atlas, Coverage
from utils.pin_map import Dots, Kind
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

AROUND: Final = 3_000.0
"""Metres within which other groups are shown."""
_TROUBLE: Final = "plek_getypt"
MOST: Final = 2_000
Place = tuple[float, float] | None


@dataclass(frozen=True)
class Found:
    """Where a place lies: municipality (code, name) and neighbourhood; "" where it lies in none."""

    code: str = ""
    municipality: str = ""
    neighbourhood: str = ""


def today() -> date:
    """The day of now (UTC)."""
    return datetime.now(UTC).date()


def forget(key: str) -> None:
    """A map that starts anew."""
    st.session_state.pop(f"plek_{key}", None)


def found(atlas: Atlas, place: Place) -> Found:
    """Municipality and neighbourhood of a place (RD metres)."""
    if place is None:
        return Found()
    row = int(
        coverage.assign([place], atlas.neighbourhoods.geometry, coverage.TOLERANCE[atlas.edition.kind])[0]
    )
    if row < 0:
        return Found()
    town = atlas.neighbourhoods.parents[row]
    return Found(
        str(atlas.municipalities.codes[town]),
        str(atlas.municipalities.names[town]),
        str(atlas.neighbourhoods.names[row]),
    )


def around(c: Coverage, place: Place, but: str = "") -> list[tuple[str, str, float]]:
    """The other groups near a place, nearest first: id, name, metres."""
    if place is None or c.groups.example:
        return []
    distance = np.hypot(c.groups.x - place[0], c.groups.y - place[1])
    near = np.flatnonzero(distance <= AROUND)  # nan is never
    near = near[np.argsort(distance[near], kind="stable")][:MOST]
    ids, names = c.groups.ids, c.groups.names
    return [(str(ids[i]), str(names[i]), float(distance[i])) for i in near if ids[i] != but]


def typed(text: str) -> tuple[float, float]:
    """Coordinates as people write them (RD New, or degrees) → a place in RD metres.

    Raises InputError for anything else, and for a place outside the European Netherlands.
    """
    found = coordinates.pair(text)
    for one, other in [(a, b) for a in found[0][:2] for b in found[1][:2]] if found else []:
        first, second = np.array([one]), np.array([other])
        kind = int(coordinates.kinds(first, second)[0])
        if kind >= 0:
            x, y = coordinates.to_metres(first, second, coordinates.SYSTEMS[kind])[0].round(1).tolist()
            return x, y
    raise InputError("error.staff_place", came=text[:60])


def _type(page: Page, key: str, store: str) -> None:
    """The way to a place for who cannot point: its coordinates as text."""
    name = f"coordinaten_{key}"

    def sent() -> None:
        text = str(st.session_state[name]).strip()
        if text:
            try:
                st.session_state[store] = typed(text)
                st.session_state[name] = ""
            except InputError as problem:
                st.session_state[_TROUBLE] = problem

    st.text_input(
        page.texts.t("staff_group.coordinates"), key=name, on_change=sent, max_chars=100,
        help=page.texts.t("staff_group.coordinates_help"),
    )  # fmt: skip
    problem = st.session_state.pop(_TROUBLE, None)
    if problem:
        ui.show(problem, page.texts)


def _dots(c: Coverage, place: Place, but: str) -> Dots:
    if c.groups.example:
        return pin_map.NONE
    if place is None:
        rows = np.flatnonzero(np.isfinite(c.groups.x))[:MOST]
    else:
        index = {id: i for i, id in enumerate(c.groups.ids)}
        rows = np.array([index[id] for id, _, _ in around(c, place, but)], dtype=np.intp)
    kinds = np.where(c.groups.active[rows], 0, 1)
    return Dots(c.groups.x[rows], c.groups.y[rows], kinds, [str(name) for name in c.groups.names[rows]])


def kinds(texts: Texts) -> tuple[Kind, ...]:
    """Other groups that are active, and those that are not."""
    return (Kind(texts.t("staff_group.dot_active")), Kind(texts.t("staff_group.dot_other")))


def choose(page: Page, key: str, start: Place, id: str, pick: bool) -> Place:
    """A map with the place; what it is now: ``start``, until a click or a drag puts it elsewhere."""
    texts, c = page.texts, page.coverage
    store = f"plek_{key}"
    place: Place = st.session_state.get(store, start)

    def picked(x: float, y: float) -> None:
        st.session_state[store] = (round(x, 1), round(y, 1))

    inside = found(c.atlas, place)
    detail: Any = cached.detail(c.atlas, inside.code) if inside.code else None
    detail = ui.geometry_url(detail) if isinstance(detail, str) else detail
    area = page.address.gebied if page.address.gebied.startswith("GM") else ""
    spec = pin_map.specification(
        ui.geometry_url(cached.land_file(c.atlas)), detail, map_texts(texts, texts.t("staff_group.map")),
        lang=texts.lang, theme=ui.theme(), tiles=settings().tiles, pin=place,
        dots=_dots(c, place, id), kinds=kinds(texts), frame=f"{key}/{start}", area=area, pick=pick,
    )  # fmt: skip
    ui.pin_map(spec, f"kaart_{key}", 380, picked)
    legend(page, pin_map.colours(kinds(texts), ui.theme()))
    st.markdown(group_words.place(texts, *(place or (None, None))))
    if place is not None:
        where = (
            texts.t("staff_group.inside", part=inside.neighbourhood, municipality=inside.municipality)
            if inside.code
            else texts.t("staff_group.outside")
        )
        st.markdown(ui.plain(where))
    if pick:
        _type(page, key, store)
    return place


def legend(page: Page, rows: list[tuple[str, str]]) -> None:
    """Colours of dots in words."""
    items = "".join(
        f'<li><span class="stip" style="background:{colour}"></span>{ui.escaped(label)}</li>'
        for colour, label in rows
    )
    title = ui.escaped(page.texts.t("staff_group.legend"))
    st.html(f'<ul class="kaart-legenda" aria-label="{title}">{items}</ul>')


def map_texts(texts: Texts, label: str) -> dict[str, str]:
    """The sentences that a small map shows."""
    return {
        "label": label,
        "zoomIn": texts.t("map.zoom_in"),
        "zoomOut": texts.t("map.zoom_out"),
        "failed": texts.t("map.failed"),
        "pin": texts.t("staff_group.pin"),
        "tiles": wording.tiles(texts),
    }
