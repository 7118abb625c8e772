"""The list of gaps in words: its finding, its totals, one neighbourhood of it. Pure: strings out."""

from typing import Any

import pandas as pd

from utils import wording
from utils.gap_filter import GapFilter
from utils.models import Atlas, Coverage
from utils.summaries import AreaFigures, Totals
from utils.texts import Texts
from utils.wording import Metric


def title(texts: Texts, atlas: Atlas, area: AreaFigures, found: Totals) -> str:
    """The finding in one sentence: how many people live out of reach, in how many neighbourhoods."""
    name = wording.area_name(texts, area.name, area.code)
    if not found.n:
        return texts.t("gaps.title_none", name=name, parts=wording.parts(texts, atlas))
    listed = texts.t("gaps.parts", n=found.n, parts=wording.parts(texts, atlas, found.n))
    return texts.t("gaps.title", n=round(found.unreached), parts=listed, name=name)


def metrics(
    texts: Texts, coverage: Coverage, area: AreaFigures, found: Totals, every: Totals
) -> list[Metric]:
    """The totals of a list beside those of its area; ``every``: of all gaps of the area, unfiltered."""
    atlas, name = coverage.atlas, wording.area_name(texts, area.name, area.code)
    facts: dict[str, Any] = {
        "radius": texts.distance(area.radius),
        "name": name,
        "date": texts.date(atlas.edition.peildatum),
        "groups_date": texts.date(coverage.groups.peildatum),
        "parts": wording.parts(texts, atlas),
        "source": texts.t(f"key.source.{'cell' if atlas.edition.kind == 'approximate' else 'official'}"),
    }
    people = texts.number(found.unreached)
    return [
        Metric(
            texts.t("gaps.people"), people,
            texts.t("gaps.people_of", name=name, x=texts.number(area.unreached)),
            texts.t("gaps.people_help", **facts),
        ),
        Metric(
            texts.t("gaps.listed", parts=wording.parts(texts, atlas).capitalize()), texts.number(found.n),
            texts.t("gaps.listed_of", all=every.n, total=area.inhabited, x=texts.percent(found.parts)),
            texts.t("gaps.listed_help", **facts),
        ),
        Metric(
            texts.t("gaps.share"), texts.percent(found.share),
            texts.t("gaps.share_of", name=name, x=texts.number(area.inhabitants)),
            texts.t("gaps.share_help", **facts),
        ),
    ]  # fmt: skip


def about(texts: Texts, row: pd.Series, total: int | None) -> list[str]:
    """What there is to say of one neighbourhood; ``row`` as of `summaries.gaps`, ``total`` the length of the
    list that it has a rank in, None where it is in no list."""
    said = [texts.t(f"status.s{int(row['status'])}")]
    if total is None:
        said.append(texts.t("gaps.not_listed"))
    else:
        said.append(texts.t("gaps.rank", rank=int(row["rank"]), total=total))
    said.append(
        texts.t("gaps.unreached", x=texts.number(row["unreached"]), of=texts.number(row["inhabitants"]))
    )
    said.append(texts.t("gaps.nearest", x=texts.distance(row["distance"])))
    return said


def choice(texts: Texts, name: str, value: Any) -> str:
    """A value of a filter as its box shows it."""
    if name in ("status", "sorteer"):
        return texts.t(f"gaps.{'order' if name == 'sorteer' else name}.{value}")
    if name == "straal":
        return texts.distance(value)
    if not value:
        return texts.t("gaps.any")
    return texts.t("gaps.from", x=texts.number(value) if name == "inwoners" else texts.distance(value))


def status_choice(wanted: GapFilter) -> str:
    """The key of the statuses that a filter keeps: ``wit``, ``deels`` or ``beide``."""
    return wanted.status[0] if len(wanted.status) == 1 else "beide"
