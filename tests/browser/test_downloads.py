"""What the reader takes home opens, agrees with the page, and says of itself that it is an example."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest

from tests.browser import chart
from tests.browser.visit import Visit

LELYSTAD = "GM0995"


def download(visit: Visit, kind: str) -> tuple[str, bytes]:
    """Name and content of a file from the table's download menu."""
    button = visit.page.locator(f".st-key-download_{kind} button")
    if not button.is_visible():
        visit.page.locator(".st-key-tabel button").filter(has_text="Download").last.click()
    with visit.page.expect_download() as coming:
        button.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


@pytest.mark.parametrize("which", ["areas", "gaps"])
def test_csv_excel_and_geojson_open_and_agree(page_desktop, which):
    visit = page_desktop.open(f"/?gebied={LELYSTAD}&straal=300")
    chart.shows(visit, LELYSTAD)
    chart.table(visit)
    if which == "gaps":
        visit.page.locator(".st-key-welke_tabel [role=radio]").last.click()
        visit.settled()
    files = {kind: download(visit, kind) for kind in ("csv", "xlsx", "geojson")}
    for kind, (name, _) in files.items():
        assert name.endswith(f".{kind}")
        assert LELYSTAD in name

    rows = list(csv.DictReader(io.StringIO(files["csv"][1].decode("utf-8"))))
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"][1]), read_only=True)
    first, *sheet = book.worksheets[0].iter_rows(values_only=True)
    features = json.loads(files["geojson"][1])["features"]
    codes = [row["code"] for row in rows]
    assert codes == [row[first.index("code")] for row in sheet]
    assert codes == [feature["properties"]["code"] for feature in features]
    assert len(codes) == len(set(codes))
    assert 0 < len(codes) <= 67
    if which == "areas":
        assert len(codes) == 67
    else:
        people = [int(row["inhabitants"]) for row in rows]
        assert people == sorted(people, reverse=True)

    for row in (*rows, *(feature["properties"] for feature in features)):
        assert row["peildatum"] == "2019-12-31"
        assert "example" in row["benadering"]
        assert "approximate" in row["benadering"]
        assert int(row["radius"]) == 300
    assert all("example" in row[first.index("benadering")] for row in sheet)
    for feature in features:
        lon, lat = first_corner(feature["geometry"]["coordinates"])
        assert 5 < lon < 6
        assert 52 < lat < 53
    chart.assert_clean(visit)


def first_corner(coordinates: list) -> list[float]:
    """The first position in coordinates of any depth."""
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates
