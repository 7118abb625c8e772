"""A register of invented groups, and the staff page over it: for tests of the staff page's sections."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.app.reading import STAFF, show
from tests.register_file import place, register_file
from utils import edits, registry
from utils.access import Actor
from utils.edits import Edit
from utils.models import Group
from utils.settings import settings
from utils.texts import Texts

NL = Texts("nl")
ANNA = Actor("anna@voorbeeld.nl", "editor")
TODAY = datetime.now(UTC).date()
LONG_AGO = TODAY - timedelta(days=800)
PARK = Group(
    "G-1", "Het Park", **place(52.5185, 5.4714), municipality="GM0995", participants=40, platform="WhatsApp",
    confirmed=LONG_AGO, notes="Alleen voor ons", confirmed_by="piet@voorbeeld.nl",
)  # fmt: skip
HARBOUR = Group(
    "G-2", "De Haven", **place(52.5085, 5.4514), municipality="GM0995", participants=25, platform="Signal",
    confirmed=TODAY,
)  # fmt: skip
MILL = Group("G-3", "De Molen", precision="municipality", municipality="GM0995", status="pending")
GONE = Group(
    "G-4",
    "De Werf",
    **place(52.37, 4.9),
    status="inactive",
    reason="verhuisd",
    until=LONG_AGO,
    confirmed=TODAY,
)
GROUPS = (PARK, HARBOUR, MILL, GONE)


def fill(folder: Path, groups: tuple[Group, ...] = GROUPS) -> str:
    """The address of a register with these groups."""
    return register_file(folder / "register.sqlite", groups)


def engine() -> Any:
    """The register that the settings name."""
    return registry.engine_for(settings())


def stored(id: str = "G-1") -> Group:
    """A group as the register has it now."""
    return edits.get(engine(), ANNA, id)


def by_another(id: str = "G-1", **values: Any) -> Group:
    """Somebody else changes a group."""
    (after,) = edits.change(
        engine(), replace(ANNA, name="bram@voorbeeld.nl"), [Edit(id, stored(id).version, values)]
    )
    return after


def staff(**params: str) -> AppTest:
    """The staff page."""
    return show(STAFF, **params)


def labels(app: AppTest) -> list[str]:
    """What the buttons say."""
    return [button.label for button in app.button]


def press(app: AppTest, key: str, **params: Any) -> AppTest:
    """Press the button with the text of a key, and run."""
    (button,) = [one for one in app.button if one.label == NL.t(key, **params)]
    return button.click().run()


def pending(app: AppTest) -> Any:
    """What was typed on the page and not saved."""
    return app.session_state["beheer_wijzigingen"]
