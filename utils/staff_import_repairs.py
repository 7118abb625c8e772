"""The table of problems of a list: take what is proposed, type another value, leave a row out."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from utils import group_import, headings, import_flow, ui
from utils.errors import Notice
from utils.import_model import Field, Problem, Repair
from utils.import_work import Result
from utils.staff_import_desk import Desk
from utils.texts import Texts

TAKE, OUT, TEXT = "neem", "weg", "nieuw"
HEIGHT: Final = 460
_DECIMAL: Final = re.compile(r"-?\d+\.\d+")
MOST: Final = 200
_LONGEST: Final = 2_000
Known = tuple[int, str, str]


def known(problem: Problem) -> Known:
    """By what a problem is known while the list stays as it is."""
    return problem.row, problem.column, problem.expected.key


def show(texts: Texts, desk: Desk, result: Result, problems: Sequence[Problem], page: Any) -> None:
    """The problems of one page, and a bar to carry out what was chosen."""
    bar = st.container(horizontal=True, vertical_alignment="center", key="keuzebalk")
    version = st.session_state.get("problemen_beurt", 0)
    token = f"{id(result)}_{page}_{texts.lang}_{version}"
    key = f"problemen_{hash(token)}"
    if key not in st.session_state:  # the widget keeps what was typed beside the rows it started with
        desk.kept.pop("rows", None)
    data = desk.once("rows", key, lambda: rows(texts, desk, problems))

    def changed() -> None:
        gather(desk, problems, st.session_state[key]["edited_rows"])

    with st.container(key="probleemtabel"):
        st.data_editor(
            data, key=key, hide_index=True, num_rows="fixed", on_change=changed,
            height=min(HEIGHT, 38 + 35 * max(len(problems), 1)),
            column_config=_columns(texts), placeholder="",
            disabled=[name for name in data.columns if name not in (TAKE, OUT, TEXT)],
        )  # fmt: skip
    with bar:
        _bar(texts, desk, result)
    unclear(texts)


def rows(texts: Texts, desk: Desk, problems: Sequence[Problem]) -> pd.DataFrame:
    """The problems as the table's rows, with what was chosen before."""
    chosen = [desk.choices.get(known(problem), {}) for problem in problems]
    return pd.DataFrame(
        {
            "rij": [problem.row for problem in problems],
            "ernst": [_severity(texts, problem) for problem in problems],
            "kolom": [problem.column or texts.t("staff_import.whole_row") for problem in problems],
            "waarde": [_value(desk, problem) for problem in problems],
            "hoort": [texts.t(problem.expected.key, **problem.expected.params) for problem in problems],
            "voorstel": [proposal(texts, desk, problem) for problem in problems],
            TAKE: [bool(one.get(TAKE)) for one in chosen],
            TEXT: pd.Series([one.get(TEXT) or None for one in chosen], dtype=object),
            OUT: [bool(one.get(OUT)) for one in chosen],
        }
    )


def _severity(texts: Texts, problem: Problem) -> str:
    sign = "✕ " if problem.severity == "error" else "▲ "
    return sign + texts.t(f"staff_import.severity.{problem.severity}")


def _value(desk: Desk, problem: Problem) -> str:
    return import_flow.shown(problem, desk.table, desk.columns)


def proposal(texts: Texts, desk: Desk, problem: Problem) -> str:
    """What is proposed, in words; personal data are hidden; "" for nothing."""
    repair = problem.repair
    if repair is None:
        return ""
    if repair.leave_out:
        return texts.t("problem_rows.leave_out")
    said = []
    for field, text in repair.values:
        value = in_words(texts, desk, field, text) or texts.t("staff_import.nothing")
        same = len(repair.values) == 1 and _field(desk, problem) == field
        label = _heading(desk, field) or texts.t(headings.label(field))
        said.append(value if same else texts.t("problem_rows.mend", column=label, value=value))
    return "; ".join(said)


def _heading(desk: Desk, field: Field) -> str | None:
    return next((desk.table.headings[one] for one, known in desk.columns.items() if known == field), None)


def in_words(texts: Texts, desk: Desk, field: Field, text: str) -> str:
    """A value for a field as it may be shown in a list; degrees as the language writes them."""
    heading = _heading(desk, field)
    if texts.lang == "nl" and field in ("lat", "lon") and _DECIMAL.fullmatch(text):
        text = text.replace(".", ",")
    if heading is None:
        return text
    return import_flow.shown(replace(_NONE, column=heading, value=text), desk.table, desk.columns)


_NONE: Final = Problem(0, "", "", Notice("staff_import.broken"), "error")


