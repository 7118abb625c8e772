"""What the map's script gets: all of the view, nothing but data, from our own server."""

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit_folium
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from tests.country import SOUTH, WEST
from utils import classes, crime, freshness, map_geometry, maps, wording
from utils import coverage as c
from utils.maps import View
from utils.models import LAYERS, Coverage, Groups, Overlay, Status
from utils.summaries import rows_within
from utils.texts import LANGS, Texts

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "]]>-->",
    "`${alert(1)}`",
    "'\"\\",
    "\\u003c/script>",
    "a\nb\r\tc\0",
    "\u2028\u2029",
    "{{'alert'}} {{ 7*7 }} {{{{ {% macro x() %} {# x",
    "{% raw %}",
    "{{ cycler.__init__.__globals__.os.getcwd() }}",
    "map_div feature_group_0 _abc123",
    "&lt;b&gt; %s {x}",
    "💥 é",
]
PEOPLE = [1_000, 800, 0, np.nan, 300, 2_000, 40, 1_000, *[500] * 8]
PLACES = [(WEST + 500 + 20 * i, SOUTH + 1_510) for i in range(len(HOSTILE))]
GROUPS = country.groups(
    [*PLACES, (WEST + 500, SOUTH + 500), (WEST + 1_500, SOUTH + 2_500), (0, 0)],
    ["active"] * len(HOSTILE) + ["active", "inactive", "active"],
    names=[*HOSTILE, "Zuid", "Noord", "Nergens"],
)
COVERAGE = c.measure(country.grid(inhabitants=PEOPLE, k=64), GROUPS)
SCRIPT = (Path(maps.__file__).parent / "assets" / "buurtkaart.js").read_text(encoding="utf-8")
VIEWS = [
    ("NL", "country", "province"),
    ("NL", "country", "municipality"),
    ("NL", "country", "neighbourhood"),
    ("PV20", "province", "municipality"),
    ("PV20", "province", "neighbourhood"),
    ("GM0000", "municipality", "neighbourhood"),
    ("GM0001", "municipality", "neighbourhood"),
]
PARALLEL = (
    "classes", "open", "status", "groups", "per_1000", "reach", "uncovered", "inhabited", "inhabitants",
)  # fmt: skip


def view(code: str = "GM0001", level: str = "municipality", unit: str = "neighbourhood", **more: Any) -> View:
    given_ = {"layer": "status", "radius": 500.0, "lang": "nl", "theme": "light"} | more
    return View(code=code, level=level, unit=unit, **given_)


def confirmed(shown: View, coverage: Coverage = COVERAGE) -> freshness.Freshness:
    """How fresh the areas of a view are, if nobody confirmed the group in the south."""
    fresh = c.subset(coverage, coverage.groups.active & (coverage.groups.names != "Zuid"))
    return freshness.measure(coverage, fresh, shown.unit, shown.radius, date(2023, 1, 1))


def burglaries(coverage: Coverage) -> crime.Crime:
    """As many burglaries in each area as its row, but none known of the first."""
    codes = [areas.codes for areas in (coverage.atlas.neighbourhoods, coverage.atlas.municipalities)]
    by_code = {code: float(i) if i else np.nan for rows in codes for i, code in enumerate(rows)}
    return crime.join(coverage.atlas, crime.Counts(2024, True, by_code))


def laid_over(shown: View, coverage: Coverage = COVERAGE) -> Overlay | None:
    """What a layer shows beside the figures."""
    if shown.layer == "actueel":
        return freshness.overlay(confirmed(shown, coverage))
    if shown.layer == "inbraken":
        return crime.overlay(coverage.atlas, burglaries(coverage), shown.unit)
    return None


def specify(shown: View, coverage: Coverage = COVERAGE, **more: Any) -> dict[str, Any]:
    def note(groups: Groups, i: int) -> str:
        return f"over {groups.ids[i]}"

    figures = c.figures(coverage, shown.unit, shown.radius)
    more = {"overlay": laid_over(shown, coverage)} | more
    given_ = {"land": "land.json", "detail": None, "texts": {"label": "X"}, "notes": note, "tiles": ""} | more
    return maps.specification(coverage, figures, shown, **given_)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize(("code", "level", "unit"), VIEWS)
