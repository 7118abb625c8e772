"""The council's report in a browser: in three clicks, on a beamer, by clicker, keys, thumb, on paper."""

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from pptx import Presentation
from pypdf import PdfReader

from tests.browser import chart
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_devices import _SIDEWAYS
from tests.browser.visit import WAIT, Visit

PAGE = "/raadsrapport"
LELYSTAD = "GM0995"
SHOWN = ".dek[open] .dia:not([hidden])"
PRESENT = ".st-key-presenteren button.begin"
# Parts of the shown slide that reach beyond it, or below where the foot begins.
_OVER = """slide => {
  const foot = slide.querySelector('.voet').getBoundingClientRect(), room = slide.getBoundingClientRect();
  return [...slide.querySelectorAll('h2, p, dt, dd, li, th, td, img, figcaption')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > room.right + 1 || box.left < room.left - 1
      || (!e.closest('.voet') && box.bottom > foot.top + 1));
  }).map(e => e.textContent || e.alt);
}"""
# What must be read from the last row; not the legend below a map, definitions, rules and sources.
_SMALLEST = """slide => Math.min(
  ...[...slide.querySelectorAll('h2, h3, .zinnen:not(.klein) p, dt, .waarde, .naam, li, th, td')]
    .filter(e => !e.closest('.samen .legenda')).map(e => parseFloat(getComputedStyle(e).fontSize)))"""


def opened(visit: Visit, query: str) -> Visit:
    """The page with a presentation that begins at once."""
    visit.open(f"{PAGE}?{query}")
    visit.page.locator(SHOWN).wait_for(timeout=WAIT * 1000)
    visit.settled()
    return visit


def number(visit: Visit) -> str:
    """What the presentation says of where it is, as screen readers hear it."""
    return visit.page.locator(SHOWN).get_attribute("aria-label") or ""


def at(visit: Visit, dia: int | None) -> None:
    """Wait until the address names this slide."""
    visit.page.wait_for_function(
        "n => new URLSearchParams(location.search).get('dia') === n", arg=None if dia is None else str(dia)
    )


def taken(visit: Visit, label: str) -> bytes:
    """The file behind a button."""
    visit.settled()
    with visit.page.expect_download() as found:
        visit.page.get_by_role("button", name=label).click()
    return found.value.path().read_bytes()


def test_in_three_clicks_a_clerk_has_the_report_of_the_municipality(page_desktop):
    visit = page_desktop.open("/")
    visit.page.locator(".st-key-kop a", has_text="Raadsrapport").click()  # one
    visit.page.locator(".st-key-zoek input").wait_for()
    visit.page.locator(".st-key-zoek input").fill("nuenen")
    visit.page.locator(".st-key-zoek [role=option]").first.click()  # two
    title = visit.page.locator("h1")
    expect(title).to_have_text(re.compile("^Nuenen, Gerwen en Nederwetten: "), timeout=WAIT * 1000)
    visit.settled()
    paper = taken(visit, "Download PDF")  # three
    said = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert "Nuenen, Gerwen en Nederwetten" in said
    file = Presentation(io.BytesIO(taken(visit, "Download PowerPoint")))
    assert file.slides[0].shapes.title.text_frame.text == title.inner_text()
    visit.page.locator(".st-key-beelden summary").click()
    visit.page.locator(".beeldproef").wait_for()
    assert taken(visit, "Download PNG").startswith(b"\x89PNG")
    assert b"Nuenen" in taken(visit, "Download SVG")
    assert chart.address(visit) == {"gebied": "GM0820"}
    chart.assert_clean(visit)


def test_keys_and_clicker_lead_from_slide_to_slide_and_the_address_follows(page_desktop):
    visit = page_desktop.open(f"{PAGE}?gebied={LELYSTAD}")
    visit.page.locator(PRESENT).click()
    visit.page.locator(SHOWN).wait_for()
    at(visit, 1)
    visit.page.wait_for_function("document.fullscreenElement !== null")
    total = visit.page.locator(".dek .dia").count()
    keys, press = visit.page.locator(".dek"), visit.page.keyboard.press
    steps = [
        ("ArrowRight", 2),
        ("PageDown", 3),
        ("Space", 4),
        ("PageUp", 3),
        ("ArrowLeft", 2),
        ("Shift+Space", 1),
    ]
    steps += [("ArrowLeft", 1), ("End", total), ("ArrowRight", total), ("Home", 1), ("ArrowDown", 2)]
    for key, dia in steps:
        press(key)
        at(visit, dia)
        assert number(visit) == f"Dia {dia} van {total}"
    press("b")
    expect(keys.locator(".zwart")).to_be_visible()
    press("ArrowRight")
    expect(keys.locator(".zwart")).to_be_hidden()
    press("f")
    visit.page.wait_for_function("document.fullscreenElement === null")
    expect(visit.page.locator(SHOWN)).to_be_visible()
    press("Escape")
    at(visit, None)
    expect(keys).to_be_hidden()
    assert visit.page.locator(PRESENT).evaluate("e => e.getRootNode().activeElement === e")
    chart.assert_clean(visit)


def test_leaving_the_full_screen_ends_the_presentation_as_people_expect(page_desktop):
    visit = page_desktop.open(f"{PAGE}?gebied={LELYSTAD}")
    visit.page.locator(PRESENT).click()
    visit.page.wait_for_function("document.fullscreenElement !== null")
    visit.page.evaluate("document.exitFullscreen()")  # what the browser does at Escape
    expect(visit.page.locator(".dek")).to_be_hidden()
    at(visit, None)


