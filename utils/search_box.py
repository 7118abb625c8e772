"""The search box "Ga naar…": type-ahead over all areas, answered by this server, kept nowhere."""

import streamlit as st

from utils import cached, ui, wording
from utils.locate import Hit
from utils.texts import Texts
from utils.ui import Page

_search = st.components.v2.component(
    "buurtdekking_zoek",
    html="""<div class="zoek"><label for="zoekveld"></label>
    <input id="zoekveld" type="text" role="combobox" aria-expanded="false" aria-controls="lijst"
     aria-autocomplete="list" autocomplete="off" autocapitalize="off" spellcheck="false">
    <ul id="lijst" role="listbox" hidden></ul><div class="status stil" role="status"></div></div>""",
    css=(ui.ASSETS / "search.css").read_text(encoding="utf-8"),
    js=(ui.ASSETS / "search.js").read_text(encoding="utf-8"),
)


def _where(hit: Hit, texts: Texts, kind: str) -> str:
    said = [texts.t(f"level.{kind}"), hit.district, hit.municipality, hit.province]
    return " · ".join(dict.fromkeys(part for part in said if part and part != hit.name))


@st.fragment
def show(page: Page) -> None:
    """The search box "Ga naar…": what is typed is looked up here and kept nowhere."""
    texts, atlas = page.texts, page.coverage.atlas

    def typed() -> None:
        st.session_state["zoekvraag"] = st.session_state["zoekveld"].get("query")

    def chosen() -> None:
        code = st.session_state["zoekveld"].get("chosen")
        if code:
            ui.go(page.address, gebied=str(code))

    asked = st.session_state.pop("zoekvraag", None) or {}
    hits: list[Hit] = []
    with ui.told(texts):
        hits = cached.gazetteer(atlas).search(str(asked.get("text", ""))) if asked else []
    shown = [
        {"code": h.code, "name": h.name, "where": _where(h, texts, wording.part_kind(atlas, h.level))}
        for h in hits
    ]
    status = texts.t("search.found", n=len(hits)) if hits else texts.t("search.none")
    words = {"label": texts.t("search.label"), "placeholder": texts.t("search.placeholder")}
    with st.container(key="zoek"):
        result = _search(
            key="zoekveld",
            data={"n": asked.get("n", 0), "hits": shown, "status": status, "texts": words},
            on_query_change=typed,
            on_chosen_change=chosen,
        )
    if result.chosen:
        st.rerun()