def test_a_specification_has_a_row_for_every_area_of_the_view(
    code: str, level: str, unit: str, layer: str
) -> None:
    atlas, shown = COVERAGE.atlas, view(code, level, unit, layer=layer)
    spec = specify(shown)
    rows = rows_within(atlas, code, unit)
    figures = c.figures(COVERAGE, unit, 500)
    assert spec["codes"] == list(atlas.areas(unit).codes[rows])
    assert {len(spec[name]) for name in PARALLEL} == {len(rows)}
    assert spec["groups"] == figures.groups[rows].tolist()
    assert spec["status"] == figures.status[rows].tolist()
    overlay = laid_over(shown)
    if overlay:
        assert spec["classes"] == classes.classify(overlay, layer)[rows].tolist()
        for name, values in overlay.facts.items():
            told = {str(i): value for i, value in enumerate(values[rows]) if not np.isnan(value)}
            assert spec["facts"][name] == told
    else:
        assert spec["classes"] == classes.classify(figures, layer)[rows].tolist()
        assert spec["facts"] == {}
    if layer == "actueel":
        assert set(spec["open"]) == {0}
    else:
        assert spec["open"] == [int(status == Status.UNCOVERED) for status in spec["status"]]
    assert max(spec["classes"]) < len(spec["swatches"])
    assert (spec["view"], spec["level"], spec["unit"]) == (code, level, unit)
    assert json.loads(json.dumps(spec, allow_nan=False)) == spec


def test_missing_is_null_and_not_zero() -> None:
    spec = specify(view("GM0000"))
    assert PEOPLE[:4] == [1_000, 800, 0, pytest.approx(np.nan, nan_ok=True)]
    assert spec["inhabitants"] == [1_000, 800, 0, None]
    assert spec["per_1000"][2:] == [None, None]
    assert spec["reach"][2] is spec["reach"][3] is None
    assert spec["groups"] == [1, 0, 0, 0]
    assert spec["reach"][0] == round(100 * c.figures(COVERAGE, "neighbourhood", 500).reach[0]) > 75
    assert spec["per_1000"][0] == 1.0
    assert spec["status"][2:] == [Status.UNINHABITED, Status.UNKNOWN]
    rates = specify(view("GM0001", layer="dekkingsgraad"))
    assert rates["per_1000"][2] is None  # 40 inhabitants: too few for a rate
    assert rates["classes"][2] == len(rates["swatches"]) - 1


def test_a_layer_of_its_own_tells_its_own_facts() -> None:
    spec = specify(view("GM0000", layer="actueel"))
    assert spec["facts"] == {  # row → number; how many are overstated is of larger areas
        "fresh": {"0": 0}, "active": {"0": 1}, "overstated": {}, "lower": {"0": 1},
    }  # fmt: skip
    assert spec["classes"][0] == len(spec["swatches"]) - 2
    towns = specify(view("NL", "country", "municipality", layer="actueel"))["facts"]
    assert towns["overstated"] == {"0": 1}
    for lang in LANGS:
        sentences = wording.map_texts(Texts(lang), COVERAGE.atlas, "X", view(layer="actueel", lang=lang))
        assert [fact for fact, _, _ in sentences["facts"]] == ["fresh", "overstated", "lower"]
        assert {fact for fact, _, _ in sentences["facts"]} <= spec["facts"].keys()
        named = {name for _, text, _ in sentences["facts"] for name in re.findall(r"\{(\w+)\}", text)}
        assert [bool(otherwise) for *_, otherwise in sentences["facts"]] == [True, False, False]
        assert named == {"fresh", "active", "overstated", "inhabited"}
        usual = wording.map_texts(Texts(lang), COVERAGE.atlas, "X", view(lang=lang))
        assert usual["facts"] == []


