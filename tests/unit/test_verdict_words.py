"""Distances as people say them: no more exact than places of 100 metres are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import verdict_words
from utils.texts import Texts

NL, EN = Texts("nl"), Texts("en")


@pytest.mark.parametrize(("metres", "said"), [
    (0, "minder dan 100 m"), (74, "minder dan 100 m"), (75, "100 m"), (350, "350 m"), (374.9, "350 m"),
    (375, "400 m"), (976, "1 km"), (1_149, "1,1 km"), (1_151, "1,2 km"), (12_345, "12 km"),
])  # fmt: skip
def test_distances(metres, said) -> None:
    assert verdict_words.distance(NL, metres) == said


@pytest.mark.parametrize(("metres", "said"), [
    (0, "1 minuut lopen"), (80, "2 minuten lopen"), (350, "5 minuten lopen"), (1_000, "12 minuten lopen"),
    (5_000, "60 minuten lopen"), (5_100, "meer dan 1 uur lopen"), (10_100, "meer dan 2 uur lopen"),
])  # fmt: skip
def test_walks(metres, said) -> None:
    assert verdict_words.walk(NL, metres) == said
    assert verdict_words.walk(EN, metres).split()[-1] in ("walk", "foot")


@given(st.floats(0, 300_000))
def test_no_distance_is_said_more_exactly_than_50_metres(metres: float) -> None:
    said = verdict_words.rounded(metres)
    assert said % 50 == 0
    assert abs(said - metres) <= (25 if metres < 975 else 50.001)
