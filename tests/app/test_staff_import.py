"""Reading a list in on the staff page, step by step: who may, what is shown; nothing is written early."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import streamlit as st
from hypothesis import given
from hypothesis import strategies as given_by
from streamlit.testing.v1 import AppTest

from tests.app.reading import HOME, STAFF, show, title, unescaped, words
from tests.register_file import place, register_file
from utils import (
    contacts,
    edits,
    headings,
    import_flow,
    import_work,
    imports,
    list_template,
    registry,
    staff_import,
    staff_import_desk,
    staff_import_repairs,
)
from utils.access import LOCAL
from utils.edits import Edit
from utils.errors import StoreError
from utils.models import Group
from utils.settings import settings
from utils.staff_import_desk import CHECK, COLUMNS, DONE, FILE, PREVIEW, Desk
from utils.texts import LANGS, Texts, sentences

NL = Texts("nl")
LISTS = Path(__file__).resolve().parents[1] / "lists"
Setting = Callable[[str, object], None]
HEAD = "Nummer;Naam groep;Breedtegraad;Lengtegraad;Deelnemers;Sinds\n"
GOOD = HEAD + "1;Oost;52,3700;5,2200;40;1-3-2019\n2;West;52,3710;5,2300;50;2-3-2019\n"
SWAPPED = "3;Zuid;5,2400;52,3720;60;3-3-2019\n"
NAMELESS = "4;;52,3730;5,2500;70;4-3-2019\n"
PEOPLE = (
    "Naam groep;Breedtegraad;Lengtegraad;Contactpersoon;E-mail\n"
    "Oost;52,37;5,22;Jan Pietersen;jan@example.org\n"
)


@pytest.fixture
def opened(tmp_path: Path, setting: Setting, local: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open staff page and a register of its own, which does not exist yet."""
    setting("DATABASE_URL", f"sqlite:///{tmp_path / 'register.sqlite'}")
    setting("BUURTDEKKING_LOCATIESERVER", "http://127.0.0.1:9/")
    monkeypatch.setattr(staff_import, "SOON", 60.0)
    st.cache_resource.clear()


def upload(text: str | bytes, name: str = "lijst.csv", app: AppTest | None = None) -> AppTest:
    app = app or show(STAFF, deel="import")
    content = text.encode() if isinstance(text, str) else text
    app.file_uploader[0].set_value((name, content, "text/csv"))
    return sound(app.run())


def sound(app: AppTest) -> AppTest:
    assert not app.exception
    return app


def press(app: AppTest, key: str) -> AppTest:
    return sound(app.button(key=key).click().run())


def desk(app: AppTest) -> Desk:
    return app.session_state["inlezen"]


def checked(text: str | bytes, name: str = "lijst.csv") -> AppTest:
    return press(upload(text, name), "naar_controle")


def previewed(text: str) -> AppTest:
    return press(checked(text), "naar_voorbeeld")


def groups() -> dict[str, Group]:
    return {group.name: group for group in registry.all_groups(registry.engine_for(settings()))}


# --- who may


def test_a_viewer_cannot_open_it(
    visitor, opened: None, monkeypatch: pytest.MonkeyPatch, setting: Setting
) -> None:
    setting("BUURTDEKKING_STAFF", "")
    visitor.signs_in("viewer")
    app = sound(show(STAFF, deel="import"))
    assert not app.get("file_uploader")
    visitor.signs_in("editor")
    app = sound(show(STAFF, deel="import"))
    assert app.get("file_uploader")


def test_who_lost_the_role_meanwhile_writes_nothing(
    visitor, opened: None, setting: Setting, monkeypatch
) -> None:
    setting("BUURTDEKKING_STAFF", "")
    visitor.signs_in("editor")
    app = previewed(GOOD)
    written: list[object] = []
    monkeypatch.setattr(imports, "commit", lambda *came: written.append(came))
    visitor.signs_in("viewer")
    app.button(key="doorvoeren").click().run()
    assert written == []
    assert not settings().has_register


# --- the steps


def test_a_list_goes_from_file_to_map(opened: None) -> None:
    app = upload(GOOD)
    assert desk(app).step == COLUMNS
    assert "2" in title(app)
    app = press(app, "naar_controle")
    assert title(app) == NL.t("staff_import.check_title", n=2, rows=2)
    app = press(app, "naar_voorbeeld")
    assert title(app) == NL.t("staff_import.preview_title", n=2)
    assert NL.t("staff_import.dry_run") in [one.value for one in app.markdown]
    assert not settings().has_register  # nothing was written
    app = press(app, "doorvoeren")
    assert desk(app).step == DONE
    assert title(app) == NL.t("staff_import.done_title")
    assert groups().keys() == {"Oost", "West"}
    assert not desk(app).found  # the list is dropped
    assert "Voorbeelddata" not in words(show(HOME))
    app = press(app, "nog_een")
    assert desk(app).step == FILE


