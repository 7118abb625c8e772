"""A refresh that is killed at a chosen moment, or that may not write much: run by the tests as a program.

``python -m tests.services.killed kill N ARGUMENT...`` runs the command line with these arguments and ends as
by ``kill -9`` just before its N-th change of a file in the cache folder (opening for writing, renaming,
removing, making a folder). ``limit BYTES ARGUMENT...`` lets no file grow beyond that. It tells how many
changes there were, how each run ended (its exit code, or minus the signal) and which data are shown then,
with how many burglaries.
Several runs can be given, parted by ``--next``: each has a process of its own, but Python starts once.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from functools import partial

from utils import boundaries, cli, crime_store, http_client, police, store
from utils.settings import settings

CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _watch(last: int) -> list[int]:
    """Count the changes of files in the cache folder; end this process before a certain one."""
    cache, count = os.environ["BUURTDEKKING_CACHE"], [0]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event not in CHANGES or not str(arguments[0]).startswith(cache):
            return
        if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & WRITING):
            return
        count[0] += 1
        if count[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    return count


def _run(how: str, number: int, arguments: Sequence[str]) -> int:
    if how == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (number, number))
        return cli.main(arguments)
    count = _watch(number)
    code = cli.main(arguments)
    _tell(f"changes {count[0]}")
    return code


def _shown() -> int:
    """Tell which data are shown, read as a page reads them."""
    edition = boundaries.load(store.current(settings())).edition
    _tell(f"shown {edition.year} {edition.version}")
    kept = crime_store.read(settings(), edition.version)
    if kept:
        _tell(f"burglaries {sum(n for n in kept.counts.by_code.values() if n == n):.0f}")
    return 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _apart(what: Callable[[], int]) -> int:
    """Do something in a process of its own; its exit code, or minus the signal."""
    child = os.fork()
    if child == 0:
        os._exit(what())
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(arguments: Sequence[str]) -> None:
    """Do all runs, each in its own process; tell how each ended and what is shown then."""
    http_client.PAUSE = 0.001  # type: ignore[misc]
    police.REST = 0.0  # type: ignore[misc]
    runs: list[list[str]] = [[]]
    for argument in arguments:
        if argument == "--next":
            runs.append([])
        else:
            runs[-1].append(argument)
    for how, number, *rest in runs:
        _tell(f"ended {_apart(partial(_run, how, int(number), rest))}")
        if _apart(_shown):
            sys.exit("what is shown cannot be read")


if __name__ == "__main__":
    main(sys.argv[1:])
