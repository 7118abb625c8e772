"""CBS OData, version 3: key figures of neighbourhoods, and the areas of the Netherlands, of a year."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.services.answers import Answer, Refused, Rows, Services, json_answer
from tests.services.content import Content

# Year → table, and the numbers that its columns of households have, or its columns of the province.
FIGURES = {
    2022: ("85318NED", 28),
    2023: ("85618NED", 29),
    2024: ("85984NED", 29),
    2025: ("86165NED", 29),
}
AREAS = {
    2022: ("85067NED", 26),
    2023: ("85385NED", 28),
    2024: ("85755NED", 28),
    2025: ("86059NED", 28),
    2026: ("86247NED", 28),
}
_PATH = re.compile(
    r"/(ODataApi|ODataFeed)/odata/(\w+)"
    r"(?:/(TypedDataSet|DataProperties|TableInfos|WijkenEnBuurten|RegioS)?)?"
)
_TERM = re.compile(
    r"\s*(?:(startswith)\(\s*(\w+)\s*,\s*'([^']*)'\s*\)|substringof\(\s*'([^']*)'\s*,\s*(\w+)\s*\)|(\w+)\s+eq\s+'([^']*)')\s*"
)
_OPTIONS = ("$filter", "$select", "$top", "$skip", "$format", "$skiptoken")


def answer(server: Services, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer | None:
    """The answer, or None for a path of another service or a table that is not served."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    host, table, part = found.groups()
    columns, rows = _table(server, path, table)
    if columns is None or rows is None:
        return None
    if not headers.get("User-Agent") or not headers.get("Accept"):
        return Answer(406, b"Not Acceptable", "text/plain")
    if query.get("$format") != "json" and "json" not in headers.get("Accept", ""):
        return Answer(200, b"<feed xmlns='http://www.w3.org/2005/Atom'/>", "application/atom+xml")
    for name in query:
        if name.startswith("$") and name not in _OPTIONS:
            raise _error(400, f"The query parameter '{name}' is not supported.")
    about = {"odata.metadata": f"{server.url}/{host}/odata/{table}/$metadata#{part or ''}"}
    if part == "DataProperties":
        return json_answer({**about, "value": columns})
    if part == "TableInfos":
        return json_answer({**about, "value": [{"ID": 0, "Identifier": table, "Title": "CBS"}]})
    if part in ("WijkenEnBuurten", "RegioS"):
        titles = [{"Key": row[part], "Title": row.get("Gemeentenaam_1", "")} for row in rows if part in row]
        return json_answer({**about, "value": titles})
    if part is None:
        return json_answer({**about, "value": [{"name": "TypedDataSet"}, {"name": "DataProperties"}]})
    return rows_of(server, about, host, f"{server.url}{path}", rows, query)


def _error(status: int, text: str) -> Refused:
    body = {"odata.error": {"code": "", "message": {"lang": "en-US", "value": text}}}
    return Refused(Answer(status, json.dumps(body).encode(), "application/json"))


def rows_of(
    server: Services,
    about: dict[str, str],
    host: str,
    here: str,
    rows: list[dict[str, Any]],
    query: dict[str, str],
) -> Answer:
    """Filter, page and select; too many rows are an error of the Api and a chain of pages of the Feed."""
    found = [row for row in rows if _fits(row, query.get("$filter", ""))]
    start = int(query.get("$skip", 0)) + int(query.get("$skiptoken", 0))
    found = found[start:]
    if "$top" in query and "$skiptoken" not in query:
        found = found[: int(query["$top"])]
    onward = {}
    if len(found) > server.rows:
        if host == "ODataApi":
            raise _error(500, f"The query results in too many records: more than {server.rows}.")
        following = {**query, "$skiptoken": str(start - int(query.get("$skip", 0)) + server.rows)}
        onward = {"odata.nextLink": f"{here}?{urlencode(following)}"}
        found = found[: server.rows]
    wanted = [name.strip() for name in query.get("$select", "").split(",") if name.strip()]
    if wanted and rows:
        for name in wanted:
            if name not in rows[0]:
                raise _error(400, f"Could not find a property named '{name}'.")
        found = [{name: row[name] for name in wanted} for row in found]
    return json_answer({**about, "value": found, **onward})


