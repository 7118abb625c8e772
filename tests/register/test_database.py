"""The register's database: its tables, one transaction at a time, both kinds alike."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.schema import CreateTable

from utils import changelog, database, schema
from utils.access import Actor
from utils.database import Batch

WHO = Actor("tests", "admin")
REVISION = sa.select(schema.meta.c.value).where(schema.meta.c.key == "revision")
CHANGES = sa.select(schema.changes).order_by(schema.changes.c.id)


def revision(engine: Engine) -> str:
    return database.read(engine, lambda connection: connection.execute(REVISION).scalar_one())


def note(connection: Connection, batch: Batch, *ids: str) -> str:
    changelog.record(connection, batch, WHO, "test", "group", [(one, None, {"id": one}) for one in ids])
    return batch.token


def noted(engine: Engine) -> list[str]:
    return database.read(engine, lambda connection: [row.entity_id for row in connection.execute(CHANGES)])


def test_the_migrations_give_the_tables_of_the_schema(engine: Engine) -> None:
    def differences(connection: Connection) -> list[object]:
        # SQLite writes defaults in its own way: the next test compares them there.
        options = {"compare_type": True, "compare_server_default": engine.dialect.name == "postgresql"}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), schema.metadata))

    assert database.read(engine, differences) == []


def test_the_tables_are_made_by_the_same_words(sqlite_url: str, tmp_path: Path) -> None:
    """SQLite keeps the words of a table: those of the migrations are those of the schema, but for order."""

    def words(engine: Engine) -> dict[str, list[str]]:
        found = database.read(
            engine,
            lambda connection: connection.exec_driver_sql(
                "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version'"
            ).all(),
        )
        return {name: sorted(line.strip(" \t,") for line in sql.splitlines()) for name, sql in found}

    plain = database.open_engine(f"sqlite:///{tmp_path / 'plain.sqlite'}")
    schema.metadata.create_all(plain)
    assert words(database.open_engine(sqlite_url)) == words(plain)
    assert CreateTable(schema.groups).element.name in words(plain)


def test_preparing_again_changes_nothing(engine: Engine) -> None:
    before = revision(engine)
    database.prepare(engine)
    assert revision(engine) == before


def test_a_write_gives_the_register_its_token(engine: Engine) -> None:
    before = revision(engine)
    token = database.write(engine, lambda connection, batch: note(connection, batch, "a", "b"))
    assert revision(engine) == token != before
    rows = database.read(engine, lambda connection: connection.execute(CHANGES).mappings().all())
    assert [(row["batch"], row["who"], row["entity_id"], row["before"], row["after"]) for row in rows] == [
        (token, "tests", "a", None, {"id": "a"}),
        (token, "tests", "b", None, {"id": "b"}),
    ]
    assert rows[0]["at"].utcoffset().total_seconds() == 0


def test_a_write_that_fails_leaves_nothing(engine: Engine) -> None:
    before = revision(engine)

    def fail(connection: Connection, batch: Batch) -> None:
        note(connection, batch, "a")
        raise LookupError("on purpose")

    with pytest.raises(LookupError):
        database.write(engine, fail)
    assert (revision(engine), noted(engine)) == (before, [])


def test_a_read_sees_one_state(engine: Engine) -> None:
    def twice(connection: Connection) -> tuple[str, str]:
        first = connection.execute(REVISION).scalar_one()
        with ThreadPoolExecutor(1) as other:
            other.submit(database.write, engine, lambda c, batch: note(c, batch, "a")).result(10)
        return first, connection.execute(REVISION).scalar_one()

    first, second = database.read(engine, twice)
    assert first == second != revision(engine)


def test_a_read_cannot_write_on_a_server(postgresql_url: str) -> None:
    engine = database.open_engine(postgresql_url)
    with pytest.raises(database.StoreError) as caught:
        database.read(engine, lambda connection: connection.execute(schema.meta.delete()))
    assert caught.value.kind == "readonly"


def test_writers_wait_for_each_other(engine: Engine) -> None:
    """Each reads a number and writes it one higher: without waiting, numbers would get lost."""

    def count_up(connection: Connection, batch: Batch) -> None:
        n = connection.execute(sa.select(sa.func.count()).select_from(schema.changes)).scalar_one()
        time.sleep(0.005)
        note(connection, batch, f"{n:03}")

    with ThreadPoolExecutor(4) as writers:
        for done in [writers.submit(database.write, engine, count_up) for _ in range(20)]:
            done.result(30)
    assert noted(engine) == [f"{n:03}" for n in range(20)]


def test_a_writer_that_waits_too_long_is_told(url: str) -> None:
    engine, hasty = database.open_engine(url), database.open_engine(url, patience=0.2)
    inside, done = threading.Event(), threading.Event()

    def slow(connection: Connection, batch: Batch) -> str:
        inside.set()
        assert done.wait(20)
        return note(connection, batch, "slow")

    with ThreadPoolExecutor(1) as other:
        waiting = other.submit(database.write, engine, slow)
        assert inside.wait(10)
        with pytest.raises(database.StoreError) as caught:
            database.write(hasty, lambda connection, batch: note(connection, batch, "hasty"))
        reading = revision(hasty)  # reading never waits for a writer
        done.set()
        token = waiting.result(20)
    assert caught.value.kind == "locked"
    assert caught.value.exit_code == 2
    assert reading != token == revision(engine)
    assert noted(engine) == ["slow"]
    engine.dispose()
    hasty.dispose()


def test_a_mistake_of_ours_is_not_hidden(engine: Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError) as caught:
        database.read(engine, lambda connection: connection.exec_driver_sql("SELECT nothing FROM nowhere"))
    assert not isinstance(caught.value, database.StoreError)


def test_values_are_not_told_in_errors(engine: Engine) -> None:
    """A person's data must not reach a log by way of an error."""

    def twice(connection: Connection, batch: Batch) -> None:
        row = {"key": "revision", "value": "jan@example.org"}
        connection.execute(schema.meta.insert(), row)

    with pytest.raises(database.StoreError) as caught:
        database.write(engine, twice)
    assert caught.value.kind == "failed"
    assert "jan@" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
