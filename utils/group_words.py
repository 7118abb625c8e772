"""A group's fields, its place and its history in words, for staff."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from babel.dates import format_datetime

from utils.map_geometry import lonlat
from utils.models import STATUSES, Change
from utils.texts import Texts

HERE: Final = ZoneInfo("Europe/Amsterdam")
NOTHING: Final = "–"
_NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
PERSONAL: Final = frozenset({"notes", "confirmed_by"})
"""Fields that may tell of persons: for who may see contacts."""
_HIDDEN: Final = frozenset({"id", "version"})
_DAYS: Final = frozenset({"since", "until", "confirmed", "consent_on"})


def label(texts: Texts, field: str) -> str:
    """What a field is called."""
    return texts.t(f"register.field.{field}")


def status(texts: Texts, value: str) -> str:
    """A status in words; one that nobody knows as it is."""
    return texts.t(f"staff_register.status.{value}") if value in STATUSES else value


def value(texts: Texts, field: str, came: Any, towns: Mapping[str, str] = _NO_NAMES) -> str:
    """A field's value for people; a dash for none. ``towns``: names of municipalities by their codes."""
    if came is None or came == "":
        return NOTHING
    if field == "municipality":
        return towns.get(str(came), str(came))
    if field == "platform" and came == "Other":
        return texts.t("staff_register.other_platform")
    if field == "status":
        return status(texts, str(came))
    if field == "precision":
        return texts.t(f"staff_group.precision.{came}")
    if field == "area":
        return texts.t("staff_group.outline")
    if field in _DAYS:
        return texts.date(came if isinstance(came, date) else date.fromisoformat(str(came)))
    if field in ("x", "y") and not isinstance(came, str):
        return str(round(came))
    if isinstance(came, int):
        return texts.number(came)
    return str(came)


def moment(texts: Texts, at: datetime) -> str:
    """A moment as people in the Netherlands read it: day and time."""
    return format_datetime(at.astimezone(HERE), "d MMM y HH:mm", locale=texts.locale)


def who(texts: Texts, name: str) -> str:
    """Who did something; where nobody of the staff did, in words."""
    key = f"staff_log.by.{name.replace(' ', '_')}"
    return texts.t(key) if key in texts else name


def action(texts: Texts, change: Change) -> str:
    """What was done, in a word; one that nobody knows as it is."""
    key = f"staff_log.action.{change.action}"
    return texts.t(key) if key in texts else change.action


def told(texts: Texts, change: Change, personal: bool, towns: Mapping[str, str] = _NO_NAMES) -> str:
    """What was done, to which fields, and why, on one line: "Gewijzigd. Deelnemers: 40 → 55".

    Of a new group what is filled in. ``personal``: PERSONAL too; ``towns`` as in :func:`value`.
    """
    before, after = _place_as_one(change.before or {}), _place_as_one(change.after or {})
    hidden = _HIDDEN if personal else _HIDDEN | PERSONAL
    said = [action(texts, change)]
    for name in [one for one in {**before, **after} if one not in hidden]:
        was, now = before.get(name) or None, after.get(name) or None
        if was == now:
            continue
        field = _label(texts, name)
        new = value(texts, name, now, towns)
        if change.before is None:
            said.append(texts.t("staff_group.set", field=field, value=new))
        else:
            old = value(texts, name, was, towns)
            said.append(texts.t("staff_group.moved", field=field, before=old, after=new))
    if change.reason:
        said.append(texts.t("staff_group.because", reason=change.reason))
    return ". ".join(said)


def _place_as_one(state: dict[str, Any]) -> dict[str, Any]:
    if state.get("x") is None or state.get("y") is None:
        return state
    rest = {name: one for name, one in state.items() if name != "y"}
    return {**rest, "x": f"{round(state['x'])}, {round(state['y'])}"}


def _label(texts: Texts, name: str) -> str:
    known = "x" if name == "y" else name
    return label(texts, known) if f"register.field.{known}" in texts else name


def place(texts: Texts, x: float | None, y: float | None) -> str:
    """A place (RD metres) in words, in both ways that staff meet: RD New and degrees."""
    if x is None or y is None:
        return texts.t("staff_group.no_place")
    lon, lat = lonlat(np.array([[x, y]]))[0]
    return texts.t(
        "staff_group.place", x=str(round(x)), y=str(round(y)),
        lat=texts.number(float(lat), 5), lon=texts.number(float(lon), 5),
    )  # fmt: skip
