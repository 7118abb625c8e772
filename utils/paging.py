"""Page after page of a service: OGC API Features, WFS, OData, static files → rows and outlines."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urljoin

import numpy as np
import shapely

from utils import topojson
from utils.errors import FetchError
from utils.http_client import Client, Page, plain
from utils.models import Objects
from utils.official import attributes
from utils.store import Source

PAGES: Final = 50
LIMIT: Final = "1000"
_ROWS: Final = 5_000
"""Rows a page of a table: more than 10,000 are an error there."""

Seen = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Fetched:
    """Rows (:func:`utils.official.attributes`) and outlines as they came, and whence."""

    rows: list[dict[str, Any]]
    geometry: Objects
    source: Source


class Trail:
    """The pages that something came from."""

    def __init__(self) -> None:
        self.url, self.fetched, self.size = "", "", 0
        self.hash = hashlib.sha256()

    def add(self, page: Page) -> None:
        """Count one more page."""
        if not self.url:
            self.url, self.fetched = page.url, page.fetched
        self.size += len(page.body)
        self.hash.update(page.body)

    def source(self, what: str, rows: int) -> Source:
        """What to tell of it."""
        return Source(what, self.url, self.fetched, self.hash.hexdigest(), self.size, rows)


def features_of(page: Page) -> list[Mapping[str, Any]]:
    """The features of a page, each with its properties. Raises FetchError where the page has another form."""
    value = page.value
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise FetchError("error.fetch_shape", url=plain(page.url), expected="features")
    for one in features:
        if not isinstance(one, dict) or not isinstance(one.get("properties"), dict):
            raise FetchError("error.fetch_shape", url=plain(page.url), expected="properties")
    return features


def _gather(kind: str, pages: Iterator[Page], seen: Seen) -> Fetched:
    """Rows and outlines of all pages."""
    trail, rows, shapes = Trail(), [], []
    for page in pages:
        trail.add(page)
        features = features_of(page)
        rows += [attributes(one["properties"]) for one in features]
        shapes.append(geojson_shapes([one.get("geometry") for one in features], plain(page.url)))
        seen(len(rows))
    geometry = np.concatenate(shapes) if shapes else np.empty(0, dtype=object)
    return Fetched(rows, geometry, trail.source(kind, len(rows)))


def geojson_shapes(came: list[Any], place: str) -> Objects:
    """The shapes of GeoJSON geometries, None for null. Raises FetchError for one that is broken."""
    shapes = np.empty(len(came), dtype=object)
    told = [i for i, one in enumerate(came) if one is not None]
    try:
        shapes[told] = shapely.from_geojson([json.dumps(came[i]) for i in told])
    except (shapely.errors.ShapelyError, ValueError, TypeError) as problem:
        raise FetchError("error.fetch_shape", url=place, expected=f"GeoJSON ({problem})") from problem
    return shapes


def ogc(client: Client, kind: str, url: str, ways: list[dict[str, str]], seen: Seen) -> Fetched:
    """All features of a collection; a way of asking that is refused gives place to the next."""
    for way in ways[:-1]:
        try:
            return _gather(kind, _pages(client, url, way), seen)
        except FetchError as problem:
            if problem.params.get("status") != "400":
                raise
    return _gather(kind, _pages(client, url, ways[-1]), seen)


def _pages(client: Client, url: str, way: Mapping[str, str]) -> Iterator[Page]:
    """The pages of a collection, each as the one before tells where it is."""
    page = client.json(url, {"f": "json", "limit": LIMIT, **way})
    asked = {page.url}
    while True:
        yield page
        following = _next(page)
        if following is None:
            return
        if following in asked or len(asked) >= PAGES:
            raise FetchError("error.fetch_pages", url=url, limit=PAGES)
        asked.add(following)
        page = client.json(following)


def _next(page: Page) -> str | None:
    links = page.value.get("links") if isinstance(page.value, dict) else None
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return urljoin(page.url, str(link["href"]))
    return None


def wfs_question(layer: str, count: str) -> dict[str, str]:
    """What to ask for the first so many features of a layer, in RD."""
    return {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": layer,
        "outputFormat": "application/json",
        "srsName": "EPSG:28992",
        "count": count,
    }


def wfs(
    client: Client, kind: str, url: str, layer: str, count: str, seen: Seen, columns: str = ""
) -> Fetched:
    """All features of a layer, or only some ``columns`` of them, with commas."""
    question = wfs_question(layer, count) | ({"propertyName": columns} if columns else {})
    return _gather(kind, _wfs_pages(client, url, question), seen)


def _wfs_pages(client: Client, url: str, question: Mapping[str, str]) -> Iterator[Page]:
    """Pages until one is empty: a service may give fewer than were asked for."""
    done = 0
    for _ in range(PAGES):
        page = client.json(url, {**question, "startIndex": str(done)})
        yield page
        came = len(features_of(page))
        if came == 0:
            return
        done += came
    raise FetchError("error.fetch_pages", url=url, limit=PAGES)


def static(client: Client, kind: str, url: str, seen: Seen) -> Fetched:
    """All areas of a TopoJSON file. Raises FetchError where it is something else."""
    page = client.json(url)
    try:
        rows, shapes = topojson.read(page.value)
    except ValueError as problem:
        raise FetchError("error.fetch_shape", url=url, expected=f"TopoJSON ({problem})") from problem
    trail = Trail()
    trail.add(page)
    seen(len(rows))
    return Fetched([attributes(row) for row in rows], shapes, trail.source(kind, len(rows)))


def values_of(page: Page) -> list[Mapping[str, Any]]:
    """The rows of a page of a table. Raises FetchError where the page has another form."""
    values = page.value.get("value") if isinstance(page.value, dict) else None
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise FetchError("error.fetch_shape", url=plain(page.url), expected="value")
    return values


def table(
    client: Client, url: str, options: Mapping[str, str], seen: Seen
) -> tuple[list[Mapping[str, Any]], Trail]:
    """All rows of a table, page by page until one is empty."""
    rows: list[Mapping[str, Any]] = []
    trail = Trail()
    for _ in range(PAGES):
        paging = {"$top": str(_ROWS), "$skip": str(len(rows))}
        page = client.json(url, {**options, "$format": "json", **paging})
        trail.add(page)
        came = values_of(page)
        if not came:
            return rows, trail
        rows += came
        seen(len(rows))
    raise FetchError("error.fetch_pages", url=url, limit=PAGES)
