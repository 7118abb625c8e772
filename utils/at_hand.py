"""What is at hand before a refresh: facts that ship, official layers that are kept, and what changes."""

import csv
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from utils import assemble, boundaries, official
from utils.errors import DataError, Notice
from utils.models import Atlas
from utils.official import Kind, Layer

_NAMED: Final = 8


def _read(file: Path, columns: list[str]) -> dict[str, list[Any]]:
    try:
        found: dict[str, list[Any]] = pq.read_table(file, columns=columns).to_pydict()
        return found
    except (OSError, pa.ArrowException) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem


def layer(where: Path, kind: Kind) -> Layer:
    """A layer of the official data in a folder. Raises DataError where it cannot be read."""
    file = where / assemble.FILES[kind]
    figures = [] if kind == "province" else ["inhabitants", "households"]
    table = _read(file, ["code", "name", "geometry", *figures])
    unknown = [None] * len(table["code"])
    people, homes = (
        np.array(table.get(name, unknown), dtype=np.float64) for name in ("inhabitants", "households")
    )
    empty = official.objects("" for _ in unknown)
    shapes = shapely.from_wkb(official.objects(table["geometry"]))
    codes, names = official.objects(table["code"]), official.objects(table["name"])
    return Layer(kind, codes, names, empty, people, homes, shapes)


def names(embedded: Path) -> dict[str, str]:
    """Code → name of provinces and municipalities, from the data that ship."""
    found: dict[str, str] = {}
    for kind in ("province", "municipality"):
        table = _read(embedded / assemble.FILES[kind], ["code", "name"])
        found |= dict(zip(table["code"], table["name"], strict=True))
    return found


def provinces(embedded: Path) -> dict[str, str]:
    """Municipality → province, from the data that ship; former municipalities by what became of them."""
    table = _read(embedded / assemble.FILES["municipality"], ["code", "province_code"])
    found = dict(zip(table["code"], table["province_code"], strict=True))
    file = embedded / "municipality_changes.csv"
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            changes = [(row["old_code"], row["new_code"]) for row in csv.DictReader(lines)]
    except (OSError, KeyError, ValueError) as problem:
        raise DataError("error.data_unreadable", file=file.name, came=str(problem)) from problem
    for old, new in reversed(changes):  # the newest first: what a municipality became may itself be gone
        if new in found:
            found.setdefault(old, found[new])
        elif old in found:
            found[new] = found[old]
    return found


def changes(shown: Path, fresh: Atlas) -> tuple[Notice, ...]:
    """What is new beside the data that are shown now."""
    try:
        old = boundaries.load(shown)
    except DataError as problem:  # what was shown is broken: a good reason to refresh
        return (Notice("refresh.changed.broken", {"reason": problem.plain}),)
    kind = old.edition.kind
    found = [
        Notice(f"refresh.changed.{kind}", {"before": str(old.edition.year), "after": str(fresh.edition.year)})
    ]
    before, after = (
        dict(zip(a.municipalities.codes, a.municipalities.names, strict=True)) for a in (old, fresh)
    )
    for key, here, there in (("gone", before, after), ("new", after, before)):
        names = [name for code, name in here.items() if code not in there]
        if names:
            more = ", …" if len(names) > _NAMED else ""
            params = {"n": len(names), "names": ", ".join(names[:_NAMED]) + more}
            found.append(Notice(f"refresh.changed.{key}", params))
    renamed = [
        f"{before[code]} → {after[code]}"
        for code in before.keys() & after.keys()
        if before[code] != after[code]
    ]
    if renamed:
        more = ", …" if len(renamed) > _NAMED else ""
        params = {"n": len(renamed), "names": ", ".join(sorted(renamed)[:_NAMED]) + more}
        found.append(Notice("refresh.changed.renamed", params))
    counts = {"before": len(old.neighbourhoods), "after": len(fresh.neighbourhoods)}
    found.append(Notice("refresh.changed.neighbourhoods", counts))
    people = {
        name: float(np.nansum(a.municipalities.inhabitants))
        for name, a in (("before", old), ("after", fresh))
    }
    found.append(Notice("refresh.changed.inhabitants", {name: int(n) for name, n in people.items()}))
    return tuple(found)
