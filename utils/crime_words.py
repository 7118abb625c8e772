"""Registered burglaries in words: for pages, downloads and the terminal. Pure: texts in, strings out."""

import math
from datetime import date

from utils.coverage import SMALL
from utils.crime import SMALL_HOMES, Counts, Crime
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
    said = column_facts(texts, counts.year, counts.provisional)
    year, told = said.pop("crime_year"), said.pop("crime_state")
    return {"year": year, "state": told, "date": texts.date(peildatum), **said}


def column_facts(texts: Texts, year: int, provisional: bool | None) -> dict[str, str]:
    """What the definitions of columns with burglaries mention."""
    return {
        "crime_year": str(year),
        "crime_state": state(texts, provisional),
        "people": texts.number(SMALL),
        "homes": texts.number(SMALL_HOMES),
    }


def source(texts: Texts, year: int, provisional: bool | None) -> str:
    """Where burglaries come from, of which year, and that they are not all."""
    return texts.t("crime.source", year=str(year), state=state(texts, provisional))


def order_help(texts: Texts, crime: Crime | None) -> str:
    """What the order by burglaries means; None: how to get it."""
    if crime is None:
        return texts.t("crime.how")
    return texts.t("crime.order", year=str(crime.year), state=state(texts, crime.provisional))
