"""kill -9 at any moment: afterwards the register is as it was before, or as it is after, never in between."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tests.register import killed
from tests.register.cluster import Cluster, needed
from utils import backup, database, registry, schema
from utils.database import Batch

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("import", "edit", "migrate", "first", "restore")
_numbers = count()


@dataclass(frozen=True)
class State:
    """All of a register but what differs from one run to the next."""

    tables: dict[str, list[tuple[object, ...]]]


def state(engine: Engine) -> State | None:
    """What a register holds; checks that its parts fit together. None where there are no tables."""
    names = database.read(engine, lambda connection: set(sa.inspect(connection).get_table_names()))
    if not names:
        return None
    assert {table.name for table in schema.metadata.sorted_tables} <= names, "half of a migration"

    def look(connection: Connection) -> State:
        everything = sa.MetaData()
        everything.reflect(connection)
        tables = {
            table.name: [tuple(row) for row in connection.execute(table.select()).all()]
            for table in everything.sorted_tables
            if table.name not in ("meta", "changes", "imports")
        }
        tables = {name: sorted(rows, key=repr) for name, rows in tables.items()}
        revision = connection.execute(
            sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision")
        ).scalar_one()
        logged = connection.execute(sa.select(schema.changes)).mappings().all()
        last = max((row["id"] for row in logged), default=None)
        if last is not None:  # the last line belongs to the last write
            assert next(row["batch"] for row in logged if row["id"] == last) == revision
        imported = connection.execute(sa.select(schema.imports)).mappings().all()
        for one in imported:
            of_it = [row for row in logged if row["import_id"] == one["id"] and row["entity"] == "group"]
            assert len(of_it) == one["added"] + one["changed"]
        tables["log"] = [  # an import's number is the next one, also after one that was not to be
            (
                *(row["action"], row["entity"], "" if row["entity"] == "import" else row["entity_id"]),
                *(str(row["before"]), str(row["after"])),
            )
            for row in sorted(logged, key=lambda row: row["id"])
            if row["action"] != "restore"
        ]
        tables["imports"] = [(one["file"], one["added"], one["changed"]) for one in imported]
        return State(tables)

    database.verify(engine)
    return database.read(engine, look)


@dataclass
class Forker:
    """The process whose children do the work."""

    process: subprocess.Popen[str]

    def _say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def _hear(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline())

    def run(self, kind: str, url: str, marks: Path, meanwhile: Callable[[int], object]) -> tuple[int, str]:
        """How the child ended, and its marks; ``meanwhile`` gets the child's id."""
        marks.unlink(missing_ok=True)
        self._say(f"{kind} {url} {marks}")
        pid = self._hear()
        meanwhile(pid)
        self._say("")
        ended = self._hear()
        return ended, marks.read_text(encoding="ascii") if marks.exists() else ""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migration more, and a backup."""
    folder = tmp_path_factory.mktemp("kills")
    shutil.copytree(database.MIGRATIONS, folder / "migrations")
    (folder / "migrations" / "versions" / "0002_shout.py").write_text(killed.MIGRATION, encoding="utf-8")
    engine = database.open_engine(f"sqlite:///{folder / 'other.sqlite'}")
    database.prepare(engine)
    put(engine, 300)
    backup.make(engine, folder / "backup.sqlite")
    return folder


@pytest.fixture(scope="module")
def forker(folder: Path) -> Iterator[Forker]:
    """A process that has everything imported."""
    environ = {
        **os.environ,
        "MIGRATIONS": str(folder / "migrations"),
        "BACKUP": str(folder / "backup.sqlite"),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.register.killed"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield Forker(process)
    assert process.stdin is not None
    process.stdin.close()
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A PostgreSQL server that keeps what it has committed."""
    server = Cluster(needed(), durable=True)
    try:
        server.execute("CREATE DATABASE nothing", "CREATE DATABASE filled")
        engine = database.open_engine(server.url("filled"))
        database.prepare(engine)
        put(engine, killed.N)
        engine.dispose()
        yield server
    finally:
        server.remove()


def put(engine: Engine, n: int) -> None:
    """Fill a register with groups."""

    def work(connection: Connection, batch: Batch) -> None:
        connection.execute(schema.groups.insert(), [registry.row(group) for group in killed.groups(n)])

    database.write(engine, work)


class Registers:
    """New registers of one kind: with groups, or without tables."""

    def __init__(self, folder: Path, server: Cluster | None) -> None:
        self.folder, self.server = folder, server
        self.filled = folder / "filled.sqlite"
        if not self.filled.exists():
            engine = database.open_engine(f"sqlite:///{self.filled}")
            database.prepare(engine)
            put(engine, killed.N)

    def fresh(self, kind: str) -> str:
        """The address of a register for a kind of work."""
        name = f"one_{next(_numbers)}"
        if self.server is not None:
            template = "nothing" if kind == "first" else "filled"
            self.server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
            return self.server.url(name)
        file = self.folder / f"{name}.sqlite"
        if kind == "first":
            file.touch(mode=0o600)
        else:
            shutil.copy(self.filled, file)
        return f"sqlite:///{file}"

    def settle(self, engine: Engine) -> None:
        """Wait until a server has seen that its client is gone."""
        if self.server is None:
            return
        others = sa.text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with engine.connect() as connection:
                if not connection.execute(others).scalar():
                    return
            time.sleep(0.01)
        raise AssertionError("the server keeps a transaction of a client that is gone")