@pytest.mark.parametrize("lang", LANGS)
def test_every_step_speaks_the_language(opened: None, lang: str) -> None:
    app = show(STAFF, deel="import", taal=lang)
    app = upload(GOOD + SWAPPED + NAMELESS, app=app)
    for key in ("naar_controle", "naar_voorbeeld", "doorvoeren"):
        app = press(app, key)
        assert app.title
    assert title(app) == Texts(lang).t("staff_import.done_title")


def test_the_same_file_again_changes_nothing(opened: None) -> None:
    press(previewed(GOOD), "doorvoeren")
    app = previewed(GOOD)
    assert title(app) == NL.t("staff_import.nothing_title")
    assert not [one for one in app.button if one.key == "doorvoeren"]


def test_a_step_back_keeps_what_was_chosen(opened: None) -> None:
    app = previewed(GOOD)
    app = press(app, f"stap_knop_{COLUMNS}")
    assert desk(app).columns[1] == "name"
    before = desk(app).result
    app = press(app, "naar_controle")
    assert desk(app).result is before  # nothing was computed again


def test_another_section_loses_nothing(opened: None) -> None:
    app = checked(GOOD + NAMELESS)
    app.query_params["deel"] = "logboek"
    app.run()
    app.query_params["deel"] = "import"
    app = sound(app.run())
    assert title(app) == NL.t("staff_import.check_title", n=2, rows=3)


# --- the file


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04niets", b"%PDF-1.4", b"\x00\x01\x02"])
def test_a_file_that_is_no_list_is_told_in_a_sentence(opened: None, content: bytes) -> None:
    app = upload(content, "lijst.xlsx")
    assert len(app.error) == 1
    assert desk(app).step == FILE


def test_the_bytes_of_a_file_are_let_go(opened: None) -> None:
    app = upload(GOOD)
    assert GOOD.encode() not in [value for value in vars(desk(app)).values() if isinstance(value, bytes)]
    assert desk(app).job is None


def test_another_sheet_can_be_chosen(opened: None) -> None:
    app = upload((LISTS / "twee-bladen.xlsx").read_bytes(), "twee-bladen.xlsx")
    found = desk(app).found
    assert len(found) > 1
    box = next(one for one in app.selectbox if one.key and one.key.startswith("blad_"))
    sound(box.set_value(1).run())
    assert desk(app).table is found[1]


ALL_LISTS = sorted(path for path in LISTS.iterdir() if path.suffix in (".csv", ".xlsx", ".ods", ".geojson"))


@pytest.mark.parametrize("path", ALL_LISTS, ids=lambda path: path.name)
def test_every_list_of_the_folder_comes_to_the_columns_or_is_refused(opened: None, path: Path) -> None:
    app = upload(path.read_bytes(), path.name)
    assert bool(app.error) != (desk(app).step == COLUMNS)
    if desk(app).step == COLUMNS and not app.button(key="naar_controle").disabled:
        app = press(app, "naar_controle")
        result = desk(app).result
        assert result is not None
        assert result.good + result.plan.checked.left_out == result.plan.checked.rows


@pytest.mark.parametrize("lang", LANGS)
def test_the_template_is_read_as_it_is_meant(lang: str) -> None:
    content = list_template.workbook(Texts(lang))
    (table,) = import_flow.tables(content, "leeg.xlsx")
    assert tuple(headings.propose(table, {}).values()) == list_template.FIELDS
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert Texts(lang).t("staff_import.example.name") in rows[1]


# --- the columns


def test_what_is_missing_is_said_and_stops(opened: None) -> None:
    app = upload("Naam groep;Opmerking\nOost;x\nWest;y\n")
    assert NL.t("staff_import.lacks_place") in [one.value for one in app.warning]
    assert app.button(key="naar_controle").disabled


@given(given_by.lists(given_by.sampled_from(["id", "name", "lat", "lon", "postcode", "notes"]), max_size=5))
def test_missing_knows_name_place_and_doubles(fields: list) -> None:
    lacks = staff_import_desk.missing(dict(enumerate(fields)), False)
    known = "id" in fields
    assert ("name" in lacks) == ("name" not in fields and not known)
    assert ("place" in lacks) == (
        not known and "postcode" not in fields and not {"lat", "lon"} <= set(fields)
    )
    assert ("twice" in lacks) == (len(fields) != len(set(fields)))


