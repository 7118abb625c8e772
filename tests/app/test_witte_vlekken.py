"""Witte vlekken: the ranked list of gaps, its filters, the neighbourhood looked at, what leaves the page."""

import csv
import io
import json
import re
from urllib.parse import parse_qsl

import openpyxl
import pyarrow as pa
import pytest
import streamlit as st

from tests import country
from tests.app.reading import GAPS, container, notices, show, specification, title, unescaped, words
from tests.app.test_cached import CHANGES, COUNTS, HEADING, example_groups
from tests.unit import files
from utils import boundaries, cached, maps, summaries, ui
from utils.gap_filter import GapFilter
from utils.texts import Texts

LELYSTAD = "GM0995"
FILTERS = ("status", "inwoners", "afstand", "straal", "sorteer")


def listed(gebied="PV24", straal=500.0, **wanted):
    """The list as the page should show it."""
    return cached.gaps(cached.measured(), gebied, straal, GapFilter(**wanted))


def rows(app):
    """The table on the page."""
    (table,) = container(app, "tabel").dataframe
    return table.value


def on_map(app):
    """The neighbourhoods that the map shows in the list's colours."""
    spec, atlas = specification(app), cached.measured().atlas
    codes = atlas.neighbourhoods.codes[summaries.rows_within(atlas, spec["view"], "neighbourhood")]
    pale = len(spec["swatches"]) - 1
    return {code for code, kind in zip(codes, spec["classes"], strict=True) if kind != pale}


def whole(text):
    """The whole numbers in a text."""
    return [int(re.sub(r"[.,]", "", found)) for found in re.findall(r"\d+(?:[.,]\d{3})*", text)]


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("gebied", ["NL", "PV24", LELYSTAD])
def test_title_totals_table_and_map_tell_the_same(gebied, taal):
    app = show(GAPS, gebied=gebied, taal=taal)
    assert not app.exception
    assert not app.error
    assert notices(app) == []
    found = listed(gebied)
    people = round(found["unreached"].sum())
    assert sorted(whole(title(app))) == sorted([len(found), people])
    figures = container(app, "kerncijfers").metric
    assert [whole(one.value)[0] for one in figures[:2]] == [people, len(found)]
    table = rows(app)
    assert len(table) == min(len(found), 200)
    assert table["name"].tolist() == found["name"].head(200).tolist()
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    assert on_map(app) == set(found["code"])
    spec = specification(app)
    assert (spec["unit"], spec["pick"], spec["focus"]) == ("neighbourhood", "neighbourhood", None)
    if len(found) > 200:
        assert any(len(found) in whole(one.value) for one in container(app, "tabel").caption)


@pytest.mark.parametrize(("taal", "here"), [("nl", "lijst"), ("en", "list")])
@pytest.mark.parametrize("verouderd", ["0", "1"])
def test_the_share_says_once_of_which_list_it_is(taal, here, verouderd):
    share = container(show(GAPS, gebied=LELYSTAD, taal=taal, verouderd=verouderd), "kerncijfers").metric[2]
    assert share.help.count(here) == 1


def test_each_filter_changes_the_address_and_the_list():
    app = show(GAPS, gebied="PV24")
    app.selectbox(key="gaten_inwoners").set_value(1000).run()
    app.selectbox(key="gaten_status").set_value("wit").run()
    app.selectbox(key="gaten_afstand").set_value(2000).run()
    app.selectbox(key="gaten_sorteer").set_value("afstand").run()
    assert not app.exception
    assert dict(app.query_params) == {
        "gebied": "PV24", "inwoners": "1000", "status": "wit", "afstand": "2000", "sorteer": "afstand",
    }  # fmt: skip
    found = listed(inwoners=1000, status=("wit",), afstand=2000, sorteer="afstand")
    assert 0 < len(found) < len(listed())
    assert rows(app)["name"].tolist() == found["name"].tolist()
    app.selectbox(key="gaten_straal").set_value(1000).run()
    assert app.query_params["straal"] == "1000"
    assert app.query_params["inwoners"] == "1000"
    wider = listed(straal=1000.0, inwoners=1000, status=("wit",), afstand=2000, sorteer="afstand")
    assert rows(app)["name"].tolist() == wider["name"].tolist()
    app.selectbox(key="gaten_inwoners").set_value(0).run()
    app.selectbox(key="gaten_status").set_value("beide").run()
    assert {"inwoners", "status"}.isdisjoint(app.query_params)


def test_an_address_shows_the_same_list_again():
    params = {"gebied": "PV24", "inwoners": "137", "status": "deels", "afstand": "600", "sorteer": "naam"}
    app = show(GAPS, **params)
    assert notices(app) == []
    assert dict(app.query_params) == params
    assert [app.selectbox(key=f"gaten_{name}").value for name in FILTERS] == ["deels", 137, 600, 500, "naam"]
    found = listed(inwoners=137, status=("deels",), afstand=600, sorteer="naam")
    assert rows(app)["name"].tolist() == found["name"].tolist()