def again(kind: str, engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What whoever was interrupted does next: the same once more."""
    monkeypatch.setenv("BACKUP", str(folder / "backup.sqlite"))
    monkeypatch.setenv("MIGRATIONS", str(folder / "migrations"))
    monkeypatch.setattr(database, "MIGRATIONS", database.MIGRATIONS)
    monkeypatch.setattr(database, "VERSIONS", database.VERSIONS)
    killed.WORK[kind](engine)
    monkeypatch.undo()


def kills(
    kind: str,
    rounds: int,
    registers: Registers,
    forker: Forker,
    monkeypatch: pytest.MonkeyPatch,
) -> Counter[str]:
    """Kill that many times; how often in which step."""
    chance = random.Random(f"{kind} {rounds}")
    marks = registers.folder / f"marks-{next(_numbers)}"

    def timed() -> tuple[float, float, State | None, State | None]:
        """Seconds until a transaction began, and from there until the work was done; before, after."""
        url = registers.fresh(kind)
        engine = database.open_engine(url)
        before, times = state(engine), [time.monotonic()]

        def watch(pid: int) -> None:
            for wait in (begun, wait_for):
                wait(marks)
                times.append(time.monotonic())

        ended, left = forker.run(kind, url, marks, watch)
        assert (ended, left[-1]) == (0, "d")
        after = state(engine)
        engine.dispose()
        return times[1] - times[0], times[2] - times[1], before, after

    until, inside, before, after = min((timed() for _ in range(3)), key=lambda one: one[0] + one[1])
    assert before != after
    found: Counter[str] = Counter()
    for i in range(rounds):
        url = registers.fresh(kind)
        part = chance.random()
        # Every other one counts from where the transaction begins: those fall inside on a busy machine too.
        delay = part * 0.8 * inside if i % 2 else part * 1.1 * (until + inside)

        def kill(pid: int, delay: float = delay, later: bool = bool(i % 2)) -> None:
            if later:
                begun(marks)
            time.sleep(delay)
            os.kill(pid, signal.SIGKILL)

        ended, left = forker.run(kind, url, marks, kill)
        assert ended in (0, -signal.SIGKILL)
        engine = database.open_engine(url)
        registers.settle(engine)
        now = state(engine)
        assert now in (before, after), f"in between: killed after {delay:.3f} s, marks {left}"
        if "d" in left:
            assert now == after, "what was told to be done is not there"
        elif left.count("c") < left.count("b") or not left:
            assert now == before
        found[{"": "before", "b": "inside", "c": "commit", "d": "done"}[left[-1:]]] += 1
        if now == before:
            again(kind, engine, registers.folder, monkeypatch)
            assert state(engine) == after
        engine.dispose()
    return found


def wait_for(marks: Path) -> None:
    """Wait until the work is done."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if marks.exists() and marks.read_bytes().endswith(b"d"):
            return
        time.sleep(0.001)
    raise AssertionError(f"not done: {marks}")


ROUNDS = {"import": 24, "edit": 14, "migrate": 12, "first": 8, "restore": 8}
FEWER = {"import": 9, "edit": 6, "migrate": 5, "first": 3, "restore": 4}
assert sum(ROUNDS.values()) >= 50
assert sum(FEWER.values()) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_program_leaves_sqlite_whole(
    kind: str, folder: Path, forker: Forker, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kills(kind, ROUNDS[kind], Registers(folder, None), forker, monkeypatch)
    assert found["inside"] + found["commit"] >= ROUNDS[kind] // 5, found


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_program_leaves_postgresql_whole(
    kind: str, folder: Path, forker: Forker, durable: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kills(kind, FEWER[kind], Registers(folder, durable), forker, monkeypatch)
    assert found["inside"] + found["commit"] >= 1, found


def begun(marks: Path) -> None:
    """Wait until a transaction that writes has begun."""
    end = time.monotonic() + 60
    while not (marks.exists() and b"b" in marks.read_bytes()):
        assert time.monotonic() < end
        time.sleep(0.001)


def kill_backend(server: Cluster, url: str) -> None:
    """kill -9 the process that serves a client; the server then stops all others and recovers."""
    name = url.rpartition("/")[2]
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        found = connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [name]
        ).fetchall()
    for (pid,) in found:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.05)  # the server needs a moment to see it
    server.wait()


def kill_server(server: Cluster, url: str) -> None:
    """kill -9 the whole server, and start it again."""
    server.kill()
    server.start()


@pytest.mark.parametrize("kill", [kill_backend, kill_server])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_a_killed_server_loses_nothing_and_does_nothing_twice(
    kill: Callable[[Cluster, str], Any], part: float, folder: Path, forker: Forker, durable: Cluster
) -> None:
    """The program waits, tries again, and the import is there exactly once."""
    registers, marks = Registers(folder, durable), folder / f"marks-{next(_numbers)}"
    url = registers.fresh("import")

    def meanwhile(pid: int) -> None:
        begun(marks)
        time.sleep(0.1 * part)
        kill(durable, url)
        wait_for(marks)

    ended, left = forker.run("import", url, marks, meanwhile)
    assert (ended, left[-1]) == (0, "d")
    engine = database.open_engine(url)
    found = state(engine)
    engine.dispose()
    assert found is not None
    assert len(found.tables["groups"]) == killed.N + killed.ADDED
    assert len(found.tables["log"]) == killed.N + killed.ADDED + 1  # and a line about the import
    assert found.tables["imports"] == [("lijst.csv", killed.ADDED, killed.N)]
