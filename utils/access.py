"""Who may do what: roles, actions, and the actor that every write of the register names."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from utils.errors import InputError

Role = Literal["viewer", "editor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
Action = Literal[
    "see",  # groups, history without personal data, imports, health
    "export",  # the register without contacts
    "edit",  # add, change, deactivate, confirm groups
    "import",
    "contacts",  # names, e-mail addresses, telephone numbers of people to contact
    "inbox",  # residents' reports
    "undo",  # an import
    "erase",  # a person
    "refresh",  # official data
]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)

_VIEWER: Final[frozenset[Action]] = frozenset({"see", "export"})
_EDITOR: Final[frozenset[Action]] = _VIEWER | {"edit", "import", "contacts", "inbox"}
ALLOWED: Final[dict[Role, frozenset[Action]]] = {
    "viewer": _VIEWER,
    "editor": _EDITOR,
    "admin": frozenset(ACTIONS),
}


class Denied(InputError):
    """The actor may not do this."""


@dataclass(frozen=True)
class Actor:
    """Who acts: ``name`` goes into the log of changes; ``role`` None may do nothing."""

    name: str
    role: Role | None

    def may(self, action: Action) -> bool:
        """Whether this actor may do that."""
        return self.role is not None and action in ALLOWED[self.role]

    def require(self, action: Action) -> None:
        """Raise Denied unless this actor may do that."""
        if not self.may(action):
            raise Denied("error.denied", action=action, role=self.role or "")


#: Whoever has a shell on the server has its database too.
COMMAND_LINE: Final = Actor("command line", "admin")