@pytest.mark.parametrize(("param", "came"), [
    ("inwoners", "veel"), ("status", "gedekt"), ("afstand", "-1"), ("verouderd", "ja"),
    ("sorteer", "grootte"), ("buurt", "BV99990001"), ("buurt", "<script>"), ("deel", "kaart"),
])  # fmt: skip
@pytest.mark.parametrize("taal", ["nl", "en"])
def test_a_bad_value_gives_one_notice_and_the_usual_list(param, came, taal):
    app = show(GAPS, gebied=LELYSTAD, taal=taal, **{param: came})
    assert not app.exception
    (notice,) = notices(app)
    assert came in notice
    assert rows(app)["name"].tolist() == listed(LELYSTAD)["name"].tolist()


@pytest.mark.parametrize(("param", "came", "said"), [
    ("inwoners", "99999999", "1.000.000."), ("afstand", "99999999", "100.000 meter"),
    ("status", "groen", "U ziet nu: Zonder groep en deels gedekt."),
    ("verouderd", "ja", "U ziet nu de hele lijst."),
])  # fmt: skip
def test_a_notice_says_in_words_what_is_shown_instead(param, came, said):
    (notice,) = notices(show(GAPS, gebied=LELYSTAD, **{param: came}))
    assert said in notice[notice.index("U ziet nu") :]


@pytest.mark.parametrize(("taal", "written"), [("nl", "2.920"), ("en", "2,920")])
def test_numbers_in_the_table_are_written_in_the_language_of_the_page(taal, written):
    (table,) = container(show(GAPS, gebied="PV24", taal=taal), "tabel").dataframe
    first = table.value.iloc[0]
    assert first["distance"] == 2920  # a number, by which the reader can sort
    seen = pa.ipc.open_stream(table.proto.arrow_data.styler.display_values).read_pandas()
    assert written in seen.iloc[0].tolist()


def test_the_order_is_explained_to_residents_without_a_word_to_staff():
    said = show(GAPS, gebied=LELYSTAD).selectbox(key="gaten_sorteer").help
    assert said == Texts("nl").t("gaps.filter_help.sorteer")


def test_the_legend_is_hatched_where_the_map_is():
    assert f"spec.codes.length > {maps.MANY};" in (ui.ASSETS / "buurtkaart.js").read_text(encoding="utf-8")
    hatched = {}
    for gebied in ("NL", "PV24"):
        legends = [one.proto.body for one in show(GAPS, gebied=gebied).get("html")]
        (legend,) = [one for one in legends if 'class="kaart-legenda"' in one]
        hatched[gebied] = "repeating-linear-gradient" in legend
    assert hatched == {"NL": False, "PV24": True}


def test_a_neighbourhood_is_looked_at_within_the_list():
    code = listed().iloc[3]["code"]
    app = show(GAPS, gebied="PV24", buurt=code)
    spec = specification(app)
    assert (spec["view"], spec["focus"]) == ("PV24", code)
    said = chosen(app)
    row = listed().iloc[3]
    assert row["name"] in said
    assert {4, len(listed()), round(row["unreached"]), round(row["inhabitants"])} <= set(whole(said))
    links = container(app, "gaten_keuze").get("page_link")
    links = [dict(parse_qsl(link.proto.query_string)) for link in links]
    assert links == [{"gebied": code}] * 2
    app.button(key="gaten_heel").click().run()
    assert dict(app.query_params) == {"gebied": "PV24"}
    assert specification(app)["focus"] is None


def chosen(app):
    """What the page says of the neighbourhood looked at."""
    block = container(app, "gaten_keuze")
    return " ".join(unescaped(one.value) for one in [*block.markdown, *block.caption])


def test_a_neighbourhood_given_as_the_area_is_looked_at_in_the_list_of_its_municipality():
    found = listed(LELYSTAD)
    app = show(GAPS, gebied=found.iloc[1]["code"])
    assert notices(app) == []
    assert (specification(app)["view"], specification(app)["focus"]) == (LELYSTAD, found.iloc[1]["code"])
    assert rows(app)["name"].tolist() == found["name"].tolist()
    assert {2, len(found)} <= set(whole(chosen(app)))
    app.button(key="gaten_heel").click().run()
    assert dict(app.query_params) == {"gebied": LELYSTAD}


def test_a_covered_neighbourhood_can_be_looked_at_and_is_not_in_the_list():
    parts = summaries.children(cached.measured(), LELYSTAD, "neighbourhood", 500)
    covered = parts[parts["status"] == 0].iloc[0]
    app = show(GAPS, gebied=LELYSTAD, buurt=covered["code"])
    assert covered["name"] in chosen(app)
    assert "Staat niet in deze lijst" in chosen(app)


def test_another_area_forgets_the_neighbourhood_and_keeps_the_filters():
    app = show(GAPS, gebied=LELYSTAD, buurt=listed(LELYSTAD).iloc[0]["code"], inwoners="100")
    app.button(key="pad_PV24").click().run()
    assert dict(app.query_params) == {"gebied": "PV24", "inwoners": "100"}
    assert notices(app) == []


