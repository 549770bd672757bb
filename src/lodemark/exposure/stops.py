"""From a part that runs short to the product that cannot be delivered, for many draws at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lodemark.exposure.netting import NEVER, Needs
from lodemark.exposure.tree import I64, Tree

Days = NDArray[np.int16]


def propagate(tree: Tree, needs: Needs, short: Mapping[int, Days], draws: int) -> dict[int, Days]:
    """Stop days [draws] of every item that can stop: short parts, and all that is made of them.

    A part short on a day is missing on the line the lead time later; the item stops on the next day it had to leave
    the line. Stock of the item is already netted, so it is used up first.
    """
    height_of = tree.height[tree.parent]
    affected = np.zeros(len(tree.names), np.bool_)
    rows = np.full(len(tree.names), -1, np.int64)
    table = np.full((max(len(short), 1), draws), NEVER, np.int16)
    for place, (item, days) in enumerate(short.items()):
        affected[item], rows[item], table[place] = True, place, days
    last = days_of(needs) - 1
    for height in range(1, int(tree.height.max(initial=0)) + 1):
        edges = np.flatnonzero((height_of == height) & affected[tree.part])
        if not len(edges):
            continue
        parents, starts = np.unique(tree.parent[edges], return_index=True)  # edges are sorted by parent
        found = np.empty((len(parents), draws), np.int16)
        for here in _chunks(parents, starts, len(edges)):
            some = edges[here[0] : here[1]]
            found[here[2] : here[3]] = _earliest(
                tree, needs, table[rows[tree.part[some]]], some, starts[here[2] : here[3]] - here[0], last
            )
        rows[parents] = len(table) + np.arange(len(parents))
        table = np.concatenate([table, found])
        affected[parents] = True
    return {int(item): table[rows[item]] for item in np.flatnonzero(affected)}


def _earliest(tree: Tree, needs: Needs, short: Days, edges: I64, starts: I64, last: int) -> Days:
    parent = tree.parent[edges]
    missing = np.minimum(short.astype(np.int32) + tree.lead[parent, None].astype(np.int32), last)
    stop = needs.next_made[parent[:, None], missing]
    stop[short == NEVER] = NEVER
    earliest: Days = np.minimum.reduceat(stop, starts, axis=0)
    return earliest


def _chunks(parents: I64, starts: I64, edges: int, most: int = 4_096) -> list[tuple[int, int, int, int]]:
    """Edges and parents in pieces that stay in the cache: (first edge, stop edge, first parent, stop parent)."""
    pieces, first = [], 0
    while first < len(parents):
        stop = max(int(np.searchsorted(starts, starts[first] + most)), first + 1)
        end = int(starts[stop]) if stop < len(parents) else edges
        pieces.append((int(starts[first]), end, first, stop))
        first = stop
    return pieces


def days_of(needs: Needs) -> int:
    """How many days the needs cover."""
    return int(needs.gross.shape[1])


def cause_of(tree: Tree, needs: Needs, stops: Mapping[int, Days], item: int) -> int:
    """The bought item that stops ``item`` first, in the first draw."""
    last = days_of(needs) - 1
    while True:
        day = int(stops[item][0])
        for edge in range(int(tree.first[item]), int(tree.first[item + 1])):
            part = int(tree.part[edge])
            short = int(stops[part][0]) if part in stops else int(NEVER)
            if short != NEVER and int(needs.next_made[item, min(short + int(tree.lead[item]), last)]) == day:
                item = part
                break
        else:
            return item
