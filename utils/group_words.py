"""A group's fields, its place and its history in words, for staff."""

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np
from babel.dates import format_datetime

from utils.map_geometry import lonlat
from utils.models import STATUSES, Change
from utils.texts import Texts

HERE: Final = ZoneInfo("Europe/Amsterdam")
NOTHING: Final = "–"
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


def value(texts: Texts, field: str, came: Any) -> str:
    """A field's value for people; a dash for none."""
    if came is None or came == "":
        return NOTHING
    if field == "status":
        return status(texts, str(came))
    if field == "precision":
        return texts.t(f"staff_group.precision.{came}")
    if field == "area":
        return texts.t("staff_group.outline")
    if field in _DAYS:
        return texts.date(came if isinstance(came, date) else date.fromisoformat(str(came)))
    if field in ("x", "y"):
        return texts.number(float(came))
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


def differences(texts: Texts, change: Change, personal: bool) -> list[tuple[str, str, str]]:
    """Field, before, after of every field that a change touched; all that is filled in for a new one."""
    before, after = change.before or {}, change.after or {}
    names = [
        name for name in {**before, **after} if name not in _HIDDEN and (personal or name not in PERSONAL)
    ]
    return [
        (_label(texts, name), value(texts, name, before.get(name)), value(texts, name, after.get(name)))
        for name in names
        if (before.get(name) or None) != (after.get(name) or None)
    ]


def _label(texts: Texts, name: str) -> str:
    return label(texts, name) if f"register.field.{name}" in texts else name


def sentences(texts: Texts, change: Change, personal: bool) -> list[str]:
    """A change as lines: "Deelnemers: 40 → 55"; of a new group only what is filled in; PERSONAL if wanted."""
    return [
        texts.t("staff_group.set", field=name, value=after)
        if change.before is None
        else texts.t("staff_group.moved", field=name, before=before, after=after)
        for name, before, after in differences(texts, change, personal)
    ]


def told(texts: Texts, change: Change, personal: bool) -> str:
    """What was done, to which fields, and why, on one line."""
    why = [texts.t("staff_group.because", reason=change.reason)] if change.reason else []
    return ". ".join([action(texts, change), *sentences(texts, change, personal), *why])


def place(texts: Texts, x: float | None, y: float | None) -> str:
    """A place (RD metres) in words, in both ways that staff meet: RD New and degrees."""
    if x is None or y is None:
        return texts.t("staff_group.no_place")
    lon, lat = lonlat(np.array([[x, y]]))[0]
    return texts.t(
        "staff_group.place", x=str(round(x)), y=str(round(y)),
        lat=texts.number(float(lat), 5), lon=texts.number(float(lon), 5),
    )  # fmt: skip
