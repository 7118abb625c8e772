"""One command and one click: a running website comes to show the official neighbourhoods."""

import os
import subprocess
import sys

from playwright.sync_api import expect

from tests.browser import chart
from tests.browser.server import ROOT
from tests.services.cbs import serve
from tests.services.content import toy

LELYSTAD = "GM0995"


def test_one_command_and_one_click(start, visit, tmp_path):
    with serve(toy()) as services:
        settings = {
            **services.environment,
            "NO_PROXY": "127.0.0.1",
            "BUURTDEKKING_CACHE": str(tmp_path / "cache"),
        }
        address = start(**settings)
        before = visit(address).open("/?gebied=PV24")
        chart.shows(before, "PV24")
        assert services.requests == []
        subprocess.run(
            [sys.executable, "-m", "utils.cli", "refresh", "--year", "2024", "--with", "crime"],
            check=True,
            capture_output=True,
            timeout=120,
            cwd=ROOT,
            env={**os.environ, **settings},
        )
        asked = len(services.requests)
        after = visit(address).open("/?gebied=PV24")
        frame = chart.shows(after, "PV24")
        chart.click(after, frame, LELYSTAD)
        chart.goes_to(after, gebied=LELYSTAD)
        frame = chart.shows(after, LELYSTAD)
        cells = {code for code, level in chart.features(frame) if level == "neighbourhood"}
        assert {code for code in cells if code.startswith("BU0995")} == {
            f"BU0995{district}{quarter}" for district in ("00", "01") for quarter in ("00", "01")
        }
        names = {row[0] for row in chart.table(after)}
        assert {"Waterrijk Noord", "Zonnehof Zuid"} <= names
        after.page.mouse.move(*chart.pixel(frame, "BU09950100"))
        expect(frame.locator(".leaflet-tooltip").first).to_contain_text("Zonnehof Noord")
        chart.choose_layer(after, "inbraken")
        chart.goes_to(after, gebied=LELYSTAD, laag="inbraken")
        frame = chart.shows(after, LELYSTAD)
        registered = services.crime.burglaries[max(services.crime.burglaries) - 1]["BU09950100"]
        after.page.mouse.move(*chart.pixel(frame, "BU09950100"))
        tip = frame.locator(".leaflet-tooltip").first
        expect(tip).to_contain_text(f"geregistreerde woninginbraken: {registered} (")
        assert len(services.requests) == asked
        chart.assert_clean(after)
