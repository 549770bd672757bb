"""Shares kept current while events arrive: the difference is pushed to ancestors only, in reverse event order.

The arrays of the genealogy stay as they are; what is new or restated goes to overflow lists, and a late event gets an
order key in the gap between its makers and its takers. Where that is not enough (a list is full, no gap, loops, sites
that book entitlements, unweighed masses, more than a tenth of the inputs touched) ``apply`` says so and the caller
rebuilds, which also compacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from lodemark.attribution import engine
from lodemark.attribution.answers import Delta
from lodemark.attribution.change import Statement
from lodemark.attribution.graph import F64, I64, Graph, ragged

_GAP = 1 << 20
_ROOM = 4096  # overflow places for processes, lots and takes before the next rebuild


class TooMuch(Exception):
    """This change is cheaper, or only right, as a rebuild."""


class Live:
    """Process shares [P, K, 4] of a genealogy and the overflow that keeps them true."""

    def __init__(self, graph: Graph) -> None:
        if not usable(graph):
            raise TooMuch
        self.graph = graph
        processes, lots, elements = len(graph.sink), len(graph.base_mg), len(graph.elements)
        self.processes, self.lots, self.takes, self.outputs = processes, lots, 0, 0
        self.key = np.arange(processes + _ROOM, dtype=np.int64) * _GAP
        self.sink = _wider(graph.sink, _ROOM, -1)
        self.prod = _wider(graph.prod, _ROOM, -1)
        self.base, self.mass = _wider(graph.base_mg, _ROOM, 0), _wider(graph.mass_mg, _ROOM, 0)
        self.y = np.concatenate([graph.y, np.zeros((elements, _ROOM))], axis=1)
        self.f = np.zeros((processes + _ROOM, elements, 4))
        self.f[:processes] = engine.process_shares(graph)
        self.out_ptr, self.in_ptr, self.cons_ptr = (
            _wider(pointer, _ROOM, pointer[-1]) for pointer in (graph.out_ptr, graph.in_ptr, graph.cons_ptr)
        )
        self.cons_share, self.cons_mg = graph.cons_share.copy(), graph.in_taken_mg[graph.cons_edge]
        self.edge_place = np.empty(len(graph.cons_edge), np.int32)  # process order -> lot order
        self.edge_place[graph.cons_edge] = np.arange(len(graph.cons_edge), dtype=np.int32)
        self.out_head, self.out_lot, self.out_next = _list(processes + _ROOM), _list(_ROOM), _list(_ROOM)
        self.by_lot, self.by_process = _list(lots + _ROOM), _list(processes + _ROOM)
        self.take_lot, self.take_process = _list(_ROOM), _list(_ROOM)
        self.next_by_lot, self.next_by_process = _list(_ROOM), _list(_ROOM)
        self.take_mg, self.take_share = np.zeros(_ROOM, np.int64), np.zeros(_ROOM)
        self.queued = np.zeros(processes + _ROOM, np.uint8)
        self.lot_number, self.process_number = _numbers(graph.lot_ids), _numbers(graph.process_ids)
        self.new_lots: list[Any] = []

    def apply(self, statements: Sequence[Statement]) -> Delta:
        """Put all statements in place, then push their difference once. Raises ``TooMuch`` where a rebuild is due."""
        seeds: set[int] = set()
        moved: set[int] = set()
        for said in statements:
            self._state(said, seeds, moved)
        changed = np.empty(len(self.key), np.int64)
        touched, count, complete = engine.repair(
            np.array(sorted(seeds), np.int64),
            *(self.key, self.out_ptr, self.out_head, self.out_lot, self.out_next, self.in_ptr, self.graph.in_lot),
            *(self.by_process, self.take_lot, self.next_by_process, self.cons_ptr, self.graph.cons_proc),
            *(self.cons_share, self.by_lot, self.take_process, self.take_share, self.next_by_lot, self.prod),
            *(self.y, self.sink, self.f, self.queued, changed, max(len(self.cons_share) // 10, 10_000)),
        )
        if not complete:
            raise TooMuch
        moved.update(self._taken_by(changed[:count]).tolist())
        return Delta(touched=touched, lots=tuple(self.lot_name(lot) for lot in sorted(moved)))

    def shares(self, lots: I64, elements: Sequence[int]) -> F64:
        """Shares [n, k, classes + stock + loss] of lots by number."""
        rows = np.zeros((len(lots), len(elements), 5))
        for n, lot in enumerate(lots.tolist()):
            for process, share in self._takes_of(lot):
                rows[n][:, [0, 1, 2, 4]] += share * self.f[process][list(elements)]
        rows[:, :, 3] = np.maximum(1.0 - rows.sum(axis=2), 0.0)
        return rows

    def lot_name(self, lot: int) -> Any:
        """The name of a lot by number."""
        known = len(self.graph.base_mg)
        return self.graph.lot_ids[lot] if lot < known else self.new_lots[lot - known]

    # -- one statement -----------------------------------------------------------------------------------------------

    def _state(self, said: Statement, seeds: set[int], moved: set[int]) -> None:
        if said.sink is not None and said.sink not in (*self.graph.classes, "loss"):
            raise TooMuch  # a class of its own makes the answers wider
        if said.process not in self.process_number:
            if said.void:
                return
            self._new_process(said.process)
        process = self.process_number[said.process]
        dirty, reshare = {process}, set[int]()
        for place, lot in self._base_takes(process):
            self.cons_mg[place] = 0
            reshare.add(lot)
        take = self.by_process[process]
        while take >= 0:
            self.take_mg[take] = 0
            reshare.add(int(self.take_lot[take]))
            take = self.next_by_process[take]
        outputs = dict(said.outputs) if not said.void else {}
        for lot in self._outputs_of(process):
            if self.lot_name(lot) not in outputs:
                raise TooMuch  # a lot that is no longer made: whether it still exists is for the tables to say
        self.sink[process] = -1 if said.sink is None or said.void else [*self.graph.classes, "loss"].index(said.sink)
        for name, mg in () if said.void else said.inputs.items():
            if name not in self.lot_number:
                raise TooMuch  # the rebuild names the row
            lot = self.lot_number[name]
            self._new_take(process, lot, mg)
            reshare.add(lot)
        for name, mg in outputs.items():
            lot = self._output(process, name, mg, said)
            reshare.add(lot)
            dirty.update(taker for taker, _ in self._takes_of(lot))
        self._order(process)
        for lot in reshare:
            self._reshare(lot)
            if self.prod[lot] >= 0:
                seeds.add(int(self.prod[lot]))
        for each in dirty:
            self._output_shares(each)
        seeds.update(dirty)
        moved.update(reshare)

    def _new_process(self, name: Any) -> None:
        if self.processes - len(self.graph.sink) >= _ROOM:
            raise TooMuch
        self.process_number[name] = self.processes
        self.processes += 1

    def _new_take(self, process: int, lot: int, mg: int) -> None:
        take = self.takes
        if take >= _ROOM or mg <= 0:
            raise TooMuch
        self.takes += 1
        self.take_lot[take], self.take_process[take], self.take_mg[take] = lot, process, mg
        self.next_by_lot[take], self.by_lot[lot] = self.by_lot[lot], take
        self.next_by_process[take], self.by_process[process] = self.by_process[process], take

    def _output(self, process: int, name: Any, mg: int, said: Statement) -> int:
        """A lot this process puts out: known or new, with the mass now stated."""
        if name not in self.lot_number:
            if self.lots - len(self.graph.base_mg) >= _ROOM:
                raise TooMuch
            self.lot_number[name] = self.lots
            self.lots += 1
            self.new_lots.append(name)
        lot = self.lot_number[name]
        if self.prod[lot] not in (-1, process) or mg <= 0:
            raise TooMuch  # two producers, or a mass that is refused by name
        if self.prod[lot] == -1:
            if self.outputs >= _ROOM:
                raise TooMuch
            self.out_lot[self.outputs] = lot
            self.out_next[self.outputs], self.out_head[process] = self.out_head[process], self.outputs
            self.outputs += 1
            self.prod[lot] = process
        self.base[lot] = mg
        if len(self.graph.elements) == 1:
            self.mass[lot, 0] = mg
        else:
            contained = said.contained.get(name, {})
            if contained.keys() != set(self.graph.elements):
                raise TooMuch
            self.mass[lot] = [contained[symbol] for symbol in self.graph.elements]
        return lot

    def _order(self, process: int) -> None:
        """A key after the makers of what it takes and before the takers of what it makes."""
        takes = [lot for place, lot in self._base_takes(process) if self.cons_mg[place]]
        take = self.by_process[process]
        while take >= 0:
            if self.take_mg[take]:
                takes.append(int(self.take_lot[take]))
            take = self.next_by_process[take]
        makers = [int(self.key[self.prod[lot]]) for lot in takes if self.prod[lot] >= 0]
        takers = [int(self.key[q]) for lot in self._outputs_of(process) for q, share in self._takes_of(lot) if share]
        low, high = max(makers, default=-1), min(takers, default=None)
        own = int(self.key[process])
        if low < own and (high is None or own < high):
            return
        if high is None:
            self.key[process] = int(self.key[: self.processes].max()) + _GAP
        elif high - low >= 2:
            self.key[process] = (low + high) // 2
        else:
            raise TooMuch  # no gap left

    def _reshare(self, lot: int) -> None:
        """Parts of the lot in each take; parts of an overdrawn lot sum to one."""
        first, stop = int(self.cons_ptr[lot]), int(self.cons_ptr[lot + 1])
        over = []
        take = self.by_lot[lot]
        while take >= 0:
            over.append(int(take))
            take = self.next_by_lot[take]
        whole = max(int(self.base[lot]), int(self.cons_mg[first:stop].sum()) + int(self.take_mg[over].sum()))
        self.cons_share[first:stop] = self.cons_mg[first:stop] / whole
        self.take_share[over] = self.take_mg[over] / whole

    def _output_shares(self, process: int) -> None:
        """``y`` of the outputs: over all that came in, or over all that went out where that is more."""
        into = np.zeros(len(self.graph.elements))
        for place, lot in self._base_takes(process):
            into += self.cons_mg[place] * (self.mass[lot] / self.base[lot])
        take = self.by_process[process]
        while take >= 0:
            lot = self.take_lot[take]
            into += self.take_mg[take] * (self.mass[lot] / self.base[lot])
            take = self.next_by_process[take]
        lots = list(self._outputs_of(process))
        whole = np.maximum(into, self.mass[lots].sum(axis=0))
        self.y[:, lots] = np.divide(self.mass[lots], whole, out=np.zeros((len(lots), len(whole))), where=whole > 0).T

    # -- walking -----------------------------------------------------------------------------------------------------

    def _base_takes(self, process: int) -> list[tuple[int, int]]:
        """Place in lot order, and lot, of every take of a process that the arrays hold."""
        first, stop = int(self.in_ptr[process]), int(self.in_ptr[process + 1])
        return list(zip(self.edge_place[first:stop].tolist(), self.graph.in_lot[first:stop].tolist(), strict=True))

    def _takes_of(self, lot: int) -> Iterable[tuple[int, float]]:
        for place in range(int(self.cons_ptr[lot]), int(self.cons_ptr[lot + 1])):
            yield int(self.graph.cons_proc[place]), float(self.cons_share[place])
        take = self.by_lot[lot]
        while take >= 0:
            yield int(self.take_process[take]), float(self.take_share[take])
            take = self.next_by_lot[take]

    def _outputs_of(self, process: int) -> Iterable[int]:
        yield from range(int(self.out_ptr[process]), int(self.out_ptr[process + 1]))
        place = self.out_head[process]
        while place >= 0:
            yield int(self.out_lot[place])
            place = self.out_next[place]

    def _taken_by(self, processes: I64) -> I64:
        """Lots that these processes took."""
        base = self.graph.in_lot[ragged(self.in_ptr[processes], self.in_ptr[processes + 1])]
        over = self.take_lot[: self.takes][np.isin(self.take_process[: self.takes], processes)]
        return np.unique(np.concatenate([base, over]))


def usable(graph: Graph) -> bool:
    """Whether changes to this genealogy can be pushed; otherwise it is rebuilt."""
    return bool(
        len(graph.classes) == 3
        and not graph.loops
        and graph.physical.all()
        and graph.lot_weighed.all()
        and graph.in_weighed.all()
    )


def _wider(array: Any, room: int, filler: int) -> Any:
    more = np.full((room, *array.shape[1:]), filler, array.dtype)
    return np.concatenate([array, more])


def _list(size: int) -> I64:
    return np.full(size, -1, np.int64)


def _numbers(ids: Any) -> dict[Any, int]:
    return {name: number for number, name in enumerate(ids.tolist())}
