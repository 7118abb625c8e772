"""What can go wrong with a database: a clear sentence, another try where that is safe, and nothing lost."""

import os
import pwd
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tests.register.cluster import PASSWORD, Cluster, unprivileged
from tests.register.filled import content, fill
from tests.register.proxy import Break, Proxy
from utils import backup, database, registry, schema, store_errors
from utils.database import Batch, StoreError
from utils.models import Group
from utils.texts import LANGS, Texts

ROOT = Path(__file__).resolve().parents[2]


def said(problem: StoreError) -> list[str]:
    """The sentences of a problem; each is one that a person understands, and holds no password."""
    sentences = [Texts(lang).t(problem.key, **problem.params) for lang in LANGS]
    for sentence in sentences:
        assert PASSWORD not in sentence
        assert "Traceback" not in sentence
        assert "sqlalche" not in sentence
    assert PASSWORD not in str(problem) + repr(problem)
    assert problem.exit_code == 2
    return sentences


def fails(engine: Engine, first: int = 100) -> StoreError:
    """The problem that a write of groups gives."""
    with pytest.raises(StoreError) as caught:
        fill(engine, first=first)
    return caught.value


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


# SQLite


def test_a_full_disk_loses_nothing(sqlite_url: str) -> None:
    engine = database.open_engine(sqlite_url)
    fill(engine)
    before, revision = content(engine), registry.revision(engine)

    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # as many as there are: no page more

    tight = database.open_engine(sqlite_url)
    sa.event.listen(tight, "connect", limit)
    with pytest.raises(StoreError) as caught:
        fill(tight, n=2000, first=100)
    assert caught.value.kind == "full"
    assert all("register.sqlite" in sentence for sentence in said(caught.value))
    assert (content(engine), registry.revision(engine)) == (before, revision)
    fill(engine, first=100)  # there is room again
    assert len(content(engine)["groups"]) == 10


FILL = """
import resource, sys
from tests.register.filled import fill
from utils import database
engine = database.open_engine(sys.argv[1])
fill(engine)
size = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    fill(engine, n=4000, first=100)
except database.StoreError as problem:
    print(problem.kind)
"""


