"""From the country to one neighbourhood and back: map, trail, search, table, address bar, languages."""

import json
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.app.sentences import foreign
from tests.browser import chart
from tests.browser.server import ROOT
from tests.browser.visit import Visit

LELYSTAD = "GM0995"


def heading(page: Page) -> str:
    """The title as a reader sees it."""
    return page.locator("h1").inner_text()


def test_from_the_country_to_a_neighbourhood_by_clicking_the_map(page_desktop):
    visit = page_desktop.open()
    frame = chart.shows(visit, "NL")
    assert (LELYSTAD, "municipality") in chart.features(frame)
    born, seen = chart.born(frame), [heading(visit.page)]

    # the country's coloured parts are municipalities; a click goes one level down, to their province
    chart.click(visit, frame, LELYSTAD)
    chart.goes_to(visit, gebied="PV24")
    frame = chart.shows(visit, "PV24")
    seen.append(heading(visit.page))

    chart.click(visit, frame, LELYSTAD)
    chart.goes_to(visit, gebied=LELYSTAD)
    frame = chart.shows(visit, LELYSTAD)
    seen.append(heading(visit.page))

    cells = sorted(code for code, level in chart.features(frame) if level == "neighbourhood")
    chart.click(visit, frame, cells[0])
    chart.goes_to(visit, gebied=cells[0])
    frame = chart.shows(visit, LELYSTAD)
    expect(visit.page.locator("h1")).not_to_have_text(seen[-1])
    seen.append(heading(visit.page))

    assert len(set(seen)) == 4
    assert chart.born(frame) == born, "the map was mounted anew on the way"
    for back, gebied in ((LELYSTAD, LELYSTAD), ("PV24", "PV24"), ("NL", None)):
        visit.page.go_back()
        chart.goes_to(visit, **({"gebied": gebied} if gebied else {}))
        frame = chart.shows(visit, back)
        seen.pop()
        expect(visit.page.locator("h1")).to_have_text(seen[-1])
    visit.page.go_forward()
    chart.shows(visit, "PV24")
    assert chart.born(frame) == born
    chart.assert_clean(visit)


def test_the_same_area_can_be_clicked_twice(page_desktop):
    visit = page_desktop.open("/?gebied=PV24")
    frame = chart.shows(visit, "PV24")
    for _ in range(2):
        chart.click(visit, frame, LELYSTAD)
        frame = chart.shows(visit, LELYSTAD)
        visit.page.locator(".st-key-pad button").nth(1).click()
        frame = chart.shows(visit, "PV24")
    chart.assert_clean(visit)


def test_a_group_s_dot_does_not_stand_in_the_way_and_a_neighbour_can_be_clicked(page_desktop):
    visit = page_desktop.open(f"/?gebied={LELYSTAD}")
    frame = chart.shows(visit, LELYSTAD)
    visit.page.mouse.click(*chart.in_window(frame, chart.dots(frame)[0]))
    visit.page.wait_for_function("location.search.includes('gebied=BV0995')", timeout=5000)
    frame = chart.shows(visit, LELYSTAD)
    chart.click(visit, frame, "GM0303")
    chart.goes_to(visit, gebied="GM0303")
    chart.shows(visit, "GM0303")


@pytest.mark.parametrize("gebied", ["NL", LELYSTAD])
def test_layer_and_radius_keep_the_map_where_it_is(page_desktop, gebied):
    visit = page_desktop.open(f"/?gebied={gebied}")
    frame = chart.shows(visit, gebied)
    chart.table(visit)
    chart.click_zoom_in(frame)
    box = frame.frame_element().bounding_box()
    visit.page.mouse.move(box["x"] + 300, box["y"] + 300)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 240, box["y"] + 330, steps=4)
    visit.page.mouse.up()
    chart.rest(frame)
    place, born, asked = chart.position(frame), chart.born(frame), chart.own_requests(visit)
    query = {} if gebied == "NL" else {"gebied": gebied}

    chart.choose_layer(visit, "bereik")
    chart.goes_to(visit, laag="bereik", **query)
    visit.settled()
    chart.slide(visit)
    frame = chart.shows(visit, gebied)
    assert int(chart.address(visit)["straal"]) > 500
    assert chart.position(frame) == place
    assert chart.born(frame) == born
    assert chart.own_requests(visit) == asked, "a layer or radius fetched files anew"
    chart.assert_clean(visit)


