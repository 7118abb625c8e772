"""``make bench``: measure our app beside a reference app and a floor, and write docs/benchmarks.md.

Exit code 0 whatever the figures are: this reports, it does not judge; 1 if something did not run, and
then the file stays as it was.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from playwright.sync_api import Error, Playwright, sync_playwright
from websockets.exceptions import WebSocketException

from tests.bench import inputs
from tests.bench.browser import chromium
from tests.bench.measure import APPS, Figures, one_round
from tests.bench.table import Results, table
from tests.browser.server import ROOT

REPORT = ROOT / "docs" / "benchmarks.md"
FAILURES = (Error, OSError, RuntimeError, WebSocketException)

TEXT = """# Benchmarks

Written by `make bench`. {date}, {rounds}.

{machine}.

## The app

*Ours* is `dashboard.py`. The *reference* (`tests/bench/reference_app.py`) is what a developer writes well
with the same libraries on the same data: one cached spatial join, a choropleth with tooltips, all groups as
circle markers, rebuilt in every run. The *floor* (`tests/bench/floor_app.py`) is a page with one polygon. All
three serve Leaflet themselves, draw on canvas and have no tiles. The apps take turns; each round has a fresh
server, each visitor a fresh headless browser. The first visitor gives the second line of the table, a later
one the rest. In brackets: what we want ours to be at most.

{apps}

A time begins with the visitor's navigation, click or key, and ends after the frame in which the map was
painted with areas, with other colours, or with other areas. Bytes are those received until the page was at
rest: HTTP as it came over the line, the WebSocket's messages without their frames. Memory is the resident set
of the server's processes. A session is a connection without a browser, whose data nobody draws.

## Coverage

{coverage}
"""


def machine(playwright: Playwright) -> str:
    """Cores, processor and versions, as one line."""
    running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
    browser = running.version
    running.close()
    packages = ", ".join(f"{name} {version(name)}" for name in ("streamlit", "folium", "streamlit-folium"))
    return (
        f"{os.cpu_count()} cores, {_processor()}, {platform.system()}; Python {platform.python_version()}, "
        f"Chromium {browser}, {packages}"
    )


def _processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text(encoding="utf-8").splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def run_apps(playwright: Playwright, rounds: int) -> tuple[Results, list[str]]:
    """Figures of all apps, taking turns, and the name of each round that did not run."""
    results: dict[str, list[Figures]] = {app.name: [] for app in APPS}
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        files = inputs.write(Path(folder))
        for number in range(rounds):
            for app in APPS if number % 2 == 0 else APPS[::-1]:
                try:
                    figures = one_round(app, files, playwright)
                except FAILURES as problem:
                    failed.append(f"round {number + 1}, {app.name}")
                    print(f"{failed[-1]}: {problem}", file=sys.stderr)
                    continue
                results[app.name].append(figures)
                shown = ", ".join(f"{key} {value:,.0f}" for key, value in figures.items())
                print(f"round {number + 1}, {app.name}: {shown}", file=sys.stderr)
    return results, failed


def run_coverage() -> tuple[str, list[str]]:
    """The table of ``coverage_bench``, in a process of its own, and its name if it did not run."""
    print("coverage, about two minutes", file=sys.stderr)
    command = [sys.executable, "-m", "tests.bench.coverage_bench"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
    return done.stdout.strip(), ["coverage"] if done.returncode else []


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each app (default 5)")
    parser.add_argument("--out", type=Path, default=REPORT, help="file to write (default docs/benchmarks.md)")
    options = parser.parse_args(arguments)
    rounds = max(1, options.rounds)
    with sync_playwright() as playwright:
        about = machine(playwright)
        results, failed = run_apps(playwright, rounds)
    coverage, broken = run_coverage()
    failed += broken
    text = TEXT.format(
        date=datetime.now(UTC).date().isoformat(),
        rounds="**one round only: a sketch, no medians**" if rounds == 1 else f"medians of {rounds} rounds",
        machine=about,
        apps=table(results),
        coverage=coverage,
    )
    print(text)
    if failed:
        print("Did not run:", "; ".join(failed), file=sys.stderr)
        return 1
    options.out.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
