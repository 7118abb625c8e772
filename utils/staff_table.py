"""The table of the register: the groups of one page, edited in place, each typed value remembered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from utils import group_rules, group_words, staff_sections, ui
from utils.errors import AppError
from utils.models import PLATFORMS, STATUSES, Group
from utils.pending import DAYS
from utils.staff_place import today
from utils.texts import Texts

FIELDS: Final = (
    *("name", "town", "status", "confirmed", "participants", "platform", "since", "until"),
    *("description", "join_link", "reason", "source", "notes", "confirmed_by", "id"),
)
TICK: Final = "kies"
OPEN: Final = "open"
HEIGHT: Final = 492
_TICKED: Final = "register_gekozen"
_NONCE: Final = "register_beurt"
_TROUBLE: Final = "register_getypt"


def ticked() -> dict[str, int]:
    """The groups that were ticked: id → the version that was seen."""
    found: dict[str, int] = st.session_state.setdefault(_TICKED, {})
    return found


def turn() -> int:
    """How often the rows were asked to be drawn anew."""
    return int(st.session_state.get(_NONCE, 0))


def again() -> None:
    """Draw the rows anew, with what was typed and ticked. For callbacks."""
    st.session_state[_NONCE] = turn() + 1


def show(texts: Texts, groups: list[Group], towns: Sequence[str], token: str, editable: bool) -> None:
    """The table. ``towns`` are names of municipalities; ``token`` changes when other rows must be shown."""
    key, frozen = f"tabel_{token}", f"rijen_{token}"
    # The widget keeps what was typed beside the rows it started with; away from the page it forgets.
    if frozen not in st.session_state or key not in st.session_state:
        for old in [name for name in st.session_state if str(name).startswith("rijen_")]:
            del st.session_state[old]
        st.session_state[frozen] = rows(texts, groups, towns, editable)
    data: pd.DataFrame = st.session_state[frozen]
    clicked = f"{key}_open"

    def opened() -> None:
        hit = st.session_state[clicked]
        if hit:
            staff_sections.go("register", groups[hit["row"]].id)

    def changed() -> None:
        _gather(groups, st.session_state[key]["edited_rows"])

    config = _columns(texts, editable) | {
        OPEN: st.column_config.ButtonColumn(
            texts.t("staff_register.open_column"),
            width=84,
            type="tertiary",
            key=clicked,
            on_click=opened,
            pinned=True,
        )
    }
    with st.container(key="registertabel"):
        if editable:
            st.data_editor(
                data, key=key, column_config=config, hide_index=True, num_rows="fixed", height=HEIGHT,
                on_change=changed, disabled=["id", "town", "confirmed_by"], placeholder=group_words.NOTHING,
            )  # fmt: skip
        else:
            st.dataframe(
                data, key=key, column_config=config, hide_index=True, height=HEIGHT,
                placeholder=group_words.NOTHING,
            )  # fmt: skip
    problem = st.session_state.pop(_TROUBLE, None)
    if problem:
        ui.show(problem, texts)


def _gather(groups: list[Group], edited: dict[int, dict[str, Any]]) -> None:
    chosen = ticked()
    for number, cells in edited.items():
        if TICK in cells:
            group = groups[int(number)]
            if cells[TICK]:
                chosen[group.id] = group.version
            else:
                chosen.pop(group.id, None)
    try:
        staff_sections.pending().gather(groups, edited)
    except AppError as problem:
        st.session_state[_TROUBLE] = problem


def rows(texts: Texts, groups: list[Group], towns: Sequence[str], editable: bool) -> pd.DataFrame:
    """The groups as the table's rows, with what was typed and not saved."""
    pending, chosen = staff_sections.pending(), ticked()
    shown = [pending.shown(group) for group in groups]
    columns: dict[str, Any] = {}
    if editable:
        columns[TICK] = [group.id in chosen for group in groups]
    columns[OPEN] = [texts.t("staff_register.open")] * len(groups)
    for name in FIELDS:
        if name in group_words.PERSONAL and not editable:
            continue
        values = list(towns) if name == "town" else [getattr(group, name) for group in shown]
        if name in DAYS:
            columns[name] = pd.to_datetime(pd.Series(values, dtype=object), errors="coerce")
        elif name == "participants":
            columns[name] = pd.Series(values, dtype="Int64")
        elif name == "status" and not editable:
            columns[name] = [group_words.status(texts, value) for value in values]
        else:
            columns[name] = pd.Series(values, dtype=object)
    return pd.DataFrame(columns)


def _columns(texts: Texts, editable: bool) -> dict[str, Any]:
    column = st.column_config
    label = {name: group_words.label(texts, "municipality" if name == "town" else name) for name in FIELDS}
    widths = {"name": 300, "description": 260, "join_link": 200, "notes": 260, "id": 110, "town": 140}
    found: dict[str, Any] = {
        name: column.TextColumn(
            label[name],
            width=widths.get(name, 150),
            max_chars=group_rules.LENGTHS.get(name),
        )
        for name in FIELDS
    }
    found[TICK] = column.CheckboxColumn(texts.t("staff_register.tick"), width=72, pinned=True)
    # No limits here, and a name may be cleared: the grid would change what was typed, or restore it, without
    # a word. Saving refuses it with a sentence.
    found["participants"] = column.NumberColumn(label["participants"], width=104, step=1)
    last = today() + timedelta(days=1)
    for name in DAYS:
        found[name] = column.DateColumn(
            label[name], width=112, format="DD-MM-YYYY", min_value=group_rules.FIRST_DAY, max_value=last
        )
    if editable:
        found["status"] = column.SelectboxColumn(
            label["status"], width=124, options=STATUSES, required=True,
            format_func=lambda one: group_words.status(texts, str(one)),
        )  # fmt: skip
        found["platform"] = column.SelectboxColumn(
            label["platform"],
            width=116,
            options=("", *PLATFORMS),
            format_func=lambda one: group_words.value(texts, "platform", one) if one else "",
        )
    return found
