"""The spreadsheet of rows with problems: what it tells, that it is harmless, that it comes back unchanged."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest

from utils import import_flow, problem_rows
from utils.errors import Notice
from utils.import_model import Checked, Line, Problem, Repair, Table
from utils.texts import LANGS, Texts

CELLS = ("Oost", 7, 52.123456, True, date(2024, 3, 1), datetime(2024, 3, 1, 12, 30), None)  # noqa: DTZ001
DANGEROUS = ("=1+1", "+31 6 1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠x")


def noted(row: int, severity: Any = "error", repair: Repair | None = None, **params: Any) -> Problem:
    return Problem(row, "naam", "?", Notice("import.expected.name_missing", params), severity, repair)


def sheet(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]


def made(
    rows: list[tuple[Any, ...]], *problems: Problem, headings: tuple[str, ...] = ("naam",), lang: str = "nl"
) -> bytes:
    width = max(map(len, rows), default=len(headings))
    heads = headings + tuple(f"k{i}" for i in range(len(headings), width))
    lines = tuple(Line(number, row) for number, row in enumerate(rows, start=5))
    table = Table("x", 4, heads, lines)
    return problem_rows.workbook(table, Checked(len(rows), 0, (), problems), Texts(lang), {0: "name"})


def test_only_rows_with_a_problem_are_in_it() -> None:
    page = sheet(made([("a",), ("b",), ("c",)], noted(6), noted(6, "warning"), noted(7)))
    assert [cell.value for cell in page[1]] == ["Rij", "Probleem", "Voorstel", "naam"]
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [6, 7]
    told = page.cell(2, 2).value.splitlines()
    assert told[0].startswith("Fout in naam: ")
    assert told[1].startswith("Let op, naam: ")


def test_a_row_that_is_repeated_comes_with_the_other() -> None:
    page = sheet(made([("a",), ("b",), ("c",)], noted(7, first=5)))
    assert [row[0].value for row in page.iter_rows(min_row=2)] == [5, 7]
    assert "7" in page.cell(2, 2).value


def test_what_would_mend_a_row_is_told_by_column() -> None:
    mend = Repair((("name", "Oost"), ("postcode", "1234AB")))
    page = sheet(made([("a",), ("b",)], noted(5, repair=mend), noted(6, repair=Repair(leave_out=True))))
    assert page.cell(2, 3).value == "naam: Oost; postcode: 1234AB"
    assert page.cell(3, 3).value == "Deze rij weglaten."


def test_cells_keep_their_value_and_kind() -> None:
    page = sheet(made([CELLS], noted(5)))
    found = [cell.value for cell in page[2]][3:]
    assert found[:4] == ["Oost", 7, 52.123456, True]
    assert found[4:] == [datetime(2024, 3, 1), datetime(2024, 3, 1, 12, 30), None]  # noqa: DTZ001


@pytest.mark.parametrize("text", DANGEROUS)
def test_nothing_in_it_is_a_formula_and_all_of_it_comes_back(text: str) -> None:
    content = made([(text, "b")], noted(5), noted(6), headings=(text, "tweede"))
    for row in sheet(content).iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value).startswith(tuple(DANGEROUS))
    (table,) = import_flow.tables(made([(text, "b")], noted(5), headings=("naam", "tweede")), "p.xlsx")
    assert table.lines[0].cells[3] in (text, text.replace("\r", "\n"))  # XML knows one end of a line


def test_problems_of_problems_stand_once() -> None:
    first = made([("Oost",)], noted(5))
    (table,) = import_flow.tables(first, "p.xlsx")
    again = problem_rows.workbook(table, Checked(1, 1, (), (noted(2),)), Texts("en"))
    assert [cell.value for cell in sheet(again)[1]] == ["Row", "Problem", "Suggestion", "naam"]


def test_without_problems_there_are_headings_alone() -> None:
    assert sheet(made([("a",)])).max_row == 1


@pytest.mark.parametrize("lang", LANGS)
def test_the_same_rows_give_the_same_bytes(lang: str) -> None:
    assert made([CELLS], noted(5), lang=lang) == made([CELLS], noted(5), lang=lang)


def test_odd_cells_are_text() -> None:
    page = sheet(made([(2**60, date(1850, 1, 1), "x" * 40_000, float("nan"))], noted(5)))
    found = [cell.value for cell in page[2]][3:]
    assert found[:2] == [str(2**60), "1850-01-01"]
    assert len(found[2]) == 32_767
    assert found[3] == "nan"
