"""From a user's file to a plan: the one way of the terminal and the staff page. Writes nothing.

File → tables → one table → what its columns mean → checked rows → plan. What a step needs of the outside is
handed to it: the country, the register as it is, who knows postcodes.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePath
from typing import Final

import numpy as np

from utils import export, gazetteer, group_import, headings, mergers, plans, sheets
from utils.cell_values import EMAIL, PHONE, as_text
from utils.errors import InputError, Notice
from utils.group_import import Context, Options
from utils.import_model import FIELDS, Cell, Checked, Field, Plan, Problem, Repair, Table
from utils.import_model import Mapping as Columns
from utils.locate import normalise
from utils.models import Atlas, Group, Groups, Objects
from utils.postcodes import Looked

FEW: Final = 1_000  # rows from which it is worth telling how far it is
HIDDEN: Final = "…"  # stands for personal data in a list of problems
_PERSONAL: Final[frozenset[Field]] = frozenset(
    {"contact_name", "contact_email", "contact_phone", "contact_role", "confirmed_by", "notes"}
)
_ROUNDS: Final = 5  # a row may have another problem behind the first

Tell = Callable[[str, int, int], None]
"""Is told the step (check, match, write), how many rows are done, and of how many."""


@dataclass(frozen=True, eq=False)
class Register:
    """The register that a list comes to: its groups and its revision."""

    groups: Sequence[Group] = ()
    revision: str = ""


@dataclass(frozen=True)
class Wishes:
    """What the user says about the list.

    ``complete``: it lists all groups. ``consent_all``: the day on which all people in it agreed, and how.
    ``repairs``: row → other texts. ``mend``: carry out every repair that is proposed for an error.
    """

    complete: bool = False
    consent_all: tuple[date, str] | None = None
    repairs: Mapping[int, Repair] = field(default_factory=dict)
    mend: bool = False


class Postcodes:
    """Who knows postcodes, and what came of asking: ``notice`` where the service gave no answer."""

    def __init__(self, look_up: Callable[[Collection[str]], Looked]) -> None:
        self._look_up = look_up
        self.notice: Notice | None = None

    def __call__(self, codes: Collection[str]) -> dict[str, tuple[float, float]]:
        """Postcode → x, y in EPSG:28992; what is unknown is not in it."""
        looked = self._look_up(codes)
        self.notice = looked.notice
        return looked.points


def tables(content: bytes, name: str) -> tuple[Table, ...]:
    """The tables of a file, a sheet each, the likeliest first.

    Raises InputError for a file that cannot be read, and where no sheet has a table.
    """
    found: list[Table] = []
    problems: list[InputError] = []
    for sheet in sheets.read(content, name):
        try:
            found.append(_bare(sheets.table(sheet)))
        except InputError as problem:
            problems.append(problem)
    if not found:
        raise problems[0]
    return tuple(found)


def choose(found: Sequence[Table], sheet: str = "") -> Table:
    """The table of a sheet, by its name in any case; "" gives the first. Raises InputError for another."""
    if not sheet:
        return found[0]
    wanted = sheet.strip().casefold()
    for table in found:
        if table.sheet.strip().casefold() == wanted:
            return table
    known = ", ".join(table.sheet for table in found)
    raise InputError("error.import_sheet", came=sheet, known=known)


def mapping(table: Table, remembered: Mapping[str, str], chosen: Mapping[str, str]) -> Columns:
    """What the columns mean: as proposed, but for those that the user chose (heading → field, "" for none).

    Raises InputError for a heading that the table does not have, and for an unknown field.
    """
    told = dict(remembered)
    for heading, field_ in chosen.items():
        if headings.plain(heading) not in {headings.plain(known) for known in table.headings}:
            raise InputError("error.import_heading", came=heading, known=", ".join(table.headings))
        if field_ and field_ not in FIELDS:
            raise InputError("error.import_field", came=field_, known=", ".join(FIELDS))
        told[headings.plain(heading)] = field_
    return headings.propose(table, told)


def to_remember(table: Table, columns: Mapping[int, Field]) -> dict[str, str]:
    """What a mapping says of headings, to propose it again: those that are read, and those that could be."""
    proposed = headings.propose(table, {})
    return {
        headings.plain(heading): columns.get(column, "")
        for column, heading in enumerate(table.headings)
        if headings.plain(heading) and (column in columns or column in proposed)
    }


def context(atlas: Atlas, folder: Path, postcodes: Postcodes, register: Register, today: date) -> Context:
    """What a list is checked against; ``folder`` is that of the data set. Raises DataError."""
    towns = mergers.Municipalities(atlas, mergers.read(folder / mergers.FILE), normalise)
    places = gazetteer.Places.load(folder)
    return Context(atlas, towns, places, postcodes, known(register.groups), today)


def checked(
    table: Table, columns: Columns, around: Context, wishes: Wishes
) -> tuple[Checked, Mapping[int, Repair]]:
    """The rows of a table as groups, all problems that are left, and the repairs that were carried out."""
    options = Options(wishes.consent_all)
    repairs = dict(wishes.repairs)
    found = group_import.check(table, columns, around, repairs, options)
    for _ in range(_ROUNDS if wishes.mend else 0):
        errors = [problem for problem in found.problems if problem.severity == "error"]
        new = {row: _both(repairs.get(row), one) for row, one in group_import.proposed(errors).items()}
        if all(repairs.get(row) == one for row, one in new.items()):
            break
        repairs |= new
        found = group_import.check(table, columns, around, repairs, options)
    notice = around.postcodes.notice if isinstance(around.postcodes, Postcodes) else None
    return replace(found, read_as=(*found.read_as, notice)) if notice else found, repairs


def plan(
    table: Table,
    columns: Columns,
    around: Context,
    register: Register,
    wishes: Wishes = Wishes(),
    tell: Tell | None = None,
) -> tuple[Plan, Mapping[int, Repair]]:
    """What the table would do to the register, and the repairs that were carried out for it.

    ``tell`` hears of it from FEW rows on.
    """
    n = len(table.lines)
    told = tell if tell and n >= FEW else _untold
    told("check", 0, n)
    found, repairs = checked(table, columns, around, wishes)
    told("match", 0, n)
    out = left_out(table, columns, found)
    made = plans.make(register.groups, register.revision, found, wishes.complete, out, around.today)
    told("match", n, n)
    return made, repairs


def left_out(table: Table, columns: Mapping[int, Field], found: Checked) -> list[tuple[str, str]]:
    """Id and name of the rows that give no group, "" for none: a complete list has these groups as well."""
    good = {draft.row for draft in found.drafts}
    places = {field_: column for column, field_ in sorted(columns.items(), reverse=True)}

    def text(cells: Sequence[Cell], name: Field) -> str:
        column = places.get(name)
        return "" if column is None or column >= len(cells) else as_text(cells[column])

    return [
        (text(line.cells, "id"), text(line.cells, "name")) for line in table.lines if line.number not in good
    ]


def digest(content: bytes) -> str:
    """The SHA-256 of a file, as hexadecimal text."""
    return hashlib.sha256(content).hexdigest()


def short_name(name: str) -> str:
    """A file's name without its folders."""
    return PurePath(name.replace("\\", "/")).name


