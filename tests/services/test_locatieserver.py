"""Postcodes and addresses from a service that is well, slow, broken, or not there."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.services.cbs import Fault
from tests.services.locatieserver import Server, postcode, serve
from utils import locatieserver, postcodes
from utils.errors import FetchError
from utils.http_client import Patience
from utils.locatieserver import Locatieserver
from utils.postcodes import Looked, lookup
from utils.settings import Settings, load
from utils.texts import LANGS, Texts

DEGREES = "POINT(5.38720621 52.15517440)"
KNOWN = [postcode(f"{1000 + i}AB", 150_000 + i, 450_000 + i) for i in range(120)]
PLACES = [
    *KNOWN,
    postcode("2000AA", 160_000, 470_000, weergavenaam="Kerkstraat, 2000AA Dorp"),
    postcode("2000AA", 160_100, 470_000, weergavenaam="Plein, 2000AA Dorp"),
    postcode("2000AA", 160_900, 470_000, weergavenaam="Zijweg, 2000AA Dorp"),
    postcode("2000BB", 161_000, 470_000),
    postcode("3000AA", 0, 0, centroide_rd=None, centroide_ll=DEGREES),
    postcode("3000BB", 0, 0, centroide_rd="POINT(463000 155000)", centroide_ll="POINT(52.155 5.387)"),
    postcode("3000CC", 0, 0, centroide_rd="POINT(463000 155000)", centroide_ll=DEGREES),
    {"type": "adres", "weergavenaam": "Plein 1, 2000AA Dorp", "postcode": "2000AA", "gemeentecode": "0995",
     "buurtcode": "BU09950101", "woonplaatsnaam": "Dorp", "centroide_rd": "POINT(160100.4 470000)"},
]  # fmt: skip


@pytest.fixture(scope="module")
def _running() -> Iterator[Server]:
    with serve(PLACES) as running:
        yield running


@pytest.fixture
def service(_running: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server without faults, and a client that has no memory and no need to be polite."""
    monkeypatch.setattr(locatieserver, "PACE", 0.0)
    monkeypatch.setattr(locatieserver, "PATIENCE", Patience(silence=0.3, whole=1.0, attempts=1))
    _running.requests.clear()
    postcodes.memory.forget()
    yield _running
    _running.faults.clear()
    _running.single = _running.deaf = False


def options(server: Server | str, tmp_path: Path) -> Settings:
    url = server if isinstance(server, str) else server.url
    return load({"BUURTDEKKING_LOCATIESERVER": url, "BUURTDEKKING_CACHE": str(tmp_path / "cache")})


def told(found: Looked) -> str:
    """The key of the reason, after a look that the whole sentence can be said in both languages."""
    assert found.notice is not None
    for language in LANGS:
        sentence = Texts(language).t(found.notice.key, **found.notice.params)
        assert not re.search(r"\{|\d{4}[A-Z]{2}", sentence)
    return str(found.notice.params["reason"]["key"])


def test_many_postcodes_come_in_few_questions(service: Server, tmp_path: Path) -> None:
    codes = [doc["postcode"] for doc in KNOWN]
    steps: list[tuple[int, int]] = []
    found = lookup([*codes, "9999ZZ"], options(service, tmp_path), lambda *step: steps.append(step))
    assert found.points == {code: (150_000 + i, 450_000 + i) for i, code in enumerate(codes)}
    assert set(found.kinds.values()) == {"pc6"}
    assert (found.unanswered, found.notice) == (frozenset(), None)
    assert len(service.requests) == 3
    assert steps[-1] == (121, 121)
    assert sorted(steps) == steps


def test_a_postcode_is_asked_once_in_a_day_and_kept_in_memory_alone(service: Server, tmp_path: Path) -> None:
    first = lookup(["1000AB", "9999ZZ"], options(service, tmp_path))
    asked = len(service.requests)
    assert lookup(["1000AB", "9999ZZ"], options(service, tmp_path)) == first
    assert len(service.requests) == asked
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_is_remembered_grows_old(
    service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lookup(["1000AB"], options(service, tmp_path))
    monkeypatch.setattr(postcodes, "KEPT", 0.0)
    lookup(["1000AB"], options(service, tmp_path))
    assert len(service.requests) == 2


def test_memory_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postcodes, "MOST", 2)
    kept = type(postcodes.memory)()
    for code in ("1000AA", "1000AB", "1000AA", "1000AC"):
        kept.keep("u", {code: (1.0, 2.0)})
    assert kept.get("u", ["1000AA", "1000AB", "1000AC"]).keys() == {"1000AA", "1000AC"}
    assert kept.get("other", ["1000AA"]) == {}


