"""The example groups that ship: what the map shows while there is no register."""

import hashlib
import io
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from utils.errors import DataError
from utils.models import STATUSES, Floats, Groups, Objects

FILE = "example_groups.parquet"
PEILDATUM = date(2019, 12, 31)  # the published totals that the example groups add up to

_COLUMNS = ("id", "name", "x", "y", "participants", "status", "since", "until", "confirmed", "platform")


def read_example(folder: Path) -> Groups:
    """The example groups in a data folder: x, y in EPSG:28992 metres, ``example`` True.

    Raises DataError for an absent or unreadable file, a missing column, a double id, an unknown status,
    a place that is no number.
    """
    try:
        content = (folder / FILE).read_bytes()
        parquet = pq.ParquetFile(io.BytesIO(content))
        missing = sorted(set(_COLUMNS) - set(parquet.schema_arrow.names))
        if missing:
            columns = ", ".join(_COLUMNS)
            raise DataError("error.data_columns", file=FILE, expected=columns, missing=", ".join(missing))
        table = parquet.read(columns=list(_COLUMNS), use_threads=False)
    except FileNotFoundError:
        raise DataError("error.data_missing", file=FILE, folder=str(folder)) from None
    except (OSError, pa.ArrowException) as problem:
        raise DataError("error.data_unreadable", file=FILE, came=str(problem)) from problem

    groups = _groups(table, content)
    del table, parquet
    pa.default_memory_pool().release_unused()  # the table's memory, which the server would keep else
    _check(groups)
    return groups


def _groups(table: pa.Table, content: bytes) -> Groups:
    def texts(name: str) -> Objects:
        return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype=object)

    def numbers(name: str) -> Floats:
        return np.asarray(table[name].cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)

    def days(name: str) -> NDArray[np.datetime64]:
        return np.asarray(table[name].to_numpy(zero_copy_only=False), dtype="datetime64[D]")

    return Groups(
        ids=texts("id"),
        names=texts("name"),
        x=numbers("x"),
        y=numbers("y"),
        area=np.full(len(table), None, dtype=object),
        participants=numbers("participants"),
        status=texts("status"),
        since=days("since"),
        until=days("until"),
        confirmed=days("confirmed"),
        platform=texts("platform"),
        example=True,
        revision=hashlib.sha256(b"example\0" + content).hexdigest()[:12],
        peildatum=PEILDATUM,
    )


def _check(groups: Groups) -> None:
    places = np.isfinite(groups.x) & np.isfinite(groups.y)
    known = np.isin(groups.status, STATUSES)
    for row in np.flatnonzero(~places | ~known)[:1]:
        came = f"x={groups.x[row]}, y={groups.y[row]}, status={groups.status[row]}"
        raise DataError("error.data_group", file=FILE, id=groups.ids[row], came=came)
    ids, counts = np.unique(groups.ids.astype(str), return_counts=True)
    for row in np.flatnonzero(counts > 1)[:1]:
        raise DataError("error.data_group", file=FILE, id=ids[row], came=f"id × {counts[row]}")
