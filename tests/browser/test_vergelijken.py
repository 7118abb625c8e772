"""The page to compare in a browser: from a league table to areas beside each other, and what goes home."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import chart
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_access import grave
from tests.browser.visit import Visit

DEVICES = {"phone": PHONE, "dark": {**DESKTOP, "color_scheme": "dark"}}


def draws(visit: Visit, key: str, *texts: str) -> None:
    """Wait until a chart shows these texts."""
    for text in texts:
        visit.page.locator(f".st-key-beeld_{key} svg text").get_by_text(text, exact=True).first.wait_for()


def pick(visit: Visit, param: str, text: str) -> None:
    """Choose in a select box by typing."""
    box = visit.page.locator(f".st-key-vergelijk_{param} input")
    box.fill(text)
    box.press("Enter")


def test_from_a_league_table_to_areas_beside_each_other(page_desktop):
    visit = page_desktop.open("/vergelijken")
    title = visit.page.locator("h1")
    title.wait_for()
    expect(title).to_contain_text("van 342 gemeenten")
    pick(visit, "gebied", "Lelystad")
    chart.goes_to(visit, gebied="GM0995")
    expect(title).to_have_text("Lelystad staat 19e van 342 gemeenten: 1,72 groepen per 1.000 inwoners")
    draws(visit, "ranglijst", "19. Lelystad", "1,72", "Nederland: 0,50")

    pick(visit, "maat", "Aantal groepen")
    chart.goes_to(visit, gebied="GM0995", maat="groepen")
    expect(title).to_contain_text(": 145 groepen")
    visit.settled()
    visit.page.get_by_role("button", name="Download").last.click()
    with visit.page.expect_download() as coming:
        visit.page.locator(".st-key-ranglijst_csv button").click()
    rows = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == 342
    (own,) = [row for row in rows if row["code"] == "GM0995"]
    said = f"Lelystad staat {own['place']}e van 342 gemeenten: {own['groups']} groepen"
    expect(title).to_contain_text(said)
    visit.page.keyboard.press("Escape")

    visit.page.get_by_role("radio", name="Naast elkaar").click()
    chart.goes_to(visit, gebied="GM0995", maat="groepen", deel="naast")
    expect(title).to_contain_text("Lelystad staat 1e van deze 5 gebieden")
    box = visit.page.locator(".st-key-vergelijk_met input")
    box.fill("Woerden")
    box.press("Enter")
    expect(title).to_contain_text("Lelystad staat 2e van deze 6 gebieden")
    draws(visit, "naast_dekkingsgraad", "Woerden", "2,33")
    cells = visit.page.locator("table.naast").inner_text()
    assert "Woerden" in cells
    chart.assert_clean(visit)

    again = visit.open(visit.page.url.removeprefix(visit.base))
    expect(again.page.locator("h1")).to_contain_text("Lelystad staat 2e van deze 6 gebieden")
    draws(again, "naast_dekkingsgraad", "Woerden", "2,33")


def test_a_chart_goes_home_as_a_picture_with_its_title_and_source(page_desktop):
    visit = page_desktop.open("/vergelijken?gebied=GM0995&taal=en")
    draws(visit, "ranglijst", "1.72")
    visit.page.locator(".st-key-grafiek_ranglijst summary").click()
    with visit.page.expect_download() as coming:
        visit.page.locator(".st-key-plaatje_ranglijst_svg button").click()
    assert coming.value.suggested_filename == "buurtdekking-ranglijst-GM0995-voorbeeld.svg"
    picture = Path(coming.value.path()).read_text(encoding="utf-8")
    assert "Groups per 1,000 inhabitants: Lelystad" in picture
    assert "example data" in picture


@pytest.mark.parametrize("device", DEVICES)
def test_no_serious_violation(visit, app, device):
    opened = visit(app, **DEVICES[device])
    found = {}
    charts = (("ranglijst", "ranglijst", "19. Lelystad"), ("naast", "naast_deelname", "Lelystad"))
    for deel, key, text in charts:
        opened.open(f"/vergelijken?gebied=GM0995&deel={deel}&taal=en&binnen=x")  # with a notice on it
        draws(opened, key, text)
        opened.settled()
        found[deel] = grave(opened.page)
        wide = opened.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{deel} is {wide} pixels wider than the window"
    assert not any(found.values()), found


_BROKEN = """() => {
  const broken = [];
  for (const label of document.querySelectorAll('[data-testid="stMetricLabel"] p')) {
    const text = label.firstChild;
    for (const word of text.data.matchAll(/[^\\s-]+/g)) {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(one => Math.round(one.top))).size > 1) broken.push(word[0]);
    }
  }
  for (const value of document.querySelectorAll('[data-testid="stMetricValue"] p'))
    if (value.scrollWidth > value.clientWidth) broken.push(value.textContent);
  return broken;
}"""


@pytest.mark.parametrize(
    "path", ["/vergelijken?gebied=GM0995&deel=groei&stand=2016-06-15", "/witte_vlekken?gebied=PV24"]
)
def test_at_twice_the_size_no_word_or_figure_is_broken(visit, app, path):
    opened = visit(app, viewport={"width": 720, "height": 450}, device_scale_factor=2).open(path)
    opened.page.locator('[data-testid="stMetricValue"]').nth(2).wait_for()
    opened.settled()
    assert opened.page.evaluate(_BROKEN) == []


def test_on_a_telephone_every_chosen_area_can_be_read(visit, app):
    opened = visit(app, **PHONE).open("/vergelijken?gebied=GM0995&deel=naast")
    draws(opened, "naast_deelname", "Lelystad")
    chips = opened.page.locator(".st-key-vergelijk_met [data-testid=stMultiSelectTagsContainer] button")
    right = opened.page.locator(
        ".st-key-vergelijk_met [data-testid=stMultiSelectTagsContainer]"
    ).bounding_box()
    boxes = [chip.bounding_box() for chip in chips.all()]
    assert len(boxes) >= 4
    assert all(box["x"] + box["width"] <= right["x"] + right["width"] + 1 for box in boxes)
    heads = [head.bounding_box()["y"] for head in opened.page.locator("table.naast thead th").all()]
    assert max(heads) - min(heads) < 1, "the headings stand on one line"
