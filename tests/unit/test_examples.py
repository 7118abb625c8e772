"""The example groups that ship: marked as such, and every problem names its file."""

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.unit.files import change, change_cell
from utils import examples
from utils.errors import DataError
from utils.texts import LANGS, Texts


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
    path = folder / examples.FILE
    pq.write_table(pa.table(table), path)
    return path


def test_the_example_groups_are_marked(tmp_path: Path) -> None:
    example(tmp_path)
    groups = examples.read_example(tmp_path)
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
        examples.read_example(tmp_path)
    assert caught.value.key == f"error.{key}"
    for lang in LANGS:
        assert examples.FILE in Texts(lang).t(caught.value.key, **caught.value.params)


def test_a_broken_example_file_names_itself(tmp_path: Path) -> None:
    keys = []
    for spoil in (
        lambda path: path.unlink(missing_ok=True),
        lambda path: path.write_bytes(b"no parquet"),
        lambda path: change(example(path.parent), "confirmed", None),
    ):
        spoil(tmp_path / examples.FILE)
        with pytest.raises(DataError) as caught:
            examples.read_example(tmp_path)
        keys.append(caught.value.key)
        assert caught.value.params["file"] == examples.FILE
    assert keys == ["error.data_missing", "error.data_unreadable", "error.data_columns"]
