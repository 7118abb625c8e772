"""Services that misbehave: what passes is sat out, what stays is told, the old data are still shown.

``place.refused`` holds for every fault here: a sentence in both languages, and not a byte of what is shown
changes.
"""

import errno
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.services import downloads
from tests.services.cbs import ANSWERS, CONNECTION, Fault, serve
from tests.services.conftest import Place
from tests.services.content import toy
from utils import boundaries, store
from utils.errors import DataError, FetchError, InputError
from utils.fetched import sentences
from utils.texts import Texts

OGC, WFS, STATIC, TABLES = "gebiedsindelingen/ogc", "/wfs/", "/nl/", "odata"
PASSING = [kind for kind in (*ANSWERS, *CONNECTION) if kind != "404"]


def whole(place: Place, year: int = 2024) -> None:
    """All of the toy country is shown."""
    atlas = place.atlas
    assert (atlas.edition.kind, atlas.edition.year) == ("official", year)
    assert [len(a) for a in (atlas.provinces, atlas.municipalities, atlas.neighbourhoods)] == [12, 24, 96]
    assert np.isfinite(atlas.neighbourhoods.inhabitants).sum() == 95


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("where", [OGC, TABLES])
@pytest.mark.parametrize("kind", PASSING)
def test_what_passes_is_sat_out(dated: Place, kind: str, where: str) -> None:
    dated.server.faults.append(Fault(kind, where, value="0", times=2, after=1))
    calm = len(dated.server.asked())
    outcome = dated.refresh()
    whole(dated)
    assert dated.server.faults[0].times == 0
    assert len(dated.server.asked()) > calm
    assert not any("wfs" in source.url for source in store.provenance(dated.folder).sources)
    assert outcome.edition.year == 2024


def test_a_service_says_how_long_to_wait(dated: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("utils.http_client.Client._sleep", lambda self, seconds: waits.append(seconds))
    dated.server.faults.append(Fault("429", OGC, value="17", times=1))
    dated.refresh()
    assert waits == [17.0]


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("kind", [*ANSWERS, *CONNECTION])
def test_what_stays_everywhere_is_told(dated: Place, kind: str) -> None:
    dated.server.faults.append(Fault(kind, value="0"))
    assert isinstance(dated.refused(), FetchError | DataError)


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("kind", [*ANSWERS, *CONNECTION])
def test_what_stays_in_the_middle_is_told_or_another_service_helps(dated: Place, kind: str) -> None:
    dated.server.faults.append(Fault(kind, f"{OGC}.*buurt_.*cursor", value="0", after=1))
    outcome = dated.refresh()
    whole(dated)
    assert any(WFS in source.url for source in store.provenance(dated.folder).sources)
    assert len(sentences(Texts("en"), outcome.warnings)) > 1


def test_nothing_listens_there(dated: Place) -> None:
    with serve(toy()) as gone:
        pass
    before = dated.fingerprint()
    dated.server = gone
    assert isinstance(dated.refused(), FetchError)
    assert dated.fingerprint() == before


@pytest.mark.parametrize(
    ("kind", "layer", "value"),
    [
        ("empty", "provincie", ""),
        ("empty", "gemeente", ""),
        ("empty", "buurt", ""),
        ("wrong_year", "", ""),
        ("wrong_year", "buurt", ""),
        ("duplicate", "gemeente", ""),
        ("duplicate", "buurt", ""),
        ("invalid", "buurt", ""),
        ("invalid", "gemeente", ""),
        ("no_geometry", "buurt", ""),
        ("column", "buurt", "statcode"),
        ("column", "gemeente", "statnaam"),
        ("missing", "gemeente", "GM0995"),
        ("missing", "provincie", "PV24"),
    ],
)
def test_a_layer_that_is_wrong_everywhere_is_refused(dated: Place, kind: str, layer: str, value: str) -> None:
    dated.server.faults.append(Fault(kind, f"(gebiedsindelingen|/nl/).*{layer}", value))
    full = f"wijkenbuurten.*{layer}"  # the same areas under other names of columns
    dated.server.faults.append(Fault(kind, full, value.replace("stat", layer)))
    problem = dated.refused()
    assert isinstance(problem, DataError)


@pytest.mark.parametrize("kind", ["empty", "duplicate", "invalid", "no_geometry", "column", "wrong_year"])
def test_a_layer_that_is_wrong_at_one_service_comes_from_the_next(dated: Place, kind: str) -> None:
    dated.server.faults.append(Fault(kind, f"{OGC}.*buurt", "statcode"))
    outcome = dated.refresh()
    whole(dated)
    assert dated.server.faults[0].reached.is_set()
    (source,) = [one for one in store.provenance(dated.folder).sources if one.what == "neighbourhood"]
    assert "gebiedsindelingen/2024/wfs" in source.url
    assert any("PDOK WFS" in line for line in sentences(Texts("en"), outcome.warnings))


def test_a_row_that_comes_twice_is_not_counted_twice(dated: Place) -> None:
    dated.server.faults.append(Fault("repeated", "buurt_"))
    dated.refresh()
    whole(dated)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("empty", ""),
        ("column", "AantalInwoners_5"),
        ("column", "WijkenEnBuurten"),
        ("column", "HuishoudensTotaal_29"),
    ],
)
def test_figures_without_what_is_needed(dated: Place, kind: str, value: str) -> None:
    dated.server.faults.append(Fault(kind, "85984NED", value))
    outcome = dated.refresh()
    whole(dated)
    assert len(outcome.warnings) > 1


