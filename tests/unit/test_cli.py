"""The terminal: what it answers, how it fails, and which exit code it gives."""

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.register_file import place, register_file
from utils import cli, settings
from utils.errors import InputError
from utils.models import Coverage, Group

ROOT = Path(__file__).resolve().parents[2]
EMBEDDED = ROOT / "data" / "embedded"


read = cli._load


@cache
def shipped() -> Coverage:
    """What ships, read once for all tests that do not break it."""
    return read()


pytestmark = pytest.mark.usefixtures("once")


@pytest.fixture(autouse=True)
def _usual_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with the data that ship, and reads the environment anew."""
    for name in list(os.environ):
        if name.startswith(settings.PREFIX):
            monkeypatch.delenv(name)
    settings.settings.cache_clear()
    monkeypatch.setattr(cli, "_load", shipped)


def answer(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    """What a command that ends with this exit code writes to the output; to the error output if not 0."""
    ended = cli.main(arguments)
    said = capsys.readouterr()
    assert ended == code, said.err
    if code:
        assert said.out == ""
        assert "Traceback" not in said.err
    return said.err if code else said.out


def test_coverage_of_the_country_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(answer(capsys, "coverage", "--json"))
    assert (found["code"], found["level"], found["radius"]) == ("NL", "country", 500)
    assert (found["inhabitants"], found["groups"]) == (17_942_942, 8_950)
    assert 0 < found["reach"] < 1
    assert found["compare"] == []
    assert found["data"] == {"neighbourhoods": "approximate", "groups": "example"}
    assert found["boundaries"] == "2024-01-01"
    assert found["peildatum"]


def test_coverage_beside_province_and_country(capsys: pytest.CaptureFixture[str]) -> None:
    near = json.loads(answer(capsys, "coverage", "--gebied", "gm0995", "--json"))
    far = json.loads(answer(capsys, "coverage", "--gebied", "GM0995", "--straal", "1500", "--json"))
    assert [area["code"] for area in near["compare"]] == ["PV24", "NL"]
    assert (near["name"], near["groups"]) == ("Lelystad", 145)
    assert near["reach"] < far["reach"]
    lines = answer(capsys, "coverage", "--gebied", "GM0995").splitlines()
    assert "groups\t145\t" in "\n".join(lines)


def test_participants_follow_the_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = json.loads(answer(capsys, "coverage", "--json"))["participants"]
    monkeypatch.setenv("BUURTDEKKING_PARTICIPANTS", "12")
    settings.settings.cache_clear()
    assert json.loads(answer(capsys, "coverage", "--json"))["participants"] < usual


def test_export_to_the_output_is_csv(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(answer(capsys, "export", "areas", "--level", "province"))))
    assert len(rows) == 12
    assert sum(int(row["groups"]) for row in rows) == 8_950
    assert {row["benadering"] for row in rows} == {"neighbourhoods: approximate; groups: example"}


def test_exported_areas_tell_how_many_groups_are_confirmed(capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(answer(capsys, "export", "areas", "--gebied", "PV24"))))
    for row in rows:
        active, stale = int(row["active"]), int(row["unconfirmed"])
        assert 0 <= stale <= active
        assert float(row["confirmed_share"]) == pytest.approx(1 - stale / active, abs=1e-4)
    assert 0 < sum(int(row["unconfirmed"]) for row in rows) < sum(int(row["active"]) for row in rows)
    assert sum(int(row["overstated"]) for row in rows) > 0


@pytest.mark.parametrize(
    ("gebied", "start"), [("NL", "GM"), ("PV24", "GM"), ("GM0995", "BV0995"), ("BV00140001", "BV")]
)
def test_without_a_level_the_parts_suit_the_area(capsys, gebied: str, start: str) -> None:
    found = list(csv.DictReader(io.StringIO(answer(capsys, "export", "areas", "--gebied", gebied))))
    assert found
    assert all(row["code"].startswith(start) for row in found)


@pytest.mark.parametrize("what", ["groups", "areas", "gaps"])
@pytest.mark.parametrize("wanted", ["csv", "xlsx", "geojson", "gpkg"])
def test_export_to_a_file_of_each_format(capsys, tmp_path: Path, what: str, wanted: str) -> None:
    file = tmp_path / f"lelystad.{wanted}"
    assert answer(capsys, "export", what, "--gebied", "GM0995", "--out", str(file)) == ""
    start = {"csv": b"", "xlsx": b"PK", "geojson": b'{"type":"FeatureCollection"', "gpkg": b"SQLite format 3"}
    assert file.read_bytes().startswith(start[wanted])
    assert len(file.read_bytes()) > 500


def test_gaps_can_be_filtered_and_ordered(capsys) -> None:
    def gaps(*options: str) -> list[dict[str, str]]:
        content = answer(capsys, "export", "gaps", "--gebied", "PV24", *options)
        return list(csv.DictReader(io.StringIO(content)))

    usual, every = gaps(), gaps("--status", "wit,deels", "--sorteer", "onbereikt")
    assert {row["status"] for row in usual} == {"uncovered"}
    assert {row["status"] for row in every} == {"uncovered", "partly"}
    people = [int(row["unreached"]) for row in every]
    assert people == sorted(people, reverse=True)
    some = gaps("--min-inwoners", "1000", "--afstand", "2000", "--sorteer", "afstand")
    assert 0 < len(some) < len(usual)
    assert all(int(row["inhabitants"]) >= 1_000 and int(row["distance"]) >= 2_000 for row in some)
    assert some[0]["filter"].startswith("gebied=PV24; inwoners=1000; status=wit; afstand=2000; verouderd=0")
    old = gaps("--verouderd", "--status", "wit,deels")
    assert old
    assert all({row["status_now"], row["status"]} != {"covered"} and int(row["lost"]) >= 0 for row in old)


def test_meanings_come_in_the_language_asked_for(capsys, tmp_path: Path) -> None:
    told = {}
    for lang in ("nl", "en"):
        file = tmp_path / f"{lang}.xlsx"
        answer(
            capsys,
            "export",
            "gaps",
            "--gebied",
            "GM0995",
            "--straal",
            "750",
            "--out",
            str(file),
            "--taal",
            lang,
        )
        told[lang] = dict(openpyxl.load_workbook(file)["definitions"].values)
    assert told["nl"].keys() == told["en"].keys()
    assert "750" in told["nl"]["reach"]
    assert told["nl"]["reach"] != told["en"]["reach"]


def test_format_wins_over_the_name_of_the_file(capsys, tmp_path: Path) -> None:
    file = tmp_path / "gaps.txt"
    answer(capsys, "export", "gaps", "--gebied", "GM0995", "--format", "geojson", "--out", str(file))
    assert json.loads(file.read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    assert "txt" in answer(capsys, "export", "gaps", "--out", str(file), code=1)


def test_locate_finds_the_municipality_first(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(answer(capsys, "locate", "Lelystad", "--json"))
    hit = found["hits"][0]
    assert (hit["code"], hit["level"], hit["municipality"]) == ("GM0995", "municipality", "GM0995")
    assert 5.3 < hit["lon"] < 5.7
    assert 52.3 < hit["lat"] < 52.7
    assert found["data"] == {"neighbourhoods": "approximate"}
    assert answer(capsys, "locate", "Lelystad").splitlines()[0] == "GM0995\tLelystad\tmunicipality"


def test_locate_finds_provinces_and_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    hit = json.loads(answer(capsys, "locate", "Flevoland", "--json"))["hits"][0]
    assert (hit["code"], hit["municipality"], hit["province"]) == ("PV24", None, "PV24")
    assert json.loads(answer(capsys, "locate", "qqqqzzzz", "--json"))["hits"] == []


def test_check_counts_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    counts = json.loads(answer(capsys, "check", "--json"))["counts"]
    assert (counts["provinces"], counts["municipalities"], counts["groups"]) == (12, 342, 8_950)
    assert counts["nowhere"] == 0
    assert counts["samples"] >= 64
    assert answer(capsys, "check", "--taal", "en").splitlines()[-1] == "All is well."


BAD_INPUT = {
    "unknown area": (["coverage", "--gebied", "GM9999"], "GM9999"),
    "unknown area in an export": (["export", "groups", "--gebied", "Lelystad"], "LELYSTAD"),
    "radius too small": (["coverage", "--straal", "99"], "100"),
    "radius too large": (["export", "gaps", "--straal", "5001"], "5.000"),
    "radius that is nan": (["coverage", "--straal", "nan"], "nan"),
    "radius that is no number": (["coverage", "--straal", "ver"], "--straal"),
    "unknown level": (["export", "areas", "--level", "wijk"], "municipality"),
    "level above the area": (
        ["export", "areas", "--gebied", "GM0995", "--level", "province"],
        "municipality",
    ),
    "unknown format": (["export", "areas", "--format", "pdf"], "geojson"),
    "unknown language": (["coverage", "--taal", "fy"], "fy"),
    "unknown command": (["dekking"], "dekking"),
    "unknown thing to export": (["export", "houses"], "houses"),
    "nothing to look for": (["locate", " "], "naam"),
    "folder that does not exist": (
        ["export", "gaps", "--gebied", "GM0995", "--out", "/no/such/x.csv"],
        "/no/such",
    ),
    "order that is none": (["export", "gaps", "--sorteer", "grootte"], "onbereikt"),
    "status that is none": (["export", "gaps", "--status", "gedekt"], "wit, deels"),
    "fewer than no inhabitants": (["export", "gaps", "--min-inwoners", "-3"], "--min-inwoners"),
    "filter of gaps for areas": (["export", "areas", "--verouderd"], "export areas"),
    "port that cannot be": (["serve", "--port", "70000"], "--port"),
}


@pytest.mark.parametrize("case", BAD_INPUT)
def test_bad_input_is_named_and_gives_1(capsys: pytest.CaptureFixture[str], case: str) -> None:
    arguments, named = BAD_INPUT[case]
    assert named in answer(capsys, *arguments, code=1)


def test_errors_come_in_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    for form in (["--taal", "en"], ["--taal=en"]):
        assert answer(capsys, "coverage", "--gebied", "GM9999", *form, code=1).startswith("There is no area")
    assert answer(capsys, "coverage", "--gebied", "GM9999", code=1).startswith("Het gebied")


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the data that ship, to break, and set as the data of the product."""
    folder = tmp_path / "data"
    shutil.copytree(EMBEDDED, folder)
    monkeypatch.setenv("BUURTDEKKING_DATA", str(folder))
    monkeypatch.setattr(cli, "_load", read)
    return folder


