"""The map on a municipality's own website: a page of another origin that shows ours in a frame."""

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, expect

from tests.browser import chart
from tests.browser.test_devices import _SIDEWAYS
from tests.browser.visit import Visit
from utils import embed

LELYSTAD = "GM0995"
_HEAD = '<!doctype html><html lang="nl"><title>Gemeente</title><link rel="icon" href="data:,">'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is its own."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address on which a server of its own shows the files in it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://localhost:{server.server_port}"
        server.shutdown()


def shown(visit: Visit, site: tuple[Path, str], line: str) -> Frame:
    """Our page in a page of the other site, once its map is drawn."""
    folder, address = site
    (folder / "index.html").write_text(f"{_HEAD}<h1>Gemeente</h1>{line}", encoding="utf-8")
    visit.page.goto(address, wait_until="domcontentloaded")
    visit.map()
    (inside,) = [frame for frame in visit.page.frames if "embed=true" in frame.url]
    expect(inside.locator(".st-key-kerncijfers [data-testid=stMetric]")).to_have_count(4)
    return inside


def offered(visit: Visit) -> str:
    """The line that the page itself offers."""
    chart.shows(visit.open(f"/?gebied={LELYSTAD}&straal=750"), LELYSTAD)
    visit.page.locator(".st-key-inbedden summary").click()
    field = visit.page.locator(".st-key-kaartregel input")
    field.wait_for()
    return field.input_value()


def test_the_offered_line_works_on_another_site_and_leads_back(page_desktop, site, app):
    line = offered(page_desktop)
    assert app in line
    inside = shown(page_desktop, site, line)
    assert inside.locator("h1").inner_text().startswith("Lelystad: ")
    assert inside.locator(".st-key-kop, .st-key-zoek, .st-key-tabel, .st-key-laag").count() == 0
    assert "verzonnen" in inside.locator(".st-key-melding").inner_text()
    assert "31 december 2019" in inside.locator(".st-key-inbedding").inner_text()
    with page_desktop.page.context.expect_page() as opened:
        inside.get_by_role("link", name="Bekijk de hele kaart").click()
    assert opened.value.url == f"{app}/?gebied={LELYSTAD}&straal=750"
    chart.assert_clean(page_desktop)


@pytest.mark.parametrize("width", [300, 620, 1200])
def test_it_fits_any_column_of_that_site(page_desktop, site, app, width):
    address = f"{app}/?embed=true&amp;gebied={LELYSTAD}"
    line = f'<iframe src="{address}" width="{width}" height="{embed.HEIGHT}" title="Kaart"></iframe>'
    inside = shown(page_desktop, site, line)
    assert not inside.evaluate(_SIDEWAYS)
    assert inside.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight <= e.clientHeight")
    picture = inside.locator(".st-key-kaart iframe").bounding_box()
    assert picture
    assert picture["height"] >= 240
    assert picture["width"] > width / 2
    for metric in inside.locator("[data-testid=stMetric]").all():
        assert metric.evaluate("e => e.scrollWidth <= e.clientWidth + 1"), metric.inner_text()


def test_axe_finds_nothing(page_desktop):
    visit = page_desktop.open(f"/?embed=true&gebied={LELYSTAD}")
    chart.shows(visit, LELYSTAD)
    found = [rule["id"] for rule in Axe().run(visit.page).response["violations"]]
    assert found == []
