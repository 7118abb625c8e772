"""Every visible sentence, in Dutch and English; numbers and dates as each language writes them."""

import math
import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeGuard, get_args

import numpy as np
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from utils.errors import AppError, InputError

Lang = Literal["nl", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
PLURALS = frozenset({"one", "other"})

_LOCALES: dict[Lang, str] = {"nl": "nl_NL", "en": "en_GB"}  # British: day before month, as in the Netherlands


class TextError(AppError, KeyError):
    """A text that is not there, or a value that its sentence needs and did not get: a mistake of ours."""

    exit_code = 2
    __str__ = AppError.__str__


@cache
def sentences(lang: Lang) -> Mapping[str, str]:
    """All texts of a language: dotted key → template, read-only. A plural: ``….one``, ``….other``."""
    with (Path(__file__).parent / f"texts_{lang}.toml").open("rb") as file:
        return MappingProxyType(dict(_flat(tomllib.load(file))))


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in table.items():
        found += _flat(value, f"{prefix}{name}.") if isinstance(value, dict) else [(f"{prefix}{name}", value)]
    return found


def placeholders(template: str) -> frozenset[str]:
    """The names between braces in a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


class Texts:
    """The texts of one language.

    Raises InputError for another language than ``nl`` or ``en``.
    """

    lang: Lang

    def __init__(self, lang: str) -> None:
        if lang not in LANGS:
            raise InputError("error.language", came=lang, known=", ".join(LANGS))
        self.lang = lang
        self.locale = Locale.parse(_LOCALES[lang])
        self._sentences = sentences(lang)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences or f"{key}.other" in self._sentences

    def t(self, key: str, **params: object) -> str:
        """The sentence of a key, filled in.

        Text goes in as it is; numbers (two decimals at most) and dates as the language writes them; None and
        nan as "unknown". So give a year or a code as text. Of a plural, ``n`` chooses the form. A mapping
        with ``key`` and ``params`` goes in as a sentence of its own, a list as its parts with blanks between.

        Raises TextError for an unknown key and for a missing value.
        """
        name = key
        if f"{key}.other" in self._sentences:
            if "n" not in params:
                raise TextError("error.text_param", text=key, param="n")
            name = f"{key}.one" if params["n"] == 1 else f"{key}.other"
        if name not in self._sentences:
            raise TextError("error.text_key", text=key, language=self.lang)
        template = self._sentences[name]
        for param in sorted(placeholders(template) - params.keys()):
            raise TextError("error.text_param", text=key, param=param)
        return template.format_map({param: self._value(value) for param, value in params.items()})

    def _value(self, value: object) -> str:
        if value is None:
            return self.unknown
        if isinstance(value, Mapping):
            return self.t(value["key"], **value["params"])
        if isinstance(value, (list, tuple)):
            return " ".join(self._value(one) for one in value)
        if isinstance(value, (bool, np.bool_)):
            raise TypeError("a truth value has no sentence of its own: choose a key instead")
        if isinstance(value, (int, np.integer)):
            return self.number(int(value))
        if isinstance(value, (float, np.floating)):
            x = float(value)
            return format_decimal(_rounded(x, 2), "#,##0.##", self.locale) if _known(x) else self.unknown
        if isinstance(value, (date, np.datetime64)):
            return self.date(value)
        return str(value)

    @property
    def unknown(self) -> str:
        """The word for a missing value."""
        return self.t("value.unknown")

    def number(self, x: float | None, decimals: int = 0) -> str:
        """A number with exactly so many decimals: 17.942.942 and 3,3 in nl. None, nan, inf: "unknown"."""
        if not _known(x):
            return self.unknown
        return format_decimal(_rounded(x, decimals), _pattern(decimals), self.locale)

    def percent(self, x: float | None, decimals: int = 0) -> str:
        """A share (0 to 1) as a percentage. None, nan and inf give "unknown"."""
        if not _known(x):
            return self.unknown
        return format_percent(_rounded(x, decimals + 2), _pattern(decimals) + "%", self.locale)

    def month(self, d: date | np.datetime64) -> str:
        """The month of a day, in words, with its year."""
        day = d.astype("datetime64[D]").item() if isinstance(d, np.datetime64) else d
        return format_date(day, "MMMM yyyy", self.locale)

    def date(self, d: date | np.datetime64 | None) -> str:
        """A day, with the month in words. None and NaT give "unknown"."""
        day = d.astype("datetime64[D]").item() if isinstance(d, np.datetime64) else d
        return self.unknown if day is None else format_date(day, "long", self.locale)

    def listed(self, names: Sequence[str]) -> str:
        """Names in a sentence: a, b en c."""
        return format_list(names, locale=self.locale)

    def distance(self, metres: float | None) -> str:
        """A distance for people: 340 m (tens), 1,2 km (tenths), 12 km (whole). None, nan, inf: "unknown"."""
        if not _known(metres):
            return self.unknown
        tens = round(metres, -1) if metres >= 10 else round(metres)
        if tens < 1000:
            return self.t("unit.metres", x=self.number(tens))
        km = tens / 1000
        whole = km >= 10 or round(km, 1).is_integer()
        return self.t("unit.kilometres", x=self.number(km, 0 if whole else 1))


def _known(x: float | None) -> TypeGuard[float]:
    return x is not None and math.isfinite(x)


def _rounded(x: float, decimals: int) -> float:
    return round(float(x), decimals) + 0.0  # + 0.0: a rounded -0.0 would show a minus sign


def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")
