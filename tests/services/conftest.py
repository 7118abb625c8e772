"""What the tests of a refresh share: a place with its own store, and a client that does not wait long."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.services.cbs import Server, serve
from tests.services.content import toy
from utils import boundaries, crime_refresh, crime_store, http_client, police, refresh, store
from utils.errors import AppError
from utils.models import Atlas
from utils.settings import Settings, load, settings
from utils.texts import LANGS, Texts


@dataclass
class Place:
    """A computer with a store of its own, pointed at a server."""

    server: Server
    cache: Path
    steps: list[refresh.Progress] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make it so."""
        return {**self.server.environment, "BUURTDEKKING_CACHE": str(self.cache)}

    @property
    def settings(self) -> Settings:
        """The settings of those variables."""
        return load(self.environment)

    def refresh(self, year: int | None = 2024, **options: Any) -> refresh.Outcome:
        """A refresh, keeping its progress in ``steps``."""
        return refresh.refresh(self.settings, year, report=self.steps.append, **options)

    def refresh_crime(self, **options: Any) -> crime_store.Kept:
        """The burglaries alone, keeping the progress in ``steps``."""
        return crime_refresh.refresh(self.settings, report=self.steps.append, **options)

    def refused(self, year: int | None = 2024, **options: Any) -> AppError:
        """A refresh that must fail: with a sentence in both languages, and the old data as they were."""
        return self._refused(lambda: self.refresh(year, **options))

    def refused_crime(self, **options: Any) -> AppError:
        """The same of the burglaries alone."""
        return self._refused(lambda: self.refresh_crime(**options))

    def _refused(self, act: Callable[[], object]) -> AppError:
        before, burglaries = self.fingerprint(), self.burglaries
        with pytest.raises(AppError) as caught:
            act()
        for language in LANGS:
            sentence = Texts(language).t(caught.value.key, **caught.value.params)
            assert len(sentence) > 20
            assert not re.search(r"\{[a-z_]*\}", sentence)
        assert self.fingerprint() == before
        assert self.burglaries == burglaries
        return caught.value

    @property
    def burglaries(self) -> dict[str, bytes]:
        """The files of burglaries, whatever areas they are of."""
        return {file.name: file.read_bytes() for file in (self.cache / "crime").glob("*")}

    @property
    def kept(self) -> crime_store.Kept | None:
        """The burglaries of the data that are shown."""
        return crime_store.read(self.settings, self.atlas.edition.version)

    @property
    def folder(self) -> Path:
        """The folder of the data that are shown."""
        return store.current(self.settings)

    @property
    def atlas(self) -> Atlas:
        """The data that are shown."""
        return boundaries.load(self.folder)

    def fingerprint(self) -> tuple[str, str]:
        """The folder that is shown, and what all of its files hold."""
        digest = hashlib.sha256()
        for file in sorted(self.folder.iterdir()):
            digest.update(file.name.encode())
            digest.update(file.read_bytes())
        return self.folder.name, digest.hexdigest()


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow each other at once; no proxy of this machine comes between."""
    monkeypatch.setattr(http_client, "PAUSE", 0.001)
    monkeypatch.setattr(http_client, "TIMEOUT", 20.0)
    monkeypatch.setattr(police, "REST", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent service is given up soon."""
    monkeypatch.setattr(http_client, "TIMEOUT", 0.2)
    monkeypatch.setattr(police, "PATIENCE", replace(police.PATIENCE, silence=0.2))


@pytest.fixture(scope="session")
def _years() -> Iterator[Server]:
    with serve([toy(2023), toy(2024)], page=40) as running:
        yield running


@pytest.fixture
def server(_years: Server) -> Iterator[Server]:
    """The toy country of 2023 and 2024, in pages of 40, without the faults of the test before."""
    _years.requests.clear()
    yield _years
    _years.faults.clear()


@pytest.fixture(scope="session")
def _old(_years: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that shows official data of 2023."""
    cache = tmp_path_factory.mktemp("old")
    _years.faults, kept = [], _years.faults
    refresh.refresh(Place(_years, cache).settings, 2023)
    _years.faults = kept
    return cache


@pytest.fixture
def place(server: Server, tmp_path: Path) -> Place:
    """A place that shows the data that ship."""
    return Place(server, tmp_path / "cache")


@pytest.fixture
def dated(server: Server, _old: Path, tmp_path: Path) -> Place:
    """A place that shows official data of 2023."""
    shutil.copytree(_old, tmp_path / "cache")
    server.requests.clear()
    return Place(server, tmp_path / "cache")


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """A function that runs the command line in a place and gives its exit code."""

    def run(place: Place, *arguments: str) -> int:
        from utils import cli

        for name, value in place.environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        return cli.main(arguments)

    yield run
    monkeypatch.undo()
    settings.cache_clear()