def test_ways_to_write_a_postcode(service: Server, tmp_path: Path) -> None:
    found = lookup(
        ["1000AB", "1000 ab", " 1001ab ", "12345", "", "0000AA", "* OR *:*"], options(service, tmp_path)
    )
    assert found.points.keys() == {"1000AB", "1000 ab", " 1001ab "}
    assert found.notice is None
    assert not any("OR" in path for path in service.asked() if "1001AB" not in path)


def test_a_postcode_of_several_streets_lies_in_the_middle_one(service: Server, tmp_path: Path) -> None:
    assert lookup(["2000AA"], options(service, tmp_path)).points == {"2000AA": (160_100, 470_000)}


def test_four_digits_and_the_coarse_answer(service: Server, tmp_path: Path) -> None:
    assert lookup(["2000"], options(service, tmp_path)).kinds == {"2000": "pc4"}
    fine = lookup(["2000ZZ", "2000BB"], options(service, tmp_path))
    assert fine.points == {"2000BB": (161_000, 470_000)}
    coarse = lookup(["2000ZZ", "2000BB", "9999ZZ"], options(service, tmp_path), coarse=True)
    assert coarse.kinds == {"2000ZZ": "pc4", "2000BB": "pc6"}
    assert coarse.points["2000ZZ"] == (160_100, 470_000)  # of four, the one nearest to their middle


def test_more_hits_than_one_answer_holds_are_all_read(service: Server, tmp_path: Path) -> None:
    streets = [postcode("4000AA", 170_000 + i, 480_000) for i in range(150)]
    service.docs.extend([*streets, postcode("4000BB", 1_000, 401_000)])
    try:
        found = lookup(["4000AA", "4000BB"], options(service, tmp_path))
    finally:
        del service.docs[-151:]
    assert found.points == {"4000AA": (170_074, 480_000), "4000BB": (1_000, 401_000)}
    assert len(service.requests) == 2


def test_a_service_that_takes_one_postcode_at_a_time(service: Server, tmp_path: Path) -> None:
    service.single = True
    found = lookup(["1000AB", "1001AB", "9999ZZ"], options(service, tmp_path))
    assert found.points.keys() == {"1000AB", "1001AB"}
    assert found.notice is None


def test_a_service_that_heeds_no_filter_finds_nothing(service: Server, tmp_path: Path) -> None:
    service.deaf = True
    service.docs[:], kept = [postcode("8888AA", 150_000, 450_000)], service.docs[:]
    try:
        found = lookup(["1000AB", "1001AB"], options(service, tmp_path))
    finally:
        service.docs[:] = kept
    assert found.points == {}
    assert found.unanswered == {"1000AB", "1001AB"}
    assert told(found) == "error.locations_answer"


def test_points_in_degrees_and_points_the_wrong_way_round(service: Server, tmp_path: Path) -> None:
    found = lookup(["3000AA", "3000BB", "3000CC"], options(service, tmp_path))
    assert found.points.keys() == {"3000AA", "3000CC"}
    for x, y in found.points.values():
        assert (x, y) == pytest.approx((155_000, 463_000), abs=1)
    assert found.unanswered == {"3000BB"}
    assert told(found) == "error.locations_answer"


@pytest.mark.parametrize(
    ("rd", "degrees", "expected"),
    [
        ("POINT(155000 463000)", None, (155_000, 463_000)),
        ("point ( 155000.04 463000 )", None, (155_000, 463_000)),
        (None, DEGREES, (155_000, 463_000)),
        ("POINT(463000 155000)", None, None),
        (None, "POINT(52.15517440 5.38720621)", None),
        (None, "POINT(2.35 48.85)", None),  # Paris
        ("POINT(nan nan)", "POINT(inf 1)", None),
        ("POINT(0 0)", "POINT(0 0)", None),
        ("POINT(155000)", "155000 463000", None),
        ("POINT(één twee)", "", None),
        (7, ["POINT(155000 463000)"], None),
    ],
)
def test_a_point(rd: object, degrees: object, expected: tuple[float, float] | None) -> None:
    found = locatieserver.point(rd, degrees)
    assert found == (expected and pytest.approx(expected, abs=1))


