"""The values that pass through an import: file → sheet → table → drafts and problems → plan."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, get_args

from utils.errors import Notice
from utils.models import Group

Cell = str | int | float | bool | date | datetime | None

Field = Literal[
    "id", "name", "coordinates", "lat", "lon", "postcode", "place", "municipality", "description",
    "participants", "status", "reason", "since", "until", "confirmed", "confirmed_by", "platform",
    "join_link", "source", "notes",
    "contact_name", "contact_email", "contact_phone", "contact_role", "consent",
]  # fmt: skip
"""What a column may mean. ``lat`` and ``lon`` hold degrees, or the y and x of RD New: which of both is
seen from the values. ``coordinates`` is both in one cell. ``consent``: yes, no, or the day of agreeing."""
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
Mapping = dict[int, Field]
"""Column (0-based) → field; a column that is not in it is not read."""


@dataclass(frozen=True)
class Line:
    """One row of a file: its number as the user sees it in the file, its cells, its own outline if any.

    ``shape`` is WKB in EPSG:28992 (from GeoJSON), None for none.
    """

    number: int
    cells: tuple[Cell, ...]
    shape: bytes | None = None


@dataclass(frozen=True)
class Sheet:
    """A sheet of a file as it came; rows without a value are left out, the numbers of the others tell."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A sheet whose headings have been found: what stands above them, and empty rows, are left out."""

    sheet: str
    header: int
    headings: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Repair:
    """What to do about a problem: other texts for some fields of the row, or leave the row out."""

    values: tuple[tuple[Field, str], ...] = ()
    leave_out: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in one row; ``expected`` is a sentence's key and values.

    A row with an error stays out until it is repaired; one with only warnings goes in. ``column`` is the
    heading as in the file ("" for the row as a whole), ``value`` the cell as text.
    """

    row: int
    column: str
    value: str
    expected: Notice
    severity: Literal["error", "warning"]
    repair: Repair | None = None


@dataclass(frozen=True)
class Draft:
    """What one row says of one group: only the fields for which the file has a column.

    ``values`` are fields of :class:`utils.models.Group` in their own types (``area`` as WKB), never ``id`` or
    ``version``. ``contact`` holds name, email, phone, role, consent_on (date), consent_how.
    ``id`` is "" where the file has none.
    """

    row: int
    id: str
    values: dict[str, Any] = field(repr=False)
    contact: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Checked:
    """All of a table: drafts of the rows without an error, and every problem, by row.

    ``rows`` counts the rows of the table, ``left_out`` those that give no draft. ``read_as`` tells how whole
    columns were read (as RD New, days first, ...).
    """

    rows: int
    left_out: int
    drafts: tuple[Draft, ...]
    problems: tuple[Problem, ...]
    read_as: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Step:
    """One group that an import adds, changes, deactivates or leaves as it is.

    ``row`` is None for a group that is not in the file. ``before`` None: added.
    """

    kind: Literal["added", "changed", "unchanged", "deactivated"]
    row: int | None
    before: Group | None
    after: Group
    contact: dict[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Plan:
    """What an import will do to the register as it was at ``revision``."""

    revision: str
    steps: tuple[Step, ...]
    checked: Checked
    complete: bool
    counts: dict[str, int] = field(default_factory=dict)
    """added, changed, unchanged, deactivated, left_out, rows."""
    warnings: tuple[Notice, ...] = ()
    """What must be confirmed before it is carried out."""


@dataclass(frozen=True)
class Import:
    """An import that was committed."""

    id: int
    at: datetime
    who: str
    file: str
    sha256: str
    mapping: dict[str, str]
    complete: bool
    counts: dict[str, int]
    undone_at: datetime | None = None
    undone_by: str = ""
