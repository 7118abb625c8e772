"""Areas beside each other in words: the finding, the table, the small charts. Pure."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from utils import charts, peers, wording
from utils.chart_look import Caption
from utils.models import COUNTRY, Coverage, Floats
from utils.rankings import MEASURES, places
from utils.summaries import AreaFigures, has_households
from utils.texts import Texts

SHOWN: Final = ("dekkingsgraad", "bereik", "wit", "deelname")
"""The measures that have a small chart: those that do not depend on the size of an area."""
_COUNTS: Final = ("inhabitants", "households", "groups", "active")


@dataclass(frozen=True)
class Row:
    """One figure of all areas: its name, its definition, and a cell for each area."""

    label: str
    definition: str
    cells: tuple[str, ...]


def value(area: AreaFigures, measure: str) -> float:
    """The figure of an area by a measure of :data:`utils.rankings.MEASURES`; nan where there is none."""
    if measure == "wit":
        return area.uncovered / area.inhabited if area.inhabited else float("nan")
    return float(getattr(area, MEASURES[measure].column))


def values(areas: list[AreaFigures], measure: str) -> Floats:
    """The figures of areas by a measure."""
    return np.array([value(area, measure) for area in areas], dtype=np.float64)


def title(texts: Texts, areas: list[AreaFigures], names: list[str]) -> str:
    """The finding: which place the first area has among these by the foundation's measure and by reach."""
    facts = {"name": names[0], "n": len(areas)}
    own = {one: places(values(areas, one), MEASURES[one].low)[0] for one in ("dekkingsgraad", "bereik")}
    if len(areas) == 1 or any(np.isnan(place) for place in own.values()):
        return texts.t("beside.title_plain", **facts)
    same = own["dekkingsgraad"] == own["bereik"]
    key = "beside.title_both" if same else "beside.title"
    return texts.t(key, rate=int(own["dekkingsgraad"]), reach=int(own["bereik"]), **facts)


def chosen(texts: Texts, coverage: Coverage, codes: list[str]) -> str:
    """By which rule these areas stand beside the first."""
    atlas = coverage.atlas
    if not peers.is_usual(atlas, codes) or len(codes) == 1:
        return texts.t("beside.own_choice")
    if codes[0] == COUNTRY:
        return texts.t("beside.largest")
    found = atlas.find(codes[0])
    assert found is not None  # checked where it was chosen
    above = sum(peers.larger(atlas, code, codes[0]) for code in codes[1:])
    below = len(codes) - 1 - above
    side = "both" if above and below else "above" if above else "below"
    which = texts.t(f"beside.similar_{side}", above=above, below=below)
    parts = texts.t(f"parts.{found[0]}", n=2)
    return texts.t("beside.similar", which=which, parts=parts, date=atlas.edition.peildatum)


def table(
    texts: Texts, coverage: Coverage, areas: list[AreaFigures], radius: float, per_group: float
) -> list[Row]:
    """The key figures of areas, a row for each figure with its definition."""
    atlas = coverage.atlas
    facts = {
        "radius": texts.distance(radius),
        "per_group": texts.number(per_group),
        "date": texts.date(atlas.edition.peildatum),
    }

    def row(name: str, cells: list[str]) -> Row:
        return Row(texts.t(f"column.{name}"), texts.t(f"column.help.{name}", **facts), tuple(cells))

    counts = [name for name in _COUNTS if name != "households" or has_households(atlas)]
    made = [row(name, [texts.number(getattr(area, name)) for area in areas]) for name in counts]
    for name in MEASURES:
        column = MEASURES[name].column
        if column not in counts:
            kind = MEASURES[name].kind
            made.append(row(column, [charts.written(texts, kind, value(area, name)) for area in areas]))
    uncovered = [texts.t("key.of", n=area.uncovered, total=area.inhabited) for area in areas]
    made.append(row("uncovered", uncovered))
    named = wording.parts(texts, atlas)
    units = {
        texts.t("column.uncovered_share"): texts.t("measure.name.wit", parts=named),
        texts.t("column.uncovered"): texts.t("key.uncovered", parts=named.capitalize()),
    }
    return [Row(units.get(one.label, one.label), one.definition, one.cells) for one in made]


def caption(
    texts: Texts, coverage: Coverage, areas: list[AreaFigures], names: list[str], measure: str
) -> Caption:
    """What is said around the small chart of a measure; what it means stands in the table above."""
    found, kind = values(areas, measure), MEASURES[measure].kind
    called = texts.t(f"measure.name.{measure}", parts=wording.parts(texts, coverage.atlas))
    listed = "; ".join(
        f"{name}: {charts.written(texts, kind, x)}" for name, x in zip(names, found, strict=True)
    )
    place = places(found, MEASURES[measure].low)[0]
    heading = called
    if len(areas) > 1 and not np.isnan(place):
        n = int((~np.isnan(found)).sum())
        heading = texts.t("beside.place", measure=called, name=names[0], place=int(place), n=n)
    return Caption(heading, "", "", texts.t("league.alt", measure=called, listed=listed))
