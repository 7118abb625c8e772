"""Saving what was typed; where somebody else was first, both versions side by side, field by field."""

from collections.abc import Collection
from typing import Any, Final

import streamlit as st

from utils import edits, group_words, staff_sections, staff_table, ui
from utils.access import Actor
from utils.edits import Conflict, Edit
from utils.errors import AppError, InputError
from utils.models import Group
from utils.pending import Pending
from utils.texts import Texts
from utils.ui import Page

_CLASH: Final = "beheer_botsing"
Choice = str | None
"""Whose value of a field: ``mine``, ``theirs``; None: not chosen yet."""


def save(page: Page, actor: Actor, ids: Collection[str] | None = None) -> None:
    """Save what was typed, of these groups or of all; on a conflict `show` has both versions.

    Raises AppError for anything else that stands in the way: what was typed is still there.
    """
    pending = staff_sections.pending()
    asked = [_signed(actor, edit) for edit in pending.edits() if ids is None or edit.id in ids]
    try:
        stored = edits.change(staff_sections.engine(), actor, asked)
    except Conflict as clash:
        st.session_state[_CLASH] = clash.theirs
        st.rerun()
    if not asked:
        staff_sections.say(page.texts.t("staff_register.unchanged"))
    pending.drop([edit.id for edit in asked])
    staff_sections.fresh()
    staff_table.again()
    staff_sections.say(page.texts.t("staff_register.saved", n=len(stored)))


def _signed(actor: Actor, edit: Edit) -> Edit:
    """Who gives a day of confirming, confirmed."""
    if "confirmed" not in edit.values or "confirmed_by" in edit.values:
        return edit
    return Edit(edit.id, edit.version, {**edit.values, "confirmed_by": actor.name})


def show(page: Page, actor: Actor) -> bool:
    """The groups that somebody else changed first, to choose from; False where there are none."""
    theirs: tuple[Group, ...] = st.session_state.get(_CLASH, ())
    pending, texts = staff_sections.pending(), page.texts
    theirs = tuple(group for group in theirs if group.id in pending.values)
    if not theirs:
        st.session_state.pop(_CLASH, None)
        return False
    with st.container(border=True, key="botsing"):
        st.header(texts.t("staff_register.clash", n=len(theirs)), anchor=False)
        st.markdown(texts.t("staff_register.clash_how"))
        chosen = {group.id: _choose(page, actor, pending, group) for group in theirs}
        with st.container(horizontal=True):
            sent = st.button(texts.t("staff_register.clash_save"), type="primary", icon=":material/save:")
            st.button(texts.t("staff_register.clash_later"), on_click=_later)
        if sent:
            with ui.told(texts):
                _settle(page, actor, theirs, chosen)
    return True


def _settle(
    page: Page, actor: Actor, theirs: tuple[Group, ...], chosen: dict[str, dict[str, Choice]]
) -> None:
    """Save what was chosen. Raises InputError where a choice is still open."""
    if any(whose is None for fields in chosen.values() for whose in fields.values()):
        raise InputError("error.staff_choose")
    pending = staff_sections.pending()
    mine = {
        id: {name: pending.values[id][name] for name, whose in fields.items() if whose == "mine"}
        for id, fields in chosen.items()
    }
    pending.settle(theirs, mine)
    _later()
    if pending.count:
        save(page, actor)
    staff_sections.fresh()
    staff_table.again()
    staff_sections.say(page.texts.t("staff_register.clash_theirs"))


def _later() -> None:
    st.session_state.pop(_CLASH, None)


def _choose(page: Page, actor: Actor, pending: Pending, theirs: Group) -> dict[str, Choice]:
    """The fields of one group that are not as in the register; for each whose value it is to be."""
    texts, seen = page.texts, pending.seen[theirs.id]
    mine, who = pending.values[theirs.id], _who(page, actor, theirs.id)
    st.subheader(ui.plain(theirs.name), anchor=False)
    chosen: dict[str, Choice] = {}
    for name in [one for one, value in mine.items() if value != getattr(theirs, one)]:
        said = {
            "mine": ui.plain(group_words.value(texts, name, mine[name])),
            "theirs": ui.plain(group_words.value(texts, name, getattr(theirs, name))),
        }
        captions = [texts.t("staff_register.mine"), texts.t("staff_register.theirs", who=ui.plain(who))]
        untouched = getattr(seen, name) == getattr(theirs, name)
        chosen[name] = st.radio(
            group_words.label(texts, name), ("mine", "theirs"), horizontal=True, captions=captions,
            key=f"botsing_{theirs.id}_{theirs.version}_{name}", format_func=said.__getitem__,
            index=0 if untouched else None,
        )  # fmt: skip
    for name in [one for one in vars(theirs) if one not in mine and one != "version"]:
        before, after = getattr(seen, name), getattr(theirs, name)
        if before != after:
            st.caption(ui.plain(_also(texts, who, name, before, after)))
    return chosen


def _also(texts: Texts, who: str, name: str, before: Any, after: Any) -> str:
    shown = (group_words.value(texts, name, one) for one in (before, after))
    label = group_words.label(texts, name)
    return texts.t("staff_register.also", who=who, change=f"{label}: {' → '.join(shown)}")


def _who(page: Page, actor: Actor, id: str) -> str:
    try:
        lines = edits.history(staff_sections.engine(), actor, id, 1)
    except AppError:  # the name is a help, not a need
        lines = []
    return group_words.who(page.texts, lines[0].who) if lines else page.texts.t("staff_register.somebody")
