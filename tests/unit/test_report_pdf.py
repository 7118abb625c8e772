"""The report as PDF: all that it says, on the right number of pages, readable for a screen reader."""

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from tests import country
from tests.country import SOUTH, WEST
from utils import boundaries, examples, report, report_pdf
from utils import coverage as c
from utils.models import Coverage, Groups
from utils.report_model import Chart, MapPlan, Points, Report, Table
from utils.texts import LANGS, Texts

ROOT = Path(__file__).resolve().parents[2]
NL = Texts("nl")
ONE = country.groups([(WEST + 500, SOUTH + 500)])


@pytest.fixture(scope="module")
def shipped(embedded: Path, once: None) -> Coverage:
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


def bare(text: str) -> str:
    """Without blanks: where a line breaks is not what these tests are about."""
    return re.sub(r"[\s\u00a0\u200b]+", "", text)


def made(current: Coverage, code: str, lang: str = "nl") -> tuple[Report, PdfReader]:
    texts = Texts(lang)
    said = report.build(current, code, 500, texts)
    return said, PdfReader(BytesIO(report_pdf.write(current, said, texts)))


def elements(element: Any) -> Any:
    """(kind, alternative text) of every element of the structure."""
    below = element.get("/K", [])
    for child in below if isinstance(below, list) else [below]:
        found = child.get_object()
        if hasattr(found, "get") and "/S" in found:
            yield str(found["/S"]), str(found.get("/Alt", ""))
            yield from elements(found)


def must_say(said: Report) -> list[str]:
    """Every sentence, figure and definition that has to stand in the PDF as text."""
    found = [said.subject, said.finding, *said.lead]
    for figure in said.key_figures:
        found += [figure.label, figure.value, figure.compare, figure.definition]
    for section in said.sections:
        found += [section.title, *section.sentences]
        for part in section.parts:
            if isinstance(part, Table):
                found += [part.caption, *(column.label for column in part.columns), *sum(part.rows, ())]
            elif isinstance(part, MapPlan):
                found += [part.credit, *(item.label for item in part.legend)]
            elif isinstance(part, Chart):
                found += [part.title, part.definition]
            elif isinstance(part, Points):
                found += [x for item in part.items for x in item]
    return found


@pytest.mark.parametrize(
    ("code", "lang"),
    [
        ("GM0995", "nl"), ("GM0363", "en"), ("GM1900", "en"), ("GM0277", "nl"), ("GM0096", "en"),
        ("GM0088", "nl"), ("PV24", "en"), ("PV30", "nl"), ("NL", "nl"),
    ],
)  # fmt: skip
def test_the_paper_says_all_and_is_tagged(shipped: Coverage, code: str, lang: str) -> None:
    said, reader = made(shipped, code, lang)
    pages = [bare(page.extract_text()) for page in reader.pages]
    whole = "".join(pages)
    assert [text for text in must_say(said) if bare(text) not in whole] == []
    assert 4 <= len(pages) <= 8
    assert all(bare(said.source) in page and bare(said.mark) in page for page in pages)
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == said.subject
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    tags = list(elements(root["/StructTreeRoot"]))
    kinds = [kind for kind, _ in tags]
    pictures = [p for one in said.sections for p in one.parts if isinstance(p, MapPlan | Chart)]
    tables = [p for one in said.sections for p in one.parts if isinstance(p, Table)]
    assert sorted(alt for kind, alt in tags if kind == "/Figure") == sorted(p.alt for p in pictures)
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == len(said.sections)
    assert kinds.count("/Table") == len(tables)
    assert kinds.count("/TH") >= sum(len(table.columns) for table in tables)
    assert len([x for x in reader.outline[1] if not isinstance(x, list)]) == len(said.sections)  # type: ignore[arg-type]


