"""A list on its way into the register: what this visitor chose so far, in the memory of the session alone.

Nothing is read, checked or compared twice: a result is kept until something changes that it depends on.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Literal

import streamlit as st

from utils import (
    database,
    group_import,
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
from utils.errors import AppError, InputError
from utils.import_flow import Postcodes, Register, Tell, Wishes
from utils.import_model import Checked, Field, Import, Plan, Problem, Repair, Table
from utils.models import Atlas
from utils.running_import import Running
from utils.settings import settings
from utils.texts import Texts

People = Literal["", "column", "all", "none"]
"""What is known of the consent of people in a list: nothing yet, it says so itself, all agreed, leave out."""
CONTACT: Final[tuple[Field, ...]] = ("contact_name", "contact_email", "contact_phone", "contact_role")
PLACES: Final[tuple[Field, ...]] = ("coordinates", "postcode", "place", "municipality")
FILE, COLUMNS, CHECK, PREVIEW, DONE = range(1, 6)
_DESK: Final = "inlezen"


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


@dataclass
class Desk:
    """The list, the choices, the results, and what goes on."""

    step: int = FILE
    turn: int = 0
    file: str = ""
    sha256: str = ""
    found: tuple[Table, ...] = ()
    sheet: int = 0
    columns: dict[int, Field] = field(default_factory=dict)
    remembered: dict[str, str] = field(default_factory=dict)
    people: People = ""
    agreed_on: date | None = None
    agreed_how: str = ""
    repairs: dict[int, Repair] = field(default_factory=dict)
    choices: dict[tuple[int, str, str], dict[str, Any]] = field(default_factory=dict)
    complete: bool = False
    mend: bool = False
    moved: bool = False
    result: Result | None = None
    written: Written | None = None
    job: Running[Any] | None = None
    take: Callable[[Any], None] | None = None
    problem: AppError | None = None
    kept: dict[str, tuple[object, Any]] = field(default_factory=dict)

    @property
    def table(self) -> Table:
        """The table that is read."""
        return self.found[self.sheet]

    @property
    def mapping(self) -> dict[int, Field]:
        """What is read: without people where they are to be left out."""
        if self.people != "none":
            return self.columns
        people = {*CONTACT, "consent"}
        return {column: field for column, field in self.columns.items() if field not in people}

    @property
    def token(self) -> object:
        """What the result depends on."""
        consent = (self.agreed_on, self.agreed_how) if self.people == "all" else None
        return self.sha256, self.sheet, sorted(self.mapping.items()), consent, self.repairs, self.complete

    def once(self, name: str, about: object, make: Callable[[], Any]) -> Any:
        """What ``make`` gives, kept as long as ``about`` is the same."""
        known = self.kept.get(name)
        if known is None or known[0] != about:
            self.kept[name] = known = (about, make())
        return known[1]

    # --- what goes on

    def start(self, work: Callable[[Tell], Any], take: Callable[[Any], None]) -> None:
        """Begin a step in the background; ``take`` gets its result."""
        self.problem = None
        self.job, self.take = Running(work), take

    def end(self) -> None:
        """Take what has ended."""
        job, take = self.job, self.take
        self.job = self.take = None
        if job is None or take is None:
            return
        if job.problem is not None:
            self.problem = job.problem
        elif job.result is None:
            self.problem = AppError("staff_import.broken")
        else:
            take(job.result)

    def read(self, content: bytes, name: str) -> None:
        """Read a file; it takes the place of the list before it once it proves to be one."""
        remembered = imports.remembered(_engine()) if settings().has_register else {}

        def work(tell: Tell) -> Desk:
            tell("read", 0, 0)
            found = import_flow.tables(content, name)
            file, sha256 = import_flow.short_name(name), import_flow.digest(content)
            return Desk(COLUMNS, self.turn, file, sha256, found, remembered=remembered)

        def take(fresh: Desk) -> None:
            vars(self).update(vars(fresh))
            self.choose(0)

        self.start(work, take)

    def choose(self, sheet: int) -> None:
        """Take a table of the file, with what its columns seem to mean."""
        self.sheet = sheet
        self.columns = import_flow.mapping(self.table, self.remembered, {})
        self.repairs, self.choices, self.people = {}, {}, ""
        self.agreed_on, self.agreed_how, self.result = None, "", None

    def look(self, atlas: Atlas) -> None:
        """Check the list and lay it beside the register. Does nothing where that is known already."""
        if self.result is not None and self.result.token == self.token:
            return
        known = self.result.checked if self.result and self._same_rows(self.result) else None
        table, columns, token = self.table, dict(self.mapping), self.token
        consent = (self.agreed_on, self.agreed_how) if self.people == "all" and self.agreed_on else None
        wishes = Wishes(self.complete, consent, dict(self.repairs), self.mend)
        self.mend = False

        def work(tell: Tell) -> tuple[Result, dict[int, Repair]]:
            return _look(table, columns, atlas, wishes, known, token, tell)

        self.start(work, self._looked)

    def _same_rows(self, result: Result) -> bool:
        """Whether only the comparison with the register is to be made anew."""
        before, now = result.token, self.token
        assert isinstance(before, tuple)
        assert isinstance(now, tuple)
        return not self.mend and before[:-1] == now[:-1]

    def _looked(self, found: tuple[Result, dict[int, Repair]]) -> None:
        result, self.repairs = found
        self.result = replace(result, token=self.token)
        self.choices = {}

    def again(self, step: int) -> None:
        """The register changed meanwhile: compare anew, and say so."""
        self.step, self.moved, self.result = step, True, None

    def write(self, actor: Actor, texts: Texts) -> None:
        """Carry out the plan. Raises Denied."""
        actor.require("import")
        assert self.result is not None
        plan, table, columns = self.result.plan, self.table, dict(self.columns)
        about = imports.About(self.file, self.sha256, import_flow.to_remember(table, columns))

        def work(tell: Tell) -> Written:
            return _write(actor, plan, about, table, columns, texts, tell)

        self.start(work, self._wrote)

    def _wrote(self, written: Written) -> None:
        fresh = Desk(DONE, self.turn, self.file, written=written)  # the list itself is dropped
        vars(self).update(vars(fresh))

    # --- repairs

    def mend_all(self, problems: Iterable[Problem]) -> None:
        """Accept the proposals for these problems."""
        self.lay(group_import.proposed(problems))

    def lay(self, repairs: dict[int, Repair]) -> None:
        """Add repairs to those that there are; the new one counts where both are about one field."""
        self.repairs = self.repairs | {
            row: _both(self.repairs.get(row, Repair()), one) for row, one in repairs.items()
        }


def desk() -> Desk:
    """That of this visitor."""
    found: Desk = st.session_state.setdefault(_DESK, Desk())
    return found


def clear() -> None:
    """Start with an empty desk. For callbacks."""
    st.session_state[_DESK] = Desk(turn=desk().turn + 1)


def missing(columns: dict[int, Field], outlines: bool) -> tuple[str, ...]:
    """What a list lacks to be read: ``name``, ``place``, ``twice``."""
    fields = Counter(columns.values())
    known = bool(fields["id"])  # groups that are in the register already need no more
    place = outlines or bool(fields["lat"] and fields["lon"]) or any(fields[one] for one in PLACES)
    lacks = [] if fields["name"] or known else ["name"]
    lacks += [] if place or known else ["place"]
    return (*lacks, "twice") if max(fields.values(), default=0) > 1 else tuple(lacks)


def today() -> date:
    """The day of now, where the server is."""
    return datetime.now(UTC).astimezone().date()


def _engine() -> Any:
    return registry.engine_for(settings())


def _register() -> Register:
    if not settings().has_register:
        return Register()
    revision, groups = imports.there(_engine())
    return Register(groups, revision)


def _look(
    table: Table,
    columns: dict[int, Field],
    atlas: Atlas,
    wishes: Wishes,
    known: Checked | None,
    token: object,
    tell: Tell,
) -> tuple[Result, dict[int, Repair]]:
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
    found = database.read(_engine(), lambda connection: import_contacts.due(connection, plan.steps, today()))
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


def _write(
    actor: Actor,
    plan: Plan,
    about: imports.About,
    table: Table,
    columns: dict[int, Field],
    texts: Texts,
    tell: Tell,
) -> Written:
    fresh = not settings().has_register
    engine = _engine()
    if fresh:  # it has a revision now; if it has groups as well, somebody else was first
        revision, groups = imports.there(engine)
        plan = plan if groups else replace(plan, revision=revision)

    def told(done: int, total: int) -> None:
        tell("write", done, total)

    told(0, len(plan.steps))
    rows = None
    if plan.checked.problems:
        rows = problem_rows.workbook(table, plan.checked, texts, columns)
    try:
        made = imports.commit(engine, actor, plan, about, told)
    except imports.NothingToDo:
        return Written(None, rows, dict(plan.counts))
    return Written(made, rows, dict(plan.counts))


def moved(problem: AppError | None) -> bool:
    """Whether an import was refused because the register changed meanwhile."""
    return isinstance(problem, InputError) and problem.key == "error.import_moved"


def _both(before: Repair, new: Repair) -> Repair:
    values = dict(before.values) | dict(new.values)
    return Repair(tuple(values.items()), new.leave_out or before.leave_out)