def test_an_address_opens_the_view_that_it_was_copied_from(page_desktop, visit, app):
    first = page_desktop.open(f"/?gebied={LELYSTAD}&taal=en")
    chart.shows(first, LELYSTAD)
    chart.choose_layer(first, "groepen")
    chart.slide(first)
    chart.shows(first, LELYSTAD)
    other = visit(app).open(first.page.url.removeprefix(app))
    chart.shows(other, LELYSTAD)
    for page in (first.page, other.page):
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator(f"{chart.LAYER} input").nth(3)).to_be_checked()
    assert heading(other.page) == heading(first.page)
    assert chart.address(other) == chart.address(first)
    radius = [
        p.locator(f"{chart.RADIUS} input").get_attribute("aria-valuetext") for p in (first.page, other.page)
    ]
    assert radius[0] == radius[1] != "500 m"
    figures = [p.locator(".st-key-kerncijfers").inner_text() for p in (first.page, other.page)]
    assert figures[0] == figures[1]
    chart.assert_clean(other)


def pick(visit: Visit, typed: str, wanted: str) -> None:
    """Type in the search box and choose by keyboard the hit whose name starts so."""
    box = visit.page.get_by_role("combobox")
    box.press_sequentially(typed, delay=15)
    option = visit.page.get_by_role("option").filter(has_text=wanted).first
    option.wait_for(state="visible")
    for _ in range(12):
        if option.get_attribute("aria-selected") == "true":
            break
        box.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.press("Enter")
    visit.page.wait_for_timeout(500)
    if option.is_visible():  # a guess, or one name for several places, takes a second Enter
        box.press("Enter")


def test_search_finds_by_keyboard_and_tells_nobody_what_was_typed(page_desktop):
    visit = page_desktop.open("/?laag=bereik")
    addresses: list[str] = []
    visit.page.on("framenavigated", lambda frame: addresses.append(frame.url))
    frame = chart.shows(visit, "NL")
    born = chart.born(frame)
    for typed, wanted, code in (
        ("leilystad", "Lelystad", LELYSTAD),
        ("den bosch", "'s-Hertogenbosch", "GM0796"),
        ("Wageningen", "Wageningen", "GM0289"),
        ("zeeland", "Zeeland", "PV29"),
    ):
        pick(visit, typed, wanted)
        chart.goes_to(visit, gebied=code, laag="bereik")
        frame = chart.shows(visit, code)
        for url in [visit.page.url, *addresses, *visit.requests]:
            assert typed.split()[-1].lower() not in url.lower()
        assert visit.page.get_by_role("combobox").input_value() == ""
    assert chart.born(frame) == born
    chart.assert_clean(visit)


def test_search_by_mouse_with_empty_hands_and_with_second_thoughts(page_desktop):
    visit = page_desktop.open()
    chart.shows(visit, "NL")
    box, options = visit.page.get_by_role("combobox"), visit.page.get_by_role("option")
    box.press("Enter")  # nothing typed yet: it must not choose the first thing found later
    box.fill("urk")
    expect(options.first).to_be_visible()
    box.press("Escape")
    expect(options).to_have_count(0)
    box.fill("qqqqqqqqxyzzy")
    expect(visit.page.get_by_role("status").filter(has_text="gevonden")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "false")
    assert chart.address(visit) == {}
    box.fill("Lelystad-Centrum 2")
    options.filter(has_text="Lelystad-Centrum 2").first.click()
    visit.page.wait_for_function("location.search.includes('gebied=BV0995')")
    chart.shows(visit, LELYSTAD)
    expect(visit.page.locator("h1")).to_contain_text("Lelystad-Centrum 2")
    chart.assert_clean(visit)


