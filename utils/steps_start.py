"""Starting a group: the steps, the four rules, an invitation and a poster for this neighbourhood."""

import base64
import json
from collections.abc import Callable
from typing import Final

import streamlit as st

from utils import invitation, poster, public_address, qr, steps_form, summaries, ui, verdict_words, wording
from utils.models import COUNTRY
from utils.settings import settings
from utils.steps_form import About
from utils.ui import Page
from utils.verdict import Nearest, Verdict

DO: Final = ("look", "recruit", "rules", "register", "tell", "signs")
"""The steps, in order."""
NEAR: Final = 3
"""Groups near that are named at the first step."""


def show(page: Page, verdict: Verdict | None) -> None:
    """The tab. ``verdict`` None: no area was found yet, and nothing is made for one."""
    t = page.texts.t
    st.subheader(t("steps.start"), anchor=False)
    lines = [f"**{t(f'steps.do.{one}.word')}** {t(f'steps.do.{one}.body')}" for one in DO]
    st.markdown("\n".join(f"{n}. {line}" for n, line in enumerate(lines, 1)))
    if verdict:
        _near(page, verdict)
    st.subheader(t("steps.saar"), anchor=False)
    rules = invitation.saar(page.texts)
    st.markdown("\n".join(f"- {t('steps.saar_line', word=word, rule=rule)}" for word, rule in rules))
    code = verdict.code if verdict else page.address.gebied
    if code != COUNTRY:
        _invite(page, code)
    st.subheader(t("steps.start_form"), anchor=False)
    st.markdown(t("steps.start_about"))
    steps_form.show(page, "start", "" if code == COUNTRY else code, lambda: About("start"))


def option(page: Page, group: Nearest) -> str:
    """A group by its name and how far it is, as the list of groups says it; as plain text."""
    distance = verdict_words.distance(page.texts, group.distance)
    return page.texts.t("steps.option", name=group.name, distance=distance)


def _near(page: Page, verdict: Verdict) -> None:
    t = page.texts.t
    if not verdict.nearest:
        st.markdown(t("steps.near_none"))
        return
    named = [ui.plain(option(page, group)) for group in verdict.nearest[:NEAR]]
    intro = t("steps.near_example" if page.coverage.groups.example else "steps.near")
    st.markdown("\n".join([intro, "", *(f"- {one}" for one in named)]))


def _invite(page: Page, code: str) -> None:
    t, texts = page.texts.t, page.texts
    st.subheader(t("steps.invite"), anchor=False)
    st.markdown(t("steps.invite_about"))
    name = wording.area_name(texts, summaries.ancestors(page.coverage.atlas, code)[-1].name, code)
    typed = st.text_input(
        t("steps.name"), placeholder=name, max_chars=invitation.LONGEST, key="buurtnaam",
    )  # fmt: skip
    st.caption(t("steps.name_help"))
    place = invitation.place_name(typed, name)
    address = public_address.answer(settings().public_url, st.context.url, code, texts.lang)
    left, right = st.columns([2.2, 1], gap="medium")
    with left:
        _text(page, invitation.message(texts, place, address))
    with right:
        if address:
            _code(page, address)
        else:
            st.markdown(t("steps.no_address"))
    if address:
        _sheets(page, place, code, address)


def _text(page: Page, text: str) -> None:
    """The invitation, with a button that copies it."""
    t = page.texts.t
    label, words = ui.escaped(t("steps.text")), ui.escaped(text)
    said = {"done": t("steps.copied"), "failed": t("steps.copy_failed")}
    script = (ui.ASSETS / "copy.js").read_text(encoding="utf-8").replace("SAID", _in_script(said))
    with st.container(key="uitnodiging"):
        st.html(
            f'<pre class="uitnodiging" tabindex="0" role="region" aria-label="{label}">{words}</pre>'
            f'<button type="button" class="kopieer">{ui.escaped(t("steps.copy"))}</button>'
            f'<span class="gekopieerd" role="status"></span><script>{script}</script>',
            unsafe_allow_javascript=True,
        )


def _in_script(said: dict[str, str]) -> str:
    return json.dumps(said, ensure_ascii=True).replace("<", "\\u003c")


def _code(page: Page, address: str) -> None:
    picture = base64.b64encode(qr.svg(address).encode()).decode()
    label = ui.escaped(page.texts.t("poster.code", address=address))
    st.html(f'<img class="code" alt="{label}" src="data:image/svg+xml;base64,{picture}">')
    if public_address.only_here(address):
        st.caption(page.texts.t("steps.only_here"))


def _sheets(page: Page, place: str, code: str, address: str) -> None:
    if not poster.printable(place):
        st.caption(page.texts.t("steps.unprintable"))
    made: dict[str, Callable[[], bytes]] = {
        "letter": lambda: poster.letter(page.texts, place, address),
        "poster": lambda: poster.poster(page.texts, place, address),
    }
    with st.container(horizontal=True, key="vellen"):
        for kind, make in made.items():
            st.download_button(
                page.texts.t(f"steps.{kind}"), data=make, file_name=f"buurtdekking-{kind}-{code}.pdf",
                mime="application/pdf", key=f"vel_{kind}", icon=":material/print:", on_click="ignore",
            )  # fmt: skip
