"""From picture to polygons, on pictures small enough to know the answer."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from data.build.vectorise import (
    AFFINE,
    OUTSIDE,
    SCALE,
    border_strength,
    drop_crumbs,
    grow,
    polygonise,
    regions,
)

FILL, STROKE = 204.0, 110.0
LABELS = arrays(np.int32, (12, 12), elements=st.integers(-1, 2))


def two_countries() -> tuple[np.ndarray, np.ndarray]:
    """Two fills of 10 × 9 px with a stroke of 2 px between them, one around them, and sea outside."""
    grey, alpha = np.full((20, 30), STROKE), np.zeros((20, 30))
    alpha[4:16, 3:27] = 1.0
    grey[5:15, 4:13] = grey[5:15, 17:26] = FILL
    grey[5:15, 13:14] = grey[5:15, 16:17] = FILL
    return grey, alpha


def test_strength_is_none_on_fill_and_sea_and_full_on_a_stroke():
    grey = np.array([FILL, STROKE, 255.0, 0.0, STROKE, (FILL + STROKE) / 2])
    alpha = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 1.0])
    assert border_strength(grey, alpha).tolist() == [0.0, 1.0, 0.0, 1.0, 0.0, 0.5]


def test_regions_are_numbered_and_the_sea_is_outside():
    markers = regions(*two_countries())
    assert markers[10, 5] == 1 and markers[10, 24] == 2
    assert markers[0, 0] == OUTSIDE and markers[10, 15] == 0


def test_a_fill_too_small_is_no_region():
    grey, alpha = two_countries()
    grey[5:15, 17:26] = STROKE
    grey[8:10, 18:25] = FILL  # 14 px
    grey[5:15, 16] = STROKE
    assert regions(grey, alpha).max() == 1


def test_regions_meet_in_the_middle_of_the_stroke():
    grey, alpha = two_countries()
    fine = grow(regions(grey, alpha), border_strength(grey, alpha))
    assert fine.shape == (20 * SCALE, 30 * SCALE) and (fine != 0).all()
    row = fine[10 * SCALE]
    assert np.flatnonzero(row == 2)[0] / SCALE == pytest.approx(15.0, abs=0.5)
    assert np.flatnonzero(row == 1)[0] / SCALE == pytest.approx(3.5, abs=0.5)


def test_crumbs_go_to_their_neighbour_and_large_parts_stay():
    labels = np.zeros((10, 10), dtype=np.int32)
    labels[:, 5:] = 1
    labels[2, 2] = 1
    labels[7, 8] = OUTSIDE
    cleaned = drop_crumbs(labels, smallest=2)
    assert cleaned[2, 2] == 0 and cleaned[7, 8] == 1
    assert (np.delete(cleaned, [2, 7], axis=0) == np.delete(labels, [2, 7], axis=0)).all()


@given(LABELS)
def test_polygons_are_a_coverage_of_the_labels(labels):
    labels = np.kron(labels, np.ones((3, 3), dtype=np.int32))
    labels[0, 0], labels[0, 1], labels[1, 0] = 0, 1, 2
    shapes = polygonise(labels, 3)
    assert shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes)
    area = shapely.area(shapes)
    corners = [shapely.get_num_coordinates(shape) / 4 for shape in shapes]
    for label in range(3):
        assert area[label] == pytest.approx((labels == label).sum(), abs=max(1.0, corners[label]))


def test_a_label_that_does_not_occur_is_named():
    with pytest.raises(ValueError, match=r"\[1\]"):
        polygonise(np.zeros((4, 4), dtype=np.int32), 2)


@given(arrays(np.float64, (5, 2), elements=st.floats(0.0, 2_000.0)))
def test_to_pixels_undoes_to_rd(pixels):
    assert AFFINE.to_pixels(AFFINE.to_rd(pixels)) == pytest.approx(pixels, abs=1e-6)


def test_the_picture_hangs_over_the_country():
    (west, north), (east, south) = AFFINE.to_rd(np.array([[0.0, 0.0], [1743.0, 2050.0]]))
    assert 0 < west < 20_000 and 275_000 < east < 285_000
    assert 300_000 < south < 310_000 and 615_000 < north < 625_000
