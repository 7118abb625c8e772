"""The place of one group for staff: a map to point at it, the place in words, the groups around it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import numpy as np
import streamlit as st

from utils import cached, coordinates, coverage, group_words, pin_map, ui, wording
from utils.errors import InputError
from utils.models import Atlas, Coverage, Ints
from utils.pin_map import Dots, Kind
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

AROUND: Final = 3_000.0
"""Metres within which other groups are shown."""
_TROUBLE: Final = "plek_getypt"
HEIGHT: Final = 380
MOST: Final = 5_000
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
    for name in (f"plek_{key}", f"plek_{key}_getypt", f"naar_{key}"):
        st.session_state.pop(name, None)


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


def town_names(atlas: Atlas) -> dict[str, str]:
    """Names of municipalities by their codes."""
    return dict(zip(atlas.municipalities.codes, atlas.municipalities.names, strict=True))


def around(c: Coverage, place: Place) -> list[tuple[str, str, float]]:
    """The groups near a place, nearest first: id, name, metres."""
    rows = _near(c, place)
    if place is None or not len(rows):
        return []
    distance = np.hypot(c.groups.x[rows] - place[0], c.groups.y[rows] - place[1])
    return [
        (str(c.groups.ids[rows[i]]), str(c.groups.names[rows[i]]), float(distance[i]))
        for i in np.argsort(distance, kind="stable")
    ]


def _near(c: Coverage, place: Place) -> Ints:
    if place is None or c.groups.example:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.hypot(c.groups.x - place[0], c.groups.y - place[1]) <= AROUND)  # nan is never


def typed(text: str) -> tuple[float, float]:
    """Coordinates as people write them (RD New, or degrees) → a place in RD metres.

    Raises InputError for anything else, and for a place outside the European Netherlands.
    """
    found = coordinates.pair(text)
    for one, other in zip(found[0][1::-1], found[1][1::-1], strict=True) if found else ():
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
                st.session_state[f"naar_{key}"] = None
                st.session_state[f"{store}_getypt"] = text  # the map goes there
            except InputError as problem:
                st.session_state[_TROUBLE] = problem

    st.text_input(
        page.texts.t("staff_group.coordinates"), key=name, on_change=sent, max_chars=100,
        help=page.texts.t("staff_group.coordinates_help"),
    )  # fmt: skip
    problem = st.session_state.pop(_TROUBLE, None)
    if problem:
        ui.show(problem, page.texts)


def _dots(c: Coverage, place: Place, area: str, but: str) -> Dots:
    """The groups of a municipality, else those around a place, else none."""
    if c.groups.example or not (area or place):
        return pin_map.NONE
    if area:
        rows = np.flatnonzero((c.town == c.atlas.municipalities.index[area]) & np.isfinite(c.groups.x))
    else:
        rows = _near(c, place)
    rows = rows[c.groups.ids[rows] != but][:MOST]
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
    area = _go_to(page, key) if pick and start is None else ""

    def picked(x: float, y: float) -> None:
        if np.isfinite([x, y]).all():
            st.session_state[store] = (round(x, 1), round(y, 1))

    inside = found(c.atlas, place)
    shown = inside.code or area
    detail: Any = cached.detail(c.atlas, shown) if shown else None
    detail = ui.geometry_url(detail) if isinstance(detail, str) else detail
    frame = f"{key}/{start}/{area}/{st.session_state.get(f'{store}_getypt', 0)}"
    spec = pin_map.specification(
        ui.geometry_url(cached.land_file(c.atlas)), detail, map_texts(texts, texts.t("staff_group.map")),
        lang=texts.lang, theme=ui.theme(), tiles=settings().tiles, pin=place,
        dots=_dots(c, place, area, id), kinds=kinds(texts), frame=frame, area=area, pick=pick,
    )  # fmt: skip
    ui.pin_map(spec, f"kaart_{key}", HEIGHT, picked)
    if not c.groups.example:
        legend(page, pin_map.colours(kinds(texts), ui.theme()))
    st.markdown(" · ".join(_said(texts, place, inside)))
    if pick:
        _type(page, key, store)
    return place


def _said(texts: Texts, place: Place, inside: Found) -> list[str]:
    """A place in words, for markdown."""
    said = [group_words.place(texts, *(place or (None, None)))]
    if place is not None and inside.code:
        where = texts.t("staff_group.inside", part=inside.neighbourhood, municipality=inside.municipality)
        said.insert(0, f"**{ui.plain(where)}**")
    elif place is not None:
        said.insert(0, texts.t("staff_group.outside"))
    return said


def _go_to(page: Page, key: str) -> str:
    """The municipality that the map is to show; "" for the whole country."""
    towns = page.coverage.atlas.municipalities
    names = dict(zip(towns.codes, towns.names, strict=True))
    chosen = st.selectbox(
        page.texts.t("staff_group.go_to"), sorted(names, key=names.__getitem__), index=None,
        key=f"naar_{key}", format_func=lambda code: str(names[code]),
        placeholder=page.texts.t("staff_group.go_to_hint"),
    )  # fmt: skip
    return str(chosen or "")


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
