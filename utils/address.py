"""The address bar ↔ what is shown: one checked value for ``?gebied=…&laag=…&straal=…&taal=…&per=…``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from utils.coverage import RADIUS_DEFAULT, RADIUS_MAX, RADIUS_MIN
from utils.models import COUNTRY, LAYERS, Atlas, Layer, Level
from utils.texts import LANGS, Lang

Unit = Literal["provincie", "gemeente", "buurt"]
UNIT_LEVEL: dict[Unit, Level] = {
    "provincie": "province",
    "gemeente": "municipality",
    "buurt": "neighbourhood",
}
#: Per shown level: the parts it can be coloured in, the usual one first.
UNITS: dict[Level, tuple[Unit, ...]] = {
    "country": ("gemeente", "provincie", "buurt"),
    "province": ("gemeente", "buurt"),
    "municipality": ("buurt",),
    "neighbourhood": ("buurt",),
}


@dataclass(frozen=True)
class Problem:
    """A value in the address that could not be used: parameter, what came, and what is shown instead;
    ``known`` are the values to choose from, () where these are too many."""

    param: str
    came: str
    used: str
    known: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Address:
    """The view that the address names; every value is good."""

    gebied: str = COUNTRY
    laag: Layer = "status"
    straal: int = int(RADIUS_DEFAULT)
    taal: Lang = "nl"
    per: Unit = "gemeente"

    def params(self, **changes: Any) -> dict[str, str]:
        """The address's parameters after some changes; those with their usual value are left out.

        Another area starts with its usual parts: ``per`` then falls away.

        >>> Address(gebied="PV24").params(laag="bereik")
        {'gebied': 'PV24', 'laag': 'bereik'}
        """
        usual, changed = Address(), replace(self, **changes)
        kept = {
            name: str(getattr(changed, name))
            for name in ("gebied", "laag", "straal", "taal")
            if getattr(changed, name) != getattr(usual, name)
        }
        if "gebied" not in changes and changed.per != UNITS[_level(changed.gebied)][0]:
            kept["per"] = changed.per
        return kept


def _level(code: str) -> Level:
    if code == COUNTRY:
        return "country"
    levels: dict[str, Level] = {"PV": "province", "GM": "municipality"}
    return levels.get(code[:2], "neighbourhood")


def parse(
    given: Mapping[str, str], atlas: Atlas, layers: tuple[Layer, ...] = LAYERS
) -> tuple[Address, list[Problem]]:
    """The view that parameters name, and a problem for each value that could not be used.

    ``layers`` are those that there are data for.

    A wrong area gives the nearest one that exists (the municipality or province in its code, else the
    country); a radius out of range the nearest bound; any other wrong value the usual one.
    """
    problems: list[Problem] = []
    area = _area(given.get("gebied", COUNTRY), atlas, problems)
    level = _level(area)
    return Address(
        gebied=area,
        laag=_choice("laag", given.get("laag"), layers, problems),
        straal=_radius(given.get("straal"), problems),
        taal=_choice("taal", given.get("taal"), LANGS, problems),
        per=_unit(given.get("per"), level, problems),
    ), problems


def _area(came: str, atlas: Atlas, problems: list[Problem]) -> str:
    code = came.strip().upper()
    if atlas.find(code):
        return code
    digits = code[2:6]
    near = f"GM{digits}" if code[:2] in ("BU", "BV", "WK") and atlas.find(f"GM{digits}") else COUNTRY
    problems.append(Problem("gebied", came, near))
    return near


def _choice(param: str, came: str | None, known: tuple[Any, ...], problems: list[Problem]) -> Any:
    if came is None:
        return known[0]
    wanted = came.strip().lower()
    if wanted not in known:
        problems.append(Problem(param, came, known[0], known))
        return known[0]
    return wanted


def _radius(came: str | None, problems: list[Problem]) -> int:
    if came is None:
        return int(RADIUS_DEFAULT)
    try:
        wanted = float(came.replace(",", "."))
        used = round(min(max(wanted, RADIUS_MIN), RADIUS_MAX))
    except (ValueError, OverflowError):  # not a number at all
        used = int(RADIUS_DEFAULT)
        wanted = float("nan")
    if used != wanted:
        problems.append(Problem("straal", came, str(used)))
    return used


def _unit(came: str | None, level: Level, problems: list[Problem]) -> Unit:
    known = UNITS[level]
    if came is None or (came.strip().lower() in get_args(Unit) and came.strip().lower() not in known):
        return known[0]
    unit: Unit = _choice("per", came, known, problems)
    return unit
