"""How long the search for places takes, beside the plain way: ``python -m tests.bench.siting_bench``.

Prints a table in Markdown, on the areas and example groups that ship (``--none``: without any group). The
reference is plain greedy without lazy evaluation: for each new group it counts again, for every sample point,
what a group there would add, with a k-d tree (SciPy). It takes minutes, so it is timed on one in a hundred
points, in the same session, and multiplied. Seconds are of the processor.
"""

import platform
import sys
import time
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from tests.bench.coverage_bench import EMBEDDED
from utils import boundaries, coverage, examples, summaries
from utils.models import Coverage
from utils.siting import best_places

AREAS = ("NL", "PV28", "PV24", "GM0363", "GM0995")
RADII = (500.0, 2_000.0)
NUMBERS = (10, 100)
ONE_IN = 100


def greedy_seconds(found: Coverage, code: str, k: int, radius: float) -> float:
    """About how long plain greedy takes: what one in a hundred candidates takes, a hundred times."""
    rows = summaries.rows_within(found.atlas, code, "neighbourhood")
    xy = found.atlas.samples[rows].reshape(-1, 2).astype(np.float64)
    people = np.repeat(found.atlas.neighbourhoods.inhabitants[rows], found.distance.shape[1])
    uncovered = (found.distance[rows].ravel() > radius) & (people > 0)
    at, candidates = xy[uncovered], xy[::ONE_IN]
    weights = people[uncovered]
    tree = cKDTree(at)
    start = time.process_time()
    for place in candidates:
        weights[tree.query_ball_point(place, radius)].sum()
    return (time.process_time() - start) * len(xy) / len(candidates) * k


def memory() -> float:
    """MB in use by this process at most so far."""
    line = next(
        text for text in Path("/proc/self/status").read_text().splitlines() if text.startswith("VmHWM")
    )
    return int(line.split()[1]) / 1_000


def main() -> None:
    """Measure and print."""
    found = coverage.measure(boundaries.load(EMBEDDED), examples.read_example(EMBEDDED))
    if "--none" in sys.argv[1:]:
        found = coverage.subset(found, np.zeros(len(found.groups), dtype=bool))
    best_places(found, "GM0995", 2, 500.0)  # warm: the solver is imported
    before = memory()
    print(f"{len(found.groups):,} groups, {len(found.atlas.neighbourhoods):,} neighbourhoods;", end=" ")
    print(f"Python {platform.python_version()}, numpy {np.__version__}\n")
    print("| area | radius | k | people gained | at most short | method | s | plain greedy, s | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |")
    for code in AREAS:
        for radius in RADII:
            for k in NUMBERS:
                start = time.process_time()
                made = best_places(found, code, k, radius)
                taken = time.process_time() - start
                plain = greedy_seconds(found, code, len(made.sites), radius)
                print(
                    f"| {code} | {radius:,.0f} | {k} | {made.gained:,.0f} | {made.short:.2%} | {made.method} "
                    f"| {taken:.2f} | {plain:,.1f} | {taken / max(plain, 1e-9):.4f} |",
                    flush=True,
                )
    print(f"\nMemory beyond the coverage itself: {memory() - before:.0f} MB at most.")


if __name__ == "__main__":
    main()
