"""Reading a list in with a browser: from a messy file to the public map, and back by the log."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import chart
from tests.browser.conftest import PHONE
from tests.browser.test_access import grave
from tests.browser.test_hostile import MARK, TEXTS
from tests.browser.visit import Visit
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")
LELYSTAD = "GM0995"
LISTS = Path(__file__).resolve().parents[1] / "lists"
HEAD = ["Groepsnr", "Naam groep", "Breedtegraad", "Lengtegraad", "Deelnemers", "Sinds"]
ROWS = [
    ["1", "Oosterwacht", "52,5100", "5,4700", "40", "1-3-2019"],
    ["2", "Westerwacht", "52,5150", "5,4800", "50", "2-3-2019"],
    ["3", "Zuiderwacht", "5,4750", "52,5050", "60", "3-3-2019"],
    ["4", "", "52,5060", "5,4760", "70", "4-3-2019"],
]


def sheet(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode("utf-8-sig")


@pytest.fixture
def address(start, tmp_path) -> str:
    """An app whose staff page is open, with a register of its own that is empty yet."""
    return start(
        BUURTDEKKING_STAFF="local",
        DATABASE_URL=f"sqlite:///{tmp_path / 'register.sqlite'}",
        BUURTDEKKING_TILES="",
    )


def button(page: Page, key: str):
    """The button with a key, that of now."""
    return page.locator(f".st-key-{key} button:visible")


def upload(page: Page, content: bytes, name: str = "lijst.csv") -> None:
    page.locator("input[type=file]").wait_for(state="attached")
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content})
    button(page, "naar_controle").wait_for()


def test_a_list_goes_from_file_to_map_and_back(visit, address):
    staff = visit(address).open("/beheer?deel=import")
    page = staff.page
    upload(page, sheet([["Lijst van de stichting"], [], HEAD, *ROWS]))
    staff.settled()
    assert grave(page) == []
    button(page, "naar_controle").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.check_title", n=2, rows=4))
    staff.settled()
    assert grave(page) == []
    button(page, "alles_herstellen").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.check_title", n=3, rows=4))
    with page.expect_download() as came:
        button(page, "probleemrijen").click()
    assert came.value.suggested_filename.endswith(".xlsx")
    button(page, "naar_voorbeeld").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.preview_title", n=3))
    expect(page.get_by_role("table")).to_contain_text("Zuiderwacht")
    frame = staff.map()
    staff.settled()
    assert grave(page) == []
    assert "Oosterwacht" not in seen(visit, address)  # nothing is written yet
    assert frame.evaluate("document.querySelectorAll('.leaflet-container').length") == 1
    button(page, "doorvoeren").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.done_title"))
    staff.settled()
    assert grave(page) == []
    assert {"Oosterwacht", "Westerwacht", "Zuiderwacht"} <= seen(visit, address)
    button(page, "naar_logboek").click()
    page.get_by_role("button", name=NL.t("staff_log.undo"), exact=True).click()
    page.get_by_role("button", name=NL.t("staff_log.undo_now"), exact=True).click()
    expect(page.get_by_text(NL.t("staff_log.undo_done", n=3))).to_be_visible()
    assert "Oosterwacht" not in seen(visit, address)
    chart.assert_clean(staff)


def seen(visit, address: str) -> set[str]:
    """The names of the groups in Lelystad on the public map, from the tooltips of its dots."""
    public = visit(address).open(f"/?gebied={LELYSTAD}")
    frame = chart.shows(public, LELYSTAD)
    found: set[str] = set()
    for dot in chart.dots(frame):
        public.page.mouse.move(*chart.in_window(frame, {"x": dot["x"] - 15, "y": dot["y"] - 15}))
        public.page.mouse.move(*chart.in_window(frame, dot))
        frame.wait_for_selector(".leaflet-tooltip")
        tips = "[...document.querySelectorAll('.leaflet-tooltip')].map(e => e.textContent).join()"
        said = frame.evaluate(tips)
        found |= {name for name in ("Oosterwacht", "Westerwacht", "Zuiderwacht") if name in said}
    public.page.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_step_fits_a_telephone(visit, address, scheme):
    staff = visit(address, **PHONE, color_scheme=scheme).open("/beheer?deel=import&taal=en")
    page = staff.page
    upload(page, sheet([HEAD, *ROWS]))
    for key in ("naar_controle", "naar_voorbeeld", "doorvoeren"):
        button(page, key).click()
        expect(page.locator(f".st-key-{key}")).to_have_count(0)
        staff.settled()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert grave(page) == []
    expect(page.locator("h1")).to_have_text(EN.t("staff_import.done_title"))


def test_another_section_loses_nothing(visit, address):
    staff = visit(address).open("/beheer?deel=import")
    page = staff.page
    upload(page, sheet([HEAD, *ROWS]))
    button(page, "naar_controle").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.check_title", n=2, rows=4))
    page.get_by_role("radio", name=NL.t("staff.part.logboek")).click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_log.empty"))
    page.get_by_role("radio", name=NL.t("staff.part.import")).click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.check_title", n=2, rows=4))


@pytest.fixture
def watched(visit, address) -> Iterator[Visit]:
    """A page that tells afterwards whether anything in the list was executed."""
    opened = visit(address)
    dialogs: list[str] = []
    opened.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield opened
    assert dialogs == []
    for frame in opened.page.frames:
        assert frame.evaluate("window.__xss") is None, f"a cell was executed in {frame.url}"
    assert not [url for url in opened.requests if "example.invalid" in url or url.endswith("/x")]
    chart.assert_clean(opened)


def test_hostile_cells_stay_text(watched):
    page = watched.open("/beheer?deel=import").page
    texts = [" ".join(text.split()) for text in TEXTS]
    head = ["Naam groep", "Breedtegraad", "Lengtegraad", "Omschrijving", "Deelnemers", texts[0], "{{7*7}}"]
    rows = [
        [text, f"52,{5000 + 7 * i}", f"5,{4600 + 9 * i}", text, text if i % 2 else "40", text, text]
        for i, text in enumerate(texts)
    ]
    upload(page, sheet([head, *rows]), f"<img src=x onerror={MARK}>.csv")
    expect(page.locator(".st-key-kolommen")).to_contain_text(texts[0])
    expect(page.locator(".st-key-kolommen")).to_contain_text("{{7*7}}")
    assert page.locator(".st-key-kolommen a, .st-key-kolommen img").count() == 0
    button(page, "naar_controle").click()
    button(page, "naar_voorbeeld").wait_for()
    watched.settled()
    hidden = page.locator(".st-key-probleemtabel")
    expect(hidden).to_have_count(1)
    button(page, "naar_voorbeeld").click()
    table = page.locator(".st-key-groepenlijst")
    expect(table).to_contain_text(texts[0])
    assert table.locator("img, a, script, svg").count() == 0
    watched.map()
    button(page, "doorvoeren").click()
    expect(page.locator("h1")).to_have_text(NL.t("staff_import.done_title"))
    assert page.locator(".st-key-stap_done img").count() == 0


@pytest.mark.parametrize(
    "name", ["titel-en-samengevoegd.xlsx", "libreoffice.ods", "punten.geojson", "tab-utf16.csv"]
)
def test_a_list_of_each_kind_comes_to_the_columns(visit, address, name):
    page = visit(address).open("/beheer?deel=import").page
    upload(page, (LISTS / name).read_bytes(), name)
    expect(page.locator("h1")).to_contain_text("Kloppen de kolommen?")


def test_a_file_that_is_no_list_is_told(visit, address):
    page = visit(address).open("/beheer?deel=import").page
    page.locator("input[type=file]").wait_for(state="attached")
    page.set_input_files(
        "input[type=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.4 x"}
    )
    expect(page.get_by_text(NL.t("error.sheet_old", came="PDF"))).to_be_visible()
