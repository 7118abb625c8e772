"""The invitation: for this neighbourhood, in both languages, without promises."""

import re

import pytest

from utils import invitation
from utils.texts import LANGS, Texts, sentences

ADDRESS = "https://kaart.voorbeeld.nl/mijn_buurt?gebied=BV09950012"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("De Waterwijk", "De Waterwijk"),
        ("  De \n Waterwijk\t", "De Waterwijk"),
        ("", "Lelystad Noord 3"),
        (" \u200b\x00", "Lelystad Noord 3"),
        ("a\u202eb", "a b"),
        ("x" * 500, "x" * 80),
        ("'t Ven & #1 <b>", "'t Ven & #1 <b>"),
    ],
)
def test_the_name_of_a_neighbourhood_is_one_visible_line(typed: str, expected: str) -> None:
    assert invitation.place_name(typed, "Lelystad Noord 3") == expected


@pytest.mark.parametrize("lang", LANGS)
def test_the_invitation_has_the_place_the_rules_and_the_address(lang: str) -> None:
    text = invitation.message(Texts(lang), "'t {Ven} & #1 <b>", ADDRESS)
    assert "'t {Ven} & #1 <b>," in text.splitlines()[0]
    assert text.count(ADDRESS) == 1
    lines = [line.partition(":")[0].split()[0] for line in text.splitlines() if ": " in line]
    assert [word for word in lines if word in ("Signaleer", "Alarmeer", "App", "Reageer")] == [
        "Signaleer", "Alarmeer", "App", "Reageer",
    ]  # fmt: skip
    assert "112" in text
    assert "0900-8844" in text
    assert "18" in text


def test_without_an_address_the_invitation_does_without() -> None:
    text = invitation.message(Texts("nl"), "De Waterwijk", "")
    assert "http" not in text
    assert Texts("nl").t("invitation.sign") in text


@pytest.mark.parametrize("lang", LANGS)
def test_the_four_rules_spell_saar(lang: str) -> None:
    rules = invitation.saar(Texts(lang))
    assert "".join(word[0] for word, _ in rules) == "SAAR"


@pytest.mark.parametrize("lang", LANGS)
def test_nothing_promises_safety_or_asks_to_enforce(lang: str) -> None:
    promise = re.compile(
        r"minder (inbraak|inbraken|criminaliteit)|veiliger|less crime|fewer burglar|safer|patrouill|patrol|"
        r"aanhoud|arrest|bewijs|licence plate|kenteken",
        re.IGNORECASE,
    )
    told = {
        key: text for key, text in sentences(lang).items()
        if key.startswith(("invitation.", "poster.", "steps."))
    }  # fmt: skip
    assert len(told) > 80
    assert {key for key, text in told.items() if promise.search(text)} == set()
