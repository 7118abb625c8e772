"""The register: example groups and a user's file; every problem names its line."""

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.files import change, change_cell
from utils import registry, settings
from utils.errors import DataError, InputError
from utils.models import Groups
from utils.texts import LANGS, Texts

HEADER = "id,name,lat,lon,participants,status,since,until,confirmed,platform"


def read(tmp_path: Path, text: str | bytes) -> Groups:
    path = tmp_path / "mine.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return registry.read_csv(path)


def example(folder: Path) -> Path:
    """Two example groups in a file of the shipped form."""
    days = pa.array([date(2016, 5, 1), None], pa.date32())
    table = {
        "id": ["a", "b"],
        "name": ["Groep a", "Groep b"],
        "x": pa.array([160_000, 120_000], pa.int32()),
        "y": pa.array([500_000, 480_000], pa.int32()),
        "participants": pa.array([80, None], pa.int32()),
        "status": ["active", "inactive"],
        "since": days,
        "until": pa.array([None, None], pa.date32()),
        "confirmed": days,
        "platform": ["whatsapp", "whatsapp"],
    }
    path = folder / registry.EXAMPLE_FILE
    pq.write_table(pa.table(table), path)
    return path


def test_the_columns_of_a_file_arrive(tmp_path: Path) -> None:
    groups = read(
        tmp_path,
        f"{HEADER}\n"
        "1,Hart van Lelystad,52.5,5.47,80,active,2017-01-02,,2024-05-06,WhatsApp\n"
        "2,Zuid,52.4,5.5,,Inactive,,2020-01-01,,\n",
    )
    assert list(groups.ids) == ["1", "2"]
    assert list(groups.names) == ["Hart van Lelystad", "Zuid"]
    assert list(groups.status) == ["active", "inactive"]
    assert groups.participants[0] == 80
    assert np.isnan(groups.participants[1])
    assert [str(day) for day in groups.since] == ["2017-01-02", "NaT"]
    assert [str(day) for day in groups.until] == ["NaT", "2020-01-01"]
    assert [str(day) for day in groups.confirmed] == ["2024-05-06", "NaT"]
    assert list(groups.platform) == ["WhatsApp", ""]
    assert list(groups.area) == [None, None]
    assert list(groups.active) == [True, False]
    assert not groups.example
    assert groups.peildatum == date(2024, 5, 6)  # the last date in the file


def test_degrees_become_rd_metres(tmp_path: Path) -> None:
    # The Kadaster's own origin of RD New: the Onze-Lieve-Vrouwetoren in Amersfoort.
    groups = read(tmp_path, "id,name,lat,lon\n1,Amersfoort,52.155175,5.387206\n")
    assert groups.x[0] == pytest.approx(155_000, abs=2)
    assert groups.y[0] == pytest.approx(463_000, abs=2)


def test_dutch_spreadsheets_are_read(tmp_path: Path) -> None:
    text = "\ufeffID;Name;LAT;Lon;adres\r\n1;Één;52,155175;5,387206;geheim\r\n;;;;\r\n"
    groups = read(tmp_path, text)
    assert list(groups.names) == ["Één"]
    assert groups.x[0] == pytest.approx(155_000, abs=2)
    assert list(groups.status) == ["active"]


@pytest.mark.parametrize("place", ["0,0", "56.0,3.0", "51.05,3.72", "-90,180", "90,0"])
def test_places_in_the_sea_and_abroad_are_defined(tmp_path: Path, place: str) -> None:
    groups = read(tmp_path, f"id,name,lat,lon\n1,elders,{place}\n")
    assert np.isfinite([groups.x[0], groups.y[0]]).all()


def test_a_register_may_be_empty(tmp_path: Path) -> None:
    groups = read(tmp_path, HEADER + "\n")
    assert len(groups) == 0
    assert groups.x.shape == groups.participants.shape == groups.since.shape == (0,)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=200).filter(lambda s: bool(s.strip())))
def test_names_pass_through_unchanged(name: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([["id", "name", "lat", "lon"], ["1", name, "52", "5"]])
    (row,) = registry._cells(buffer.getvalue(), "mine.csv")
    assert row.text("name") == name


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "${alert(1)}`",
        "' OR 1=1 --",
        "=cmd|' /C calc'!A0",
        "{x} %s \\u0000",
        "a\nb",
        "\u202eomgekeerd",
    ],
)
def test_hostile_text_is_data(tmp_path: Path, name: str) -> None:
    buffer = io.StringIO(newline="")
    row = [name, name, "52", "5", "", "", "", "", "", name]
    csv.writer(buffer).writerows([HEADER.split(","), row])
    groups = read(tmp_path, buffer.getvalue())
    assert (groups.ids[0], groups.names[0], groups.platform[0]) == (name, name, name)


GOOD = "1,Een,52,5,70,active,2019-01-01,,,\n"


