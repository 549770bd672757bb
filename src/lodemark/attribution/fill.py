"""What balance leaves for lots and takes nobody weighed, for *expected* shares only.

Bounds never use these numbers: there an unweighed mass is a variable. An unweighed output gets an even part of
what the inputs leave, times the middle of the stated yield; an unweighed take, an even part of what the lot leaves.
"""

from __future__ import annotations

from itertools import groupby

import numpy as np

from lodemark.attribution.graph import F64, I32, I64, Places


def fill(base: I64, taken: I64, out_ptr: Places, in_ptr: Places, in_lot: I32, yield_lo: F64, yield_hi: F64) -> None:
    """Fill ``base`` and ``taken`` (-1: not weighed) in place.

    A lot without producer counts as what was weighed when it was taken; of one that nobody ever weighed, nothing is
    expected, and the answer names it as assumed.
    """
    open_lots = sorted(set(np.flatnonzero(base < 0).tolist()) | set(in_lot[taken < 0].tolist()))
    takes: dict[int, list[int]] = {lot: [] for lot in open_lots}
    for edge in np.flatnonzero(np.isin(in_lot, open_lots)).tolist():
        takes[int(in_lot[edge])].append(edge)
    maker = dict(zip(open_lots, (np.searchsorted(out_ptr, open_lots, "right") - 1).tolist(), strict=True))

    # Lots are numbered by producer and producers by order, so this walks downstream.
    for process, group in groupby(open_lots, key=maker.__getitem__):
        lots = list(group)
        unweighed = [lot for lot in lots if base[lot] < 0]
        if process < 0:
            for lot in unweighed:
                base[lot] = sum(max(int(taken[edge]), 0) for edge in takes[lot])
        elif unweighed:
            middle = np.array([yield_lo[process], yield_hi[process]])
            yielded = 1.0 if np.isnan(middle).all() else float(np.nanmean(middle))
            inflow = int(np.maximum(taken[in_ptr[process] : in_ptr[process + 1]], 0).sum())
            weighed = int(np.maximum(base[out_ptr[process] : out_ptr[process + 1]], 0).sum())
            for lot, part in zip(unweighed, _even(round(inflow * yielded) - weighed, len(unweighed)), strict=True):
                base[lot] = max(part, sum(max(int(taken[edge]), 0) for edge in takes[lot]))
        for lot in lots:
            unknown = [edge for edge in takes[lot] if taken[edge] < 0]
            rest = int(base[lot]) - sum(int(taken[edge]) for edge in takes[lot] if taken[edge] >= 0)
            for edge, part in zip(unknown, _even(rest, len(unknown)), strict=True):
                taken[edge] = part


def _even(total: int, count: int) -> list[int]:
    total = max(total, 0)
    return [total * (place + 1) // count - total * place // count for place in range(count)]
