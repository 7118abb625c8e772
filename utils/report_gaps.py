"""What a report shows on maps: how the area is covered, and its largest neighbourhoods without a group."""

from dataclasses import replace
from typing import Final

import pandas as pd

from utils import classes, coverage, maps, summaries, wording
from utils.models import Status
from utils.report_model import PALE, Column, LegendItem, MapPlan, Section, Table
from utils.report_story import Story

LARGEST: Final = 10
"""Uncovered neighbourhoods that a report lists, those with most people without reach first."""
_MANY: Final = 800
"""Parts on a map above which hatches and borders would hide each other."""


def overview(story: Story) -> Section:
    """The map of the area, in the colours of the dashboard."""
    texts, area = story.texts, story.key.area
    found = summaries.children(story.coverage, area.code, story.unit, area.radius, story.per_group)
    counted = {status: int((found["status"] == status).sum()) for status in Status}
    title = _counts(story, counted)
    plan = status_map(story, title, texts.t("report.map.what", name=story.name), title)
    if area.level == "municipality":
        plan = replace(plan, dots=True, legend=(*plan.legend, *_dot_legend(story)))
    return Section("map", title, (texts.t("layer.help.status", radius=story.within),), (plan,))


def _counts(story: Story, counted: dict[Status, int]) -> str:
    """How many parts of the area have which status, in a sentence."""
    texts = story.texts
    told = (Status.COVERED, Status.PARTLY, Status.UNCOVERED)
    total = sum(counted[status] for status in told)
    if total == 0:
        return wording.title(texts, story.coverage.atlas, story.key.area)
    if total == 1:
        (only,) = (status for status in told if counted[status])
        return texts.t(
            f"report.map.{'title_one' if sum(counted.values()) == 1 else 'title_only'}",
            name=story.name,
            part=story.parts(1, story.unit),
            status=texts.t(f"status.s{int(only)}").lower(),
        )
    return texts.t(
        "report.map.title",
        total=total,
        parts=story.parts(total, story.unit),
        covered=counted[Status.COVERED],
        partly=counted[Status.PARTLY],
        open=counted[Status.UNCOVERED],
    )


def status_map(story: Story, title: str, what: str, values: str) -> MapPlan:
    """The parts of the area in the colours of their status; ``what`` and ``values`` tell it in words."""
    texts, area, atlas = story.texts, story.key.area, story.coverage.atlas
    rows = summaries.rows_within(atlas, area.code, story.unit)
    found = coverage.figures(story.coverage, story.unit, area.radius).status[rows]
    solid = len(rows) > _MANY
    return MapPlan(
        code=area.code,
        unit=story.unit,
        layer="status",
        radius=area.radius,
        title=title,
        alt=texts.t("report.alt", title=what, values=values),
        credit=wording.credit(texts, atlas, story.unit == "neighbourhood"),
        legend=tuple(_status_legend(story, {Status(one) for one in found}, solid)),
        solid=solid,
    )


def _status_legend(story: Story, there: set[Status], solid: bool) -> list[LegendItem]:
    """The statuses that the map shows, and always the three that it is about."""
    rows = wording.legend(story.texts, "status", story.unit, "light", unknown=True)
    always = (Status.COVERED, Status.PARTLY, Status.UNCOVERED)
    return [
        _swatch(row.swatch, row.label, solid)
        for status, row in zip(Status, rows, strict=True)
        if status in always or status in there
    ]


def _swatch(swatch: classes.Swatch, label: str, solid: bool) -> LegendItem:
    """A class in the legend; on a solid map the hatch's colour alone."""
    if solid and swatch.hatch:
        return LegendItem("area", swatch.hatch, None, label)
    return LegendItem("area", swatch.fill, swatch.hatch, label)


def _dot_legend(story: Story) -> list[LegendItem]:
    """What the dots mean; those of groups that are not active only where there are any."""
    area, texts, ink = story.key.area, story.texts, maps.INK["light"]
    items = []
    if area.active:
        items.append(LegendItem("dot", ink["dot"], None, texts.t("legend.dot")))
    if area.groups > area.active:
        items.append(LegendItem("dot", ink["dotOff"], None, texts.t("legend.dot_off")))
    return items


def gaps(story: Story) -> Section | None:
    """The uncovered neighbourhoods: how many, whose, and the largest of them on a map and in a table."""
    texts, area, found = story.texts, story.key.area, story.gaps
    if area.inhabited == 0:
        return None
    named = story.parts()
    meaning = texts.t("key.uncovered_help", parts=named, radius=story.within)
    if found.empty:
        return Section("gaps", wording.title(texts, story.coverage.atlas, area), (meaning,), ())
    shown = found.head(LARGEST)
    title = texts.t(
        "report.gaps.title",
        n=len(found),
        parts=story.parts(len(found)),
        people=texts.number(float(found["inhabitants"].sum())),
    )
    sentences = [meaning]
    if len(found) > len(shown):
        sentences.append(texts.t("report.gaps.more", shown=len(shown), total=len(found), parts=named))
    return Section("gaps", title, tuple(sentences), (_gap_map(story, shown), _gap_table(story, shown)))


def _gap_map(story: Story, shown: pd.DataFrame) -> MapPlan:
    """A map that shows uncovered neighbourhoods only, the largest with their numbers."""
    texts, atlas, area = story.texts, story.coverage.atlas, story.key.area
    title = texts.t("report.gaps.map", n=len(shown), parts=story.parts(len(shown)), name=story.name)
    solid = len(summaries.rows_within(atlas, area.code, "neighbourhood")) > _MANY
    swatch = classes.scale("status", "neighbourhood", "light").swatches[Status.UNCOVERED]
    return MapPlan(
        code=area.code,
        unit="neighbourhood",
        layer="status",
        radius=area.radius,
        title=title,
        alt=texts.t("report.alt", title=title, values=", ".join(shown["name"])),
        credit=wording.credit(texts, atlas, True),
        legend=(
            _swatch(swatch, texts.t(f"status.s{int(Status.UNCOVERED)}"), solid),
            LegendItem("area", PALE, None, texts.t("report.gaps.others", parts=story.parts())),
            LegendItem("number", maps.INK["light"]["hover"], None, texts.t("report.gaps.number")),
        ),
        quiet=True,
        solid=solid,
        numbered=tuple(shown["code"]),
    )


def _gap_table(story: Story, shown: pd.DataFrame) -> Table:
    texts, level = story.texts, story.key.area.level
    above = [name for name in ("district", "municipality", "province") if name in shown]
    above = above[: {"municipality": -2, "province": -1}.get(level, len(above))]
    rows = tuple(
        (
            str(row["name"]),
            *(str(row[name]) for name in above),
            texts.number(row["inhabitants"]),
            texts.number(row["unreached"]),
            texts.distance(row["distance"]),
        )
        for _, row in shown.iterrows()
    )
    distance = story.column("distance")
    return Table(
        "gaps",
        texts.t("report.gaps.table"),
        (
            story.column("name", number=False),
            *(story.column(name, number=False) for name in above),
            story.column("inhabitants"),
            story.column("unreached"),
            Column(texts.t("report.gaps.distance"), distance.definition, True),
        ),
        rows,
        numbered=True,
        weight=1 + len(above),
    )
