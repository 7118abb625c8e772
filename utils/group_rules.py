"""What the register demands of a group, and what it only warns about."""

import math
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, get_args
from urllib.parse import urlsplit

import shapely
from shapely.geometry.base import BaseGeometry

from utils.errors import InputError, Notice
from utils.models import STATUSES, Group, Precision

MAX_PARTICIPANTS: Final = 100_000
FIRST_DAY: Final = date(2010, 1, 1)
"""Before the apps that the groups use were common in the Netherlands."""
EXTENT: Final = (0.0, 300_000.0, 300_000.0, 630_000.0)
"""EPSG:28992 (x from, y from, x to, y to), metres: around the European part of the Netherlands."""
HOSTS: Final = (
    "chat.whatsapp.com", "whatsapp.com", "www.whatsapp.com", "signal.group", "t.me", "telegram.me",
    "nextdoor.nl", "nextdoor.com", "www.nextdoor.nl", "www.nextdoor.com",
)  # fmt: skip
"""Sites that a link to join is expected to lead to. Another one is allowed, with a warning."""
LENGTHS: Final = {
    "id": 64, "name": 200, "municipality": 6, "description": 500, "reason": 500, "confirmed_by": 200,
    "platform": 50, "join_link": 500, "source": 200, "notes": 5_000,
}  # fmt: skip
"""Most characters of each text."""
MAX_CORNERS: Final = 20_000

