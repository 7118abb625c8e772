"""Residents' requests: what is refused and why, and how many come through."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from utils import intake
from utils.errors import InputError
from utils.intake import PER_ADDRESS, PER_SESSION, WINDOW, Asked, Gate, checked
from utils.texts import LANGS, Texts

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
JOIN = Asked(
    "join", "BV09950001", "G-1", name=" Bea Bewoner ", email="bea@thuis.nl", message="Ik doe graag mee.",
    consent=True,
)  # fmt: skip
GONE = Asked("dead", "BV09950001", "G-1", lead="De groep bestaat niet meer")


def refused(asked: Asked) -> str:
    """Why; the sentence is there in both languages, and repeats nothing personal."""
    with pytest.raises(InputError) as caught:
        checked(asked, NOW)
    for lang in LANGS:
        assert "bea" not in Texts(lang).t(caught.value.key, **caught.value.params).lower()
    return caught.value.key.removeprefix("error.")


def test_a_good_request_becomes_a_report() -> None:
    report = checked(JOIN, NOW)
    assert (report.kind, report.area, report.group_id) == ("join", "BV09950001", "G-1")
    assert (report.name, report.email, report.message) == ("Bea Bewoner", "bea@thuis.nl", "Ik doe graag mee.")
    assert (report.consent, report.status, report.received) == (True, "new", NOW)


def test_a_report_needs_no_name_and_says_what_was_chosen() -> None:
    report = checked(GONE, NOW)
    assert (report.name, report.consent, report.message) == ("", False, "De groep bestaat niet meer")
    assert (
        checked(replace(GONE, message=" Al jaren. "), NOW).message
        == "De groep bestaat niet meer\n\nAl jaren."
    )


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"trap": "https://x"}, "request_spam"),
        ({"message": "x" * (intake.MESSAGE + 1)}, "group_length"),
        ({"message": "a\x00b"}, "group_characters"),
        ({"name": "x" * 101}, "group_length"),
        ({"email": "x" * 255}, "group_length"),
        ({"message": "http://a https://b www.c"}, "request_links"),
        ({"name": "Kijk op https://reclame.nl"}, "request_links"),
        ({"name": ""}, "request_sender"),
        ({"email": "  "}, "request_sender"),
        ({"kind": "start", "email": ""}, "request_sender"),
        ({"consent": False}, "request_consent"),
        ({"consent": "yes"}, "request_consent"),
        ({"kind": "missing", "message": " "}, "request_message"),
        ({"kind": "other", "message": ""}, "request_message"),
        ({"kind": "dead", "group_id": "", "message": ""}, "request_message"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(values: dict[str, Any], key: str) -> None:
    assert refused(replace(JOIN, **values)) == key


def test_two_links_and_an_empty_message_are_fine() -> None:
    assert checked(replace(JOIN, message="http://a https://b"), NOW).message
    assert checked(replace(JOIN, message=""), NOW).message == ""


def test_whatever_fits_the_form_fits_the_inbox() -> None:
    longest = max(
        len(Texts("nl").t(f"steps.why.{one}"))
        for one in ("gone", "silent", "place", "name", "link", "twice", "person", "missing", "rest")
    )
    assert intake.MESSAGE + 2 + longest <= 2_000


def test_nothing_personal_is_in_a_repr() -> None:
    told = repr(replace(JOIN, trap="Bea"))
    assert "BV09950001" in told
    for part in ("Bea", "thuis", "graag"):
        assert part not in told


def test_the_same_request_has_the_same_digest() -> None:
    assert JOIN.digest == replace(JOIN).digest
    assert (
        len({JOIN.digest, GONE.digest, replace(JOIN, message="").digest, replace(JOIN, area="").digest}) == 4
    )


def count(gate: Gate, n: int, session: str, address: str | None, now: float) -> int:
    """How many of n requests are admitted."""
    admitted = 0
    for _ in range(n):
        try:
            gate.admit(session, address, now)
        except InputError:
            continue
        admitted += 1
    return admitted


def test_one_visit_sends_only_so_many_an_hour() -> None:
    gate = Gate()
    assert count(gate, 20, "a", None, 0.0) == PER_SESSION
    assert count(gate, 1, "b", None, 0.0) == 1
    assert count(gate, 1, "a", None, WINDOW - 1) == 0
    assert count(gate, 1, "a", None, WINDOW + 1) == 1


def test_the_refusal_says_when_it_is_possible_again() -> None:
    gate = Gate()
    count(gate, PER_SESSION, "a", None, 0.0)
    with pytest.raises(InputError) as caught:
        gate.admit("a", None, 1800.0)
    assert "30 minuten" in Texts("nl").t(caught.value.key, **caught.value.params)


@pytest.mark.parametrize("address", ["8.8.8.8", "2a02:a440::1", "::ffff:8.8.8.8"])
def test_one_address_sends_only_so_many_an_hour(address: str) -> None:
    gate = Gate()
    assert sum(count(gate, 1, f"visit {n}", address, 0.0) for n in range(100)) == PER_ADDRESS
    assert count(gate, 1, "another", "9.9.9.9", 0.0) == 1
    assert count(gate, 1, "another", address, WINDOW + 1) == 1


def test_a_household_has_one_address_in_ipv6() -> None:
    gate = Gate()
    addresses = [f"2a02:a440:1:2::{n:x}" for n in range(1, 100)]
    assert sum(count(gate, 1, f"visit {n}", one, 0.0) for n, one in enumerate(addresses)) == PER_ADDRESS


@pytest.mark.parametrize(
    "address", [None, "", "10.0.0.1", "192.168.1.5", "127.0.0.1", "::1", "fe80::1", "proxy"]
)
def test_the_address_of_a_proxy_does_not_stop_its_visitors(address: str | None) -> None:
    gate = Gate()
    assert sum(count(gate, 1, f"visit {n}", address, 0.0) for n in range(100)) == 100


def test_no_address_is_kept_and_nothing_longer_than_the_window() -> None:
    gate = Gate()
    gate.admit("secret-session", "8.8.8.8", 0.0)
    assert len(gate) == 2
    told = repr(vars(gate))
    assert "8.8.8.8" not in told
    assert "secret-session" not in told
    gate.admit("b", None, WINDOW + 1)
    assert len(gate) == 1


def test_two_processes_keep_different_digests() -> None:
    gates = Gate(), Gate()
    for gate in gates:
        gate.admit("a", "8.8.8.8", 0.0)
    assert not gates[0]._times.keys() & gates[1]._times.keys()


def test_what_failed_by_our_fault_does_not_count() -> None:
    gate = Gate()
    for _ in range(50):
        gate.admit("a", "8.8.8.8", 0.0)
        gate.give_back("a", "8.8.8.8")
    assert count(gate, 20, "a", "8.8.8.8", 0.0) == PER_SESSION
