"""One group of the register for staff: its state, form, place, people to contact, history."""

from collections.abc import Callable

import streamlit as st

from utils import (
    edits,
    group_words,
    staff_bulk,
    staff_conflict,
    staff_contacts,
    staff_form,
    staff_place,
    staff_sections,
    ui,
    upkeep,
)
from utils.access import Actor
from utils.models import Change, Group
from utils.staff_place import Place, today
from utils.ui import Page


def show(page: Page, actor: Actor, id: str) -> None:
    """A group, to read or to change. Raises InputError for an id that no group has, StoreError."""
    texts, engine = page.texts, staff_sections.engine()
    staff_sections.back(page)
    stored = edits.get(engine, actor, id)
    st.title(ui.plain(_finding(page, stored)), anchor=False)
    if staff_conflict.show(page, actor):
        return
    if not actor.may("edit"):
        _read(page, stored)
    else:
        seen = _seen(stored)
        _actions(page, actor, stored)
        if seen.version != stored.version:
            _moved_on(page)
        fields, place = st.columns([1.15, 1], gap="medium")
        with place:
            where = staff_place.choose(page, f"{id}_{seen.version}", staff_form.at(seen), id, pick=True)
        with fields:
            _form(page, actor, seen, where)
    if actor.may("contacts"):
        staff_contacts.show(page, actor, stored)
    st.header(texts.t("staff_group.history"), anchor=False)
    history(page, actor, edits.history(engine, actor, id))


def _finding(page: Page, group: Group) -> str:
    if group.status == "inactive":
        return page.texts.t("staff_group.title_inactive", name=group.name, date=group.until)
    if group.confirmed is None:
        return page.texts.t("staff_group.title_never", name=group.name)
    stale = group.confirmed < upkeep.stale_before(today())
    key = "staff_group.title_stale" if stale else "staff_group.title_fresh"
    return page.texts.t(key, name=group.name, date=group.confirmed)


def _seen(stored: Group) -> Group:
    """The group as it was when it was opened: what is typed is based on that."""
    pending = staff_sections.pending()
    seen: Group | None = st.session_state.get(staff_sections.SEEN)
    if seen is None or seen.id != stored.id:
        seen = pending.seen.get(stored.id, stored)
        st.session_state[staff_sections.SEEN] = seen
    return seen


def _moved_on(page: Page) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(page.texts.t("staff_group.moved_on"), icon=":material/group:", width="stretch")
        st.button(page.texts.t("staff_group.reload"), on_click=staff_sections.fresh, key="herladen")


def _actions(page: Page, actor: Actor, group: Group) -> None:
    texts, engine, mine = page.texts, staff_sections.engine(), [(group.id, group.version)]

    def done(work: Callable[[], object]) -> None:
        with ui.told(texts):
            work()
            staff_sections.fresh()
            staff_sections.say(texts.t("staff_register.saved", n=1))

    with st.container(horizontal=True, vertical_alignment="center", key="groepsacties"):
        if group.status == "inactive":
            if st.button(
                texts.t("staff_group.reactivate"), key="heractiveren", icon=":material/restart_alt:"
            ):
                done(lambda: edits.reactivate(engine, actor, mine))
            return
        if st.button(texts.t("staff_register.confirm"), key="bevestigen", icon=":material/check:"):
            done(lambda: edits.confirm(engine, actor, mine, today()))
        with st.popover(texts.t("staff_register.deactivate"), key="stoppen_keuze", icon=":material/block:"):
            came = staff_bulk.reason(texts, today(), "stoppen_groep")
            if came:
                done(lambda: edits.deactivate(engine, actor, mine, *came))


def _form(page: Page, actor: Actor, seen: Group, where: Place) -> None:
    texts, pending = page.texts, staff_sections.pending()
    with st.form(f"groep_{seen.id}_{seen.version}", border=True):
        values = staff_form.fields(page, pending.shown(seen), f"{seen.id}_{seen.version}")
        sent = st.form_submit_button(texts.t("staff_register.save"), type="primary", icon=":material/save:")
    if where != staff_form.at(seen):
        st.info(texts.t("staff_group.place_moved"), icon=":material/move_location:")
    _warnings(page, seen)
    if sent:
        for name, value in (values | staff_form.placed(page, seen, where)).items():
            pending.put(seen, name, value)
        with ui.told(texts):
            staff_conflict.save(page, actor, [seen.id])


def _warnings(page: Page, group: Group) -> None:
    for one in edits.warnings(group):
        params = {name: ui.plain(str(value)) for name, value in one.params.items()}
        st.warning(page.texts.t(one.key, **params), icon=":material/info:")


def _read(page: Page, group: Group) -> None:
    texts = page.texts
    fields, place = st.columns([1.15, 1], gap="medium")
    with fields:
        towns = staff_place.town_names(page.coverage.atlas)
        hidden = {"x", "y", "area", "version"} | group_words.PERSONAL
        names = [one for one in vars(group) if one not in hidden]
        ui.plain_table(
            [texts.t("staff_group.field"), texts.t("staff_group.value")],
            [
                (group_words.label(texts, one), group_words.value(texts, one, getattr(group, one), towns))
                for one in names
            ],
        )
    with place:
        staff_place.choose(page, f"{group.id}_{group.version}", staff_form.at(group), group.id, pick=False)


def history(page: Page, actor: Actor, lines: list[Change]) -> None:
    """What happened, newest first: when, who, what."""
    texts = page.texts
    head = [texts.t(f"staff_group.{column}") for column in ("when", "who", "what")]
    rows, towns = [], staff_place.town_names(page.coverage.atlas)
    for line in lines:
        what = group_words.told(texts, line, actor.may("contacts"), towns)
        rows.append((group_words.moment(texts, line.at), group_words.who(texts, line.who), what))
    with st.container(key="geschiedenis"):
        ui.plain_table(head, rows)