def test_figures_that_do_not_add_up_are_told(tmp_path: Path) -> None:
    with serve(toy().changed("GM0995", inhabitants=9_000_000)) as server:
        outcome = Place(server, tmp_path / "cache").refresh()
    assert any("Lelystad" in line for line in sentences(Texts("nl"), outcome.warnings))


def test_figures_that_are_all_secret_are_refused(tmp_path: Path) -> None:
    content = toy()
    for area in content.level("BU"):
        content = content.changed(area.code, inhabitants=None, households=None)
    with serve(content) as server:
        Place(server, tmp_path / "cache").refused()


def test_a_neighbourhood_that_lies_elsewhere_is_told(tmp_path: Path) -> None:
    content = toy()
    far = next(area.geometry for area in content.level("BU") if area.code == "BU09350100")
    with serve(content.changed("BU09950100", geometry=far)) as server:
        outcome = Place(server, tmp_path / "cache").refresh()
    told = sentences(Texts("nl"), outcome.warnings)
    assert any("'buurt'" in line and "grenzen" in line for line in told)


def test_pages_that_never_end(dated: Place) -> None:
    """Each page leads to another one, for ever: the cap ends it, and another service helps."""
    dated.server.faults.append(Fault("endless", f"{OGC}.*buurt"))
    dated.refresh()
    whole(dated)
    assert len(dated.server.asked(f"{OGC}.*buurt")) <= 60


# A disk that is full: a small file system where one may be made, and a limit to the size of files.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """A function that makes a file system of so many kilobytes, or changes its size."""
    disk = tmp_path / "disk"
    disk.mkdir()

    def size(kilobytes: int) -> Path:
        how = "size={kilobytes}k" if not disk.is_mount() else "remount,size={kilobytes}k"
        command = ["mount", "-t", "tmpfs", "-o", how.format(kilobytes=kilobytes), "tmpfs", str(disk)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            pytest.skip(f"no file system can be mounted here: {problem}")
        return disk

    yield size
    if disk.is_mount():
        subprocess.run(["umount", str(disk)], check=True, capture_output=True)


@pytest.mark.skipif(sys.platform != "linux", reason="tmpfs is of Linux")
@pytest.mark.parametrize("kilobytes", [24, 64, 120, 200])
def test_a_full_disk_is_told_and_room_mends_it(
    dated: Place, small_disk: Callable[[int], Path], kilobytes: int
) -> None:
    """``kilobytes`` are left beside the data that are shown; then there is room again."""
    disk = small_disk(100_000)
    subprocess.run(["cp", "-r", str(dated.cache), str(disk)], check=True)
    dated.cache = disk / dated.cache.name
    used = sum(-(-file.stat().st_size // 4096) * 4 for file in disk.rglob("*") if file.is_file())
    small_disk(used + kilobytes)
    problem = dated.refused()
    assert problem.key == "error.disk_full"
    small_disk(100_000)
    dated.refresh()
    whole(dated)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit to the size of files")
def test_a_file_that_may_not_grow_is_told(dated: Place) -> None:
    runs: list[str] = []
    for size in (1_000, 9_000, 25_000):
        runs += ["--next"] * bool(runs) + ["limit", str(size), "refresh", "--year", "2024", "--taal", "en"]
    before = dated.fingerprint()
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.killed", *runs],
        capture_output=True,
        text=True,
        timeout=60,
        env={**environ(), **dated.environment},
    )
    assert done.stdout.count("ended 2") == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr or "full" in done.stderr
    assert dated.fingerprint() == before
    dated.refresh()
    whole(dated)


def environ() -> dict[str, str]:
    """The environment of a program of the tests."""
    import os

    return {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_disk_that_refuses_to_rename(dated: Place, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, "no")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)
        dated.refused()
    dated.refresh()
    whole(dated)


# What is shown is damaged.


def test_a_damaged_store_is_mended_by_the_next_refresh(dated: Place) -> None:
    file = dated.folder / "neighbourhoods.parquet"
    file.write_bytes(file.read_bytes()[:1_000])
    with pytest.raises(DataError):
        boundaries.load(dated.folder)
    dated.refresh()
    whole(dated)


@pytest.mark.parametrize("pointer", ["", "2023-nowhere", "../..", "/", "\x00", "current"])
def test_a_pointer_to_nowhere_shows_the_data_that_ship(dated: Place, embedded: Path, pointer: str) -> None:
    (store.folder(dated.settings) / "current").write_text(pointer, encoding="utf-8")
    assert dated.folder == embedded
    dated.refresh()
    whole(dated)


@pytest.mark.parametrize("name", store.FILES)
def test_a_set_that_lacks_a_file_is_not_shown(dated: Place, embedded: Path, name: str) -> None:
    (dated.folder / name).unlink()
    assert dated.folder == embedded


# A file of the user that is spoilt.


@pytest.mark.parametrize("spoil", ["double", "nameless", "empty"])
def test_a_file_with_wrong_areas_is_refused(dated: Place, tmp_path: Path, spoil: str) -> None:
    content = toy()
    if spoil == "double":
        areas = [*content.areas, next(a for a in content.areas if a.code == "BU09950100")]
        content = type(content)(content.year, tuple(areas), content.province)
    elif spoil == "nameless":
        content = content.changed("BU09950100", name=" ")
    else:
        content = content.without("BU")
    assert isinstance(dated.refused(source=downloads.geopackage(content, tmp_path)), DataError | InputError)
