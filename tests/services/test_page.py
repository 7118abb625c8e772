"""The website after a refresh: official data are shown at the next visit, without a restart."""

from collections.abc import Callable, Iterator

import pytest

from tests.app.reading import METHOD, container, map_script, notices, show, specification, title, words
from tests.services.conftest import Place
from tests.services.content import HOLE, INDUSTRY, UNKNOWN
from utils import cached
from utils.settings import settings

LELYSTAD = "GM0995"
NAMES = {"Waterrijk Noord", "Waterrijk Zuid", "Zonnehof Noord", "Zonnehof Zuid"}


@pytest.fixture
def website(place: Place, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place whose pages can be asked for."""
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield place
    monkeypatch.undo()
    settings.cache_clear()


def test_the_next_visit_shows_the_official_names(website: Place) -> None:
    before = show(gebied=LELYSTAD)
    assert not NAMES & set(specification(before)["codes"])
    website.refresh()
    asked = len(website.server.requests)
    after = show(gebied=LELYSTAD)
    assert not after.exception
    assert notices(after) == []
    assert {code[:6] for code in specification(after)["codes"]} == {"BU0995"}
    (table,) = container(after, "tabel").dataframe
    assert set(table.value.iloc[:, 0]) == NAMES
    assert len(website.server.requests) == asked  # nothing is fetched for a visitor
    assert cached.measured().atlas.edition.kind == "official"


@pytest.mark.parametrize(("taal", "approximate"), [("nl", "benader"), ("en", "approximat")])
def test_whose_boundaries_these_are_is_told(website: Place, taal: str, approximate: str) -> None:
    credit = "Kadaster / Centraal Bureau voor de Statistiek, 2024"
    assert credit not in words(show(gebied=LELYSTAD, taal=taal))
    website.refresh()
    page = show(gebied=LELYSTAD, taal=taal)
    assert credit in words(page) + map_script(page)
    notice = "\n".join(str(one.value) for one in container(page, "melding").markdown)
    assert approximate not in notice.lower()
    method = words(show(METHOD, taal=taal))
    assert credit in method
    assert website.server.url in method


def test_what_is_unknown_or_not_inhabited_is_said(website: Place) -> None:
    website.refresh()
    assert "onbekend" in words(show(gebied=UNKNOWN, taal="nl")).lower()
    assert "niet bewoond" in words(show(gebied=INDUSTRY, taal="nl")).lower()
    assert "huishoudens" in words(show(gebied=HOLE, taal="nl")).lower()


def test_the_way_back_is_seen_too(website: Place, command: Callable[..., int]) -> None:
    website.refresh()
    assert "Waterrijk Noord" in title(show(gebied="BU09950000"))
    assert command(website, "refresh", "--rollback") == 0
    assert cached.measured().atlas.edition.kind == "approximate"
