"""Genealogies beyond one machine: blocks of processes, last to first; only what crosses a block travels.

The schedule stands here once. ``shares`` runs it in this process, block after block, with files or memory behind it;
``spark`` runs the same blocks inside ``mapInArrow``. Never a job per level: a block is hundreds of millions of takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lodemark.attribution.engine import block_scan
from lodemark.attribution.graph import F64, I64, Graph
from lodemark.attribution.kernel import starts

COLUMNS = 4
"""Three classes and loss."""


@dataclass(frozen=True, slots=True)
class Block:
    """Processes ``[first, stop)``."""

    number: int
    first: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """All takes of the processes of one block, latest taker first; ``maker`` is -1 for lots from outside."""

    taker: I64
    maker: I64
    lot: I64
    share: F64  # part of the lot
    weight: F64  # part of the lot, times the lot's part of its maker's output


@dataclass(frozen=True, slots=True, eq=False)
class Pushed:
    """What a block sends on: to makers in earlier blocks, and to the lots its processes took; rows [n, 4]."""

    maker: I64
    to_maker: F64
    lot: I64
    to_lot: F64


def schedule(processes: int, blocks: int) -> tuple[Block, ...]:
    """Blocks of equal length in the order they are solved: the last processes first."""
    edges = np.linspace(0, processes, blocks + 1).astype(int).tolist()
    return tuple(Block(n, edges[n], edges[n + 1]) for n in reversed(range(blocks)))


def takes_of(graph: Graph, k: int, block: Block) -> Takes:
    """The takes of one block, read from the arrays."""
    first, stop = int(graph.in_ptr[block.first]), int(graph.in_ptr[block.stop])
    taker = np.repeat(np.arange(block.first, block.stop), np.diff(graph.in_ptr[block.first : block.stop + 1]))[::-1]
    lot = graph.in_lot[first:stop][::-1].astype(np.int64)
    share = graph.in_share[first:stop][::-1]
    return Takes(taker, graph.prod[lot].astype(np.int64), lot, share, share * graph.y[k][lot])


def solve_block(block: Block, takes: Takes, start: F64, inbox_process: I64, inbox: F64) -> Pushed:
    """One block: ``start`` [n, 4] is what its processes end themselves, the inbox what later blocks pushed to them."""
    f = start.copy()
    np.add.at(f, inbox_process - block.first, inbox)
    push = np.zeros((len(takes.taker), COLUMNS))
    block_scan(block.first, takes.taker, takes.maker, takes.weight, f, push)
    out = np.flatnonzero((takes.maker >= 0) & (takes.maker < block.first))
    maker, to_maker = _summed(takes.maker[out], push[out])
    lot, to_lot = _summed(takes.lot, takes.share[:, None] * f[takes.taker - block.first])
    return Pushed(maker, to_maker, lot, to_lot)


def shares(graph: Graph, k: int, blocks: int) -> F64:
    """Shares [L, classes + loss] of every lot, block by block (no loops, three classes, physical sites)."""
    rows = np.zeros((len(graph.base_mg), COLUMNS))
    inbox = np.zeros((len(graph.sink), COLUMNS))
    start = starts(graph, graph.y[k])
    for block in schedule(len(graph.sink), blocks):
        here = np.arange(block.first, block.stop)
        pushed = solve_block(block, takes_of(graph, k, block), start[block.first : block.stop], here, inbox[here])
        inbox[pushed.maker] += pushed.to_maker
        rows[pushed.lot] += pushed.to_lot
    return rows


def _summed(target: I64, rows: F64) -> tuple[I64, F64]:
    """Rows added up by target."""
    different, place = np.unique(target, return_inverse=True)
    total = np.zeros((len(different), COLUMNS))
    np.add.at(total, place, rows)
    return different.astype(np.int64), total


def batches(size: int, most: int = 1 << 16) -> Iterator[slice]:
    """Slices of at most ``most`` rows."""
    for first in range(0, size, most):
        yield slice(first, min(first + most, size))
