"""The staff page in a browser: fetch with progress, stop, see what came, go back; on a telephone too."""

import pytest
from playwright.sync_api import expect

from tests.browser import chart
from tests.browser.conftest import PHONE
from tests.browser.test_access import grave
from tests.services.cbs import Fault, serve
from tests.services.content import toy
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")


@pytest.fixture
def services():
    """The services, which know one small year."""
    with serve(toy()) as running:
        yield running


@pytest.fixture
def address(start, services):
    """An app whose staff page is open."""
    return start(**services.environment, BUURTDEKKING_STAFF="local")


def choose_year(page, year: str) -> None:
    """Choose a year; wait until the server has heard it."""
    page.get_by_role("combobox", name=NL.t("staff.year")).click()
    page.get_by_role("option", name=year).click()


def test_a_year_is_fetched_shown_and_gone_back_from(visit, address):
    staff = visit(address).open("/beheer?deel=gegevens")
    page = staff.page
    fetch = page.get_by_role("button", name=NL.t("staff.fetch"), exact=True)
    fetch.wait_for()
    assert grave(page) == []
    choose_year(page, "2024")
    staff.settled()
    fetch.click()
    expect(page.get_by_text(NL.t("staff.ready", year="2024"))).to_be_visible(timeout=60_000)
    expect(page.get_by_role("table")).to_contain_text(NL.t("refresh.what.district"))
    staff.settled()
    assert grave(page) == []
    seen = visit(address).open("/?gebied=GM0995")
    frame = chart.shows(seen, "GM0995")
    assert {code[:2] for code, level in chart.features(frame) if level == "neighbourhood"} == {"BU"}
    expect(frame.locator(".leaflet-control-attribution")).to_contain_text(
        "Kadaster / Centraal Bureau voor de Statistiek, 2024"
    )
    page.get_by_role("button", name=NL.t("staff.back")).click()
    expect(page.get_by_text("14.351")).to_be_visible()
    chart.assert_clean(staff)
    chart.assert_clean(seen)


def test_a_refresh_is_watched_and_stopped(visit, address, services):
    services.faults.append(Fault("429", where="buurt", value="30"))
    staff = visit(address).open("/beheer?deel=gegevens")
    page = staff.page
    page.get_by_role("button", name=NL.t("staff.fetch"), exact=True).wait_for()
    choose_year(page, "2024")
    staff.settled()
    page.get_by_role("button", name=NL.t("staff.fetch"), exact=True).click()
    expect(page.get_by_text(NL.t("refresh.step.neighbourhood"))).to_be_visible(timeout=30_000)
    page.get_by_role("button", name=NL.t("staff.cancel"), exact=True).click()
    expect(page.get_by_text(NL.t("error.cancelled"))).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name=NL.t("staff.fetch"), exact=True)).to_be_enabled()


def test_the_page_fits_a_telephone(visit, address):
    staff = visit(address, **PHONE).open("/beheer?taal=en&deel=gegevens")
    staff.page.get_by_role("button", name=EN.t("staff.fetch"), exact=True).wait_for()
    staff.settled()
    assert staff.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave(staff.page) == []


def test_the_page_is_closed_without_the_setting(visit, app):
    closed = visit(app).open("/beheer?taal=en")
    expect(closed.page.get_by_text("BUURTDEKKING_STAFF")).to_be_visible()
    expect(closed.page.get_by_role("button", name=EN.t("staff.fetch"), exact=True)).to_have_count(0)
    expect(closed.page.get_by_role("link", name=EN.t("page.link.beheer"))).to_have_count(0)
