"""How long official data take: to fetch, to load and check, and the memory that they need.

``python -m tests.bench.official`` serves the real country of 2022, its districts cut into 14,600 pieces as
neighbourhoods, to the command ``refresh``; then loads what came in a process of its own, five times. It needs
the reference geography beside the checkout, writes nothing in the checkout and prints a table.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import shapely

from tests.services.cbs import serve
from tests.services.content import Area, Content, real

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / ".." / "shared" / "reference"
NEIGHBOURHOODS = 14_600
RUNS = 5

_LOAD = """
import json, resource, shapely, sys, time
from utils import boundaries, consistency, store
from utils.settings import settings
start = time.perf_counter()
atlas = boundaries.load(store.current(settings()))
loaded = time.perf_counter()
if len(sys.argv) > 1:
    consistency.check(atlas)
print(json.dumps({
    "load": loaded - start, "check": time.perf_counter() - loaded, "areas": len(atlas.neighbourhoods),
    "corners": int(shapely.get_num_coordinates(atlas.neighbourhoods.geometry).sum()),
    "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def fine(content: Content, count: int) -> Content:
    """The content with each district cut by straight lines, into about ``count`` neighbourhoods in all.

    All borders are noded before the faces are found, so that neighbours share their corners.
    """
    districts = content.level("WK")
    shapes = np.array([area.geometry for area in districts], dtype=object)
    cuts = _cuts(shapes, count / len(districts))
    borders = shapely.union_all(np.concatenate([shapely.boundary(shapes), cuts]), grid_size=0.5)
    faces = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(borders))), dtype=object)
    found = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="within")
    pieces: list[Area] = []
    number: Counter[int] = Counter()
    for face, owner in found.T:
        if shapely.area(faces[face]) < 10_000 and number[owner]:
            continue
        area = districts[owner]
        part, number[owner] = number[owner], number[owner] + 1
        code = f"BU{area.code[2:]}{part:02}"
        if part < 100:
            pieces.append(replace(area, code=code, name=f"{area.name} {part}", geometry=faces[face]))
    people = {code: [a for a in pieces if a.code[2:8] == code] for code in {a.code[2:8] for a in pieces}}
    shared = [
        replace(
            a,
            inhabitants=a.inhabitants // len(people[a.code[2:8]]) // 5 * 5,
            households=a.households // len(people[a.code[2:8]]) // 5 * 5,
        )
        for a in pieces
    ]
    kept = [area for area in content.areas if not area.code.startswith("BU")]
    return replace(content, areas=tuple(sorted([*kept, *shared], key=lambda a: a.code)))


def _cuts(shapes: np.ndarray, pieces: float) -> np.ndarray:
    """Lines that cut each shape into so many strips on average, along its shorter side."""
    lines = []
    random = np.random.default_rng(1)
    for shape in shapes:
        west, south, east, north = shapely.bounds(shape)
        for at in np.sort(random.uniform(0, 1, max(int(pieces + random.uniform(0, 1)) - 1, 0))):
            if east - west > north - south:
                line = shapely.LineString(
                    [(west + at * (east - west), south), (west + at * (east - west), north)]
                )
            else:
                line = shapely.LineString(
                    [(west, south + at * (north - south)), (east, south + at * (north - south))]
                )
            lines.append(shapely.intersection(line, shape))
    return np.array(lines, dtype=object)


def main() -> None:
    """Measure and print."""
    if not REFERENCE.is_dir():
        sys.exit("no reference geography beside the checkout")
    content = fine(real(REFERENCE.resolve()), NEIGHBOURHOODS)
    with serve(content) as server, tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            **server.environment,
            "BUURTDEKKING_CACHE": cache,
            "DATABASE_URL": f"sqlite:///{cache}/none.sqlite",  # the example groups
            "PYTHONPATH": str(ROOT),
        }
        start = time.perf_counter()
        refresh = [sys.executable, "-m", "utils.cli", "refresh", "--year", "2022"]
        subprocess.run(refresh, env=environment, cwd=ROOT, check=True)
        took = time.perf_counter() - start
        loads = [_load(environment) for _ in range(RUNS)]
        checked = _load(environment, "check")
    seconds = sorted(one["load"] for one in loads)
    print(f"neighbourhoods          {checked['areas']:>9,.0f}")
    print(f"corners                 {checked['corners']:>9,.0f}")
    print(f"requests                {len(server.requests):>9,}")
    print(f"refresh                 {took:>9.1f} s")
    print(f"load, with its checks   {seconds[len(seconds) // 2]:>9.2f} s (median; {seconds[-1]:.2f} at most)")
    print(f"consistency check       {checked['check']:>9.2f} s")
    print(f"memory after loading    {max(one['rss'] for one in loads):>9.0f} MB")


def _load(environment: dict[str, str], *arguments: str) -> dict[str, float]:
    command = [sys.executable, "-c", _LOAD, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


if __name__ == "__main__":
    main()
