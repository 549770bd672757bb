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
from lodemark.attribution.lane import WIDTH, hand_on

BLOCK = 1024
"""Lots summed at a time: with the shares of their makers 50 kB for one element, what the nearest cache holds."""
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
    held: F64,
    rows: F64,
) -> None:
    """Shares of one element, of all processes and, unless ``rows`` is empty, of all lots.

    ``f`` [P + 1, 4]: three classes and loss; the first row stands for "no producer", is written and never read.
    ``rows`` [L or 0, 5]: three classes, stock, loss. ``held`` [BLOCK, 4] is scratch. All three come unfilled.

    Lots go by in blocks, the last first, so that what is summed stays in the nearest cache and every answer is written
    once. Inside a block the takes are walked flat: a lot has two takers or so, and a loop per lot would mispredict its
    end once per lot. All takes of what a process put out come after its own, so its shares are whole when they are
    wanted. Places are unsigned where it counts: numba then drops the test for places counted from the end.
    """
    four, stop, high = np.uint64(WIDTH), len(sink), len(prod)
    while high > 0:
        low = max(high - BLOCK, 0)
        first = max(prod[low], 0) if low else 0
        own, made = f[first + 1 : stop + 1], slice(out_ptr[first], out_ptr[stop])
        for p in range(len(own)):  # what a process ends itself: a class, or (3, and -1 & 3) all that is not put out
            own[p, 0] = own[p, 1] = own[p, 2] = own[p, 3] = 0.0
            own[p, sink[first + p] & 3] = 1.0
        for maker, share in zip(prod[made], y[made]):  # noqa: B905 - numba knows no ``strict``
            f[np.uint64(maker + 1), 3] -= share
        for p in range(len(own)):
            own[p, 3] = max(own[p, 3], 0.0)
        held[: high - low] = 0.0
        bottom = np.uint64(low)
        for n in range(cons_ptr[high] - 1, cons_ptr[low] - 1, -1):
            e = np.uint64(n)
            lot, taker = np.uint64(cons_lot[e]), np.uint64(cons_proc[e] + 1)
            above, inside = np.uint64(prod[lot] + 1), lot - bottom
            hand_on(f, four * taker, cons_share[e], held, four * inside, four * above, y[lot])
        block = rows[low:high]
        for j in range(len(block)):
            a, b, c, d = held[j, 0], held[j, 1], held[j, 2], held[j, 3]
            block[j, 0], block[j, 1], block[j, 2], block[j, 3], block[j, 4] = a, b, c, max(1.0 - (a + b + c + d), 0.0), d
        high, stop = low, first


@_compile
def lot_scan(lots: I64, cons_ptr: I32, cons_proc: I32, cons_share: F64, f: F64, rows: F64) -> None:
    """Rows [n, 5] of single lots, from the shares ``f`` [P, 4] of their takers."""
    for n in range(len(lots)):
        a = b = c = d = 0.0
        for e in range(cons_ptr[lots[n]], cons_ptr[lots[n] + 1]):
            w, q = cons_share[e], cons_proc[e]
            a += w * f[q, 0]
            b += w * f[q, 1]
            c += w * f[q, 2]
            d += w * f[q, 3]
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
def lift_scan(
    target: int,
    in_ptr: I32,
    in_lot: I32,
    in_share: F64,
    prod: I32,
    y: F64,
    lot_row: I32,
    process_row: I32,
    lots: I64,
    part: F64,
    into: F64,
) -> int:
    """Lots that lot ``target`` can contain, itself first, and what part of each is in it; returns how many, 0 if no room.

    Their numbers go to ``lots`` [room], their parts to ``part`` [room, K], for ``y`` [K, L]; both come unfilled, as does
    ``into`` [room + 1, K] for the makers, of whom there are no more than lots. ``lot_row`` [L] and ``process_row`` [P]
    come zeroed. Whoever takes comes after whoever made, so a maker's mass is whole when the walk reaches it, and the
    walk ends with the last maker that waits.
    """
    lots[0], lot_row[target], part[0], into[0] = target, 1, 1.0, 0.0
    met, makers, waiting, p = 1, 0, 0, np.int64(prod[target])
    if p >= 0:
        makers, waiting, process_row[p], into[1] = 1, 1, 1, y[:, target]
    while waiting > 0:
        here = process_row[p]
        if here > 0:
            waiting -= 1
            for e in range(in_ptr[p], in_ptr[p + 1]):
                j, share = in_lot[e], in_share[e]
                maker, above = prod[j], 0  # row 0 of ``into`` is never read
                if lot_row[j] == 0:
                    if met == len(lots):
                        return 0
                    lots[met] = j
                    for k in range(len(y)):
                        part[met, k] = 0.0
                    met += 1
                    lot_row[j] = met
                    if maker >= 0 and process_row[maker] == 0:
                        makers, waiting = makers + 1, waiting + 1
                        process_row[maker] = makers
                        for k in range(len(y)):
                            into[makers, k] = 0.0
                if maker >= 0:
                    above = process_row[maker]
                row = lot_row[j] - 1
                for k in range(len(y)):
                    came = share * into[here, k]
                    part[row, k] += came
                    into[above, k] += y[k, j] * came
        p -= 1
    return met


