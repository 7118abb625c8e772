"""WFS as PDOK's MapServer has it: Gebiedsindelingen and Wijken en Buurten of a year."""

import re
from collections.abc import Mapping

from tests.services.answers import Answer, Refused, Rows, Services, divisions, key_figures
from tests.services.ogc import DIVISIONS, FIGURES

_PATH = re.compile(r"/cbs/(gebiedsindelingen|wijkenbuurten)/(\d{4})/wfs/v1_0")
_EQUAL = re.compile(
    r"<(?:\w+:)?(?:PropertyName|ValueReference)>\s*(?:\w+:)?(\w+)\s*<.*?<(?:\w+:)?Literal>\s*(.*?)\s*<",
    re.DOTALL,
)
_PLAIN = ("omgevingsadressendichtheid",)


def answer(server: Services, path: str, query: dict[str, str], headers: Mapping[str, str]) -> Answer | None:
    """The answer, or None for a path of another service or a year that is not served."""
    found = _PATH.fullmatch(path)
    if not found or int(found[2]) not in server.contents:
        return None
    asked = {name.lower(): value for name, value in query.items()}
    if asked.get("request", "").lower() == "getcapabilities":
        return Answer(200, b"<wfs:WFS_Capabilities version='2.0.0'/>", "text/xml")
    if asked.get("service", "").upper() != "WFS" or asked.get("request", "").lower() != "getfeature":
        raise _exception("MissingParameterValue", "service, request")
    layers = DIVISIONS if found[1] == "gebiedsindelingen" else FIGURES
    layer = asked.get("typenames", asked.get("typename", "")).removeprefix(f"{found[1]}:")
    if layer not in layers:
        raise _exception("InvalidParameterValue", f"TYPENAME '{layer}' doesn't exist in this server")
    if "json" not in asked.get("outputformat", ""):
        return Answer(200, b"<wfs:FeatureCollection/>", "text/xml; subtype=gml/3.2.1")
    return _features(server, path, layer, int(found[2]), asked)


def camel(name: str) -> str:
    """The name of an attribute in this service: ``aantal_inwoners`` → ``aantalInwoners``."""
    first, *rest = name.split("_")
    return name if name in _PLAIN else first + "".join(part[:1].upper() + part[1:] for part in rest)


def _exception(code: str, text: str) -> Refused:
    body = f'<ows:ExceptionReport><ows:Exception exceptionCode="{code}"><ows:ExceptionText>{text}'
    return Refused(Answer(400, body.encode(), "text/xml"))


def _features(server: Services, path: str, layer: str, year: int, asked: dict[str, str]) -> Answer:
    crs = "degrees" if re.search(r"4326|CRS84", asked.get("srsname", "28992")) else "rd"
    rows, features = _layer(server, path, layer, year, crs)
    keep = list(range(len(rows)))
    for name, value in _EQUAL.findall(asked.get("filter", "")):
        keep = [i for i in keep if str(rows.values[i].get(name)) == value]
    if "propertyname" in asked:  # without the outline, unless it is named
        wanted = [name.rpartition(":")[2].strip() for name in asked["propertyname"].split(",")]
        if rows.values and (unknown := set(wanted) - rows.values[0].keys() - {"geom"}):
            raise _exception("InvalidParameterValue", f"property {unknown} does not exist")
        values = [{name: row[name] for name in wanted if name in row} for row in rows.values]
        shapes = rows.shapes if "geom" in wanted else [None] * len(rows)
        features = Rows(values, shapes).features(crs)
    start = int(asked.get("startindex", 0))
    shown = keep[start : start + min(int(asked.get("count", 1_000)), server.page)]
    code = "urn:ogc:def:crs:OGC:1.3:CRS84" if crs == "degrees" else "urn:ogc:def:crs:EPSG::28992"
    body = (
        f'{{"type":"FeatureCollection","name":"{layer}",'
        f'"crs":{{"type":"name","properties":{{"name":"{code}"}}}},'
        f'"features":[{",".join(features[i] for i in shown)}]}}'
    )
    return Answer(200, body.encode(), "application/json; subtype=geojson")


def _layer(server: Services, path: str, layer: str, year: int, crs: str) -> tuple[Rows, list[str]]:
    key = ("wfs", path, layer, crs, server.spoiling)
    if key not in server.cache:
        content = server.contents[year]
        if "gebiedsindelingen" in path:
            rows = divisions(content, DIVISIONS[layer], layer.partition("_")[0])
            rows = rows.renamed(lambda name: name)
        else:
            rows = key_figures(content, FIGURES[layer]).renamed(camel)
        rows = server.spoilt(f"{path}?{layer}", rows)
        server.cache[key] = rows, rows.features(crs)
    return server.cache[key]  # type: ignore[return-value]
