"""Burglaries beside an atlas: rates by hand, what is too small or unknown, and rules that always hold."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.country import grid
from utils import crime, crime_store, police
from utils.crime import Counts, Crime, join, numbers, rates
from utils.errors import DataError, FetchError, Notice
from utils.http_client import Client
from utils.models import Atlas, Level
from utils.settings import Settings, load
from utils.store import Source
from utils.texts import LANGS, Texts

OFFICIAL = grid(kind="official")  # 16 neighbourhoods of 1,000 people and 500 households, 4 municipalities
BELOW: tuple[Level, Level] = ("neighbourhood", "municipality")
LEVELS: tuple[Level, ...] = (*BELOW, "province", "country")


def counts(atlas: Atlas, every: float = 5.0, **more: float) -> Counts:
    """So many burglaries in every area, but for some."""
    codes = [*atlas.neighbourhoods.codes, *atlas.municipalities.codes]
    return Counts(2024, True, {**dict.fromkeys(codes, every), **more})


def with_people(atlas: Atlas, row: int, people: float, homes: float) -> Atlas:
    """An atlas in which one neighbourhood has other figures."""
    places = atlas.neighbourhoods
    inhabitants, households = places.inhabitants.copy(), places.households.copy()
    inhabitants[row], households[row] = people, homes
    return replace(atlas, neighbourhoods=replace(places, inhabitants=inhabitants, households=households))


def test_rates_by_hand() -> None:
    code = OFFICIAL.neighbourhoods.codes[0]
    found = join(OFFICIAL, counts(OFFICIAL, 5.0, **{code: 2.0}))
    assert rates(OFFICIAL, found, "neighbourhood")[:2].tolist() == [4.0, 10.0]  # 2 and 5 in 500 households
    assert rates(OFFICIAL, found, "municipality").tolist() == [2.5] * 4  # 5 in 2,000
    assert rates(OFFICIAL, found, "province").tolist() == [2.5] * 2  # 10 in 4,000
    assert rates(OFFICIAL, found, "country").tolist() == [2.5]
    assert numbers(OFFICIAL, found, "country").tolist() == [20.0]
    assert numbers(OFFICIAL, found, "province").tolist() == [10.0, 10.0]


@pytest.mark.parametrize(
    ("people", "homes", "shown"),
    [
        (50, 50, True),
        (49, 50, False),
        (50, 49, False),
        (1_000, 0, False),
        (0, 0, False),
        (np.nan, 500, False),
    ],
)
def test_small_areas_have_no_figure(people: float, homes: float, shown: bool) -> None:
    atlas = with_people(OFFICIAL, 3, people, homes)
    found = join(atlas, counts(atlas))
    assert np.isfinite(rates(atlas, found, "neighbourhood")[3]) == shown
    assert np.isfinite(numbers(atlas, found, "neighbourhood")[3]) == shown


def test_without_households_there_is_a_number_and_no_rate() -> None:
    atlas = with_people(OFFICIAL, 3, 1_000, np.nan)
    found = join(atlas, counts(atlas))
    assert numbers(atlas, found, "neighbourhood")[3] == 5
    assert np.isnan(rates(atlas, found, "neighbourhood")[3])
    plain = grid()  # the approximation: no households at all
    found = join(plain, counts(plain))
    assert not crime.has_rates(plain, found)
    assert numbers(plain, found, "province").tolist() == [10.0, 10.0]
    assert all(np.isnan(rates(plain, found, level)).all() for level in LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_no_numbers_are_no_zeros(level: Level) -> None:
    found = join(OFFICIAL, Counts(2024, None, {}))
    assert np.isnan(rates(OFFICIAL, found, level)).all()
    assert np.isnan(numbers(OFFICIAL, found, level)).all()
    assert not crime.has_rates(OFFICIAL, found)


def test_a_province_has_a_rate_if_most_of_its_households_have() -> None:
    """The municipalities without a number count in neither part of the fraction."""
    atlas = grid(2, 20, kind="official")  # 20 municipalities; ten provinces of two
    towns = atlas.municipalities
    one = replace(atlas, municipalities=replace(towns, parents=np.zeros(20, dtype=np.intp)))
    gone = {str(code): np.nan for code in towns.codes[:2]}
    found = join(one, counts(one, 5.0, **gone))
    assert rates(one, found, "province")[0] == pytest.approx(1_000 * 5 * 18 / (1_000 * 18))
    gone |= {str(towns.codes[2]): np.nan}
    assert np.isnan(rates(one, join(one, counts(one, 5.0, **gone)), "province")[0])
    assert numbers(one, join(one, counts(one, 5.0, **gone)), "province")[0] == 5 * 17


def burglaries() -> st.SearchStrategy[float]:
    """Numbers as the police publish them, or none."""
    return st.one_of(st.integers(0, 40).map(float), st.just(np.nan))


@given(st.lists(burglaries(), min_size=16, max_size=16), st.lists(burglaries(), min_size=4, max_size=4))
def test_rules_that_always_hold(places: list[float], towns: list[float]) -> None:
    found = Crime(2024, False, np.array(places), np.array(towns))
    for level, came in zip(BELOW, (found.neighbourhoods, found.municipalities), strict=True):
        shown, homes = rates(OFFICIAL, found, level), OFFICIAL.areas(level).households
        assert np.array_equal(np.isnan(shown), np.isnan(came))
        assert np.allclose(shown * homes / 1_000, came, equal_nan=True)
    country, parts = rates(OFFICIAL, found, "country"), rates(OFFICIAL, found, "municipality")
    if np.isfinite(country[0]):
        assert np.nanmin(parts) - 1e-9 <= country[0] <= np.nanmax(parts) + 1e-9
    more = replace(found, neighbourhoods=found.neighbourhoods + 1)
    before, after = (rates(OFFICIAL, one, "neighbourhood") for one in (found, more))
    assert (after[np.isfinite(after)] > before[np.isfinite(before)]).all()


@given(st.permutations(list(range(20))))
def test_the_order_of_the_rows_makes_no_difference(order: list[int]) -> None:
    codes = [*OFFICIAL.neighbourhoods.codes, *OFFICIAL.municipalities.codes]
    mixed = Counts(2024, True, {codes[i]: float(i) for i in order})
    found = join(OFFICIAL, mixed)
    assert [*found.neighbourhoods, *found.municipalities] == list(range(20))


def test_burglaries_stand_beside_the_neighbourhoods_of_a_table() -> None:
    codes = OFFICIAL.neighbourhoods.codes
    table = pd.DataFrame({"code": [codes[3], codes[0]], "name": ["d", "a"]})
    found = crime.beside(table, OFFICIAL, join(OFFICIAL, counts(OFFICIAL, 5.0, **{codes[0]: np.nan})))
    assert found["code"].tolist() == [codes[3], codes[0]]
    assert found["burglaries"].tolist()[0] == 5
    assert found["burglary_rate"].tolist()[0] == 10
    assert found[["burglaries", "burglary_rate"]].iloc[1].isna().all()
    assert "burglaries" not in table
    assert crime.beside(table, OFFICIAL, join(OFFICIAL, Counts(2024, True, {}))) is table
    empty = crime.beside(table.head(0), OFFICIAL, join(OFFICIAL, counts(OFFICIAL)))
    assert list(empty) == ["code", "name", "burglaries", "burglary_rate"]


# What is odd.


def test_what_does_not_fit_is_counted() -> None:
    strange = {"BU99990000": 3.0, "BU99990001": np.nan, "GM9999": 4.0}
    told = {one.key: one.params for one in crime.odd(OFFICIAL, counts(OFFICIAL, 5.0, **strange))}
    assert told["crime.warning.unjoined"]["n"] == 3
    assert told["crime.warning.unjoined"]["burglaries"] == 7
    assert told["crime.warning.unpublished"]["n"] == 1
    few = Counts(2024, True, dict.fromkeys([*OFFICIAL.neighbourhoods.codes[:9]], 1.0))
    assert [one.key for one in crime.odd(OFFICIAL, few)] == ["crime.warning.absent"]
    with pytest.raises(DataError, match="crime_other"):
        crime.odd(OFFICIAL, Counts(2024, True, dict.fromkeys(OFFICIAL.neighbourhoods.codes[:7], 1.0)))
    for lang in LANGS:
        assert "7" in Texts(lang).t("crime.warning.unjoined", **told["crime.warning.unjoined"])


def test_the_approximation_says_what_is_lacking() -> None:
    plain = grid()
    told = crime.odd(plain, Counts(2024, True, dict.fromkeys(plain.municipalities.codes, 1.0)))
    assert [one.key for one in told] == ["crime.warning.municipalities", "crime.warning.households"]


# The plan of the questions.


@given(
    st.sets(st.from_regex(r"BU(0[0-9]|1[0-9])[0-9]{2}[0-9A-Z]{2}", fullmatch=True), max_size=80),
    st.integers(0, 30),
)
def test_prefixes_hold_all_codes_once(codes: set[str], most: int) -> None:
    found = police.prefixes(sorted(codes), most)
    for code in codes:
        assert sum(code.startswith(prefix) for prefix in found) == 1
    for prefix in found:
        within = sum(code.startswith(prefix) for code in codes)
        assert within
        assert within <= most or len(prefix) == 6


def test_the_whole_country_takes_few_questions(embedded: Path) -> None:
    """As many neighbourhoods in each municipality as there are approximate ones, which is about as many."""
    from utils import boundaries

    places = boundaries.load(embedded).neighbourhoods
    codes = [f"BU{code[2:]}" for code in places.codes]
    found = police.prefixes(codes, police.MOST)
    assert 5 < len(found) < 40
    assert max(sum(code.startswith(prefix) for code in codes) for prefix in found) <= police.MOST


# The file.


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a cache of their own."""
    return load({"BUURTDEKKING_CACHE": str(tmp_path)})


