"""Only a link to a known app, by https, is one that a visitor can press."""

from pathlib import Path

import pytest

from tests.register_file import register_file
from utils import joining
from utils.models import Group
from utils.settings import load

GOOD = "https://chat.whatsapp.com/AbC123"


@pytest.mark.parametrize(
    "link",
    [
        GOOD,
        "https://signal.group/#CjQKIAbc-_",
        "https://t.me/+abc",
        "https://t.me:443/x",
        "https://nextdoor.nl/x?a=1",
    ],
)
def test_a_link_to_a_known_app_is_shown(link: str) -> None:
    assert joining.safe(link) == link
    assert joining.host(link) in link


@pytest.mark.parametrize(
    "link",
    [
        "", "http://chat.whatsapp.com/x", "javascript:alert(1)", "//chat.whatsapp.com/x", "https://evil.nl/x",
        "https://chat.whatsapp.com.evil.nl/x", "https://chat.whatsapp.com@evil.nl/x", "https://evil@t.me/x",
        "https://chat.whatsapp.com:8443/x", 'https://t.me/"onclick=x', "https://t.me/<b>", "https://t.me/a b",
        "https://t.me\\@evil.nl/", "https://t.mе/x", "https://[::1", "https://t.me/é", "data:text/html,x",
    ],
)  # fmt: skip
def test_any_other_link_is_not(link: str) -> None:
    assert joining.safe(link) == ""


def test_the_link_comes_from_the_register_for_one_group(tmp_path: Path) -> None:
    groups = [
        Group("G-1", "Het Park", join_link=GOOD, precision="municipality"),
        Group("G-2", "De Haven", precision="municipality"),
        Group("G-3", "Weg", join_link=GOOD, status="inactive", precision="municipality"),
        Group("G-4", "Nieuw", join_link=GOOD, status="pending", precision="municipality"),
        Group("G-5", "Vreemd", join_link="https://evil.nl/", precision="municipality"),
    ]
    options = load({"DATABASE_URL": register_file(tmp_path / "register.sqlite", groups)})
    found = {group.id: joining.link(options, group.id) for group in groups}
    assert found == {"G-1": GOOD, "G-2": "", "G-3": "", "G-4": "", "G-5": ""}
    assert joining.link(options, "G-9' OR 1=1") == ""


def test_without_a_register_there_is_no_link(tmp_path: Path) -> None:
    file = tmp_path / "none.sqlite"
    assert joining.link(load({"DATABASE_URL": f"sqlite:///{file}"}), "G-1") == ""
    assert not file.exists()
