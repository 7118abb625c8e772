"""What PDOK, CBS and cartomap serve: addresses, pages, and the order in which to try them.

Everything that depends on how these services name and number things is here. Nothing was ever certain to stay:
addresses and tables may move (the settings name the hosts), columns are found by their stem, and what a
service refuses is asked again in a simpler way.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely

from utils import topojson
from utils.errors import FetchError
from utils.http_client import Client, Page
from utils.models import Objects
from utils.official import (
    DUTCH,
    INHABITANTS,
    Figures,
    Kind,
    attributes,
    column_by_stem,
    key_figures,
    provinces_of,
    row_figures,
)
from utils.settings import Settings
from utils.store import Source

FIGURES: Final = {2022: "85318NED", 2023: "85618NED", 2024: "85984NED", 2025: "86165NED"}
"""Year → table of CBS with key figures of neighbourhoods (Kerncijfers wijken en buurten)."""
AREAS: Final = {
    2021: "84929NED",
    2022: "85067NED",
    2023: "85385NED",
    2024: "85755NED",
    2025: "86059NED",
    2026: "86247NED",
}
"""Year → table of CBS with the province of each municipality (Gebieden in Nederland)."""
OLDEST: Final = 2021
PAGES: Final = 50
RD: Final = "http://www.opengis.net/def/crs/EPSG/0/28992"
_LIMIT: Final = "1000"
_HEAVY: Final = "400"
"""Areas a page at full precision: a thousand take some 60 million bytes, and ten times that to read."""
_ROWS: Final = 5_000
"""Rows a page of a table: more than 10,000 are an error there."""
_PLURAL: Final[dict[Kind, str]] = {
    "municipality": "gemeenten",
    "district": "wijken",
    "neighbourhood": "buurten",
}

Seen = Callable[[int], None]


@dataclass(frozen=True, eq=False)
class Fetched:
    """Rows (:func:`utils.official.attributes`) and outlines as they came, and whence."""

    rows: list[dict[str, Any]]
    geometry: Objects
    source: Source


@dataclass(frozen=True)
class Service:
    """One place that has the areas of a kind; ``name`` says which, for people."""

    name: str
    fetch: Callable[[Client, Seen], Fetched]


def services(settings: Settings, kind: Kind, year: int) -> list[Service]:
    """Who has the outlines of a kind, best first.

    The generalised layers, by OGC API and by WFS; then the full ones by WFS, which carry figures too; then the
    simplified static files, with nothing but code and name.
    """
    layer = f"{DUTCH[kind]}_gegeneraliseerd"
    url = f"{settings.pdok_ogc}/cbs/gebiedsindelingen/ogc/v1/collections/{layer}/items"
    by_code, by_day = {"jaarcode": str(year)}, {"datetime": f"{year}-07-01T00:00:00Z"}
    ways = [{**by_code, "crs": RD}, by_code, {**by_day, "crs": RD}, by_day, {}]
    found = [Service("PDOK OGC", lambda client, seen: _ogc(client, kind, url, ways, seen))]
    wfs = f"{settings.pdok_wfs}/cbs/gebiedsindelingen/{year}/wfs/v1_0"
    name = f"gebiedsindelingen:{layer}"
    found.append(Service("PDOK WFS", lambda client, seen: _wfs(client, kind, wfs, name, _LIMIT, seen)))
    if kind in _PLURAL:
        full, whole = _full_wfs(settings, year), f"wijkenbuurten:{_PLURAL[kind]}"
        found.append(
            Service("PDOK WFS wijkenbuurten", lambda c, seen: _wfs(c, kind, full, whole, _HEAVY, seen))
        )
    file = f"{settings.cartomap}/wgs84/{DUTCH[kind]}_{year}.topojson"
    found.append(Service("cartomap", lambda client, seen: _static(client, kind, file, seen)))
    return found


def figure_services(settings: Settings, year: int) -> list[tuple[str, Callable[[Client, Seen], Any]]]:
    """Who has the figures of a year, best first: names, and what gives (Figures, Source)."""
    found: list[tuple[str, Callable[[Client, Seen], Any]]] = []
    if year in FIGURES:
        found.append(("CBS StatLine", lambda client, seen: _statline(client, settings, year, seen)))
    found.append(("PDOK WFS wijkenbuurten", lambda client, seen: _figures_wfs(client, settings, year, seen)))
    found.append(
        ("PDOK OGC wijken-en-buurten", lambda client, seen: _figures_ogc(client, settings, year, seen))
    )
    return found


def provinces(client: Client, settings: Settings, year: int) -> tuple[dict[str, str], Source]:
    """Municipality → province in a year, from the table of areas. Raises FetchError or DataError."""
    if year not in AREAS:
        raise FetchError("error.fetch_table", year=str(year))
    url = f"{settings.cbs_odata}/ODataApi/odata/{AREAS[year]}/TypedDataSet"
    rows, trail = _table(client, url, {}, lambda done: None)
    return provinces_of(rows, url), trail.source("areas", len(rows))


def has_outlines(client: Client, settings: Settings, year: int) -> bool:
    """Does one of the services have neighbourhoods of a year? Raises FetchError where none answers."""
    layer = "buurt_gegeneraliseerd"
    ogc = f"{settings.pdok_ogc}/cbs/gebiedsindelingen/ogc/v1/collections/{layer}/items"
    wfs = f"{settings.pdok_wfs}/cbs/gebiedsindelingen/{year}/wfs/v1_0"
    asked = _wfs_question(f"gebiedsindelingen:{layer}", "1")
    static = f"{settings.cartomap}/wgs84/gemeente_{year}.topojson"
    return _any(
        lambda: bool(_features(client.json(ogc, {"f": "json", "limit": "1", "jaarcode": str(year)}))),
        lambda: bool(_features(client.json(wfs, asked))),
        lambda: topojson.is_topology(client.json(static).value),
    )


def has_figures(client: Client, settings: Settings, year: int) -> bool:
    """Does one of the services have figures of a year? Raises FetchError where none answers."""
    ogc = f"{settings.pdok_ogc}/cbs/wijken-en-buurten-{year}/ogc/v1/collections/buurten/items"

    def statline() -> bool:
        if year not in FIGURES:
            return False
        return bool(_columns(client, settings, FIGURES[year]))

    def carried(page: Page) -> bool:
        return any(INHABITANTS in attributes(one["properties"]) for one in _features(page))

    return _any(
        statline,
        lambda: carried(client.json(_full_wfs(settings, year), _wfs_question("wijkenbuurten:buurten", "1"))),
        lambda: carried(client.json(ogc, {"f": "json", "limit": "1"})),
    )


def _any(*questions: Callable[[], bool]) -> bool:
    """Is one of the answers yes? "That is not here" is an answer; raises FetchError if none came."""
    silent: FetchError | None = None
    answered = False
    for question in questions:
        try:
            if question():
                return True
            answered = True
        except FetchError as problem:
            if problem.params.get("status") in ("400", "404", "410"):
                answered = True
            else:
                silent = silent or problem
    if silent is not None and not answered:
        raise silent
    return False


class _Trail:
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


def _features(page: Page) -> list[Mapping[str, Any]]:
    """The features of a page, each with its properties. Raises FetchError where the page has another form."""
    value = page.value
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise FetchError("error.fetch_shape", url=page.url, expected="features")
    for one in features:
        if not isinstance(one, dict) or not isinstance(one.get("properties"), dict):
            raise FetchError("error.fetch_shape", url=page.url, expected="properties")
    return features


def _gather(kind: str, pages: Iterator[Page], seen: Seen) -> Fetched:
    """Rows and outlines of all pages."""
    trail, rows, shapes = _Trail(), [], []
    for page in pages:
        trail.add(page)
        features = _features(page)
        rows += [attributes(one["properties"]) for one in features]
        shapes.append(geojson_shapes([one.get("geometry") for one in features], page.url))
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


def _ogc(client: Client, kind: str, url: str, ways: list[dict[str, str]], seen: Seen) -> Fetched:
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
    page = client.json(url, {"f": "json", "limit": _LIMIT, **way})
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
            return str(link["href"])
    return None


def _full_wfs(settings: Settings, year: int) -> str:
    return f"{settings.pdok_wfs}/cbs/wijkenbuurten/{year}/wfs/v1_0"


def _wfs_question(layer: str, count: str) -> dict[str, str]:
    return {
        "service": "WFS",
        "version": "2.0.0",
        "request": "GetFeature",
        "typeNames": layer,
        "outputFormat": "application/json",
        "srsName": "EPSG:28992",
        "count": count,
    }


def _wfs(
    client: Client, kind: str, url: str, layer: str, count: str, seen: Seen, columns: str = ""
) -> Fetched:
    """All features of a layer, or only some ``columns`` of them, with commas."""
    question = _wfs_question(layer, count) | ({"propertyName": columns} if columns else {})
    return _gather(kind, _wfs_pages(client, url, question), seen)


def _wfs_pages(client: Client, url: str, question: Mapping[str, str]) -> Iterator[Page]:
    """Pages until one is empty: a service may give fewer than were asked for."""
    done = 0
    for _ in range(PAGES):
        page = client.json(url, {**question, "startIndex": str(done)})
        yield page
        came = len(_features(page))
        if came == 0:
            return
        done += came
    raise FetchError("error.fetch_pages", url=url, limit=PAGES)


def _static(client: Client, kind: str, url: str, seen: Seen) -> Fetched:
    page = client.json(url)
    try:
        rows, shapes = topojson.read(page.value)
    except ValueError as problem:
        raise FetchError("error.fetch_shape", url=url, expected=f"TopoJSON ({problem})") from problem
    trail = _Trail()
    trail.add(page)
    seen(len(rows))
    return Fetched([attributes(row) for row in rows], shapes, trail.source(kind, len(rows)))


def _columns(client: Client, settings: Settings, table: str) -> tuple[str, str | None] | None:
    """The columns of inhabitants and of households in a table; None where it has no inhabitants."""
    page = client.json(f"{settings.cbs_odata}/ODataApi/odata/{table}/DataProperties", {"$format": "json"})
    names = [str(one.get("Key", "")) for one in _values(page)]
    people = column_by_stem(names, "AantalInwoners")
    return (people, column_by_stem(names, "HuishoudensTotaal")) if people else None


def _statline(client: Client, settings: Settings, year: int, seen: Seen) -> tuple[Figures, Source]:
    table = FIGURES[year]
    columns = _columns(client, settings, table)
    url = f"{settings.cbs_odata}/ODataApi/odata/{table}/TypedDataSet"
    if columns is None:
        raise FetchError("error.official_columns", place=url, kind="StatLine", missing="AantalInwoners")
    people, homes = columns
    wanted = ",".join(name for name in ("WijkenEnBuurten", people, homes) if name)
    rows, trail = _table(client, url, {"$select": wanted}, seen)
    return key_figures(rows, people, homes, url), trail.source("figures", len(rows))


def _values(page: Page) -> list[Mapping[str, Any]]:
    values = page.value.get("value") if isinstance(page.value, dict) else None
    if not isinstance(values, list) or not all(isinstance(one, dict) for one in values):
        raise FetchError("error.fetch_shape", url=page.url, expected="value")
    return values


def _table(
    client: Client, url: str, options: Mapping[str, str], seen: Seen
) -> tuple[list[Mapping[str, Any]], _Trail]:
    """All rows of a table, page by page until one is empty."""
    rows: list[Mapping[str, Any]] = []
    trail = _Trail()
    for _ in range(PAGES):
        paging = {"$top": str(_ROWS), "$skip": str(len(rows))}
        page = client.json(url, {**options, "$format": "json", **paging})
        trail.add(page)
        came = _values(page)
        if not came:
            return rows, trail
        rows += came
        seen(len(rows))
    raise FetchError("error.fetch_pages", url=url, limit=PAGES)


def _figures_wfs(client: Client, settings: Settings, year: int, seen: Seen) -> tuple[Figures, Source]:
    """Figures that the full layers carry, without their outlines."""
    url, found, sources = _full_wfs(settings, year), {}, []
    for kind, plural in _PLURAL.items():
        columns = f"{DUTCH[kind]}code,water,aantalInwoners,aantalHuishoudens"
        came = _wfs(client, "figures", url, f"wijkenbuurten:{plural}", _LIMIT, seen, columns)
        found.update(row_figures(kind, came.rows, url))
        sources.append(came.source)
    return found, sources[-1]


def _figures_ogc(client: Client, settings: Settings, year: int, seen: Seen) -> tuple[Figures, Source]:
    """Figures that the full collections carry; their outlines come along, and are large."""
    found: Figures = {}
    for kind, plural in _PLURAL.items():
        url = f"{settings.pdok_ogc}/cbs/wijken-en-buurten-{year}/ogc/v1/collections/{plural}/items"
        came = _ogc(client, "figures", url, [{"limit": _HEAVY}], seen)
        found.update(row_figures(kind, came.rows, url))
    return found, came.source
