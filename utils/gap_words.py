"""The list of gaps in words: its finding, its totals, one neighbourhood of it. Pure: strings out."""

from typing import Any

import numpy as np
import pandas as pd

from utils import wording
from utils.gap_filter import GapFilter
from utils.models import Atlas, Coverage, Status
from utils.summaries import AreaFigures, Totals
from utils.texts import Texts
from utils.wording import Metric


def title(texts: Texts, atlas: Atlas, area: AreaFigures, found: Totals, outdated: bool) -> str:
    """The finding in one sentence: how many people live out of reach, in how many neighbourhoods; of an
    outdated list, how many only have an outdated group nearby."""
    name = wording.area_name(texts, area.name, area.code)
    if not found.n:
        return texts.t("gaps.title_none", name=name, parts=wording.parts(texts, atlas))
    listed = texts.t("gaps.parts", n=found.n, parts=wording.parts(texts, atlas, found.n))
    if outdated:
        return texts.t("gaps.title_outdated", n=round(found.lost), parts=listed, name=name)
    return texts.t("gaps.title", n=round(found.unreached), parts=listed, name=name)


def metrics(
    texts: Texts, coverage: Coverage, area: AreaFigures, found: Totals, every: Totals, outdated: bool
) -> list[Metric]:
    """The totals of a list beside those of its area; ``every``: of the area's list without filters."""
    atlas, name = coverage.atlas, wording.area_name(texts, area.name, area.code)
    facts: dict[str, Any] = {
        "radius": texts.distance(area.radius),
        "name": name,
        "date": texts.date(atlas.edition.peildatum),
        "groups_date": texts.date(coverage.groups.peildatum),
        "parts": wording.parts(texts, atlas),
        "source": texts.t(f"key.source.{'cell' if atlas.edition.kind == 'approximate' else 'official'}"),
    }
    kind = "lost" if outdated else "people"
    people, beside = (found.lost, found.unreached) if outdated else (found.unreached, area.unreached)
    return [
        Metric(
            texts.t(f"gaps.{kind}"), texts.number(people),
            texts.t(f"gaps.{kind}_of", name=name, x=texts.number(beside)),
            texts.t(f"gaps.{kind}_help", **facts),
        ),
        Metric(
            texts.t("gaps.listed", parts=wording.parts(texts, atlas).capitalize()), texts.number(found.n),
            texts.t("gaps.listed_of", all=every.n, total=area.inhabited, x=texts.percent(found.parts)),
            texts.t("gaps.outdated_help" if outdated else "gaps.listed_help", **facts),
        ),
        Metric(
            texts.t("gaps.share"), texts.percent(found.share),
            texts.t("gaps.share_of", name=name, x=texts.number(area.inhabitants)),
            texts.t(f"gaps.share_{kind}_help", **facts),
        ),
    ]  # fmt: skip


def about(texts: Texts, row: pd.Series, total: int | None) -> list[str]:
    """What there is to say of one neighbourhood; ``row`` as of `summaries.gaps`, ``total`` the length of the
    list that it has a rank in, None where it is in no list."""
    outdated = "lost" in row
    rank = None if total is None else texts.t("gaps.rank", rank=int(row["rank"]), total=total)
    said = [rank or texts.t("gaps.not_listed")]
    if outdated:
        said.append(texts.t("gaps.now", status=texts.t(f"status.s{int(row['status_now'])}")))
    said.append(states(texts, outdated)[int(row["status"])])
    if outdated:
        said.append(texts.t("gaps.lost_here", x=texts.number(row["lost"])))
    people = {"x": texts.number(row["unreached"]), "of": texts.number(row["inhabitants"])}
    said.append(texts.t("gaps.unreached", **people))
    said.append(texts.t("gaps.nearest", x=texts.distance(row["distance"])))
    if row.get("burglary_rate", np.nan) >= 0:
        rate = texts.number(row["burglary_rate"], 1)
        said.append(texts.t("crime.here", n=int(row["burglaries"]), rate=rate))
    return said


def choice(texts: Texts, wanted: GapFilter, name: str, value: Any) -> str:
    """A value of one of a filter's choices as its box shows it."""
    if name == "status":
        return texts.t(f"gaps.status.{value}")
    if name == "sorteer":
        usual = value == GapFilter.sorteer
        return texts.t("gaps.order.verouderd" if usual and wanted.verouderd else f"gaps.order.{value}")
    if name == "straal":
        return texts.distance(value)
    if not value:
        return texts.t("gaps.any")
    return texts.t("gaps.from", x=texts.number(value) if name == "inwoners" else texts.distance(value))


def states(texts: Texts, outdated: bool) -> list[str]:
    """The statuses in words, in their order; of an outdated list with what they are measured by."""
    return [texts.t(f"gaps.recent.s{int(s)}" if outdated else f"status.s{int(s)}") for s in Status]


def status_choice(wanted: GapFilter) -> str:
    """The key of the statuses that a filter keeps: ``wit``, ``deels`` or ``beide``."""
    return wanted.status[0] if len(wanted.status) == 1 else "beide"
