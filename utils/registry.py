"""The register of groups: the example groups that ship, or a CSV file of your own."""

import csv
import hashlib
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
from numpy.typing import NDArray

from utils.errors import DataError, InputError
from utils.models import Floats, Groups, Objects
from utils.settings import Settings

STATUSES = ("active", "inactive", "pending", "unverified")
EXAMPLE_FILE = "example_groups.parquet"
EXAMPLE_PEILDATUM = date(2019, 12, 31)  # the published totals that the example groups add up to

REQUIRED = ("id", "name", "lat", "lon")
OPTIONAL = ("participants", "status", "since", "until", "confirmed", "platform")
RECORDED = "municipality"
MAX_PARTICIPANTS = 100_000

_EXAMPLE_COLUMNS = ("id", "name", "x", "y", *OPTIONAL)


def load(settings: Settings) -> Groups:
    """The groups that the settings ask for: those of ``settings.groups``, else the example groups.

    Raises InputError for a problem in the user's file, DataError for one in ours.
    """
    return read_csv(settings.groups) if settings.groups else read_example(settings.data)


def read_example(folder: Path) -> Groups:
    """The example groups in a data folder: x, y in EPSG:28992 metres, ``example`` True.

    Raises DataError for an absent or unreadable file, a missing column, a double id, an unknown status,
    a place that is no number.
    """
    try:
        content = (folder / EXAMPLE_FILE).read_bytes()
        parquet = pq.ParquetFile(io.BytesIO(content))
        missing = sorted(set(_EXAMPLE_COLUMNS) - set(parquet.schema_arrow.names))
        if missing:
            columns = ", ".join(_EXAMPLE_COLUMNS)
            raise DataError(
                "error.data_columns", file=EXAMPLE_FILE, expected=columns, missing=", ".join(missing)
            )
        table = parquet.read(columns=list(_EXAMPLE_COLUMNS), use_threads=False)
    except FileNotFoundError:
        raise DataError("error.data_missing", file=EXAMPLE_FILE, folder=str(folder)) from None
    except (OSError, pa.ArrowException) as problem:
        raise DataError("error.data_unreadable", file=EXAMPLE_FILE, came=str(problem)) from problem

    groups = _example_groups(table, content)
    del table, parquet
    pa.default_memory_pool().release_unused()  # the table's memory, which the server would keep else
    _check_example(groups)
    return groups


def _example_groups(table: pa.Table, content: bytes) -> Groups:
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
        revision=_revision(b"example", content),
        peildatum=EXAMPLE_PEILDATUM,
    )


def _check_example(groups: Groups) -> None:
    places = np.isfinite(groups.x) & np.isfinite(groups.y)
    known = np.isin(groups.status, STATUSES)
    for row in np.flatnonzero(~places | ~known)[:1]:
        came = f"x={groups.x[row]}, y={groups.y[row]}, status={groups.status[row]}"
        raise DataError("error.data_group", file=EXAMPLE_FILE, id=groups.ids[row], came=came)
    ids, counts = np.unique(groups.ids.astype(str), return_counts=True)
    for row in np.flatnonzero(counts > 1)[:1]:
        raise DataError("error.data_group", file=EXAMPLE_FILE, id=ids[row], came=f"id × {counts[row]}")


def read_csv(path: Path) -> Groups:
    """The groups in a CSV file: UTF-8, comma or semicolon, a line of column names first.

    Columns: id, name, lat, lon (WGS84 degrees); and, where wanted, participants, status, since, until,
    confirmed (YYYY-MM-DD), platform. Other columns are not read. An empty cell is unknown; an empty or
    absent status is active. Names are data and stay as they are. A place in the sea or abroad is allowed:
    it lies in no area. With a column municipality (name or code, of now or of before), lat and lon of a row
    that fills it may both be empty. ``peildatum`` is the last date in the file, else the day on which it was
    last changed.

    Raises InputError, naming line, column, value and expectation, at the first problem.
    """
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise InputError("error.groups_unreadable", file=path.name, came=str(problem)) from problem
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        raise InputError("error.groups_encoding", file=path.name, line=line) from problem
    cells = list(_cells(text, path.name))
    first: dict[str, int] = {}
    for cell in cells:
        identity = cell.text("id")
        if first.setdefault(identity, cell.line) != cell.line:
            raise cell.problem("id_double", "id", first=first[identity])
    x, y = _to_rd(cells)
    dates = {column: _days(cells, column) for column in ("since", "until", "confirmed")}
    known = np.concatenate([days[~np.isnat(days)] for days in dates.values()])
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return Groups(
        ids=_column([cell.text("id") for cell in cells]),
        names=_column([cell.text("name") for cell in cells]),
        x=x,
        y=y,
        area=np.full(len(cells), None, dtype=object),
        participants=np.array([cell.number("participants", 0, MAX_PARTICIPANTS) for cell in cells], float),
        status=_column([cell.status() for cell in cells]),
        since=dates["since"],
        until=dates["until"],
        confirmed=dates["confirmed"],
        platform=_column([cell.values.get("platform", "") for cell in cells]),
        revision=_revision(b"csv", content),
        recorded=_column([cell.recorded for cell in cells]),
        peildatum=known.max().item() if len(known) else changed,
    )


