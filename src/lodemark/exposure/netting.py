"""Time-phased netting: what is needed of every item by every day, in one pass over the product tree.

As in material requirements planning: stock of an item covers its own needs first, what is left must be made, and parts
must be there the lead time earlier. Needs are cumulative, so a day's need is a difference and nothing drifts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from lodemark.exposure.model import Programme
from lodemark.exposure.tree import F64, I64, Tree

NEVER = np.int16(32_767)


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """``gross`` [n, days]: units needed by the end of a day. ``next_made`` [n, days]: the next day on or after which a
    made item must leave its line, ``NEVER`` where it need not."""

    gross: F64
    next_made: NDArray[np.int16]


def demand(tree: Tree, programmes: Iterable[Programme], days: int) -> F64:
    """Cumulative units [n, days] that the programmes ask for."""
    asked = np.zeros((len(tree.names), days))
    ends = np.arange(1, days + 1)
    for programme in programmes:
        asked[tree.number[programme.item]] += programme.units_per_day * np.maximum(ends - programme.from_day, 0)
    return asked


def net(tree: Tree, asked: F64) -> Needs:
    """Needs of every item, from the top of the trees to the parts that are bought."""
    days = asked.shape[1]
    gross = asked.copy()
    next_made = np.full(asked.shape, NEVER, np.int16)
    parts_of = csr_array(
        (tree.quantity.astype(np.float64), (tree.part, tree.parent)), shape=(len(tree.names), len(tree.names))
    ).tocsc()
    made = tree.made
    for level in range(int(tree.level.max(initial=0)) + 1):
        items = np.flatnonzero((tree.level == level) & made)
        if not len(items):
            continue
        to_make = np.maximum(gross[items] - tree.on_hand[items, None], 0.0)
        next_made[items] = _next_rise(to_make)
        when = np.minimum(np.arange(days) + tree.lead[items, None], days - 1)
        released = np.take_along_axis(to_make, when, axis=1)
        block = parts_of[:, items].tocsr()
        touched = np.flatnonzero(np.diff(block.indptr))
        gross[touched] += block[touched] @ released
    return Needs(gross, next_made)


def _next_rise(cumulative: F64) -> NDArray[np.int16]:
    """For every day the next one, itself included, on which the cumulative need rises."""
    days = cumulative.shape[1]
    rises = np.diff(cumulative, axis=1, prepend=0.0) > 0
    day = np.where(rises, np.arange(days, dtype=np.int16), NEVER)
    return np.minimum.accumulate(day[:, ::-1], axis=1)[:, ::-1]


def multiplicity(tree: Tree, tops: I64) -> F64:
    """How many of each item stand in one unit of each top item, [n, tops]."""
    found = np.zeros((len(tree.names), len(tops)))
    found[tops, np.arange(len(tops))] = 1.0
    for level in range(int(tree.level.max(initial=0)) + 1):
        edges = np.flatnonzero(tree.level[tree.parent] == level)
        np.add.at(found, tree.part[edges], tree.quantity[edges, None] * found[tree.parent[edges]])
    return found