@pytest.mark.parametrize(
    ("kind", "key", "at_most"),
    [
        ("timeout", "error.locations_slow", 4),
        ("500", "error.locations_status", 4),
        ("503", "error.locations_status", 4),
        ("404", "error.locations_status", 4),
        ("429", "error.locations_busy", 4),
        ("html", "error.locations_answer", 4),
        ("broken", "error.locations_answer", 4),
        ("cut", "error.locations_answer", 4),
        ("reset", "error.locations_answer", 4),
    ],
)
def test_a_service_that_is_down_is_left_alone(
    service: Server, tmp_path: Path, kind: str, key: str, at_most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 5)
    monkeypatch.setattr(postcodes, "AT_ONCE", 2)
    service.faults.append(Fault(kind, value="30" if kind == "429" else ""))
    codes = [doc["postcode"] for doc in KNOWN]
    found = lookup(codes, options(service, tmp_path), coarse=True)
    assert found.points == {}
    assert found.unanswered == set(codes)
    assert told(found) == key
    assert found.notice is not None
    assert found.notice.params["n"] == 120
    assert len(service.requests) <= at_most


def test_one_bad_answer_costs_its_postcodes_alone(
    service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postcodes, "BATCH", 10)
    service.faults.append(Fault("500", after=3, times=1))
    codes = [doc["postcode"] for doc in KNOWN]
    found = lookup(codes, options(service, tmp_path))
    assert len(found.points) == 110
    assert found.unanswered == set(codes) - found.points.keys()
    assert told(found) == "error.locations_status"
    again = lookup(codes, options(service, tmp_path))
    assert (len(again.points), again.notice) == (120, None)


def test_nobody_at_the_address(service: Server, tmp_path: Path) -> None:
    found = lookup([doc["postcode"] for doc in KNOWN], options("http://127.0.0.1:9/v3_1", tmp_path))
    assert told(found) == "error.locations_connect"
    assert len(found.unanswered) == 120


@pytest.mark.parametrize(
    "body",
    [[], {}, {"response": None}, {"response": {"numFound": 1}}, {"response": {"numFound": "x", "docs": []}},
     {"response": {"numFound": 1, "docs": [None]}}, {"response": {"numFound": 1, "docs": ["POINT(1 2)"]}}],
)  # fmt: skip
def test_json_of_another_form(body: Any) -> None:
    with pytest.raises(FetchError) as caught:
        locatieserver._hits(json.loads(json.dumps(body)), "https://example.org/free?q=geheim")
    assert caught.value.key == "error.locations_answer"
    assert "geheim" not in str(caught.value)


def test_no_postcodes_ask_nothing(service: Server, tmp_path: Path) -> None:
    assert lookup([], options(service, tmp_path), coarse=True) == Looked({}, {})
    assert service.requests == []


def test_the_pace_is_kept_over_all_threads(
    service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at: list[float] = []
    monkeypatch.setattr(locatieserver, "PACE", 5.0)
    monkeypatch.setattr(locatieserver.time, "monotonic", lambda: 1_000.0)
    monkeypatch.setattr(locatieserver.time, "sleep", at.append)
    monkeypatch.setattr(postcodes, "BATCH", 30)
    lookup([doc["postcode"] for doc in KNOWN], options(service, tmp_path))
    assert sorted(at) == [0.0, 5.0, 10.0, 15.0]


def test_an_address_is_found_by_text(service: Server) -> None:
    with Locatieserver(service.url) as asked:
        (hit,) = asked.free("plein 1", filters=["type:adres"], rows=5).hits
        assert asked.free("bestaat niet").total == 0
    assert hit == replace(
        hit, kind="adres", name="Plein 1, 2000AA Dorp", x=160_100.4, y=470_000, postcode="2000AA",
        place="Dorp", municipality_code="GM0995", neighbourhood_code="BU09950101",
    )  # fmt: skip


def test_what_is_searched_is_in_no_log_and_no_error(
    service: Server, caplog: pytest.LogCaptureFixture
) -> None:
    service.faults.append(Fault("500"))
    with caplog.at_level(logging.INFO), Locatieserver(service.url) as asked:
        with pytest.raises(FetchError) as caught:
            asked.free("Geheimstraat 7")
        service.faults.clear()
        asked.free("Geheimstraat 7")
    assert "Geheim" not in caplog.text + str(caught.value) + repr(caught.value.__cause__)
