"""Groups that may be one: the same name within some metres, found through a grid, so that many stay quick."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from utils.models import Floats

METRES: Final = 200.0
_SIDE: Final = METRES / math.sqrt(2)  # whatever shares a square of the grid is near
_AROUND: Final = tuple((dx, dy) for dx in range(-2, 3) for dy in range(-2, 3) if (dx, dy) != (0, 0))

Square = tuple[str, int, int]


class Nearby:
    """Rows by name and place, to be asked for one with the same name within METRES.

    Names are compared as they are: give them normalised. A row without a name or place has no one nearby.
    """

    def __init__(self) -> None:
        self._squares: dict[Square, list[tuple[int, float, float]]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._squares)

    def find(self, name: str, x: float, y: float) -> int | None:
        """A row that was added within METRES of x, y under this name; None for none."""
        square = _square(name, x, y)
        if square is None:
            return None
        same = self._squares.get(square)
        if same:
            return same[0][0]
        found = [row for row, x0, y0 in self._around(square) if math.hypot(x0 - x, y0 - y) <= METRES]
        return min(found, default=None)

    def add(self, row: int, name: str, x: float, y: float) -> None:
        """Keep a row."""
        square = _square(name, x, y)
        if square is not None:
            self._squares[square].append((row, x, y))

    def _around(self, square: Square) -> Iterator[tuple[int, float, float]]:
        name, column, line = square
        for dx, dy in _AROUND:
            yield from self._squares.get((name, column + dx, line + dy), ())


def _square(name: str, x: float, y: float) -> Square | None:
    if not name or not (math.isfinite(x) and math.isfinite(y)):
        return None
    return name, int(x // _SIDE), int(y // _SIDE)


def doubles(names: Sequence[str], x: Floats, y: Floats) -> list[int | None]:
    """For each of n rows a row above it with the same name within METRES; None where there is none.

    ``names`` are compared as they are, "" with none; ``x``, ``y`` in metres, nan for no place.
    """
    nearby = Nearby()
    found: list[int | None] = []
    for row, (name, east, north) in enumerate(zip(names, x.tolist(), y.tolist(), strict=True)):
        other = nearby.find(name, east, north)
        found.append(other)
        nearby.add(row, name, east, north)
    return found
