"""The settings: one table, read from the environment once."""

import logging
import math
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from utils.errors import InputError

ROOT = Path(__file__).resolve().parents[1]
PREFIX = "BUURTDEKKING_"
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
        "BUURTDEKKING_GROUPS",
        "",
        "Your own groups (CSV: id, name, lat, lon, ...); empty: the example groups.",
    ),
    Setting(
        "BUURTDEKKING_TILES",
        "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png",
        "URL template of the base map; set to empty for none.",
    ),
    Setting("BUURTDEKKING_PARTICIPANTS", "70", "Participants assumed for a group that reports none."),
    Setting("BUURTDEKKING_STAFF", "", "Set to local to open the staff page, which fetches official data."),
    Setting("BUURTDEKKING_PDOK_OGC", "https://api.pdok.nl", "Official data: PDOK's OGC services."),
    Setting("BUURTDEKKING_PDOK_WFS", "https://service.pdok.nl", "Official data: PDOK's WFS services."),
    Setting("BUURTDEKKING_CBS_ODATA", "https://opendata.cbs.nl", "Official data: the tables of CBS."),
    Setting("BUURTDEKKING_CARTOMAP", "https://cartomap.github.io/nl", "Official data: simplified outlines."),
)

_SERVICES = ("pdok_ogc", "pdok_wfs", "cbs_odata", "cartomap")


@dataclass(frozen=True)
class Settings:
    """The settings, checked: absolute paths; ``groups`` None: the examples; ``tiles`` empty: none.

    ``staff`` tells whether the staff page is open; the web addresses end without a slash. ``data_given`` is
    True where the user named the data folder: then that folder is shown, never fetched data.
    """

    data: Path
    cache: Path
    groups: Path | None
    tiles: str
    participants: float
    staff: bool = False
    pdok_ogc: str = "https://api.pdok.nl"
    pdok_wfs: str = "https://service.pdok.nl"
    cbs_odata: str = "https://opendata.cbs.nl"
    cartomap: str = "https://cartomap.github.io/nl"
    data_given: bool = False


def load(environ: Mapping[str, str]) -> Settings:
    """Settings from a mapping of environment variables.

    A default path starts at the project's folder, a path of the user at the working directory.
    An absent variable gives its default; an empty one too, except for the base map (none).

    Raises InputError, naming variable, expectation and value, for a variable with our prefix that is no
    setting, an absent folder or file, a URL without ``{z}``, ``{x}``, ``{y}``, a number out of range.
    """
    known = [setting.name for setting in SETTINGS]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise InputError("error.setting_unknown", name=name, known=", ".join(known))
    given = {name.removeprefix(PREFIX).lower(): environ.get(name) for name in known}
    defaults = {setting.name.removeprefix(PREFIX).lower(): setting.default for setting in SETTINGS}
    return Settings(
        data=_data_folder(given["data"]) if given["data"] else ROOT / defaults["data"],
        cache=_cache_folder(Path(given["cache"]).absolute() if given["cache"] else ROOT / defaults["cache"]),
        groups=_groups_file(given["groups"]) if given["groups"] else None,
        tiles=_tiles(defaults["tiles"] if given["tiles"] is None else given["tiles"].strip()),
        participants=_participants(given["participants"] or defaults["participants"]),
        staff=_staff(given["staff"] or defaults["staff"]),
        **{name: _service(name, given[name] or defaults[name]) for name in _SERVICES},
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


def _groups_file(value: str) -> Path:
    path = Path(value).absolute()
    if not path.is_file():
        raise InputError("error.setting_file", name="BUURTDEKKING_GROUPS", came=value)
    return path


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


def _participants(value: str) -> float:
    low, high = PARTICIPANTS_RANGE
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not low <= number <= high:  # nan fails this too
        raise InputError(
            "error.setting_number", name="BUURTDEKKING_PARTICIPANTS", low=low, high=high, came=value
        )
    return number


def _staff(value: str) -> bool:
    if value not in ("", "local"):
        raise InputError("error.setting_staff", name="BUURTDEKKING_STAFF", came=value, known="local")
    return value == "local"


def _service(field: str, value: str) -> str:
    value = value.strip().rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise InputError("error.setting_service", name=f"{PREFIX}{field.upper()}", came=value)
    return value
