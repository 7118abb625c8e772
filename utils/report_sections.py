"""What a report says of each topic: a title that states the finding, sentences, tables, charts and maps."""

import re
from collections.abc import Callable
from typing import Final, Literal

import numpy as np

from utils import beside_words, invitation, report_gaps, report_growth, report_sites, summaries, wording
from utils.locate import by_name
from utils.models import Level
from utils.report_model import Chart, Column, Part, Point, Points, Section, Series, Table
from utils.report_story import FIGURES, Story, cells
from utils.summaries import AreaFigures

_BELOW: Final[dict[Level, Level]] = {"country": "province", "province": "municipality"}
_ACTIONS: Final = ("tell", "help", "signs", "talk", "limits", "list")


def of(story: Story) -> tuple[Section, ...]:
    """The sections of a report, in order; one with nothing to tell stays out."""
    made = (
        _position(story),
        report_gaps.overview(story),
        report_gaps.gaps(story),
        report_growth.section(story),
        report_sites.section(story),
        _parts(story),
        _actions(story),
        _method(story),
    )
    return tuple(one for one in made if one is not None)


def _position(story: Story) -> Section:
    """Where the area stands beside its province and the country."""
    texts, area = story.texts, story.key.area
    *_, other = story.beside
    facts = {
        "name": story.inside(area),
        "share": texts.percent(area.reach),
        "rate": texts.number(area.per_1000, 1),
        "other": story.inside(other),
        "other_share": texts.percent(other.reach),
        "other_rate": texts.number(other.per_1000, 1),
    }
    alone = "alone" if other is area else "beside"
    title = texts.t(f"report.position.title_{alone}", **facts)
    rate = texts.t(f"report.position.{'rate_small' if np.isnan(area.per_1000) else f'rate_{alone}'}", **facts)
    table = Table(
        "position",
        texts.t("report.position.table"),
        (Column(texts.t("report.area")), *map(story.column, FIGURES)),
        tuple((story.named(one), *cells(story, one)) for one in story.beside),
        own=0,
    )
    charts: list[Part] = []
    if other is not area:
        charts = [
            _bars(story, "reach", title, True, lambda one: one.reach, texts.percent),
            _bars(story, "per_1000", rate, False, lambda one: one.per_1000, lambda x: texts.number(x, 1)),
        ]
    return Section(
        "position",
        title,
        (rate, texts.t("layer.help.bereik", radius=story.within), *_rule(story)),
        (*charts, table),
    )


def _rule(story: Story) -> tuple[str, ...]:
    """By which rule other areas stand beside the area, if any do."""
    codes = [story.key.area.code, *(one.code for one in story.peers)]
    return (beside_words.chosen(story.texts, story.coverage, codes),) if story.peers else ()


def _bars(
    story: Story,
    measure: Literal["reach", "per_1000"],
    finding: str,
    percent: bool,
    value: Callable[[AreaFigures], float],
    shown: Callable[[float], str],
) -> Chart:
    """A bar for the area and for each that it is compared with."""
    texts, column = story.texts, story.column(measure)
    points = tuple(Point(story.named(one), value(one), shown(value(one))) for one in story.beside)
    listed = ", ".join(texts.t("key.compare", area=point.name, value=point.shown) for point in points)
    return Chart(
        "bars",
        measure,
        texts.t(f"report.position.chart_{measure}"),
        finding,
        column.label,
        column.definition,
        texts.t("report.alt", title=texts.t(f"report.position.chart_{measure}"), values=listed),
        (Series("", points),),
        percent=percent,
        own=0,
    )


def _parts(story: Story) -> Section | None:
    """The provinces of the country, the municipalities of a province: all figures of each."""
    texts, area = story.texts, story.key.area
    if area.level not in _BELOW:
        return None
    unit = _BELOW[area.level]
    found = summaries.children(story.coverage, area.code, unit, area.radius, story.per_group)
    found = found.sort_values("name", key=lambda names: names.map(by_name), ignore_index=True)
    known = found[found["reach"].notna()]
    title = texts.t("report.parts.title_plain", parts=story.parts(2, unit).capitalize(), name=story.name)
    if len(known) > 1:
        reach = known["reach"].to_numpy()
        low, high = known.iloc[int(reach.argmin())], known.iloc[int(reach.argmax())]
        title = texts.t(
            "report.parts.title",
            low=low["name"],
            low_share=texts.percent(low["reach"]),
            high=high["name"],
            high_share=texts.percent(high["reach"]),
        )
    rows = tuple((str(one.name), *cells(story, one)) for one in found.itertuples(index=False))
    table = Table(
        "parts",
        texts.t("report.parts.table", parts=story.parts(2, unit).capitalize(), name=story.name),
        (Column(texts.t(f"level.{unit}")), *map(story.column, FIGURES)),
        rows,
    )
    return Section("parts", title, (), (table,))


def _actions(story: Story) -> Section:
    """What a council can do; never more than it may."""
    texts = story.texts
    kind = "municipality" if story.key.area.level == "municipality" else "above"
    items = tuple((texts.t(f"report.act.{one}.word"), texts.t(f"report.act.{one}.body")) for one in _ACTIONS)
    can = Points(texts.t("report.act.heading"), items)
    rules = tuple((f"{word}:", rule) for word, rule in invitation.saar(texts))
    saar = Points(texts.t("steps.saar"), rules)
    return Section(
        "actions", texts.t(f"report.act.title_{kind}"), (texts.t("report.act.intro"),), (can, saar)
    )


def _method(story: Story) -> Section:
    """How the figures are made, what they do not say, and where they come from."""
    texts = story.texts
    facts = wording.method_facts(texts, story.coverage, story.per_group)
    explained = tuple(
        Points(texts.t(f"method.{one}.heading"), points(texts.t(f"method.{one}.body", **facts)))
        for one in ("status", "limits")
    )
    sources = Table(
        "sources",
        texts.t("method.sources.heading"),
        tuple(Column(texts.t(f"method.sources.{one}")) for one in ("what", "source", "date", "note")),
        tuple(wording.data_sources(texts, story.coverage)),
    )
    return Section(
        "method", texts.t("method.title"), (texts.t("method.compute.body", **facts),), (*explained, sources)
    )


_BULLET: Final = re.compile(r"^- (?:\*\*(.+?)\*\*(:?))?\s*(.+)$", re.MULTILINE)


def points(markdown: str) -> tuple[tuple[str, str], ...]:
    """The bullets of a text as (word, rest); lines that are no bullets stay out.

    >>> points("- **Gedekt**: de helft.\\n- **Let op.** Echt waar.\\n\\nEn nog iets.")
    (('Gedekt:', 'de helft.'), ('Let op.', 'Echt waar.'))
    """
    return tuple((f"{word}{colon}", rest) for word, colon, rest in _BULLET.findall(markdown))
