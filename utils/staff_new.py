"""A new group for staff: point at its place, fill in the form; groups like it are named first."""

from dataclasses import replace
from typing import Final

import streamlit as st

from utils import edits, staff_form, staff_place, staff_sections, ui
from utils.access import Actor
from utils.locate import normalise
from utils.models import Group
from utils.near import METRES
from utils.staff_place import Place
from utils.ui import Page

_NEAR: Final = "nieuw_lijkt_op"


def show(page: Page, actor: Actor) -> None:
    """A new group: point at its place, fill in the form; groups like it are named before it is stored."""
    texts = page.texts
    staff_sections.back(page)
    st.title(texts.t("staff_group.new"), anchor=False)
    fields, place = st.columns([1.15, 1], gap="medium")
    with place:
        where = staff_place.choose(page, "nieuw", None, "", pick=True)
    with fields:
        st.caption(texts.t("staff_group.click"))
        with st.form("groep_nieuw", border=True):
            values = staff_form.fields(page, Group("", "", status="unverified"), "nieuw")
            sent = st.form_submit_button(texts.t("staff_group.add"), type="primary", icon=":material/add:")
        group = replace(Group("", ""), **values)
        group = replace(group, **staff_form.placed(page, group, where))
        if where is None:
            group = replace(group, precision="municipality")
        with ui.told(texts):
            if (sent and _like(page, group, where)) or st.session_state.get(_NEAR):
                sent = _sure(page, group, where)
            if sent:
                stored = edits.add(staff_sections.engine(), actor, group)
                st.session_state.pop(_NEAR, None)
                staff_place.forget("nieuw")
                staff_sections.go("register", stored.id)
                staff_sections.say(texts.t("staff_group.added", name=stored.name))


def _like(page: Page, group: Group, where: Place) -> list[str]:
    """Names and ids of groups with the same name nearby: most likely the same one."""
    wanted = normalise(group.name)
    found = staff_place.around(page.coverage, where)
    return [f"{name} ({id})" for id, name, far in found if far <= METRES and normalise(name) == wanted]


def _sure(page: Page, group: Group, where: Place) -> bool:
    """Names the groups like the new one; whether it has to be added all the same."""
    like = _like(page, group, where)
    st.session_state[_NEAR] = bool(like)
    if not like:
        return False
    names = ui.plain(", ".join(like[:5]))
    st.warning(page.texts.t("staff_group.like", n=len(like), names=names), icon=":material/content_copy:")
    return st.button(page.texts.t("staff_group.add_anyway"), key="toch_toevoegen")
