"""The filters of the list of gaps, in a row; each choice changes the address."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from utils import cached, crime_words, door, gap_filter, gap_words, ui, widgets
from utils.gap_filter import GapFilter
from utils.ui import Page

PEOPLE: Final = (0, 50, 100, 250, 500, 1_000, 2_000, 5_000)
METRES: Final = (0, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000)
_WIDTHS: Final = {"status": 230, "inwoners": 130, "afstand": 140, "straal": 140, "sorteer": 260}
_OPEN: Final = "gaten_filters_open"
_HELPED: Final = ("status", "inwoners", "afstand")


def show(page: Page, wanted: GapFilter) -> None:
    """The choices of a filter, and the distance at which a group counts; on a telephone behind a button."""
    texts, opened = page.texts, bool(st.session_state.get(_OPEN))
    values: dict[str, tuple[Any, list[Any]]] = {
        "status": (gap_words.status_choice(wanted), ["beide", *gap_filter.STATUSES]),
        "inwoners": (wanted.inwoners, sorted({*PEOPLE, wanted.inwoners})),
        "afstand": (wanted.afstand, sorted({*METRES, wanted.afstand})),
        "straal": (page.address.straal, sorted({*widgets.RADII, page.address.straal})),
        "sorteer": (wanted.sorteer, list(gap_filter.orders(cached.burglaries(page.coverage) is not None))),
    }
    with st.container(key="gaten_knop", width="content"):
        st.button(
            texts.t("gaps.filters_on" if wanted.narrows else "gaps.filters"), key="gaten_filterknop",
            icon=f":material/{'expand_less' if opened else 'tune'}:", on_click=_toggle,
        )  # fmt: skip
    key = "gaten_open" if opened else "gaten_dicht"
    with st.container(horizontal=True, vertical_alignment="bottom", key=key, width="content"):
        for name, (value, options) in values.items():
            key = f"gaten_{name}"
            st.session_state[key] = value
            st.selectbox(
                texts.t(f"gaps.filter.{name}"), options, key=key,
                format_func=lambda option, name=name: gap_words.choice(texts, wanted, name, option),
                help=_help(page, name), on_change=_changed(page, wanted, name), width=_WIDTHS[name],
            )  # fmt: skip
        st.session_state["gaten_verouderd"] = wanted.verouderd
        st.toggle(
            texts.t("gaps.filter.verouderd"), key="gaten_verouderd", width="content",
            help=texts.t("gaps.filter_help.verouderd"), on_change=_changed(page, wanted, "verouderd"),
        )  # fmt: skip


def _toggle() -> None:
    st.session_state[_OPEN] = not st.session_state.get(_OPEN)


def go(page: Page, wanted: GapFilter) -> None:
    """Show the list of another filter. For callbacks."""
    params = wanted.params()
    ui.go(page.address, **{name: params.get(name, "") for name in gap_filter.NAMES})


def _help(page: Page, name: str) -> str | None:
    if name == "straal":
        return page.texts.t("radius.help")
    if name == "sorteer":
        registered = cached.burglaries(page.coverage)
        said = [page.texts.t("gaps.filter_help.sorteer")]
        if registered or door.possible():
            said.append(crime_words.order_help(page.texts, registered))
        return " ".join(said)
    return page.texts.t(f"gaps.filter_help.{name}") if name in _HELPED else None


def _changed(page: Page, wanted: GapFilter, name: str) -> Callable[[], None]:
    def changed() -> None:
        value = st.session_state[f"gaten_{name}"]
        if name == "straal":
            ui.go(page.address, straal=value)
        elif name == "status":
            go(page, replace(wanted, status=tuple(gap_filter.STATUSES) if value == "beide" else (value,)))
        else:
            go(page, replace(wanted, **{name: value}))

    return changed
