"""The frozen values of a report: what a council reads on slides, on paper and in a presentation file.

Neutral: sentences, tables, charts and maps as data, in the order in which they are read. Every sentence is
ready, in the report's language; every number stands as the dashboard writes it, and where a chart needs it
also as a plain number (nan where unknown, never zero). Who draws them (PDF, slides, pictures) computes
nothing.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from utils.models import Layer, Level
from utils.texts import Lang
from utils.wording import Metric

Topic = Literal["position", "map", "gaps", "growth", "sites", "parts", "actions", "method"]
TOPICS: Final[tuple[Topic, ...]] = get_args(Topic)
"""The sections of a report in their order; one about which there is nothing to tell is not in it."""


PALE: Final = "#FFFFFF"
"""The areas of a quiet map that are not uncovered."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, what it means, and whether it holds numbers (set to the right)."""

    label: str
    definition: str = ""
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table; the first column names the row. ``own`` is the row of the report's own area, None for none.

    ``kind`` tells apart: ``position`` compares areas, ``gaps``, ``sites`` and ``parts`` list areas,
    ``growth`` moments, ``sources`` where data come from. ``numbered``: its rows are the numbers 1, 2, … on
    the map beside it, and show them; ``weight`` is then the column with the people that it is about.
    """

    kind: Literal["position", "gaps", "growth", "sites", "parts", "sources"]
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    own: int | None = None
    numbered: bool = False
    weight: int = 0


@dataclass(frozen=True)
class Point:
    """One point of a chart: what it is about, its value (nan where unknown), that value in words.

    ``year`` is the moment of a line's point, with its days as decimals.
    """

    name: str
    value: float
    shown: str
    year: float = 0.0


@dataclass(frozen=True)
class Series:
    """Points of a chart that belong together; ``name`` is "" for the only series of a chart."""

    name: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Chart:
    """A chart as data: bars (of areas) or a line (through time; no value gives a gap).

    ``measure`` tells charts apart. ``title`` says what the chart is about, ``finding`` what it shows, in a
    sentence that can stand alone; ``axis`` names what is measured, ``alt`` holds its values in words.
    ``percent``: values are shares from 0 to 1. ``own`` is the point of the report's own area in each series,
    None for none. ``band``: what the first series may be at most, a value for each point; () where it is
    certain.
    """

    kind: Literal["bars", "line"]
    measure: Literal["reach", "per_1000", "groups"]
    title: str
    finding: str
    axis: str
    definition: str
    alt: str
    series: tuple[Series, ...]
    percent: bool = False
    own: int | None = None
    band: tuple[float, ...] = ()


@dataclass(frozen=True)
class LegendItem:
    """One line of a map's legend: its colour (and that of its hatch), shape and meaning."""

    shape: Literal["area", "dot", "site", "number"]
    fill: str
    hatch: str | None
    label: str


@dataclass(frozen=True)
class Site:
    """A place on a map with its number: metres (EPSG:28992)."""

    number: int
    x: float
    y: float


@dataclass(frozen=True)
class MapPlan:
    """A map as data: the parts (``unit``) of the area ``code`` in the colours of ``layer``.

    ``radius`` in metres. ``quiet``: only uncovered areas have a colour, all others are PALE. ``solid``: the
    parts are so many that uncovered ones have a colour instead of a hatch, and none has a border.
    ``numbered`` holds the codes of areas that bear the numbers 1, 2, …; ``sites`` places that do. ``dots``:
    the groups are shown, blurred to 100 m. ``alt`` says in words what the map shows, ``credit`` whose the
    outlines are.
    """

    code: str
    unit: Level
    layer: Layer
    radius: float
    title: str
    alt: str
    credit: str
    legend: tuple[LegendItem, ...]
    quiet: bool = False
    solid: bool = False
    numbered: tuple[str, ...] = ()
    sites: tuple[Site, ...] = ()
    dots: bool = False


@dataclass(frozen=True)
class Points:
    """Short advice or explanation, each with the word that it begins with ("" for none)."""

    heading: str
    items: tuple[tuple[str, str], ...]


Part = Table | Chart | MapPlan | Points


@dataclass(frozen=True)
class Section:
    """A part of the report with the finding as its title, then sentences, then tables, charts and maps."""

    topic: Topic
    title: str
    sentences: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Report:
    """All that a report of one area says.

    ``name`` is the area's, ``subject`` what the paper is, ``finding`` the one sentence that matters most,
    ``lead`` what explains it. ``source`` (where the figures come from, with their dates) and ``mark`` (what
    is not the real thing; "" if all is) belong on every page, slide and picture, and in notes. ``boundaries``
    and ``peildatum`` are the reference dates of inhabitants and of groups (None: unknown).
    """

    lang: Lang
    code: str
    level: Level
    radius: float
    name: str
    subject: str
    finding: str
    lead: tuple[str, ...]
    key_figures: tuple[Metric, ...]
    sections: tuple[Section, ...]
    source: str
    mark: str
    boundaries: date
    peildatum: date | None
    example: bool
    approximate: bool

    def section(self, topic: Topic) -> Section | None:
        """The section about a topic; None if the report has none."""
        return next((one for one in self.sections if one.topic == topic), None)
