"""The map as a visitor handles it: what it shows, where an area lies in the window, a click or tap on it."""

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Frame

from tests.browser.visit import LOCAL, WAIT, Visit
from utils.models import LAYERS

TABLE = ".st-key-tabel [data-testid=stDataFrame]"
RADIUS = ".st-key-straal"
LAYER = ".st-key-laag"
HEADINGS, ROW, TICK = 36, 35, 18  # in pixels, as Streamlit draws a table: heights, middle of the tick boxes

# Streamlit tries whether a page's address is the folder it is served under; the answer is no.
PROBES = tuple(
    f"/{page}/_stcore/{probe}"
    for page in ("verantwoording", "beheer", "mijn_buurt", "witte_vlekken", "vergelijken", "raadsrapport")
    for probe in ("health", "host-config")
)

# A pixel of the frame inside the area, far from its corners and from dots; null without one.
_PIXEL = """code => {
  let shape = null;
  map.eachLayer(layer => {
    if (layer.feature && layer.feature.properties.code === code && layer.options.interactive) shape = layer;
  });
  if (!shape) return null;
  const rings = [];
  (function collect(part) {
    if (part.length && part[0].lat !== undefined) rings.push(part.map(p => map.latLngToContainerPoint(p)));
    else part.forEach(collect);
  })(shape.getLatLngs());
  const size = map.getSize(), points = rings.flat(), avoid = [...points];
  map.eachLayer(layer => {
    if (layer.getRadius) avoid.push(map.latLngToContainerPoint(layer.getLatLng()));
  });
  const [xs, ys] = [points.map(p => p.x), points.map(p => p.y)];
  const [west, east] = [Math.max(Math.min(...xs), 60), Math.min(Math.max(...xs), size.x - 2)];
  const [north, south] = [Math.max(Math.min(...ys), 2), Math.min(Math.max(...ys), size.y - 40)];
  const inside = (x, y) => {
    let odd = false;
    for (const ring of rings) for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [a, b] = [ring[i], ring[j]];
      if ((a.y > y) !== (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) odd = !odd;
    }
    return odd;
  };
  let best = null, room = 1;
  for (let i = 1; i < 24; i++) for (let j = 1; j < 24; j++) {
    const [x, y] = [west + (east - west) * i / 24, north + (south - north) * j / 24];
    if (!inside(x, y)) continue;
    const near = Math.min(...avoid.map(p => Math.hypot(p.x - x, p.y - y)));
    if (near > room) [best, room] = [{ x, y }, near];
  }
  return best;
}"""

_DOTS = """() => {
  const found = [];
  map.eachLayer(layer => { if (layer.getRadius) found.push(map.latLngToContainerPoint(layer.getLatLng())); });
  return found;
}"""

_FEATURES = """() => {
  const found = [];
  map.eachLayer(layer => { if (layer.feature) found.push(layer.feature.properties); });
  return found.map(p => [p.code, p.level]);
}"""


def shows(visit: Visit, drawn: str) -> Frame:
    """The map's frame, once it shows this view (``NL``, ``NL/municipality``), and the page is at rest."""
    frame = visit.map()
    frame.wait_for_function(
        "drawn => (document.body.dataset.view + '/').startsWith(drawn + '/')", arg=drawn, timeout=WAIT * 1000
    )
    visit.settled()
    return frame


def dots(frame: Frame) -> list[dict[str, float]]:
    """Where the groups lie, in pixels of the frame."""
    return list(frame.evaluate(_DOTS))


def features(frame: Frame) -> set[tuple[str, str]]:
    """Code and level of all areas on the map."""
    return {(code, level) for code, level in frame.evaluate(_FEATURES)}


def position(frame: Frame) -> dict[str, Any]:
    """Where the map looks: zoom, and centre in degrees."""
    return dict(frame.evaluate("(({lat, lng}) => ({zoom: map.getZoom(), lat, lng}))(map.getCenter())"))


def born(frame: Frame) -> float:
    """When the frame's document was made: another moment means that it was mounted anew."""
    return float(frame.evaluate("performance.timeOrigin"))


