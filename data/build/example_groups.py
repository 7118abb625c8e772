"""Example groups: a register that adds up to every published figure, and in which no group is real.

``python -m data.build.example_groups`` from the root of the checkout writes example_groups.parquet to
data/embedded, from municipalities.parquet, provinces.parquet and neighbourhoods.parquet there. The model
is in ``targets`` (how many), ``group_places`` (where), ``growth`` and ``group_lives`` (when, how large).
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from data.build import EMBEDDED, INPUTS
from data.build.group_lives import Days, live, platforms, sizes, starts
from data.build.group_names import name_all
from data.build.group_places import Cells, Floats, Ints, appeal, choose, former_part, place, read_cells
from data.build.growth import TOTAL, Figure, national, provincial, read_figures
from data.build.targets import (
    FORMER,
    Municipality,
    latest,
    municipality_totals,
    province_totals,
)

SEED = 2019
FILE = "example_groups.parquet"
VILLAGES = INPUTS / "land_van_cuijk.csv"


def build(target: Path = EMBEDDED, boundaries: Path = EMBEDDED) -> None:
    """Write example_groups.parquet to ``target``, for the boundaries in a data folder."""
    figures = read_figures(INPUTS / "published_figures.csv")
    pq.write_table(
        make(read_municipalities(boundaries), read_cells(boundaries / "neighbourhoods.parquet"), figures),
        target / FILE,
        row_group_size=TOTAL,
        version="2.6",
        compression="zstd",
        compression_level=15,
    )


def make(municipalities: list[Municipality], cells: Cells, figures: list[Figure]) -> pa.Table:
    """The table of the example groups, ``TOTAL`` rows by id.

    Parameters
    ----------
    municipalities : sorted by code
    cells : neighbourhoods of all of these
    figures : published ones

    The same input gives the same table. Raises ValueError if the figures cannot be met.
    """
    counting, choosing, dating, placing, living, sizing = np.random.default_rng(SEED).spawn(6)
    country = national(figures)
    provinces = province_totals(municipalities, figures, country)
    totals = municipality_totals(municipalities, provinces, figures, country, counting)
    weights = appeal(cells, choosing)
    home = np.concatenate(
        [pick(cells, weights, code, count, figures, choosing) for code, count in sorted(totals.items())]
    )
    since = np.empty(len(home), dtype="datetime64[D]")
    province_of = {m.code: m.province for m in municipalities}
    province = np.array([province_of[code] for code in cells.owner[home]])
    for name, curve in sorted(provincial(figures, country, provinces).items()):
        since[province == name] = starts(provinces[name], curve, dating)
    order = np.lexsort((since, home))
    return tabulate(cells, home[order], since[order], placing, living, sizing)


def pick(
    cells: Cells, weights: Floats, code: str, count: int, figures: list[Figure], random: np.random.Generator
) -> Ints:
    """The neighbourhoods of a municipality's ``count`` groups; figures of former parts are met within it."""
    rows = np.flatnonzero(cells.owner == code)
    for former in FORMER:
        if former.now == code:
            inside = former_part(cells, rows, VILLAGES, former.name)
            own = latest(figures, "municipality")[former.name].groups
            parts = [(rows[inside], own), (rows[~inside], count - own)]
            return np.concatenate([choose(part, weights, n, random) for part, n in parts])
    return choose(rows, weights, count, random)


def tabulate(
    cells: Cells,
    home: Ints,
    since: Days,
    placing: np.random.Generator,
    living: np.random.Generator,
    sizing: np.random.Generator,
) -> pa.Table:
    """The columns of example_groups.parquet for groups in these neighbourhoods since these days."""
    n = len(home)
    xy = place(cells, home, placing)
    lives = live(since, living)
    return pa.table(
        {
            "id": [f"VB-{i:05d}" for i in range(1, n + 1)],
            "name": name_all(zip(cells.codes[home], cells.names[home], strict=True)),
            "x": pa.array(xy[:, 0], type=pa.int32()),
            "y": pa.array(xy[:, 1], type=pa.int32()),
            "participants": pa.array(sizes(n, sizing), type=pa.int32(), from_pandas=True),
            "status": np.where(lives.active, "active", "inactive").tolist(),
            "since": pa.array(since, type=pa.date32()),
            "until": pa.array(lives.until, type=pa.date32()),
            "confirmed": pa.array(lives.confirmed, type=pa.date32()),
            "platform": platforms(n, sizing),
        }
    )


def read_municipalities(folder: Path) -> list[Municipality]:
    """The municipalities in a data folder, in the order of the file (by code)."""
    names = pq.read_table(folder / "provinces.parquet", columns=["code", "name"]).to_pydict()
    province = dict(zip(names["code"], names["name"], strict=True))
    columns = ["code", "name", "province_code", "inhabitants"]
    rows = pq.read_table(folder / "municipalities.parquet", columns=columns).to_pylist()
    return [Municipality(r["code"], r["name"], province[r["province_code"]], r["inhabitants"]) for r in rows]


if __name__ == "__main__":
    build()
