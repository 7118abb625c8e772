"""What PDOK, CBS and cartomap serve: addresses, pages, and the order in which to try them.

Everything that depends on how these services name and number things is here. Nothing is certain to stay:
addresses and tables may move (the settings name the hosts), columns are found by their stem, and what a
service refuses is asked again in a simpler way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from utils import paging, topojson
from utils.errors import FetchError
from utils.http_client import Client, Page
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
RD: Final = "http://www.opengis.net/def/crs/EPSG/0/28992"
_HEAVY: Final = "400"
"""Areas a page at full precision: a thousand take some 60 million bytes, and ten times that to read."""
_PLURAL: Final[dict[Kind, str]] = {
    "municipality": "gemeenten",
    "district": "wijken",
    "neighbourhood": "buurten",
}


@dataclass(frozen=True)
class Service:
    """One place that has the areas of a kind; ``name`` says which, for people."""

    name: str
    fetch: Callable[[Client, paging.Seen], paging.Fetched]


def services(settings: Settings, kind: Kind, year: int) -> list[Service]:
    """Who has the outlines of a kind, best first.

    The generalised layers, by OGC API and by WFS; then the full ones by WFS, which carry figures too; then
    the simplified static files, with nothing but code and name.
    """
    layer = f"{DUTCH[kind]}_gegeneraliseerd"
    url = f"{settings.pdok_ogc}/cbs/gebiedsindelingen/ogc/v1/collections/{layer}/items"
    by_code, by_day = {"jaarcode": str(year)}, {"datetime": f"{year}-07-01T00:00:00Z"}
    ways = [{**by_code, "crs": RD}, by_code, {**by_day, "crs": RD}, by_day, {}]
    found = [Service("PDOK OGC", lambda client, seen: paging.ogc(client, kind, url, ways, seen))]
    wfs = f"{settings.pdok_wfs}/cbs/gebiedsindelingen/{year}/wfs/v1_0"
    name = f"gebiedsindelingen:{layer}"
    found.append(
        Service("PDOK WFS", lambda client, seen: paging.wfs(client, kind, wfs, name, paging.LIMIT, seen))
    )
    if kind in _PLURAL:
        full, whole = _full_wfs(settings, year), f"wijkenbuurten:{_PLURAL[kind]}"
        found.append(
            Service("PDOK WFS wijkenbuurten", lambda c, seen: paging.wfs(c, kind, full, whole, _HEAVY, seen))
        )
    file = f"{settings.cartomap}/wgs84/{DUTCH[kind]}_{year}.topojson"
    found.append(Service("cartomap", lambda client, seen: paging.static(client, kind, file, seen)))
    return found


def figure_services(settings: Settings, year: int) -> list[tuple[str, Callable[[Client, paging.Seen], Any]]]:
    """Who has the figures of a year, best first: names, and what gives (Figures, Source)."""
    found: list[tuple[str, Callable[[Client, paging.Seen], Any]]] = []
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
    rows, trail = paging.table(client, url, {}, lambda done: None)
    return provinces_of(rows, url), trail.source("areas", len(rows))


def newest(client: Client, settings: Settings, start: int) -> int | None:
    """The newest year, from ``start`` down, that has both outlines and figures; None if there is none.

    Raises FetchError where the services do not answer.
    """
    for year in range(start, OLDEST - 1, -1):
        if has_outlines(client, settings, year) and has_figures(client, settings, year):
            return year
    return None


def has_outlines(client: Client, settings: Settings, year: int) -> bool:
    """Does one of the services have neighbourhoods of a year? Raises FetchError where none answers."""
    layer = "buurt_gegeneraliseerd"
    ogc = f"{settings.pdok_ogc}/cbs/gebiedsindelingen/ogc/v1/collections/{layer}/items"
    wfs = f"{settings.pdok_wfs}/cbs/gebiedsindelingen/{year}/wfs/v1_0"
    asked = paging.wfs_question(f"gebiedsindelingen:{layer}", "1")
    static = f"{settings.cartomap}/wgs84/gemeente_{year}.topojson"
    return _any(
        lambda: bool(
            paging.features_of(client.json(ogc, {"f": "json", "limit": "1", "jaarcode": str(year)}))
        ),
        lambda: bool(paging.features_of(client.json(wfs, asked))),
        hint=lambda: topojson.is_topology(client.json(static).value),
    )


def has_figures(client: Client, settings: Settings, year: int) -> bool:
    """Does one of the services have figures of a year? Raises FetchError where none answers."""
    ogc = f"{settings.pdok_ogc}/cbs/wijken-en-buurten-{year}/ogc/v1/collections/buurten/items"

    def statline() -> bool:
        return bool(_columns(client, settings, FIGURES[year]))

    def carried(page: Page) -> bool:
        return any(INHABITANTS in attributes(one["properties"]) for one in paging.features_of(page))

    return _any(
        *([statline] if year in FIGURES else []),
        lambda: carried(
            client.json(_full_wfs(settings, year), paging.wfs_question("wijkenbuurten:buurten", "1"))
        ),
        lambda: carried(client.json(ogc, {"f": "json", "limit": "1"})),
    )


def _any(*questions: Callable[[], bool], hint: Callable[[], bool] | None = None) -> bool:
    """Is one of the answers yes? "That is not here" is an answer, but not of the ``hint``, asked last.

    Raises FetchError if no answer came.
    """
    silent: FetchError | None = None
    answered = False
    for question in (*questions, *([hint] if hint else [])):
        try:
            if question():
                return True
            answered |= question is not hint
        except FetchError as problem:
            if problem.params.get("status") not in ("400", "404", "410"):
                silent = silent or problem
            elif question is not hint:
                answered = True
    if silent is not None and not answered:
        raise silent
    return False


def _full_wfs(settings: Settings, year: int) -> str:
    return f"{settings.pdok_wfs}/cbs/wijkenbuurten/{year}/wfs/v1_0"


def _columns(client: Client, settings: Settings, table: str) -> tuple[str, str | None] | None:
    """The columns of inhabitants and of households in a table; None where it has no inhabitants."""
    page = client.json(f"{settings.cbs_odata}/ODataApi/odata/{table}/DataProperties", {"$format": "json"})
    names = [str(one.get("Key", "")) for one in paging.values_of(page)]
    people = column_by_stem(names, "AantalInwoners")
    return (people, column_by_stem(names, "HuishoudensTotaal")) if people else None


def _statline(client: Client, settings: Settings, year: int, seen: paging.Seen) -> tuple[Figures, Source]:
    table = FIGURES[year]
    columns = _columns(client, settings, table)
    url = f"{settings.cbs_odata}/ODataApi/odata/{table}/TypedDataSet"
    if columns is None:
        raise FetchError("error.official_columns", place=url, kind="StatLine", missing="AantalInwoners")
    people, homes = columns
    wanted = ",".join(name for name in ("WijkenEnBuurten", people, homes) if name)
    rows, trail = paging.table(client, url, {"$select": wanted}, seen)
    return key_figures(rows, people, homes, url), trail.source("figures", len(rows))


def _figures_wfs(client: Client, settings: Settings, year: int, seen: paging.Seen) -> tuple[Figures, Source]:
    """Figures that the full layers carry, without their outlines."""
    url, found, sources = _full_wfs(settings, year), {}, []
    for kind, plural in _PLURAL.items():
        columns = f"{DUTCH[kind]}code,water,aantalInwoners,aantalHuishoudens"
        came = paging.wfs(client, "figures", url, f"wijkenbuurten:{plural}", paging.LIMIT, seen, columns)
        found.update(row_figures(kind, came.rows, url))
        sources.append(came.source)
    return found, sources[-1]


def _figures_ogc(client: Client, settings: Settings, year: int, seen: paging.Seen) -> tuple[Figures, Source]:
    """Figures that the full collections carry; their outlines come along, and are large."""
    found: Figures = {}
    for kind, plural in _PLURAL.items():
        url = f"{settings.pdok_ogc}/cbs/wijken-en-buurten-{year}/ogc/v1/collections/{plural}/items"
        came = paging.ogc(client, "figures", url, [{"limit": _HEAVY}], seen)
        found.update(row_figures(kind, came.rows, url))
    return found, came.source
