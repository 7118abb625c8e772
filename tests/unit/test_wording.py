"""Figures in words: the right sentence, number and unit, in both languages; the unknown stays unknown."""

import math
from dataclasses import fields, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import classes, summaries, wording
from utils import coverage as c
from utils.maps import View
from utils.models import LAYERS, LEVELS, Atlas, Coverage, Layer, Level, Status
from utils.published import Published
from utils.summaries import AreaFigures, KeyFigures
from utils.texts import LANGS, Texts

ATLAS = {kind: country.grid(kind=kind, k=64) for kind in ("approximate", "official")}
GROUPS = country.groups(
    [(WEST + 500, SOUTH + 500), (WEST + 600, SOUTH + 500), (WEST + 1_500, SOUTH + 2_500)],
    ["active", "inactive", "pending"],
    [20, np.nan, np.nan],
)
COVERAGE = c.measure(ATLAS["approximate"], GROUPS)
OFFICIAL = c.measure(ATLAS["official"], GROUPS)
NL, EN = Texts("nl"), Texts("en")
LELYSTAD = AreaFigures(
    code="GM0995", level="municipality", name="Lelystad", radius=500, inhabitants=84_233, households=math.nan,
    groups=1_450, active=1_400, per_1000=17.3, participants=98_000, participation=1, reach=0.8,
    unreached=16_425.4, inhabited=67, partly=5, uncovered=12, status=Status.COVERED,
)  # fmt: skip
FLEVOLAND = replace(LELYSTAD, code="PV24", level="province", name="Flevoland", per_1000=3.3, reach=0.5)
LAND = replace(
    LELYSTAD,
    code="NL",
    level="country",
    name="NL",
    per_1000=0.5,
    reach=0.25,
    inhabited=14_000,
    uncovered=7_000,
)
UNKNOWN = {f.name: math.nan for f in fields(AreaFigures) if f.type is float and f.name != "radius"}
MAP = View("NL", "country", "municipality", "status", 500.0, "nl", "light")


def title(area: AreaFigures, texts: Texts = NL, kind: str = "approximate") -> str:
    return wording.title(texts, ATLAS[kind], area)


def metrics(
    key: KeyFigures, texts: Texts = NL, nearest: float = math.nan, coverage: Coverage = COVERAGE
) -> list[wording.Metric]:
    return wording.metrics(texts, coverage, key, nearest)


def test_the_sums_are_over_the_figures_that_can_be_unknown() -> None:
    assert set(UNKNOWN) == {
        "inhabitants", "households", "per_1000", "participants", "participation", "reach", "unreached",
    }  # fmt: skip


def test_a_title_counts_the_gaps() -> None:
    assert title(LELYSTAD) == "Lelystad: 12 van 67 buurtvakken zonder bekende groep dichtbij"
    assert title(LELYSTAD, EN) == "Lelystad: 12 of 67 cells without a known group nearby"
    assert title(LELYSTAD, NL, "official") == "Lelystad: 12 van 67 buurten zonder bekende groep dichtbij"
    assert "7.000 van 14.000 buurtvakken" in title(LAND)
    assert "7,000 of 14,000" in title(LAND, EN)


@pytest.mark.parametrize("kind", ATLAS)
@pytest.mark.parametrize("lang", LANGS)
def test_a_title_knows_one_from_many(lang: str, kind: str) -> None:
    texts = Texts(lang)
    one, many = (wording.parts(texts, ATLAS[kind], n) for n in (1, 2))
    assert one != many
    single = title(replace(LELYSTAD, inhabited=1, uncovered=1), texts, kind)
    assert f" {one} " in single
    assert many not in single
    plural = title(replace(LELYSTAD, inhabited=2, uncovered=1), texts, kind)
    assert f" {many} " in plural
    none = title(replace(LELYSTAD, uncovered=0), texts, kind)
    assert f" {many} " in none
    assert "67" not in none


