"""Roles, the list of who has which, and how long a sign-in lasts."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import access
from utils.access import ACTIONS, ALLOWED, COMMAND_LINE, LOCAL, ROLES, Actor, Denied
from utils.errors import DataError
from utils.texts import LANGS, Texts

ISSUER = "https://aanmelden.voorbeeld.nl/v2.0"
NOW = 1_800_000_000.0
CLAIMS = {
    "iss": ISSUER,
    "sub": "abc|123",
    "iat": int(NOW),
    "email": "jan@voorbeeld.nl",
    "email_verified": True,
}


def who(claims: dict, roles: dict, hours: float = 8, now: float = NOW) -> access.Person:
    return access.person(claims, access.roster(roles), hours, now)


def test_a_higher_role_may_all_that_a_lower_one_may() -> None:
    assert ALLOWED["viewer"] < ALLOWED["editor"] < ALLOWED["admin"] == set(ACTIONS)
    assert ALLOWED.keys() == set(ROLES)


@pytest.mark.parametrize("action", ACTIONS)
def test_without_a_role_one_may_nothing(action: str) -> None:
    nobody = Actor("iemand", None)
    assert not nobody.may(action)
    with pytest.raises(Denied) as caught:
        nobody.require(action)
    for lang in LANGS:
        assert Texts(lang).t(caught.value.key, **caught.value.params)
    assert COMMAND_LINE.may(action)
    assert LOCAL.may(action)


@pytest.mark.parametrize(
    ("key", "claims", "role"),
    [
        ("jan@voorbeeld.nl", {}, "editor"),
        ("  JAN@Voorbeeld.NL ", {}, "editor"),
        ("jan@voorbeeld.nl", {"email": "JAN@voorbeeld.nl"}, "editor"),
        (f"{ISSUER}|abc|123", {}, "editor"),
        (f"{ISSUER}|abc|123", {"email": None, "email_verified": None}, "editor"),
        ("jan@voorbeeld.nl", {"email_verified": False}, None),
        ("jan@voorbeeld.nl", {"email_verified": "true"}, None),
        ("jan@voorbeeld.nl", {"email_verified": 1}, None),
        ("jan@voorbeeld.nl", {"email_verified": None}, None),
        ("jan@voorbeeld.nl", {"email": ["jan@voorbeeld.nl"]}, None),
        ("jan@voorbeeld.nl", {"email": "jan@voorbeeld.nl.kwaad.nl"}, None),
        ("jan@voorbeeld.nl", {"email": "ander@voorbeeld.nl", "preferred_username": "jan@voorbeeld.nl"}, None),
        ("kim@voorbeeld.nl", {"email": "\N{KELVIN SIGN}im@voorbeeld.nl"}, None),
        (f"{ISSUER}|abc|123", {"iss": "https://kwaad.nl"}, None),
        (f"{ISSUER}|abc|123", {"sub": "ABC|123"}, None),
        (f"{ISSUER}|abc|123", {"sub": None}, None),
    ],
)
def test_a_role_takes_a_verified_address_or_issuer_and_subject(
    key: str, claims: dict, role: str | None
) -> None:
    assert who(CLAIMS | claims, {key: "editor"}).actor.role == role


def test_issuer_and_subject_go_before_the_address() -> None:
    roles = {"jan@voorbeeld.nl": "admin", f"{ISSUER}|abc|123": "viewer"}
    assert who(CLAIMS, roles).actor == Actor("jan@voorbeeld.nl", "viewer")


def test_who_has_no_verified_address_is_named_by_what_cannot_change() -> None:
    claims = CLAIMS | {"email_verified": False, "name": "Jan\nJansen"}
    assert who(claims, {}).actor.name == f"{ISSUER}|abc|123"  # a name with a line break is no name
    assert who(claims | {"name": "Jan  Jansen"}, {}).actor.name == "Jan Jansen (abc|123)"
    assert who({}, {}).identity == ""


@pytest.mark.parametrize(
    ("table", "key", "n"),
    [
        ([], "error.roles_table", None),
        ("jan@voorbeeld.nl", "error.roles_table", None),
        ({"a@b.nl": "admin", "jan@voorbeeld.nl": "Admin"}, "error.roles_role", 2),
        ({"jan@voorbeeld.nl": True}, "error.roles_role", 1),
        ({"jan@voorbeeld.nl": ["admin"]}, "error.roles_role", 1),
        ({"jan@voorbeeld.nl": {"role": "admin"}}, "error.roles_role", 1),
        ({"jan": "admin"}, "error.roles_name", 1),
        ({"@voorbeeld.nl": "admin"}, "error.roles_name", 1),
        ({"jan@": "admin"}, "error.roles_name", 1),
        ({"": "admin"}, "error.roles_name", 1),
        ({"|abc": "admin"}, "error.roles_name", 1),
        ({"https://x.nl|": "admin"}, "error.roles_name", 1),
        ({"jan@voorbeeld.nl": "admin", "JAN@voorbeeld.nl": "viewer"}, "error.roles_twice", 2),
    ],
)
def test_a_list_that_cannot_be_used_is_told_by_its_place(table: object, key: str, n: int | None) -> None:
    with pytest.raises(DataError) as caught:
        access.roster(table)
    assert caught.value.key == key
    assert caught.value.params.get("n") == n
    for lang in LANGS:
        said = Texts(lang).t(key, **caught.value.params)
        assert "voorbeeld" not in said


def test_no_list_is_nobody() -> None:
    assert access.roster(None) == access.roster({}) == {}


@pytest.mark.parametrize(
    ("claims", "seconds"),
    [
        ({}, 8 * 3600),
        ({"iat": NOW - 3600}, 7 * 3600),
        ({"iat": NOW + 299}, 8 * 3600 + 299),  # a clock that is ahead a little
        ({"iat": NOW + 301}, -math.inf),
        ({"iat": None, "auth_time": NOW - 60}, 8 * 3600 - 60),
        ({"iat": None}, -math.inf),
        ({"iat": str(int(NOW))}, -math.inf),
        ({"iat": True}, -math.inf),
        ({"iat": math.nan}, -math.inf),
        ({"iat": math.inf}, -math.inf),
    ],
)
def test_a_sign_in_lasts_from_the_moment_of_its_token(claims: dict, seconds: float) -> None:
    assert who(CLAIMS | claims, {}).until == NOW + seconds


anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()))


@given(st.dictionaries(st.sampled_from(["iss", "sub", "email", "email_verified", "iat", "name"]), anything))
def test_whatever_the_provider_says_a_stranger_gets_no_role(claims: dict) -> None:
    roles = {"jan@voorbeeld.nl": "admin", f"{ISSUER}|abc": "admin"}
    found = who(claims, roles)
    assert found.actor.role is None
    assert isinstance(found.actor.name, str)
    assert "\n" not in found.actor.name


@given(st.one_of(anything, st.dictionaries(st.text(), anything)))
def test_any_list_is_read_or_refused(table: object) -> None:
    try:
        assert set(access.roster(table).values()) <= set(ROLES)
    except DataError as problem:
        assert problem.key.startswith("error.roles_")
