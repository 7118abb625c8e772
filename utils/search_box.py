"""The search box of the map page and of Mijn buurt: type-ahead answered by this server, kept nowhere.

What the gazetteer knows is shown at once; what only a service knows (streets, postcodes) is asked for beside
it, and the box asks again until that has come.
"""

from collections.abc import Iterator
from typing import Any, Final

import streamlit as st

from utils import cached, ui, wording
from utils.finder import Found, Hit
from utils.map_geometry import rd
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

ANSWERS: Final = "mijn_buurt"
_HITS, _CHOSEN, _ASKED, _SAID = "zoekhits", "gezocht", "zoekvraag", "zoekmelding"
_TAKEN, _GONE = "zoekkeuze", "zoek_gegaan"

_search = st.components.v2.component(
    "buurtdekking_zoek",
    html="""<div class="zoek"><label for="zoekveld"></label>
    <input id="zoekveld" type="text" role="combobox" aria-expanded="false" aria-controls="lijst"
     aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="200">
    <div class="status stil" role="status"></div><ul id="lijst" role="listbox" hidden></ul>
    <button type="button" class="hier" hidden></button></div>""",
    css=(ui.ASSETS / "search.css").read_text(encoding="utf-8"),
    js=(ui.ASSETS / "search.js").read_text(encoding="utf-8"),
)


def found(page: Page) -> Hit | None:
    """What this visitor chose in the box, with its point, while the page shows that very area; else None.

    Known to this visit only, and to nobody after it.
    """
    hit = st.session_state.get(_CHOSEN)
    return hit if isinstance(hit, Hit) and hit.code == page.address.gebied else None


@st.fragment
def show(page: Page, answers: bool = False, stays: bool = False) -> None:
    """The search box: "Ga naar…" of the map page, or with ``answers`` the one of Mijn buurt.

    On the map page an area is shown on the map, and a place, street or postcode leads to Mijn buurt. There
    everything stays on the page, and the visitor's own location can be used as well. With ``stays`` it is the
    box of the map page, and everything stays on the page.
    """
    texts, session = page.texts, st.session_state

    def typed() -> None:
        session[_ASKED] = asked = session["zoekveld"].get("query")
        if isinstance(asked, dict) and asked.get("text"):
            _say("")

    def chosen() -> None:
        choice = session["zoekveld"].get("chosen")
        if isinstance(choice, dict):
            with ui.told(texts):
                _take(page, choice, answers or stays)

    def located() -> None:
        hit = _here(page, session["zoekveld"].get("located"))
        _say("" if hit else texts.t("finder.here_abroad"))
        if hit:
            _go(page, hit, answers or stays)

    asked = session.pop(_ASKED, None)
    asked = asked if isinstance(asked, dict) else {}
    text, told, pending = str(asked.get("text", "")), Found(), False
    if asked:
        with ui.told(texts):
            told, pending = _look(page, text)
        session[_HITS] = text, told
    with st.container(key="zoek"):
        _search(
            key="zoekveld",
            data={
                "n": asked.get("n", 0),
                "text": text,
                "taken": session.get(_TAKEN, 0),
                "hits": [_row(page, hit) for hit in told.hits],
                "pending": pending,
                "status": _status(texts, told, pending),
                "loud": not told.hits or told.several or told.beyond or (bool(told.notice) and not pending),
                "several": told.several,
                "said": _saying(page),
                "texts": _words(texts, answers),
            },
            on_query_change=typed,
            on_chosen_change=chosen,
            on_located_change=located,
        )
    _follow(page)


def _look(page: Page, text: str) -> tuple[Found, bool]:
    """What a text may mean, as far as is known now, and whether more is coming."""
    finder = cached.finder(page.coverage.atlas)
    here = finder.find(text)
    if not here.more:
        return here, False
    from utils import online_search  # not before somebody asks: a client for the internet takes 50 ms

    there = online_search.glance(text, settings())
    return finder.joined(here, there), there is None