@_compile
def in_order(prod: I64, in_lot: Places, in_proc: Places) -> bool:
    """Whether every take comes after the lot was made."""
    late = 0
    for e in range(len(in_lot)):
        late += prod[in_lot[e]] >= in_proc[e]
    return late == 0


@_compile
def run_ends(keys: Places, pointer: Places) -> None:
    """Pointers [count + 1] of keys that stand in order: where a key comes last is where the next one begins."""
    for n in range(len(keys)):
        pointer[keys[n] + 1] = n + 1
    for n in range(len(pointer) - 1):
        pointer[n + 1] = max(pointer[n], pointer[n + 1])


@_compile
def place_keys(keys: Places, pointer: Places) -> I64:
    """The stable order [n] of keys; ``pointer`` [count + 1], zeroed, becomes their pointers."""
    for key in keys:
        pointer[key + 1] += 1
    for n in range(len(pointer) - 1):
        pointer[n + 1] += pointer[n]
    place = pointer[:-1].copy()
    order = np.empty(len(keys), np.int64)
    for n in range(len(keys)):
        order[place[keys[n]]] = n
        place[keys[n]] += 1
    return order


@_compile
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
    """As ``kernel.take_tables``: one pass to count, one to place.

    A lot's place is kept one further on, where it ends as the pointer of the next lot, so none is kept beside it.
    """
    for e in range(len(in_lot)):
        pointer[in_lot[e] + 2] += 1
        drawn[in_lot[e]] += taken[e]
    for j in range(len(base)):
        pointer[j + 2] += pointer[j + 1]
        drawn[j] = max(base[j], drawn[j], 1)
    for p in range(len(in_ptr) - 1):
        for e in range(in_ptr[p], in_ptr[p + 1]):
            j = in_lot[e]
            here = pointer[j + 1]
            pointer[j + 1] = here + 1
            in_share[e] = cons_share[here] = taken[e] / drawn[j]
            cons_proc[here], cons_lot[here], cons_edge[here] = p, j, e


@_compile
def output_shares(
    content: F64, mass: I64, taker: Places, in_lot: I32, taken: I64, prod: I32, into: F64, out: F64, y: F64
) -> None:
    """As ``kernel.output_shares``. Flat over takes and lots: a loop per process would mispredict its end each time."""
    for e in range(len(taker)):
        into[taker[e]] += taken[e] * content[in_lot[e]]
    for j in range(len(prod)):
        out[prod[j]] += mass[j]
    for j in range(len(prod)):
        whole = max(into[prod[j]], out[prod[j]])
        y[j] = mass[j] / whole if prod[j] >= 0 and whole > 0 else 0.0


flow_masses = _compile(kernel.flow_masses)
repair = _compile(kernel.repair)
block_scan = _compile(kernel.block_scan)
