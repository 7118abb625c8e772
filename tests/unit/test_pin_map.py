"""The specification of the staff's small map."""

import json

import numpy as np
import pytest

from utils import maps, pin_map
from utils.map_geometry import lonlat, rd
from utils.pin_map import Dots, Kind

KINDS = (Kind("active"), Kind("new", on_top=True), Kind("other"))


def spec(**options):
    """A specification with these options."""
    return pin_map.specification("land", None, {}, lang="nl", theme="light", tiles="", **options)


def test_dots_without_a_place_are_left_out_and_the_important_ones_come_last() -> None:
    dots = Dots(
        np.array([155_000.0, np.nan, 156_000.0, 157_000.0]), np.full(4, 463_000.0),
        np.array([1, 0, 2, 0]), ["new", "nowhere", "other", "active"],
    )  # fmt: skip
    made = spec(dots=dots, kinds=KINDS)
    assert made["names"] == ["other", "active", "new"]
    assert made["kinds"] == [2, 0, 1]
    assert made["dots"][4:] == [538_720, 5_215_517]
    assert len(made["colours"]) == 3
    assert json.loads(maps.script_safe(made)) == json.loads(json.dumps(made))


def test_nothing_to_show() -> None:
    made = spec()
    assert (made["pin"], made["dots"], made["kinds"], made["names"]) == (None, [], [], [])


def test_the_pin_and_back() -> None:
    lon, lat = spec(pin=(155_000.0, 463_000.0))["pin"]
    assert rd(lon, lat) == pytest.approx((155_000.0, 463_000.0), abs=0.2)
    assert lonlat(np.array([rd(6.5, 53.2)]))[0] == pytest.approx((6.5, 53.2), abs=1e-7)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_legend_for_each_kind(theme) -> None:
    assert [label for _, label in pin_map.colours(KINDS, theme)] == ["active", "new", "other"]
    assert len(set(pin_map.COLOURS[theme])) == 4


def test_names_stay_data_in_the_script() -> None:
    dots = Dots(np.array([155_000.0]), np.array([463_000.0]), np.array([0]), ["</script>{{7*7}}${1}"])
    script = maps.script_safe(spec(dots=dots, kinds=KINDS))
    assert "</script>" not in script
    assert "{{" not in script
    assert json.loads(script)["names"] == ["</script>{{7*7}}${1}"]