SOURCE = Source("crime", "http://x/", "2026-01-01T00:00:00+00:00", "0" * 64, 10, 2, "open data")


@pytest.mark.parametrize("provisional", [True, False, None])
def test_what_is_kept_is_read_back(settings: Settings, provisional: bool | None) -> None:
    notice = Notice("crime.warning.unpublished", {"n": 1})
    by_code = {"BU00000000": 3.0, "GM0000": np.nan}
    crime_store.keep(settings, crime_store.Kept("v1", Counts(2024, provisional, by_code), SOURCE, (notice,)))
    found = crime_store.read(settings, "v1")
    assert found is not None
    assert (found.counts.year, found.counts.provisional) == (2024, provisional)
    assert found.counts.by_code["BU00000000"] == 3
    assert np.isnan(found.counts.by_code["GM0000"])
    assert (found.source, found.warnings) == (SOURCE, (notice,))
    assert crime_store.read(settings, "v2") is None


def test_a_file_under_another_name_is_not_taken(settings: Settings) -> None:
    crime_store.keep(settings, crime_store.Kept("v1", Counts(2024, None, {}), SOURCE, ()))
    crime_store.file(settings, "v1").rename(crime_store.file(settings, "v2"))
    with pytest.raises(DataError, match="crime_file"):
        crime_store.read(settings, "v2")


def test_nothing_is_there_where_nobody_listens(settings: Settings) -> None:
    closed = replace(settings, politie="http://127.0.0.1:9")
    with Client(pause=0.001) as client, pytest.raises(FetchError, match="fetch_connect"):
        police.fetch(client, closed, [], datetime.now(UTC).year, lambda done: None)
