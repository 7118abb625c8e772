"""Names that want to be programs: in every text of a group and of an area. They stay text."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect

from tests.browser import chart
from tests.browser.server import ROOT
from tests.browser.test_downloads import download
from tests.browser.visit import Visit
from tests.register_file import place, register_file
from tests.unit.files import change_cell
from utils.models import STATUSES, Group

LELYSTAD = "GM0995"
MARK = "window.__xss=1"
TEXTS = (
    f"<img src=x onerror={MARK}>",
    f"<script>{MARK}</script>",
    f"</script><script>{MARK}</script>",
    f"${{{MARK}}}",
    f"`;{MARK};`",
    "{{7*7}} {% raw %} {map}",
    f"[klik](javascript:{MARK})",
    f"javascript:{MARK}",
    f"\"'onmouseover='{MARK}' x=\"",
    f"<svg/onload={MARK}>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'>",
    "=HYPERLINK(\"http://example.invalid\",\"klik\")",
    "\u2028alert(1)\u2029<!--",
    ":material/home: **vet** $x$ :red[rood]",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile(start, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of an app whose groups and areas have hostile names, and that has no base map."""
    folder = tmp_path_factory.mktemp("hostile")
    data = folder / "data"
    shutil.copytree(ROOT / "data" / "embedded", data)
    for name, code in (("provinces", "PV24"), ("municipalities", LELYSTAD), ("neighbourhoods", "BV09950001")):
        file = data / f"{name}.parquet"
        row = pq.read_table(file, columns=["code"])["code"].to_pylist().index(code)
        change_cell(file, "name", row, area_name(code))
    groups = [hostile_group(i, text) for i, text in enumerate(TEXTS)]
    url = register_file(folder / "register.sqlite", groups)
    return start(BUURTDEKKING_DATA=str(data), DATABASE_URL=url, BUURTDEKKING_TILES="")


def hostile_group(i: int, text: str) -> Group:
    """A group that has the hostile text in each of its texts."""
    return Group(
        id=f"{i} {text}",
        name=text,
        **place(52.50 + 0.012 * (i // 4), 5.44 + 0.02 * (i % 4)),
        municipality=text,
        description=text,
        participants=None if i % 3 else 40,
        status=STATUSES[i % 4],
        reason=text,
        confirmed_by=text,
        platform=text,
        join_link=text,
        source=text,
        notes=text,
    )


def area_name(code: str) -> str:
    """The hostile name that an area gets."""
    return f"{code}<img src=x onerror={MARK}>`${{{MARK}}}`[k](javascript:{MARK}) **v** </script>"


@pytest.fixture
def watched(visit, hostile) -> Iterator[Visit]:
    """A page that tells afterwards whether anything was executed."""
    opened = visit(hostile)
    dialogs: list[str] = []
    opened.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield opened
    assert dialogs == []
    for frame in opened.page.frames:
        assert frame.evaluate("window.__xss") is None, f"a name was executed in {frame.url}"
    assert not [url for url in opened.requests if "example.invalid" in url or url.endswith("/x")]
    chart.assert_clean(opened)


def test_names_of_groups_are_shown_as_they_are(watched):
    frame = chart.shows(watched.open(f"/?gebied={LELYSTAD}"), LELYSTAD)
    dots = chart.dots(frame)
    assert len(dots) == len(TEXTS)
    seen = []
    for dot in dots:
        watched.page.mouse.move(*chart.in_window(frame, {"x": dot["x"] - 15, "y": dot["y"] - 15}))
        watched.page.mouse.move(*chart.in_window(frame, dot))
        frame.wait_for_selector(".leaflet-tooltip")
        seen.append(
            frame.evaluate(
                "[...document.querySelectorAll('.leaflet-tooltip')].map(e => e.textContent).join()"
            )
        )
    for text in TEXTS:
        assert any(text in tip for tip in seen), text
    assert frame.locator("img[src='x'], .leaflet-tooltip a, iframe, svg[onload]").count() == 0
    assert frame.locator(".leaflet-tile").count() == 0
    assert {"localhost", "127.0.0.1"} >= {
        url.split("/")[2].split(":")[0] for url in watched.requests if "//" in url
    }


@pytest.mark.parametrize("layer", ["status", "groepen"])
def test_names_of_areas_are_shown_as_they_are(watched, layer):
    frame = chart.shows(watched.open(f"/?gebied=BV09950001&laag={layer}"), LELYSTAD)
    expect(watched.page.locator("h1")).to_contain_text(area_name("BV09950001"))
    assert area_name("BV09950001") in [row[0] for row in chart.table(watched)]
    watched.page.mouse.move(*chart.pixel(frame, "BV09950001"))
    expect(frame.locator(".leaflet-tooltip strong").first).to_have_text(area_name("BV09950001"))
    for nth, code in ((2, LELYSTAD), (1, "PV24")):
        step = watched.page.locator(".st-key-pad button").nth(nth)
        assert code in step.inner_text()
        assert step.locator("img, a, strong").count() == 0
        step.click()
        chart.shows(watched, code)
        expect(watched.page.locator("h1")).to_contain_text(area_name(code))
    watched.page.get_by_role("combobox").fill("onerror")
    hits = watched.page.get_by_role("option")
    expect(hits.first).to_contain_text("<img src=x onerror=")
    assert hits.locator("img").count() == 0


def test_downloads_hold_them_as_text(watched):
    chart.shows(watched.open(f"/?gebied={LELYSTAD}"), LELYSTAD)
    chart.table(watched)
    name, content = download(watched, "csv")
    assert Path(name).name == name
    assert area_name("BV09950001") in content.decode("utf-8").replace('""', '"')
    rows = list(csv.reader(content.decode("utf-8").splitlines()))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    assert "example" not in {row[-1] for row in rows[1:]}


def test_the_embedded_map_shows_them_as_they_are(watched):
    frame = chart.shows(watched.open(f"/?embed=true&gebied={LELYSTAD}"), LELYSTAD)
    expect(watched.page.locator("h1")).to_contain_text(area_name(LELYSTAD))
    assert frame.locator("img[src='x']").count() == 0
