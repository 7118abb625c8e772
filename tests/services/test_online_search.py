"""Streets, addresses and postcodes beside the page: a service that is well, slow, broken, strange or gone."""

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.services.answers import Answer
from tests.services.cbs import Fault
from tests.services.locatieserver import Server, postcode, serve
from utils import locatieserver, online_search
from utils.finder import Found
from utils.online_search import Desk, addresses, glance
from utils.settings import load
from utils.texts import LANGS, Texts


def address(name: str, x: float, y: float, kind: str = "adres", **fields: Any) -> dict[str, Any]:
    return postcode("8232AB", x, y, type=kind, weergavenaam=name, id=name, **fields)


TOWN = {"woonplaatsnaam": "Lelystad"}
PLACES = [
    postcode("8232AB", 160_000, 500_000, weergavenaam="Kerkstraat, 8232AB Lelystad", **TOWN),
    postcode("8232AB", 160_010, 500_000, weergavenaam="Plein, 8232AB Lelystad", **TOWN),
    postcode("8232AC", 160_400, 500_000, weergavenaam="Zijweg, 8232AC Lelystad", **TOWN),
    address("Kerkstraat 5, 8232AB Lelystad", 160_001, 500_001),
    address("Kerkstraat 7, 8232AB Lelystad", 160_003, 500_001),
    address("Kerkstraat, Lelystad", 160_005, 500_001, "weg"),
    address("Dorp, Lelystad", 160_100, 500_100, "woonplaats"),
    address("Kerkstraat perceel 12", 160_100, 500_100, "perceel"),
    address("<b>Gevaarweg</b>, Dorp", 160_100, 500_100, "weg"),
    address("Zeeweg, Nergens", 0, 0, "weg", centroide_rd="POINT(1 2)", centroide_ll="x"),
]  # fmt: skip


@pytest.fixture(scope="module")
def _running() -> Iterator[Server]:
    with serve(PLACES) as running:
        yield running


