"""The settings: one table, read from the environment once."""

import logging
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from utils.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "BUURTDEKKING_"
SQLITE = "sqlite:///"
RETENTION_RANGE = (1, 3650)
SESSION_RANGE = (1, 24)
PARTICIPANTS_RANGE = (1, 1024)  # 1,024 is WhatsApp's own limit for a group

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Setting:
    """One row of the table: the variable's name, its default as text, and what it does."""

    name: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("BUURTDEKKING_DATA", "data/embedded", "Folder with the data set: boundaries and example groups."),
    Setting(
        "BUURTDEKKING_CACHE", "data/cache", "Folder for derived files; a temporary folder if not writable."
    ),
    Setting(
        "DATABASE_URL",
        "sqlite:///data/register.sqlite",
        "The register: sqlite:///FILE (below the project's folder) or postgresql://USER:PASSWORD@HOST/NAME.",
    ),
    Setting(
        "BUURTDEKKING_RETENTION_DAYS",
        "365",
        "Days after which names, addresses and messages of residents' reports are removed.",
    ),
    Setting(
        "BUURTDEKKING_TILES",
        "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png",
        "URL template of the base map; set to empty for none.",
    ),
    Setting("BUURTDEKKING_PARTICIPANTS", "70", "Participants assumed for a group that reports none."),
    Setting("BUURTDEKKING_STAFF", "", "Set to local to open the staff page to this computer alone."),
    Setting("BUURTDEKKING_SESSION_HOURS", "8", "Hours after which staff must sign in again."),
    Setting("BUURTDEKKING_PDOK_OGC", "https://api.pdok.nl", "Official data: PDOK's OGC services."),
    Setting("BUURTDEKKING_PDOK_WFS", "https://service.pdok.nl", "Official data: PDOK's WFS services."),
    Setting("BUURTDEKKING_CBS_ODATA", "https://opendata.cbs.nl", "Official data: the tables of CBS."),
    Setting("BUURTDEKKING_CARTOMAP", "https://cartomap.github.io/nl", "Official data: simplified outlines."),
    Setting("BUURTDEKKING_POLITIE", "https://dataderden.cbs.nl", "Burglaries: the police's tables at CBS."),
    Setting(
        "BUURTDEKKING_LOCATIESERVER",
        "https://api.pdok.nl/bzk/locatieserver/search/v3_1",
        "Postcodes and addresses: PDOK's Locatieserver.",
    ),
    Setting(
        "BUURTDEKKING_PUBLIC_URL",
        "",
        "Address of this website for posters and QR codes; empty: that by which the visitor came.",
    ),
)

_SERVICES = ("pdok_ogc", "pdok_wfs", "cbs_odata", "cartomap", "politie", "locatieserver")


