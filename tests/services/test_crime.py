"""Registered burglaries from the local service of the police: what comes, for whom, and what goes wrong."""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.services import downloads, police
from tests.services.cbs import ANSWERS, CONNECTION, Fault, Server, serve
from tests.services.conftest import Place
from tests.services.content import INDUSTRY, UNKNOWN, toy
from tests.services.police import THIS
from tests.services.test_interruption import environment, killed
from utils import crime, crime_store, store
from utils import police as client
from utils.errors import Cancelled, DataError, FetchError
from utils.fetched import sentences
from utils.texts import LANGS, Texts

HERE = "derden"
LAST = THIS - 1
LELYSTAD = [area.code for area in toy().level("BU") if area.code.startswith("BU0995")]


@pytest.fixture(autouse=True)
def _whole(server: Server) -> Iterator[None]:
    """The numbers of the police as they are at first."""
    server.crime = police.of(toy())
    yield
    server.crime = police.of(toy())


def same(kept: crime_store.Kept, table: police.Crime, year: int = LAST, prefix: str = "BU") -> None:
    """The numbers of areas are those of the table; what is null there is nan."""
    expected = {code: n for code, n in table.burglaries[year].items() if code.startswith(prefix)}
    found = {code: n for code, n in kept.counts.by_code.items() if code.startswith(prefix)}
    assert kept.counts.year == year
    assert found.keys() == expected.keys()
    assert {code: None if math.isnan(n) else n for code, n in found.items()} == expected


def told(kept: crime_store.Kept) -> list[str]:
    """The keys of what was odd; each has a sentence in both languages."""
    for lang in LANGS:
        assert all("{" not in line for line in sentences(Texts(lang), kept.warnings))
    return [notice.key.rpartition(".")[2] for notice in kept.warnings]


# What comes.


def test_burglaries_alone_leave_the_areas_as_they_are(dated: Place) -> None:
    before = dated.fingerprint()
    kept = dated.refresh_crime()
    assert dated.fingerprint() == before
    assert dated.kept == kept or repr(dated.kept) == repr(kept)  # nan differs from itself
    assert kept.counts.provisional is True
    for prefix in ("BU", "GM"):
        same(kept, police.of(toy()), prefix=prefix)
    assert all(HERE in path for path in dated.server.asked())
    assert not (store.work(dated.settings) / "crime").exists()


def test_null_is_never_zero(dated: Place) -> None:
    kept = dated.refresh_crime()
    found = crime.join(dated.atlas, kept.counts)
    rows = dated.atlas.neighbourhoods.index
    assert np.isnan(found.neighbourhoods[[rows[UNKNOWN], rows[INDUSTRY]]]).all()
    numbers = police.of(toy()).burglaries[LAST]
    assert (found.neighbourhoods == 0).sum() == sum(numbers[code] == 0 for code in rows)
    assert np.isfinite(crime.rates(dated.atlas, found, "neighbourhood")).sum() == 94
    for level in ("municipality", "province", "country"):
        assert np.isfinite(crime.rates(dated.atlas, found, level)).all()


def test_where_they_came_from_is_kept(dated: Place) -> None:
    kept = dated.refresh_crime()
    assert kept.source.url.startswith(f"{dated.server.url}{police.ROOT}/ODataApi/odata/47018NED/TypedDataSet")
    assert (len(kept.source.sha256), kept.source.licence) == (64, "open data")
    assert kept.source.rows == len(kept.counts.by_code)
    assert kept.edition == dated.atlas.edition.version


def test_areas_and_burglaries_come_together(place: Place) -> None:
    outcome = place.refresh(with_crime=True)
    assert outcome.crime is not None
    assert outcome.crime.edition == place.atlas.edition.version
    same(outcome.crime, police.of(toy()))
    assert place.kept is not None
    steps = [step.step for step in place.steps]
    assert {"neighbourhood", "crime"} <= set(steps)
    assert all(step.total is None or step.done <= step.total for step in place.steps)
    assert not store.work(place.settings).exists()


