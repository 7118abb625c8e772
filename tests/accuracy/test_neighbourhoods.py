"""The approximate neighbourhoods against the real districts (wijken) of CBS."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely


def test_people_live_about_where_the_districts_have_them(embedded: Path, reference: Path) -> None:
    cells = gpd.read_parquet(embedded / "neighbourhoods.parquet")
    districts = gpd.read_parquet(reference / "cbs_districts_2022.parquet").to_crs(28992)
    real = districts.population.fillna(0).to_numpy()

    def people_in_districts(areas: gpd.GeoDataFrame) -> np.ndarray:
        """The people of the areas, evenly spread over each, counted by district."""
        shapes, targets = areas.geometry.to_numpy(), districts.geometry.to_numpy()
        area, district = shapely.STRtree(targets).query(shapes, predicate="intersects")
        shared = shapely.area(shapely.intersection(shapes[area], targets[district]))
        people = areas.inhabitants.to_numpy()[area] * shared / shapely.area(shapes)[area]
        return np.bincount(district, people, minlength=len(districts))

    def misplaced(people: np.ndarray) -> float:
        """The share of the inhabitants who would have to move to another district."""
        return float(np.abs(people - real).sum() / 2 / real.sum())

    whole = gpd.read_parquet(embedded / "municipalities.parquet")
    assert misplaced(people_in_districts(cells)) < 0.25
    assert misplaced(people_in_districts(whole)) > 0.40  # what the cells are better than
