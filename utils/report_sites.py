"""What a report says of places for new groups: where they would reach most people, and what each adds."""

import math
from dataclasses import replace
from itertools import accumulate
from typing import Final

from utils import report_gaps, site_words, siting
from utils.map_labels import ACCENT
from utils.report_model import Column, LegendItem, MapPlan, Section, Site, Table
from utils.report_story import Story
from utils.siting import Siting

SITES: Final = 3
"""Places for new groups that a report names."""


def section(story: Story) -> Section | None:
    """The best places for new groups; None where none would add anything."""
    area = story.key.area
    found = siting.best_places(story.coverage, area.code, SITES, area.radius)
    if not found.sites:
        return None
    texts = story.texts
    title = texts.t("report.sites.title", n=len(found.sites), people=texts.number(found.gained))
    how = {"bound": texts.number(math.ceil(found.bound)), "short": site_words.at_most(texts, found)}
    sentences = (
        texts.t("report.sites.meaning", radius=story.within),
        texts.t(f"report.sites.{found.method}", **how),
    )
    return Section("sites", title, sentences, (_map(story, found), _table(story, found)))


def _names(story: Story, found: Siting) -> list[str]:
    return [str(story.coverage.atlas.neighbourhoods.names[site.neighbourhood]) for site in found.sites]


def _map(story: Story, found: Siting) -> MapPlan:
    texts = story.texts
    title = texts.t("report.sites.map", n=len(found.sites), name=story.name)
    plan = report_gaps.status_map(story, title, title, ", ".join(_names(story, found)))
    marked = LegendItem("site", ACCENT, None, texts.t("report.sites.site", radius=story.within))
    sites = tuple(Site(i, site.x, site.y) for i, site in enumerate(found.sites, 1))
    return replace(plan, sites=sites, legend=(*plan.legend, marked))


def _table(story: Story, found: Siting) -> Table:
    texts, atlas = story.texts, story.coverage.atlas
    wide = story.key.area.level != "municipality"
    towns = atlas.municipalities.names[
        atlas.neighbourhoods.parents[[one.neighbourhood for one in found.sites]]
    ]
    totals = accumulate(site.gained for site in found.sites)
    rows = tuple(
        (name, *((str(town),) if wide else ()), texts.number(site.gained), texts.number(total))
        for name, town, site, total in zip(_names(story, found), towns, found.sites, totals, strict=True)
    )
    added = {"radius": story.within}
    return Table(
        "sites",
        texts.t("report.sites.table"),
        (
            story.column("name", number=False),
            *((story.column("municipality", number=False),) if wide else ()),
            Column(texts.t("report.sites.gained"), texts.t("report.sites.gained_help", **added), True),
            Column(texts.t("report.sites.total"), texts.t("report.sites.total_help"), True),
        ),
        rows,
        numbered=True,
        weight=1 + wide,
    )
