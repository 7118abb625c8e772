"""A whole refresh against services that behave: what comes, from whom, and what is told of it."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.services import downloads
from tests.services.cbs import Fault, serve
from tests.services.conftest import Place
from tests.services.content import HOLE, INDUSTRY, ISLES, TOWNS, UNKNOWN, Content, toy
from utils import consistency, coverage, group_source, paging, store, summaries
from utils.errors import Cancelled
from utils.fetched import sentences
from utils.models import Areas
from utils.texts import Texts

GENERALISED = "gebiedsindelingen/ogc"
LEVELS = {"provinces": "PV", "municipalities": "GM", "neighbourhoods": "BU"}


def same(found: Areas, content: Content, prefix: str) -> None:
    """The areas of a level are those of the content: codes, names and outlines to a metre."""
    expected = content.level(prefix)
    assert found.codes.tolist() == [area.code for area in expected]
    assert [name.split(" (")[0] for name in found.names] == [area.name.split(" (")[0] for area in expected]
    shapes = np.array([area.geometry for area in expected])
    assert (shapely.hausdorff_distance(found.geometry, shapes) < 1.5).all()


def test_one_command_brings_the_official_areas(place: Place, command: Callable[..., int]) -> None:
    shown = place.folder
    assert command(place, "refresh", "--year", "2024") == 0
    assert place.folder != shown
    atlas = place.atlas
    assert (atlas.edition.kind, atlas.edition.year) == ("official", 2024)
    for level, prefix in LEVELS.items():
        same(getattr(atlas, level), toy(), prefix)
    consistency.check(atlas)
    assert set(atlas.districts) == {"Waterrijk", "Zonnehof"}
    assert "BU0363TA00" in atlas.neighbourhoods.index  # letters in a code
    assert not {"BU03639997", "BU09980000"} & atlas.neighbourhoods.index.keys()  # water, abroad
    geometry = dict(zip(atlas.neighbourhoods.codes, atlas.neighbourhoods.geometry, strict=True))
    assert shapely.get_num_geometries(geometry[ISLES]) == 2
    assert shapely.get_num_interior_rings(geometry[HOLE]) == 1


def test_figures_are_those_of_the_year_and_secrets_stay_secret(place: Place) -> None:
    place.refresh()
    atlas = place.atlas
    found = atlas.neighbourhoods
    people = dict(zip(found.codes, found.inhabitants, strict=True))
    homes = dict(zip(found.codes, found.households, strict=True))
    for area in toy().level("BU"):
        if area.code == UNKNOWN:
            assert np.isnan(people[area.code])
            assert np.isnan(homes[area.code])
        else:
            assert (people[area.code], homes[area.code]) == (area.inhabitants, area.households)
    assert people[INDUSTRY] == 0
    towns = {area.code: area for area in toy().level("GM")}
    for code, one, other in zip(
        atlas.municipalities.codes,
        atlas.municipalities.inhabitants,
        atlas.municipalities.households,
        strict=True,
    ):
        assert (one, other) == (towns[code].inhabitants, towns[code].households)


def test_the_app_shows_the_names_and_their_districts(place: Place) -> None:
    place.refresh()
    measured = coverage.measure(place.atlas, group_source.load(place.settings))
    found = summaries.children(measured, "GM0995", "neighbourhood", 500)
    assert sorted(found["name"]) == [
        "Waterrijk Noord",
        "Waterrijk Zuid",
        "Zonnehof Noord",
        "Zonnehof Zuid",
    ]


def test_the_services_are_asked_politely(place: Place) -> None:
    place.refresh()
    headers = {name.lower(): value for name, value in place.server.requests[0][1].items()}
    assert headers["user-agent"] == "Buurtdekking"
    assert all(told.get("User-Agent") == "Buurtdekking" for _, told in place.server.requests)
    paths = place.server.asked()
    assert len(paths) == len(set(paths)) < 30
    assert all("jaarcode=2024" in path for path in place.server.asked(GENERALISED))


def test_progress_is_told_from_beginning_to_end(place: Place) -> None:
    place.refresh()
    texts = {lang: Texts(lang) for lang in ("nl", "en")}
    steps = list(dict.fromkeys(step.step for step in place.steps))
    assert len(steps) > 3
    for step in steps:
        assert all(texts[lang].t(f"refresh.step.{step}") for lang in texts)
    arrived = [step.bytes for step in place.steps]
    assert arrived == sorted(arrived)
    assert arrived[-1] > 50_000
    assert all(step.total is None or step.done <= step.total for step in place.steps)
    assert all(step.seconds_left is None or step.seconds_left >= 0 for step in place.steps)


def test_where_it_came_from_is_kept(place: Place) -> None:
    outcome = place.refresh()
    told = store.provenance(place.folder)
    assert told is not None
    assert told.year == 2024
    assert all(source.url.startswith(place.server.url) for source in told.sources)
    assert all(len(source.sha256) == 64 and source.rows and source.size for source in told.sources)
    assert outcome.counts == told.counts
    assert {told.counts[name] for name in ("province", "municipality", "neighbourhood")} == {12, 24, 96}
    assert told.warnings == outcome.warnings
    for language in ("nl", "en"):
        assert any("342" in line for line in sentences(Texts(language), outcome.warnings))


def test_pages_make_no_difference(tmp_path: Path, place: Place) -> None:
    place.refresh()
    with serve(toy(), page=7) as small:
        other = Place(small, tmp_path / "other")
        other.refresh()
        assert len(small.asked(f"{GENERALISED}.*cursor=")) > 15
    for name in ("provinces", "municipalities", "neighbourhoods", "districts"):
        file = f"{name}.parquet"
        assert (other.folder / file).read_bytes() == (place.folder / file).read_bytes()


def test_more_rows_than_an_answer_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As 18,000 rows where 10,000 are too many, and 5,000 are asked for at a time."""
    monkeypatch.setattr(paging, "_ROWS", 25)
    with serve(toy(), rows=50) as small:
        other = Place(small, tmp_path / "cache")
        outcome = other.refresh()
        assert np.nansum(other.atlas.neighbourhoods.households) > 0
        assert any("odata" in source.url.lower() for source in store.provenance(other.folder).sources)
        assert outcome.edition.year == 2024


