"""Which areas stand beside an area: by hand, and the same rule for everybody."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from utils import peers
from utils.errors import InputError
from utils.models import Atlas


def atlas(*people: float) -> Atlas:
    """A municipality of one neighbourhood for each number of inhabitants."""
    return country.grid(1, len(people), k=1, inhabitants=people)


SEVEN = atlas(700, 100, 400, 300, 600, 200, 500)


def test_the_two_next_above_and_the_two_next_below_largest_first() -> None:
    assert peers.similar(SEVEN, "GM0002") == ["GM0004", "GM0006", "GM0003", "GM0005"]
    assert peers.larger(SEVEN, "GM0004", "GM0002")
    assert not peers.larger(SEVEN, "GM0005", "GM0002")


def test_at_an_end_more_come_from_the_other_side() -> None:
    assert peers.similar(SEVEN, "GM0000") == ["GM0004", "GM0006", "GM0002", "GM0003"]
    assert peers.similar(SEVEN, "GM0001") == ["GM0006", "GM0002", "GM0003", "GM0005"]


def test_few_areas_are_all_alike_and_unknown_ones_to_none() -> None:
    assert peers.similar(atlas(10, 20), "GM0000") == ["GM0001"]
    assert peers.similar(atlas(10), "GM0000") == []
    unknown = atlas(10, np.nan, 20)
    assert peers.similar(unknown, "GM0001") == []
    assert peers.similar(unknown, "GM0000") == ["GM0002"]


def test_the_country_stands_beside_its_largest_provinces() -> None:
    wide = country.grid(1, 16, k=1, inhabitants=[float(i) for i in range(16)])  # eight provinces
    assert peers.similar(wide, "NL") == ["PV27", "PV26", "PV25", "PV24", "PV23"]


def test_a_neighbourhood_is_compared_as_its_municipality() -> None:
    assert peers.comparable(SEVEN, "BV00030003") == "GM0003"
    assert peers.comparable(SEVEN, "NL") == "NL"
    with pytest.raises(ValueError, match="neighbourhood"):
        peers.similar(SEVEN, "BV00030003")
    with pytest.raises(InputError):
        peers.similar(SEVEN, "GM9999")


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9), st.data())
def test_nobody_is_nearer_in_the_order_of_size(people: list[int], data) -> None:
    made = atlas(*map(float, people))
    own = data.draw(st.sampled_from([str(code) for code in made.municipalities.codes]))
    found = peers.similar(made, own)
    assert own not in found
    assert len(found) == min(4, len(people) - 1)
    assert len(set(found)) == len(found)
    assert peers.similar(made, own) == found
    index = made.municipalities.index
    order = sorted(index, key=lambda code: (-people[index[code]], code))
    at = sorted([*(order.index(code) for code in found), order.index(own)])
    assert at == list(range(at[0], at[0] + len(at)))


def test_the_address_names_areas_and_what_cannot_be_used_is_told() -> None:
    assert peers.chosen(SEVEN, "GM0002", "gm0005, PV20 ,NL") == (["GM0002", "GM0005", "PV20", "NL"], [])
    assert peers.chosen(SEVEN, "GM0002", "GM0002,GM0002") == (["GM0002"], [])
    assert peers.chosen(SEVEN, "GM0002", "GM9999,BV00030003,x") == (["GM0002"], ["GM9999", "BV00030003", "x"])
    many = ",".join(f"GM000{i}" for i in range(7))
    codes, bad = peers.chosen(SEVEN, "GM0000", many)
    assert codes == [f"GM000{i}" for i in range(6)]
    assert bad == ["GM0006"]


def test_without_a_choice_the_usual_ones() -> None:
    codes, bad = peers.chosen(SEVEN, "BV00020002", None)
    assert codes == ["GM0002", "GM0004", "GM0006", "GM0003", "GM0005"]
    assert bad == []
    assert peers.is_usual(SEVEN, codes)
    assert not peers.is_usual(SEVEN, codes[:3])
