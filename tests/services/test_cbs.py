"""The local server behaves as the services that it stands for are documented to."""

import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import shapely

from tests.services.cbs import Fault, Server, serve
from tests.services.content import toy
from tests.services.ogc import RD

DIVISIONS = "/cbs/gebiedsindelingen/ogc/v1/collections"
FIGURES = "/cbs/wijken-en-buurten-2024/ogc/v1/collections"
WFS = {"service": "WFS", "version": "2.0.0", "request": "GetFeature", "outputFormat": "json"}
TABLE = "odata/85984NED/TypedDataSet"


@pytest.fixture(scope="module")
def shared() -> Iterator[Server]:
    """Two years, in pages of 40 features, and of 100 rows of OData."""
    with serve([toy(2023), toy(2024)], page=40, rows=100) as running:
        yield running


@pytest.fixture
def server(shared: Server) -> Iterator[Server]:
    """The same server for all tests, without the faults of the test before."""
    yield shared
    shared.faults.clear()


def ask(server: Server, path: str, /, **query: object) -> tuple[int, Any, str]:
    """Status, JSON (else text) and content type."""
    url = path if path.startswith("http") else f"{server.url}{path}"
    url += f"?{urlencode(query)}" if query else ""
    request = urllib.request.Request(url, headers={"Accept": "application/json", "User-Agent": "test"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            status, body, kind = answer.status, answer.read(), answer.headers["Content-Type"]
    except urllib.error.HTTPError as problem:
        status, body, kind = problem.code, problem.read(), problem.headers["Content-Type"]
    return status, json.loads(body) if "json" in kind else body.decode(), kind


def pages(server: Server, path: str, **query: object) -> list[dict[str, Any]]:
    """The features of all pages."""
    found: list[dict[str, Any]] = []
    _, page, _ = ask(server, path, **query)
    while True:
        assert "numberMatched" not in page
        assert page["numberReturned"] == len(page["features"]) <= server.page
        found += page["features"]
        onward = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not onward:
            return found
        _, page, _ = ask(server, onward[0])


def test_pages_follow_each_other_and_years_are_mixed(server: Server) -> None:
    path = f"{DIVISIONS}/buurt_gegeneraliseerd/items"
    assert len(ask(server, path)[1]["features"]) == 10
    assert len(ask(server, path, limit=5_000)[1]["features"]) == 40
    assert len(pages(server, path, limit=1_000)) == 192
    one_year = pages(server, path, limit=1_000, jaarcode=2024)
    assert {feature["properties"]["jaarcode"] for feature in one_year} == {2024}
    assert len({feature["properties"]["statcode"] for feature in one_year}) == len(one_year) == 96
    assert pages(server, path, limit=1_000, datetime="2024-07-01T00:00:00Z") == one_year


@pytest.mark.parametrize(
    "query",
    [
        {"offset": 10},
        {"statnaam": "Lelystad"},
        {"filter": "jaarcode=2024"},
        {"crs": "EPSG:28992"},
        {"bbox": "1,2,3"},
        {"bbox": "5,52,5,53"},
        {"bbox-crs": RD},
        {"datetime": "2024-01-01T00:00:00Z/.."},
        {"limit": "all"},
        {"cursor": "nonsense"},
    ],
)
def test_the_ogc_service_refuses_what_it_does_not_know(server: Server, query: dict[str, object]) -> None:
    status, answer, kind = ask(server, f"{DIVISIONS}/gemeente_gegeneraliseerd/items", **query)
    assert (status, kind) == (400, "application/problem+json")
    assert answer["detail"]


def test_a_cursor_belongs_to_its_selection(server: Server) -> None:
    path = f"{DIVISIONS}/buurt_gegeneraliseerd/items"
    _, page, _ = ask(server, path, jaarcode=2024)
    onward = next(link["href"] for link in page["links"] if link["rel"] == "next")
    assert ask(server, onward)[0] == 200
    assert ask(server, onward.replace("jaarcode=2024", "jaarcode=2023"))[0] == 400


def test_figures_come_with_water_sentinels_and_letters(server: Server) -> None:
    towns = [feature["properties"] for feature in pages(server, f"{FIGURES}/gemeenten/items", limit=1_000)]
    assert sorted(t["water"] for t in towns if t["gemeentecode"] == "GM0363") == ["JA", "NEE"]
    assert [t["water"] for t in towns].count("B") == 1
    found = pages(server, f"{FIGURES}/buurten/items", gemeentecode="GM0014", crs=RD)
    assert [feature["properties"]["aantal_inwoners"] for feature in found][:2] == [-99997, 0]
    assert shapely.from_geojson(json.dumps(found[0]["geometry"])).bounds == (
        100_000,
        403_000,
        106_000,
        406_000,
    )
    found = pages(server, f"{FIGURES}/buurten/items", gemeentenaam="Amsterdam")
    assert "BU0363TA00" in {feature["properties"]["buurtcode"] for feature in found}
    assert ask(server, FIGURES.replace("2024", "2026"))[0] == 404


def test_wfs_has_names_of_its_own_and_pages(server: Server) -> None:
    path, layer = "/cbs/wijkenbuurten/2024/wfs/v1_0", "wijkenbuurten:buurten"
    first = ask(server, path, **WFS, typeNames=layer, count=1_000)[1]["features"]
    assert len(first) == 40
    assert {"aantalInwoners", "aantalHuishoudens", "buurtcode", "water"} <= first[0]["properties"].keys()
    assert ask(server, path, **WFS, typeName=layer, startIndex=80)[1]["features"][-1]["id"] == "98"
    assert (
        len(ask(server, path, **WFS, typeName=layer, CQL_FILTER="gemeentecode='GM0995'")[1]["features"]) == 40
    )
    xml = (
        "<fes:Filter><fes:PropertyIsEqualTo><fes:ValueReference>gemeentecode</fes:ValueReference>"
        "<fes:Literal>GM0995</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>"
    )
    assert len(ask(server, path, **WFS, typeNames=layer, filter=xml)[1]["features"]) == 4
    few = ask(server, path, **WFS, typeNames=layer, propertyName="buurtcode,water", count=1)[1]["features"]
    assert few[0]["properties"] == {"buurtcode": "BU00140000", "water": "NEE"}
    assert few[0]["geometry"] is None
    assert ask(server, path, **WFS, typeNames=layer, propertyName="huizen")[0] == 400
    status, text, _ = ask(server, path, **WFS, typeNames="wijkenbuurten:straten")
    assert status == 400
    assert text.startswith("<ows:ExceptionReport")
    twin = ask(
        server,
        "/cbs/gebiedsindelingen/2024/wfs/v1_0",
        **WFS,
        typeNames="gebiedsindelingen:gemeente_gegeneraliseerd",
    )
    assert len(twin[1]["features"]) == 24


def test_odata_is_padded_and_stops_at_too_many_rows(server: Server) -> None:
    status, answer, _ = ask(server, f"/ODataApi/{TABLE}")
    assert status == 500
    assert "too many records" in answer["odata.error"]["message"]["value"]
    rows = ask(server, f"/ODataApi/{TABLE}", **{"$top": 100, "$skip": 100})[1]["value"]
    assert len(rows) == 69
    chained, onward = [], f"{server.url}/ODataFeed/{TABLE}?$format=json"
    while onward:
        _, answer, _ = ask(server, onward)
        chained += answer["value"]
        onward = answer.get("odata.nextLink", "")
    assert len(chained) == 169
    assert {row["WijkenEnBuurten"] for row in chained} >= {"NL00      ", "GM0995    ", "BU09950100"}
    wanted = {"$filter": "WijkenEnBuurten eq 'GM0014    '", "$select": "WijkenEnBuurten,AantalInwoners_5"}
    assert ask(server, f"/ODataApi/{TABLE}", **wanted)[1]["value"] == [
        {"WijkenEnBuurten": "GM0014    ", "AantalInwoners_5": 1_628}
    ]
    assert ask(server, f"/ODataApi/{TABLE}", **{"$select": "Huishoudens", "$top": 1})[0] == 400
    starts = {"$filter": "startswith(WijkenEnBuurten,'BU0014')"}
    assert [row["AantalInwoners_5"] for row in ask(server, f"/ODataApi/{TABLE}", **starts)[1]["value"]][
        :2
    ] == [None, 0]
    columns = ask(server, "/ODataApi/odata/85984NED/DataProperties")[1]["value"]
    assert "HuishoudensTotaal_29" in {column["Key"] for column in columns}
    areas = ask(server, "/ODataApi/odata/85385NED/TypedDataSet")[1]["value"]
    assert {row["Code_28"] for row in areas} == {f"PV{n}  " for n in range(20, 32)}


def test_topojson_tells_each_border_once(server: Server) -> None:
    _, file, _ = ask(server, "/nl/rd/buurt_2024.topojson")
    assert list(file).index("arcs") < list(file).index("objects")
    (sx, sy), (x0, y0) = file["transform"]["scale"], file["transform"]["translate"]
    arcs = []
    for arc in file["arcs"]:
        x = y = 0
        arcs.append([(x0 + sx * (x := x + dx), y0 + sy * (y := y + dy)) for dx, dy in arc])
    rings = [arcs[n] if n >= 0 else arcs[~n][::-1] for n in range(-len(arcs), len(arcs))]
    found = {}
    for one in file["objects"]["buurt_2024"]["geometries"]:
        parts = one["arcs"] if one["type"] == "MultiPolygon" else [one["arcs"]]
        polygons = []
        for part in parts:
            drawn = [[xy for n in ring for xy in rings[n + len(arcs)][:-1]] for ring in part]
            polygons.append(shapely.Polygon(drawn[0], drawn[1:]))
        found[one["id"]] = shapely.union_all(polygons)
        assert one["properties"].keys() == {"statcode", "statnaam", "jrstatcode", "rubriek", "id", "FID"}
    for area in toy().level("BU"):
        assert shapely.symmetric_difference(found[area.code], area.geometry).area < 1_000
    used = [n if n >= 0 else ~n for g in file["objects"]["buurt_2024"]["geometries"] for n in flat(g["arcs"])]
    assert set(used) == set(range(len(arcs)))
    assert max(map(used.count, used)) == 2
    assert len(ask(server, "/nl/wgs84/gemeente_2023.geojson")[1]["features"]) == 24


def flat(value: Any) -> list[int]:
    """The numbers in lists in lists."""
    return [value] if isinstance(value, int) else [n for part in value for n in flat(part)]


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [("429", 429, "Too Many"), ("500", 500, "out of order"), ("404", 404, "out"), ("html", 200, "Onderhoud")],
)
def test_a_wrong_answer_comes_as_often_as_ordered(server: Server, kind: str, status: int, body: str) -> None:
    server.faults.append(Fault(kind, where="gemeente_", value="3", times=1, after=1))
    came = [ask(server, f"{DIVISIONS}/gemeente_gegeneraliseerd/items") for _ in range(3)]
    assert [answer[0] for answer in came] == [200, status, 200]
    assert body in str(came[1][1])
    assert server.faults[0].reached.is_set()


@pytest.mark.parametrize("kind", ["cut", "reset", "broken"])
def test_a_connection_breaks(server: Server, kind: str) -> None:
    server.faults.append(Fault(kind, times=1))
    with pytest.raises((OSError, ValueError, urllib.error.URLError, EOFError)) as problem:
        try:
            ask(server, f"{DIVISIONS}/gemeente_gegeneraliseerd/items")
        except Exception as any_kind:  # http.client has kinds of its own
            raise OSError(type(any_kind).__name__) from any_kind
    assert str(problem.value) in ("IncompleteRead", "RemoteDisconnected", "JSONDecodeError")
    assert ask(server, f"{DIVISIONS}/gemeente_gegeneraliseerd/items")[0] == 200


def test_a_time_out_lasts(server: Server) -> None:
    server.faults.append(Fault("timeout", times=1))
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=0.2) as line:
        line.sendall(b"GET /cbs/gebiedsindelingen/ogc/v1 HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            line.recv(1)


@pytest.mark.parametrize(
    ("kind", "value", "check"),
    [
        ("empty", "", lambda rows: rows == []),
        ("wrong_year", "", lambda rows: {row["jrstatcode"][:4] for row in rows} == {"2023"}),
        ("duplicate", "", lambda rows: rows[0]["statcode"] == rows[1]["statcode"]),
        ("repeated", "", lambda rows: rows[0] == rows[-1]),
        ("column", "statnaam", lambda rows: "statnaam" not in rows[0]),
        ("missing", "PV24", lambda rows: len(rows) == 11),
    ],
)
def test_a_layer_is_spoilt(server: Server, kind: str, value: str, check: Any) -> None:
    server.faults.append(Fault(kind, "provincie", value))
    path = "/cbs/gebiedsindelingen/2024/wfs/v1_0"
    layer = "gebiedsindelingen:provincie_gegeneraliseerd"
    assert check([f["properties"] for f in ask(server, path, **WFS, typeNames=layer)[1]["features"]])
    assert (
        len(ask(server, path, **WFS, typeNames=layer.replace("provincie", "gemeente"))[1]["features"]) == 24
    )


def test_a_polygon_crosses_itself(server: Server) -> None:
    server.faults.append(Fault("invalid", "provincie"))
    found = ask(server, f"{DIVISIONS}/provincie_gegeneraliseerd/items", jaarcode=2023)[1]["features"]
    valid = [shapely.is_valid(shapely.from_geojson(json.dumps(f["geometry"]))) for f in found]
    assert valid == [False, *[True] * 9]