def _fits(row: dict[str, Any], condition: str) -> bool:
    """Does a row fit a filter of terms joined by ``and``? Text is compared with its padding."""
    if not condition:
        return True
    for term in condition.split(" and "):
        found = _TERM.fullmatch(term.strip().removeprefix("(").removesuffix(")") if term[:1] == "(" else term)
        if not found:
            raise _error(400, f"Syntax error in '{term}'")
        starts, field, prefix, part, within, equal, value = found.groups()
        text = str(row.get(field or within or equal))
        if (starts and not text.startswith(prefix)) or (within and part not in text):
            return False
        if equal and text != value:
            return False
    return True


def _table(
    server: Services, path: str, table: str
) -> tuple[list[dict[str, Any]] | None, list[dict[str, Any]] | None]:
    """Columns and rows of a table of a year that is served; (None, None) for another."""
    key = ("odata", table, server.spoiling)
    if key not in server.cache:
        made: tuple[list[dict[str, Any]] | None, list[dict[str, Any]] | None] = None, None
        for makers, make in ((FIGURES, _figures), (AREAS, _areas)):
            for year, (name, number) in makers.items():
                if name == table and year in server.contents:
                    columns, values = make(server.contents[year], number)
                    values = server.spoilt(path, Rows(values, [None] * len(values))).values
                    present = values[0].keys() if values else {c["Key"] for c in columns}
                    made = [c for c in columns if not c["Key"] or c["Key"] in present], values
        server.cache[key] = made
    return server.cache[key]  # type: ignore[return-value]


def _figures(content: Content, number: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    names = {area.code: area.name for area in content.level("GM")}
    kinds = {"GM": "Gemeente", "WK": "Wijk", "BU": "Buurt"}
    areas = [a for prefix in ("GM", "WK", "BU") for a in content.level(prefix)]
    people = [a.inhabitants or 0 for a in content.level("GM")]
    homes = [a.households or 0 for a in content.level("GM")]
    rows = [("NL00", "Nederland", "Land", sum(people), sum(homes))]
    for area in sorted(areas, key=lambda a: (a.code[2:6], len(a.code), a.code)):
        town = names.get(f"GM{area.code[2:6]}", "")
        rows.append((area.code, town, kinds[area.code[:2]], area.inhabitants, area.households))
    values = [
        {
            "ID": i,
            "WijkenEnBuurten": code.ljust(10),
            "Gemeentenaam_1": town.ljust(40),
            "SoortRegio_2": kind.ljust(10),
            "Codering_3": code.ljust(10),
            "IndelingswijzigingWijkenEnBuurten_4": "1",
            "AantalInwoners_5": people,
            "Mannen_6": None if people is None else people // 2,
            "Vrouwen_7": None if people is None else people - people // 2,
            f"Eenpersoonshuishoudens_{number + 1}": None if homes is None else homes // 3,
            f"HuishoudensTotaal_{number}": homes,
            f"GemiddeldeHuishoudensgrootte_{number + 4}": round(people / homes, 1)
            if people and homes
            else None,
        }
        for i, (code, town, kind, people, homes) in enumerate(rows)
    ]
    return _columns(list(values[0]), {}), values


def _areas(content: Content, number: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    values = [
        {
            "ID": i,
            "RegioS": area.code.ljust(6),
            "Code_1": area.code.ljust(6),
            "Naam_2": area.name.ljust(30),
            "SorteringNaam_3": area.name.ljust(30),
            "Code_4": "AM01  ",
            "Naam_5": "Arbeidsmarktregio".ljust(30),
            f"Code_{number}": content.province[area.code][0].ljust(6),
            f"Naam_{number + 1}": content.province[area.code][1].ljust(30),
        }
        for i, area in enumerate(content.level("GM"))
    ]
    return _columns(
        list(values[0]), {"Code_4": "Arbeidsmarktregio's", f"Code_{number}": "Provincies"}
    ), values


def _columns(names: list[str], groups: dict[str, str]) -> list[dict[str, Any]]:
    """DataProperties: a row per column, and one for each group of columns before it."""
    found: list[dict[str, Any]] = []
    parent = None
    for name in names:
        if name in groups:
            parent = len(found)
            found.append(
                {
                    "ID": parent,
                    "Position": None,
                    "ParentID": None,
                    "Type": "TopicGroup",
                    "Key": "",
                    "Title": groups[name],
                }
            )
        kind = "GeoDimension" if name in ("WijkenEnBuurten", "RegioS") else "Topic"
        if name != "ID":
            title = re.sub(r"_\d+$", "", name)
            found.append(
                {
                    "ID": len(found),
                    "Position": len(found),
                    "ParentID": parent,
                    "Type": kind,
                    "Key": name,
                    "Title": title,
                }
            )
    return found
