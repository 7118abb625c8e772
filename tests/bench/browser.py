"""A visitor with an empty browser: when the map was painted and with what, when they acted, what came in."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Frame, Page, Playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM, DESKTOP

LIMIT = 90.0  # seconds that anything may take
REST = 1.0  # seconds without paint or message before the next act

# In every frame: tell when the visitor acts and, after each frame in which Leaflet's canvas was drawn,
# which areas it shows in which colours. All three apps draw on canvas.
_RECORDER = """(() => {
  const clock = () => performance.timeOrigin + performance.now();
  const digest = (words) => {
    let sum = words.length;
    for (const word of words)
      for (let i = 0; i < word.length; i++) sum = Math.imul(sum, 31) + word.charCodeAt(i) | 0;
    return sum;
  };
  for (const act of ["pointerdown", "keydown"])
    addEventListener(act, (event) => benchTell({ act: performance.timeOrigin + event.timeStamp }), true);
  const tell = (map) => {
    const at = clock(), areas = [], colours = [];
    if (map) map.eachLayer((layer) => {
      if (!(layer instanceof L.Polygon)) return;
      areas.push(String(layer.feature ? layer.feature.properties.code : "polygon"));
      colours.push(String(layer.options.fillColor));
    });
    if (!areas.length) return;
    benchTell({ at, born: performance.timeOrigin, areas: digest(areas), colours: digest(colours) });
  };
  let leaflet, waiting = false;
  Object.defineProperty(window, "L", { configurable: true, get: () => leaflet, set: (value) => {
    leaflet = value;
    const redraw = value.Canvas.prototype._redraw;
    value.Canvas.prototype._redraw = function () {
      redraw.call(this);
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => setTimeout(() => { waiting = false; tell(this._map); }));
    };
  } });
})()"""

_AT_REST = '[data-testid="stApp"][data-test-script-state="notRunning"]'

_PLACE = """([lat, lon]) => {
  const at = map.latLngToContainerPoint([lat, lon]), box = map.getContainer().getBoundingClientRect();
  return [box.x + at.x, box.y + at.y];
}"""


@dataclass(frozen=True)
class Paint:
    """A drawn map: at which moment (ms since 1970), in a frame made when, digests of areas and colours."""

    at: float
    born: float
    areas: int
    colours: int


class Visitor:
    """One page in a browser that has not been anywhere."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.paints: list[Paint] = []
        self.acted = 0.0  # moment of the last press of mouse or key, ms since 1970
        self.http = self.websocket = 0  # bytes received
        self._stirred = time.monotonic()
        page.context.expose_binding("benchTell", lambda source, told: self._told(told))
        page.context.add_init_script(_RECORDER)
        traffic = page.context.new_cdp_session(page)
        traffic.send("Network.enable")
        traffic.on("Network.loadingFinished", self._loaded)
        traffic.on("Network.webSocketFrameReceived", self._received)

    def _told(self, told: dict[str, float]) -> None:
        self._stirred = time.monotonic()
        if "act" in told:
            self.acted = told["act"]
        else:
            self.paints.append(Paint(told["at"], told["born"], int(told["areas"]), int(told["colours"])))

    def _loaded(self, event: dict[str, Any]) -> None:
        self.http += event["encodedDataLength"]

    def _received(self, event: dict[str, Any]) -> None:
        message = event["response"]
        self._stirred = time.monotonic()
        # DevTools gives text (opcode 1) as it is, and bytes as base64
        self.websocket += len(message["payloadData"]) * (4 if message["opcode"] == 1 else 3) // 4

    def _until(self, found: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + LIMIT
        while time.monotonic() < end:
            if value := found():
                return value
            self.page.wait_for_timeout(20)
        raise TimeoutError(f"{what}: not in {LIMIT:.0f} s")

    def open(self, url: str) -> float:
        """Milliseconds from navigation to the first paint of areas."""
        self.page.goto(url, wait_until="commit")
        paint = self._until(lambda: self.paints[:1], "first map")[0]
        return float(paint.at - self.page.evaluate("performance.timeOrigin"))

    def rest(self) -> Paint:
        """Wait until no script runs and nothing stirs; gives the last paint."""
        self._until(
            lambda: time.monotonic() - self._stirred > REST and self.page.query_selector(_AT_REST), "rest"
        )
        return self.paints[-1]

    def after(self, act: Callable[[], None], changed: Callable[[Paint, Paint], bool], what: str) -> float:
        """Milliseconds from an act to the first paint that is ``changed(last paint before, paint)``."""
        before = self.rest()
        known, self.acted = len(self.paints), 0.0
        act()
        paint = self._until(
            lambda: self.acted and next((p for p in self.paints[known:] if changed(before, p)), None), what
        )
        return float(paint.at - self.acted)

    def key(self, name: str) -> None:
        """Press a key where the focus is."""
        self.page.keyboard.press(name)

    def click(self, selector: str) -> None:
        """Press the middle of an element, with the mouse already there."""
        found = self.page.locator(selector).first
        found.scroll_into_view_if_needed()
        found.hover()
        self._press()

    def click_map(self, lat: float, lon: float) -> None:
        """Press a place on the map, after its tooltip came."""
        frame = self._map()
        element = frame.frame_element()
        element.scroll_into_view_if_needed()
        box = element.bounding_box()
        x, y = frame.evaluate(_PLACE, [lat, lon])
        assert box is not None
        self.page.mouse.move(box["x"] + x - 2, box["y"] + y - 2)
        self.page.mouse.move(box["x"] + x, box["y"] + y)
        self.page.wait_for_timeout(400)
        self._press()

    def _press(self) -> None:
        self.page.mouse.down()
        self.page.mouse.up()

    def _map(self) -> Frame:
        return next(frame for frame in self.page.frames if "st_folium" in frame.url)


def chromium() -> str:
    """Path of Chromium: CHROMIUM, or the system's. Raises FileNotFoundError."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not path:
        raise FileNotFoundError("no Chromium found: install it, or set CHROMIUM to its path")
    return path


@contextmanager
def visitor(playwright: Playwright) -> Iterator[Visitor]:
    """A visitor with a browser and a profile of their own, gone afterwards."""
    running = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    try:
        yield Visitor(running.new_page(locale="nl-NL", **DESKTOP))
    finally:
        running.close()
