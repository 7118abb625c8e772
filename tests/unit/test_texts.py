"""Both languages say the same, every key is used, and nothing missing looks like zero."""

import ast
import math
import re
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.errors import AppError, InputError
from utils.texts import LANGS, PLURALS, TextError, Texts, placeholders, sentences

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*ROOT.glob("*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("utils/*.py")]
KEY = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")


def base(key: str) -> str:
    """The key that code asks for: a plural's without its form."""
    stem, _, form = key.rpartition(".")
    return stem if form in PLURALS and f"{stem}.other" in sentences("nl") else key


BASES = {base(key) for key in sentences("nl")}
SUBTABLES = {key.rpartition(".")[0] for key in BASES if key.count(".") > 1}
TABLES = {key.partition(".")[0] for key in BASES}


@cache
def mentioned() -> tuple[frozenset[str], frozenset[str]]:
    """Text constants of the sources that look like keys, and beginnings of f-strings that do."""
    keys: set[str] = set()
    prefixes: set[str] = set()
    for path in SOURCES:
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        parts = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                keys |= {node.value} if KEY.fullmatch(node.value) else set()
            if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                prefixes |= {start} if re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z0-9_.]*", start) else set()
    return frozenset(keys), frozenset(prefixes)


def asked() -> list[tuple[str, str]]:
    """(file, key) of every constant key that is given to ``t(...)`` or to an error."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called == "t" or called.endswith("Error"):
                value = node.args[0].value
                if isinstance(value, str) and (called == "t" or KEY.fullmatch(value)):
                    found.append((path.name, value))
    return found


def test_the_scan_finds_the_keys_of_this_project() -> None:
    assert ("texts.py", "error.language") in asked()
    assert ("texts.py", "unit.metres") in asked()


def test_every_key_that_is_asked_for_exists() -> None:
    assert [(file, key) for file, key in asked() if key not in BASES] == []


def test_every_constant_that_looks_like_a_key_exists() -> None:
    keys = {key for key in mentioned()[0] if key.partition(".")[0] in TABLES}
    endings = (".py", ".csv", ".json", ".parquet", ".toml", ".js", ".css", ".html", ".typ")
    files = {key for key in keys if key.endswith(endings)}
    assert keys - files - BASES - SUBTABLES == set()


def test_no_key_is_unused() -> None:
    keys, prefixes = mentioned()
    below = tuple(prefixes | {f"{table}." for table in keys & SUBTABLES})
    unused = {key for key in BASES - keys if not key.startswith(below)}
    assert unused == set()


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(sentences("nl")) == list(sentences("en"))


@pytest.mark.parametrize("key", sentences("nl"))
def test_both_languages_fill_in_the_same_values(key: str) -> None:
    assert placeholders(sentences("nl")[key]) == placeholders(sentences("en")[key])


@pytest.mark.parametrize("lang", LANGS)
def test_texts_are_plain(lang: str) -> None:
    for key, text in sentences(lang).items():
        assert isinstance(text, str), key
        assert text, key
        assert text == text.strip(), key
        assert not re.search(r"<[a-zA-Z/!]|&[a-z]+;", text), f"{key}: HTML"
        assert not re.search("[\U0001f000-\U0001ffff☀-➿️]", text), f"{key}: emoji"
        assert all(re.fullmatch("[a-z_]+", name) for name in placeholders(text)), key


def test_a_plural_has_both_forms() -> None:
    stems = {key.removesuffix(".other") for key in sentences("nl") if key.endswith(".other")}
    assert [stem for stem in stems if f"{stem}.one" not in sentences("nl")] == []


def test_a_plural_chooses_by_n(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Texts("nl")
    monkeypatch.setattr(texts, "_sentences", {"x.one": "{n} groep", "x.other": "{n} groepen"})
    assert [texts.t("x", n=n) for n in (0, 1, 2, 1234)] == [
        "0 groepen",
        "1 groep",
        "2 groepen",
        "1.234 groepen",
    ]
    with pytest.raises(TextError):
        texts.t("x")


def test_an_unknown_key_and_a_missing_value_raise() -> None:
    for lang in LANGS:
        with pytest.raises(TextError) as caught:
            Texts(lang).t("no.such.key")
        assert isinstance(caught.value, AppError)
        assert isinstance(caught.value, KeyError)
        assert "no.such.key" in Texts(lang).t(caught.value.key, **caught.value.params)
        with pytest.raises(TextError) as caught:
            Texts(lang).t("unit.metres")
        assert caught.value.params == {"text": "unit.metres", "param": "x"}


def test_an_unknown_language_raises() -> None:
    with pytest.raises(InputError) as caught:
        Texts("de")
    assert "de" in Texts("nl").t(caught.value.key, **caught.value.params)


def test_values_from_data_are_not_read_as_templates() -> None:
    hostile = "{x.__class__} ${1} <script>"
    assert Texts("nl").t("unit.metres", x=hostile) == f"{hostile} m"


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", ["17.942.942", "3,3", "-1", "12%", "12,3%", "100%", "1 maart 2024"]),
        ("en", ["17,942,942", "3.3", "-1", "12%", "12.3%", "100%", "1 March 2024"]),
    ],
)
def test_numbers_and_dates_are_written_as_the_language_does(lang: str, expected: list[str]) -> None:
    texts = Texts(lang)
    assert [
        texts.number(17_942_942),
        texts.number(3.3, 1),
        texts.number(-1.2),
        texts.percent(0.1234),
        texts.percent(0.1234, 1),
        texts.percent(1),
        texts.date(date(2024, 3, 1)),
    ] == expected
    assert texts.date(np.datetime64("2024-03-01T12:00")) == expected[-1]


@pytest.mark.parametrize(
    ("metres", "nl"),
    [
        (0, "0 m"), (4.4, "4 m"), (342, "340 m"), (500, "500 m"), (996, "1 km"), (1_240, "1,2 km"),
        (2_500, "2,5 km"), (5_000, "5 km"), (9_960, "10 km"), (12_345, "12 km"), (123_456, "123 km"),
    ],
)  # fmt: skip
def test_distances_are_rounded_for_people(metres: float, nl: str) -> None:
    assert Texts("nl").distance(metres) == nl
    assert Texts("en").distance(metres) == nl.replace(",", ".")


@pytest.mark.parametrize("lang", LANGS)
def test_missing_is_never_zero(lang: str) -> None:
    texts = Texts(lang)
    for missing in (None, math.nan, np.float64("nan"), math.inf):
        assert texts.number(missing) == texts.percent(missing) == texts.distance(missing) == texts.unknown
        assert texts.t("unit.metres", x=missing) == f"{texts.unknown} m"
    assert texts.date(None) == texts.date(np.datetime64("NaT")) == texts.unknown
    assert "0" not in texts.unknown


@given(st.floats(-0.4999, 0))
def test_a_rounded_zero_has_no_minus_sign(x: float) -> None:
    assert Texts("nl").number(x) == "0"
    assert Texts("nl").percent(x / 100) == "0%"


@given(st.integers(-(10**12), 10**12))
def test_a_whole_number_survives(x: int) -> None:
    assert int(Texts("nl").number(x).replace(".", "")) == x
    assert Texts("en").t("unit.metres", x=np.int64(x)) == f"{x:,} m"


def test_a_truth_value_is_refused() -> None:
    with pytest.raises(TypeError):
        Texts("nl").t("unit.metres", x=True)
