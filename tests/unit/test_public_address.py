"""The address that goes on paper is that of the answer, on the website that people know."""

import pytest

from utils.public_address import answer, only_here

CODE = "BV09950001"


@pytest.mark.parametrize(
    ("given", "here", "expected"),
    [
        ("", "https://kaart.nl/mijn_buurt", "https://kaart.nl/mijn_buurt"),
        ("", "https://kaart.nl/", "https://kaart.nl/mijn_buurt"),
        ("", "https://kaart.nl", "https://kaart.nl/mijn_buurt"),
        ("", "http://127.0.0.1:8501/basis/mijn_buurt/", "http://127.0.0.1:8501/basis/mijn_buurt"),
        ("", "https://kaart.nl/mijn_buurt?gebied=X&zoek=1234AB#a", "https://kaart.nl/mijn_buurt"),
        ("", "https://me:secret@kaart.nl/", "https://kaart.nl/mijn_buurt"),
        ("", 'https://kaart.nl/"<b>/mijn_buurt', "https://kaart.nl/%22%3Cb%3E/mijn_buurt"),
        ("https://buurt.nl/kaart", "http://10.0.0.1/mijn_buurt", "https://buurt.nl/kaart/mijn_buurt"),
        ("https://buurt.nl", None, "https://buurt.nl/mijn_buurt"),
    ],
)
def test_the_answer_stands_on_the_same_website(given: str, here: str | None, expected: str) -> None:
    assert answer(given, here, CODE, "nl") == f"{expected}?gebied={CODE}"
    assert answer(given, here, CODE, "en") == f"{expected}?gebied={CODE}&taal=en"


@pytest.mark.parametrize(
    "here", [None, "", "javascript:alert(1)", "file:///etc", "https://", "http://[::1", "x"]
)
def test_without_a_good_address_there_is_none(here: str | None) -> None:
    assert answer("", here, CODE, "nl") == ""


def test_a_code_is_quoted() -> None:
    assert answer("https://buurt.nl", None, "a&b=<", "nl").endswith("?gebied=a%26b%3D%3C")


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://localhost:8501/mijn_buurt", True),
        ("http://127.0.0.1/", True),
        ("http://[::1]:8501/", True),
        ("https://kaart.nl/", False),
        ("https://localhost.nl/", False),
    ],
)
def test_an_address_of_this_computer_is_known(address: str, local: bool) -> None:
    assert only_here(address) is local
