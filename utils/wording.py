"""Figures → words: titles, key figures, legends, tooltips, headings. Pure: texts in, strings out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from utils import classes, crime_words
from utils.coverage import RADIUS_DEFAULT, SMALL
from utils.crime import Crime
from utils.maps import View, tile_credit
from utils.models import COUNTRY, Atlas, Coverage, Groups, Layer, Level, Status
from utils.published import Published
from utils.siting import ALL
from utils.summaries import AreaFigures, KeyFigures, has_households
from utils.texts import Texts

KADASTER = "https://www.kadaster.nl"
#: The lines of a layer's own tooltip: a fact, the line where it is known, and where it is not ("" for none).
_FACTS: dict[Layer, tuple[tuple[str, str, str], ...]] = {
    "actueel": (
        ("fresh", "tip.fresh", "tip.groupless"),
        ("overstated", "tip.overstated", ""),
        ("lower", "tip.lower", ""),
    ),
    "inbraken": (("burglary_rate", "tip.burglaries", "tip.no_burglaries"),),
}


@dataclass(frozen=True)
class Metric:
    """One key figure: its name, value, what it compares with, and its definition."""

    label: str
    value: str
    compare: str
    definition: str


@dataclass(frozen=True)
class LegendRow:
    """One class of the legend."""

    swatch: classes.Swatch
    label: str


def parts(texts: Texts, atlas: Atlas, n: int = 2) -> str:
    """What the smallest areas are called: neighbourhoods when official, cells when approximate."""
    return texts.t(f"parts.{part_kind(atlas, 'neighbourhood')}", n=n)


def part_kind(atlas: Atlas, level: Level) -> str:
    """The key of a level's name: ``cell`` for approximate neighbourhoods."""
    return "cell" if level == "neighbourhood" and atlas.edition.kind == "approximate" else level


def area_name(texts: Texts, name: str, code: str) -> str:
    """The name of an area; the country's in the reader's language."""
    return texts.t("area.country") if code == COUNTRY else name


def title(texts: Texts, atlas: Atlas, area: AreaFigures) -> str:
    """The finding in one sentence."""
    name = area_name(texts, area.name, area.code)
    if area.level == "neighbourhood":
        return texts.t(f"title.neighbourhood.s{int(area.status)}", name=name)
    if area.inhabited == 0:
        if area.status == Status.UNKNOWN:  # nobody known to live here is not nobody
            return texts.t(f"title.neighbourhood.s{int(Status.UNKNOWN)}", name=name)
        return texts.t("title.unhabited", name=name)
    if area.uncovered == 0:
        return texts.t("title.none", name=name, parts=parts(texts, atlas))
    named = parts(texts, atlas, area.inhabited)
    return texts.t("title.gaps", n=area.uncovered, total=area.inhabited, name=name, parts=named)


def _compared(
    texts: Texts,
    key: KeyFigures,
    shown: Callable[[AreaFigures], str],
    own: Callable[[AreaFigures], str] | None = None,
) -> str:
    """The same figure of the area itself in other words, of its province and of the country."""
    said = [own(key.area)] if own else []
    for other in (key.municipality, key.province, key.country):
        if other is not None and other.code != key.area.code:
            said.append(
                texts.t("key.compare", area=area_name(texts, other.name, other.code), value=shown(other))
            )
    return " · ".join(said)


def metrics(texts: Texts, coverage: Coverage, key: KeyFigures, nearest: float) -> list[Metric]:
    """The four key figures of an area, each with its definition, date and comparison.

    ``nearest`` is the distance of a neighbourhood to its nearest group, see :func:`utils.summaries.nearest`.
    """
    atlas, area = coverage.atlas, key.area
    within, day = texts.distance(key.area.radius), texts.date(atlas.edition.peildatum)
    kind = "cell" if part_kind(atlas, area.level) == "cell" else "official"
    facts = {
        "radius": within,
        "date": day,
        "source": texts.t(f"key.source.{kind}"),
        "people": people(texts, atlas, area),
    }

    def rate(a: AreaFigures) -> str:
        return texts.t("key.per_1000", x=texts.number(a.per_1000, 1))

    def unreached(a: AreaFigures) -> str:
        return texts.percent(1 - a.reach)

    def open_share(a: AreaFigures) -> str:
        return texts.percent(a.uncovered / a.inhabited if a.inhabited else None)

    named = parts(texts, atlas)
    groups = Metric(
        texts.t("key.groups"),
        texts.number(area.groups),
        _compared(texts, key, lambda a: texts.number(a.per_1000, 1), rate),
        texts.t("key.groups_help", inactive=area.groups - area.active, date=coverage.groups.peildatum),
    )
    reach = Metric(
        texts.t("key.reach"),
        texts.percent(area.reach),
        _compared(texts, key, lambda a: texts.percent(a.reach)),
        texts.t("key.reach_help", **facts),
    )
    far = Metric(
        texts.t("key.unreached"),
        texts.number(area.unreached),
        _compared(texts, key, unreached, lambda a: texts.t("key.share_of_inhabitants", x=unreached(a))),
        texts.t("key.unreached_help", **facts),
    )
    if area.level == "neighbourhood":
        last = Metric(texts.t("key.nearest"), texts.distance(nearest), "", texts.t("key.nearest_help"))
    else:
        last = Metric(
            texts.t("key.uncovered", parts=named.capitalize()),
            texts.t("key.of", n=area.uncovered, total=area.inhabited),
            _compared(
                texts, key, open_share, lambda a: texts.t("key.share_of_parts", x=open_share(a), parts=named)
            ),
            texts.t("key.uncovered_help", radius=within, parts=named),
        )
    return [groups, reach, far, last]


