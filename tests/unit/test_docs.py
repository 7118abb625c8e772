"""The documentation does not lie: targets, settings, dependencies, rooms and links are those that exist."""

import re
import tomllib
from pathlib import Path

import pytest

from utils.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def targets() -> dict[str, str]:
    """Target → its line of help in the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z]+):.*## (.+)$", text, re.MULTILINE))


def plain(text: str) -> str:
    return text.replace("`", "").replace("|", "").strip()


def test_the_readme_has_every_make_target_and_no_other() -> None:
    rows = dict(re.findall(r"^\| `make ([a-z]+)` \| (.+) \|$", README, re.MULTILINE))
    assert rows.keys() == targets().keys()
    assert {"run", "test", "env", "data", "bench", "lint"} <= rows.keys()
    assert all(f"make {name}" in README for name in rows)


@pytest.mark.parametrize("name", sorted(targets().keys() - {"help", "run"}))
def test_the_readme_says_of_a_target_what_its_help_says(name: str) -> None:
    (row,) = re.findall(rf"^\| `make {name}` \| (.+) \|$", README, re.MULTILINE)
    assert plain(row) == targets()[name]


def test_the_two_commands_come_first() -> None:
    block = README.split("```")[1]
    assert re.findall(r"make (\w+)", block) == ["run", "test"]
    assert README.index(block) < README.index("## ")


def test_the_readme_has_every_setting_as_it_is() -> None:
    rows = re.findall(r"^\| `(BUURTDEKKING_\w+|DATABASE_URL)` \|(.*?)\| (.+) \|$", README, re.MULTILINE)
    assert [(name, plain(default), text) for name, default, text in rows] == [
        (setting.name, setting.default, setting.help) for setting in SETTINGS
    ]
    assert set(re.findall(r"BUURTDEKKING_\w+|DATABASE_URL", README)) == {setting.name for setting in SETTINGS}


def test_the_readme_says_why_of_each_runtime_dependency() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = re.findall(r"^- `([\w-]+)`: .{10,}$", README, re.MULTILINE)
    assert listed == [line.partition("==")[0] for line in lines]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-build.txt"])
def test_every_requirement_is_pinned(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"-r requirements\.txt|[\w-]+==[\w.]+", line)] == []


def test_the_architecture_names_every_room_and_no_other() -> None:
    named = set(re.findall(r"^\| `((?:utils|pages)/\w+\.py|dashboard\.py)` \|", ARCHITECTURE, re.MULTILINE))
    files = {
        str(path.relative_to(ROOT).as_posix())
        for path in [ROOT / "dashboard.py", *ROOT.glob("pages/*.py"), *ROOT.glob("utils/[!_]*.py")]
    }
    assert named == files


@pytest.mark.parametrize("file", ["README.md", "CHANGELOG.md", "docs/architecture.md", "docs/signing-in.md"])
def test_links_and_pictures_exist(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text)
    assert [link for link in links if not (ROOT / file).parent.joinpath(link).exists()] == []


def test_the_changelog_has_an_entry_for_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (entry,) = re.findall(rf"^## {re.escape(version)} \([^)]+\)\n\n((?:.+\n)+)", text, re.MULTILINE)
    assert entry.startswith("- ")


def test_the_readme_has_a_dutch_summary_and_names_what_is_invented() -> None:
    dutch = README.split("## In het Nederlands")[1].split("## ")[0]
    assert "voorbeelddata" in dutch
    assert "benadering" in dutch
    assert "make run" in dutch
