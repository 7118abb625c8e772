"""The map of a list: what is in it keeps its colour, all else is pale; and what is a place in the list."""

import pytest

from tests import country
from utils import coverage as c
from utils import gap_map, gap_view, maps, summaries
from utils.map_geometry import detail_geometry
from utils.maps import View
from utils.models import Status

ATLAS = country.grid(k=64)
COVERAGE = c.measure(ATLAS, country.groups([(country.WEST + 500, country.SOUTH + 500)]))
WORDS = ["gedekt", "deels", "wit", "leeg", "onbekend"]


def spec(code: str, level: str, listed: set[str]) -> tuple[list[str], dict]:
    """The codes of a view's neighbourhoods, and what the script gets."""
    view = View(code, level, "neighbourhood", "status", 500, "nl", "light")
    found = c.figures(COVERAGE, "neighbourhood", 500)
    whole = maps.specification(COVERAGE, found, view, "land", "detail", {"go": "ga"}, lambda *_: "", "")
    return whole["codes"], gap_map.specification(whole, listed, WORDS)


@pytest.mark.parametrize(
    ("code", "level"), [("NL", "country"), ("PV21", "province"), ("GM0000", "municipality")]
)
def test_the_script_can_leave_out_the_codes_for_they_are_those_of_the_outlines(code: str, level: str) -> None:
    codes, told = spec(code, level, set())
    assert "codes" not in told
    assert detail_geometry(ATLAS, code)["neighbourhood"]["codes"] == codes
    assert len(told["classes"]) == len(told["open"]) == len(told["status"]) == len(codes)


def test_what_is_listed_keeps_its_colour_and_all_else_is_pale() -> None:
    gaps = summaries.gaps(COVERAGE, "NL", 500)
    listed = set(gaps["code"][::2])
    codes, told = spec("NL", "country", listed)
    pale = told["swatches"].index({"fill": gap_map.pale("light").fill, "hatch": None})
    status = dict(zip(gaps["code"], gaps["status"], strict=True))
    for code, kind, open_ in zip(codes, told["classes"], told["open"], strict=True):
        assert kind == (status[code] if code in listed else pale)
        assert open_ == (code in listed and status[code] == Status.UNCOVERED)
    assert told["texts"] == {"go": "ga", "status": WORDS}


@pytest.mark.parametrize(
    ("gebied", "buurt", "place"),
    [
        ("NL", None, ("NL", None)),
        ("PV20", "BV00000001", ("PV20", "BV00000001")),
        ("PV20", " bv00000001 ", ("PV20", "BV00000001")),
        ("PV21", "BV00000001", ("PV21", None)),
        ("BV00000002", None, ("GM0000", "BV00000002")),
        ("BV00000002", "BV00000001", ("GM0000", "BV00000001")),
        ("BV00000002", "GM0001", ("GM0000", "BV00000002")),
        ("GM0000", "GM0000", ("GM0000", None)),
    ],
)
def test_the_neighbourhood_looked_at_lies_in_the_list_s_area(
    gebied: str, buurt: str | None, place: tuple[str, str | None]
) -> None:
    assert gap_view.place(ATLAS, gebied, buurt) == place
