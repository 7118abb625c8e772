"""The map of a list of neighbourhoods: those in the list in their colours, all others pale."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any, Final

from utils import classes

_PALE: Final[dict[classes.Theme, str]] = {"light": "#EDEFEF", "dark": "#22292B"}


def pale(theme: classes.Theme) -> classes.Swatch:
    """How a neighbourhood outside the list is drawn."""
    return classes.Swatch(_PALE[theme])


def specification(spec: dict[str, Any], listed: Collection[str]) -> dict[str, Any]:
    """What the map's script needs: ``spec`` of `maps.specification` for neighbourhoods, the list by code.

    A click anywhere gives the neighbourhood that was hit; the one in focus is brought into view.
    """
    inside = [code in listed for code in spec["codes"]]
    last = len(spec["swatches"])

    def shown(values: list[int], other: int) -> list[int]:
        return [value if here else other for value, here in zip(values, inside, strict=True)]

    return spec | {
        "classes": shown(spec["classes"], last),
        "open": shown(spec["open"], 0),
        "swatches": [*spec["swatches"], asdict(pale(spec["theme"]))],
        "pick": "neighbourhood",
    }
