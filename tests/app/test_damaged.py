"""Data that are missing or broken: one sentence that names the file and says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.reading import (
    HOME,
    METHOD,
    PAGES,
    ROOT,
    container,
    map_script,
    show,
    specification,
    title,
    told,
)
from tests.register_file import place, register_file
from tests.unit.files import change, change_cell
from utils.models import Group

EMBEDDED = ROOT / "data" / "embedded"
AREA_FILES = ("provinces.parquet", "municipalities.parquet", "neighbourhoods.parquet", "edition.json")
REGISTER = "example_groups.parquet"


@pytest.fixture
def data(tmp_path: Path, setting) -> Path:
    """A copy of the data that ship, which the app reads."""
    folder = tmp_path / "data"
    shutil.copytree(EMBEDDED, folder)
    setting("BUURTDEKKING_DATA", folder)
    return folder


def only_error(page: str, **params: str) -> str:
    """The one sentence that the page shows, and nothing else that could mislead."""
    app = show(page, **params)
    assert not app.exception
    (error,) = told(app)
    assert "Traceback" not in error
    assert not app.metric
    assert not app.dataframe
    return error


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", [*AREA_FILES, REGISTER])
def test_a_missing_file_is_named(data, page, name):
    (data / name).unlink()
    for taal in ("nl", "en"):
        said = only_error(page, taal=taal)
        assert name in said
        assert "make data" in said


@pytest.mark.parametrize("name", [*AREA_FILES, REGISTER])
@pytest.mark.parametrize("damage", ["half", "empty", "noise"])
def test_a_broken_file_is_named(data, name, damage):
    file = data / name
    whole = file.read_bytes()
    file.write_bytes({"half": whole[: len(whole) // 2], "empty": b"", "noise": b"\x89PNG" * 500}[damage])
    said = only_error(HOME)
    assert name in said
    assert "make data" in said


def test_a_file_of_another_program_is_named(data):
    shutil.copy(data / "provinces.parquet", data / "municipalities.parquet")
    said = only_error(HOME)
    assert "municipalities.parquet" in said
    assert "make data" in said


def test_a_missing_column_is_named(data):
    change(data / "neighbourhoods.parquet", "inhabitants", None)
    said = only_error(HOME)
    assert "neighbourhoods.parquet" in said
    assert "inhabitants" in said


def test_the_map_stands_without_the_published_figures(data):
    (data / "published_figures.csv").unlink()
    app = show(HOME)
    assert not app.exception
    assert not app.error


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00", b"date,level\n2019,country\n"])
def test_the_method_page_names_the_file_of_published_figures(data, content):
    file = data / "published_figures.csv"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    app = show(METHOD)
    assert not app.exception
    (error,) = told(app)
    assert file.name in error
    assert "make data" in error


def test_mended_data_are_seen_without_a_restart(data):
    file = data / REGISTER
    whole = file.read_bytes()
    file.write_bytes(b"")
    assert REGISTER in only_error(HOME)
    file.write_bytes(whole)
    app = show(HOME)
    assert not app.error
    assert len(app.metric) == 4


def test_a_broken_register_says_what_to_do(tmp_path, setting):
    file = tmp_path / "mijn-register.sqlite"
    file.write_bytes(b"SQLite format 3\0" + b"geen database" * 1000)
    setting("DATABASE_URL", f"sqlite:///{file}")
    said = only_error(HOME)
    for part in (file.name, "beschadigd", "restore"):
        assert part in said


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("BUURTDEKKING_DATA", "/nergens", ["/nergens"]),
        ("DATABASE_URL", "mysql://piet:geheim@host/db", ["mysql", "sqlite:///", "postgresql://"]),
    ],
)
def test_a_setting_that_leads_nowhere_is_named_at_a_fresh_start(name, value, parts):
    """In a process of its own: here the modules have been imported with good settings."""
    asked = "from tests.app.reading import show, told; app = show(); print([*app.exception], told(app)[0])"
    environ = {**os.environ, name: value}
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.startswith("[] ")
    assert [part for part in (name, *parts) if part not in run.stdout] == []
    assert "geheim" not in run.stdout + run.stderr


def test_a_database_that_is_away_is_told_without_its_password():
    """In a process of its own, whose log is seen whole."""
    asked = "from tests.app.reading import show, told; app = show(); print([*app.exception], told(app)[0])"
    environ = {**os.environ, "DATABASE_URL": "postgresql://piet:geheim@127.0.0.1:1/ons_register"}
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr[-2000:]
    assert run.stdout.startswith("[] ")
    assert "ons_register" in run.stdout
    assert "geheim" not in run.stdout + run.stderr
    assert "piet" not in run.stdout + run.stderr


def test_without_a_register_sqlalchemy_is_not_loaded():
    """It costs 26 MB and a tenth of a second, which a site with examples does without."""
    asked = "import sys; from tests.app.reading import show; show(); print('sqlalchemy' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.split() == ["False"], run.stderr[-2000:]


def test_a_group_of_your_own_takes_the_place_of_the_examples(tmp_path, setting):
    group = Group("1", "Onze straat", **place(52.51, 5.47))
    setting("DATABASE_URL", register_file(tmp_path / "register.sqlite", [group]))
    app = show(HOME, gebied="GM0995")
    assert not app.exception
    assert app.metric[0].value == "1"
    (dot,) = specification(app)["dots"]
    assert "Onze straat" in dot
    notice = " ".join(one.value for one in container(app, "melding").markdown)
    assert "verzonnen" not in notice


def test_a_register_without_a_group_shows_the_examples(tmp_path, setting):
    setting("DATABASE_URL", register_file(tmp_path / "register.sqlite", []))
    app = show(HOME)
    assert not app.exception
    assert not app.error
    assert "verzonnen" in " ".join(one.value for one in container(app, "melding").markdown)


def test_groups_that_are_nowhere_leave_empty_areas(tmp_path, setting):
    sea = Group("1", "Zee", **place(53.9, 3.5))
    setting("DATABASE_URL", register_file(tmp_path / "register.sqlite", [sea]))
    for gebied in ("NL", "PV24", "GM0995", "BV09950001"):
        app = show(HOME, gebied=gebied)
        assert not app.exception
        assert not app.error
        assert app.metric[0].value == "0"


def test_hostile_names_of_areas_stay_text(data):
    name = "<img src=x onerror=alert(1)> `a` ${b} {{7*7}} [c](javascript:d) **e** </script>"
    change_cell(data / "municipalities.parquet", "name", 207, name)
    app = show(HOME, gebied="GM0796")
    assert not app.exception
    assert name in title(app)
    assert "<img" not in map_script(app)
    assert "</script" not in map_script(app).lower()
