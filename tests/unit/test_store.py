"""Official data in folders of their own: one is shown, one is kept, and nothing in between is ever seen."""

import errno
import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from utils import store
from utils.errors import DataError, InputError, Notice
from utils.models import Edition
from utils.settings import Settings, load
from utils.texts import LANGS, Texts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PARQUET = [name for name in store.FILES if name.endswith(".parquet")]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a store of their own."""
    return load({"BUURTDEKKING_CACHE": str(tmp_path / "cache")})


def told(year: int) -> store.Provenance:
    """The provenance of a made-up set."""
    source = store.Source("figures", "http://localhost/x", "2026-11-22T12:00:00+00:00", "ab" * 32, 10, 3)
    warning = Notice("refresh.warning.unknown", {"n": 3})
    return store.Provenance(year, NOW.isoformat(), (source,), {"province": 12}, (warning,), ())


def put(settings: Settings, year: int) -> Path:
    """Write a made-up set and put it in place."""
    made = store.work(settings) / "set"
    store.write(made, {name: f"{year}".encode() for name in PARQUET}, year, settings.data)
    store.tell(made, told(year))
    edition = Edition("official", year, date(year, 1, 1), f"v{year}")
    return store.swap(settings, made, edition, NOW + timedelta(seconds=year))


def test_without_official_data_those_that_ship_are_shown(settings: Settings) -> None:
    assert store.current(settings) == settings.data
    assert store.provenance(settings.data) is None
    assert not store.can_roll_back(settings)
    with pytest.raises(InputError, match="no_previous"):
        store.rollback(settings)


def test_what_is_put_in_place_is_shown(settings: Settings) -> None:
    before = store.stamp(settings)
    where = put(settings, 2024)
    assert store.current(settings) == where
    assert store.stamp(settings) != before
    assert store.provenance(where) == told(2024)
    assert json.loads((where / "edition.json").read_text()) == {
        "kind": "official",
        "year": 2024,
        "peildatum": "2024-01-01",
    }
    assert {file.name for file in where.iterdir()} == set(store.FILES)
    for name in store.FACTS:
        assert (where / name).read_bytes() == (settings.data / name).read_bytes()
    assert not (store.work(settings) / "set").exists()


def test_a_folder_that_the_user_named_comes_first(settings: Settings, tmp_path: Path) -> None:
    put(settings, 2024)
    own = replace(settings, data=tmp_path, data_given=True)
    assert store.current(own) == tmp_path
    assert store.embedded(own) == settings.data
    assert store.rollback(own) == settings.data


def test_the_previous_set_is_kept_and_older_ones_go(settings: Settings) -> None:
    folders = [put(settings, year) for year in (2022, 2023, 2024)]
    assert [folder.exists() for folder in folders] == [False, True, True]


def test_going_back_and_forth(settings: Settings) -> None:
    first = put(settings, 2023)
    assert store.can_roll_back(settings)
    assert store.rollback(settings) == settings.data
    assert store.rollback(settings) == first
    second = put(settings, 2024)
    assert store.rollback(settings) == first
    assert store.rollback(settings) == second


def test_a_set_with_a_file_lost_is_not_shown(settings: Settings) -> None:
    first, second = put(settings, 2023), put(settings, 2024)
    (first / "districts.parquet").unlink()
    assert not store.can_roll_back(settings)
    with pytest.raises(DataError, match="previous_incomplete"):
        store.rollback(settings)
    assert store.current(settings) == second
    (second / "provenance.json").unlink()
    assert store.current(settings) == settings.data


@pytest.mark.parametrize("name", ["", "nowhere", "../../../etc", "/etc", ".", "..", "\\x", "\x00", "work"])
def test_a_pointer_to_nowhere_shows_what_ships(settings: Settings, name: str) -> None:
    put(settings, 2024)
    (store.folder(settings) / "current").write_text(name, encoding="utf-8")
    assert store.current(settings) == settings.data


def test_a_pointer_that_is_no_text_shows_what_ships(settings: Settings) -> None:
    put(settings, 2024)
    (store.folder(settings) / "current").write_bytes(b"\xff\xfe\x00")
    assert store.current(settings) == settings.data


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"year": "x"}', b'{"year": 2024, "sources": [1]}']
)
def test_a_provenance_that_cannot_be_read_says_so(settings: Settings, content: bytes) -> None:
    where = put(settings, 2024)
    (where / "provenance.json").write_bytes(content)
    with pytest.raises(DataError, match="official_file"):
        store.provenance(where)


@pytest.mark.parametrize("call", ["rename", "replace", "mkdir"])
@pytest.mark.parametrize(("code", "key"), [(errno.ENOSPC, "error.disk_full"), (errno.EACCES, "error.disk")])
def test_a_disk_that_refuses_leaves_the_old_data(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, call: str, code: int, key: str
) -> None:
    old = put(settings, 2023)

    def refuse(*args: object, **options: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(Path, call, refuse)
        with pytest.raises(DataError) as caught:
            put(settings, 2024)
    assert caught.value.key == key
    for lang in LANGS:
        said = Texts(lang).t(key, **caught.value.params)
        assert os.strerror(code) not in said  # in the reader's language
        assert key == "error.disk_full" or Texts(lang).t("error.os.denied") in said
    assert store.current(settings) == old


def test_only_one_refresh_at_a_time(settings: Settings) -> None:
    with store.alone(settings), pytest.raises(InputError, match="refreshing"), store.alone(settings):
        pass
    with store.alone(settings):
        pass


def test_a_set_that_was_left_half_written_harms_nothing(settings: Settings) -> None:
    where = put(settings, 2024)
    half = store.folder(settings) / "2025-half"
    shutil.copytree(where, half)
    (half / "provenance.json").unlink()
    assert store.current(settings) == where
    put(settings, 2025)
    assert not half.exists()
