"""A league table in words: its finding, what its places mean, how an area moved. Pure."""

from typing import Any

import numpy as np
import pandas as pd

from utils import charts, summaries, wording
from utils.chart_look import Caption
from utils.league_view import League
from utils.models import COUNTRY, Coverage
from utils.rankings import MEASURES
from utils.texts import Texts


def measure(texts: Texts, coverage: Coverage, name: str) -> str:
    """What a measure is called."""
    return texts.t(f"measure.name.{name}", parts=wording.parts(texts, coverage.atlas))


def definition(texts: Texts, coverage: Coverage, column: str, radius: float, per_group: float) -> str:
    """What a column means, in a sentence or two."""
    return texts.t(
        f"column.help.{column}",
        radius=texts.distance(radius),
        per_group=texts.number(per_group),
        date=texts.date(coverage.atlas.edition.peildatum),
    )


def said(texts: Texts, coverage: Coverage, name: str, value: float) -> str:
    """A figure with what it counts: "1,74 groepen per 1.000 inwoners"."""
    parts = wording.parts(texts, coverage.atlas)
    number = charts.written(texts, MEASURES[name].kind, value)
    return texts.t(f"measure.said.{name}", x=number, parts=parts)


def whole(texts: Texts, coverage: Coverage, league: League, n: int) -> str:
    """All areas of a league table: "342 gemeenten", "6 gemeenten in Flevoland"."""
    named = texts.t("league.areas", n=n, parts=texts.t(f"parts.{league.level}", n=n))
    if league.within == COUNTRY:
        return named
    provinces = coverage.atlas.provinces
    return texts.t("league.areas_in", areas=named, name=provinces.names[provinces.index[league.within]])


def title(texts: Texts, coverage: Coverage, league: League, table: pd.DataFrame) -> str:
    """The finding: the place of the reader's own area, else who is at the top."""
    placed = table[table["place"].notna()]
    areas = whole(texts, coverage, league, len(placed))
    own = table[table["code"] == league.own]
    if len(own) and np.isnan(own["place"].iloc[0]):
        return texts.t("league.title_unplaced", name=own["name"].iloc[0])
    if len(placed) == 0:
        return texts.t("league.title_none", areas=whole(texts, coverage, league, len(table)))
    at = own.iloc[0] if len(own) else placed.iloc[0]
    facts: dict[str, Any] = {
        "name": at["name"],
        "place": int(at["place"]),
        "areas": areas,
        "said": said(texts, coverage, league.measure, float(at["value"])),
    }
    equals = int((placed["place"] == at["place"]).sum())
    if len(own):
        return texts.t("league.title_shared" if equals > 1 else "league.title_own", **facts)
    if equals > 1:
        return texts.t("league.title_tops", others=texts.t("league.others", n=equals - 1), **facts)
    return texts.t("league.title_top", **facts)


def outside(texts: Texts, coverage: Coverage, league: League, code: str) -> str:
    """That the reader's own area does not lie where the league table is of; "" where it does."""
    trail = summaries.ancestors(coverage.atlas, code)
    own = next((area for area in trail if area.level == league.level), None)
    if own is None or league.own is not None or league.within == COUNTRY:
        return ""
    within = summaries.ancestors(coverage.atlas, league.within)[-1].name
    return texts.t("league.outside", name=own.name, within=within)


def movement(texts: Texts, league: League, table: pd.DataFrame) -> str:
    """How the reader's own area moved since the earlier day; "" where there is nothing to say of it."""
    own = table[table["code"] == league.own]
    if league.day is None or len(own) == 0 or "moved" not in table or np.isnan(own["place"].iloc[0]):
        return ""
    places = float(own["moved"].iloc[0])
    facts = {"date": league.day, "name": own["name"].iloc[0]}
    if np.isnan(places):
        return texts.t("league.moved_unknown", **facts)
    if places == 0:
        return texts.t("league.moved_none", **facts)
    return texts.t("league.moved_up" if places > 0 else "league.moved_down", n=abs(int(places)), **facts)


def change_note(texts: Texts, league: League, table: pd.DataFrame) -> str:
    """From which day the change of place is counted, and of how many areas that cannot be known."""
    if not MEASURES[league.measure].dated:
        return texts.t("league.change_now_only")
    if league.day is None:
        return texts.t("league.change_no_past")
    n = int((table["value_before"].isna() & table["value"].notna()).sum())
    parts = texts.t(f"parts.{league.level}", n=n)
    unknown = " " + texts.t("league.change_unknown", n=n, parts=parts) if n else ""
    return texts.t("league.change", date=league.day) + unknown


def places(texts: Texts, moved: float) -> str:
    """A change of place in a table: "+3", "−2", "0", "" where it is not known.

    >>> places(Texts("nl"), -2.0)
    '−2'
    """
    if np.isnan(moved):
        return ""
    return f"{'+' if moved > 0 else '−' if moved < 0 else ''}{texts.number(abs(moved))}"


def numbered(texts: Texts, shown: pd.DataFrame) -> list[str]:
    """The names of areas after their places: "12. Lelystad"."""
    return [f"{texts.number(at)}. {name}" for at, name in zip(shown["place"], shown["name"], strict=True)]


def caption(
    texts: Texts, coverage: Coverage, league: League, shown: pd.DataFrame, radius: float, per_group: float
) -> Caption:
    """What is said around the chart of some rows of a league table."""
    kind, name = MEASURES[league.measure].kind, measure(texts, coverage, league.measure)
    figures = [charts.written(texts, kind, value) for value in shown["value"]]
    listed = "; ".join(f"{one}: {x}" for one, x in zip(numbered(texts, shown), figures, strict=True))
    first = texts.t(f"measure.first.{league.measure}", parts=wording.parts(texts, coverage.atlas))
    meaning = definition(texts, coverage, MEASURES[league.measure].column, radius, per_group)
    own = shown["name"][shown["code"] == league.own]
    if len(own):
        heading = texts.t("league.chart_around", measure=name, name=own.iloc[0])
    else:
        heading = texts.t("league.chart_top", measure=name, n=len(shown))
    return Caption(
        heading,
        f"{meaning} {first}",
        wording.source_line(texts, coverage, radius),
        texts.t("league.alt", measure=name, listed=listed),
    )


def strip_caption(texts: Texts, coverage: Coverage, league: League, known: pd.DataFrame) -> Caption:
    """What is said around the line of all areas of which the figure is known: where half of them lie."""
    middle = float(known["value"].median())
    areas = whole(texts, coverage, league, len(known))
    heading = texts.t("league.middle", areas=areas, said=said(texts, coverage, league.measure, middle))
    ends = [said(texts, coverage, league.measure, x) for x in (known["value"].min(), known["value"].max())]
    alt = texts.t("league.strip_alt", areas=areas, least=ends[0], most=ends[1])
    return Caption(heading, texts.t("league.strip"), "", alt)
