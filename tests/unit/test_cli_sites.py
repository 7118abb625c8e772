"""The terminal's ``sites``: the answer as lines, as JSON and as files, and what it refuses."""

import csv
import io
import json
import math
from functools import cache
from pathlib import Path

import geopandas
import openpyxl
import pytest

from tests import country
from tests.country import SOUTH, WEST
from tests.unit.test_cli import answer
from utils import cli, cli_sites, coverage, siting
from utils.models import Coverage
from utils.siting import Siting
from utils.texts import Texts


@cache
def toy() -> Coverage:
    """A country of 36 neighbourhoods with one group, known to be made up."""
    return coverage.measure(country.grid(6, 6, k=16), country.groups([(WEST + 500, SOUTH + 500)]))


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_sites, "load", toy)


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    return json.loads(answer(capsys, "sites", *arguments, "--json"))


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys, "--gebied", "pv20", "--k", "3", "--straal", "800")
    best = siting.best_places(toy(), "PV20", 3, 800)
    assert (found["code"], found["level"], found["name"]) == ("PV20", "province", "Provincie 0")
    assert (found["radius"], found["k"], found["method"], found["short"]) == (800, 3, "exact", 0)
    assert found["gained"] == found["bound"] == pytest.approx(best.gained)
    assert found["open"] == pytest.approx(best.open)
    assert [site["number"] for site in found["sites"]] == [1, 2, 3]
    assert [site["gained"] for site in found["sites"]] == [pytest.approx(site.gained) for site in best.sites]
    assert found["sites"][-1]["gained_total"] == pytest.approx(found["gained"])
    places = toy().atlas.neighbourhoods
    for site, row in zip(found["sites"], [site.neighbourhood for site in best.sites], strict=True):
        assert (site["code"], site["name"]) == (places.codes[row], places.names[row])
        assert site["municipality_code"] == f"GM{int(site['municipality'].split()[1]):04}"
        assert site["province"] == "Provincie 0"
        assert 3 < site["lon"] < 8 < 50 < site["lat"] < 54
    assert found["peildatum"] == found["boundaries"] == "2024-01-01"
    assert found["data"] == {"neighbourhoods": "approximate", "groups": "example"}
    assert "CBS" in found["source"]


def test_without_options_ten_in_the_country(capsys: pytest.CaptureFixture[str]) -> None:
    found = asked(capsys)
    assert (found["code"], found["name"], found["k"], found["radius"]) == ("NL", "Nederland", 10, 500)
    assert len(found["sites"]) == 10
    assert asked(capsys, "--taal", "en")["name"] == "The Netherlands"


def test_as_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sites", "--gebied", "GM0002", "--k", "2"]) == 0
    said = capsys.readouterr()
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert [row[0] for row in rows] == ["1", "2"]
    assert all(len(row) == 5 for row in rows)
    assert "Gemeente 2" in said.err
    assert "Bewezen" in said.err
    assert "CBS" in said.err


def test_an_area_without_gaps_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["sites", "--gebied", "BV00000000", "--straal", "1000"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "Buurt 0" in said.err
    found = asked(capsys, "--gebied", "BV00000000", "--straal", "1000")
    assert (found["sites"], found["gained"], found["open"]) == ([], 0, 0)


@pytest.mark.parametrize("taal", ["nl", "en"])
@pytest.mark.parametrize("wanted", ["csv", "xlsx", "geojson", "gpkg"])
def test_as_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, wanted: str, taal: str) -> None:
    out = tmp_path / f"plekken.{wanted}"
    answer(
        capsys, "sites", "--gebied", "PV21", "--k", "4", "--straal", "700", "--out", str(out), "--taal", taal
    )
    best = siting.best_places(toy(), "PV21", 4, 700)
    if wanted in ("geojson", "gpkg"):
        frame = geopandas.read_file(out)
        assert (frame.geometry.geom_type == "Point").all()
        at = frame.to_crs(28992).geometry
        assert at.x.tolist() == pytest.approx([site.x for site in best.sites], abs=0.5)
        assert at.y.tolist() == pytest.approx([site.y for site in best.sites], abs=0.5)
        rows = frame.to_dict("records")
    elif wanted == "csv":
        rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8"))))
    else:
        book = openpyxl.load_workbook(out)
        names, *lines = book["data"].iter_rows(values_only=True)
        rows = [dict(zip(names, line, strict=True)) for line in lines]
        meanings = dict(book["definitions"].iter_rows(values_only=True))
        assert set(names) <= meanings.keys()
        assert Texts(taal).distance(700) in meanings["gained"]
    assert [int(row["number"]) for row in rows] == [1, 2, 3, 4]
    assert [float(row["gained"]) for row in rows] == pytest.approx(
        [site.gained for site in best.sites], abs=0.5
    )
    for row in rows:
        assert (float(row["open"]), row["method"]) == (round(best.open), "exact")
        assert row["filter"] == "gebied=PV21; k=4"
        assert str(row["peildatum"])[:10] == "2024-01-01"
        assert row["benadering"] == "neighbourhoods: approximate; groups: example"
        assert float(row["radius"]) == 700


def test_to_the_output_in_a_format(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["sites", "--k", "1", "--format", "csv"]) == 0
    said = capsysbinary.readouterr()
    assert said.out.startswith(b"code,name,number,municipality,province,gained,")
    assert said.out.count(b"\r\n") == 2


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--k", "0"], "1 tot en met 100"),
        (["--k", "101"], "1 tot en met 100"),
        (["--gebied", "GM9999"], "GM9999"),
        (["--straal", "50"], "100"),
        (["--format", "doc"], "doc"),
        (["--k", "veel"], "--k"),
    ],
)
def test_what_cannot_be_asked(capsys: pytest.CaptureFixture[str], arguments: list[str], part: str) -> None:
    assert part in answer(capsys, "sites", *arguments, code=1)


def test_at_most_is_rounded_up() -> None:
    from utils import site_words

    for gained, said in ((9_999, "0,1%"), (9_900, "1,0%"), (9_899, "1,1%")):
        found = Siting((), 20_000, gained, "greedy", 10_000)
        assert site_words.at_most(Texts("nl"), found) == said
    assert math.isclose(found.short, 0.0101)
