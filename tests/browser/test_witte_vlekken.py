"""Witte vlekken: from a province to a list that is sent on as a spreadsheet and a link."""

import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser import chart
from tests.browser.conftest import PHONE
from tests.browser.test_access import grave
from tests.browser.test_devices import _SIDEWAYS
from tests.browser.visit import Visit

LELYSTAD = "GM0995"
CARD = ".st-key-gaten_keuze"

# Neighbourhoods that lie wholly in sight and are large enough to hit.
_IN_SIGHT = """() => {
  const found = [];
  map.eachLayer(layer => {
    const shape = layer.feature && layer.options.interactive && layer.feature.properties;
    if (!shape || shape.level !== "neighbourhood") return;
    const box = layer.getBounds(), at = p => map.latLngToContainerPoint(p);
    const size = at(box.getSouthEast()).subtract(at(box.getNorthWest()));
    if (map.getBounds().contains(box) && Math.min(size.x, size.y) > 25) found.push(shape.code);
  });
  return found;
}"""
# The area with the heavy outline, and how large it is on the map.
_MARKED = """() => {
  let found = null;
  map.eachLayer(layer => {
    if (!layer.feature || layer.options.interactive || layer.options.weight !== 4) return;
    const box = layer.getBounds(), at = p => map.latLngToContainerPoint(p);
    const size = at(box.getSouthEast()).subtract(at(box.getNorthWest()));
    const inside = map.getBounds().contains(box);
    found = { code: layer.feature.properties.code, inside, size: Math.max(size.x, size.y) };
  });
  return found;
}"""


def marked(frame: Frame, code: str) -> dict:
    """The neighbourhood that the map points at, once it is this one."""
    frame.wait_for_function(f"code => {{ const m = ({_MARKED})(); return m && m.code === code; }}", arg=code)
    return dict(frame.evaluate(_MARKED))


def choose(page: Page, key: str, text: str) -> None:
    """Choose from a box by typing."""
    box: Locator = page.locator(f"{key} input")
    box.click()
    box.fill(text)
    page.get_by_role("option", name=text).first.click()


@pytest.fixture
def staff(visit, app) -> Iterator[Visit]:
    """A page of somebody who may copy."""
    yield visit(app, permissions=["clipboard-read", "clipboard-write"], accept_downloads=True)


def test_the_best_places_of_a_province_become_a_spreadsheet_and_a_link(staff, visit, app):
    opened = staff.open("/witte_vlekken")
    page = opened.page
    chart.shows(opened, "NL")
    choose(page, "[class*=st-key-pad_onder]", "Flevoland")
    chart.goes_to(opened, gebied="PV24")
    frame = chart.shows(opened, "PV24")
    choose(page, ".st-key-gaten_inwoners", "minstens 1.000")
    chart.goes_to(opened, gebied="PV24", inwoners="1000")
    frame = chart.shows(opened, "PV24")
    title = page.locator("h1").inner_text()
    rows = chart.table(opened)

    page.locator(".st-key-gaten_mee button", has_text="Download").click()
    with page.expect_download() as coming:
        page.locator(".st-key-download_xlsx button").click()
    page.keyboard.press("Escape")
    book = openpyxl.load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
    head, *lines = book["data"].iter_rows(values_only=True)
    sheet = [dict(zip(head, line, strict=True)) for line in lines]
    assert f"{len(sheet)} " in title
    assert all(row["inhabitants"] >= 1_000 and row["province"] == "Flevoland" for row in sheet)
    people = [row["unreached"] for row in sheet]
    assert people == sorted(people, reverse=True)
    assert len(rows) >= 10
    assert all(line["name"] in row for row, line in zip(rows, sheet, strict=False))

    chart.click_row(opened, 0)
    first = sheet[0]["code"]
    chart.goes_to(opened, gebied="PV24", inwoners="1000", buurt=first)
    found = marked(frame, first)
    assert found["inside"]
    assert found["size"] > 40
    expect(page.locator(CARD)).to_contain_text(sheet[0]["name"])
    expect(page.locator(CARD)).to_contain_text(f"Nummer 1 van {len(sheet)}")

    other = next(code for code in frame.evaluate(_IN_SIGHT) if code != first)
    place = chart.position(frame)
    chart.click(opened, frame, other)
    chart.goes_to(opened, gebied="PV24", inwoners="1000", buurt=other)
    marked(frame, other)
    assert chart.position(frame) == place, "what is in sight need not be approached"
    listed = [row["code"] for row in sheet]
    rank = f"Nummer {listed.index(other) + 1} van" if other in listed else "Staat niet in deze lijst"
    expect(page.locator(CARD)).to_contain_text(rank)

    page.locator(".st-key-gaten_mee button", has_text="Link").click()
    page.locator(".st-key-gaten_link button").click()
    expect(page.locator(".st-key-gaten_link [role=status]")).to_have_text("Gekopieerd.")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    again = visit(app).open(link.removeprefix(app))
    marked(chart.shows(again, "PV24"), other)
    assert again.page.locator("h1").inner_text() == title
    assert chart.table(again) == rows
    for one in (opened, again):
        chart.assert_clean(one)


def test_each_click_on_the_map_counts_from_the_first_on(visit, app):
    opened = visit(app).open("/witte_vlekken?gebied=PV24")
    frame = chart.shows(opened, "PV24")
    chart.table(opened)
    for code in frame.evaluate(_IN_SIGHT)[:3]:
        chart.click(opened, frame, code)
        chart.goes_to(opened, gebied="PV24", buurt=code)
        opened.settled()
    marked(frame, code)
    opened.page.locator(chart.TABLE).hover()
    expect(opened.page.locator(f"{chart.TABLE} button[aria-label='Search']")).to_be_visible()
    own = opened.page.locator(f"{chart.TABLE} button[aria-label='Download as CSV']")
    expect(own).to_have_count(1)
    expect(own).to_be_hidden()  # it has no source
    chart.assert_clean(opened)


@pytest.mark.parametrize("taal", ["nl", "en"])
def test_on_a_telephone_menu_filters_and_list_fit(visit, app, taal):
    opened = visit(app, **PHONE).open(f"/witte_vlekken?gebied={LELYSTAD}&taal={taal}")
    page = opened.page
    frame = chart.shows(opened, LELYSTAD)
    chart.table(opened)
    assert not page.evaluate(_SIDEWAYS)
    links = page.locator(".st-key-pagina a")
    boxes = [box for box in (link.bounding_box() for link in links.all()) if box]
    assert len({round(box["y"]) for box in boxes}) <= 2, "the menu is two lines at most"
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes), "each link is in sight"
    expect(page.locator(".st-key-pagina a[aria-current=page]")).to_be_visible()
    assert page.locator(".st-key-kop").bounding_box()["height"] < 125
    filters = page.locator(".st-key-gaten_dicht, .st-key-gaten_open")
    assert not filters.is_visible()
    page.locator(".st-key-gaten_filterknop button").tap()
    expect(page.locator(".st-key-gaten_open")).to_be_visible()
    assert not page.evaluate(_SIDEWAYS)
    found = grave(page) + grave(frame)
    assert found == []
    chart.assert_clean(opened)


def test_no_serious_violation_in_the_dark(visit, app):
    opened = visit(app, color_scheme="dark").open(f"/witte_vlekken?gebied={LELYSTAD}&verouderd=1&buurt=x")
    frame = chart.shows(opened, LELYSTAD)
    chart.table(opened)
    assert grave(opened.page) + grave(frame) == []
