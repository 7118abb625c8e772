"""What residents type, in the data that ship: the first hit, what is said, and how soon."""

import csv
import re
import time
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import boundaries, locate
from utils.errors import Notice
from utils.finder import LIMIT, Finder, Found, Hit
from utils.gazetteer import Places
from utils.texts import LANGS, Texts
from utils.typed import postcode

INPUTS = Path(__file__).with_name("search_inputs.csv")
_CODED = re.compile(r"\\(?:u([0-9a-f]{4})|x([0-9a-f]{2}))")  # characters that no editor shows


def inputs() -> list[dict[str, str]]:
    with INPUTS.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        row["text"] = _CODED.sub(lambda found: chr(int(found[1] or found[2], 16)), row["text"])
    return rows


@pytest.fixture(scope="module")
def finder(embedded: Path) -> Finder:
    aliases = locate.aliases(embedded / "municipality_changes.csv")
    return Finder(boundaries.load(embedded), aliases, Places.load(embedded))


def told(found: Found) -> str:
    """The end of the notice's key, after a look that it can be said in both languages; "" for none."""
    if found.notice is None:
        return ""
    for lang in LANGS:
        sentence = Texts(lang).t(found.notice.key, **found.notice.params)
        assert "{" not in sentence
        assert (
            not found.hits
            or not found.hits[0].label
            or "near" not in found.notice.key
            or (found.hits[0].label in sentence)
        )
    return found.notice.key.removeprefix("finder.")