def _columns(texts: Texts) -> dict[str, Any]:
    column = st.column_config
    label = {name: texts.t(f"staff_import.column.{name}") for name in _WIDTHS}
    found: dict[str, Any] = {
        name: column.TextColumn(label[name], width=width) for name, width in _WIDTHS.items()
    }
    found["rij"] = column.NumberColumn(label["rij"], width=_WIDTHS["rij"], format="%d", pinned=True)
    found[TEXT] = column.TextColumn(
        label[TEXT], width=_WIDTHS[TEXT], max_chars=_LONGEST, help=texts.t("staff_import.text_help")
    )
    for name in (TAKE, OUT):
        found[name] = column.CheckboxColumn(label[name], width=_WIDTHS[name])
    return found


_WIDTHS: Final = {
    "rij": 56, "ernst": 126, "kolom": 100, "waarde": 134, "hoort": 320, "voorstel": 320,
    TAKE: 108, TEXT: 124, OUT: 98,
}  # fmt: skip


def gather(desk: Desk, problems: Sequence[Problem], edited: dict[int, dict[str, Any]]) -> None:
    """Take over what the table's widget holds: row number → column → cell."""
    for number, cells in edited.items():
        one = known(problems[int(number)])
        chosen = {**desk.choices.get(one, {}), **cells}
        chosen = {name: value for name, value in chosen.items() if value}
        if chosen:
            desk.choices[one] = chosen
        else:
            desk.choices.pop(one, None)


def _bar(texts: Texts, desk: Desk, result: Result) -> None:
    """What was chosen: carry it out, or forget it."""
    if not desk.choices:
        st.markdown(texts.t("staff_import.repair_hint"), width="content")
        return
    said = texts.t("staff_import.choices", n=len(desk.choices))
    st.markdown(f"**{said}**", width="content")
    if st.button(texts.t("staff_import.carry_out"), type="primary", key="verwerken"):
        found, unclear = repairs(desk, result)
        if unclear:
            st.session_state["onduidelijk"] = unclear
        desk.lay(found)
        desk.choices = {}
        _redraw()
        st.rerun()
    st.button(texts.t("staff_import.forget"), key="keuzes_weg", on_click=_forget, args=(desk,))


def unclear(texts: Texts) -> None:
    """Tell once of values that were typed where it is not clear what they are."""
    found = st.session_state.pop("onduidelijk", ())
    if found:
        numbers = ", ".join(str(row) for row in found)
        st.warning(texts.t("staff_import.unclear", rows=numbers), icon=":material/warning:")


def _forget(desk: Desk) -> None:
    desk.choices = {}
    _redraw()


def _redraw() -> None:
    st.session_state["problemen_beurt"] = st.session_state.get("problemen_beurt", 0) + 1


def repairs(desk: Desk, result: Result) -> tuple[dict[int, Repair], list[int]]:
    """The choices as repairs by row, and the rows where a typed value has no field to go to."""
    found: dict[int, Repair] = {}
    homeless: list[int] = []
    for problem in result.problems:
        chosen = desk.choices.get(known(problem))
        if not chosen:
            continue
        values: dict[Field, str] = dict(found[problem.row].values) if problem.row in found else {}
        out = bool(chosen.get(OUT)) or (problem.row in found and found[problem.row].leave_out)
        if chosen.get(TAKE) and problem.repair is not None:
            proposed = group_import.proposed([problem])[problem.row]
            values |= dict(proposed.values)
            out = out or proposed.leave_out
        field = _field(desk, problem)
        if chosen.get(TEXT) and field is not None:
            values[field] = str(chosen[TEXT]).strip()
        elif chosen.get(TEXT):
            homeless.append(problem.row)
        if values or out:
            found[problem.row] = Repair(tuple(values.items()), out)
    return found, homeless


def _field(desk: Desk, problem: Problem) -> Field | None:
    """What a typed value is for."""
    for column, field in desk.columns.items():
        if desk.table.headings[column] == problem.column:
            return field
    return None


def undone(texts: Texts, desk: Desk) -> None:
    """What was mended so far, and the way back."""
    if not desk.repairs:
        return

    def back() -> None:
        desk.repairs, desk.choices = {}, {}

    with st.expander(texts.t("staff_import.repaired", n=len(desk.repairs))):
        lines = []
        for row, repair in sorted(desk.repairs.items())[:MOST]:
            lines.append((str(row), _repair(texts, desk, repair)))
        ui.plain_table([texts.t("staff_import.column.rij"), texts.t("staff_import.repaired_as")], lines)
        if len(desk.repairs) > MOST:
            st.caption(texts.t("staff_import.first", n=MOST))
        st.button(
            texts.t("staff_import.unrepair"), key="herstel_terug", on_click=back, icon=":material/undo:"
        )


def _repair(texts: Texts, desk: Desk, repair: Repair) -> str:
    if repair.leave_out:
        return texts.t("problem_rows.leave_out")
    return "; ".join(
        f"{texts.t(headings.label(one))}: {in_words(texts, desk, one, text)}" for one, text in repair.values
    )