@pytest.mark.parametrize("lang", LANGS)
def test_each_finding_has_its_own_title(lang: str) -> None:
    texts = Texts(lang)
    cell = replace(LELYSTAD, level="neighbourhood", name="Lelystad-Noord 3")
    empty = replace(LELYSTAD, inhabited=0, uncovered=0, inhabitants=0, status=Status.UNINHABITED)
    found = [
        title(LELYSTAD, texts),
        title(replace(LELYSTAD, uncovered=0), texts),
        title(empty, texts),
        title(replace(empty, **UNKNOWN, status=Status.UNKNOWN), texts),
        *(title(replace(cell, status=status), texts) for status in Status),
    ]
    assert len(set(found)) == len(found)
    assert all("Lelystad" in one for one in found)
    assert all("0" not in one for one in found[1:])


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_known_is_not_nobody(lang: str) -> None:
    texts = Texts(lang)
    people = [math.nan] * 4 + [0.0] * 4 + [500.0] * 8
    coverage = c.measure(country.grid(inhabitants=people, k=64), GROUPS)
    unknown, empty = (summaries.area_figures(coverage, code, 500) for code in ("GM0000", "GM0001"))
    assert title(empty, texts) == texts.t("title.unhabited", name="Gemeente 1")
    assert title(unknown, texts) == texts.t("title.neighbourhood.s4", name="Gemeente 0")


@pytest.mark.parametrize("lang", LANGS)
def test_the_country_is_called_in_the_language_of_the_reader(lang: str) -> None:
    texts = Texts(lang)
    name = wording.area_name(texts, "NL", "NL")
    assert name == {"nl": "Nederland", "en": "The Netherlands"}[lang]
    assert title(LAND, texts).startswith(f"{name}: ")
    assert wording.area_name(texts, "Lelystad", "GM0995") == "Lelystad"


def test_key_figures_have_values_as_the_language_writes_them() -> None:
    key = KeyFigures(LELYSTAD, None, FLEVOLAND, LAND)
    assert [one.value for one in metrics(key)] == ["1.450", "80%", "16.425", "12 van 67"]
    assert [one.value for one in metrics(key, EN)] == ["1,450", "80%", "16,425", "12 of 67"]
    assert [one.compare for one in metrics(key)] == [
        "17,3 per 1.000 inw. · Flevoland 3,3 · Nederland 0,5",
        "Flevoland 50% · Nederland 25%",
        "20% van de inwoners · Flevoland 50% · Nederland 75%",
        "18% van de buurtvakken · Flevoland 18% · Nederland 50%",
    ]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("NL", set()),
        ("PV20", {"land"}),
        ("GM0000", {"Provincie 0", "land"}),
        ("BV00000001", {"Gemeente 0", "Provincie 0", "land"}),
    ],
)
def test_key_figures_compare_with_the_areas_around(code: str, named: set[str], lang: str) -> None:
    texts = Texts(lang)
    land = texts.t("area.country")
    key = summaries.key_figures(COVERAGE, code, 500)
    found = metrics(key, texts, 340)
    assert len(found) == 4
    for one in found:
        assert one.label
        assert one.value
        assert one.definition
    compared = found[:3] if code.startswith("BV") else found
    names = {land if name == "land" else name for name in named}
    for one in compared:
        assert {name for name in (land, "Provincie 0", "Gemeente 0") if name in one.compare} == names
    assert texts.distance(500) in found[1].definition
    assert texts.date(date(2024, 1, 1)) in found[1].definition


@pytest.mark.parametrize("lang", LANGS)
def test_a_neighbourhood_tells_the_distance_to_a_group(lang: str) -> None:
    texts = Texts(lang)
    key = summaries.key_figures(COVERAGE, "BV00000001", 500)
    assert metrics(key, texts, 340)[3].value == "340 m"
    for unknown in (math.inf, math.nan):
        assert metrics(key, texts, unknown)[3].value == texts.unknown