def test_the_trail_leads_back_to_every_larger_area(page_desktop):
    visit = page_desktop.open("/?gebied=BV09950001&straal=1000")
    frame = chart.shows(visit, LELYSTAD)
    born = chart.born(frame)
    trail = visit.page.locator(".st-key-pad button")
    expect(trail).to_have_count(3)
    for place, gebied in ((2, LELYSTAD), (1, "PV24"), (0, None)):
        trail.nth(place).click()
        chart.goes_to(visit, straal="1000", **({"gebied": gebied} if gebied else {}))
        frame = chart.shows(visit, gebied or "NL")
        expect(trail).to_have_count(place)
    assert chart.born(frame) == born
    chart.assert_clean(visit)


def test_a_row_of_the_table_goes_to_its_area(page_desktop):
    visit = page_desktop.open("/?gebied=PV24")
    frame = chart.shows(visit, "PV24")
    born = chart.born(frame)
    rows = chart.table(visit)
    chart.click_row(visit, [row[0] for row in rows].index("Lelystad"))
    chart.goes_to(visit, gebied=LELYSTAD)
    frame = chart.shows(visit, LELYSTAD)
    assert chart.born(frame) == born
    chart.table(visit)
    chart.assert_clean(visit)


def numbers(text: str) -> set[str]:
    """The numbers in a Dutch text, without dots between thousands."""
    cleaned = text.replace(".", "")
    return {"".join(c for c in word if c.isdigit()) for word in cleaned.split()} - {""}


def test_page_table_and_terminal_give_the_same_figures(page_desktop):
    straal = "400"
    asked = ["coverage", "--gebied", LELYSTAD, "--straal", straal, "--json"]
    command = [sys.executable, "-m", "utils.cli", *asked]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")
    figures = json.loads(told.stdout)
    visit = page_desktop.open(f"/?gebied={LELYSTAD}&straal={straal}")
    chart.shows(visit, LELYSTAD)
    expect(visit.page.locator(".st-key-kerncijfers [data-testid=stMetric]")).to_have_count(4)
    shown = numbers(visit.page.locator(".st-key-kerncijfers").inner_text())
    for name in ("groups", "uncovered", "inhabited"):
        assert str(figures[name]) in shown
    assert str(round(figures["reach"] * 100)) in shown
    assert str(round(figures["unreached"])) in shown
    assert numbers(heading(visit.page)) == {str(figures["uncovered"]), str(figures["inhabited"])}
    visit.page.locator(".st-key-pad button").nth(1).click()
    chart.shows(visit, "PV24")
    (row,) = [row for row in chart.table(visit) if row[0] == "Lelystad"]
    in_table = {cell for cell in row[1:] if "." not in cell}
    for name in ("groups", "uncovered", "inhabitants"):
        assert str(round(figures[name])) in in_table


@pytest.mark.parametrize("page", ["", "verantwoording"])
def test_the_other_language_keeps_the_view_and_leaves_no_dutch(page_desktop, page):
    visit = page_desktop.open(f"/{page}?gebied={LELYSTAD}&laag=bereik&straal=750")
    if not page:
        frame = chart.shows(visit, LELYSTAD)
        born = chart.born(frame)
    expect(visit.page.locator("html")).to_have_attribute("lang", "nl")
    visit.page.locator(".st-key-taal button").click()
    chart.goes_to(visit, gebied=LELYSTAD, laag="bereik", straal="750", taal="en")
    expect(visit.page.locator("html")).to_have_attribute("lang", "en")
    if not page:
        frame = chart.shows(visit, LELYSTAD)
        assert chart.born(frame) == born
        assert frame.evaluate("document.documentElement.lang") == "en"
        chart.table(visit)
        visit.page.locator(".st-key-tabel button").filter(has_text="Download").click()
    visit.settled()
    expect(visit.page.locator("h1")).not_to_be_empty()
    said = visit.page.locator("body").inner_text()
    if not page:
        said += frame.locator("body").inner_text()
    assert [piece for piece in foreign("en") if piece in said] == []
    links = visit.page.locator(".st-key-kop a").evaluate_all("links => links.map(a => a.href)")
    assert all("taal=en" in link and f"gebied={LELYSTAD}" in link for link in links)
    chart.assert_clean(visit)


