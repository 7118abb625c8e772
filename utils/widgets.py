"""The parts of the coverage page: search box, trail, controls, key figures, legend, tables, downloads."""

from typing import Any

import pandas as pd
import streamlit as st

from utils import cached, summaries, ui, wording
from utils.address import UNIT_LEVEL, UNITS, Unit
from utils.coverage import RADIUS_MAX, RADIUS_MIN
from utils.locate import Hit
from utils.maps import View
from utils.models import LAYERS, Level
from utils.texts import Texts
from utils.ui import Page

RADII = (100, 200, 300, 400, 500, 750, 1000, 1500, 2000, 3000, 4000, 5000)
MOST_ROWS = 200

_search = st.components.v2.component(
    "buurtdekking_zoek",
    html="""<div class="zoek"><label for="zoekveld"></label>
    <input id="zoekveld" type="text" role="combobox" aria-expanded="false" aria-controls="lijst" aria-autocomplete="list"
     autocomplete="off" autocapitalize="off" spellcheck="false">
    <ul id="lijst" role="listbox" hidden></ul><div class="status stil" role="status"></div></div>""",
    css=(ui.ASSETS / "search.css").read_text(encoding="utf-8"),
    js=(ui.ASSETS / "search.js").read_text(encoding="utf-8"),
)


def _where(hit: Hit, texts: Texts, kind: str) -> str:
    said = [texts.t(f"level.{kind}"), hit.municipality, hit.province]
    return " · ".join(dict.fromkeys(part for part in said if part and part != hit.name))


@st.fragment
def search(page: Page) -> None:
    """The search box "Ga naar…": what is typed is looked up here and kept nowhere."""
    texts, atlas = page.texts, page.coverage.atlas

    def typed() -> None:
        asked = st.session_state["zoekveld"].get("query") or {}
        hits = cached.gazetteer(atlas).search(str(asked.get("text", "")))
        st.session_state["zoek_hits"] = (asked.get("n", 0), hits)

    def chosen() -> None:
        code = st.session_state["zoekveld"].get("chosen")
        if code:
            ui.go(page.address, gebied=str(code))

    n, hits = st.session_state.pop("zoek_hits", (0, []))
    shown = [
        {"code": h.code, "name": h.name, "where": _where(h, texts, wording.part_kind(atlas, h.level))} for h in hits
    ]
    status = texts.t("search.found", n=len(hits)) if hits else texts.t("search.none")
    words = {"label": texts.t("search.label"), "placeholder": texts.t("search.placeholder")}
    with st.container(key="zoek"):
        result = _search(
            key="zoekveld",
            data={"n": n, "hits": shown, "status": status, "texts": words},
            on_query_change=typed,
            on_chosen_change=chosen,
        )
    if result.chosen:
        st.rerun()


def trail(page: Page) -> None:
    """Where the reader is: a way back to every larger area."""
    atlas, texts = page.coverage.atlas, page.texts
    steps = summaries.ancestors(atlas, page.address.gebied)
    with st.container(horizontal=True, vertical_alignment="center", key="pad"):
        for step in steps:
            code, label = step.code, wording.area_name(texts, step.name, step.code)
            if code == page.address.gebied:
                st.markdown(f"**{ui.plain(label)}**", width="content")
            else:
                st.button(
                    label, key=f"pad_{code}", type="tertiary", on_click=ui.go, args=(page.address,),
                    kwargs={"gebied": code},
                )  # fmt: skip
                st.markdown("›", width="content")


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


def coverage_map(page: Page, shown: View, height: int = 560) -> None:
    """The map of a view."""
    atlas, texts = page.coverage.atlas, page.texts
    land = ui.geometry_url(cached.land_file(atlas))
    detail: Any = None
    if shown.unit == "neighbourhood":
        detail = cached.detail(atlas, shown.code)
        detail = ui.geometry_url(detail) if isinstance(detail, str) else detail
    name = wording.area_name(texts, summaries.ancestors(atlas, shown.code)[-1].name, shown.code)
    spec = cached.specification(
        page.coverage, shown, land, detail,
        wording.map_texts(texts, atlas, name, shown.layer, shown.radius), wording.dot_note(texts),
    )  # fmt: skip
    ui.coverage_map(spec, page.address, height)


def legend(page: Page, shown: View) -> None:
    """The classes of the layer, in words beside their colours."""
    texts = page.texts
    items = []
    for row in wording.legend(texts, shown.layer, shown.unit, shown.theme):
        look = f"background:{row.swatch.fill}"
        if row.swatch.hatch:
            hatch = row.swatch.hatch
            look = (
                f"background:repeating-linear-gradient(-45deg,{hatch} 0 2px,{row.swatch.fill} 2px 6px);"
                f"border-color:{hatch}"
            )
        items.append(f'<li><span class="vak" style="{look}"></span>{ui.escaped(row.label)}</li>')
    if shown.layer != "status":
        items.append(
            '<li><span class="vak" style="border:2px solid #D55E00;background:none"></span>'
            f"{ui.escaped(texts.t('legend.open'))}</li>"
        )
    if shown.level == "municipality":
        items.append(f'<li><span class="stip" style="background:#12343A"></span>{ui.escaped(texts.t("legend.dot"))}</li>')
    title = ui.escaped(texts.t("legend.title", layer=texts.t(f"layer.{shown.layer}")))
    st.html(f'<ul class="kaart-legenda" aria-label="{title}">{"".join(items)}</ul>')


