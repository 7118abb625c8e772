"""From a file to a plan: the same from every kind of file, nothing new the second time, no row forgotten."""

import csv
import io
import json
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import lists_messy
from utils import boundaries, headings, import_flow, problem_rows
from utils.errors import InputError, Notice
from utils.group_import import Context
from utils.import_flow import HIDDEN, Postcodes, Register, Wishes
from utils.import_model import Plan, Problem, Repair, Table
from utils.models import Group
from utils.postcodes import Looked
from utils.texts import LANGS, Texts

EMBEDDED = Path(__file__).resolve().parents[2] / "data" / "embedded"
LISTS = Path(__file__).resolve().parents[1] / "lists"
TODAY = date(2026, 3, 1)
EMPTY, PLAIN, UNASKED = Register(), Wishes(), Looked({}, {})
FORMATS = {".csv", ".xlsx", ".ods", ".geojson"}
READABLE = sorted(path.name for path in LISTS.iterdir() if path.suffix in FORMATS)
READABLE.remove("gemengde-tekens.csv")  # refused: nobody knows what its letters are


@cache
def country() -> Context:
    atlas = boundaries.load(EMBEDDED)
    return import_flow.context(atlas, EMBEDDED, Postcodes(lambda codes: UNASKED), EMPTY, TODAY)


def around(register: Register, looked: Looked = UNASKED) -> Context:
    postcodes = Postcodes(lambda codes: looked)
    return replace(country(), postcodes=postcodes, groups=import_flow.known(register.groups))


@lru_cache(maxsize=8)
def read(content: bytes, name: str) -> Table:
    return import_flow.choose(import_flow.tables(content, name))


def planned(
    content: bytes, name: str, register: Register = EMPTY, wishes: Wishes = PLAIN, **chosen: str
) -> tuple[Table, dict[int, Any], Plan]:
    table = read(content, name)
    columns = import_flow.mapping(table, {}, chosen)
    made, _ = import_flow.plan(table, columns, around(register), register, wishes)
    return table, columns, made


def after(register: Register, made: Plan) -> Register:
    groups = {one.id: one for one in register.groups} | {step.after.id: step.after for step in made.steps}
    return Register(tuple(groups.values()), "r2")


