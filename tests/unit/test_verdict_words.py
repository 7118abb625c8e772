"""Distances as people say them: no more exact than places of 100 metres are."""

from types import SimpleNamespace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import verdict_words
from utils.summaries import AreaFigures
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
    assert verdict_words.walk(EN, metres).endswith("on foot")
    assert not verdict_words.walk(EN, metres).startswith("a ")


@given(st.floats(0, 300_000))
def test_no_distance_is_said_more_exactly_than_50_metres(metres: float) -> None:
    said = verdict_words.rounded(metres)
    assert said % 50 == 0
    assert abs(said - metres) <= (25 if metres < 975 else 50.001)


@pytest.mark.parametrize(("active", "fresh", "reach", "said"), [
    (0, 0, 0.0, "In Ede kennen wij geen actieve groep."),
    (0, 0, 0.02, "geen actieve groep. Van de inwoners woont 2% binnen 500 m van een groep."),
    (1, 1, 0.1, "1 actieve groep. Deze groep is in het laatste jaar bevestigd."),
    (1, 0, 0.1, "1 actieve groep. Deze groep is in het laatste jaar niet bevestigd."),
    (3, 3, 0.1, "3 actieve groepen. Al deze groepen zijn"),
    (3, 1, 0.1, "3 actieve groepen. Van deze groepen is er 1 in"),
    (3, 2, 0.1, "3 actieve groepen. Van deze groepen zijn er 2 in"),
    (3, 0, 0.1, "3 actieve groepen. Geen van deze groepen is"),
])  # fmt: skip
def test_a_larger_area(active: int, fresh: int, reach: float, said: str) -> None:
    area = cast("AreaFigures", SimpleNamespace(active=active, reach=reach, radius=500.0))
    whole = " ".join(verdict_words.wide(NL, "Ede", area, fresh))
    assert said in whole
    assert ("inwoners" in whole) is (reach > 0)
