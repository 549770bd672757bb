"""The scans, in numpy: everything that is ready is computed at once, wave after wave.

``compiled.py`` has the same scans for numba; both are tested to give equal answers.

``pull`` looks downstream:  ``f_p = start_p + sum_j y_j f_j``, ``f_j = seed_j + sum_e share_e f_proc(e)``.
``push`` looks forward:     ``t_p = sum_e share_e a_lot(e)``, ``a_j = a0_j + y_j t_p``.
Reference: Bialek 1996 (IEE Proc. GTD 143:313); ``(I - W) F = B`` is Leontief's system with row sums at most one.
"""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import splu

from lodemark.attribution.graph import F64, I8, I32, I64, Flags, Graph, Places, ragged, ragged_sum
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


def starts(graph: Graph, y: F64) -> F64:
    """What a process itself ends, [P, classes + loss]: all of it in a sink, its loss elsewhere."""
    count = len(graph.sink)
    start = np.zeros((count, len(graph.classes) + 1))
    sinks = np.flatnonzero(graph.sink >= 0)
    start[sinks, graph.sink[sinks]] = 1.0
    out = np.bincount(graph.prod + 1, weights=y, minlength=count + 1)[1:]
    rest = np.where(graph.sink >= 0, 0.0, np.maximum(1.0 - out, 0.0))
    start[:, -1] += rest
    return start


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


def repair(  # noqa: PLR0915 - one loop, and numba compiles a call inside it badly
    seeds: I64,
    key: I64,
    out_ptr: I32,
    out_head: I64,
    out_lot: I64,
    out_next: I64,
    in_ptr: I32,
    in_lot: I32,
    by_process: I64,
    take_lot: I64,
    next_by_process: I64,
    cons_ptr: I32,
    cons_proc: I32,
    cons_share: F64,
    by_lot: I64,
    take_process: I64,
    take_share: F64,
    next_by_lot: I64,
    prod: I32,
    y: F64,
    sink: I8,
    f: F64,
    queued: NDArray[np.uint8],
    changed: I64,
    most: int,
) -> tuple[int, int, bool]:
    """Compute ``f`` [P, K, 4] again for the seeds and for whatever depends on what moved, latest process first.

    The arrays are those of ``live.Live``. Returns how many processes were computed, how many moved (in ``changed``),
    and whether it ended before ``most`` inputs were looked at. A process is computed once: all it depends on is later.
    """
    heap = [(-key[0], np.int64(0))]
    heap.pop()
    for p in seeds:
        heappush(heap, (-key[p], p))
        queued[p] = 1
    touched = moved = looked = 0
    while len(heap) > 0:
        p = heappop(heap)[1]
        queued[p] = 0
        touched += 1
        differs = False
        for k in range(y.shape[0]):
            out = a = b = c = d = 0.0
            base, over = out_ptr[p], out_head[p]
            while base < out_ptr[p + 1] or over >= 0:
                if base < out_ptr[p + 1]:
                    j = np.int64(base)
                    base += 1
                else:
                    j = out_lot[over]
                    over = out_next[over]
                ja = jb = jc = jd = 0.0
                for e in range(cons_ptr[j], cons_ptr[j + 1]):
                    q, w = cons_proc[e], cons_share[e]
                    ja += w * f[q, k, 0]
                    jb += w * f[q, k, 1]
                    jc += w * f[q, k, 2]
                    jd += w * f[q, k, 3]
                looked += cons_ptr[j + 1] - cons_ptr[j]
                t = by_lot[j]
                while t >= 0:
                    r, w = take_process[t], take_share[t]
                    ja += w * f[r, k, 0]
                    jb += w * f[r, k, 1]
                    jc += w * f[r, k, 2]
                    jd += w * f[r, k, 3]
                    t = next_by_lot[t]
                share = y[k, j]
                out += share
                a += share * ja
                b += share * jb
                c += share * jc
                d += share * jd
            d += max(1.0 - out, 0.0)
            if sink[p] >= 0:
                a, b, c, d = 0.0 + (sink[p] == 0), 0.0 + (sink[p] == 1), 0.0 + (sink[p] == 2), 0.0 + (sink[p] == 3)
            if f[p, k, 0] != a or f[p, k, 1] != b or f[p, k, 2] != c or f[p, k, 3] != d:
                differs = True
                f[p, k, 0], f[p, k, 1], f[p, k, 2], f[p, k, 3] = a, b, c, d
        if not differs:
            continue
        changed[moved] = p
        moved += 1
        for e in range(in_ptr[p], in_ptr[p + 1]):
            m = prod[in_lot[e]]
            if m >= 0 and queued[m] == 0:
                queued[m] = 1
                heappush(heap, (-key[m], np.int64(m)))
        t = by_process[p]
        while t >= 0:
            m = prod[take_lot[t]]
            if m >= 0 and queued[m] == 0:
                queued[m] = 1
                heappush(heap, (-key[m], np.int64(m)))
            t = next_by_process[t]
        looked += in_ptr[p + 1] - in_ptr[p]
        if looked > most:
            return touched, moved, False
    return touched, moved, True


