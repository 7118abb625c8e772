"""One cell of a list → what it says, or what is wrong with it.

Pure. A cell is read by its text: a number that came as text and a text that came as a number read alike.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any, Final, Literal, NamedTuple

from rapidfuzz import fuzz, process

from utils.group_rules import HOSTS, LENGTHS, MAX_PARTICIPANTS
from utils.import_model import Cell
from utils.list_words import NO, OWN, PLATFORM, STATUS, UNKNOWN, YES
from utils.locate import normalise

MAX_TEXT: Final = 500
"""Characters in a text of which the register gives no limit."""
_COUNTS: Final = {"low": 1, "high": MAX_PARTICIPANTS}

_INITIALS: Final = frozenset(word[0] for word in UNKNOWN)
_NOTHING: Final = re.compile(
    r"[-–—?./_~*\s]+"
    r"|#(?:N/A|N/B|REF!|VERW!|VALUE!|WAARDE!|DIV/0!|DEEL/0!|NAME\?|NAAM\?|NUM!|GETAL!|NULL!|LEEG!)"
)
_SPACE: Final = (
    " \t\r\n\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_LINES: Final = frozenset({"description", "reason", "notes"})  # more than one line is fine here
_HIDDEN: Final = (
    "\u00ad\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
)
_ANY_HIDDEN: Final = re.compile(rf"[\x00-\x1f\x7f-\x9f{_HIDDEN}\ud800-\udfff]")
_HIDDEN_IN_LINES: Final = re.compile(rf"[\x00-\x08\x0b-\x1f\x7f-\x9f{_HIDDEN}\ud800-\udfff]")

_ABOUT: Final = re.compile(
    r"(?:±|\+/-|~|≈|ca\.?|circa|ongeveer|ong\.?|about|approx\.?|plusminus|rond)\s*", re.I
)
_COUNT: Final = re.compile(r"(\d+|\d{1,3}(?:[. ,']\d{3})+)(?:[.,]0+)?")
_RANGE: Final = re.compile(r"(\d{1,6})\s*(?:-|–|—|/|tot|t/m|à|a|to)\s*(\d{1,6})", re.I)
_PEOPLE: Final = re.compile(
    r"\s*(?:leden|deelnemers|personen|mensen|huishoudens|adressen|members|people|st\.?|pers\.?)$", re.I
)
_DECIMAL: Final = re.compile(r"(\d{1,6})[.,](\d+)")

_NOTES: Final = {"status": "word_status_{}", "platform": "word_platform"}
_CHECKS: Final = frozenset("✓✔☑✅")
_THROUGH: Final = re.compile(
    r"(?:via|door|through)(?: de| the)? (?:stichting|foundation|wabp(?: nl)?|beheerder)"
)
_LINK: Final = re.compile(
    r"https://([^\s/@:?#<>\"'\\`{}|^\[\]]+\.[a-z]{2,})(?::443)?(?:[/?#][^\s<>\"'\\`{}|^\[\]]*)?", re.I
)
_BARE_LINK: Final = re.compile(
    r"(?:[\w-]+\.(?:nl|com|org|me)\b|www\.|chat\.whatsapp\.com/|signal\.group/|t\.me/|wa\.me/)[^\s<>\"'\\]+",
    re.I,
)
EMAIL: Final = re.compile(r"[\w.!#$%&*+/=?^`{|}~'-]{1,64}@(?:[\w-]+\.)+[a-z]{2,}", re.I)
PHONE: Final = re.compile(r"(?<![\w+])(?:\+|00|0)\(?\d(?:[\s().\-/]{0,3}\d){8,13}(?!\w)")

Severity = Literal["error", "warning"]


class Reading(NamedTuple):
    """What a cell says: its ``value``, or what is wrong with it.

    ``key`` names a sentence under ``import.expected`` ("" for nothing wrong) and ``params`` fill it;
    ``proposal`` is a text for the cell that would mend it. ``note`` names a sentence under
    ``import.read_as`` for a way of reading that a whole column is told of once.
    """

    value: Any = None
    key: str = ""
    params: Mapping[str, Any] = {}
    severity: Severity = "error"
    proposal: str | None = None
    note: str = ""


def as_text(cell: Cell) -> str:
    """A cell as its user reads it: trimmed, whole numbers without ".0", days as YYYY-MM-DD, None as "".

    >>> as_text(12.0), as_text("007 "), as_text(None)
    ('12', '007', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = cell.strip(_SPACE)
        if not text.isascii():
            text = text.replace("\u00a0", " ").replace("\u202f", " ")
        return text.replace("\r\n", "\n") if "\r" in text else text
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)


def is_unknown(text: str) -> bool:
    """Whether a text stands for "nothing is known here": a dash, "onbekend", "n.v.t.", ..."""
    if not text or len(text) > 24 or (text[0].isalnum() and text[0].casefold() not in _INITIALS):
        return False  # most cells, and quickly
    return _NOTHING.fullmatch(text) is not None or normalise(text) in UNKNOWN


