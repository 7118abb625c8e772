"""A refresh that is killed at any moment: the old or the new data are shown, whole, and it goes on."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest

from tests.services.cbs import Fault
from tests.services.conftest import Place
from utils import store

ROOT = Path(__file__).resolve().parents[2]
REFRESH = ("refresh", "--year", "2024")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


def environment(place: Place) -> dict[str, str]:
    """The environment of a program in a place."""
    return {**os.environ, **place.environment, "PYTHONPATH": str(ROOT)}


def killed(place: Place, *runs: list[str]) -> list[str]:
    """How each run of tests.services.killed ended."""
    arguments = [word for run in runs for word in ("--next", *run)][1:]
    done = subprocess.run(
        [sys.executable, "-m", "tests.services.killed", *arguments],
        capture_output=True,
        text=True,
        timeout=90,
        env=environment(place),
        check=True,
    )
    return done.stdout.splitlines()


def test_killed_while_it_waits_for_a_page(dated: Place) -> None:
    """kill -9 of the command itself, in the middle of the neighbourhoods; the next one goes on from there."""
    before = dated.fingerprint()
    stuck = Fault("timeout", "buurt_gegeneraliseerd.*cursor", after=1)
    dated.server.faults.append(stuck)
    with subprocess.Popen(
        [sys.executable, "-m", "utils.cli", *REFRESH],
        env=environment(dated),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert stuck.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert dated.fingerprint() == before
    dated.server.faults.clear()
    came = dated.server.asked()[:-1]
    dated.server.requests.clear()
    dated.refresh()
    assert dated.atlas.edition.year == 2024
    assert not set(came) & set(dated.server.asked())  # nothing is fetched twice
    assert leftovers(dated) == set()


def leftovers(place: Place) -> set[str]:
    """Folders of the store that are neither shown nor kept to go back to."""
    home = store.folder(place.settings)
    kept = {(home / name).read_text().strip() for name in ("current", "previous") if (home / name).exists()}
    return {entry.name for entry in home.iterdir() if entry.is_dir()} - kept - {"work"}


def test_killed_again_and_again(dated: Place) -> None:
    """Killed before its first change, then before its third ...: each begins with what the last one left."""
    old, ends, shown = dated.atlas.edition.version, [], []
    for start in range(1, 1_000, 40):
        lines = killed(dated, *(["kill", str(n), *REFRESH] for n in range(start, start + 40, 2)))
        ends += [line for line in lines if line.startswith("ended")]
        shown += [line for line in lines if line.startswith("shown")]
        if "ended 0" in ends:
            break
    ends = ends[: ends.index("ended 0") + 1]
    shown = shown[: len(ends)]
    assert len(ends) > 10
    assert set(ends[:-1]) == {"ended -9"}
    assert len(set(shown)) == 2
    assert shown[0] == f"shown 2023 {old}"
    assert shown[-1].startswith("shown 2024 ")
    assert shown == sorted(shown)  # the old data, then the new, nothing else
    dated.refresh()
    assert leftovers(dated) == set()


def test_killed_around_the_moment_of_change(dated: Place) -> None:
    """From the same beginning each time: the old or the new are shown, and the next command mends all."""
    again = ["kill", "0", "refresh", "--year", "2023"]
    lines = killed(dated, ["kill", "0", *REFRESH], again, ["kill", "0", *REFRESH], again)
    changes = [int(line.split()[1]) for line in lines if line.startswith("changes")]
    new, old, *_ = (line for line in lines if line.startswith("shown"))
    moments = range(changes[2] - 8, changes[2] + 1)
    lines = killed(dated, *(run for n in moments for run in (["kill", str(n), *REFRESH], again)))
    shown = [line for line in lines if line.startswith("shown")]
    assert [line for line in lines if line.startswith("ended")] == ["ended -9", "ended 0"] * len(moments)
    assert set(shown[1::2]) == {old}
    assert shown[0] == old
    assert shown[-2] == new
    assert set(shown) == {old, new}
    assert leftovers(dated) == set()


def test_whoever_reads_meanwhile_reads_all_of_one(dated: Place) -> None:
    """A visitor's page is read over and over while the data are replaced six times."""
    versions, ended = [], threading.Event()

    def read() -> None:
        while not ended.is_set():
            versions.append(dated.atlas.edition.version)

    with ThreadPoolExecutor(1) as visitor:
        reading = visitor.submit(read)
        for year in (2024, 2023) * 3:
            dated.refresh(year)
        ended.set()
        reading.result(10)
    assert len(set(versions)) == 2
    assert 1 <= sum(one != other for one, other in pairwise(versions)) <= 6  # never back and forth


@pytest.mark.usefixtures("hurried")
def test_two_at_once(dated: Place) -> None:
    """The second is refused; the first comes to a good end."""
    slow = Fault("timeout", "buurt_gegeneraliseerd.*cursor", times=1)
    dated.server.faults.append(slow)
    first = threading.Thread(target=dated.refresh)
    first.start()
    assert slow.reached.wait(20)
    other = Place(dated.server, dated.cache)
    problem = other.refused()
    first.join(20)
    assert problem.key == "error.refreshing"
    assert dated.atlas.edition.year == 2024
