"""Downloads for staff: who gets them, what is in them, and that reading one in again changes nothing."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import streamlit as st

from tests.app.conftest import Visitor
from tests.app.staff_register import ANNA, GROUPS, MILL, PARK, engine, fill, staff
from utils import cached, cli, edits, export, extracts, staff_export, ui
from utils.access import Actor, Denied
from utils.address import Address
from utils.edits import Filter
from utils.texts import Texts

Setting = Callable[[str, object], None]
HOSTILE = replace(
    PARK, id="G-9", name="=cmd|'/C calc'!A0", description="+1", notes="@SUM(A1)", reason="-2", x=161_000.25,
    since=date(2016, 3, 1), until=date(2020, 5, 9), join_link="https://chat.whatsapp.com/Example123",
)  # fmt: skip
VILLAGE = replace(PARK, id="G-10", name="Dorp", x=160_100.0, precision="place", participants=None)
EVERYTHING = Filter()
ALL = (*GROUPS, HOSTILE, VILLAGE)


@pytest.fixture(autouse=True)
def _register(tmp_path: Path, setting: Setting) -> None:
    st.cache_resource.clear()
    setting("DATABASE_URL", fill(tmp_path, ALL))


def buttons(app) -> list[str]:
    return [one.proto.label for one in app.get("download_button")]


def page() -> ui.Page:
    return ui.Page(Address("NL", "nl", "status", 500.0), Texts("nl"), cached.measured(), False)


def made(one: export.Format, wanted: Filter = EVERYTHING) -> bytes:
    return staff_export._register(page(), ANNA, wanted, one)()


@pytest.mark.parametrize("role", ["viewer", "editor", "admin"])
def test_who_is_signed_in_may_download(visitor: Visitor, role) -> None:
    visitor.signs_in(role)
    assert len(buttons(staff())) == len(export.FORMATS) + 1


def test_who_lost_the_role_gets_nothing() -> None:
    nobody = Actor("anna@voorbeeld.nl", None)
    for file in (
        staff_export._register(page(), nobody, EVERYTHING, "csv"),
        staff_export._package(page(), nobody),
    ):
        with pytest.raises(Denied):
            file()


def test_the_filter_counts() -> None:
    rows = list(csv.DictReader(io.StringIO(made("csv", Filter(status=("pending",))).decode(), newline="")))
    assert [row["id"] for row in rows] == [MILL.id]


def test_no_contact_is_in_any_download() -> None:
    groups, _ = edits.find(engine(), ANNA, EVERYTHING, 99)
    columns = extracts.register(cached.measured(), groups).table.columns
    assert not [name for name in columns if name.startswith(("contact", "email", "phone"))]
    box = zipfile.ZipFile(io.BytesIO(staff_export._package(page(), ANNA)()))
    for name in box.namelist():
        text = box.read(name).decode("utf-8-sig")
        assert PARK.notes not in text
        assert PARK.confirmed_by not in text
        assert HOSTILE.join_link not in text


@pytest.mark.parametrize("one", ["csv", "xlsx", "geojson"])
def test_reading_a_download_in_again_changes_nothing(
    one: export.Format, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / f"register.{one}"
    file.write_bytes(made(one))
    assert cli.main(["import", str(file), "--dry-run", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {name: told[name] for name in ("rows", "added", "changed", "deactivated")} == {
        "rows": len(ALL), "added": 0, "changed": 0, "deactivated": 0,
    }  # fmt: skip
    assert told["unchanged"] == len(ALL), told["problems"]
