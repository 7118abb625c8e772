"""Classes and colours: every value has its class, and every eye can tell the classes apart.

Contrast is that of WCAG 2.2. Distances are CIE 1976 ΔE*ab (2.3 is just noticeable), also as seen by
protanopes and deuteranopes: Machado, Oliveira and Fernandes, "A physiologically-based model for simulation
of color vision deficiency", IEEE TVCG 15(6), 2009, table of matrices at severity 1.0, in linear RGB.
"""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests import country
from utils import classes
from utils import coverage as c
from utils.classes import Theme
from utils.maps import INK
from utils.models import LAYERS, LEVELS, Figures, Layer, Level, Overlay, Status

THEMES: tuple[Theme, ...] = ("light", "dark")
RAMPS: tuple[Layer, ...] = ("dekkingsgraad", "bereik", "groepen")
MARKED: tuple[Layer, ...] = ("actueel",)
FIGURES = c.figures(c.measure(country.grid(k=64), country.groups()), "neighbourhood", 500)
FIELD = {"dekkingsgraad": "per_1000", "bereik": "reach", "groepen": "groups"}

VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# Linear sRGB → CIE XYZ, D65: IEC 61966-2-1.
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(colour: str) -> NDArray[np.float64]:
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: str) -> NDArray[np.float64]:
    xyz = XYZ @ np.clip(VISIONS[vision] @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, vision: str) -> float:
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def showing(layer: Layer, level: Level, values: object) -> Figures:
    """Figures of areas of a level that have these values in the layer."""
    return replace(FIGURES, level=level, **{FIELD[layer]: np.asarray(values)})


def test_the_yardsticks_measure_right() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert lab("#FF0000", "usual") == pytest.approx([53.24, 80.09, 67.20], abs=0.05)
    for vision in VISIONS:
        assert difference("#808080", "#808080", vision) == 0
        assert difference("#FFFFFF", "#000000", vision) == pytest.approx(100, abs=0.1)
    for vision in ("protanopia", "deuteranopia"):
        assert difference("#C04040", "#60A040", vision) < 0.5 * difference("#C04040", "#60A040", "usual")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("layer", LAYERS)
def test_every_class_has_a_colour(layer: Layer, level: Level, theme: Theme) -> None:
    found = classes.scale(layer, level, theme)
    assert found.layer == layer
    assert found.marks is (layer in MARKED)
    assert len(found.swatches) == (len(Status) if layer == "status" else len(found.bounds) + 2 + found.marks)
    colours = [one for swatch in found.swatches for one in (swatch.fill, swatch.hatch) if one]
    assert all(re.fullmatch("#[0-9A-F]{6}", colour) for colour in colours)
    if layer != "status":
        assert found.bounds[0] == 0
        assert list(found.bounds) == sorted(set(found.bounds))


@pytest.mark.parametrize("theme", THEMES)
def test_only_uncovered_and_marked_areas_are_hatched(theme: Theme) -> None:
    swatches = classes.scale("status", "province", theme).swatches
    assert [i for i, swatch in enumerate(swatches) if swatch.hatch] == [Status.UNCOVERED]
    for layer in RAMPS:
        assert not any(swatch.hatch for swatch in classes.scale(layer, "province", theme).swatches)
    for layer in MARKED:
        *ramp, marked, none = classes.scale(layer, "province", theme).swatches
        assert marked.hatch
        assert marked.hatch != swatches[Status.UNCOVERED].hatch
        assert not any(swatch.hatch for swatch in (*ramp, none))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("layer", RAMPS)
def test_a_bound_belongs_to_the_class_below_it(layer: Layer, level: Level) -> None:
    bounds = classes.scale(layer, level, "light").bounds
    assert classes.classify(showing(layer, level, bounds), layer).tolist() == list(range(len(bounds)))
    above = np.nextafter(bounds, np.inf) if layer != "groepen" else np.add(bounds, 1)
    assert classes.classify(showing(layer, level, above), layer).tolist() == list(range(1, len(bounds) + 1))


@given(
    st.sampled_from(("dekkingsgraad", "bereik")),
    st.lists(st.floats(0, 1e6) | st.just(np.nan) | st.just(np.inf) | st.just(5e-324), max_size=30),
)
def test_classes_follow_the_values(layer: Layer, values: list[float]) -> None:
    figures = showing(layer, "province", np.sort(np.array(values, dtype=float)))
    found, scale = classes.classify(figures, layer), classes.scale(layer, "province", "light")
    shown = classes.values(figures, layer)
    missing = np.isnan(shown)
    assert found.shape == shown.shape
    assert found.dtype == np.int8
    assert (np.diff(found[~missing]) >= 0).all()
    assert ((found == 0) == (shown == 0)).all()
    assert ((found == len(scale.swatches) - 1) == missing).all()


@given(st.sampled_from(LEVELS), st.lists(st.integers(0, 20_000), max_size=30))
def test_classes_follow_the_counts(level: Level, counts: list[int]) -> None:
    figures = showing("groepen", level, np.sort(np.array(counts, dtype=np.intp)))
    found = classes.classify(figures, "groepen")
    assert (np.diff(found) >= 0).all()
    assert ((found == 0) == (figures.groups == 0)).all()
    assert found.max(initial=0) < len(classes.scale("groepen", level, "light").swatches) - 1


