"""What a resident puts through the neighbours' letterboxes: a text for one neighbourhood."""

from typing import Final

from utils.texts import Texts

LONGEST: Final = 80
"""Characters of a neighbourhood's name, as a resident types it."""
SAAR: Final = ("signal", "alarm", "app", "react")
"""The four rules, in the order of their letters: Signaleer, Alarmeer, App, Reageer."""


def place_name(typed: str, name: str) -> str:
    """What to call the neighbourhood: as typed, else its name. On one line, without invisible characters.

    >>> place_name("  De   Waterwijk ", "Lelystad Noord 3")
    'De Waterwijk'
    >>> place_name(" ", "Lelystad Noord 3")
    'Lelystad Noord 3'
    """
    return _clean(typed) or _clean(name)


def _clean(text: str) -> str:
    shown = "".join(x if x.isprintable() else " " for x in text)
    return " ".join(shown.split())[:LONGEST].rstrip()


def saar(texts: Texts) -> list[tuple[str, str]]:
    """The four rules: the word and what it asks."""
    return [(texts.t(f"invitation.saar.{one}.word"), texts.t(f"invitation.saar.{one}.rule")) for one in SAAR]


def paragraphs(texts: Texts, place: str, address: str) -> list[str]:
    """The invitation, a text of one or more lines for each paragraph.

    ``place`` is as :func:`place_name` gives it; ``address`` that of the answer for the neighbourhood, "" to
    leave it out.
    """
    rules = "\n".join(f"{word}: {rule}" for word, rule in saar(texts))
    parts = [texts.t(f"invitation.{one}", place=place) for one in ("greeting", "plan", "rules", "join")]
    more = [texts.t("invitation.more", address=address)] if address else []
    return [*parts, rules, *more, texts.t("invitation.sign")]


def message(texts: Texts, place: str, address: str) -> str:
    """The invitation as one text, with an empty line between paragraphs."""
    return "\n\n".join(paragraphs(texts, place, address))