_LINES: Final = {"description", "reason", "notes"}  # these may run over several lines
_DISGUISE: Final = re.compile(
    "[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)  # text that reads otherwise than it is
_MUNICIPALITY: Final = re.compile(r"GM\d{4}")
# Not park, veld, oord and the like: neighbourhoods are called so ("Noord 2").
_STREET: Final = (
    r"straat|laan|weg|plein|dijk|kade|gracht|hof|pad|steeg|singel|markt|dreef|baan|ring|plantsoen|wal"
    r"|dam|brink|erf|akker|hage|str\."
)
_ADDRESS: Final = re.compile(
    rf"\b[1-9]\d{{3}}[ \t]?[A-Z]{{2}}\b|\b[1-9]\d{{3}}[a-z]{{2}}\b"
    rf"|\b(?i:[^\W\d_][\w'’.-]*)?(?i:{_STREET})[ \t]+(?i:nr\.?[ \t]*)?\d{{1,4}}(?i:[ \t]?[a-z])?(?![\w/])"
    r"(?![ \t]*(?:t/m|tot|[-–])[ \t]*\d)|\b(?i:huisnummer|huisnr\.?)[ \t]*\d+"
)


def check(group: Group, today: date | None = None) -> None:
    """Raise InputError for the first thing that the register does not take; it names the field.

    ``today`` is that of the clock (UTC) unless given: a date may be one day later, for there it may be
    tomorrow. A place lies in EXTENT; the place of a group with an own area lies in that area.
    The sentence holds nothing of ``confirmed_by``, ``notes`` and ``join_link``.
    """
    for field in LENGTHS:
        text(field, getattr(group, field), LENGTHS[field], least=field in ("id", "name"))
    _choice("status", group.status, STATUSES)
    _choice("precision", group.precision, get_args(Precision))
    if group.municipality and not _MUNICIPALITY.fullmatch(group.municipality):
        raise _wrong("municipality", "municipality", came=group.municipality)
    _participants(group.participants)
    _dates(group, today or datetime.now(UTC).date())
    _link(group.join_link)
    _place(group)


def placed(group: Group) -> Group:
    """The group, with a place inside its own area where it has an area and no place.

    Raises InputError for an area that is none.
    """
    if group.area is None or group.x is not None or group.y is not None:
        return group
    inside = area(group.area).point_on_surface()
    return Group(**{**vars(group), "x": inside.x, "y": inside.y, "precision": "point"})


def warnings(group: Group) -> tuple[Notice, ...]:
    """What is odd, but allowed: an address in the description, a link to an unknown site."""
    found = []
    if address := address_in(group.description):
        found.append(Notice("register.warning.address", {"came": address}))
    host = urlsplit(group.join_link).hostname or "" if group.join_link else ""
    if host and host not in HOSTS:
        found.append(Notice("register.warning.link", {"host": host}))
    return tuple(found)


def address_in(description: str) -> str:
    """The first postcode, or street with a house number, in a text; "" for none.

    A range of house numbers ("1 t/m 99") describes an area and is no address.

    >>> address_in("Van de kerk tot Dorpsstraat 12a")
    'Dorpsstraat 12a'
    >>> address_in("Oost, sinds 2023 en de Kerkstraat 1 t/m 99")
    ''
    """
    found = _ADDRESS.search(description)
    return found[0] if found else ""


def text(field: str, value: Any, most: int, *, least: int = 0) -> None:
    """Raise InputError for a text that is too short or too long, or that holds unprintable characters."""
    if not isinstance(value, str):
        raise _wrong("text", field, low=int(least), high=most, came=type(value).__name__)
    if not least <= len(value.strip()) <= len(value) <= most:
        raise _wrong("length", field, low=int(least), high=most, came=len(value))
    allowed = "\n\t" if field in _LINES or field in ("message", "answer") else ""
    odd = next((x for x in value if unicodedata.category(x) in ("Cc", "Cs") and x not in allowed), None)
    if odd is None and (disguised := _DISGUISE.search(value)):
        odd = disguised[0]
    if odd is not None:
        raise _wrong("characters", field, came=f"U+{ord(odd):04X}")


def area(wkb: bytes) -> BaseGeometry:
    """The (Multi)Polygon of an own area, EPSG:28992. Raises InputError for anything else."""
    try:
        shape = shapely.from_wkb(wkb)
    except (shapely.errors.GEOSException, TypeError, ValueError):
        raise _wrong("area", "area", came="WKB") from None
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise _wrong("area", "area", came=shape.geom_type if shape is not None else "-")
    if not shape.is_valid or shape.area <= 0:
        raise _wrong("area", "area", came=shapely.is_valid_reason(shape))
    corners = int(shapely.get_num_coordinates(shape))
    if corners > MAX_CORNERS:
        raise _wrong("corners", "area", high=MAX_CORNERS, came=corners)
    _within("area", *shape.bounds)
    return shape


def day(field: str, value: Any, first: date, last: date) -> None:
    """Raise InputError unless it is a day from ``first`` to ``last``."""
    expected = {"first": first.isoformat(), "last": last.isoformat()}
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong("date", field, **expected, came=type(value).__name__)
    if not first <= value <= last:
        raise _wrong("date", field, **expected, came=value.isoformat())


def _choice(field: str, value: Any, known: tuple[str, ...]) -> None:
    if value not in known:
        raise _wrong("choice", field, known=", ".join(known), came=str(value)[:50])


def _participants(value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_PARTICIPANTS:
        raise _wrong("number", "participants", low=1, high=MAX_PARTICIPANTS, came=str(value)[:50])


def _dates(group: Group, today: date) -> None:
    for field in ("since", "until", "confirmed"):
        value = getattr(group, field)
        if value is not None:
            day(field, value, FIRST_DAY, today + timedelta(days=1))
    if group.since and group.until and group.since > group.until:
        came = {"since": group.since.isoformat(), "until": group.until.isoformat()}
        raise _wrong("order", "until", **came)


def _link(link: str) -> None:
    if not link:
        return
    try:
        parts = urlsplit(link)
        good = parts.scheme == "https" and "." in (parts.hostname or "") and parts.port in (None, 443)
    except ValueError:
        good = False
    if not good or parts.username is not None or re.search(r"[\s\\<>\"'`{}|^]", link):
        raise _wrong("link", "join_link")


def _place(group: Group) -> None:
    if (group.x is None) != (group.y is None):
        raise _wrong("half", "x", x=str(group.x), y=str(group.y))
    if group.x is not None and group.y is not None:
        _within("x", group.x, group.y, group.x, group.y)
        if group.precision == "municipality":
            raise _wrong("precision", "precision")
    if group.area is None:
        return
    x, y = group.x, group.y
    shape = area(group.area)
    if (
        x is not None and y is not None and shapely.distance(shape, shapely.Point(x, y)) > 1
    ):  # places are rounded
        raise _wrong("area_outside", "area", x=str(round(x)), y=str(round(y)))


def _within(field: str, *bounds: Any) -> None:
    numbers = [one for one in bounds if isinstance(one, int | float) and not isinstance(one, bool)]
    if len(numbers) == 4 and all(map(math.isfinite, numbers)):
        low_x, low_y, high_x, high_y = numbers
        if EXTENT[0] <= low_x and EXTENT[1] <= low_y and high_x <= EXTENT[2] and high_y <= EXTENT[3]:
            return
    west, south, east, north = map(int, EXTENT)
    # Text, and no grouping of digits: 155000 is how a map's tool writes it.
    came = ", ".join(
        str(round(one) if isinstance(one, float) and math.isfinite(one) else one) for one in bounds[:2]
    )
    raise _wrong(
        "extent", field, west=str(west), south=str(south), east=str(east), north=str(north), came=came
    )


def _wrong(kind: str, field: str, **params: Any) -> InputError:
    label = {"key": f"register.field.{field}", "params": {}}
    return InputError(f"error.group_{kind}", field=label, **params)
