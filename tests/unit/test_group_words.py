"""Fields, places and changes of groups in words."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from utils import group_words
from utils.models import Change
from utils.texts import LANGS, Texts

NL = Texts("nl")


def change(before: dict[str, Any] | None, after: dict[str, Any] | None, action: str = "change") -> Change:
    """A line of the log."""
    return Change(
        datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "anna", action, "group", "G-1", None, "", before, after
    )


def test_a_change_names_what_was_and_what_is() -> None:
    line = change(
        {"participants": 40, "status": "active", "until": None, "notes": "a", "x": 155_000.0, "version": 1},
        {
            "participants": 55,
            "status": "inactive",
            "until": "2026-06-30",
            "notes": "b",
            "x": 155_000.0,
            "version": 2,
        },
    )
    assert group_words.told(NL, line, personal=True) == (
        "Gewijzigd. Deelnemers: 40 → 55. Status: Actief → Gestopt. Einddatum: – → 30 juni 2026."
        " Notities: a → b"
    )
    assert "Notities" not in group_words.told(NL, line, personal=False)


def test_a_new_group_tells_what_is_filled_in() -> None:
    line = change(None, {"name": "Het Park", "participants": None, "platform": ""}, "add")
    assert group_words.told(NL, line, personal=True) == "Toegevoegd. Naam: Het Park"


def test_what_is_gone_and_what_nobody_knows() -> None:
    assert group_words.told(NL, change(None, None, "erase"), personal=True) == "Persoon gewist"
    assert (
        group_words.told(NL, change({"vreemd": 1}, {"vreemd": 2}, "iets"), personal=True)
        == "iets. vreemd: 1 → 2"
    )


def test_places_and_municipalities_are_told_as_people_know_them() -> None:
    before = {"x": 155_000.4, "y": 463_000.2, "municipality": "GM0307", "platform": "WhatsApp"}
    after = {"x": 155_100.0, "y": 463_000.2, "municipality": "GM9999", "platform": "Other"}
    assert group_words.told(NL, change(before, after), True, {"GM0307": "Amersfoort"}) == (
        "Gewijzigd. Plek: 155000, 463000 → 155100, 463000. Gemeente: Amersfoort → GM9999."
        " App: WhatsApp → Anders"
    )
    assert group_words.told(NL, change({"y": 1.0}, {"y": 2.0}), True) == "Gewijzigd. Plek: 1 → 2"


@pytest.mark.parametrize("lang", LANGS)
def test_a_place_in_both_ways(lang: str) -> None:
    texts = Texts(lang)
    said = group_words.place(texts, 155_000.0, 463_000.0)  # the spire at Amersfoort
    assert "155000, 463000" in said
    assert texts.number(52.15517, 5) in said
    assert texts.number(5.3872, 5) in said
    assert group_words.place(texts, None, None) == texts.t("staff_group.no_place")


def test_moments_are_of_the_netherlands() -> None:
    assert group_words.moment(NL, datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == "2 jul 2026 00:30"
    assert group_words.value(NL, "since", date(2020, 3, 1)) == "1 maart 2020"
    assert group_words.who(NL, "resident") == "een bewoner"
    assert group_words.who(NL, "anna@voorbeeld.nl") == "anna@voorbeeld.nl"
