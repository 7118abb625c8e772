"""The staff page at work: fetching official data, watching, stopping, going back."""

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import streamlit as st

from tests.app.reading import (
    GAPS,
    HOME,
    METHOD,
    STAFF,
    container,
    notices,
    show,
    specification,
    title,
    told,
    words,
)
from tests.register_file import place, register_file
from tests.services.cbs import Fault, Server, serve
from tests.services.content import toy
from utils import cached, classes, cli, crime, crime_store, gap_filter, http_client, police, staff, store
from utils.access import LOCAL
from utils.models import Group
from utils.refresh import Progress
from utils.settings import settings
from utils.texts import LANGS, Texts

NL = Texts("nl")
Setting = Callable[[str, object], None]


@pytest.fixture
def server() -> Iterator[Server]:
    """The services, which know one small year."""
    with serve(toy()) as running:
        yield running


@pytest.fixture
def opened(
    tmp_path: Path, server: Server, setting: Setting, local: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """An open staff page, a store of its own, and services at hand."""
    monkeypatch.setattr(http_client, "PAUSE", 0.001)
    monkeypatch.setattr(http_client, "TIMEOUT", 3.0)
    monkeypatch.setattr(police, "REST", 0.0)
    for name, value in {**server.environment, "BUURTDEKKING_CACHE": str(tmp_path)}.items():
        setting(name, value)
    st.cache_resource.clear()
    yield
    for job in staff._jobs():
        job.cancel()
        job.wait(20)
    st.cache_resource.clear()


def press(app, text: str):
    """Press the button with this text."""
    (button,) = [one for one in app.button if one.label == NL.t(text)]
    return button.click().run()


def finished(app):
    """The page after the refresh that goes on has ended."""
    (job,) = staff._jobs()
    job.wait(60)
    assert not job.running
    return app.run()


@pytest.mark.parametrize("lang", LANGS)
def test_the_open_page_tells_what_is_shown(opened: None, lang: str) -> None:
    app = show(STAFF, taal=lang, deel="gegevens")
    assert not app.exception
    assert not app.error
    assert "342" in words(app)
    labels = [link.proto.label for link in show(HOME, taal=lang).get("page_link")]
    assert Texts(lang).t("page.link.beheer") in labels


def test_nothing_is_fetched_until_a_button_is_pressed(opened: None, server: Server) -> None:
    show(STAFF, deel="gegevens")
    show(HOME)
    assert server.requests == []


def test_official_data_are_fetched_and_shown_and_gone_back_from(opened: None) -> None:
    app = show(STAFF, deel="gegevens")
    app.selectbox(key="jaar").set_value(2024)
    press(app, "staff.fetch")
    assert not app.exception
    app = finished(app)
    assert not app.exception
    assert told(app) == []
    assert NL.t("staff.ready", year="2024") in [one.value for one in app.success]
    assert cached.measured().atlas.edition.kind == "official"
    assert "Waterrijk Noord" in title(show(HOME, gebied="BU09950000"))
    notice = " ".join(one.value for one in container(show(HOME), "melding").markdown)
    assert notice.endswith(NL.t("notice.groups"))
    said = words(show(METHOD))
    assert NL.t("method.fetched.heading") in said
    app = press(show(STAFF, deel="gegevens"), "staff.back")
    assert not app.exception
    assert cached.measured().atlas.edition.kind == "approximate"
    assert NL.t("method.fetched.heading") not in words(show(METHOD))
    press(show(STAFF, deel="gegevens"), "staff.back")
    assert cached.measured().atlas.edition.kind == "official"


def test_burglaries_come_with_the_areas_if_asked_for(opened: None, server: Server) -> None:
    app = show(STAFF, deel="gegevens")
    assert NL.t("staff.crime_none") in [one.value for one in app.caption]
    assert NL.t("method.crime.heading") not in words(show(METHOD))
    app.selectbox(key="jaar").set_value(2024)
    app.checkbox(key="inbraken").check()
    app = finished(press(app, "staff.fetch"))
    assert not app.exception
    assert told(app) == []
    assert NL.t("staff.crime_ready") in [one.value for one in app.success]
    found = cached.crime(cached.measured())
    assert found is not None
    assert (found.neighbourhoods >= 0).sum() == 94  # one is not published, in one nobody lives
    for page in (show(METHOD), show(STAFF, deel="gegevens")):
        said = words(page)
        assert NL.t("method.crime.heading") in said
        assert "47018NED" in said
        assert server.url in said
        assert NL.t("crime.state.provisional") in said
    press(show(STAFF, deel="gegevens"), "staff.back")
    assert cached.crime(cached.measured()) is None
    assert NL.t("method.crime.heading") not in words(show(METHOD))


@pytest.mark.parametrize("lang", LANGS)
def test_burglaries_alone_need_no_official_areas(opened: None, lang: str) -> None:
    press(show(STAFF, deel="gegevens"), "staff.crime_only")
    (job,) = staff._jobs()
    job.wait(60)
    app = show(STAFF, taal=lang, deel="gegevens")
    assert not app.exception
    assert told(app) == []
    texts = Texts(lang)
    assert cached.measured().atlas.edition.kind == "approximate"
    for key in ("municipalities", "households"):
        assert texts.t(f"crime.warning.{key}") in words(app)


def test_burglaries_that_fail_or_are_damaged_are_told(opened: None, server: Server) -> None:
    server.faults.append(Fault("404", where="derden"))
    app = finished(press(show(STAFF, deel="gegevens"), "staff.crime_only"))
    assert not app.exception
    assert len(told(app)) == 1
    assert cached.crime(cached.measured()) is None
    server.faults.clear()
    finished(press(show(STAFF, deel="gegevens"), "staff.crime_only"))
    assert cached.crime(cached.measured()) is not None
    crime_store.file(settings(), cached.measured().atlas.edition.version).write_text("{", encoding="utf-8")
    assert cached.crime(cached.measured()) is None
    for page in (show(METHOD), show(STAFF, deel="gegevens")):
        assert not page.exception
        assert any(NL.t("error.crime_file", file="x", came="y")[-30:] in one for one in told(page))
    assert told(show(HOME)) == []


def test_what_fails_is_told_and_changes_nothing(opened: None, server: Server) -> None:
    before = cached.measured()
    server.faults.append(Fault("404"))
    app = show(STAFF, deel="gegevens")
    app.selectbox(key="jaar").set_value(2024)
    app = finished(press(app, "staff.fetch"))
    assert not app.exception
    assert len(app.error) == 1
    assert cached.measured() is before
    assert not store.can_roll_back(settings())


def test_a_refresh_can_be_stopped(opened: None, server: Server) -> None:
    fault = Fault("timeout", where="buurt")
    server.faults.append(fault)
    app = show(STAFF, deel="gegevens")
    app.selectbox(key="jaar").set_value(2024)
    press(app, "staff.fetch")
    assert fault.reached.wait(30)
    app.run()
    assert not app.exception
    assert [one.label for one in app.button if one.disabled and one.label == NL.t("staff.fetch")]
    press(app, "staff.cancel")
    app = finished(app)
    assert told(app) == [NL.t("error.cancelled")]
    assert cached.measured().atlas.edition.kind == "approximate"


def test_a_second_start_is_the_first(opened: None, server: Server) -> None:
    fault = Fault("timeout", where="buurt")
    server.faults.append(fault)
    first = staff.start(LOCAL, settings(), 2024)
    assert staff.start(LOCAL, settings(), 2023) is first


def test_a_newer_year_is_told_and_nothing_changes(opened: None) -> None:
    app = press(show(STAFF, deel="gegevens"), "staff.check")
    assert not app.exception
    assert NL.t("staff.newer", year="2024") in [one.value for one in app.info]
    assert not store.folder(settings()).exists() or not staff._jobs()
    assert cached.measured().atlas.edition.kind == "approximate"


def test_a_file_that_is_not_there_is_named(opened: None) -> None:
    app = show(STAFF, deel="gegevens")
    app.text_input(key="bestand").set_value("/nergens/wijkenbuurten_2024.gpkg")
    press(app, "staff.fetch")
    said = NL.t("error.refresh_file", came="/nergens/wijkenbuurten_2024.gpkg")
    assert said in told(app)
    assert staff._jobs() == []


def test_groups_that_count_nowhere_are_listed(opened: None, tmp_path: Path, setting: Setting) -> None:
    mine = [
        Group("1", "Nieuw", municipality="Boxmeer"),
        Group("2", "Verdeeld", municipality="Haaren"),
        Group("3", "Vaag", municipality="Atlantis"),
        Group("4", "Thuis", **place(52.51, 5.47)),
        Group("5", "Zee", **place(53.9, 3.5)),
    ]
    setting("DATABASE_URL", register_file(tmp_path / "register.sqlite", mine))
    assert cached.placeless(cached.measured()) == [
        ("2", "Verdeeld", "Haaren"), ("3", "Vaag", "Atlantis"), ("5", "Zee", ""),
    ]  # fmt: skip
    app = show(STAFF, deel="gegevens")
    assert not app.exception
    assert NL.t("staff.placeless", n=3) in [one.value for one in app.warning]
    town = cached.measured().atlas.municipalities.index["GM1982"]  # Boxmeer is now in Land van Cuijk
    assert cached.figures(cached.measured(), "municipality", 500).groups[town] == 1


@pytest.mark.parametrize("lang", LANGS)
def test_progress_in_words(lang: str) -> None:
    texts = Texts(lang)
    said = staff.progress(texts, Progress("neighbourhood", 3_000, 14_574, 1_234_567, 61.0))
    for part in ("refresh.step.neighbourhood",):
        assert texts.t(part) in said
    assert texts.number(3_000) in said
    assert texts.number(14_574) in said
    assert texts.number(1.2, 1) in said
    assert "61" in said
    long = staff.progress(texts, Progress("check", 1, None, 0, 600.0))
    assert texts.t("staff.minutes", n=10) in long
    assert texts.unknown not in staff.progress(texts, Progress("check", 0, None, 0, None))


def test_a_mistake_of_ours_is_told_too(opened: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **named: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(staff.refresh, "refresh", broken)
    monkeypatch.setattr("threading.excepthook", lambda args: None)  # the log, which pytest would watch
    app = show(STAFF, deel="gegevens")
    press(app, "staff.fetch")
    time.sleep(0.1)
    app = finished(app)
    assert told(app) == [NL.t("staff.broken")]


def test_gaps_are_ranked_by_burglaries_once_these_are_there(opened: None) -> None:
    """Nothing is seen of them before but how to get them; then a column, an order, and words in the files."""
    asked = {"gebied": "GM0995", "sorteer": "inbraken"}
    before = show(GAPS, **asked)
    assert not before.exception
    assert any("inbraken" in one for one in notices(before))
    told = f"{NL.t('gaps.filter_help.sorteer')} {NL.t('crime.how')}"
    assert before.selectbox(key="gaten_sorteer").help == told
    assert "inbraken" not in before.selectbox(key="gaten_sorteer").options
    assert "47018NED" not in words(before)
    staff.start(LOCAL, settings(), 2024, with_crime=True).wait(60)
    app = show(GAPS, **asked)
    assert not app.exception
    assert notices(app) == []
    (table,) = container(app, "tabel").dataframe
    rates = table.value["burglary_rate"].dropna().tolist()
    assert len(rates) > 1
    assert rates == sorted(rates, reverse=True)
    assert "47018NED" in words(app)
    measured = cached.measured()
    wanted = gap_filter.parse({"sorteer": "inbraken"}, burglaries=True)[0]
    for lang, source in (
        ("nl", "Politie, via CBS (tabel 47018NED)"),
        ("en", "Police, via CBS (table 47018NED)"),
    ):
        _, made = cached.gap_file(measured, "GM0995", 500, wanted, "csv", Texts(lang))
        first, *_ = csv.DictReader(io.StringIO(made().decode()))
        assert source in first["bron"]
        assert round(float(first["burglary_rate"]), 1) == pytest.approx(rates[0], abs=0.06)
        assert 1_000 * float(first["burglaries"]) / float(first["households"]) == pytest.approx(
            rates[0], abs=0.06
        )
        _, made = cached.gap_file(measured, "GM0995", 500, wanted, "geojson", Texts(lang))
        meanings = json.loads(made())["metadata"]["definitions"]
        assert str(datetime.now(UTC).year - 1) in meanings["burglary_rate"]
        assert "burglaries" in meanings


@pytest.mark.parametrize("lang", LANGS)
def test_the_map_has_a_layer_of_burglaries_once_these_are_there(opened: None, lang: str) -> None:
    texts = Texts(lang)
    asked = {"gebied": "GM0995", "laag": "inbraken", "taal": lang}
    before = show(HOME, **asked)
    assert any("inbraken" in one for one in notices(before))
    assert texts.t("layer.inbraken") not in before.radio(key="laag").options
    staff.start(LOCAL, settings(), 2024, with_crime=True).wait(60)
    app = show(HOME, **asked)
    assert not app.exception
    assert notices(app) == []
    measured, spec = cached.measured(), specification(app)
    found = crime.overlay(measured.atlas, cached.burglaries(measured), "neighbourhood")
    rows = [measured.atlas.neighbourhoods.index[code] for code in spec["codes"]]
    assert spec["classes"] == classes.classify(found, "inbraken")[rows].tolist()
    said = words(app)
    for part in ("47018NED", str(datetime.now(UTC).year - 1), texts.t("crime.state.provisional")):
        assert part in said
    table = container(app, "tabel").dataframe[0].value
    assert sorted(table["burglaries"].dropna()) == sorted(
        n for n in found.columns["burglaries"][rows] if n >= 0
    )
    assert "burglaries" not in container(show(HOME, gebied="GM0995"), "tabel").dataframe[0].value
    country = show(HOME, laag="inbraken", taal=lang)
    assert max(specification(country)["classes"]) < len(spec["swatches"]) - 1  # each province has a rate
    past = show(HOME, gebied="GM0995", laag="inbraken", taal=lang, stand="2016-01-01")
    asked_for, used = texts.t("layer.inbraken"), texts.t("layer.status")
    assert texts.t("growth.now_only", layer=asked_for, used=used) in words(past)


def test_the_terminal_ranks_gaps_by_burglaries_too(opened: None, capsysbinary: pytest.CaptureFixture) -> None:
    command = ["export", "gaps", "--sorteer", "inbraken"]
    assert cli.main(command) == 1
    assert b"--sorteer" in capsysbinary.readouterr().err
    staff.start(LOCAL, settings(), 2024, with_crime=True).wait(60)
    assert cli.main(command) == 0
    rows = [*csv.DictReader(io.StringIO(capsysbinary.readouterr().out.decode()))]
    rates = [float(row["burglary_rate"]) for row in rows if row["burglary_rate"]]
    assert rates == sorted(rates, reverse=True)
    assert len(rates) > 1