def test_all_filtered_away_offers_to_clear_the_filters():
    app = show(GAPS, gebied=LELYSTAD, inwoners="900000", sorteer="naam")
    assert not app.exception
    (said,) = app.info
    assert str(len(listed(LELYSTAD))) in said.value
    app.button(key="gaten_wis").click().run()
    assert dict(app.query_params) == {"gebied": LELYSTAD, "sorteer": "naam"}
    assert len(rows(app)) == len(listed(LELYSTAD))


def test_an_area_without_gaps_says_so():
    towns = cached.children(cached.measured(), "NL", "municipality", 5000.0)
    full = towns[(towns["uncovered"] == 0) & (towns["partly"] == 0) & (towns["inhabited"] > 0)].iloc[0]
    app = show(GAPS, gebied=full["code"], straal="5000")
    assert not app.exception
    (said,) = app.info
    assert full["name"] in unescaped(said.value)
    assert not [one for one in app.button if one.key == "gaten_wis"]


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_only_outdated_shows_what_old_groups_hide(taal):
    app = show(GAPS, gebied="PV24", taal=taal, inwoners="500")
    app.toggle(key="gaten_verouderd").set_value(True).run()
    assert not app.exception
    assert dict(app.query_params)["verouderd"] == "1"
    found = listed(verouderd=True, inwoners=500)
    assert 0 < len(found) < len(listed())
    lost = round(found["lost"].sum())
    assert sorted(whole(title(app))) == sorted([len(found), lost])
    assert whole(container(app, "kerncijfers").metric[0].value) == [lost]
    table = rows(app)
    assert table["name"].tolist() == found["name"].tolist()
    assert {"lost", "status_now", "unreached"} <= set(table)
    texts = Texts(taal)
    assert texts.t("gaps.recent_note") in [one.value for one in container(app, "tabel").markdown]
    shown = container(app, "tabel").dataframe[0].proto.columns
    assert all(texts.t(f"gaps.recent_column.{name}") in shown for name in ("unreached", "distance", "status"))
    _, made = cached.gap_file(cached.measured(), "PV24", 500.0, GapFilter(verouderd=True), "geojson", texts)
    meanings = json.loads(made())["metadata"]["definitions"]
    assert meanings["unreached"].endswith(texts.t("export.recent"))
    assert texts.t("export.recent") not in meanings["status_now"]
    assert on_map(app) == set(found["code"])
    again = show(GAPS, **dict(app.query_params), buurt=found.iloc[0]["code"])
    assert {1, len(found), round(found.iloc[0]["lost"])} <= set(whole(chosen(again)))


@pytest.fixture
def made_up(tmp_path, monkeypatch, setting):
    """The website shows a made-up country in which nobody lives in the first municipality."""
    files.write(tmp_path, country.grid(inhabitants=[0] * 4 + [500] * 12, k=64))
    example_groups(tmp_path, ["Een"])
    (tmp_path / CHANGES).write_text(HEADING, encoding="utf-8")
    load = boundaries.load
    monkeypatch.setattr(boundaries, "load", lambda folder: load(folder, COUNTS))
    setting("BUURTDEKKING_DATA", tmp_path)
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_an_area_where_nobody_lives_says_so(made_up, taal):
    app = show(GAPS, gebied="GM0000", taal=taal)
    assert not app.exception
    (said,) = app.info
    parts = {"nl": "buurtvakken", "en": "cells"}[taal]
    assert unescaped(said.value) == Texts(taal).t("gaps.no_parts", name="Gemeente 0", parts=parts)
    assert not container(app, "deel_lijst").dataframe
    assert len(show(GAPS, gebied="GM0001").info) == 0


def test_the_files_hold_the_filtered_list_and_say_by_what_it_was_chosen():
    wanted = GapFilter(inwoners=1000, status=("wit",), sorteer="afstand")
    found = cached.gaps(cached.measured(), "PV24", 750.0, wanted)
    for kind in ("csv", "geojson", "xlsx"):
        name, made = cached.gap_file(cached.measured(), "PV24", 750.0, wanted, kind, Texts("nl"))
        assert name == f"buurtdekking-gaps-PV24-750m-voorbeeld.{kind}"
        content = made()
        if kind == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            head, *lines = book["data"].iter_rows(values_only=True)
            told = [dict(zip(head, line, strict=True)) for line in lines]
            notes = [(name, text) for name, text in book["definitions"].iter_rows(values_only=True)]
            assert ("filter", told[0]["filter"]) in notes
            assert ("peildatum", "2019-12-31") in notes
        elif kind == "csv":
            told = list(csv.DictReader(io.StringIO(content.decode())))
        else:
            collection = json.loads(content)
            told = [one["properties"] for one in collection["features"]]
            assert collection["metadata"]["filter"] == {"gebied": "PV24", **wanted.words()}
            assert "filter" in collection["metadata"]["definitions"]
        assert [row["code"] for row in told] == found["code"].tolist()
        assert [int(row["rank"]) for row in told] == list(range(1, len(found) + 1))
        assert {row["filter"] for row in told} == {
            "gebied=PV24; inwoners=1000; status=wit; afstand=0; verouderd=0; sorteer=afstand"
        }
        assert {int(row["radius"]) for row in told} == {750}


def test_the_search_for_words_reads_this_page():
    assert "Groep telt binnen" in words(show(GAPS))
