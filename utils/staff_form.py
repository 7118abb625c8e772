"""The form of one group for staff: a widget for each field, and what another place changes."""

from typing import Any

import streamlit as st

from utils import group_rules, group_words, staff_place
from utils.models import PLATFORMS, RUNNING, Group
from utils.staff_place import Place, today
from utils.ui import Page


def at(group: Group) -> Place:
    """The place of a group; None without one."""
    return None if group.x is None or group.y is None else (group.x, group.y)


def placed(page: Page, seen: Group, where: Place) -> dict[str, Any]:
    """What another place changes: the point, how exact it is, the municipality."""
    if where is None or where == at(seen):
        return {}
    inside = staff_place.found(page.coverage.atlas, where)
    town = {"municipality": inside.code} if inside.code else {}
    return {"x": where[0], "y": where[1], "precision": "point", **town}


def fields(page: Page, group: Group, key: str) -> dict[str, Any]:
    """The widgets of all fields with a group's values; what they hold."""
    texts = page.texts

    def label(name: str) -> str:
        return group_words.label(texts, name)

    def text(name: str, **options: Any) -> str:
        most = group_rules.LENGTHS[name]
        given = st.text_input(
            label(name), getattr(group, name), max_chars=most, key=f"{key}_{name}", **options
        )
        return (given or "").strip()

    def day(name: str) -> Any:
        options: dict[str, Any] = {"format": "DD-MM-YYYY", "key": f"{key}_{name}", "max_value": today()}
        first = min(group_rules.FIRST_DAY, getattr(group, name) or group_rules.FIRST_DAY)
        return st.date_input(label(name), getattr(group, name), min_value=first, **options)

    values: dict[str, Any] = {"name": text("name")}
    states = RUNNING if group.status in RUNNING else (*RUNNING, group.status)
    platforms = tuple(dict.fromkeys(("", *PLATFORMS, group.platform)))
    one, two, three = st.columns(3)
    with one:
        values["status"] = st.selectbox(
            label("status"), states, states.index(group.status), key=f"{key}_status",
            format_func=lambda name: group_words.status(texts, name),
        )  # fmt: skip
        values["since"] = day("since")
    with two:
        values["platform"] = st.selectbox(
            label("platform"), platforms, platforms.index(group.platform), key=f"{key}_platform",
            format_func=lambda name: group_words.value(texts, "platform", name),
        )  # fmt: skip
        values["confirmed"] = day("confirmed")
    with three:
        values["participants"] = st.number_input(
            label("participants"), 1, group_rules.MAX_PARTICIPANTS, group.participants, 1,
            key=f"{key}_participants",
        )  # fmt: skip
        values["until"] = day("until")
    values["municipality"] = _municipality(page, group, key)
    values["description"] = text("description", help=texts.t("staff_group.description_help"))
    values["join_link"] = text("join_link", help=texts.t("staff_group.link_help"))
    if group.status == "inactive":
        values["reason"] = text("reason")
    values["source"] = text("source")
    values["notes"] = st.text_area(
        label("notes"), group.notes, max_chars=group_rules.LENGTHS["notes"], key=f"{key}_notes",
        help=texts.t("staff_group.notes_help"), height=90,
    ).strip()  # fmt: skip
    return values


def _municipality(page: Page, group: Group, key: str) -> str:
    towns = page.coverage.atlas.municipalities
    known = dict(zip(towns.codes, towns.names, strict=True)) | {"": group_words.NOTHING}
    known.setdefault(group.municipality, group.municipality)
    codes = sorted(known, key=lambda code: (code != "", known[code]))
    chosen = st.selectbox(
        group_words.label(page.texts, "municipality"), codes, codes.index(group.municipality),
        key=f"{key}_municipality", format_func=lambda code: str(known[code]),
        help=page.texts.t("staff_group.municipality_help"),
    )  # fmt: skip
    return str(chosen)