def controls(page: Page) -> None:
    """Layer, division and radius; each choice changes the address."""
    texts, address = page.texts, page.address
    within = texts.distance(address.straal)
    st.session_state["laag"] = address.laag
    st.radio(
        texts.t("layer.label"), LAYERS, key="laag", horizontal=True,
        format_func=lambda layer: texts.t(f"layer.{layer}"),
        help=texts.t(f"layer.help.{address.laag}", radius=within),
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
    assert RADIUS_MIN <= radii[0] and radii[-1] <= RADIUS_MAX
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
        shown = wording.metrics(page.texts, page.coverage, key, summaries.nearest(page.coverage, page.address.gebied))
        for pair in (shown[:2], shown[2:]):
            for column, metric in zip(st.columns(2, gap="small"), pair, strict=True):
                column.metric(
                    metric.label, metric.value, metric.compare or None, delta_color="off", delta_arrow="off",
                    help=metric.definition, border=True, height="stretch",
                )  # fmt: skip


def title(page: Page) -> None:
    """The finding, as the page's heading."""
    key = cached.key_figures(page.coverage, page.address.gebied, page.address.straal)
    st.title(ui.plain(wording.title(page.texts, page.coverage.atlas, key.area)), anchor=False)


_AREA_COLUMNS = ("name", "province", "groups", "per_1000", "reach", "unreached", "uncovered", "inhabited", "inhabitants")
_PART_COLUMNS = ("name", "municipality", "status", "groups", "per_1000", "reach", "unreached", "inhabitants")
_GAP_COLUMNS = ("name", "municipality", "province", "inhabitants", "distance", "reach")


def _columns(page: Page, names: tuple[str, ...]) -> dict[str, Any]:
    texts = page.texts
    facts = {
        "radius": texts.distance(page.address.straal),
        "date": texts.date(page.coverage.atlas.edition.peildatum),
        "per_group": texts.number(cached.per_group()),
    }
    formats = {
        "per_1000": "%.1f", "reach": "percent", "groups": "localized", "unreached": "localized",
        "inhabitants": "localized", "uncovered": "localized", "inhabited": "localized",
    }  # fmt: skip
    made: dict[str, Any] = {}
    for name in names:
        label, definition = texts.t(f"column.{name}"), texts.t(f"column.help.{name}", **facts)
        if name in formats:
            made[name] = st.column_config.NumberColumn(label, help=definition, format=formats[name])
        else:
            made[name] = st.column_config.TextColumn(label, help=definition)
    return made


def tables(page: Page, shown: View) -> None:
    """The areas of the map as a table, or the uncovered neighbourhoods, largest first; with downloads."""
    texts, address, atlas = page.texts, page.address, page.coverage.atlas
    unit = wording.part_kind(atlas, shown.unit)
    labels = {"areas": texts.t("table.areas", parts=texts.t(f"parts.{unit}", n=2)), "gaps": texts.t("table.gaps")}
    with st.container(key="tabel"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            which = st.segmented_control(
                texts.t("table.choose"), list(labels), key="welke_tabel", default="areas", required=True,
                format_func=labels.__getitem__,
            )  # fmt: skip
        if which == "gaps":
            found = cached.gaps(page.coverage, shown.code, address.straal)
            if found.empty:
                st.info(texts.t("table.empty", parts=wording.parts(texts, atlas), radius=texts.distance(address.straal)))
                return
            _table(page, found.head(MOST_ROWS), _GAP_COLUMNS, f"gaten_{shown.code}")
            if len(found) > MOST_ROWS:
                st.caption(texts.t("table.more", shown=MOST_ROWS, total=len(found)))
        else:
            found = cached.children(page.coverage, shown.code, shown.unit, address.straal)
            columns = _PART_COLUMNS if shown.unit == "neighbourhood" else _AREA_COLUMNS
            _table(page, found, columns, f"gebieden_{shown.code}_{shown.unit}")
        st.caption(f"{texts.t('table.hint')} {wording.source_line(texts, page.coverage, address.straal)}")


def _table(page: Page, found: pd.DataFrame, columns: tuple[str, ...], key: str) -> None:
    texts = page.texts
    kept = tuple(c for c in columns if c in found and not (c in ("province", "municipality") and found[c].nunique() < 2))
    rows = found[list(kept)].copy()
    if "status" in rows:
        rows["status"] = [texts.t(f"status.s{int(s)}") for s in rows["status"]]
    if "distance" in rows:
        rows["distance"] = [texts.distance(m) for m in rows["distance"]]
    codes = found["code"].tolist()

    def chosen() -> None:
        cells = st.session_state[key]["selection"]["cells"]
        if cells:
            ui.go(page.address, gebied=str(codes[cells[0][0]]))

    st.dataframe(
        rows, key=key, hide_index=True, column_config=_columns(page, kept), on_select=chosen,
        selection_mode="single-cell", height=min(38 + 35 * len(rows), 460),
    )  # fmt: skip


def _downloads(page: Page, shown: View, which: str) -> None:
    texts = page.texts
    with st.popover(texts.t("table.download"), icon=":material/download:"):
        for kind in ("csv", "xlsx", "geojson"):
            st.download_button(
                texts.t(f"table.{kind}"), data=cached.download(page.coverage, shown, which, kind, texts),
                file_name=f"buurtdekking-{which}-{shown.code}.{kind}", key=f"download_{kind}", on_click="ignore",
                width="stretch",
            )  # fmt: skip



def sources(page: Page) -> None:
    """Where the figures come from, as one small line."""
    st.caption(wording.source_line(page.texts, page.coverage, page.address.straal))