def test_a_disk_that_takes_no_more_loses_nothing(sqlite_url: str) -> None:
    """A real limit of the system, met while the log beside the file grows."""
    run = subprocess.run(
        [sys.executable, "-c", FILL, sqlite_url, str(400_000)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.stdout.split() == ["full"], run.stderr[-2000:]
    engine = database.open_engine(sqlite_url)
    database.verify(engine)
    assert len(content(engine)["groups"]) == 5


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
print("let go", flush=True)
"""


@pytest.fixture
def holder(sqlite_url: str) -> Iterator[subprocess.Popen[str]]:
    """Another program that keeps the register busy until it is told to let go."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path_of(sqlite_url))],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()


def test_another_program_that_keeps_the_register_busy(sqlite_url: str, holder) -> None:
    engine = database.open_engine(sqlite_url, patience=0.3)
    begin = time.monotonic()
    problem = fails(engine)
    assert time.monotonic() - begin < 5
    assert problem.kind == "locked"
    assert all("register.sqlite" in sentence for sentence in said(problem))
    assert content(engine)["groups"] == []  # reading goes on meanwhile


def test_another_program_that_lets_go_in_time(sqlite_url: str, holder) -> None:
    engine = database.open_engine(sqlite_url, patience=20)
    threading.Timer(0.3, lambda: holder.communicate("\n")).start()
    fill(engine)
    assert len(content(engine)["groups"]) == 5


@pytest.fixture
def others(empty_file: Path) -> Iterator[Path]:
    """A folder with a register, while we are somebody who is not root: root may read and write everything."""
    folder = Path(tempfile.mkdtemp(prefix="register-"))
    shutil.copy(empty_file, folder / "register.sqlite")
    database.prepare(database.open_engine(f"sqlite:///{folder}/warm_up.sqlite"))  # loads all that it needs
    for lang in LANGS:
        Texts(lang)
    user = unprivileged()
    if user is not None:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, user)
        os.seteuid(pwd.getpwnam(user).pw_uid)
    try:
        yield folder
    finally:
        if user is not None:
            os.seteuid(0)
        for path in (folder, *folder.iterdir()):
            path.chmod(0o700)
        shutil.rmtree(folder)


@pytest.mark.parametrize("reading", [True, False])
def test_a_file_that_may_not_be_written(others: Path, reading: bool) -> None:
    file = others / "register.sqlite"
    file.chmod(0o400)
    engine = database.open_engine(f"sqlite:///{file}")
    if reading:
        assert content(engine)["groups"] == []
    problem = fails(engine)
    assert problem.kind == "readonly"
    assert all(file.name in sentence for sentence in said(problem))


def test_a_file_that_may_not_be_read(others: Path) -> None:
    (others / "register.sqlite").chmod(0o000)
    with pytest.raises(StoreError) as caught:
        registry.revision(database.open_engine(f"sqlite:///{others}/register.sqlite"))
    assert caught.value.kind == "readonly"
    said(caught.value)


def test_a_folder_that_may_not_be_written(others: Path) -> None:
    closed = others / "closed"
    closed.mkdir(mode=0o500)
    kinds = {"register.sqlite": "readonly", "new/register.sqlite": "folder"}
    for name, kind in kinds.items():
        with pytest.raises(StoreError) as caught:
            database.prepare(database.open_engine(f"sqlite:///{closed}/{name}"))
        assert caught.value.kind == kind
        assert all("register.sqlite" in sentence for sentence in said(caught.value))
        assert kind != "folder" or all(f"{closed}/new" in one for one in said(caught.value))
    assert list(closed.iterdir()) == []


@pytest.mark.parametrize("what", ["text", "cut", "middle"])
def test_a_broken_file(sqlite_url: str, what: str) -> None:
    file = path_of(sqlite_url)
    fill(database.open_engine(sqlite_url), 300)
    whole = file.read_bytes()
    changed = bytearray(whole)
    changed[4096:12288] = b"\x55" * 8192
    file.write_bytes({"text": b"id;naam\n" * 999, "cut": whole[: len(whole) // 2], "middle": changed}[what])
    engine = database.open_engine(sqlite_url)
    with pytest.raises(StoreError) as caught:
        database.prepare(engine)
        database.verify(engine)
    assert caught.value.kind == ("other" if what == "text" else "broken")
    advice = "DATABASE_URL" if what == "text" else "restore"
    assert all(advice in sentence and file.name in sentence for sentence in said(caught.value))


@pytest.mark.parametrize("what", ["folder", "text", "short", "empty", "pipe"])
def test_what_is_no_register_stays_as_it_is(tmp_path: Path, what: str) -> None:
    place = tmp_path / "lijst.csv"
    if what == "folder":
        place.mkdir()
    elif what == "pipe":
        os.mkfifo(place)
    else:
        place.write_bytes({"text": b"id;naam\n" * 999, "short": b"#!", "empty": b""}[what])
    place.chmod(0o755)
    before = place.stat()
    with pytest.raises(StoreError) as caught:
        database.prepare(database.open_engine(f"sqlite:///{place}"))
    assert caught.value.kind == "other"
    assert all(place.name in sentence and "DATABASE_URL" in sentence for sentence in said(caught.value))
    after = place.stat()
    assert (after.st_mode, after.st_size, after.st_mtime_ns) == (
        before.st_mode,
        before.st_size,
        before.st_mtime_ns,
    )
    assert list(tmp_path.iterdir()) == [place]


# Both kinds


def test_a_register_of_a_newer_program_is_left_alone(engine: Engine) -> None:
    def newer(connection: Connection, batch: Batch) -> None:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    database.write(engine, newer)
    before = registry.revision(engine)
    with pytest.raises(StoreError) as caught:
        database.prepare(engine)
    assert caught.value.kind == "newer"
    assert all("9999" in sentence and database.VERSIONS[-1] in sentence for sentence in said(caught.value))
    assert registry.revision(engine) == before


def test_a_database_of_something_else_is_left_alone(engine: Engine) -> None:
    def other(connection: Connection, batch: Batch) -> None:
        for table in reversed(schema.metadata.sorted_tables):
            if table.name != "meta":
                table.drop(connection)
        connection.execute(sa.text("DROP TABLE alembic_version"))

    database.write(engine, other)
    with pytest.raises(StoreError) as caught:
        database.prepare(engine)
    assert caught.value.kind == "foreign"
    said(caught.value)
    assert sa.inspect(engine).get_table_names() == ["meta"]


def test_two_programs_that_start_at_once_make_one_register(tmp_path: Path, cluster: Cluster) -> None:
    cluster.execute("CREATE DATABASE at_once")
    for url in (f"sqlite:///{tmp_path}/at_once.sqlite", cluster.url("at_once")):
        engines = [database.open_engine(url) for _ in range(6)]
        gate, problems = threading.Barrier(6), []

        def start(engine: Engine, gate: threading.Barrier = gate, problems: list[object] = problems) -> None:
            gate.wait(10)
            try:
                database.prepare(engine)
            except (StoreError, sa.exc.SQLAlchemyError) as problem:
                problems.append(problem)

        threads = [threading.Thread(target=start, args=(engine,)) for engine in engines]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert problems == []
        assert len({registry.revision(engine) for engine in engines}) == 1
        for engine in engines:
            engine.dispose()


def test_every_problem_has_its_sentence(engine: Engine) -> None:
    for kind in store_errors.KINDS:
        problem = store_errors.problem(kind, engine, came="X1", version="2", known="1", folder="/f")
        assert problem.kind == kind
        assert all(problem.params["register"] in sentence for sentence in said(problem))


# PostgreSQL


def test_a_wrong_password_is_told_without_it(cluster: Cluster, caplog: pytest.LogCaptureFixture) -> None:
    engine = database.open_engine(cluster.url("template", password="verkeerd-wachtwoord"))
    with pytest.raises(StoreError) as caught:
        database.prepare(engine)
    assert caught.value.kind == "refused"
    everything = " ".join([*said(caught.value), caplog.text, str(caught.value), repr(engine)])
    assert "verkeerd" not in everything


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda cluster: cluster.url("no_such_database"), "refused"),
        (lambda cluster: cluster.url("template", host="no-such-host.invalid"), "lost"),
        (lambda cluster: cluster.url("template").replace(f":{cluster.port}", ":1"), "lost"),
    ],
)
def test_a_wrong_address_is_told(cluster: Cluster, change, kind: str) -> None:
    engine = database.open_engine(change(cluster), patience=0.1)
    with pytest.raises(StoreError) as caught:
        database.prepare(engine)
    assert caught.value.kind == kind
    said(caught.value)


def test_a_user_who_may_only_read(cluster: Cluster, postgresql_url: str) -> None:
    name = postgresql_url.rpartition("/")[2]
    fill(database.open_engine(postgresql_url))
    owner = database.open_engine(postgresql_url)
    with owner.connect() as connection:
        connection.execute(sa.text(f"CREATE ROLE reader_{name} LOGIN PASSWORD 'lezen'"))
        connection.execute(sa.text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader_{name}"))
        connection.commit()
    url = postgresql_url.replace(f"register:{PASSWORD}", f"reader_{name}:lezen")
    engine = database.open_engine(url)
    database.prepare(engine)
    assert len(content(engine)["groups"]) == 5
    problem = fails(engine)
    assert problem.kind == "readonly"
    said(problem)
    engine.dispose()
    with owner.connect() as connection:
        connection.execute(sa.text(f"DROP OWNED BY reader_{name}"))
        connection.execute(sa.text(f"DROP ROLE reader_{name}"))
        connection.commit()
    owner.dispose()


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53100", "full"),
        ("55P03", "locked"),
        ("40P01", "locked"),
        ("57P03", "lost"),
        ("53300", "lost"),
        ("42501", "readonly"),
        ("XX001", "broken"),
        ("22003", "failed"),
    ],
)
def test_what_a_server_reports_is_understood(postgresql_url: str, state: str, kind: str) -> None:
    engine = database.open_engine(postgresql_url, patience=0.1)
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'jan@example.org' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(StoreError) as caught:
        database.write(engine, lambda connection, batch: connection.exec_driver_sql(raised))
    assert caught.value.kind == kind
    assert not [sentence for sentence in [*said(caught.value), str(caught.value)] if "jan@" in sentence]
    engine.dispose()