def shown(problem: Problem, table: Table, columns: Mapping[int, Field]) -> str:
    """The value of a problem as it may be shown and logged: HIDDEN for personal data."""
    fields = {table.headings[column]: field_ for column, field_ in columns.items()}
    known = fields.get(problem.column)
    if not problem.value or known is None:
        return HIDDEN if problem.value else ""
    if known in _PERSONAL or EMAIL.search(problem.value):
        return HIDDEN
    numbers = known not in ("coordinates", "lat", "lon", "id", "participants", "postcode")
    return HIDDEN if numbers and PHONE.search(problem.value) else problem.value


def _untold(step: str, done: int, total: int) -> None:
    """Nobody wants to know."""


def _both(before: Repair | None, new: Repair) -> Repair:
    texts = dict(before.values if before else ()) | dict(new.values)
    return Repair(tuple(texts.items()), new.leave_out or (before is not None and before.leave_out))


def _bare(table: Table) -> Table:
    """Without the apostrophes that our own spreadsheets put before what might be a formula."""
    lines = tuple(
        replace(line, cells=tuple(_plain(cell) for cell in line.cells))
        if any(isinstance(cell, str) and cell.startswith("'") for cell in line.cells)
        else line
        for line in table.lines
    )
    return replace(table, headings=tuple(map(export.bare, table.headings)), lines=lines)


def _plain(cell: Cell) -> Cell:
    return export.bare(cell) if isinstance(cell, str) else cell


def known(groups: Sequence[Group]) -> Groups:
    """Groups as a check wants them: ids, names and places."""
    n = len(groups)
    unknown: Objects = np.full(n, None, dtype=object)
    never = np.full(n, "NaT", dtype="datetime64[D]")
    return Groups(
        ids=_column([group.id for group in groups]),
        names=_column([group.name for group in groups]),
        x=np.array([np.nan if group.x is None else group.x for group in groups], dtype=np.float64),
        y=np.array([np.nan if group.y is None else group.y for group in groups], dtype=np.float64),
        area=unknown,
        participants=np.full(n, np.nan),
        status=_column([group.status for group in groups]),
        since=never,
        until=never,
        confirmed=never,
        platform=_column([group.platform for group in groups]),
    )


def _column(values: Sequence[str]) -> Objects:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
