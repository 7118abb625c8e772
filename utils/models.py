"""The frozen values that pass between the rooms: areas, groups, coverage.

Coordinates are EPSG:28992 (RD New), x then y, in metres. Arrays are parallel: row *i* of every
array of one object is about the same thing. Nothing here computes more than a look-up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Level = Literal["country", "province", "municipality", "neighbourhood"]
LEVELS: tuple[Level, ...] = ("country", "province", "municipality", "neighbourhood")
Layer = Literal["status", "dekkingsgraad", "bereik", "groepen", "actueel", "inbraken"]
LAYERS: tuple[Layer, ...] = ("status", "dekkingsgraad", "bereik", "groepen", "actueel", "inbraken")
"""All layers in the order of the page; the first four are always there, a later one where it has data."""
COUNTRY = "NL"
Kind = Literal["count", "rate", "share"]
"""What a number is: a count, a rate (shown with two decimals), a share of 0 to 1."""

Precision = Literal["point", "postcode", "place", "municipality"]
GroupStatus = Literal["active", "inactive", "pending", "unverified"]
STATUSES: tuple[GroupStatus, ...] = ("active", "inactive", "pending", "unverified")
RUNNING: tuple[GroupStatus, ...] = ("active", "pending", "unverified")
PLATFORMS = ("WhatsApp", "Signal", "Telegram", "Nextdoor", "Facebook", "SMS", "Other")
ReportKind = Literal["join", "start", "wrong", "dead", "missing", "other"]
ReportStatus = Literal["new", "busy", "done", "refused"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Objects = NDArray[np.object_]


class Status(IntEnum):
    """What the map says of an area; see :func:`utils.coverage.status` for the rule."""

    COVERED = 0
    PARTLY = 1
    UNCOVERED = 2
    UNINHABITED = 3
    UNKNOWN = 4  # inhabitants unknown: never shown as zero


@dataclass(frozen=True, eq=False)
class Areas:
    """All areas of one level, n of them, sorted by code.

    ``parents`` holds the index of each area in the level above (all 0 for provinces).
    ``inhabitants`` and ``households`` are nan where unknown, households everywhere with the approximate
    neighbourhoods that ship. ``geometry`` holds valid (Multi)Polygons.
    """

    level: Level
    codes: Objects
    names: Objects
    parents: Ints
    inhabitants: Floats
    geometry: Objects
    households: Floats

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def index(self) -> dict[str, int]:
        """Code → row."""
        return {code: i for i, code in enumerate(self.codes)}


@dataclass(frozen=True)
class Edition:
    """Which boundaries these are: ``approximate`` (shipped) or ``official`` (fetched)."""

    kind: Literal["approximate", "official"]
    year: int
    peildatum: date
    version: str  # changes with every change of the data; part of cache keys and file names


@dataclass(frozen=True, eq=False)
class Atlas:
    """The country in three levels, with the sample points of its neighbourhoods.

    ``samples`` is (neighbourhoods, K, 2) float32, K ≥ 64: points spread evenly over each
    neighbourhood, each standing for 1/K of its inhabitants. ``districts`` holds the name of the district
    (wijk) that each neighbourhood lies in, "" where there is none, as in the neighbourhoods that ship.
    """

    edition: Edition
    provinces: Areas
    municipalities: Areas
    neighbourhoods: Areas
    samples: NDArray[np.float32]
    districts: Objects

    def areas(self, level: Level) -> Areas:
        """The areas of a level below the country."""
        return {
            "province": self.provinces,
            "municipality": self.municipalities,
            "neighbourhood": self.neighbourhoods,
        }[level]

    def find(self, code: str) -> tuple[Level, int] | None:
        """Level and row of a code; ("country", 0) for NL; None if there is no such area."""
        if code == COUNTRY:
            return "country", 0
        for level in LEVELS[1:]:
            row = self.areas(level).index.get(code)
            if row is not None:
                return level, row
        return None


@dataclass(frozen=True, eq=False)
class Groups:
    """The register, n groups.

    ``x``, ``y`` in metres (for a group with its own ``area``: a point inside it); ``area`` holds a
    (Multi)Polygon or None; ``participants`` is nan where not reported; dates are datetime64[D],
    NaT where unknown; ``status`` is one of active, inactive, pending, unverified. ``recorded`` is the
    municipality that the register names (name or code, of now or of before, "" for none), None where it names
    none at all; a group without a place (nan) counts there, see :mod:`utils.mergers`. ``rough`` is True where
    the place is only the middle of a village or town, None where that holds for none.
    """

    ids: Objects
    names: Objects
    x: Floats
    y: Floats
    area: Objects
    participants: Floats
    status: Objects
    since: NDArray[np.datetime64]
    until: NDArray[np.datetime64]
    confirmed: NDArray[np.datetime64]
    platform: Objects
    example: bool = False
    revision: str = ""
    peildatum: date | None = None
    recorded: Objects | None = None
    rough: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def active(self) -> NDArray[np.bool_]:
        """True for the groups that count for reach: status active."""
        return np.asarray(self.status == "active", dtype=bool)


@dataclass(frozen=True)
class Group:
    """One group as the register keeps it; ``Groups`` is what coverage needs of all of them.

    ``x``, ``y`` in metres, both None without a place; ``precision`` tells how exact the place is: ``point``
    as registered, ``postcode`` the middle of a postcode, ``place`` of a village or town, ``municipality`` no
    place, only a municipality. ``area`` is the WKB (EPSG:28992) of an own (Multi)Polygon, None for none.
    ``municipality`` is the code that the register recorded, "" for none. ``join_link`` "" means: through the
    foundation. ``confirmed_by`` and ``notes`` are for staff. ``version`` counts the changes: a change names
    the version that it was based on.
    """

    id: str
    name: str
    x: float | None = None
    y: float | None = None
    precision: Precision = "point"
    area: bytes | None = None
    municipality: str = ""
    description: str = ""
    participants: int | None = None
    status: GroupStatus = "active"
    reason: str = ""
    since: date | None = None
    until: date | None = None
    confirmed: date | None = None
    confirmed_by: str = field(default="", repr=False)
    platform: str = ""
    join_link: str = ""
    source: str = ""
    notes: str = field(default="", repr=False)
    version: int = 1


@dataclass(frozen=True)
class Contact:
    """A person to contact about a group: personal data, with the day on which they agreed and how.

    Its ``repr``, and so a log or a traceback, holds none of them.
    """

    group_id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    role: str = field(repr=False)
    consent_on: date
    consent_how: str = field(repr=False)
    id: int | None = None
    version: int = 1


@dataclass(frozen=True)
class ResidentReport:
    """What a resident asked or reported; ``name``, ``email`` and ``message`` are personal data.

    ``area`` is the code of a neighbourhood or a larger area, ``group_id`` "" where it is about no one group.
    """

    reference: str
    kind: ReportKind
    group_id: str
    area: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    message: str = field(repr=False)
    consent: bool
    status: ReportStatus
    received: datetime
    handled: datetime | None = None
    handled_by: str = ""
    answer: str = field(default="", repr=False)
    id: int | None = None
    version: int = 1


@dataclass(frozen=True)
class Change:
    """One line of the register's history; ``before`` and ``after`` hold the fields, None for none."""

    at: datetime
    who: str
    action: str
    entity: Literal["group", "contact", "report", "import"]
    entity_id: str
    import_id: int | None
    reason: str
    before: dict[str, Any] | None = field(repr=False)
    after: dict[str, Any] | None = field(repr=False)


