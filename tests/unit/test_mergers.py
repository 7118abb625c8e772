"""Old municipalities: followed through mergers, never guessed through splits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests import country
from tests.country import grid
from utils import mergers
from utils.errors import DataError
from utils.locate import normalise
from utils.mergers import Changes, Municipalities

ROOT = Path(__file__).resolve().parents[2]
HEADING = "old_name,old_code,new_name,new_code,date,note\n"
#: Oudstad → Tussenstad → Gemeente 1; Deelstad split over Gemeente 2 and Gemeente 3; Vergaan went nowhere.
ROWS = """Oudstad,GM0101,Tussenstad,GM0102,2019-01-01,
Tussenstad,GM0102,Gemeente 1,GM0001,2022-01-01,
Deelstad,GM0103,Gemeente 2,GM0002,2019-01-01,split
Deelstad,GM0103,Gemeente 3,GM0003,2019-01-01,split
Vergaan,GM0104,Elders,GM9999,2019-01-01,
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / mergers.FILE
    path.write_text(HEADING + ROWS, encoding="utf-8")
    return path


@pytest.fixture
def towns(file: Path) -> Municipalities:
    return Municipalities(grid(), mergers.read(file), normalise)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Gemeente 1", ["GM0001"]),
        ("gemeente  1 ", ["GM0001"]),
        ("GM0001", ["GM0001"]),
        ("0001", ["GM0001"]),
        ("gm1", ["GM0001"]),
        ("Oudstad", ["GM0001"]),
        ("GM0101", ["GM0001"]),
        ("Tussenstad", ["GM0001"]),
        ("Deelstad", ["GM0002", "GM0003"]),
        ("GM0103", ["GM0002", "GM0003"]),
        ("Vergaan", []),
        ("GM0104", []),
        ("Onbekend", []),
        ("GM8888", []),
        ("", []),
        ("GM", []),
    ],
)
def test_what_a_name_or_code_means_now(towns: Municipalities, text: str, codes: list[str]) -> None:
    assert list(towns.find(text)) == codes


def test_a_row_for_each_that_is_certain(towns: Municipalities) -> None:
    recorded = np.array(["Gemeente 3", "Oudstad", "Deelstad", "", "Onbekend", "GM0102"], dtype=object)
    assert towns.rows(recorded).tolist() == [3, 1, -1, -1, -1, 1]
    assert towns.rows(np.array([], dtype=object)).tolist() == []


def test_a_municipality_that_is_still_there_stays(file: Path) -> None:
    """A merger that is known before the boundaries have it changes nothing."""
    file.write_text(HEADING + "Gemeente 0,GM0000,Gemeente 1,GM0001,2027-01-01,\n", encoding="utf-8")
    changes = mergers.read(file)
    assert Municipalities(grid(), changes, normalise).find("GM0000") == ("GM0000",)
    assert Municipalities(grid(), changes, normalise).find("Gemeente 0") == ("GM0000",)
    plain = grid()
    fewer = replace(plain.municipalities, codes=np.array(["GM9000", "GM0001", "GM0002", "GM0003"], object))
    fewer = replace(fewer, names=np.array(["Nieuw", *plain.municipalities.names[1:]], object))
    after = Municipalities(replace(plain, municipalities=fewer), changes, normalise)
    assert after.find("GM0000") == after.find("Gemeente 0") == ("GM0001",)


def test_a_part_between_brackets_does_not_count(file: Path) -> None:
    plain = grid()
    names = np.array(["Bergen (L.)", "Bergen (NH.)", "Hengelo (O.)", "Stein"], dtype=object)
    atlas = replace(plain, municipalities=replace(plain.municipalities, names=names))
    towns = Municipalities(atlas, mergers.read(file), normalise)
    assert towns.find("Hengelo") == towns.find("Hengelo (O.)") == ("GM0002",)
    assert towns.find("Bergen (NH.)") == ("GM0001",)
    assert towns.find("Bergen") == ("GM0000", "GM0001")


def test_a_circle_of_changes_ends() -> None:
    changes = Changes({"GM0001": ("GM0002",), "GM0002": ("GM0001",)}, {})
    assert changes.ends("GM0001") == ("GM0002",)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "data_missing"),
        (b"old_name,old_code\n", "data_columns"),
        (b"\xff\xfe\x00", "data_unreadable"),
        (HEADING.encode() + b"Oud,GM0101,Nieuw,GM0001,januari 2019,\n", "data_unreadable"),
    ],
)
def test_a_broken_file_names_itself(file: Path, content: bytes | None, key: str) -> None:
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        mergers.read(file)
    assert caught.value.key == f"error.{key}"
    assert caught.value.params["file"] == mergers.FILE


def test_moves_know_their_day_and_a_new_name(file: Path) -> None:
    file.write_text(HEADING + ROWS + 'A,GM0105,B,GM0001,2020-01-01,"renamed, new code"\n', encoding="utf-8")
    moves = mergers.read(file).moves
    assert [move.old for move in moves] == ["GM0101", "GM0102", "GM0103", "GM0103", "GM0104", "GM0105"]
    assert [move.renamed for move in moves] == [False] * 5 + [True]
    assert moves[1].day.isoformat() == "2022-01-01"
    file.write_text("old_name,old_code,new_code\nA,GM0101,GM0001\n", encoding="utf-8")
    assert mergers.read(file).moves == ()


def test_the_file_that_ships_knows_mergers_and_splits() -> None:
    changes = mergers.read(ROOT / "data" / "embedded" / mergers.FILE)
    assert changes.ends("GM0756") == ("GM1982",)  # Boxmeer → Land van Cuijk
    assert len(changes.ends("GM0788")) > 1 or len(changes.ends("GM1671")) > 1  # Haaren or Maasdonk


def test_a_register_without_municipalities_needs_no_file(tmp_path: Path) -> None:
    groups = country.groups([(0, 0)])
    assert mergers.towns(grid(), groups, tmp_path, normalise) is None
    named = replace(groups, recorded=np.array(["Oudstad"], dtype=object))
    with pytest.raises(DataError):
        mergers.towns(grid(), named, tmp_path, normalise)
    (tmp_path / mergers.FILE).write_text(HEADING + ROWS, encoding="utf-8")
    rows = mergers.towns(grid(), named, tmp_path, normalise)
    assert rows is not None
    assert rows.tolist() == [1]
