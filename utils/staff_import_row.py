"""One whole row of a list that has a problem: look at it, type other values, or leave it out."""

from collections.abc import Sequence

import streamlit as st

from utils import headings, ui
from utils.cell_values import as_text
from utils.import_model import Field, Line, Problem, Repair
from utils.import_work import Result
from utils.staff_import_desk import Desk
from utils.texts import Texts


def show(texts: Texts, desk: Desk, result: Result, problems: Sequence[Problem]) -> None:
    """Choose a row of the page; its cells as a form."""
    numbers = sorted({problem.row for problem in problems})
    key = f"hele_rij_{id(result)}"
    if st.session_state.get(key) not in (None, *numbers):
        del st.session_state[key]
    chosen = st.selectbox(
        texts.t("staff_import.open_row"), numbers, index=None, key=key, width=420,
        placeholder=texts.t("staff_import.open_row_hint"),
        format_func=lambda row: texts.t("staff_import.row", row=str(row)),
    )  # fmt: skip
    line = next((line for line in desk.table.lines if line.number == chosen), None)
    if line is not None:
        with st.container(border=True, key="rij"):
            _form(texts, desk, line, [one for one in problems if one.row == line.number])


def _form(texts: Texts, desk: Desk, line: Line, problems: Sequence[Problem]) -> None:
    repair = desk.repairs.get(line.number, Repair())
    cells = dict(repair.values)
    before: dict[Field, str] = {}
    for column, field in desk.mapping.items():
        before[field] = cells.get(field, as_text(line.cells[column]))
    for field, text in cells.items():  # a repair may give a field that has no column
        before.setdefault(field, text)
    for problem in problems:
        st.markdown(ui.plain(texts.t(problem.expected.key, **problem.expected.params)))
    with st.form(f"rij_{desk.turn}_{line.number}", border=False):
        after: dict[Field, str] = {}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for field, text in before.items():
                after[field] = st.text_input(
                    texts.t(headings.label(field)), text, max_chars=2_000, width=260,
                    key=f"cel_{desk.turn}_{line.number}_{field}",
                )  # fmt: skip
        with st.container(horizontal=True):
            saved = st.form_submit_button(texts.t("staff_import.row_save"), type="primary")
            left = st.form_submit_button(texts.t("staff_import.row_out"))
    if saved or left:
        changed = tuple((one, text.strip()) for one, text in after.items() if text != before[one])
        desk.lay({line.number: Repair(changed, left)})
        st.rerun()
