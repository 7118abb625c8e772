"""Stops with a clear sentence when a port of this machine is in use: ``free_port.py PORT``."""

import socket
import sys


def main(text: str) -> None:
    """Return if the port is free. Exits with a sentence if it is in use or no port number."""
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        attempt.settimeout(2)
        if attempt.connect_ex(("127.0.0.1", int(text))) == 0:
            sys.exit(
                f"Port {text} is in use: is the app running already, on http://localhost:{text}?\n"
                f"Stop the other program, or choose another port: make run PORT={int(text) + 1}"
            )


if __name__ == "__main__":
    main(sys.argv[1])
