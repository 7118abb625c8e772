"""The real country through the local services: 345 municipalities, and their districts as neighbourhoods."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import shapely

from tests.services.cbs import Server, serve
from tests.services.conftest import Place
from tests.services.content import Content, real
from utils import boundaries, cli, consistency, coverage, group_source, store, summaries
from utils.fetched import sentences
from utils.models import Atlas
from utils.settings import settings
from utils.texts import Texts


@pytest.fixture(scope="module")
def country(reference: Path) -> Content:
    """The real content; without it these tests are skipped."""
    return real(reference)


@pytest.fixture(scope="module")
def server(country: Content) -> Iterator[Server]:
    """A server of the real country."""
    with serve(country) as running:
        yield running


@pytest.fixture(scope="module")
def done(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A place where the one command was given."""
    place = Place(server, tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in place.environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        assert cli.main(["refresh", "--year", "2022"]) == 0
    settings.cache_clear()
    yield place


@pytest.fixture(scope="module")
def atlas(done: Place) -> Atlas:
    """What the app loads."""
    return boundaries.load(store.current(done.settings))


def test_all_areas_are_there_with_their_names(atlas: Atlas, country: Content) -> None:
    assert (atlas.edition.kind, atlas.edition.year) == ("official", 2022)
    for areas, prefix in (
        (atlas.provinces, "PV"),
        (atlas.municipalities, "GM"),
        (atlas.neighbourhoods, "BU"),
    ):
        expected = country.level(prefix)
        assert areas.codes.tolist() == [area.code for area in expected]
        assert areas.names.tolist() == [area.name for area in expected]
    assert atlas.districts.tolist() == atlas.neighbourhoods.names.tolist()


def test_the_figures_are_those_of_cbs(atlas: Atlas, country: Content) -> None:
    for areas, prefix in ((atlas.municipalities, "GM"), (atlas.neighbourhoods, "BU")):
        expected = country.level(prefix)
        assert areas.inhabitants.tolist() == [area.inhabitants for area in expected]
        assert areas.households.tolist() == [area.households for area in expected]
    assert atlas.municipalities.inhabitants.sum() == 17_590_672


def test_the_outlines_are_those_of_cbs(atlas: Atlas, country: Content) -> None:
    expected = np.array([area.geometry for area in country.level("BU")])
    apart = shapely.area(shapely.symmetric_difference(atlas.neighbourhoods.geometry, expected))
    assert apart.sum() < 1e-3 * shapely.area(expected).sum()
    consistency.check(atlas)


def test_another_count_of_municipalities_is_a_warning(done: Place) -> None:
    told = store.provenance(store.current(done.settings))
    assert told is not None
    for language in ("nl", "en"):
        assert any("345" in line and "342" in line for line in sentences(Texts(language), told.warnings))


def test_lelystad_shows_its_real_districts(done: Place, atlas: Atlas, country: Content) -> None:
    measured = coverage.measure(atlas, group_source.load(done.settings))
    found = summaries.children(measured, "GM0995", "neighbourhood", 500)
    expected = [area.name for area in country.level("BU") if area.code.startswith("BU0995")]
    assert len(expected) == 11
    assert sorted(found["name"]) == sorted(expected)
    assert found["inhabitants"].sum() > 80_000


def test_few_requests_are_enough(done: Place, server: Server) -> None:
    assert len(server.asked()) == len(set(server.asked())) < 25


def test_the_next_command_is_good(done: Place, command: Callable[..., int]) -> None:
    assert command(done, "check") == 0
    assert command(done, "coverage", "--gebied", "GM0995") == 0
    assert command(done, "refresh", "--check") == 0