@pytest.mark.parametrize(
    "file",
    [
        "provinces.parquet",
        "municipalities.parquet",
        "neighbourhoods.parquet",
        "example_groups.parquet",
        "edition.json",
    ],
)
@pytest.mark.parametrize("broken", [True, False], ids=["broken", "missing"])
def test_check_names_a_broken_or_missing_file_and_gives_2(
    capsys, copy: Path, file: str, broken: bool
) -> None:
    if broken:
        (copy / file).write_bytes((copy / file).read_bytes()[:40])
    else:
        (copy / file).unlink()
    said = answer(capsys, "check", code=2)
    assert file in said
    assert "make data" in said


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a register that is not there yet, which the commands use."""
    file = tmp_path / "mine.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setattr(cli, "_load", read)
    return file


def test_a_register_that_is_not_there_is_told_and_not_made(capsys, register: Path) -> None:
    assert f"let op: In {register} staat nog geen register" in answer(capsys, "check")
    (found,) = json.loads(answer(capsys, "check", "--json", "--taal", "en"))["findings"]
    assert found["severity"] == "warning"
    assert f"no register in {register}" in found["text"]
    for command in (("coverage",), ("export", "groups", "--gebied", "GM0995")):
        assert cli.main(command) == 0
        assert f"In {register} staat nog geen register" in capsys.readouterr().err
    assert not register.exists()


def test_a_broken_register_is_ours_to_mend(capsys, register: Path) -> None:
    register.write_bytes(b"no database" * 1000)
    assert "mine.sqlite" in answer(capsys, "check", code=2)


def test_your_own_register_is_not_example_data(capsys, register: Path) -> None:
    register_file(register, [Group("1", "Groep", **place(52.5, 5.48)), Group("2", "Zee", **place(53.5, 3.5))])
    found = json.loads(answer(capsys, "check", "--json"))
    assert found["data"] == {"neighbourhoods": "approximate", "groups": "registered"}
    assert (found["counts"]["groups"], found["counts"]["nowhere"]) == (2, 1)


def test_a_port_in_use_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = answer(capsys, "serve", "--port", port, code=1)
    assert port in said
    assert len(said.strip().splitlines()) == 1


def test_serve_becomes_the_website(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []

    def start(program: str, command: list[str]) -> None:
        started.append(command)

    monkeypatch.setattr(os, "name", "posix")
    monkeypatch.setattr(os, "execv", start)
    monkeypatch.setattr(subprocess, "call", lambda command: 0)
    monkeypatch.chdir(ROOT)
    with socket.socket() as free:
        free.bind(("", 0))
        port = str(free.getsockname()[1])
    cli.main(["serve", "--port", port])
    assert started[0][:4] == [sys.executable, "-m", "streamlit", "run"]
    assert started[0][-2:] == ["--server.port", port]


def test_as_a_program_of_its_own() -> None:
    run = [sys.executable, "-m", "utils.cli"]
    good = subprocess.run(
        [*run, "export", "gaps", "--gebied", "GM0995"], cwd=ROOT, capture_output=True, check=False
    )
    assert good.returncode == 0
    assert good.stdout.startswith(b"code,name,")
    bad = subprocess.run([*run, "coverage", "--gebied", "X"], cwd=ROOT, capture_output=True, check=False)
    assert (bad.returncode, bad.stdout) == (1, b"")


def test_a_mistake_of_ours_gives_2() -> None:
    crash = (
        "import sys; from utils import cli; sys.excepthook = cli._ours\n"
        "cli.boundaries.load = lambda folder: 1 / 0\n"
        "sys.exit(cli.main(['check']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", crash], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "ZeroDivisionError" in done.stderr


def test_check_looks_at_the_atlas_as_a_whole(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = cli.boundaries.load(EMBEDDED)
    atlas = replace(sound, samples=sound.samples.copy())
    atlas.samples[7, 3] += 100_000
    monkeypatch.setattr(cli.boundaries, "load", lambda folder: atlas)
    monkeypatch.setattr(cli, "_load", read)
    said = answer(capsys, "check", code=2)
    assert "neighbourhoods.parquet" in said
    assert "make data" in said


def test_the_radius_is_checked_before_anything_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "_load", lambda: pytest.fail("read the data"))
    with pytest.raises(InputError):
        cli.coverage_(straal=1.0)


def test_groups_that_name_an_old_municipality_count_where_it_went(
    capsys: pytest.CaptureFixture[str], register: Path
) -> None:
    """Boxmeer is now in Land van Cuijk; Haaren was split, so nobody knows where its group is."""
    register_file(
        register, [Group("1", "A", municipality="Boxmeer"), Group("2", "B", municipality="Haaren")]
    )
    assert json.loads(answer(capsys, "coverage", "--gebied", "GM1982", "--json"))["groups"] == 1
    assert json.loads(answer(capsys, "check", "--json"))["counts"]["nowhere"] == 1
    (row,) = csv.DictReader(io.StringIO(answer(capsys, "export", "groups", "--gebied", "GM1982")))
    assert (row["id"], row["neighbourhood"], row["x"]) == ("1", "", "")
