"""Registered burglaries of dwellings, beside the areas of an atlas: numbers, and rates per 1,000 households.

Pure. The numbers are those of the police (table 47018NED, kind 1.1.1, "Diefstal/inbraak woning"). They say
what was registered, not all that happened, and nothing of its causes. None, for an area, may mean that there
were none or that the number is not published: so it stays nan, never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from utils.coverage import SMALL
from utils.errors import DataError, Notice
from utils.models import Atlas, Floats, Level, Overlay

SMALL_HOMES: Final = 50
"""Households of an area from which its burglaries are shown."""
PER: Final = 1_000
ENOUGH: Final = 0.9
"""Share of a province's households that must live in municipalities with a number, for it to have a rate."""
STRANGE: Final = 0.5
"""Share of the neighbourhoods that the table does not know, from which its division is another one."""
_SHOWN: Final = 5


@dataclass(frozen=True)
class Counts:
    """Registered burglaries of one full year by code of municipality or neighbourhood, nan if not published.

    ``provisional`` is None where the service does not tell whether the police may still change them.
    """

    year: int
    provisional: bool | None
    by_code: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Crime:
    """Registered burglaries of one full year, as published; rows as in the atlas, nan for no number.

    ``provisional`` as in :class:`Counts`. Show :func:`numbers` or :func:`rates`, which leave small areas out.
    """

    year: int
    provisional: bool | None
    neighbourhoods: Floats
    municipalities: Floats


def join(atlas: Atlas, counts: Counts) -> Crime:
    """The numbers by row of the atlas; see `odd` for what did not fit."""
    places, towns = (
        np.array([counts.by_code.get(code, np.nan) for code in areas.codes], dtype=np.float64)
        for areas in (atlas.neighbourhoods, atlas.municipalities)
    )
    return Crime(counts.year, counts.provisional, places, towns)


def odd(atlas: Atlas, counts: Counts) -> tuple[Notice, ...]:
    """What does not fit between the numbers and the areas, and what is lacking.

    The table has the neighbourhoods of one recent year for all years, so codes may differ from the atlas's.
    Raises DataError where most neighbourhoods are unknown there: then the areas are of another time.
    """
    found: list[Notice] = []
    strange = [code for code in counts.by_code if atlas.find(code) is None]
    if strange:
        burglaries = int(np.nansum([counts.by_code[code] for code in strange]))
        params = {"n": len(strange), "codes": _few(strange), "burglaries": burglaries}
        found.append(Notice("crime.warning.unjoined", params))
    if atlas.edition.kind == "approximate":
        found.append(Notice("crime.warning.municipalities"))
    else:
        codes = atlas.neighbourhoods.codes
        absent = [code for code in codes if code not in counts.by_code]
        if len(absent) > STRANGE * len(codes):
            raise DataError(
                "error.crime_other", n=len(absent), total=len(codes), year=str(atlas.edition.year)
            )
        if absent:
            found.append(Notice("crime.warning.absent", {"n": len(absent), "codes": _few(absent)}))
        hidden = sum(bool(np.isnan(n)) for code, n in counts.by_code.items() if code.startswith("BU"))
        if hidden:
            found.append(Notice("crime.warning.unpublished", {"n": hidden}))
    if not np.isfinite(atlas.municipalities.households).any():
        found.append(Notice("crime.warning.households"))
    return tuple(found)


def numbers(atlas: Atlas, crime: Crime, level: Level) -> Floats:
    """Registered burglaries of the areas of a level, (n,); of the country one number.

    nan where there is no number, and where fewer than 50 people or households live, or it is unknown how many
    people do. A province and the country have the sum of their municipalities with a number.
    """
    if level in ("neighbourhood", "municipality"):
        areas = atlas.areas(level)
        small = ~(areas.inhabitants >= SMALL) | (areas.households < SMALL_HOMES)
        return np.where(
            small, np.nan, crime.neighbourhoods if level == "neighbourhood" else crime.municipalities
        )
    towns = numbers(atlas, crime, "municipality")
    told = _total(atlas, level, np.isfinite(towns).astype(np.float64)) > 0
    return np.where(told, _total(atlas, level, np.nan_to_num(towns)), np.nan)


def rates(atlas: Atlas, crime: Crime, level: Level) -> Floats:
    """Registered burglaries per 1,000 households of the areas of a level, (n,); of the country one number.

    1,000 · burglaries / households. nan where there is no number, where households are unknown, and where
    fewer than 50 people or households live. Of a province and the country both are summed over the
    municipalities with a rate, nan where less than 90% of the households live in these.
    """
    if level in ("neighbourhood", "municipality"):
        return _rate(numbers(atlas, crime, level), atlas.areas(level).households)
    homes = np.nan_to_num(atlas.municipalities.households)
    counted = np.isfinite(rates(atlas, crime, "municipality"))
    burglaries = _total(atlas, level, np.where(counted, crime.municipalities, 0))
    here, everywhere = (_total(atlas, level, part) for part in (np.where(counted, homes, 0), homes))
    return np.where(here >= ENOUGH * everywhere, _rate(burglaries, here), np.nan)


def has_rates(atlas: Atlas, crime: Crime) -> bool:
    """Whether there is any rate to show: without households there is none."""
    below: tuple[Level, Level] = ("neighbourhood", "municipality")
    return any(bool(np.isfinite(rates(atlas, crime, level)).any()) for level in below)


def columns(atlas: Atlas, crime: Crime, level: Level) -> Mapping[str, Floats]:
    """What tables and files tell: ``burglaries`` and ``burglary_rate``; (n,) each, nan for none."""
    return {"burglaries": numbers(atlas, crime, level), "burglary_rate": rates(atlas, crime, level)}


def overlay(atlas: Atlas, crime: Crime, level: Level) -> Overlay:
    """The map layer ``inbraken``: coloured by rate, which its tooltip tells with the number."""
    told = columns(atlas, crime, level)
    return Overlay(
        layer="inbraken",
        level=level,
        values=told["burglary_rate"],
        marked=np.zeros(len(told["burglary_rate"]), dtype=bool),
        facts=told,
        columns=told,
        decimals={"burglary_rate": 1},
    )


def beside(table: pd.DataFrame, atlas: Atlas, crime: Crime) -> pd.DataFrame:
    """A table of neighbourhoods (with their ``code``) with their ``burglaries`` and ``burglary_rate``.

    nan as in `numbers` and `rates`. The table as it is where no neighbourhood has a rate.
    """
    every = columns(atlas, crime, "neighbourhood")
    if not np.isfinite(every["burglary_rate"]).any():
        return table
    rows = [atlas.neighbourhoods.index[code] for code in table["code"]]
    return table.assign(**{name: values[rows] for name, values in every.items()})


def _rate(burglaries: Floats, homes: Floats) -> Floats:
    large = homes >= SMALL_HOMES
    return np.where(large, PER * burglaries / np.where(large, homes, 1.0), np.nan)


def _total(atlas: Atlas, level: Level, towns: Floats) -> Floats:
    """Values of municipalities, summed by province or for the country."""
    if level == "country":
        return np.array([towns.sum()])
    owner = atlas.municipalities.parents
    return np.bincount(owner, weights=towns, minlength=len(atlas.provinces)).astype(np.float64)


def _few(codes: list[str]) -> str:
    return ", ".join(codes[:_SHOWN]) + (", …" if len(codes) > _SHOWN else "")
