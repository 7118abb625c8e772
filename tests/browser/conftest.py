"""The browser tests' fixtures: one server and one browser for all, a fresh page for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.server import serve
from tests.browser.visit import WAIT, Visit

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The address bar of each window, which nobody sees, would have a process for its suggestions: half the
    # work of opening one. The last argument of this name counts, so the rest is what Playwright gives.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,"
    "PreconnectToSearch",
]
DESKTOP = {"viewport": {"width": 1440, "height": 900}}
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

Start = Callable[..., str]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """A function that starts a server with extra variables of the environment, and gives its address."""
    with ExitStack() as servers:
        logs = tmp_path_factory.mktemp("servers")

        def begin(script: str = "dashboard.py", base: str = "", **env: str) -> str:
            log = logs / f"{len(list(logs.iterdir()))}.log"
            cache = tmp_path_factory.mktemp("cache")
            settings = {"BUURTDEKKING_CACHE": str(cache), **env}
            return servers.enter_context(serve(log, settings, script, base))

        yield begin


@pytest.fixture(scope="session")
def app(start: Start) -> str:
    """Address of the app with the data that ship."""
    return start()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium: that of the system, as the app's users have it."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert path, (
        "no Chromium found: install it (Debian: apt-get install chromium) or set CHROMIUM to its path"
    )
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=Path(path), args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """A function that opens a page of its own: ``visit(address, **options of the browser's context)``."""
    with ExitStack() as contexts:

        def begin(base: str, **options: object) -> Visit:
            context = browser.new_context(
                **{"locale": "nl-NL", "reduced_motion": "reduce", **DESKTOP, **options}
            )
            contexts.callback(context.close)
            context.set_default_timeout(WAIT * 1000)
            return Visit(context.new_page(), base)

        yield begin


@pytest.fixture
def page_desktop(visit: Callable[..., Visit], app: str) -> Visit:
    """A page of 1440 × 900, not opened yet."""
    return visit(app)


@pytest.fixture
def page_phone(visit: Callable[..., Visit], app: str) -> Visit:
    """A page of a telephone, 390 × 844 with touch, not opened yet."""
    return visit(app, **PHONE)
