"""The scans of ``kernel`` and the counting sort of ``build``, compiled by numba: one loop over processes in order.

One value per process is gathered at random; everything else streams. Threads over levels would wait at a barrier per
level, so there are none. Arguments are the arrays of ``graph``; shapes are written there.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numba import njit

from lodemark.attribution import kernel
from lodemark.attribution.graph import F64, I8, I32, I64

F = TypeVar("F", bound=Any)


def _compile(function: F) -> F:
    compiled: Any = njit(cache=True, nogil=True, boundscheck=False)(function)
    return compiled  # type: ignore[no-any-return]


@_compile
def share_scan(out_ptr: I32, cons_ptr: I32, cons_proc: I32, cons_share: F64, y: F64, sink: I8, f: F64, rows: F64) -> None:
    """Shares of one element, of all processes and of their outputs, last to first.

    ``f`` [P * 4] and ``rows`` [L * 5] are written: three classes and loss; three classes, stock, loss. Flat, because
    one multiplication less per gathered row is worth a tenth.
    """
    for p in range(len(sink) - 1, -1, -1):
        here = 4 * p
        if sink[p] >= 0:
            f[here] = f[here + 1] = f[here + 2] = f[here + 3] = 0.0
            f[here + sink[p]] = 1.0
            continue
        out = a = b = c = d = 0.0
        for j in range(out_ptr[p], out_ptr[p + 1]):
            ja = jb = jc = jd = 0.0
            for e in range(cons_ptr[j], cons_ptr[j + 1]):
                w, q = cons_share[e], 4 * np.int64(cons_proc[e])
                ja += w * f[q]
                jb += w * f[q + 1]
                jc += w * f[q + 2]
                jd += w * f[q + 3]
            there = 5 * j
            rows[there] = ja
            rows[there + 1] = jb
            rows[there + 2] = jc
            rows[there + 3] = max(1.0 - (ja + jb + jc + jd), 0.0)
            rows[there + 4] = jd
            share = y[j]
            out += share
            a += share * ja
            b += share * jb
            c += share * jc
            d += share * jd
        f[here] = a
        f[here + 1] = b
        f[here + 2] = c
        f[here + 3] = d + max(1.0 - out, 0.0)


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
def counting_sort(keys: I64, count: int) -> tuple[I64, I64]:
    """Pointers [count + 1] and the stable order [n] of keys in ``[0, count)``."""
    pointer = np.zeros(count + 1, np.int64)
    for key in keys:
        pointer[key + 1] += 1
    for n in range(count):
        pointer[n + 1] += pointer[n]
    place = pointer[:-1].copy()
    order = np.empty(len(keys), np.int64)
    for n in range(len(keys)):
        order[place[keys[n]]] = n
        place[keys[n]] += 1
    return pointer, order


@_compile
def take_tables(base: I64, in_ptr: I64, in_lot: I64, taken: I64) -> tuple[F64, I32, I32, F64, I32]:
    """As ``kernel.take_tables``: one pass to count, one to place."""
    number, size = len(base), len(in_lot)
    pointer, drawn = np.zeros(number + 1, np.int32), np.zeros(number, np.int64)
    for e in range(size):
        pointer[in_lot[e] + 1] += 1
        drawn[in_lot[e]] += taken[e]
    for n in range(number):
        pointer[n + 1] += pointer[n]
    place = pointer[:-1].copy()
    in_share, cons_share = np.empty(size), np.empty(size)
    cons_proc, cons_edge = np.empty(size, np.int32), np.empty(size, np.int32)
    for p in range(len(in_ptr) - 1):
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j = in_lot[e]
            whole = max(base[j], drawn[j])
            share = taken[e] / whole if whole > 0 else 0.0
            here = place[j]
            place[j] = here + 1
            in_share[e] = cons_share[here] = share
            cons_proc[here] = p
            cons_edge[here] = e
    return in_share, pointer, cons_proc, cons_share, cons_edge


@_compile
def output_shares(base: I64, mass: I64, in_ptr: I64, in_lot: I64, taken: I64, out_ptr: I64) -> F64:
    """As ``kernel.output_shares``, one process at a time."""
    y = np.zeros(len(base))
    for p in range(len(in_ptr) - 1):
        into = out = 0.0
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j = in_lot[e]
            if base[j] > 0:
                into += taken[e] * (mass[j] / base[j])
        for j in range(out_ptr[p], out_ptr[p + 1]):
            out += mass[j]
        whole = max(into, out)
        for j in range(out_ptr[p], out_ptr[p + 1]):
            y[j] = mass[j] / whole if whole > 0 else 0.0
    return y


flow_masses = _compile(kernel.flow_masses)
repair = _compile(kernel.repair)
block_scan = _compile(kernel.block_scan)
