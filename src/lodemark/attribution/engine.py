"""One choice in one place: the compiled scans where numba is there and the genealogy is large, otherwise numpy's.

Small genealogies never wait for the compiler; a machine without numba (extra ``[analysis]``) gives equal answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lodemark.attribution import kernel
from lodemark.attribution.graph import F64, I32, I64, Graph, Places, pointer_type

COMPILED = find_spec("numba") is not None
LARGE = 20_000
"""Inputs from which on compiling pays."""

ROOM = 16_384
"""Ancestors that a back trace makes room for at first: tables of all lots cost more to clear than the walk does."""

_NO_SEED = np.zeros((0, 1))


def _compiled(size: int) -> bool:
    return COMPILED and size >= LARGE


@cache
def _scans() -> Any:
    """The compiled scans, imported when first wanted: numba alone takes half a second."""
    return import_module("lodemark.attribution.compiled")


def pull(graph: Graph, y: F64, start: F64, seed: F64 | None = None) -> F64:
    """Shares downstream of every process (see ``kernel.pull``)."""
    if not _compiled(len(graph.in_lot)):
        return kernel.pull(graph, y, start, seed)
    f = start.copy()
    stop = len(f)
    for first, after in (*reversed(graph.loops), (0, 0)):
        _scans().pull_scan(
            *(after, stop, graph.out_ptr, graph.cons_ptr, graph.cons_proc, graph.cons_share, y, f),
            _NO_SEED if seed is None else seed,
        )
        if after:
            f[first:after] = kernel.solve_loop(graph, y, f, np.arange(first, after), seed)
        stop = first
    return f


def push(graph: Graph, y: F64, marks: F64) -> tuple[F64, F64]:
    """Where marked mass goes (see ``kernel.push``)."""
    if not _compiled(len(graph.in_lot)) or graph.loops:
        return kernel.push(graph, y, marks)
    arrived, held = np.zeros(len(graph.sink)), marks.copy()
    lots = np.flatnonzero(marks)
    _scans().push_lots(lots, marks[lots], graph.cons_ptr, graph.cons_proc, graph.cons_share, arrived)
    _scans().push_scan(*(0, len(arrived), graph.out_ptr, graph.cons_ptr, graph.cons_proc, graph.cons_share, y, arrived, held))
    return arrived, held


def lift(graph: Graph, y: F64, target: int) -> tuple[I64, F64]:
    """The lots that lot ``target`` can contain and what part of each is in it (see ``kernel.lift``)."""
    if not _compiled(len(graph.in_lot)) or graph.loops:
        return kernel.lift(graph, y, target)
    room = ROOM
    while True:
        places = np.zeros(len(graph.prod), np.int32), np.zeros(len(graph.sink), np.int32)
        lots, part, into = np.empty(room, np.int64), np.empty((room, len(y))), np.empty((room + 1, len(y)))
        met = _scans().lift_scan(target, graph.in_ptr, graph.in_lot, graph.in_share, graph.prod, y, *places, lots, part, into)
        if met:
            return lots[:met].copy(), part[:met].copy()
        room *= 8


def standard_shares(graph: Graph, elements: Sequence[int], lots: I64 | None, out: F64 | None = None) -> F64:
    """Shares [n, k, classes + stock + loss] of some lots, or of all, where every site is physical.

    ``out`` [k, n, 5] takes the answer: whoever asks again spares the system clearing fresh pages each time.
    """
    count = len(graph.base_mg) if lots is None else len(lots)
    found = np.empty((len(elements), count, 5)) if out is None else out

    def one(place: int) -> None:
        f = _share_scan(graph, elements[place], found[place] if lots is None else found[place, :0])
        if lots is not None:
            _scans().lot_scan(lots, graph.cons_ptr, graph.cons_proc, graph.cons_share, f, found[place])

    _each(one, len(elements))
    return np.moveaxis(found, 0, 1)


def process_shares(graph: Graph) -> F64:
    """Shares [P, K, 4] that processes themselves see (three classes and loss), for a standard genealogy."""
    f = np.empty((len(graph.y), len(graph.sink), 4))

    def one(k: int) -> None:
        if is_standard(graph):
            f[k] = _share_scan(graph, k, np.empty((0, 5)))
        else:
            f[k] = kernel.pull(graph, graph.y[k], kernel.starts(graph, graph.y[k]))

    _each(one, len(graph.y))
    return np.ascontiguousarray(np.moveaxis(f, 0, 1))


def _share_scan(graph: Graph, k: int, rows: F64) -> F64:
    """Shares [P, 4] of the processes; those of the lots go to ``rows`` [L, 5], or nowhere if it is empty."""
    f, held = _aligned(len(graph.sink) + 1), _aligned(_scans().BLOCK)
    takes = (graph.cons_ptr, graph.cons_lot, graph.cons_proc, graph.cons_share)
    _scans().share_scan(graph.out_ptr, *takes, graph.prod, graph.y[k], graph.sink, f, held, rows)
    return f[1:]


def _aligned(rows: int) -> F64:
    """Unfilled rows of four, the first at the beginning of a cache line: then none lies across two lines."""
    memory = np.empty(4 * rows + 8)
    skip = -memory.ctypes.data % 64 // 8
    return memory[skip : skip + 4 * rows].reshape(rows, 4)


def _each(work: Callable[[int], None], count: int) -> None:
    """Elements side by side: they share the genealogy and nothing else, and the scans leave the lock."""
    if count == 1:
        work(0)
        return
    with ThreadPoolExecutor(min(count, os.cpu_count() or 1)) as pool:
        list(pool.map(work, range(count)))


def repair(seeds: I64, key: I64, *arrays: Any) -> tuple[int, int, bool]:
    """Push a difference to ancestors (see ``kernel.repair``)."""
    scan = _scans().repair if _compiled(len(key)) else kernel.repair
    touched, moved, complete = scan(seeds, key, *arrays)
    return int(touched), int(moved), bool(complete)


def block_scan(first: int, taker: I64, maker: I64, weight: F64, f: F64, push: F64) -> None:
    """Shares inside one block of processes (see ``kernel.block_scan``)."""
    scan = _scans().block_scan if _compiled(len(taker)) else kernel.block_scan
    scan(first, taker, maker, weight, f, push)


def is_standard(graph: Graph) -> bool:
    """Whether ``standard_shares`` can answer: compiled, three classes, no loops, no site that books entitlements."""
    return _compiled(len(graph.in_lot)) and len(graph.classes) == 3 and not graph.loops and bool(graph.physical.all())


def in_order(prod: I64, in_lot: Places, in_proc: Places) -> bool:
    """Whether every take comes after the lot was made, in the numbers the processes have."""
    return bool((_scans() if _compiled(len(in_lot)) else kernel).in_order(prod, in_lot, in_proc))


def counting_sort(keys: Places, count: int) -> tuple[Places, I64 | None]:
    """Pointers [count + 1] and stable order of small whole numbers; no order where they already stand in it."""
    scans = _scans() if _compiled(len(keys)) else kernel
    pointer = np.zeros(count + 1, pointer_type(len(keys)))
    if bool((keys[1:] >= keys[:-1]).all()):
        scans.run_ends(keys, pointer)
        return pointer, None
    return pointer, scans.place_keys(keys, pointer)


def take_tables(base: I64, in_ptr: Places, in_lot: I32, taken: I64) -> tuple[F64, Places, I32, I32, F64, Places]:
    """``in_share`` by process; by lot ``cons_ptr, cons_lot, cons_proc, cons_share, cons_edge`` (see ``kernel``)."""
    tables = _scans().take_tables if _compiled(len(in_lot)) else kernel.take_tables
    takes, width = len(in_lot), pointer_type(len(in_lot))
    # Memory comes from numpy, which asks for large pages; numba does not, and small ones take as long as the sums.
    drawn, cons_ptr = np.zeros(len(base), np.int64), np.zeros(len(base) + 2, width)
    in_share, cons_share = np.empty(takes), np.empty(takes)
    cons_lot, cons_proc, cons_edge = np.empty(takes, np.int32), np.empty(takes, np.int32), np.empty(takes, width)
    tables(base, in_ptr, in_lot, taken, drawn, cons_ptr, in_share, cons_lot, cons_proc, cons_share, cons_edge)
    return in_share, cons_ptr[:-1], cons_lot, cons_proc, cons_share, cons_edge


def output_shares(base: I64, mass: I64, taker: Places, in_lot: I32, taken: I64, prod: I32, processes: int) -> F64:
    """Parts of their producer's mass (see ``kernel.output_shares``)."""
    shares = _scans().output_shares if _compiled(len(in_lot)) else kernel.output_shares
    content = np.divide(mass, base, out=np.zeros(len(base)), where=base > 0)
    y, into, out = np.empty(len(base)), np.zeros(processes + 1), np.zeros(processes + 1)
    shares(content, mass, taker, in_lot, taken, prod, into, out, y)
    return y


def flow_masses(fresh_mg: I64, in_ptr: I64, in_lot: I32, part: I64, first_out: I64, split: I64, lost: I64) -> tuple[I64, I64]:
    """Masses of a made-up genealogy (see ``kernel.flow_masses``)."""
    if not _compiled(len(in_lot)):
        return kernel.flow_masses(fresh_mg, in_ptr, in_lot, part, first_out, split, lost)
    base, taken = _scans().flow_masses(fresh_mg, in_ptr, in_lot, part, first_out, split, lost)
    return base, taken
