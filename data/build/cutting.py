"""From the centres of cells to their polygons: one valid coverage on whole metres.

Voronoi borders between the centres of each part; all borders of the country noded together, so that
cells share every node with their neighbours and with the municipal borders; then every face goes to
its cell. All geometry EPSG:28992, metres.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from data.build.density import Floats, Ints, Objects

SLIDE = 15  # metres that the end of a border may move along the outline of its part


@dataclass(frozen=True, eq=False)
class Division:
    """The n cells of one country: where their centres are and which part they belong to.

    ``centres`` (n, 2) whole metres; ``part`` (n,) the row in ``parts``, single Polygons; ``joined`` maps
    parts without a cell of their own to the row of the cell that takes them.
    """

    parts: Objects
    centres: Floats
    part: Ints
    joined: dict[int, int]


def borders(part: shapely.Geometry, centres: Floats) -> Objects:
    """The Voronoi borders between k centres inside a part: an array of lines, empty for one centre.

    Where they meet the outline of the part they end on (or within centimetres of) a whole metre.
    """
    if len(centres) < 2:
        return np.empty(0, dtype=object)
    edges = shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=part.envelope, only_edges=True)
    lines = shapely.get_parts(shapely.intersection(edges, part))
    xy, ring = shapely.get_coordinates(shapely.get_rings(part), return_index=True)
    here = np.flatnonzero(ring[:-1] == ring[1:])
    sides = np.stack([xy[here], xy[here + 1]], axis=1)
    tree = shapely.STRtree(shapely.linestrings(sides))

    def end_on_grid(points: Floats) -> Floats:
        (end, side), distance = tree.query_nearest(
            shapely.points(points), all_matches=False, return_distance=True
        )
        on = distance < 1e-3
        moved = points.copy()
        moved[end[on]] = _along(points[end[on]], sides[side[on]])
        return moved

    return shapely.transform(lines, end_on_grid)


def _along(points: Floats, sides: Floats) -> Floats:
    """Move points along their side to the whole metre, at most SLIDE away, that lies closest to it.

    A point of a side between whole metres, once rounded, bends the side by up to half a metre; slid
    first, by hardly anything. ``points`` (n, 2), ``sides`` (n, 2 ends, 2) in whole metres.
    """
    start, along = sides[:, 0], sides[:, 1] - sides[:, 0]
    steep = np.abs(along[:, 1]) > np.abs(along[:, 0])
    start, along, points = (np.where(steep[:, None], a[:, ::-1], a) for a in (start, along, points))
    slide = np.arange(-SLIDE, SLIDE + 1)
    low, high = np.sort([start[:, 0], start[:, 0] + along[:, 0]], axis=0)
    u = np.clip(np.rint(points[:, :1]) + slide, low[:, None], high[:, None])
    v = start[:, 1:] + (u - start[:, :1]) * (along[:, 1:] / along[:, :1])
    best = np.argmin(np.round(np.abs(v - np.rint(v)), 4) + 1e-3 * np.abs(slide), axis=1)
    row = np.arange(len(points))
    slid = np.rint(np.column_stack([u[row, best], v[row, best]]))
    return np.where(steep[:, None], slid[:, ::-1], slid)


def cut(division: Division, lines: Objects) -> Objects:
    """The polygons of all cells, (n,): one Polygon each, more only where small parts joined.

    Parameters
    ----------
    division : parts and centres
    lines : all Voronoi borders; with the outlines of the parts they are noded on whole metres

    Raises
    ------
    ValueError
        If rounding made a cell vanish.
    """
    outlines = shapely.get_parts(shapely.boundary(division.parts))
    noded = shapely.union_all(np.concatenate([outlines, lines]), grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    faces = shapely.normalize(faces)
    inside = shapely.point_on_surface(faces)
    face, part = shapely.STRtree(division.parts).query(inside, predicate="within")
    faces, part = faces[face], part
    cell = _nearest_centre(division, shapely.get_coordinates(inside[face]), part)
    cell = _keep_together(faces, part, cell)
    missing = np.setdiff1d(np.arange(len(division.centres)), cell)
    if len(missing):
        raise ValueError(f"cells without area round {division.centres[missing].tolist()}")
    order = np.argsort(cell, kind="stable")
    groups = np.split(faces[order], np.flatnonzero(np.diff(cell[order])) + 1)
    merged = [g[0] if len(g) == 1 else shapely.coverage_union_all(g) for g in groups]
    return shapely.normalize(np.array(merged, dtype=object))


def _nearest_centre(division: Division, xy: Floats, part: Ints) -> Ints:
    """The cell of each face: the nearest centre of its own part, or the cell its part joined."""
    cell = np.empty(len(xy), dtype=np.intp)
    for p in np.unique(part):
        here = part == p
        if p in division.joined:
            cell[here] = division.joined[p]
        else:
            own = np.flatnonzero(division.part == p)
            cell[here] = own[cKDTree(division.centres[own]).query(xy[here])[1]]
    return cell


def _keep_together(faces: Objects, part: Ints, cell: Ints) -> Ints:
    """Give every piece that is cut off from its cell's main piece to the neighbour it borders most.

    Two faces hang together if they share an edge; the main piece is the one with the largest area.
    Parts stay what they are: nothing crosses the border of a part.
    """
    one, two, length = _shared_edges(faces)
    same_part = part[one] == part[two]
    one, two, length = one[same_part], two[same_part], length[same_part]
    area = shapely.area(faces)
    cell = cell.copy()
    for _ in range(50):
        linked = cell[one] == cell[two]
        graph = coo_array((np.ones(linked.sum()), (one[linked], two[linked])), shape=(len(faces),) * 2)
        piece = connected_components(graph, directed=False)[1]
        size = np.bincount(piece, area)
        order = np.lexsort((-size[piece], cell, part))
        first = np.ones(len(order), dtype=bool)
        first[1:] = (np.diff(part[order]) != 0) | (np.diff(cell[order]) != 0)
        main = np.zeros(len(size), dtype=bool)
        main[piece[order[first]]] = True
        stray = ~main[piece]
        if not stray.any():
            return cell
        towards = stray[one] & main[piece[two]]
        pairs, row = np.unique(
            np.column_stack([piece[one[towards]], cell[two[towards]]]), axis=0, return_inverse=True
        )
        shared = np.bincount(row.ravel(), length[towards])
        best = np.lexsort((pairs[:, 1], -shared, pairs[:, 0]))
        pieces, start = np.unique(pairs[best, 0], return_index=True)
        takes = np.full(len(size), -1, dtype=np.intp)
        takes[pieces] = pairs[best[start], 1]
        moves = takes[piece] >= 0
        if not moves.any():
            raise ValueError("a piece of a cell borders no other cell of its part")
        cell[moves] = takes[piece[moves]]
    raise ValueError("pieces of cells do not settle")


def _shared_edges(faces: Objects) -> tuple[Ints, Ints, Floats]:
    """All pairs of faces that share edges, in both directions: face, other face, metres per edge."""
    rings, of_ring = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[:-1] == ring[1:])
    ends = np.column_stack([xy[here], xy[here + 1]])
    flip = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[flip] = ends[flip][:, [2, 3, 0, 1]]
    order = np.lexsort(ends.T)
    twin = np.flatnonzero(np.all(ends[order[:-1]] == ends[order[1:]], axis=1))
    owner = of_ring[ring[here]]
    one, two = owner[order[twin]], owner[order[twin + 1]]
    dx, dy = (ends[order[twin], :2] - ends[order[twin], 2:]).T
    length = np.sqrt(dx * dx + dy * dy)
    return np.concatenate([one, two]), np.concatenate([two, one]), np.concatenate([length, length])