@pytest.mark.parametrize("lang", LANGS)
def test_the_unknown_is_not_shown_as_zero(lang: str) -> None:
    texts = Texts(lang)
    blank = replace(LELYSTAD, **UNKNOWN, inhabited=0, uncovered=0, groups=3, active=3, status=Status.UNKNOWN)
    others = (replace(FLEVOLAND, **UNKNOWN), replace(LAND, **UNKNOWN))
    groups, reach, far, _ = metrics(KeyFigures(blank, None, *others), texts)
    assert (reach.value, far.value) == (texts.unknown, texts.unknown)
    for one in (groups, reach, far):
        assert one.compare.count(texts.unknown) == one.compare.count("·") + 1
        assert "0" not in one.compare.replace("1.000", "").replace("1,000", "")


figure = st.floats(-1e12, 1e12) | st.sampled_from([math.nan, math.inf, -math.inf, -0.0, 5e-324])


@given(
    st.sampled_from(LANGS),
    st.lists(figure | st.floats(0, 1), min_size=7, max_size=7),
    st.lists(st.integers(0, 20_000), min_size=5, max_size=5),
    st.sampled_from(LEVELS),
    st.sampled_from(Status),
    figure,
)
def test_no_figure_breaks_the_words(
    lang: str, values: list[float], counts: list[int], level: Level, status: Status, nearest: float
) -> None:
    numbers = dict(zip(UNKNOWN, values, strict=True))
    whole = dict(zip(("groups", "active", "inhabited", "partly", "uncovered"), counts, strict=True))
    area = replace(LELYSTAD, **numbers, **whole, level=level, status=status)
    texts = Texts(lang)
    said = [title(area, texts)]
    said += [wording.people_line(texts, OFFICIAL, area)]
    for coverage in (COVERAGE, OFFICIAL):
        for one in metrics(KeyFigures(area, None, FLEVOLAND, LAND), texts, nearest, coverage):
            said += [one.label, one.value, one.compare, one.definition]
    for sentence in said:
        assert not any(bad in sentence.lower().split() for bad in ("nan", "inf", "-inf", "none", "nat"))
        assert "{" not in sentence


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("layer", LAYERS)
def test_a_legend_has_a_word_for_every_class(
    layer: Layer, level: Level, theme: classes.Theme, lang: str
) -> None:
    texts = Texts(lang)
    rows = wording.legend(texts, layer, level, theme)
    scale = classes.scale(layer, level, theme)
    labels = [row.label for row in rows]
    assert len(set(labels)) == len(labels)
    assert all(labels)
    if layer == "status":  # unknown inhabitants: only where there are
        every = wording.legend(texts, layer, level, theme, unknown=True)
        assert [row.swatch for row in every] == list(scale.swatches)
        assert every[-1].label == texts.t("status.s4")
        assert [row.swatch for row in rows] == list(scale.swatches[: Status.UNKNOWN])
        assert labels == [texts.t(f"status.s{int(status)}") for status in Status][: Status.UNKNOWN]
        return
    assert [row.swatch for row in rows] == list(scale.swatches)
    shown = {
        "dekkingsgraad": lambda x: texts.number(x, 2),
        "bereik": texts.percent,
        "groepen": texts.number,
        "actueel": texts.percent,
        "inbraken": texts.number,
    }[layer]
    assert scale.marks is (layer == "actueel")
    if scale.marks:
        assert labels.pop(-2) == texts.t(f"legend.marked.{layer}")
    for label, bound in zip(labels, scale.bounds, strict=False):
        assert label.endswith(shown(bound))  # the class's highest value
    assert shown(scale.bounds[-1]) in labels[-2]
    assert labels[-1] == texts.t("legend.groupless" if layer == "actueel" else "legend.missing")


def test_a_legend_of_counts_leaves_no_count_out() -> None:
    assert [row.label for row in wording.legend(NL, "groepen", "neighbourhood", "light")] == [
        "0", "1", "2", "3", "meer dan 3", "geen cijfer",
    ]  # fmt: skip
    assert [row.label for row in wording.legend(NL, "groepen", "country", "light")] == [
        "0", "1 tot en met 1.000", "1.001 tot en met 3.000", "3.001 tot en met 6.000", "meer dan 6.000",
        "geen cijfer",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ATLAS)
