"""The parts of the pages: trail, map, legend, controls, key figures, where data come from."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import streamlit as st

from utils import (
    cached,
    classes,
    crime_store,
    crime_words,
    fetched,
    freshness_words,
    maps,
    store,
    summaries,
    ui,
    wording,
)
from utils.address import UNIT_LEVEL, UNITS, Problem, Unit
from utils.locate import by_name
from utils.maps import View
from utils.models import Level
from utils.texts import Texts
from utils.ui import Page

_BELOW: dict[Level, Level] = {"country": "province", "province": "municipality"}
RADII = (100, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)


def trail(page: Page, down: bool = False) -> None:
    """Where the reader is: a way back to every larger area; with ``down`` also to every area one level lower,
    where these are provinces or municipalities."""
    atlas, texts = page.coverage.atlas, page.texts
    steps = summaries.ancestors(atlas, page.address.gebied)
    with st.container(horizontal=True, vertical_alignment="center", key="pad"):
        for step in steps:
            code, label = step.code, wording.area_name(texts, step.name, step.code)
            if code == page.address.gebied:
                st.markdown(f"**{ui.plain(label)}**", width="content")
            else:
                st.button(
                    ui.plain(label), key=f"pad_{code}", type="tertiary", on_click=ui.go, args=(page.address,),
                    kwargs={"gebied": code},
                )  # fmt: skip
                st.markdown("›", width="content")
        if down and steps[-1].level in _BELOW:
            _choose_below(page, _BELOW[steps[-1].level])


def _choose_below(page: Page, level: Level) -> None:
    """A box with all areas of a level within the one that is shown."""
    atlas, code = page.coverage.atlas, page.address.gebied
    areas, rows = atlas.areas(level), summaries.rows_within(atlas, code, level)
    names = dict(zip(areas.codes[rows], areas.names[rows], strict=True))
    key, label = f"pad_onder_{code}", page.texts.t(f"area.choose.{level}")
    st.selectbox(
        label, sorted(names, key=lambda one: by_name(names[one])), index=None, key=key, placeholder=label,
        format_func=names.__getitem__, label_visibility="collapsed", width=240,
        on_change=ui.choose("gebied", key, page.address),
    )  # fmt: skip


def section(page: Page, known: Collection[str]) -> str:
    """The part of a page that the address names (``deel``), with the way to the others; usual: the first."""
    usual, *others = known
    came = st.query_params.get("deel", usual).strip().lower()
    current = came if came in known else usual
    if came != current:
        ui.notices([Problem("deel", came, current)], page.texts, page.coverage.atlas)
    if others:
        st.session_state["deel_keuze"] = current

        def chosen() -> None:
            now = st.session_state["deel_keuze"]
            ui.go(page.address, deel="" if now == usual else now)

        st.segmented_control(
            page.texts.t("section.label"), list(known), key="deel_keuze", required=True, on_change=chosen,
            format_func=lambda name: page.texts.t(f"section.{name}"), label_visibility="collapsed",
        )  # fmt: skip
    return current


def ways_on(page: Page, code: str, key: str, back: Callable[[], None]) -> None:
    """From a neighbourhood to the other pages about it; ``back`` is called to see the whole area again."""
    there = page.address.params(gebied=code)
    for name, icon in (("dashboard", "map"), ("mijn_buurt", "home")):
        label = page.texts.t(f"page.link.{name}")
        st.page_link(ui.PAGES[name], label=label, query_params=there, icon=f":material/{icon}:")
    whole = page.texts.t("gaps.whole")
    st.button(whole, key=key, type="tertiary", icon=":material/zoom_out_map:", on_click=back)


def view(page: Page) -> View:
    """What the map shows: a chosen neighbourhood is shown within its municipality."""
    atlas, address = page.coverage.atlas, page.address
    found = atlas.find(address.gebied)
    assert found is not None  # the address was checked
    level, row = found
    code, focus = address.gebied, None
    if level == "neighbourhood":
        focus, level = code, "municipality"
        code = atlas.municipalities.codes[atlas.neighbourhoods.parents[row]]
    unit: Level = UNIT_LEVEL[address.per]
    return View(code, level, unit, address.laag, address.straal, address.taal, ui.theme(), focus)


def coverage_map(page: Page, shown: View, height: int = 560, table: bool = True) -> None:
    """The map of a view. ``table``: the page has the areas below it."""
    ui.coverage_map(specification(page, shown, table), page.address, height)


def specification(page: Page, shown: View, table: bool = True) -> dict[str, Any]:
    """What the map's script needs to draw a view."""
    atlas, texts = page.coverage.atlas, page.texts
    land = ui.geometry_url(cached.land_file(atlas))
    detail: Any = None
    if shown.unit == "neighbourhood":
        detail = cached.detail(atlas, shown.code)
        detail = ui.geometry_url(detail) if isinstance(detail, str) else detail
    name = wording.area_name(texts, summaries.ancestors(atlas, shown.code)[-1].name, shown.code)
    return cached.specification(
        page.coverage, shown, land, detail,
        wording.map_texts(texts, atlas, name, shown, table), wording.dot_note(texts),
    )  # fmt: skip


