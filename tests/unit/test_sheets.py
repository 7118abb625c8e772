"""A user's file becomes a table: encodings, delimiters, headings, merged cells, kinds of cells."""

import io
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import sheet_csv, sheets
from utils.errors import InputError
from utils.import_model import Line, Sheet, Table
from utils.texts import Texts

LISTS = Path(__file__).resolve().parents[1] / "lists"
SAME = ["puntkomma-windows.csv", "tab-utf16.csv", "streep-bom.csv", "sep-regel.csv"]


def tables(name: str) -> list[Table]:
    found = []
    for sheet in sheets.read((LISTS / name).read_bytes(), name):
        try:
            found.append(sheets.table(sheet))
        except InputError as problem:
            assert problem.key == "error.sheet_no_rows"
    return found


def of(text: str) -> Table:
    return sheets.table(sheets.read(text.encode(), "lijst.csv")[0])


def problem(content: bytes, name: str = "lijst.csv") -> InputError:
    with pytest.raises(InputError) as caught:
        for sheet in sheets.read(content, name)[:1]:
            sheets.table(sheet)
    for lang in ("nl", "en"):
        assert Texts(lang).t(caught.value.key, **caught.value.params)
    return caught.value


def cells(table: Table) -> list[tuple[object, ...]]:
    return [line.cells for line in table.lines]


# --- the lists


@pytest.mark.parametrize("name", SAME)
def test_the_same_list_in_another_dress_is_the_same_list(name: str) -> None:
    first, table = tables(SAME[0])[0], tables(name)[0]
    assert table.headings == first.headings
    assert cells(table) == cells(first)
    assert table.lines[0].cells[:4] == ("007", "Buurtpreventie Appelhof", "52,37138", "5,22188")
    assert [line.number for line in table.lines] == list(range(table.header + 1, table.header + 7))


def test_titles_gaps_and_ragged_rows() -> None:
    (table,) = tables("titels-en-gaten.csv")
    assert (table.header, table.headings[0], len(table.headings)) == (5, "Groepsnr", 7)
    assert [line.number for line in table.lines] == [6, 7, 10, 11, 12, 13, 14, 15]
    assert {len(line.cells) for line in table.lines} == {7}
    assert table.lines[1].cells[6] is None


def test_a_row_has_the_number_of_the_line_on_which_it_begins() -> None:
    (table,) = tables("regels-in-cellen.csv")
    assert [line.number for line in table.lines] == [2, 5, 6]
    assert table.lines[0].cells[1] == "Van de brug\ntot aan de kerk;\nniet de kade"
    assert table.headings == ("Naam", "Omschrijving", "Adresvrije plek", "Naam (2)", "(E)")
    assert table.lines[1].cells[0] == '=HYPERLINK("http://example.org")'


def test_two_encodings_in_one_file_are_refused() -> None:
    caught = problem((LISTS / "gemengde-tekens.csv").read_bytes())
    assert (caught.key, caught.params) == ("error.sheet_mixed", {"row": 8})


def test_merged_cells_belong_to_every_row_that_they_span() -> None:
    (table,) = tables("titel-en-samengevoegd.xlsx")
    assert table.header == 4
    assert table.headings == ("Gemeente", "Naam", "lat", "lon", "Deelnemers", "Status", "Sinds")
    assert [line.cells[0] for line in table.lines] == ["Almere"] * 3 + ["Utrecht"] * 3 + ["Zeist"]
    assert [line.number for line in table.lines] == [5, 6, 7, 8, 9, 10, 12]
    assert table.lines[0].cells[6] == date(2019, 3, 1)


def test_each_kind_of_cell_stays_what_it_is() -> None:
    (table,) = tables("soorten-waarden.xlsx")
    assert cells(table)[0] == (
        "001", "=geen formule 1", 12.0, date(2024, 2, 29), datetime.fromisoformat("2024-02-29T13:30"), 1315.0,
        0.125,
        "12:00:00", True, "#N/A", 24.0,
    )  # fmt: skip
    assert type(table.lines[0].cells[8]) is bool


def test_the_sheet_with_the_list_comes_first_and_a_hidden_one_later() -> None:
    found = sheets.read((LISTS / "twee-bladen.xlsx").read_bytes(), "x.xlsx")
    assert [sheet.name for sheet in found] == ["Lijst 2024", "Keuzes", "Uitleg"]


def test_a_list_of_libreoffice() -> None:
    (table,) = tables("libreoffice.ods")
    assert (table.header, table.headings[0], len(table.headings)) == (4, "Provincie", 8)
    assert [line.cells[0] for line in table.lines] == ["Flevoland"] * 6 + ["Drenthe"]
    assert table.lines[0].cells[1:6] == ("007", "Buurtpreventie Appelhof", 52.37138, 5.22188, 84.0)
    assert table.lines[0].cells[7] == date(2019, 3, 1)
    assert table.lines[6].cells[2] == "#N/B"