def test_a_server_that_restarts_in_mid_session_is_waited_for(cluster: Cluster, postgresql_url: str) -> None:
    engine = database.open_engine(postgresql_url)
    fill(engine)
    cluster.restart()
    assert len(content(engine)["groups"]) == 5  # reading: by another connection
    cluster.restart()
    fill(engine, first=10)  # writing
    cluster.stop()
    starting = threading.Timer(0.5, cluster.start)
    starting.start()
    fill(engine, first=20)  # while it is not there yet
    starting.join()
    assert [row[0] for row in content(engine)["groups"]] == sorted(
        [f"g{i}" for first in (0, 10, 20) for i in range(first, first + 5)]
    )
    engine.dispose()


def test_a_server_that_stops_in_the_middle_of_a_write(cluster: Cluster, postgresql_url: str) -> None:
    engine = database.open_engine(postgresql_url)
    tries = []

    def work(connection: Connection, batch: Batch) -> str:
        connection.execute(schema.groups.insert(), [registry.row(Group("g1", "Een"))])
        tries.append(batch.token)
        if len(tries) == 1:
            cluster.restart()
        return batch.token

    token = database.write(engine, work)
    assert len(tries) == 2
    assert token == tries[1] == registry.revision(engine)
    assert len(content(engine)["groups"]) == 1
    engine.dispose()


