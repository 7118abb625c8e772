"""What all tests share: the same examples at every run, and no settings of the machine they run on."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from utils import typesetting
from utils.settings import PREFIX

ROOT = Path(__file__).resolve().parents[1]

hypothesis.settings.register_profile(
    "suite", deadline=None, derandomize=True, database=None, max_examples=50, print_blob=False
)
hypothesis.settings.load_profile("suite")

typesetting.stay()  # test_typesetting tells what a process of its own does

# Never the register of whoever runs the tests: one that does not exist. Servers of the tests inherit it.
_nowhere = Path(tempfile.mkdtemp(prefix="buurtdekking-tests-"))
atexit.register(shutil.rmtree, _nowhere, ignore_errors=True)
os.environ["DATABASE_URL"] = f"sqlite:///{_nowhere / 'register.sqlite'}"

for _name in [name for name in os.environ if name.startswith(PREFIX)]:
    del os.environ[_name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the browser tests, and ask for one worker for all of them: they share a server and a browser.

    pytest-xdist 3.8 does not heed that under pytest 9.2: each worker then has its own server and browser.
    """
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="module")
def once() -> Iterator[None]:
    """For the tests of a module: data that ship are read once, distances to the same groups measured once."""
    from tests.once import worked_out  # here: most tests need none of what it imports

    with worked_out():
        yield


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def embedded() -> Path:
    """The data that ship."""
    return ROOT / "data" / "embedded"


@pytest.fixture(scope="session")
def reference() -> Path:
    """Real CBS geography, in the folder ``shared`` beside the checkout; without it the test is skipped."""
    folder = (ROOT / ".." / "shared" / "reference").resolve()
    if not folder.is_dir():
        pytest.skip("no reference geography beside the checkout")
    return folder