@dataclass(frozen=True)
class Settings:
    """The settings, checked: absolute paths; ``tiles`` or ``public_url`` empty: none.

    ``database`` is the address of the register, which may hold a password. ``staff`` tells whether the staff
    page is open; the web addresses end without a slash. ``data_given`` is True where the user named the data
    folder: then that folder is shown, never fetched data.
    """

    data: Path
    cache: Path
    database: str = field(repr=False)
    retention_days: int
    tiles: str
    participants: float
    staff: bool = False
    session_hours: float = 8.0
    pdok_ogc: str = "https://api.pdok.nl"
    pdok_wfs: str = "https://service.pdok.nl"
    cbs_odata: str = "https://opendata.cbs.nl"
    cartomap: str = "https://cartomap.github.io/nl"
    politie: str = "https://dataderden.cbs.nl"
    locatieserver: str = "https://api.pdok.nl/bzk/locatieserver/search/v3_1"
    public_url: str = ""
    data_given: bool = False

    @property
    def has_register(self) -> bool:
        """Whether there is a register to read: a server's, or a file that exists."""
        return not self.database.startswith(SQLITE) or Path(self.database.removeprefix(SQLITE)).exists()

    @property
    def register_missing(self) -> Path | None:
        """The file that the user named as the register, where it does not exist; None otherwise."""
        usual = self.database == _database(_default("DATABASE_URL"))
        return None if usual or self.has_register else Path(self.database.removeprefix(SQLITE))


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from a mapping of environment variables.

    A default path starts at the project's folder, a path of the user at the working directory.
    An absent variable gives its default; an empty one too, except for the base map (none).

    Raises InputError, naming variable, expectation and value, for a variable with our prefix that is no
    setting, an absent folder or file, a URL without ``{z}``, ``{x}``, ``{y}``, a number out of range.
    """
    known = [setting.name for setting in SETTINGS if setting.name.startswith(PREFIX)]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise InputError("error.setting_unknown", name=name, known=", ".join(known))
    given = {name.removeprefix(PREFIX).lower(): environ.get(name) for name in known}
    defaults = {setting.name.removeprefix(PREFIX).lower(): setting.default for setting in SETTINGS}

    def number(which: str, allowed: tuple[int, int]) -> float:
        return _number(which, given[which] or defaults[which], allowed)

    return Settings(
        data=_data_folder(given["data"]) if given["data"] else ROOT / defaults["data"],
        cache=_cache_folder(Path(given["cache"]).absolute() if given["cache"] else ROOT / defaults["cache"]),
        database=_database(environ.get("DATABASE_URL", "").strip() or _default("DATABASE_URL")),
        retention_days=_days(given["retention_days"] or defaults["retention_days"]),
        tiles=_tiles(defaults["tiles"] if given["tiles"] is None else given["tiles"].strip()),
        participants=number("participants", PARTICIPANTS_RANGE),
        staff=_staff(given["staff"] or defaults["staff"]),
        session_hours=number("session_hours", SESSION_RANGE),
        **{name: _service(name, given[name] or defaults[name]) for name in _SERVICES},
        public_url=_service("public_url", given["public_url"]) if given["public_url"] else "",
        data_given=bool(given["data"]),
    )


@cache
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call."""
    return load(os.environ)


def _data_folder(value: str) -> Path:
    path = Path(value).absolute()
    if not path.is_dir():
        raise InputError("error.setting_folder", name="BUURTDEKKING_DATA", came=value)
    return path


def _default(name: str) -> str:
    return next(setting.default for setting in SETTINGS if setting.name == name)


def _database(value: str) -> str:
    """The address with an absolute path: a task that runs elsewhere must not start a register of its own."""
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest != "/" and "?" not in rest:
        return f"{SQLITE}{(ROOT / rest[1:]).absolute()}"
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg") or not urlsplit(value).path.strip("/"):
        # Only the scheme is told: the rest may hold a password.
        raise InputError("error.setting_database", name="DATABASE_URL", came=scheme)
    return value


def _days(value: str) -> int:
    low, high = RETENTION_RANGE
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise InputError(
            "error.setting_number", name="BUURTDEKKING_RETENTION_DAYS", low=low, high=high, came=value
        )
    return int(value)


def _cache_folder(wanted: Path) -> Path:
    """The folder itself, made if need be; a fresh private temporary one where nothing can be written."""
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError as problem:
        fallback = Path(tempfile.mkdtemp(prefix="buurtdekking-"))
        _log.warning("BUURTDEKKING_CACHE: cannot write to %s (%s); using %s", wanted, problem, fallback)
        return fallback


def _tiles(value: str) -> str:
    if not value:
        return ""
    parts = urlsplit(value)
    complete = all(part in value for part in ("{z}", "{x}", "{y}"))
    if parts.scheme not in ("http", "https") or not parts.netloc or not complete:
        raise InputError("error.setting_tiles", name="BUURTDEKKING_TILES", came=value, pattern="{z} {x} {y}")
    return value


def _number(which: str, value: str, allowed: tuple[int, int]) -> float:
    low, high = allowed
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not low <= number <= high:  # nan fails this too
        raise InputError(
            "error.setting_number", name=f"{PREFIX}{which.upper()}", low=low, high=high, came=value
        )
    return number


def _staff(value: str) -> bool:
    if value not in ("", "local"):
        raise InputError("error.setting_staff", name="BUURTDEKKING_STAFF", came=value, known="local")
    return value == "local"


def _service(which: str, value: str) -> str:
    value = value.strip().rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError("error.setting_service", name=f"{PREFIX}{which.upper()}", came=value)
    return value
