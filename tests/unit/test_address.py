"""The address bar: what it says comes back, what it cannot mean is told once, and nothing breaks it."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import country
from utils.address import UNIT_LEVEL, UNITS, Address, Unit, parse
from utils.coverage import RADIUS_MAX, RADIUS_MIN
from utils.models import COUNTRY, LAYERS, LEVELS
from utils.texts import LANGS, Texts

ATLAS = country.grid(k=64)
CODES = [COUNTRY, *ATLAS.provinces.codes, *ATLAS.municipalities.codes, *ATLAS.neighbourhoods.codes]
PARAMS = ("gebied", "laag", "straal", "taal", "per")
BAD = {
    "gebied": ["", "GM9999", "PV99", "Lelystad", "BU00000001", "<script>", "gm0001x", "NL\0", "💥" * 500],
    "laag": ["", "Status!", "none", "dekking", "${alert(1)}"],
    "straal": ["", "ver", "99", "5001", "-500", "0", "1e999", "-inf", "nan", "500.5", "5e400", "0x1f4", "٣"],
    "taal": ["", "de", "nl-NL", "🇳🇱"],
    "per": ["", "wijk", "gemeentes", "province"],
}


def levels(code: str) -> str:
    found = ATLAS.find(code)
    assert found is not None
    return found[0]


@st.composite
def addresses(draw: st.DrawFn) -> Address:
    """Every view that there is."""
    code = draw(st.sampled_from(CODES))
    return Address(
        gebied=code,
        laag=draw(st.sampled_from(LAYERS)),
        straal=draw(st.integers(int(RADIUS_MIN), int(RADIUS_MAX))),
        taal=draw(st.sampled_from(LANGS)),
        per=draw(st.sampled_from(UNITS[levels(code)])),
    )


def test_no_parameters_give_the_usual_view() -> None:
    assert parse({}, ATLAS) == (Address(), [])
    assert Address().params() == {}


@given(addresses())
def test_a_view_comes_back_from_its_own_address(address: Address) -> None:
    assert parse(address.params(), ATLAS) == (address, [])


@given(addresses())
def test_an_address_holds_only_what_is_not_usual(address: Address) -> None:
    params = address.params()
    assert set(params) <= set(PARAMS)
    for name in params:
        shorter = {other: value for other, value in params.items() if other != name}
        assert parse(shorter, ATLAS)[0] != address


@given(addresses(), addresses())
def test_a_change_of_area_keeps_the_rest_and_starts_with_the_usual_parts(
    address: Address, other: Address
) -> None:
    params = address.params(gebied=other.gebied)
    assert "per" not in params
    found, problems = parse(params, ATLAS)
    assert problems == []
    assert (found.gebied, found.per) == (other.gebied, UNITS[levels(other.gebied)][0])
    assert (found.laag, found.straal, found.taal) == (address.laag, address.straal, address.taal)


@given(addresses(), st.sampled_from(LAYERS))
def test_a_change_of_layer_keeps_the_parts(address: Address, layer: str) -> None:
    found, problems = parse(address.params(laag=layer), ATLAS)
    assert problems == []
    assert (found.gebied, found.per, found.laag) == (address.gebied, address.per, layer)


@pytest.mark.parametrize(("param", "came"), [(param, came) for param in BAD for came in BAD[param]])
def test_a_bad_value_gives_one_problem_and_a_view(param: str, came: str) -> None:
    good = Address("PV21", "bereik", 700, "en", "buurt").params()
    found, problems = parse(good | {param: came}, ATLAS)
    (problem,) = problems
    assert (problem.param, problem.came) == (param, came)
    assert problem.used == str(getattr(found, param))
    assert parse(found.params(), ATLAS) == (found, [])
    rest = [name for name in PARAMS if name not in (param, "per" if param == "gebied" else "")]
    assert [str(getattr(found, name)) for name in rest] == [good[name] for name in rest]
    for lang in LANGS:
        known = ", ".join(problem.known)
        sentence = Texts(lang).t(f"address.{param}", came=problem.came, used=problem.used, known=known)
        assert problem.used in sentence
        if param == "laag":
            assert all(layer in sentence for layer in LAYERS)


def test_a_layer_without_data_is_none() -> None:
    some = LAYERS[:4]
    found, (problem,) = parse({"laag": LAYERS[4]}, ATLAS, some)
    assert (found.laag, problem.used, problem.known) == ("status", "status", some)
    assert parse({"laag": "bereik"}, ATLAS, some) == (Address(laag="bereik"), [])


@pytest.mark.parametrize(
    ("came", "used"),
    [("BV00019999", "GM0001"), ("bu0002zz", "GM0002"), ("WK000301", "GM0003"), ("BU99990001", "NL")],
)
def test_a_wrong_area_gives_the_municipality_in_its_code(came: str, used: str) -> None:
    found, (problem,) = parse({"gebied": came}, ATLAS)
    assert (found.gebied, problem.used) == (used, used)
    assert found.per == UNITS[levels(used)][0]


@pytest.mark.parametrize(
    ("came", "used"),
    [("99", 100), ("-1", 100), ("5000.4", 5000), ("inf", 5000), ("700.6", 701), ("nan", 500), ("x", 500)],
)
def test_a_wrong_radius_gives_the_nearest_that_can_be(came: str, used: int) -> None:
    found, (problem,) = parse({"straal": came}, ATLAS)
    assert (found.straal, problem.used) == (used, str(used))


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ({"gebied": " pv21 "}, Address("PV21")),
        ({"gebied": "bv00000001"}, Address("BV00000001", per="buurt")),
        ({"laag": "Bereik"}, Address(laag="bereik")),
        ({"taal": "EN"}, Address(taal="en")),
        ({"straal": "1500,0"}, Address(straal=1500)),
        ({"straal": "1e3"}, Address(straal=1000)),
        ({"per": "Provincie "}, Address(per="provincie")),
        ({"gebied": "GM0001", "per": "gemeente"}, Address("GM0001", per="buurt")),  # left by a larger area
        ({"gebied": "PV20", "per": "provincie"}, Address("PV20", per="gemeente")),
        ({"utm_source": "krant", "embed": "true"}, Address()),
    ],
)
def test_what_is_meant_is_understood(given_: dict[str, str], meant: Address) -> None:
    assert parse(given_, ATLAS) == (meant, [])


@given(
    st.dictionaries(
        st.sampled_from(PARAMS) | st.text(max_size=8),
        st.text(st.characters(), max_size=40)  # characters(): lone surrogates too
        | st.floats().map(str)
        | st.integers().map(str)
        | st.sampled_from([*CODES, *LAYERS, *LANGS, *get_args(Unit), "9" * 5000, "\ud800"]),
    )
)
def test_no_text_breaks_the_address(given_: dict[str, str]) -> None:
    found, problems = parse(given_, ATLAS)
    assert found.gebied in CODES
    assert found.laag in LAYERS
    assert found.taal in LANGS
    assert RADIUS_MIN <= found.straal <= RADIUS_MAX
    assert found.per in UNITS[levels(found.gebied)]
    named = [problem.param for problem in problems]
    assert len(named) == len(set(named))
    assert set(named) <= given_.keys() & set(PARAMS)
    assert parse(found.params(), ATLAS) == (found, [])


def test_every_level_can_be_shown_in_parts_of_its_own_size_or_smaller() -> None:
    for level in LEVELS:
        units = UNITS[level]
        assert len(set(units)) == len(units) > 0
        assert all(LEVELS.index(UNIT_LEVEL[unit]) >= LEVELS.index(level) for unit in units)
    assert set(UNIT_LEVEL) == set(get_args(Unit))