shares = st.floats(0, 1) | st.sampled_from([np.nan, 0.0, 0.5, 0.75, 0.9, 1.0])


@given(st.sampled_from(LEVELS), st.lists(st.tuples(shares, st.booleans()), max_size=30))
def test_a_marked_area_has_a_class_of_its_own(level: Level, rows: list[tuple[float, bool]]) -> None:
    share = np.array([value for value, _ in rows], dtype=float)
    marked = np.array([mark for _, mark in rows], dtype=bool)
    found = classes.classify(Overlay("actueel", level, share, marked, {}, {}), "actueel")
    plain = classes.classify(Overlay("actueel", level, share, np.zeros_like(marked), {}, {}), "actueel")
    scale = classes.scale("actueel", level, "light")
    assert found.dtype == np.int8
    assert (found[marked] == len(scale.bounds) + 1).all()
    assert (found[~marked] == plain[~marked]).all()
    assert ((plain == len(scale.swatches) - 1) == np.isnan(share)).all()
    assert ((plain == 0) == (share == 0)).all()
    ordered = plain[np.argsort(share)][: int((~np.isnan(share)).sum())]
    assert (np.diff(ordered) >= 0).all()
    assert ordered.max(initial=0) <= len(scale.bounds)


rates = st.floats(0, 50) | st.sampled_from([np.nan, 0.0, 2.0, 8.0])


@given(st.sampled_from(LEVELS), st.lists(rates, max_size=30))
def test_classes_follow_the_burglaries(level: Level, came: list[float]) -> None:
    shown, none = np.array(came, dtype=float), np.zeros(len(came), dtype=bool)
    found = classes.classify(Overlay("inbraken", level, shown, none, {}, {}), "inbraken")
    scale = classes.scale("inbraken", level, "light")
    assert ((found == len(scale.swatches) - 1) == np.isnan(shown)).all()
    assert ((found == 0) == (shown == 0)).all()
    assert (np.diff(found[np.argsort(shown)]) >= 0).all()  # nan is sorted last, and has the last class


def test_the_class_of_a_status_is_the_status() -> None:
    every = np.array(sorted(Status), dtype=np.int8)
    figures = replace(FIGURES, status=every)
    assert classes.classify(figures, "status").tolist() == classes.values(figures, "status").tolist()
    assert len(classes.scale("status", "province", "light").swatches) - 1 == Status.UNKNOWN


@pytest.mark.parametrize("theme", THEMES)
def test_the_signal_stands_out_from_its_own_ground(theme: Theme) -> None:
    swatches = classes.scale("status", "province", theme).swatches
    uncovered = swatches[Status.UNCOVERED]
    assert uncovered.hatch is not None
    assert contrast(uncovered.hatch, uncovered.fill) >= 3  # WCAG 1.4.11
    assert contrast(INK[theme]["signal"], uncovered.fill) >= 3
    for vision in VISIONS:
        for fill in (swatch.fill for swatch in swatches):
            assert difference(uncovered.hatch, fill, vision) >= 25


@pytest.mark.parametrize("layer", MARKED)
@pytest.mark.parametrize("theme", THEMES)
def test_a_mark_stands_out_for_every_eye(theme: Theme, layer: Layer) -> None:
    *ramp, marked, missing = classes.scale(layer, "province", theme).swatches
    assert marked.hatch is not None
    assert contrast(marked.hatch, marked.fill) >= 3  # WCAG 1.4.11
    for vision in VISIONS:
        others = [swatch.fill for swatch in (*ramp, missing)]
        # Where areas are too small for a hatch, they have its colour.
        assert min(difference(marked.hatch, fill, vision) for fill in others) >= 25
        assert min(difference(marked.fill, fill, vision) for fill in others) >= 10


@pytest.mark.parametrize("theme", THEMES)
def test_a_ramp_runs_one_way_in_visible_steps(theme: Theme) -> None:
    *ramp, missing = (swatch.fill for swatch in classes.scale("bereik", "province", theme).swatches)
    steps = np.diff([luminance(fill) for fill in ramp])
    assert (steps < 0).all() if theme == "light" else (steps > 0).all()
    for vision in VISIONS:
        assert min(difference(*pair, vision) for pair in itertools.pairwise(ramp)) >= 6
        assert min(difference(missing, fill, vision) for fill in ramp) >= 10


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES)
def test_statuses_differ_for_every_eye(theme: Theme, vision: str) -> None:
    swatches = classes.scale("status", "province", theme).swatches
    for one, other in itertools.combinations(sorted(Status), 2):
        least = 8 if Status.UNCOVERED in (one, other) else 10  # its hatch tells that one apart
        assert difference(swatches[one].fill, swatches[other].fill, vision) >= least, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_marks_on_the_map_are_seen(theme: Theme) -> None:
    ink = INK[theme]
    assert INK["light"].keys() == INK["dark"].keys()
    assert contrast(ink["dot"], ink["dotLine"]) >= 3
    assert contrast(ink["dot"], ink["dotOff"]) >= 3
    assert contrast(ink["hover"], ink["halo"]) >= 3
    for level in LEVELS:
        fills = [swatch.fill for swatch in classes.scale("status", level, theme).swatches]
        ring = [max(contrast(ink["dot"], fill), contrast(ink["dotLine"], fill)) for fill in fills]
        assert min(ring) >= 3
