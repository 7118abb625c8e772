"""What every page shares: frame, language, notices, the map widget, how an error is shown."""

import base64
import html
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import js_lib_leaflet
import streamlit as st
import streamlit.components.v1 as components
from streamlit_folium import st_folium

from utils import cached, classes, door, maps, summaries, wording
from utils.address import Address, Problem, parse
from utils.errors import AppError
from utils.map_geometry import rd
from utils.models import Atlas, Coverage
from utils.pin_map import DRAWER as PIN_DRAWER
from utils.texts import LANGS, Lang, Texts

ASSETS = Path(__file__).parent / "assets"
_LEAFLET = Path(next(iter(js_lib_leaflet.__path__))) / "static" / "js_lib_leaflet"

components.declare_component("leaflet", path=_LEAFLET)
components.declare_component("script", path=ASSETS)


@st.cache_resource
def _serve_geometry(folder: Path) -> None:
    # Not at the import: which folder it is depends on settings, and these may be wrong.
    components.declare_component("geometry", path=folder)


def _asset(component: str, name: str, version: str = "") -> str:
    """URL of a file as the map's frame sees it."""
    return f"../{__name__}.{component}/{name}" + (f"?v={version}" if version else "")


def _script(land: str, *more: str) -> str:
    """URL of the map's script: ours, which asks for the outlines at once, and Leaflet, in one file."""
    ours, leaflet = [ASSETS / name for name in ("buurtkaart.js", *more)], _LEAFLET / "leaflet.js"
    return _asset("geometry", cached.joined_script(*ours, leaflet)) + f"?land={quote(land, safe='')}"


def _digest(name: str) -> str:
    return sha256((ASSETS / name).read_bytes()).hexdigest()[:10]


STYLES = [_asset("leaflet", "leaflet.css"), _asset("script", "buurtkaart.css", _digest("buurtkaart.css"))]
#: Seconds that a new view gets before the rest of the page is sent: the browser draws in the order
#: of arrival, in batches, on one thread.
HEAD_START = 0.06
#: Seconds after which the page no longer waits for the map to be drawn.
PATIENCE = 4.0
#: Parameters of single pages that stay in the address while the reader is on that page.
KEPT = (
    *("deel", "groep", "inwoners", "status", "afstand", "verouderd", "sorteer", "k", "met", "maat", "stand"),
    *("buurt", "niveau", "binnen", "plek"),
)
DRAWN = "na_de_kaart"
#: Parameters whose values have words of their own, below this key.
_WORDS = {
    "laag": "layer",
    "sorteer": "gaps.order",
    "deel": "section",
    "maat": "measure.name",
    "niveau": "league.levels",
}
PAGES = {
    "mijn_buurt": "pages/mijn_buurt.py",
    "dashboard": "dashboard.py",
    "witte_vlekken": "pages/witte_vlekken.py",
    "vergelijken": "pages/vergelijken.py",
    "raadsrapport": "pages/raadsrapport.py",
    "verantwoording": "pages/verantwoording.py",
    "beheer": "pages/beheer.py",
}


@dataclass(frozen=True)
class Page:
    """What a page gets from its frame."""

    address: Address
    texts: Texts
    coverage: Coverage
    embedded: bool


def theme() -> classes.Theme:
    """The theme the visitor sees."""
    return "dark" if st.context.theme.type == "dark" else "light"


def frame(name: str) -> Page:
    """The head of a page: title, links, language, notices. Stops with one sentence where data fail."""
    lang = st.query_params.get("taal", "nl").strip().lower()
    texts = Texts(lang if lang in LANGS else "nl")
    st.set_page_config(page_title=texts.t(f"page.{name}"), page_icon=str(ASSETS / "icon.svg"), layout="wide")
    st.html(ASSETS / "page.css")
    _document(texts.lang)
    try:
        measured = cached.measured()
        _serve_geometry(cached.map_folder())
    except AppError as problem:
        show(problem, texts)
        st.stop()
    address, problems = parse(st.query_params.to_dict(), measured.atlas, cached.layers(measured))
    embedded = bool(st.context.is_embedded)
    page = Page(address, texts, measured, embedded)
    if not embedded:
        _head(name, address, texts)
        marks(page, how=True)
    notices(problems, texts, measured.atlas)
    return page


def with_coverage(page: Page, coverage: Coverage) -> Page:
    """The page with another coverage, and the usual layer where this has no data for the layer."""
    known, address = cached.layers(coverage), page.address
    if address.laag not in known:
        address = replace(address, laag=known[0])
    return replace(page, address=address, coverage=coverage)


