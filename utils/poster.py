"""Sheets of A4 to hang up or hand out, as PDF: the poster of a neighbourhood and the invitation.

Typst typesets them (``assets/sheet.typ``). All text comes as data, never as markup, so that no name can do
anything but be read. The same texts give the same bytes: no date and no font of the computer goes in.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import typst

from utils import invitation, qr
from utils.errors import DataError
from utils.texts import Texts

_TEMPLATE: Final = Path(__file__).parent / "assets" / "sheet.typ"
_FONTS: Final = "font_source_sans_pro"


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
    inputs = {"sheet": json.dumps({**data, "title": place, "paragraphs": [place], "rules": []})}
    try:
        _typeset(inputs, ["ua-1"])
    except typst.TypstError:
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
    inputs = {"sheet": json.dumps(data, ensure_ascii=False, sort_keys=True)}
    try:
        return _typeset(inputs, ["ua-1"])
    except typst.TypstError:
        # PDF/UA refuses a character that no font has. A sheet with an empty box is better than none.
        try:
            return _typeset(inputs, [])
        except typst.TypstError as problem:
            raise DataError("error.poster", came=problem.message[:120]) from problem


def _typeset(inputs: dict[str, str], standards: list[Any]) -> bytes:
    made = typst.compile(
        _TEMPLATE, root=_TEMPLATE.parent, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs,
        format="pdf", pdf_standards=standards,
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """Source Sans Pro from its package, and the fonts inside Typst; none of the computer's own."""
    found = find_spec(_FONTS)
    folder = Path(found.origin).parent / "files" if found and found.origin else None
    if folder is None or not folder.is_dir():
        raise DataError("error.poster", came=_FONTS)
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])
