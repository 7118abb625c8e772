"""One round: a fresh server of one app, two visitors, five sessions at once → figures."""

import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from playwright.sync_api import Playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.bench.browser import LIMIT, Paint, Visitor, visitor
from tests.browser.server import serve

SESSIONS = 5
PLACE = (52.25, 5.85)  # Apeldoorn's woods: its groups are 5 km away, so no dot catches the click

Figures = dict[str, float]


@dataclass(frozen=True)
class App:
    """A script, and what to press for another layer and another radius; None: it has no such thing."""

    name: str
    script: str
    layer: str | None = None
    radius: str | None = None


APPS = (
    App("ours", "dashboard.py", "text=Dekkingsgraad", ".st-key-straal input"),
    App("reference", "tests/bench/reference_app.py", "text=Groups per 1,000"),
    App("floor", "tests/bench/floor_app.py"),
)


def one_round(app: App, inputs: Path, playwright: Playwright) -> Figures:
    """All figures of one app. Raises OSError, RuntimeError or Playwright's Error where it does not run."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        env = {
            "BENCH_INPUTS": str(inputs),
            "BUURTDEKKING_CACHE": str(Path(folder) / "cache"),
            "DATABASE_URL": f"sqlite:///{folder}/none.sqlite",  # the example groups
            **{f"BUURTDEKKING_{name}": "" for name in ("DATA", "TILES", "PARTICIPANTS")},
        }
        with serve(Path(folder) / "log", env, app.script) as url:
            with visitor(playwright) as first:
                figures = {"cold": first.open(url)}
                first.rest()
            with visitor(playwright) as second:
                figures |= _visit(app, second, url)
                figures["memory"] = _memory(url)
            return figures | _crowd(url)


def _visit(app: App, guest: Visitor, url: str) -> Figures:
    figures = {"first": guest.open(url)}
    born = guest.rest().born
    figures |= {"http": guest.http / 1024, "websocket": guest.websocket / 1024}
    if app.radius:
        guest.page.locator(app.radius).first.focus()
        figures["radius"] = guest.after(lambda: guest.key("ArrowRight"), _recoloured, "another radius")
    if layer := app.layer:
        figures["layer"] = guest.after(lambda: guest.click(layer), _recoloured, "another layer")
        guest.rest()
        before = guest.websocket
        figures["drill"] = guest.after(lambda: guest.click_map(*PLACE), _redrawn, "drilled map")
        figures["remount"] = float(guest.rest().born != born)
        figures["drill_websocket"] = (guest.websocket - before) / 1024
    return figures


def _recoloured(before: Paint, after: Paint) -> bool:
    return before.colours != after.colours


def _redrawn(before: Paint, after: Paint) -> bool:
    return before.areas != after.areas


def _memory(url: str) -> float:
    """MiB in use (RSS) by the server at this address, a child of this process, and its own children."""
    port = str(urlsplit(url).port)
    (server,) = [child for child in psutil.Process().children() if port in child.cmdline()]
    return sum(process.memory_info().rss for process in (server, *server.children(recursive=True))) / 2**20


def _crowd(url: str) -> Figures:
    """Sessions without a browser, begun at the same moment: median time until each script has finished."""
    address = url.replace("http", "ws", 1) + "/_stcore/stream"
    together = threading.Barrier(SESSIONS)
    with ExitStack() as open_sessions, ThreadPoolExecutor(SESSIONS) as pool:

        def session() -> float:
            together.wait()
            start = time.perf_counter()
            line = connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, compression=None)
            _run(open_sessions.enter_context(line))
            return time.perf_counter() - start

        times = [running.result() for running in [pool.submit(session) for _ in range(SESSIONS)]]
        return {"sessions": statistics.median(times) * 1000, "memory_sessions": _memory(url)}


def _run(line: ClientConnection) -> None:
    wish = BackMsg()
    wish.rerun_script.query_string = ""
    line.send(wish.SerializeToString())
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        message = ForwardMsg.FromString(line.recv(LIMIT, decode=False))
        if message.WhichOneof("type") == "script_finished":
            return
    raise TimeoutError(f"a session did not finish in {LIMIT:.0f} s")