@dataclass(frozen=True, eq=False)
class Coverage:
    """What follows from atlas and register, before a radius is chosen.

    ``distance`` is (neighbourhoods, K) float32: metres from each sample point to the nearest
    active group, inf where there is none. ``home`` is each group's neighbourhood row, -1 for a
    group that lies in no area (abroad, in the sea, without a place); ``town`` is its municipality's row: that
    of its neighbourhood, else that of the register, else -1.
    """

    atlas: Atlas
    groups: Groups
    distance: NDArray[np.float32]
    home: Ints
    town: Ints


@dataclass(frozen=True, eq=False)
class Figures:
    """The figures of all n areas of one level at one radius; rows as in ``Atlas.areas(level)``.

    ``groups`` and ``active`` count groups; ``per_1000`` is the dekkingsgraad (registered groups per
    1,000 inhabitants, nan under 50 inhabitants); ``participants`` is the estimate for active groups
    and ``participation`` its share of inhabitants (nan under 50); ``reach`` is the share of
    inhabitants within ``radius`` metres of an active group (nan without inhabitants); ``unreached``
    the inhabitants beyond it. ``uncovered``, ``partly`` and ``inhabited`` count the neighbourhoods
    of that kind inside the area.
    """

    level: Level
    radius: float
    inhabitants: Floats
    groups: Ints
    active: Ints
    per_1000: Floats
    participants: Floats
    participation: Floats
    reach: Floats
    unreached: Floats
    inhabited: Ints
    partly: Ints
    uncovered: Ints
    status: NDArray[np.int8] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Overlay:
    """What a layer shows that is not in ``Figures``, of all n areas of a level.

    ``values`` are what is coloured, nan for none; a ``marked`` area is hatched, whatever its value. ``facts``
    are the numbers in the lines of the tooltip, nan where there is nothing to tell, whole but for those with
    ``decimals``; ``columns`` what tables and files tell, by the name of their column.
    """

    layer: Layer
    level: Level
    values: Floats
    marked: NDArray[np.bool_]
    facts: Mapping[str, Floats]
    columns: Mapping[str, Floats | Ints]
    decimals: Mapping[str, int] = field(default_factory=dict)
