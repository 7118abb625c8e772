"""OGC API Features as PDOK's server has it: Gebiedsindelingen, and Wijken en Buurten of a year."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

import numpy as np
import shapely

from tests.services.answers import (
    GEOJSON,
    Answer,
    Refused,
    Rows,
    Services,
    divisions,
    json_answer,
    key_figures,
)
from tests.services.content import LEVELS, to_degrees

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"
KNOWN = ("f", "limit", "cursor", "crs", "datetime", "bbox", "bbox-crs", "filter", "filter-crs", "profile")
DIVISIONS = {f"{kind}_gegeneraliseerd": prefix for prefix, kind in LEVELS.items()}
FIGURES = {"gemeenten": "GM", "wijken": "WK", "buurten": "BU"}
_PATH = re.compile(
    r"/cbs/(?:(gebiedsindelingen)|wijken-en-buurten-(\d{4}))/ogc/v1(?:/|/(conformance|collections)|/collections/(\w+)(/items)?)?"
)


def answer(server: Services, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer | None:
    """The answer, or None for a path of another service."""
    found = _PATH.fullmatch(path)
    if not found:
        return None
    all_years, year, page, layer, items = found.groups()
    if year and int(year) not in server.contents:
        return None
    layers = DIVISIONS if all_years else FIGURES
    if query.get("f", "json") == "html" or "text/html" in headers.get("Accept", ""):
        return Answer(200, b"<!doctype html><html><body>viewer</body></html>", "text/html")
    if page == "collections":
        return json_answer({"collections": [_about(name) for name in layers], "links": []})
    if not layer:
        return json_answer({"title": "CBS", "links": [], "conformsTo": []})
    if layer not in layers:
        return _problem(404, f"collection {layer} not found")
    if not items:
        return json_answer(_about(layer))
    return _items(server, path, layer, int(year) if year else None, query)


def _about(layer: str) -> dict[str, object]:
    return {"id": layer, "title": layer, "itemType": "feature", "crs": [CRS84, RD], "links": []}


def _problem(status: int, detail: str) -> Answer:
    body = {"type": "about:blank", "title": "Bad Request", "status": status, "detail": detail}
    return Answer(status, json.dumps(body).encode(), "application/problem+json")


def _refuse(detail: str) -> Refused:
    return Refused(_problem(400, detail))


def _items(server: Services, path: str, layer: str, year: int | None, query: dict[str, str]) -> Answer:
    allowed = ("jaarcode",) if year is None else ("gemeentecode", "gemeentenaam")
    if layer == "buurten":
        allowed = (*allowed, "buurtcode")
    _check(query, (*KNOWN, *allowed), year is None)
    limit = min(int(query.get("limit", 10)), server.page)
    crs = "rd" if query.get("crs") == RD else "degrees"
    rows, features = _layer(server, path, layer, year, crs)
    keep = _selected(rows, query, allowed)
    selection = {name: value for name, value in query.items() if name not in ("cursor", "limit", "f")}
    checksum = hashlib.sha256(json.dumps(selection, sort_keys=True).encode()).hexdigest()[:8]
    start = _start(query.get("cursor"), checksum)
    endless = server.endless(path)
    shown = keep[start : start + limit]
    here = f"{server.url}{path}"
    links = [{"rel": "self", "href": f"{here}?{urlencode(query)}", "type": GEOJSON, "title": "This document"}]
    if start + limit < len(keep) or endless:
        cursor = f"{start + limit}|{checksum}" if not endless else f"0|{checksum}|{endless}"
        cursor = base64.urlsafe_b64encode(cursor.encode()).decode()
        onward = urlencode({**query, "f": "json", "cursor": cursor})
        links.append({"rel": "next", "href": f"{here}?{onward}", "type": GEOJSON, "title": "Next page"})
    body = (
        f'{{"type":"FeatureCollection","timeStamp":"2026-11-22T12:00:00Z","links":{json.dumps(links)},'
        f'"features":[{",".join(features[i] for i in shown)}],"numberReturned":{len(shown)}}}'
    )
    return Answer(200, body.encode(), GEOJSON, {"Content-Crs": f"<{RD if crs == 'rd' else CRS84}>"})


def _check(query: dict[str, str], allowed: tuple[str, ...], dated: bool) -> None:
    for name, value in query.items():
        if name not in allowed:
            raise _refuse(f"unknown query parameter(s) found: {name}={value}")
        if name == "filter":
            raise _refuse("CQL filter param is currently not supported")
        if name in ("crs", "bbox-crs") and value not in (CRS84, RD):
            raise _refuse(f"{name} should start with http://www.opengis.net/def/crs/, got: {value}")
        if name == "limit" and not (value.isdigit() and int(value)):
            raise _refuse("limit must be a positive number")
        if len(value) > 512 and name not in KNOWN:
            raise _refuse(f"property filter {name} is too large")
        if name not in KNOWN and "*" in value:
            raise _refuse(f"property filter {name} contains a wildcard (*), which is not allowed")
    if "bbox-crs" in query and "bbox" not in query:
        raise _refuse("bbox-crs can't be used without bbox parameter")
    if "datetime" in query and ("/" in query["datetime"] or not dated):
        raise _refuse("datetime param is currently not supported for intervals or this collection")


def _start(cursor: str | None, checksum: str) -> int:
    """Where a page starts; a cursor of another selection is refused."""
    if cursor is None:
        return 0
    try:
        start, came = base64.urlsafe_b64decode(cursor).decode().split("|")[:2]
    except ValueError:
        raise _refuse("cursor is not valid") from None
    if came != checksum:
        raise _refuse("filters in query parameters have changed during pagination")
    return int(start)


def _layer(server: Services, path: str, layer: str, year: int | None, crs: str) -> tuple[Rows, list[str]]:
    key = ("ogc", path, crs, server.spoiling)
    if key not in server.cache:
        if year is None:
            kind = layer.partition("_")[0]
            made = [divisions(server.contents[y], DIVISIONS[layer], kind) for y in sorted(server.contents)]
            parts = [server.spoilt(path, part) for part in made]
            rows = Rows(
                [v for part in parts for v in part.values], [s for part in parts for s in part.shapes]
            )
        else:
            rows = server.spoilt(path, key_figures(server.contents[year], FIGURES[layer]))
        server.cache[key] = rows, rows.features(crs)
    return server.cache[key]  # type: ignore[return-value]


def _selected(rows: Rows, query: dict[str, str], allowed: tuple[str, ...]) -> list[int]:
    """The rows that property filters, bbox and datetime leave."""
    keep = list(range(len(rows)))
    for name in allowed:
        if name in query:
            keep = [i for i in keep if str(rows.values[i].get(name)) == query[name]]
    if "datetime" in query:
        year = datetime.fromisoformat(query["datetime"]).year
        keep = [i for i in keep if rows.values[i]["jaarcode"] == year]
    if "bbox" in query:
        try:
            west, south, east, north = map(float, query["bbox"].split(","))
        except ValueError:
            raise _refuse("bbox should contain exactly 4 values separated by commas") from None
        if west >= east or south >= north:
            raise _refuse("bbox has no surface area")
        shapes = np.array(rows.shapes, dtype=object)
        shapes = shapes if query.get("bbox-crs") == RD else to_degrees(shapes)
        hit = shapely.intersects(shapes, shapely.box(west, south, east, north))
        keep = [i for i in keep if hit[i]]
    return keep
