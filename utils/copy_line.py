"""A line of text in a field with a button that copies it: addresses, and the lines for other websites."""

from typing import Any

import streamlit as st

from utils import ui
from utils.texts import Texts


def _asset(name: str) -> str:
    return (ui.ASSETS / name).read_text(encoding="utf-8")


_line = st.components.v2.component(
    "buurtdekking_regel",
    html="""<label for="tekst"></label><div class="regel"><input id="tekst" type="text" readonly>
    <button type="button"></button></div><div role="status"></div>""",
    css=_asset("small.css"),
    js=_asset("share.js"),
)


def show(texts: Texts, key: str, label: str, line: str) -> None:
    """A line with its button. ``{here}`` in it becomes the address of this page, as the browser knows it;
    ``{home}``, on any page but the home page, that of the home page."""
    words = {name: texts.t(f"copy.{name}") for name in ("copy", "copied", "failed")}
    _line(key=key, data={"line": line, "texts": words | {"label": label}})


def frame(address: str, title: str, height: int, allow: str = "clipboard-write") -> str:
    """The HTML that shows a page of ours on another website; ``address`` may begin as in `show`."""
    given: dict[str, Any] = {"src": address, "width": "100%", "height": height, "title": title}
    given |= {"loading": "lazy", "allow": allow, "style": "border:0"}
    said = " ".join(f'{name}="{ui.escaped(str(value))}"' for name, value in given.items())
    return f"<iframe {said}></iframe>"
