"""Children that read untrusted files as those of :mod:`utils.sheet_process` do, but start in no time.

Instead of a new Python for each file, a process that has imported everything forks: a thousand mangled files
are read in their own limited processes as before, without a minute of starting.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Self

_ROOT = Path(__file__).resolve().parents[2]
_PARENT = """
import os, socket, sys
sys.path.append(sys.argv[1])
import python_calamine, xml.etree.ElementTree, xml.parsers.expat
from utils import sheet_child, sheet_geojson, sheet_ods, sheet_xlsx
line = socket.socket(fileno=int(sys.argv[2]))
while True:
    kind, ends, _, _ = socket.recv_fds(line, 16, 2)
    if not kind:
        break
    child = os.fork()
    if child == 0:
        line.close()
        for end, place in zip(ends, (0, 1)):
            os.dup2(end, place)
            os.close(end)
        sys.argv, sys.stdin, sys.stdout = ["", kind.decode()], open(0), open(1, "w")
        code = 1
        try:
            sheet_child.main()
            code = 0
        finally:
            os._exit(code)
    for end in ends:
        os.close(end)
    line.sendall(b"%d" % child)
    line.recv(1)
    line.sendall(b"%d" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


class _Parent:
    """A process that forks one child at a time."""

    def __init__(self) -> None:
        self.line, other = socket.socketpair()
        command = [sys.executable, "-I", "-c", _PARENT, str(_ROOT), str(other.fileno())]
        self.process = subprocess.Popen(command, pass_fds=[other.fileno()], stderr=subprocess.DEVNULL)
        other.close()

    def stop(self) -> None:
        self.line.close()
        self.process.wait(timeout=20)


class _Child:
    """What `subprocess.Popen` gives, as far as it is used."""

    def __init__(self, parents: "SimpleQueue[_Parent]", argv: Sequence[str]) -> None:
        self._parents, self._code = parents, None
        self._parent = parents.get()
        theirs, mine = os.pipe()
        answer, said = os.pipe()
        socket.send_fds(self._parent.line, [argv[-1].encode()], [theirs, said])
        os.close(theirs)
        os.close(said)
        self.stdin, self.stdout = os.fdopen(mine, "wb"), os.fdopen(answer, "rb")
        self.pid = int(self._parent.line.recv(16))

    def wait(self) -> int:
        if self._code is None:
            self._parent.line.sendall(b".")
            self._code = int(self._parent.line.recv(16))
            self._parents.put(self._parent)
        return self._code

    def kill(self) -> None:
        if self._code is None:  # until it was waited for, its id is nobody else's
            os.kill(self.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stdin.close()
        self.stdout.close()
        self.wait()


@contextmanager
def forked(at_once: int) -> Iterator[Any]:
    """Something to put in the place of `subprocess.Popen`; so many files can be read at once."""
    made = [_Parent() for _ in range(at_once)]
    parents: SimpleQueue[_Parent] = SimpleQueue()
    for parent in made:
        parents.put(parent)
    try:
        yield lambda argv, **_: _Child(parents, argv)
    finally:
        for parent in made:
            parent.stop()
