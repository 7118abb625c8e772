"""Signing in, in a browser, at a real provider of OpenID Connect on this machine."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.server import free_port, serve
from tests.browser.test_access import grave
from tests.services import oidc
from tests.services.oidc import COOKIE_SECRET, PEOPLE, ROLES
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")
USER = "_streamlit_user"
pytestmark = pytest.mark.xdist_group("sign_in")


@dataclass(frozen=True)
class Site:
    """A running app with its provider, its secrets and its log."""

    address: str
    provider: oidc.Provider
    secrets: Path
    log: Path

    def allow(self, roles: dict[str, str]) -> None:
        """Change the list of who has which role."""
        self.provider.write(self.secrets, self.address, roles)
        time.sleep(1)  # Streamlit looks five times a second whether its secrets changed


@contextmanager
def running(folder: Path, **wrong: str) -> Iterator[Site]:
    """The app with a provider; ``wrong`` are values of the provider that the app's secrets get wrong."""
    secrets, log, port = folder / "secrets.toml", folder / "server.log", free_port()
    address = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # the provider speaks plain http, on loopback
        with oidc.serve(address) as provider:
            replace(provider, **wrong).write(secrets, address, ROLES)
            env = {"BUURTDEKKING_CACHE": str(folder / "cache"), "STREAMLIT_SECRETS_FILES": str(secrets)}
            with serve(log, env, port=port, options={"secrets.files": str(secrets)}):
                yield Site(address, provider, secrets, log)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app with a provider, for all tests that change neither for good."""
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def browse(visit: Callable, site: Site) -> Callable[..., Page]:
    """A function that opens a page in a browser of its own: ``browse(path, **options)``."""

    def begin(path: str = "/beheer", **options: object) -> Page:
        opened = visit(site.address, **options).open(path)
        opened.page.context.route(re.compile("cdn.jsdelivr.net"), lambda route: route.abort())
        return opened.page

    return begin


def button(page: Page, key: str, texts: Texts = NL):
    return page.get_by_role("button", name=texts.t(f"access.{key}"), exact=True)


def sign_in(page: Page, subject: str, texts: Texts = NL) -> None:
    """From the page that asks to sign in, to wherever the app leads this person."""
    button(page, "sign_in", texts).click()
    page.get_by_role("button", name=subject, exact=True).click()
    page.wait_for_url(re.compile(r"127\.0\.0\.1"))


def sign_out(page: Page) -> None:
    """Signed out here and at the provider, which asks whether to."""
    button(page, "sign_out").click()
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(re.compile(r"127\.0\.0\.1"))


def said(subject: str, role: str, texts: Texts = NL) -> str:
    """What the bar says of who is at work."""
    address = PEOPLE[subject]["email"].lower()
    return texts.t("access.bar", name=address, role=texts.t(f"access.role.{role}"))


def assert_nothing_shown(page: Page, texts: Texts = NL) -> None:
    """No part of the staff page that is for staff."""
    expect(page.get_by_role("heading", name=texts.t("access.title"), exact=True)).to_be_visible()
    expect(page.locator(".st-key-aangemeld")).to_have_count(0)
    expect(page.locator("[class*='st-key-deel_']")).to_have_count(0)


def run_again(page: Page, texts: Texts = NL) -> Texts:
    """Let the open page run, as any action does; it is in the other language then."""
    page.get_by_role("button", name=texts.t("frame.other_language")).click()
    return EN if texts is NL else NL


@pytest.mark.parametrize("subject", ["beheerder", "redacteur", "lezer"])
def test_whoever_is_on_the_list_comes_in_with_their_role(browse, subject):
    role = {"beheerder": "admin", "redacteur": "editor", "lezer": "viewer"}[subject]
    page = browse("/beheer?gebied=GM0995")
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()
    assert_nothing_shown(page)
    sign_in(page, subject)
    expect(page.get_by_text(said(subject, role))).to_be_visible()
    expect(page).to_have_url(re.compile(r"/beheer\?gebied=GM0995&deel=register$"))
    expect(page.locator("[class*='st-key-deel_']")).to_have_count(1)
    page.wait_for_function("!document.cookie.includes('buurtdekking_terug')")


@pytest.mark.parametrize("subject", ["onbekende", "bedrieger", "zonder-adres"])
def test_who_is_not_on_the_list_sees_only_that(browse, site, subject):
    page = browse()
    sign_in(page, subject)
    unknown = NL.t("access.unknown_code")
    expect(page.get_by_text(unknown)).to_be_visible()
    expect(page.get_by_text(f"{site.provider.issuer}|{subject}")).to_be_visible()
    assert_nothing_shown(page)
    assert page.locator("b").count() == 0  # a name is text
    assert page.get_by_role("textbox").count() == 0
    sign_out(page)
    page.goto(f"{site.address}/beheer")
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()


def test_sign_out_ends_it_in_every_tab_and_behind_the_back_button(browse, site):
    page = browse()
    sign_in(page, "beheerder")
    expect(page.get_by_text(said("beheerder", "admin"))).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{site.address}/beheer?taal=en")
    expect(other.get_by_text(said("beheerder", "admin", EN))).to_be_visible()
    kept = page.context.cookies()
    sign_out(page)
    page.get_by_role("link", name=NL.t("page.link.verantwoording")).wait_for()
    for _ in range(4):
        page.go_back()
        page.wait_for_timeout(700)
        expect(page.locator(".st-key-aangemeld, [class*='st-key-deel_']")).to_have_count(0)
    run_again(other, EN)
    expect(other.get_by_text(NL.t("access.over"))).to_be_visible()
    assert_nothing_shown(other)
    page.context.add_cookies(kept)  # a copy of the cookie opens nothing either
    page.goto(f"{site.address}/beheer")
    expect(page.get_by_text(NL.t("access.over"))).to_be_visible()


def claims(site: Site, subject: str, age: float) -> dict[str, object]:
    """What Streamlit's cookie holds of somebody who signed in so many seconds ago."""
    return {
        "iss": site.provider.issuer, "sub": subject, "iat": int(time.time() - age), "nonce": str(age),
        **PEOPLE[subject], "origin": site.address, "is_logged_in": True, "provider": "default",
    }  # fmt: skip


