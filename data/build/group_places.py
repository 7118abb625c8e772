"""Which neighbourhood each example group is in, and where in it. All geometry EPSG:28992, metres.

Take-up is clumped: who has seen signs in the next street starts a group too. A neighbourhood draws groups
by people ** EXPONENT · exp(field), a field that varies smoothly over some kilometres plus an amount of its
own. The draws are spread evenly over these weights, as who starts a group looks first whether there
is one. Nothing but inhabitants and place goes into it: no income, no housing, no crime.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Objects = NDArray[np.object_]

EXPONENT = 0.7
WAVES, WAVELENGTH = 64, 6_000.0  # of the field that neighbours share; metres
SHARED, OWN = 0.6, 0.4  # standard deviations of that field and of what each neighbourhood adds
LOWEST, HIGHEST = -1.5, 0.8  # where the sum is cut off, lest one neighbourhood takes all of a village
BLUR = 75.0  # metres: standard deviation, along each axis, of the step away from a sample point
TRIES = 200


@dataclass(frozen=True, eq=False)
class Cells:
    """The n neighbourhoods in parallel arrays; ``samples`` (n, K, 2), ``owner`` the municipality's code."""

    codes: Objects
    names: Objects
    owner: Objects
    people: Floats
    geometry: Objects
    samples: Floats

    def __len__(self) -> int:
        return len(self.codes)


def read_cells(path: Path) -> Cells:
    """The rows of neighbourhoods.parquet, in the order of the file (by code)."""
    table = pq.read_table(path)
    samples = table["samples"].combine_chunks().flatten().to_numpy()
    return Cells(
        codes=table["code"].to_numpy(),
        names=table["name"].to_numpy(),
        owner=table["municipality_code"].to_numpy(),
        people=table["inhabitants"].to_numpy().astype(np.float64),
        geometry=shapely.from_wkb(table["geometry"].to_numpy()),
        samples=samples.reshape(len(table), -1, 2).astype(np.float64),
    )


def appeal(cells: Cells, random: np.random.Generator) -> Floats:
    """How strongly each neighbourhood draws groups, (n,), relative to each other; 0 where nobody lives."""
    field = SHARED * draw_field(cells.samples.mean(axis=1), random)
    field += OWN * random.standard_normal(len(cells))
    return cells.people**EXPONENT * np.exp(np.clip(field, LOWEST, HIGHEST))


def draw_field(xy: Floats, random: np.random.Generator) -> Floats:
    """A smooth random field at n points, (n,), mean 0 and standard deviation about 1.

    A sum of plane waves in random directions (random Fourier features; Rahimi & Recht 2007).
    """
    vectors = random.standard_normal((WAVES, 2)) * (2 * np.pi / WAVELENGTH)
    phases = random.random(WAVES) * 2 * np.pi
    return np.asarray(np.sqrt(2 / WAVES) * np.cos(xy @ vectors.T + phases).sum(axis=1), dtype=np.float64)


def choose(rows: Ints, weights: Floats, count: int, random: np.random.Generator) -> Ints:
    """``count`` of the rows, (count,) in the order given, repeated where the weights ask for it.

    One draw from each of ``count`` equal slices of the cumulated weights. Raises ValueError if all
    weights are 0.
    """
    total = np.cumsum(weights[rows])
    if count == 0:
        return rows[:0]
    if total[-1] <= 0:
        raise ValueError(f"{count} groups for neighbourhoods where nobody lives")
    draws = (np.arange(count) + random.random(count)) / count * total[-1]
    chosen: Ints = rows[np.searchsorted(total, draws, side="right")]
    return chosen


def former_part(cells: Cells, rows: Ints, villages: Path, former: str) -> NDArray[np.bool_]:
    """Which of the rows lie in a former municipality: their middle is nearest to one of its villages."""
    with villages.open(encoding="utf-8", newline="") as lines:
        known = list(csv.DictReader(lines))
    places = np.array([[float(row["x"]), float(row["y"])] for row in known])
    middle = shapely.get_coordinates(shapely.point_on_surface(cells.geometry[rows]))
    apart = middle[:, None] - places
    nearest = np.argmin((apart**2).sum(axis=2), axis=1)
    inside: NDArray[np.bool_] = np.array([row["former"] == former for row in known])[nearest]
    return inside


def place(cells: Cells, rows: Ints, random: np.random.Generator) -> NDArray[np.int32]:
    """A point strictly inside the neighbourhood of each row, (len(rows), 2), whole metres.

    A sample point of the neighbourhood and a random step from it: no address goes into it, so no point is a
    door but by accident. Raises ValueError if no step ends inside.
    """
    shapely.prepare(cells.geometry)
    found = np.zeros((len(rows), 2), dtype=np.int32)
    left = np.arange(len(rows))
    for _ in range(TRIES):
        start = cells.samples[rows[left], random.integers(cells.samples.shape[1], size=len(left))]
        xy = np.rint(start + BLUR * random.standard_normal((len(left), 2)))
        good = shapely.contains_xy(cells.geometry[rows[left]], xy[:, 0], xy[:, 1])
        found[left[good]] = xy[good].astype(np.int32)
        left = left[~good]
        if not len(left):
            return found
    raise ValueError(f"no place inside {sorted(set(cells.codes[rows[left]]))}")
