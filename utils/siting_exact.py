"""The best choice of k among a few discs, proven, by the solver HiGHS.

Pure but for the solver's own code (``highspy``, imported only where it is used). Maximal covering as
Church and ReVelle wrote it (1974): choose x_j of 0 or 1, k in all, and z_i of 0 to 1 for each point with
z_i at most the sum of x_j over the discs that hold it; the weighted sum of z is the largest possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import numpy as np

from utils.discs import Discs, expand
from utils.models import Floats, Ints

PAIRS: Final = 50_000
"""So many pairs of a disc and a point (points in the same discs are one) take it about a second."""
_LOOSE: Final = 400_000
_NODES: Final = 60
_GAP: Final = 0.003  # with more than this to bridge after the first relaxation it seldom comes to an end
_LOOKS: Final = 40  # at the solver's own moments to ask whether to go on: limits that no clock decides


@dataclass(frozen=True)
class Outcome:
    """The best choice found, which points at discs, and what no other of these discs exceeds."""

    chosen: tuple[int, ...]
    bound: float


def solve(discs: Discs, weights: Floats, k: int, start: Sequence[int], step: float) -> Outcome | None:
    """The best k of these discs, or the best found within the limits; None if they are too many.

    Parameters
    ----------
    discs : Discs over ``weights``
    start : a choice to begin with
    step : by less than this no two choices differ
    """
    discs, weights = discs.merged(weights)
    if (discs.stop - discs.start).sum(dtype=np.int64) > _LOOSE:
        return None
    pairs, weights = _columns(discs, weights)
    if sum(len(column) for column in pairs) > PAIRS:
        return None
    return _run(pairs, weights, k, start, step)


def _columns(discs: Discs, weights: Floats) -> tuple[list[Ints], Floats]:
    """The points of each disc, where all points that lie in the same discs are one."""
    run, point = expand(discs.start, discs.stop)
    disc = np.repeat(np.arange(len(discs)), discs.count)[run]
    order = np.lexsort((disc, point))
    ends = np.flatnonzero(np.diff(point[order])) + 1
    kinds: dict[bytes, int] = {}
    kind = np.array([kinds.setdefault(held.tobytes(), len(kinds)) for held in np.split(disc[order], ends)])
    columns = [np.unique(kind[discs.members(one)]) for one in range(len(discs))]
    return columns, np.bincount(kind, weights).astype(np.float64)


def _run(columns: list[Ints], weights: Floats, k: int, start: Sequence[int], step: float) -> Outcome | None:
    import highspy  # here: few visitors need it

    class Quiet(highspy.Highs):
        """The solver prints its name as soon as it is made, unless it is told not to before that."""

        def enableCallbacks(self) -> None:
            self.silent()
            super().enableCallbacks()

    scale = float(np.exp2(np.ceil(np.log2(weights.max()))))  # so that tolerances mean the same for all
    solver: Any = Quiet()
    solver.passModel(_model(highspy, columns, weights / scale, k))
    for name, value in {
        "threads": 1,
        "mip_max_nodes": _NODES,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 0.9 * step / scale,
        "mip_feasibility_tolerance": 1e-9,
    }.items():
        solver.setOptionValue(name, value)
    first = highspy.HighsSolution()
    taken, covered = _covering(columns, len(weights), start)
    first.col_value = [*taken, *covered]
    solver.setSolution(first)
    enough, looks = float(weights @ covered) / scale / (1 - _GAP), count(1)

    def look(event: highspy.HighsCallbackEvent) -> None:
        best = event.data_out.mip_dual_bound
        if next(looks) > _LOOKS or enough < best < highspy.kHighsInf:
            event.interrupt()

    solver.cbMipInterrupt += look
    solver.run()
    status = highspy.HighsModelStatus
    if solver.getModelStatus() not in (status.kOptimal, status.kSolutionLimit, status.kInterrupt):
        return None  # it says nothing that can be relied on
    values = np.array(solver.getSolution().col_value[: len(columns)])
    chosen = tuple(int(disc) for disc in np.flatnonzero(values > 0.5))
    return Outcome(chosen, solver.getInfo().mip_dual_bound * scale)


def _model(highspy: Any, columns: list[Ints], weights: Floats, k: int) -> Any:
    """First a column for each disc, then one for each point; a row for each point, and one for k."""
    discs, points = len(columns), len(weights)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = discs + points, points + 1
    model.sense_ = highspy.ObjSense.kMaximize
    model.col_cost_ = np.concatenate([np.zeros(discs), weights])
    model.col_lower_, model.col_upper_ = np.zeros(discs + points), np.ones(discs + points)
    model.row_lower_ = np.append(np.zeros(points), -highspy.kHighsInf)
    model.row_upper_ = np.append(np.full(points, highspy.kHighsInf), k)
    lengths = np.array([len(column) + 1 for column in columns] + [1] * points)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    rows = [part for column in columns for part in (column, [points])]
    model.a_matrix_.index_ = np.concatenate([*rows, np.arange(points)]).astype(np.int32)
    model.a_matrix_.value_ = np.append(np.ones(int(lengths.sum()) - points), np.full(points, -1.0))
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * discs + [kinds.kContinuous] * points
    return model


def _covering(columns: list[Ints], points: int, chosen: Sequence[int]) -> tuple[Floats, Floats]:
    """A choice as the solver has it: the value of the column of each disc, and of each point."""
    taken, covered = np.zeros(len(columns)), np.zeros(points)
    for disc in chosen:
        taken[disc] = 1
        covered[columns[disc]] = 1
    return taken, covered
