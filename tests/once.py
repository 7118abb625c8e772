"""What gives the same for the same is worked out once for all tests of a run.

Reading the data that ship, and measuring how far every sample point is from a group, are pure: tests that are
about something else need not wait for them again and again, each with a cache of its own.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from utils import boundaries, coverage
from utils.models import LEVELS, Atlas, Groups

_load, _distance = boundaries.load, coverage.nearest_distance


class _Kept:
    """The last few results by what they follow from."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._found:
            self._found[key] = make()
        self._found.move_to_end(key)
        if len(self._found) > self._most:
            self._found.popitem(last=False)
        return self._found[key]


_atlases, _distances = _Kept(3), _Kept(8)


def _atlas(folder: Path, *more: Any) -> Atlas:
    files = [(path.name, path.stat()) for path in sorted(folder.iterdir()) if path.is_file()]
    stamps = tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in files)

    def made() -> Atlas:
        found = _load(folder, *more)
        _fixed(found.samples)
        for level in LEVELS[1:]:
            areas = found.areas(level)
            _fixed(areas.codes, areas.names, areas.parents, areas.inhabitants, areas.households)
        return found

    return _atlases.get((folder, more, stamps), made)


def _fixed(*arrays: NDArray[Any]) -> None:
    """Who changed one would change it for all: now that is an error."""
    for array in arrays:
        array.flags.writeable = False


def _distances_to(samples: NDArray[np.floating], groups: Groups) -> NDArray[np.float32]:
    kept = groups.active
    parts = (groups.x[kept].tobytes(), groups.y[kept].tobytes(), repr(shapely.to_wkb(groups.area[kept])))
    digest = sha256(repr(parts).encode()).digest()

    def made() -> tuple[object, NDArray[np.float32]]:
        found = _distance(samples, groups)
        _fixed(found)
        return samples, found  # with the samples, so that none other gets their identity

    return _distances.get((id(samples), digest), made)[1]


@contextmanager
def worked_out() -> Iterator[None]:
    """Within it, both are remembered."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boundaries, "load", _atlas)
        patch.setattr(coverage, "nearest_distance", _distances_to)
        yield
