"""People to contact about one group: personal data, for editors only, with the day on which they agreed."""

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from utils import contacts, staff_sections, ui
from utils.access import Actor
from utils.contacts import LENGTHS
from utils.models import Contact, Group
from utils.staff_place import today
from utils.texts import Texts
from utils.ui import Page

_FIELDS: Final = ("name", "role", "email", "phone", "consent_how")


def show(page: Page, actor: Actor, group: Group) -> None:
    """The contacts, each to change or withdraw, and a form for one more. Raises Denied, StoreError."""
    texts = page.texts
    found = contacts.of(staff_sections.engine(), actor, [group.id])
    st.header(texts.t("staff_group.contacts", n=len(found)), anchor=False)
    st.caption(texts.t("staff_group.contacts_why"))
    with st.container(key="contacten"):
        for one in found:
            with st.expander(
                ui.plain(" · ".join(filter(None, (one.name or one.email or one.phone, one.role))))
            ):
                _form(page, actor, one)
        empty = Contact(group.id, "", "", "", "", today(), "")
        with st.expander(texts.t("staff_group.contact_new"), icon=":material/person_add:"):
            _form(page, actor, empty)


def _form(page: Page, actor: Actor, contact: Contact) -> None:
    texts, engine = page.texts, staff_sections.engine()
    key = f"contact_{contact.id or contact.group_id}_{contact.version if contact.id else 'nieuw'}"
    with st.form(key, border=False, clear_on_submit=False):
        given = _given(texts, contact, key)
        saved = st.form_submit_button(texts.t("staff_group.contact_save"), icon=":material/save:")
    if saved:
        with ui.told(texts):
            contacts.save(engine, actor, given)
            staff_sections.say(texts.t("staff_group.contact_saved"))
    if contact.id is None:
        return
    with st.popover(texts.t("staff_group.withdraw"), key=f"{key}_intrekken", icon=":material/delete:"):
        st.markdown(texts.t("staff_group.withdraw_how"))
        if st.button(texts.t("staff_group.withdraw_now"), key=f"{key}_nu", type="primary"):
            with ui.told(texts):
                contacts.withdraw(engine, actor, contact.id)
                staff_sections.say(texts.t("staff_group.withdrawn"))


def _given(texts: Texts, contact: Contact, key: str) -> Contact:
    left, right = st.columns(2)
    values: dict[str, Any] = {}
    for i, name in enumerate(_FIELDS):
        with (left, right)[i % 2]:
            label = texts.t("staff_group.contact_name" if name == "name" else f"register.field.{name}")
            given = st.text_input(label, getattr(contact, name), max_chars=LENGTHS[name], key=f"{key}_{name}")
            values[name] = (given or "").strip()
    with right:
        first = None if contact.id is None else contact.consent_on
        values["consent_on"] = st.date_input(
            texts.t("register.field.consent_on"), first, min_value=contacts.FIRST_CONSENT, max_value=today(),
            format="DD-MM-YYYY", key=f"{key}_consent_on", help=texts.t("staff_group.consent_help"),
        )  # fmt: skip
    return replace(contact, **values)