def legend(page: Page, shown: View, table: bool = True) -> None:
    """The classes of the layer, in words beside their colours. ``table``: the page has the areas below it."""
    texts, ink = page.texts, maps.INK[shown.theme]
    unknown = cached.some_unknown(page.coverage, shown)
    items = [
        legend_item(row, solid(page, shown))
        for row in wording.legend(texts, shown.layer, shown.unit, shown.theme, unknown)
    ]
    if shown.layer != "status" and not classes.scale(shown.layer, shown.unit, shown.theme).marks:
        items.append(
            f'<li><span class="vak" style="border:2px solid {ink["signal"]};background:none"></span>'
            f"{ui.escaped(texts.t('legend.open'))}</li>"
        )
    items += dot_items(page, shown)
    legend_list(texts.t("legend.title", layer=texts.t(f"layer.{shown.layer}")), items)
    hints = [texts.t("map.hint"), *([texts.t("map.table")] if table else [])]
    st.caption(" ".join([_meaning(page, shown), *([] if page.embedded else hints)]))


def _meaning(page: Page, shown: View) -> str:
    since, registered = cached.confirmed_since(page.coverage), cached.burglaries(page.coverage)
    return wording.layer_help(page.texts, page.coverage, shown, since, registered)


def solid(page: Page, shown: View) -> bool:
    """Whether the areas of the map are too small for hatches."""
    return len(summaries.rows_within(page.coverage.atlas, shown.code, shown.unit)) > maps.MANY


def legend_item(row: wording.LegendRow, solid: bool = False) -> str:
    """A class of a legend as HTML; ``solid``: the map has the colour of its hatch alone."""
    look = f"background:{row.swatch.hatch if solid and row.swatch.hatch else row.swatch.fill}"
    if row.swatch.hatch and not solid:
        hatch = row.swatch.hatch
        look = (
            f"background:repeating-linear-gradient(-45deg,{hatch} 0 2px,{row.swatch.fill} 2px 6px);"
            f"border-color:{hatch}"
        )
    return f'<li><span class="vak" style="{look}"></span>{ui.escaped(row.label)}</li>'


def dot_items(page: Page, shown: View) -> list[str]:
    """The dots of groups in a legend, where the map shows them."""
    ink = maps.INK[shown.theme]
    kinds = ((ink["dot"], "legend.dot"), (ink["dotOff"], "legend.dot_off"))
    return [
        f'<li><span class="stip" style="background:{colour}"></span>{ui.escaped(page.texts.t(key))}</li>'
        for colour, key in kinds
        if shown.level == "municipality"
    ]


def legend_list(title: str, items: list[str]) -> None:
    """A legend of such items; the title is for who does not see it."""
    st.html(f'<ul class="kaart-legenda" aria-label="{ui.escaped(title)}">{"".join(items)}</ul>')


