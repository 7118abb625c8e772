"""What a member of staff typed and has not saved: field by field, beside the group as it was seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from utils.edits import Edit
from utils.errors import InputError
from utils.models import STATUSES, Group

EDITABLE: Final = (
    *("name", "status", "participants", "platform", "since", "until", "confirmed", "description"),
    *("join_link", "reason", "source", "notes"),
)
"""Fields that may be changed in a table. The place is changed on the map."""
DAYS: Final = frozenset({"since", "until", "confirmed"})


def typed(name: str, raw: Any) -> Any:
    """A cell as a table gives it (texts, numbers, days as ISO 8601, None for empty) → the field's own type.

    Raises InputError for a value that is none of the field's.
    """
    if name in DAYS:
        return _day(name, raw)
    if name == "participants":
        return None if raw is None or raw != raw else int(raw)  # nan is not itself
    text = "" if raw is None else str(raw).strip()
    if name == "status" and text not in STATUSES:
        raise InputError("error.choice", option="status", came=text, known=", ".join(STATUSES))
    return text


def _day(name: str, raw: Any) -> date | None:
    if raw is None or raw != raw or raw == "":
        return None
    if isinstance(raw, date):
        return date(raw.year, raw.month, raw.day)
    try:
        return date.fromisoformat(str(raw)[:10])
    except ValueError:
        raise InputError("error.staff_day", came=str(raw)[:40]) from None


@dataclass
class Pending:
    """Changes by group: ``seen`` is the group as it was when its first change was typed."""

    seen: dict[str, Group] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, group: Group, name: str, value: Any) -> None:
        """Remember a value; one that is as it was before is no change."""
        before = self.seen.get(group.id, group)
        changed = {**self.values.get(group.id, {}), name: value}
        changed = {key: one for key, one in changed.items() if one != getattr(before, key)}
        if changed:
            self.seen[group.id], self.values[group.id] = before, changed
        else:
            self.drop([group.id])

    def gather(self, rows: list[Group], edited: Mapping[int, Mapping[str, Any]]) -> None:
        """Take over what a table's widget holds: row number → field → cell. Other fields are left alone.

        Raises InputError as `typed` does, after taking over the rest.
        """
        problem: InputError | None = None
        for number, cells in edited.items():
            for name, raw in cells.items():
                if name not in EDITABLE or not 0 <= int(number) < len(rows):
                    continue
                try:
                    self.put(rows[int(number)], name, typed(name, raw))
                except InputError as found:
                    problem = found
        if problem:
            raise problem

    def shown(self, group: Group) -> Group:
        """A group with the values that were typed."""
        return replace(group, **self.values.get(group.id, {}))

    def drop(self, ids: Iterable[str]) -> None:
        """Forget the changes of some groups."""
        for one in list(ids):
            self.seen.pop(one, None)
            self.values.pop(one, None)

    @property
    def count(self) -> int:
        """How many values were changed."""
        return sum(map(len, self.values.values()))

    def edits(self) -> list[Edit]:
        """What to ask of the register, each based on the version that was seen."""
        return [Edit(one, self.seen[one].version, dict(values)) for one, values in self.values.items()]

    def settle(self, theirs: Iterable[Group], chosen: Mapping[str, Mapping[str, Any]]) -> None:
        """After a conflict: start from the groups as they are now, with the values that were chosen."""
        for group in theirs:
            self.drop([group.id])
            for name, value in chosen.get(group.id, {}).items():
                self.put(group, name, value)
