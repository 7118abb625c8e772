"""The page to compare: league tables, areas beside each other, what was published; the address and back."""

import io

import openpyxl
import pytest

from tests.app.reading import COMPARE, container, notices, show, title, unescaped, words
from utils import cached, league_view
from utils.texts import Texts


def said(app) -> str:
    """All that stands in markdown and HTML on the page, as a reader sees it."""
    return unescaped("\n".join([*(one.value for one in app.markdown), *(one.value for one in app.caption)]))


def html(app) -> str:
    """The HTML of the page's own tables."""
    return "\n".join(one.proto.body for one in app.get("html"))


def test_the_league_table_finds_the_area_of_the_address():
    app = show(COMPARE, gebied="GM0995")
    assert not app.exception
    assert title(app) == "Lelystad staat 19e van 342 gemeenten: 1,72 groepen per 1.000 inwoners"
    (table,) = app.dataframe
    rows = table.value
    assert len(rows) == 342
    assert rows.loc[rows["name"] == "Lelystad", "place"].item() == 19
    assert "19. Lelystad: 1,72" in html(app)
    assert "sinds 31 december 2018" in said(app)
    assert not notices(app)


def test_the_places_are_those_of_the_figures_that_the_map_page_shows():
    rows = show(COMPARE, maat="bereik").dataframe[0].value
    figures = cached.figures(cached.measured(), "municipality", 500)
    names = cached.measured().atlas.municipalities.names
    order = sorted(zip(-figures.reach, names, strict=True))
    assert rows["value"].tolist() == pytest.approx([-value for value, _ in order], abs=1e-6)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"gebied": "NL"}, "Wijdemeren staat bovenaan van 342 gemeenten: 3,33 groepen per 1.000 inwoners"),
        ({"gebied": "PV24", "maat": "groepen"}, "Flevoland staat 10e van 12 provincies: 292 groepen"),
        (
            {"gebied": "GM0995", "binnen": "PV24", "maat": "groepen"},
            "Lelystad staat 1e van 6 gemeenten in Flevoland: 145 groepen",
        ),
        ({"gebied": "GM0995", "niveau": "provincie", "maat": "groepen"}, "Flevoland staat 10e van 12 "),
        ({"gebied": "GM0995", "maat": "deelname", "taal": "en"}, "Lelystad ranks "),
    ],
)
def test_the_title_is_the_finding(params, expected):
    app = show(COMPARE, **params)
    assert not app.exception
    assert title(app).startswith(expected)


def test_choices_change_the_address_and_the_usual_ones_stay_out_of_it():
    app = show(COMPARE, gebied="GM0995")
    app.selectbox(key="vergelijk_maat").set_value("wit").run()
    app.selectbox(key="vergelijk_binnen").set_value("PV24").run()
    app.selectbox(key="vergelijk_stand").set_value("2016-12-31").run()
    assert {name: app.query_params[name] for name in ("maat", "binnen", "stand")} == {
        "maat": "wit",
        "binnen": "PV24",
        "stand": "2016-12-31",
    }
    assert "zonder bekende groep dichtbij" in title(app)
    assert "sinds 31 december 2016" in said(app)
    app.selectbox(key="vergelijk_maat").set_value("dekkingsgraad").run()
    app.selectbox(key="vergelijk_gebied").set_value("GM0344").run()
    assert "maat" not in app.query_params
    assert "binnen" not in app.query_params  # Utrecht is not in Flevoland
    assert title(app).startswith("Utrecht staat")


def test_another_municipality_of_the_province_stays_in_the_table_of_the_province():
    app = show(COMPARE, gebied="GM0995", binnen="PV24")
    app.selectbox(key="vergelijk_gebied").set_value("GM0034").run()
    assert app.query_params["binnen"] == "PV24"
    assert "van 6 gemeenten in Flevoland" in title(app)


def test_an_area_outside_the_province_is_told_to_be_left_out():
    assert "Lelystad ligt niet in Limburg" in words(show(COMPARE, gebied="GM0995", binnen="PV31"))
    assert "ligt niet" not in words(show(COMPARE, gebied="GM0995", binnen="PV24"))


def test_a_measure_of_now_only_has_no_change():
    app = show(COMPARE, maat="deelname")
    assert "moved" not in app.dataframe[0].value
    assert "weten wij niet" in said(app)


def test_bad_values_give_a_notice_each_and_the_usual_table():
    app = show(COMPARE, maat="lengte", niveau="wijk", binnen="GM0995", stand="morgen", deel="<b>x</b>")
    assert not app.exception
    assert len(notices(app)) == 5
    assert title(app) == title(show(COMPARE))


