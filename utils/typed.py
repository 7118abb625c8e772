"""What a resident typed: is there a postcode or a street in it, and which words may name a place?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from utils.locate import normalise
from utils.models import Level
from utils.name_index import MOST_WORDS

_POSTCODE: Final = re.compile(r"(?<![^\W_])([1-9]\d{3})(?!\d)\s*(?:([a-z]{2})(?![^\W\d_]))?", re.IGNORECASE)
_STREET: Final = re.compile(
    r"(?:str|straat|straatje|weg|laan|plein|dijk|kade|gracht|singel|pad|steeg|plantsoen|dreef|hof|markt|wal)$"
)
_ORDINALS: Final = {"1e": "eerste", "1ste": "eerste", "2e": "tweede", "2de": "tweede", "3e": "derde"}
_LEVELS: Final[Mapping[str, Level]] = {"gemeente": "municipality", "provincie": "province"}


@dataclass(frozen=True)
class Postcode:
    """A text with a postcode in it: 1234AB or 1234, and the words around it."""

    code: str
    rest: str


def postcode(text: str) -> Postcode | None:
    """The first postcode in a text, None for none; letters that are no whole pair belong to the rest.

    >>> postcode("8232ab 12, lelystad")
    Postcode(code='8232AB', rest='12, lelystad')
    >>> postcode("8232 lelystad").code
    '8232'
    """
    found = _POSTCODE.search(text)
    if found is None:
        return None
    rest = f"{text[: found.start()]} {text[found.end() :]}".strip(" ,;-")
    return Postcode(found[1] + (found[2] or "").upper(), " ".join(rest.split()))


def numbers_in_words(text: str) -> str:
    """A text with "1e" and its like in words, as names have them; the same text if there are none.

    >>> numbers_in_words("2e Exloërmond")
    'tweede exloermond'
    """
    words = normalise(text).split()
    return " ".join(_ORDINALS.get(word, word) for word in words) if _ORDINALS.keys() & set(words) else text


def level(text: str) -> tuple[Level | None, str]:
    """The level that a text asks for by name, and the rest; None and the whole text for none.

    >>> level("Gemeente Utrecht")
    ('municipality', 'utrecht')
    """
    words = normalise(text).split()
    for at in (0, -1):
        if len(words) > 1 and words[at] in _LEVELS:
            return _LEVELS[words[at]], " ".join(words[1:] if at == 0 else words[:-1])
    return None, text


def names_street(text: str) -> bool:
    """Whether a text looks like an address: a number beside a word, or a word that ends as streets do."""
    words = normalise(text).split()
    named = any(len(word) > 1 and word.isalpha() for word in words)
    if named and any(word[0].isdigit() for word in words):
        return True
    return any(len(word) > 4 and _STREET.search(word) for word in words)


def says_something(text: str) -> bool:
    """Whether a text has a word of three letters or more."""
    return any(len(word) > 2 and word.isalpha() for word in normalise(text).split())


def words(text: str) -> list[str]:
    """The words of a text made plain, without numbers and what sticks to them (12a); the first twelve."""
    return [word for word in normalise(text).split() if not word[0].isdigit()][:MOST_WORDS]


def parts(text: str) -> Iterator[str]:
    """The parts of an address that may name a place, likeliest first: the last words, then the first ones."""
    found = words(text)
    for start in range(1, len(found)):
        yield " ".join(found[start:])
    for end in range(len(found) - 1, 0, -1):
        yield " ".join(found[:end])