def people(texts: Texts, atlas: Atlas, area: AreaFigures) -> str:
    """The inhabitants of an area, and its households where the edition has them; nobody is not unknown."""
    if area.inhabitants == 0:
        return texts.t("key.nobody")
    said = texts.t("key.inhabitants", x=texts.number(area.inhabitants))
    if not has_households(atlas):
        return said
    return texts.t("key.and", one=said, other=texts.t("key.households", x=texts.number(area.households)))


def people_line(texts: Texts, coverage: Coverage, area: AreaFigures) -> str:
    """Inhabitants and households with their date and source, for an official edition; else ""."""
    edition = coverage.atlas.edition
    if edition.kind != "official":
        return ""
    return texts.t("key.people", people=people(texts, coverage.atlas, area), date=edition.peildatum)


def legend(
    texts: Texts, layer: Layer, unit: Level, theme: classes.Theme, unknown: bool = False
) -> list[LegendRow]:
    """The classes of a layer in words; of the layer status "unknown" only where it occurs."""
    scale = classes.scale(layer, unit, theme)
    if layer == "status":
        shown = [s for s in Status if unknown or s != Status.UNKNOWN]
        return [LegendRow(scale.swatches[s], texts.t(f"status.s{int(s)}")) for s in shown]
    written: Callable[[float], str] = {
        "dekkingsgraad": lambda x: texts.number(x, 2),
        "bereik": texts.percent,
        "groepen": texts.number,
        "actueel": texts.percent,
        "inbraken": texts.number,
    }[layer]  # fmt: skip
    labels = [written(0)]
    for low, high in zip(scale.bounds, scale.bounds[1:], strict=False):
        if layer != "groepen":
            key = "legend.upto" if low == 0 else "legend.between"
            labels.append(texts.t(key, low=written(low), high=written(high)))
        elif high - low == 1:
            labels.append(written(high))
        else:
            labels.append(texts.t("legend.between", low=written(low + 1), high=written(high)))
    labels.append(texts.t("legend.above", low=written(scale.bounds[-1])))
    labels += [texts.t(f"legend.marked.{layer}")] if scale.marks else []
    labels.append(texts.t("legend.groupless" if layer == "actueel" else "legend.missing"))
    return [LegendRow(swatch, label) for swatch, label in zip(scale.swatches, labels, strict=True)]


def layer_help(
    texts: Texts, coverage: Coverage, view: View, since: date, crime: Crime | None = None
) -> str:
    """What a layer shows: definition, day and source. ``since``: from when on a group counts as confirmed;
    ``crime`` are the burglaries that the layer of that name shows."""
    register = texts.t("table.register_example" if coverage.groups.example else "table.register_own")
    return texts.t(
        f"layer.help.{view.layer}",
        radius=texts.distance(view.radius),
        since=since,
        register=register,
        date=coverage.groups.peildatum,
        year=str(crime.year) if crime else texts.unknown,
        state=crime_words.state(texts, crime.provisional if crime else None),
    )


def map_texts(texts: Texts, atlas: Atlas, name: str, view: View, table: bool = True) -> dict[str, Any]:
    """The sentences that the map's script shows; {groups} and its like are filled in there.

    ``table``: the page has the figures of the map as a table too; else it has those of the area only.
    """
    figures = ("groups", "rate", "reach", "inhabitants", "uncovered", "inhabited")
    own = ("fresh", "active", "overstated", "burglaries", "burglary_rate")
    later = {k: "{" + k + "}" for k in (*figures, *own)}
    named = parts(texts, atlas)
    facts = [
        [fact, *(texts.t(key, parts=named, **later) if key else "" for key in keys)]
        for fact, *keys in _FACTS.get(view.layer, ())
    ]
    where = texts.t("map.in_table" if table else "map.in_page")
    return {
        "label": texts.t("map.label", name=name, layer=texts.t(f"layer.{view.layer}"), where=where),
        "zoomIn": texts.t("map.zoom_in"),
        "zoomOut": texts.t("map.zoom_out"),
        "credit": credit(texts, atlas, view.unit == "neighbourhood"),
        "tiles": tiles(texts),
        "failed": f"{texts.t('map.failed')} {where}",
        "go": texts.t("map.go"),
        "around": texts.t("map.around"),
        "unknown": texts.unknown,
        "status": [texts.t(f"status.s{int(s)}") for s in Status],
        "group": texts.t("tip.group", **later),
        "groups": texts.t("tip.groups", **later),
        "reach": texts.t("tip.reach", radius=texts.distance(view.radius), **later),
        "uncovered": texts.t("tip.uncovered", parts=named, **later),
        "facts": facts,
    }


