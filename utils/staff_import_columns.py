"""Step 2 of reading a list in: what its columns mean, and whether its people agreed."""

from collections import Counter
from typing import Any, Final

import streamlit as st

from utils import headings, import_work, staff_import_desk, ui
from utils.cell_values import EMAIL, PHONE, as_text
from utils.import_flow import HIDDEN
from utils.import_model import FIELDS, Field, Table
from utils.staff_import_desk import CHECK, CONTACT, Desk, People
from utils.texts import Texts
from utils.ui import Page

EXAMPLES: Final = 3
_LOOKED_AT: Final = 500
_LONGEST: Final = 40
_PERSONAL: Final[frozenset[Field]] = frozenset({*CONTACT, "confirmed_by", "notes"})
NOT_READ: Final = ""


def show(page: Page, desk: Desk) -> None:
    """The columns, each with some of its values and what it is read as."""
    texts, table = page.texts, desk.table
    st.title(texts.t("staff_import.columns_title", n=len(table.lines)), anchor=False)
    with st.container(width=960):
        said = texts.t("staff_import.columns_file", file=desk.file, sheet=table.sheet, row=str(table.header))
        st.markdown(ui.plain(said))
        if len(desk.found) > 1:
            _sheet(texts, desk)
        st.markdown(texts.t("staff_import.columns_how"))
        personal = _show_personal(texts, desk)
        _columns(texts, desk, personal)
        agreed = _people(texts, desk)
        lacks = staff_import_desk.missing(desk.columns, any(line.shape for line in table.lines))
        for one in lacks:
            st.warning(_lack(texts, desk, one), icon=":material/warning:")
        st.button(
            texts.t("staff_import.to_check"), key="naar_controle", type="primary", on_click=_on, args=(desk,),
            disabled=bool(lacks) or not agreed,
        )  # fmt: skip


def _on(desk: Desk) -> None:
    desk.step = CHECK


def _lack(texts: Texts, desk: Desk, one: str) -> str:
    if one != "twice":
        return texts.t(f"staff_import.lacks_{one}")
    times = Counter(desk.columns.values())
    named = [texts.t(headings.label(field)) for field, n in times.items() if n > 1]
    return texts.t("staff_import.lacks_twice", names=", ".join(named))


def _sheet(texts: Texts, desk: Desk) -> None:
    key = f"blad_{desk.turn}"

    def chosen() -> None:
        desk.choose(st.session_state[key])

    st.selectbox(
        texts.t("staff_import.sheet", n=len(desk.found)), range(len(desk.found)), index=desk.sheet,
        key=key, on_change=chosen, width=420,
        format_func=lambda i: texts.t(
            "staff_import.sheet_rows", sheet=desk.found[i].sheet, n=len(desk.found[i].lines)
        ),
    )  # fmt: skip


def _show_personal(texts: Texts, desk: Desk) -> bool:
    """Whether to show examples of personal data: only where somebody needs them to choose."""
    table = desk.table
    found = desk.once("personal", (desk.sha256, desk.sheet), lambda: _personal(table))
    if not found and not _PERSONAL & set(desk.columns.values()):
        return False
    return st.toggle(texts.t("staff_import.show_personal"), key=f"persoonlijk_{desk.turn}")


def _personal(table: Table) -> bool:
    cells = (as_text(cell) for line in table.lines[:_LOOKED_AT] for cell in line.cells)
    return any(EMAIL.search(text) or PHONE.search(text) for text in cells)


def _columns(texts: Texts, desk: Desk, personal: bool) -> None:
    table = desk.table
    values = desk.once("examples", (desk.sha256, desk.sheet), lambda: _values(table))
    with st.container(key="kolommen", gap="small"):
        for column, heading in enumerate(table.headings):
            with st.container(horizontal=True, vertical_alignment="center", key=f"kolom_{column}"):
                with st.container(width="stretch", gap=None):
                    st.markdown(f"**{ui.plain(heading)}**{_why(texts, desk, column)}")
                    shown = [_shown(desk, column, text, personal) for text in values[column]]
                    said = " · ".join(dict.fromkeys(shown)) or texts.t("staff_import.column_empty")
                    st.caption(ui.plain(said))
                _choose(texts, desk, column, heading)


