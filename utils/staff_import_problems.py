"""Step 3 of reading a list in: what is wrong with it, kind by kind, and the ways to mend it."""

from typing import Any, Final

import streamlit as st

from utils import problem_rows, staff_import_repairs, staff_import_row, ui
from utils.export import MIME
from utils.import_model import Problem
from utils.import_work import Kind, Result
from utils.staff_import_desk import COLUMNS, PREVIEW, Desk
from utils.texts import Texts
from utils.ui import Page

AT_ONCE: Final = 100
"""Problems on one page of the table."""
ICONS: Final = {"error": ":material/error:", "warning": ":material/warning:"}


def show(page: Page, desk: Desk) -> None:
    """The outcome of the check."""
    texts, result = page.texts, desk.result
    assert result is not None
    rows = result.plan.checked.rows
    st.title(texts.t("staff_import.check_title", n=result.good, rows=rows), anchor=False)
    st.markdown(" ".join(_said(texts, result)))
    _moved(texts, desk)
    _bar(texts, desk, result)
    _read_as(texts, result)
    if not result.problems:
        st.success(texts.t("staff_import.no_problems"), icon=":material/check:")
    else:
        kind = _kinds(texts, desk, result)
        places = kind.places if kind else _in_order(desk, result)
        _table(texts, desk, result, places, kind)
    staff_import_repairs.undone(texts, desk)


def _moved(texts: Texts, desk: Desk) -> None:
    if desk.moved:
        st.info(texts.t("staff_import.moved"), icon=":material/info:")


def _said(texts: Texts, result: Result) -> list[str]:
    """What goes in and what stays out."""
    found = []
    if result.wrong or result.odd:
        odd = texts.t("staff_import.odd", n=result.odd)
        found.append(f"**{texts.t('staff_import.wrong', n=result.wrong)} {odd}**")
    if result.wrong:
        found.append(texts.t("staff_import.wrong_how"))
    out = result.plan.checked.left_out - result.wrong
    if out > 0:
        found.append(texts.t("staff_import.out", n=out))
    return found


def _bar(texts: Texts, desk: Desk, result: Result) -> None:
    mendable = sum(kind.mendable for kind in result.kinds)

    def all_of_it() -> None:
        desk.mend = True
        desk.mend_all(result.problems)

    with st.container(horizontal=True, vertical_alignment="center", key="controlebalk"):
        st.button(
            texts.t("staff_import.to_preview"), key="naar_voorbeeld", type="primary", on_click=_go,
            args=(desk, PREVIEW), disabled=not result.good,
        )  # fmt: skip
        if mendable:
            st.button(
                texts.t("staff_import.mend_all", n=mendable), key="alles_herstellen", on_click=all_of_it,
                icon=":material/build:", help=texts.t("staff_import.mend_all_help"),
            )  # fmt: skip
        if result.problems:
            download(texts, desk, result)
        st.button(
            texts.t("staff_import.to_columns"), key="naar_kolommen", type="tertiary", on_click=_go,
            args=(desk, COLUMNS),
        )  # fmt: skip


def _go(desk: Desk, step: int) -> None:
    desk.step, desk.moved = step, False


def download(texts: Texts, desk: Desk, result: Result) -> None:
    """The rows with problems, to repair in a spreadsheet and to read in again."""
    table, checked, columns = desk.table, result.plan.checked, dict(desk.columns)
    st.download_button(
        texts.t("staff_import.rows"), file_name=f"{texts.t('staff_import.rows_name')}.xlsx",
        data=lambda: problem_rows.workbook(table, checked, texts, columns), mime=MIME["xlsx"],
        key="probleemrijen", on_click="ignore", icon=":material/download:",
        help=texts.t("staff_import.rows_help"),
    )  # fmt: skip


def _read_as(texts: Texts, result: Result) -> None:
    notices = result.checked.read_as
    if notices:
        with st.expander(texts.t("staff_import.read_as_title", n=len(notices))):
            ui.plain_table([], [(texts.t(one.key, **one.params),) for one in notices])


