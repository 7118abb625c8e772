"""The work behind the page that reads a list in: check it, lay it beside the register, write it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from utils import (
    database,
    import_contacts,
    import_flow,
    imports,
    plans,
    postcodes,
    problem_rows,
    registry,
    store,
)
from utils.access import Actor
from utils.import_flow import Postcodes, Register, Tell, Wishes
from utils.import_model import Checked, Field, Import, Plan, Problem, Repair, Table
from utils.models import Atlas
from utils.settings import settings
from utils.texts import Texts


@dataclass(frozen=True)
class Kind:
    """Problems of one kind: the key of what is expected, and their positions, in the order of the rows."""

    key: str
    severity: str
    places: tuple[int, ...]
    mendable: int


@dataclass(frozen=True)
class Result:
    """A checked list beside the register; ``token`` tells of which choices.

    ``wrong`` and ``odd`` count rows with an error, and with a warning; ``people`` contacts that are new or
    change.
    """

    token: object
    checked: Checked
    plan: Plan
    kinds: tuple[Kind, ...]
    wrong: int
    odd: int
    people: int

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, by row."""
        return self.plan.checked.problems

    @property
    def good(self) -> int:
        """Rows that go in."""
        return self.plan.checked.rows - self.plan.checked.left_out


@dataclass(frozen=True)
class Written:
    """What an import did; ``made`` None: there was nothing to do. ``rows``: the rows with problems (XLSX)."""

    made: Import | None
    rows: bytes | None
    counts: dict[str, int]


def today() -> date:
    """The day of now, where the server is."""
    return datetime.now(UTC).astimezone().date()


def engine() -> Any:
    """The register; made where there is none yet. Raises StoreError."""
    return registry.engine_for(settings())


def _register() -> Register:
    if not settings().has_register:
        return Register()
    revision, groups = imports.there(engine())
    return Register(groups, revision)


def look(
    table: Table,
    columns: dict[int, Field],
    atlas: Atlas,
    wishes: Wishes,
    known: Checked | None,
    token: object,
    tell: Tell,
) -> tuple[Result, dict[int, Repair]]:
    """Check a list and lay it beside the register; the result, and the repairs that were carried out.

    ``known``: what the check gave before, where only the comparison is to be made anew. ``token`` is for the
    result. Raises DataError, StoreError.
    """
    options = settings()
    tell("register", 0, 0)
    register, repairs = _register(), dict(wishes.repairs)
    if known is None:

        def asked(done: int, total: int) -> None:
            tell("postcodes", done, total)

        where = Postcodes(lambda codes: postcodes.lookup(codes, options, asked))
        around = import_flow.context(atlas, store.current(options), where, register, today())
        tell("check", 0, len(table.lines))
        known, carried_out = import_flow.checked(table, columns, around, wishes)
        repairs = dict(carried_out)
    tell("match", 0, len(table.lines))
    out = import_flow.left_out(table, columns, known)
    plan = plans.make(register.groups, register.revision, known, wishes.complete, out, today())
    rows: dict[str, set[int]] = defaultdict(set)
    for problem in plan.checked.problems:
        rows[problem.severity].add(problem.row)
    kinds = _kinds(plan.checked.problems)
    people = _people(plan)
    return Result(token, known, plan, kinds, len(rows["error"]), len(rows["warning"]), people), repairs


def _people(plan: Plan) -> int:
    """How many contacts the list brings or changes."""
    if not settings().has_register:
        return sum(step.contact is not None for step in plan.steps)
    found = database.read(engine(), lambda connection: import_contacts.due(connection, plan.steps, today()))
    return len(found)


def _kinds(problems: tuple[Problem, ...]) -> tuple[Kind, ...]:
    """Errors first, then by number."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    mendable: Counter[tuple[str, str]] = Counter()
    for i, problem in enumerate(problems):
        known = problem.expected.key, problem.severity
        found[known].append(i)
        mendable[known] += problem.repair is not None
    kinds = [Kind(*known, tuple(places), mendable[known]) for known, places in found.items()]
    return tuple(sorted(kinds, key=lambda kind: (kind.severity, -len(kind.places), kind.key)))


def write(
    actor: Actor,
    plan: Plan,
    about: imports.About,
    table: Table,
    columns: dict[int, Field],
    texts: Texts,
    tell: Tell,
) -> Written:
    """Carry out a plan. Raises Denied, InputError if the register moved meanwhile, StoreError."""
    fresh = not settings().has_register
    register = engine()
    if fresh:  # it has a revision now; if it has groups as well, somebody else was first
        revision, groups = imports.there(register)
        plan = plan if groups else replace(plan, revision=revision)

    def told(done: int, total: int) -> None:
        tell("write", done, total)

    told(0, len(plan.steps))
    rows = None
    if plan.checked.problems:
        rows = problem_rows.workbook(table, plan.checked, texts, columns)
    try:
        made = imports.commit(register, actor, plan, about, told)
    except imports.NothingToDo:
        return Written(None, rows, dict(plan.counts))
    return Written(made, rows, dict(plan.counts))
