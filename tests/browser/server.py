"""The app as a visitor meets it: ``streamlit run dashboard.py`` in a process of its own, on a free port."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
NOWHERE = {
    "BUURTDEKKING_LOCATIESERVER": "http://127.0.0.1:9"
}  # nobody listens there: no test asks a real service


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(
    log: Path,
    env: Mapping[str, str] | None = None,
    script: str = "dashboard.py",
    base: str = "",
    port: int | None = None,
    options: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Address of a running server, stopped afterwards; its output goes to ``log``.

    ``env`` overrides variables of the environment; ``base`` is the path under which the server answers;
    ``port`` None: any that is free; ``options`` are Streamlit's, such as ``{"server.address": "0.0.0.0"}``.
    Raises RuntimeError, with the output, if the server stops or does not answer in a minute.
    """
    port = free_port() if port is None else port
    command = [
        *(sys.executable, "-m", "streamlit", "run", script),
        *("--server.port", str(port), "--server.address", "127.0.0.1", "--server.headless", "true"),
        *("--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none"),
        *("--server.baseUrlPath", base),
        *(part for name, value in (options or {}).items() for part in (f"--{name}", value)),
    ]
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **NOWHERE, **(env or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
            _wait(url, process, log)
            yield url
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the server at {url} does not answer:\n{log.read_text(encoding='utf-8')[-3000:]}")
