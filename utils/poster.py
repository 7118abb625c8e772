"""Sheets of A4 to hang up or hand out, as PDF: the poster of a neighbourhood and the invitation.

Typst typesets them (``assets/sheet.typ``). All text comes as data, never as markup, so that no name can do
anything but be read. The same texts give the same bytes: no date and no font of the computer goes in.
"""

from typing import Any, Final

from utils import invitation, qr, typesetting
from utils.texts import Texts

_TEMPLATE: Final = "sheet.typ"


def poster(texts: Texts, place: str, address: str) -> bytes:
    """The poster of a neighbourhood: a question, the QR code of its answer, what to do at a suspicion.

    A PDF of one page, tagged for screen readers (PDF/UA-1). ``place`` is the neighbourhood's name as
    :func:`utils.invitation.place_name` gives it, ``address`` that of the answer. Raises DataError.
    """
    said = {key: texts.t(f"poster.{key}") for key in ("title", "scan", "then", "type", "saar", "foot")}
    return _sheet(texts, "poster", place, address, said)


def letter(texts: Texts, place: str, address: str) -> bytes:
    """The invitation of :mod:`utils.invitation` as a sheet with the QR code; else as :func:`poster`."""
    said: dict[str, Any] = {key: texts.t(f"poster.{key}") for key in ("scan", "type")}
    said["title"] = texts.t("poster.letter", place=place)
    said["paragraphs"] = invitation.paragraphs(texts, place, "")
    return _sheet(texts, "letter", place, address, said)


def printable(place: str) -> bool:
    """Whether the fonts have every character of a neighbourhood's name; one that they lack is an empty box.

    >>> printable("'t Súdeast-Fryslân"), printable("De Waterwijk \N{TULIP}")
    (True, False)
    """
    if all(x < "\u0180" for x in place):  # European letters: nothing to try
        return True
    data = dict.fromkeys(("title", "scan", "type", "code_alt"), "x")
    data |= {"kind": "letter", "lang": "nl", "place": place, "address": "x", "code": qr.svg("x")}
    try:
        typesetting.pdf(_TEMPLATE, {**data, "title": place, "paragraphs": [place], "rules": []})
    except typesetting.RefusedError:
        return False
    return True


def _sheet(texts: Texts, kind: str, place: str, address: str, said: dict[str, Any]) -> bytes:
    data = {
        **said,
        "kind": kind,
        "lang": texts.lang,
        "place": place,
        "address": address.partition("://")[2],
        "code": qr.svg(address),
        "code_alt": texts.t("poster.code", address=address),
        "rules": invitation.saar(texts),
    }
    # PDF/UA refuses a character that no font has. A sheet with an empty box is better than none.
    return typesetting.pdf_at_any_rate(_TEMPLATE, data)