def controls(page: Page) -> None:
    """Layer, division and radius; each choice changes the address."""
    texts, address = page.texts, page.address
    st.session_state["laag"] = address.laag
    st.radio(
        texts.t("layer.label"), cached.layers(page.coverage), key="laag", horizontal=True,
        format_func=lambda layer: texts.t(f"layer.{layer}"), help=_meaning(page, view(page)),
        on_change=ui.choose("laag", "laag", address),
    )  # fmt: skip
    found = page.coverage.atlas.find(address.gebied)
    units = UNITS[found[0]] if found else ()
    if len(units) > 1:
        st.session_state["per"] = address.per
        st.segmented_control(
            texts.t("units.label"), units, key="per", required=True,
            format_func=lambda unit: texts.t(f"units.{_unit_text(unit, page)}"),
            on_change=ui.choose("per", "per", address),
        )  # fmt: skip
    radii = sorted({*RADII, address.straal})
    st.session_state["straal"] = address.straal
    st.select_slider(
        texts.t("radius.label"), radii, key="straal", format_func=texts.distance, help=texts.t("radius.help"),
        on_change=ui.choose("straal", "straal", address),
    )  # fmt: skip


def _unit_text(unit: Unit, page: Page) -> str:
    return "vak" if unit == "buurt" and page.coverage.atlas.edition.kind == "approximate" else unit


def key_figures(page: Page) -> None:
    """Four key figures beside those of the province and the country."""
    key = cached.key_figures(page.coverage, page.address.gebied, page.address.straal)
    with st.container(key="kerncijfers"):
        shown = wording.metrics(
            page.texts, page.coverage, key, summaries.nearest(page.coverage, page.address.gebied)
        )
        for pair in (shown[:2], shown[2:]):
            for column, metric in zip(st.columns(2, gap="small"), pair, strict=True):
                column.metric(
                    metric.label, metric.value, metric.compare or None, delta_color="off", delta_arrow="off",
                    help=metric.definition, border=True, height="stretch",
                )  # fmt: skip
        living = wording.people_line(page.texts, page.coverage, key.area)
        if living:
            st.caption(living)


def title(page: Page) -> None:
    """The finding, as the page's heading."""
    key = cached.key_figures(page.coverage, page.address.gebied, page.address.straal)
    texts, atlas, area = page.texts, page.coverage.atlas, key.area
    said = wording.title(texts, atlas, area)
    if page.address.laag == "actueel":
        found = cached.area_freshness(page.coverage, area.code, page.address.straal)
        said = freshness_words.title(
            texts, atlas, wording.area_name(texts, area.name, area.code), area.level, found
        )
    st.title(ui.plain(said), anchor=False)


def sources(page: Page) -> None:
    """Where the figures come from, as one small line."""
    st.caption(wording.source_line(page.texts, page.coverage, page.address.straal))


def provenance(texts: Texts, found: store.Provenance) -> None:
    """Where official data come from: sources, counts, what was odd."""
    st.header(texts.t("method.fetched.heading"), anchor="fetched")
    st.markdown(texts.t("method.fetched.body", year=str(found.year)))
    _origins(texts, found.sources, "herkomst")
    st.markdown(texts.t("method.fetched.counts", counts=ui.plain(fetched.count_line(texts, found.counts))))
    listed(texts.t("method.fetched.warnings"), fetched.sentences(texts, found.warnings))


def crime(page: Page, kept: crime_store.Kept) -> None:
    """What the registered burglaries are, whence, and what was odd."""
    texts, edition = page.texts, page.coverage.atlas.edition
    st.header(texts.t("method.crime.heading"), anchor="crime")
    st.markdown(texts.t("method.crime.body", **crime_words.facts(texts, kept.counts, edition.peildatum)))
    _origins(texts, (kept.source,), "herkomst-inbraken")
    st.markdown(crime_words.line(texts, kept.counts))
    listed(texts.t("method.fetched.warnings"), fetched.sentences(texts, kept.warnings))


def _origins(texts: Texts, sources: Iterable[store.Source], key: str) -> None:
    with st.container(key=key):
        ui.plain_table(
            [texts.t(f"method.fetched.{column}") for column in ("what", "url", "time", "sha256", "licence")],
            fetched.source_rows(texts, sources),
        )


def listed(heading: str, sentences: list[str]) -> None:
    """Sentences under a heading; nothing for none."""
    if sentences:
        st.markdown("\n".join([f"**{heading}**", "", *(f"- {ui.plain(one)}" for one in sentences)]))
