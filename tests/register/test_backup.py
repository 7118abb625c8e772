"""Backups: whole, of one moment, closed to others, and put back without losing anything, into either kind."""

import shutil
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tests.register import killed
from tests.register.filled import WHO, content, fill
from utils import backup, changelog, cli, database, registry, schema, settings
from utils.errors import InputError
from utils.texts import LANGS, Texts


def texts_of(problem: InputError) -> list[str]:
    return [Texts(lang).t(problem.key, **problem.params) for lang in LANGS]


def without_restores(found: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    return {**found, "changes": [row for row in found["changes"] if "restore" not in row]}


@pytest.fixture
def saved(engine: Engine, tmp_path: Path) -> Path:
    """A backup of a register with five groups."""
    fill(engine)
    target = tmp_path / "out" / "backup.sqlite"
    target.parent.mkdir()
    backup.make(engine, target)
    return target


def test_a_backup_is_one_whole_file_that_others_cannot_read(engine: Engine, saved: Path) -> None:
    assert [file.name for file in saved.parent.iterdir()] == ["backup.sqlite"]
    assert saved.stat().st_mode & 0o777 == 0o600
    opened = database.open_engine(f"sqlite:///{saved}")
    assert content(opened) == content(engine)
    connection = sqlite3.connect(saved)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_a_backup_counts_what_it_holds(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 7)
    counts = backup.make(engine, tmp_path / "b.sqlite")
    assert counts == {"imports": 1, "groups": 7, "contacts": 7, "changes": 7, "reports": 7}


def test_a_backup_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    revision = fill(engine)
    before = content(engine)
    backup.make(engine, tmp_path / "b.sqlite")
    assert registry.revision(engine) == revision
    assert content(engine) == before


def test_a_file_that_exists_is_kept(engine: Engine, saved: Path) -> None:
    before = saved.read_bytes()
    fill(engine, first=10)
    with pytest.raises(InputError) as caught:
        backup.make(engine, saved)
    assert caught.value.key == "error.backup_exists"
    assert all(str(saved) in text for text in texts_of(caught.value))
    assert saved.read_bytes() == before
    assert backup.make(engine, saved, force=True)["groups"] == 10
    assert saved.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_is_not_there_is_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        backup.make(engine, tmp_path / "nowhere" / "b.sqlite")
    assert caught.value.key == "error.out"


def test_a_backup_that_fails_leaves_nothing_behind(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(path: Path) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.setattr(backup, "_as_one_file", fail)
    with pytest.raises(InputError) as caught:
        backup.make(engine, folder / "b.sqlite")
    assert caught.value.params["came"] == {"key": "error.os.full", "params": {}}
    assert list(folder.iterdir()) == []


def test_a_backup_is_of_one_moment_while_others_write(engine: Engine, tmp_path: Path) -> None:
    """Every write adds as many groups as changes: a backup in between would show it."""
    stop = threading.Event()
    wrote = []

    def others() -> None:
        while not stop.is_set():
            wrote.append(fill(engine, 3, first=100 * (len(wrote) + 1)))

    writer = threading.Thread(target=others)
    writer.start()
    try:
        all_counts = [backup.make(engine, tmp_path / f"{i}.sqlite") for i in range(8)]
    finally:
        stop.set()
        writer.join(30)
    assert len(wrote) > 2
    for counts in all_counts:
        assert counts["groups"] == counts["changes"] == counts["contacts"] == 3 * counts["imports"]


def test_an_empty_register_gets_the_content_of_a_backup(engine: Engine, saved: Path, empty_file) -> None:
    before = content(engine)
    fresh = database.open_engine(f"sqlite:///{saved.parent}/fresh.sqlite")
    database.prepare(fresh)
    revision = registry.revision(fresh)
    done = backup.restore(fresh, saved, WHO)
    assert done.before is None
    assert done.counts["groups"] == 5
    assert without_restores(content(fresh)) == before
    assert registry.revision(fresh) not in (revision, registry.revision(engine))


@pytest.mark.parametrize(("one", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_backup_carries_a_register_to_the_other_kind(
    one: str, other: str, sqlite_url: str, postgresql_url: str, tmp_path: Path
) -> None:
    engines = {
        "sqlite": database.open_engine(sqlite_url),
        "postgresql": database.open_engine(postgresql_url),
    }
    fill(engines[one])
    backup.make(engines[one], tmp_path / "b.sqlite")
    backup.restore(engines[other], tmp_path / "b.sqlite", WHO)
    assert without_restores(content(engines[other])) == content(engines[one])
    fill(engines[other], first=50)  # new numbers follow those that came
    assert len(content(engines[other])["contacts"]) == 10
    engines["postgresql"].dispose()


def test_a_register_that_holds_something_is_not_replaced_unasked(engine: Engine, saved: Path) -> None:
    fill(engine, first=10)
    before, revision = content(engine), registry.revision(engine)
    with pytest.raises(InputError) as caught:
        backup.restore(engine, saved, WHO)
    assert caught.value.key == "error.restore_holds"
    assert all("--yes" in text and "10" in text for text in texts_of(caught.value))
    assert (content(engine), registry.revision(engine)) == (before, revision)


def test_what_a_register_held_is_kept(engine: Engine, saved: Path) -> None:
    old = content(engine)
    fill(engine, first=10)
    held = content(engine)
    done = backup.restore(engine, saved, WHO, replace=True)
    assert without_restores(content(engine)) == old
    assert done.before is not None
    assert done.before.parent == saved.parent
    assert done.before.stat().st_mode & 0o777 == 0o600
    assert content(database.open_engine(f"sqlite:///{done.before}")) == held
    backup.restore(engine, done.before, WHO, replace=True)
    assert without_restores(content(engine)) == held


def test_a_restore_is_in_the_history(engine: Engine, saved: Path) -> None:
    backup.restore(engine, saved, WHO, replace=True)
    last = database.read(
        engine,
        lambda connection: connection.execute(
            sa.select(schema.changes).order_by(schema.changes.c.id.desc()).limit(1)
        )
        .mappings()
        .one(),
    )
    assert (last["who"], last["action"], last["batch"]) == (WHO.name, "restore", registry.revision(engine))


def test_a_write_in_between_is_not_lost(
    engine: Engine, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes after the register was backed up and before it is replaced."""
    made = backup._make

    def then_another(*arguments: object, force: bool) -> object:
        done = made(*arguments, force=force)
        fill(engine, first=20)
        return done

    monkeypatch.setattr(backup, "_make", then_another)
    with pytest.raises(InputError) as caught:
        backup.restore(engine, saved, WHO, replace=True)
    assert caught.value.key == "error.restore_moved"
    assert len(content(engine)["groups"]) == 10


def test_people_who_were_erased_since_are_counted(engine: Engine, saved: Path) -> None:
    for _ in range(2):
        database.write(
            engine,
            lambda connection, batch: changelog.record(
                connection, batch, WHO, "erase", "contact", [("1", None, None)]
            ),
        )
    assert backup.restore(engine, saved, WHO, replace=True).erased == 2


def spoil_end(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-4096])


def spoil_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8192:12288] = bytes(4096)
    path.write_bytes(bytes(content))


def lose_a_row(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM groups WHERE id = 'g3'")
    connection.commit()
    connection.close()


def lose_an_import(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM imports")
    connection.commit()
    connection.close()


def make_newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


def make_other(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (id INTEGER)")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (spoil_end, "backup_broken"),
        (spoil_middle, "backup_broken"),
        (lose_a_row, "backup_broken"),
        (lose_an_import, "backup_broken"),
        (make_newer, "backup_newer"),
        (make_other, "backup_foreign"),
        (lambda path: path.write_bytes(b""), "backup_foreign"),
        (lambda path: path.write_bytes(b"a list of groups\n" * 500), "backup_broken"),
        (Path.unlink, "backup_unreadable"),
        (lambda path: (path.unlink(), path.mkdir()), "backup_unreadable"),
    ],
)
def test_a_file_that_is_no_whole_backup_is_refused(engine: Engine, saved: Path, spoil, key: str) -> None:
    before, revision = content(engine), registry.revision(engine)
    spoil(saved)
    with pytest.raises(InputError) as caught:
        backup.restore(engine, saved, WHO, replace=True)
    assert caught.value.key == f"error.{key}"
    assert all(saved.name in text for text in texts_of(caught.value))
    assert (content(engine), registry.revision(engine)) == (before, revision)
    assert [file.name for file in saved.parent.iterdir()] in ([], [saved.name])  # nothing was kept either


def test_a_restore_leaves_the_backup_as_it_is(engine: Engine, saved: Path) -> None:
    before = saved.read_bytes()
    saved.chmod(0o400)
    backup.restore(engine, saved, WHO, replace=True)
    assert saved.read_bytes() == before


def test_a_restore_that_fails_changes_nothing(
    engine: Engine, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(engine, first=10)
    before, revision = content(engine), registry.revision(engine)

    def fail(connection: Connection) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(backup, "_count_on", fail)
    with pytest.raises(ZeroDivisionError):
        backup.restore(engine, saved, WHO, replace=True)
    assert (content(engine), registry.revision(engine)) == (before, revision)


def test_on_the_command_line(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    settings.settings.cache_clear()
    engine = registry.engine_for(settings.settings())
    fill(engine)
    file = tmp_path / "b.sqlite"

    def run(*arguments: str) -> tuple[int, str]:
        code = cli.main([*arguments, "--taal", "en"])
        said = capsys.readouterr()
        return code, said.out + said.err

    code, said = run("backup", str(file))
    assert code == 0
    assert "5 groups" in said
    assert run("backup", str(file))[0] == 1
    assert run("backup", str(file), "--force")[0] == 0
    assert run("restore", str(file))[0] == 1
    code, said = run("restore", str(file), "--yes")
    assert code == 0
    assert "register-before-restore-" in said
    assert run("restore", str(tmp_path / "no.sqlite"), "--yes")[0] == 1
    engine.dispose()
    settings.settings.cache_clear()


def test_there_is_nothing_to_back_up_without_a_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.settings.cache_clear()
    assert cli.main(["backup", str(tmp_path / "b.sqlite")]) == 1
    assert "register" in capsys.readouterr().err
    assert not (tmp_path / "b.sqlite").exists()


def test_a_backup_of_an_older_version_is_brought_to_this_one(
    engine: Engine, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a migration that the tests made up, which fills a new column from the name."""
    old = content(engine)
    shutil.copytree(database.MIGRATIONS, tmp_path / "migrations")
    (tmp_path / "migrations" / "versions" / "0002_shout.py").write_text(killed.MIGRATION, encoding="utf-8")
    monkeypatch.setattr(database, "MIGRATIONS", tmp_path / "migrations")
    monkeypatch.setattr(database, "VERSIONS", (*database.VERSIONS, "0002"))
    before = saved.read_bytes()
    database.prepare(engine)
    shouts = sa.text("SELECT shout FROM groups ORDER BY id")
    assert database.read(engine, lambda connection: connection.execute(shouts).scalar()).startswith("GROEP 0")
    backup.restore(engine, saved, WHO, replace=True)
    assert without_restores(content(engine)) == old
    assert saved.read_bytes() == before


def test_a_backup_has_a_revision_of_its_own(engine: Engine, saved: Path) -> None:
    """So that no cache takes the one for the other."""
    assert registry.revision(database.open_engine(f"sqlite:///{saved}")) != registry.revision(engine)


def test_a_backup_that_was_used_as_a_register_can_be_put_back(engine: Engine, saved: Path) -> None:
    used = database.open_engine(f"sqlite:///{saved}")
    fill(used, first=30)
    held = content(used)
    assert backup.restore(engine, saved, WHO, replace=True).counts["groups"] == 10
    assert without_restores(content(engine)) == held


def test_a_broken_register_makes_room_for_its_backup(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    engine = database.open_engine(sqlite_url)
    fill(engine)
    backup.make(engine, tmp_path / "b.sqlite")
    file = tmp_path / "register.sqlite"
    spoil_middle(file)
    broken = file.read_bytes()
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    settings.settings.cache_clear()
    assert cli.main(["restore", str(tmp_path / "b.sqlite")]) != 0
    assert file.read_bytes() == broken
    assert cli.main(["restore", str(tmp_path / "b.sqlite"), "--yes"]) == 0
    (kept,) = tmp_path.glob("register.sqlite.broken-*")
    assert str(kept) in capsys.readouterr().out
    assert kept.read_bytes() == broken
    assert len(content(engine)["groups"]) == 5
    settings.settings.cache_clear()


def test_a_restore_leaves_what_was_never_a_register(
    engine: Engine, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    file = tmp_path / "lijst.csv"
    file.write_text("id;naam\n" * 999)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    settings.settings.cache_clear()
    assert cli.main(["restore", str(saved), "--yes"]) == 2
    assert "DATABASE_URL" in capsys.readouterr().err
    assert file.read_text() == "id;naam\n" * 999
    assert not list(tmp_path.glob("lijst.csv.*"))
    settings.settings.cache_clear()
