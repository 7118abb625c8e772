"""The search box in a browser: with a service for postcodes, without one, and with one that says nothing."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import chart
from tests.browser.visit import Visit
from tests.services import locatieserver
from tests.services.cbs import Fault
from tests.services.locatieserver import Server, postcode

HERE = 161_000, 501_000  # in Lelystad


@pytest.fixture(scope="module")
def _service() -> Iterator[Server]:
    street = {"type": "weg", "weergavenaam": "<b>Kustweg</b>, Lelystad", "woonplaatsnaam": "Lelystad"}
    docs = [postcode("8232AB", *HERE, woonplaatsnaam="Lelystad"), postcode("8232AC", *HERE, **street)]
    with locatieserver.serve(docs) as running:
        yield running


@pytest.fixture(scope="module")
def online(start: Callable[..., str], _service: Server) -> str:
    """Address of the app with a service that answers."""
    return start(BUURTDEKKING_LOCATIESERVER=_service.url)


@pytest.fixture
def service(_service: Server) -> Iterator[Server]:
    _service.requests.clear()
    yield _service
    _service.faults.clear()


def options(visit: Visit):
    return visit.page.get_by_role("option")


def box(visit: Visit):
    return visit.page.get_by_role("combobox")


def said(visit: Visit):
    return visit.page.locator(".st-key-zoek [role=status]").first


def test_a_postcode_on_the_map_page_leads_to_the_answer(page_phone: Visit, online: str, service: Server):
    visit = page_phone
    visit.base = online
    visit.open("/?straal=1000")
    chart.shows(visit, "NL")
    box(visit).press_sequentially("8232ab", delay=15)
    expect(options(visit)).to_have_text([re.compile(r"8232 AB Lelystad\s*Postcode · Lelystad, Flevoland")])
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile(r"/mijn_buurt\?.*gebied=BV0995"))
    expect(visit.page.locator(".st-key-oordeel h1")).to_be_visible()
    expect(visit.page.locator(".st-key-oordeel")).to_contain_text("8232 AB Lelystad")
    assert "straal=1000" in visit.page.url
    assert not [url for url in [visit.page.url, *visit.requests] if "8232" in url]
    assert visit.strangers == []
    assert 1 <= len(service.requests) <= 3


def test_enter_waits_for_the_postcode_and_markup_stays_text(
    page_desktop: Visit, online: str, service: Server
):
    visit = page_desktop
    visit.base = online
    visit.open("/mijn_buurt")
    box(visit).fill("kustweg")
    expect(options(visit).first).to_contain_text("<b>Kustweg</b>, Lelystad")
    box(visit).press("Escape")
    box(visit).fill("8232 AB")
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=BV0995"))
    expect(visit.page.locator(".st-key-oordeel")).to_contain_text("8232 AB Lelystad")


def test_without_internet_a_full_address_gives_its_village_and_says_so(page_phone: Visit):
    visit = page_phone
    visit.open("/mijn_buurt")
    box(visit).fill("1234 AB Lelystad")
    box(visit).press("Enter")
    expect(said(visit)).to_contain_text("Wel vonden wij Lelystad")
    expect(said(visit)).not_to_have_class(re.compile("stil"))
    expect(options(visit).first).to_contain_text("Lelystad")
    assert "gebied" not in visit.page.url  # the village is no answer to an address before somebody says so
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=GM0995"))
    box(visit).fill("1234ab")
    expect(said(visit)).to_have_text(re.compile("Typ de naam van uw dorp, stad of buurt"))
    expect(options(visit)).to_have_count(0)
    assert visit.strangers == []


def test_a_silent_service_holds_nobody_up(page_desktop: Visit, start: Callable[..., str], service: Server):
    visit = page_desktop
    visit.base = start(BUURTDEKKING_LOCATIESERVER=service.url)
    service.faults.append(Fault("timeout"))
    visit.open("/mijn_buurt")
    box(visit).fill("8232ab")
    expect(said(visit)).to_have_text("Wij zoeken nog even verder…")
    begin = time.monotonic()
    box(visit).fill("urk")
    expect(options(visit).first).to_contain_text("Urk")
    assert time.monotonic() - begin < 2.5  # sooner than the service is given up
    box(visit).fill("8232ab")
    expect(said(visit)).to_have_text(re.compile("Dat lukt nu niet"), timeout=10_000)


def test_names_of_several_offer_a_choice_by_keyboard(page_desktop: Visit):
    visit = page_desktop
    visit.open("/mijn_buurt")
    box(visit).press_sequentially("hengelo", delay=15)
    expect(options(visit).nth(2)).to_have_text(re.compile(r"Hengelo\s*Plaats · Bronckhorst, Gelderland"))
    expect(options(visit).nth(0)).to_have_text(re.compile(r"Hengelo \(O\.\)\s*Gemeente · Overijssel"))
    box(visit).press("ArrowDown")
    box(visit).press("ArrowDown")
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=BV1876"))