def test_a_column_can_be_read_as_something_else(opened: None) -> None:
    app = upload("Naam groep;Breedtegraad;Lengtegraad;Iets\nOost;52,37;5,22;rood\nWest;52,38;5,23;blauw\n")
    assert 3 not in desk(app).columns
    box = next(one for one in app.selectbox if one.key and one.key.endswith("_3"))
    app = sound(box.set_value("notes").run())
    assert desk(app).columns[3] == "notes"
    press(press(press(app, "naar_controle"), "naar_voorbeeld"), "doorvoeren")
    assert groups()["Oost"].notes == "rood"
    app = upload("Naam groep;Breedtegraad;Lengtegraad;Iets\nOost;52,37;5,22;rood\nWest;52,38;5,23;blauw\n")
    assert desk(app).columns[3] == "notes"  # remembered
    assert NL.t("staff_import.remembered") in words(app)


def test_people_need_a_word_on_consent(opened: None) -> None:
    app = upload(PEOPLE)
    assert "jan@example.org" not in words(app)
    assert "Pietersen" not in words(app)
    assert app.button(key="naar_controle").disabled
    (radio,) = app.radio
    app = sound(radio.set_value("all").run())
    assert app.button(key="naar_controle").disabled
    app.date_input[0].set_value(date(2024, 5, 1))
    app = sound(app.run())
    how = next(one for one in app.text_input if one.key and one.key.startswith("toestemming_hoe"))
    app = sound(how.set_value("aanmeldformulier").run())
    app = press(press(press(app, "naar_controle"), "naar_voorbeeld"), "doorvoeren")
    (person,) = contacts.of(registry.engine_for(settings()), LOCAL, [groups()["Oost"].id])
    assert (person.consent_on, person.consent_how) == (date(2024, 5, 1), "aanmeldformulier")


def test_people_are_left_out_where_asked(opened: None) -> None:
    app = upload(PEOPLE)
    (radio,) = app.radio
    app = sound(radio.set_value("none").run())
    app = press(press(press(app, "naar_controle"), "naar_voorbeeld"), "doorvoeren")
    assert contacts.of(registry.engine_for(settings()), LOCAL, [groups()["Oost"].id]) == []


# --- the check


def test_problems_are_grouped_and_mended_by_kind(opened: None) -> None:
    app = checked(GOOD + SWAPPED + NAMELESS)
    assert title(app) == NL.t("staff_import.check_title", n=2, rows=4)
    labels = [unescaped(one.label) for one in app.button]
    assert any(NL.t("staff_import.kind.swapped") in label for label in labels)
    (mend,) = [one for one in app.button if (one.key or "").startswith("soort_herstel_")]
    app = sound(mend.click().run())
    assert title(app) == NL.t("staff_import.check_title", n=3, rows=4)
    assert desk(app).repairs.keys() == {4}
    app = press(app, "herstel_terug")
    assert title(app) == NL.t("staff_import.check_title", n=2, rows=4)


def test_all_is_mended_at_once(opened: None) -> None:
    app = press(checked(GOOD + SWAPPED + NAMELESS), "alles_herstellen")
    assert title(app) == NL.t("staff_import.check_title", n=3, rows=4)
    app = press(press(app, "naar_voorbeeld"), "doorvoeren")
    assert groups().keys() == {"Oost", "West", "Zuid"}
    assert desk(app).written is not None
    assert desk(app).written.rows is not None  # the row that stayed out


def test_values_are_typed_and_rows_left_out_in_the_table(opened: None) -> None:
    app = checked(GOOD + SWAPPED + NAMELESS)
    found = desk(app)
    wrong = {problem.row: problem for problem in found.result.problems}
    staff_import_repairs.gather(found, [wrong[4], wrong[5]], {0: {"weg": True}, 1: {"nieuw": "Noord"}})
    app = press(sound(app.run()), "verwerken")
    assert title(app) == NL.t("staff_import.check_title", n=3, rows=4)
    press(press(app, "naar_voorbeeld"), "doorvoeren")
    assert groups().keys() == {"Oost", "West", "Noord"}


def test_a_whole_row_is_mended(opened: None) -> None:
    app = checked(GOOD + NAMELESS)
    box = next(one for one in app.selectbox if (one.key or "").startswith("hele_rij_"))
    app = sound(box.set_value(4).run())
    name = next(one for one in app.text_input if (one.key or "").endswith("_name"))
    name.set_value("Noord")
    (save,) = [one for one in app.button if one.label == NL.t("staff_import.row_save")]
    app = sound(save.click().run())
    assert title(app) == NL.t("staff_import.check_title", n=3, rows=3)


