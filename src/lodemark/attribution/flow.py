"""Maximum flow in exact 64-bit milligrams, and the minimum cut that proves it.

scipy's solver counts in 32 bits (a larger capacity silently gives nothing), so capacities are clipped at the supply
and, above 2^30 mg, scaled down; what rounding left over is then pushed through the residual network at full scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

from lodemark.attribution.graph import I64, Flags
from lodemark.attribution.network import Network

_LIMIT = 2**30


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The value of the flow, the arcs of a minimum cut and the lots of the batch that are cut off at once."""

    value_mg: int
    arcs: I64
    batch: Flags


def minimum_cut(network: Network, target: Flags) -> Cut:
    """The most of the batch that fits through to the outlets ``target`` [a], with the cut of fewest receipts."""
    source, sink = network.nodes, network.nodes + 1
    used = (network.head >= 0) | target
    tail, head = network.tail[used], np.where(target, sink, network.head)[used]
    tail = np.concatenate([tail, np.full(len(network.batch), source)])
    head = np.concatenate([head, network.batch])
    capacity = np.concatenate([np.minimum(network.capacity_mg[used], network.supply_mg), network.batch_mg])
    arcs = both_ways(tail, head, capacity, network.nodes + 2)
    room, value, bound = np.minimum(arcs.data, network.supply_mg), 0, network.supply_mg
    while True:
        scale = max(1, -(-bound // _LIMIT))
        small = np.minimum(room, bound) // scale
        found = maximum_flow(_with(arcs, small.astype(np.int32)), source, sink)
        assert len(found.flow.data) == len(room), "every arc has its reverse, so the flow is told for the same arcs"
        value += int(found.flow_value) * scale
        room = room - found.flow.data.astype(np.int64) * scale
        if scale == 1:
            break
        # What is left can be no more than a cut carries; the cut of the scaled flow is a good one.
        inside = _reach(_open(arcs, small - found.flow.data), source)
        bound = int(room[np.repeat(inside, np.diff(arcs.indptr)) & ~inside[arcs.indices]].sum())
        if bound <= 0:
            break
    still = _open(arcs, room)
    side, far = _reach(still, source), _reach(still.T.tocsr(), sink)
    near, other = (_cut(network, target, value, part) for part in (side, ~far))
    # An arc clipped at the supply can look full on the far side; such a cut would carry more than the flow.
    return other if len(other.arcs) < len(near.arcs) and _carried(network, other) == value else near


def both_ways(tail: I64, head: I64, capacity: I64, size: int) -> Any:
    """Arcs as a matrix, each with its reverse (room for nothing), so that flows and rooms stand at the same places."""
    csr: Any = csr_array
    ends = (np.concatenate([tail, head]), np.concatenate([head, tail]))
    return csr((np.concatenate([capacity, np.zeros(len(capacity), np.int64)]), ends), shape=(size, size))


def _with(arcs: Any, data: Any) -> Any:
    """The same arcs with other numbers."""
    return csr_array((data, arcs.indices, arcs.indptr), shape=arcs.shape)


def _carried(network: Network, cut: Cut) -> int:
    return int(network.capacity_mg[cut.arcs].sum() + network.batch_mg[cut.batch].sum())


def _open(arcs: Any, room: I64) -> Any:
    """The arcs that can still take more."""
    left = np.flatnonzero(room > 0)
    ends = np.searchsorted(left, arcs.indptr).astype(arcs.indptr.dtype)
    return csr_array((np.ones(len(left)), arcs.indices[left], ends), shape=arcs.shape)


def _reach(arcs: Any, start: int) -> Flags:
    mask = np.zeros(arcs.shape[0], np.bool_)
    mask[breadth_first_order(arcs, start, return_predecessors=False)] = True
    return mask


def _cut(network: Network, target: Flags, value: int, side: Flags) -> Cut:
    used = (network.head >= 0) | target
    near = side[network.tail]
    beyond = np.where(network.head >= 0, ~side[network.head], True)
    arcs = np.flatnonzero(used & near & beyond & (network.capacity_mg > 0))
    return Cut(value, arcs, ~side[network.batch])
