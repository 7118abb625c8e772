"""Charts: numbers as each language writes them, on a page and in a picture; colours for everybody's eyes."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from utils import chart_look, charts
from utils.chart_look import LOOKS, Caption
from utils.texts import Texts

CAPTION = Caption("Noord-Holland: 1.929 groepen", "Alle groepen.", "Bron: de proef.", "Staven.")
BARS = pd.DataFrame({"name": ["Noord", "Noord", 'Zuid "\\'], "value": [1929.0, np.nan, 150.0]})
DAYS = pd.DataFrame(
    {
        "x": pd.to_datetime(["2015-01-01", "2016-01-01", "2017-01-01", "2018-01-01"]),
        "value": [0.0, np.nan, 4000.0, 8000.0],
        "series": "Nederland",
    }
)


def svg(chart, lang="nl", theme="light") -> str:
    return chart_look.picture(chart, CAPTION, Texts(lang), "svg", theme).decode("utf-8")


def spec(chart, lang="nl", theme="light") -> dict:
    return chart_look.dressed(chart, Texts(lang), theme).to_dict()


@pytest.mark.parametrize(("lang", "number", "axis"), [("nl", "1.929", "8.000"), ("en", "1,929", "8,000")])
def test_numbers_are_written_as_the_language_does(lang, number, axis):
    texts = Texts(lang)
    assert f">{number}</text>" in svg(charts.bars(BARS, texts, "light", "count"), lang)
    drawn = svg(charts.lines(DAYS, "light", "count"), lang)
    assert f">{axis}</text>" in drawn
    assert ">2017</text>" in drawn


@pytest.mark.parametrize(("lang", "month", "day"), [("nl", "maart", "zondag"), ("en", "March", "Sunday")])
def test_days_are_written_as_the_language_does(lang, month, day):
    time = chart_look.locale(Texts(lang))["time"]
    assert time["months"][2] == month
    assert time["days"][0] == day


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_page_gets_the_same_language_as_the_picture(lang):
    found = spec(charts.bars(BARS, Texts(lang), "light", "count"), lang)["config"]["locale"]
    assert found == chart_look.locale(Texts(lang))


def test_an_unknown_value_has_a_word_and_no_bar():
    drawn = spec(charts.bars(BARS, Texts("nl"), "light", "count"))
    (rows,) = drawn["datasets"].values()
    assert [row["said"] for row in rows] == ["1.929", "onbekend", "150"]
    assert [row["end"] for row in rows] == [1929, 0, 150]


def test_names_need_not_differ_and_are_only_text():
    drawn = svg(charts.bars(BARS, Texts("nl"), "light", "count"))
    assert drawn.count(">Noord</text>") == 2
    assert "Zuid &quot;\\" in drawn or 'Zuid "\\' in drawn


def test_a_gap_breaks_the_line():
    def starts(values: list[float]) -> int:
        drawn = svg(charts.lines(DAYS.assign(value=values), "light", "count"))
        (line,) = [part for part in drawn.split("<path")[1:] if 'stroke-width="2.5"' in part]
        return line.split('d="')[1].split('"')[0].count("M")

    assert starts([0.0, 2000.0, 4000.0, 8000.0]) == 1
    assert starts([0.0, np.nan, 4000.0, 8000.0]) == 2


def test_one_value_stands_out_on_the_strip_and_an_unknown_one_does_not():
    texts = Texts("nl")
    assert ">Noord</text>" in svg(charts.strip(BARS, texts, "light", "count", 0))
    assert ">Noord</text>" not in svg(charts.strip(BARS, texts, "light", "count", 1))


def test_a_line_to_compare_with_is_named_where_its_value_is_known():
    def drawn(value: float) -> str:
        return svg(charts.bars(BARS, Texts("nl"), "light", "count", reference=("Nederland", value)))

    assert ">Nederland: 1.000</text>" in drawn(1000.0)
    assert "Nederland" not in drawn(np.nan)


def test_nothing_to_show_is_no_error():
    none = BARS.iloc[:0]
    for chart in (
        charts.bars(none, Texts("nl"), "light", "count"),
        charts.strip(none, Texts("nl"), "light", "rate"),
        charts.lines(DAYS.iloc[:0], "light", "count"),
    ):
        assert svg(chart).startswith("<svg")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_says_title_and_source_and_is_the_same_each_time(theme):
    def drawn() -> str:
        return svg(charts.bars(BARS, Texts("nl"), theme, "count"), theme=theme)

    once = drawn()
    assert CAPTION.title in once
    assert CAPTION.source in once
    assert f'fill="{LOOKS[theme].background}"' in once
    assert drawn() == once
    chart = charts.bars(BARS, Texts("nl"), theme, "count")
    png = chart_look.picture(chart, CAPTION, Texts("nl"), "png", theme)
    assert png.startswith(b"\x89PNG")


def test_neither_altair_nor_the_pictures_are_loaded_before_a_chart_is_made():
    code = "import sys, utils.charts; print('altair' in sys.modules, 'vl_convert' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    made = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["False", "False"]


# Machado, Oliveira and Fernandes 2009, severity 1: what the colour-blind see of linear RGB.
BLIND = {
    "normal": np.eye(3),
    "protan": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deutan": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritan": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
TO_XYZ = np.array([[0.4125, 0.3576, 0.1804], [0.2127, 0.7152, 0.0722], [0.0193, 0.1192, 0.9503]])


def linear(colour: str) -> np.ndarray:
    c = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.0888]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_areas_can_be_told_apart_by_everybody(theme):
    look = LOOKS[theme]
    for name, eye in BLIND.items():
        for one, other in itertools.combinations(look.areas, 2):
            far = np.linalg.norm(lab(np.array(eye) @ linear(one)) - lab(np.array(eye) @ linear(other)))
            assert far > 25, (name, one, other)
    back = TO_XYZ[1] @ linear(look.background)
    for colour in (*look.areas, look.ink):
        low, high = sorted([back, TO_XYZ[1] @ linear(colour)])
        assert (high + 0.05) / (low + 0.05) >= 3, colour
        assert colour == look.ink or np.linalg.norm(lab(linear(colour)) - lab(linear("#D55E00"))) > 40


def test_what_is_written_in_a_table_is_what_the_chart_says():
    texts = Texts("nl")
    drawn = json.dumps(spec(charts.bars(BARS, texts, "light", "rate")), ensure_ascii=False)
    assert charts.written(texts, "rate", 1929) == "1.929,00"
    assert charts.written(texts, "rate", 1929) in drawn
    assert charts.written(texts, "share", 0.333) == "33%"
    assert charts.written(texts, "count", None) == "onbekend"


@pytest.mark.parametrize("values", [[1.72, 0.65, 0.5], [1.02, 0.44, 0.5], [5, 5, 5, 4.9], [0, 0, 0], [3.0]])
def test_names_of_lines_do_not_cover_each_other_or_a_line_above(values):
    pixel = (max(values) or 1) / 280
    rows = pd.DataFrame(
        {"x": DAYS["x"].iloc[0], "value": values, "series": [str(i) for i in range(len(values))]}
    )
    drawn = spec(charts.lines(rows, "light", "rate"))
    names = [row for rows in drawn["datasets"].values() for row in rows if "at" in row]
    assert len(names) == (len(values) if len(values) > 1 else 0)
    heights = sorted(row["at"] for row in names)
    assert all(high - low >= 15.9 * pixel for low, high in itertools.pairwise(heights))
    assert all(height >= 8 * pixel for height in heights)  # not under the axis
    ranked = [row["value"] for row in sorted(names, key=lambda row: row["at"])]
    assert ranked == sorted(ranked)