@pytest.mark.parametrize(
    ("text", "key", "parts"),
    [
        ("", "columns", ["id, name, lat, lon"]),
        ("id,name,lat\n", "columns", ["id, name, lat, lon"]),
        ("id,name,lat,lon,lat\n", "columns", ["lat,"]),
        (b"id,name,lat,lon\n1,goed,52,5\n2,caf\xe9,52,5\n", "encoding", ["3", "UTF-8"]),
        (f"{HEADER}\n{GOOD}2,Twee,52,5\n", "fields", ["3", "10", "4"]),
        (f"{HEADER}\n{GOOD} ,Twee,52,5,,,,,,\n", "empty", ["3", "id"]),
        (f"{HEADER}\n{GOOD}2,,52,5,,,,,,\n", "empty", ["3", "name"]),
        (f"{HEADER}\n{GOOD}{GOOD}", "id_double", ["3", "2", "1"]),
        (f"{HEADER}\n2,Twee,noord,5,,,,,,\n", "number", ["2", "lat", "noord", "90"]),
        (f"{HEADER}\n2,Twee,,5,,,,,,\n", "number", ["2", "lat"]),
        (f"{HEADER}\n2,Twee,91,5,,,,,,\n", "number", ["lat", "91"]),
        (f"{HEADER}\n2,Twee,52,nan,,,,,,\n", "number", ["lon", "nan"]),
        (f"{HEADER}\n2,Twee,52,5,-1,,,,,\n", "number", ["participants", "-1"]),
        (f"{HEADER}\n2,Twee,52,5,,actief,,,,\n", "status", ["status", "actief", "active, inactive"]),
        (f"{HEADER}\n2,Twee,52,5,,,1-2-2019,,,\n", "date", ["since", "1-2-2019"]),
        (f"{HEADER}\n2,Twee,52,5,,,,,2019-02-30,\n", "date", ["confirmed", "2019-02-30"]),
        (f"{HEADER}\n2,Twee,5.2,52.3,,,,,,\n", "swapped", ["2", "5.2", "52.3"]),
        (f'{HEADER}\n\n2,"Twee\nregels",52,5,,,,,,\n3,Drie,x,5,,,,,,\n', "number", ["5", "lat"]),
        (f'{HEADER}\n2,"Twee"x,52,5,,,,,,\n', "quotes", ["2"]),
        (f'{HEADER}\n2,"Twee,52,5,,,,,,\n', "quotes", []),
    ],
)
def test_a_problem_names_line_column_value_and_expectation(
    tmp_path: Path, text: str | bytes, key: str, parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.key == f"error.groups_{key}"
    for lang in LANGS:
        sentence = Texts(lang).t(caught.value.key, **caught.value.params)
        assert [part for part in ["mine.csv", *parts] if part not in sentence] == []


def test_a_file_that_went_away_names_itself(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        registry.read_csv(tmp_path / "gone.csv")
    assert caught.value.key == "error.groups_unreadable"
    assert caught.value.params["file"] == "gone.csv"


def test_the_example_groups_are_marked(tmp_path: Path) -> None:
    example(tmp_path)
    groups = registry.read_example(tmp_path)
    assert groups.example
    assert groups.peildatum == date(2019, 12, 31)
    assert list(groups.x) == [160_000, 120_000]
    assert groups.participants[0] == 80
    assert np.isnan(groups.participants[1])
    assert [str(day) for day in groups.since] == ["2016-05-01", "NaT"]
    assert np.isnat(groups.until).all()
    assert list(groups.active) == [True, False]


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("status", "dood", "data_group"),
        ("id", "b", "data_group"),
        ("x", None, "data_group"),
    ],
)
def test_a_wrong_example_group_names_itself(tmp_path: Path, column: str, value: object, key: str) -> None:
    change_cell(example(tmp_path), column, 0, value)
    with pytest.raises(DataError) as caught:
        registry.read_example(tmp_path)
    assert caught.value.key == f"error.{key}"
    for lang in LANGS:
        assert registry.EXAMPLE_FILE in Texts(lang).t(caught.value.key, **caught.value.params)


def test_a_broken_example_file_names_itself(tmp_path: Path) -> None:
    keys = []
    for spoil in (
        lambda path: path.unlink(missing_ok=True),
        lambda path: path.write_bytes(b"no parquet"),
        lambda path: change(example(path.parent), "confirmed", None),
    ):
        spoil(tmp_path / registry.EXAMPLE_FILE)
        with pytest.raises(DataError) as caught:
            registry.read_example(tmp_path)
        keys.append(caught.value.key)
        assert caught.value.params["file"] == registry.EXAMPLE_FILE
    assert keys == ["error.data_missing", "error.data_unreadable", "error.data_columns"]


def test_the_settings_choose_the_register(tmp_path: Path) -> None:
    example(tmp_path)
    mine = tmp_path / "mine.csv"
    mine.write_text("id,name,lat,lon\n1,Een,52,5\n", encoding="utf-8")
    chosen = replace(settings.load({}), data=tmp_path)
    assert registry.load(chosen).example
    assert not registry.load(replace(chosen, groups=mine)).example


def test_the_revision_changes_with_the_content(tmp_path: Path) -> None:
    first = read(tmp_path, "id,name,lat,lon\n1,Een,52,5\n").revision
    assert read(tmp_path, "id,name,lat,lon\n1,Een,52,5\n").revision == first
    assert read(tmp_path, "id,name,lat,lon\n1,Twee,52,5\n").revision != first


def test_a_row_that_names_a_municipality_may_do_without_a_place(tmp_path: Path) -> None:
    rows = "1,A,,,Boxmeer \n2,B,52.0,5.0,\n3,C,52.0,5.0,GM0995\n"
    found = read(tmp_path, f"id,name,lat,lon,municipality\n{rows}")
    assert found.recorded is not None
    assert list(found.recorded) == ["Boxmeer", "", "GM0995"]
    assert np.isnan([found.x[0], found.y[0]]).all()
    assert np.isfinite([found.x[1:], found.y[1:]]).all()


@pytest.mark.parametrize("row", ["1,A,,,", "1,A,52.0,,Boxmeer", "1,A,,5.0,Boxmeer", "1,A,noord,oost,Boxmeer"])
def test_a_row_without_a_place_or_with_half_a_one_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, f"id,name,lat,lon,municipality\n{row}\n")
    assert caught.value.key == "error.groups_number"
    assert caught.value.params["line"] == 2
