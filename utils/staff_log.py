"""The log for staff: imports, with the way back; recent changes; erasing a person; what is kept how long."""

from typing import Final

import streamlit as st

from utils import erasure, group_words, history, imports, staff_place, staff_sections, ui
from utils.access import Actor
from utils.import_model import Import
from utils.settings import settings
from utils.texts import Texts
from utils.ui import Page

LINES: Final = 100
_REFUSED: Final = "ongedaan_geweigerd"
_COUNTED: Final = ("contacts", "reports", "groups", "history", "imports")


def show(page: Page, actor: Actor) -> None:
    """The section. Raises Denied, StoreError."""
    texts = page.texts
    if not settings().has_register:
        st.title(texts.t("staff_log.empty"), anchor=False)
        return
    engine = staff_sections.engine()
    done = imports.done(engine, actor)
    recent = history.recent(engine, actor, LINES)
    moments = [line.at for _, line in recent[:1]] + [one.undone_at or one.at for one in done]
    if moments:
        title = texts.t("staff_log.title", when=group_words.moment(texts, max(moments)))
    else:
        title = texts.t("staff_log.empty")
    st.title(title, anchor=False)
    if done:
        _imports(page, actor, done)
    else:
        st.markdown(texts.t("staff_log.no_imports"))
    st.header(texts.t("staff_log.recent"), anchor=False)
    st.caption(texts.t("staff_log.recent_how", n=LINES))
    _recent(page, actor, recent)
    if actor.may("erase"):
        _erase(page, actor)
    st.header(texts.t("staff_log.kept"), anchor=False)
    st.markdown(texts.t("staff_log.kept_how", n=settings().retention_days))


def _imports(page: Page, actor: Actor, done: list[Import]) -> None:
    texts = page.texts
    st.header(texts.t("staff_log.imports", n=len(done)), anchor=False)
    ui.plain_table(
        [texts.t(f"staff_log.{column}") for column in ("when", "who", "file", "counts", "state")],
        [
            (
                group_words.moment(texts, one.at),
                group_words.who(texts, one.who),
                one.file,
                _counts(texts, one),
                _state(texts, one),
            )
            for one in done
        ],
    )
    open_ = [one for one in done if one.undone_at is None]
    if open_ and actor.may("undo"):
        _undo(page, actor, open_)


def _line(texts: Texts, one: Import) -> tuple[str, ...]:
    when, who = group_words.moment(texts, one.at), group_words.who(texts, one.who)
    return when, who, one.file, _counts(texts, one), _state(texts, one)


def _counts(texts: Texts, one: Import) -> str:
    names = ("added", "changed", "unchanged", "deactivated", "left_out")
    return ", ".join(
        texts.t(f"staff_log.count.{name}", n=one.counts[name]) for name in names if one.counts.get(name)
    )


def _state(texts: Texts, one: Import) -> str:
    if one.undone_at is None:
        return texts.t("staff_log.stands")
    return texts.t(
        "staff_log.undone",
        who=group_words.who(texts, one.undone_by),
        when=group_words.moment(texts, one.undone_at),
    )


def _undo(page: Page, actor: Actor, done: list[Import]) -> None:
    texts = page.texts
    with st.popover(texts.t("staff_log.undo"), key="ongedaan", icon=":material/undo:"):
        which = st.selectbox(
            texts.t("staff_log.which"), done, key="ongedaan_welke",
            format_func=lambda one: f"{group_words.moment(texts, one.at)} · {one.file}",
        )  # fmt: skip
        st.markdown(texts.t("staff_log.undo_how"))
        if st.button(texts.t("staff_log.undo_now"), type="primary", key="ongedaan_nu"):
            with ui.told(texts):
                _take_back(texts, actor, which.id)
        refused, n = st.session_state.get(_REFUSED, (None, 0))
        if refused == which.id and st.button(texts.t("staff_log.undo_rest", n=n), key="ongedaan_rest"):
            with ui.told(texts):
                _take_back(texts, actor, which.id, keep_changed=True)


def _take_back(texts: Texts, actor: Actor, import_id: int, keep_changed: bool = False) -> None:
    """Undo it. One that is refused for what was changed since is remembered: the rest may be undone."""
    st.session_state.pop(_REFUSED, None)
    try:
        counts = imports.undo(staff_sections.engine(), actor, import_id, keep_changed)
    except imports.ChangedSince as changed:
        st.session_state[_REFUSED] = import_id, changed.n
        raise
    said = texts.t("staff_log.undo_done", n=counts["removed"] + counts["restored"])
    if counts["kept"]:
        said += "; " + texts.t("staff_log.undo_kept", n=counts["kept"])
    staff_sections.say(said)


def _recent(page: Page, actor: Actor, lines: list[history.Recent]) -> None:
    texts, towns = page.texts, staff_place.town_names(page.coverage.atlas)
    rows = []
    for name, line in lines:
        what = group_words.told(texts, line, actor.may("contacts"), towns)
        about = name or texts.t(f"staff_log.entity.{line.entity}")
        rows.append((group_words.moment(texts, line.at), group_words.who(texts, line.who), about, what))
    if not rows:
        st.markdown(texts.t("staff_log.no_changes"))
        return
    with st.container(key="wijzigingenlijst", height=420):
        ui.plain_table([texts.t(f"staff_log.{one}") for one in ("when", "who", "what", "change")], rows)


def _erase(page: Page, actor: Actor) -> None:
    """Somebody asks to be forgotten: first what there is of them, then all of it gone."""
    texts, word = page.texts, page.texts.t("staff_log.erase_word")
    st.header(texts.t("staff_log.erase"), anchor=False)
    st.markdown(texts.t("staff_log.erase_how"))
    with st.container(width=640, key="wissen"), ui.told(texts):
        engine = staff_sections.engine()
        who = st.text_input(
            texts.t("staff_log.erase_who"), key="wissen_wie", max_chars=254, autocomplete="off"
        ).strip()  # fmt: skip
        if not who:
            return
        counts = erasure.count(engine, actor, who)
        if not any(counts.values()):
            st.info(texts.t("staff_log.erase_none"), icon=":material/info:")
            return
        st.warning(texts.t("staff_log.erase_found", **{name: counts[name] for name in _COUNTED}))
        typed = st.text_input(texts.t("staff_log.erase_type", word=word), key="wissen_zeker").strip()
        sure = typed.casefold() == word.casefold()
        if st.button(texts.t("staff_log.erase_now"), type="primary", disabled=not sure, key="wissen_nu"):
            gone = erasure.erase(engine, actor, who)
            _forget_typed()
            left = "staff_log.erased_left" if gone["left"] else "staff_log.erased"
            staff_sections.say(texts.t(left))


def _forget_typed() -> None:
    for name in ("wissen_wie", "wissen_zeker"):
        st.session_state.pop(name, None)