def csv_of(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def xlsx_of(rows: list[list[Any]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("lijst")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    return buffer.getvalue()


def geojson_of(rows: list[list[Any]]) -> bytes:
    head, *lines = rows
    features = []
    for line in lines:
        properties = dict(zip(head, line, strict=True))
        point = {"type": "Point", "coordinates": [properties.pop("lon"), properties.pop("lat")]}
        features.append({"type": "Feature", "properties": properties, "geometry": point})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@cache
def to_degrees() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(28992, 4326, always_xy=True)


@st.composite
def lists(draw: st.DrawFn) -> list[list[Any]]:
    """Headings and rows of groups around Utrecht, with and without ids, names that occur twice."""
    names = st.sampled_from(["Oost", "West", "'t Hof", "Zuid; blok 2"]) | st.text(
        "abcdé '", min_size=3, max_size=8
    )
    with_ids = draw(st.booleans())
    rows: list[list[Any]] = []
    for number in range(draw(st.integers(1, 8))):
        x, y = (draw(st.integers(0, 900)) for _ in "xy")
        lon, lat = to_degrees().transform(136_000 + x, 455_000 + y)
        name = draw(names.filter(lambda text: len(text.strip(" '")) > 1))
        members = draw(st.none() | st.integers(2, 500))
        status = draw(st.sampled_from(["", "actief", "inactief"]))
        ident = [f"A{number}"] if with_ids else []
        rows.append([*ident, name, round(lat, 6), round(lon, 6), members, status])
    return [[*(["id"] if with_ids else []), "naam", "lat", "lon", "leden", "status"], *rows]


@settings(max_examples=15)
@given(lists())
def test_the_same_list_twice_changes_nothing_in_any_format(rows: list[list[Any]]) -> None:
    texts = [["" if cell is None else str(cell).replace(".", ",") for cell in row] for row in rows]
    files = {"a.csv": csv_of(texts), "a.xlsx": xlsx_of(rows), "a.geojson": geojson_of(rows)}
    for name, content in files.items():
        _, _, first = planned(content, name)
        assert first.counts["added"] + first.counts["left_out"] == len(rows) - 1
        register = after(Register(), first)
        for other, again in files.items():
            _, _, second = planned(again, other, register)
            assert {step.kind for step in second.steps} <= {"unchanged"}, (name, other)
            assert second.counts["unchanged"] == first.counts["added"]


@pytest.mark.parametrize("name", READABLE)
def test_a_nasty_list_twice_changes_nothing(name: str) -> None:
    content = (LISTS / name).read_bytes()
    _, _, first = planned(content, name)
    assert first.counts["rows"] == first.counts["added"] + first.counts["left_out"]
    _, _, second = planned(content, name, after(Register(), first))
    assert {step.kind for step in second.steps} <= {"unchanged"}


@pytest.fixture(scope="module", params=["csv", "xlsx"])
def messy(request: pytest.FixtureRequest) -> tuple[lists_messy.Messy, Table, dict[int, Any], Plan]:
    made = lists_messy.make(9_000)
    name = f"lijst.{request.param}"
    return made, *planned(getattr(made, request.param)(), name)


def test_every_row_of_a_messy_list_is_accounted_for(messy: Any) -> None:
    planted, table, columns, plan = messy
    assert len(table.lines) == planted.data == plan.counts["rows"] == 9_000
    assert len(columns) == len(lists_messy.HEAD)
    worst: dict[int, str] = {}
    for problem in plan.checked.problems:
        worst[problem.row] = min(worst.get(problem.row, problem.severity), problem.severity)  # e before w
    assert worst == {row: severity for row, (_, severity) in planted.planted.items()}
    kinds = [kind for kind, _ in planted.planted.values()]
    assert set(kinds) == set(lists_messy.MESS)
    out = sum(severity == "error" for _, severity in planted.planted.values()) + kinds.count("repeated")
    assert plan.counts["left_out"] == out
    assert plan.counts["added"] == 9_000 - out
    contacts = sum(step.contact is not None for step in plan.steps)
    assert 2_700 < contacts < 3_000


def test_every_problem_row_of_a_messy_list_is_in_the_spreadsheet_and_comes_back(messy: Any) -> None:
    planted, table, columns, plan = messy
    content = problem_rows.workbook(table, plan.checked, Texts("nl"), columns)
    again, mapped, second = planned(content, "problemen.xlsx", after(Register(), plan))
    assert {line.cells[0] for line in again.lines} >= set(planted.planted)
    beside = {problem.expected.params.get("first") for problem in plan.checked.problems} - {None}
    assert [line.cells[0] for line in again.lines] == sorted({*planted.planted, *beside})
    assert {again.headings[column]: field for column, field in mapped.items()} == {
        table.headings[column]: field for column, field in columns.items()
    }
    # what was good enough to go in is there already; nothing changes by it
    assert {step.kind for step in second.steps} <= {"unchanged"}


def test_proposed_repairs_mend_rows(messy: Any) -> None:
    planted, table, columns, plan = messy
    register = Register()
    mended, repairs = import_flow.plan(table, columns, around(register), register, Wishes(mend=True))
    swapped = {row for row, (kind, _) in planted.planted.items() if kind == "swapped"}
    assert swapped <= set(repairs)
    assert swapped.isdisjoint(
        problem.row for problem in mended.checked.problems if problem.severity == "error"
    )
    assert mended.counts["added"] > plan.counts["added"]
    assert {row for row, _ in planted.planted.items()} >= set(repairs)


def test_it_is_told_how_far_it_is_from_a_thousand_rows_on() -> None:
    rows = [["naam", "lat", "lon"], *([f"Groep {i}", "52,09", f"5,{i:05}"] for i in range(1_000))]
    told: list[tuple[str, int, int]] = []

    def plan(n: int) -> None:
        table = import_flow.choose(import_flow.tables(csv_of(rows[: n + 1]), "a.csv"))
        columns = import_flow.mapping(table, {}, {})
        import_flow.plan(table, columns, around(EMPTY), EMPTY, PLAIN, lambda *step: told.append(step))

    plan(999)
    assert told == []
    plan(1_000)
    assert told == [("check", 0, 1_000), ("match", 0, 1_000), ("match", 1_000, 1_000)]


def test_a_sheet_is_chosen_by_name() -> None:
    found = import_flow.tables((LISTS / "twee-bladen.xlsx").read_bytes(), "twee-bladen.xlsx")
    assert import_flow.choose(found) == found[0]
    assert import_flow.choose(found, f" {found[-1].sheet.upper()} ") == found[-1]
    with pytest.raises(InputError) as caught:
        import_flow.choose(found, "Blad9")
    assert found[0].sheet in str(caught.value.params["known"])


def test_the_user_says_what_a_column_means() -> None:
    content = csv_of(
        [["Wijkapp", "lat", "lon", "Leden"], ["Oost", "52,09", "5,12", "12"], ["West", "52,1", "5,13", "9"]]
    )
    table, columns, made = planned(content, "a.csv", wijkapp="name", Leden="")
    assert columns == {0: "name", 1: "lat", 2: "lon"}
    assert [step.after.participants for step in made.steps] == [None, None]
    assert import_flow.to_remember(table, columns) == {
        "wijkapp": "name",
        "lat": "lat",
        "lon": "lon",
        "leden": "",
    }
    assert import_flow.mapping(table, import_flow.to_remember(table, columns), {}) == columns
    for chosen, key in (
        ({"Wijk": "name"}, "error.import_heading"),
        ({"Leden": "aantal"}, "error.import_field"),
    ):
        with pytest.raises(InputError) as caught:
            import_flow.mapping(table, {}, chosen)
        assert caught.value.key == key


def test_a_row_with_an_error_keeps_its_group_in_a_complete_list() -> None:
    register = Register(
        [Group(f"A{i}", f"Groep {i}", 136_000.0 + 500 * i, 455_000.0) for i in range(3)], "r1"
    )
    content = csv_of([["id", "naam", "leden"], ["A0", "Groep 0", "5"], ["A1", "Groep 1", "veel"]])
    _, _, made = planned(content, "a.csv", register, Wishes(complete=True))
    assert [(step.after.id, step.kind) for step in made.steps] == [("A0", "changed"), ("A2", "deactivated")]
    assert made.warnings


def test_what_the_service_of_postcodes_did_not_answer_is_told() -> None:
    silent = Looked({}, {}, frozenset({"1234AB"}), Notice("error.cancelled"))
    table = import_flow.choose(
        import_flow.tables(csv_of([["naam", "postcode"], ["Oost", "1234 AB"]]), "a.csv")
    )
    columns = import_flow.mapping(table, {}, {})
    found, _ = import_flow.checked(table, columns, around(Register(), silent), Wishes())
    assert silent.notice in found.read_as


def test_personal_data_in_a_problem_are_not_shown() -> None:
    table = Table("x", 1, ("naam", "mail", "lat", "opm"), ())
    columns: dict[int, Any] = {0: "name", 1: "contact_email", 2: "lat", 3: "notes"}

    def shown(column: str, value: str) -> str:
        return import_flow.shown(Problem(2, column, value, Notice("x.y"), "error"), table, columns)

    assert shown("naam", "Oost") == "Oost"
    assert shown("lat", "52,123456; 5,1234567") == "52,123456; 5,1234567"
    assert shown("mail", "geen") == shown("opm", "Jan belt") == HIDDEN
    assert shown("naam", "Oost, jan@voorbeeld.nl") == shown("naam", "Oost 06-12345678") == HIDDEN
    assert shown("", "") == ""
    assert shown("", "Jan") == HIDDEN


def test_repairs_of_a_user_are_carried_out() -> None:
    content = csv_of(
        [["naam", "lat", "lon", "leden"], ["Oost", "52,09", "5,12", "veel"], ["", "52,1", "5,13", "9"]]
    )
    repairs = {2: Repair((("participants", "12"),)), 3: Repair(leave_out=True)}
    _, _, made = planned(content, "a.csv", wishes=Wishes(repairs=repairs))
    assert [step.after.participants for step in made.steps] == [12]
    assert [problem for problem in made.checked.problems if problem.severity == "error"] == []


def test_apostrophes_of_our_own_spreadsheets_come_off() -> None:
    content = csv_of(
        [
            ["naam", "lat", "lon", "opmerking"],
            ["'=Oost", "52,09", "5,12", "'@x"],
            ["'t Hof", "52,1", "5,13", "a"],
        ]
    )
    _, _, made = planned(content, "a.csv")
    assert [(step.after.name, step.after.notes) for step in made.steps] == [("=Oost", "@x"), ("'t Hof", "a")]


def test_columns_for_people_mean_nothing_to_an_import() -> None:
    for lang in LANGS:
        table = Table("x", 1, ("naam", *sorted(problem_rows.added())), ())
        assert headings.propose(table, {}) == {0: "name"}, lang
    assert len(problem_rows.added()) == 6


def test_a_group_that_moved_by_less_than_half_a_metre_is_the_same() -> None:
    content = csv_of([["naam", "lat", "lon"], ["Oost", "52,09", "5,12"]])
    _, _, made = planned(content, "a.csv")
    (group,) = after(Register(), made).groups
    moved = Register([replace(group, x=float(np.float32(group.x)), y=group.y)], "r1")
    _, _, again = planned(content, "a.csv", moved)
    assert again.counts["unchanged"] == 1
