"""The staff page without signing in: for a visitor at the computer that runs the website, and nobody else."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.server import ROOT, free_port, serve
from utils.texts import Texts

NL = Texts("nl")
pytestmark = pytest.mark.xdist_group("sign_in")
SECTION = "[class*='st-key-deel_']"
STAFF = {"BUURTDEKKING_STAFF": "local"}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("here")
    with serve(folder / "log", {**STAFF, "BUURTDEKKING_CACHE": str(folder)}) as address:
        yield address


def test_at_this_computer_the_page_is_open_and_says_so(visit, here):
    page = visit(here).open("/beheer").page
    expect(page.get_by_text(NL.t("access.local"))).to_be_visible()
    expect(page.locator(SECTION)).to_have_count(1)


def test_under_another_name_it_is_closed(visit, browser, here):
    """As after DNS rebinding: a name of somebody else's leads to this computer."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    port = here.rpartition(":")[2]
    rule = "--host-resolver-rules=MAP kwaad.example 127.0.0.1"
    other = browser.browser_type.launch(executable_path=Path(path), args=[*ARGUMENTS, rule])
    try:
        page = other.new_page()
        page.goto(f"http://kwaad.example:{port}/beheer")
        expect(page.get_by_text(NL.t("error.staff_remote"))).to_be_visible(timeout=30_000)
        expect(page.locator(SECTION)).to_have_count(0)
    finally:
        other.close()


def test_a_server_that_others_can_reach_stays_shut(visit, tmp_path):
    options = {"server.address": "0.0.0.0"}
    env = {**STAFF, "BUURTDEKKING_CACHE": str(tmp_path)}
    with serve(tmp_path / "log", env, options=options) as address:
        page = visit(address).open("/beheer").page
        expect(page.get_by_text(NL.t("error.staff_address", came="0.0.0.0"))).to_be_visible()
        expect(page.locator(SECTION)).to_have_count(0)


def test_serve_listens_to_this_computer_alone(visit, tmp_path):
    port = free_port()
    env = {**os.environ, **STAFF, "BUURTDEKKING_CACHE": str(tmp_path)}
    command = [sys.executable, "-m", "utils.cli", "serve", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            end = time.monotonic() + 60
            while not _answers("127.0.0.1", port):
                assert process.poll() is None, (tmp_path / "log").read_text()
                assert time.monotonic() < end
                time.sleep(0.2)
            page = visit(f"http://localhost:{port}").open("/beheer").page
            expect(page.get_by_text(NL.t("access.local"))).to_be_visible(timeout=30_000)
            assert not _answers("127.0.0.2", port)  # an address that only a server everywhere has
        finally:
            process.terminate()
            process.wait(timeout=20)


def _answers(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex((address, port)) == 0