@pytest.mark.parametrize("lang", LANGS)
def test_the_map_credits_the_boundaries_that_it_shows(lang: str, kind: str) -> None:
    texts = Texts(lang)
    credits = {
        unit: wording.map_texts(texts, ATLAS[kind], "X", replace(MAP, unit=unit))["credit"]
        for unit in LEVELS[1:]
    }
    if kind == "official":
        assert set(credits.values()) == {"Kadaster / Centraal Bureau voor de Statistiek, 2024"}
    else:
        assert all("CBS" in credit for credit in credits.values())
        assert credits["neighbourhood"] != credits["municipality"] == credits["province"]


@pytest.mark.parametrize("lang", LANGS)
def test_the_map_speaks_of_its_view(lang: str) -> None:
    texts = Texts(lang)
    found = wording.map_texts(texts, ATLAS["approximate"], "Één", replace(MAP, layer="bereik", radius=1_500))
    assert "Één" in found["label"]
    assert texts.t("layer.bereik") in found["label"]
    assert texts.distance(1_500) in found["reach"]
    assert len(found["status"]) == len(Status)
    assert found["unknown"] == texts.unknown
    assert 'href="https://www.kadaster.nl"' in found["tiles"]


@pytest.mark.parametrize("lang", LANGS)
def test_a_dot_says_what_is_known_of_the_group(lang: str) -> None:
    texts = Texts(lang)
    groups = country.groups(
        [(0, 0)] * 5, ["active", "active", "inactive", "pending", "unverified"], [1_024, np.nan, 5, 5, 5]
    )
    undated = replace(groups, confirmed=np.full(5, "NaT", dtype="datetime64[D]"))
    note = wording.dot_note(texts)
    known, unsaid, off, *unsure = (note(groups, i) for i in range(5))
    day = texts.date(date(2024, 1, 1))
    assert texts.number(1_024) in known
    assert day in known
    assert day in unsaid
    assert texts.unknown in unsaid
    assert off == texts.t("tip.dot_inactive")
    assert unsure == [texts.t("tip.dot_pending")] * 2
    assert texts.unknown in note(undated, 0)
    assert "NaT" not in note(undated, 0)


@pytest.mark.parametrize("lang", LANGS)
def test_the_source_line_tells_whose_groups_and_of_when(lang: str) -> None:
    texts = Texts(lang)
    own = replace(COVERAGE, groups=replace(GROUPS, example=False, peildatum=None))
    ours, theirs = (wording.source_line(texts, coverage, 500) for coverage in (COVERAGE, own))
    assert texts.t("table.register_example") in ours
    assert ours.count(texts.date(date(2024, 1, 1))) == 2
    assert texts.t("table.register_own") in theirs
    assert texts.unknown in theirs


@pytest.mark.parametrize("lang", LANGS)
def test_sources_tell_example_from_own_and_approximate_from_official(lang: str) -> None:
    texts = Texts(lang)
    own = replace(GROUPS, example=False, peildatum=None)

    def told(atlas: Atlas, groups: object) -> list[tuple[str, str, str, str]]:
        return wording.data_sources(texts, replace(COVERAGE, atlas=atlas, groups=groups))

    shipped, official = told(ATLAS["approximate"], GROUPS), told(ATLAS["official"], own)
    assert [len(shipped), len(official)] == [4, 4]
    assert all(all(row) for row in (*shipped, *official))
    assert texts.number(16_000) in shipped[0][3]
    for before, after in zip(shipped[1:], official[1:], strict=True):
        assert before != after
    assert official[3][2] == texts.unknown


