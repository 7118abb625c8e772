"""How well groups are confirmed, in words: the title of the map layer ``actueel``."""

from utils import wording
from utils.freshness import AreaFreshness
from utils.models import Atlas, Level
from utils.texts import Texts


def title(texts: Texts, atlas: Atlas, name: str, level: Level, found: AreaFreshness) -> str:
    """The finding in one sentence: how many groups nobody confirmed, and where the map may be wrong."""
    if level == "neighbourhood" and found.lower:
        return texts.t("freshness.here", name=name)
    n = 0 if level == "neighbourhood" else found.overstated
    parts = wording.parts(texts, atlas, n)
    if n and found.stale == 0:  # the groups that count are those of other areas
        return texts.t("freshness.around", n=n, parts=parts, name=name)
    if found.active == 0:
        return texts.t("freshness.none", name=name)
    if found.stale == 0:
        return texts.t("freshness.all", n=found.active, name=name)
    groups = texts.t("freshness.groups", n=found.active)
    facts = {"name": name, "stale": found.stale, "total": found.active, "groups": groups}
    if n == 0:
        return texts.t("freshness.same", **facts)
    return texts.t("freshness.overstated", n=n, parts=parts, **facts)