def test_the_newest_year_comes_unless_another_is_asked_for(
    place: Place, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(place, "refresh", "--check") == 3  # what ships is approximate
    assert place.atlas.edition.kind == "approximate"
    place.refresh(2023)
    assert command(place, "refresh", "--check") == 3
    assert "2024" in "".join(capsys.readouterr())
    assert place.atlas.edition.year == 2023
    assert command(place, "refresh") == 0
    assert place.atlas.edition.year == 2024
    assert command(place, "refresh", "--check") == 0


def test_a_year_that_is_not_out_is_said_so(dated: Place) -> None:
    problem = dated.refused(2031)
    assert "2031" in Texts("en").t(problem.key, **problem.params)


def test_the_previous_data_come_back(dated: Place, command: Callable[..., int]) -> None:
    before = dated.fingerprint()
    dated.refresh()
    after = dated.fingerprint()
    assert dated.atlas.edition.year == 2024
    assert command(dated, "refresh", "--rollback") == 0
    assert dated.fingerprint() == before
    assert command(dated, "refresh", "--rollback") == 0
    assert dated.fingerprint() == after


def test_some_kinds_of_areas_alone(dated: Place, command: Callable[..., int]) -> None:
    """Those that are not asked for stay as they are; another year needs them all."""
    before = dated.fingerprint()
    assert command(dated, "refresh", "--year", "2024", "--level", "neighbourhood") == 1
    assert dated.fingerprint() == before
    dated.server.requests.clear()
    assert command(dated, "refresh", "--year", "2023", "--level", "neighbourhood") == 0
    assert dated.server.asked("buurt_")
    assert not dated.server.asked("gemeente_|provincie_")
    for level, prefix in LEVELS.items():
        same(getattr(dated.atlas, level), toy(2023), prefix)
    assert {one.what for one in store.provenance(dated.folder).sources} >= {"province", "neighbourhood"}


def test_without_previous_data_there_is_no_way_back(place: Place, command: Callable[..., int]) -> None:
    assert command(place, "refresh", "--rollback") == 1


def test_a_second_time_changes_nothing_and_says_so(place: Place) -> None:
    place.refresh()
    first = place.atlas.edition.version
    outcome = place.refresh()
    assert place.atlas.edition.version == first
    assert {lang: sentences(Texts(lang), outcome.changed) for lang in ("nl", "en")}


def test_a_merger_is_told(tmp_path: Path) -> None:
    """In 2025 Lelystad is part of Almere; its neighbourhoods have new codes."""
    merged = merge(toy(2025), "GM0995", "GM0034")
    with serve([toy(2024), merged]) as server:
        place = Place(server, tmp_path / "cache")
        place.refresh(2024)
        outcome = place.refresh(2025)
        atlas = place.atlas
    assert len(atlas.municipalities) == 23
    assert len(atlas.neighbourhoods) == 96
    same(atlas.neighbourhoods, merged, "BU")
    for language in ("nl", "en"):
        told = " ".join(sentences(Texts(language), outcome.changed))
        assert "Lelystad" in told


def merge(content: Content, old: str, new: str) -> Content:
    """One municipality becomes a part of another; its small areas get codes of the new one."""
    towns = {area.code: area for area in content.level("GM")}
    one, other = towns[new], towns[old]
    whole = replace(
        one,
        geometry=shapely.union(one.geometry, other.geometry),
        inhabitants=one.inhabitants + other.inhabitants,
        households=one.households + other.households,
    )
    areas = []
    for area in content.areas:
        if area.code in (old, new):
            areas += [whole] if area.code == new else []
        elif area.code[2:6] == old[2:]:
            areas.append(replace(area, code=f"{area.code[:2]}{new[2:]}5{area.code[7:]}"))
        else:
            areas.append(area)
    return replace(content, areas=tuple(sorted(areas, key=lambda a: (a.code, a.water))))


def test_one_municipality_less_than_now_is_a_warning(tmp_path: Path) -> None:
    with serve(toy(2027)) as server:
        place = Place(server, tmp_path / "cache")
        outcome = place.refresh(2027)
    assert place.atlas.edition.year == 2027
    assert outcome.warnings


@pytest.mark.parametrize(
    ("down", "used"),
    [
        ((GENERALISED,), "gebiedsindelingen/2024/wfs"),
        ((GENERALISED, "gebiedsindelingen/2024/wfs"), "wijkenbuurten/2024/wfs"),
        ((GENERALISED, "/wfs/"), "/nl/wgs84/buurt_2024.topojson"),
    ],
)
@pytest.mark.parametrize("kind", ["404", "500", "html", "reset"])
def test_outlines_come_from_the_next_service(
    place: Place, down: tuple[str, ...], used: str, kind: str
) -> None:
    place.server.faults += [Fault(kind, where) for where in down]
    outcome = place.refresh()
    atlas = place.atlas
    for level, prefix in LEVELS.items():
        same(getattr(atlas, level), toy(), prefix)
    assert any(used in source.url for source in store.provenance(place.folder).sources)
    assert len(sentences(Texts("nl"), outcome.warnings)) > 1  # the count, and whose outlines these are


def test_figures_come_from_the_boundaries_where_the_tables_are_down(place: Place) -> None:
    place.server.faults.append(Fault("503", "odata"))
    outcome = place.refresh()
    found = place.atlas.neighbourhoods
    expected = [np.nan if a.inhabitants is None else a.inhabitants for a in toy().level("BU")]
    assert np.array_equal(found.inhabitants, expected, equal_nan=True)
    assert found.households[found.index["BU09950100"]] > 0
    assert [p[:2] for p in place.atlas.provinces.codes[place.atlas.municipalities.parents]] == ["PV"] * 24
    assert len(outcome.warnings) > 1


def test_provinces_come_from_the_facts_that_ship_where_the_table_is_down(place: Place) -> None:
    place.server.faults.append(Fault("404", "85755NED"))
    place.refresh()
    atlas = place.atlas
    above = dict(zip(atlas.municipalities.codes, atlas.municipalities.parents, strict=True))
    for (province, _), towns in TOWNS.items():
        assert {atlas.provinces.codes[above[code]] for code, _ in towns} == {province}


def test_figures_that_are_nowhere_are_not_made_up(dated: Place) -> None:
    dated.server.faults.append(Fault("503", "odata|wijken-en-buurten|wijkenbuurten"))
    dated.refused()


def test_names_are_text_and_nothing_else(tmp_path: Path) -> None:
    """Braces, markup and dollars in a name change nothing of what is told."""
    name = "L{elystad} <b>$x$</b> {0}"
    with serve([toy(), toy(2025).changed("GM0995", name=name).changed("BU09950000", name=name)]) as server:
        place = Place(server, tmp_path / "cache")
        place.refresh(2024)
        outcome = place.refresh(2025)
    atlas = place.atlas
    assert atlas.municipalities.names[atlas.municipalities.index["GM0995"]] == name
    assert atlas.neighbourhoods.names[atlas.neighbourhoods.index["BU09950000"]] == name
    assert any(name in line for line in sentences(Texts("nl"), outcome.changed))


@pytest.mark.parametrize(("kind", "value"), [("429", "3600"), ("timeout", "")])
def test_stopping_does_not_wait_for_a_service(dated: Place, kind: str, value: str) -> None:
    """A service that asks for an hour of patience, or is silent, does not keep the user waiting."""
    dated.server.faults.append(Fault(kind, GENERALISED, value=value))
    start = time.monotonic()
    problem = dated.refused(cancelled=lambda: time.monotonic() > start + 0.3)
    assert isinstance(problem, Cancelled)
    assert time.monotonic() < start + 10


def test_stopping_leaves_what_there_was(dated: Place) -> None:
    """Stop at each step in turn; at the end all pages that came before serve the last."""
    dated.refused(cancelled=lambda: True)
    seen: set[str] = set()

    def stop() -> bool:
        fresh = {step.step for step in dated.steps} - seen
        seen.update(fresh)
        return bool(fresh)

    for _ in range(30):
        before = dated.fingerprint()
        try:
            dated.refresh(cancelled=stop)
        except Cancelled:
            assert dated.fingerprint() == before
        else:
            break
    assert dated.atlas.edition.year == 2024
    paths = dated.server.asked()
    assert len(paths) - len(set(paths)) <= len(seen)


@pytest.mark.parametrize(
    "make",
    [
        downloads.geopackage,
        downloads.geojson,
        downloads.geojson_of_wfs,
        downloads.geoparquet,
        downloads.geoparquet_in_degrees,
        downloads.mercator,
        downloads.topojson_with_figures,
    ],
)
def test_a_file_that_the_user_has(
    place: Place, command: Callable[..., int], tmp_path: Path, make: Callable[[Content, Path], Path]
) -> None:
    file = make(toy(), tmp_path)
    assert command(place, "refresh", "--from", str(file)) == 0
    assert place.server.requests == []
    atlas = place.atlas
    assert (atlas.edition.kind, atlas.edition.year) == ("official", 2024)
    same(atlas.neighbourhoods, toy(), "BU")
    assert len(atlas.municipalities) == 24
    assert len(atlas.provinces) == 12
    assert np.isfinite(atlas.neighbourhoods.inhabitants).sum() == 95
    assert np.isfinite(atlas.neighbourhoods.households).sum() == 95
    told = store.provenance(place.folder)
    assert file.name in json.dumps([source.url for source in told.sources])


def test_a_file_without_figures_is_refused(dated: Place, tmp_path: Path) -> None:
    """Outlines alone tell no coverage: how many people live there is a part of every figure."""
    problem = dated.refused(source=downloads.cartomap(toy(), tmp_path))
    assert "aantal_inwoners" in Texts("nl").t(problem.key, **problem.params)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("leeg_2024.gpkg", b""),
        ("geen_2024.geojson", b"<html>"),
        ("half_2024.geojson", b'{"type":"FeatureCollection","features":['),
        ("niets_2024.geojson", b'{"type":"FeatureCollection","features":[]}'),
        ("anders_2024.json", b"[1, 2]"),
        ("stuk_2024.parquet", b"PAR1 PAR1"),
        ("stuk_2024.topojson", b'{"type":"Topology","arcs":[],"objects":{"buurt_2024":{}}}'),
        ("tekst_2024.txt", b"buurtcode;naam"),
    ],
)
def test_a_file_that_is_no_good(dated: Place, tmp_path: Path, name: str, content: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    problem = dated.refused(source=file)
    assert name in Texts("en").t(problem.key, **problem.params)


def test_a_file_that_is_not_there(dated: Place, tmp_path: Path) -> None:
    dated.refused(source=tmp_path / "wijkenbuurten_2024.gpkg")
