"""The parts of the page "Mijn buurt": where from, the verdict, the map beside the list."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import streamlit as st

from utils import cached, nearby_map, search_box, summaries, ui, upkeep, verdict_words, whereabouts, wording
from utils.models import COUNTRY
from utils.settings import settings
from utils.ui import Page
from utils.verdict import Nearest, Verdict, verdict
from utils.whereabouts import Start

MAP_HEIGHT = 420
_OUTSIDE = "plek_buiten_nederland"


@dataclass(frozen=True)
class Answer:
    """What the page answers: ``verdict`` None for an area larger than a neighbourhood.

    ``name`` and ``municipality`` are of the area shown ("" where there is none); ``start`` is the visitor's
    own place, None for the whole neighbourhood.
    """

    name: str
    municipality: str
    verdict: Verdict | None
    start: Start | None


def find(page: Page) -> Answer:
    """The answer for the area in the address, from the visitor's own place where that is known."""
    measured, code = page.coverage, page.address.gebied
    steps = summaries.ancestors(measured.atlas, code)
    names = {step.level: wording.area_name(page.texts, step.name, step.code) for step in steps}
    town = names.get("municipality", "")
    if steps[-1].level != "neighbourhood":
        return Answer(names[steps[-1].level], town, None, None)
    start = whereabouts.start(page)
    found = verdict(
        measured,
        code,
        (start.x, start.y) if start else None,
        page.address.straal,
        _today(page),
    )
    return Answer(names["neighbourhood"], town, found, start)


def _today(page: Page) -> date:
    return upkeep.day_of_judgement(page.coverage.groups, datetime.now(UTC).date())


def search(page: Page) -> None:
    """The ways to say where: the search box, with the browser's location."""
    with st.container(key="waar"):
        search_box.show(page, answers=True)
    if st.session_state.pop(_OUTSIDE, False):
        st.warning(page.texts.t("mijn_buurt.outside"), icon=":material/info:")


def say(page: Page, answer: Answer) -> None:
    """The verdict in words; screen readers hear it when it changes."""
    found = answer.verdict
    kind = found.kind if found else "wide"
    with st.container(key="oordeel"), st.container(key=f"antwoord_{kind}"):
        if found is None:
            _wide(page, answer)
        else:
            _verdict(page, answer, found)
    with st.container(key="stem"):
        st.html(
            """<script>for (const box of document.querySelectorAll(".st-key-oordeel")) {
            box.setAttribute("role", "status"); box.setAttribute("aria-atomic", "true"); }</script>""",
            unsafe_allow_javascript=True,
        )


def _verdict(page: Page, answer: Answer, found: Verdict) -> None:
    texts = page.texts
    place = texts.t("verdict.place", name=answer.name, municipality=answer.municipality)
    st.markdown(ui.plain(place))
    st.title(ui.plain(verdict_words.title(texts, found)), anchor=False)
    # Elsewhere the notice over the page says that groups are examples.
    facts = verdict_words.facts(texts, found, page.coverage.groups.example, page.embedded)
    st.markdown(ui.plain(" ".join(facts)))
    with st.container(key="uitleg"):
        said = [verdict_words.why(texts, found, map=not page.embedded)]
        if found.group is not None:
            start = answer.start
            source, label = (start.source, start.label) if start else ("area", "")
            said.append(texts.t(f"verdict.from.{source}", label=label))
        st.markdown(ui.plain(" ".join(said)))


def _wide(page: Page, answer: Answer) -> None:
    texts, t = page.texts, page.texts.t
    said = [t("verdict.example")] if page.coverage.groups.example and page.embedded else []
    if page.address.gebied == COUNTRY:
        st.title(t("mijn_buurt.title"), anchor=False)
        said.insert(0, t("mijn_buurt.intro"))
    else:
        st.title(ui.plain(t("mijn_buurt.wide", name=answer.name)), anchor=False)
        area = cached.key_figures(page.coverage, page.address.gebied, page.address.straal).area
        fresh = upkeep.fresh_in(page.coverage, page.address.gebied, _today(page))
        how = t("mijn_buurt.wide_how" if page.embedded else "mijn_buurt.wide_how_map")
        said = [*verdict_words.wide(texts, answer.name, area, fresh), how, *said]
    st.markdown(ui.plain(" ".join(said)))


def around(page: Page, answer: Answer) -> None:
    """The small map, and the same groups as a list."""
    found = answer.verdict
    if found is None or not found.nearest:
        small_map(page, answer, ())
        return
    chart, beside = st.columns([1.15, 1], gap="medium")
    with chart:
        small_map(page, answer, found.nearest)
    with beside:
        _list(page, found.nearest)


def small_map(page: Page, answer: Answer, groups: tuple[Nearest, ...]) -> None:
    """The map of the groups near; a click chooses another place."""
    texts, atlas, code = page.texts, page.coverage.atlas, page.address.gebied
    t = texts.t
    st.header(t("mijn_buurt.map.title"), anchor=False)
    town = next((s.code for s in summaries.ancestors(atlas, code) if s.level == "municipality"), None)
    start = answer.start
    words = {
        "label": t("mijn_buurt.map.label", name=answer.name),
        "pin": t("mijn_buurt.map.pin"),
        "failed": t("mijn_buurt.map.failed"),
        "zoomIn": t("map.zoom_in"),
        "zoomOut": t("map.zoom_out"),
        "credit": wording.credit(texts, atlas, town is not None),
        "tiles": wording.tiles(texts),
    }

    def pointed(x: float, y: float) -> None:
        st.session_state[_OUTSIDE] = not whereabouts.point(page, x, y)

    spec = nearby_map.specification(
        ui.geometry_url(cached.land_file(atlas)), cached.detail(atlas, town) if town else None, words, groups,
        lang=texts.lang, theme=ui.theme(), tiles=settings().tiles, area=code,
        start=(start.x, start.y) if start else None, radius=page.address.straal,
        dashed=atlas.edition.kind == "approximate",
    )  # fmt: skip
    ui.pin_map(
        spec, "antwoordkaart", MAP_HEIGHT, pointed,
        script=nearby_map.SCRIPT, drawer=nearby_map.DRAWER,
    )  # fmt: skip
    hint = t("mijn_buurt.map.hint" if groups else "mijn_buurt.map.hint_wide")
    st.caption(f"{t('mijn_buurt.map.legend')} {hint}" if groups else hint)


def _list(page: Page, groups: tuple[Nearest, ...]) -> None:
    texts, t = page.texts, page.texts.t
    st.header(t("mijn_buurt.list", n=len(groups)), anchor=False)
    items = []
    for group in groups:
        lines = "".join(f"<div>{ui.escaped(line)}</div>" for line in verdict_words.group_lines(texts, group))
        items.append(f"<li><strong>{ui.escaped(group.name)}</strong>{lines}</li>")
    with st.container(key="groepenlijst"):
        st.html(f'<ol class="groepen">{"".join(items)}</ol>')
    example = [t("mijn_buurt.list_example")] if page.coverage.groups.example else []
    st.caption(" ".join([*example, t("mijn_buurt.approximate")]))
