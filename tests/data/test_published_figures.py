"""The example groups against every figure that was published, read anew from the file that ships."""

import csv
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely

from data.build import INPUTS
from utils import boundaries

FILE = Path(__file__).parents[2] / "data" / "embedded" / "published_figures.csv"
with FILE.open(encoding="utf-8", newline="") as _lines:
    PUBLISHED = list(csv.DictReader(_lines))

NATIONAL = [row for row in PUBLISHED if row["level"] == "country" and row["date"] != "2019-02"]
PROVINCIAL = [row for row in PUBLISHED if row["level"] == "province"]
LOCAL = [row for row in PUBLISHED if row["level"] == "municipality"]
LAND_VAN_CUIJK = "GM1982"


class Counts:
    """The example groups per area, by name, counted from their places; and since when they are there."""

    def __init__(self, folder: Path) -> None:
        self.atlas = boundaries.load(folder)
        table = pq.read_table(folder / "example_groups.parquet")
        self.since = np.asarray(table["since"].to_numpy(), dtype="datetime64[D]")
        self.points = shapely.points(table["x"].to_numpy(), table["y"].to_numpy())
        # by neighbourhood, as a place on a municipal border is strictly inside one neighbourhood
        cells = self.atlas.neighbourhoods
        group, self.cell = shapely.STRtree(cells.geometry).query(self.points, predicate="within")
        assert group.tolist() == list(range(len(table)))
        self.municipality = cells.parents[self.cell]
        self.province = self.atlas.municipalities.parents[self.municipality]

    def inside(self, level: str, name: str) -> np.ndarray:
        """Which groups lie in an area."""
        if level == "country":
            return np.ones(len(self.since), dtype=bool)
        areas = self.atlas.areas(level)
        rows = self.municipality if level == "municipality" else self.province
        (row,) = [i for i, own in enumerate(areas.names) if own == name or own.startswith(f"{name} (")]
        return rows == row

    def at(self, row: dict[str, str]) -> tuple[int, int]:
        """The groups of a published row's area on the first and on the last day of its date."""
        day = row["date"]
        after = np.datetime64(day) + 1  # the next month or year
        since = self.since[self.inside(row["level"], row["area"])]
        first = np.datetime64(day, "D")
        return int((since <= first).sum()), int((since < after.astype("datetime64[D]")).sum())


@pytest.fixture(scope="module")
def counts(embedded: Path) -> Counts:
    return Counts(embedded)


def label(row: dict[str, str]) -> str:
    return f"{row['area']} {row['date']}"


OF_2019 = [row for row in PUBLISHED if row["date"] == "2019" and row["area"] != "Boxmeer"]


@pytest.mark.parametrize("row", OF_2019, ids=label)
def test_figures_of_2019_are_met_exactly(counts, row):
    assert counts.inside(row["level"], row["area"]).sum() == int(row["groups"])


@pytest.mark.parametrize("area", ["Overijssel", "Drenthe"])
def test_figures_of_february_2019_stand_for_the_year(counts, area):
    (row,) = [row for row in PROVINCIAL if (row["area"], row["date"]) == (area, "2019-02")]
    assert counts.inside("province", area).sum() == int(row["groups"])


def test_boxmeer_lies_within_land_van_cuijk(counts):
    cells = counts.atlas.neighbourhoods
    whole = counts.municipality == counts.atlas.municipalities.index[LAND_VAN_CUIJK]
    middle = shapely.point_on_surface(cells.geometry)
    with (INPUTS / "land_van_cuijk.csv").open(encoding="utf-8", newline="") as lines:
        villages = list(csv.DictReader(lines))
    places = shapely.points([(float(village["x"]), float(village["y"])) for village in villages])
    inside = np.array([village["former"] == "Boxmeer" for village in villages])
    boxmeer, others = shapely.multipoints(places[inside]), shapely.multipoints(places[~inside])
    nearer = shapely.distance(middle, boxmeer) < shapely.distance(middle, others)
    assert (whole & nearer[counts.cell]).sum() == 79
    assert whole.sum() > 79


def test_provinces_keep_their_published_order(counts):
    total = dict(zip(counts.atlas.provinces.names, np.bincount(counts.province), strict=True))
    ranked = sorted(total, key=total.__getitem__)
    assert (ranked[0], ranked[-1]) == ("Groningen", "Noord-Holland")
    assert total[ranked[1]] > 150
    assert total[ranked[-2]] < 1_929


def test_municipalities_keep_their_published_order(counts):
    areas = counts.atlas.municipalities
    total = np.bincount(counts.municipality, minlength=len(areas))
    ranked = np.argsort(-total)
    assert areas.names[ranked[:2]].tolist() == ["Lelystad", "Woerden"]
    assert total[ranked[2]] <= 124


@pytest.mark.parametrize("row", NATIONAL, ids=label)
def test_the_country_grew_as_published(counts, row):
    low, high = counts.at(row)
    # "5000" and "almost 9000" are round; every province may be one off
    assert low - 12 <= int(row["groups"]) <= high + 12


def test_february_2019_is_within_a_hundredth_or_two(counts):
    """9,005 was published, more than the "almost 9,000" of the year."""
    found = counts.at({"level": "country", "area": "Nederland", "date": "2019-02"})
    assert found[1] == pytest.approx(9_005, rel=0.015)


@pytest.mark.parametrize("row", [row for row in PROVINCIAL if row["date"] != "2019"], ids=label)
def test_the_provinces_grew_as_published(counts, row):
    low, high = counts.at(row)
    assert low - 1 <= int(row["groups"]) <= high + 1


@pytest.mark.parametrize("row", [row for row in LOCAL if row["date"] < "2019"], ids=label)
def test_older_figures_grew_moderately(counts, row):
    now, then = counts.inside("municipality", row["area"]).sum(), int(row["groups"])
    assert then <= now <= max(1.25 * then, then + 1)


def test_gelderland_zeeland_and_flevoland_grew_moderately(counts):
    for area, then in (("Gelderland", 1_036), ("Zeeland", 269), ("Flevoland", 250)):
        assert then < counts.inside("province", area).sum() < 1.25 * then
