"""Whom the browser asks: our own server, and the tiles' where one is named."""

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import chart

# The smallest PNG there is: one pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture(scope="module")
def tiles() -> Iterator[tuple[str, list[str]]]:
    """Address of a server of tiles on this machine, and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            self.wfile.write(PIXEL)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_behind_a_path_and_with_tiles_all_comes_from_where_it_should(visit, start, tiles):
    host, asked = tiles
    app = start(base="kaarten/buurt", BUURTDEKKING_TILES=f"{host}/grijs/{{z}}/{{x}}/{{y}}.png")
    opened = visit(app).open("/?gebied=PV24")
    frame = chart.shows(opened, "PV24")
    frame.wait_for_selector(".leaflet-tile-loaded", state="attached")
    assert len(asked) > 1
    assert all(path.startswith("/grijs/") and path.endswith(".png") for path in asked)
    chart.table(opened)
    chart.click(opened, frame, "GM0995")
    chart.goes_to(opened, gebied="GM0995")
    chart.shows(opened, "GM0995")
    opened.page.locator(".st-key-kop a").last.click()
    opened.page.wait_for_url("**/kaarten/buurt/verantwoording?gebied=GM0995")
    expect(opened.page.locator("h2").first).to_be_visible()
    base = urlsplit(app).path
    hosts = {urlsplit(app).netloc, urlsplit(host).netloc}
    for parts in map(urlsplit, opened.requests):
        assert parts.scheme in ("data", "blob") or parts.netloc in hosts
        assert parts.netloc != urlsplit(app).netloc or parts.path.startswith(base)
    chart.assert_clean(opened)


def test_two_visitors_do_not_disturb_each_other(visit, app):
    one, other = visit(app).open("/?gebied=PV24"), visit(app).open("/?gebied=GM0995&taal=en")
    frame, second = chart.shows(one, "PV24"), chart.shows(other, "GM0995")
    before = chart.position(second)
    chart.choose_layer(one, "groepen")
    chart.shows(one, "PV24")
    expect(other.page.locator(f"{chart.LAYER} input").first).to_be_checked()
    assert chart.address(other) == {"gebied": "GM0995", "taal": "en"}
    assert chart.position(second) == before
    assert frame.evaluate("document.documentElement.lang") == "nl"
