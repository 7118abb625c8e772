"""The rows of a list that have problems, as a spreadsheet: to repair there, and to import again."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from utils.export import harmless
from utils.import_model import Cell, Checked, Field, Problem, Repair, Table
from utils.texts import LANGS, Texts

_ADDED: Final = ("row", "problem", "repair")
_STAMP: Final = datetime(2020, 1, 1)  # noqa: DTZ001  (the same rows give the same bytes)
_LONGEST_CELL: Final = 32_767  # Excel's limit
_EXACT: Final = 2**53  # larger whole numbers would change in a spreadsheet
_WIDE: Final = (8, 60, 40)


def workbook(
    table: Table, checked: Checked, texts: Texts, mapping: Mapping[int, Field] | None = None
) -> bytes:
    """An XLSX file with the rows that have a problem: number, what is wrong, what would mend it, all cells.

    The first three columns are for people: an import does not read them. Cells keep their value and kind;
    text that a spreadsheet would run as a formula gets an apostrophe before it, which an import takes off
    again. A row that another one repeats comes with it: both are to be seen, also by an import. Outlines are
    not in it. ``mapping`` names the columns of what would mend a row. No problems: headings alone.
    """
    import xlsxwriter  # here: most visitors download nothing

    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **plain}) as book:
        book.set_properties({"created": _STAMP})
        page = _Page(book, book.add_worksheet(texts.t("problem_rows.sheet")))
        kept = [column for column, heading in enumerate(table.headings) if heading not in added()]
        page.head(
            [
                *(texts.t(f"problem_rows.{name}") for name in _ADDED),
                *(table.headings[column] for column in kept),
            ]
        )
        names: dict[str, str] = {field: table.headings[column] for column, field in (mapping or {}).items()}
        wrong = defaultdict(list)
        for problem in checked.problems:
            wrong[problem.row].append(problem)
        beside = {problem.expected.params.get("first"): problem.row for problem in checked.problems}
        for line in table.lines:
            if line.number in wrong:
                said = list(_told(wrong[line.number], texts, names))
            elif line.number in beside:
                said = [texts.t("problem_rows.beside", row=str(beside[line.number])), ""]
            else:
                continue
            page.row([line.number, *said], [line.cells[column] for column in kept])
    return buffer.getvalue()


def added() -> frozenset[str]:
    """The headings of the columns for people, in every language."""
    return frozenset(Texts(lang).t(f"problem_rows.{name}") for lang in LANGS for name in _ADDED)


def _told(problems: Sequence[Problem], texts: Texts, names: Mapping[str, str]) -> tuple[str, str]:
    """What is wrong and what would mend it, a line for each problem."""
    wrong = [
        texts.t(
            f"problem_rows.{problem.severity}",
            column=problem.column or texts.t("problem_rows.whole"),
            expected=texts.t(problem.expected.key, **problem.expected.params),
        )
        for problem in problems
    ]
    mends = [_mend(problem.repair, texts, names) for problem in problems if problem.repair]
    return "\n".join(dict.fromkeys(wrong)), "\n".join(dict.fromkeys(mends))


def _mend(repair: Repair, texts: Texts, names: Mapping[str, str]) -> str:
    if repair.leave_out:
        return texts.t("problem_rows.leave_out")
    return "; ".join(
        texts.t("problem_rows.mend", column=names.get(field, field), value=text)
        for field, text in repair.values
    )


class _Page:
    """A sheet that is filled from above."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._sheet, self._at = sheet, 0
        self._bold = book.add_format({"bold": True})
        self._said = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF4E5"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.freeze_panes(1, len(_ADDED))
        for column, width in enumerate(_WIDE):
            sheet.set_column(column, column, width)

    def head(self, headings: Sequence[str]) -> None:
        """Write the headings."""
        for column, heading in enumerate(headings):
            self._write(column, heading, self._bold)
        self._at += 1

    def row(self, told: Sequence[Cell], cells: Sequence[Cell]) -> None:
        """Write a row: what is told of it, then its own cells."""
        for column, cell in enumerate(told):
            self._write(column, cell, self._said)
        for column, cell in enumerate(cells, start=len(told)):
            self._write(column, cell)
        self._at += 1

    def _write(self, column: int, cell: Cell, look: Any = None) -> None:
        if isinstance(cell, bool):
            self._sheet.write_boolean(self._at, column, cell, look)
        elif isinstance(cell, int | float) and abs(cell) < _EXACT:
            self._sheet.write_number(self._at, column, cell, look)
        elif isinstance(cell, datetime) and cell.tzinfo is None and cell.year >= 1900:
            self._sheet.write_datetime(self._at, column, cell, self._moment)
        elif isinstance(cell, date) and not isinstance(cell, datetime) and cell.year >= 1900:
            self._sheet.write_datetime(self._at, column, datetime.combine(cell, time()), self._day)
        elif cell is not None:
            text = str(harmless(str(cell)))[:_LONGEST_CELL]
            self._sheet.write_string(self._at, column, text, look)
