"""What the web keeps between visits: made once, and made anew as soon as a file changes."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st

from tests import country
from tests.register_file import place, register_file, swap
from tests.unit import files
from utils import boundaries, cached, examples, map_geometry, published
from utils.errors import DataError, StoreError
from utils.models import Group

COUNTS = (2, 4)  # provinces and municipalities of the made-up country
CHANGES = "municipality_changes.csv"
HEADING = "old_name,old_code,new_name,new_code,date,note\n"
ONE = Group("1", "Een", **place(52.04, 4.88))
TWO = Group("2", "Twee", **place(52.04, 4.89))
Setting = Callable[[str, object], None]


def example_groups(folder: Path, names: list[str]) -> None:
    """A file of example groups, all at one place."""
    n = len(names)
    nothing = pa.array([None] * n, pa.date32())
    table = {
        "id": [f"g{i}" for i in range(n)],
        "name": names,
        "x": [120_500] * n,
        "y": [450_500] * n,
        "participants": pa.array([None] * n, pa.int32()),
        "status": ["active"] * n,
        "since": nothing,
        "until": nothing,
        "confirmed": nothing,
        "platform": [""] * n,
    }
    pq.write_table(pa.table(table), folder / examples.FILE)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: Setting) -> Iterator[Path]:
    """A data folder with the made-up country, which the website uses."""
    folder = tmp_path / "data"
    folder.mkdir()
    files.write(folder, country.grid(k=64))
    example_groups(folder, ["Een", "Twee"])
    (folder / CHANGES).write_text(HEADING, encoding="utf-8")
    original = boundaries.load
    monkeypatch.setattr(boundaries, "load", lambda folder: original(folder, COUNTS))
    setting("BUURTDEKKING_DATA", folder)
    setting("BUURTDEKKING_CACHE", tmp_path / "cache")
    st.cache_resource.clear()
    yield folder
    st.cache_resource.clear()


def test_nothing_is_made_twice(data: Path) -> None:
    first = cached.measured()
    assert cached.measured() is first
    assert cached.figures(first, "municipality", 500) is cached.figures(first, "municipality", 500)
    assert cached.children(first, "NL", "province", 500) is cached.children(first, "NL", "province", 500)
    assert cached.gaps(first, "NL", 500) is cached.gaps(first, "NL", 500)
    assert cached.key_figures(first, "NL", 500) is cached.key_figures(first, "NL", 500)
    assert cached.finder(first.atlas) is cached.finder(first.atlas)
    assert cached.detail(first.atlas, "GM0001") is cached.detail(first.atlas, "GM0001")


def test_another_day_is_another_coverage(data: Path) -> None:
    c = cached.measured()
    day = date(2015, 1, 1)
    then = cached.as_of(c, day)
    assert cached.as_of(c, day) is then
    assert cached.as_of(c, examples.PEILDATUM) is c
    assert len(then.groups) == 0  # of these two it is not known since when
    assert cached.figures(then, "country", 500).groups.tolist() == [0]
    assert cached.figures(c, "country", 500).groups.tolist() == [2]
    assert cached.key_figures(then, "NL", 500).area.groups == 0
    assert cached.growth_of(c, "NL") is cached.growth_of(c, "NL")


def test_freshness_is_measured_only_for_the_layer_that_shows_it(
    data: Path, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_file(register, [replace(ONE, confirmed=date(2001, 1, 1)), TWO])
    c = cached.measured()
    asked = []
    original = cached.coverage.subset
    monkeypatch.setattr(cached.coverage, "subset", lambda *given: asked.append(1) or original(*given))
    shown = cached.maps.View("NL", "country", "municipality", "status", 500.0, "nl", "light")
    cached.specification(c, shown, "land.json", None, {}, lambda groups, i: "")
    assert "unconfirmed" not in cached.children(c, "NL", "municipality", 500)
    assert asked == []
    spec = cached.specification(
        c, replace(shown, layer="actueel"), "land.json", None, {}, lambda groups, i: ""
    )
    assert spec["facts"]["active"] == {"0": 2}
    found = cached.children(c, "NL", "municipality", 500, "actueel")
    assert found["unconfirmed"].sum() == 2
    for radius in (500, 700):
        assert cached.freshness_of(c, "province", radius) is cached.freshness_of(c, "province", radius)
    assert cached.area_freshness(c, "GM0000", 500).stale == 2
    assert asked == [1]


def test_a_layer_is_offered_where_it_has_data(data: Path, register: Path) -> None:
    register_file(register, [ONE, TWO])
    assert cached.layers(cached.measured()) == ("status", "dekkingsgraad", "bereik", "groepen")
    register_file(register, [ONE, replace(TWO, confirmed=date(2001, 1, 1))])
    assert cached.layers(cached.measured()) == ("status", "dekkingsgraad", "bereik", "groepen", "actueel")


def test_figures_of_another_level_radius_or_area_are_others(data: Path) -> None:
    c = cached.measured()
    assert cached.figures(c, "municipality", 500).radius == 500
    assert cached.figures(c, "municipality", 700).radius == 700
    assert cached.figures(c, "province", 500).level == "province"
    assert cached.key_figures(c, "PV20", 500).area.code == "PV20"
    assert cached.key_figures(c, "PV21", 500).area.code == "PV21"
    assert len(cached.children(c, "NL", "province", 500)) == 2
    assert len(cached.children(c, "NL", "municipality", 500)) == 4
    assert len(cached.gaps(c, "GM0003", 500)) == 4


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("neighbourhoods", lambda file: files.change_cell(file, "inhabitants", 15, 9_000)),
        ("municipalities", lambda file: files.change_cell(file, "name", 0, "Elders")),
        ("provinces", lambda file: files.change_cell(file, "name", 0, "Overal")),
    ],
)
def test_new_boundaries_are_seen_at_once(data: Path, file: str, change: Callable[[Path], None]) -> None:
    before = cached.measured()
    cached.key_figures(before, "NL", 500)
    land = cached.land_file(before.atlas)
    change(data / f"{file}.parquet")
    after = cached.measured()
    assert after.atlas.edition.version != before.atlas.edition.version
    assert cached.land_file(after.atlas) != land
    said = json.loads((cached.map_folder() / cached.land_file(after.atlas)).read_text(encoding="utf-8"))
    assert said["municipality"]["names"] == list(after.atlas.municipalities.names)
    assert cached.finder(after.atlas) is not cached.finder(before.atlas)
    if file == "neighbourhoods":
        gaps = cached.gaps(after, "NL", 500)
        assert gaps["inhabitants"].max() == 9_000
        assert cached.detail(after.atlas, "PV20") != cached.detail(before.atlas, "PV20")


def test_a_new_edition_is_seen_at_once(data: Path) -> None:
    assert cached.measured().atlas.edition.year == 2024
    edition = {"kind": "official", "year": 2025, "peildatum": "2025-01-01"}
    (data / "edition.json").write_text(json.dumps(edition), encoding="utf-8")
    found = cached.measured().atlas.edition
    assert (found.kind, found.year) == ("official", 2025)


def test_new_example_groups_are_seen_at_once(data: Path) -> None:
    before = cached.measured()
    assert cached.key_figures(before, "NL", 500).area.groups == 2
    example_groups(data, ["Een", "Twee", "Drie"])
    after = cached.measured()
    assert cached.key_figures(after, "NL", 500).area.groups == 3
    assert after.groups.revision != before.groups.revision
    assert after.atlas.edition == before.atlas.edition


@pytest.fixture
def register(tmp_path: Path, setting: Setting) -> Path:
    """The file of a register that is not there yet, which the website uses."""
    path = tmp_path / "register.sqlite"
    setting("DATABASE_URL", f"sqlite:///{path}")
    return path


def test_a_register_is_seen_at_once(data: Path, register: Path) -> None:
    assert cached.measured().groups.example
    register_file(register, [ONE])
    assert not cached.measured().groups.example
    assert list(cached.measured().groups.names) == ["Een"]
    assert cached.measured() is cached.measured()
    register_file(register, [ONE, TWO])
    assert list(cached.measured().groups.names) == ["Een", "Twee"]
    swap(register, [TWO])
    assert list(cached.measured().groups.names) == ["Twee"]
    register_file(register, [])
    assert cached.measured().groups.example  # a register without any group: nothing was registered yet


def test_the_coverage_by_fresh_groups_follows_register_and_day(
    data: Path, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC).date()
    long_ago = today - timedelta(days=366)
    register_file(register, [replace(ONE, confirmed=today), replace(TWO, confirmed=long_ago)])
    c = cached.measured()
    found = cached.fresh(c)
    assert cached.fresh(c) is found
    assert list(found.groups.names) == ["Een"]
    assert (found.distance >= c.distance).all()
    assert (found.distance > c.distance).any()
    # What is cached of either is not that of the other.
    assert cached.key_figures(found, "NL", 500).area.active == 1
    assert cached.key_figures(c, "NL", 500).area.active == 2
    later = datetime.now(UTC) + timedelta(days=400)
    monkeypatch.setattr(cached, "datetime", SimpleNamespace(now=lambda zone: later))
    assert len(cached.fresh(c).groups) == 0
    register_file(register, [ONE, replace(TWO, confirmed=later.date())])
    assert list(cached.fresh(cached.measured()).groups.names) == ["Twee"]


def test_a_write_about_something_else_leaves_the_coverage(data: Path, register: Path) -> None:
    register_file(register, [ONE])
    before = cached.measured()
    register_file(register, [replace(ONE, notes="gebeld")])
    assert cached.measured() is before


def test_without_a_register_nothing_is_made(data: Path, register: Path) -> None:
    cached.measured()
    assert not register.exists()


def test_what_was_shown_stays_while_the_register_cannot_be_read(
    data: Path, register: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(cached, "REST", 0)
    register_file(register, [ONE])
    before = cached.measured()
    content = register.read_bytes()
    register.write_bytes(b"SQLite format 3\0" + b"no database at all" * 100)
    assert [cached.measured() is before for _ in range(3)] == [True] * 3
    (line,) = [record.getMessage() for record in caplog.records if "register" in record.getMessage()]
    assert line == "the register cannot be read: broken"
    register.write_bytes(content)
    assert list(cached.measured().groups.names) == ["Een"]
    register_file(register, [ONE, TWO])
    assert len(cached.measured().groups) == 2


def test_a_register_that_cannot_be_read_at_first_is_told_until_it_can(
    data: Path, register: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "REST", 0)
    register.write_bytes(b"SQLite format 3\0" + b"no database at all" * 100)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            cached.measured()
        assert caught.value.kind == "broken"
    register.unlink()
    register_file(register, [ONE])
    assert len(cached.measured().groups) == 1


def test_a_register_that_is_away_is_not_asked_at_every_page(
    data: Path, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float | None] = []

    def away(options: object, patience: float | None = None) -> str:
        asked.append(patience)
        raise StoreError("error.register_lost", register="register", came="08006")

    setting("DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/register")
    monkeypatch.setattr(cached.group_source, "revision", away)
    for _ in range(5):
        with pytest.raises(StoreError):
            cached.measured()
    assert asked == [0]


@pytest.mark.parametrize("name", cached._ATLAS_FILES)
def test_a_file_that_goes_is_missed_until_it_is_back(data: Path, name: str) -> None:
    before = cached.measured()
    content = (data / name).read_bytes()
    (data / name).unlink()
    with pytest.raises(DataError) as caught:
        cached.measured()
    assert caught.value.params["file"] == name
    (data / name).write_bytes(content)
    assert cached.measured().atlas.edition == before.atlas.edition


def test_published_figures_are_read_anew_when_they_change(data: Path) -> None:
    with pytest.raises(DataError):
        cached.published()
    heading = ",".join(published.COLUMNS) + "\n"
    (data / published.FILE).write_text(heading, encoding="utf-8")
    assert cached.published() == []
    (data / published.FILE).write_text(heading + "2019,country,NL,9,,,x\n", encoding="utf-8")
    assert [figure.groups for figure in cached.published()] == [9]
    assert cached.published() is cached.published()


def test_new_changes_of_municipalities_are_found_at_once(data: Path) -> None:
    atlas = cached.measured().atlas
    assert cached.finder(atlas).search("Oudstad") == []
    (data / CHANGES).write_text(f"{HEADING}Oudstad,GM9998,Gemeente 1,GM0001,2019-01-01,\n", encoding="utf-8")
    assert [hit.code for hit in cached.finder(atlas).search("Oudstad")] == ["GM0001"]


def written(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file below a folder, with what changes when it is written."""
    return {
        str(file.relative_to(folder)): (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_map_files_are_written_once_and_named_by_the_version_of_the_data(data: Path) -> None:
    atlas, folder = cached.measured().atlas, cached.map_folder()
    assert written(folder) == {}
    names = [cached.land_file(atlas), cached.detail(atlas, "PV20"), cached.detail(atlas, "NL")]
    edition = f"{atlas.edition.version}-{map_geometry.FORMAT}"
    assert names == [f"{edition}/{file}.json" for file in ("land", "PV20", "NL")]
    first = written(folder)
    assert sorted(first) == sorted(names)
    assert names == [cached.land_file(atlas), cached.detail(atlas, "PV20"), cached.detail(atlas, "NL")]
    assert written(folder) == first
    texts = [(folder / name).read_text(encoding="utf-8") for name in names]
    assert texts[0] == map_geometry.land_geometry(atlas)
    assert json.loads(texts[1]) == map_geometry.detail_geometry(atlas, "PV20")


def test_a_municipality_needs_no_file(data: Path) -> None:
    atlas = cached.measured().atlas
    assert cached.detail(atlas, "GM0001") == map_geometry.detail_geometry(atlas, "GM0001")
    assert written(cached.map_folder()) == {}


def test_new_data_leave_older_map_files_to_who_still_looks_at_them(data: Path) -> None:
    cached.land_file(cached.measured().atlas)
    before = written(cached.map_folder())
    files.change_cell(data / "provinces.parquet", "name", 0, "Overal")
    cached.land_file(cached.measured().atlas)
    after = written(cached.map_folder())
    assert before.items() < after.items()
    assert len(after) == 2


def test_a_map_file_appears_whole_or_not_at_all(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    atlas, folder = cached.measured().atlas, cached.map_folder()
    moved = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        moved.append((target.exists(), source.parent == target.parent, source.read_text(encoding="utf-8")))
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", watched)
    name = cached.land_file(atlas)
    assert moved == [(False, True, map_geometry.land_geometry(atlas))]
    if os.name == "posix":  # a server under another account may read it
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o644
    before = written(folder)
    with pytest.raises(UnicodeEncodeError):
        cached._write(name, "{" * 100_000 + "\ud800")
    assert written(folder) == before
    assert (folder / name).read_text(encoding="utf-8") == moved[0][2]


def test_the_specification_is_that_of_the_view(data: Path, setting: Setting) -> None:
    setting("BUURTDEKKING_TILES", "https://tiles.example/{z}/{x}/{y}.png")
    c = cached.measured()
    shown = cached.maps.View("GM0000", "municipality", "neighbourhood", "bereik", 700.0, "nl", "light")
    spec = cached.specification(c, shown, "land.json", None, {}, lambda groups, i: str(groups.ids[i]))
    assert spec["tiles"] == "https://tiles.example/{z}/{x}/{y}.png"
    assert spec["codes"] == [f"BV0000000{i}" for i in range(4)]
    assert [dot[3:] for dot in spec["dots"]] == [["Een", "g0"], ["Twee", "g1"]]


def test_parts_are_listed_by_name(data: Path) -> None:
    files.change_cell(data / "municipalities.parquet", "name", 0, "Zuid")
    files.change_cell(data / "municipalities.parquet", "name", 3, "'t Één")
    found = cached.children(cached.measured(), "NL", "municipality", 500)
    assert isinstance(found, pd.DataFrame)
    assert found["name"].tolist() == ["Gemeente 1", "Gemeente 2", "'t Één", "Zuid"]
    assert found["code"].tolist() == ["GM0001", "GM0002", "GM0003", "GM0000"]
