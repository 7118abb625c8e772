"""Villages by name: the ways in which lists write them, and no guessing."""

import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from utils.errors import DataError
from utils.gazetteer import Place, Places, key
from utils.locate import MAX_TEXT


@pytest.fixture(scope="module")
def places(embedded: Path) -> Places:
    return Places.load(embedded)


@pytest.mark.parametrize(
    ("text", "name", "municipality"),
    [
        ("Den Haag", "Den Haag", "GM0518"),
        ("'s-Gravenhage", "Den Haag", "GM0518"),
        ("The Hague", "Den Haag", "GM0518"),
        ("den bosch", "'s-Hertogenbosch", "GM0796"),
        ("S HERTOGENBOSCH", "'s-Hertogenbosch", "GM0796"),
        ("’s-Hertogenbosch", "'s-Hertogenbosch", "GM0796"),
        ("s'Heerenberg", "'s-Heerenberg", "GM1955"),
        ("’t  Harde", "'t Harde", "GM0230"),
        ("St. Anthonis", "Sint Anthonis", "GM1982"),
        ("St Odilienberg", "Sint Odiliënberg", "GM1669"),
        ("Alphen a/d Rijn", "Alphen aan den Rijn", "GM0484"),
        ("Alphen a.d. Rijn", "Alphen aan den Rijn", "GM0484"),
        ("Alphen aan de Rijn", "Alphen aan den Rijn", "GM0484"),
        ("Capelle ad IJssel", "Capelle aan den IJssel", "GM0502"),
        ("Ljouwert", "Leeuwarden", "GM0080"),
        ("leeuwarden ", "Leeuwarden", "GM0080"),
        ("Skarsterbrêge", "Scharsterbrug", "GM1940"),
        ("Skarsterbrege", "Scharsterbrug", "GM1940"),
        ("zuidscharwoude", "Zuid-Scharwoude", "GM1980"),
        ("Bergen (NH)", "Bergen", "GM0373"),
        ("Boxmeer", "Boxmeer", "GM1982"),
        ("Beugen", "Beugen", "GM1982"),
        ("Anjum", "Eanjum", "GM1970"),
        ("Veere", "Veere", "GM0717"),
        ("Krimpen a/d IJssel", "Krimpen aan den IJssel", "GM0542"),
    ],
)
def test_a_place_is_found_however_it_is_written(
    places: Places, text: str, name: str, municipality: str
) -> None:
    assert [(place.name, place.municipality_code) for place in places.find(text)] == [(name, municipality)]


@pytest.mark.parametrize(
    ("text", "municipalities"),
    [
        ("Hengelo", ["GM0164", "GM1876"]),
        ("Rijswijk", ["GM0603", "GM1959"]),
        ("Alphen", ["GM0484", "GM1723", "GM0668"]),
        ("Nieuwerkerk", ["GM1892", "GM1676"]),
    ],
)
def test_a_name_of_several_gives_all_the_largest_first(
    places: Places, text: str, municipalities: list[str]
) -> None:
    assert [place.municipality_code for place in places.find(text)] == municipalities
    for code in municipalities:
        assert [place.municipality_code for place in places.find(text, code)] == [code]
    assert places.find(text, "GM0363") == ()


@pytest.mark.parametrize(
    "text",
    ["", " ", "()", "(NH)", "leilystad", "Lelystad-Zuidpool", "1234AB", "Meer", "x" * 10_000, "🙂",
     "' OR 1=1 --", "<b>Lelystad</b>"],
)  # fmt: skip
def test_what_is_no_place_gives_none(places: Places, text: str) -> None:
    assert places.find(text) == ()


def test_a_long_text_is_no_name() -> None:
    name = "a" * MAX_TEXT
    long = Places([Place(name, "GM0001", 1, 2), Place(name + "a", "GM0001", 1, 2)])
    assert len(long.find(name)) == 1
    assert long.find(name + "a") == ()


def test_an_own_name_goes_before_another_name() -> None:
    hoorn = Place("Hoorn", "GM0001", 1, 2)
    den = Place("Den Hoorn", "GM0002", 3, 4, ("Hoorn", "Horn"))
    both = Places([hoorn, den])
    assert both.find("hoorn") == (hoorn,)
    assert both.find("Hoorn", "GM0002") == (den,)
    assert both.find("horn") == (den,)


