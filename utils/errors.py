"""Every error a user can meet: a key into the texts and the values that fill its sentence."""

import errno
from dataclasses import dataclass, field
from typing import Any, Final

_REASONS: Final = {
    errno.ENOENT: "error.os.missing",
    errno.EISDIR: "error.os.folder",
    errno.ENOTDIR: "error.os.no_folder",
    errno.EEXIST: "error.os.exists",
    errno.EACCES: "error.os.denied",
    errno.EPERM: "error.os.denied",
    errno.EROFS: "error.os.read_only",
    errno.ENOSPC: "error.os.full",
}


class AppError(Exception):
    """A problem that one sentence explains: what was expected, what came, what to do.

    ``key`` names the sentence in the text files; ``params`` fill it in.
    """

    exit_code = 1

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = params

    @property
    def plain(self) -> dict[str, Any]:
        """The problem as a value of another sentence, and fit for JSON."""
        return {"key": self.key, "params": self.params}

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.key} ({details})" if details else self.key


class InputError(AppError):
    """The user gave something that cannot be used."""


class DataError(AppError):
    """A file the product needs is missing or broken."""

    exit_code = 2


class FetchError(DataError):
    """A service on the internet did not give what was asked for."""


class StoreError(AppError):
    """The register's database did not do what was asked; nothing was written, unless the sentence says so.

    ``kind`` is the end of the sentence's key: locked, full, lost, ...
    """

    exit_code = 2

    @property
    def kind(self) -> str:
        """Which problem it is."""
        return self.key.rpartition("register_")[2]


class Cancelled(AppError):
    """The user stopped what was going on; nothing changed."""

    def __init__(self) -> None:
        super().__init__("error.cancelled")


def reason(problem: OSError) -> dict[str, Any] | str:
    """Why the system refused, as a value of a sentence in either language; rare reasons in its own words."""
    key = _REASONS.get(problem.errno or 0)
    return {"key": key, "params": {}} if key else problem.strerror or type(problem).__name__


@dataclass(frozen=True)
class Notice:
    """Something odd or new that stops nothing: the key of a sentence and the values that fill it.

    ``params`` holds text, whole numbers and floats only, so that a notice can be kept as JSON.
    """

    key: str
    params: dict[str, Any] = field(default_factory=dict)
