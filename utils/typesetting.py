"""Typst: a template and data → PDF or PNG, with the fonts of :mod:`utils.lettering` and no others.

Text comes as data, never as markup. The same data give the same bytes: no clock goes in.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import typst

from utils import lettering
from utils.errors import DataError

_ASSETS: Final = Path(__file__).parent / "assets"
TypstError = typst.TypstError


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[lettering.folder()])


def _inputs(data: dict[str, Any]) -> dict[str, str]:
    return {"data": json.dumps(data, ensure_ascii=False, sort_keys=True)}


def pdf(template: str, data: dict[str, Any], standards: tuple[Literal["ua-1"], ...] = ("ua-1",)) -> bytes:
    """The PDF of a template in ``assets`` and its data (``sys.inputs.data``, JSON).

    Raises TypstError for what the standards or the fonts do not allow, DataError without the fonts.
    """
    made = typst.compile(
        _ASSETS / template, root=_ASSETS, font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs=_inputs(data), format="pdf", pdf_standards=list(standards),
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made


def pdf_at_any_rate(template: str, data: dict[str, Any]) -> bytes:
    """As `pdf`, tagged for screen readers (PDF/UA-1); without that standard where a text has a character
    that no font has: PDF/UA refuses it, and a page with an empty box is better than none.

    Raises DataError.
    """
    try:
        return pdf(template, data)
    except TypstError:
        try:
            return pdf(template, data, ())
        except TypstError as problem:
            raise DataError("error.typeset", came=problem.message[:120]) from problem


def png(template: str, data: dict[str, Any], ppi: float) -> bytes:
    """The PNG of a template's only page at ``ppi`` pixels an inch (72: one for each point); else as `pdf`."""
    made = typst.compile(
        _ASSETS / template, root=_ASSETS, font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs=_inputs(data), format="png", ppi=ppi,
    )  # fmt: skip
    assert isinstance(made, bytes)
    return made
