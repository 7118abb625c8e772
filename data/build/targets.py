"""How many example groups each municipality has: published where it is, else a model of take-up.

Provinces first, then the municipalities within them. Whatever was published for 2019 stands; older
figures grow with the country; the rest is drawn. See ``take_up`` for the model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.build.cells import apportion
from data.build.growth import LAST_DAY, TOTAL, Curve, Figure

# De Stentor printed ranks beside rates (groups per 1,000 inhabitants, 2017-11): rank 32 is 1.37, 54 is
# 1.03, 60 is 0.98, 204 is 0.31, of 388 municipalities: near a lognormal whose logarithm has this spread.
SPREAD = 0.95
# Lelystad's 145 are the most of all municipalities, so large cities have fewer groups a head.
EXPONENT = 0.9
LARGEST = 122  # a model municipality stays below this, and so below Woerden's 125, the second of all
HIGHEST_RATE = 2.6  # groups per 1,000 inhabitants; only the published ones (Wijdemeren: 3.3) are higher
NONE_BELOW, NONE_SHARE = 30_000, 0.03  # a few municipalities under this size have no group at all


@dataclass(frozen=True)
class Municipality:
    """A row of municipalities.parquet, without its geometry."""

    code: str
    name: str
    province: str  # the name
    inhabitants: int


@dataclass(frozen=True)
class Former:
    """A municipality that has a figure of its own but is now a part of another."""

    name: str
    now: str  # the code
    share: float  # of the inhabitants of what it is now part of


FORMER = (Former("Boxmeer", "GM1982", 0.32),)


def province_totals(
    municipalities: list[Municipality], figures: list[Figure], country: Curve
) -> dict[str, int]:
    """Groups per province by name, ``TOTAL`` together.

    A figure of 2019 is taken as it is, the last older one times the country's growth since, what then
    remains is shared by inhabitants.
    """
    people: dict[str, int] = {}
    for m in municipalities:
        people[m.province] = people.get(m.province, 0) + m.inhabitants
    last = latest(figures, "province")
    totals = {name: today(last[name], country) for name in people if name in last}
    others = [name for name in people if name not in totals]
    rest = TOTAL - sum(totals.values())
    shared = apportion(np.array([people[name] for name in others], dtype=np.float64), rest)
    return totals | {name: int(n) for name, n in zip(others, shared, strict=True)}


def municipality_totals(
    municipalities: list[Municipality],
    provinces: dict[str, int],
    figures: list[Figure],
    country: Curve,
    random: np.random.Generator,
) -> dict[str, int]:
    """Groups per municipality by code; per province they add up to ``provinces``.

    Raises ValueError for a figure of an unknown municipality, and if the figures of a province leave no room
    for its total.
    """
    last = latest(figures, "municipality")
    code_of = {m.name.partition(" (")[0]: m.code for m in municipalities}
    parts = {former.name: former for former in FORMER}
    unknown = last.keys() - code_of.keys() - parts.keys()
    if unknown:
        raise ValueError(f"published figures for unknown municipalities {sorted(unknown)}")
    known = {code_of[name]: today(last[name], country) for name in last if name in code_of}
    least = {parts[name].now: today(last[name], country) for name in last if name in parts}
    draws = take_up(municipalities, random)
    totals: dict[str, int] = {}
    for name, total in provinces.items():
        inside = [i for i, m in enumerate(municipalities) if m.province == name]
        given = {municipalities[i].code: known.get(municipalities[i].code, 0) for i in inside}
        given |= {code: n for code, n in least.items() if code in given}
        rest = total - sum(given.values())
        free = [i for i in inside if municipalities[i].code not in known]
        if free:
            codes = [municipalities[i].code for i in free]
            room = np.array([ceiling(municipalities[i]) - given[municipalities[i].code] for i in free])
            more = saturate(draws[free], room, rest)
        else:  # the older figures of all municipalities together grow to the total of the province
            codes = list(given)
            more = apportion(np.array([given[code] for code in codes], dtype=np.float64), rest)
        totals |= given | {code: given[code] + int(n) for code, n in zip(codes, more, strict=True)}
    return totals


def take_up(municipalities: list[Municipality], random: np.random.Generator) -> NDArray[np.float64]:
    """How strongly each municipality draws groups, (n,), relative to each other, 0 for none.

    inhabitants ** EXPONENT times a lognormal factor. Inhabitants of a part in ``FORMER`` do not count.
    """
    n = len(municipalities)
    left = {former.now: 1 - former.share for former in FORMER}
    people = np.array([m.inhabitants * left.get(m.code, 1) for m in municipalities])
    factor = np.exp(SPREAD * random.standard_normal(n))
    none = (people < NONE_BELOW) & (random.random(n) < NONE_SHARE)
    return np.where(none, 0.0, people**EXPONENT * factor)


def ceiling(municipality: Municipality) -> float:
    """What a municipality without a figure stays below."""
    return min(LARGEST, HIGHEST_RATE / 1000 * municipality.inhabitants)


def saturate(weights: NDArray[np.float64], room: NDArray[np.float64], total: int) -> NDArray[np.intp]:
    """Whole numbers below ``room`` that add up to ``total`` and rise with the weights.

    room · (1 − exp(−s · weight / room)), with the s that gives the total, found by halving. Raises ValueError
    if the total does not fit.
    """
    if not 0 <= total < room[weights > 0].sum():
        raise ValueError(f"{total} groups do not fit in {room[weights > 0].sum():.0f}")
    low, high = 0.0, 1e6
    for _ in range(200):
        scale = (low + high) / 2
        exact = room * -np.expm1(-scale * weights / room)
        low, high = (scale, high) if exact.sum() < total else (low, scale)
    return apportion(exact, total)


def latest(figures: list[Figure], level: str) -> dict[str, Figure]:
    """The last figure of each area of a level, by name."""
    return {f.area: f for f in sorted(figures, key=lambda f: f.day) if f.level == level}


def today(figure: Figure, country: Curve) -> int:
    """A figure on the last day: as it is if it is of that year, else grown with the country."""
    if figure.day.year == LAST_DAY.year:
        return figure.groups
    return round(figure.groups * TOTAL / float(country.at(figure.day)))