def test_a_link_opens_a_slide_in_its_language_and_no_other_way_is_touched(page_desktop):
    visit = opened(page_desktop, f"gebied={LELYSTAD}&dia=4&taal=en")
    assert number(visit).startswith("Slide 4 of ")
    visit.page.locator(".dek .verder").click()
    at(visit, 5)
    visit.page.keyboard.press("Space")  # on the button that has the focus
    at(visit, 6)
    visit.page.locator(".dek .dicht").click()
    at(visit, None)
    assert chart.address(visit) == {"gebied": LELYSTAD, "taal": "en"}
    visit.page.locator(".st-key-taal button").click()
    expect(visit.page.locator(PRESENT)).to_have_text("Presenteren")
    expect(visit.page.locator(".dek")).to_be_hidden()
    assert chart.address(visit) == {"gebied": LELYSTAD}
    chart.assert_clean(visit)


@pytest.mark.parametrize("query", ["gebied=GM0820", "gebied=PV28", "taal=en"])
def test_every_slide_fits_a_beamer_and_can_be_read_from_the_last_row(page_desktop, query):
    visit = opened(page_desktop, f"{query}&dia=1")
    total = visit.page.locator(".dek .dia").count()
    for dia in range(1, total + 1):
        at(visit, dia)
        slide = visit.page.locator(SHOWN)
        assert slide.evaluate(_OVER) == [], number(visit)
        assert slide.evaluate(_SMALLEST) >= (20 if "GM" not in query else 27), number(visit)
        foot = slide.locator(".voet").inner_text()
        assert re.search("(?i)voorbeelddata|example data", foot)
        assert "2019" in foot
        for image in slide.locator("img").all():
            assert image.evaluate("e => e.complete && e.naturalWidth > 100")
        visit.page.keyboard.press("PageDown")


def test_by_thumb_on_a_telephone(page_phone):
    visit = opened(page_phone, f"gebied={LELYSTAD}&dia=2")
    slide = visit.page.locator(SHOWN)
    assert slide.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    assert visit.page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorX") == "contain"
    assert slide.evaluate("e => getComputedStyle(e).touchAction") == "pan-y pinch-zoom"
    for button in visit.page.locator(".dek nav button").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 40
    visit.page.locator(".dek").evaluate(
        """(dek, [from, to]) => {
          const room = dek.querySelector('.dias'), target = room.querySelector('.dia:not([hidden])');
          for (const [kind, x] of [['touchstart', from], ['touchend', to]]) {
            const touch = new Touch({ identifier: 1, target, clientX: x, clientY: 300 });
            target.dispatchEvent(new TouchEvent(kind, {
              bubbles: true, composed: true, changedTouches: [touch],
              touches: kind === 'touchstart' ? [touch] : [],
            }));
          }
        }""",
        [300, 100],
    )
    at(visit, 3)
    visit.page.locator(".dek .terug").tap()
    at(visit, 2)
    visit.page.locator(".dek .dicht").tap()
    at(visit, None)
    assert not visit.page.evaluate(_SIDEWAYS)
    chart.assert_clean(visit)


def test_a_line_fills_a_telephone_and_stays_clear_of_the_buttons(page_phone):
    visit = opened(page_phone, f"gebied={LELYSTAD}&dia=6")
    slide = visit.page.locator(SHOWN)
    assert slide.locator("img").evaluate("e => e.getBoundingClientRect().height") >= 300
    bar = visit.page.locator(".dek nav").bounding_box()
    foot = slide.locator(".voet").bounding_box()
    assert bar
    assert foot
    assert foot["y"] + foot["height"] <= bar["y"]


def test_on_paper_each_slide_has_its_page(page_desktop, tmp_path):
    visit = opened(page_desktop, f"gebied={LELYSTAD}&dia=3")
    total = visit.page.locator(".dek .dia").count()
    visit.page.pdf(path=tmp_path / "dias.pdf", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "dias.pdf").pages
    assert len(pages) == total
    assert all(page.mediabox.width > page.mediabox.height for page in pages)
    assert "11 van 67" in pages[1].extract_text()
    assert number(visit).startswith("Dia 3 ")


@pytest.mark.parametrize(("device", "taal"), [("desktop", "nl"), ("phone", "en"), ("dark", "nl")])
def test_axe_finds_nothing(visit, app, device, taal):
    options = {"desktop": DESKTOP, "phone": PHONE, "dark": {**PHONE, "color_scheme": "dark"}}[device]
    page = visit(app, **options).open(f"{PAGE}?gebied={LELYSTAD}&taal={taal}")
    page.page.locator(PRESENT).wait_for()
    page.settled()

    def found() -> list[str]:
        return [
            f"{rule['id']}: {node['html'][:160]}"
            for rule in Axe().run(page.page).response["violations"]
            for node in rule["nodes"]
        ]

    assert found() == []
    if device == "dark":
        return
    opened(page, f"gebied={LELYSTAD}&taal={taal}&dia=1")
    for dia in (1, 2, 3, 4, 5, 9) if device == "desktop" else (2, 5):  # one of each kind
        while f" {dia} " not in number(page):
            page.page.keyboard.press("PageDown")
        assert found() == [], number(page)
