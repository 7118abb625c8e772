"""What several commands of the terminal need: the coverage that the settings name, a checked radius."""

import math

from utils import boundaries, coverage, group_source, mergers, store
from utils.coverage import RADIUS_MAX, RADIUS_MIN
from utils.errors import InputError
from utils.locate import normalise
from utils.models import Coverage
from utils.settings import settings


def load() -> Coverage:
    """The coverage of the data and the register that the settings name. Raises DataError, StoreError."""
    options = settings()
    folder = store.current(options)
    atlas, groups = boundaries.load(folder), group_source.load(options)
    return coverage.measure(atlas, groups, mergers.towns(atlas, groups, folder, normalise))


def radius(came: float) -> float:
    """A radius in metres. Raises InputError for one out of range."""
    if not RADIUS_MIN <= came <= RADIUS_MAX:  # nan fails this too
        shown = came if math.isfinite(came) else str(came)
        raise InputError("error.radius", came=shown, low=RADIUS_MIN, high=RADIUS_MAX)
    return came