def _document(lang: Lang) -> None:
    # Streamlit's page says lang="en" whatever it shows; screen readers need the truth.
    script = f"<script>document.documentElement.lang = '{lang}';</script>"
    with st.container(key="taal_van_pagina"):
        st.html(script, unsafe_allow_javascript=True)


@contextmanager
def told(texts: Texts) -> Iterator[None]:
    """An error inside becomes one sentence in its place; the rest of the page goes on."""
    try:
        yield
    except AppError as problem:
        show(problem, texts)


def show(problem: AppError, texts: Texts) -> None:
    """An error as one sentence."""
    st.error(texts.t(problem.key, **_harmless(problem.params)), icon=":material/error:")


def _harmless(value: Any) -> Any:
    """The values of a sentence with every text in them harmless in markdown."""
    if isinstance(value, Mapping):
        return {name: one if name == "key" else _harmless(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_harmless(one) for one in value]
    return plain(value) if isinstance(value, str) else value


def _head(name: str, address: Address, texts: Texts) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="kop"):
        with st.container(key="merk", width="content"):
            st.markdown(":primary[**Buurtdekking**]")
        with st.container(horizontal=True, vertical_alignment="center", key="pagina", width="content"):
            for page, path in PAGES.items():
                if page == "beheer" and not door.possible():
                    continue
                st.page_link(path, label=texts.t(f"page.link.{page}"), query_params=address.params())
        with st.container(key="pagina_in_beeld", width="content"):
            here = "" if name == "dashboard" else name
            script = (ASSETS / "menu.js").read_text(encoding="utf-8")
            st.html(
                f"<script>{{ const page = {json.dumps(here)}; {script} }}</script>",
                unsafe_allow_javascript=True,
            )
        st.space("stretch")
        other: Lang = "en" if texts.lang == "nl" else "nl"
        st.button(
            texts.t("frame.other_language"), key="taal", type="tertiary", icon=":material/language:",
            on_click=go, args=(address,), kwargs={"taal": other},
        )  # fmt: skip


def marks(page: Page, how: bool = False) -> None:
    """What is not the real thing: example groups, approximate neighbourhoods; nothing where all is real.

    ``how``: with the way to the page that tells how to use real data.
    """
    example, approximate = page.coverage.groups.example, page.coverage.atlas.edition.kind == "approximate"
    if not example and not approximate:
        return
    kind = "both" if example and approximate else "groups" if example else "areas"
    with st.container(horizontal=True, vertical_alignment="center", key="melding"):
        st.markdown(f":material/info: {page.texts.t(f'notice.{kind}')}", width="content")
        if how:
            st.page_link(
                PAGES["verantwoording"],
                label=page.texts.t("notice.how"),
                query_params=page.address.params(),
                width="content",
            )


def notices(problems: list[Problem], texts: Texts, atlas: Atlas) -> None:
    """One sentence for each value in the address that could not be used."""
    for problem in problems:
        came = problem.came if len(problem.came) <= 40 else problem.came[:40] + "…"
        used, known = plain(_used(problem, texts, atlas)), ", ".join(problem.known)
        said = texts.t(f"address.{problem.param}", came=plain(came), used=used, known=known)
        st.warning(said, icon=":material/info:")


def _used(problem: Problem, texts: Texts, atlas: Atlas) -> str:
    """What is shown instead, in words."""
    used = problem.used
    if problem.param in ("gebied", "buurt", "binnen"):
        return wording.area_name(texts, summaries.ancestors(atlas, used)[-1].name, used)
    if problem.param in _WORDS:
        return texts.t(f"{_WORDS[problem.param]}.{used}", parts=wording.parts(texts, atlas))
    if problem.param == "status":
        return texts.t("gaps.status.beide")
    if problem.param in ("inwoners", "afstand"):
        return texts.number(int(used))
    if problem.param == "stand":
        return texts.date(date.fromisoformat(used) if used else None)
    return used


def plain(text: str) -> str:
    """Text from outside, harmless in Streamlit's markdown."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+-.!|<>$:~&" else c for c in text)


def escaped(text: str) -> str:
    """Text from data, harmless in HTML."""
    return html.escape(text, quote=True)


def svg_source(svg: str) -> str:
    """An SVG as the source of an image, in which no script runs."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode("ascii")