def give(page: Page, site: Site, value: dict[str, object], secret: str = COOKIE_SECRET) -> None:
    signed = create_signed_value(secret, USER, json.dumps(value)).decode()
    page.context.add_cookies([{"name": USER, "value": signed, "url": site.address}])


def test_a_session_ends_by_itself_also_in_an_open_page(browse, site):
    page = browse()
    give(page, site, claims(site, "beheerder", 8 * 3600 - 8))
    page.reload()
    expect(page.get_by_text(said("beheerder", "admin"))).to_be_visible()
    page.wait_for_timeout(8_000)
    run_again(page)
    expect(page.get_by_text(EN.t("access.over"))).to_be_visible()
    assert_nothing_shown(page, EN)
    sign_in(page, "beheerder", EN)
    expect(page.get_by_text(said("beheerder", "admin", EN))).to_be_visible()


def test_an_expired_session_is_told(browse, site):
    page = browse()
    give(page, site, claims(site, "beheerder", 8 * 3600 + 5))
    page.reload()
    expect(page.get_by_text(NL.t("access.over"))).to_be_visible()
    assert_nothing_shown(page)


def test_a_cookie_that_we_did_not_sign_is_nobody(browse, site):
    page = browse()
    give(page, site, claims(site, "beheerder", 5), secret="x" * 40)
    page.reload()
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()
    give(page, site, claims(site, "lezer", 5))
    (cookie,) = [one for one in page.context.cookies() if one["name"] == USER]
    body = json.loads(decode_signed_value(COOKIE_SECRET, USER, cookie["value"].encode()))
    payload, moment, signature = cookie["value"].rsplit(".", 2)
    other = create_signed_value("y" * 40, USER, json.dumps(body | claims(site, "beheerder", 5))).decode()
    forged = other.rsplit(".", 2)[0]
    assert payload != forged
    page.context.add_cookies([{**cookie, "value": f"{forged}.{moment}.{signature}"}])
    page.reload()
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()
    assert_nothing_shown(page)


def test_a_sign_in_for_another_address_is_nobody_here(browse, site):
    page = browse()
    give(page, site, claims(site, "beheerder", 5) | {"origin": "https://elders.nl"})
    page.reload()
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()


