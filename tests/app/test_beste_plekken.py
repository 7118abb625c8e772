"""Witte vlekken, Beste plekken: title, map, list and curve tell the same; addresses; what leaves the page."""

import csv
import io
import threading

import pytest

from tests.app.reading import GAPS, METHOD, container, notices, show, specification, title, told, words
from utils import cached, site_view, siting
from utils.errors import DataError
from utils.running import Running
from utils.texts import Texts

LELYSTAD = "GM0995"


def places(app):
    """The table on the page."""
    (table,) = container(app, "tabel").dataframe
    return table.value


def best(gebied=LELYSTAD, k=10, straal=500):
    """The places as the page should show them."""
    search = cached.best_places(cached.measured(), gebied, k, straal)
    search.wait(60)
    assert search.result is not None
    return search.result


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize(("gebied", "k"), [(LELYSTAD, 10), ("PV24", 3), ("GM0363", 100)])
def test_title_figures_list_and_map_tell_the_same(gebied, k, taal):
    app = show(GAPS, deel="plekken", gebied=gebied, k=str(k), taal=taal)
    assert not app.exception
    assert told(app) == notices(app) == []
    found, texts = best(gebied, k), Texts(taal)
    people = texts.number(found.gained)
    assert people in title(app)
    assert f" {k} " in title(app)
    gained, share, difference = container(app, "kerncijfers").metric
    assert gained.value == people
    assert texts.number(found.open) in gained.delta
    assert share.value == texts.percent(found.gained / found.open)
    exact = found.method == "exact"
    assert difference.value == texts.t("sites.best_none") if exact else "%" in difference.value
    rows, names = places(app), cached.measured().atlas.neighbourhoods.names
    assert rows["number"].tolist() == list(range(1, k + 1))
    assert rows["name"].tolist() == [names[site.neighbourhood] for site in found.sites]
    assert rows["gained"].tolist() == pytest.approx([site.gained for site in found.sites], abs=0.51)
    assert rows["gained_total"].iloc[-1] == pytest.approx(found.gained, abs=0.51)
    assert rows["gained_share"].iloc[-1] == pytest.approx(found.gained / found.open, abs=0.001)
    spec = specification(app)
    assert (spec["view"], spec["unit"], spec["sites"]["radius"]) == (gebied, "neighbourhood", 500)
    assert len(spec["sites"]["places"]) == k
    for i in (0, k - 1):
        lat, lon, name, note = spec["sites"]["places"][i]
        assert 50 < lat < 54 < 58 > lon > 3
        assert name.startswith(f"{rows['name'][i]}, ")
        assert texts.number(found.sites[i].gained) in note
    if gebied == "GM0363":
        assert (found.method, difference.delta) == (
            "greedy",
            texts.t("sites.most", bound=int(found.bound) + 1),
        )


def test_the_curve_has_its_figures_as_a_table():
    said = words(show(GAPS, deel="plekken", gebied=LELYSTAD))
    texts, found = Texts("nl"), best()
    assert texts.t("sites.chart.half", n=4) in said
    assert texts.t("chart.picture", kind="PNG") in said
    total = 0.0
    for number, site in enumerate(found.sites, start=1):
        total += site.gained
        cells = (texts.number(number), texts.number(site.gained), texts.number(total))
        assert "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" in said
    alone = words(show(GAPS, deel="plekken", gebied=LELYSTAD, k="1"))
    assert texts.t("chart.picture", kind="PNG") not in alone


def test_choices_change_the_address_and_the_places():
    app = show(GAPS, deel="plekken", gebied=LELYSTAD)
    app.number_input(key="plekken_k").set_value(4).run()
    assert dict(app.query_params) == {"gebied": LELYSTAD, "deel": "plekken", "k": "4"}
    assert len(places(app)) == 4
    app.selectbox(key="plekken_straal").set_value(1000).run()
    assert dict(app.query_params) == {"gebied": LELYSTAD, "straal": "1000", "deel": "plekken", "k": "4"}
    assert not app.exception
    assert Texts("nl").number(best(k=4, straal=1000).gained) in title(app)


def test_an_address_shows_the_same_places_again():
    params = {"gebied": LELYSTAD, "straal": "400", "deel": "plekken", "k": "7", "plek": "3"}
    app = show(GAPS, **params)
    assert dict(app.query_params) == params
    assert notices(app) == []
    assert (app.number_input(key="plekken_k").value, app.selectbox(key="plekken_straal").value) == (7, 400)
    assert specification(app)["sites"]["at"] == 3
    place = places(app).iloc[2]
    assert f"3. {place['name']}" in words(app)
    app.button(key="plekken_heel").click().run()
    assert "plek" not in app.query_params
    assert specification(app)["sites"]["at"] is None


