"""Make data/embedded/neighbourhoods.parquet: *buurtvakken*, approximate neighbourhoods.

Every municipality is divided into round(inhabitants / 1,250) cells, small in towns and large in the
country, named after the nearest place and the compass. They are no official neighbourhoods: the
borders follow from a rough picture of where people live (see :mod:`data.build.density`), the
inhabitants of a cell are an estimate that adds up to the municipality's official number.

Run as ``python -m data.build.neighbourhoods`` from the root, after municipalities.parquet is made.
"""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from data.build import EMBEDDED
from data.build.cell_names import name_cells
from data.build.cells import apportion, centres, share_out
from data.build.cutting import Division, borders, cut
from data.build.density import Density, Ints, Objects, municipality_density
from data.build.places import load_places
from utils import geoparquet
from utils.coverage import SAMPLES, sample_points

PEOPLE_PER_CELL = 1_250  # about the average neighbourhood of Statistics Netherlands


def cell_count(inhabitants: int) -> int:
    """How many cells a municipality gets: at least one."""
    return max(1, round(inhabitants / PEOPLE_PER_CELL))


def divide(code: str, outline: shapely.Geometry, density: Density, cells: int) -> tuple[Division, Objects]:
    """Divide one municipality: its parts and centres, and the borders between the cells.

    The random numbers depend on the code alone: another municipality more or less changes nothing.
    """
    random = np.random.Generator(np.random.PCG64(int(code[2:])))
    parts = shapely.get_parts(outline)
    counts = share_out(parts, density.inside(parts), cells)
    found = [centres(p, density, k, random) for p, k in zip(parts, counts, strict=True) if k]
    part = np.repeat(np.arange(len(parts)), counts)
    lines = [borders(p, c) for p, c in zip(parts[counts > 0], found, strict=True)]
    points = np.concatenate(found)
    joined = {
        int(p): int(np.argmin(shapely.distance(parts[p], shapely.points(points))))
        for p in np.flatnonzero(counts == 0)
    }
    return Division(parts, points, part, joined), np.concatenate(lines)


def join(divisions: list[Division]) -> Division:
    """The divisions of all municipalities as one; rows of parts and cells are counted on."""
    first_part = np.cumsum([0, *(len(d.parts) for d in divisions)])
    first_cell = np.cumsum([0, *(len(d.centres) for d in divisions)])
    joined = {
        int(first_part[i]) + p: int(first_cell[i]) + c
        for i, d in enumerate(divisions)
        for p, c in d.joined.items()
    }
    part = [d.part + first for d, first in zip(divisions, first_part[:-1], strict=True)]
    return Division(
        np.concatenate([d.parts for d in divisions]),
        np.concatenate([d.centres for d in divisions]),
        np.concatenate(part),
        joined,
    )


def build(codes: Objects, outlines: Objects, inhabitants: Ints) -> tuple[dict[str, object], Objects]:
    """The columns and the polygons of all neighbourhoods, sorted by code.

    Parameters
    ----------
    codes, outlines, inhabitants : (m,) the municipalities: GM codes, a valid coverage of
        (Multi)Polygons in EPSG:28992 with whole metres, official numbers of inhabitants
    """
    places = load_places(codes, outlines)
    densities = [
        municipality_density(outline, int(people), places.of(i))
        for i, (outline, people) in enumerate(zip(outlines, inhabitants, strict=True))
    ]
    divided = [
        divide(code, outline, density, cell_count(int(people)))
        for code, outline, density, people in zip(codes, outlines, densities, inhabitants, strict=True)
    ]
    polygons = cut(join([d for d, _ in divided]), np.concatenate([lines for _, lines in divided]))
    rows: list[tuple[str, str, str, int]] = []
    shapes: list[Objects] = []
    start = 0
    for i, (code, density) in enumerate(zip(codes, densities, strict=True)):
        own = polygons[start : (start := start + len(divided[i][0].centres))]
        people = apportion(density.inside(own), int(inhabitants[i]))
        names, order = name_cells(own, people, places.of(i))
        rows += [
            (f"BV{code[2:]}{n:04d}", names[row], code, int(people[row])) for n, row in enumerate(order, 1)
        ]
        shapes.append(own[order])
    geometry = np.concatenate(shapes)
    columns = dict(
        zip(("code", "name", "municipality_code", "inhabitants"), zip(*rows, strict=True), strict=True)
    )
    return {**columns, "samples": _samples(geometry)}, geometry


def _samples(polygons: Objects) -> pa.FixedSizeListArray:
    """The sample points of each polygon: x0, y0, x1, y1, … in whole metres."""
    points = np.rint(sample_points(polygons, SAMPLES)).astype(np.int32)
    return pa.FixedSizeListArray.from_arrays(pa.array(points.ravel()), 2 * SAMPLES)


def main() -> None:
    """Read the municipalities, write the neighbourhoods."""
    table = pq.read_table(EMBEDDED / "municipalities.parquet", columns=["code", "inhabitants", "geometry"])
    codes = np.asarray(table["code"].to_pylist(), dtype=object)
    outlines = shapely.from_wkb(np.asarray(table["geometry"].to_pylist(), dtype=object))
    columns, geometry = build(codes, outlines, table["inhabitants"].to_numpy())
    geoparquet.write(EMBEDDED / "neighbourhoods.parquet", columns, geometry)


if __name__ == "__main__":
    main()