def test_a_file_of_the_user_and_burglaries(place: Place, tmp_path: Path) -> None:
    outcome = place.refresh(source=downloads.geopackage(toy(), tmp_path), with_crime=True)
    assert outcome.crime is not None
    assert all(HERE in path for path in place.server.asked())


def test_with_the_approximation_only_municipalities(place: Place) -> None:
    kept = place.refresh_crime()
    assert place.atlas.edition.kind == "approximate"
    same(kept, police.of(toy()), prefix="GM")
    assert {code[:2] for code in kept.counts.by_code} == {"GM"}
    assert not place.server.asked("BU")
    assert told(kept) == ["municipalities", "households"]
    found = crime.join(place.atlas, kept.counts)
    assert not crime.has_rates(place.atlas, found)
    assert np.isfinite(crime.numbers(place.atlas, found, "municipality")).sum() == 24
    for level in ("neighbourhood", "municipality", "province", "country"):
        assert np.isnan(crime.rates(place.atlas, found, level)).all()  # never by inhabitants


def test_what_does_not_fit_is_told(dated: Place) -> None:
    """Water and abroad are in the table and not in the atlas; two neighbourhoods have no published number."""
    kept = dated.refresh_crime()
    assert told(kept) == ["unjoined", "unpublished"]
    (unjoined, unpublished) = kept.warnings
    assert (unjoined.params["n"], unpublished.params["n"]) == (2, 2)
    dated.server.crime = police.of(toy()).without(*LELYSTAD[:2])
    assert "absent" in told(dated.refresh_crime())


