"""The map with proposed places: numbered as in the list, at their exact place, nothing else changed."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests import country
from utils import classes, maps, site_chart, site_map, site_table, site_words
from utils import coverage as c
from utils.map_geometry import lonlat
from utils.maps import View
from utils.siting import Site, Siting
from utils.texts import LANGS, Texts

COVERAGE = c.measure(country.grid(k=16), country.groups())
FOUND = Siting(
    (
        Site(5, country.WEST + 1_450, country.SOUTH + 1_250, 900.4),
        Site(0, country.WEST + 50, country.SOUTH + 25, 0.6),
    ),
    2_000.0,
    901.0,
    "greedy",
    905.2,
)
SCRIPT = (Path(maps.__file__).parent / "assets" / "buurtkaart.js").read_text(encoding="utf-8")


def made(theme: classes.Theme = "light", at: int | None = None) -> tuple[dict, dict]:
    view = View("NL", "country", "neighbourhood", "status", 500, "nl", theme)
    figures = c.figures(COVERAGE, "neighbourhood", 500)
    spec = maps.specification(COVERAGE, figures, view, "land", "detail", {}, lambda *_: "", "")
    return spec, site_map.specification(spec, FOUND, 800.0, ["<b>A</b>", "B"], ["één", "twee"], at)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_places_stand_on_the_same_map_in_order(theme: classes.Theme) -> None:
    before, told = made(theme, 2)
    assert {name: told[name] for name in before if name not in ("sites", "pick")} == {
        name: value for name, value in before.items() if name not in ("sites", "pick")
    }
    xy = np.array([(site.x, site.y) for site in FOUND.sites])
    assert told["sites"]["places"] == [
        [pytest.approx(lat, abs=1e-6), pytest.approx(lon, abs=1e-6), name, note]
        for (lon, lat), name, note in zip(lonlat(xy), ["<b>A</b>", "B"], ["één", "twee"], strict=True)
    ]
    assert (told["sites"]["radius"], told["sites"]["at"]) == (800.0, 2)


def test_the_script_reads_only_what_it_gets() -> None:
    _, told = made()
    (names,) = re.findall(r"const \{ (.+) \} = spec\.sites", SCRIPT)
    assert {*names.split(", "), *re.findall(r"\bsites\.(\w+)", SCRIPT)} - {"addTo"} <= told["sites"].keys()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_can_be_read(theme: classes.Theme) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))

    dark, pale = sorted(map(light, site_map.COLOURS[theme]))
    assert (pale + 0.05) / (dark + 0.05) >= 4.5


def test_the_table_and_the_curve_add_up() -> None:
    table = site_table.table(COVERAGE.atlas, FOUND)
    assert table["number"].tolist() == [1, 2]
    assert table["name"].tolist() == ["Buurt 5", "Buurt 0"]
    assert table["municipality"].tolist() == ["Gemeente 1", "Gemeente 0"]
    assert table["gained_total"].tolist() == pytest.approx([900.4, 901])
    assert table["gained_share"].tolist() == pytest.approx([0.4502, 0.4505])
    assert len(site_table.table(COVERAGE.atlas, Siting((), 0.0, 0.0, "exact", 0.0))) == 0
    curve = site_chart.curve(FOUND, Texts("nl"), "light").to_dict()
    (points,) = curve["datasets"].values()
    assert [(one["x"], one["value"]) for one in points] == [
        (0, 0),
        (1, pytest.approx(900.4)),
        (2, pytest.approx(901)),
    ]
    assert site_chart.rows(FOUND, Texts("nl"))[1] == [("1", "900", "900"), ("2", "1", "901")]


@pytest.mark.parametrize("lang", LANGS)
def test_words_say_how_near_to_the_best_and_never_promise_too_much(lang: str) -> None:
    texts = Texts(lang)
    said = site_words.quality(texts, FOUND)
    assert texts.percent(0.005, 1) in said  # 0.464% at most
    assert texts.number(906) in said
    people, share, best = site_words.metrics(texts, COVERAGE, "Hier", 500, FOUND)
    assert (people.value, share.value) == (texts.number(901), texts.percent(0.4505))
    assert texts.percent(0.005, 1) in best.value
    caption = site_words.chart(texts, COVERAGE, "Hier", 500, FOUND)
    assert texts.number(901) in caption.alt
    assert caption.title == texts.t("sites.chart.title")
    many = Siting(tuple(Site(0, 0, 0, 100 / n) for n in range(1, 21)), 900.0, 359.8, "exact", 359.8)
    assert "3" in site_words.chart(texts, COVERAGE, "Hier", 500, many).title
