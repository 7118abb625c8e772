"""The sections of the staff page: which one the address names, what the last action did, unsaved changes."""

from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

import streamlit as st

from utils import inbox, registry, ui
from utils.access import Action, Actor
from utils.errors import AppError
from utils.pending import Pending
from utils.settings import settings
from utils.ui import Page

NEEDED: Final[dict[str, Action]] = {
    "register": "see",
    "import": "import",
    "meldingen": "inbox",
    "gegevens": "see",
    "logboek": "see",
}
"""The sections and what one must be allowed to do to see them."""
SEEN: Final = "groep_gezien"
"""In the session: the group that is open, as it was when it was opened."""
_SAID: Final = "beheer_gezegd"
_PENDING: Final = "beheer_wijzigingen"


def engine() -> Any:
    """The register. Raises StoreError."""
    return registry.engine_for(settings())


def pending() -> Pending:
    """The changes that this visitor has not saved: they outlive a change of page, filter or section."""
    if _PENDING not in st.session_state:
        st.session_state[_PENDING] = Pending()
    found: Pending = st.session_state[_PENDING]
    return found


def choose(page: Page, actor: Actor, known: Collection[str]) -> str:
    """The section that the address names, with the way to the others; the first one for a wrong name."""
    mine = [name for name, action in NEEDED.items() if name in known and actor.may(action)]
    came = st.query_params.get("deel", mine[0])
    current = came if came in mine else mine[0]
    waiting = _waiting(actor)

    def label(name: str) -> str:
        said = page.texts.t(f"staff.part.{name}")
        return f"{said} ({page.texts.number(waiting)})" if name == "meldingen" and waiting else said

    if came != current or "deel" not in st.query_params:
        st.query_params["deel"] = current
    st.session_state["deel"] = current
    st.segmented_control(
        page.texts.t("staff.parts"), mine, key="deel", required=True, format_func=label,
        label_visibility="collapsed", on_change=_chosen,
    )  # fmt: skip
    return current


def _chosen() -> None:
    go(st.session_state["deel"])


def _waiting(actor: Actor) -> int:
    if not actor.may("inbox") or not settings().has_register:
        return 0
    try:
        return inbox.counts(engine(), actor)["new"]
    except AppError:  # the section itself tells
        return 0


def fresh() -> None:
    """Forget the group as it was opened: it was saved, or is read anew."""
    st.session_state.pop(SEEN, None)


def digest(*parts: object) -> str:
    """A short name for a combination of values."""
    return sha256(repr(parts).encode()).hexdigest()[:12]


def go(deel: str, groep: str | None = None) -> None:
    """Show a section, or one group of the register (``"+"``: a new one). For callbacks."""
    kept = {name: value for name, value in st.query_params.to_dict().items() if name not in ("deel", "groep")}
    st.query_params.from_dict({**kept, "deel": deel, **({"groep": groep} if groep else {})})


def back(page: Page) -> None:
    """The way from a group to the table."""
    st.button(
        page.texts.t("staff_group.back"), key="terug", type="tertiary", icon=":material/arrow_back:",
        on_click=go, args=("register",),
    )  # fmt: skip


def say(sentence: str) -> None:
    """Run the page again, with this said on it once: what was done."""
    note(sentence)
    st.rerun()


def note(sentence: str) -> None:
    """What the next run of the page is to say. For callbacks."""
    st.session_state[_SAID] = sentence


def tell() -> None:
    """What the action before this run did."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(ui.plain(said), icon=":material/check:")


def guard() -> None:
    """The browser asks before it leaves a page with changes that are not saved."""
    unsaved = "event => event.preventDefault()" if pending().count else "null"
    with st.container(key="bewaking"):
        st.html(f"<script>window.onbeforeunload = {unsaved};</script>", unsafe_allow_javascript=True)
