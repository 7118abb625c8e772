"""The next step in a browser: join by keyboard alone, start with a thumb, report, copy, print."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.app.staff_register import ANNA, GROUPS, PARK
from tests.browser import chart
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_access import grave
from tests.register_file import register_file
from utils import database, inbox
from utils.models import ResidentReport
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")
HERE = "/mijn_buurt?gebied=BV09950003"
LINK = "https://chat.whatsapp.com/AbC123"

# As a program types that does not look at the page.
TYPE = """it => {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(it, "spam");
  for (const name of ["input", "focusout"]) it.dispatchEvent(new Event(name, { bubbles: true }));
}"""


@pytest.fixture(scope="module")
def register(tmp_path_factory) -> str:
    """The address of a register in which one group has a link."""
    file = tmp_path_factory.mktemp("register") / "register.sqlite"
    return register_file(file, (replace(PARK, join_link=LINK), *GROUPS[1:]))


@pytest.fixture(scope="module")
def address(start, register) -> str:
    """An app with groups that exist."""
    return start(DATABASE_URL=register, BUURTDEKKING_PUBLIC_URL="https://kaart.voorbeeld.nl")


def received(url: str) -> list[ResidentReport]:
    """What is in the inbox of a register."""
    return inbox.waiting(database.open_engine(url), ANNA)


def open_tab(page: Page, name: str, texts: Texts = NL) -> None:
    """Choose one of the three ways."""
    page.get_by_role("tab", name=texts.t(f"steps.{name}_tab"), exact=True).click()


def field(page: Page, form: str, which: str) -> Locator:
    """A field of a form."""
    return page.locator(f".st-key-{form}_{which}").locator("input, textarea")


def fill(page: Page, form: str, message: str) -> None:
    """Fill in a form and send it, with a button pressed twice, as people do."""
    field(page, form, "naam").fill("Bea Bewoner")
    field(page, form, "email").fill("bea@thuis.nl")
    field(page, form, "bericht").fill(message)
    page.locator(f".st-key-{form}_akkoord label").click()
    page.locator(f".st-key-{form}_verstuur button").dblclick()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until a part of the page has the focus."""
    for _ in range(150):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no keyboard comes to {target}")


def test_somebody_joins_by_keyboard_alone(visit, address, register):
    opened = visit(address).open(HERE)
    page = opened.page
    way = page.get_by_role("tab", name=NL.t("steps.join_tab"), exact=True)
    way.wait_for()
    opened.settled()
    tab_to(page, page.get_by_role("tab", selected=True))
    while way.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowLeft")
    choice = page.locator(".st-key-meedoen_groep").get_by_role("combobox")
    tab_to(page, choice)
    page.keyboard.press("ArrowDown")
    page.keyboard.type("Het Park")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=NL.t("steps.link"))
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("href", LINK)
    opened.settled()
    for which, text in (("naam", "Bea Bewoner"), ("email", "bea@thuis.nl"), ("bericht", "Per toetsenbord.")):
        tab_to(page, field(page, "join", which))
        page.keyboard.type(text)
    tab_to(page, page.locator(".st-key-join_akkoord input"))
    page.keyboard.press("Space")
    tab_to(page, page.locator(".st-key-join_verstuur button"))
    page.keyboard.press("Enter")
    said = page.locator(".st-key-formulier_join").get_by_role("status")
    expect(said).to_contain_text("BD-")
    (report,) = [one for one in received(register) if one.message == "Per toetsenbord."]
    expect(said).to_contain_text(report.reference)
    assert (report.kind, report.group_id, report.area) == ("join", "G-1", "BV09950003")
    chart.assert_clean(opened)
    assert opened.strangers == []


def test_a_group_is_started_with_a_thumb_where_no_register_is_yet(visit, start, tmp_path):
    url = f"sqlite:///{tmp_path / 'new.sqlite'}"
    opened = visit(start(DATABASE_URL=url), **PHONE).open(HERE)
    page = opened.page
    page.get_by_role("tab", name=NL.t("steps.start_tab"), exact=True).wait_for()
    opened.settled()
    open_tab(page, "join")
    expect(page.get_by_text(NL.t("steps.join_example"))).to_be_visible()
    for name in ("join", "report", "start"):
        open_tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_text(NL.t("steps.only_here"))).to_be_visible()
    assert not (tmp_path / "new.sqlite").exists()
    fill(page, "start", "De Waterwijk")
    expect(page.locator(".st-key-formulier_start").get_by_role("status")).to_contain_text("BD-")
    (report,) = received(url)
    assert (report.kind, report.message, report.consent) == ("start", "De Waterwijk", True)
    chart.assert_clean(opened)