@pytest.mark.parametrize("lang", LANGS)
def test_households_stand_beside_inhabitants_where_they_are_known(lang: str) -> None:
    texts = Texts(lang)
    area = summaries.area_figures(OFFICIAL, "GM0000", 500)
    both = texts.t("key.households", x=texts.number(2_000))
    assert wording.people(texts, ATLAS["official"], area).endswith(both)
    assert both in wording.people_line(texts, OFFICIAL, area)
    said = metrics(KeyFigures(area, None, None, None), texts, coverage=OFFICIAL)
    assert sum(both in one.definition for one in said) == 2
    unknown = replace(area, households=math.nan)
    assert texts.t("key.households", x=texts.unknown) in wording.people(texts, ATLAS["official"], unknown)
    shipped = summaries.area_figures(COVERAGE, "GM0000", 500)
    alone = texts.t("key.inhabitants", x=texts.number(4_000))
    assert wording.people(texts, ATLAS["approximate"], shipped) == alone
    assert wording.people_line(texts, COVERAGE, shipped) == ""


@pytest.mark.parametrize("lang", LANGS)
def test_nobody_and_unknown_are_told_apart(lang: str) -> None:
    texts = Texts(lang)
    nobody, unknown = (replace(LELYSTAD, inhabitants=people) for people in (0.0, math.nan))
    assert wording.people(texts, ATLAS["official"], nobody) == texts.t("key.nobody")
    assert texts.unknown in wording.people(texts, ATLAS["official"], unknown)
    assert "0" not in wording.people(texts, ATLAS["official"], unknown)


@pytest.mark.parametrize("lang", LANGS)
def test_official_boundaries_are_credited_in_the_source_line(lang: str) -> None:
    credit = "Kadaster / Centraal Bureau voor de Statistiek, 2024"
    assert credit in wording.source_line(Texts(lang), OFFICIAL, 500)
    assert credit not in wording.source_line(Texts(lang), COVERAGE, 500)


def test_the_method_mentions_the_numbers_that_count() -> None:
    facts = wording.method_facts(NL, COVERAGE, 70)
    said = {"small": "50", "radius": "500 m", "per_group": "70", "samples": "64", "places": "10.000"}
    assert facts == said


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("layer", LAYERS)
def test_the_help_of_a_layer_says_what_it_is_and_of_when(layer: Layer, lang: str) -> None:
    texts = Texts(lang)
    said = wording.layer_help(texts, COVERAGE, replace(MAP, layer=layer, radius=700), date(2023, 1, 1))
    assert "{" not in said
    if layer in ("status", "bereik", "actueel"):
        assert texts.distance(700) in said
    if layer == "actueel":
        assert texts.date(date(2023, 1, 1)) in said
        assert texts.date(date(2024, 1, 1)) in said
        assert texts.t("table.register_example") in said


@pytest.mark.parametrize("lang", LANGS)
def test_published_figures_come_newest_first(lang: str) -> None:
    texts = Texts(lang)
    figures = [
        Published("2015-12", "country", "Nederland", 923, None, "RTV Oost"),
        Published("2019", "municipality", "Lelystad", 145, 9_000, "De Stentor"),
        Published("2019-02", "country", "Nederland", 8_950, 0, "RTV Oost"),
    ]
    land = texts.t("area.country")
    assert wording.published_rows(texts, figures, lambda name: ()) == [
        ("2019-02", land, texts.number(8_950), "0", "RTV Oost"),
        ("2019", "Lelystad", "145", texts.number(9_000), "De Stentor"),
        ("2015-12", land, "923", "", "RTV Oost"),
    ]
    assert wording.published_rows(texts, [], lambda name: ()) == []


@pytest.mark.parametrize("lang", LANGS)
def test_published_figures_of_municipalities_of_before_say_what_became_of_them(lang: str) -> None:
    texts = Texts(lang)
    went = {"Boxmeer": ("Land van Cuijk",), "Haaren": ("Boxtel", "Vught")}
    figures = [
        Published("2019", level, area, 79, None, "x")
        for level, area in (("municipality", "Boxmeer"), ("municipality", "Haaren"), ("province", "Haaren"))
    ]
    said = [row[1] for row in wording.published_rows(texts, figures, lambda name: went.get(name, ()))]
    assert "Boxmeer" in said[0]
    assert "Land van Cuijk" in said[0]
    assert said[0] != said[1]
    assert "Boxtel, Vught" in said[1]
    assert said[2] == "Haaren"
