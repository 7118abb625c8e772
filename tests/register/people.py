"""Who acts in the register's tests, and groups for them to act on."""

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.engine import Engine

from utils import edits
from utils.access import Actor
from utils.models import Contact, Group

VIEWER = Actor("Vera", "viewer")
EDITOR = Actor("Els", "editor")
OTHER = Actor("Otto", "editor")
ADMIN = Actor("Ada", "admin")
NOBODY = Actor("stranger", None)

GROUP = Group(
    id="",
    name="Buurtapp Zuid",
    x=155_000.0,
    y=463_000.0,
    municipality="GM0307",
    description="Tussen het spoor en de rivier",
    participants=40,
    since=date(2018, 5, 1),
    platform="WhatsApp",
)


def a_group(engine: Engine, id: str = "", **values: Any) -> Group:
    """A group that is in the register."""
    return edits.add(engine, EDITOR, replace(GROUP, id=id, **values))


def a_contact(group_id: str, **values: Any) -> Contact:
    """A contact that is not in the register yet."""
    known: dict[str, Any] = {
        "name": "Jan Jansen",
        "email": "jan@voorbeeld.nl",
        "phone": "06-12345678",
        "role": "beheerder",
        "consent_on": date(2024, 3, 1),
        "consent_how": "per mail",
    }
    return Contact(group_id=group_id, **{**known, **values})
