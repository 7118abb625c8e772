"""The table under the map: its areas, or the uncovered neighbourhoods, with downloads."""

from collections.abc import Callable
from typing import Any, Final

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from utils import cached, crime_words, ui, wording
from utils.export import MIME, Format
from utils.maps import View
from utils.models import Layer
from utils.texts import Texts
from utils.ui import Page

#: More gaps than MOST_ROWS, or areas than MOST_AREAS, are too many to send: the largest MOST_ROWS are.
MOST_ROWS = 200
MOST_AREAS = 3500
_DIGITS = {
    "per_1000": 1, "reach": 2, "unreached": 0, "lost": 0, "distance": -1, "confirmed_share": 2,
    "burglary_rate": 1, "gained": 0, "gained_total": 0, "gained_share": 3,
}  # fmt: skip
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "geojson")

_AREA_COLUMNS = (
    "name",
    "province",
    "status",
    "groups",
    "per_1000",
    "reach",
    "unreached",
    "uncovered",
    "inhabited",
    "inhabitants",
    "households",
)
_PART_COLUMNS = (
    "name",
    "district",
    "municipality",
    "status",
    "groups",
    "per_1000",
    "reach",
    "unreached",
    "inhabitants",
    "households",
)
_GAP_COLUMNS = (
    "name",
    "district",
    "municipality",
    "province",
    "inhabitants",
    "households",
    "burglary_rate",
    "distance",
    "reach",
)
_LAYER_COLUMNS: dict[Layer, tuple[str, ...]] = {
    "actueel": ("confirmed_share", "unconfirmed", "overstated"),
    "inbraken": ("burglary_rate", "burglaries"),
}
MOST_WRITTEN: Final = 600
"""So many rows have their numbers as the language writes them, which takes time. Those of more have bare
digits: Streamlit's own thousands are written as the browser likes them, where 2,920 m reads as three."""
_SHARES: Final = frozenset({"reach", "confirmed_share", "gained_share"})
_RECENT: Final = frozenset({"unreached", "distance", "status"})
"""What a list of outdated gaps measures without outdated groups, and calls so."""
_WIDTHS: Final = {
    "rank": 42,
    "number": 42,
    "name": 186,
    "unreached": 96,
    "gained": 84,
    "inhabitants": 95,
    "status": 240,
    "status_now": 240,
}
"""In pixels: names that differ at their end are whole, and on a telephone the first figure is beside them."""
_ABOVE = ("district", "municipality", "province")  # left out where all rows would say the same


def _columns(page: Page, rows: pd.DataFrame) -> dict[str, Any]:
    texts = page.texts
    facts = {
        "radius": texts.distance(page.address.straal),
        "date": texts.date(page.coverage.atlas.edition.peildatum),
        "per_group": texts.number(cached.per_group()),
        "since": texts.date(cached.confirmed_since(page.coverage)),
    }
    registered = cached.burglaries(page.coverage)
    if registered:
        facts |= crime_words.column_facts(texts, registered.year, registered.provisional)
    numbers = set(rows.select_dtypes("number"))
    made: dict[str, Any] = {}
    for name in map(str, rows):
        recent = "lost" in rows and name in _RECENT
        about: dict[str, Any] = {
            "label": texts.t(f"gaps.recent_column.{name}" if recent else f"column.{name}"),
            "help": texts.t(f"column.help.{name}", **facts),
            "width": None if recent else _WIDTHS.get(name),  # its heading is longer
        }
        if name in numbers:
            bare = "percent" if name in _SHARES else f"%.{_decimals(name)}f"
            written = len(rows) <= MOST_WRITTEN
            made[name] = st.column_config.NumberColumn(**about, format=None if written else bare)
        else:
            made[name] = st.column_config.TextColumn(**about)
    return made


def _decimals(name: str) -> int:
    return max(_DIGITS.get(name, 0), 0)


def _written(texts: Texts, rows: pd.DataFrame) -> Styler | pd.DataFrame:
    """The rows with numbers as the language writes them; they stay numbers, by which the reader can sort."""
    if len(rows) > MOST_WRITTEN:
        return rows

    def writer(name: str) -> Callable[[Any], str]:
        if name in _SHARES:
            return lambda x: texts.percent(x, max(_decimals(name) - 2, 0))
        return lambda x: texts.number(x, _decimals(name))

    return rows.style.format({name: writer(name) for name in map(str, rows.select_dtypes("number"))})


@st.fragment
def show(page: Page, shown: View) -> None:
    """The table that the reader chose, with downloads."""
    chosen = st.session_state.pop("tabel_keuze", None)
    if chosen:
        ui.go(page.address, gebied=chosen)
        st.rerun()  # the whole page, of which this is a fragment
    with st.container(key="tabel"):
        _tables(page, shown)


