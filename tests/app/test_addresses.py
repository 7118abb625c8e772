"""Addresses that name nothing: one clear sentence for each bad value, and the nearest sensible view."""

import pytest

from tests.app.reading import HOME, METHOD, PAGES, notices, show, specification

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "x" * 10_000,
    "🏘️🚨",
    "${alert(1)}{{7*7}}",
    "[klik](javascript:alert(1)) **vet** :material/home: $x$",
    "'; DROP TABLE groups; --",
    "../../etc/passwd",
    "\x00\u202e\u2028",
    "",
    "-5",
    "1e9",
    "nan",
    "inf",
)


def visible(came: str) -> str:
    """The beginning of a value, as a sentence would repeat it."""
    return came[:20]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("came", [*HOSTILE, "PV99", "GM9999", "0995", "NL; GM0995"])
def test_an_unknown_area_gives_one_notice_and_the_country(page, came):
    app = show(page, gebied=came)
    assert not app.exception
    assert not app.error
    (notice,) = notices(app)
    assert visible(came.strip().upper()) in notice.upper()
    assert len(notice) < 400
    if page == HOME:
        assert specification(app)["view"] == "NL"


@pytest.mark.parametrize("came", ["BU09950000", "BV09959999", "WK099501", "bu09950000"])
def test_an_unknown_neighbourhood_gives_its_municipality(came):
    app = show(HOME, gebied=came)
    assert not app.exception
    (notice,) = notices(app)
    assert came.upper() in notice.upper()
    assert "GM0995" in notice
    assert specification(app)["view"] == "GM0995"


@pytest.mark.parametrize("came", [c for c in HOSTILE if c not in ("-5", "1e9", "inf")])
def test_a_radius_that_is_no_number_gives_the_usual_one(came):
    app = show(HOME, straal=came)
    assert not app.exception
    assert len(notices(app)) == 1
    assert app.select_slider(key="straal").value == 500


@pytest.mark.parametrize(("came", "used"), [
    ("-5", 100), ("0", 100), ("99", 100), ("5001", 5000), ("1e9", 5000), ("inf", 5000), ("-inf", 100),
    ("500,5", 500), ("1e400", 5000), ("9" * 400, 5000),
])  # fmt: skip
def test_a_radius_out_of_range_gives_the_nearest(came, used):
    app = show(HOME, straal=came)
    assert not app.exception
    (notice,) = notices(app)
    assert str(used) in notice
    assert app.select_slider(key="straal").value == used


def test_a_radius_between_the_slider_s_steps_is_shown_as_it_is():
    app = show(HOME, straal="555")
    assert not app.exception
    assert notices(app) == []
    assert app.select_slider(key="straal").value == 555


@pytest.mark.parametrize("param", ["laag", "taal", "per"])
@pytest.mark.parametrize("came", HOSTILE)
def test_an_unknown_choice_gives_one_notice_and_the_usual_one(param, came):
    app = show(HOME, **{"gebied": "PV24", param: came})
    assert not app.exception
    (notice,) = notices(app)
    assert visible(came.strip()) in notice
    assert len(notice) < 400
    spec = specification(app)
    assert (spec["view"], spec["unit"], spec["lang"]) == ("PV24", "municipality", "nl")
    assert app.radio(key="laag").value == "status"


@pytest.mark.parametrize("page", PAGES)
def test_each_bad_value_has_its_own_notice(page):
    app = show(page, gebied="PV99", laag="regen", straal="ver", taal="fy", per="straat")
    assert not app.exception
    said = notices(app)
    assert len(said) == 5
    for came, notice in zip(["PV99", "regen", "ver", "fy", "straat"], said, strict=True):
        assert came in notice


def test_parts_that_do_not_go_with_the_area_are_no_mistake_of_the_reader():
    """Who drills down from the country by province keeps a sensible view."""
    app = show(HOME, gebied="GM0995", per="provincie")
    assert not app.exception
    assert notices(app) == []
    assert specification(app)["unit"] == "neighbourhood"


def test_unknown_parameters_are_left_alone():
    app = show(HOME, utm_source="nieuwsbrief", gebied="PV24")
    assert not app.exception
    assert notices(app) == []
    assert specification(app)["view"] == "PV24"


def test_the_next_choice_mends_the_address():
    app = show(HOME, gebied="PV99", straal="ver")
    app.radio(key="laag").set_value("bereik").run()
    assert dict(app.query_params) == {"laag": "bereik"}
    assert notices(app) == []


def test_notices_are_in_the_language_asked_for():
    nl, en = notices(show(METHOD, gebied="PV99")), notices(show(METHOD, gebied="PV99", taal="en"))
    assert len(nl) == len(en) == 1
    assert nl != en
