"""What an import would do to the register: rows of a file beside the groups that are there. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from utils import differences, group_rules
from utils.differences import NOT_LISTED
from utils.errors import InputError, Notice
from utils.import_model import Checked, Draft, Plan, Problem, Step
from utils.locate import normalise
from utils.matching import Named, fresh_ids, match
from utils.models import Group

MUCH: Final = 0.2  # a complete list that deactivates a larger share of the register must be confirmed


def make(
    existing: Sequence[Group],
    revision: str,
    checked: Checked,
    complete: bool,
    left_out: Named = (),
    today: date | None = None,
) -> Plan:
    """What the rows of a file would do to these groups.

    Parameters
    ----------
    existing : groups of the register, as it was at ``revision``.
    checked : the rows without an error, and the problems.
    complete : whether the file lists all groups: active ones that it has no row for become inactive.
    left_out : (id, name) of the rows that give no draft, "" for none: their groups are in the list as well.
    today : the day on which groups that are not in the list end; None leaves ``until`` as it is.

    Returns
    -------
    Plan: a step for each draft in the order of the file, then one for each group that is not listed.
    A row that would make its group one that the register does not take becomes a problem instead.
    ``warnings`` tells of a list that would deactivate more than a fifth of the active groups. The same groups
    and rows give the same plan; once carried out, the same rows leave nothing to do.
    """
    matched = match(existing, checked.drafts, left_out)
    registered = {group.id for group in existing}
    wanted = {draft.id for draft in checked.drafts} - registered - {""}
    fresh = _Fresh(wanted, registered | {id_ for id_, _ in left_out})
    steps: list[Step] = []
    problems: list[Problem] = []
    for position, draft in enumerate(checked.drafts):
        made = _step(draft, matched.get(position), fresh, today)
        if isinstance(made, Step):
            steps.append(made)
        else:
            problems.append(made)
    if problems:
        every = sorted((*checked.problems, *problems), key=lambda problem: problem.row)
        checked = replace(checked, left_out=checked.left_out + len(problems), problems=tuple(every))
    warnings: tuple[Notice, ...] = ()
    if complete:
        absent = _absent(existing, {group.id for group in matched.values()}, left_out)
        steps += [Step("deactivated", None, group, _ended(group, today)) for group in absent]
        active = sum(group.status == "active" for group in existing)
        if len(absent) > MUCH * active:
            warnings = (Notice("plan.much", {"n": len(absent), "active": active}),)
    kinds = Counter(step.kind for step in steps)
    counts = {kind: kinds[kind] for kind in ("added", "changed", "unchanged", "deactivated")}
    counts |= {"left_out": checked.left_out, "rows": checked.rows}
    return Plan(revision, tuple(steps), checked, complete, counts, warnings)


def _step(draft: Draft, group: Group | None, fresh: "_Fresh", today: date | None) -> Step | Problem:
    """What a row does; a problem where the group would become one that the register does not take."""
    if group is None:
        after = Group(fresh.take(draft), **differences.given(draft.values))
    else:
        after = replace(group, **differences.between(group, draft.values))
    if after == group:
        return Step("unchanged", draft.row, group, after, draft.contact)
    if group is None:  # a row without an error is a group that the register takes
        return Step("added", draft.row, None, group_rules.placed(after), draft.contact)
    try:  # but it need not go with what the register has
        after = group_rules.placed(after)
        group_rules.check(after, today)
    except InputError as wrong:
        return Problem(draft.row, "", "", Notice(wrong.key, wrong.params), "error")
    ended = group.status != "inactive" and after.status == "inactive"
    return Step("deactivated" if ended else "changed", draft.row, group, after, draft.contact)


def _ended(group: Group, today: date | None) -> Group:
    return replace(group, status="inactive", reason=NOT_LISTED, until=today or group.until)


def _absent(existing: Sequence[Group], listed: set[str], left_out: Named) -> list[Group]:
    """Active groups that no row is about, by name."""
    registered = {group.id for group in existing}
    listed = listed | {id_ for id_, _ in left_out}
    names = {normalise(name) for id_, name in left_out if name and id_ not in registered}
    absent = [group for group in existing if group.status == "active" and group.id not in listed]
    left = [group for group in absent if normalise(group.name) not in names]
    return sorted(left, key=lambda group: (group.name, group.id))


class _Fresh:
    """Ids for new groups, each of which is nobody's yet."""

    def __init__(self, wanted: set[str], taken: set[str]) -> None:
        self._wanted, self._taken = wanted, taken

    def take(self, draft: Draft) -> str:
        """The row's own id; where it has none, or one that is taken, the first that its values give."""
        if draft.id in self._wanted:
            self._wanted.remove(draft.id)
            chosen = draft.id
        else:
            nobody = (
                id_ for id_ in fresh_ids(draft.values) if id_ not in self._taken and id_ not in self._wanted
            )
            chosen = next(nobody)
        self._taken.add(chosen)
        return chosen
