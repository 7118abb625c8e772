"""Everything that staff can do on the staff page, and the right that it takes: a row for each act."""

from collections.abc import Callable
from dataclasses import dataclass, field

from streamlit.testing.v1 import AppTest

from utils.access import Action
from utils.texts import Texts

NL = Texts("nl")


@dataclass(frozen=True)
class Act:
    """One thing to do: ``label`` is the key of its button's text, ``section`` where the button stands;
    ``spied`` names, as MODULE.FUNCTION in utils, what it comes down to. ``prepare`` brings the page, for
    somebody who may, to where the button works."""

    name: str
    action: Action
    section: str
    label: str
    spied: str
    prepare: Callable[[AppTest], AppTest] = field(default=lambda app: app)

    def buttons(self, app: AppTest) -> list:
        """The buttons of this act on a page: one or none."""
        return [button for button in app.button if button.label == NL.t(self.label)]


ACTS: tuple[Act, ...] = (
    Act("fetch official data", "refresh", "gegevens", "staff.fetch", "refresh.refresh"),
    Act("look for a newer year", "refresh", "gegevens", "staff.check", "refresh.newest"),
    Act("go back to the data before", "refresh", "gegevens", "staff.back", "store.rollback"),
)