def test_the_layer_of_burglaries_tells_number_and_rate() -> None:
    official = c.measure(country.grid(kind="official", k=64), country.groups([(WEST + 500, SOUTH + 500)]))
    spec = specify(view("GM0000", layer="inbraken"), official)  # 500 households each: 0, 1, 2, 3 burglaries
    assert spec["facts"] == {
        "burglaries": {"1": 1, "2": 2, "3": 3}, "burglary_rate": {"1": 2.0, "2": 4.0, "3": 6.0},
    }  # fmt: skip
    none = len(spec["swatches"]) - 1
    assert spec["classes"] == [none, 1, 2, 3]
    assert spec["open"] == [0, 1, 1, 1]  # what has no group known stands out in this layer too
    for lang in LANGS:
        sentences = wording.map_texts(Texts(lang), official.atlas, "X", view(layer="inbraken", lang=lang))
        ((fact, text, otherwise),) = sentences["facts"]
        assert fact in spec["facts"]
        assert set(re.findall(r"\{(\w+)\}", text)) == spec["facts"].keys() == {"burglaries", "burglary_rate"}
        assert otherwise


def test_a_fact_has_the_decimals_that_its_layer_gives_it() -> None:
    overlay = freshness.overlay(confirmed(view("GM0000")))
    shares = {"fresh": np.where(overlay.facts["fresh"] == 0, 3.04, np.nan)}
    spec = specify(view("GM0000"), overlay=replace(overlay, facts=shares, decimals={"fresh": 1}))
    assert (spec["facts"], spec["decimals"]) == ({"fresh": {"0": 3.0}}, {"fresh": 1})
    assert specify(view("GM0000"))["decimals"] == {}


@pytest.mark.parametrize(
    ("code", "level", "child", "children", "context"),
    [
        ("NL", "country", "province", ["PV20", "PV21"], None),
        ("PV21", "province", "municipality", ["GM0002", "GM0003"], "province"),
        ("GM0000", "municipality", "neighbourhood", [f"BV0000000{i}" for i in range(4)], "municipality"),
    ],
)
def test_a_click_goes_one_level_down(
    code: str, level: str, child: str, children: list[str], context: str | None
) -> None:
    spec = specify(view(code, level, "neighbourhood"))
    assert (spec["child"], spec["children"], spec["context"]) == (child, children, context)
    assert spec["border"] == [code]
    within = COVERAGE.atlas.municipalities.codes[rows_within(COVERAGE.atlas, code, "municipality")]
    assert spec["inside"] == ([] if context is None else list(within))  # without context nothing is left out


def test_what_is_drawn_does_not_change_with_layer_or_radius() -> None:
    usual = specify(view())
    for other in (view(layer="groepen"), view(radius=900.0), view(theme="dark"), view(focus="BV00010004")):
        assert specify(other)["drawn"] == usual["drawn"]
    assert specify(view("GM0000"))["drawn"] != usual["drawn"]
    towns, cells = (specify(view("PV20", "province", unit)) for unit in ("municipality", "neighbourhood"))
    assert towns["drawn"] != cells["drawn"]
    assert specify(view(focus="BV00010004"))["focus"] == "BV00010004"


def test_approximate_neighbourhoods_are_dashed() -> None:
    assert specify(view())["dashed"] is True
    assert specify(view("NL", "country", "municipality"))["dashed"] is False
    official = c.measure(country.grid(kind="official", k=64), GROUPS)
    assert specify(view(), official)["dashed"] is False


def test_groups_are_shown_in_a_municipality_only_and_never_at_their_door() -> None:
    assert [specify(view(*shown))["dots"] for shown in VIEWS[:5]] == [[]] * 5
    (south,) = specify(view("GM0000"))["dots"]
    assert south[2:] == [1, "Zuid", f"over g{len(HOSTILE)}"]
    ((lon, lat),) = map_geometry.lonlat(np.array([[WEST + 550, SOUTH + 550]])).round(5)
    assert south[:2] == [lat, lon]
    (north,) = specify(view("GM0002"))["dots"]
    assert north[2:4] == [0, "Noord"]
    dots = specify(view("GM0001"))["dots"]
    assert [name for _, _, _, name, _ in dots] == HOSTILE
    assert len({(lat, lon) for lat, lon, *_ in dots}) == 3  # the doors stand along 280 metres


