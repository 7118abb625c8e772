"""A refresh from a file, and what leads up to one from the services; these are in tests/services."""

import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.unit import official_rows as made
from utils import assemble, at_hand, boundaries, cli, consistency, pdok, refresh, store
from utils import settings as settings_module
from utils.errors import AppError, Cancelled, DataError, FetchError, InputError
from utils.settings import Settings, load
from utils.texts import LANGS, Texts


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a store of their own."""
    return load({"BUURTDEKKING_CACHE": str(tmp_path / "cache")})


def refused(settings: Settings, source: Path, year: int | None = None, **options: object) -> AppError:
    """The error of a refresh from a file; the data that are shown stay the same."""
    before = store.current(settings)
    with pytest.raises(AppError) as caught:
        refresh.refresh(settings, year, source, **options)  # type: ignore[arg-type]
    assert store.current(settings) == before
    assert not (store.work(settings) / "set").exists()
    for lang in LANGS:
        assert "{" not in Texts(lang).t(caught.value.key, **caught.value.params)
    return caught.value


def test_a_file_becomes_the_data_that_are_shown(settings: Settings, tmp_path: Path) -> None:
    steps: list[str] = []
    outcome = refresh.refresh(settings, None, made.file(tmp_path), lambda p: steps.append(p.step))
    assert steps == ["file", "check", "write"]
    assert outcome.counts["neighbourhood"] == 24
    atlas = boundaries.load(store.current(settings))
    assert atlas.edition == outcome.edition
    assert (atlas.edition.kind, atlas.edition.year) == ("official", 2024)
    assert atlas.neighbourhoods.codes[0] == "BU0014TA00"
    assert (atlas.neighbourhoods.inhabitants == 100).all()
    assert (atlas.municipalities.households == 90).all()
    assert atlas.provinces.names[0] == "Groningen"  # the file has none: they ship
    consistency.check(atlas)
    told = store.provenance(store.current(settings))
    assert told is not None
    assert told.counts == outcome.counts
    assert {source.what for source in told.sources} == {"municipality", "neighbourhood"}
    assert {source.url for source in told.sources} == {"buurten_2024.geojson"}
    assert told.changed == outcome.changed
    keys = [notice.key.rpartition(".")[2] for notice in outcome.changed]
    assert keys == ["approximate", "gone", "renamed", "neighbourhoods", "inhabitants"]
    for lang in LANGS:
        for notice in (*told.warnings, *told.changed):
            assert "{" not in Texts(lang).t(notice.key, **notice.params)


def test_neighbourhoods_alone_are_enough(settings: Settings, tmp_path: Path) -> None:
    refresh.refresh(settings, None, made.file(tmp_path, kinds=("neighbourhood",)))
    atlas = boundaries.load(store.current(settings))
    assert len(atlas.municipalities) == len(atlas.provinces) == 12
    assert atlas.municipalities.names[0] == "Groningen"
    assert (atlas.municipalities.inhabitants == 200).all()


def test_the_same_file_gives_the_same_version(settings: Settings, tmp_path: Path) -> None:
    first = refresh.refresh(settings, None, made.file(tmp_path))
    second = refresh.refresh(settings, None, made.file(tmp_path))
    assert first.edition == second.edition
    assert [one.key for one in second.changed] == [
        "refresh.changed.official",
        "refresh.changed.neighbourhoods",
        "refresh.changed.inhabitants",
    ]


@pytest.mark.parametrize("step", ["file", "check", "write"])
def test_it_can_be_stopped_until_the_end(settings: Settings, tmp_path: Path, step: str) -> None:
    steps: list[str] = []
    problem = refused(
        settings,
        made.file(tmp_path),
        report=lambda progress: steps.append(progress.step),
        cancelled=lambda: step in steps,
    )
    assert isinstance(problem, Cancelled)
    assert steps[-1] == step


@pytest.mark.parametrize("after", range(0, 9, 2))
def test_a_full_disk_leaves_the_old_data(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    source, put, done = made.file(tmp_path), store._put, []

    def full(file: Path, content: bytes) -> None:
        done.append(file.name)
        if len(done) > after:
            file.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(file, content)

    monkeypatch.setattr(store, "_put", full)
    assert refused(settings, source).key == "error.disk_full"


def test_the_year_comes_from_the_rows_the_name_or_the_user(settings: Settings, tmp_path: Path) -> None:
    problem = refused(settings, made.file(tmp_path), 2023)
    assert problem.key == "error.official_year"
    content = json.loads(made.file(tmp_path).read_text(encoding="utf-8"))
    for feature in content["features"]:
        del feature["properties"]["jaarcode"]
    nameless = tmp_path / "buurten.json"
    nameless.write_text(json.dumps(content), encoding="utf-8")
    assert refused(settings, nameless).key == "error.from_year"
    assert refresh.refresh(settings, 2025, nameless).edition.year == 2025
    named = nameless.rename(tmp_path / "buurten_2022_v2.json")
    assert refresh.refresh(settings, None, named).edition.year == 2022


def test_a_file_without_figures_names_the_column(settings: Settings, tmp_path: Path) -> None:
    source = made.file(tmp_path)
    source.write_text(source.read_text(encoding="utf-8").replace("aantalInwoners", "x"), encoding="utf-8")
    problem = refused(settings, source)
    assert problem.params["missing"] == "aantal_inwoners"


def test_a_file_that_is_not_there_or_of_another_kind(settings: Settings, tmp_path: Path) -> None:
    assert refused(settings, tmp_path / "none.gpkg").key == "error.from_file"
    assert refused(settings, tmp_path).key == "error.from_file"
    text = tmp_path / "buurten.csv"
    text.write_text("code", encoding="utf-8")
    assert isinstance(refused(settings, text), InputError)


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".topojson", ".parquet"])
@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{}", b'{"features": [1]}', b"<html></html>"])
def test_a_file_that_is_broken(settings: Settings, tmp_path: Path, suffix: str, content: bytes) -> None:
    source = tmp_path / f"buurten_2024{suffix}"
    source.write_bytes(content)
    problem = refused(settings, source)
    assert isinstance(problem, DataError)
    assert source.name in str(problem)


def test_outlines_that_break_the_geometry_library_are_told(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise shapely.errors.GEOSException("TopologyException")

    monkeypatch.setattr(assemble, "data_set", broken)
    assert refused(settings, made.file(tmp_path)).key == "error.official_outlines"


def test_one_level_alone_needs_official_data_of_that_year(settings: Settings) -> None:
    with pytest.raises(InputError, match="level_needs"):
        refresh.refresh(settings, 2024, levels=["neighbourhood"])


def test_what_is_kept_is_read_back(settings: Settings, tmp_path: Path) -> None:
    refresh.refresh(settings, None, made.file(tmp_path))
    kept = at_hand.layer(store.current(settings), "municipality")
    fresh = made.layers()["municipality"]
    assert kept.codes.tolist() == fresh.codes.tolist()
    assert (kept.inhabitants == 200).all()
    assert all(one.equals(other) for one, other in zip(kept.geometry, fresh.geometry, strict=True))
    assert np.isnan(at_hand.layer(store.current(settings), "province").inhabitants).all()


def test_provinces_of_municipalities_that_came_and_went(embedded: Path) -> None:
    found = at_hand.provinces(embedded)
    assert found["GM1930"] == "PV28"  # Nissewaard
    assert found["GM0568"] == found["GM0612"] == "PV28"  # what it was made of
    assert found["GM0756"] == "PV30"  # Boxmeer
    assert {found[code] for code in found} == {f"PV{n}" for n in range(20, 32)}


def test_the_newest_year_has_outlines_and_figures(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdok, "has_outlines", lambda client, settings, year: year <= 2026)
    monkeypatch.setattr(pdok, "has_figures", lambda client, settings, year: year <= 2025)
    assert refresh.newest(settings, 2027) == 2025
    monkeypatch.setattr(pdok, "has_outlines", lambda client, settings, year: False)
    assert refresh.newest(settings, 2027) is None


@pytest.fixture
def command(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> object:
    """A function that runs the command with the store of the test, and gives its exit code."""
    monkeypatch.setattr(settings_module, "settings", lambda: settings)
    monkeypatch.setattr(cli, "settings", lambda: settings)
    return lambda *arguments: cli.main(["refresh", *arguments])


def test_the_command_refreshes_and_rolls_back(
    settings: Settings, tmp_path: Path, command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--rollback", "--taal", "en") == 1
    assert "no previous data" in capsys.readouterr().err
    assert command("--from", str(made.file(tmp_path)), "--taal", "en") == 0
    said = capsys.readouterr()
    assert "official data of 2024 are in place: 12 provinces" in said.out
    assert "We expected about 342" in said.out
    assert "Reading the file" in said.err
    assert command("--rollback") == 0
    assert "benadering van 2024" in capsys.readouterr().out
    assert command("--rollback", "--taal", "en") == 0
    assert "official data of 2024 are back" in capsys.readouterr().out


def test_the_command_says_that_nothing_changed(
    tmp_path: Path, command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--from", str(tmp_path / "none.gpkg")) == 1
    assert "niet veranderd" in capsys.readouterr().err


def test_a_check_for_cron(
    settings: Settings, tmp_path: Path, command, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest: list[object] = [2024]

    def ask(settings: Settings) -> object:
        if isinstance(newest[-1], AppError):
            raise newest[-1]
        return newest[-1]

    monkeypatch.setattr(refresh, "newest", ask)
    assert command("--check") == 3  # an approximation is shown
    command("--from", str(made.file(tmp_path)))
    assert command("--check") == 0
    newest.append(2025)
    assert command("--check") == 3
    newest.append(None)
    assert command("--check") == 2
    newest.append(FetchError("error.fetch_connect", url="https://localhost", came="no"))
    assert command("--check") == 2
    assert store.provenance(store.current(settings)).year == 2024  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "wrong",
    [
        ("--check", "--rollback"),
        ("--check", "--year", "2024"),
        ("--rollback", "--level", "province"),
        ("--from", "x.gpkg", "--level", "province"),
        ("--level", "wijk"),
        ("--year", "24"),
    ],
)
def test_what_does_not_go_together_is_refused(command, wrong: tuple[str, ...]) -> None:
    assert command(*wrong) == 1