def test_without_a_choice_an_area_stands_beside_those_of_its_size():
    app = show(COMPARE, deel="naast", gebied="GM0995")
    assert not app.exception
    assert app.multiselect[0].value == ["GM0917", "GM1948", "GM0164", "GM0606"]
    assert "de 2 erboven en de 2 eronder" in said(app)
    assert title(app).startswith("Lelystad staat 1e van deze 5 gebieden")
    table = html(app)
    for cell in ("84.080", "1,72", "85%", "11 van 67", "Meierijstad"):
        assert cell in table
    assert "Deel van de buurtvakken zonder groep dichtbij" in table
    assert "Buurtvakken zonder bekende groep dichtbij" in table
    assert "meer gepubliceerd dan in dit register" in said(app)


def test_the_figures_beside_each_other_are_those_of_the_map_page():
    app = show(COMPARE, deel="naast", gebied="PV24", met="NL", straal="800")
    key = cached.key_figures(cached.measured(), "PV24", 800).area
    assert f"{round(key.reach * 100)}%" in html(app)
    assert "binnen 800 m" in html(app)
    assert len(app.subheader) == 4


def test_areas_are_added_and_taken_away():
    app = show(COMPARE, deel="naast", gebied="GM0995")
    app.multiselect[0].set_value(["GM0632", "PV24"]).run()
    assert app.query_params["met"] == "GM0632,PV24"
    assert title(app).startswith("Lelystad staat 2e van deze 3 gebieden")
    assert "U koos zelf" in said(app)
    app.multiselect[0].set_value([]).run()
    assert app.query_params["met"] == "GM0995"
    assert title(app) == "Lelystad naast andere gebieden"
    app.button(key="naast_gewoon").click().run()
    assert "met" not in app.query_params
    assert "de 2 erboven" in said(app)


def test_what_cannot_be_compared_is_told():
    app = show(COMPARE, deel="naast", met="GM0995,GM9999,BV09950001", gebied="NL")
    assert len(notices(app)) == 2
    assert "GM9999’ bestaat niet" in notices(app)[0]
    assert "hoogstens zes" in notices(app)[1]


@pytest.mark.parametrize(
    ("gebied", "expected"),
    [
        ("GM0995", ["145 op 31 december 2019", ">0<", "gervon.nl"]),
        ("GM1982", ["Van Boxmeer, dat later opging in Land van Cuijk", ">79<"]),
        ("NL", ["8.900 op 28 februari 2019", "+105"]),
    ],
)
def test_published_figures_stand_beside_the_registers_count(gebied, expected):
    app = show(COMPARE, deel="naast", gebied=gebied, met=gebied)
    table = html(app)
    assert all(one in table for one in expected)
    assert "Niet elke groep meldt zich aan" in said(app)
    assert "voorbeelddata" in said(app)


def test_without_published_figures_that_is_said():
    app = show(COMPARE, deel="naast", gebied="GM0344", met="GM0344")
    assert "geen gepubliceerd cijfer" in said(app)


@pytest.mark.parametrize("deel", ["ranglijst", "naast", "groei"])
def test_every_section_works_in_english(deel):
    app = show(COMPARE, deel=deel, gebied="GM0995", taal="en")
    assert not app.exception
    assert not app.error
    assert "Lelystad" in title(app)
    assert "gemeenten" not in words(app)


@pytest.mark.parametrize("wanted", ["csv", "xlsx"])
def test_a_league_table_can_be_taken_along(wanted):
    coverage = cached.measured()
    league, _ = league_view.read({"maat": "wit"}, coverage.atlas, coverage.groups, "GM0995")
    name, made = cached.league_file(coverage, league, 500, wanted, Texts("nl"))
    assert name == f"buurtdekking-ranglijst-wit-NL-500m-voorbeeld.{wanted}"
    file = made()
    if wanted == "csv":
        lines = file.decode("utf-8").splitlines()
        assert lines[0] == (
            "place,code,name,province,inhabitants,uncovered_share,uncovered_share_before,moved,compared_with,"
            "radius,peildatum,bron,benadering"
        )
        assert len(lines) == 343
        assert ",2018-12-31,500,2019-12-31," in lines[1]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(file))["definitions"]
        told = {row[0].value: row[1].value for row in sheet.iter_rows()}
        assert {"place", "uncovered_share", "uncovered_share_before", "moved", "compared_with"} <= told.keys()
        assert "binnen 500 m" in told["uncovered_share"]


def test_the_table_and_choices_stand_in_their_containers():
    app = show(COMPARE)
    for key in ("deel_ranglijst", "vergelijk_keuzes", "grafiek_ranglijst", "melding"):
        container(app, key)
