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
    expect(said(visit)).to_have_text(re.compile("U ziet Lelystad. Uw straat of postcode is niet gevonden"))
    expect(box(visit)).to_have_value("")
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


def settled(visit: Visit) -> None:
    expect(box(visit)).to_have_value("")


def test_enter_after_pasting_over_an_old_list_chooses_of_the_new_text(page_desktop: Visit):
    visit = page_desktop
    visit.open("/mijn_buurt")
    box(visit).press_sequentially("almere", delay=120)
    expect(options(visit).first).to_contain_text("Almere")
    box(visit).select_text()
    visit.page.keyboard.insert_text("lelystad centrum 2")
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=BV09950002"))
    settled(visit)
    box(visit).press_sequentially("urk", delay=120)
    expect(options(visit).first).to_contain_text("Urk")
    box(visit).press("ArrowDown")  # a line of the old list is no choice for the new text
    box(visit).fill("dronten")
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=GM0303"))
    settled(visit)


def test_a_line_of_the_old_list_is_what_a_click_on_it_chooses(page_desktop: Visit):
    visit = page_desktop
    visit.open("/mijn_buurt")
    box(visit).fill("urk")
    expect(options(visit).first).to_contain_text("Urk")
    visit.page.evaluate(
        """() => {
            const root = document.querySelector(".st-key-zoek");
            const find = (node) => node.querySelector("#zoekveld") || [...node.querySelectorAll("*")]
                .map((one) => one.shadowRoot && find(one.shadowRoot)).find(Boolean);
            const input = find(root);
            input.value = "dronten";
            input.dispatchEvent(new Event("input"));
            input.parentElement.querySelector("li").click();
        }"""
    )
    visit.page.wait_for_url(re.compile("gebied=GM0184"))


@pytest.mark.parametrize(
    ("text", "sentence", "address"),
    [
        ("waterwijk", "Bedoelt u Winterswijk?", "gebied=GM0294"),
        ("kerkstraat 5 lelystad", "Dat lukt nu niet. Wel vonden wij Lelystad", "gebied=GM0995"),
        ("hengelo", "Kies welke u bedoelt", "gebied=GM0164"),
    ],
)
def test_what_is_uncertain_takes_a_second_enter(page_phone: Visit, text: str, sentence: str, address: str):
    visit = page_phone
    visit.open("/mijn_buurt")
    box(visit).fill(text)
    expect(said(visit)).to_contain_text(sentence)
    expect(options(visit).first).to_be_visible()
    above, below = said(visit).bounding_box(), visit.page.get_by_role("listbox").bounding_box()
    assert above is not None
    assert below is not None
    assert above["y"] + above["height"] <= below["y"]
    box(visit).press("Enter")
    expect(said(visit)).to_contain_text("Druk nog eens op Enter")
    expect(options(visit).first).to_be_visible()
    assert "gebied" not in visit.page.url
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile(address))
    settled(visit)


def test_a_clear_misspelling_goes_on_and_more_than_is_shown_is_told(page_desktop: Visit):
    visit = page_desktop
    visit.open("/mijn_buurt")
    expect(visit.page.get_by_text("Uw postcode, adres of plaats", exact=True)).to_be_visible()
    box(visit).fill("almere")
    expect(said(visit)).to_contain_text("Dit zijn de eerste 8. Typ verder voor meer.")
    expect(options(visit)).to_have_count(8)
    box(visit).fill("leilystad")
    box(visit).press("Enter")
    visit.page.wait_for_url(re.compile("gebied=GM0995"))
