"""The register for staff: how well it is kept, search, the table, many groups at once."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import streamlit as st

from utils import (
    coverage,
    edits,
    group_words,
    registry,
    staff_bulk,
    staff_conflict,
    staff_export,
    staff_group,
    staff_new,
    staff_sections,
    staff_table,
    summaries,
    upkeep,
)
from utils.access import Actor
from utils.edits import Filter
from utils.models import PLATFORMS, RUNNING, STATUSES, Atlas, Coverage, Group
from utils.settings import settings
from utils.staff_place import today
from utils.ui import Page

SIZES: Final = (50, 100, 200)


def show(page: Page, actor: Actor) -> None:
    """The section: one group where the address names one, else the table. Raises StoreError."""
    opened = st.query_params.get("groep")
    if opened == "+" and actor.may("edit"):
        staff_new.show(page, actor)
    elif opened:
        staff_group.show(page, actor, opened)
    elif settings().has_register and (found := counts(page)).total:
        _table(page, actor, found)
    else:
        _empty(page, actor)


def counts(page: Page) -> upkeep.Upkeep:
    """How well the register is kept."""
    return upkeep.upkeep(page.coverage.groups, today())


def _empty(page: Page, actor: Actor) -> None:
    texts = page.texts
    st.title(texts.t("staff_register.empty"), anchor=False)
    st.markdown(texts.t("staff_register.empty_how"))
    _add_button(page, actor)


def _add_button(page: Page, actor: Actor) -> None:
    if actor.may("edit"):
        st.button(
            page.texts.t("staff_register.add"), key="toevoegen", icon=":material/add_location_alt:",
            on_click=staff_sections.go, args=("register", "+"), type="primary",
        )  # fmt: skip


def _table(page: Page, actor: Actor, found: upkeep.Upkeep) -> None:
    texts, engine = page.texts, staff_sections.engine()
    with st.container(horizontal=True, vertical_alignment="center", key="registerkop"):
        st.title(texts.t("staff_register.title", n=found.stale, active=found.active), anchor=False)
        st.space("stretch")
        _add_button(page, actor)
    _counts_line(page, found)
    if staff_conflict.show(page, actor):
        return
    wanted = _filter(page)
    with st.container(horizontal=True, vertical_alignment="center", key="registerbalk"):
        bar = st.container(horizontal=True, vertical_alignment="center", key="wijzigingen", width="stretch")
    size = int(st.session_state.get("register_rijen", SIZES[0]))
    seen = _seen(registry.revision(engine))
    start = _start((wanted, size))
    turn = staff_sections.digest(seen, repr(wanted), size, start, texts.lang, staff_table.turn(), actor.role)
    groups, total = _rows(page, actor, wanted, size, start, turn)
    if start and not groups:  # the last page became empty
        st.session_state["register_begin"] = max(total - 1, 0) // size * size
        st.rerun()
    if groups:
        staff_table.show(texts, groups, towns(page.coverage, groups), turn, actor.may("edit"))
        _pager(page, actor, wanted, total, size, start)
    else:
        st.info(texts.t("staff_register.none"), icon=":material/search_off:")
    with bar:
        staff_bulk.bar(page, actor, groups, total)


def _seen(revision: str) -> str:
    """The revision that the rows are of: that of now, unless something was typed on an older one."""
    if not staff_sections.pending().count or "register_stand" not in st.session_state:
        st.session_state["register_stand"] = revision
    return str(st.session_state["register_stand"])


def _rows(
    page: Page, actor: Actor, wanted: Filter, size: int, start: int, turn: str
) -> tuple[list[Group], int]:
    kept = st.session_state.get("register_blad")
    if kept is None or kept[0] != turn:
        found = edits.find(staff_sections.engine(), actor, wanted, size, start)
        st.session_state["register_blad"] = kept = (turn, *found)
    return kept[1], kept[2]


def _counts_line(page: Page, found: upkeep.Upkeep) -> None:
    texts = page.texts
    with st.container(horizontal=True, key="registertelling"):
        for name in ("active", "stale", "waiting", "placeless"):
            st.metric(
                texts.t(f"staff_register.count.{name}"), texts.number(getattr(found, name)),
                help=texts.t(f"staff_register.help.{name}"), border=True, width="stretch",
            )  # fmt: skip


@dataclass(frozen=True)
class _State:
    """A choice of statuses in the filter: its key in the texts, and the statuses."""

    key: str
    statuses: tuple[str, ...]


_STATES: Final = (
    _State("staff_register.running", RUNNING),
    _State("staff_register.all", ()),
    *(_State(f"staff_register.status.{name}", (name,)) for name in STATUSES),
)


def _filter(page: Page) -> Filter:
    texts, atlas = page.texts, page.coverage.atlas
    areas = [*atlas.provinces.codes, *atlas.municipalities.codes]
    names = {code: summaries.ancestors(atlas, code)[-1].name for code in atlas.provinces.codes} | dict(
        zip(atlas.municipalities.codes, atlas.municipalities.names, strict=True)
    )
    kept: dict[str, Any] = {"persist_state": "session"}

    def name(code: str) -> str:
        return f"{names[code]} ({texts.t('level.province')})" if code[:2] == "PV" else str(names[code])

    with st.container(horizontal=True, vertical_alignment="bottom", key="registerfilter"):
        text = st.text_input(
            texts.t("staff_register.search"), key="register_zoek", max_chars=200, width=250,
            placeholder=texts.t("staff_register.search_hint"), icon=":material/search:", **kept,
        )  # fmt: skip
        area = st.selectbox(
            texts.t("staff_register.area"), sorted(areas, key=lambda code: (code[:2] != "PV", names[code])),
            index=None, key="register_gebied", placeholder=texts.t("staff_register.everywhere"), width=230,
            format_func=name, **kept,
        )  # fmt: skip
        state = st.selectbox(
            texts.t("staff_register.state"), _STATES, key="register_status", width=210,
            format_func=lambda one: texts.t(one.key), **kept,
        )  # fmt: skip
        platform = st.selectbox(
            group_words.label(texts, "platform"), PLATFORMS, index=None, key="register_platform",
            placeholder=texts.t("staff_register.every_platform"), width=160,
            format_func=lambda one: group_words.value(texts, "platform", one), **kept,
        )  # fmt: skip
        stale = st.checkbox(
            texts.t("staff_register.stale"), key="register_oud", help=texts.t("staff_register.stale_help"),
            **kept,
        )  # fmt: skip
    return Filter(
        text=text or "",
        status=state.statuses,
        platform=(platform,) if platform else (),
        stale_before=upkeep.stale_before(today()) if stale else None,
        ids=_within(page.coverage, area) if area else None,
    )


def _within(c: Coverage, code: str) -> frozenset[str]:
    """The groups in a province or municipality, wherever their place is known to be."""
    if c.groups.example:
        return frozenset()
    rows = summaries.rows_within(c.atlas, code, "municipality")
    return frozenset(c.groups.ids[np.isin(c.town, rows)].tolist())


def towns(c: Coverage, groups: list[Group]) -> list[str]:
    """The municipality's name of each group: by its place, else as registered; "" where unknown."""
    atlas = c.atlas
    places = np.array([(group.x, group.y) for group in groups], dtype=float).reshape(-1, 2)  # None: nan
    rows = np.full(len(groups), -1)
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    if len(known):
        tolerance = coverage.TOLERANCE[atlas.edition.kind]
        rows[known] = coverage.assign(places[known], atlas.municipalities.geometry, tolerance)
    return [
        str(atlas.municipalities.names[row]) if row >= 0 else _recorded(atlas, group)
        for row, group in zip(rows, groups, strict=True)
    ]


