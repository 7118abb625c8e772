"""How long an import of 100,000 rows takes, from file to committed, and the memory that it needs.

``python -m tests.bench.register_bench [csv] [xlsx]`` imports a list into SQLite and PostgreSQL, each
time in a process of its own with an empty register; then the same list with every number of members changed.
It prints the figures and the limits: 30 s and 1 GB. PostgreSQL is left out where it is not installed.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests import lists_messy
from tests.register.cluster import Cluster, binaries

ROOT = Path(__file__).resolve().parents[2]
ROWS = 100_000
SECONDS, MEGABYTES = 30, 1_000
KINDS = ("csv", "xlsx")

_RUN = """
import json, os, sys, threading, time
from pathlib import Path
import psutil

peak = [0]
def watch():
    me = psutil.Process()
    while True:
        rss = 0
        for one in (me, *me.children(recursive=True)):
            try:
                if "postgres" not in one.name():
                    rss += one.memory_info().rss
            except psutil.Error:
                pass
        peak[0] = max(peak[0], rss)
        time.sleep(0.02)
threading.Thread(target=watch, daemon=True).start()

start = time.perf_counter()
marks = {}
def mark(name, since=[start]):
    now = time.perf_counter()
    marks[name], since[0] = now - since[0], now

from datetime import date
from utils import boundaries, import_flow, imports, registry, store
from utils.access import COMMAND_LINE
from utils.postcodes import Looked
from utils.settings import settings
options, file = settings(), Path(sys.argv[1])
mark("start")
content = file.read_bytes()
table = import_flow.choose(import_flow.tables(content, file.name))
mark("read")
engine = registry.engine_for(options)
revision, groups = imports.there(engine)
register = import_flow.Register(groups, revision)
mark("register")
folder = store.current(options)
columns = import_flow.mapping(table, imports.remembered(engine), {})
asked = import_flow.Postcodes(lambda codes: Looked({}, {}))
around = import_flow.context(boundaries.load(folder), folder, asked, register, date.today())
found, _ = import_flow.checked(table, columns, around, import_flow.Wishes())
mark("check")
from utils import plans
out = import_flow.left_out(table, columns, found)
plan = plans.make(groups, revision, found, False, out, around.today)
mark("plan")
about = imports.About(file.name, import_flow.digest(content), import_flow.to_remember(table, columns))
made = imports.commit(engine, COMMAND_LINE, plan, about)
mark("commit")
whole = time.perf_counter() - start
times = os.times()
cpu = times.user + times.system + times.children_user + times.children_system
print(json.dumps({"seconds": marks, "whole": whole, "cpu": cpu, "rss": peak[0] / 1e6, "counts": made.counts}))
"""


def run(file: Path, url: str) -> dict[str, object]:
    """One import in a process of its own."""
    env = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", _RUN, str(file)]
    done = subprocess.run(command, env=env, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    """Measure and print; 1 if a limit is passed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = _files(folder)
        programs = binaries()
        server = Cluster(programs) if programs else None
        try:
            worst = _all(folder, files, server)
        finally:
            if server:
                server.remove()
    print(f"limits: {SECONDS} s, {MEGABYTES} MB")
    return int(worst[0] > SECONDS or worst[1] > MEGABYTES)


def _files(folder: Path) -> list[tuple[str, Path, Path]]:
    """Kind, the list, the list with other numbers of members."""
    first = lists_messy.make(ROWS)
    members = lists_messy.HEAD.index("Aantal leden")
    rows = tuple(
        (*row[:members], str(int(row[members]) + 1), *row[members + 1 :])
        if len(row) > members and row[members].isdigit()
        else row
        for row in first.rows
    )
    found = []
    for kind in KINDS:
        paths = folder / f"list.{kind}", folder / f"changed.{kind}"
        for path, made in zip(paths, (first, replace(first, rows=rows)), strict=True):
            path.write_bytes(getattr(made, kind)())
        found.append((kind, *paths))
    return found


def _all(folder: Path, files: list[tuple[str, Path, Path]], server: Cluster | None) -> tuple[float, float]:
    worst = (0.0, 0.0)
    for kind, first, changed in [one for one in files if one[0] in (sys.argv[1:] or KINDS)]:
        urls = {"SQLite": f"sqlite:///{folder / kind}.sqlite"}
        if server:
            server.execute(f"CREATE DATABASE {kind}")
            urls["PostgreSQL"] = server.url(kind)
        for database, url in urls.items():
            for what, path in (("new", first), ("changed", changed)):
                found = run(path, url)
                steps = ", ".join(f"{step} {took:.1f}" for step, took in dict(found["seconds"]).items())
                took = f"{found['whole']:6.1f} s ({found['cpu']:.1f} s of processor), {found['rss']:.0f} MB"
                print(f"{kind:5}{database:11}{what:8}{took}: {steps}")
                print(f"      {found['counts']}", flush=True)
                worst = max(worst[0], float(found["whole"])), max(worst[1], float(found["rss"]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
