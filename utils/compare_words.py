"""Areas to set beside each other in words. Pure."""

from collections import Counter

from utils.locate import by_name
from utils.models import COUNTRY, Atlas
from utils.texts import Texts


def names(texts: Texts, atlas: Atlas) -> dict[str, str]:
    """Code → name of every area that can be compared: the country, then provinces, then municipalities.

    A province and a municipality of one name say which they are: "Utrecht (provincie)".
    """
    times = Counter([*atlas.provinces.names, *atlas.municipalities.names])
    found = {COUNTRY: texts.t("area.country")}
    for areas in (atlas.provinces, atlas.municipalities):
        own = {}
        for code, name in zip(areas.codes, areas.names, strict=True):
            level = texts.t(f"level.{areas.level}").lower()
            double = times[name] > 1
            own[str(code)] = texts.t("compare.named", name=name, level=level) if double else str(name)
        found |= dict(sorted(own.items(), key=lambda one: by_name(one[1])))
    return found
