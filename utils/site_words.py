"""Proposed places for groups in words: the finding, key figures, how near to the best. Pure: strings out."""

import math
from collections.abc import Sequence

import numpy as np

from utils import wording
from utils.chart_look import Caption
from utils.models import Coverage
from utils.siting import MOST, Siting
from utils.texts import Texts
from utils.wording import Metric


def title(texts: Texts, name: str, radius: float, found: Siting) -> str:
    """The finding in one sentence: how many people get a group nearby."""
    if not found.sites:
        return none(texts, name, radius)
    return texts.t("sites.title", n=len(found.sites), x=texts.number(found.gained), name=name)


def none(texts: Texts, name: str, radius: float) -> str:
    """That nobody in an area is known to be without a group."""
    return texts.t("sites.none", name=name, radius=texts.distance(radius))


def at_most(texts: Texts, found: Siting) -> str:
    """By what part a choice falls short of the best at most, rounded up to a tenth of a percent."""
    return texts.percent(math.ceil(found.short * 1_000 - 1e-9) / 1_000, 1)


def quality(texts: Texts, found: Siting) -> str:
    """How near to the best choice, in a sentence."""
    n = len(found.sites)
    if found.method == "exact":
        return texts.t("sites.exact", n=n)
    return texts.t("sites.greedy", n=n, x=at_most(texts, found), bound=texts.number(math.ceil(found.bound)))


def metrics(texts: Texts, coverage: Coverage, name: str, radius: float, found: Siting) -> list[Metric]:
    """People who get a group nearby, as a part of all without one, and the difference from the best."""
    atlas = coverage.atlas
    facts = {
        "name": name,
        "radius": texts.distance(radius),
        "date": atlas.edition.peildatum,
        "groups_date": coverage.groups.peildatum,
        "part": wording.parts(texts, atlas, 1),
        "source": texts.t(f"key.source.{'cell' if atlas.edition.kind == 'approximate' else 'official'}"),
    }
    exact = found.method == "exact"
    left = texts.number(found.open - found.gained)
    return [
        Metric(
            texts.t("sites.gained"), texts.number(found.gained),
            texts.t("sites.gained_of", name=name, x=texts.number(found.open)),
            texts.t("sites.gained_help", **facts),
        ),
        Metric(
            texts.t("sites.share"), texts.percent(found.gained / found.open if found.open else None),
            texts.t("sites.share_of", x=left), texts.t("sites.share_help", **facts),
        ),
        Metric(
            texts.t("sites.best"),
            texts.t("sites.best_none") if exact else texts.t("sites.best_at_most", x=at_most(texts, found)),
            texts.t("sites.proven") if exact else texts.t("sites.most", bound=math.ceil(found.bound)),
            f"{quality(texts, found)} {texts.t('sites.best_help')}",
        ),
    ]  # fmt: skip


def notes(texts: Texts, found: Siting) -> list[str]:
    """What each place adds, in a line."""
    return [texts.t("sites.note", x=texts.number(site.gained)) for site in found.sites]


def number_help(texts: Texts) -> str:
    """What the number of groups means."""
    return texts.t("sites.k_help", high=MOST)


def chart(texts: Texts, coverage: Coverage, name: str, radius: float, found: Siting) -> Caption:
    """What is said around the curve: how soon half is reached, where that is early."""
    gained = np.cumsum([site.gained for site in found.sites])
    n, half = len(gained), int(np.searchsorted(gained, gained[-1] / 2)) + 1
    early = half > 1 and half <= 0.4 * n
    return Caption(
        title=texts.t("sites.chart.half", n=half) if early else texts.t("sites.chart.title"),
        meaning=texts.t("sites.chart.meaning", name=name, radius=texts.distance(radius)),
        source=wording.source_line(texts, coverage, radius),
        alt=texts.t("sites.chart.alt", first=texts.number(gained[0]), last=texts.number(gained[-1]), n=n),
    )


def names(rows: Sequence[tuple[str, str]]) -> list[str]:
    """Neighbourhood and municipality of each place."""
    return [f"{part}, {town}" for part, town in rows]