def take_tables(
    base: I64,
    in_ptr: Places,
    in_lot: I32,
    taken: I64,
    drawn: I64,
    pointer: Places,
    in_share: F64,
    cons_lot: I32,
    cons_proc: I32,
    cons_share: F64,
    cons_edge: Places,
) -> None:
    """Write the takes in both orders: ``in_share`` [E] by process, then by lot ``cons_lot, cons_proc, cons_share``.

    ``cons_edge`` [E] is where a take stands in the order by process. ``drawn`` [L] and ``pointer`` [L + 2] come zeroed;
    the last place of ``pointer`` is not part of the answer. Where the takes exceed a lot, the excess is undeclared
    origin: shares are of what was taken, summing to one.
    """
    np.add.at(drawn, in_lot, taken)
    in_share[:] = taken / np.maximum(np.maximum(base, drawn), 1)[in_lot]
    cons_edge[:] = place_keys(in_lot, pointer[:-1])
    taker = np.repeat(np.arange(len(in_ptr) - 1, dtype=np.int32), np.diff(in_ptr))
    cons_lot[:], cons_proc[:], cons_share[:] = in_lot[cons_edge], taker[cons_edge], in_share[cons_edge]


def output_shares(
    content: F64, mass: I64, taker: Places, in_lot: I32, taken: I64, prod: I32, into: F64, out: F64, y: F64
) -> None:
    """Write ``y`` [L]: mass of a lot over all mass into its producer, or over all mass out where that is more.

    ``content`` [L] is the mass of the element in what the events weighed, ``taker`` [E] who took. ``into`` and ``out``
    [P + 1] come zeroed; the last place stands for "no producer". More out than in is undeclared origin: an inflow of
    its own, so the recorded inputs are never scaled up.
    """
    np.add.at(into, taker, content[in_lot] * taken)
    np.add.at(out, prod, mass)
    whole = np.maximum(into, out)
    whole[-1] = 0.0
    y[:] = np.divide(mass, whole[prod], out=np.zeros(len(y)), where=whole[prod] > 0)


def block_scan(first: int, taker: I64, maker: I64, weight: F64, f: F64, push: F64) -> None:
    """Shares inside one block of processes, from the takes of its processes, latest taker first.

    ``f`` [n, c] holds the start and what later blocks pushed, and becomes the answer; ``push`` [takes, c] receives what
    goes to makers in earlier blocks. ``weight`` is the maker's output share times the part of the lot taken.
    """
    for e in range(len(taker)):
        q, m = taker[e] - first, maker[e] - first
        for c in range(f.shape[1]):
            part = weight[e] * f[q, c]
            if m >= 0:
                f[m, c] += part
            else:
                push[e, c] = part


def in_order(prod: I64, in_lot: Places, in_proc: Places) -> bool:
    """Whether every take comes after the lot was made."""
    return bool((prod[in_lot] < in_proc).all())


def run_ends(keys: Places, pointer: Places) -> None:
    """Write pointers [count + 1] of keys that stand in order."""
    pointer[:] = np.searchsorted(keys, np.arange(len(pointer)))


def place_keys(keys: Places, pointer: Places) -> I64:
    """The stable order [n] of keys; writes their pointers [count + 1]."""
    pointer[1:] = np.cumsum(np.bincount(keys, minlength=len(pointer) - 1))
    return np.argsort(keys, kind="stable")


def flow_masses(fresh_mg: I64, in_ptr: I64, in_lot: I32, part: I64, first_out: I64, split: I64, lost: I64) -> tuple[I64, I64]:
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
