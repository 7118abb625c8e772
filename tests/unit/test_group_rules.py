"""What the register demands of a group: each limit from both sides, and a sentence that tells what to do."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from utils import group_rules
from utils.errors import InputError
from utils.models import STATUSES, Group
from utils.texts import LANGS, Texts

TODAY = date(2026, 3, 1)
GOOD = Group(id="G-1", name="Buurtapp Zuid", x=155_000.0, y=463_000.0)
SQUARE = shapely.box(154_000, 462_000, 156_000, 464_000)


def refusal(**values: Any) -> str:
    """The end of the key of what is wrong with the good group with these values; "" for nothing."""
    try:
        group_rules.check(replace(GOOD, **values), TODAY)
    except InputError as problem:
        for lang in LANGS:
            sentence = Texts(lang).t(problem.key, **problem.params)
            assert sentence.endswith((".", "?"))
            assert "{" not in sentence.replace(str(values), "")
        return problem.key.removeprefix("error.group_")
    return ""


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({}, ""),
        ({"name": ""}, "length"),
        ({"name": "   "}, "length"),
        ({"name": "x" * 200}, ""),
        ({"name": "x" * 201}, "length"),
        ({"name": None}, "text"),
        ({"name": "a\nb"}, "characters"),
        ({"name": "a\0b"}, "characters"),
        ({"name": "a\ud800b"}, "characters"),
        ({"name": "a\u202eb"}, "characters"),
        ({"name": "Wĳk 3 – ‘t Zand Ⓐ 日本 👮"}, ""),
        ({"notes": "one\ntwo\tthree"}, ""),
        ({"notes": "x" * 5_001}, "length"),
        ({"id": ""}, "length"),
        ({"participants": None}, ""),
        ({"participants": 0}, "number"),
        ({"participants": 1}, ""),
        ({"participants": 100_000}, ""),
        ({"participants": 100_001}, "number"),
        ({"participants": 3.0}, "number"),
        ({"participants": True}, "number"),
        ({"status": "gone"}, "choice"),
        ({"precision": "street"}, "choice"),
        ({"municipality": "GM0014"}, ""),
        ({"municipality": "Utrecht"}, "length"),
        ({"municipality": "gm14"}, "municipality"),
        ({"since": date(2009, 12, 31)}, "date"),
        ({"since": date(2010, 1, 1)}, ""),
        ({"confirmed": TODAY + timedelta(days=1)}, ""),
        ({"confirmed": TODAY + timedelta(days=2)}, "date"),
        ({"until": "2020-01-01"}, "date"),
        ({"since": date(2020, 1, 2), "until": date(2020, 1, 2)}, ""),
        ({"since": date(2020, 1, 2), "until": date(2020, 1, 1)}, "order"),
        ({"x": None, "y": None, "precision": "municipality"}, ""),
        ({"x": None}, "half"),
        ({"precision": "municipality"}, "precision"),
        ({"x": 0.0, "y": 300_000.0}, ""),
        ({"x": 300_001.0}, "extent"),
        ({"y": 299_999.0}, "extent"),
        ({"x": float("nan")}, "extent"),
        ({"x": "155000"}, "extent"),
        ({"area": SQUARE.wkb}, ""),
        ({"area": b"\x01\x02"}, "area"),
        ({"area": b""}, "area"),
        ({"area": shapely.Point(155_000, 463_000).wkb}, "area"),
        ({"area": shapely.Polygon().wkb}, "area"),
        ({"area": shapely.Polygon([(0, 3e5), (2, 3e5 + 2), (2, 3e5), (0, 3e5 + 2)]).wkb}, "area"),
        ({"area": shapely.box(0, 0, 10, 10).wkb}, "extent"),
        ({"area": shapely.box(100_000, 400_000, 100_100, 400_100).wkb}, "area_outside"),
        ({"area": shapely.Point(155_000, 463_000).buffer(900, quad_segs=6_000).wkb}, "corners"),
        ({"area": SQUARE.wkb, "x": None, "y": None}, ""),
        ({"join_link": "https://chat.whatsapp.com/AbC"}, ""),
        ({"join_link": "https://example.org/app?x=1"}, ""),
        ({"join_link": "http://chat.whatsapp.com/AbC"}, "link"),
        ({"join_link": "javascript:alert(1)"}, "link"),
        ({"join_link": "https://a@evil.nl"}, "link"),
        ({"join_link": "https://chat.whatsapp.com\\@evil.nl"}, "link"),
        ({"join_link": "https://t.me/x y"}, "link"),
        ({"join_link": "https://[::1"}, "link"),
        ({"join_link": "https://t.me:99999/x"}, "link"),
    ],
)  # fmt: skip
def test_each_limit(values: dict[str, Any], wrong: str) -> None:
    assert refusal(**values) == wrong


def test_a_sentence_holds_nothing_of_notes_and_links() -> None:
    for values in ({"notes": "Bel Jan\0"}, {"join_link": "http://jan"}, {"confirmed_by": "Jan" * 100}):
        with pytest.raises(InputError) as caught:
            group_rules.check(replace(GOOD, **values), TODAY)
        assert "jan" not in str(caught.value).lower()


def test_an_area_gives_a_place_inside_it() -> None:
    moon = SQUARE.difference(shapely.box(154_100, 462_100, 155_990, 463_900))
    placed = group_rules.placed(replace(GOOD, x=None, y=None, precision="municipality", area=moon.wkb))
    assert moon.contains(shapely.Point(placed.x, placed.y))
    assert placed.precision == "point"
    assert group_rules.placed(GOOD) == GOOD


@pytest.mark.parametrize(
    ("description", "address"),
    [
        ("Dorpsstraat 12", "Dorpsstraat 12"),
        ("tussen de Kerkstraat 12a en het bos", "Kerkstraat 12a"),
        ("Bij Jan, 1234 AB Ergens", "1234 AB"),
        ("bij 1234ab", "1234ab"),
        ("huisnummer 12", "huisnummer 12"),
        ("De Kerkstraat en de Dorpsweg", ""),
        ("Kerkstraat 1 t/m 99", ""),
        ("Kerkstraat 1 - 99", ""),
        ("opgericht in 2023 en groeiend", ""),
        ("Wijk 3, ten noorden van de A27", ""),
        ("", ""),
    ],
)
def test_an_address_in_a_description_is_told(description: str, address: str) -> None:
    assert group_rules.address_in(description) == address
    told = group_rules.warnings(replace(GOOD, description=description))
    assert [notice.params for notice in told] == ([{"came": address}] if address else [])
    assert all(Texts("nl").t(notice.key, **notice.params) for notice in told)


@pytest.mark.parametrize(
    ("link", "host"),
    [("", ""), ("https://t.me/abc", ""), ("https://CHAT.whatsapp.com/x", ""), ("https://app.nl/x", "app.nl")],
)
def test_an_unknown_site_is_told(link: str, host: str) -> None:
    told = group_rules.warnings(replace(GOOD, join_link=link))
    assert [notice.params["host"] for notice in told] == ([host] if host else [])


@given(
    st.builds(
        Group,
        id=st.text(max_size=70), name=st.text(max_size=210),
        x=st.none() | st.floats(), y=st.none() | st.floats(),
        area=st.none() | st.binary(max_size=60), municipality=st.text(max_size=8),
        participants=st.none() | st.integers(), status=st.sampled_from([*STATUSES, "x"]),
        since=st.none() | st.dates(), until=st.none() | st.dates(), join_link=st.text(max_size=50),
    )
)  # fmt: skip
def test_nothing_but_a_sentence_comes_of_any_group(group: Group) -> None:
    try:
        group_rules.check(group, TODAY)
        group_rules.warnings(group)
    except InputError as problem:
        assert Texts("en").t(problem.key, **problem.params)
