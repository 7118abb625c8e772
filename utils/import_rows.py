"""The rows of a table by field, repairs laid over them, and the problems that are found in them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from utils.cell_values import Reading, Severity, as_text, is_unknown
from utils.errors import InputError, Notice
from utils.import_model import FIELDS, Cell, Field, Line, Problem, Repair, Table

_NO_REPAIR: Final = Repair()
#: Fields in which a word for "unknown" has a meaning of its own.
_OWN_WORDS: Final = frozenset({"status", "consent"})


class Rows:
    """The rows of a table that are not left out, as columns of cells by field.

    Of columns that are mapped to one field the first counts. ``mapped`` holds the fields that have a column;
    a repair may give other fields to single rows. A word for "unknown" is an empty cell, and is told.
    """

    def __init__(self, table: Table, mapping: Mapping[int, Field], repairs: Mapping[int, Repair]) -> None:
        self._repairs = repairs
        self.lines = [line for line in table.lines if not repairs.get(line.number, _NO_REPAIR).leave_out]
        self.headings: dict[Field, str] = {}
        self.problems: list[Problem] = []
        self.out: set[int] = set()
        self.told: Counter[tuple[str, str, str, str]] = Counter()
        self._cells: dict[Field, list[Cell]] = {}
        self._texts: dict[Field, list[str]] = {}
        self._notices: dict[Any, Notice] = {}  # many problems are alike: they share a sentence
        for column in sorted(mapping):
            self._take(table, column, mapping[column])
        self.mapped = frozenset(self._cells)
        self._lay(repairs)

    def _take(self, table: Table, column: int, field: Field) -> None:
        heading = table.headings[column] if 0 <= column < len(table.headings) else ""
        if field not in FIELDS or column < 0:
            return
        if field in self._cells:
            self.tell("column_twice", heading, self.headings[field])
            return
        self.headings[field] = heading
        self._cells[field] = [line.cells[column] if column < len(line.cells) else None for line in self.lines]

    def _lay(self, repairs: Mapping[int, Repair]) -> None:
        for row, line in enumerate(self.lines if repairs else ()):
            for field, text in repairs.get(line.number, _NO_REPAIR).values:
                if field in FIELDS:
                    self._cells.setdefault(field, [None] * len(self.lines))[row] = text

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, row: int) -> Line:
        """The line of the file that a row is."""
        return self.lines[row]

    def has(self, row: int, field: Field) -> bool:
        """Whether the file, or a repair, says something about a field in this row."""
        if field in self.mapped:
            return True
        repair = self._repairs.get(self.lines[row].number)
        return repair is not None and any(field == given for given, _ in repair.values)

    @property
    def fields(self) -> frozenset[Field]:
        """The fields of which a column or a repair says something."""
        return frozenset(self._cells)

    def given(self, field: Field) -> bool:
        """Whether a column or a repair says something about a field."""
        return field in self._cells

    def cells(self, field: Field) -> list[Cell]:
        """The cells of a field, None for all where it has none."""
        return self._cells.get(field) or [None] * len(self.lines)

    def texts(self, field: Field) -> list[str]:
        """The texts of a field, "" where a cell is empty or says that nothing is known."""
        if field not in self._texts:
            self._texts[field] = self._read_texts(field)
        return self._texts[field]

    def _read_texts(self, field: Field) -> list[str]:
        if field not in self._cells:
            return [""] * len(self.lines)
        texts = [as_text(cell) for cell in self._cells[field]]
        if field in _OWN_WORDS:
            return texts
        unknown = {text for text in set(texts) if is_unknown(text)}
        if unknown:
            for text in filter(unknown.__contains__, texts):
                self.tell("unknown", self.headings.get(field, ""), text)
            texts = ["" if text in unknown else text for text in texts]
        return texts

    def problem(
        self,
        row: int,
        field: Field | None,
        key: str,
        severity: Severity = "error",
        repair: Repair | Iterable[tuple[Field, str]] | None = None,
        value: str | None = None,
        **params: Any,
    ) -> None:
        """Keep a problem of a row; an error takes the row out. ``key`` is below ``import.expected``."""
        if repair is not None and not isinstance(repair, Repair):
            repair = Repair(tuple(repair))
        if value is None:
            value = "" if field is None else as_text(self.cells(field)[row])
        heading = "" if field is None else self.headings.get(field, "")
        known = key, *params.items()
        notice = self._notices.get(known)
        if notice is None:
            notice = self._notices[known] = Notice(f"import.expected.{key}", params)
        self.problems.append(Problem(self.lines[row].number, heading, value, notice, severity, repair))
        if severity == "error":
            self.out.add(row)

    def refused(self, row: int, problem: InputError) -> None:
        """Keep what the register's own rules say of a row; it is out."""
        notice = Notice(problem.key, problem.params)
        self.problems.append(Problem(self.lines[row].number, "", "", notice, "error"))
        self.out.add(row)

    def read(self, field: Field, how: Callable[[str], Reading], empty: Any = None) -> list[Any]:
        """The values of a field, each text read once; ``empty`` for empty cells and for what is wrong."""
        known: dict[str, Reading] = {"": Reading(empty)}
        values = []
        for row, text in enumerate(self.texts(field)):
            reading = known.get(text)
            if reading is None:
                reading = known[text] = how(text)
            if reading.key or reading.note:
                self._tell(row, field, text, reading)
            values.append(empty if reading.key and reading.severity == "error" else reading.value)
        return values

    def _tell(self, row: int, field: Field, text: str, reading: Reading) -> None:
        if reading.key:
            repair = None if reading.proposal is None else [(field, reading.proposal)]
            self.problem(row, field, reading.key, reading.severity, repair, **reading.params)
        if reading.note:
            words = (text, str(reading.value)) if reading.note.startswith("word_") else ()
            self.tell(reading.note, self.headings.get(field, ""), *words)

    def tell(self, key: str, column: str, word: str = "", read: str = "", n: int = 1) -> None:
        """Count ``n`` more cells of a column that are read in a way of which it is told once."""
        self.told[key, column, word, read] += n

    def notices(self) -> tuple[Notice, ...]:
        """How columns were read: one sentence for each way, column and word."""
        return tuple(
            Notice(f"import.read_as.{key}", {"column": column, "word": word, "read": read, "n": n})
            for (key, column, word, read), n in sorted(self.told.items())
        )
