"""What no single row of the boundaries can tell."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from tests import country
from utils import consistency
from utils.errors import DataError
from utils.models import Areas, Atlas

ATLAS = country.grid(k=64)


def changed(level: str, row: int, **values: object) -> Atlas:
    """The atlas with one value of one area different."""
    areas: Areas = ATLAS.areas(level)
    for name, value in values.items():
        column = getattr(areas, name).copy()
        column[row] = value
        areas = replace(areas, **{name: column})
    return replace(
        ATLAS,
        **{{"province": "provinces", "municipality": "municipalities"}.get(level, "neighbourhoods"): areas},
    )


@pytest.mark.parametrize("atlas", [ATLAS, country.grid(kind="official"), country.voronoi(60)])
def test_what_fits_passes(atlas: Atlas) -> None:
    consistency.check(atlas)


@pytest.mark.parametrize("level", ["province", "municipality", "neighbourhood"])
@pytest.mark.parametrize("metres", [30, -0.5], ids=["overlap", "slit"])
def test_areas_that_overlap_or_leave_a_slit(level: str, metres: float) -> None:
    shape = ATLAS.areas(level).geometry[1]
    left, bottom, right, top = shape.bounds
    with pytest.raises(DataError) as problem:
        consistency.check(changed(level, 1, geometry=shapely.box(left, bottom - metres, right, top)))
    assert problem.value.key == "error.data_overlap"


def test_a_point_elsewhere() -> None:
    samples = ATLAS.samples.copy()
    samples[3, 7] += 5_000
    with pytest.raises(DataError) as problem:
        consistency.check(replace(ATLAS, samples=samples))
    assert problem.value.params == {"file": "neighbourhoods.parquet", "code": "BV00000003"}


def test_points_rounded_to_metres_pass() -> None:
    consistency.check(replace(ATLAS, samples=np.round(ATLAS.samples)))


def test_inhabitants_that_do_not_add_up() -> None:
    one_more = changed("neighbourhood", 5, inhabitants=1_001.0)
    with pytest.raises(DataError) as problem:
        consistency.check(one_more)
    params = problem.value.params
    assert (params["code"], params["came"], params["expected"]) == ("GM0001", 4_001, 4_000)
    consistency.check(replace(one_more, edition=replace(ATLAS.edition, kind="official")))