def go(address: Address, **changes: Any) -> None:
    """Show another view: the address bar changes, and with it all that follows from it. For callbacks.

    What changes is the address of now: ``address``, of the moment that the widget was drawn, may lack a
    choice made just before this one. It stands in where the data cannot be read. Of a parameter of single
    pages (KEPT) "" or None takes it out of the address.
    """
    with suppress(AppError):
        measured = cached.measured()
        address, _ = parse(st.query_params.to_dict(), measured.atlas, cached.layers(measured))
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params}
    if "gebied" in changes:
        for looked_at in ("buurt", "plek"):  # within the area just left
            kept.pop(looked_at, None)
    kept |= {name: changes.pop(name) for name in KEPT if name in changes}
    own = {name: value for name, value in kept.items() if value}
    st.query_params.from_dict({**address.params(**changes), **own})


def query(address: Address) -> dict[str, str]:
    """All parameters of the view in the address bar: those of every page, and those of this one."""
    return address.params() | {name: st.query_params[name] for name in KEPT if name in st.query_params}


def choose(param: str, key: str, address: Address) -> Callable[[], None]:
    """Callback of a widget whose value is one parameter of the address."""

    def changed() -> None:
        if st.session_state[key] is not None:
            go(address, **{param: st.session_state[key]})

    return changed


def coverage_map(
    spec: dict[str, Any], address: Address, height: int, picked: Callable[[str], None] | None = None
) -> None:
    """The map. A click on an area shows that area, in one run of the page, or gives its code to ``picked``;
    see `map_is_drawn`."""

    def clicked() -> None:
        hit = st.session_state.get("kaart_klik") or {}
        if "code" in hit and picked:
            picked(str(hit["code"]))
        elif "code" in hit:
            go(address, gebied=str(hit["code"]))
        if "drawn" in hit:
            st.session_state[DRAWN] = True

    with st.container(key="kaart"):
        if not st.session_state.get(DRAWN):
            _fetch_early(spec["land"])
        st_folium(
            maps.base_map([_script(spec["land"])], STYLES),
            key="kaart_klik",
            height=height,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=maps.layer(spec),
            on_change=clicked,
        )
    if st.session_state.get(DRAWN):  # at a first view the rest waits for `map_is_drawn`
        time.sleep(HEAD_START)


def pin_map(
    spec: dict[str, Any],
    key: str,
    height: int,
    picked: Callable[[float, float], None],
    script: str = "stafkaart.js",
    drawer: str = PIN_DRAWER,
) -> None:
    """A small map: the staff's (:mod:`utils.pin_map`), or that of another script; ``picked`` gets the x and
    y (RD) of a click."""

    def clicked() -> None:
        hit = st.session_state.get(key) or {}
        if {"lat", "lon"} <= hit.keys():
            picked(*rd(float(hit["lon"]), float(hit["lat"])))

    with st.container(key=f"plek_{key}"):
        st_folium(
            maps.base_map([_script(spec["land"], script)], STYLES),
            key=key,
            height=height,
            use_container_width=True,
            returned_objects=[],
            feature_group_to_add=maps.layer(spec, drawer),
            on_change=clicked,
        )


def _fetch_early(land: str) -> None:
    # The page asks for the outlines while the map's frame is still loading; its script takes them over.
    base = st.get_option("server.baseUrlPath").strip("/")
    path = ("/" + base if base else "") + "/component" + land.removeprefix("..")
    ask = f"const asked = fetch({json.dumps(path)}); asked.catch(() => null);"
    keep = f"window.buurtdekking = {{{json.dumps(path)}: asked}};"
    st.html(f"<script>{{ {ask} {keep} }}</script>", unsafe_allow_javascript=True)


def map_is_drawn() -> bool:
    """Whether the map has been on this visitor's screen: until then the page holds its heavier parts back.

    The map's script says so, and the page runs once more. Without a word from it, after some seconds too.
    """
    if not st.session_state.get(DRAWN):
        st.fragment(_stop_waiting, run_every=PATIENCE)()
    return bool(st.session_state.get(DRAWN))


def _stop_waiting() -> None:
    if st.session_state.get("kaart_afgewacht"):
        st.session_state[DRAWN] = True
        st.rerun()
    st.session_state["kaart_afgewacht"] = True


def geometry_url(name: str) -> str:
    """URL, as the map's frame sees it, of a file in ``cached.map_folder``."""
    return _asset("geometry", name)


def plain_table(headings: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    """A small table of texts as HTML, which screen readers know; every cell is escaped."""
    head = "".join(f'<th scope="col">{escaped(heading)}</th>' for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{escaped(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    table = f'<table class="lijst"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    st.html(f'<div class="lijst-rol" tabindex="0">{table}</div>')  # focus: so that keys can scroll it