def test_a_bad_address_says_so_and_shows_the_nearest_view(page_desktop):
    visit = page_desktop.open("/?gebied=BU09950000&straal=1e9&laag=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    chart.shows(visit, LELYSTAD)
    notices = visit.page.locator("[data-testid=stAlert]")
    expect(notices).to_have_count(3)
    expect(notices.filter(has_text="<img src=x onerror=alert(1)>")).to_have_count(1)
    assert visit.page.locator("[data-testid=stAlert] img").count() == 0
    chart.assert_clean(visit)


def test_embedded_it_is_the_map_with_its_figures_alone(page_desktop):
    visit = page_desktop.open("/?embed=true&gebied=PV24")
    frame = chart.shows(visit, "PV24")
    expect(visit.page.locator("h1")).to_be_visible()
    expect(visit.page.locator(f"{visit.container('kerncijfers')} [data-testid=stMetric]")).to_have_count(4)
    for key in ("kop", "zoek", "tabel", "laag", "inbedden"):
        assert visit.page.locator(visit.container(key)).count() == 0
    chart.click(visit, frame, LELYSTAD)
    visit.page.wait_for_function("location.search.includes('gebied=GM0995')")
    frame = chart.shows(visit, LELYSTAD)
    assert chart.address(visit).get("embed") == "true"
    assert visit.page.locator(visit.container("kop")).count() == 0
    chart.assert_clean(visit)


def test_the_method_page_opens_by_itself_and_leads_back_to_the_same_view(page_desktop):
    visit = page_desktop.open(f"/verantwoording?gebied={LELYSTAD}&laag=bereik")
    expect(visit.page.locator("h1")).not_to_be_empty()
    expect(visit.page.locator("h2").nth(4)).to_be_attached()
    visit.page.locator(".st-key-kop a", has_text="Kaart").click()
    chart.shows(visit, LELYSTAD)
    assert chart.address(visit) == {"gebied": LELYSTAD, "laag": "bereik"}
    visit.page.locator(".st-key-melding a").click()
    visit.page.wait_for_url("**/verantwoording?*")
    assert chart.address(visit) == {"gebied": LELYSTAD, "laag": "bereik"}
    chart.assert_clean(visit)


def test_a_reader_sees_where_the_map_may_be_too_favourable(page_desktop):
    visit = page_desktop.open(f"/?gebied={LELYSTAD}&straal=400")
    chart.shows(visit, LELYSTAD)
    before = heading(visit.page)
    chart.choose_layer(visit, "actueel")
    chart.goes_to(visit, gebied=LELYSTAD, laag="actueel", straal="400")
    visit.page.wait_for_function("before => document.querySelector('h1').innerText !== before", arg=before)
    stale, active, parts = map(int, re.findall(r"\d+", heading(visit.page)))
    assert 0 < stale < active
    frame = chart.shows(visit, LELYSTAD)
    striped = frame.evaluate(
        """() => {
          const found = [];
          map.eachLayer((layer) => {
            if (layer.feature && layer.options.fillColor instanceof CanvasPattern) found.push(layer.feature);
          });
          return found.map((feature) => feature.properties.code);
        }"""
    )
    assert len(striped) == parts > 0
    visit.page.mouse.move(*chart.pixel(frame, striped[0]))
    tip = frame.locator(".kaart-tip")
    expect(tip).to_contain_text("actieve groepen bevestigd:")
    expect(tip).to_contain_text("de kaart kan hier te gunstig zijn")
    expect(visit.page.locator(".kaart-legenda")).to_contain_text("gestreept: de kaart kan te gunstig zijn")
    expect(visit.page.locator(".kaart-legenda")).not_to_contain_text("oranje rand")
    visit.shot("actueel")
    chart.assert_clean(visit)
