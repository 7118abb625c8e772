"""Pages run without a browser, and what they show: for tests of the pages."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
HOME = "dashboard.py"
METHOD = "pages/verantwoording.py"
STAFF = "pages/beheer.py"
RESIDENT = "pages/mijn_buurt.py"
GAPS = "pages/witte_vlekken.py"
COMPARE = "pages/vergelijken.py"
COUNCIL = "pages/raadsrapport.py"
PAGES = (HOME, METHOD, STAFF, RESIDENT, GAPS, COMPARE, COUNCIL)

_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>$:~&])")
_SPEC = re.compile(r"Buurtkaart\.show\(window\.map, (\{.*\})\);", re.DOTALL)
_TEXT_FIELDS = ("body", "label", "help", "delta", "placeholder", "disclaimer", "options", "columns")

# For every app AppTest looks for components in all installed packages, for 0.1 s; in a test run these stay.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def show(page: str = HOME, **params: str) -> AppTest:
    """A page after its first run, the tables included: in a browser those wait for the map."""
    app = AppTest.from_file(str(ROOT / HOME), default_timeout=60)
    if page != HOME:
        app.switch_page(page)
    for name, value in params.items():
        app.query_params[name] = value
    app.session_state["na_de_kaart"] = True
    return app.run()


def _blocks(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _blocks(child)


def container(app: AppTest, key: str) -> Any:
    """The container with a key. Raises AssertionError if the page has none."""
    for block in _blocks(app.main):
        if hasattr(block, "children") and str(getattr(block.proto, "id", "")).endswith(f"-{key}"):
            return block
    raise AssertionError(f"no container with key {key!r}")


def unescaped(markdown: str) -> str:
    """Markdown in which every special character was escaped, as a reader sees it."""
    return _ESCAPED.sub(r"\1", markdown)


def title(app: AppTest) -> str:
    """The page's only title, as a reader sees it."""
    (only,) = app.title
    return unescaped(only.value)


def notices(app: AppTest) -> list[str]:
    """The warnings on the page, as a reader sees them."""
    return [unescaped(one.value) for one in app.warning]


def told(app: AppTest) -> list[str]:
    """The errors on the page, as a reader sees them."""
    return [unescaped(one.value) for one in app.error]


def specification(app: AppTest) -> dict[str, Any]:
    """What the map's script gets, as it stands in the script sent to the browser."""
    return json.loads(_SPEC.search(map_script(app)).group(1))


def map_script(app: AppTest) -> str:
    """The script that draws the view in the map's frame."""
    for block in _blocks(container(app, "kaart")):
        if getattr(block, "type", "") == "component_instance":
            return str(json.loads(block.proto.json_args)["feature_group"])
    raise AssertionError("no map in its container")


def words(app: AppTest) -> str:
    """All text that the page sends: headings, markdown, labels, help, column names, notices, options."""
    said = []
    for block in _blocks(app._tree[0]):
        proto = getattr(block, "proto", None)
        for name in _TEXT_FIELDS:
            value = getattr(proto, name, "")
            said += [value] if isinstance(value, str) else list(map(str, value))
    return "\n".join(unescaped(text) for text in said if text)