def test_another_area_starts_without_a_place_looked_at():
    app = show(GAPS, deel="plekken", gebied=LELYSTAD, k="7", plek="3")
    app.button(key="pad_PV24").click().run()
    assert dict(app.query_params) == {"gebied": "PV24", "deel": "plekken", "k": "7"}
    app.number_input(key="plekken_k").set_value(2).run()
    assert len(places(app)) == 2


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize(
    ("param", "came", "k"),
    [
        ("k", "veel", 10),
        ("k", "0", 1),
        ("k", "101", 100),
        ("k", "2.5", 2),
        ("k", "1e999", 100),
        ("plek", "11", 10),
        ("plek", "0", 10),
        ("plek", "<b>", 10),
        ("plek", "²", 10),
    ],
)
def test_a_bad_value_gives_one_notice_and_what_is_nearest(param, came, k, taal):
    app = show(GAPS, deel="plekken", gebied=LELYSTAD, straal="2000", taal=taal, **{param: came})
    assert not app.exception
    (notice,) = notices(app)
    assert came in notice
    assert app.number_input(key="plekken_k").value == k
    assert specification(app)["sites"]["at"] is None
    assert 0 < len(places(app)) <= k


def test_a_neighbourhood_means_its_municipality():
    atlas = cached.measured().atlas
    code = str(
        atlas.neighbourhoods.codes[atlas.neighbourhoods.parents == atlas.municipalities.index[LELYSTAD]][0]
    )
    app = show(GAPS, deel="plekken", gebied=code)
    spec = specification(app)
    assert (spec["view"], spec["focus"], len(spec["sites"]["places"])) == (LELYSTAD, code, 10)
    assert "Lelystad" in title(app)


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_where_nobody_is_without_a_group_it_says_so(taal):
    app = show(GAPS, deel="plekken", gebied=LELYSTAD, straal="5000", taal=taal)
    assert not app.exception
    assert title(app) == Texts(taal).t("sites.none", name="Lelystad", radius="5 km")
    assert specification(app)["sites"]["places"] == []
    assert not app.metric
    assert not app.dataframe


def test_more_groups_than_help_are_not_shown():
    app = show(GAPS, deel="plekken", gebied="GM0363", straal="2000", k="50")
    found = best("GM0363", 50, 2000)
    assert len(places(app)) == len(found.sites) < 50
    assert any(str(len(found.sites)) in info.value for info in app.info)
    assert found.gained == found.open


def test_downloads_hold_the_places_and_say_what_they_mean():
    texts, found = Texts("nl"), best(k=4)
    name, made = cached.site_file(cached.measured(), LELYSTAD, 4, 500, found, "csv", texts)
    assert name == "buurtdekking-sites-4-GM0995-500m-voorbeeld.csv"
    rows = list(csv.DictReader(io.StringIO(made().decode())))
    assert [round(float(row["gained"])) for row in rows] == [round(site.gained) for site in found.sites]
    assert {row["filter"] for row in rows} == {"gebied=GM0995; k=4"}
    app = show(GAPS, deel="plekken", gebied=LELYSTAD, k="4")
    labels = {button.proto.label for button in app.get("download_button")}
    assert {texts.t(f"table.{wanted}") for wanted in ("csv", "xlsx", "geojson")} <= labels


def test_a_search_that_breaks_off_is_told_and_tried_again(monkeypatch):
    told_of: list[str] = []

    def breaks(*given):
        told_of.append("once")
        raise DataError("error.sites_broken")

    with monkeypatch.context() as patch:
        patch.setattr(siting, "best_places", breaks)
        app = show(GAPS, deel="plekken", gebied=LELYSTAD, k="6", straal="300")
        assert not app.exception
        assert told(app) == [Texts("nl").t("error.sites_broken")]
    app.run()
    assert told(app) == []
    assert len(places(app)) == 6
    assert told_of == ["once"]


def test_while_it_searches_it_tells_how_far_it_is(monkeypatch):
    real, asked = siting.best_places, threading.Event()

    def slow(c, code, k, radius, progress):
        progress(0.42)
        asked.wait(5)
        return real(c, code, k, radius, progress)

    seen = []
    usual = Running.wait

    def wait(self, seconds):
        usual(self, seconds)
        seen.append(self.at)
        if len(seen) > 2:
            asked.set()

    monkeypatch.setattr(siting, "best_places", slow)
    monkeypatch.setattr(Running, "wait", wait)
    app = show(GAPS, deel="plekken", gebied=LELYSTAD, k="5", straal="300")
    assert not app.exception
    assert ("", 42, 100) in seen
    assert len(places(app)) == 5


def test_all_visitors_share_one_search(monkeypatch):
    searched = []
    real = siting.best_places
    monkeypatch.setattr(siting, "best_places", lambda *given: (searched.append(given[1:4]), real(*given))[1])
    for _ in range(2):
        show(GAPS, deel="plekken", gebied=LELYSTAD, k="8", straal="300")
    assert searched == [(LELYSTAD, 8, 300)]


def test_the_method_page_explains_it():
    said = words(show(METHOD))
    assert Texts("nl").t("method.sites.heading") in said
    assert Texts("nl").number(siting.ALL) in said


@pytest.mark.parametrize(
    ("came", "number", "fits"),
    [
        (None, 10, True),
        ("1", 1, True),
        ("100", 100, True),
        ("7,0", 7, True),
        ("-3", 1, False),
        ("nan", 10, False),
    ],
)
def test_numbers_in_the_address(came, number, fits):
    given = {} if came is None else {"k": came}
    used, problems = site_view.number(given)
    assert (used, not problems) == (number, fits)
