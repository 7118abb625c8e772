"""A PostgreSQL server of the tests' own: made in a temporary folder, on loopback, thrown away afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

PASSWORD = "geheim-wachtwoord"
# Ends with whoever started it, also when that one was killed: then its end of the pipe closes without a word,
# and nobody else will tidy up.
GUARD = '"$@" & server=$!; read word; kill -INT $server; wait $server; [ -n "$word" ] || rm -rf "$0"'


def binaries() -> Path | None:
    """The folder of the server's programs; None where none are installed."""
    found = shutil.which("initdb")
    known = [Path(found).resolve().parent] if found else []
    known += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in known if (folder / "initdb").exists()), None)


def needed() -> Path:
    """The folder of the server's programs; without it the test is skipped, or fails where CI is set."""
    found = binaries()
    if found is None:
        reason = "no PostgreSQL found: install it (Debian: apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


def unprivileged() -> str | None:
    """The user to run the server as, for it refuses root; None: this one."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Cluster:
    """One server. ``durable``: what it has committed survives its being killed."""

    def __init__(self, programs: Path, *, durable: bool = False) -> None:
        self.programs, self.user = programs, unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="register-"))
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        if self.user:
            for path in (self.folder, secret):
                shutil.chown(path, self.user)
        self.data = self.folder / "data"
        self._run(
            *("initdb", "--pgdata", self.data, "--username", "register", "--pwfile", secret),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--no-sync"),
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.durable = durable
        self.server: subprocess.Popen[bytes] | None = None
        self.start()

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.programs / program), *map(str, arguments)]
        subprocess.run(
            command, user=self.user, cwd=self.folder, check=True, capture_output=True, timeout=120
        )

    def url(self, database: str, password: str = PASSWORD, host: str = "127.0.0.1") -> str:
        """The address of a database of this server."""
        return f"postgresql://register:{password}@{host}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        options = ["listen_addresses=127.0.0.1", f"port={self.port}", "unix_socket_directories="]
        options += [
            "max_connections=50",
            "shared_buffers=32MB",
            "max_wal_size=256MB",
            "logging_collector=off",
        ]
        # What the system has been given to write survives the death of any process.
        options += ["fsync=off", f"synchronous_commit={'on' if self.durable else 'off'}"]
        command = ["sh", "-c", GUARD, str(self.folder), str(self.programs / "postgres"), "-D", str(self.data)]
        command += [part for option in options for part in ("-c", option)]
        with (self.folder / "log").open("ab") as log:
            self.server = subprocess.Popen(
                command, user=self.user, cwd=self.folder, stdin=subprocess.PIPE, stdout=log, stderr=log
            )
        self.wait()

    def wait(self) -> None:
        """Wait until the server answers."""
        end = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self.server is None or self.server.poll() is not None:
                    log_text = (self.folder / "log").read_text(encoding="utf-8", errors="replace")
                    raise RuntimeError(f"PostgreSQL does not start:\n{log_text[-3000:]}") from None
            time.sleep(0.05)

    @property
    def pid(self) -> int:
        """The server's first process."""
        return int((self.data / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def stop(self) -> None:
        """Stop the server at once, as an administrator does: open transactions are lost."""
        if self.server is not None and self.server.stdin is not None:
            with suppress(BrokenPipeError):
                self.server.stdin.write(b"stop\n")
                self.server.stdin.close()
            self.server.wait(timeout=60)
            self.server = None

    def kill(self) -> None:
        """kill -9: no process of the server lives to tidy up."""
        first = psutil.Process(self.pid)
        for process in (first, *first.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.stop()

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def execute(self, *statements: str) -> None:
        """Run statements on the server's own database, each by itself."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def remove(self) -> None:
        """Stop it and throw it away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
