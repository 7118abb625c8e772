"""Accessibility by axe-core: no serious or critical violation of ours, on the page nor in the map's frame."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

from tests.browser import chart
from tests.browser.conftest import DESKTOP, PHONE

GRAVE = {"serious", "critical"}

#: Violations that we cannot mend: rule, part of the element's HTML, reason. There are none now.
EXCEPTIONS: tuple[tuple[str, str, str], ...] = ()

DEVICES = {"desktop": DESKTOP, "phone": PHONE, "dark": {**DESKTOP, "color_scheme": "dark"}}


def grave(place: Page | Frame) -> list[str]:
    """The serious and critical violations that axe finds and that are not among the exceptions."""
    found: list[dict[str, Any]] = Axe().run(place).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]} {[check['message'] for check in node['any'][:1]]}"
        for rule in found
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
        if not any(rule["id"] == known and part in node["html"] for known, part, _ in EXCEPTIONS)
    ]


def test_axe_finds_what_is_wrong(visit, app):
    """A test of the test: axe works here, without internet."""
    opened = visit(app).open("/_stcore/health")
    opened.page.set_content("<html><body><img src='x'><button></button></body></html>")
    assert {line.partition(":")[0] for line in grave(opened.page)} >= {"image-alt", "button-name"}


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("taal", ["nl", "en"])
def test_no_serious_violation(visit, app, taal, device):
    opened = visit(app, **DEVICES[device]).open(f"/?gebied=GM0995&taal={taal}")
    frame = chart.shows(opened, "GM0995")
    chart.table(opened)
    found = {"map page": grave(opened.page), "map": grave(frame)}
    if taal == "en":
        chart.choose_layer(opened, "bereik")
        frame = chart.shows(opened, "GM0995")
        found["another layer"] = grave(opened.page)
    opened.open(f"/verantwoording?gebied=GM0995&taal={taal}&straal=-5")  # with a notice on it
    opened.page.locator("table").last.wait_for()
    opened.settled()
    found["method page"] = grave(opened.page)
    assert not any(found.values()), found
