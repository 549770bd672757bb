"""The product trees as arrays: edges parent -> part, levels from the top and heights from the bottom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lodemark.exposure.model import Item

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """``n`` items and ``m`` edges; edges are sorted by parent. An item may stand under many parents."""

    names: tuple[str, ...]
    number: Mapping[str, int]
    parent: I64  # [m]
    part: I64  # [m]
    quantity: I64  # [m] parts in one parent
    first: I64  # [n + 1] edges of each parent
    lead: I64  # [n]
    on_hand: I64  # [n]
    level: I64  # [n] longest way down from a top
    height: I64  # [n] longest way up from a part that is bought

    @property
    def made(self) -> NDArray[np.bool_]:
        """Items that are put together from parts."""
        return np.diff(self.first) > 0

    @property
    def longest_lead(self) -> int:
        """Days from the first part to the last product."""
        total = self.lead.copy()
        for height in range(1, int(self.height.max(initial=0)) + 1):
            edges = np.flatnonzero(self.height[self.parent] == height)
            np.maximum.at(total, self.parent[edges], self.lead[self.parent[edges]] + total[self.part[edges]])
        return int(total.max(initial=0))


def tree(items: Mapping[str, Item]) -> Tree:
    """The arrays of checked items (no item inside itself)."""
    names = tuple(items)
    number = {name: place for place, name in enumerate(names)}
    counts = np.array([len(item.parts) for item in items.values()], np.int64)
    parent = np.repeat(np.arange(len(names)), counts)
    part = np.array([number[name] for item in items.values() for name in item.parts], np.int64)
    return Tree(
        names=names,
        number=number,
        parent=parent,
        part=part,
        quantity=np.array([q for item in items.values() for q in item.parts.values()], np.int64),
        first=np.concatenate(([0], np.cumsum(counts))),
        lead=np.array([item.lead_days for item in items.values()], np.int64),
        on_hand=np.array([item.on_hand for item in items.values()], np.int64),
        level=_longest(len(names), parent, part),
        height=_longest(len(names), part, parent),
    )


def _longest(count: int, source: I64, target: I64) -> I64:
    """Length of the longest path into each node, all nodes of a level at a time."""
    order = np.argsort(source, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(source, minlength=count))))
    target = target[order]
    waiting = np.bincount(target, minlength=count)
    length = np.zeros(count, np.int64)
    ready, depth = np.flatnonzero(waiting == 0), 0
    while len(ready):
        length[ready] = depth
        sizes = start[ready + 1] - start[ready]
        ends = np.cumsum(sizes)
        places = np.arange(int(sizes.sum())) + np.repeat(start[ready] - (ends - sizes), sizes)
        reached = target[places]
        np.subtract.at(waiting, reached, 1)
        reached = np.unique(reached)
        ready, depth = reached[waiting[reached] == 0], depth + 1
    return length
