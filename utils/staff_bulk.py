"""The bar over the table: what was typed, to save or to throw away; what was ticked, to change at once."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from utils import edits, group_words, staff_conflict, staff_sections, staff_table, ui
from utils.access import Actor
from utils.edits import Conflict, Edit
from utils.models import PLATFORMS, RUNNING, Group
from utils.staff_place import today
from utils.texts import Texts
from utils.ui import Page


def bar(page: Page, actor: Actor, groups: list[Group], total: int) -> None:
    """The bar, always in the same place; a viewer gets a line that says so."""
    texts = page.texts
    if not actor.may("edit"):
        st.markdown(texts.t("staff_register.read_only"))
        return
    pending, chosen = staff_sections.pending(), staff_table.ticked()
    if pending.count:
        _unsaved(page, actor)
    elif chosen:
        _ticked(page, actor, chosen)
    else:
        st.markdown(texts.t("staff_register.hint"), width="content")
        st.space("stretch")
        _tick_page(texts, groups)


def _unsaved(page: Page, actor: Actor) -> None:
    texts, pending = page.texts, staff_sections.pending()
    said = texts.t("staff_register.pending", n=pending.count)
    st.markdown(f"**{said}**", width="content")
    if st.button(texts.t("staff_register.save"), type="primary", key="opslaan", icon=":material/save:"):
        with ui.told(texts):
            staff_conflict.save(page, actor)
    st.button(texts.t("staff_register.discard"), key="weggooien", icon=":material/undo:", on_click=_discard)


def _discard() -> None:
    pending = staff_sections.pending()
    pending.drop(list(pending.values))
    staff_table.again()


def _tick_page(texts: Texts, groups: list[Group]) -> None:
    def tick() -> None:
        staff_table.ticked().update({group.id: group.version for group in groups})
        staff_table.again()

    st.button(texts.t("staff_register.tick_page"), key="alles", on_click=tick, icon=":material/select_all:")


def _untick() -> None:
    staff_table.ticked().clear()
    staff_table.again()


def _ticked(page: Page, actor: Actor, chosen: dict[str, int]) -> None:
    texts, engine, day = page.texts, staff_sections.engine(), today()
    wanted = list(chosen.items())
    st.markdown(f"**{texts.t('staff_register.ticked', n=len(wanted))}**", width="content")
    if st.button(texts.t("staff_register.confirm"), key="bevestigen", icon=":material/check:"):
        with ui.told(texts):
            _done(page, lambda: edits.confirm(engine, actor, wanted, day))
    with st.popover(texts.t("staff_register.deactivate"), key="stoppen_keuze", icon=":material/block:"):
        came = reason(texts, day, "stoppen_velden")
        if came:
            with ui.told(texts):
                _done(page, lambda: edits.deactivate(engine, actor, wanted, *came))
    _set(page, actor, wanted, "status", RUNNING)
    _set(page, actor, wanted, "platform", PLATFORMS)
    st.button(texts.t("staff_register.untick"), key="keuze_wissen", type="tertiary", on_click=_untick)


def reason(texts: Texts, day: date, key: str) -> tuple[str, date | None] | None:
    """A form for why and when groups stopped; what was filled in, once it is sent."""
    with st.form(key, border=False):
        why = st.text_input(texts.t("staff_register.reason"), max_chars=500)
        until = st.date_input(texts.t("staff_register.until"), day, max_value=day, format="DD-MM-YYYY")
        if st.form_submit_button(texts.t("staff_register.deactivate_now"), type="primary"):
            return why, until
    return None


def _set(page: Page, actor: Actor, wanted: list[tuple[str, int]], field: str, known: tuple[str, ...]) -> None:
    texts, engine = page.texts, staff_sections.engine()
    with st.popover(group_words.label(texts, field), key=f"zet_{field}"):
        value = st.radio(
            group_words.label(texts, field), known, key=f"nieuwe_{field}",
            format_func=lambda one: group_words.value(texts, field, one),
        )  # fmt: skip
        if st.button(texts.t("staff_register.set", n=len(wanted)), key=f"zet_nu_{field}", type="primary"):
            asked = [Edit(id, version, {field: value}) for id, version in wanted]
            with ui.told(texts):
                _done(page, lambda: edits.change(engine, actor, asked))


def _done(page: Page, work: Callable[[], list[Group]]) -> None:
    """Change the ticked groups and say so. After a conflict the rows are read anew, the ticks remain."""
    chosen = staff_table.ticked()
    try:
        stored = work()
    except Conflict as clash:
        chosen.update({group.id: group.version for group in clash.theirs})
        raise
    chosen.clear()
    staff_table.again()
    staff_sections.say(page.texts.t("staff_register.saved", n=len(stored)))