def test_taken_off_the_list_is_out_at_the_next_run(browse, site):
    page = browse()
    sign_in(page, "beheerder")
    expect(page.get_by_text(said("beheerder", "admin"))).to_be_visible()
    try:
        site.allow({name: role for name, role in ROLES.items() if role != "admin"})
        run_again(page)
        expect(page.get_by_text(EN.t("access.unknown_code"))).to_be_visible()
        assert_nothing_shown(page, EN)
        site.allow({"|beheerder": "viewer"})  # by issuer and subject, in another role
        run_again(page, EN)
        expect(page.get_by_text(said("beheerder", "viewer"))).to_be_visible()
        site.secrets.write_text("[auth\n", encoding="utf-8")
        time.sleep(1)
        run_again(page)
        expect(page.get_by_text(EN.t("error.secrets_broken"))).to_be_visible()
        assert_nothing_shown(page, EN)
    finally:
        site.allow(ROLES)


def test_a_refusal_at_the_provider_changes_nothing(browse, site):
    page = browse()
    button(page, "sign_in").click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url(re.compile(r"127\.0\.0\.1"))
    page.goto(f"{site.address}/beheer")
    expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()


def test_the_map_needs_no_sign_in_and_does_not_send_anybody_away(browse):
    page = browse("/?gebied=GM0995")
    page.get_by_role("link", name=NL.t("page.link.beheer")).wait_for()
    expect(page).to_have_url(re.compile(r"/\?gebied=GM0995$"))
    expect(button(page, "sign_in")).to_have_count(0)


def test_in_a_frame_of_another_site_there_is_no_page(browse, site):
    page = browse("/_stcore/health")
    page.goto(site.provider.issuer)
    page.evaluate(
        "address => { document.body.innerHTML = '<iframe width=900 height=700></iframe>';"
        " document.querySelector('iframe').src = address; }",
        f"{site.address}/beheer",
    )
    frame = page.frame_locator("iframe")
    expect(frame.locator("html")).to_be_attached()
    page.wait_for_function("() => window.frames.length === 1")
    expect(frame.locator("body")).to_have_count(0, timeout=20_000)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_pages_are_for_everybody(browse, site, device, lang):
    texts = Texts(lang)
    page = browse(f"/beheer?taal={lang}", **device)
    button(page, "sign_in", texts).wait_for()
    page.wait_for_timeout(500)
    found = grave(page)
    sign_in(page, "onbekende", texts)
    expect(page.get_by_text(texts.t("access.unknown_code"))).to_be_visible()
    page.wait_for_timeout(500)
    assert found + grave(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]


def test_the_log_holds_no_secret_and_nobodys_name(browse, site):
    seen: list[str] = []
    page = browse()
    page.on("request", lambda request: seen.append(request.url))
    sign_in(page, "redacteur")
    expect(page.get_by_text(said("redacteur", "editor"))).to_be_visible()
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    tokens = json.loads(
        decode_signed_value(COOKIE_SECRET, f"{USER}_tokens", cookies[f"{USER}_tokens"].encode())
    )
    sign_out(page)
    codes = re.findall(r"[?&]code=([^&]+)", " ".join(seen))
    assert codes
    log = site.log.read_text(encoding="utf-8")
    cookies.pop("buurtdekking_terug", None)  # the view, which is no secret
    secret = [site.provider.client_secret, COOKIE_SECRET, *codes, *tokens.values(), *cookies.values()]
    people = [*(one["email"] for one in PEOPLE.values() if "email" in one), "voorbeeld.nl", "Bea Beheer"]
    assert [text for text in [*secret, *people] if text.lower() in log.lower()] == []
    assert "Traceback" not in log


def test_a_provider_that_refuses_us_lets_nobody_in_and_tells_no_secret(visit, tmp_path):
    wrong = "niet-het-geheim-van-de-aanbieder"
    seen: list[str] = []
    with running(tmp_path, client_secret=wrong) as site:
        page = visit(site.address).open("/beheer").page
        page.on("request", lambda request: seen.append(request.url))
        sign_in(page, "beheerder")
        page.get_by_role("link", name=NL.t("page.link.beheer")).click()
        expect(page.get_by_text(NL.t("access.ask"))).to_be_visible()
    codes = re.findall(r"[?&]code=([^&]+)", " ".join(seen))
    log = site.log.read_text(encoding="utf-8")
    assert "invalid_client" in log  # the operator is told
    assert codes
    assert [text for text in [wrong, COOKIE_SECRET, *codes, "voorbeeld.nl"] if text in log] == []
