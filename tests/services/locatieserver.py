"""A local Locatieserver that answers as PDOK's does, and misbehaves on order.

    with serve([postcode("1234AB", 155000, 463000)]) as server:
        server.faults.append(Fault("500", times=1))

It serves ``/free`` and ``/suggest``: ``q`` (words that begin words of ``weergavenaam``), ``fq`` (repeated;
``field:value``, ``field:value*``, ``field:(a OR b)``), ``fl``, ``rows`` (10 unless given, 100 at most),
``start``, ``sort``, ``lat``, ``lon``, ``wt``, ``df``; 400 for any other parameter.
Municipal codes come without GM, as there.
"""

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyproj import Transformer

from tests.services import cbs
from tests.services.answers import Answer, json_answer

KNOWN = {"q", "fq", "fl", "rows", "start", "sort", "lat", "lon", "wt", "df"}
_TO_DEGREES = Transformer.from_crs(28992, 4326, always_xy=True)


def postcode(code: str, x: float, y: float, **fields: Any) -> dict[str, Any]:
    """A postcode as the service has it, with both of its points; ``fields`` go over what it has."""
    lon, lat = _TO_DEGREES.transform(x, y)
    return {
        "type": "postcode",
        "weergavenaam": f"Dorpsstraat, {code} Dorp",
        "id": f"pcd-{code}",
        "postcode": code,
        "woonplaatsnaam": "Dorp",
        "gemeentecode": "0995",
        "centroide_rd": f"POINT({x} {y})",
        "centroide_ll": f"POINT({lon:.8f} {lat:.8f})",
        **fields,
    }


@dataclass
class Server(cbs.Server):
    """A running server.

    ``single`` refuses a question for several values, ``deaf`` heeds no filter, ``bare`` suggests
    without points.
    """

    docs: list[dict[str, Any]] = field(default_factory=list, repr=False)
    single: bool = False
    deaf: bool = False
    bare: bool = False

    def answer(self, path: str, headers: Any) -> Answer:
        """What the service says to a GET."""
        parts = urlsplit(path)
        query = parse_qs(parts.query, keep_blank_values=True)
        suggests = parts.path.endswith("/suggest")
        if not (suggests or parts.path.endswith("/free")):
            return Answer(404, b"<html><body>Not Found</body></html>", "text/html")
        filters = query.get("fq", [])
        if query.keys() - KNOWN or (self.single and any(" OR " in one for one in filters)):
            return Answer(400, b'{"error":{"msg":"unknown"}}')
        found = [doc for doc in self.docs if self.deaf or all(_fits(doc, one) for one in filters)]
        for word in query.get("q", [""])[0].lower().split():
            found = [doc for doc in found if re.search(rf"\b{re.escape(word)}", doc["weergavenaam"].lower())]
        start, rows = int(query.get("start", ["0"])[0]), min(int(query.get("rows", ["10"])[0]), 100)
        fields = query.get("fl", ["*"])[0].split(",")
        if suggests and self.bare:
            fields = ["id", "type", "weergavenaam"]
        docs = [
            {name: value for name, value in doc.items() if fields == ["*"] or name in fields}
            for doc in found[start : start + rows]
        ]
        told = {"numFound": len(found), "start": start, "maxScore": 1.0, "numFoundExact": True, "docs": docs}
        return json_answer({"response": told})


def _fits(doc: dict[str, Any], wanted: str) -> bool:
    name, _, value = wanted.partition(":")
    own = str(doc.get(name, ""))
    if value.endswith("*"):
        return own.startswith(value[:-1])
    return own in value.strip("()").split(" OR ")


@contextmanager
def serve(docs: Iterable[dict[str, Any]]) -> Iterator[Server]:
    """Run the service on a free port of this machine until the block ends."""
    server = Server({}, [], docs=list(docs))
    with cbs.Listener(("127.0.0.1", 0), cbs.Handler) as listener:
        listener.services = server
        server.url = f"http://127.0.0.1:{listener.server_address[1]}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.closing.set()
            listener.shutdown()
            thread.join()
