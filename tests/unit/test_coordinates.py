"""Coordinates as people write them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import coordinates
from utils.coordinates import LAT, LON, SYSTEMS, number, pair
from utils.import_model import Cell

NUMBERS: list[tuple[Cell, float]] = [
    (52.37, 52.37),
    (52, 52.0),
    ("52.37", 52.37),
    ("52,37", 52.37),
    (" 52,37 ", 52.37),
    ("\u00a052.37", 52.37),
    ("+4.89", 4.89),
    ("-4.89", -4.89),
    ("121687", 121687.0),
    ("121687,5", 121687.5),
    ("52°22'12\"N", 52.37),
    ("52° 22' 12\" N", 52.37),
    ("52°22.2'N", 52.37),
    ("N 52.37", 52.37),
    ("52.37 N", 52.37),
    ("52,37 NB", 52.37),
    ("4,89 OL", 4.89),
    ("4.89E", 4.89),
    ("4.89 W", -4.89),
    ("52.37°", 52.37),
    ("0", 0.0),
    (".5", 0.5),
    ("5237403", 5237403.0),
    ("52’22", math.nan),
    ("52°75'N", math.nan),
    ("abc", math.nan),
    ("1e5", math.nan),
    (True, math.nan),
    (math.inf, math.nan),
    ("52.37N4", math.nan),
    ("--", math.nan),
    ("52.37, 4.89", math.nan),
    ("1" * 100, math.nan),
    ("N 52 N", math.nan),
]
GROUPED: list[tuple[str, float]] = [
    ("121.687", 121_687.0),
    ("121 687", 121_687.0),
    ("121.687,50", 121_687.5),
    ("487,484.25", 487_484.25),
    ("1.121.687", 1_121_687.0),
    ("52.37", math.nan),
    ("12.34.56", math.nan),
    ("121687", math.nan),
]
PAIRS: list[tuple[Cell, float, float, bool]] = [
    ("52.37, 4.89", 52.37, 4.89, False),
    ("52.37,4.89", 52.37, 4.89, False),
    ("52,37; 4,89", 52.37, 4.89, False),
    ("52,37;4,89", 52.37, 4.89, False),
    ("52,37 4,89", 52.37, 4.89, False),
    ("52,37, 4,89", 52.37, 4.89, False),
    ("52.37 4.89", 52.37, 4.89, False),
    ("52.37/4.89", 52.37, 4.89, False),
    ("(52.37, 4.89)", 52.37, 4.89, False),
    ("[52.37; 4.89]", 52.37, 4.89, False),
    ("4.89, 52.37", 4.89, 52.37, False),
    ("121687, 487484", 121687, 487484, False),
    ("121687 487484", 121687, 487484, False),
    ("52°22'12\"N 4°53'24\"E", 52.37, 4.89, True),
    ("52°22'12\"N, 4°53'24\"E", 52.37, 4.89, True),
    ("52.37N 4.89E", 52.37, 4.89, True),
    ("N52.37 E4.89", 52.37, 4.89, True),
    ("4,89 OL 52,37 NB", 52.37, 4.89, True),
    ("52.37N4.89E", 52.37, 4.89, True),
    ("POINT(4.89 52.37)", 52.37, 4.89, True),
    ("point (4.89  52.37)", 52.37, 4.89, True),
    ("SRID=4326;POINT(4.89 52.37)", 52.37, 4.89, True),
    ("POINT Z (4.89 52.37 0)", 52.37, 4.89, True),
    ("POINT(121687 487484)", 487484, 121687, True),
    ("https://www.google.com/maps/@52.37,4.89,15z", 52.37, 4.89, True),
    ("https://www.google.nl/maps/place/A/@52.1,4.1,17z/data=!3m1!3d52.37!4d4.89", 52.37, 4.89, True),
    ("https://maps.google.com/?q=52.37,4.89", 52.37, 4.89, True),
    ("https://maps.google.com/maps?ll=52.37,4.89&z=12", 52.37, 4.89, True),
    ("https://www.openstreetmap.org/?mlat=52.37&mlon=4.89#map=15", 52.37, 4.89, True),
]


@pytest.mark.parametrize(("cell", "value"), NUMBERS, ids=lambda value: repr(value)[:30])
def test_one_number(cell: Cell, value: float) -> None:
    assert number(cell).plain == pytest.approx(value, nan_ok=True)
    assert not number(cell).empty


@pytest.mark.parametrize(("text", "value"), GROUPED)
def test_marks_between_thousands(text: str, value: float) -> None:
    assert number(text).grouped == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize("cell", [None, "", "  ", "\u00a0", math.nan])
def test_empty_cells(cell: Cell) -> None:
    assert number(cell).empty


@pytest.mark.parametrize(("cell", "first", "second", "told"), PAIRS, ids=lambda value: repr(value)[:40])
def test_both_in_one_cell(cell: Cell, first: float, second: float, told: bool) -> None:
    found = pair(cell)
    assert found is not None
    assert (found[0].plain, found[1].plain) == pytest.approx((first, second))
    assert found[2] == told


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "52.37",
        52.37,
        "Amsterdam",
        "a, b",
        "1, 2, 3",
        "https://voorbeeld.nl",
        "POINT EMPTY",
        "52.37N 4.89N",
        "POINT(a b)",
    ],
)
def test_no_pair(cell: Cell) -> None:
    assert pair(cell) is None


def test_thousands_in_a_pair() -> None:
    found = pair("121.687; 487.484")
    assert found is not None
    assert (found[0].grouped, found[1].grouped) == (121_687, 487_484)


def test_what_values_are_in() -> None:
    first = np.array([52.37, 4.89, 487_484, 121_687, 0, 51, np.nan])
    second = np.array([4.89, 52.37, 121_687, 487_484, 0, 2, 4.89])
    found = coordinates.kinds(first, second)
    assert found.tolist() == [0, 1, 2, 3, -1, -1, -1]
    assert coordinates.system(np.array([2, 2, 0, -1])) == "rd"
    assert coordinates.system(np.array([1, 0])) == "degrees"
    assert coordinates.system(np.array([-1])) == "degrees"


def test_known_places() -> None:
    """The origin of RD is the tower in Amersfoort, at 155000, 463000."""
    lat, lon = np.array([52.155172]), np.array([5.387204])
    assert coordinates.to_metres(lat, lon, "degrees")[0] == pytest.approx([155_000, 463_000], abs=1)
    assert coordinates.to_metres(lon, lat, "degrees_swapped")[0] == pytest.approx([155_000, 463_000], abs=1)
    y, x = np.array([463_000.0]), np.array([155_000.0])
    assert coordinates.to_metres(y, x, "rd").tolist() == [[155_000, 463_000]]
    assert coordinates.to_metres(x, y, "rd_swapped").tolist() == [[155_000, 463_000]]


def test_no_place_on_earth() -> None:
    assert np.isnan(coordinates.to_metres(np.array([91.0, 52.0]), np.array([4.0, 181.0]), "degrees")).all()


@given(st.floats(20_000, 270_000), st.floats(310_000, 610_000), st.sampled_from(SYSTEMS))
def test_what_is_written_is_read_again(x: float, y: float, system: str) -> None:
    first, second = (np.array([number(text).plain]) for text in coordinates.written(x, y, system))
    assert coordinates.to_metres(first, second, system)[0] == pytest.approx([x, y], abs=0.15)


@given(st.integers(505, 537), st.integers(0, 10**9))
def test_a_lost_point_is_found_again(begin: int, rest: int) -> None:
    digits = f"{begin}{rest}"
    assert coordinates.with_point(digits, LAT) == pytest.approx(float(f"{digits[:2]}.{digits[2:]}"))


def test_a_point_that_cannot_be_put_back() -> None:
    assert coordinates.with_point("999", LAT) is None
    assert coordinates.with_point("", LON) is None
    assert coordinates.with_point("-489", LON) == 4.89


@given(
    st.one_of(
        st.text(max_size=90),
        st.from_regex(r"[0-9.,;/ NEOW°'\"-]{1,30}", fullmatch=True),
        st.floats(),
        st.integers(),
    )
)
def test_any_cell_is_read_without_trouble(cell: Cell) -> None:
    found = number(cell)
    assert not math.isinf(found.plain)
    both = pair(cell)
    assert both is None or not (math.isnan(both[0].plain) and math.isnan(both[0].grouped))
