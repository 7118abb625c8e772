"""Registered burglaries in words: for pages, downloads and the terminal. Pure: texts in, strings out."""

import math
from datetime import date

from utils.coverage import SMALL
from utils.crime import SMALL_HOMES, Counts
from utils.texts import Texts


def state(texts: Texts, provisional: bool | None) -> str:
    """Whether the police may still change the numbers: provisional, final, or perhaps."""
    which = {True: "provisional", False: "final", None: "untold"}[provisional]
    return texts.t(f"crime.state.{which}")


def line(texts: Texts, counts: Counts) -> str:
    """Of which year the numbers are, and of how many areas there is one."""
    known = [code[:2] for code, n in counts.by_code.items() if not math.isnan(n)]
    return texts.t(
        "crime.line",
        year=str(counts.year),
        state=state(texts, counts.provisional),
        municipalities=known.count("GM"),
        neighbourhoods=known.count("BU"),
    )


def facts(texts: Texts, counts: Counts, peildatum: date) -> dict[str, str]:
    """What the method page's sentences mention; ``peildatum`` is that of the households."""
    return {
        "year": str(counts.year),
        "state": state(texts, counts.provisional),
        "date": texts.date(peildatum),
        "people": texts.number(SMALL),
        "homes": texts.number(SMALL_HOMES),
    }