def _tables(page: Page, shown: View) -> None:
    """The areas of the map as a table, or the uncovered neighbourhoods, largest first; with downloads."""
    texts, address, atlas = page.texts, page.address, page.coverage.atlas
    unit = wording.part_kind(atlas, shown.unit)
    labels = {
        "areas": texts.t("table.areas", parts=texts.t(f"parts.{unit}", n=2)),
        "gaps": texts.t("table.gaps"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        which = st.segmented_control(
            texts.t("table.choose"), list(labels), key="welke_tabel", default="areas", required=True,
            format_func=labels.__getitem__,
        )  # fmt: skip
        _downloads(page, shown, str(which))
    if which == "gaps":
        found = cached.gaps(page.coverage, shown.code, address.straal)
        if found.empty:
            st.info(
                texts.t(
                    "table.empty", parts=wording.parts(texts, atlas), radius=texts.distance(address.straal)
                )
            )
            return
        _table(page, found.head(MOST_ROWS), _GAP_COLUMNS, f"gaten_{shown.code}")
        if len(found) > MOST_ROWS:
            st.caption(texts.t("table.more", shown=MOST_ROWS, total=len(found)))
    else:
        found = cached.children(page.coverage, shown.code, shown.unit, address.straal, shown.layer)
        columns = _columns_of(shown)
        if len(found) > MOST_AREAS:
            largest = found.sort_values("inhabitants", ascending=False, kind="stable").head(MOST_ROWS)
            _table(page, largest, columns, f"gebieden_{shown.code}_{shown.unit}")
            st.caption(texts.t("table.more", shown=MOST_ROWS, total=len(found)))
        else:
            _table(page, found, columns, f"gebieden_{shown.code}_{shown.unit}")
    st.caption(f"{texts.t('table.hint')} {wording.source_line(texts, page.coverage, address.straal)}")
    registered = cached.burglaries(page.coverage)
    if registered and "burglary_rate" in found:
        st.caption(crime_words.source(texts, registered.year, registered.provisional))


def _columns_of(shown: View) -> tuple[str, ...]:
    columns = _PART_COLUMNS if shown.unit == "neighbourhood" else _AREA_COLUMNS
    place = columns.index("status") + 1
    return (*columns[:place], *_LAYER_COLUMNS.get(shown.layer, ()), *columns[place:])


def _table(page: Page, found: pd.DataFrame, columns: tuple[str, ...], key: str) -> None:
    codes = found["code"].tolist()

    def chosen() -> None:
        ticked = st.session_state[key]["selection"]["rows"]
        if ticked:
            st.session_state["tabel_keuze"] = str(codes[ticked[0]])

    rows_of(page, found, columns, key, chosen)


def ticked_key(name: str, ticked: list[int]) -> str:
    """The key of a table with these rows ticked, for one whose tick may also change elsewhere on the page.

    The browser keeps its own ticks of a table that it has: what changed elsewhere is shown by a new one.
    """
    turn = st.session_state.get(f"{name}_beurt", 0)
    state = st.session_state.get(f"{name}_{turn}")
    if state is not None and list(state["selection"]["rows"]) == ticked:
        return f"{name}_{turn}"
    turn += state is not None
    st.session_state[f"{name}_beurt"] = turn
    # All of it, as Streamlit has it: what differs from that counts as a tick of the reader's.
    st.session_state[f"{name}_{turn}"] = {"selection": {"rows": ticked, "columns": [], "cells": []}}
    return f"{name}_{turn}"


def rows_of(
    page: Page, found: pd.DataFrame, columns: tuple[str, ...], key: str, chosen: Callable[[], None]
) -> None:
    """A table of those columns that there are and that differ; ``chosen`` is called when a row is ticked."""
    texts = page.texts
    kept = tuple(c for c in columns if c in found and not (c in _ABOVE and found[c].nunique() < 2))
    rows = found[list(kept)].copy()
    for name, digits in _DIGITS.items():
        if name in rows:
            finite = rows[name].astype("float64").replace(float("inf"), float("nan"))
            rows[name] = finite.round(digits).astype("float32")
    for name in rows.select_dtypes("int").columns:
        rows[name] = rows[name].astype("int32")
    if rows.get("province") is not None:
        rows["province"] = rows["province"].astype("category")
    for name in {"status", "status_now"} & set(rows):
        words = [texts.t(f"status.s{int(s)}") for s in rows[name]]
        rows[name] = pd.Series(words, index=rows.index, dtype="category")
    st.dataframe(
        _written(texts, rows), key=key, hide_index=True, column_config=_columns(page, rows), on_select=chosen,
        selection_mode="single-row", height=min(38 + 35 * len(rows), 460), placeholder=texts.unknown,
    )  # fmt: skip


def _downloads(page: Page, shown: View, which: str) -> None:
    texts = page.texts
    with st.popover(texts.t("table.download"), icon=":material/download:"):
        for wanted in FORMATS:
            name, made = cached.download(page.coverage, which, shown, wanted, texts)
            st.download_button(
                texts.t(f"table.{wanted}"), data=made, file_name=name, mime=MIME[wanted],
                key=f"download_{wanted}", on_click="ignore", width="stretch",
            )  # fmt: skip
