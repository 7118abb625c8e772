"""The states that a contact was in, as their log keeps them, and which of them are one person. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from utils.identifiers import MIN_NAME, Identifier, phone, plain

Card = Mapping[str, Any]
"""Fields of a contact, or of a report: ``name``, ``email``, ``phone``, ``group_id``, those that there are."""


def is_(card: Card, person: Identifier) -> bool:
    """Whether the card has the identifier, in the field that is for it."""
    return bool(card.get(person.kind)) and person.is_(card[person.kind])


def linked(cards: Sequence[Card], person: Identifier, alike: Callable[[Card, Card], bool]) -> list[Card]:
    """Of the states that one contact was in: those of the person, and those that are alike, step by step."""
    linked = [card for card in cards if is_(card, person)]
    for one in linked:  # grows under way
        linked += [card for card in cards if alike(one, card) and not any(card is known for known in linked)]
    return linked


def keys(card: Card) -> set[tuple[str, str]]:
    """By what the card's person is known: (kind, value), as :class:`Identifier` has them."""
    found = {("name", plain(card.get("name", ""))), ("email", plain(card.get("email", "")))}
    number = card.get("phone", "")
    return {(kind, value) for kind, value in found | {("phone", phone(number) or plain(number))} if value}


def same_name(one: Card, other: Card) -> bool:
    """Whether two states of a contact are one person: the role may have passed to somebody else."""
    names = {plain(card.get("name", "")) for card in (one, other)} - {""}
    return len(names) < 2 and bool(keys(one) & keys(other))


def known_by(theirs: Iterable[Card], others: Iterable[Card]) -> dict[str, list[Identifier]]:
    """Group → what else the person is known by there, unless another contact of the group shares it."""
    shared = {(row["group_id"], key) for row in others for key in keys(row)}
    known: dict[str, list[Identifier]] = {}
    for card in theirs:
        group = card.get("group_id", "")
        for kind, value in sorted(keys(card)):
            exact = phone(value) == value if kind == "phone" else len(value) >= MIN_NAME
            one = Identifier(kind, value)  # type: ignore[arg-type]
            if exact and (group, (kind, value)) not in shared and one not in known.setdefault(group, []):
                known[group].append(one)
    return known
