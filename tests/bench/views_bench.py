"""How long the views for staff and councils take: ``python -m tests.bench.views_bench``.

Runs each page's script as a visitor's next step would, all caches warm, without a browser, on the areas that
ship with some neighbourhoods cut in two (14,600) and 100,000 groups. A view takes turns with the map of the
country, in the same session. The table has medians and their ratio, also of the time that processors spent,
which tells most on a machine that does other work too. Growth gets a day that nobody asked for yet in every
run: that is what its slider does. A page that is not there is left out and named.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from streamlit.testing.v1 import AppTest

from tests.unit import files
from utils import boundaries, coverage, examples
from utils.models import Areas, Atlas

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = ROOT / "data" / "embedded"
NEIGHBOURHOODS = 14_600
GROUPS = 100_000
ROUNDS = 7
LIMIT = 1_000  # milliseconds


@dataclass(frozen=True)
class View:
    """A page and the parameters of its address; ``steps`` are values of one of them, a new one each run."""

    name: str
    page: str
    params: dict[str, str] = field(default_factory=dict)
    step: str = ""
    steps: tuple[str, ...] = ()


MONTHS = tuple(f"{year}-{month:02}-01" for year in range(2014, 2019) for month in range(1, 13))
REFERENCE = View("map, country", "dashboard.py")
VIEWS = (
    View("map by neighbourhood, country", "dashboard.py", {"per": "buurt"}),
    View("map of another day, country", "dashboard.py", {}, "stand", MONTHS),
    View("register health, country", "dashboard.py", {"laag": "actueel"}),
    View("register health by neighbourhood, country", "dashboard.py", {"laag": "actueel", "per": "buurt"}),
    View("gaps, municipality", "pages/witte_vlekken.py", {"gebied": "GM0363"}),
    View("gaps, province", "pages/witte_vlekken.py", {"gebied": "PV27"}),
    View("gaps, country", "pages/witte_vlekken.py"),
    View("league of municipalities, country", "pages/vergelijken.py"),
    View("league, change since another day", "pages/vergelijken.py", {}, "stand", MONTHS),
    View("areas side by side", "pages/vergelijken.py", {"deel": "naast", "gebied": "GM0363"}),
    View("growth, another day, country", "pages/vergelijken.py", {"deel": "groei"}, "stand", MONTHS),
    View(
        "growth, another day, municipality",
        "pages/vergelijken.py",
        {"deel": "groei", "gebied": "GM0363"},
        "stand",
        MONTHS,
    ),
)


def _finer(areas: Areas, count: int) -> Areas:
    """The areas with the largest ones cut in two, upright, until there are so many."""
    widths = shapely.bounds(areas.geometry)
    whole = np.argsort(-shapely.area(areas.geometry))
    pieces, owners = [], []
    for row in whole:
        if len(pieces) == 2 * (count - len(areas)):
            break
        west, south, east, north = widths[row]
        halves = [
            shapely.intersection(areas.geometry[row], shapely.box(*box))
            for box in (
                (west, south, (west + east) / 2, north),
                ((west + east) / 2, south, east, north),
            )
        ]
        if all(half.geom_type in ("Polygon", "MultiPolygon") and not half.is_empty for half in halves):
            pieces += halves
            owners += [row, row]
    kept = np.setdiff1d(np.arange(len(areas)), owners)
    rows = np.concatenate([kept, owners])
    share = np.concatenate([np.ones(len(kept)), np.full(len(owners), 0.5)])
    order = np.argsort(areas.parents[rows], kind="stable")
    rows, share = rows[order], share[order]
    shapes = np.concatenate([areas.geometry[kept], np.array(pieces, dtype=object)])[order]
    number = np.concatenate([np.arange(n) for n in np.bincount(areas.parents[rows])])
    towns = [code[2:6] for code in areas.codes[rows]]
    return replace(
        areas,
        codes=np.array([f"BV{town}{n:04}" for town, n in zip(towns, number, strict=True)], dtype=object),
        names=areas.names[rows],
        parents=areas.parents[rows],
        inhabitants=np.floor(areas.inhabitants[rows] * share),
        households=areas.households[rows],
        geometry=shapes,
    )


def _atlas() -> Atlas:
    atlas = boundaries.load(EMBEDDED)
    cells = _finer(atlas.neighbourhoods, NEIGHBOURHOODS)
    samples = coverage.sample_points(cells.geometry, atlas.samples.shape[1]).astype(np.float32)
    return replace(atlas, neighbourhoods=cells, samples=samples, districts=np.full(len(cells), "", object))


def _groups(atlas: Atlas) -> pa.Table:
    """Groups at sample points of neighbourhoods, by inhabitants; the rest of each is some example group's."""
    random = np.random.default_rng(1)
    people = np.nan_to_num(atlas.neighbourhoods.inhabitants)
    homes = random.choice(len(people), GROUPS, p=people / people.sum())
    places = atlas.samples[homes, random.integers(0, atlas.samples.shape[1], GROUPS)]
    some = pq.read_table(EMBEDDED / examples.FILE)
    found = some.take(random.integers(0, len(some), GROUPS)).to_pydict()
    found |= {axis: np.rint(places[:, at]).astype(int).tolist() for at, axis in enumerate("xy")}
    return pa.table({**found, "id": [f"VB-{i:06}" for i in range(GROUPS)]}, schema=some.schema)


