"""A list on its way into the register: what this visitor chose so far, in the memory of the session alone.

Nothing is read, checked or compared twice: a result is kept until something changes that it depends on.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal

import streamlit as st

from utils import (
    group_import,
    import_flow,
    import_work,
    imports,
)
from utils.access import Actor
from utils.errors import AppError, InputError
from utils.import_flow import Tell, Wishes
from utils.import_model import Field, Problem, Repair, Table
from utils.import_work import Result, Written
from utils.models import Atlas
from utils.running import Running
from utils.settings import settings
from utils.texts import Texts

People = Literal["", "column", "all", "none"]
"""What is known of the consent of people in a list: nothing yet, it says so itself, all agreed, leave out."""
CONTACT: Final[tuple[Field, ...]] = ("contact_name", "contact_email", "contact_phone", "contact_role")
PLACES: Final[tuple[Field, ...]] = ("coordinates", "postcode", "place", "municipality")
FILE, COLUMNS, CHECK, PREVIEW, DONE = range(1, 6)
_DESK: Final = "inlezen"


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
        remembered = imports.remembered(import_work.engine()) if settings().has_register else {}

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
            return import_work.look(table, columns, atlas, wishes, known, token, tell)

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
            return import_work.write(actor, plan, about, table, columns, texts, tell)

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


def moved(problem: AppError | None) -> bool:
    """Whether an import was refused because the register changed meanwhile."""
    return isinstance(problem, InputError) and problem.key == "error.import_moved"


def _both(before: Repair, new: Repair) -> Repair:
    values = dict(before.values) | dict(new.values)
    return Repair(tuple(values.items()), new.leave_out or before.leave_out)
