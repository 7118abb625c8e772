"""One table of settings; a bad value names itself."""

from pathlib import Path

import pytest

from utils import settings
from utils.errors import InputError
from utils.texts import LANGS, Texts


def test_without_variables_every_setting_has_its_default() -> None:
    found = settings.load({})
    assert found.data == settings.ROOT / "data" / "embedded"
    assert found.cache == settings.ROOT / "data" / "cache"
    assert found.database == f"sqlite:///{settings.ROOT / 'data' / 'register.sqlite'}"
    assert found.retention_days == 365
    assert found.tiles.startswith("https://service.pdok.nl/brt/achtergrondkaart/")
    assert found.participants == 70


def test_the_table_has_a_row_for_each_field() -> None:
    names = [row.name.removeprefix(settings.PREFIX).lower() for row in settings.SETTINGS]
    names[names.index("database_url")] = "database"
    assert [*names, "data_given"] == list(settings.Settings.__dataclass_fields__)
    assert all(row.help for row in settings.SETTINGS)


def test_given_values_are_used(tmp_path: Path) -> None:
    found = settings.load(
        {
            "BUURTDEKKING_DATA": str(tmp_path),
            "BUURTDEKKING_CACHE": str(tmp_path / "new" / "cache"),
            "DATABASE_URL": "postgresql://me:secret@host/register",
            "BUURTDEKKING_RETENTION_DAYS": "30",
            "BUURTDEKKING_TILES": "http://localhost/{z}/{x}/{y}.png",
            "BUURTDEKKING_PARTICIPANTS": "12.5",
            "BUURTDEKKING_STAFF": "local",
            "BUURTDEKKING_PDOK_OGC": "http://localhost:8000/ogc/",
            "BUURTDEKKING_PUBLIC_URL": "https://buurt.voorbeeld.nl/kaart/",
            "HOME": "/somewhere",
        }
    )
    assert found == settings.Settings(
        tmp_path,
        tmp_path / "new" / "cache",
        "postgresql://me:secret@host/register",
        30,
        "http://localhost/{z}/{x}/{y}.png",
        12.5,
        staff=True,
        pdok_ogc="http://localhost:8000/ogc",
        public_url="https://buurt.voorbeeld.nl/kaart",
        data_given=True,
    )
    assert found.cache.is_dir()


def test_an_empty_base_map_is_none_and_other_empty_values_are_defaults() -> None:
    found = settings.load({row.name: "" for row in settings.SETTINGS})
    assert found.tiles == ""
    assert found == settings.Settings(**{**settings.load({}).__dict__, "tiles": ""})


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("BUURTDEKKING_DATA", "/no/such/folder", "error.setting_folder"),
        ("BUURTDEKKING_DATA", __file__, "error.setting_folder"),
        ("BUURTDEKKING_GROUPS", "/no/such/file.csv", "error.setting_unknown"),
        ("BUURTDEKKING_RETENTION_DAYS", "0", "error.setting_number"),
        ("BUURTDEKKING_RETENTION_DAYS", "3651", "error.setting_number"),
        ("BUURTDEKKING_RETENTION_DAYS", "30.5", "error.setting_number"),
        ("BUURTDEKKING_RETENTION_DAYS", "²", "error.setting_number"),
        ("BUURTDEKKING_TILES", "https://example.org/{z}/{x}.png", "error.setting_tiles"),
        ("BUURTDEKKING_TILES", "javascript:alert(1)//{z}{x}{y}", "error.setting_tiles"),
        ("BUURTDEKKING_TILES", "/{z}/{x}/{y}.png", "error.setting_tiles"),
        ("BUURTDEKKING_PARTICIPANTS", "many", "error.setting_number"),
        ("BUURTDEKKING_PARTICIPANTS", "0", "error.setting_number"),
        ("BUURTDEKKING_PARTICIPANTS", "nan", "error.setting_number"),
        ("BUURTDEKKING_PARTICIPANTS", "1025", "error.setting_number"),
        ("BUURTDEKKING_PUBLIC_URL", "buurt.voorbeeld.nl", "error.setting_service"),
        ("BUURTDEKKING_PUBLIC_URL", "javascript:alert(1)", "error.setting_service"),
        ("BUURTDEKKING_STAFF", "yes", "error.setting_staff"),
        ("BUURTDEKKING_SESSION_HOURS", "0.5", "error.setting_number"),
        ("BUURTDEKKING_SESSION_HOURS", "25", "error.setting_number"),
        ("BUURTDEKKING_SESSION_HOURS", "nan", "error.setting_number"),
        ("BUURTDEKKING_PDOK_WFS", "service.pdok.nl", "error.setting_service"),
        ("BUURTDEKKING_CARTOMAP", "file:///etc/passwd", "error.setting_service"),
        ("BUURTDEKKING_PARTICPANTS", "70", "error.setting_unknown"),
    ],
)
def test_a_bad_value_names_the_setting_and_the_value(name: str, value: str, key: str) -> None:
    with pytest.raises(InputError) as caught:
        settings.load({name: value})
    assert caught.value.key == key
    for lang in LANGS:
        sentence = Texts(lang).t(key, **caught.value.params)
        assert name in sentence
        assert key == "error.setting_unknown" or value in sentence


def test_an_unwritable_cache_gives_a_temporary_folder(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder", encoding="utf-8")
    found = settings.load({"BUURTDEKKING_CACHE": str(occupied)})
    assert found.cache != occupied
    (found.cache / "probe").write_text("it can be written", encoding="utf-8")
    assert str(occupied) in caplog.text
    (found.cache / "probe").unlink()
    found.cache.rmdir()


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ("sqlite:///mine/groups.sqlite", f"sqlite:///{settings.ROOT}/mine/groups.sqlite"),
        ("sqlite:////srv/groups.sqlite", "sqlite:////srv/groups.sqlite"),
        ("postgres://u:p@h:5433/n", "postgres://u:p@h:5433/n"),
        (" ", f"sqlite:///{settings.ROOT}/data/register.sqlite"),
    ],
)
def test_the_register_is_the_same_wherever_a_command_is_started(
    came: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.load({"DATABASE_URL": came}).database == expected


@pytest.mark.parametrize(
    "came",
    ["mysql://u:secret@h/n", "sqlite://", "sqlite:///", "sqlite:///a?b", "postgresql://u:secret@h", "x"],
)
def test_another_kind_of_database_is_refused_without_telling_the_password(came: str) -> None:
    with pytest.raises(InputError) as caught:
        settings.load({"DATABASE_URL": came})
    assert caught.value.key == "error.setting_database"
    for lang in LANGS:
        sentence = Texts(lang).t(caught.value.key, **caught.value.params)
        assert "DATABASE_URL" in sentence
        assert "secret" not in sentence
    assert "secret" not in str(caught.value)


def test_the_settings_do_not_show_a_password() -> None:
    assert "secret" not in repr(settings.load({"DATABASE_URL": "postgresql://u:secret@h/n"}))


def test_a_register_is_there_once_its_file_is(tmp_path: Path) -> None:
    file = tmp_path / "register.sqlite"
    found = settings.load({"DATABASE_URL": f"sqlite:///{file}"})
    assert not found.has_register
    file.touch()
    assert found.has_register
    assert settings.load({"DATABASE_URL": "postgresql://u@h/n"}).has_register