def _days(cells: list["_Row"], column: str) -> NDArray[np.datetime64]:
    return np.array([cell.day(column) for cell in cells], dtype="datetime64[D]")


@dataclass(frozen=True)
class _Row:
    """One row of the user's file, and the line on which it starts."""

    file: str
    line: int
    values: dict[str, str]
    decimal_comma: bool

    def problem(self, kind: str, column: str, **params: object) -> InputError:
        came = self.values.get(column, "")
        return InputError(
            f"error.groups_{kind}", file=self.file, line=self.line, column=column, came=came, **params
        )

    def text(self, column: str) -> str:
        value = self.values[column]
        if not value.strip():
            raise self.problem("empty", column)
        return value

    def number(self, column: str, low: float, high: float) -> float:
        value = self.values.get(column, "").strip()
        if not value and column not in REQUIRED:
            return math.nan
        try:
            number = float(value.replace(",", ".") if self.decimal_comma else value)
        except ValueError:
            number = math.nan
        if not low <= number <= high:
            raise self.problem("number", column, low=low, high=high)
        return number

    @property
    def recorded(self) -> str:
        """The municipality that the row names, "" for none."""
        return self.values.get(RECORDED, "").strip()

    def degrees(self, column: str, limit: float) -> float:
        """lat or lon; nan for a row that names a municipality instead of a place."""
        if self.recorded and not self.values["lat"].strip() and not self.values["lon"].strip():
            return math.nan
        return self.number(column, -limit, limit)

    def status(self) -> str:
        value = self.values.get("status", "").strip().lower() or "active"
        if value not in STATUSES:
            raise self.problem("status", "status", expected=", ".join(STATUSES))
        return value

    def day(self, column: str) -> date | None:
        value = self.values.get(column, "").strip()
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise self.problem("date", column) from None


def _cells(text: str, file: str) -> Iterator[_Row]:
    """The rows of the file as text, blank lines left out."""
    header = text.partition("\n")[0]
    delimiter = ";" if header.count(";") > header.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] | None = None
    line = 1
    try:
        for fields in reader:
            start, line = line, reader.line_num + 1
            if not any(field.strip() for field in fields):
                continue
            if columns is None:
                columns = _header(fields, file)
                continue
            if len(fields) != len(columns):
                raise InputError(
                    "error.groups_fields", file=file, line=start, expected=len(columns), came=len(fields)
                )
            yield _Row(file, start, dict(zip(columns, fields, strict=True)), delimiter == ";")
    except csv.Error as problem:
        raise InputError("error.groups_quotes", file=file, line=line, came=str(problem)) from problem
    if columns is None:
        _header([], file)


def _header(fields: list[str], file: str) -> list[str]:
    columns = [field.strip().lower() for field in fields]
    missing = [name for name in REQUIRED if name not in columns]
    double = [name for name in (*REQUIRED, *OPTIONAL, RECORDED) if columns.count(name) > 1]
    if missing or double:
        came = ", ".join(fields)
        raise InputError("error.groups_columns", file=file, expected=", ".join(REQUIRED), came=came)
    return columns


def _to_rd(cells: list[_Row]) -> tuple[Floats, Floats]:
    """x, y in EPSG:28992 of the rows' lat and lon (WGS84); nan for a row without a place."""
    lat = np.array([cell.degrees("lat", 90) for cell in cells], dtype=np.float64)
    lon = np.array([cell.degrees("lon", 180) for cell in cells], dtype=np.float64)
    placeless = np.isnan(lat)
    # the commonest mistake: 5.2, 52.3 is a place in the sea off Somalia, 52.3, 5.2 one near Almere
    swapped = (lat > 2) & (lat < 8) & (lon > 50) & (lon < 54)
    for row in np.flatnonzero(swapped)[:1]:
        raise cells[row].problem("swapped", "lat", lat=str(lat[row]), lon=str(lon[row]))
    x, y = pyproj.Transformer.from_crs(4326, 28992, always_xy=True).transform(lon, lat)
    x, y = (np.where(placeless, np.nan, axis) for axis in (x, y))
    for row in np.flatnonzero(~(np.isfinite(x) & np.isfinite(y) | placeless))[:1]:
        raise cells[row].problem("place", "lat", lat=str(lat[row]), lon=str(lon[row]))
    return np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)


def _column(values: list[str]) -> Objects:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def _revision(kind: bytes, content: bytes) -> str:
    return hashlib.sha256(kind + b"\0" + content).hexdigest()[:12]