def test_maps_are_lines_not_dots_and_fonts_are_ours(shipped: Coverage) -> None:
    _, reader = made(shipped, "GM0995")
    fonts = set()
    for page in reader.pages:
        assert not page.images
        resources: Any = page["/Resources"]
        fonts |= {str(one.get_object()["/BaseFont"]).partition("+")[2] for one in resources["/Font"].values()}
    assert {name.partition("-")[0] for name in fonts} == {"SourceSansPro"}


def named(atlas: Any, name: str) -> Any:
    levels = {}
    for level in ("provinces", "municipalities", "neighbourhoods"):
        areas = getattr(atlas, level)
        levels[level] = replace(areas, names=np.full(len(areas), name, dtype=object))
    return replace(atlas, **levels)


@pytest.mark.parametrize(
    "name",
    [
        "Westerhaar-Vriezenveensewijk-Noordoost aan de Nieuwe Verlengde Hoogeveense Vaart", "W" * 60,
        '#panic("x") #{1+1} $x^2$ *a* _b_ @c <d> // [y] `z`',
        '"; #read("/etc/passwd") {name} ${1} &amp; </text>',
    ],
)  # fmt: skip
def test_any_name_is_text_and_stays_on_the_page(name: str) -> None:
    groups = replace(country.groups([(WEST + 500, SOUTH + 500)] * 2), names=np.array([name] * 2, object))
    _, reader = made(c.measure(named(country.grid(k=64), name), groups), "PV20")
    whole = "".join(page.extract_text() for page in reader.pages)
    assert bare(name) in bare(whole)
    assert 4 <= len(reader.pages) <= 8
    for page in reader.pages:
        assert "/Annots" not in page
        places: list[float] = []
        page.extract_text(visitor_text=lambda text, cm, tm, font, size: places.append(float(tm[4])))  # noqa: B023
        assert max(places) < 595 - 30


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    ("people", "groups"),
    [
        ([1_000] * 4, country.groups()),
        ([1_000] * 4, country.groups([(WEST + 500 + 1_000 * i, SOUTH + 500) for i in range(4)])),
        ([0] * 4, ONE),
        ([np.nan] * 4, ONE),
        ([30, 0, 0, 0], ONE),
        ([1_000] * 4, replace(ONE, peildatum=None)),
        ([1_000] * 4, replace(ONE, since=np.array(["NaT"], dtype="datetime64[D]"))),
    ],
    ids=["none", "covered", "nobody", "unknown", "few", "undated", "no start"],
)  # fmt: skip
def test_every_kind_of_area_has_a_paper(people: list[float], groups: Groups, lang: str) -> None:
    current = c.measure(country.grid(4, 1, inhabitants=people, k=64), groups)
    said, reader = made(current, "GM0000", lang)
    whole = bare("".join(page.extract_text() for page in reader.pages))
    assert [text for text in must_say(said) if bare(text) not in whole] == []
    assert 3 <= len(reader.pages) <= 8
    assert not re.search(r"\bnan\b|\binf\b", " ".join(must_say(said)))


def test_one_neighbourhood_is_enough() -> None:
    said, reader = made(c.measure(country.grid(1, 1, k=64), country.groups()), "GM0000")
    assert "één buurtvak" in said.sections[1].title
    assert len(reader.pages) >= 4


def test_the_same_report_gives_the_same_bytes(tmp_path: Path, embedded: Path, shipped: Coverage) -> None:
    here = report_pdf.write(shipped, report.build(shipped, "GM0277", 500, NL), NL)
    asked = (
        f"import sys, hashlib; from pathlib import Path; sys.path.insert(0, {str(ROOT)!r})\n"
        "from utils import boundaries, coverage, examples, report, report_pdf\n"
        "from utils.texts import Texts\n"
        f"f = Path({str(embedded)!r}); c = coverage.measure(boundaries.load(f), examples.read_example(f))\n"
        "t = Texts('nl'); made = report_pdf.write(c, report.build(c, 'GM0277', 500, t), t)\n"
        "sys.stdout.write(hashlib.sha256(made).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": ""},
    )  # fmt: skip
    assert other.stdout == hashlib.sha256(here).hexdigest()
