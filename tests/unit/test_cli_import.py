"""The terminal: a list into the register and out of it again, people erased, and what is said of it."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from utils import cli, registry, settings
from utils.models import Group

HEAD = "id;naam;lat;lon;leden;contactpersoon;e-mail;akkoord\r\n"
GOOD = "A1;Oost;52,09;5,12;12;;;\r\nA2;West;52,10;5,13;;;;\r\n"
WRONG = "A3;Zuid;52,11;5,14;veel;;;\r\n"
PERSON = "A4;Noord;52,12;5,15;7;Jan Bakker;jan@voorbeeld.example;ja\r\n"


pytestmark = pytest.mark.usefixtures("once")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a register that is not there yet; postcodes are asked of nobody."""
    file = tmp_path / "register.sqlite"
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("BUURTDEKKING_LOCATIESERVER", "http://127.0.0.1:9")
    settings.settings.cache_clear()
    yield file
    settings.settings.cache_clear()


def groups() -> list[Group]:
    return registry.all_groups(registry.engine_for(settings.settings()))


class Terminal:
    """Writes lists and gives commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.out = self.err = ""

    def file(self, *rows: str, name: str = "lijst.csv", head: str = HEAD) -> str:
        path = self.folder / name
        path.write_text(head + "".join(rows), encoding="utf-8", newline="")
        return str(path)

    def give(self, *arguments: str, code: int = 0) -> str:
        ended = cli.main(arguments)
        said = self._capsys.readouterr()
        self.out, self.err = said.out, said.err
        assert ended == code, said
        assert "Traceback" not in said.err
        return said.out

    def json(self, *arguments: str, code: int = 0) -> dict[str, Any]:
        return dict(json.loads(self.give(*arguments, "--json", code=code)))


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(tmp_path, capsys)


def test_a_list_goes_in_but_for_its_rows_with_an_error(terminal: Terminal) -> None:
    found = terminal.json("import", terminal.file(GOOD, WRONG, PERSON))
    counts = ("rows", "added", "changed", "unchanged", "deactivated", "left_out")
    assert [found[name] for name in counts] == [4, 3, 0, 0, 0, 1]
    (problem,) = [one for one in found["problems"] if one["severity"] == "error"]
    assert (problem["row"], problem["column"], problem["value"]) == (4, "leden", "veel")
    assert problem["expected"].endswith(".")
    assert found["mapping"]["naam"] == "name"
    assert (found["import"], found["written"], found["dry_run"]) == (1, True, False)
    assert found["peildatum"]
    assert [group.id for group in groups()] == ["A1", "A2", "A4"]


def test_a_dry_run_writes_nothing_at_all(terminal: Terminal, store: Path) -> None:
    found = terminal.json("import", terminal.file(GOOD), "--dry-run")
    assert (found["added"], found["written"], found["import"]) == (2, False, None)
    assert not store.exists()
    terminal.give("import", terminal.file(GOOD))
    before = store.read_bytes()
    terminal.give("import", terminal.file(GOOD, PERSON), "--dry-run", "--complete")
    assert store.read_bytes() == before


def test_strict_refuses_a_list_with_an_error(terminal: Terminal, store: Path) -> None:
    found = terminal.json("import", terminal.file(GOOD, WRONG), "--strict", code=1)
    assert found["written"] is False
    assert "--strict" in terminal.err
    assert not store.exists()
    assert terminal.json("import", terminal.file(GOOD), "--strict")["written"] is True


def test_a_list_without_a_usable_row_is_refused(terminal: Terminal, store: Path) -> None:
    terminal.give("import", terminal.file(WRONG), code=1)
    assert len(terminal.err.strip().splitlines()) == 1
    assert not store.exists()


def test_the_same_file_twice_says_that_there_is_nothing_to_do(terminal: Terminal, store: Path) -> None:
    terminal.give("import", terminal.file(GOOD, PERSON))
    before = store.read_bytes()
    found = terminal.json("import", terminal.file(GOOD, PERSON))
    assert (found["unchanged"], found["written"], found["import"]) == (3, False, None)
    assert "niets te doen" in terminal.give("import", terminal.file(GOOD, PERSON))
    assert store.read_bytes() == before


@pytest.mark.parametrize(
    ("lang", "said"), [("nl", "1 rij doet niet mee"), ("en", "1 row does not take part")]
)
def test_nothing_to_do_tells_of_the_rows_that_stay_out(terminal: Terminal, lang: str, said: str) -> None:
    terminal.give("import", terminal.file(GOOD, PERSON))
    assert "niet mee, door" not in terminal.give("import", terminal.file(GOOD, PERSON))
    assert said in terminal.give("import", terminal.file(GOOD, PERSON, WRONG), "--taal", lang)


def test_undo(terminal: Terminal) -> None:
    terminal.give("import", terminal.file(GOOD))
    before = groups()
    terminal.give("import", terminal.file(GOOD.replace(";12;", ";99;"), PERSON))
    assert len(groups()) == 3
    assert "1" in terminal.give("undo", "2")
    assert [(one.id, one.participants) for one in groups()] == [(one.id, one.participants) for one in before]
    terminal.give("undo", "2", code=1)
    terminal.give("undo", "7", code=1)


@pytest.mark.parametrize(("lang", "said"), [("nl", "bleef zoals die nu is"), ("en", "stayed as it is now")])
def test_undo_but_for_what_was_changed_since(terminal: Terminal, lang: str, said: str) -> None:
    terminal.give("import", terminal.file(GOOD))
    terminal.give("import", terminal.file(GOOD.replace(";12;", ";99;")))
    terminal.give("undo", "1", "--taal", lang, code=1)
    assert "--keep-changed" in terminal.err
    assert "'Oost' (A1)" in terminal.err
    assert said in terminal.give("undo", "1", "--keep-changed", "--taal", lang)
    assert [one.id for one in groups()] == ["A1"]


def test_a_complete_list_that_ends_many_groups_must_be_confirmed(terminal: Terminal) -> None:
    terminal.give("import", terminal.file(GOOD, PERSON))
    short = terminal.file(GOOD.splitlines(keepends=True)[0])
    found = terminal.json("import", short, "--complete", code=1)
    assert (found["deactivated"], found["written"]) == (2, False)
    assert found["warnings"]
    assert "--yes" in terminal.err
    assert terminal.json("import", short, "--complete", "--dry-run")["deactivated"] == 2
    terminal.give("import", short, "--complete", "--yes")
    assert [group.status for group in groups()] == ["active", "inactive", "inactive"]


def test_personal_data_are_not_told(terminal: Terminal) -> None:
    rows = [
        PERSON.replace("jan@voorbeeld.example", "jan@voorbeeld"),
        PERSON.replace("A4;Noord", "A5;Bel Piet 06-12345678").replace(";ja", ";nee"),
    ]
    for extra in ((), ("--json",)):
        said = terminal.give("import", terminal.file(*rows, GOOD), "--dry-run", *extra)
        for secret in ("Bakker", "jan@", "12345678"):
            assert secret not in said + terminal.err
        assert "…" in said


def test_twenty_problems_are_told_and_all_go_in_the_spreadsheet(terminal: Terminal) -> None:
    wrong = [f"B{i};Groep {i};52,11;5,14;veel;;;\r\n" for i in range(30)]
    out = terminal.folder / "problemen.xlsx"
    said = terminal.give("import", terminal.file(GOOD, *wrong), "--problems", str(out))
    assert said.count("FOUT") == 20
    assert "nog 10" in said
    assert terminal.json("import", str(out), "--dry-run", code=1)["rows"] == 30
    terminal.give(
        "import", terminal.file(GOOD), "--problems", str(terminal.folder / "geen" / "p.xlsx"), code=1
    )


def test_repair_carries_out_what_is_proposed(terminal: Terminal) -> None:
    swapped = "A3;Zuid;5,14;52,11;4;;;\r\n"
    assert terminal.json("import", terminal.file(GOOD, swapped), "--dry-run")["added"] == 2
    found = terminal.json("import", terminal.file(GOOD, swapped), "--repair")
    assert (found["added"], found["repaired"]) == (3, [4])
    assert "Hersteld" in terminal.give("import", terminal.file(GOOD, swapped), "--repair")


def test_columns_are_chosen_and_remembered(terminal: Terminal) -> None:
    file = terminal.file("Oost;52,09;5,12;12\r\n", "West;52,1;5,13;9\r\n", head="Wijkwacht;lat;lon;leden\r\n")
    terminal.give("import", file, "--dry-run", code=1)
    found = terminal.json("import", file, "--column", "Wijkwacht=name", "--column", "leden=")
    assert found["mapping"] == {"Wijkwacht": "name", "lat": "lat", "lon": "lon"}
    assert terminal.json("import", file)["mapping"] == found["mapping"]
    for wrong in ("Wijkwacht", "Straat=name", "leden=aantal"):
        terminal.give("import", file, "--column", wrong, code=1)
        assert wrong.partition("=")[0] in terminal.err or "aantal" in terminal.err


def test_consent_of_all_is_recorded(terminal: Terminal, store: Path) -> None:
    file = terminal.file(GOOD, PERSON.replace(";ja", ";"))
    terminal.give("import", file)
    with sqlite3.connect(store) as connection:
        assert connection.execute("SELECT count(*) FROM contacts").fetchone() == (0,)
    terminal.give("import", file, "--consent", "31-1-2025, per e-mail")
    with sqlite3.connect(store) as connection:
        found = connection.execute("SELECT name, consent_on, consent_how FROM contacts").fetchall()
    assert found == [("Jan Bakker", "2025-01-31", "per e-mail")]
    for wrong in ("31-1-2025", "ooit, per e-mail"):
        terminal.give("import", file, "--consent", wrong, code=1)
        assert wrong in terminal.err


@pytest.mark.parametrize("name", ["weg.csv", "."])
def test_a_file_that_cannot_be_read_says_so(terminal: Terminal, name: str, store: Path) -> None:
    terminal.give("import", str(terminal.folder / name), code=1)
    assert len(terminal.err.strip().splitlines()) == 1
    assert not store.exists()


def test_a_file_that_is_too_large_is_not_even_read(terminal: Terminal) -> None:
    path = terminal.folder / "groot.csv"
    with path.open("wb") as opened:
        opened.truncate(26_000_000)
    terminal.give("import", str(path), code=1)
    assert "25" in terminal.err


def test_a_sheet_that_is_not_there(terminal: Terminal) -> None:
    terminal.give("import", terminal.file(GOOD), "--sheet", "Blad7", code=1)
    assert "Blad7" in terminal.err


def test_english(terminal: Terminal) -> None:
    said = terminal.give("import", terminal.file(GOOD, WRONG), "--taal", "en")
    assert "ERROR row 4" in said
    assert "Import 1 is done" in said


def test_progress_is_drawn_in_a_terminal_only(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    many = terminal.file(*(f"B{i};Groep {i};52,{i:05};5,12;;;;\r\n" for i in range(5_000, 6_000)))
    terminal.give("import", many, "--dry-run")
    assert terminal.err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    terminal.give("import", many)
    for step in ("Controleren", "Vergelijken", "Schrijven"):
        assert step in terminal.err


def test_erase_a_person(terminal: Terminal, store: Path) -> None:
    terminal.give("import", terminal.file(GOOD, PERSON))
    assert "1 contactpersoon, 0 meldingen" in terminal.give("erase", "jan@voorbeeld.example", "--dry-run")
    with sqlite3.connect(store) as connection:
        assert "Bakker" in "\n".join(connection.iterdump())
    said = terminal.give("erase", "jan@voorbeeld.example")
    assert "jan@" not in said + terminal.err
    with sqlite3.connect(store) as connection:
        text = "\n".join(connection.iterdump())
    assert "Bakker" not in text
    assert "jan@voorbeeld" not in text
    terminal.give("erase", "--expired")


@pytest.mark.parametrize("how", [(), ("--dry-run",)])
def test_erase_nobody(terminal: Terminal, how: tuple[str, ...]) -> None:
    terminal.give("import", terminal.file(GOOD))
    assert terminal.give("erase", "piet@voorbeeld.example", *how, code=1) == ""
    assert "Niemand gevonden" in terminal.err
    assert "piet" not in terminal.err
    terminal.give("erase", "piet@voorbeeld.example", *how, "--taal", "en", code=1)
    assert "Nobody found" in terminal.err


def test_what_the_system_refuses_is_said_in_the_reader_s_language(terminal: Terminal) -> None:
    terminal.give("import", str(terminal.folder), code=1)
    assert "dat is een map, geen bestand" in terminal.err
    terminal.give("import", terminal.file(GOOD))
    for command in ("backup", "restore"):
        terminal.give(command, str(terminal.folder / "no" / "b.sqlite"), code=1)
        assert "dat bestand of die map bestaat niet" in terminal.err
        terminal.give(command, str(terminal.folder / "no" / "b.sqlite"), "--taal", "en", code=1)
        assert "that file or folder does not exist" in terminal.err


def test_erase_wants_one_thing(terminal: Terminal) -> None:
    for wrong in ((), ("jan@voorbeeld.example", "--expired"), ("--expired", "--dry-run")):
        terminal.give("erase", *wrong, code=1)
        assert ("--dry-run" in terminal.err) == ("--dry-run" in wrong)
        assert ("allebei" in terminal.err) == (len(wrong) == 2 and "--dry-run" not in wrong)
    terminal.give("erase", "jan@voorbeeld.example", code=1)  # there is no register
    terminal.give("undo", "1", code=1)


def test_check_tells_what_is_wrong_in_the_register(terminal: Terminal, store: Path) -> None:
    terminal.give("import", terminal.file(GOOD))
    found = terminal.json("check")
    assert {one["severity"] for one in found["findings"]} == {"warning"}
    assert "let op" in terminal.give("check")
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE groups SET status = 'dicht' WHERE id = 'A1'")
    assert terminal.json("check", code=2)["findings"][0]["severity"] == "error"
    assert "FOUT" in terminal.give("check", code=2)
