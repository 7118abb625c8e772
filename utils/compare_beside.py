"""Two to six areas beside each other: a table, a small chart for each measure, and what was published."""

import pandas as pd
import streamlit as st

from utils import (
    beside_words,
    cached,
    chart_box,
    charts,
    compare_controls,
    compare_published,
    compare_words,
    peers,
    ui,
    wording,
)
from utils.address import Problem
from utils.chart_look import LOOKS
from utils.rankings import MEASURES
from utils.summaries import AreaFigures
from utils.ui import Page

_WITH = "vergelijk_met"


def show(page: Page) -> None:
    """The areas that the address names, else those of about the same size."""
    texts, coverage, radius = page.texts, page.coverage, page.address.straal
    codes, bad = peers.chosen(coverage.atlas, page.address.gebied, st.query_params.get("met"))
    known = coverage.atlas.find
    problems = [Problem("met" if known(came.upper()) else "met_unknown", came, "") for came in bad]
    ui.notices(problems, texts, coverage.atlas)
    areas = [cached.key_figures(coverage, code, radius).area for code in codes]
    called = compare_words.names(texts, coverage.atlas)
    names = [called[code] for code in codes]
    st.title(ui.plain(beside_words.title(texts, areas, names)), anchor=False)
    _choices(page, codes, called)
    st.markdown(ui.plain(beside_words.chosen(texts, coverage, codes)))
    _table(page, areas, names)
    _charts(page, areas, names)
    st.caption(ui.plain(wording.source_line(texts, coverage, radius)))
    compare_published.show(page, codes, names)


def _choices(page: Page, codes: list[str], called: dict[str, str]) -> None:
    """Which area, and which beside it; none at all gives the usual ones."""
    texts, (own, *others) = page.texts, codes
    st.session_state[_WITH] = others

    def changed() -> None:
        now = [code for code in st.session_state[_WITH] if code != own]
        usual = peers.is_usual(page.coverage.atlas, [own, *now])
        ui.go(page.address, met="" if usual else ",".join(now) or own)

    with st.container(horizontal=True, vertical_alignment="bottom", key="naast_keuzes"):
        compare_controls.area(page)
        st.multiselect(
            texts.t("beside.with"), [code for code in called if code != own], key=_WITH,
            format_func=called.__getitem__, max_selections=peers.MOST - 1, on_change=changed,
            placeholder=texts.t("beside.placeholder"),
        )  # fmt: skip
        if not peers.is_usual(page.coverage.atlas, codes):
            st.button(
                texts.t("beside.usual"), key="naast_gewoon", icon=":material/undo:",
                on_click=ui.go, args=(page.address,), kwargs={"met": ""}, width="content",
            )  # fmt: skip


def _table(page: Page, areas: list[AreaFigures], names: list[str]) -> None:
    """The figures as an HTML table, which screen readers know, under the colours of the charts."""
    colours = LOOKS[ui.theme()].areas
    heads = "".join(
        f'<th scope="col"><span class="kleur" style="background:{colour}"></span>{ui.escaped(name)}</th>'
        for name, colour in zip(names, colours, strict=False)
    )
    body, told = "", ""
    for row in beside_words.table(
        page.texts, page.coverage, areas, page.address.straal, cached.per_group()
    ):
        cells = "".join(f"<td>{ui.escaped(cell)}</td>" for cell in row.cells)
        label, meaning = ui.escaped(row.label), ui.escaped(row.definition)
        body += f'<tr><th scope="row">{label}<small>{meaning}</small></th>{cells}</tr>'
        told += f"<p><strong>{label}</strong>: {meaning}</p>"
    first, summary = (ui.escaped(page.texts.t(f"beside.{one}")) for one in ("figure", "meanings"))
    table = f'<table class="lijst naast"><thead><tr><th scope="col">{first}</th>{heads}</tr></thead>'
    # On a telephone the table has no room for what its figures mean: that stands behind a line below it.
    st.html(
        f'<div class="lijst-rol" tabindex="0">{table}<tbody>{body}</tbody></table></div>'
        f'<details class="betekenis"><summary>{summary}</summary>{told}</details>'
    )


def _charts(page: Page, areas: list[AreaFigures], names: list[str]) -> None:
    """A small chart for each measure, every area at the same place and in the same colour."""
    texts, coverage, theme = page.texts, page.coverage, ui.theme()
    country = cached.key_figures(coverage, "NL", page.address.straal).area
    beside = any(area.level == "country" for area in areas)
    for pair in (beside_words.SHOWN[:2], beside_words.SHOWN[2:]):
        for column, measure in zip(st.columns(2, gap="medium"), pair, strict=False):
            found = pd.DataFrame({"name": names, "value": beside_words.values(areas, measure)})
            line = None if beside else (texts.t("area.country"), beside_words.value(country, measure))
            kind, colours = MEASURES[measure].kind, LOOKS[theme].areas[: len(areas)]
            chart = charts.bars(found, texts, theme, kind, colours, line)
            said = beside_words.caption(texts, coverage, areas, names, measure)
            with column:
                chart_box.show(page, f"naast_{measure}", chart, said, [])
