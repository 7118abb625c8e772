"""What a report says of growth: the groups that the register knows, month by month."""

from typing import Final

import numpy as np

from utils import growth, growth_words
from utils.growth import Counts, Days
from utils.report_model import Chart, Column, Point, Section, Series, Table
from utils.report_story import Story

_YEARS: Final = 10
"""Years that the table beside the chart shows at most, the last ones."""


def section(story: Story) -> Section | None:
    """The growth of the area; None where the register does not tell since when groups are there."""
    texts, current, code = story.texts, story.coverage, story.key.area.code
    days = growth.timeline(current.groups)
    if len(days) < 2:
        return None
    one = growth.series_of(current, code, days)
    said = growth_words.counts(texts, current, story.name, one, [])
    chart = Chart(
        kind="line",
        measure="groups",
        title=texts.t("key.groups"),
        finding=said.title,
        axis=texts.t("key.groups"),
        definition=f"{said.meaning} {said.source}",
        alt=said.alt,
        series=(
            _line(story, texts.t("growth.line"), days, one.registered),
            _line(story, texts.t("growth.active_line"), days, one.active),
        ),
        band=tuple((one.registered + one.undated)[0].tolist()) if one.undated.any() else (),
    )
    title = growth_words.title(texts, story.name, one)
    return Section("growth", title, (growth_words.rules(texts, current),), (chart, _table(story, days)))


def _line(story: Story, name: str, days: Days, counts: Counts) -> Series:
    texts = story.texts
    starts = days.astype("datetime64[Y]")
    years = 1970 + starts.astype(int) + (days - starts).astype(int) / 365.25
    return Series(
        name,
        tuple(
            Point(texts.date(day), float(n), texts.number(int(n)), float(year))
            for day, n, year in zip(days, counts[0], years, strict=True)
        ),
    )


def _table(story: Story, days: Days) -> Table:
    """The same at the beginning of each year, and on the last day."""
    months = days.astype("datetime64[M]").astype(int) % 12
    chosen = np.union1d(days[months == 0], days[-1:])[-_YEARS:]
    one = growth.series_of(story.coverage, story.key.area.code, chosen)
    headings, rows = growth_words.rows(story.texts, one, [])
    columns = tuple(Column(label, number=i > 0) for i, label in enumerate(headings[:-1]))
    return Table("growth", story.texts.t("report.growth.table"), columns, tuple(row[:-1] for row in rows))
