"""The register on the staff page, as staff work with it: cells, maps, two at once, hostile texts."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.app.staff_register import ANNA, GROUPS, HARBOUR, LONG_AGO
from tests.browser import chart
from tests.browser.conftest import PHONE
from tests.browser.test_access import grave
from tests.browser.visit import WAIT, Visit
from tests.register_file import place, register_file
from utils import contacts, database, edits, inbox
from utils.edits import Edit, Filter
from utils.models import Contact, Group, ResidentReport
from utils.texts import Texts

NL = Texts("nl")
LELYSTAD = "GM0995"
MARK = "window.__xss=1"
HOSTILE = (
    f"<img src=x onerror={MARK}>",
    f"</script><script>{MARK}</script>",
    f"{{{{7*7}}}}${{{MARK}}}`",
    f"[klik](javascript:{MARK}) **vet** :red[rood]",
    "{% raw %} =1+1",
)
COLUMNS = {"kies": 36, "open": 114, "participants": 884}
"""Where columns are in the table, pixels from its left."""
ROW, HEAD = 35, 36
WORDS = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a register of invented groups."""
    others = tuple(
        Group(
            f"G-1{i}",
            f"Groep {WORDS[i]}",
            **place(52.50 + i / 500, 5.44),
            municipality=LELYSTAD,
            confirmed=LONG_AGO,
        )
        for i in range(8)
    )
    return register_file(tmp_path_factory.mktemp("register") / "r.sqlite", (*GROUPS, *others))


@pytest.fixture(scope="module")
def address(start, url: str) -> str:
    """An app with that register and an open staff page, without a base map."""
    return start(DATABASE_URL=url, BUURTDEKKING_STAFF="local", BUURTDEKKING_TILES="")


@pytest.fixture
def engine(url: str) -> Iterator[database.Engine]:
    """The register beside the website."""
    opened = database.open_engine(url)
    yield opened
    opened.dispose()


def search(staff: Visit, text: str) -> Page:
    """The table with what is found for a text."""
    page = staff.page
    box = page.get_by_label(NL.t("staff_register.search"), exact=True)
    box.fill(text)
    box.press("Enter")
    expect(page.locator(".st-key-registertabel table")).to_contain_text(text)
    expect(page.locator(".st-key-bladeren")).to_contain_text(
        NL.t("staff_register.rows", first=1, last=1, n=1)
    )
    staff.settled()
    return page


def cell(page: Page, column: str, row: int = 0) -> dict[str, float]:
    """The place of a cell in the window."""
    box = page.locator(".st-key-registertabel [data-testid=stDataFrame]").bounding_box()
    assert box
    return {"x": box["x"] + COLUMNS[column], "y": box["y"] + HEAD + ROW * row + ROW / 2}


def type_in(page: Page, column: str, text: str) -> None:
    """Type a value in the first row of the table, as in a spreadsheet."""
    at = cell(page, column)
    page.bring_to_front()
    page.mouse.click(at["x"], at["y"])
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    box = page.locator("#portal input, #portal textarea").first
    box.fill(text)
    box.press("Enter")


def button(page: Page, key: str, **params: object):
    """The button with a text."""
    return page.get_by_role("button", name=NL.t(key, **params), exact=True)


def pin_frame(staff: Visit) -> Frame:
    """The frame of the small map, once it is drawn."""
    for _ in range(int(WAIT * 10)):
        for frame in staff.page.frames:
            if "st_folium" in frame.url and frame.evaluate("() => !!document.body.dataset.frame"):
                return frame
        staff.page.wait_for_timeout(100)
    raise AssertionError("no small map")


def test_a_cell_is_changed_and_saved(visit, address, engine):
    staff = visit(address).open("/beheer")
    page = search(staff, "Haven")
    type_in(page, "participants", "31")
    expect(page.get_by_text(NL.t("staff_register.pending", n=1))).to_be_visible()
    assert edits.get(engine, ANNA, "G-2").participants == HARBOUR.participants
    button(page, "staff_register.save").click()
    expect(page.get_by_text(NL.t("staff_register.saved", n=1))).to_be_visible()
    assert edits.get(engine, ANNA, "G-2").participants == 31
    assert edits.history(engine, ANNA, "G-2")[0].who == "local"
    chart.assert_clean(staff)


