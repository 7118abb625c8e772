"""What a resident types → the areas and places that it may mean, without network.

Names of areas, of before too, come from :mod:`utils.locate`, villages and towns from :mod:`utils.gazetteer`.
Of a postcode, a street or an address only the place named with it is known here: such a hit is not ``exact``,
and ``more`` says that :mod:`utils.online_search` may know better.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import starmap
from typing import Final, Literal

import numpy as np

from utils import coverage, name_index, typed
from utils.errors import Notice
from utils.gazetteer import Place, Places
from utils.locate import MAX_TEXT, Gazetteer, Ranked, normalise
from utils.locate import Hit as AreaHit
from utils.models import LEVELS, Atlas, Level
from utils.name_index import NameIndex

Kind = Literal["area", "place", "postcode", "street", "address"]
LIMIT: Final = 8
SURE: Final = name_index.RESEMBLES + 0.15
"""A misspelt name that fits better than this is not looked up as a street as well."""
CLEAR: Final = name_index.RESEMBLES + 0.13
"""A misspelt name that fits at least so well, and nothing else nearly as well, is taken for meant."""
NEARLY: Final = 0.1
_PLACE_DEPTH: Final = LEVELS.index("municipality") + 0.5  # after the municipality that has the name too
_FORMER_DEPTH: Final = _PLACE_DEPTH + 0.1  # the village of that name says more than what it became part of


@dataclass(frozen=True)
class Hit:
    """What a text may mean.

    ``detail`` tells in words where it lies: district, municipality, province. ``code`` is that of the area,
    or of the neighbourhood that a place lies in, "" for none; ``x``, ``y`` are metres (EPSG:28992), None for
    an area. ``exact`` is false where the text says more than this (it names a street, number or postcode and
    this is only the village) and where a name only resembles the text. ``alias`` is the old or popular name
    that was found, "" for the own name.
    """

    kind: Kind
    label: str
    detail: str
    code: str
    x: float | None = None
    y: float | None = None
    exact: bool = True
    alias: str = ""


@dataclass(frozen=True)
class Found:
    """Hits, best first, and what to tell with them.

    ``notice`` says what could not be looked up, or asks whether this was meant (None for neither); ``more``
    that a service with streets and postcodes may know better; ``several`` that the whole text names more than
    one of the hits; ``beyond`` that more fits than is told here.
    """

    hits: tuple[Hit, ...] = ()
    notice: Notice | None = None
    more: bool = False
    several: bool = False
    beyond: bool = False


class Finder:
    """An index over the names of areas and places; build it once, search it often."""

    def __init__(self, atlas: Atlas, aliases: Mapping[str, Iterable[str]], places: Places) -> None:
        self._atlas = atlas
        self._areas = Gazetteer(atlas, aliases)
        self._places = places
        self._rows = list(places)
        codes = self._homes([(place.x, place.y) for place in self._rows])
        self._codes = dict(zip(self._rows, codes, strict=True))
        named = [
            (key, row, "" if name == place.name else name)
            for row, place in enumerate(self._rows)
            for name in (place.name, *place.others)
            if (key := normalise(name))
        ]
        self._named = [(row, alias) for _, row, alias in named]
        around = {code: normalise(" ".join(self._where(code))) for code in set(codes) if code}
        context = [(around.get(codes[row], ""), position) for position, (_, row, _) in enumerate(named)]
        self._index = NameIndex([key for key, _, _ in named], context)

    def search(self, text: str, limit: int = LIMIT) -> list[Hit]:
        """The areas and places that a text may mean, best first, at most ``limit``; see ``find``."""
        return list(self.find(text, limit).hits)

    def find(self, text: str, limit: int = LIMIT) -> Found:
        """What a text may mean; never raises, and looks at its first 100 characters only.

        Best is a whole name, then its beginning, then words of it, then what resembles it; of equals the
        larger area first, a village after the municipality of its name. Where the whole text is no name, what
        is left without a postcode and a number, and then its last or first words; those hits are not exact,
        nor is what only resembles the text, unless one thing clearly does.
        """
        text = text[:MAX_TEXT]
        whole = self._whole(text, limit + 1)
        if whole and whole[0][0] < name_index.RESEMBLES:
            hits = tuple(hit for _, hit in whole[:limit])
            same = [hit for score, hit in whole if score == name_index.WHOLE]
            several = any(not self._alike(same[0], hit) for hit in same[1:])
            return Found(hits, several=several, beyond=len(whole) > limit)
        code, street = typed.postcode(text), typed.names_street(text)
        if code is None and not street and whole:
            return self._resembling(whole, limit)
        coarse = self._coarse(text if code is None else code.rest, limit)
        more = code is not None or typed.says_something(text)
        notice = None
        if code or street or coarse:
            why, kind = "offline" if more else "unknown", "postcode" if code else "address"
            notice = Notice(f"finder.{why}_{kind}{'_near' if coarse else ''}", _name(coarse))
        return Found(tuple(coarse), notice, more)

    def joined(self, here: Found, there: Found | None, limit: int = LIMIT) -> Found:
        """What is known here and what the service told, in one; ``there`` None while it has not answered.

        Hits of the service get their neighbourhood and where it lies, and go before those that are not
        exact, which then fall away; one that lies in no neighbourhood is left out.
        """
        if there is None:
            return here
        told = self._settled(there.hits)
        if told:
            seen = {(hit.kind, hit.label, hit.code) for hit in told}
            known = [hit for hit in here.hits if hit.exact and (hit.kind, hit.label, hit.code) not in seen]
            several = any(hit.kind == told[0].kind and _street(hit) == _street(told[0]) for hit in told[1:])
            beyond = here.beyond or there.beyond or len(told) + len(known) > limit
            return Found((*told, *known)[:limit], several=several, beyond=beyond)
        if here.notice is None or there.notice is not None:
            return replace(here, more=False)
        key = here.notice.key.replace(".offline_", ".unknown_")  # it did answer, with nothing
        return Found(here.hits, Notice(key, here.notice.params))

    def at(self, x: float, y: float) -> str:
        """The code of the neighbourhood at a point (EPSG:28992), "" outside the country."""
        return self._homes([(x, y)])[0]

    def _homes(self, points: Sequence[tuple[float, float]]) -> list[str]:
        areas = self._atlas.neighbourhoods
        rows = coverage.assign(points, areas.geometry, coverage.TOLERANCE[self._atlas.edition.kind])
        return [str(areas.codes[row]) if row >= 0 else "" for row in rows]

    def _settled(self, hits: Sequence[Hit]) -> list[Hit]:
        placed = [hit for hit in hits if hit.x is not None and hit.y is not None]
        codes = self._homes([(hit.x or 0.0, hit.y or 0.0) for hit in placed])
        return [
            replace(hit, code=code, detail=_detail(*self._where(code)))
            for hit, code in zip(placed, codes, strict=True)
            if code
        ]

    def _where(self, code: str) -> tuple[str, str]:
        """The names of municipality and province of a neighbourhood."""
        town = int(self._atlas.neighbourhoods.parents[self._atlas.neighbourhoods.index[code]])
        towns = self._atlas.municipalities
        return str(towns.names[town]), str(self._atlas.provinces.names[towns.parents[town]])

    def _whole(self, text: str, limit: int) -> "_Ranking":
        """What a whole text may mean; "2e" and "gemeente …" are understood."""
        level, rest = typed.level(text)
        if level is None:
            return self._ranked(typed.numbers_in_words(text), limit) if text else []
        found = [
            one for one in self._ranked(rest, 4 * limit) if one[1].kind == "area" and self._is(one[1], level)
        ]
        return found[:limit] or self._ranked(text, limit)

    def _resembling(self, ranking: "_Ranking", limit: int) -> Found:
        """What a text resembles: taken for meant where one thing clearly is, else asked about."""
        (best, first), *others = ranking
        hits = tuple(hit for _, hit in ranking[:limit])
        more = best > SURE
        rival = any(score < best + NEARLY and not self._alike(first, hit) for score, hit in others)
        if best <= CLEAR and not rival:
            return Found(hits, more=more)
        hits = tuple(replace(hit, exact=False) for hit in hits)
        return Found(hits, Notice("finder.guess", _name(hits)), more)

    def _alike(self, one: Hit, other: Hit) -> bool:
        """Is it one choice to a resident: the same area, or a municipality and a village in it?"""
        towns = [self._town(hit) for hit in (one, other)]
        hoods = [hit.kind == "area" and self._is(hit, "neighbourhood") for hit in (one, other)]
        return one.code == other.code or (towns[0] == towns[1] != "" and not all(hoods))

    def _town(self, hit: Hit) -> str:
        """The code of the municipality that a hit is or lies in, "" for a province."""
        row = self._atlas.neighbourhoods.index.get(hit.code)
        if row is None:
            return hit.code if self._is(hit, "municipality") else ""
        return str(self._atlas.municipalities.codes[int(self._atlas.neighbourhoods.parents[row])])

    def _is(self, hit: Hit, level: Level) -> bool:
        found = self._atlas.find(hit.code)
        return found is not None and found[0] == level

    def _ranked(self, text: str, limit: int, whole: bool = False) -> "_Ranking":
        """Areas and places that a text may mean, each with how well it fits; ``whole``: only as whole names.

        What only resembles the text falls away where something is exactly that.
        """
        villages = self._some_places(text, limit, whole)
        areas = {one.hit.code: one for one in self._areas.ranked(text, limit, whole)}
        best = min((one.score for one in areas.values()), default=np.inf)
        for place, (score, _) in villages.items():
            if score < best:  # "denhaag", "amstredam": the municipality of that name goes first all the same
                for one in self._areas.ranked(place.name, limit, whole=True):
                    if one.hit.code == place.municipality_code:
                        areas[one.hit.code] = replace(one, score=score)
        found = [*map(_area, areas.values()), *starmap(self._village, villages.items())]
        found.sort(key=lambda one: one[:2])
        if found and found[0][0] == name_index.WHOLE:
            found = [one for one in found if one[0] < name_index.RESEMBLES]
        return [(score, hit) for score, _, hit in found[:limit]]

    def _some_places(self, text: str, limit: int, whole: bool) -> dict[Place, tuple[float, str]]:
        """The places that a text may mean: how well each fits, and by which other name ("" for its own)."""
        best: dict[Place, tuple[float, str]] = {}
        for position, score in self._index.match(normalise(text), limit, whole).items():
            row, alias = self._named[position]
            place = self._rows[row]
            best[place] = min(best.get(place, (score, alias)), (score, alias))
        for place in self._places.find(text):
            if place not in best or best[place][0] > name_index.WHOLE:
                best[place] = name_index.WHOLE, ""
        return best

    def _village(self, place: Place, fits: tuple[float, str]) -> "_Scored":
        code = self._codes[place] or place.municipality_code
        detail = _detail(*self._where(code)) if self._codes[place] else ""
        order = (_PLACE_DEPTH, -float(place.inhabitants or 0), len(place.name), place.name, code)
        return fits[0], order, Hit("place", place.name, detail, code, place.x, place.y, alias=fits[1])

    def _coarse(self, text: str, limit: int) -> list[Hit]:
        """What the words of an address name: a village or an area, never exact."""
        words = typed.words(text)
        rest = " ".join(words)
        tries = [(rest, False)] if len(rest) > 2 else []
        tries += [(part, True) for part in typed.parts(text)]
        tries += [(" ".join(words[-n:]), False) for n in (2, 1) if len(words) > n]  # a misspelt village
        for part, whole in tries:
            found = self._ranked(part, limit, whole) if len(part) > 1 else []
            best = found[0][0] if found else np.inf
            if best <= (SURE if part == rest or whole else -1) or name_index.RESEMBLES <= best <= SURE:
                same = [replace(hit, exact=False) for score, hit in found if score == best]
                return [hit for hit in same if not self._is(hit, "province")] or same
        return []


_Ranking = list[tuple[float, Hit]]
_Order = tuple[float, float, int, str, str]
_Scored = tuple[float, _Order, Hit]


def _area(ranked: Ranked) -> _Scored:
    hit: AreaHit = ranked.hit
    former = not ranked.popular and hit.level == "municipality"
    depth = _FORMER_DEPTH if former else float(ranked.depth)
    district = hit.district if hit.district != hit.name else ""
    detail = _detail(district, hit.municipality, hit.province)
    order = (depth, float(not ranked.popular), len(ranked.key), ranked.key, hit.code)
    return ranked.score, order, Hit("area", hit.name, detail, hit.code, alias=hit.alias or "")


def _detail(*parts: str) -> str:
    return ", ".join(dict.fromkeys(part for part in parts if part))


def _street(hit: Hit) -> str:
    """A street or address as the service writes it, without the town."""
    return hit.label.partition(",")[0]


def _name(hits: Sequence[Hit]) -> dict[str, str]:
    return {"name": hits[0].label} if hits else {}