def test_a_disk_that_cannot_be_written_leaves_the_text_in_the_form(visit, start, tmp_path):
    (tmp_path / "file").write_text("")
    opened = visit(start(DATABASE_URL=f"sqlite:///{tmp_path / 'file' / 'x.sqlite'}")).open(HERE + "&taal=en")
    page = opened.page
    page.get_by_role("tab", name=EN.t("steps.report_tab"), exact=True).wait_for()
    opened.settled()
    open_tab(page, "report", EN)
    fill(page, "report", "A group is missing.")
    expect(page.locator(".st-key-formulier_report").get_by_role("alert")).to_contain_text(
        EN.t("steps.not_kept")
    )
    expect(field(page, "report", "naam")).to_have_value("Bea Bewoner")
    expect(field(page, "report", "bericht")).to_have_value("A group is missing.")


def test_the_field_for_programs_is_out_of_sight_and_out_of_reach(visit, address, register):
    opened = visit(address).open(HERE)
    page = opened.page
    trap = field(page, "report", "website")
    trap.wait_for(state="attached")
    opened.settled()
    open_tab(page, "report")
    expect(trap).to_be_hidden()
    before = len(received(register))
    field(page, "report", "bericht").fill("Koop nu")
    trap.evaluate(TYPE)
    page.locator(".st-key-report_verstuur button").click()
    expect(page.get_by_text(NL.t("error.request_spam"))).to_be_visible()
    assert len(received(register)) == before


def test_the_invitation_is_copied_and_printed(visit, address):
    opened = visit(address, permissions=["clipboard-read", "clipboard-write"]).open(HERE)
    page = opened.page
    page.get_by_role("tab", name=NL.t("steps.start_tab"), exact=True).wait_for()
    opened.settled()
    open_tab(page, "start")
    name = page.locator(".st-key-buurtnaam input")
    name.fill("'t #Ven <b>")
    name.press("Enter")
    block = page.locator("pre.uitnodiging")
    expect(block).to_contain_text("'t #Ven <b>,")
    opened.settled()
    page.get_by_role("button", name=NL.t("steps.copy")).click()
    expect(page.get_by_text(NL.t("steps.copied"))).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == block.text_content()
    assert "https://kaart.voorbeeld.nl/mijn_buurt?gebied=BV09950003" in copied
    code = page.locator("img.code")
    assert code.evaluate("it => it.complete && it.naturalWidth > 0")
    for kind in ("letter", "poster"):
        with page.expect_download() as coming:
            page.locator(f".st-key-vel_{kind} button").click()
        assert coming.value.suggested_filename == f"buurtdekking-{kind}-BV09950003.pdf"
        assert Path(coming.value.path()).read_bytes().startswith(b"%PDF-")
    chart.assert_clean(opened)


def test_the_open_tab_follows_the_answer(visit, address):
    opened = visit(address).open("/mijn_buurt")
    page = opened.page
    open_one = page.get_by_role("tab", selected=True)
    open_one.wait_for()
    opened.settled()
    expect(open_one).to_have_text(NL.t("steps.start_tab"))
    box = page.locator(".st-key-zoek input")
    box.fill("lelystad west 2")
    box.press("Enter")
    page.wait_for_url("**gebied=BV09950060**")
    opened.settled()
    expect(open_one).to_have_text(NL.t("steps.join_tab"))
    open_tab(page, "report")  # who is busy in a form stays there, whatever else the page does
    field(page, "report", "naam").fill("Bea Bewoner")
    page.locator(".st-key-report_verstuur button").click()
    opened.settled()
    expect(page.get_by_text(NL.t("error.request_message"))).to_be_visible()
    expect(open_one).to_have_text(NL.t("steps.report_tab"))
    expect(field(page, "report", "naam")).to_have_value("Bea Bewoner")


DEVICES = {"desktop": DESKTOP, "phone": PHONE, "dark": {**DESKTOP, "color_scheme": "dark"}}


@pytest.mark.parametrize("device", DEVICES)
def test_no_serious_violation(visit, address, device):
    opened = visit(address, **DEVICES[device]).open(HERE)
    page = opened.page
    page.get_by_role("tab", name=NL.t("steps.join_tab"), exact=True).wait_for()
    opened.settled()
    found = {}
    for name in ("join", "start", "report"):
        open_tab(page, name)
        page.locator(f".st-key-{name}_verstuur button").scroll_into_view_if_needed()
        if name == "report":  # with a sentence about what is wrong
            reason = page.locator(".st-key-melden_reden").get_by_role("combobox")
            reason.evaluate("box => box.scrollIntoView({block: 'center'})")  # at the edge its list stays shut
            reason.click()
            page.get_by_role("option", name=NL.t("steps.why.rest")).click()
            page.locator(f".st-key-{name}_verstuur button").click()
            expect(page.get_by_text(NL.t("error.request_message"))).to_be_visible()
        found[name] = grave(page)
        opened.shot(f"stap-{name}-{device}")
    assert not any(found.values()), found
