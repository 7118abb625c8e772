"""The places that ship against real CBS geography; without that beside the checkout: skipped."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from utils.gazetteer import Places


@pytest.fixture(scope="module")
def places(embedded: Path) -> pd.DataFrame:
    return pd.read_parquet(embedded / "places.parquet")


def test_places_lie_in_the_municipality_that_they_name(places: pd.DataFrame, reference: Path) -> None:
    real = gpd.read_parquet(reference / "cbs_municipalities_2022.parquet").to_crs(28992)
    points = gpd.GeoDataFrame(places, geometry=shapely.points(places["x"], places["y"]), crs=28992)
    found = points.sjoin(real[["code", "geometry"]], how="left", predicate="within")
    same = found[found["municipality_code"].isin(real["code"])]  # not changed since 2022
    wrong = same[same["code"] != same["municipality_code"]]
    assert len(same) > 2_000
    assert len(wrong) <= 0.005 * len(same), wrong["name"].tolist()


def test_most_people_live_in_a_place_whose_name_is_known(embedded: Path, reference: Path) -> None:
    codes = gpd.read_parquet(reference / "pc4.parquet").dropna(subset=["place"])
    people = codes.groupby("place")["population"].sum()
    known = Places.load(embedded)
    found = [bool(known.find(name)) for name in people.index]
    assert people[found].sum() > 0.94 * people.sum()


def test_places_lie_where_their_postcodes_are(embedded: Path, reference: Path) -> None:
    codes = gpd.read_parquet(reference / "pc4.parquet").dropna(subset=["place"]).to_crs(28992)
    known = Places.load(embedded)
    away = []
    for name, town in codes.dissolve("place").geometry.items():
        found = known.find(str(name))
        if found:
            away.append((min(town.distance(shapely.Point(place.x, place.y)) for place in found), name))
    far = sorted((one for one in away if one[0] > 1_000), reverse=True)
    assert len(away) > 1_400
    assert len(far) <= 0.012 * len(away), far  # namesakes of villages that are not here
