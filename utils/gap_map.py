"""The map of a list of neighbourhoods: those in the list in their colours, all others pale."""

from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any, Final

from utils import classes

_LEFT_OUT: Final = frozenset({"codes", "uncovered", "inhabited"})
_PALE: Final[dict[classes.Theme, str]] = {"light": "#EDEFEF", "dark": "#22292B"}


def pale(theme: classes.Theme) -> classes.Swatch:
    """How a neighbourhood outside the list is drawn."""
    return classes.Swatch(_PALE[theme])


def specification(spec: dict[str, Any], listed: Collection[str], states: Sequence[str]) -> dict[str, Any]:
    """What the map's script needs: ``spec`` of `maps.specification` for neighbourhoods, the list by code, and
    the statuses in words.

    A click anywhere gives the neighbourhood that was hit; the one in focus is brought into view. The script
    has the codes from the outlines, and what counts neighbourhoods is of no use here: both are left out.
    """
    inside = [code in listed for code in spec["codes"]]
    last = len(spec["swatches"])

    def shown(values: list[int], other: int) -> list[int]:
        return [value if here else other for value, here in zip(values, inside, strict=True)]

    sent = {name: value for name, value in spec.items() if name not in _LEFT_OUT}
    return sent | {
        "classes": shown(spec["classes"], last),
        "open": shown(spec["open"], 0),
        "swatches": [*spec["swatches"], asdict(pale(spec["theme"]))],
        "pick": "neighbourhood",
        "texts": spec["texts"] | {"status": list(states)},
    }
