"""Every row of the places that ship, and that they can be made again."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.build.place_names import build
from utils.gazetteer import SEPARATOR, Places, key

LANDMARKS = [  # name, municipality, x, y from general knowledge
    ("Amsterdam", "GM0363", 121_600, 487_400),
    ("Den Haag", "GM0518", 81_500, 455_000),
    ("Maastricht", "GM0935", 176_500, 317_800),
    ("Lelystad", "GM0995", 160_500, 502_500),
    ("Den Burg", "GM0448", 115_500, 563_500),
    ("Vaals", "GM0981", 198_500, 308_800),
    ("Boxmeer", "GM1982", 193_800, 406_600),
    ("Urk", "GM0184", 169_500, 519_500),
]


@pytest.fixture(scope="module")
def places(embedded: Path) -> pd.DataFrame:
    return pd.read_parquet(embedded / "places.parquet")


@pytest.fixture(scope="module")
def towns(embedded: Path) -> gpd.GeoDataFrame:
    return gpd.read_parquet(embedded / "municipalities.parquet").set_index("code")


def test_columns_and_size(embedded: Path, places: pd.DataFrame) -> None:
    assert list(places) == ["name", "others", "municipality_code", "x", "y", "inhabitants"]
    assert places["x"].dtype == places["y"].dtype == np.int32
    assert len(places) > 2_000
    assert (embedded / "places.parquet").stat().st_size < 500_000


def test_every_place_lies_inside_its_municipality(places: pd.DataFrame, towns: gpd.GeoDataFrame) -> None:
    outlines = towns.geometry.loc[places["municipality_code"]].to_numpy()
    inside = shapely.contains_properly(outlines, shapely.points(places["x"], places["y"]))
    assert places[~inside].empty


def test_every_municipality_has_a_place(places: pd.DataFrame, towns: gpd.GeoDataFrame) -> None:
    assert set(places["municipality_code"]) == set(towns.index)


def test_names_are_names(places: pd.DataFrame) -> None:
    for name in [*places["name"], *(o for text in places["others"] for o in text.split(SEPARATOR) if o)]:
        assert name == name.strip()
        assert SEPARATOR not in name
        assert "  " not in name
        assert len(key(name)) >= 2, name
        assert name.replace("’", "'") == name


def test_a_name_occurs_once_in_a_municipality(places: pd.DataFrame) -> None:
    named = pd.DataFrame({"key": places["name"].map(key), "code": places["municipality_code"]})
    assert places[named.duplicated(keep=False)].empty
    assert not places.duplicated(["x", "y"]).any()


def test_other_names_are_other_names(places: pd.DataFrame) -> None:
    for name, others in zip(places["name"], places["others"], strict=True):
        written = [other for other in others.split(SEPARATOR) if other]
        assert written == sorted(written)
        keys = [key(other) for other in written]
        assert len({*keys, key(name)}) == len(keys) + 1, name


def test_rows_are_in_order_and_inhabitants_possible(places: pd.DataFrame) -> None:
    order = list(zip(places["name"], places["municipality_code"], strict=True))
    assert order == sorted(order)
    known = places["inhabitants"].dropna()
    assert ((known >= 0) & (known < 1_000_000)).all()
    assert places["inhabitants"].isna().sum() > 0


@pytest.mark.parametrize(("name", "code", "x", "y"), LANDMARKS)
def test_landmarks_are_where_they_are(embedded: Path, name: str, code: str, x: float, y: float) -> None:
    (place,) = Places.load(embedded).find(name, code)
    assert np.hypot(place.x - x, place.y - y) < 2_000


def test_a_rebuild_is_identical_byte_for_byte(embedded: Path, tmp_path: Path) -> None:
    build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["places.parquet"]
    assert (tmp_path / "places.parquet").read_bytes() == (embedded / "places.parquet").read_bytes()
