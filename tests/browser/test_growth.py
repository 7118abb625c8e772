"""Growth in a browser: another day by the slider, on the same map; the address opens the same day."""

from collections.abc import Callable

from tests.browser import chart
from tests.browser.visit import WAIT, Visit

PATH = "/vergelijken?deel=groei&gebied=GM0995"
TRACK = ".st-key-stand [role=group] > [data-orientation]"


def title(visit: Visit, words: str) -> str:
    """The page's title, once it has these words."""
    has = "words => (document.querySelector('h1') || {}).innerText?.includes(words)"
    visit.page.wait_for_function(has, arg=words, timeout=WAIT * 1000)
    return visit.page.locator("h1").inner_text()


def drag(visit: Visit) -> None:
    """Drag the slider from its end, which is now, to its middle."""
    box = visit.page.locator(TRACK).bounding_box()
    assert box
    height = box["y"] + box["height"] / 2
    visit.page.mouse.move(box["x"] + box["width"] - 2, height)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 0.7 * box["width"], height, steps=4)
    visit.page.mouse.move(box["x"] + 0.5 * box["width"], height, steps=4)
    visit.page.mouse.up()


def test_the_slider_shows_another_day_on_the_same_map(
    page_desktop: Visit, visit: Callable[..., Visit], app: str
) -> None:
    here = page_desktop.open(PATH)
    frame = chart.shows(here, "GM0995/neighbourhood")
    title(here, "naar 145 groepen in december 2019")
    here.page.locator(".st-key-beeld_groei_per_1000 svg.marks").wait_for()
    here.settled()
    assert len(chart.dots(frame)) == 145
    before = chart.born(frame), chart.position(frame)

    drag(here)
    found = title(here, "nu 145 groepen")
    here.settled()
    fewer, stand = len(chart.dots(frame)), chart.address(here)["stand"]
    assert found.startswith(f"Lelystad: {fewer} groepen op ")
    assert 0 < fewer < 145
    assert "2016-01-01" <= stand <= "2017-01-01"  # the middle of 2013 to 2019
    assert (chart.born(frame), chart.position(frame)) == before  # the same map, where it was
    assert not here.page_errors and not here.strangers

    again = visit(app).open(f"{PATH}&stand={stand}")
    assert title(again, "nu 145 groepen") == found
    assert len(chart.dots(chart.shows(again, "GM0995/neighbourhood"))) == fewer
    again.page.get_by_role("button", name="Terug naar nu").click()
    title(again, "naar 145 groepen in december 2019")
    chart.goes_to(again, deel="groei", gebied="GM0995")
