"""By what a person is known: found in every notation, and never in somebody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.errors import InputError
from utils.identifiers import ERASED, identify, phone

NOTATIONS = [
    "0612345678", "06-12345678", "06 12 34 56 78", "+31612345678", "+31 6 12345678", "+31 (0)6-1234 5678",
    "0031612345678", "0031 6 12 34 56 78", "31612345678", "612345678", "(06) 12345678", "06.12.34.56.78",
]  # fmt: skip


@pytest.mark.parametrize("notation", NOTATIONS)
def test_a_number_is_one_in_every_notation(notation: str) -> None:
    assert phone(notation) == "612345678"
    person = identify(notation)
    assert person.kind == "phone"
    for other in NOTATIONS:
        assert person.is_(other)
        scrubbed = person.scrub(f"Bel {other}, na 18 uur.")
        assert scrubbed.replace("(", "").endswith(f"{ERASED}, na 18 uur.")
        assert "345" not in scrubbed


@pytest.mark.parametrize(
    "other",
    [
        "06-12345679",
        "06123456789",
        "10612345678",
        "+49 612345678",
        "+32 6 12345678",
        "0049612345678",
        "061234567",
    ],
)
def test_a_number_of_somebody_else_stays(other: str) -> None:
    person = identify("06-12345678")
    assert not person.is_(other)
    assert person.scrub(f"Bel {other}.") == f"Bel {other}."


def test_a_foreign_number() -> None:
    person = identify("+32 475 12 34 56")
    assert person.is_("0032475123456")
    assert person.scrub("bel +32-475-123456!") == f"bel {ERASED}!"
    assert not person.is_("0475123456")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mail Jan@Voorbeeld.NL.", f"Mail {ERASED}."),
        ("<mailto:jan@voorbeeld.nl>", f"<mailto:{ERASED}>"),
        ("xjan@voorbeeld.nl", "xjan@voorbeeld.nl"),
        ("jan.jan@voorbeeld.nl", "jan.jan@voorbeeld.nl"),
        ("jan@voorbeeld.nl.example.org", "jan@voorbeeld.nl.example.org"),
        ("jan@voorbeeld.nlx", "jan@voorbeeld.nlx"),
    ],
)
def test_an_address_is_the_whole_address(text: str, left: str) -> None:
    assert identify(" JAN@voorbeeld.nl ").scrub(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Gesproken met Jan  Jansen, akkoord", f"Gesproken met {ERASED}, akkoord"),
        ("jan jansen's groep", f"{ERASED}'s groep"),
        ("Jan Jansens", "Jan Jansens"),
        ("Jan Jansen-de Vries", "Jan Jansen-de Vries"),
        ("Arjan Jansen", "Arjan Jansen"),
    ],
)
def test_a_name_is_the_whole_name(text: str, left: str) -> None:
    assert identify("Jan Jansen").scrub(text) == left


def test_accents_may_be_composed_or_not() -> None:
    person = identify("Rene\u0301 Bo\u0308ll")
    assert person.is_("René Böll")
    assert person.scrub("van rene\u0301 böll") == f"van {ERASED}"


def test_a_name_of_one_word_may_mean_somebody_else() -> None:
    assert identify("Jan").common
    assert not identify("Jan Jansen").common


@pytest.mark.parametrize(
    "text", ["", "  ", "Ab", "jan@", "@x.nl", "a@b", "12", "1234", "--------", "jan@x.nl, p@x.nl"]
)
def test_what_identifies_nobody_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        identify(text)
    assert caught.value.params == {}


def test_an_identifier_does_not_tell_itself() -> None:
    assert "jan" not in repr(identify("jan@voorbeeld.nl"))


@given(st.text(max_size=60), st.sampled_from(["jan@voorbeeld.nl", "06-12345678", "Jan Jansen"]))
def test_a_text_without_the_person_stays(text: str, identifier: str) -> None:
    person = identify(identifier)
    if not any(sign in text.casefold() for sign in ("jan", "6")):
        assert person.scrub(text) == text
    assert person.scrub(person.scrub(text)) == person.scrub(text)
