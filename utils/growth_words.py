"""Growth → words: the finding, what is counted and what is not known, the table behind the charts."""

from datetime import date

import numpy as np

from utils import growth
from utils.chart_look import Caption
from utils.coverage import SMALL
from utils.growth import Series
from utils.models import Coverage
from utils.published_points import Joined, Point
from utils.texts import Texts


def title(texts: Texts, name: str, one: Series, then: Series | None = None) -> str:
    """The growth of an area (one row) in a sentence: from its first known groups, or from ``then``, to now.

    ``then`` counts the area's groups on one day.
    """
    now, last = int(one.registered[0, -1]), one.days[-1]
    if now == 0:
        return texts.t("growth.title_none", name=name)
    said = texts.t("growth.groups", n=now)
    if then is not None:
        counted = texts.t("growth.groups", n=int(then.registered[0, 0]))
        return texts.t("growth.title_then", name=name, then=counted, date=then.days[0], now=said)
    begun = np.flatnonzero(one.registered[0, : growth.certain(one)])
    if len(begun) == 0 or begun[0] == len(one.days) - 1:
        return texts.t("growth.title_now", name=name, now=said, date=last)
    first = texts.t("growth.groups", n=int(one.registered[0, begun[0]]))
    start, end = texts.month(one.days[begun[0]]), texts.month(last)
    return texts.t("growth.title", name=name, first=first, start=start, last=said, end=end)


def unknown(texts: Texts, then: Series) -> list[str]:
    """What is not known of an area's groups on one day; nothing where all is."""
    counts = {"growth.undated": then.undated, "growth.unsure": then.unsure}
    return [texts.t(key, n=int(found[0, 0])) for key, found in counts.items() if found[0, 0]]


def rules(texts: Texts, coverage: Coverage) -> str:
    """How the past is counted, and with which boundaries."""
    day = coverage.atlas.edition.peildatum
    return f"{texts.t('growth.rule')} {texts.t('growth.today', date=day)}"


def joined(texts: Texts, name: str, found: list[Joined]) -> list[str]:
    """Which municipalities joined this one, a sentence for each day."""
    said = []
    for one in found:
        names = [
            texts.t("growth.extent.partly", name=each) if each in one.parts else each for each in one.names
        ]
        listed = texts.listed(names)
        said.append(texts.t("growth.joined", n=len(names), date=one.day, names=listed, name=name))
    return said


def counts(texts: Texts, coverage: Coverage, name: str, one: Series, published: list[Point]) -> Caption:
    """What is said around the chart of an area's groups."""
    busiest = growth.busiest(one)
    meaning = [texts.t("growth.meaning")]
    if one.undated.any():
        meaning.append(texts.t("growth.band"))
    if published:
        meaning.append(texts.t("growth.dots"))
    key = "growth.register_and_press" if published else "growth.register"
    origin = {"register": _register(texts, coverage), "date": coverage.groups.peildatum}
    sources = "; ".join(dict.fromkeys(point.figure.source for point in published))
    said = [texts.t("growth.groups", n=int(one.registered[0, at])) for at in (0, -1)]
    return Caption(
        title=texts.t("growth.flat", name=name)
        if busiest is None
        else texts.t(
            "growth.busiest", name=name, year=str(busiest[0]), groups=texts.t("growth.groups", n=busiest[1])
        ),
        meaning=" ".join(meaning),
        source=texts.t(key, sources=sources, **origin),
        alt=texts.t("growth.alt", first=said[0], start=one.days[0], last=said[1], end=one.days[-1]),
    )


def rates(texts: Texts, coverage: Coverage, days: growth.Days, areas: list[growth.Rates]) -> Caption:
    """What is said around the chart of groups per 1,000 inhabitants: of areas by name, the own one first.

    Of one at least the rate is known.
    """
    now = [(one.name, float(one.values[-1])) for one in areas if np.isfinite(one.values[-1])]
    (name, own), *others = now
    facts = {"name": name, "own": texts.number(own, 2)}
    if others:
        other, their = others[-1][0], texts.number(others[-1][1], 2)
        found = texts.t("growth.rate_title", other=other, their=their, **facts)
    else:
        found = texts.t("growth.rate_alone", **facts)
    meaning = [texts.t("growth.rate_meaning", date=coverage.atlas.edition.peildatum)]
    if len(now) < len(areas):
        meaning.append(texts.t("growth.rate_unknown", small=SMALL))
    return Caption(
        title=found,
        meaning=" ".join(meaning),
        source=texts.t(
            "growth.register", register=_register(texts, coverage), date=coverage.groups.peildatum
        ),
        alt=texts.t("growth.rate_alt", start=days[0], end=days[-1]),
    )


def extent(texts: Texts, point: Point) -> str:
    """Of how much of the area a published figure is; "" for the whole."""
    if point.extent == "whole":
        return ""
    return texts.t(f"growth.extent.{point.extent}", area=point.figure.area)


def rows(texts: Texts, one: Series, published: list[Point]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows of the figures behind the chart, oldest first: the register's and the published ones.

    How many began on an unknown day has a column only where there are any.
    """
    undated = bool(one.undated.any())
    columns = ("date", "groups", "active", *(("undated",) if undated else ()), "source")
    found: list[tuple[date, tuple[str, ...]]] = []
    for at, day in enumerate(one.days):
        numbers = [one.registered, one.active, *((one.undated,) if undated else ())]
        cells = (texts.date(day), *(texts.number(int(each[0, at])) for each in numbers))
        found.append((day.item(), (*cells, texts.t("growth.column.own"))))
    for point in published:
        told = " · ".join(filter(None, (point.figure.source, extent(texts, point))))
        blank = ("",) * (len(columns) - 3)
        found.append((point.first, (point.figure.date, texts.number(point.figure.groups), *blank, told)))
    found.sort(key=lambda row: row[0])
    return [texts.t(f"growth.column.{column}") for column in columns], [cells for _, cells in found]


def rate_rows(
    texts: Texts, days: growth.Days, areas: list[growth.Rates]
) -> tuple[list[str], list[tuple[str, ...]]]:
    """Headings and rows of the figures behind the chart of groups per 1,000 inhabitants."""
    headings = [texts.t("growth.column.date"), *(one.name for one in areas)]
    rows = [
        (texts.date(day), *(texts.number(float(one.values[at]), 2) for one in areas))
        for at, day in enumerate(days)
    ]
    return headings, rows


def _register(texts: Texts, coverage: Coverage) -> str:
    return texts.t("table.register_example" if coverage.groups.example else "table.register_own")