def test_the_service_is_asked_politely(dated: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("utils.http_client.Client._sleep", lambda self, seconds: waits.append(seconds))
    monkeypatch.setattr(client, "REST", 1.0)
    dated.refresh_crime()
    paths = dated.server.asked()
    assert len(paths) == len(set(paths)) == 4
    assert not dated.server.asked(r"skip|count=|%24top")
    assert all("1.1.1+" in path for path in dated.server.asked("TypedDataSet"))  # padded
    assert [round(wait, 1) for wait in waits[1:]] == [1.0] * 3
    assert all(headers.get("User-Agent") == "Buurtdekking" for _, headers in dated.server.requests)


# Too much at once.


def test_an_answer_that_is_too_large_is_asked_for_in_parts(
    dated: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = dated.refresh_crime()
    dated.server.requests.clear()
    monkeypatch.setattr(dated.server, "rows", 30)  # 24 municipalities fit, 98 neighbourhoods do not
    parts = dated.refresh_crime()
    assert len({path for path in dated.server.asked("BU") if "BU0" in path or "BU1" in path}) == 24
    same(parts, police.of(toy()).without("BU0998"))  # abroad lies in no municipality that we know
    assert set(whole.counts.by_code) - set(parts.counts.by_code) == {"BU09980000"}


@pytest.mark.usefixtures("hurried")
def test_a_question_that_takes_too_long_is_asked_in_parts(dated: Place) -> None:
    dated.server.faults.append(Fault("timeout", "%27BU%27"))
    same(dated.refresh_crime(), police.of(toy()).without("BU0998"))


def test_the_questions_are_planned_by_what_there_is(dated: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST", 20)
    same(dated.refresh_crime(), police.of(toy()))
    assert 5 < len(dated.server.asked("BU")) < 24


# Which year.


def test_a_year_that_is_not_over_is_never_taken(dated: Place) -> None:
    assert THIS in police.of(toy()).burglaries
    assert dated.refresh_crime().counts.year == LAST


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({LAST: "Definitief"}, (LAST, False)),
        ({LAST: "NaderVoorlopig"}, (LAST, True)),
        ({LAST: "Voorlopig", LAST - 1: "Definitief"}, (LAST, True)),
        ({LAST: ""}, (LAST, None)),
        ({LAST - 1: "Definitief", THIS: "Voorlopig"}, (LAST - 1, False)),
    ],
)
def test_the_list_tells_the_year_and_whether_it_may_change(
    dated: Place, status: dict[int, str], expected: tuple[int, bool | None]
) -> None:
    dated.server.crime = replace(police.of(toy()), status=status)
    counts = dated.refresh_crime().counts
    assert (counts.year, counts.provisional) == expected


@pytest.mark.parametrize("kind", ["404", "html", "500"])
def test_without_the_list_the_rows_tell_the_year(dated: Place, kind: str) -> None:
    dated.server.faults.append(Fault(kind, "Perioden\\?"))
    counts = dated.refresh_crime().counts
    assert (counts.year, counts.provisional) == (LAST, None)


def test_a_year_without_numbers_gives_place_to_the_year_before(dated: Place) -> None:
    table = police.of(toy())
    empty = {**table.burglaries, LAST: dict.fromkeys(table.burglaries[LAST])}
    dated.server.crime = replace(table, burglaries=empty)
    same(dated.refresh_crime(), table, LAST - 1)


def test_no_year_with_numbers_is_told(dated: Place) -> None:
    table = police.of(toy())
    nothing = {year: dict.fromkeys(numbers) for year, numbers in table.burglaries.items()}
    for wrong in (
        replace(table, burglaries=nothing),
        replace(table, status={THIS: "Voorlopig"}),
        replace(table, burglaries={LAST - 9: table.burglaries[LAST]}),
    ):
        dated.server.crime = wrong
        assert dated.refused_crime().key == "error.crime_none"


# What goes wrong.


@pytest.fixture
def counted(dated: Place) -> Place:
    """A place with burglaries that are there already; the police have others now."""
    dated.refresh_crime()
    table = police.of(toy())
    dated.server.crime = table.changed(LAST, LELYSTAD[0], 8_000)
    dated.server.requests.clear()
    return dated


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("where", [f"{HERE}", "SoortMisdrijf\\?", "%27GM%27", "%27BU"])
@pytest.mark.parametrize("kind", [*ANSWERS, *CONNECTION])
def test_what_stays_is_told_and_the_old_numbers_stay(counted: Place, kind: str, where: str) -> None:
    counted.server.faults.append(Fault(kind, where, value="0"))
    assert isinstance(counted.refused_crime(), FetchError)
    counted.server.faults.clear()
    assert counted.refresh_crime().counts.by_code[LELYSTAD[0]] == 8_000


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("kind", [kind for kind in (*ANSWERS, *CONNECTION) if kind != "404"])
def test_what_passes_is_sat_out(counted: Place, kind: str) -> None:
    counted.server.faults.append(Fault(kind, "%27BU", value="0", times=1))
    assert counted.refresh_crime().counts.by_code[LELYSTAD[0]] == 8_000
    assert counted.server.faults[0].reached.is_set()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("empty", ""),
        ("column", "GeregistreerdeMisdrijven_1"),
        ("column", "WijkenEnBuurten"),
        ("column", "Perioden"),
    ],
)
def test_a_table_of_another_form_is_told_and_not_kept(counted: Place, kind: str, value: str) -> None:
    counted.server.faults.append(Fault(kind, "47018NED", value))
    assert isinstance(counted.refused_crime(), DataError)
    counted.server.faults.clear()
    assert counted.refresh_crime().counts.by_code[LELYSTAD[0]] == 8_000


def test_a_table_that_does_not_hear_the_question_is_sifted_here(counted: Place) -> None:
    counted.server.crime = replace(police.of(toy()), deaf=True)
    same(counted.refresh_crime(), police.of(toy()))


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ("7", 7.0),
        (" 12 ", 12.0),
        ("7.0", 7.0),
        (0, 0.0),
        ("", None),
        (".", None),
        (-99997, None),
        ("-99997", None),
    ],
)
def test_numbers_as_they_come(dated: Place, came: int | str, expected: float | None) -> None:
    dated.server.crime = police.of(toy()).changed(LAST, LELYSTAD[0], came)
    found = dated.refresh_crime().counts.by_code[LELYSTAD[0]]
    assert math.isnan(found) if expected is None else found == expected


