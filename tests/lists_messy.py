"""A long list as they are in real life, with a known number of each kind of mess. All of it is invented.

``make(9_000)`` gives the same list every time: most rows are good, each in one of the ways in which people
write; the others have one problem each, of a known kind, and `Messy.planted` tells which rows those are.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import numpy as np
import pyproj
import shapely

from utils import boundaries, examples
from utils.models import Atlas

EMBEDDED = Path(__file__).resolve().parents[1] / "data" / "embedded"
HEAD = (
    "Groepsnr", "Naam groep", "Breedtegraad", "Lengtegraad", "Woonplaats", "Gemeente", "Gebied",
    "Aantal leden", "Status", "Opgericht", "Laatst bevestigd", "App", "Aanmeldlink", "Contactpersoon",
    "E-mail", "Telefoon", "Toestemming", "Opmerkingen",
)  # fmt: skip
TITLE = (("Groepenlijst, export uit het oude systeem",), ("Stand 1 maart 2024",), ())
FIRST = len(TITLE) + 2
"""The number of the first row below the headings."""
EVERY_EMPTY = 1_500  # an empty row after so many

_NAMES = (
    "Appelhof",
    "Bergweide",
    "Café Ségur",
    "Dorpskern",
    "Eikenlaan e.o.",
    "’t Fort",
    "Gildebuurt",
    "Hoogstede",
)
_STATUS = ("actief", "Actief", "ACTIEF", "", "inactief", "in oprichting", "niet gecontroleerd")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
Severity = Literal["error", "warning"]
Row = dict[str, str]


@dataclass(frozen=True)
class Messy:
    """A list: its rows as they stand in the file; kind and severity of what is wrong, by row number."""

    rows: tuple[tuple[str, ...], ...]
    planted: dict[int, tuple[str, Severity]]
    data: int

    def csv(self) -> bytes:
        """As Excel in Dutch saves it: semicolons, Windows-1252."""
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(self.rows)
        return out.getvalue().encode("cp1252")

    def xlsx(self) -> bytes:
        """As a workbook of texts, with a second sheet that holds no list."""
        import xlsxwriter

        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            book.add_worksheet("Uitleg").write_string(0, 0, "Vul elke maand de lijst in.")
            sheet = book.add_worksheet("Groepen")
            for at, row in enumerate(self.rows):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(at, column, text)
        return buffer.getvalue()


def _set(**values: str) -> Callable[[Row, Row], None]:
    names = {
        "lat": "Breedtegraad", "lon": "Lengtegraad", "name": "Naam groep", "town": "Gemeente",
        "since": "Opgericht", "status": "Status", "members": "Aantal leden", "area": "Gebied",
        "link": "Aanmeldlink", "confirmed": "Laatst bevestigd", "consent": "Toestemming",
        "person": "Contactpersoon",
    }  # fmt: skip

    def change(row: Row, before: Row) -> None:
        row.update({names[name]: value for name, value in values.items()})

    return change


def _swapped(row: Row, before: Row) -> None:
    row["Breedtegraad"], row["Lengtegraad"] = row["Lengtegraad"], row["Breedtegraad"]


def _same_id(row: Row, before: Row) -> None:
    row["Groepsnr"] = before["Groepsnr"]


def _repeated(row: Row, before: Row) -> None:
    row.update(before)


def _near(row: Row, before: Row) -> None:
    for name in ("Naam groep", "Breedtegraad", "Lengtegraad", "Gemeente"):
        row[name] = before[name].upper() if name == "Naam groep" else before[name]


#: Kind → severity, share of a thousand rows, and what it does to a good row (and the good row before it).
MESS: dict[str, tuple[Severity, int, Callable[[Row, Row], None]]] = {
    "swapped": ("error", 8, _swapped),
    "zero": ("error", 5, _set(lat="0", lon="0")),
    "metres": ("error", 5, _set(lat="486700", lon="143300")),
    "belgium": ("error", 3, _set(lat="50,8466", lon="4,3528")),
    "germany": ("error", 3, _set(lat="51,9607", lon="7,6261")),
    "sea": ("error", 2, _set(lat="53,0", lon="3,2")),
    "placeless": ("error", 6, _set(lat="", lon="", town="")),
    "half": ("error", 4, _set(lon="")),
    "nameless": ("error", 5, _set(name="")),
    "no_such_town": ("error", 4, _set(lat="", lon="", town="Verzonnenstad aan Zee")),
    "no_such_day": ("error", 6, _set(since="31-02-2020")),
    "tomorrow": ("error", 3, _set(since="1 mei 2199")),
    "no_day": ("error", 4, _set(confirmed="vorige week")),
    "status": ("error", 5, _set(status="misschien")),
    "members": ("error", 5, _set(members="veel")),
    "link": ("error", 3, _set(link="vraag het Jan")),
    "same_id": ("error", 5, _same_id),
    "repeated": ("warning", 8, _repeated),
    "near": ("warning", 6, _near),
    "about": ("warning", 5, _set(members="ca. 70")),
    "town_only": ("warning", 6, _set(lat="", lon="")),
    "no_consent": ("warning", 8, _set(person="Persoon Zonder", consent="nee")),
    "old_town": ("warning", 4, _set(lat="51,6485", lon="5,9470", town="Boxmeer")),
    "phone_in_area": ("warning", 3, _set(area="Oost, bel 06-12345678")),
    "address": ("warning", 3, _set(area="Van de kerk tot Dorpsstraat 12a")),
}


def make(count: int = 9_000, seed: int = 1) -> Messy:
    """A list of that many rows, a tenth or so with a problem."""
    atlas = boundaries.load(EMBEDDED)
    random = np.random.default_rng(seed)
    good = _good(atlas, count, random)
    kinds = [kind for kind, (_, share, _) in MESS.items() for _ in range(round(share * count / 1_000))]
    # never two in a row: some kinds repeat the row before
    places = random.permutation(np.arange(1, count, 2))[: len(kinds)]
    wrong = dict(zip(places.tolist(), kinds, strict=True))
    rows: list[tuple[str, ...]] = [*TITLE, HEAD]
    planted: dict[int, tuple[str, Severity]] = {}
    for at, row in enumerate(good):
        if kind := wrong.get(at):
            severity, _, change = MESS[kind]
            change(row, good[at - 1])
            planted[len(rows) + 1] = kind, severity
        rows.append(tuple(row[name] for name in HEAD))
        if at % EVERY_EMPTY == EVERY_EMPTY - 1:
            rows.append(())
    return Messy(tuple(rows), planted, count)


def _good(atlas: Atlas, count: int, random: np.random.Generator) -> list[Row]:
    """Rows without a problem, in many ways of writing."""
    groups = examples.read_example(EMBEDDED)
    inside = _well_inside(atlas, groups.x, groups.y)
    chosen = inside[np.arange(count) % len(inside)]
    spread = random.uniform(-40, 40, (count, 2))
    x, y = groups.x[chosen] + spread[:, 0], groups.y[chosen] + spread[:, 1]
    lon, lat = pyproj.Transformer.from_crs(28992, 4326, always_xy=True).transform(x, y)
    towns = _towns(atlas, x, y)
    days = random.integers(0, 2_500, count)
    made = []
    for at in range(count):
        day = date(2016, 1, 1) + timedelta(days=int(days[at]))
        person = at % 3 == 0
        values = (
            f"{at + 1:05}", f"Buurtpreventie {_NAMES[at % len(_NAMES)]} {at + 1}", _number(lat[at]),
            _number(lon[at]), "", str(atlas.municipalities.names[towns[at]]),
            f"omgeving {_NAMES[at % len(_NAMES)]}",
            str(20 + at % 180) if at % 5 else "", _STATUS[at % len(_STATUS)], _written(day, at),
            "" if at % 4 else f"{day.day}-{day.month}-{day.year}", "WhatsApp" if at % 9 else "Signal", "",
            f"Persoon {_letters(at)}" if person else "", f"p{at}@voorbeeld.example" if person else "",
            f"06-{10_000_000 + at}" if person else "", "ja" if person else "",
            "let op; navragen" if at % 50 == 7 else "",
        )  # fmt: skip
        made.append(dict(zip(HEAD, values, strict=True)))
    return made


def _well_inside(atlas: Atlas, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    towns = atlas.municipalities.geometry[_towns(atlas, x, y)]
    return np.flatnonzero(shapely.distance(shapely.boundary(towns), shapely.points(x, y)) > 100)


def _towns(atlas: Atlas, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    point, town = shapely.STRtree(atlas.municipalities.geometry).query(
        shapely.points(x, y), predicate="within"
    )
    found = np.zeros(len(x), dtype=np.intp)
    found[point] = town
    return found


def _number(value: float) -> str:
    return f"{value:.6f}".replace(".", ",")


def _letters(number: int) -> str:
    """A name without digits."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(4)).capitalize()


def _written(day: date, at: int) -> str:
    """A day as people write it."""
    if at % 6 == 5:
        return ""
    return (
        f"{day.day}-{day.month}-{day.year}", f"{day:%d-%m-%Y}",
        f"{day.day} {_MONTHS[day.month - 1]} {day.year}", f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}",
    )[at % 5]  # fmt: skip
