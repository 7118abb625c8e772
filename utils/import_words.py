"""What an import would do to each group, in words."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import fields
from typing import Final

import numpy as np

from utils import coverage, group_words
from utils.import_model import Plan, Step
from utils.models import Atlas, Group
from utils.texts import Texts

KINDS: Final = ("added", "changed", "unchanged", "deactivated")
_SILENT: Final = frozenset({"id", "name", "version", "x", "y"})
_NEW: Final = ("status", "participants", "platform")


def differences(texts: Texts, step: Step, atlas: Atlas, town: str = "") -> list[str]:
    """Each field that changes: "Deelnemers: 40 → 55". Of a new group what matters most; [] for unchanged.

    ``town`` is the name of the municipality where the group lies.
    """
    before, after = step.before, step.after
    if before is None:
        known = [_value(texts, after, name, atlas) for name in _NEW if getattr(after, name)]
        place = [] if after.x is not None else [texts.t("staff_import.no_place")]
        return [*([town] if town else []), *known, *place]
    said = []
    if before.name != after.name:
        said.append(_moved(texts, "name", before.name, after.name))
    if (before.x, before.y) != (after.x, after.y):
        said.append(_place(texts, before, after))
    for one in fields(Group):
        if one.name not in _SILENT and getattr(before, one.name) != getattr(after, one.name):
            values = (_value(texts, group, one.name, atlas) for group in (before, after))
            said.append(_moved(texts, one.name, *values))
    return said


def _moved(texts: Texts, name: str, before: str, after: str) -> str:
    return texts.t("staff_group.moved", field=group_words.label(texts, name), before=before, after=after)


def _place(texts: Texts, before: Group, after: Group) -> str:
    if before.x is None or before.y is None:
        return texts.t("staff_import.place_new")
    if after.x is None or after.y is None:
        return texts.t("staff_import.place_gone")
    metres = math.hypot(after.x - before.x, after.y - before.y)
    return texts.t("staff_import.place_moved", distance=texts.distance(metres))


def _value(texts: Texts, group: Group, name: str, atlas: Atlas) -> str:
    came = getattr(group, name)
    if name == "municipality":
        row = atlas.municipalities.index.get(came)
        return group_words.value(texts, name, came if row is None else str(atlas.municipalities.names[row]))
    if name == "participants" and came is not None:
        return texts.t("staff_import.participants", n=came)
    if name == "area" and came is not None:
        return texts.t("staff_group.outline")
    return group_words.value(texts, name, came)


def per_province(plan: Plan, atlas: Atlas) -> list[tuple[str, Counter[str]]]:
    """Of each province its name and how many groups of each kind; "" for groups of no known province.

    By the place of the group, else by the municipality that was recorded.
    """
    towns, provinces = atlas.municipalities, atlas.provinces
    found: dict[int, Counter[str]] = {row: Counter() for row in (*range(len(provinces.codes)), -1)}
    places = np.array([(step.after.x, step.after.y) for step in plan.steps], dtype=float).reshape(-1, 2)
    rows = np.full(len(places), -1)
    known = np.flatnonzero(np.isfinite(places).all(axis=1))
    rows[known] = coverage.assign(places[known], towns.geometry, coverage.TOLERANCE[atlas.edition.kind])
    for step, row in zip(plan.steps, rows.tolist(), strict=True):
        town = row if row >= 0 else towns.index.get(step.after.municipality, -1)
        found[int(towns.parents[town]) if town >= 0 else -1][step.kind] += 1
    return [(str(provinces.names[row]) if row >= 0 else "", n) for row, n in found.items() if n]


def of_kinds(steps: Sequence[Step], kinds: Sequence[str]) -> list[Step]:
    """The steps of these kinds, in their order."""
    wanted = frozenset(kinds)
    return [step for step in steps if step.kind in wanted]
