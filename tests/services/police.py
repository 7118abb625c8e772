"""The police's table of registered crime at CBS (47018NED), OData version 3 as the others, with its habits.

``WijkenEnBuurten`` (10 characters) and ``SoortMisdrijf`` (6) are padded with blanks; the country, the
municipalities, districts and neighbourhoods are in one column, in the division of one year for all years; a
number is null where there is none or where it is not published. Lists of keys tell what they mean and, of
years, whether they may still change. More than 10,000 rows in one answer: 500. ``$skip`` begins anywhere, and
``$count`` is not served.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tests.services import odata
from tests.services.answers import Answer, Rows, Services, json_answer
from tests.services.content import INDUSTRY, UNKNOWN, Content

TABLE = "47018NED"
ROOT = "/derden"
THIS = datetime.now(UTC).year
KINDS = {
    "0.0.0": "Totaal misdrijven",
    "1.1.1": "Diefstal/inbraak woning",
    "1.1.2": "Diefstal/inbraak box/garage/schuur",
}
Number = int | str | None


@dataclass(frozen=True)
class Crime:
    """Burglaries by year and code, and what the list says of each year (its ``Status``)."""

    burglaries: Mapping[int, Mapping[str, Number]] = field(repr=False)
    status: Mapping[int, str]
    kinds: Mapping[str, str] = field(default_factory=lambda: KINDS)
    deaf: bool = False  # does not hear what is asked for: gives all there is

    def changed(self, year: int, code: str, number: Number) -> "Crime":
        """Another number for the area of one code in a year."""
        return replace(self, burglaries={**self.burglaries, year: {**self.burglaries[year], code: number}})

    def without(self, *codes: str) -> "Crime":
        """Without areas whose code starts so."""
        kept = {
            year: {code: n for code, n in numbers.items() if not code.startswith(codes)}
            for year, numbers in self.burglaries.items()
        }
        return replace(self, burglaries=kept)


def of(content: Content) -> Crime:
    """Four years, the last of which is not over yet; each area of a content has a few burglaries."""
    years = range(THIS - 3, THIS + 1)
    status = {year: "Voorlopig" if year >= THIS - 1 else "Definitief" for year in years}
    return Crime({year: _numbers(content, year) for year in years}, status)


def _numbers(content: Content, year: int) -> dict[str, Number]:
    found: dict[str, Number] = {}
    for i, area in enumerate(content.level("BU", water=True)):
        found[area.code] = None if area.code in (UNKNOWN, INDUSTRY) else (7 * i + year) % 9
    for prefix, length in (("WK", 8), ("GM", 6)):
        for area in content.level(prefix):
            parts = [n for code, n in found.items() if code[:2] == "BU" and code[2:length] == area.code[2:]]
            found[area.code] = sum(int(n or 0) for n in parts) + (prefix == "GM")  # one at a place unknown
    found["NL00"] = sum(int(n or 0) for code, n in found.items() if code.startswith("GM"))
    return found


def answer(server: Services, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer | None:
    """The answer, or None for a path of another service."""
    start = f"{ROOT}/ODataApi/odata/{TABLE}"
    if server.crime is None or not path.startswith(start):
        return None
    if not headers.get("User-Agent") or not headers.get("Accept"):
        return Answer(406, b"Not Acceptable", "text/plain")
    part = path.removeprefix(start).strip("/")
    about = {"odata.metadata": f"{server.url}{start}/$metadata#{part}"}
    if part == "SoortMisdrijf":
        keys = [{"Key": key.ljust(6), "Title": title} for key, title in server.crime.kinds.items()]
        return json_answer({**about, "value": keys})
    if part == "Perioden":
        keys = [
            {"Key": f"{year}JJ00", "Title": str(year), "Description": "", "Status": status}
            for year, status in server.crime.status.items()
        ]
        return json_answer({**about, "value": keys})
    if part == "WijkenEnBuurten":
        codes = server.crime.burglaries[max(server.crime.burglaries)]
        return json_answer({**about, "value": [{"Key": code.ljust(10), "Title": code} for code in codes]})
    if part != "TypedDataSet" or "$count" in query:
        return Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", "text/html")
    rows = server.spoilt(path, _rows(server.crime)).values
    if server.crime.deaf:
        query = {name: value for name, value in query.items() if name != "$filter"}
    return odata.rows_of(server, about, "ODataApi", f"{server.url}{path}", rows, _unreliable(query, rows))


def _unreliable(query: dict[str, str], rows: list[dict[str, Any]]) -> dict[str, str]:
    """What ``$skip`` is taken for: somewhere before what was asked for."""
    if "$skip" not in query:
        return query
    return {**query, "$skip": str(int(query["$skip"]) * 2 // 3)}


def _rows(crime: Crime) -> Rows:
    values = [
        {
            "SoortMisdrijf": kind.ljust(6),
            "WijkenEnBuurten": code.ljust(10),
            "Perioden": f"{year}JJ00",
            "GeregistreerdeMisdrijven_1": _times(number, 1 if kind == "1.1.1" else 12),
        }
        for kind in crime.kinds
        for year, numbers in crime.burglaries.items()
        for code, number in numbers.items()
    ]
    return Rows([{"ID": i, **row} for i, row in enumerate(values)], [None] * len(values))


def _times(number: Number, times: int) -> Number:
    return number * times if isinstance(number, int) else number
