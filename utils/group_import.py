"""The table of a list → groups, and every problem with the remedy that is at hand. Pure.

No value changes silently: what is read in another way than it stands there is told, once for a column that is
read so as a whole (``read_as``), else as a problem of its row.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import numpy as np

from utils import cell_values, dutch_dates, group_rules, import_people, import_places, near
from utils.ground import Ground
from utils.import_model import Checked, Draft, Field, Problem, Repair, Table
from utils.import_places import Located
from utils.import_rows import Rows
from utils.locate import normalise
from utils.mergers import Municipalities
from utils.models import Atlas, Groups
from utils.stated_places import Places, Towns

FIRST_GROUPS: Final = date(2015, 1, 1)
"""Before this day there were hardly any WhatsApp groups of neighbours: a day before it is odd, not wrong."""
_DATES: Final[tuple[Field, ...]] = ("since", "until", "confirmed")
_TEXTS: Final[tuple[Field, ...]] = ("description", "reason", "confirmed_by", "source", "notes")


@dataclass(frozen=True, eq=False)
class Context:
    """What a list is checked against. ``postcodes`` gives x, y (EPSG:28992) of those that it knows."""

    atlas: Atlas
    municipalities: Municipalities
    places: Places
    postcodes: Callable[[Collection[str]], dict[str, tuple[float, float]]]
    groups: Groups
    today: date


@dataclass(frozen=True)
class Options:
    """What the user states of the whole list: when and how all people in it agreed; None: nothing."""

    consent_all: tuple[date, str] | None = None


def check(
    table: Table,
    mapping: Mapping[int, Field],
    context: Context,
    repairs: Mapping[int, Repair] | None = None,
    options: Options = Options(),
) -> Checked:
    """The groups of a table, and all that is wrong or odd in it, by row.

    Parameters
    ----------
    mapping : column (0-based) → field; other columns are not read.
    repairs : row number → other texts for its fields, laid over the cells first; or leave it out.

    Returns
    -------
    Checked. A row with an error gives no draft; nor does one that repeats another, or that a repair leaves
    out: ``rows`` = drafts + ``left_out``. Never raises for what is in the cells.
    """
    rows = Rows(table, mapping, repairs or {})
    ids = rows.read("id", partial(cell_values.clean, name="id"), "")
    columns = _columns(rows, context.today)
    ground = Ground(context.atlas, Towns(context.atlas, context.municipalities), context.places)
    located = import_places.locate(rows, ground, context.postcodes)
    registered = frozenset(context.groups.ids.tolist())
    _required(rows, ids, columns, located, registered)
    import_people.misplaced(rows)
    people = import_people.contacts(rows, options.consent_all, context.today)
    same = _same_rows(rows, ids)
    _near(rows, ids, columns.get("name", []), located, context.groups, same)
    drafts = _drafts(rows, ids, columns, located, ground, people, same)
    problems = tuple(sorted(rows.problems, key=lambda problem: (problem.row, problem.severity)))
    return Checked(len(table.lines), len(table.lines) - len(drafts), drafts, problems, rows.notices())


def proposed(problems: Iterable[Problem]) -> dict[int, Repair]:
    """The remedies of problems together, by row; where two are about one field, the first.

    After these a row may have new problems: what was hidden behind the first.
    """
    values: dict[int, dict[Field, str]] = {}
    out: set[int] = set()
    for problem in problems:
        if problem.repair is not None:
            out |= {problem.row} if problem.repair.leave_out else set()
            for field, text in problem.repair.values:
                values.setdefault(problem.row, {}).setdefault(field, text)
    found = {row: Repair(tuple(texts.items()), row in out) for row, texts in values.items()}
    return found | {row: Repair(leave_out=True) for row in out if row not in values}


def _columns(rows: Rows, today: date) -> dict[Field, list[Any]]:
    """The values of all fields that are read cell by cell."""
    found: dict[Field, list[Any]] = {}
    for field in ("name", *_TEXTS):
        if rows.given(field):
            found[field] = rows.read(field, partial(cell_values.clean, name=field), "")
    readers: dict[Field, tuple[Callable[[str], cell_values.Reading], Any]] = {
        "participants": (cell_values.count, None),
        "status": (cell_values.status, ""),
        "platform": (cell_values.platform, ""),
        "join_link": (cell_values.join_link, ""),
    }
    for name, (reader, empty) in readers.items():
        if rows.given(name):
            found[name] = rows.read(name, reader, empty)
    for field in _DATES:
        if rows.given(field):
            how = partial(_day, first=dutch_dates.order(rows.texts(field)), today=today)
            found[field] = rows.read(field, how)
    if "status" in found and (lacking := sum(not text for text in rows.texts("status"))):
        rows.tell("status_empty", rows.headings.get("status", ""), n=lacking)
    _together(rows, found)
    return found


def _day(text: str, first: dutch_dates.Order, today: date) -> cell_values.Reading:
    """A day that the register takes."""
    day = dutch_dates.read(text, first)
    if day.fault:
        proposal = None if day.proposal is None else day.proposal.isoformat()
        return cell_values.Reading(key=f"day_{day.fault}", proposal=proposal)
    if day.value is not None and day.value > today + timedelta(days=1):
        return cell_values.Reading(key="day_future")
    if day.value is not None and day.value < group_rules.FIRST_DAY:
        return cell_values.Reading(key="day_early", params={"year": str(group_rules.FIRST_DAY.year)})
    return cell_values.Reading(day.value, note=day.how)


def _together(rows: Rows, columns: Mapping[Field, list[Any]]) -> None:
    """Days that contradict each other, or the platform."""
    none = [None] * len(rows)
    since, until = columns.get("since", none), columns.get("until", none)
    platforms = columns.get("platform", none)
    for row, (start, end) in enumerate(zip(since, until, strict=True)):
        if start and end and end < start:
            rows.problem(row, "until", "until_before_since")
        if start and start < FIRST_GROUPS and platforms[row] in (None, "", "WhatsApp"):
            rows.problem(row, "since", "day_old", "warning", year=str(FIRST_GROUPS.year))


def _required(
    rows: Rows,
    ids: list[str],
    columns: Mapping[Field, list[Any]],
    located: Located,
    registered: frozenset[str],
) -> None:
    """A group that is not in the register yet needs a name and a place; one that is keeps those it has."""
    names = rows.texts("name")
    places = [rows.texts(field) for field in import_places.FIELDS]
    for row in range(len(rows)):
        known = ids[row] in registered
        if not names[row] and not (known and not rows.has(row, "name")):
            rows.problem(row, "name", "name_missing")
        said = rows.lines[row].shape is not None or any(texts[row] for texts in places)
        if located.precision[row] or (said and row in rows.out):
            continue  # there is a place, or it was told what is wrong with it
        if not known:
            rows.problem(row, None, "place_missing")
        elif any(field in rows.mapped for field in import_places.FIELDS):
            rows.problem(row, None, "place_kept", "warning")


def _same_rows(rows: Rows, ids: list[str]) -> set[int]:
    """Rows that repeat an earlier one: left out with a warning. Another row under a known id is an error."""
    columns = [rows.texts(field) for field in sorted(rows.fields)]

    def content(row: int) -> tuple[Any, ...]:
        return (rows.lines[row].shape, *(texts[row] for texts in columns))

    first: dict[Any, int] = {}
    same: set[int] = set()
    for row, id_ in enumerate(ids):
        earlier = first.setdefault(id_ or content(row), row)
        if earlier == row or not any(content(row)):
            continue
        number = rows.lines[earlier].number
        if not id_ or content(row) == content(earlier):
            same.add(row)
            rows.problem(row, None, "row_same", "warning", Repair(leave_out=True), first=number)
        else:
            rows.problem(row, "id", "id_double", first=number)
    return same


def _near(
    rows: Rows, ids: list[str], names: list[str], located: Located, groups: Groups, same: set[int]
) -> None:
    """Warn of groups that may be one: the same name within 200 m, in the list or in the register."""
    plain = {name: normalise(name) for name in {*names, *groups.names.tolist()}}
    times = Counter(plain[name] for name in names)
    times.update({plain[name] for name in groups.names.tolist()} & times.keys())
    keys = [
        "" if row in same or row in rows.out or times[plain[name]] == 1 else plain[name]
        for row, name in enumerate(names)
    ]
    x, y = located.xy[:, 0], located.xy[:, 1]
    for row, other in enumerate(near.doubles(keys, x, y) if names else ()):
        if other is not None:
            rows.problem(row, "name", "near", "warning", first=rows.lines[other].number)
    listed, wanted = set(ids), set(keys)
    known = near.Nearby()
    for i, (id_, name) in enumerate(zip(groups.ids.tolist(), groups.names.tolist(), strict=True)):
        if id_ not in listed and plain[name] in wanted:
            known.add(i, plain[name], float(groups.x[i]), float(groups.y[i]))
    for row in range(len(names)) if known else ():
        match = known.find(keys[row], float(x[row]), float(y[row])) if ids[row] else None
        if match is not None:
            rows.problem(row, "name", "near_registered", "warning", id=str(groups.ids[match]))


def _drafts(
    rows: Rows,
    ids: list[str],
    columns: Mapping[Field, list[Any]],
    located: Located,
    ground: Ground,
    people: list[dict[str, Any] | None],
    same: set[int],
) -> tuple[Draft, ...]:
    """The rows without an error."""
    shapes = any(area is not None for area in located.area)
    codes = [*ground.atlas.municipalities.codes.tolist(), ""]
    xy = np.round(located.xy, 2).tolist()
    drafts = []
    for row, line in enumerate(rows.lines):
        if row in rows.out or row in same:
            continue
        values: dict[str, Any] = {
            field: column[row] for field, column in columns.items() if rows.has(row, field)
        }
        if values.get("status") == "":
            del values["status"]  # a new group is active, one that is known stays what it is
        precision = located.precision[row]
        if precision:
            placed = precision != "municipality"
            values |= {"x": xy[row][0], "y": xy[row][1]} if placed else {"x": None, "y": None}
            values["precision"] = precision
        code = codes[located.town[row]]
        if rows.has(row, "municipality") or code:
            values["municipality"] = code
        if shapes:
            values["area"] = located.area[row]
        drafts.append(Draft(line.number, ids[row], values, people[row]))
    return tuple(drafts)
