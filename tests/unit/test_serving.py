"""What ``serve`` starts Streamlit with."""

import socket
import sys
from pathlib import Path

import pytest

from utils import serving
from utils.errors import InputError
from utils.settings import Settings, load


def options(tmp_path: Path, staff: str = "") -> Settings:
    return load({"BUURTDEKKING_CACHE": str(tmp_path), "BUURTDEKKING_STAFF": staff})


def free(address: str = "") -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def test_by_default_streamlit_decides_where_it_listens(tmp_path: Path) -> None:
    command = serving.command(options(tmp_path), None, port := free())
    assert command[:4] == [sys.executable, "-m", "streamlit", "run"]
    assert command[-2:] == ["--server.port", str(port)]
    assert "--server.address" not in command


@pytest.mark.parametrize(
    ("staff", "came", "address"),
    [("", "127.0.0.1", "127.0.0.1"), ("", "0.0.0.0", "0.0.0.0"), ("", "localhost", "127.0.0.1"),
     ("local", None, "127.0.0.1"), ("local", "localhost", "127.0.0.1"), ("local", "127.0.0.1", "127.0.0.1")],
)  # fmt: skip
def test_an_address_is_passed_on(tmp_path: Path, staff: str, came: str | None, address: str) -> None:
    command = serving.command(options(tmp_path, staff), came, free())
    assert command[command.index("--server.address") + 1] == address


@pytest.mark.parametrize("came", ["0.0.0.0", "::", "192.168.1.4"])
def test_for_this_computer_alone_is_for_this_computer_alone(tmp_path: Path, came: str) -> None:
    with pytest.raises(InputError) as caught:
        serving.command(options(tmp_path, "local"), came, free())
    assert (caught.value.key, caught.value.params) == ("error.staff_address", {"came": came})


@pytest.mark.parametrize("came", ["", "kaart.voorbeeld.nl", "127.0.0.1:8501", "300.1.1.1"])
def test_what_is_no_address_is_told(tmp_path: Path, came: str) -> None:
    with pytest.raises(InputError) as caught:
        serving.command(options(tmp_path), came, free())
    assert caught.value.key == "error.address"


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(InputError) as caught:
            serving.command(options(tmp_path), "127.0.0.1", port)
    assert caught.value.key == "error.port"