def pixel(frame: Frame, code: str) -> tuple[float, float]:
    """A pixel of the window inside an area. Raises AssertionError if the map does not show it."""
    at = frame.evaluate(_PIXEL, code)
    assert at, f"{code} is not on the map"
    return in_window(frame, at)


def in_window(frame: Frame, at: dict[str, float]) -> tuple[float, float]:
    """A pixel of the frame as a pixel of the window; the frame is scrolled into view."""
    element = frame.frame_element()
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box
    return box["x"] + at["x"], box["y"] + at["y"]


def click(visit: Visit, frame: Frame, code: str) -> None:
    """Click in the middle of an area."""
    visit.page.mouse.click(*pixel(frame, code))


def tap(visit: Visit, frame: Frame, code: str) -> None:
    """Tap in the middle of an area."""
    visit.page.touchscreen.tap(*pixel(frame, code))


def address(visit: Visit) -> dict[str, str]:
    """The parameters in the address bar."""
    query = urlsplit(visit.page.url).query
    return dict(pair.split("=", 1) for pair in query.split("&") if pair)


def goes_to(visit: Visit, **params: str) -> None:
    """Wait until the address bar has exactly these parameters."""
    visit.page.wait_for_function(
        """wanted => {
          const now = Object.fromEntries(new URLSearchParams(location.search));
          return JSON.stringify(Object.entries(now).sort()) === JSON.stringify(Object.entries(wanted).sort());
        }""",
        arg=params,
        timeout=WAIT * 1000,
    )


def choose_layer(visit: Visit, layer: str) -> None:
    """Click the layer; they stand in the order of the contract."""
    place = LAYERS.index(layer)
    visit.page.locator(f"{LAYER} [role=radiogroup] label").nth(place).click()
    visit.page.wait_for_function("layer => location.search.includes('laag=' + layer)", arg=layer)


def own_requests(visit: Visit) -> list[str]:
    """Requests to our own server so far; the tiles of the base map come when they come."""
    return [url for url in visit.requests if urlsplit(url).hostname in LOCAL]


def table(visit: Visit) -> list[list[str]]:
    """Rows of the table under the map, once it is there, as its canvas tells them to screen readers."""
    cells = visit.page.locator(f"{TABLE} canvas td")
    cells.first.wait_for(state="attached")
    visit.settled()
    return list(
        visit.page.locator(f"{TABLE} canvas tbody tr").evaluate_all(
            "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.textContent))"
        )
    )


def click_row(visit: Visit, row: int) -> None:
    """Tick a row of the table, which begins under the headings."""
    grid = visit.page.locator(f"{TABLE} [data-testid=data-grid-canvas]")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box
    visit.page.mouse.click(box["x"] + TICK, box["y"] + HEADINGS + ROW * row + ROW / 2)


def slide(visit: Visit, key: str = "ArrowRight") -> None:
    """Move the slider of the radius one step by keyboard, and wait for the address bar."""
    before = address(visit).get("straal")
    visit.page.locator(f"{RADIUS} input[type=range]").press(key)
    visit.page.wait_for_function(
        "before => new URLSearchParams(location.search).get('straal') !== before", arg=before
    )


def rest(frame: Frame) -> None:
    """Wait until the map stands still, as long as it takes to run out after a drag."""
    frame.evaluate(
        """() => new Promise(done => {
          let last = "", same = 0;
          const look = () => {
            const now = map.getCenter() + "/" + map.getZoom();
            same = now === last ? same + 1 : 0;
            last = now;
            same > 20 ? done() : requestAnimationFrame(look);
          };
          look();
        })"""
    )


def assert_clean(visit: Visit) -> None:
    """Nothing went wrong on the way: no error in a script, none in the console, no stranger asked."""
    wrong = {
        "page": visit.page_errors,
        "console": [error for error in visit.console_errors if not any(probe in error for probe in PROBES)],
        "failed": [failure for failure in visit.failures if not failure.endswith(PROBES)],
        "strangers": visit.strangers,
    }
    assert not any(wrong.values()), wrong


def click_zoom_in(frame: Frame) -> None:
    """Zoom in by the map's own button, and wait until the map stands still."""
    before = position(frame)["zoom"]
    frame.locator(".leaflet-control-zoom-in").click()
    frame.wait_for_function("before => map.getZoom() > before && !map._animatingZoom", arg=before)
