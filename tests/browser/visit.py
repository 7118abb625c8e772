"""A visitor's page: what it asked for, what it complained about, and when its map has been painted."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Frame, Page, Request, Response

SHOTS = Path(__file__).parent / "shots"
TILE_HOST = "service.pdok.nl"
LOCAL = frozenset({"127.0.0.1", "localhost"})
WAIT = 30.0  # seconds; a busy machine of two cores needs a few

# In the map's frame: Leaflet has drawn at least one layer that is not the map of tiles.
_PAINTED = """() => {
  const map = window.map;
  if (!map || typeof map.eachLayer !== "function" || !map._loaded) return false;
  let shapes = 0;
  map.eachLayer(layer => { if (layer.feature || layer instanceof L.Path) shapes += 1; });
  return shapes > 0;
}"""


@dataclass
class Visit:
    """A page with its record: requests, console errors and script errors, from the moment it was opened."""

    page: Page
    base: str
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _response(self, response: Response) -> None:
        if response.status >= 400 and urlsplit(response.url).hostname in LOCAL:
            self.failures.append(f"{response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        """Errors of the app; a tile that does not come is no error: the map does without."""
        source = (message.location or {}).get("url", "")
        if message.type == "error" and urlsplit(source).hostname != TILE_HOST:
            self.console_errors.append(f"{message.text} ({source})")

    @property
    def strangers(self) -> list[str]:
        """Requests to other hosts than our server and that of the tiles; data and blob URLs go nowhere."""
        hosts = [(url, urlsplit(url)) for url in self.requests]
        own = LOCAL | {TILE_HOST}
        return [
            url
            for url, parts in hosts
            if parts.scheme not in ("data", "blob", "about") and parts.hostname not in own
        ]

    def open(self, path: str = "/") -> "Visit":
        """Go to a path of the app, such as ``/?gebied=GM0995``; returns when the page itself is there."""
        self.page.goto(self.base + path, wait_until="domcontentloaded")
        return self

    def map(self) -> Frame:
        """The frame of the map, once it has painted areas. Raises AssertionError after half a minute."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            for frame in self.page.frames:
                if "st_folium" in frame.url and not frame.is_detached() and frame.evaluate(_PAINTED):
                    return frame
            self.page.wait_for_timeout(100)
        raise AssertionError(
            f"no map after {WAIT:.0f} s; frames: {[frame.url for frame in self.page.frames]}; "
            f"errors: {self.console_errors + self.page_errors + self.failures}"
        )

    def settled(self) -> None:
        """Wait until Streamlit runs no script any more."""
        self.page.wait_for_function(
            """() => { const app = document.querySelector('[data-testid="stApp"]');
                return app && app.getAttribute('data-test-script-state') !== 'running'
                  && !document.querySelector('[data-testid="stSkeleton"]'); }""",
            timeout=WAIT * 1000,
        )

    def container(self, key: str) -> str:
        """Selector of a container with this key."""
        return f".st-key-{key}"

    def shot(self, name: str) -> Path:
        """Save the window as ``shots/NAME.png``, for people to look at."""
        SHOTS.mkdir(exist_ok=True)
        path = SHOTS / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', name)}.png"
        self.page.screenshot(path=path)
        return path
