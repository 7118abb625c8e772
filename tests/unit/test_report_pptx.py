"""The PowerPoint file: native, in placeholders, with the report's figures; LibreOffice opens it."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER

from tests import country
from utils import boundaries, examples, report, report_pptx, slides
from utils import coverage as c
from utils.models import Coverage
from utils.pptx_template import HEIGHT, LAYOUTS, WIDTH
from utils.report_model import Chart, MapPlan, Report, Table
from utils.texts import LANGS, Texts

KINDS = ["PV28", "GM0995", "GM0277", "GM0096", "GM0820"]
SIDES = ("xMin", "yMin", "xMax", "yMax")
FOOT = 468  # points from the top: what is below is the foot


@pytest.fixture(scope="module")
def shipped(embedded) -> Coverage:
    """The coverage that ships."""
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


@pytest.fixture(scope="module")
def made(shipped: Coverage, request) -> tuple[Report, bytes, Texts]:
    """A report and its file: of an area in a language."""
    code, lang = request.param
    texts = Texts(lang)
    one = report.build(shipped, code, 500, texts)
    return one, report_pptx.write(shipped, one, texts), texts


every = pytest.mark.parametrize("made", [(code, "nl") for code in KINDS] + [("GM0995", "en")], indirect=True)
one = pytest.mark.parametrize("made", [("GM0995", "nl")], indirect=True)


def opened(content: bytes):
    return Presentation(io.BytesIO(content))


def said(shape) -> str:
    return shape.text_frame.text if shape.has_text_frame else ""


@every
def test_each_slide_is_that_of_the_report_in_placeholders_of_its_layout(made) -> None:
    report_, content, _ = made
    shown, file = slides.of(report_), opened(content)
    assert (file.slide_width.pt, file.slide_height.pt) == (WIDTH, HEIGHT)
    assert [page.shapes.title.text_frame.text for page in file.slides] == [one.title for one in shown]
    for page in file.slides:
        known = {spot.placeholder_format.idx for spot in page.slide_layout.placeholders}
        numbers = [shape.placeholder_format.idx for shape in page.shapes]
        assert all(shape.is_placeholder for shape in page.shapes)
        assert set(numbers) <= known
        assert len(set(numbers)) == len(numbers)
        ids = [shape.shape_id for shape in page.shapes]
        assert len(set(ids)) == len(ids)
        for shape in page.placeholders:
            kind = shape.placeholder_format.type
            filled = kind in (PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.PICTURE) or not shape.has_text_frame
            assert filled or said(shape).strip(), (page.shapes.title.text, shape.name)


@every
def test_source_mark_and_number_are_on_each_slide_and_in_its_notes(made) -> None:
    report_, content, _ = made
    for page in opened(content).slides:
        foot = next(one for one in page.placeholders if one.placeholder_format.type == PP_PLACEHOLDER.FOOTER)
        assert said(foot) == f"{report_.mark}\n{report_.source}"
        assert any(one.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER for one in page.placeholders)
        notes = page.notes_slide.notes_text_frame.text
        assert report_.source in notes
        assert report_.mark in notes


@every
def test_charts_and_tables_are_native_and_hold_the_reports_figures(made) -> None:
    report_, content, _ = made
    shown = [part for one in slides.of(report_) for part in one.parts]
    file = opened(content)
    frames = [shape for page in file.slides for shape in page.shapes]
    charts = [shape.chart for shape in frames if shape.has_chart]
    wanted = [part for part in shown if isinstance(part, Chart)]
    assert len(charts) == len(wanted)
    for chart, part in zip(charts, wanted, strict=True):
        points = [point for series in part.series for point in series.points]
        found = [value for series in chart.plots[0].series for value in series.values]
        assert found == [point.value if point.value == point.value else None for point in points]
        names = [point.name for point in part.series[0].points]
        if part.kind == "bars":
            assert list(chart.plots[0].categories) == names
        else:
            assert len(list(chart.plots[0].categories)) == len(names)
        assert len(zipfile.ZipFile(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).namelist()) > 5
    tables = [shape.table for shape in frames if shape.has_table]
    wanted = [part for part in shown if isinstance(part, Table)]
    assert len(tables) == len(wanted)
    for table, part in zip(tables, wanted, strict=True):
        skip = 1 if part.numbered else 0
        rows = [[cell.text.replace("\xa0", " ") for cell in row.cells][skip:] for row in table.rows]
        assert rows == [[column.label for column in part.columns], *map(list, part.rows)]


@every
def test_who_does_not_see_hears_what_pictures_charts_and_tables_show(made) -> None:
    report_, content, _ = made
    parts = [part for one in slides.of(report_) for part in one.parts]
    wanted = [part.alt for part in parts if isinstance(part, Chart | MapPlan)]
    wanted += [part.caption for part in parts if isinstance(part, Table)]
    shapes = [shape for page in opened(content).slides for shape in page.shapes]
    told = [
        shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in shapes if not shape.has_text_frame
    ]
    assert sorted(told) == sorted(wanted)


@pytest.mark.parametrize("made", [("GM0995", lang) for lang in LANGS], indirect=True)
def test_it_says_its_language_title_and_day(made) -> None:
    report_, content, texts = made
    file = opened(content)
    language = {"nl": "nl-NL", "en": "en-GB"}[texts.lang]
    properties = file.core_properties
    assert (properties.title, properties.language) == (report_.subject, language)
    assert properties.created.date() == properties.modified.date() == date(2019, 12, 31)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        pages = [package.read(name).decode() for name in package.namelist() if "/slides/slide" in name]
    assert {tag for page in pages for tag in re.findall(r'<a:rPr[^>]* lang="([^"]+)"', page)} == {language}
    assert not any(re.search(r"<a:rPr(?![^>]* lang=)", page) for page in pages)
    formats = set(re.findall(r'<c:numFmt formatCode="([^"]+)"', _chart_xml(content)))
    place = "[$-413]" if texts.lang == "nl" else "[$-809]"
    assert formats - {"General"} == {f"{place}0%", f"{place}#,##0.0", f"{place}#,##0", "yyyy"}
    assert [layout.name for layout in file.slide_layouts] == [
        texts.t(f"pptx.layout.{key}") for key in LAYOUTS
    ]


def _chart_xml(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if re.search(r"/charts/chart\d+\.xml$", name)]
        assert names
        return "".join(package.read(name).decode() for name in names)


@one
def test_the_same_report_gives_the_same_bytes_and_no_clock_goes_in(made, shipped: Coverage) -> None:
    report_, content, texts = made
    assert report_pptx.write(shipped, report_, texts) == content
    year = str(datetime.now(UTC).year).encode()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert year not in package.read("docProps/core.xml")
        assert not any("thumbnail" in name for name in package.namelist())
        assert b"4:3" not in package.read("docProps/app.xml")
        assert b"screen4x3" not in package.read("ppt/presentation.xml")
        sheets = [package.read(name) for name in package.namelist() if name.endswith(".xlsx")]
    for sheet in sheets:
        with zipfile.ZipFile(io.BytesIO(sheet)) as package:
            assert year not in package.read("docProps/core.xml")


def test_names_and_marks_of_other_data() -> None:
    """Official neighbourhoods and an own register bear no mark; a name is text, whatever is in it."""
    atlas = country.grid(kind="official", k=64)
    atlas.municipalities.names[:] = '<a:b/> & "x" \x07'
    groups = replace(country.groups(), example=False)
    current = c.measure(atlas, groups)
    texts = Texts("nl")
    made = report.build(current, "GM0000", 500, texts)
    file = opened(report_pptx.write(current, made, texts))
    assert made.mark == ""
    assert "<a:b/> & " in file.slides[0].shapes.title.text
    foot = next(s for s in file.slides[1].placeholders if s.placeholder_format.idx == 11)
    assert said(foot) == made.source


# -- as LibreOffice shows it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def office() -> str:
    """LibreOffice and what reads its PDF; without them the test is skipped, but not where CI is set."""
    found = shutil.which("soffice")
    if found and shutil.which("pdftotext"):
        return found
    if os.environ.get("CI"):
        pytest.fail("LibreOffice or poppler is missing: apt-get install libreoffice-impress poppler-utils")
    pytest.skip("LibreOffice or poppler is not installed, so no PowerPoint file is opened")


def pages_of(office: str, content: bytes, folder: Path) -> list[list[tuple[str, float, float, float, float]]]:
    """The words of each page as LibreOffice sets them: text, left, top, right, bottom in points."""
    (folder / "rapport.pptx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), "rapport.pptx"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    subprocess.run(["pdftotext", "-bbox", "rapport.pdf", "words.html"], cwd=folder, check=True, timeout=60)
    text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", (folder / "words.html").read_text("utf-8"))
    space = {"h": "http://www.w3.org/1999/xhtml"}
    found = []
    for page in ElementTree.fromstring(text).iterfind(".//h:page", space):
        words = [
            (one.text or "", *(float(one.get(side)) for side in SIDES))
            for one in page.iterfind("h:word", space)
        ]
        found.append(words)
    return found


@pytest.mark.parametrize("made", [("GM0820", "nl"), ("PV28", "nl")], indirect=True)
def test_libreoffice_opens_it_and_nothing_runs_over(made, office: str, tmp_path: Path) -> None:
    report_, content, _ = made
    shown, pages = slides.of(report_), pages_of(office, content, tmp_path)
    assert len(pages) == len(shown)
    for slide, words in zip(shown, pages, strict=True):
        text = " ".join(word for word, *_ in words)
        squeezed = text.replace(" ", "").replace("\xa0", "")
        assert slide.title.replace(" ", "") in squeezed
        assert report_.mark.split()[0] in text
        for figure in slide.figures:
            assert figure.value.replace(" ", "") in squeezed
        foot = (report_.mark + report_.source).replace(" ", "")
        for word, left, top, right, bottom in words:
            assert left >= 30, (slide.title, word)
            assert right <= WIDTH - 30, (slide.title, word)
            assert bottom <= HEIGHT - 8, (slide.title, word)
            if top > FOOT - 12:
                assert word in foot or word.isdecimal(), f"{word!r} runs into the foot of {slide.title!r}"
