"""The terminal's report: one area, pictures, and all areas beside each other without losing anything."""

import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation

from utils import cli, cli_input, cli_report, report_batch, settings
from utils.models import Coverage
from utils.report_batch import RECORD, Made, Wishes

ROOT = Path(__file__).resolve().parents[2]
CODES = ["GM0277", "GM0096", "GM0088"]


@cache
def shipped() -> Coverage:
    return cli_input.load()


@pytest.fixture(autouse=True)
def _usual(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.settings.cache_clear()
    monkeypatch.setattr(cli_report, "load", shipped)
    monkeypatch.setattr(report_batch, "_current", shipped)
    monkeypatch.chdir(tmp_path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(["report", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return code, said.out + said.err


def test_a_report_gets_its_name_or_the_one_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "--gebied", "gm0277")[0] == 0
    file = tmp_path / "raadsrapport-GM0277-500m-nl-voorbeeld.pdf"
    assert file.read_bytes().startswith(b"%PDF")
    assert run(capsys, "--gebied", "GM0277", "--out", "x.pdf", "--straal", "500")[0] == 0
    assert (tmp_path / "x.pdf").read_bytes() == file.read_bytes()
    assert run(capsys, "--gebied", "GM0277", "--taal", "en", "--straal", "1000")[0] == 0
    assert (tmp_path / "raadsrapport-GM0277-1000m-en-voorbeeld.pdf").exists()


def test_the_same_report_can_be_had_for_powerpoint(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(capsys, "--gebied", "GM0277", "--format", "pptx")[0] == 0
    name = "raadsrapport-GM0277-500m-nl-voorbeeld.pptx"
    assert Presentation(tmp_path / name).slides[0].shapes.title.text_frame.text.startswith("Rozendaal")
    assert run(capsys, "--gebied", "GM0277", "--out", "x.pptx")[0] == 0
    assert (tmp_path / "x.pptx").read_bytes() == (tmp_path / name).read_bytes()


@pytest.mark.parametrize(
    ("size", "pixels"), [("wide", (1200, 630)), ("square", (1080, 1080)), ("print", (3509, 2480))]
)
def test_pictures_have_the_size_asked_for(
    capsys: pytest.CaptureFixture[str], size: str, pixels: tuple[int, int]
) -> None:
    assert run(capsys, "--gebied", "GM0277", "--out", "a.png", "--size", size)[0] == 0
    assert Image.open("a.png").size == pixels


@pytest.mark.parametrize("which", ["map", "reach", "per_1000", "groups"])
def test_any_map_or_chart_can_be_had_as_svg(capsys: pytest.CaptureFixture[str], which: str) -> None:
    assert run(capsys, "--gebied", "GM0277", "--format", "svg", "--picture", which, "--out", "a.svg")[0] == 0
    assert ET.parse("a.svg").getroot().tag.endswith("svg")
    assert "@font-face" in Path("a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "--all"),
        (("--gebied", "GM0277", "--all"), "--all"),
        (("--gebied", "GM9999"), "GM9999"),
        (("--gebied", "BV02770001"), "BV02770001"),
        (("--gebied", "GM0277", "--format", "gif"), "gif"),
        (("--all", "--format", "png"), "png"),
        (("--gebied", "GM0277", "--format", "png", "--picture", "gaps"), "gaps"),  # it has none
        (("--gebied", "GM0277", "--format", "png", "--size", "huge"), "huge"),
        (("--gebied", "GM0277", "--straal", "99"), "Er staat: 99."),
        (("--gebied", "GM0277", "--taal", "de"), "de"),
        (("--gebied", "GM0277", "--out", "nowhere/x.pdf"), "nowhere"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, told = run(capsys, *arguments)
    assert code == 1
    assert said in told
    assert not list(Path().iterdir())


def batch(folder: Path, codes: list[str], radius: float = 500.0, jobs: int = 2) -> list[Made]:
    told: list[tuple[Made | None, int, int]] = []
    wishes = Wishes(radius, "nl", "pdf", folder)
    made = report_batch.make(shipped(), codes, wishes, jobs, lambda *one: told.append(one))
    assert told[0][0] is None
    assert told[-1][1:] == (len(codes), len(codes))
    return made


def test_a_batch_makes_what_is_not_there_or_not_current(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "rapporten"
    assert sorted(one.code for one in batch(folder, CODES)) == sorted(CODES)
    files = {file.name: file.read_bytes() for file in folder.glob("*.pdf")}
    single = report_batch.content(shipped(), "GM0277", Wishes(500, "nl", "pdf", folder))
    assert files[single[0]] == single[1]
    assert len(files) == 3
    assert batch(folder, CODES) == []
    (folder / single[0]).write_bytes(b"half")
    assert [one.code for one in batch(folder, CODES, jobs=1)] == ["GM0277"]
    assert {file.name: file.read_bytes() for file in folder.glob("*.pdf")} == files
    (folder / RECORD).write_text("{broken", encoding="utf-8")
    assert len(batch(folder, CODES[:1], jobs=1)) == 1
    assert {file.suffix for file in folder.iterdir()} == {".pdf", ".json"}


def test_one_that_goes_wrong_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = {one.code: one for one in batch(tmp_path, ["GM9999", "GM0277"], jobs=1)}
    assert made["GM0277"].problem is None
    assert made["GM9999"].problem is not None
    assert made["GM9999"].problem.key == "error.area_unknown"
    known = json.loads((tmp_path / RECORD).read_text(encoding="utf-8"))
    assert list(known) == [made["GM0277"].file]


def test_all_tells_at_the_end_what_went_wrong(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def some(current: Coverage, codes: list[str], wishes: Wishes, jobs: int, tell: object) -> list[Made]:
        assert len(codes) == 342
        bad = report_batch.Notice("error.report_changed")
        return [Made("GM0277", "a.pdf", 1.0), Made("GM0096", "", 0.0, bad)]

    monkeypatch.setattr(report_batch, "make", some)
    code, told = run(capsys, "--all", "--out", str(tmp_path))
    assert code == 2
    assert "340" in told
    assert "GM0096 Vlieland" in told


def test_a_batch_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    codes = [str(code) for code in shipped().atlas.municipalities.codes[:14]]
    asked = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path; from utils import cli_input, report_batch as b\n"
        "if __name__ == '__main__':\n"
        f"    b.make(cli_input.load(), {codes!r}, b.Wishes(500.0, 'nl', 'pdf', Path({str(tmp_path)!r})), 1,"
        " lambda *one: None)\n"
    )
    script = tmp_path / "batch.py"
    script.write_text(asked, encoding="utf-8")
    started = subprocess.Popen([sys.executable, str(script)], start_new_session=True)
    until = time.monotonic() + 60
    while len(list(tmp_path.glob("*.pdf"))) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(started.pid, signal.SIGKILL)
    started.wait()
    there = list(tmp_path.glob("*.pdf"))
    assert all(file.read_bytes().rstrip().endswith(b"%%EOF") for file in there)
    made = batch(tmp_path, codes, jobs=1)
    assert 0 < len(made) < len(codes)
    assert len(list(tmp_path.glob("*.pdf"))) == len(codes)


def test_the_record_changes_with_what_reports_are_made_of(monkeypatch: pytest.MonkeyPatch) -> None:
    wishes = Wishes(500, "nl", "pdf", Path())
    stands = {report_batch.stand(shipped(), one) for one in (wishes, Wishes(600, "nl", "pdf", Path()))}
    stands.add(report_batch.stand(shipped(), Wishes(500, "en", "pdf", Path())))
    monkeypatch.setattr(report_batch, "_program", lambda: "newer")
    stands.add(report_batch.stand(shipped(), wishes))
    assert len(stands) == 4