def credit(texts: Texts, atlas: Atlas, parts: bool) -> str:
    """Whose outlines a map shows; ``parts``: those of neighbourhoods too."""
    if atlas.edition.kind == "official":
        return texts.t("map.credit_official", year=str(atlas.edition.year))
    return texts.t("map.credit_cells" if parts else "map.credit")


def tiles(texts: Texts) -> str:
    """The credit of the base map, as HTML."""
    return tile_credit(texts.t("map.tiles", link="{link}"), texts.t("map.tiles_link"), KADASTER)


def dot_note(texts: Texts) -> Callable[[Groups, int], str]:
    """What is said under a group's name on the map."""

    def note(groups: Groups, i: int) -> str:
        if groups.status[i] == "inactive":
            return texts.t("tip.dot_inactive")
        if groups.status[i] != "active":
            return texts.t("tip.dot_pending")
        day = texts.date(groups.confirmed[i])
        if np.isnan(groups.participants[i]):
            return texts.t("tip.dot_unknown", date=day)
        return texts.t("tip.dot", participants=texts.number(groups.participants[i]), date=day)

    return note


def source_line(texts: Texts, coverage: Coverage, radius: float) -> str:
    """Where the figures on the page come from, and their dates."""
    register = texts.t("table.register_example" if coverage.groups.example else "table.register_own")
    edition = coverage.atlas.edition
    return texts.t(
        "table.source_official" if edition.kind == "official" else "table.source_cells",
        year=str(edition.year),
        date=edition.peildatum,
        register=register,
        groups_date=coverage.groups.peildatum,
        radius=texts.distance(radius),
    )


def data_sources(texts: Texts, coverage: Coverage) -> list[tuple[str, str, str, str]]:
    """What the page shows, whence, of which date, and what to know of it: a row for each kind of data."""
    atlas, groups = coverage.atlas, coverage.groups
    official = atlas.edition.kind == "official"
    day, n = texts.date(atlas.edition.peildatum), len(atlas.neighbourhoods)
    part = "neighbourhoods" if official else "cells"
    outlines = "outlines_official" if official else "outlines"
    figures = "inhabitants_official" if official else "inhabitants"
    who = "example" if groups.example else "own"

    def said(key: str, **params: object) -> str:
        return texts.t(f"method.sources.{key}", **params)

    total, homes = (
        texts.number(float(np.nansum(values)) if np.isfinite(values).any() else None)
        for values in (atlas.municipalities.inhabitants, atlas.municipalities.households)
    )
    return [
        (
            said(figures),
            said(f"{figures}_source", year=str(atlas.edition.year)),
            day,
            said(f"{figures}_note", total=total, homes=homes),
        ),
        (
            said("outlines"),
            said(f"{outlines}_source"),
            day,
            said(f"{outlines}_note", year=str(atlas.edition.year)),
        ),
        (said(part), said(f"{part}_source"), day, said(f"{part}_note", n=n)),
        (
            said("groups"),
            said(f"groups_{who}_source"),
            texts.date(groups.peildatum),
            said(f"groups_{who}_note", n=len(groups), outside=int((coverage.home < 0).sum())),
        ),
    ]


def method_facts(texts: Texts, coverage: Coverage, per_group: float) -> dict[str, str]:
    """The numbers that the method page's sentences mention."""
    return {
        "small": texts.number(SMALL),
        "radius": texts.distance(RADIUS_DEFAULT),
        "per_group": texts.number(per_group),
        "samples": texts.number(coverage.atlas.samples.shape[1]),
        "places": texts.number(ALL),
    }


def published_rows(
    texts: Texts, figures: list[Published], now: Callable[[str], tuple[str, ...]]
) -> list[tuple[str, str, str, str, str]]:
    """The published figures, newest first: when, where, groups, participants ("" if not given), source.

    ``now`` gives the names of the municipalities that one that ended became, () for one that is still there.
    """

    def where(one: Published) -> str:
        if one.level == "country":
            return texts.t("area.country")
        names = now(one.area) if one.level == "municipality" else ()
        if not names:
            return one.area
        return texts.t("method.published.now", n=len(names), area=one.area, names=", ".join(names))

    return [
        (
            one.date,
            where(one),
            texts.number(one.groups),
            "" if one.participants is None else texts.number(one.participants),
            one.source,
        )
        for one in sorted(figures, key=lambda one: one.date, reverse=True)
    ]
