"""How long coverage takes, beside the usual ways: ``python -m tests.bench.coverage_bench``.

Prints a table in Markdown. Medians of five, except for the exact overlays, which run once; the usual
one takes minutes, so without ``--all`` it is timed on one in ten neighbourhoods. All on the areas and
example groups that ship.
"""

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import geopandas
import numpy as np
import shapely

from tests.overlay import all_circles, exact_share, plain_share
from utils import boundaries, coverage, examples
from utils.models import LEVELS, Coverage

EMBEDDED = Path(__file__).resolve().parents[2] / "data" / "embedded"
RADIUS = 500.0
Answer = TypeVar("Answer")


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """Median duration, after one run to warm up."""
    work()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def once(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """Duration and answer of one run."""
    start = time.perf_counter()
    answer = work()
    return time.perf_counter() - start, answer


def sjoin(found: Coverage) -> geopandas.GeoDataFrame:
    """The usual way to assign groups to areas, from arrays of coordinates and polygons."""
    groups, places = found.groups, found.atlas.neighbourhoods
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(groups.x, groups.y), crs=28992)
    areas = geopandas.GeoDataFrame({"code": places.codes}, geometry=places.geometry, crs=28992)
    return geopandas.sjoin(points, areas, how="left", predicate="intersects")


def main(everything: bool) -> None:
    """Measure and print."""
    atlas, groups = boundaries.load(EMBEDDED), examples.read_example(EMBEDDED)
    found = coverage.measure(atlas, groups)
    places = atlas.neighbourhoods
    xy = np.column_stack([groups.x, groups.y])
    active = xy[groups.active]
    radii = iter(np.linspace(100, 5_000, 1_000))

    scratch = seconds(lambda: coverage.measure(atlas, groups))
    new_radius = seconds(
        lambda: [coverage.figures(found, level, radius) for radius in [next(radii)] for level in LEVELS]
    )
    assign = seconds(lambda: coverage.assign(xy, places.geometry))
    join = seconds(lambda: sjoin(found))
    sampled = coverage.figures(found, "neighbourhood", RADIUS).reach
    lived = places.inhabitants > 0
    indexed_time, indexed = once(lambda: exact_share(places.geometry, active, RADIUS))
    step = 1 if everything else 10
    union_time, union = once(lambda: all_circles(active, RADIUS))
    some_time, plain = once(lambda: plain_share(places.geometry[::step], union))
    plain_time = union_time + some_time * len(places) / len(plain)
    points = seconds(lambda: coverage.sample_points(places.geometry))

    rows = [
        ("sample points for all neighbourhoods (once, when data are made)", points, ""),
        ("coverage from scratch: assignment and distances", scratch, "at most 1 s"),
        ("a new radius, all four levels", new_radius, "at most 20 ms"),
        ("assigning groups to neighbourhoods", assign, f"{assign / join:.2f} × sjoin (at most 2)"),
        ("geopandas.sjoin", join, ""),
        (
            f"exact overlay: union of circles ∩ each neighbourhood{'' if everything else ', 1 in 10 timed'}",
            plain_time,
            f"{plain_time / scratch:.0f} × from scratch (at least 60)",
        ),
        (
            "exact overlay, circles found by index",
            indexed_time,
            f"{indexed_time / scratch:.1f} × from scratch",
        ),
    ]
    print(
        f"{len(groups):,} groups, {len(places):,} neighbourhoods, {atlas.samples.shape[1]} points each;",
        end=" ",
    )
    print(f"Python {platform.python_version()}, shapely {shapely.__version__}, {os.cpu_count()} cores\n")
    print("| what | ms | note |\n| --- | ---: | --- |")
    for what, taken, note in rows:
        print(f"| {what} | {taken * 1000:,.1f} | {note} |")
    close = np.mean(np.abs(sampled[lived] - indexed[lived]) <= 0.03)
    print(f"\nWithin 3 percentage points of the exact overlay: {close:.1%} of inhabited neighbourhoods.")
    print(f"Largest difference between the two overlays: {np.abs(plain - indexed[::step]).max():.0e}.")


if __name__ == "__main__":
    main("--all" in sys.argv[1:])
