"""A small made-up country and register, for tests that need shapes and numbers they can check."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely

from utils.coverage import SAMPLES, sample_points
from utils.models import Areas, Atlas, Edition, Groups

WEST, SOUTH = 120_000.0, 450_000.0


def _areas(level, codes, names, parents, inhabitants, geometry, households):
    return Areas(
        level=level,
        codes=np.array(codes, dtype=object),
        names=np.array(names, dtype=object),
        parents=np.asarray(parents, dtype=np.intp),
        inhabitants=np.asarray(inhabitants, dtype=np.float64),
        geometry=np.asarray(geometry, dtype=object),
        households=np.asarray(households, dtype=np.float64),
    )


def grid(
    columns: int = 4,
    rows: int = 4,
    side: float = 1_000.0,
    inhabitants: Sequence[float] | None = None,
    kind: str = "approximate",
    k: int = SAMPLES,
) -> Atlas:
    """Square neighbourhoods row by row from the south-west; a municipality a row, a province two rows."""
    cells = [(c, r) for r in range(rows) for c in range(columns)]
    squares = np.array(
        [
            shapely.box(WEST + c * side, SOUTH + r * side, WEST + (c + 1) * side, SOUTH + (r + 1) * side)
            for c, r in cells
        ],
        dtype=object,
    )
    people = np.full(len(cells), 1_000.0) if inhabitants is None else np.asarray(inhabitants, dtype=float)
    return build(squares, [r for _, r in cells], [r // 2 for r in range(rows)], people, kind, k)


def voronoi(neighbourhoods: int = 300, size: float = 40_000.0, seed: int = 1, k: int = SAMPLES) -> Atlas:
    """Voronoi cells, many small ones in towns and few large ones outside, as real neighbourhoods are."""
    random = np.random.default_rng(seed)
    towns = random.uniform(0.1 * size, 0.9 * size, (max(neighbourhoods // 30, 1), 2))
    clumped = towns[random.integers(0, len(towns), neighbourhoods * 3 // 4)]
    clumped = clumped + random.normal(0, 1_500, clumped.shape)
    spread = random.uniform(0, size, (neighbourhoods - len(clumped), 2))
    sites = np.clip(np.concatenate([clumped, spread]), 0, size) + np.array([WEST, SOUTH])
    frame = shapely.box(WEST, SOUTH, WEST + size, SOUTH + size)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=frame))
    cells = shapely.intersection(cells, frame)
    cells = cells[shapely.area(cells) > 1_000]
    centre = shapely.get_coordinates(shapely.centroid(cells))
    tile = ((centre - [WEST, SOUTH]) // (size / 2)).astype(int)
    municipality = tile[:, 0] + 2 * tile[:, 1]
    return build(
        cells,
        municipality,
        [0, 0, 1, 1],
        random.integers(0, 3_000, len(cells)).astype(float),
        "approximate",
        k,
    )


def build(cells, municipality, province, people, kind="approximate", k=SAMPLES) -> Atlas:
    """The atlas of neighbourhoods, their municipality's row and each municipality's province's row.

    Official ones have households, one for every two inhabitants, and a district a municipality.
    """
    municipality, province = np.asarray(municipality), np.asarray(province)
    order = np.argsort(municipality, kind="stable")
    cells, municipality, people = np.asarray(cells, dtype=object)[order], municipality[order], people[order]
    outlines = [shapely.union_all(cells[municipality == m]) for m in range(len(province))]
    towns = [people[municipality == m].sum() for m in range(len(province))]
    provinces = range(int(province.max()) + 1)
    lands = [sum(t for t, q in zip(towns, province, strict=True) if p == q) for p in provinces]
    official = kind == "official"

    def homes(of):
        return np.asarray(of, dtype=np.float64) // 2 if official else np.full(len(of), np.nan)

    return Atlas(
        edition=Edition(kind=kind, year=2024, peildatum=date(2024, 1, 1), version="test"),
        provinces=_areas(
            "province",
            [f"PV{20 + p}" for p in provinces],
            [f"Provincie {p}" for p in provinces],
            [0 for _ in provinces],
            lands,
            [
                shapely.union_all([o for o, q in zip(outlines, province, strict=True) if p == q])
                for p in provinces
            ],
            homes(lands),
        ),
        municipalities=_areas(
            "municipality",
            [f"GM{m:04}" for m in range(len(province))],
            [f"Gemeente {m}" for m in range(len(province))],
            province,
            towns,
            outlines,
            homes(towns),
        ),
        neighbourhoods=_areas(
            "neighbourhood",
            [f"BV{m:04}{i:04}" for i, m in enumerate(municipality)],
            [f"Buurt {i}" for i in range(len(cells))],
            municipality,
            people,
            cells,
            homes(people),
        ),
        samples=sample_points(cells, k).astype(np.float32),
        districts=np.array([f"Wijk {m}" if official else "" for m in municipality], dtype=object),
    )


def groups(
    xy: Sequence[tuple[float, float]] = (),
    status: str | Sequence[str] = "active",
    participants: Sequence[float] | None = None,
    area: Sequence[object] | None = None,
    names: Sequence[str] | None = None,
) -> Groups:
    """A register of groups at these places; the rest is as given, or the same for all."""
    n = len(xy)
    places = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    areas = np.full(n, None, dtype=object)
    for i, shape in enumerate(area or ()):
        areas[i] = shape
    return Groups(
        ids=np.array([f"g{i}" for i in range(n)], dtype=object),
        names=np.array(names if names is not None else [f"Groep {i}" for i in range(n)], dtype=object),
        x=places[:, 0],
        y=places[:, 1],
        area=areas,
        participants=np.full(n, np.nan) if participants is None else np.asarray(participants, dtype=float),
        status=np.array([status] * n if isinstance(status, str) else list(status), dtype=object),
        since=np.full(n, "2019-01-01", dtype="datetime64[D]"),
        until=np.full(n, "NaT", dtype="datetime64[D]"),
        confirmed=np.full(n, "2024-01-01", dtype="datetime64[D]"),
        platform=np.full(n, "whatsapp", dtype=object),
        example=True,
        revision="test",
        peildatum=date(2024, 1, 1),
    )
