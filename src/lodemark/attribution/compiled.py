"""The scans of ``kernel`` and the counting sort of ``build``, compiled by numba: one loop over processes in order.

One value per process is gathered at random; everything else streams. Threads over levels would wait at a barrier per
level, so there are none. Arguments are the arrays of ``graph``; shapes are written there.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numba import njit

from lodemark.attribution import kernel
from lodemark.attribution.graph import F64, I8, I32, I64, Places

F = TypeVar("F", bound=Any)


def _compile(function: F) -> F:
    compiled: Any = njit(cache=True, nogil=True, boundscheck=False)(function)
    return compiled  # type: ignore[no-any-return]


@_compile
def share_scan(
    out_ptr: Places,
    cons_ptr: Places,
    cons_lot: I32,
    cons_proc: I32,
    cons_share: F64,
    prod: I32,
    y: F64,
    sink: I8,
    f: F64,
    rows: F64,
) -> None:
    """Shares of one element, of all processes and, unless ``rows`` is empty, of all lots. Both arrays come zeroed.

    ``f`` [(P + 1) * 4]: three classes and loss; the first place stands for "no producer", is written and never read.
    ``rows`` [L * 5]: three classes, stock, loss. The takes are walked flat, last to first: a lot has two takers or so,
    and a loop per lot would mispredict its end once per lot, which costs more than the sums. All takes of what a
    process put out come after its own, so its shares are whole when they are wanted.
    """
    for p in range(len(sink)):
        here = 4 * (p + 1)
        if sink[p] >= 0:
            f[here + sink[p]] = 1.0
        else:
            lost = 1.0
            for made in range(out_ptr[p], out_ptr[p + 1]):
                lost -= y[made]
            f[here + 3] = max(lost, 0.0)
    keep = len(rows) > 0
    if keep:
        for lot in range(len(prod)):
            if cons_ptr[lot] == cons_ptr[lot + 1]:
                rows[5 * lot + 3] = 1.0
    for e in range(len(cons_lot) - 1, -1, -1):
        w, j, q = cons_share[e], np.int64(cons_lot[e]), 4 * (np.int64(cons_proc[e]) + 1)
        share, maker, there = y[j], 4 * (np.int64(prod[j]) + 1), 5 * j
        a, b, c, d = w * f[q], w * f[q + 1], w * f[q + 2], w * f[q + 3]
        f[maker] += share * a
        f[maker + 1] += share * b
        f[maker + 2] += share * c
        f[maker + 3] += share * d
        if keep:
            a += rows[there]
            b += rows[there + 1]
            c += rows[there + 2]
            d += rows[there + 4]
            rows[there] = a
            rows[there + 1] = b
            rows[there + 2] = c
            rows[there + 3] = max(1.0 - (a + b + c + d), 0.0)
            rows[there + 4] = d


@_compile
def lot_scan(lots: I64, cons_ptr: I32, cons_proc: I32, cons_share: F64, f: F64, rows: F64) -> None:
    """Rows [n, 5] of single lots, from the shares ``f`` [P * 4] of their takers."""
    for n in range(len(lots)):
        a = b = c = d = 0.0
        for e in range(cons_ptr[lots[n]], cons_ptr[lots[n] + 1]):
            w, q = cons_share[e], 4 * np.int64(cons_proc[e])
            a += w * f[q]
            b += w * f[q + 1]
            c += w * f[q + 2]
            d += w * f[q + 3]
        rows[n, 0] = a
        rows[n, 1] = b
        rows[n, 2] = c
        rows[n, 3] = max(1.0 - (a + b + c + d), 0.0)
        rows[n, 4] = d


@_compile
def pull_scan(
    first: int, stop: int, out_ptr: I32, cons_ptr: I32, cons_proc: I32, cons_share: F64, y: F64, f: F64, seed: F64
) -> None:
    """``f`` [P, c] holds the start and becomes the answer; ``seed`` [L or 0, c]."""
    columns, seeded = f.shape[1], len(seed) > 0
    for p in range(stop - 1, first - 1, -1):
        for j in range(out_ptr[p], out_ptr[p + 1]):
            share = y[j]
            if seeded:
                for c in range(columns):
                    f[p, c] += share * seed[j, c]
            for e in range(cons_ptr[j], cons_ptr[j + 1]):
                w, q = share * cons_share[e], cons_proc[e]
                for c in range(columns):
                    f[p, c] += w * f[q, c]


@_compile
def push_lots(lots: I64, marks: F64, cons_ptr: I32, cons_proc: I32, cons_share: F64, arrived: F64) -> None:
    """Send the marked mass of single lots [n] to the processes that took it."""
    for n in range(len(lots)):
        for e in range(cons_ptr[lots[n]], cons_ptr[lots[n] + 1]):
            arrived[cons_proc[e]] += cons_share[e] * marks[n]


@_compile
def push_scan(
    first: int, stop: int, out_ptr: I32, cons_ptr: I32, cons_proc: I32, cons_share: F64, y: F64, arrived: F64, held: F64
) -> None:
    """Send on what arrived at processes ``[first, stop)``, in order."""
    for p in range(first, stop):
        if arrived[p] == 0.0:
            continue
        for j in range(out_ptr[p], out_ptr[p + 1]):
            mass = y[j] * arrived[p]
            held[j] += mass
            for e in range(cons_ptr[j], cons_ptr[j + 1]):
                arrived[cons_proc[e]] += cons_share[e] * mass


@_compile
def lift_scan(target: int, in_ptr: I32, in_lot: I32, in_share: F64, prod: I32, y: F64) -> tuple[I64, F64]:
    """Lots that lot ``target`` can contain, itself first, and what part of each is in it, [met, K] for ``y`` [K, L].

    First who is met, then what comes to whom, in tables no larger than what was met.
    """
    elements, last = y.shape[0], prod[target]
    lot_row, process_row = np.zeros(len(prod), np.int32), np.zeros(last + 1, np.int32)
    lots = [np.int64(target)]
    lot_row[target] = 1
    makers = 0
    if last >= 0:
        makers = 1
        process_row[last] = 1
    for p in range(last, -1, -1):
        if process_row[p] == 0:
            continue
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j = np.int64(in_lot[e])
            if lot_row[j] == 0:
                lots.append(j)
                lot_row[j] = len(lots)
            m = prod[j]
            if m >= 0 and process_row[m] == 0:
                makers += 1
                process_row[m] = makers
    part, into = np.zeros((len(lots), elements)), np.zeros((makers + 1, elements))
    part[0, :] = 1.0
    if last >= 0:
        into[1, :] = y[:, target]
    for p in range(last, -1, -1):
        here = process_row[p]
        if here == 0:
            continue
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j, share = in_lot[e], in_share[e]
            row, maker = lot_row[j] - 1, prod[j]
            above = process_row[maker] if maker >= 0 else 0  # row 0 is never read
            for k in range(elements):
                came = share * into[here, k]
                part[row, k] += came
                into[above, k] += y[k, j] * came
    return np.array(lots), part


@_compile
def count_keys(keys: Places, count: int) -> I64:
    """Pointers [count + 1] of keys in ``[0, count)``."""
    pointer = np.zeros(count + 1, np.int64)
    for key in keys:
        pointer[key + 1] += 1
    for n in range(count):
        pointer[n + 1] += pointer[n]
    return pointer


@_compile
def place_keys(keys: Places, pointer: I64) -> I64:
    """The stable order [n] of keys whose pointers are these."""
    place = pointer[:-1].copy()
    order = np.empty(len(keys), np.int64)
    for n in range(len(keys)):
        order[place[keys[n]]] = n
        place[keys[n]] += 1
    return order


@_compile
def take_tables(
    base: I64, in_ptr: Places, in_lot: I32, taken: I64, pointer: Places, cons_edge: Places
) -> tuple[F64, I32, I32, F64]:
    """As ``kernel.take_tables``: one pass to count, one to place."""
    number, size = len(base), len(in_lot)
    whole = np.zeros(number, np.int64)
    for e in range(size):
        pointer[in_lot[e] + 1] += 1
        whole[in_lot[e]] += taken[e]
    for n in range(number):
        pointer[n + 1] += pointer[n]
        whole[n] = max(base[n], whole[n], 1)
    place = pointer[:-1].copy()
    in_share, cons_share = np.empty(size), np.empty(size)
    cons_proc, cons_lot = np.empty(size, np.int32), np.empty(size, np.int32)
    for p in range(len(in_ptr) - 1):
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j = in_lot[e]
            here = place[j]
            place[j] = here + 1
            in_share[e] = cons_share[here] = taken[e] / whole[j]
            cons_proc[here], cons_lot[here], cons_edge[here] = p, j, e
    return in_share, cons_lot, cons_proc, cons_share


@_compile
def output_shares(base: I64, mass: I64, in_ptr: Places, in_lot: I32, taken: I64, out_ptr: Places) -> F64:
    """As ``kernel.output_shares``, one process at a time."""
    content, y = np.zeros(len(base)), np.zeros(len(base))
    for j in range(len(base)):
        if base[j] > 0:
            content[j] = mass[j] / base[j]
    for p in range(len(in_ptr) - 1):
        into = out = 0.0
        for e in range(in_ptr[p], in_ptr[p + 1]):
            into += taken[e] * content[in_lot[e]]
        for j in range(out_ptr[p], out_ptr[p + 1]):
            out += mass[j]
        whole = max(into, out)
        for j in range(out_ptr[p], out_ptr[p + 1]):
            y[j] = mass[j] / whole if whole > 0 else 0.0
    return y


flow_masses = _compile(kernel.flow_masses)
repair = _compile(kernel.repair)
block_scan = _compile(kernel.block_scan)
