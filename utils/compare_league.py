"""League tables of municipalities and provinces: where does an area stand, and did it rise or fall?"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from utils import cached, chart_box, charts, compare_controls, league_view, league_words, ui
from utils.chart_look import LOOKS
from utils.export import MIME, Format
from utils.league_view import League
from utils.rankings import MEASURES, around, values
from utils.ui import Page

_FORMATS: tuple[Format, ...] = ("csv", "xlsx")
_WIDTHS: Final = {"place": 62, "name": 138, "value": 100, "moved": 105}
"""In pixels: place, name and figure are in sight on a telephone too."""


def show(page: Page) -> None:
    """The finding, the choices, the areas around the reader's own, and all of them."""
    texts, coverage, radius = page.texts, page.coverage, page.address.straal
    league, problems = league_view.read(
        st.query_params.to_dict(), coverage.atlas, coverage.groups, page.address.gebied
    )
    ui.notices(problems, texts, coverage.atlas)
    table = cached.league(coverage, league, radius)
    st.title(ui.plain(league_words.title(texts, coverage, league, table)), anchor=False)
    if absent := league_words.outside(texts, coverage, league, page.address.gebied):
        st.markdown(ui.plain(absent))
    if moved := league_words.movement(texts, league, table):
        st.markdown(ui.plain(moved))
    _choices(page, league)
    with st.container(key="ranglijst_helften"):
        left, right = st.columns([1, 1], gap="large")
    with left:
        _chart(page, league, table)
        _strip(page, league, table)
    with right:
        _table(page, league, table)


def _choices(page: Page, league: League) -> None:
    texts, atlas = page.texts, page.coverage.atlas
    pick = compare_controls.pick
    with st.container(horizontal=True, key="vergelijk_keuzes"):
        compare_controls.area(page)
        levels = {name: texts.t(f"league.levels.{name}").capitalize() for name in league_view.LEVELS}
        level = next(name for name, one in league_view.LEVELS.items() if one == league.level)
        own = atlas.find(page.address.gebied)
        usual = "provincie" if own and own[0] == "province" else "gemeente"
        pick(page, "niveau", texts.t("league.level"), levels, level, usual)
        if league.level == "municipality":
            lands = atlas.provinces
            within = {"NL": texts.t("area.country"), **dict(zip(lands.codes, lands.names, strict=True))}
            pick(page, "binnen", texts.t("league.within"), within, league.within, "NL")
        measures = {name: league_words.measure(texts, page.coverage, name) for name in MEASURES}
        usual_measure = next(iter(MEASURES))
        pick(page, "maat", texts.t("league.measure"), measures, league.measure, usual_measure, 330)
        if league.day is not None:
            days = {one.isoformat(): one for one in league_view.earlier(page.coverage.groups)}
            days.setdefault(league.day.isoformat(), league.day)
            options = {day: texts.date(one) for day, one in sorted(days.items(), reverse=True)}
            usual_day = next(iter(league_view.earlier(page.coverage.groups)), league.day).isoformat()
            pick(page, "stand", texts.t("league.against"), options, league.day.isoformat(), usual_day)


def _chart(page: Page, league: League, table: pd.DataFrame) -> None:
    texts, theme = page.texts, ui.theme()
    shown, look = around(table, league.own), LOOKS[theme]
    if shown.empty:
        return
    kind = MEASURES[league.measure].kind
    drawn = pd.DataFrame({"name": league_words.numbered(texts, shown), "value": shown["value"].to_numpy()})
    colours = [look.accent if code == league.own else look.quiet for code in shown["code"]]
    chart = charts.bars(drawn, texts, theme, kind, colours, _country(page, league))
    caption = league_words.caption(
        texts, page.coverage, league, shown, page.address.straal, cached.per_group()
    )
    headings = [texts.t(f"column.{one}") for one in ("place", "name")] + [
        league_words.measure(texts, page.coverage, league.measure)
    ]
    rows = [
        (texts.number(place), str(name), charts.written(texts, kind, value))
        for place, name, value in zip(shown["place"], shown["name"], shown["value"], strict=True)
    ]
    chart_box.show(page, "ranglijst", chart, caption, headings, rows)


