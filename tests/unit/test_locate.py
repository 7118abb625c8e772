"""Finding areas by name, in a small country with real names."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.country import grid
from utils.errors import DataError
from utils.locate import Gazetteer, aliases, normalise
from utils.models import Areas, Atlas
from utils.texts import LANGS, Texts

PROVINCES = {"PV21": "Fryslân", "PV26": "Utrecht", "PV28": "Zuid-Holland", "PV30": "Noord-Brabant"}
MUNICIPALITIES = {
    "GM0164": ("Hengelo (O.)", 1),
    "GM0344": ("Utrecht", 1),
    "GM0518": ("'s-Gravenhage", 2),
    "GM0796": ("'s-Hertogenbosch", 3),
    "GM0820": ("Nuenen, Gerwen en Nederwetten", 3),
    "GM0828": ("Oss", 3),
    "GM1900": ("Súdwest-Fryslân", 0),
    "GM1982": ("Land van Cuijk", 3),
}
NEIGHBOURHOODS = {
    "BV03440001": ("Utrecht-Noord 1", 1),
    "BV03440002": ("Utrecht-Noord 2", 1),
    "BV03440010": ("Utrecht-Noord 10", 1),
    "BV05180001": ("Centrum", 2),
    "BV05180002": ("Scheveningen", 2),
    "BV19000001": ("Sneek-Centrum", 6),
}
CHANGES = {"Boxmeer": ["GM1982"], "Maasdonk": ["GM0796", "GM0828"], "Vergaan": ["GM9999"]}


def _areas(model: Areas, codes: list[str], names: list[str], parents: list[int]) -> Areas:
    rows = range(len(codes))
    return replace(
        model,
        codes=np.array(codes, dtype=object),
        names=np.array(names, dtype=object),
        parents=np.array(parents, dtype=np.intp),
        inhabitants=np.ones(len(codes)),
        geometry=np.array([model.geometry[row % len(model)] for row in rows], dtype=object),
    )


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    plain = grid()
    towns, cells = MUNICIPALITIES, NEIGHBOURHOODS
    return replace(
        plain,
        provinces=_areas(plain.provinces, list(PROVINCES), list(PROVINCES.values()), [0] * len(PROVINCES)),
        municipalities=_areas(
            plain.municipalities, list(towns), [n for n, _ in towns.values()], [p for _, p in towns.values()]
        ),
        neighbourhoods=_areas(
            plain.neighbourhoods, list(cells), [n for n, _ in cells.values()], [p for _, p in cells.values()]
        ),
    )


@pytest.fixture(scope="module")
def gazetteer(atlas: Atlas) -> Gazetteer:
    return Gazetteer(atlas, CHANGES)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Utrecht", ["PV26", "GM0344", "BV03440001", "BV03440002", "BV03440010"]),
        ("utrecht noord", ["BV03440001", "BV03440002", "BV03440010"]),
        ("Noord Utrecht", ["BV03440001", "BV03440002", "BV03440010"]),
        ("utrecht-noord 10", ["BV03440010"]),
        ("noord", ["PV30", "BV03440001"]),
        ("FRYSLAN", ["PV21", "GM1900"]),
        ("frÿslán", ["PV21"]),
        ("sudwest", ["GM1900"]),
        ("Den Haag", ["GM0518"]),
        ("the hague", ["GM0518"]),
        ("den b", ["GM0796"]),
        ("friesland", ["PV21"]),
        ("'s-gravenhage", ["GM0518"]),
        ("’s gravenhage", ["GM0518"]),
        ("s-gravenhage", ["GM0518"]),
        ("gravenhage", ["GM0518"]),
        ("hengelo", ["GM0164"]),
        ("nuenen", ["GM0820"]),
        ("Nuenen c.a.", ["GM0820"]),
        ("Boxmeer", ["GM1982"]),
        ("cuijk", ["GM1982"]),
        ("centrum", ["BV05180001", "BV19000001"]),
        ("centrum sneek", ["BV19000001"]),
        ("centrum gravenhage", ["BV05180001"]),
        ("scheveningne", ["BV05180002"]),
        ("hertogenbos", ["GM0796"]),
        ("hertogenbsoch", ["GM0796"]),
        ("gm0828", ["GM0828"]),
        (" BV03440002 ", ["BV03440002"]),
    ],
)
def test_what_people_type_is_found(gazetteer: Gazetteer, text: str, first: list[str]) -> None:
    assert [hit.code for hit in gazetteer.search(text)][: len(first)] == first


@pytest.mark.parametrize(
    "text", ["", "   ", "-", "'", "\U0001f600", "%_*", "x" * 10_000, "utrecht " * 1_250, "qqqq", "vergaan"]
)
def test_what_names_nothing_gives_nothing(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.search(text) == []


def test_a_hit_tells_where_it_lies(gazetteer: Gazetteer) -> None:
    (hit, *_) = gazetteer.search("scheveningen")
    assert (hit.code, hit.name, hit.level) == ("BV05180002", "Scheveningen", "neighbourhood")
    assert (hit.municipality, hit.province, hit.alias) == ("'s-Gravenhage", "Zuid-Holland", None)
    (hit, *_) = gazetteer.search("boxmeer")
    assert (hit.level, hit.municipality, hit.province, hit.alias) == (
        "municipality",
        "",
        "Noord-Brabant",
        "Boxmeer",
    )
    (hit, *_) = gazetteer.search("friesland")
    assert (hit.name, hit.level, hit.municipality, hit.province) == ("Fryslân", "province", "", "")


def test_a_split_is_not_guessed(gazetteer: Gazetteer) -> None:
    assert {hit.code for hit in gazetteer.search("Maasdonk")} == {"GM0796", "GM0828"}


def test_the_limit_holds_and_no_area_comes_twice(gazetteer: Gazetteer) -> None:
    for limit in range(8):
        codes = [hit.code for hit in gazetteer.search("utrecht", limit)]
        assert len(codes) == len(set(codes)) == min(limit, 5)


@given(st.text(max_size=120))
def test_any_text_is_answered(gazetteer: Gazetteer, text: str) -> None:
    hits = gazetteer.search(text)
    assert len({hit.code for hit in hits}) == len(hits) <= 7
    assert hits == gazetteer.search(text)


@given(st.sampled_from([*PROVINCES.values(), *(n for n, _ in (MUNICIPALITIES | NEIGHBOURHOODS).values())]))
def test_every_name_finds_its_area_first(gazetteer: Gazetteer, name: str) -> None:
    for text in (name, name.upper(), normalise(name)):
        assert gazetteer.search(text)[0].name == name


@given(st.text(max_size=50))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_chains_of_mergers_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    path.write_text(
        "old_name,old_code,new_name,new_code,date,note\n"
        "Ubbergen,GM0282,Groesbeek,GM0241,2015-01-01,absorbed\n"
        "Groesbeek,GM0241,Berg en Dal,GM1945,2016-01-01,renamed\n"
        "Maasdonk,GM1671,'s-Hertogenbosch,GM0796,2015-01-01,split\n"
        "Maasdonk,GM1671,Oss,GM0828,2015-01-01,split\n",
        encoding="utf-8",
    )
    assert aliases(path) == {
        "Ubbergen": ("GM1945",),
        "Groesbeek": ("GM1945",),
        "Maasdonk": ("GM0796", "GM0828"),
    }


def test_a_circle_of_changes_ends(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    path.write_text("old_name,old_code,new_code\nA,GM0001,GM0002\nB,GM0002,GM0001\n", encoding="utf-8")
    assert aliases(path) == {"A": ("GM0002",), "B": ("GM0001",)}


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "error.data_missing"),
        (b"old_name,old_code\n", "error.data_columns"),
        (b"", "error.data_columns"),
        (b"old_name,old_code,new_code\n\xff,GM0001,GM0002\n", "error.data_unreadable"),
    ],
)
def test_a_broken_file_of_changes_names_itself(tmp_path: Path, content: bytes | None, key: str) -> None:
    path = tmp_path / "changes.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        aliases(path)
    assert caught.value.key == key
    for lang in LANGS:
        assert "changes.csv" in Texts(lang).t(key, **caught.value.params)


def test_a_neighbourhood_is_found_by_its_district(atlas: Atlas) -> None:
    districts = np.array(["", "Wijk 03 Overvecht", "Wijk 03 Overvecht", "", "Scheveningen", ""], dtype=object)
    found = Gazetteer(replace(atlas, districts=districts))
    for text in ("Overvecht", "wijk 03 overvecht"):
        hits = found.search(text)
        assert [hit.code for hit in hits] == ["BV03440002", "BV03440010"]
        assert {(hit.alias, hit.district) for hit in hits} == {("Wijk 03 Overvecht", "Wijk 03 Overvecht")}
    assert [(hit.alias, hit.district) for hit in found.search("Scheveningen")] == [(None, "Scheveningen")]
    assert found.search("Utrecht-Noord 1")[0].district == ""