def test_personal_data_are_hidden_among_the_problems(opened: None) -> None:
    text = "Naam groep;Breedtegraad;Lengtegraad;E-mail;Toestemming\nOost;52,37;5,22;jan(at)geheim;ja\n"
    app = checked(text)
    assert any(problem.value for problem in desk(app).result.problems)
    assert "geheim" not in words(app)
    for frame in app.dataframe:
        assert "geheim" not in frame.value.to_string()


def test_every_kind_of_problem_has_a_name() -> None:
    known = {key.rpartition(".")[2] for key in sentences("nl") if key.startswith("import.expected.")}
    named = {key.rpartition(".")[2] for key in sentences("nl") if key.startswith("staff_import.kind.")}
    assert known - named == set()


# --- the preview, and writing


def test_a_complete_list_deactivates_only_when_asked_twice(opened: None, tmp_path: Path) -> None:
    register_file(
        tmp_path / "register.sqlite",
        [Group(str(i), f"Oud {i}", **place(52.0 + i / 100, 5.5)) for i in range(9)],
    )
    app = previewed("Naam groep;Breedtegraad;Lengtegraad\nOost;52,37;5,22\nWest;52,38;5,23\n")
    assert desk(app).result.plan.counts["deactivated"] == 0
    app = sound(next(one for one in app.checkbox if (one.key or "").startswith("compleet_")).check().run())
    assert desk(app).result.plan.counts["deactivated"] == 9
    assert app.button(key="doorvoeren").disabled
    app = sound(next(one for one in app.checkbox if (one.key or "").startswith("zeker_")).check().run())
    press(app, "doorvoeren")
    assert sum(group.status == "inactive" for group in groups().values()) == 9


def test_a_register_that_moved_gives_a_new_plan(opened: None, tmp_path: Path, monkeypatch) -> None:
    url = register_file(tmp_path / "register.sqlite", [Group("1", "Oost", **place(52.37, 5.22))])
    app = previewed(GOOD)
    engine = registry.engine_for(settings())
    assert url.endswith("register.sqlite")
    real = imports.commit

    def late(*came: object) -> object:
        edits.change(engine, LOCAL, [Edit("1", 1, {"notes": "net gewijzigd"})])
        monkeypatch.setattr(imports, "commit", real)
        return real(*came)

    monkeypatch.setattr(imports, "commit", late)
    app = press(app, "doorvoeren")
    assert NL.t("staff_import.moved") in [one.value for one in app.info]
    assert desk(app).step == PREVIEW
    press(app, "doorvoeren")
    assert groups()["Oost"].notes == "net gewijzigd"
    assert groups()["Oost"].participants == 40


def test_changes_are_shown_field_by_field(opened: None) -> None:
    press(previewed(GOOD), "doorvoeren")
    app = previewed(GOOD.replace(";40;", ";45;"))
    assert title(app) == NL.t("staff_import.preview_title", n=1)
    said = " ".join(one.proto.body for one in app.get("html"))
    assert "→" in said
    assert "West" not in said


def test_what_failed_can_be_tried_again(opened: None, monkeypatch) -> None:
    app = upload(GOOD)
    real = import_work._register

    def broken() -> object:
        raise StoreError("error.register_foreign", register="lijst")

    monkeypatch.setattr(import_work, "_register", broken)
    app = press(app, "naar_controle")
    assert len(app.error) == 1
    monkeypatch.setattr(import_work, "_register", real)
    app = press(app, "opnieuw")
    assert not app.error
    assert desk(app).step == CHECK


def test_hostile_cells_are_text_everywhere(opened: None) -> None:
    bad = "<img src=x onerror=alert(1)>"
    name = f"{bad} **vet** {{{{7*7}}}}"
    head = f"Naam groep;Breedtegraad;Lengtegraad;{bad};[k](javascript:1)"
    text = f"{head}\n{name};52,37;5,22;=1+1;$x$\n"
    app = upload(text, f"{bad}.csv")
    pages = [app]
    pages.append(press(app, "naar_controle"))
    for element in [one for page in pages for one in (*page.markdown, *page.caption)]:
        assert "<img src" not in element.value
    app = press(press(app, "naar_voorbeeld"), "doorvoeren")
    assert name in groups()


@pytest.mark.parametrize(("lang", "point"), [("nl", ","), ("en", ".")])
def test_a_proposal_is_written_as_the_language_does_under_the_files_own_headings(
    opened: None, lang: str, point: str
) -> None:
    app = checked(GOOD + SWAPPED)
    (problem,) = desk(app).result.problems
    said = staff_import_repairs.proposal(Texts(lang), desk(app), problem)
    assert said == f"Breedtegraad: 52{point}372; Lengtegraad: 5{point}24"
    assert dict(problem.repair.values) == {"lat": "52.372", "lon": "5.24"}  # what is carried out
