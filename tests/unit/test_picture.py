"""Pictures: what they show and say, in any language, with any name; and how they look."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests import country
from tests.country import SOUTH, WEST
from utils import boundaries, chart_drawing, classes, examples, map_frame, picture, report
from utils import coverage as c
from utils.models import Atlas, Coverage, Status
from utils.report_model import Chart, MapPlan, Point, Report, Series, Site
from utils.texts import Texts

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
NL = Texts("nl")
TEXT = "{http://www.w3.org/2000/svg}text"
GROUPS = country.groups(
    [(WEST + 500, SOUTH + 500), (WEST + 2_600, SOUTH + 400), (WEST + 900, SOUTH + 2_400)],
    ["active", "inactive", "active"],
)
TOY = c.measure(country.grid(k=64), GROUPS)


def renamed(atlas: Atlas, name: str) -> Atlas:
    areas = {
        level: replace(getattr(atlas, level), names=np.full(len(getattr(atlas, level)), name, dtype=object))
        for level in ("provinces", "municipalities", "neighbourhoods")
    }
    return replace(atlas, **areas)


def plans(made: Report) -> list[MapPlan]:
    return [part for one in made.sections for part in one.parts if isinstance(part, MapPlan)]


def charts(made: Report) -> list[Chart]:
    return [part for one in made.sections for part in one.parts if isinstance(part, Chart)]


def words(svg: str) -> list[str]:
    """The texts of an SVG, which must be sound XML."""
    return ["".join(one.itertext()) for one in ET.fromstring(svg).iter(TEXT)]


def pictures(current: Coverage, code: str, lang: str, size: picture.Size) -> list[str]:
    texts = Texts(lang)
    made = report.build(current, code, 500, texts)
    maps = [picture.of_map(current, made, plan, texts, size) for plan in plans(made)]
    return maps + [picture.of_chart(made, chart, texts, size) for chart in charts(made)]


@pytest.fixture(scope="module")
def shipped(embedded: Path, once: None) -> Coverage:
    return c.measure(boundaries.load(embedded), examples.read_example(embedded))


@pytest.mark.parametrize(
    ("code", "size", "lang"),
    [("GM0995", "wide", "nl"), ("PV28", "square", "en"), ("NL", "print", "nl"), ("GM0096", "square", "en")],
)
def test_every_picture_bears_title_source_dates_and_mark(
    shipped: Coverage, code: str, lang: str, size: picture.Size
) -> None:
    made = report.build(shipped, code, 500, Texts(lang))
    for svg in pictures(shipped, code, lang, size):
        said = " ".join(words(svg))
        assert made.subject in said
        assert made.mark in said
        assert made.source in said
        width, height = re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups()  # type: ignore[union-attr]
        for x, y, anchor in re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)"[^>]*text-anchor="(\w+)"', svg):
            assert 0 <= float(x) <= float(width), (x, anchor)
            assert 0 <= float(y) <= float(height)


def test_a_map_shows_the_classes_of_the_dashboard(shipped: Coverage) -> None:
    plan, quiet, _ = plans(report.build(shipped, "GM0995", 500, NL))
    swatches = classes.scale("status", "neighbourhood", "light").swatches
    svg = picture.bare_map(shipped, plan, NL, 480, 400, 8)
    assert svg.count(f'fill="{swatches[Status.COVERED].fill}"') == 1
    assert 'fill="url(#arcering)"' in svg
    assert "stroke-dasharray" in svg  # approximate
    assert svg.count("<circle") == 145
    assert swatches[Status.COVERED].fill not in picture.bare_map(shipped, quiet, NL, 480, 400, 8)


def test_numbers_stand_apart_inside_the_picture(shipped: Coverage) -> None:
    for code in ("GM0363", "NL", "PV27"):
        quiet = plans(report.build(shipped, code, 500, NL))[1]
        svg = picture.bare_map(shipped, quiet, NL, 480, 400, 8)
        circles = [
            (float(x), float(y))
            for x, y, r in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
            if float(r) == pytest.approx(7.6)
        ]
        assert len(circles) == 10
        apart = [np.hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(circles) for b in circles[:i]]
        assert min(apart) > 14
        assert all(7 < x < 473 and 7 < y < 393 for x, y in circles)


def test_the_list_beside_a_numbered_map_names_what_it_numbers(shipped: Coverage) -> None:
    made = report.build(shipped, "GM0995", 500, NL)
    said = " ".join(words(picture.of_map(shipped, made, plans(made)[1], NL, "wide"))).replace("\u00a0", " ")
    assert "1 Lelystad-Zuidwest 4 (1.662 inwoners)" in said


def test_sites_have_their_reach_around_them() -> None:
    plan = plans(report.build(TOY, "GM0000", 500, NL))[0]
    sited = replace(plan, sites=(Site(1, WEST + 1_000, SOUTH + 500), Site(2, WEST + 3_000, SOUTH + 500)))
    svg = picture.bare_map(TOY, sited, NL, 400, 200, 8)
    scale = map_frame.frame(TOY.atlas, sited, 400, 200, 12).scale
    assert svg.count(f'r="{500 * scale:.2f}" fill="none"') == 2
    assert {"1", "2"} <= set(words(svg))


@pytest.mark.parametrize("name", ["</text><script>x</script>", 'A&B "<c>" \x07bel]]>', "W" * 90 + "日本"])
def test_names_are_text_in_a_picture(name: str) -> None:
    odd = replace(
        TOY, atlas=renamed(TOY.atlas, name), groups=replace(GROUPS, names=np.array([name] * 3, object))
    )
    for svg in pictures(odd, "GM0000", "nl", "wide"):
        root = ET.fromstring(svg)
        assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert picture.size_png(svg, "wide").startswith(b"\x89PNG")


def test_missing_is_no_bar_and_a_gap_in_a_line() -> None:
    points = tuple(
        Point(str(y), v, "x", y) for y, v in ((2015, 3.0), (2016, np.nan), (2017, 5.0), (2018, 6.0))
    )
    chart = Chart("line", "groups", "t", "f", "a", "d", "alt", (Series("", points),))
    drawn = chart_drawing.draw(chart, 300, 150, 8, NL)
    assert re.findall(r'd="(M[^"]+)" fill="none"[^>]*stroke="#0B5358"', drawn)[-1].count("L") == 1
    bars = replace(chart, kind="bars", own=0)
    assert re.findall(r'<rect[^>]*width="([\d.]+)"', chart_drawing.draw(bars, 300, 150, 8, NL))[1] == "0"


@pytest.mark.parametrize(("most", "percent"), [(0.93, True), (8_950, False), (3, False), (0.4, False)])
def test_axes_have_round_numbers(most: float, percent: bool) -> None:
    ticks = chart_drawing._ticks(most, percent)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 6


def test_the_same_data_give_the_same_picture(shipped: Coverage) -> None:
    one, other = (pictures(shipped, "GM0995", "nl", "wide") for _ in range(2))
    assert one == other
    assert picture.size_png(one[0], "wide") == picture.size_png(other[0], "wide")


def test_a_picture_to_take_along_has_its_letters_inside() -> None:
    made = report.build(TOY, "GM0000", 500, NL)
    plain = picture.of_map(TOY, made, plans(made)[0], NL, "wide")
    whole = picture.portable(plain)
    assert words(whole) == words(plain)
    assert whole.count("@font-face") == 2
    assert "http" not in whole.replace("http://www.w3.org/2000/svg", "")


def _small(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB").resize((400, 210)), dtype=float)


@pytest.mark.parametrize("name", ["map", "gaps", "sites", "reach", "groups"])
def test_pictures_look_as_they_did(shipped: Coverage, name: str) -> None:
    made = report.build(shipped, "GM1900", 500, NL)
    svg = picture.of(shipped, made, picture.pictures(made)[name], NL, "wide")
    now, file = _small(picture.size_png(svg, "wide")), GOLDEN / f"{name}.png"
    if not file.exists():
        Image.fromarray(now.astype(np.uint8)).save(file)
        pytest.fail(f"{file.name} was not there: look at it, and keep it")
    before = np.asarray(Image.open(file).convert("RGB"), dtype=float)
    assert np.abs(now - before).mean() < 1.5
    assert (np.abs(now - before).max(axis=2) > 60).mean() < 0.01
