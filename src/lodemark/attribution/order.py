"""Put processes in an order in which one scan suffices: dated events first by time, ties and undated ones by level.

Booked loops (recycling per site and month) have no such order: their processes stay together, as one range
that is solved at once (``loops``).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lodemark.attribution.graph import I64, Places, ragged


def process_order(time: I64, source: Places, target: Places) -> tuple[I64, tuple[tuple[int, int], ...]]:
    """Order of the processes (position -> process) and the loops as ranges of positions.

    ``source``/``target`` [n]: a lot made by process ``source`` was taken by process ``target``.
    """
    by_time = np.argsort(time, kind="stable").astype(np.int64)
    if _in_order(by_time, source, target):
        return by_time, ()
    count = len(time)
    edges = coo_array((np.ones(len(source), np.int8), (source, target)), shape=(count, count)).tocsr()
    groups, labels = connected_components(edges, directed=True, connection="strong")
    group: I64 = labels.astype(np.int64)
    level = _levels(groups, group[source], group[target])[group]
    # Inside a loop all events carry one time (an edge back in time was refused), so a loop stays one range.
    latest = np.full(groups, np.iinfo(np.int64).min)
    np.maximum.at(latest, group, time)
    order = np.lexsort((np.arange(count), group, level, latest[group])).astype(np.int64)
    if not _in_order(order, source, target, group):  # undated processes between dated ones: levels alone
        order = np.lexsort((np.arange(count), group, level)).astype(np.int64)
    return order, _loops(order, group, source, target)


def _in_order(order: I64, source: Places, target: Places, group: I64 | None = None) -> bool:
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    right = place[source] < place[target]
    if group is not None:
        right |= group[source] == group[target]
    return bool(right.all())


def _levels(count: int, source: I64, target: I64) -> I64:
    """Length of the longest path into each node of an acyclic graph, all nodes of a level at a time."""
    keep = source != target
    source, target = source[keep], target[keep]
    by_source = np.argsort(source, kind="stable")
    target = target[by_source]
    start = np.concatenate(([0], np.cumsum(np.bincount(source, minlength=count))))
    waiting = np.bincount(target, minlength=count)
    level = np.zeros(count, np.int64)
    ready = np.flatnonzero(waiting == 0)
    depth = 0
    while len(ready):
        level[ready] = depth
        reached = target[ragged(start[ready], start[ready + 1])]
        np.subtract.at(waiting, reached, 1)
        reached = np.unique(reached)
        ready = reached[waiting[reached] == 0]
        depth += 1
    return level


def _loops(order: I64, group: I64, source: Places, target: Places) -> tuple[tuple[int, int], ...]:
    own = np.zeros(len(order), np.bool_)
    own[source[source == target]] = True  # a process that takes its own output
    size = np.bincount(group)
    in_loop = ((size[group] > 1) | own)[order]
    loops = []
    place = 0
    for start in np.flatnonzero(in_loop).tolist():
        if start >= place:
            place = start + int(size[group[order[start]]])
            loops.append((start, place))
    return tuple(loops)