def _recorded(atlas: Atlas, group: Group) -> str:
    row = atlas.municipalities.index.get(group.municipality)
    return group.municipality if row is None else str(atlas.municipalities.names[row])


def _start(view: Any) -> int:
    """The first row that is shown; another filter or size starts at the first again."""
    if st.session_state.get("register_beeld") != view:
        st.session_state["register_beeld"], st.session_state["register_begin"] = view, 0
    return int(st.session_state.get("register_begin", 0))


def _pager(page: Page, actor: Actor, wanted: Filter, total: int, size: int, start: int) -> None:
    texts = page.texts

    def move(to: int) -> None:
        st.session_state["register_begin"] = to

    with st.container(horizontal=True, vertical_alignment="center", key="bladeren"):
        last = min(start + size, total)
        st.markdown(texts.t("staff_register.rows", first=start + 1, last=last, n=total), width="content")
        staff_export.show(page, actor, wanted, total)
        st.space("stretch")
        for name, to, icon, possible in (
            ("back", start - size, "chevron_left", start > 0),
            ("on", start + size, "chevron_right", last < total),
        ):
            st.button(
                texts.t(f"staff_register.{name}"), key=f"blad_{name}", icon=f":material/{icon}:",
                disabled=not possible, on_click=move, args=(max(to, 0),),
            )  # fmt: skip
        st.selectbox(
            texts.t("staff_register.size"), SIZES, key="register_rijen", width=150, persist_state="session",
            format_func=lambda n: texts.t("staff_register.per_page", n=n), label_visibility="collapsed",
        )  # fmt: skip