def write(folder: Path) -> Path:
    """Write the data of the measurement; gives the folder."""
    for file in EMBEDDED.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    atlas = _atlas()
    files.write(folder, atlas)
    pq.write_table(_groups(atlas), folder / examples.FILE)
    return folder


class Visitor:
    """Somebody at one view, whose map has been drawn."""

    def __init__(self, view: View) -> None:
        self.view, self._steps = view, iter(view.steps)
        self.app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        if view.page != "dashboard.py":
            self.app.switch_page(view.page)
        for name, value in view.params.items():
            self.app.query_params[name] = value
        self.app.session_state["na_de_kaart"] = True

    def run(self) -> tuple[float, float]:
        """Milliseconds until the page has run, and of processor time. Raises RuntimeError where it failed."""
        if self.view.step:
            self.app.query_params[self.view.step] = next(self._steps)
        start, spent = time.perf_counter(), time.process_time()
        self.app.run()
        took = 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - spent)
        if self.app.exception or self.app.error or self.app.warning:
            told = [one.message for one in self.app.exception]
            told += [one.value for one in (*self.app.error, *self.app.warning)]
            raise RuntimeError(f"{self.view.name}: {'; '.join(told)}")
        return took


def _medians(runs: Iterable[tuple[float, float]]) -> list[float]:
    return [statistics.median(one) for one in zip(*runs, strict=True)]


def measure() -> Iterator[tuple[str, list[float], list[float]]]:
    """For each view: its name, and medians of time and processor time, its own and of the map beside it."""
    for view in VIEWS:
        if not (ROOT / view.page).exists():
            print(f"left out: {view.name}: no {view.page}", file=sys.stderr)
            continue
        beside, visitor = Visitor(REFERENCE), Visitor(view)
        for _ in range(2):
            beside.run()
            visitor.run()
        times = [(beside.run(), visitor.run()) for _ in range(ROUNDS)]
        middle, ours = map(_medians, zip(*times, strict=True))
        yield view.name, ours, middle


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        data, cache = Path(folder) / "data", Path(folder) / "cache"
        data.mkdir()
        cache.mkdir()
        write(data)
        os.environ |= {
            "BUURTDEKKING_DATA": str(data),
            "BUURTDEKKING_CACHE": str(cache),
            "DATABASE_URL": f"sqlite:///{folder}/none.sqlite",  # the example groups
        }
        print(f"{NEIGHBOURHOODS:,} neighbourhoods, {GROUPS:,} groups, {os.cpu_count()} cores\n")
        print("| view | ms | × map of the country | within 1 s | processor ms | × map |")
        print("| --- | ---: | ---: | --- | ---: | ---: |")
        for name, (took, spent), (beside, spent_beside) in measure():
            held = "yes" if took <= LIMIT else "**no**"
            wall = f"{took:,.0f} | {took / beside:.2f} | {held}"
            print(f"| {name} | {wall} | {spent:,.0f} | {spent / spent_beside:.2f} |", flush=True)


if __name__ == "__main__":
    main()