def test_a_part_between_brackets_counts_where_a_place_has_it() -> None:
    places = Places([Place("Nieuw-Bergen", "GM0001", 1, 2, ("Bergen L",)), Place("Bergen", "GM0002", 3, 4)])
    assert [place.name for place in places.find("Bergen (L.)")] == ["Nieuw-Bergen"]
    assert [place.name for place in places.find("Bergen (NH.)")] == ["Bergen"]


@given(st.text(max_size=150))
def test_any_text_is_answered(text: str) -> None:
    places = Places([Place("Dorp", "GM0001", 1, 2)])
    assert (places.find(text) != ()) == (
        len(text) <= MAX_TEXT and key("dorp") in (key(text), key(text.rpartition("(")[0]))
    )


def test_all_places_are_there_for_a_search_box(places: Places) -> None:
    everything = list(places)
    assert len(everything) == len(places)
    assert {"Lelystad", "Den Haag"} <= {place.name for place in everything}


def shift(table: pa.Table, metres: float) -> pa.Table:
    """Municipalities, all of them moved to the east."""
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    moved = shapely.transform(shapes, lambda xy: xy + np.array([metres, 0]))
    at = table.column_names.index("geometry")
    return table.set_column(at, "geometry", pa.array(shapely.to_wkb(moved), pa.binary()))


def test_a_fetched_folder_gets_the_places_by_their_points(
    places: Places, embedded: Path, tmp_path: Path
) -> None:
    shutil.copy(embedded / "municipalities.parquet", tmp_path)
    assert list(Places.load(tmp_path)) == list(places)


def test_other_municipalities_have_other_places(embedded: Path, tmp_path: Path) -> None:
    table = pq.read_table(embedded / "municipalities.parquet")
    codes = table["code"].to_pylist()
    joined = ["GM9999" if code in ("GM1696", "GM0402") else code for code in codes]
    at = table.column_names.index("code")
    pq.write_table(table.set_column(at, "code", pa.array(joined)), tmp_path / "municipalities.parquet")
    found = Places.load(tmp_path)
    assert [place.municipality_code for place in found.find("Hilversum")] == ["GM9999"]
    assert [place.municipality_code for place in found.find("Loosdrecht")] == ["GM9999"]
    assert [place.municipality_code for place in found.find("Lelystad")] == ["GM0995"]


def test_places_far_from_every_municipality_are_left_out(embedded: Path, tmp_path: Path) -> None:
    table = pq.read_table(embedded / "municipalities.parquet")
    only = table.filter(pa.compute.equal(table["code"], "GM0995"))
    pq.write_table(only, tmp_path / "municipalities.parquet")
    assert {place.municipality_code for place in Places.load(tmp_path)} == {"GM0995"}
    pq.write_table(shift(only, 500_000), tmp_path / "municipalities.parquet")
    assert len(Places.load(tmp_path)) == 0


def test_a_broken_folder_is_told(embedded: Path, tmp_path: Path) -> None:
    def key_of() -> str:
        with pytest.raises(DataError) as caught:
            Places.load(tmp_path)
        return caught.value.key

    assert key_of() == "error.data_missing"
    (tmp_path / "municipalities.parquet").write_bytes(b"no parquet")
    assert key_of() == "error.data_unreadable"
    pq.write_table(
        pa.table({"code": ["GM0001"], "geometry": [b"no outline"]}), tmp_path / "municipalities.parquet"
    )
    assert key_of() == "error.data_unreadable"
    (tmp_path / "places.parquet").write_bytes(b"no parquet")
    assert key_of() == "error.data_unreadable"
    pq.write_table(pa.table({"name": ["Dorp"]}), tmp_path / "places.parquet")
    assert key_of() == "error.data_columns"
    pq.write_table(pq.read_table(embedded / "places.parquet"), tmp_path / "places.parquet")
    assert len(Places.load(tmp_path)) == len(Places.load(embedded))
