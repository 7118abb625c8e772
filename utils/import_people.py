"""People in a list: contacts, only with their consent; and personal data that stand where they should not."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from utils import dutch_dates, group_rules
from utils.cell_values import EMAIL, PHONE, Reading, agreed, clean, email, is_unknown, phone
from utils.import_model import Field
from utils.import_rows import Rows

Consent = tuple[date, str]
"""The day on which somebody agreed, and how."""
FIRST_CONSENT: Final = date(2000, 1, 1)
_DETAILS: Final[tuple[tuple[Field, str], ...]] = (
    ("contact_name", "name"),
    ("contact_email", "email"),
    ("contact_phone", "phone"),
    ("contact_role", "role"),
)
_READERS: Final[dict[str, Callable[[str], Reading]]] = {
    "email": email,
    "phone": phone,
    "name": lambda text: clean(text, "contact_name"),
    "role": lambda text: clean(text, "contact_role"),
}
_PUBLIC: Final[tuple[Field, ...]] = ("name", "description")


def contacts(rows: Rows, consent_all: Consent | None, today: date) -> list[dict[str, Any] | None]:
    """The contact of each row: name, email, phone, role, consent_on, consent_how; None for none.

    Who did not agree by the row is left out with a warning, unless ``consent_all`` tells when and how all
    did. A row that says no is never overruled.
    """
    details = [(rows.texts(field), field, name) for field, name in _DETAILS]
    if not any(rows.given(field) for _, field, _ in details):
        return [None] * len(rows)
    consents = _Consents(rows, consent_all, today)
    found: list[dict[str, Any] | None] = []
    for row in range(len(rows)):
        person = {name: texts[row] for texts, _, name in details}
        if not (person["name"] or person["email"] or person["phone"]):
            found.append(None)
            continue
        consent = consents.of(row)
        if consent is None:
            found.append(None)
            continue
        checked = {name: _checked(rows, row, field, name, person[name]) for _, field, name in details}
        found.append(checked | {"consent_on": consent[0], "consent_how": consent[1]})
    return found


def _checked(rows: Rows, row: int, field: Field, name: str, text: str) -> str:
    reading = _READERS[name](text) if text else Reading("")
    if reading.key:
        repair = None if reading.proposal is None else [(field, reading.proposal)]
        rows.problem(row, field, reading.key, reading.severity, repair, **reading.params)
    return text


class _Consents:
    """Who agreed, by the column of consent."""

    def __init__(self, rows: Rows, consent_all: Consent | None, today: date) -> None:
        self._rows, self._all, self._today = rows, consent_all, today
        self._texts = rows.texts("consent")
        self._order = dutch_dates.order(self._texts)
        self._known: dict[str, tuple[str, Consent | None]] = {}

    def of(self, row: int) -> Consent | None:
        """The consent of a row; a warning where there is none."""
        text = self._texts[row]
        if text not in self._known:
            self._known[text] = self._read(text)
        fault, consent = self._known[text]
        if fault == "consent_today":
            self._rows.tell(fault, self._rows.headings.get("consent", ""))
        elif fault:
            self._rows.problem(row, "consent", fault, "warning")
        return consent

    def _read(self, text: str) -> tuple[str, Consent | None]:
        if not text or (is_unknown(text) and agreed(text) is None):
            return ("", self._all) if self._all else ("consent_missing", None)
        answer = agreed(text)
        if answer is not None:
            heading = self._rows.headings.get("consent", "")[:100]
            return ("consent_today", (self._today, f"{heading}: {text}")) if answer else ("consent_no", None)
        day = dutch_dates.read(text, self._order).value
        if day is not None and FIRST_CONSENT <= day <= self._today + timedelta(days=1):
            return "", (day, self._rows.headings.get("consent", "")[:200])
        return "consent", None


def misplaced(rows: Rows) -> None:
    """Warn of e-mail addresses, telephone numbers and house addresses in names and descriptions."""
    for field in _PUBLIC:
        for row, text in enumerate(rows.texts(field)):
            if not text or len(text) > group_rules.LENGTHS[field]:
                continue  # a text that is too long is refused anyway, and may take minutes to search
            if "@" in text or any(sign in text for sign in "0123456789"):
                _misplaced(rows, row, field, text)


def _misplaced(rows: Rows, row: int, field: Field, text: str) -> None:
    kinds = [key for key, form in (("email_in", EMAIL), ("phone_in", PHONE)) if form.search(text)]
    if field == "description" and group_rules.address_in(text):
        kinds.append("address_in")
    if kinds:
        mended = without(text, field == "description")
        for key in kinds:
            rows.problem(row, field, key, "warning", [(field, mended)])


def without(text: str, addresses: bool) -> str:
    """A text without e-mail addresses and telephone numbers, and, if so asked, without numbers of houses.

    >>> without("Oost, bel 06-12345678 (jan@voorbeeld.nl)", False)
    'Oost, bel'
    """
    text = _gone(PHONE, _gone(EMAIL, text))
    while addresses and (address := group_rules.address_in(text)):
        text = text.replace(address, re.sub(r"\s*\d.*$", "", address), 1)
    return re.sub(r"[ \t]{2,}", " ", text).strip(" \t\n,;:-/")


def _gone(form: re.Pattern[str], text: str) -> str:
    return re.sub(r"\([\s,;:/-]*\)", "", form.sub("", text))
