"""Names of example groups: they say at once that they are examples."""

from collections import Counter
from collections.abc import Iterable

PREFIX = "Voorbeeldgroep"
# Words, as a figure behind a place name could be taken for a house number.
ORDINALS = (
    *("tweede", "derde", "vierde", "vijfde", "zesde", "zevende", "achtste", "negende", "tiende", "elfde"),
    *("twaalfde", "dertiende", "veertiende", "vijftiende", "zestiende", "zeventiende", "achttiende"),
)


def name_all(neighbourhoods: Iterable[tuple[str, str]]) -> list[str]:
    """A name for each group, from the (code, name) of its neighbourhood.

    ``Voorbeeldgroep Lelystad-Oost 3``, the next one there ``Voorbeeldgroep Lelystad-Oost 3 (tweede)``.
    Raises ValueError if a neighbourhood has more groups than there are words.
    """
    seen: Counter[str] = Counter()
    names = []
    for code, name in neighbourhoods:
        seen[code] += 1
        if seen[code] > len(ORDINALS) + 1:
            raise ValueError(f"more than {len(ORDINALS) + 1} groups in {name} ({code})")
        names.append(f"{PREFIX} {name}" + (f" ({ORDINALS[seen[code] - 2]})" if seen[code] > 1 else ""))
    return names