def test_points_are_columns_and_outlines_are_shapes() -> None:
    (points,), (areas,), (odd,) = (
        tables(name) for name in ("punten.geojson", "gebieden.geojson", "vreemde-vormen.geojson")
    )
    assert points.headings == ("lat", "lon", "id", "naam", "deelnemers", "status")
    assert points.lines[0].cells == (52.37138, 5.22188, "007", "Buurtpreventie Appelhof", 84, "actief")
    assert [line.number for line in points.lines] == [1, 2, 3, 4, 5, 6]
    assert areas.headings == ("id", "naam")
    assert all(line.shape for line in areas.lines)
    assert [line.cells[0] for line in odd.lines] == [
        52.3, 5.2, "LineString", "MultiPoint", 52.3, None, 52.1, "Polygon",
    ]  # fmt: skip


def test_an_outline_lies_where_it_should() -> None:
    import shapely

    (table,) = tables("gebieden.geojson")
    middle = shapely.from_wkb(table.lines[0].shape).centroid
    assert (middle.x, middle.y) == pytest.approx((143_700, 487_000), abs=1_000)


# --- delimiters and headings


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id;lat;lon\n1;52,1;5,2\n2;52,3;5,4\n", ";"),
        ("lat;lon\n52,1;5,2\n52,3;5,4\n", ";"),
        ('naam,plek\n"a; b","52.1; 5.2"\n', ","),
        ("Overzicht, stand 1 maart, concept\nnaam;plaats\na, b;c\nd, e;f\n", ";"),
        ("naam\tomschrijving\na\tb, c; d\ne\tf; g, h\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("naam\na\n", ";"),
        ("", ";"),
    ],
)
def test_the_delimiter_is_seen_over_several_lines(text: str, delimiter: str) -> None:
    assert sheet_csv.delimiter_of(text) == delimiter


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    table = of(end.join(["naam;plaats", "a;b", "", "c;d"]))
    assert [(line.number, line.cells) for line in table.lines] == [(2, ("a", "b")), (4, ("c", "d"))]


def test_a_list_without_headings_is_refused() -> None:
    caught = problem(b"12;Wacht;52,1;5,2\n13;Oog;52,2;5,3\n")
    assert caught.key == "error.sheet_header"


def test_headings_without_rows_are_refused() -> None:
    assert problem(b"naam;plaats\n;;\n").key == "error.sheet_no_rows"


def test_headings_that_are_equal_or_missing_get_names_of_their_own() -> None:
    assert of("naam;Naam;;naam (2);\na;b;c;d;\n").headings == ("naam", "Naam (2)", "(C)", "naam (2) (2)")


def test_a_heading_of_two_lines_is_one_line() -> None:
    assert of('"aantal\nleden";naam\n1;a\n').headings == ("aantal leden", "naam")


def test_one_column_is_a_list_too() -> None:
    table = of("Naam\nWacht Oost\nWacht West\n")
    assert (table.headings, len(table.lines)) == (("Naam",), 2)


@given(st.lists(st.lists(st.one_of(st.none(), st.text(max_size=9), st.floats()), max_size=9), max_size=9))
def test_any_sheet_gives_a_table_or_a_sentence(rows: list[list[str | float | None]]) -> None:
    sheet = Sheet("blad", tuple(Line(n, tuple(row)) for n, row in enumerate(rows, 1)))
    try:
        table = sheets.table(sheet)
    except InputError:
        return
    assert len({len(line.cells) for line in table.lines} | {len(table.headings)}) == 1
    assert len({heading.lower() for heading in table.headings}) == len(table.headings)
    assert len(table.lines) <= len(rows)


# --- formulas, merged cells


def test_a_formula_gives_its_last_value_or_its_text() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["naam", "som", "leeg"])
    sheet.append(["a", "=1+2", None])
    sheet["B4"] = "=SUM(A1:A3)"  # in a row and below all values
    out = io.BytesIO()
    book.save(out)
    table = sheets.table(sheets.read(out.getvalue(), "x.xlsx")[0])
    assert [(line.number, line.cells) for line in table.lines] == [
        (2, ("a", "=1+2", None)),
        (4, (None, "=SUM(A1:A3)", None)),
    ]


def test_a_merged_cell_that_reaches_below_the_list_adds_no_rows() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["naam", "plaats"], ["a", "b"], [None, "c"]):
        sheet.append(row)
    sheet.merge_cells("A2:A500")
    out = io.BytesIO()
    book.save(out)
    assert cells(sheets.table(sheets.read(out.getvalue(), "x.xlsx")[0])) == [("a", "b"), ("a", "c")]