def test_typing_outlives_a_search_and_asks_before_leaving(visit, address, engine):
    staff = visit(address).open("/beheer")
    page = search(staff, "Groep een")
    type_in(page, "participants", "77")
    expect(page.get_by_text(NL.t("staff_register.pending", n=1))).to_be_visible()
    search(staff, "Groep twee")
    search(staff, "Groep een")
    expect(page.get_by_text(NL.t("staff_register.pending", n=1))).to_be_visible()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = 'about:blank'")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    button(page, "staff_register.discard").click()
    expect(page.get_by_text(NL.t("staff_register.hint"))).to_be_visible()
    assert edits.get(engine, ANNA, "G-11").participants is None


def test_two_who_change_the_same_group(visit, address, engine):
    first, second = visit(address).open("/beheer"), visit(address).open("/beheer")
    for staff in (first, second):
        search(staff, "Groep drie")
    type_in(first.page, "participants", "50")
    type_in(second.page, "participants", "60")
    for staff in (first, second):
        expect(staff.page.get_by_text(NL.t("staff_register.pending", n=1))).to_be_visible()
    button(first.page, "staff_register.save").click()
    expect(first.page.get_by_text(NL.t("staff_register.saved", n=1))).to_be_visible()
    button(second.page, "staff_register.save").click()
    clash = second.page.locator(".st-key-botsing")
    expect(clash).to_contain_text(NL.t("staff_register.clash", n=1))
    expect(clash.get_by_text("50", exact=True)).to_be_visible()
    expect(clash.get_by_text("60", exact=True)).to_be_visible()
    assert edits.get(engine, ANNA, "G-13").participants == 50
    second.settled()
    assert grave(second.page) == []
    second.shot("register-botsing")
    clash.get_by_text("60", exact=True).click()
    second.settled()
    button(second.page, "staff_register.clash_save").click()
    expect(second.page.get_by_text(NL.t("staff_register.saved", n=1))).to_be_visible()
    assert edits.get(engine, ANNA, "G-13").participants == 60
    chart.assert_clean(second)


def test_a_group_is_opened_and_stopped(visit, address, engine):
    staff = visit(address).open("/beheer")
    page = search(staff, "Groep vier")
    at = cell(page, "open")
    page.mouse.click(at["x"], at["y"])
    expect(page.locator("h1")).to_contain_text("Groep vier")
    assert "groep=G-14" in page.url
    button(page, "staff_register.deactivate").click()
    page.get_by_label(NL.t("staff_register.reason")).fill("te weinig deelnemers")
    button(page, "staff_register.deactivate_now").click()
    expect(button(page, "staff_group.reactivate")).to_be_visible()
    expect(page.locator(".st-key-geschiedenis")).to_contain_text("Reden: te weinig deelnemers")
    group = edits.get(engine, ANNA, "G-14")
    assert (group.status, group.reason) == ("inactive", "te weinig deelnemers")
    chart.assert_clean(staff)


