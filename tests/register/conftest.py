"""The databases of the register's tests: each test that asks for ``engine`` runs on both kinds."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from tests.register.cluster import Cluster, needed
from utils import database

_numbers = count()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server with a register in the database ``template``."""
    server = Cluster(needed())
    try:
        server.execute("CREATE DATABASE template")
        engine = database.open_engine(server.url("template"))
        database.prepare(engine)
        engine.dispose()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite register without groups, to copy."""
    path = tmp_path_factory.mktemp("register") / "empty.sqlite"
    database.prepare(database.open_engine(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(empty_file: Path, tmp_path: Path) -> str:
    """The address of a new empty register in a file."""
    path = tmp_path / "register.sqlite"
    shutil.copy(empty_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(cluster: Cluster) -> Iterator[str]:
    """The address of a new empty register of the server."""
    name = f"test_{next(_numbers)}"
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE template")
    yield cluster.url(name)
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The address of a new empty register, of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A new empty register, of each kind."""
    opened = database.open_engine(url, patience=2)
    yield opened
    opened.dispose()
