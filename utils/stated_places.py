"""What a row says in words about its place: a postcode, a village or town, a municipality."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from rapidfuzz import fuzz, process

from utils.cell_values import Reading
from utils.locate import POPULAR, normalise
from utils.mergers import Municipalities, bare
from utils.models import Areas, Atlas

Postcodes = Callable[[Collection[str]], dict[str, tuple[float, float]]]
"""Postcodes (1234AB or 1234) → x, y in EPSG:28992; those that are not known are absent."""

_POSTCODE: Final = re.compile(r"(?:NL[- ]?)?([1-9]\d{3})(?:[\s.-]{0,3}([A-Z]{2}))?", re.I)
_POSTCODE_IN: Final = re.compile(r"(?<!\d)([1-9]\d{3})\s?([A-Z]{2})(?![A-Za-z])")
_NEVER: Final = frozenset({"SA", "SD", "SS"})
_PREFIX: Final = re.compile(r"^(?:gemeente|gem\.?|municipality(?: of)?)\s+", re.I)
_BRACKETS: Final = re.compile(r"\s*\((?:gemeente|gem\.?)\)$", re.I)
_NEAR: Final = 85.0


class Place(Protocol):
    """A village or town: its middle in EPSG:28992, metres."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def municipality_code(self) -> str:
        """The code of the municipality that it lies in."""

    @property
    def x(self) -> float:
        """Metres."""

    @property
    def y(self) -> float:
        """Metres."""


class Places(Protocol):
    """Who knows villages and towns; see :class:`utils.gazetteer.Places`."""

    def find(self, text: str, municipality_code: str | None = None) -> tuple[Place, ...]:
        """The places of a name."""


def postcode(text: str) -> Reading:
    """A postcode as 1234AB or 1234, from any way of writing it.

    >>> postcode("1234 ab").value, postcode("1234").value
    ('1234AB', '1234')
    """
    found = _POSTCODE.fullmatch(text)
    if found and (found[2] or "").upper() not in _NEVER:
        return Reading(found[1] + (found[2] or "").upper())
    inside = _POSTCODE_IN.findall(text)
    proposal = "".join(inside[0]) if len(set(inside)) == 1 and inside[0][1] not in _NEVER else None
    return Reading(key="postcode", proposal=proposal)


@dataclass(frozen=True)
class Stated:
    """A municipality as a row states it: its ``codes`` (one, or several after a split or for a shared name).

    ``before`` tells that the name or code is of a municipality that has ended. ``proposal`` is a known
    name that an unknown one resembles.
    """

    codes: tuple[str, ...] = ()
    before: bool = False
    proposal: str | None = None


class Towns:
    """Texts → municipalities of an atlas, through old names, codes, popular names and slips."""

    def __init__(self, atlas: Atlas, municipalities: Municipalities) -> None:
        self.areas: Areas = atlas.municipalities
        self._find = municipalities.find
        self._popular = {normalise(name): codes for name, codes in POPULAR.items()}
        self._names = {
            normalise(written): name for name in self.areas.names for written in (name, bare(name))
        }
        self._known: dict[str, Stated] = {}

    def state(self, text: str) -> Stated:
        """What a text means; without codes where it means nothing."""
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._state(text)
        return found

    def name(self, code: str) -> str:
        """The name of a municipality of the atlas."""
        return str(self.areas.names[self.areas.index[code]])

    def names(self, codes: Iterable[str]) -> str:
        """Names in one text."""
        return ", ".join(self.name(code) for code in codes)

    def text(self, code: str) -> str:
        """A text that `state` reads as this municipality alone: its name, else its code."""
        name = self.name(code)
        return name if self.state(name).codes == (code,) else code

    def _state(self, text: str) -> Stated:
        wanted = _BRACKETS.sub("", _PREFIX.sub("", text)).strip()
        codes = self._find(wanted)
        if codes:
            return Stated(codes, before=not self._is_now(wanted, codes))
        popular = tuple(code for code in self._popular.get(normalise(wanted), ()) if code in self.areas.index)
        if popular:
            return Stated(popular)
        near = None
        if 4 <= len(wanted) <= 60:
            near = process.extractOne(
                normalise(wanted), list(self._names), scorer=fuzz.ratio, score_cutoff=_NEAR
            )
        return Stated(proposal=self._names[near[0]] if near else None)

    def _is_now(self, text: str, codes: tuple[str, ...]) -> bool:
        digits = re.fullmatch(r"(?:GM)?(\d{1,4})", text, re.I)
        if digits:
            return f"GM{digits[1]:0>4}" in codes
        return normalise(text) in self._names