def test_a_server_that_stays_away_is_told(cluster: Cluster, postgresql_url: str) -> None:
    engine = database.open_engine(postgresql_url, patience=0.3)
    before = fill(engine)
    cluster.stop()
    try:
        problem = fails(engine)
    finally:
        cluster.start()
    assert problem.kind == "lost"
    assert all(store_errors.name(engine) in sentence for sentence in said(problem))
    assert registry.revision(engine) == before
    engine.dispose()


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_commit_without_an_answer_is_done_once(cluster: Cluster, postgresql_url: str, where: Break) -> None:
    """The connection breaks at COMMIT: either it did not arrive, or it did and nobody heard."""
    proxy = Proxy(cluster.port, where)
    engine = database.open_engine(postgresql_url.replace(f":{cluster.port}", f":{proxy.port}"))
    token = fill(engine)
    assert proxy.broken == 1
    found = content(engine)
    assert len(found["groups"]) == len(found["changes"]) == 5
    assert len(found["imports"]) == 1
    assert registry.revision(engine) == token
    engine.dispose()
    proxy.close()


def test_a_commit_without_an_answer_is_found_behind_that_of_another(
    cluster: Cluster, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else wrote before we could look: the revision is theirs, the log has ours."""
    proxy = Proxy(cluster.port, "after")
    engine = database.open_engine(postgresql_url.replace(f":{cluster.port}", f":{proxy.port}"))
    direct = database.open_engine(postgresql_url)
    look = database._was_committed

    def late(engine: Engine, token: str) -> bool:
        fill(direct, first=50)
        return look(engine, token)

    monkeypatch.setattr(database, "_was_committed", late)
    fill(engine)
    assert len(content(direct)["groups"]) == 10
    engine.dispose()
    direct.dispose()
    proxy.close()


def test_a_commit_that_nobody_can_look_up_is_not_called_saved_or_lost(
    cluster: Cluster, postgresql_url: str
) -> None:
    proxy = Proxy(cluster.port, "after", breaks=10**6)
    engine = database.open_engine(
        postgresql_url.replace(f":{cluster.port}", f":{proxy.port}"), patience=0.1
    )
    problem = fails(engine)
    assert problem.kind == "unknown"
    said(problem)
    engine.dispose()
    proxy.close()


def test_a_register_is_backed_up_through_a_restart(
    cluster: Cluster, postgresql_url: str, tmp_path: Path
) -> None:
    engine = database.open_engine(postgresql_url)
    fill(engine)
    cluster.restart()
    assert backup.make(engine, tmp_path / "b.sqlite")["groups"] == 5
    engine.dispose()


def test_the_tests_know_every_kind_of_problem() -> None:
    """Each kind is met above, or in the tests of the database."""
    text = "".join(
        (ROOT / "tests" / "register" / name).read_text(encoding="utf-8")
        for name in ("test_faults.py", "test_database.py")
    )
    met = set(re.findall(r'kind == "(\w+)"', text)) | set(re.findall(r', "(\w+)"\),\n', text))
    met |= set(re.findall(r'/register.sqlite": "(\w+)"', text))
    assert set(store_errors.KINDS) <= met
