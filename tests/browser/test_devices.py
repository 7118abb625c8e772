"""Telephone, dark screen, keyboard alone."""

from playwright.sync_api import Page, expect

from tests.browser import chart

LELYSTAD = "GM0995"

# Does a part of the page reach beyond the right edge of the window?
_SIDEWAYS = """() => [document.scrollingElement, document.querySelector('[data-testid=stMain]')]
  .some(e => e && e.scrollWidth > e.clientWidth)"""

# What has the focus, looked for in shadow trees too: a short name of it.
_FOCUSED = """() => {
  let e = document.activeElement;
  const holders = [];
  while (e) {
    const key = e.closest('[class*="st-key-"]');
    if (key) holders.push(...[...key.classList].filter(c => c.startsWith('st-key-')));
    if (!e.shadowRoot || !e.shadowRoot.activeElement) break;
    e = e.shadowRoot.activeElement;
  }
  const role = e.getAttribute('role') || e.type || e.tagName.toLowerCase();
  return [holders[0] || '', role];
}"""


def top(page: Page, selector: str) -> float:
    """Distance of the first such element from the top of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box
    return box["y"]


def test_on_a_telephone_the_answer_comes_first_then_the_map_then_the_list(page_phone):
    visit = page_phone.open("/?gebied=PV24")
    frame = chart.shows(visit, "PV24")
    chart.table(visit)
    heights = [top(visit.page, place) for place in ("h1", ".st-key-kaart iframe", ".st-key-tabel")]
    assert heights == sorted(heights)
    assert 0 < heights[0] < 844
    assert heights[1] < 844, "the map begins within the first screen"
    assert not visit.page.evaluate(_SIDEWAYS)
    box = frame.frame_element().bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390

    chart.tap(visit, frame, LELYSTAD)
    chart.goes_to(visit, gebied=LELYSTAD)
    frame = chart.shows(visit, LELYSTAD)
    assert not visit.page.evaluate(_SIDEWAYS)
    layer = visit.page.locator(f"{chart.LAYER} [role=radiogroup] label").nth(2)
    layer.scroll_into_view_if_needed()
    layer.tap()
    chart.goes_to(visit, gebied=LELYSTAD, laag="bereik")
    chart.assert_clean(visit)


def test_the_method_page_fits_a_telephone(page_phone):
    visit = page_phone.open("/verantwoording")
    expect(visit.page.locator("table")).to_have_count(2)
    visit.settled()
    assert not visit.page.evaluate(_SIDEWAYS)


def test_a_dark_screen_gets_a_dark_map(visit, app):
    dark = visit(app, color_scheme="dark").open(f"/?gebied={LELYSTAD}")
    frame = chart.shows(dark, LELYSTAD)
    frame.wait_for_function("document.body.classList.contains('donker')")
    shade = "e => getComputedStyle(e).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
    assert max(frame.locator(".leaflet-container").evaluate(shade)) < 100
    assert max(dark.page.locator("[data-testid=stApp]").evaluate(shade)) < 100
    chart.assert_clean(dark)


def test_all_can_be_reached_and_changed_by_keyboard(page_desktop):
    visit = page_desktop.open("/?gebied=PV24")
    chart.shows(visit, "PV24")
    chart.table(visit)
    reached: list[tuple[str, str]] = []
    for _ in range(45):
        visit.page.keyboard.press("Tab")
        holder, role = visit.page.evaluate(_FOCUSED)
        reached.append((holder, role))
        if holder == "st-key-laag" and role == "radio":
            visit.page.keyboard.press("ArrowRight")
            visit.page.wait_for_function("location.search.includes('laag=dekkingsgraad')")
        if holder == "st-key-straal" and role == "range":
            visit.page.keyboard.press("ArrowRight")
            visit.page.wait_for_function("location.search.includes('straal=')")
            break
    holders = [holder for holder, _ in reached]
    for part in ("st-key-pagina", "st-key-pad", "st-key-zoek", "st-key-laag", "st-key-straal"):
        assert any(holder.startswith(part) for holder in holders), (part, reached)
    assert any(role == "combobox" for _, role in reached)
    chart.shows(visit, "PV24")
    assert chart.address(visit)["laag"] == "dekkingsgraad"

    pressed = visit.page.locator(".st-key-pad button").first
    pressed.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_function("!location.search.includes('gebied=')")
    chart.shows(visit, "NL")
    chart.assert_clean(visit)
