"""The published figures: what is written comes back, and a broken file is named."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from utils import published
from utils.errors import DataError
from utils.published import COLUMNS, FILE, Published
from utils.texts import LANGS, Texts

HEADING = ",".join(COLUMNS)
GOOD = (
    f"{HEADING}\n"
    '2015-12,country,Nederland,923,,"rounded, as said",RTV Oost 2019-02\n'
    "2017-06,municipality,Súdwest-Fryslân,150,10500,,De Stentor; Tubantia\n"
)


@pytest.fixture(autouse=True)
def _usual_cells() -> Iterator[None]:
    """Python's own limit to a cell's length, which some libraries lift for all."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


def write(folder: Path, content: str | bytes) -> Path:
    (folder / FILE).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_a_good_file_comes_back_in_its_order(tmp_path: Path, line: str) -> None:
    assert published.load(write(tmp_path, GOOD.replace("\n", line))) == [
        Published("2015-12", "country", "Nederland", 923, None, "RTV Oost 2019-02"),
        Published("2017-06", "municipality", "Súdwest-Fryslân", 150, 10_500, "De Stentor; Tubantia"),
    ]


def test_columns_may_stand_in_another_order(tmp_path: Path) -> None:
    swapped = "source,groups,area,level,date,participants,note,more\nKrant,7,Ede,municipality,2018,,,x\n"
    assert published.load(write(tmp_path, swapped)) == [
        Published("2018", "municipality", "Ede", 7, None, "Krant")
    ]


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2015-12", "2015-12-01", "2015-12-31"),
        ("2017-11-05", "2017-11-05", "2017-11-05"),
    ],
)
def test_a_date_is_all_the_days_that_it_may_mean(written: str, first: str, last: str) -> None:
    found = Published(written, "country", "Nederland", 1, None, "Krant").interval
    assert [day.isoformat() for day in found] == [first, last]


def test_a_file_without_figures_gives_none(tmp_path: Path) -> None:
    assert published.load(write(tmp_path, f"{HEADING}\n")) == []


def test_what_ships_is_read(embedded: Path) -> None:
    figures = published.load(embedded)
    assert len(figures) > 10
    assert all(figure.groups > 0 and figure.source for figure in figures)
    assert {figure.level for figure in figures} <= {"country", "province", "municipality"}


def _folder_instead(folder: Path) -> None:
    (folder / FILE).mkdir()


BROKEN: list[tuple[str, str, Callable[[Path], object]]] = [
    ("absent", "missing", lambda folder: None),
    ("a folder", "unreadable", _folder_instead),
    ("not UTF-8", "unreadable", lambda folder: write(folder, GOOD.encode("latin-1"))),
    ("empty", "columns", lambda folder: write(folder, "")),
    ("no heading", "columns", lambda folder: write(folder, GOOD.partition("\n")[2])),
    ("no source", "columns", lambda folder: write(folder, GOOD.replace("source", "bron"))),
    ("groups in words", "unreadable", lambda folder: write(folder, GOOD.replace("923", "veel"))),
    ("no groups", "unreadable", lambda folder: write(folder, GOOD.replace("923", ""))),
    ("half a person", "unreadable", lambda folder: write(folder, GOOD.replace("10500", "0.5"))),
    ("a date in words", "unreadable", lambda folder: write(folder, GOOD.replace("2017-06", "juni 2017"))),
    ("a month too many", "unreadable", lambda folder: write(folder, GOOD.replace("2017-06", "2017-13"))),
    ("a cell less", "unreadable", lambda folder: write(folder, GOOD.replace(",RTV Oost 2019-02", ""))),
    ("a cell more", "unreadable", lambda folder: write(folder, GOOD.replace("Oost", "Oost,"))),
    ("an open quote", "unreadable", lambda folder: write(folder, GOOD.replace('said"', "said"))),
    ("one endless cell", "unreadable", lambda folder: write(folder, GOOD.replace("Oost", "Oost" * 50_000))),
    ("an endless heading", "unreadable", lambda folder: write(folder, "x" * 200_000)),
]


@pytest.mark.parametrize(("kind", "break_"), [one[1:] for one in BROKEN], ids=[one[0] for one in BROKEN])
def test_a_broken_file_names_itself(tmp_path: Path, kind: str, break_: Callable[[Path], object]) -> None:
    break_(tmp_path)
    with pytest.raises(DataError) as caught:
        published.load(tmp_path)
    assert caught.value.key == f"error.data_{kind}"
    assert caught.value.params["file"] == FILE
    for lang in LANGS:
        assert FILE in Texts(lang).t(caught.value.key, **caught.value.params)
