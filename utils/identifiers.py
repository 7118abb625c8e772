"""E-mail address, telephone number or name: by what a person is known, and mentioned in a text. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from utils.errors import InputError

ERASED: Final = "[gewist]"
"""What stands in a text instead of a person: data, the same in every language of the page."""
MIN_NAME: Final = 3  # characters
_BETWEEN: Final = r"[\s().\-/–]{0,3}"


@dataclass(frozen=True, repr=False)
class Identifier:
    """One way in which a person is known; ``value`` in one fixed notation. Its repr does not tell it."""

    kind: Literal["email", "phone", "name"]
    value: str

    def is_(self, text: str) -> bool:
        """Whether a field that holds such an identifier, and nothing else, holds this one."""
        if self.kind == "phone":
            return self.scrub(text) != text  # people write two numbers in one field
        return plain(text) == self.value

    def scrub(self, text: str) -> str:
        """The text with ERASED wherever it mentions this person; the text itself where it does not."""
        if not text:
            return text
        composed = unicodedata.normalize("NFC", text)
        done = self._pattern.sub(_erased, composed)
        return text if done == composed else done

    def mentioned(self, text: str) -> bool:
        """Whether a text, or a file name in it, may mention this person; faster than to scrub it."""
        return self._loose.search(unicodedata.normalize("NFC", text)) is not None

    @property
    def common(self) -> bool:
        """Whether a text may well mean somebody else: a name of one word."""
        return self.kind == "name" and " " not in self.value

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        if self.kind == "email":
            return re.compile(re.escape(self.value), re.IGNORECASE)
        return self._pattern

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        if self.kind == "email":
            # not inside a longer address: xjan@a.nl, jan@a.nl.example
            return re.compile(rf"(?<![\w.+%-]){re.escape(self.value)}(?![\w-]|\.\w)", re.IGNORECASE)
        if self.kind == "name":
            words = r"\s+".join(map(re.escape, self.value.split()))
            return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)
        digits = _BETWEEN.join(self.value.removeprefix("+"))
        if self.value.startswith("+"):
            return re.compile(rf"(?<!\d)(?:\+|00)?{_BETWEEN}{digits}(?!\d)")
        # A number of another country may end in the same digits: it is matched, to be passed over.
        abroad = rf"(?P<abroad>(?:\+|00){_BETWEEN}(?!3{_BETWEEN}1)\d{{1,3}}{_BETWEEN})?"
        start = rf"(?:(?:\+|00){_BETWEEN}3{_BETWEEN}1{_BETWEEN}(?:0{_BETWEEN})?|31{_BETWEEN}|0{_BETWEEN})?"
        return re.compile(rf"(?<!\d){abroad}{start}{digits}(?!\d)")


def _erased(found: re.Match[str]) -> str:
    return found[0] if found.groupdict().get("abroad") else ERASED


def identify(text: str) -> Identifier:
    """What kind of identifier a text is.

    Raises InputError for a text that is none: empty, or a name of under MIN_NAME characters.
    """
    wanted = plain(text)
    if "@" in wanted:
        if not re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@]+", wanted):
            raise InputError("error.erase_identifier")
        return Identifier("email", wanted)
    if number := phone(wanted):
        return Identifier("phone", number)
    if len(wanted) < MIN_NAME or not any(letter.isalpha() for letter in wanted):
        raise InputError("error.erase_identifier")
    return Identifier("name", wanted)


def phone(text: str) -> str:
    """A telephone number in one notation: nine digits for a Dutch one, else + and all digits; "" for none.

    >>> phone("+31 (0)6-1234 5678") == phone("06 12345678") == phone("0031612345678") == "612345678"
    True
    """
    if not re.fullmatch(r"\+?[\d\s().\-/–]+", text.strip()):
        return ""
    digits = re.sub(r"\D", "", text)
    abroad = text.strip().startswith("+") or digits.startswith("00")
    if abroad:
        digits = digits.removeprefix("00")
    if digits.startswith("31") and len(digits.removeprefix("31").removeprefix("0")) == 9:
        return digits.removeprefix("31").removeprefix("0")
    if abroad:
        return f"+{digits}" if 8 <= len(digits) <= 15 else ""
    national = digits.removeprefix("0")
    return national if len(national) == 9 else ""


def plain(text: str) -> str:
    """An address or name as it is compared: without regard to case, composition of accents and blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