def test_a_group_is_added_by_clicking_the_map_and_is_on_the_public_map(visit, address, engine):
    public = visit(address).open(f"/?gebied={LELYSTAD}")
    before = len(chart.dots(chart.shows(public, LELYSTAD)))
    staff = visit(address).open("/beheer")
    page = staff.page
    button(page, "staff_register.add").click()
    page.get_by_role("combobox", name=NL.t("staff_group.go_to")).click()
    page.keyboard.type("Lelystad")
    page.get_by_role("option", name="Lelystad", exact=True).click()
    staff.settled()
    frame = pin_frame(staff)
    frame.wait_for_function("map.getZoom() > 9")
    frame.locator("#map_div").click(position={"x": 300, "y": 190})
    expect(page.get_by_text("gemeente Lelystad")).to_be_visible()
    page.get_by_role("textbox", name=NL.t("register.field.name"), exact=True).fill("Nieuw aan het water")
    page.get_by_role("combobox", name=NL.t("register.field.status")).click()
    page.get_by_role("option", name=NL.t("staff_register.status.active")).click()
    staff.shot("register-nieuw")
    button(page, "staff_group.add").last.click()
    expect(page.locator("h1")).to_contain_text("Nieuw aan het water")
    (found,), _ = edits.find(engine, ANNA, Filter(text="nieuw aan het water"), 2)
    assert (found.municipality, found.status) == (LELYSTAD, "active")
    public.open(f"/?gebied={LELYSTAD}")
    assert len(chart.dots(chart.shows(public, LELYSTAD))) == before + 1
    chart.assert_clean(staff)


def test_a_point_is_moved_by_a_click(visit, address, engine):
    staff = visit(address).open("/beheer?groep=G-15")
    was = edits.get(engine, ANNA, "G-15")
    pin_frame(staff).locator("#map_div").click(position={"x": 200, "y": 120})
    expect(staff.page.get_by_text(NL.t("staff_group.place_moved"))).to_be_visible()
    button(staff.page, "staff_register.save").click()
    expect(staff.page.get_by_text(NL.t("staff_register.saved", n=1))).to_be_visible()
    now = edits.get(engine, ANNA, "G-15")
    assert 50 < abs(now.x - was.x) + abs(now.y - was.y) < 5_000
    assert now.municipality == LELYSTAD


@pytest.mark.parametrize(
    "path", ["register", "register&groep=G-1", "register&groep=%2B", "meldingen", "logboek"]
)
def test_each_section_fits_a_telephone_and_can_be_read_by_all(visit, address, path):
    staff = visit(address, **PHONE).open(f"/beheer?deel={path}")
    staff.page.locator("h1").wait_for()
    staff.settled()
    assert staff.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert grave(staff.page) == []
    chart.assert_clean(staff)


def test_hostile_texts_are_shown_as_they_are(visit, address, engine):
    text = " ".join(HOSTILE)
    values = dict.fromkeys(("name", "description", "source", "notes"), text)
    version = edits.get(engine, ANNA, "G-16").version
    edits.change(engine, ANNA, [Edit("G-16", version, values)], reason=text)
    about = edits.get(engine, ANNA, "G-17")
    edits.change(engine, ANNA, [Edit("G-17", about.version, {"name": HOSTILE[0]})])
    contacts.save(
        engine, ANNA, Contact("G-16", text[:100], "", "0612345678", HOSTILE[0], LONG_AGO, HOSTILE[1])
    )
    report = ResidentReport(
        "", "wrong", "G-16", LELYSTAD, HOSTILE[0], "", text, True, "new", datetime.now(UTC)
    )
    inbox.receive(engine, report)
    staff = visit(address)
    dialogs: list[str] = []
    staff.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    for path in ("register", "register&groep=G-16", "register&groep=G-17", "meldingen", "logboek"):
        staff.open(f"/beheer?deel={path}")
        staff.page.locator("h1").wait_for()
        staff.settled()
        if "groep" in path:
            frame = pin_frame(staff)
            staff.page.wait_for_timeout(300)
            assert frame.evaluate("window.__xss") is None
        if path == "register&groep=G-16":
            expect(staff.page.locator("h1")).to_contain_text(text)
            expect(staff.page.locator(".st-key-geschiedenis")).to_contain_text(text)
        if path == "meldingen":
            expect(staff.page.get_by_text(text, exact=True)).to_be_visible()
        assert staff.page.evaluate("window.__xss") is None
        assert staff.page.locator("main img[src='x'], [data-testid=stMain] img[src='x']").count() == 0
        assert staff.page.locator("a[href^='javascript']").count() == 0
    assert dialogs == []
    assert not [url for url in staff.requests if url.endswith("/x")]
