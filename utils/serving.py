"""What ``serve`` starts Streamlit with: a port that is free, at an address that suits the settings."""

import ipaddress
import os
import socket
import sys

from utils.errors import InputError
from utils.settings import ROOT, Settings

LOOPBACK = "127.0.0.1"


def command(options: Settings, address: str | None, port: int) -> list[str]:
    """The command that runs the website; ``address`` None: as Streamlit is set up (by default everywhere).

    With the staff page open to this computer alone, the website listens on this computer alone.
    Raises InputError for an address that is none, one that the settings do not allow, and a port in use.
    """
    if address is None and options.staff:
        address = LOOPBACK
    if address is not None:
        address = _checked(address, options.staff)
    _check_free(address or "", port)
    start = [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py")]
    where = ["--server.address", address] if address else []
    return [*start, *where, "--server.port", str(port)]


def _checked(came: str, staff: bool) -> str:
    name = LOOPBACK if came == "localhost" else came
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        raise InputError("error.address", came=came) from None
    if staff and not address.is_loopback:
        raise InputError("error.staff_address", came=came)
    return str(address)


def _check_free(address: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        if os.name == "posix":  # else a port that was just left counts as taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError:
            raise InputError("error.port", port=str(port)) from None
