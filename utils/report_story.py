"""What all sections of a report tell of: an area's figures beside others, in a language."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from utils import peers, summaries, wording
from utils.models import COUNTRY, Coverage, Level, Status
from utils.report_model import Column
from utils.summaries import AreaFigures, KeyFigures
from utils.texts import Texts

FIGURES: Final = ("inhabitants", "groups", "per_1000", "reach", "unreached", "uncovered")
"""What a report's tables of areas show, as :func:`cells` fills it in."""


@dataclass(frozen=True, eq=False)
class Story:
    """What all sections tell of: an area's figures beside others, in a language."""

    coverage: Coverage
    key: KeyFigures
    texts: Texts
    per_group: float

    @property
    def name(self) -> str:
        """The area's name."""
        return self.named(self.key.area)

    def named(self, area: AreaFigures) -> str:
        """The name of any area, the country's in the reader's language."""
        return wording.area_name(self.texts, area.name, area.code)

    def inside(self, area: AreaFigures) -> str:
        """The name of any area within a sentence: "the Netherlands"."""
        return self.texts.t("report.country") if area.code == COUNTRY else area.name

    @property
    def within(self) -> str:
        """The radius in words."""
        return self.texts.distance(self.key.area.radius)

    @cached_property
    def peers(self) -> list[AreaFigures]:
        """The areas of about the same size, by the rule that holds for everybody; the country has none."""
        area, atlas = self.key.area, self.coverage.atlas
        codes = [] if area.code == COUNTRY else peers.similar(atlas, area.code)
        return [summaries.area_figures(self.coverage, code, area.radius, self.per_group) for code in codes]

    @property
    def beside(self) -> list[AreaFigures]:
        """The area itself and those to compare it with: of its size, then those that it lies in."""
        above = (self.key.province, self.key.country)
        own = self.key.area
        return [own, *self.peers, *(one for one in above if one and one.code != own.code)]

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """The uncovered neighbourhoods, those with most people without reach first."""
        area = self.key.area
        return summaries.gaps(self.coverage, area.code, area.radius, (Status.UNCOVERED,))

    @property
    def unit(self) -> Level:
        """The parts in which the map of the area is coloured."""
        return "municipality" if self.key.area.level == "country" else "neighbourhood"

    def parts(self, n: int = 2, unit: Level = "neighbourhood") -> str:
        """What the areas of a level are called."""
        kind = wording.part_kind(self.coverage.atlas, unit)
        return self.texts.t(f"parts.{kind}", n=n)

    def groups_line(self) -> str:
        """How many groups are known, and how many of them are active."""
        area = self.key.area
        if area.groups == 0:
            return self.texts.t("report.lead.no_groups", name=self.inside(area))
        return self.texts.t("report.lead.groups", n=area.groups, active=area.active, name=self.inside(area))

    def column(self, name: str, number: bool = True) -> Column:
        """A column as the dashboard's tables call and explain it."""
        facts = {
            "radius": self.texts.distance(self.key.area.radius),
            "date": self.texts.date(self.coverage.atlas.edition.peildatum),
            "per_group": self.texts.number(self.per_group),
        }
        label, definition = self.texts.t(f"column.{name}"), self.texts.t(f"column.help.{name}", **facts)
        return Column(label, definition, number)


def cells(story: Story, area: Any) -> tuple[str, ...]:
    """The cells of ``FIGURES`` for an area: anything that has these figures."""
    texts = story.texts
    return (
        texts.number(area.inhabitants),
        texts.number(area.groups),
        texts.number(area.per_1000, 1),
        texts.percent(area.reach),
        texts.number(area.unreached),
        texts.t("key.of", n=int(area.uncovered), total=int(area.inhabited)),
    )