def _why(texts: Texts, desk: Desk, column: int) -> str:
    """A word on where the proposal comes from, for markdown."""
    known = desk.remembered.get(headings.plain(desk.table.headings[column]))
    if known is not None and known == desk.columns.get(column, NOT_READ):
        return f" · {texts.t('staff_import.remembered')}"
    return ""


def _choose(texts: Texts, desk: Desk, column: int, heading: str) -> None:
    key = f"veld_{desk.turn}_{desk.sheet}_{column}"
    options: list[Any] = [NOT_READ, *FIELDS]

    def chosen() -> None:
        field = st.session_state[key]
        if field:
            desk.columns = dict(sorted({**desk.columns, column: field}.items()))
        else:
            desk.columns = {one: known for one, known in desk.columns.items() if one != column}

    st.selectbox(
        texts.t("staff_import.read_as", heading=ui.plain(heading)), options,
        index=options.index(desk.columns.get(column, NOT_READ)), key=key, on_change=chosen, width=300,
        format_func=lambda field: texts.t(headings.label(field) if field else "staff_import.not_read"),
        label_visibility="collapsed",
    )  # fmt: skip


def _values(table: Table) -> list[list[str]]:
    """Of each column some values that differ."""
    found: list[list[str]] = [[] for _ in table.headings]
    for line in table.lines[:_LOOKED_AT]:
        for known, cell in zip(found, line.cells, strict=False):
            if len(known) < EXAMPLES:
                text = " ".join(as_text(cell).split())
                if text and text not in known:
                    known.append(text)
    return found


def _shown(desk: Desk, column: int, text: str, personal: bool) -> str:
    field = desk.columns.get(column)
    numbers = field not in ("coordinates", "lat", "lon", "id", "participants", "postcode")
    hidden = field in _PERSONAL or EMAIL.search(text) or (numbers and PHONE.search(text))
    if hidden and not personal:
        return HIDDEN
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _people(texts: Texts, desk: Desk) -> bool:
    """Whether people in the list agreed; False: that is not said yet."""
    fields = set(desk.columns.values())
    if not fields & set(CONTACT):
        return True
    own = "consent" in fields
    options: list[People] = ["column", "all", "none"] if own else ["all", "none"]
    chosen: People = desk.people or ("column" if own else "")
    desk.people = chosen if chosen in options else ""
    key = f"mensen_{desk.turn}_{own}"

    def told() -> None:
        desk.people = st.session_state[key]

    with st.container(border=True, key="toestemming"):
        st.radio(
            texts.t("staff_import.people"), options, key=key, on_change=told,
            index=options.index(desk.people) if desk.people else None,
            format_func=lambda one: texts.t(f"staff_import.people_{one}"),
            help=texts.t("staff_import.people_help"),
        )  # fmt: skip
        if not own:
            st.caption(texts.t("staff_import.people_no_column"))
        return _all_agreed(texts, desk) if desk.people == "all" else bool(desk.people)


def _all_agreed(texts: Texts, desk: Desk) -> bool:
    with st.container(horizontal=True):
        desk.agreed_on = st.date_input(
            texts.t("staff_import.agreed_on"), desk.agreed_on, max_value=import_work.today(),
            format="DD-MM-YYYY", key=f"toestemming_dag_{desk.turn}", width=200,
        )  # fmt: skip
        desk.agreed_how = st.text_input(
            texts.t("staff_import.agreed_how"), desk.agreed_how, max_chars=200,
            placeholder=texts.t("staff_import.agreed_hint"), key=f"toestemming_hoe_{desk.turn}", width=400,
        ).strip()  # fmt: skip
    return desk.agreed_on is not None and bool(desk.agreed_how)