@pytest.mark.parametrize("came", ["veel", "3,5", "3.5", -1, "<b>", "NaN", "1e999"])
def test_what_is_no_number_is_refused(counted: Place, came: int | str) -> None:
    counted.server.crime = police.of(toy()).changed(LAST, LELYSTAD[0], came)
    problem = counted.refused_crime()
    assert problem.key == "error.fetch_shape"
    assert "GeregistreerdeMisdrijven" in Texts("nl").t(problem.key, **problem.params)


@pytest.mark.parametrize("kinds", [{}, {"1.1.1": "Zakkenrollerij"}, {"1.1.9": "Diefstal/inbraak woning"}])
def test_another_numbering_of_kinds_is_refused(counted: Place, kinds: dict[str, str]) -> None:
    counted.server.crime = replace(police.of(toy()), kinds=kinds)
    assert counted.refused_crime().key == "error.crime_kind"


def test_numbers_of_other_neighbourhoods_are_refused(counted: Place) -> None:
    counted.server.crime = police.of(toy()).without("BU0")
    assert counted.refused_crime().key == "error.crime_other"


def test_areas_and_burglaries_come_together_or_not_at_all(dated: Place) -> None:
    dated.server.faults.append(Fault("404", HERE))
    assert isinstance(dated.refused(2024, with_crime=True), FetchError)
    asked = len(dated.server.asked("buurt_"))
    dated.server.faults.clear()
    dated.refresh(2024, with_crime=True)
    assert len(dated.server.asked("buurt_")) == asked  # the areas were kept
    assert dated.kept is not None


def test_stopping_leaves_what_there_was(counted: Place) -> None:
    assert isinstance(counted.refused_crime(cancelled=lambda: True), Cancelled)
    counted.server.faults.append(Fault("timeout", "%27BU"))
    start = time.monotonic()
    problem = counted.refused_crime(cancelled=lambda: time.monotonic() > start + 0.3)
    assert isinstance(problem, Cancelled)
    assert time.monotonic() < start + 5


@pytest.mark.parametrize("part", [b"", b"half"])
def test_a_full_disk_leaves_the_old_numbers(
    counted: Place, monkeypatch: pytest.MonkeyPatch, part: bytes
) -> None:
    def full(file: Path, made: bytes) -> None:
        file.write_bytes(part)
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(store, "_put", full)
        assert counted.refused_crime().key == "error.disk_full"
    counted.refresh_crime()


def test_a_damaged_file_is_told_and_mended(counted: Place) -> None:
    file = crime_store.file(counted.settings, counted.atlas.edition.version)
    for wrong in (b"", b"[]", b'{"edition": "x"}', file.read_bytes()[:500], b"\xff\xfe"):
        file.write_bytes(wrong)
        with pytest.raises(DataError, match="crime_file"):
            assert counted.kept
    counted.refresh_crime()
    assert counted.kept is not None


# Whose numbers are shown.


def test_going_back_takes_the_burglaries_along(place: Place, command: Callable[..., int]) -> None:
    place.refresh(2023, with_crime=True)
    old = place.kept
    place.server.crime = police.of(toy()).changed(LAST, LELYSTAD[0], 8_000)
    content = toy(2024).changed("BU09950000", name="Nieuw")
    with serve([toy(2023), content]) as other:
        other.crime = place.server.crime
        place.server = other
        place.refresh(2024, with_crime=True)
        assert place.kept is not None
        assert old is not None
        assert place.kept.counts.by_code[LELYSTAD[0]] == 8_000
        assert command(place, "refresh", "--rollback") == 0
        assert repr(place.kept) == repr(old)
        assert command(place, "refresh", "--rollback") == 0
        assert place.kept.counts.by_code[LELYSTAD[0]] == 8_000


def test_new_areas_do_not_take_the_old_burglaries(counted: Place) -> None:
    outcome = counted.refresh(2024)
    assert counted.kept is None
    assert "refresh.changed.crime" in [notice.key for notice in outcome.changed]
    outcome = counted.refresh(2024)
    assert "refresh.changed.crime" not in [notice.key for notice in outcome.changed]


def test_the_same_areas_keep_their_burglaries(counted: Place) -> None:
    before = counted.burglaries
    outcome = counted.refresh(2023)
    assert counted.burglaries == before
    assert counted.kept is not None
    assert "refresh.changed.crime" not in [notice.key for notice in outcome.changed]