@pytest.fixture
def service(_running: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server without faults; a client without memory that need not be polite."""
    monkeypatch.setattr(locatieserver, "PACE", 0.0)
    monkeypatch.setattr(online_search, "PATIENCE", 10.0)  # of a computer that is busy
    _running.requests.clear()
    online_search._desk.cache_clear()
    yield _running
    _running.faults.clear()
    _running.bare = _running.deaf = False


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service that is silent is given up soon."""
    monkeypatch.setattr(online_search, "PATIENCE", 0.3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time as the search sees it, in seconds: change it at will."""
    now = [1_000.0]
    monkeypatch.setattr(online_search, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def ask(server: Server | str, text: str) -> Found:
    url = server if isinstance(server, str) else server.url
    return addresses(text, load({"BUURTDEKKING_LOCATIESERVER": url}))


def why(found: Found) -> str:
    """The key of the notice, after a look that it can be said in both languages without the question."""
    assert found.hits == ()
    assert found.notice is not None
    for lang in LANGS:
        sentence = Texts(lang).t(found.notice.key, **found.notice.params)
        assert not re.search(r"\{|8232|kerk", sentence, re.IGNORECASE)
    return found.notice.key.removeprefix("error.locations_")


def until(come: Callable[[], Found | None]) -> Found:
    """What comes in the end, asked for again and again as a page does."""
    end = time.monotonic() + 5
    while (found := come()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return found


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("8232ab", [("postcode", "8232 AB Lelystad")]),
        (" 8232 AB ", [("postcode", "8232 AB Lelystad")]),
        ("8232", [("postcode", "8232 Lelystad")]),
        ("8232 AB 5", [("address", "Kerkstraat 5, 8232AB Lelystad")]),
        ("8232ab 99", [("postcode", "8232 AB Lelystad")]),
        ("9999 ZZ kerkstraat", [
            ("postcode", "8232 AB Lelystad"), ("address", "Kerkstraat 5, 8232AB Lelystad"),
            ("address", "Kerkstraat 7, 8232AB Lelystad"), ("street", "Kerkstraat, Lelystad"),
        ]),
        ("Kerkstraat 5, Lelystad", [("address", "Kerkstraat 5, 8232AB Lelystad")]),
        ("dorp", [("place", "Dorp, Lelystad"), ("street", "<b>Gevaarweg</b>, Dorp")]),
        ("perceel", []),
        ("zeeweg", []),
        ("9999ZZ", []),
        ("", []),
        ("-", []),
        ("12", []),
        ("😀", []),
        ("\ud800\ud800", []),
        ("x" * 10_000, []),
    ],
)  # fmt: skip
def test_the_service_tells_where_it_is(service: Server, text: str, hits: list[tuple[str, str]]) -> None:
    found = ask(service, text.replace(",", ""))
    assert ([(hit.kind, hit.label) for hit in found.hits], found.notice) == (hits, None)
    for hit in found.hits:
        assert hit.x == pytest.approx(160_050, abs=401)
        assert hit.y == pytest.approx(500_050, abs=51)


def test_a_postcode_lies_where_one_of_its_streets_does(service: Server) -> None:
    (hit,) = ask(service, "8232AB").hits
    assert (hit.x, hit.y, hit.code) in [(160_000, 500_000, ""), (160_010, 500_000, "")]


def test_suggestions_without_points_are_asked_in_full(service: Server) -> None:
    service.bare = True
    assert [hit.label for hit in ask(service, "Kerkstraat 7").hits] == ["Kerkstraat 7, 8232AB Lelystad"]
    assert len(service.asked("/suggest")) == len(service.asked("/free")) == 1


def test_another_postcode_than_was_asked_is_no_answer(service: Server) -> None:
    service.deaf = True
    assert ask(service, "7000AA").hits == ()


@pytest.mark.parametrize(
    "text", ["kerkstraat *:*", "kerkstraat) OR (type:perceel", "type:perceel kerkstraat"]
)
def test_nothing_of_its_query_language_is_passed_on(service: Server, text: str) -> None:
    ask(service, text)
    questions = [parse_qs(urlsplit(path).query)["q"][0] for path in service.asked()]
    assert questions
    assert not re.search(r"[*:()]", "".join(questions))


def test_the_same_question_is_asked_once(service: Server) -> None:
    assert ask(service, "Kerkstraat 5") == ask(service, "  kerkstraat   5 ")
    assert len(service.requests) == 1


def test_an_answer_is_forgotten_in_time_and_the_memory_is_bounded(
    service: Server, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(service.url)
    monkeypatch.setattr(online_search, "MOST", 3)
    for n in range(10):
        desk.answer(f"kerkstraat {n}")
    assert len(desk._asked) == 3
    desk.answer("kerkstraat 9")
    assert len(service.requests) == 10
    clock[0] += online_search.KEPT
    desk.answer("kerkstraat 9")
    assert len(service.requests) == 11
    assert len(desk._asked) == 1


def test_a_glance_never_waits(service: Server, hurried: None) -> None:
    service.faults.append(Fault("timeout"))
    options = load({"BUURTDEKKING_LOCATIESERVER": service.url})
    start = time.monotonic()
    assert glance("kerkstraat 5", options) is None
    assert time.monotonic() - start < 0.25
    assert why(until(lambda: glance("kerkstraat 5", options))) == "slow"
    service.faults.clear()
    assert why(until(lambda: glance("kerkstraat 7", options))) == "slow"  # left alone for now


def test_a_glance_gives_what_has_come(service: Server) -> None:
    options = load({"BUURTDEKKING_LOCATIESERVER": service.url})
    found = until(lambda: glance("kerkstraat 5", options))
    assert [hit.kind for hit in found.hits] == ["address"]
    assert len(service.requests) == 1


@pytest.mark.parametrize(
    ("kind", "key"),
    [("429", "busy"), ("500", "status"), ("503", "status"), ("404", "status"), ("html", "answer"),
     ("broken", "answer"), ("cut", "answer"), ("reset", "answer")],
)  # fmt: skip
def test_a_broken_service_is_left_alone_for_a_while(
    service: Server, clock: list[float], kind: str, key: str
) -> None:
    service.faults.append(Fault(kind))
    assert why(ask(service, "kerkstraat 5")) == key
    service.faults.clear()
    asked = len(service.requests)
    clock[0] += online_search.REST - 1
    assert why(ask(service, "kerkstraat 7")) == key
    assert len(service.requests) == asked
    clock[0] += 2
    assert len(ask(service, "kerkstraat 7").hits) == 1


def test_a_silent_service_is_given_up_and_left_alone(service: Server, hurried: None) -> None:
    service.faults.append(Fault("timeout"))
    start = time.monotonic()
    assert why(ask(service, "kerkstraat 5")) == "slow"
    assert time.monotonic() - start < 2.0
    service.faults.clear()
    asked = len(service.requests)
    assert why(ask(service, "kerkstraat 7")) == "slow"
    assert len(service.requests) == asked


def test_a_visitor_waits_three_seconds_at_most() -> None:
    assert online_search.PATIENCE == 3.0


def test_the_rest_grows_with_each_failure_and_ends_with_a_success(
    service: Server, clock: list[float]
) -> None:
    desk = Desk(service.url)
    service.faults.append(Fault("500"))
    rests = []
    for _ in range(7):
        assert why(desk.answer("kerkstraat 5")) == "status"
        rests.append(desk._until - clock[0])
        clock[0] = desk._until
    assert rests == [15, 30, 60, 120, 240, 300, 300]
    service.faults.clear()
    assert desk.answer("kerkstraat 5").hits
    service.faults.append(Fault("500"))
    assert why(desk.answer("kerkstraat 7")) == "status"
    assert desk._until - clock[0] == 15


def test_a_service_that_is_not_there_is_told_at_once(service: Server) -> None:
    start = time.monotonic()
    assert why(ask("http://127.0.0.1:9", "kerkstraat 5")) == "connect"
    assert time.monotonic() - start < 1.0


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b"null", b"7", b'{"response": 3}', b'{"response": {"numFound": "x", "docs": []}}',
     b'{"response": {"numFound": 1, "docs": [7]}}', b"[" * 100_000, b"\xff\xfe"],
)  # fmt: skip
def test_an_answer_that_is_none_is_told(
    service: Server, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    monkeypatch.setattr(Server, "answer", lambda self, path, headers: Answer(200, body))
    assert why(ask(service, "kerkstraat 5")) == "answer"


def test_odd_documents_are_left_out(service: Server) -> None:
    odd: list[dict[str, Any]] = [
        {"type": None, "weergavenaam": "Oddweg 1", "centroide_rd": "POINT(160000 500000)"},
        {"type": "adres", "weergavenaam": "Oddweg 2", "centroide_rd": 7, "centroide_ll": None},
        {"type": "adres", "weergavenaam": "Oddweg 3 " + "x" * 5_000, "centroide_rd": "POINT(160000 500000)"},
    ]
    service.docs += odd
    try:
        found = ask(service, "oddweg")
    finally:
        del service.docs[-len(odd) :]
    assert [hit.label[:8] for hit in found.hits] == ["Oddweg 3"]
    assert len(found.hits[0].label) == online_search.LONGEST_LABEL


def test_a_question_that_it_refuses_is_no_fault_of_the_service(
    service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_search, "_TYPES", "type:(adres OR weg)")
    service.single = True
    try:
        assert ask(service, "kerkstraat 5") == Found()
        assert ask(service, "8232AB").hits
    finally:
        service.single = False


def test_too_many_questions_are_not_asked(
    service: Server, hurried: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_search, "WAITING", 2)
    service.faults.append(Fault("timeout"))
    desk = Desk(service.url)
    assert [desk.glance(f"kerkstraat {n}") for n in range(2)] == [None, None]
    third = desk.glance("kerkstraat 3")
    assert third is not None
    assert why(third) == "busy"


def test_many_visitors_at_once_get_their_own_answers(service: Server) -> None:
    desk, came = Desk(service.url), {}

    def visit(n: int) -> None:
        came[n] = desk.answer(f"kerkstraat {n}")

    visitors = [threading.Thread(target=visit, args=(n,)) for n in (5, 7, 99, 5, 7)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert {n: [hit.label for hit in found.hits] for n, found in came.items()} == {
        5: ["Kerkstraat 5, 8232AB Lelystad"], 7: ["Kerkstraat 7, 8232AB Lelystad"], 99: [],
    }  # fmt: skip
    assert len(service.asked(r"kerkstraat\+(5|7|99)&")) == 3


def test_what_is_searched_is_neither_logged_nor_kept(
    service: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.INFO)
    ask(service, "Kerkstraat 5")
    service.faults.append(Fault("500"))
    ask(service, "Kerkstraat 7")
    assert "kerkstraat" not in json.dumps([record.getMessage() for record in caplog.records]).lower()
    assert list(tmp_path.iterdir()) == []
