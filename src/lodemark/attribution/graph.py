"""The genealogy as a struct of arrays: lots, processes and what each process took from which lot.

Three facts carry the layout. A lot has one producer, so lots are numbered by producer and the outputs of a
process are one range. The share taken from a lot is the same for every element. Events are dated, so process
numbers are a topological order and one scan answers a question. A lot is never joined to a lot directly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lodemark.attribution.trouble import TraceError

I8 = NDArray[np.int8]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.integer[Any]]  # positions, of either width
Pointers = Any  # [n + 1] ends of ranges: int32, and int64 from 2^31 takes on

# The three classes every genealogy has; others that the records name come after them.
CLASSES = ("military", "unknown", "civil")
NARROW = 2**31
"""Positions below this fit an int32."""
MASS_LIMIT_MG = 2**53
"""Nine million tonnes: above this a float64 no longer holds every milligram."""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Arrays of one genealogy; ``P`` processes, ``L`` lots, ``E`` inputs, ``K`` elements, ``C`` sink classes.

    Lots ``[0, out_ptr[0])`` have no producer; the outputs of process ``p`` are ``[out_ptr[p], out_ptr[p + 1])``.
    Process numbers are topological, except inside ``loops``: ranges of processes that feed each other.
    """

    elements: tuple[str, ...]
    classes: tuple[str, ...]
    lot_ids: NDArray[Any]  # [L] text or numbers
    process_ids: NDArray[Any]  # [P]
    proc_time: I64  # [P] microseconds, or 0 where undated
    proc_known: I64  # [P] when the office learnt of it, likewise
    out_ptr: Pointers  # [P + 1]
    sink: I8  # [P] class index, C for a recorded loss, -1 for none
    prod: I32  # [L] producer, -1 for none
    in_ptr: Pointers  # [P + 1]
    in_lot: I32  # [E] in process order
    in_taken_mg: I64  # [E] in process order, basis of base_mg
    in_share: F64  # [E] in process order: part of the lot; parts of an overdrawn lot sum to one
    cons_ptr: Pointers  # [L + 1]
    cons_lot: I32  # [E] in lot order: the lot of each take, so that the takes can be walked flat
    cons_proc: I32  # [E] in lot order
    cons_share: F64  # [E] in lot order
    cons_edge: Pointers  # [E] in lot order: position of the same input in process order
    base_mg: I64  # [L] what the events weighed
    mass_mg: I64  # [L, K] contained element
    y: F64  # [K, L] mass of the lot per mass into (or out of, if more) its producer
    licensed: Flags  # [L] lots that answers are given for; the lots without producer if none is named
    pool: Flags  # [L] a melt, a powder, a drum of oxide: any part of it is like the whole
    physical: Flags  # [P] False for mass-balance and book-and-claim sites
    tolerance_mg: I64  # [P] outputs above inputs up to here are scale noise
    yield_lo: F64  # [P] least outputs per inputs, nan where not stated
    yield_hi: F64  # [P]
    lot_weighed: Flags  # [L] False: base_mg is filled in by balance
    in_weighed: Flags  # [E]
    second_weight_mg: I64  # [L] another record's mass of the same lot, -1 where there is none
    loops: tuple[tuple[int, int], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of every share answer: the classes, then ``stock``, then ``loss``."""
        return (*self.classes, "stock", "loss")

    def lots(self, names: Sequence[object]) -> I64:
        """Positions of lots by name; an unknown lot is refused by name."""
        return _positions(self.lot_ids, names, "trace-lot-unknown", "lot")

    def process(self, name: object) -> int:
        """Position of a process by name."""
        return int(_positions(self.process_ids, [name], "trace-process-unknown", "process")[0])

    def element(self, symbol: str) -> int:
        """Position of an element by symbol."""
        if symbol not in self.elements:
            raise TraceError("trace-element-unknown", element=symbol, known=list(self.elements))
        return self.elements.index(symbol)

    def class_set(self, names: Sequence[str]) -> frozenset[int]:
        """Positions of sink classes by name."""
        for name in names:
            if name not in self.classes:
                raise TraceError("trace-class-unknown", name=name, known=list(self.classes))
        return frozenset(self.classes.index(name) for name in names)

    @property
    def origins(self) -> Flags:
        """Lots that came from outside: without a producer, or made by a process that took nothing (a commissioning)."""
        return origins(self.prod, self.in_ptr)

    @property
    def bytes(self) -> int:
        """Bytes held by the numeric arrays; a column that is one value throughout holds one."""
        arrays = (getattr(self, name) for name in ARRAYS)
        return sum(array.nbytes if array.strides[0] else array.itemsize for array in arrays)


ARRAYS = (
    *(
        "proc_time",
        "proc_known",
        "out_ptr",
        "sink",
        "prod",
        "in_ptr",
        "in_lot",
        "in_taken_mg",
        "in_share",
        "cons_ptr",
        "cons_lot",
        "cons_proc",
    ),
    *("cons_share", "cons_edge", "base_mg", "mass_mg", "y", "licensed", "pool", "physical", "tolerance_mg", "yield_lo"),
    *("yield_hi", "lot_weighed", "in_weighed", "second_weight_mg"),
)
"""Names of the numeric arrays, in the order they are stored."""


def origins(prod: Places, in_ptr: Places) -> Flags:
    """Lots without a producer, or whose producer took nothing."""
    took = np.append(np.diff(in_ptr) > 0, False)  # the last place stands for "no producer"
    outside: Flags = ~took[prod]
    return outside


def _positions(ids: NDArray[Any], names: Sequence[object], code: str, fact: str) -> I64:
    if ids.dtype.kind in "iu" or len(names) == 1:  # numbers, or one of ten million: a scan, not a dictionary of all
        hits = np.flatnonzero(np.isin(ids, np.array(names)) if len(names) > 1 else ids == names[0])
        found = dict(zip(ids[hits].tolist(), hits.tolist(), strict=True))
    else:
        wanted = set(names)
        found = {name: place for place, name in enumerate(ids.tolist()) if name in wanted}
    for name in names:
        if name not in found:
            raise TraceError(code, **{fact: name})
    return np.array([found[name] for name in names], np.int64)


def pointer_type(most: int) -> type[np.int32] | type[np.int64]:
    """What pointers up to ``most`` are kept in: half the memory while they fit."""
    return np.int32 if most < NARROW else np.int64


def ragged(starts: Places, stops: Places) -> I64:
    """All positions of the ranges ``[start, stop)``, one after the other."""
    lengths = (stops - starts).astype(np.int64)
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    places: I64 = np.arange(total) + np.repeat(starts.astype(np.int64) - (ends - lengths), lengths)
    return places


def distinct(places: Places, size: int) -> I64:
    """The different positions among these, in order; a mask where they are many, a sort where they are few."""
    if len(places) * 64 < size:
        few: I64 = np.unique(places).astype(np.int64)
        return few
    mask = np.zeros(size, np.bool_)
    mask[places] = True
    return np.flatnonzero(mask)


def ragged_sum(values: F64, lengths: Places) -> F64:
    """Sum consecutive runs of rows of ``values`` [n, c] (or [n]); an empty run gives zero."""
    out = np.zeros((len(lengths), *values.shape[1:]))
    full = np.flatnonzero(lengths)
    if len(full):
        starts = np.concatenate(([0], np.cumsum(lengths[full])[:-1]))
        out[full] = np.add.reduceat(values, starts, axis=0)
    return out


def run_sums(values: I64, lengths: Places) -> I64:
    """Sums of consecutive runs of integers, exact."""
    total = np.concatenate(([0], np.cumsum(values)))
    ends = np.cumsum(lengths, dtype=np.int64)
    sums: I64 = total[ends] - total[ends - lengths]
    return sums
