"""What the pages' tests share: a cache folder of their own, and settings that a test may change."""

from collections.abc import Callable, Iterator

import pytest

from utils.settings import settings


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Derived files go to a temporary folder, not to the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BUURTDEKKING_CACHE", str(tmp_path_factory.mktemp("cache")))
        settings.cache_clear()
        yield
    settings.cache_clear()


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, object], None]]:
    """A function that sets a variable of the environment for one test; the settings are then read anew."""

    def change(name: str, value: object) -> None:
        monkeypatch.setenv(name, str(value))
        settings.cache_clear()

    yield change
    monkeypatch.undo()
    settings.cache_clear()