def clean(text: str, name: str) -> Reading:
    """A text of the field ``name`` as it is; an error for hidden signs, or if it is too long."""
    lines = name in _LINES
    hidden = _HIDDEN_IN_LINES if lines else _ANY_HIDDEN
    if hidden.search(text):
        mended = hidden.sub("", text) if lines else " ".join(hidden.sub(_blank, text).split())
        return Reading(key="hidden", proposal=mended.strip())
    limit = LENGTHS.get(name, MAX_TEXT)
    if len(text) > limit:
        return Reading(key="long", params={"limit": limit, "length": len(text)})
    return Reading(text)


def _blank(match: re.Match[str]) -> str:
    return " " if match[0].isspace() else ""


def count(text: str) -> Reading:
    """A number of participants: a whole number of 1 or more.

    "ca. 70" gives 70 with a warning, "60-70" an error that proposes the middle.
    """
    number = _PEOPLE.sub("", text)
    about = _ABOUT.match(number) or number.endswith("+") or number[:1] in "<>≤≥"
    plain = _ABOUT.sub("", number, count=1).strip("+<>≤≥ ")
    whole = _COUNT.fullmatch(plain)
    if whole:
        value = int(re.sub(r"\D", "", whole[1])) if len(whole[1]) < 20 else MAX_PARTICIPANTS + 1
        if not 1 <= value <= MAX_PARTICIPANTS:
            return Reading(key="count", params=_COUNTS, proposal="" if value == 0 else None)
        if about:
            return Reading(value, "count_about", {"read": value}, "warning", str(value))
        return Reading(value, note="" if whole[1].isdigit() else "thousands")
    between = _RANGE.fullmatch(plain)
    if between and int(between[1]) <= int(between[2]) <= MAX_PARTICIPANTS:
        middle = str((int(between[1]) + int(between[2])) // 2)
        return Reading(key="count_range", params={"middle": middle}, proposal=middle)
    decimal = _DECIMAL.fullmatch(plain)
    if decimal:
        return Reading(key="count", params=_COUNTS, proposal=str(round(float(f"{decimal[1]}.{decimal[2]}"))))
    return Reading(key="count", params=_COUNTS)


def status(text: str) -> Reading:
    """One of active, inactive, pending, unverified, from Dutch or English words."""
    return _word(text, STATUS, "status")


def platform(text: str) -> Reading:
    """One of PLATFORMS; another name is an error that proposes the one it resembles, else Other."""
    return _word(text, PLATFORM, "platform")


def _word(text: str, words: Mapping[str, str], kind: str) -> Reading:
    wanted = normalise(text)
    value = words.get(wanted)
    if value is not None:
        return Reading(value, note="" if wanted in OWN else _NOTES[kind].format(value))
    near = process.extractOne(wanted, list(words), scorer=fuzz.ratio, score_cutoff=80) if wanted else None
    outcome = words[near[0]] if near else "Other" if kind == "platform" else None
    return Reading(key=kind, proposal=outcome)


def agreed(text: str) -> bool | None:
    """Yes or no; None for anything else."""
    wanted = normalise(text)
    if wanted in YES or text in _CHECKS:
        return True
    return False if wanted in NO or text in ("-", "✗", "✘", "❌") else None


def join_link(text: str) -> Reading:
    """A web address, or "" for "via de stichting"."""
    if _THROUGH.fullmatch(normalise(text)):
        return Reading("", note="through")
    found = _LINK.fullmatch(text)
    if found and ".." not in found[1] and found[1][0] != ".":
        host = found[1].lower()
        return Reading(text, *(() if host in HOSTS else ("link_host", {"host": host}, "warning")))
    bare = re.sub(r"(?i)^http://", "", text)
    return Reading(key="link", proposal=f"https://{bare}" if _BARE_LINK.fullmatch(bare) else None)


def email(text: str) -> Reading:
    """One e-mail address."""
    if EMAIL.fullmatch(text) and len(text) <= 254 and ".." not in text:
        return Reading(text)
    mended = re.sub(r"(?i)^(?:mailto:|e-?mail:?)|[\s<>]|[.,;]+$", "", text).replace(",", ".")
    return Reading(key="email", proposal=mended if mended != text and EMAIL.fullmatch(mended) else None)


def phone(text: str) -> Reading:
    """One telephone number of 9 to 15 digits, written as it came.

    A number that lost its first zero, as spreadsheets do, is an error that proposes the zero.
    """
    digits = re.sub(r"\D", "", text)
    if not re.fullmatch(r"\+?[\d\s().\-/]+", text) or not 9 <= len(digits) <= 15:
        bare = re.sub(r"(?i)^(?:tel\.?|telefoon|mobiel|mob\.?|t)\s*:?\s*", "", text)
        return Reading(key="phone", proposal=bare if bare != text and PHONE.fullmatch(bare) else None)
    if text[0] not in "+0(":
        start = "0" if len(digits) == 9 else "+" if digits.startswith("31") and len(digits) == 11 else None
        return Reading(key="phone_zero", proposal=None if start is None else start + text)
    return Reading(text)
