"""The scans, in numpy: everything that is ready is computed at once, wave after wave.

``compiled.py`` has the same scans for numba; both are tested to give equal answers.

``pull`` looks downstream:  ``f_p = start_p + sum_j y_j f_j``, ``f_j = seed_j + sum_e share_e f_proc(e)``.
``push`` looks forward:     ``t_p = sum_e share_e a_lot(e)``, ``a_j = a0_j + y_j t_p``.
Reference: Bialek 1996 (IEE Proc. GTD 143:313); ``(I - W) F = B`` is Leontief's system with row sums at most one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import splu

from lodemark.attribution.graph import F64, I64, Flags, Graph, ragged, ragged_sum
from lodemark.attribution.trouble import TraceError


def pull(graph: Graph, y: F64, start: F64, seed: F64 | None = None) -> F64:
    """Shares downstream of every process: ``start`` [P, c] and ``seed`` [L, c] (or none) give ``f`` [P, c]."""
    f = start.copy()
    for wave, loop in _waves(graph, downstream_first=True):
        if loop:
            f[wave] = solve_loop(graph, y, f, wave, seed)
        else:
            f[wave] += _outputs(graph, y, f, wave, seed)
    return f


def lot_shares(graph: Graph, f: F64, lots: I64, seed: F64 | None = None) -> F64:
    """``f_j`` [n, c] of some lots, from the shares of the processes that took them."""
    edges = ragged(graph.cons_ptr[lots], graph.cons_ptr[lots + 1])
    rows: F64 = ragged_sum(
        graph.cons_share[edges, None] * f[graph.cons_proc[edges]],
        graph.cons_ptr[lots + 1] - graph.cons_ptr[lots],
    )
    if seed is not None:
        rows += seed[lots]
    return rows


def push(graph: Graph, y: F64, marks: F64) -> tuple[F64, F64]:
    """Where marked mass goes: ``marks`` [L] gives arrivals at processes [P] and mass in lots [L]."""
    arrived, held = np.zeros(len(graph.sink)), marks.astype(np.float64)
    for wave, loop in _waves(graph, downstream_first=False):
        edges = ragged(graph.in_ptr[wave], graph.in_ptr[wave + 1])
        into = ragged_sum(graph.in_share[edges] * held[graph.in_lot[edges]], np.diff(graph.in_ptr)[wave])
        if loop:
            into = solve_loop_forward(graph, y, wave, into)
        arrived[wave] = into
        outputs = ragged(graph.out_ptr[wave], graph.out_ptr[wave + 1])
        held[outputs] += y[outputs] * np.repeat(into, np.diff(graph.out_ptr)[wave])
    return arrived, held


def lift(graph: Graph, y: F64, target: int) -> tuple[I64, F64]:
    """The lots that lot ``target`` can contain (itself first) and what part of each is in it, for ``y`` [K, L]."""
    lots = np.flatnonzero(_ancestors(graph, target))
    lots = np.concatenate(([target], lots[lots != target]))
    parts = np.zeros((len(lots), len(y)))
    seed = np.zeros((len(graph.base_mg), 1))
    seed[target] = 1.0
    start = np.zeros((len(graph.sink), 1))
    for k in range(len(y)):
        parts[:, k] = lot_shares(graph, pull(graph, y[k], start, seed), lots, seed)[:, 0]
    return lots, parts


def counting_sort(keys: I64, count: int) -> tuple[I64, I64]:
    """Pointers [count + 1] and the stable order [n] of keys in ``[0, count)``."""
    pointer = np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=count))))
    return pointer, np.argsort(keys, kind="stable")


def flow_masses(fresh_mg: I64, in_ptr: I64, in_lot: I64, part: I64, first_out: I64, split: I64, lost: I64) -> tuple[I64, I64]:
    """Masses of lots and takes of a made-up genealogy: whole milligrams, never more out than in.

    ``fresh_mg`` [P] is what a process without inputs brings in, ``part`` [E] and ``lost`` [P] are thousandths,
    ``split`` [L] weights. A lot below a gram is left alone.
    """
    base, left = np.zeros(first_out[-1], np.int64), np.zeros(first_out[-1], np.int64)
    taken = np.zeros(len(in_lot), np.int64)
    for p in range(len(lost)):
        total = fresh_mg[p]
        for e in range(in_ptr[p], in_ptr[p + 1]):
            lot = in_lot[e]
            if left[lot] >= 1000:
                taken[e] = left[lot] * part[e] // 1000
                left[lot] -= taken[e]
                total += taken[e]
        weights = 0
        for j in range(first_out[p], first_out[p + 1]):
            weights += split[j]
        kept = max(total - total * lost[p] // 1000 - (first_out[p + 1] - first_out[p]), 0)
        for j in range(first_out[p], first_out[p + 1]):
            base[j] = left[j] = 1 + kept * split[j] // weights
    return base, taken


def _ancestors(graph: Graph, target: int) -> Flags:
    """Lots this lot can contain, masses aside: itself and all that went into its producer, and so on."""
    seen, done = np.zeros(len(graph.base_mg), np.bool_), np.zeros(len(graph.sink), np.bool_)
    wave = np.array([target])
    while len(wave):
        seen[wave] = True
        makers = np.unique(graph.prod[wave])
        makers = makers[makers >= 0]
        makers = makers[~done[makers]]
        done[makers] = True
        lots = np.unique(graph.in_lot[ragged(graph.in_ptr[makers], graph.in_ptr[makers + 1])])
        wave = lots[~seen[lots]]
    return seen


def _outputs(graph: Graph, y: F64, f: F64, wave: I64, seed: F64 | None) -> F64:
    lots = ragged(graph.out_ptr[wave], graph.out_ptr[wave + 1])
    return ragged_sum(y[lots, None] * lot_shares(graph, f, lots, seed), np.diff(graph.out_ptr)[wave])


def _waves(graph: Graph, downstream_first: bool) -> Iterator[tuple[I64, bool]]:
    """Processes whose neighbours are all done, wave after wave; a loop comes alone, marked ``True``."""
    count = len(graph.sink)
    taker = np.repeat(np.arange(count), np.diff(graph.in_ptr))
    maker = graph.prod[graph.in_lot].astype(np.int64)
    fed = maker >= 0
    before, after = (taker[fed], maker[fed]) if downstream_first else (maker[fed], taker[fed])
    group, members = _groups(graph)
    before, after = group[before], group[after]
    keep = before != after
    before, after = before[keep], after[keep]
    by_before = np.argsort(before, kind="stable")
    after = after[by_before]
    begin = np.concatenate(([0], np.cumsum(np.bincount(before, minlength=count))))
    waiting = np.bincount(after, minlength=count)
    waiting[group != np.arange(count)] = -1  # only the first process of a loop stands for it
    ready = np.flatnonzero(waiting == 0)
    while len(ready):
        alone = ready[~np.isin(ready, list(members))] if members else ready
        if len(alone):
            yield alone, False
        for first in members.keys() & set(ready.tolist()):
            yield members[first], True
        reached = after[ragged(begin[ready], begin[ready + 1])]
        np.subtract.at(waiting, reached, 1)
        reached = np.unique(reached)
        ready = reached[waiting[reached] == 0]


def _groups(graph: Graph) -> tuple[I64, dict[int, I64]]:
    group = np.arange(len(graph.sink))
    members = {}
    for first, stop in graph.loops:
        group[first:stop] = first
        members[first] = np.arange(first, stop)
    return group, members


def loop_matrix(graph: Graph, y: F64, wave: I64) -> tuple[I64, I64, F64]:
    """Share of what enters one process of a loop that comes to another: row, column, share."""
    first, stop = int(wave[0]), int(wave[-1]) + 1
    lots = ragged(graph.out_ptr[wave], graph.out_ptr[wave + 1])
    edges = ragged(graph.cons_ptr[lots], graph.cons_ptr[lots + 1])
    lot = np.repeat(lots, graph.cons_ptr[lots + 1] - graph.cons_ptr[lots])
    inside: Flags = (graph.cons_proc[edges] >= first) & (graph.cons_proc[edges] < stop)
    edges, lot = edges[inside], lot[inside]
    share = y[lot] * graph.cons_share[edges]
    return graph.prod[lot].astype(np.int64) - first, graph.cons_proc[edges].astype(np.int64) - first, share


def solve_loop(graph: Graph, y: F64, f: F64, wave: I64, seed: F64 | None) -> F64:
    """A loop at once: ``(I - W) f = start + what leaves the loop``. ``f`` holds ``start`` on the loop."""
    start = f[wave].copy()
    f[wave] = 0.0
    outside = _outputs(graph, y, f, wave, seed)
    row, column, share = loop_matrix(graph, y, wave)
    return solve(graph, wave, row, column, share, start + outside)


def solve_loop_forward(graph: Graph, y: F64, wave: I64, into: F64) -> F64:
    """What arrives at the processes of a loop, from what comes into it."""
    row, column, share = loop_matrix(graph, y, wave)
    return solve(graph, wave, column, row, share, into)


def solve(graph: Graph, wave: I64, row: I64, column: I64, share: F64, right: F64) -> F64:
    """Solve ``(I - W) x = right``; a loop that nothing leaves has no answer and is named."""
    size = len(wave)
    # A loop is strongly connected and no row exceeds one: an exit anywhere makes it regular, none makes it singular.
    if size - share.sum() <= 1e-12 * size:
        raise TraceError("trace-loop-no-exit", processes=graph.process_ids[wave].tolist())
    matrix = eye_array(size, format="csc") - coo_array((share, (row, column)), shape=(size, size)).tocsc()
    solved: F64 = splu(matrix.tocsc()).solve(right)
    return solved