def _strip(page: Page, league: League, table: pd.DataFrame) -> None:
    """All areas along one line, where the chart shows but some."""
    known = table[table["value"].notna()]
    if len(known) <= len(around(table, league.own)):
        return
    own = np.flatnonzero(table["code"] == league.own)
    kind, marked = MEASURES[league.measure].kind, int(own[0]) if len(own) else None
    chart = charts.strip(table[["name", "value"]], page.texts, ui.theme(), kind, marked)
    caption = league_words.strip_caption(page.texts, page.coverage, league, known)
    chart_box.show(page, "ranglijst_alle", chart, caption, [])


def _country(page: Page, league: League) -> tuple[str, float] | None:
    """The country's figure to compare with; a count of the whole country says nothing beside an area's."""
    if MEASURES[league.measure].kind == "count":
        return None
    found = cached.figures(page.coverage, "country", page.address.straal)
    return page.texts.t("area.country"), float(values(found, league.measure)[0])


def _table(page: Page, league: League, table: pd.DataFrame) -> None:
    texts = page.texts
    whole = league_words.whole(texts, page.coverage, league, len(table))
    st.subheader(texts.t("league.all", areas=whole), anchor=False)
    known = "moved" in table and bool(table["moved"].notna().any())
    numbers = ["place", "value", *(["moved"] if known else [])]
    names = ["name", *(["province"] if table["province"].nunique() > 1 else [])]
    rows = table[["place", "name", *numbers[1:], *names[1:]]].astype(dict.fromkeys(numbers, "float32"))
    key = f"ranglijst_{league.level}_{league.within}_{league.measure}"
    st.dataframe(
        _styled(page, league, table, rows), key=key, hide_index=True, selection_mode="single-row",
        on_select=_opened(page, key, table["code"].tolist()), height=min(38 + 35 * len(rows), 460),
        column_config={name: _column(page, league, name, name in numbers) for name in map(str, rows)},
    )  # fmt: skip
    st.caption(f"{texts.t('table.hint_league')} {league_words.change_note(texts, league, table)}")
    _downloads(page, league)


def _column(page: Page, league: League, name: str, number: bool) -> Any:
    own = MEASURES[league.measure].column if name == "value" else name
    made = st.column_config.NumberColumn if number else st.column_config.TextColumn
    meaning = league_words.definition(
        page.texts, page.coverage, own, page.address.straal, cached.per_group()
    )
    return made(page.texts.t(f"column.{own}"), help=meaning, width=_WIDTHS.get(name))


def _styled(page: Page, league: League, table: pd.DataFrame, rows: pd.DataFrame) -> Styler:
    """The rows with numbers as the language writes them, and the reader's own area standing out."""
    texts, kind, look = page.texts, MEASURES[league.measure].kind, LOOKS[ui.theme()]
    written = {
        "place": lambda x: "" if np.isnan(x) else texts.number(x),
        "value": lambda x: texts.percent(x, 1) if kind == "share" else charts.written(texts, kind, x),
        "moved": lambda x: league_words.places(texts, x),
    }
    styled = rows.style.format({name: write for name, write in written.items() if name in rows})
    own = pd.IndexSlice[table.index[table["code"] == league.own], :]
    return styled.set_properties(subset=own, **{"background-color": look.accent, "color": look.background})


def _opened(page: Page, key: str, codes: list[str]) -> Callable[[], None]:
    def opened() -> None:
        ticked = st.session_state[key]["selection"]["rows"]
        if ticked:
            ui.go(page.address, gebied=str(codes[ticked[0]]))

    return opened


def _downloads(page: Page, league: League) -> None:
    texts = page.texts
    with st.popover(texts.t("table.download"), icon=":material/download:"):
        for wanted in _FORMATS:
            name, made = cached.league_file(page.coverage, league, page.address.straal, wanted, texts)
            st.download_button(
                texts.t(f"table.{wanted}"), data=made, file_name=name, mime=MIME[wanted],
                key=f"ranglijst_{wanted}", on_click="ignore", width="stretch",
            )  # fmt: skip
