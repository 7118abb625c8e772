"""What a row of a file would change of a group. Pure.

A cell that is empty says nothing: an import never empties a field. Nor does it put a coarser place over a
finer one: a postcode near the point that someone put on the map leaves the point where it is.
"""

import math
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import shapely

from utils.models import Group

SAME_PLACE: Final = 0.5  # metres: what rounding does to a place
NOT_LISTED: Final = "not in the list"  # the reason of groups that a complete list has no row for
#: Metres from the real place at which the middle of a postcode or a town may lie.
_REACH: Final[Mapping[str, float]] = {"point": 0.0, "postcode": 2_000.0, "place": 5_000.0}
_FINEST_FIRST: Final = ("point", "postcode", "place", "municipality")
_PLACE: Final = ("x", "y", "precision")


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a row gives, without those of empty cells."""
    return {name: value for name, value in values.items() if value is not None and value != ""}


def between(group: Group, values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the group that these values change, with their new values; {} if none.

    Text is equal but for blanks and Unicode's forms, a place within half a metre, all else exactly; a
    municipality says nothing new of a group that has a place and no municipality. A group that was
    deactivated because it was not in the list, and that is in it now, becomes active again.
    """
    came = given(values)
    new = {
        name: value for name, value in came.items() if name not in _PLACE and not _same(group, name, value)
    }
    new |= _place(group, came)
    if group.status == "inactive" and group.reason == NOT_LISTED and "status" not in came:
        new["status"] = "active"
    if group.status == "inactive" and new.get("status") == "active":
        ended = {"reason": "", "until": None} | {
            name: came[name] for name in ("reason", "until") if name in came
        }
        new |= {name: value for name, value in ended.items() if getattr(group, name) != value}
    return new


def _same(group: Group, name: str, value: Any) -> bool:
    known = getattr(group, name)
    if name == "municipality" and not known and group.x is not None:
        return True  # its place tells where it lies
    if isinstance(value, str) and isinstance(known, str):
        return _plain(value) == _plain(known)
    if name == "area" and known is not None:
        return known == value or _same_outline(known, value)
    return bool(known == value)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _same_outline(one: bytes, other: bytes) -> bool:
    shapes = shapely.normalize(shapely.from_wkb([one, other]))
    return bool(shapely.equals_exact(shapes[0], shapes[1], SAME_PLACE))


def _place(group: Group, came: Mapping[str, Any]) -> dict[str, Any]:
    """What changes of the place."""
    x, y, precision = came.get("x"), came.get("y"), came.get("precision", "point")
    if x is None or y is None:
        elsewhere = group.municipality and came.get("municipality", "") not in ("", group.municipality)
        if group.x is None or precision != "municipality" or not elsewhere:
            return {}
        return {"x": None, "y": None, "precision": "municipality"} | ({"area": None} if group.area else {})
    if group.x is None or group.y is None:
        return {"x": x, "y": y, "precision": precision}
    off = math.hypot(x - group.x, y - group.y)
    coarser = _FINEST_FIRST.index(precision) - _FINEST_FIRST.index(group.precision)
    if off <= max(SAME_PLACE, _REACH[precision] if coarser > 0 else 0):
        return {}
    return {"x": x, "y": y} | ({"precision": precision} if coarser else {})