def _take(page: Page, choice: dict[str, Any], stays: bool) -> None:
    """Go to what was chosen from the answer to a text, be it an older one; then the box may empty."""
    text, key = str(choice.get("text", "")), choice.get("key")
    for told in _answers(page, text):
        hit = next((hit for hit in told.hits if _key(hit) == key), None)
        if hit:
            coarse = not hit.exact and told.notice is not None and told.notice.key != "finder.guess"
            _say(page.texts.t("finder.coarse", name=hit.label) if coarse else "", hit.code)
            st.session_state[_TAKEN] = choice.get("n", 0)
            _go(page, hit, stays)
            return
    _say(page.texts.t("finder.again"))


def _answers(page: Page, text: str) -> Iterator[Found]:
    """What was, is and would without a service be told of a text."""
    last, told = st.session_state.get(_HITS, ("", Found()))
    if last == text:
        yield told
    yield _look(page, text)[0]
    yield cached.finder(page.coverage.atlas).find(text)


def _say(sentence: str, code: str = "") -> None:
    """Keep a sentence for the box, with ``code`` only as long as that area is shown."""
    number, *_ = st.session_state.get(_SAID, (0,))
    st.session_state[_SAID] = number + 1, sentence, code


def _saying(page: Page) -> dict[str, Any]:
    """What was said last and its number: the box says it once, in however many runs it comes."""
    number, sentence, code = st.session_state.get(_SAID, (0, "", ""))
    return {"n": number, "text": sentence if code in ("", page.address.gebied) else ""}


def _go(page: Page, hit: Hit, stays: bool) -> None:
    """Show what was chosen; where that is another page, ``_follow`` does."""
    st.session_state[_CHOSEN], st.session_state[_GONE] = hit, True
    if stays or hit.kind == "area":
        ui.go(page.address, gebied=hit.code)
    else:
        st.session_state["zoek_verder"] = hit.code


def _follow(page: Page) -> None:
    gone, code = (st.session_state.pop(key, None) for key in (_GONE, "zoek_verder"))
    if code:
        st.switch_page(ui.PAGES[ANSWERS], query_params=page.address.params(gebied=code))
    if gone:
        st.rerun()


def _here(page: Page, place: Any) -> Hit | None:
    """The neighbourhood at a place as a browser tells it, in degrees; None for nonsense and abroad."""
    try:
        x, y = rd(float(place["lon"]), float(place["lat"]))
    except (TypeError, KeyError, ValueError):
        return None
    code = cached.finder(page.coverage.atlas).at(x, y)
    return Hit("place", page.texts.t("finder.here"), "", code, x, y) if code else None


def _key(hit: Hit) -> str:
    """What names a hit among those of one answer, and of a later answer to the same question."""
    return f"{hit.kind} {hit.code} {hit.label}"


def _row(page: Page, hit: Hit) -> dict[str, str]:
    """A hit as the box shows it."""
    texts, atlas = page.texts, page.coverage.atlas
    kind = f"finder.{hit.kind}"
    level = atlas.find(hit.code)
    if hit.kind == "area" and level:
        kind = f"level.{wording.part_kind(atlas, level[0])}"
    alias = texts.t("finder.known_as", name=hit.alias) if hit.alias and hit.alias not in hit.detail else ""
    where = " · ".join(part for part in (texts.t(kind), alias, hit.detail) if part)
    return {"key": _key(hit), "name": hit.label, "where": where, "exact": "ja" if hit.exact else ""}


def _status(texts: Texts, told: Found, pending: bool) -> str:
    if pending and not told.hits:
        return texts.t("finder.busy")
    if not told.hits and not told.notice:
        return texts.t("search.none")
    said = [texts.t(told.notice.key, **told.notice.params)] if told.notice and not pending else []
    said += [texts.t("finder.several")] if told.several else []
    said += [texts.t("finder.first", n=len(told.hits))] if told.beyond else []
    return " ".join(said) or texts.t("finder.found", n=len(told.hits))


def _words(texts: Texts, answers: bool) -> dict[str, str]:
    """The box's own sentences."""
    if not answers:
        words = {"label": texts.t("search.label"), "placeholder": texts.t("search.placeholder")}
        return words | {"once_more": texts.t("finder.once_more")}
    return {
        "heading": "ja",
        "once_more": texts.t("finder.once_more"),
        "label": texts.t("finder.label"),
        "placeholder": texts.t("finder.placeholder"),
        "here": texts.t("finder.here"),
        "here_busy": texts.t("finder.here_busy"),
        "here_failed": texts.t("finder.here_failed"),
    }