def test_old_files_go(dated: Place) -> None:
    kept = dated.refresh_crime()
    for n in range(6):
        crime_store.keep(dated.settings, replace(kept, edition=f"other{n}"))
    assert len(dated.burglaries) == crime_store.KEPT
    assert "other5.json" in dated.burglaries


# Interrupted.


def test_interrupted_it_goes_on_where_it_was(dated: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST", 0)  # a question a municipality
    dated.server.faults.append(Fault("404", "%27BU", after=10))
    dated.refused_crime()
    came = dated.server.asked()[:-1]
    dated.server.faults.clear()
    dated.server.requests.clear()
    dated.refresh_crime()
    assert len(came) == 13
    assert not set(came) & set(dated.server.asked())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_while_it_waits(counted: Place) -> None:
    before = counted.burglaries
    stuck = Fault("timeout", "%27BU")
    counted.server.faults.append(stuck)
    with subprocess.Popen(
        [sys.executable, "-m", "utils.cli", "refresh", "--with", "crime"],
        env=environment(counted),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert stuck.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert counted.burglaries == before
    counted.server.faults.clear()
    counted.server.requests.clear()
    counted.refresh_crime()
    assert len(counted.server.asked()) == 1  # the last piece


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_killed_at_any_moment(counted: Place) -> None:
    """Before its first change of a file, its second ...: the old or the new numbers, whole."""
    assert counted.kept is not None
    old = f"burglaries {sum(n for n in counted.kept.counts.by_code.values() if n == n):.0f}"
    lines = killed(counted, *(["kill", str(n), "refresh", "--with", "crime"] for n in range(1, 21)))
    ends = [line for line in lines if line.startswith("ended")]
    shown = [line for line in lines if line.startswith("burglaries")]
    assert len(ends) == len(shown) == 20
    last = ends.index("ended 0")
    assert last > 10
    assert set(ends[:last]) == {"ended -9"}
    assert shown[0] == old
    assert shown[last] != old
    assert len(set(shown)) == 2
    assert shown == sorted(shown, key=lambda one: one != old)


def test_two_at_once(dated: Place) -> None:
    with store.alone(dated.settings):
        assert dated.refused_crime().key == "error.refreshing"


# The command line.


def test_the_command_tells_what_came(
    dated: Place, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(dated, "refresh", "--with", "crime") == 0
    out, err = capsys.readouterr()
    assert (
        f"Geregistreerde woninginbraken in {LAST} (voorlopig): bekend van 24 gemeenten en 96 buurten." in out
    )
    assert "BU03639997" in out
    assert "Woninginbraken ophalen" in err
    assert command(dated, "refresh", "--year", "2024", "--with", "crime", "--taal", "en") == 0
    out, _ = capsys.readouterr()
    assert "official data of 2024" in out
    assert f"Registered burglaries in {LAST} (provisional)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--with", "misdaad"], "--with"),
        (["--with", "crime", "--check"], "--check"),
        (["--with", "crime", "--rollback"], "--rollback"),
    ],
)
def test_what_does_not_go_together(
    dated: Place,
    command: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    assert command(dated, "refresh", *arguments) == 1
    assert said in capsys.readouterr().err
    assert dated.server.requests == []


def test_the_check_reads_the_burglaries_too(
    counted: Place, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(counted, "check") == 0
    assert f"woninginbraken in {LAST} (voorlopig)" in capsys.readouterr().out
    assert command(counted, "check", "--json") == 0
    assert json.loads(capsys.readouterr().out)["crime"] == LAST
    crime_store.file(counted.settings, counted.atlas.edition.version).write_bytes(b"{")
    assert command(counted, "check") == 2
    assert ".json" in capsys.readouterr().err


def test_a_service_that_is_down_has_exit_code_two(
    counted: Place, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    counted.server.faults.append(Fault("404", HERE))
    assert command(counted, "refresh", "--with", "crime") == 2
    assert "Traceback" not in capsys.readouterr().err