def kind_name(texts: Texts, kind: Kind, result: Result) -> str:
    """A kind of problem in some words; one without a name of its own by its first sentence."""
    key = f"staff_import.kind.{kind.key.rpartition('.')[2]}"
    if key in texts:
        return texts.t(key)
    first = result.problems[kind.places[0]]
    return texts.t(first.expected.key, **first.expected.params)


def _kinds(texts: Texts, desk: Desk, result: Result) -> Kind | None:
    """The kinds of problems, each with a button that mends it; the one to show alone, None for all."""
    chosen = st.session_state.get("soort")
    found = None
    with st.container(key="soorten"):
        for number, kind in enumerate(result.kinds):
            here = (kind.key, kind.severity) == chosen
            found = kind if here else found
            _kind(texts, desk, result, kind, number, here)
    return found


def _kind(texts: Texts, desk: Desk, result: Result, kind: Kind, number: int, here: bool) -> None:
    def pick() -> None:
        st.session_state["soort"] = None if here else (kind.key, kind.severity)
        st.session_state["problemen_van"] = 0

    def mend() -> None:
        desk.mend_all([result.problems[i] for i in kind.places])

    with st.container(horizontal=True, vertical_alignment="center", key=f"soort_{number}", gap="small"):
        said = texts.t(
            "staff_import.kind_line", n=texts.number(len(kind.places)), kind=kind_name(texts, kind, result),
            severity=texts.t(f"staff_import.severity.{kind.severity}"),
        )  # fmt: skip
        st.button(
            ui.plain(said), key=f"soort_kies_{number}", on_click=pick, icon=ICONS[kind.severity],
            type="secondary" if here else "tertiary", help=texts.t("staff_import.kind_help"),
        )  # fmt: skip
        if kind.mendable:
            st.button(
                texts.t("staff_import.mend_kind", n=kind.mendable), key=f"soort_herstel_{number}",
                on_click=mend, icon=":material/build:",
            )  # fmt: skip


def _in_order(desk: Desk, result: Result) -> tuple[int, ...]:
    """Errors first, then by row."""

    def made() -> tuple[int, ...]:
        return tuple(i for kind in ("error", "warning") for i in _of(result.problems, kind))

    found: tuple[int, ...] = desk.once("order", id(result), made)
    return found


def _of(problems: tuple[Problem, ...], severity: str) -> list[int]:
    return [i for i, problem in enumerate(problems) if problem.severity == severity]


def _table(texts: Texts, desk: Desk, result: Result, places: tuple[int, ...], kind: Kind | None) -> None:
    start = min(int(st.session_state.get("problemen_van", 0)), max(len(places) - 1, 0) // AT_ONCE * AT_ONCE)
    shown = places[start : start + AT_ONCE]
    problems = [result.problems[i] for i in shown]
    title = texts.t("staff_import.every_kind") if kind is None else kind_name(texts, kind, result)
    st.subheader(ui.plain(title), anchor=False)
    if kind is not None:
        first = problems[0].expected
        st.markdown(ui.plain(texts.t(first.key, **first.params)))
        st.button(texts.t("staff_import.show_all"), key="alle_soorten", type="tertiary", on_click=_all_kinds)
    staff_import_repairs.show(texts, desk, result, problems, (kind and kind.key, start))
    pager(texts, len(places), start, AT_ONCE, "problemen_van")
    staff_import_row.show(texts, desk, result, problems)


def _all_kinds() -> None:
    st.session_state["soort"], st.session_state["problemen_van"] = None, 0


def pager(texts: Texts, total: int, start: int, size: int, key: str) -> None:
    """The way to the other rows of a table; ``key`` is where the first row is remembered."""

    def move(to: int) -> None:
        st.session_state[key] = to

    if total <= size:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"blader_{key}"):
        last = min(start + size, total)
        moves: tuple[tuple[str, int, str, bool], ...] = (
            ("back", start - size, "chevron_left", start > 0),
            ("on", start + size, "chevron_right", last < total),
        )
        said: Any = texts.t("staff_import.lines", first=start + 1, last=last, n=total)
        st.markdown(said, width="content")
        for name, to, icon, possible in moves:
            st.button(
                texts.t(f"staff_register.{name}"), key=f"{key}_{name}", icon=f":material/{icon}:",
                disabled=not possible, on_click=move, args=(max(to, 0),),
            )  # fmt: skip
