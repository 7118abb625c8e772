"""A report → slides: what stands on each, in order, and what who speaks can tell of it.

Pure. The slides on screen (:mod:`utils.deck_data`) and the PowerPoint file show the same ones. Nothing is
worded here but by the report: a slide's title is a finding, and all its figures are the report's.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from utils.report_model import Chart, MapPlan, Part, Points, Report, Section, Table, Topic
from utils.wording import Metric

Kind = Literal["title", "figures"] | Topic
ROWS: Final = 11
"""Rows of a table of parts that are still readable beside another one from the last row of the room."""
_PARTS_SHOWN: Final = (0, 1, 4, 6)  # of a table of parts: name, inhabitants, reach, uncovered


@dataclass(frozen=True)
class Slide:
    """One slide. ``figures`` only on the slide about key figures; ``notes`` are for who speaks: definitions
    and what is on no slide. Source and mark stand on every slide and are the report's own.
    """

    kind: Kind
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Metric, ...] = ()
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()


def of(report: Report) -> tuple[Slide, ...]:
    """The slides of a report, in order; sections that the report lacks have none."""
    made = [Slide("title", report.finding, report.lead, notes=(report.subject,))]
    for section in report.sections:
        made += _SPECIAL.get(section.topic, _plain)(report, section)
    return tuple(replace(one, notes=(*one.notes, *_definitions(one))) for one in made)


def _plain(report: Report, section: Section) -> list[Slide]:
    """A section as it is: its first sentence on the slide, all of them in the notes."""
    return [
        Slide(
            section.topic,
            section.title,
            section.sentences[:1],
            parts=section.parts,
            notes=section.sentences[1:],
        )
    ]


def _position(report: Report, section: Section) -> list[Slide]:
    """The key figures, then the charts that compare; what the first sentence finds is the charts' title."""
    finding, meaning, *rules = section.sentences  # the rules say with whom the area is compared
    figures = Slide("figures", section.title, figures=report.key_figures, notes=(meaning,))
    charts = tuple(part for part in section.parts if isinstance(part, Chart))
    if not charts:
        return [replace(figures, notes=(*section.sentences, *_rows(section.parts)))]
    return [figures, Slide("position", finding, tuple(rules), parts=charts, notes=_rows(section.parts))]


def _gaps(report: Report, section: Section) -> list[Slide]:
    """The uncovered neighbourhoods, each with one larger area at most; the whole table is in the notes."""
    parts = tuple(_narrow(report, part) if isinstance(part, Table) else part for part in section.parts)
    notes = (*section.sentences[1:], *(_rows(section.parts) if parts != section.parts else ()))
    return [Slide("gaps", section.title, section.sentences[:1], parts=parts, notes=notes)]


def _narrow(report: Report, table: Table) -> Table:
    """A table with one larger area, for which a slide has room: of the country the municipality."""
    _, *above = (i for i, column in enumerate(table.columns) if not column.number)
    kept = above[-2:-1] if report.level == "country" else above[-1:]
    shown = [i for i in range(len(table.columns)) if i not in above or i in kept]
    return replace(
        table,
        columns=tuple(table.columns[i] for i in shown),
        rows=tuple(tuple(row[i] for i in shown) for row in table.rows),
        weight=shown.index(table.weight),
    )


def _growth(report: Report, section: Section) -> list[Slide]:
    """The line through time; its figures are in the notes."""
    charts = tuple(part for part in section.parts if isinstance(part, Chart))
    notes = (*section.sentences, *_rows(section.parts))
    return [Slide("growth", section.title, parts=charts, notes=notes)]


def _sites(report: Report, section: Section) -> list[Slide]:
    """The places for new groups, with all that is said of them: what is meant, and how good they are."""
    return [Slide("sites", section.title, section.sentences, parts=section.parts)]


def _parts(report: Report, section: Section) -> list[Slide]:
    """The table of parts, in as many slides as it takes, with the columns that fit."""
    made = []
    for table in section.parts:
        assert isinstance(table, Table)
        columns = tuple(table.columns[i] for i in _PARTS_SHOWN)
        rows = [tuple(row[i] for i in _PARTS_SHOWN) for row in table.rows]
        made_of = -(-len(rows) // (2 * ROWS)) * 2  # half slides, as full as each other
        each = -(-len(rows) // made_of) if len(rows) > ROWS else ROWS
        pages = [tuple(rows[i : i + each]) for i in range(0, len(rows), each)]
        for first in range(0, len(pages), 2):
            shown = tuple(
                replace(table, columns=columns, rows=page, own=None) for page in pages[first : first + 2]
            )
            made.append(Slide("parts", section.title, parts=shown))
    return made


def _actions(report: Report, section: Section) -> list[Slide]:
    """What a council can do; on a slide of its own what else is said, such as the four rules."""
    first, *others = (part for part in section.parts if isinstance(part, Points))
    can = Slide("actions", section.title, section.sentences[:1], parts=(first,), notes=section.sentences[1:])
    return [can, *(Slide("actions", part.heading, parts=(part,)) for part in others)]


def _method(report: Report, section: Section) -> list[Slide]:
    """How it is computed and what it does not say; then the sources."""
    points = tuple(part for part in section.parts if isinstance(part, Points))
    tables = [part for part in section.parts if isinstance(part, Table)]
    explained = Slide("method", section.title, parts=points, notes=section.sentences)
    return [explained, *(Slide("method", table.caption, parts=(table,)) for table in tables)]


_SPECIAL: Final = {
    "position": _position,
    "gaps": _gaps,
    "growth": _growth,
    "sites": _sites,
    "parts": _parts,
    "actions": _actions,
    "method": _method,
}


def _rows(parts: Iterable[Part]) -> tuple[str, ...]:
    """Tables that are on no slide, a line for each row: for the notes."""
    said = []
    for table in parts:
        if isinstance(table, Table):
            for row in table.rows:
                cells = (
                    f"{column.label} {cell}" for column, cell in zip(table.columns[1:], row[1:], strict=True)
                )
                said.append(f"{row[0]}: {', '.join(cells)}")
    return tuple(said)


def _definitions(slide: Slide) -> Iterable[str]:
    """What each figure, column and chart of a slide means, once each."""
    found = [f"{one.label}: {one.definition}" for one in slide.figures]
    for part in slide.parts:
        if isinstance(part, Table):
            found += [f"{one.label}: {one.definition}" for one in part.columns if one.definition]
        elif isinstance(part, Chart):
            found += [f"{part.axis}: {part.definition}"]
        elif isinstance(part, MapPlan):
            found += [part.credit]
    return dict.fromkeys(found)