def test_the_script_reads_only_what_it_gets() -> None:
    spec = specify(view(), texts=wording.map_texts(Texts("nl"), COVERAGE.atlas, "X", view()))
    assert set(re.findall(r"\bspec\.(\w+)", SCRIPT)) <= spec.keys()
    assert set(re.findall(r"\bspec\.ink\.(\w+)", SCRIPT)) <= spec["ink"].keys()
    assert set(re.findall(r"\b(?:spec\.texts|t)\.(\w+)", SCRIPT)) <= spec["texts"].keys()
    for lang in LANGS:
        sentences = wording.map_texts(Texts(lang), COVERAGE.atlas, "X", view(lang=lang))
        wanted = {name for text in sentences.values() for name in re.findall(r"\{(\w+)\}", str(text))}
        assert wanted <= set(re.findall(r"(\w+): (?:number\(|spec\.reach)", SCRIPT))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_no_data_can_leave_the_script(value: Any) -> None:
    text = maps.script_safe(value)
    assert json.loads(text) == value
    assert "<" not in text
    assert not re.search("{[{%#]", text)  # nothing that Jinja would run
    assert not set("\u2028\u2029\n\r\0") & set(text)


def pushed(spec: dict[str, Any]) -> str:
    """The script that st_folium sends to the browser."""
    base = maps.base_map(["a.js"], ["b.css"])
    return streamlit_folium._get_feature_group_string(maps.layer(spec), base)


def test_hostile_names_arrive_as_they_are() -> None:
    spec = specify(view("GM0001"))
    for script in (pushed(spec), rendered()):
        (sent,) = re.findall(r"^\s*Buurtkaart\.show\(window\.map, (.*)\);$", script, re.MULTILINE)
        assert json.loads(sent) == spec
        assert [dot[3] for dot in json.loads(sent)["dots"]] == HOSTILE


def numbered(text: str) -> str:
    """A script with its random ids numbered by first appearance."""
    seen: dict[str, str] = {}
    return re.sub(r"[0-9a-f]{32}", lambda found: seen.setdefault(found[0], f"id{len(seen)}"), text)


def rendered() -> str:
    base = maps.base_map(["a.js"], ["b.css"])
    maps.layer(specify(view())).add_to(base)
    return str(base.get_root().render())


def test_two_builds_of_a_map_differ_in_ids_only() -> None:
    one, other = rendered(), rendered()
    assert one != other
    assert numbered(one) == numbered(other)
    assert pushed(specify(view())) == pushed(specify(view()))


def test_every_base_map_is_the_same_to_st_folium() -> None:
    """Else the map's frame would be loaded anew at every click."""
    keys = {
        streamlit_folium.generate_js_hash(
            streamlit_folium.generate_leaflet_string(maps.base_map(["a.js"], [])), "kaart"
        )
        for _ in range(3)
    }
    assert len(keys) == 1


def test_the_map_asks_nobody_else_for_anything() -> None:
    page = rendered()
    assert re.findall(r'(?:src|href)="([^"]*)"', page) == ["a.js", "b.css"]
    assert re.findall(r"\w+://[^\s\"']+", page) == []
    base = maps.base_map(["a.js"], ["b.css"])
    maps.layer(specify(view())).add_to(base)
    linked = [
        url
        for element in (base, *base._children.values())
        for _, url in (*getattr(element, "default_js", ()), *getattr(element, "default_css", ()))
    ]
    assert linked == ["a.js", "b.css"]


def test_the_base_map_stays_near_the_netherlands() -> None:
    assert '"minZoom": 6' in maps.base_map([], []).get_root().render()


def test_the_credit_is_a_link_and_nothing_else() -> None:
    found = maps.tile_credit("Kaart <b>: {link} & meer", 'A "<i>', 'https://x.nl/?a=1&b="><script>')
    assert found == (
        'Kaart &lt;b&gt;: <a href="https://x.nl/?a=1&amp;b=&quot;&gt;&lt;script&gt;" target="_blank" '
        'rel="noopener">A &quot;&lt;i&gt;</a> &amp; meer'
    )
