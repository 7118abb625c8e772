"""Section Groei of Vergelijken: the finding, the map of a day, charts of all days, what is not known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.app.reading import COMPARE, container, notices, show, specification, title, unescaped, words
from utils import cached
from utils.texts import Texts


def growth(**params: str):
    app = show(COMPARE, deel="groei", **params)
    assert not app.exception
    return app


def headings(app) -> list[str]:
    return [unescaped(one.value) for one in app.subheader]


def test_the_finding_is_of_all_days_and_the_map_of_now() -> None:
    app = growth(gebied="GM0995")
    assert title(app) == "Lelystad: van 1 groep in augustus 2013 naar 145 groepen in december 2019"
    assert headings(app)[0].startswith("Stand op 31 december 2019. Lelystad: ")
    assert sum(specification(app)["groups"]) == 145
    assert not notices(app)


def test_another_day_gives_another_map_title_and_figures_and_the_same_charts() -> None:
    now, then = growth(gebied="GM0995"), growth(gebied="GM0995", stand="2016-07-01")
    assert title(then) == "Lelystad: 45 groepen op 1 juli 2016, nu 145 groepen"
    assert headings(then)[0].startswith("Stand op 1 juli 2016. Lelystad: ")
    assert sum(specification(then)["groups"]) == len(specification(then)["dots"]) == 45
    metrics = {one.label: one.value for one in container(then, "kerncijfers").metric}
    assert metrics["Groepen"] == "45"
    assert headings(now)[1:] == headings(then)[1:] == [
        "Lelystad: de meeste groei was in 2016, met 65 groepen erbij",
        "Lelystad: 1,72 groepen per 1.000 inwoners. Nederland: 0,50",
    ]  # fmt: skip
    assert specification(now)["drawn"] == specification(then)["drawn"]


def test_the_slider_changes_the_address_and_the_way_back_clears_it() -> None:
    app = growth(gebied="GM0995")
    (slider,) = [one for one in app.select_slider if one.key == "stand"]
    assert slider.options[0] == "1 februari 2013" and slider.options[-1] == "31 december 2019"
    slider.set_value(cached.growth_of(cached.measured(), "NL").days[12].item()).run()
    assert app.query_params["stand"] == "2014-02-01"
    assert title(app).startswith("Lelystad: 1 groep op 1 februari 2014")
    (back,) = [one for one in app.button if one.key == "terug_naar_nu"]
    back.click().run()
    assert "stand" not in app.query_params
    assert title(app).startswith("Lelystad: van 1 groep")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_mergers_published_figures_and_what_is_counted_are_told(lang: str) -> None:
    app, texts = growth(gebied="GM1982", taal=lang), Texts(lang)
    captions = [unescaped(one.value) for one in app.caption]
    assert any("Mill en Sint Hubert" in one for one in captions)
    assert any(one.startswith(texts.t("growth.rule")) for one in captions)
    tables = "".join(one.proto.body for one in container(app, "grafiek_groei").get("html"))
    assert texts.t("growth.extent.part", area="Boxmeer") in tables
    assert texts.date(date(2013, 3, 1)) in tables


def test_the_country_has_nothing_larger_to_compare_with() -> None:
    app = growth()
    assert title(app) == "Nederland: van 8 groepen in februari 2013 naar 8.950 groepen in december 2019"
    assert len(headings(app)) == 2
    assert [one.label for one in app.expander if "tabel" in one.label] == ["Bekijk de cijfers als tabel"]


def test_a_register_that_does_not_say_since_when_has_no_growth(monkeypatch: pytest.MonkeyPatch) -> None:
    c = cached.measured()
    nothing = np.full(len(c.groups), "NaT", dtype="datetime64[D]")
    undated = replace(c, groups=replace(c.groups, since=nothing, revision="undated"))
    monkeypatch.setattr(cached, "measured", lambda: undated)
    app = growth(stand="2016-01-01")
    (told,) = app.info
    assert told.value.startswith("Van geen enkele groep in het register is bekend")
    mapped = show(stand="2016-01-01")
    assert "U ziet de stand op" not in words(mapped)
    assert notices(mapped) == [told.value]


def test_what_is_not_known_of_a_day_is_told_beside_the_map(monkeypatch: pytest.MonkeyPatch) -> None:
    c = cached.measured()
    since = c.groups.since.copy()
    since[:40] = np.datetime64("NaT")
    partly = replace(c, groups=replace(c.groups, since=since, revision="partly"))
    monkeypatch.setattr(cached, "measured", lambda: partly)
    app = growth(stand="2018-01-01")
    assert any("is niet bekend of die er op deze dag al waren" in one.value for one in app.caption)
    assert not any("is niet bekend of" in one.value for one in growth().caption)


def test_a_layer_of_now_only_is_told_calmly_in_the_past() -> None:
    app = growth(gebied="GM0995", laag="actueel", stand="2016-07-01")
    assert not notices(app)
    assert "’ kan alleen voor nu" in words(app)
    assert "kan alleen voor nu" not in words(growth(gebied="GM0995", laag="actueel"))


def test_an_area_below_can_be_chosen_and_the_map_promises_no_table() -> None:
    app = growth()
    app.selectbox(key="pad_onder_NL").set_value("PV24").run()
    assert app.query_params["gebied"] == "PV24"
    assert app.query_params["deel"] == "groei"
    label = specification(app)["texts"]["label"]
    assert "tabel" not in label and "Kaart van Flevoland" in label
