"""The register for staff and as open data: what is in it, what is not, and that it stays the same."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from tests import country
from tests.country import SOUTH, WEST
from utils import coverage as c
from utils import export, extracts, open_data
from utils.models import Group
from utils.texts import LANGS, Texts

ATLAS = country.grid(inhabitants=[1_000] * 16)
PLACES = [(WEST + 512.0, SOUTH + 549.0), (WEST + 1_530.0, SOUTH + 580.0)]
COVERAGE = c.measure(
    ATLAS, replace(country.groups(PLACES, names=["=1+1", "Zuid"]), example=False, peildatum=date(2026, 1, 2))
)
IDS = [str(one) for one in COVERAGE.groups.ids]
OUTLINE = shapely.box(WEST + 500, SOUTH + 500, WEST + 600, SOUTH + 600)
KEPT = [
    Group(
        IDS[0], "=1+1", *PLACES[0], area=shapely.to_wkb(OUTLINE), notes="@secret", participants=12,
        confirmed_by="J. Janssen", join_link="https://chat.whatsapp.com/abc", since=date(2016, 5, 1),
    ),
    Group(IDS[1], "Zuid", *PLACES[1], precision="postcode", status="inactive", reason="-merged"),
    Group("nowhere", "Nergens", precision="municipality", municipality=str(ATLAS.municipalities.codes[0])),
]  # fmt: skip


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        return {name: box.read(name) for name in box.namelist()}


def test_staff_get_exact_places_and_their_notes() -> None:
    made = extracts.register(COVERAGE, KEPT)
    table = made.table.set_index("id")
    assert table.loc[IDS[0], "notes"] == "@secret"
    assert table.loc[IDS[0], "participants"] == 12
    assert np.isnan(table.loc["nowhere", "lat"])
    to_rd = pyproj.Transformer.from_crs(4326, 28992, always_xy=True)
    back = np.column_stack(to_rd.transform(table["lon"].iloc[:2], table["lat"].iloc[:2]))
    assert np.hypot(*(back - PLACES).T).max() < 0.02
    assert shapely.equals(made.geometry[0], OUTLINE)
    assert table.loc["nowhere", "municipality"] == ATLAS.municipalities.names[0]
    assert table.loc[IDS[0], "municipality"] == ATLAS.municipalities.names[0]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("wanted", export.FORMATS)
def test_the_register_is_written_in_every_format(lang: str, wanted: export.Format) -> None:
    texts = Texts(lang)
    made = extracts.register(COVERAGE, KEPT)
    content = export.write(made, wanted, export.definitions(made, texts, 70), "made up")
    if wanted == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
        assert [row["name"] for row in rows] == ["'=1+1", "Zuid", "Nergens"]
        assert [row["notes"] for row in rows] == ["'@secret", "", ""]
        assert [row["reason"] for row in rows] == ["", "'-merged", ""]
    elif wanted == "gpkg":
        frame = geopandas.read_file(io.BytesIO(content))
        assert frame.geometry.geom_type.tolist()[:2] == ["Polygon", "Point"]
        assert len(frame) == 3
    elif wanted == "geojson":
        kinds = [one["geometry"]["type"] for one in json.loads(content)["features"]]
        assert kinds == ["Polygon", "Point", "Point"]


def test_open_data_hold_no_notes_links_or_exact_places() -> None:
    files = unpacked(open_data.package(extracts.groups(COVERAGE, "NL"), 70))
    rows = list(csv.DictReader(io.StringIO(files["groups.csv"].decode(), newline="")))
    assert [row["name"] for row in rows] == ["'=1+1", "Zuid"]
    assert all(int(row[axis]) % extracts.BLUR == 0 for row in rows for axis in "xy")
    secret = {"notes", "join_link", "confirmed_by", "reason", "lat", "lon", "contact"}
    assert not secret & rows[0].keys()
    for feature in json.loads(files["groups.geojson"])["features"]:
        assert feature["geometry"]["type"] == "Point"


def test_the_dictionary_describes_every_column_in_both_languages() -> None:
    files = unpacked(open_data.package(extracts.groups(COVERAGE, "NL"), 70))
    heading = files["groups.csv"].decode().partition("\r\n")[0].split(",")
    said = json.loads(files["datapackage.json"])
    fields = said["resources"][0]["schema"]["fields"]
    assert [field["name"] for field in fields] == heading
    assert all(field["description"] and field["description_nl"] for field in fields)
    assert {resource["path"] for resource in said["resources"]} <= files.keys()
    assert said["created"].startswith("2026-01-02")
    for name in ("LEESMIJ.txt", "README.txt"):
        text = files[name].decode("utf-8-sig")
        assert all(column in text for column in heading)
        assert "2026" in text


def test_the_same_register_gives_the_same_bytes() -> None:
    extract = extracts.groups(COVERAGE, "NL")
    assert open_data.package(extract, 70) == open_data.package(extract, 70)


def test_example_data_are_called_example_data() -> None:
    example = c.measure(ATLAS, replace(COVERAGE.groups, example=True))
    files = unpacked(open_data.package(extracts.groups(example, "NL"), 70))
    assert "voorbeeldgegevens" in files["LEESMIJ.txt"].decode("utf-8-sig")
    assert "example" in json.loads(files["datapackage.json"])["description"]
