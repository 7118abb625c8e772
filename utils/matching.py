"""Which group of the register each row of a file is about. Pure.

A row belongs to the group with its id; else to one of the same name near it.
"""

import hashlib
import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
from pykdtree.kdtree import KDTree

from utils import differences
from utils.differences import given
from utils.import_model import Draft
from utils.locate import normalise
from utils.models import Group

NEAR: Final = 200.0  # metres: two of one name within it are one group
_CANDIDATES: Final = 16  # as many nearest of one name are looked at
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that look alike
_LENGTH: Final = 6

Named = Collection[tuple[str, str]]


def match(existing: Sequence[Group], drafts: Sequence[Draft], left_out: Named = ()) -> dict[int, Group]:
    """The group that each draft is about, by the draft's position; a draft without one is not in it.

    Each group is matched once: by id; else, for a row that came before, by the id that it got then; else by
    name, those nearest and most alike first. A group whose id is in ``left_out``, (id, name) of rows that
    give no draft, is not matched by name.
    """
    by_id = {group.id: group for group in existing}
    found: dict[int, Group] = {}
    used: set[str] = set()

    def take(position: int, group: Group | None) -> None:
        if group is not None and position not in found and group.id not in used:
            found[position] = group
            used.add(group.id)

    for position, draft in enumerate(drafts):
        take(position, by_id.get(draft.id))
    used |= {id_ for id_, _ in left_out}
    names = [normalise(str(draft.values.get("name") or "")) for draft in drafts]
    homes: defaultdict[str, list[Group]] = defaultdict(list)
    for group in existing:
        homes[normalise(group.name)].append(group)
    for position, draft in enumerate(drafts):
        if not draft.id and names[position] in homes:
            take(position, _as_before(draft, names[position], by_id, used))
    rest: defaultdict[str, list[int]] = defaultdict(list)
    for position, name in enumerate(names):
        if name in homes and name and position not in found:
            rest[name].append(position)
    for name, positions in rest.items():
        free = [group for group in homes[name] if group.id not in used]
        for position, group in _pairs({at: drafts[at] for at in positions}, free):
            take(position, group)
    return found


def fresh_ids(values: Mapping[str, Any]) -> Iterator[str]:
    """Short ids for a new group, without end; the same values give the same ids in the same order."""
    facts = given(values) | {"name": normalise(str(values.get("name") or ""))}
    facts |= {axis: round(facts[axis], -1) for axis in ("x", "y") if axis in facts}
    text = json.dumps(facts, sort_keys=True, default=_as_text)
    for turn in range(2**31):
        number = int.from_bytes(hashlib.sha256(f"{turn} {text}".encode()).digest(), "big")
        yield "g-" + "".join(_LETTERS[number // 31**place % 31] for place in range(_LENGTH))


def _as_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


def _as_before(draft: Draft, name: str, by_id: Mapping[str, Group], used: set[str]) -> Group | None:
    """The group that a row without an id became at an earlier import, wherever it is now."""
    for id_ in fresh_ids(draft.values):
        group = by_id.get(id_)
        if group is None:
            break
        if id_ not in used and normalise(group.name) == name:
            return group
    return None


def _pairs(drafts: Mapping[int, Draft], groups: Sequence[Group]) -> list[tuple[int, Group]]:
    """Drafts and groups of one name that may be one, those nearest and most alike first."""
    if not groups:
        return []
    rated: list[tuple[int, int, int, int]] = []
    for (position, draft), near in zip(drafts.items(), _candidates(drafts, groups), strict=True):
        for index in near:
            off = _distance(draft, groups[index])
            if off is not None:
                unlike = len(differences.between(groups[index], draft.values))
                rated.append((round(off), unlike, position, index))
    return [(position, groups[index]) for _, _, position, index in sorted(rated)]


def _candidates(drafts: Mapping[int, Draft], groups: Sequence[Group]) -> list[list[int]]:
    """For each draft the groups to look at: all of a few, else the nearest ones."""
    if len(groups) <= _CANDIDATES:
        return [list(range(len(groups)))] * len(drafts)
    far = 1e9  # where those without a place are: with each other, far from the rest
    there = np.array(
        [[far if axis is None else axis for axis in (group.x, group.y)] for group in groups], dtype=np.float64
    )
    rows = [given(draft.values) for draft in drafts.values()]
    here = np.array([[row.get("x", far), row.get("y", far)] for row in rows], dtype=np.float64)
    nearest = np.asarray(KDTree(there).query(here, k=_CANDIDATES)[1])
    return [[int(index) for index in row] for row in nearest]


def _distance(draft: Draft, group: Group) -> float | None:
    """Metres between a draft and a group of its name, None if they cannot be one.

    Where one has no place: 0 in the same municipality.
    """
    came = given(draft.values)
    x, y = came.get("x"), came.get("y")
    if x is None or y is None or group.x is None or group.y is None:
        return 0.0 if group.municipality and came.get("municipality") == group.municipality else None
    off = math.hypot(x - group.x, y - group.y)
    return off if off <= NEAR else None
