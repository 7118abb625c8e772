"""Figures of all rounds → a table in Markdown: medians, spread, and the ratios that we hold ourselves to."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.bench.measure import SESSIONS, Figures

Results = Mapping[str, Sequence[Figures]]  # app → its rounds


@dataclass(frozen=True)
class Row:
    """A figure, its unit, and how large ours may be as a part of another app's (of its figure ``than``)."""

    key: str
    label: str
    unit: str
    reference: float | None = None
    floor: float | None = None
    than: str = ""


ROWS = (
    Row("first", "first map, empty browser, warm server", "ms", 0.5, 1.25),
    Row("cold", "first map after the server's start", "ms"),
    Row("http", "first view over HTTP", "kB"),
    Row("websocket", "first view over the WebSocket", "kB", 0.03),
    Row("layer", "another layer → painted", "ms", 0.15),
    Row("radius", "another radius → painted (beside the other's layer)", "ms", 0.15, than="layer"),
    Row("drill", "click on the map → next level painted", "ms", 0.1),
    Row("drill_websocket", "that click over the WebSocket", "kB"),
    Row("sessions", f"{SESSIONS} sessions at once → script finished", "ms", 0.25),
    Row("memory", "server's memory after two visitors", "MB", 0.8),
    Row("memory_sessions", f"server's memory with {SESSIONS} sessions more", "MB", 0.8),
)


def _values(results: Results, app: str, key: str) -> list[float]:
    return [figures[key] for figures in results[app] if key in figures]


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "–"
    middle = f"{statistics.median(values):,.0f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.0f}–{max(values):,.0f})"


def _ratio(results: Results, row: Row, other: str, most: float | None) -> str:
    ours, theirs = _values(results, "ours", row.key), _values(results, other, row.than or row.key)
    if not ours or not theirs:
        return "–"
    ratio = statistics.median(ours) / statistics.median(theirs)
    held = "" if most is None else f", {'**reached**' if ratio <= most else 'not reached'} (≤ {most:g})"
    return f"{ratio:.3f}{held}" if ratio < 0.1 else f"{ratio:.2f}{held}"


def table(results: Results) -> str:
    """The rows of ``ROWS``, one column an app, then ours as a part of the others."""
    lines = [
        "| median (least–most) | ours | reference | floor | ours ÷ reference | ours ÷ floor |",
        "| --- | ---: | ---: | ---: | --- | --- |",
    ]
    for row in ROWS:
        cells = [_cell(_values(results, app, row.key)) for app in ("ours", "reference", "floor")]
        ratios = [_ratio(results, row, "reference", row.reference), _ratio(results, row, "floor", row.floor)]
        lines.append(f"| {' | '.join([f'{row.label}, {row.unit}', *cells, *ratios])} |")
    counts = [_values(results, app, "remount") for app in ("ours", "reference", "floor")]
    cells = [f"{sum(count):.0f} of {len(count)}" if count else "–" for count in counts]
    held = "–" if not counts[0] else "not reached (none)" if sum(counts[0]) else "**reached** (none)"
    lines.append(f"| {' | '.join(['rounds in which the map was built anew', *cells, held, '–'])} |")
    return "\n".join(lines)