def test_there_are_inputs_of_every_kind() -> None:
    rows = inputs()
    assert len(rows) >= 150
    assert len({row["text"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == {"area", "place", ""}
    assert {row["exact"] for row in rows} == {"yes", "no", ""}


@pytest.mark.parametrize("row", inputs(), ids=lambda row: repr(row["text"])[:40])
def test_what_is_typed_gives_the_first_hit_that_is_expected(finder: Finder, row: dict[str, str]) -> None:
    found = finder.find(row["text"])
    first = found.hits[0] if found.hits else None
    came = {
        "text": row["text"],
        "kind": first.kind if first else "",
        "label": first.label if first else "",
        "code": first.code if first else "",
        "exact": {None: "", True: "yes", False: "no"}[first.exact if first else None],
        "notice": told(found),
        "more": "yes" if found.more else "no",
    }
    assert came == row
    assert finder.search(row["text"]) == list(found.hits)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        (
            "bergen",
            [("Bergen (NH.)", "Noord-Holland"), ("Bergen (L.)", "Limburg"),
             ("Bergen", "Bergen (NH.), Noord-Holland")],
        ),
        (
            "hengelo",
            [("Hengelo (O.)", "Overijssel"), ("Hengelo", "Hengelo (O.), Overijssel"),
             ("Hengelo", "Bronckhorst, Gelderland")],
        ),
        (
            "beek",
            [("Beek (L.)", "Limburg"), ("Beek", "Beek (L.), Limburg"), ("Beek", "Laarbeek, Noord-Brabant")],
        ),
        ("utrecht", [("Utrecht", ""), ("Utrecht", "Utrecht"), ("Utrecht", "Utrecht")]),
        ("boxmeer", [("Boxmeer", "Land van Cuijk, Noord-Brabant"), ("Land van Cuijk", "Noord-Brabant")]),
    ],
)  # fmt: skip
def test_a_name_of_several_offers_a_choice(finder: Finder, text: str, choices: list[tuple[str, str]]) -> None:
    hits = finder.search(text)
    assert [(hit.label, hit.detail) for hit in hits[: len(choices)]] == choices


@pytest.mark.parametrize(
    ("text", "several"),
    [("bergen", True), ("hengelo", True), ("beek", True), ("utrecht", True), ("alphen", True),
     ("lelystad", False), ("boxmeer", False), ("bergen nh", False), ("gemeente utrecht", False),
     ("lely", False)],
)  # fmt: skip
def test_a_municipality_and_its_own_village_are_one_choice_and_others_several(
    finder: Finder, text: str, several: bool
) -> None:
    assert finder.find(text).several is several


@pytest.mark.parametrize(
    ("text", "beyond"), [("a", True), ("almere", True), ("tweede exloermond", False), ("waterwijk", False)]
)
def test_it_is_told_that_more_fits_than_is_shown(finder: Finder, text: str, beyond: bool) -> None:
    found = finder.find(text)
    assert found.beyond is beyond
    assert len(found.hits) == LIMIT or not beyond
    assert (len(finder.find(text, 1000).hits) > LIMIT) is beyond or found.notice is not None


def test_streets_of_one_name_in_several_towns_are_several(finder: Finder) -> None:
    here = finder.find("Kerkstraat")
    streets = [Hit("street", f"Kerkstraat, {town}", "", "", 160_000.0, 500_000.0) for town in ("A", "B")]
    assert finder.joined(here, Found(tuple(streets))).several
    assert not finder.joined(here, Found((streets[0], HOUSE))).several


def test_the_levels_of_utrecht_are_told_apart(finder: Finder) -> None:
    assert [(hit.kind, hit.code[:2]) for hit in finder.search("utrecht")[:3]] == [
        ("area", "PV"), ("area", "GM"), ("place", "BV"),
    ]  # fmt: skip


def test_a_hit_tells_by_which_name_it_was_found(finder: Finder) -> None:
    assert [finder.search(text)[0].alias for text in ("den bosch", "friesland", "snits", "urk")] == [
        "Den Bosch", "Friesland", "Snits", "",
    ]  # fmt: skip


def test_a_place_lies_in_its_neighbourhood_and_an_area_nowhere(finder: Finder) -> None:
    area, place, *_ = finder.search("lelystad")
    assert (area.x, area.y) == (None, None)
    assert place.x is not None
    assert place.y is not None
    assert finder.at(place.x, place.y) == place.code == "BV09950001"
    assert finder.at(0, 0) == finder.at(float("nan"), 0) == finder.at(float("inf"), 0) == ""


def test_only_the_first_hundred_characters_count(finder: Finder) -> None:
    assert finder.find("x" * 10_000).hits == ()
    assert finder.search("lelystad" + " " * 10_000 + "urk")[0].code == "GM0995"
    assert finder.search("lelystad", 1)[0].code == "GM0995"
    assert len(finder.search("a", 3)) == 3


@given(st.text(max_size=150))
def test_any_text_is_answered(finder: Finder, text: str) -> None:
    found = finder.find(text)
    assert len(found.hits) == len(set(found.hits)) <= LIMIT
    assert all(hit.label and hit.code for hit in found.hits)
    told(found)


def test_an_answer_comes_while_somebody_types(finder: Finder) -> None:
    took = []
    for row in inputs():
        start = time.perf_counter()
        finder.find(row["text"])
        took.append(time.perf_counter() - start)
    assert median(took) < 0.05


@pytest.mark.parametrize(
    ("text", "code", "rest"),
    [
        ("1234ab", "1234AB", ""),
        ("1234 AB Lelystad", "1234AB", "Lelystad"),
        ("Kerkstraat 1, 1234 ab Hengelo", "1234AB", "Kerkstraat 1, Hengelo"),
        ("1234ab12", "1234AB", "12"),
        ("1234 a", "1234", "a"),
        ("1234 lelystad", "1234", "lelystad"),
    ],
)
def test_a_postcode_is_seen_in_a_text(text: str, code: str, rest: str) -> None:
    found = postcode(text)
    assert found is not None
    assert (found.code, " ".join(found.rest.replace(" ,", ",").split())) == (code, rest)


@pytest.mark.parametrize("text", ["", "0123 AB", "12345", "12345 ab", "a1234", "lelystad", "123 ab"])
def test_what_is_no_postcode_is_not_taken_for_one(text: str) -> None:
    assert postcode(text) is None


HOUSE = Hit("address", "Kerkstraat 5, 8232AB Lelystad", "", "", 160_000.0, 500_000.0)


def test_an_address_from_the_service_takes_the_place_of_the_village(finder: Finder) -> None:
    here = finder.find("Kerkstraat 5 Lelystad")
    joined = finder.joined(here, Found((HOUSE,)))
    (hit,) = joined.hits
    assert (hit.kind, hit.label, hit.exact, joined.notice) == ("address", HOUSE.label, True, None)
    assert hit.code == finder.at(160_000, 500_000)
    assert "Flevoland" in hit.detail


def test_names_that_fit_stay_after_what_the_service_tells(finder: Finder) -> None:
    here = Found(tuple(finder.search("urk")), more=True)
    joined = finder.joined(here, Found((HOUSE,)))
    assert [hit.label for hit in joined.hits[:2]] == [HOUSE.label, "Urk"]


def test_without_an_answer_what_is_known_here_stays(finder: Finder) -> None:
    here = finder.find("1234 AB Lelystad")
    assert finder.joined(here, None) == here
    silent = finder.joined(here, Found(notice=Notice("error.locations_slow", {"url": "x"})))
    assert (silent.hits, told(silent)) == (here.hits, "offline_postcode_near")
    unknown = finder.joined(here, Found())
    assert (unknown.hits, told(unknown)) == (here.hits, "unknown_postcode_near")
    assert told(finder.joined(finder.find("Kerkstraat 5"), Found())) == "unknown_address"


def test_a_hit_of_the_service_outside_the_country_is_left_out(finder: Finder) -> None:
    here = finder.find("Kerkstraat 5 Lelystad")
    abroad = Hit("address", "Rue 1", "", "", 10_000.0, 310_000.0)
    nowhere = Hit("address", "Weg 1", "", "")
    assert finder.joined(here, Found((abroad, nowhere))).hits == here.hits
