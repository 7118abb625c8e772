"""The resident's answer in words: headline, reason, distances as people say them. Pure."""

import math
from typing import Final

from utils.map_geometry import BLUR
from utils.summaries import AreaFigures
from utils.texts import Texts
from utils.verdict import Nearest, Verdict

WALK: Final = 5_000 / 60
"""Metres that somebody walks in a minute: 5 km an hour, as route planners count."""
STEP: Final = 50.0
_BY_START: Final = ("beyond", "border")


def rounded(metres: float) -> float:
    """A distance as exact as places of 100 metres allow: whole 50 metres, whole 100 metres from 1 km on."""
    step = STEP if metres < 1_000 else BLUR
    return math.floor(metres / step + 0.5) * step


def distance(texts: Texts, metres: float) -> str:
    """A distance for people: "less than 100 m", 350 m, 1,2 km."""
    near = rounded(metres)
    if near < BLUR:
        return texts.t("verdict.under", distance=texts.distance(BLUR))
    return texts.distance(near)


def walk(texts: Texts, metres: float) -> str:
    """How long the walk takes, in a straight line, in whole minutes upwards; over an hour in hours."""
    minutes = max(1, math.ceil(rounded(metres) / WALK))
    if minutes > 60:
        return texts.t("verdict.far_walk", n=(minutes - 1) // 60)
    return texts.t("verdict.walk", n=minutes)


def title(texts: Texts, found: Verdict) -> str:
    """The verdict as a headline."""
    metres = "" if found.distance is None else distance(texts, found.distance)
    return texts.t(f"verdict.title.{found.kind}", distance=metres)


def facts(texts: Texts, found: Verdict, example: bool, alone: bool) -> list[str]:
    """What the verdict rests on: the group, when it was confirmed, what else to know.

    ``alone``: nothing else on the page says that groups are examples.
    """
    said = []
    group = found.group
    if group is not None:
        far = distance(texts, group.distance)
        if found.rule == "area":
            said.append(texts.t("verdict.group_inside", name=group.name))
        elif found.kind == "none":
            said.append(texts.t("verdict.group_none", name=group.name, distance=far))
        else:
            said.append(
                texts.t("verdict.group", name=group.name, distance=far, walk=walk(texts, group.distance))
            )
        if group.confirmed is None:
            said.append(texts.t("verdict.confirmed_never"))
        else:
            said.append(texts.t("verdict.confirmed", date=group.confirmed))
    if example and alone:
        said.append(texts.t("verdict.example"))
    elif found.kind == "none" and not example:
        said.append(texts.t("verdict.unlisted"))
    return said


def why(texts: Texts, found: Verdict, map: bool) -> str:
    """The rule that decided, and what to do where only a place can tell. ``map``: there is a map."""
    key = found.rule if found.rule not in _BY_START else f"{found.rule}_{'point' if found.exact else 'area'}"
    share = "" if found.share is None else texts.percent(found.share)
    said = texts.t(f"verdict.why.{key}", radius=texts.distance(found.radius), share=share)
    if key != "border_area":
        return said
    return f"{said} {texts.t('verdict.search_map' if map else 'verdict.search')}"


def wide(texts: Texts, name: str, area: AreaFigures, fresh: int) -> list[str]:
    """How many active groups an area larger than a neighbourhood has, how many of them are ``fresh``
    (confirmed in the last year), and how many inhabitants live near one."""
    n = area.active
    if not n:
        said = [texts.t("mijn_buurt.wide_none", name=name)]
    else:
        said = [texts.t("mijn_buurt.wide_groups", name=name, n=n)]
        if fresh == n:
            said.append(texts.t("mijn_buurt.wide_all", n=n))
        else:
            said.append(
                texts.t("mijn_buurt.wide_some", n=fresh) if fresh else texts.t("mijn_buurt.wide_stale", n=n)
            )
    if n or area.reach > 0:  # a group over the border may be near
        radius = texts.distance(area.radius)
        said.append(texts.t("mijn_buurt.wide_reach", reach=texts.percent(area.reach), radius=radius))
    return said


def group_lines(texts: Texts, group: Nearest) -> list[str]:
    """What the list says of a group under its name: how far and where; what is known of it; any doubt."""
    where = [walk(texts, group.distance), distance(texts, group.distance)]
    if group.direction:
        where.append(texts.t(f"verdict.direction.{group.direction}"))
    people = group.participants
    known = texts.t("mijn_buurt.people_unknown" if people is None else "mijn_buurt.people", n=people)
    app = texts.t("mijn_buurt.other_app") if group.platform == "Other" else group.platform
    day = group.confirmed
    last = texts.t("mijn_buurt.never") if day is None else texts.t("mijn_buurt.last", date=day)
    lines = [" · ".join(where), " · ".join(one for one in (known, app, last) if one)]
    return lines + ([texts.t(f"verdict.doubt.{group.doubt}")] if group.doubt else [])
