"""Every row of the municipalities and provinces that ship, and that they can be made again."""

import csv
import json
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from data.build import INPUTS
from data.build.municipalities import build

MADE = (
    "edition.json",
    "municipalities.parquet",
    "municipality_changes.csv",
    "provinces.parquet",
    "published_figures.csv",
)
WADDEN = ["Texel", "Vlieland", "Terschelling", "Ameland", "Schiermonnikoog"]
PER_PROVINCE = [10, 18, 12, 25, 6, 51, 26, 44, 50, 13, 56, 31]  # PV20 to PV31, StatLine 70072ned
LANDMARKS = [  # longitude, latitude, municipality
    (4.8926, 52.3731, "Amsterdam"),  # Dam
    (5.0417, 52.3075, "Amsterdam"),  # Weesp, since 2022
    (5.1214, 52.0907, "Utrecht"),  # Dom
    (4.4663, 51.9054, "Rotterdam"),  # Euromast
    (4.3130, 52.0799, "'s-Gravenhage"),  # Binnenhof
    (6.5679, 53.2193, "Groningen"),  # Martinitoren
    (5.6875, 50.8493, "Maastricht"),  # Vrijthof
    (5.4713, 52.5185, "Lelystad"),
    (4.4710, 52.1810, "Oegstgeest"),
    (4.9290, 51.4440, "Baarle-Nassau"),
    (4.7985, 53.0540, "Texel"),  # Den Burg
    (5.3590, 53.3910, "Terschelling"),  # Midsland
    (6.0220, 50.7740, "Vaals"),
    (3.6100, 51.4988, "Middelburg (Z.)"),
    (6.4450, 53.3095, "Westerkwartier"),  # Ezinge, since 2019
    (4.1895, 51.8280, "Voorne aan Zee"),  # Oudenhoorn
    (5.6654, 51.9692, "Wageningen"),
]


def facts(name: str) -> list[dict[str, str]]:
    with (INPUTS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def municipalities(embedded: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(embedded / "municipalities.parquet")


@pytest.fixture(scope="module")
def provinces(embedded: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(embedded / "provinces.parquet")


def test_rows_equal_the_facts(municipalities, provinces):
    rows = sorted(facts("municipalities.csv"), key=lambda row: row["code"])
    assert len(rows) == 342
    assert municipalities["code"].tolist() == [row["code"] for row in rows]
    assert municipalities["name"].tolist() == [row["name"] for row in rows]
    assert municipalities["province_code"].tolist() == [row["province_code"] for row in rows]
    assert municipalities["inhabitants"].tolist() == [int(row["inhabitants"]) for row in rows]
    assert dict(zip(provinces["code"], provinces["name"], strict=True)) == {
        row["province_code"]: row["province"] for row in rows
    }


def test_counts_and_sum(municipalities, provinces):
    assert provinces["code"].tolist() == [f"PV{number}" for number in range(20, 32)]
    assert municipalities["code"].is_unique and municipalities["name"].is_unique
    assert municipalities["inhabitants"].sum() == 17_942_942
    count = Counter(municipalities["province_code"])
    assert [count[code] for code in provinces["code"]] == PER_PROVINCE


@pytest.mark.parametrize("level", ["municipalities", "provinces"])
def test_geometry_is_a_valid_coverage_in_whole_metres(level, request):
    areas = request.getfixturevalue(level)
    shapes = areas.geometry.to_numpy()
    assert areas.crs.to_epsg() == 28992
    assert set(areas.geom_type) <= {"Polygon", "MultiPolygon"}
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    vertices = shapely.get_coordinates(shapes)
    assert (vertices == np.round(vertices)).all()


def test_provinces_are_the_union_of_their_municipalities(municipalities, provinces):
    for code, province in zip(provinces["code"], provinces.geometry, strict=True):
        members = municipalities.geometry[municipalities["province_code"] == code].to_numpy()
        assert shapely.area(shapely.difference(members, province)).max() < 1e-3
        assert shapely.coverage_union_all(members).symmetric_difference(province).area < 1e-3


def test_outlines_stay_small_and_without_crumbs(municipalities):
    shapes = municipalities.geometry.to_numpy()
    assert shapely.get_num_coordinates(shapes).mean() <= 60
    assert shapely.get_num_coordinates(shapes).max() <= 300
    assert shapely.area(shapely.get_parts(shapes)).min() > 200_000
    assert shapely.area(shapes).min() > 5e6  # Westervoort and Rozendaal are some 7 and 28 km²
    assert 34e9 < shapely.area(shapes).sum() < 36e9


@pytest.mark.parametrize(("longitude", "latitude", "name"), LANDMARKS)
def test_landmarks_lie_in_their_municipality(municipalities, longitude, latitude, name):
    to_rd = pyproj.Transformer.from_crs(4326, 28992, always_xy=True)
    point = shapely.Point(to_rd.transform(longitude, latitude))
    assert municipalities["name"][municipalities.contains(point)].tolist() == [name]


@pytest.mark.parametrize("name", WADDEN)
def test_wadden_islands_touch_nobody(municipalities, name):
    island = municipalities.geometry[municipalities["name"] == name].item()
    assert municipalities["name"][municipalities.intersects(island)].tolist() == [name]


def test_changes_lead_to_municipalities_of_today(municipalities, embedded):
    with (embedded / "municipality_changes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 91
    today, old = set(municipalities["code"]), {row["old_code"] for row in rows}
    assert len(old) == 84 and not old & today
    assert {row["new_code"] for row in rows} <= today | old


def test_published_figures_name_known_areas(municipalities, provinces, embedded):
    with (embedded / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    former = {row["old_name"] for row in facts("municipality_changes.csv")}
    bare = {name.split(" (")[0] for name in municipalities["name"]}
    known = {
        "country": {"Nederland"},
        "province": set(provinces["name"]),
        "municipality": set(municipalities["name"]) | bare | former,
    }
    assert [row["area"] for row in rows if row["area"] not in known[row["level"]]] == []
    assert all(int(row["groups"]) > 0 and row["source"] for row in rows)


def test_edition_says_approximate(embedded):
    edition = json.loads((embedded / "edition.json").read_text(encoding="utf-8"))
    assert edition == {"kind": "approximate", "year": 2024, "peildatum": "2024-01-01"}


def test_a_rebuild_is_identical_byte_for_byte(embedded, tmp_path):
    build(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(MADE)
    different = [name for name in MADE if (tmp_path / name).read_bytes() != (embedded / name).read_bytes()]
    assert different == []
