"""No value changes on its way in: tables of any text as CSV, cells of any kind as XLSX and OpenDocument."""

import csv
import importlib.util
import io
import json
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from utils import sheet_process, sheets
from utils.import_model import Cell

slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CODECS = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-8", "utf-32": "utf-8", "cp1252": "cp1252"}


def lists() -> ModuleType:
    path = Path(__file__).resolve().parents[1] / "lists" / "make.py"
    spec = importlib.util.spec_from_file_location("make_lists", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKE = lists()


def as_ods(folder: Path, rows: list[list[Cell]]) -> bytes:
    MAKE.HERE = folder
    kinds = {str: "string", float: "float", bool: "boolean", date: "date", datetime: "date"}

    def cell(value: Cell) -> str:
        if value is None:
            return "<table:table-cell/>"
        kind = kinds[type(value)]
        said = value.isoformat() if isinstance(value, date) else str(value).lower()
        name = {"string": "string_value", "float": "value"}.get(kind, f"{kind}_value")
        if kind == "string":
            return str(MAKE.cell(value, office__value_type=kind))
        return str(MAKE.cell("getoond", office__value_type=kind, **{f"office__{name}": said}))

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    MAKE.ods("x.ods", f'<table:table table:name="Blad1">{body}</table:table>')
    return (folder / "x.ods").read_bytes()


def as_xlsx(rows: list[list[Cell]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    sheet = book.add_worksheet()
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, datetime | date):
                sheet.write_datetime(row, column, value, moment if isinstance(value, datetime) else day)
            elif isinstance(value, str):
                sheet.write_string(row, column, value)
            elif value is not None:
                sheet.write(row, column, value)
    book.close()
    return out.getvalue()


# --- CSV


def texts(codec: str) -> st.SearchStrategy[str]:
    return st.text(st.characters(codec=codec, exclude_characters="\0"), max_size=12)


@given(st.data(), st.sampled_from(sorted(CODECS)), st.sampled_from(";,\t|"), st.sampled_from(["\r\n", "\n"]))
def test_any_table_of_text_comes_back_exactly(
    data: st.DataObject, codec: str, delimiter: str, end: str
) -> None:
    width = data.draw(st.integers(2, 5))
    word = texts(CODECS[codec])
    rows = data.draw(st.lists(st.lists(word, min_size=width, max_size=width), min_size=1, max_size=6))
    head = [f"kolom {chr(97 + n)}" for n in range(width)]
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_MINIMAL if end == "\r\n" else csv.QUOTE_ALL  # else csv leaves a lone \r bare
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows([head, *rows])
    content = out.getvalue().encode(codec)
    if codec == "cp1252":
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:  # pure ASCII, or letters that are just as good UTF-8: nothing in the file tells
            return
        lenient = content.decode("utf-8", errors="ignore")
        if not lenient.isascii():
            return
    (sheet,) = sheets.read(content, "lijst.csv")
    kept = [[cell or None for cell in row] for row in rows if any(cell.strip() for cell in row)]
    came = [[*line.cells, *[None] * (width - len(line.cells))] for line in sheet.lines[1:]]
    for line, row in zip(came, kept, strict=True):
        last = max(at for at, cell in enumerate(row) if cell and cell.strip())
        assert line[: last + 1] == row[: last + 1]  # white space at the end of a row is no value
    assert list(sheet.lines[0].cells) == head


@given(st.text("ëéïüöàèçabc", min_size=1).filter(lambda text: not text.isascii()), st.sampled_from("€’“–"))
def test_dutch_in_windows_1252_is_recognised(letters: str, sign: str) -> None:
    word = f"{letters}x{sign}"
    content = f"naam;plaats\r\nx{word}x;b\r\n".encode("cp1252")
    (sheet,) = sheets.read(content, "lijst.csv")
    assert sheet.lines[1].cells == (f"x{word}x", "b")


# --- kinds of cells

PLAIN = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Cn"]), max_size=12)
NUMBERS = st.integers(-(10**14), 10**14).map(float) | st.decimals(-180, 180, places=6).map(float)
DAYS = st.dates(date(1901, 1, 1), date(2199, 12, 31))
MOMENTS = st.datetimes(datetime(1901, 1, 1), datetime(2199, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, second=1)
)
ANY = PLAIN | NUMBERS | DAYS | MOMENTS | st.booleans() | st.none()
VALUES = st.lists(st.lists(ANY, min_size=4, max_size=4), max_size=5)
JSON = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
)


def compared(content: bytes, rows: list[list[Cell]]) -> None:
    (sheet,) = sheets.read(content, "lijst")
    came = {line.number: line.cells for line in sheet.lines}
    for number, row in enumerate(rows, 1):
        wanted = [None if value == "" else value for value in row]
        cells = [*came.get(number, ()), *[None] * 4][:4]
        for value, cell in zip(wanted, cells, strict=True):
            if isinstance(value, str) and not value.strip() and cell is None:
                continue  # white space at the end of a row
            assert (type(cell), cell) == (type(value), value)


@slow
@given(VALUES)
def test_a_value_survives_xlsx(rows: list[list[Cell]]) -> None:
    rows = [["een", "twee", "drie", "vier"], *rows]
    compared(as_xlsx(rows), rows)


@slow
@given(VALUES)
def test_a_value_survives_opendocument(tmp_path: Path, rows: list[list[Cell]]) -> None:
    rows = [["een", "twee", "drie", "vier"], *rows]
    compared(as_ods(tmp_path, rows), rows)


@slow
@given(st.lists(JSON | PLAIN, min_size=1, max_size=5))
def test_a_property_survives_geojson(values: list[Cell]) -> None:
    properties = {f"kolom {n}": value for n, value in enumerate(values)}
    content = json.dumps({"type": "Feature", "properties": properties, "geometry": None}).encode()
    (sheet,) = sheets.read(content, "x.geojson")
    cells = sheet.lines[1].cells[2:] if len(sheet.lines) > 1 else ()
    for value, cell in zip(values, [*cells, *[None] * len(values)], strict=False):
        blank = isinstance(value, str) and not value.strip() and cell is None
        assert blank or (type(cell), cell) == (type(value), value)


# --- what OpenDocument can say


def ods_cells(folder: Path, body: str) -> list[tuple[int, tuple[Cell, ...]]]:
    MAKE.HERE = folder
    MAKE.ods(
        "x.ods", f'<table:table table:name="Blad1"><table:table-row>{body}</table:table-row></table:table>'
    )
    (sheet,) = sheets.read((folder / "x.ods").read_bytes(), "x.ods")
    return [(line.number, line.cells) for line in sheet.lines]


@pytest.mark.parametrize(
    ("attributes", "shown", "value"),
    [
        ('office:value-type="string"', '<text:p>a<text:s text:c="3"/>b<text:tab/>c</text:p>', "a   b\tc"),
        ('office:value-type="string"', "<text:p>a</text:p><text:p>b<text:line-break/>c</text:p>", "a\nb\nc"),
        (
            'office:value-type="string"',
            "<office:annotation><text:p>opmerking</text:p></office:annotation><text:p>a</text:p>",
            "a",
        ),
        ('office:value-type="string"', "<text:p><text:span>a</text:span><text:a>b</text:a></text:p>", "ab"),
        ('office:value-type="percentage" office:value="0.12"', "<text:p>12%</text:p>", 0.12),
        ('office:value-type="float" office:value="1,5"', "<text:p>1,5</text:p>", "1,5"),
        ('office:value-type="float" office:value="nan"', "<text:p>?</text:p>", "?"),
        ('office:value-type="float" office:value="1e999"', "<text:p>veel</text:p>", "veel"),
        ('office:value-type="date" office:date-value="2024-02-31"', "<text:p>31-2</text:p>", "31-2"),
        ('office:value-type="time" office:time-value="PT08H30M00S"', "<text:p>8:30</text:p>", "08:30:00"),
        ('table:formula="of:=[.A1]+1"', "", "=[.A1]+1"),
        ('table:formula="of:=1" office:value-type="string" office:string-value=""', "", None),
        ("", "<text:p><![CDATA[a & b]]></text:p>", "a & b"),
    ],
)
def test_an_opendocument_cell(tmp_path: Path, attributes: str, shown: str, value: Cell) -> None:
    cell = f"<table:table-cell {attributes}>{shown}</table:table-cell>"
    assert ods_cells(tmp_path, cell + MAKE.cell("z")) == [(1, (value, "z"))]


def test_what_a_merged_cell_covers_is_not_read(tmp_path: Path) -> None:
    covered = "<table:covered-table-cell><text:p>onzichtbaar</text:p></table:covered-table-cell>"
    assert ods_cells(tmp_path, covered + MAKE.cell("z")) == [(1, (None, "z"))]


def test_the_child_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = {}

    class Started(Exception):
        pass

    def popen(argv: list[str], **options: object) -> None:
        seen.update(options, argv=argv)
        raise Started

    monkeypatch.setenv("DATABASE_URL", "postgresql://geheim")
    monkeypatch.setattr(sheet_process.subprocess, "Popen", popen)
    with pytest.raises(Started):
        sheets.read(as_xlsx([["naam"], ["a"]]), "Fenna Verzonnen.xlsx")
    assert set(seen["env"]) <= {"PATH", "SYSTEMROOT"}  # type: ignore[arg-type]
    assert "Fenna" not in str(seen["argv"])
