"""Beste plekken: from a number of groups to places on the map and in the list, and away as a spreadsheet."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Frame, expect

from tests.browser import chart
from tests.browser.conftest import PHONE
from tests.browser.test_access import grave
from tests.browser.test_devices import _SIDEWAYS

LELYSTAD = "GM0995"
CARD = ".st-key-gaten_keuze"
NUMBERS = ".plek-nummer"

# Where the circle of each place lies on the map: is it wholly in sight, and how wide in pixels?
_CIRCLES = """() => {
  const found = [];
  map.eachLayer(layer => {
    if (!(layer instanceof L.Circle) || layer.options.interactive) return;
    const box = layer.getBounds(), at = p => map.latLngToContainerPoint(p);
    const wide = at(box.getNorthEast()).x - at(box.getNorthWest()).x, inside = map.getBounds().contains(box);
    found.push({ inside, wide, radius: layer.getRadius(), heavy: layer.options.weight === 3 });
  });
  return found;
}"""


def looks_at(frame: Frame) -> dict:
    """The circle of the place that is looked at, once there is one."""
    frame.wait_for_function(f"() => ({_CIRCLES})().some(one => one.heavy)")
    (found,) = [one for one in frame.evaluate(_CIRCLES) if one["heavy"]]
    return dict(found)


def test_ten_places_for_a_province_are_on_the_map_in_the_list_and_in_a_file(visit, app):
    opened = visit(app, accept_downloads=True).open("/witte_vlekken?gebied=PV24")
    page = opened.page
    chart.shows(opened, "PV24")
    page.locator("[data-testid=stSegmentedControl], .st-key-deel_keuze").get_by_text("Beste plekken").click()
    chart.goes_to(opened, gebied="PV24", deel="plekken")
    expect(page.locator("h1")).to_contain_text("Met 10 groepen erbij")
    opened.settled()  # until then the map of the list is there too
    frame = chart.shows(opened, "PV24")
    rows = chart.table(opened)
    assert [row[0] for row in rows] == [str(n) for n in range(1, 11)]
    assert sorted(int(text) for text in frame.locator(NUMBERS).all_inner_texts()) == list(range(1, 11))
    circles = frame.evaluate(_CIRCLES)
    assert len(circles) == 10
    assert {one["radius"] for one in circles} == {500}
    assert all(one["inside"] for one in circles)

    number = frame.locator(NUMBERS).filter(has_text="2").first  # 2 comes before those it may lie over
    at = number.bounding_box()
    page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    chart.goes_to(opened, gebied="PV24", deel="plekken", plek="2")
    expect(page.locator(CARD)).to_contain_text(f"2. {rows[1][1]}")
    ticked = page.locator(f"{chart.TABLE} canvas tbody tr[aria-selected=true]")
    expect(ticked).to_have_count(1)
    expect(ticked).to_contain_text(rows[1][1])

    chart.click_row(opened, 2)
    chart.goes_to(opened, gebied="PV24", deel="plekken", plek="3")
    found = looks_at(frame)
    assert found["inside"]
    assert found["wide"] > 100
    expect(page.locator(CARD)).to_contain_text(f"3. {rows[2][1]}")
    page.locator(".st-key-plekken_heel button").click()
    chart.goes_to(opened, gebied="PV24", deel="plekken")
    frame.wait_for_function(f"() => ({_CIRCLES})().every(one => one.inside && !one.heavy)")

    page.locator(".st-key-plekken_mee button", has_text="Download").click()
    with page.expect_download() as coming:
        page.locator(".st-key-download_csv button").click()
    sheet = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text(encoding="utf-8"))))
    assert [row["name"] for row in sheet] == [row[1] for row in rows]
    assert coming.value.suggested_filename == "buurtdekking-sites-10-PV24-500m-voorbeeld.csv"
    chart.assert_clean(opened)


def test_a_long_search_tells_how_far_it_is(visit, app):
    opened = visit(app).open("/witte_vlekken?gebied=PV28&deel=plekken&k=3&taal=en")
    page = opened.page
    chart.shows(opened, "PV28")
    expect(page.locator("h1")).to_contain_text("With 3 more groups", timeout=60_000)
    chart.table(opened)
    box = page.locator(".st-key-plekken_k input")
    box.fill("57")
    box.press("Enter")
    expect(page.locator("[data-testid=stProgress]")).to_contain_text("Looking for the best places")
    chart.goes_to(opened, gebied="PV28", deel="plekken", k="57", taal="en")
    expect(page.locator("h1")).to_contain_text("With 57 more groups", timeout=60_000)
    page.locator(f"{chart.TABLE} canvas tbody tr").nth(8).wait_for(state="attached")
    assert page.locator("[data-testid=stProgress]").count() == 0
    chart.assert_clean(opened)


@pytest.mark.parametrize(("taal", "scheme"), [("nl", "light"), ("en", "dark")])
def test_on_a_telephone_all_fits_and_nothing_is_grave(visit, app, taal, scheme):
    opened = visit(app, **PHONE, color_scheme=scheme).open(
        f"/witte_vlekken?gebied={LELYSTAD}&deel=plekken&k=5&taal={taal}"
    )
    page = opened.page
    frame = chart.shows(opened, LELYSTAD)
    chart.table(opened)
    expect(page.locator(".st-key-beeld_plekken")).to_be_visible()
    assert not page.evaluate(_SIDEWAYS)
    order = [page.locator(one).first.bounding_box()["y"] for one in ("h1", ".st-key-kaart", ".st-key-tabel")]
    assert order == sorted(order), "first the answer, then the map, then the list"
    assert grave(page) + grave(frame) == []
    chart.assert_clean(opened)
