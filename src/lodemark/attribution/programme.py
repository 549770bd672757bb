"""The records as rows of a linear programme, in exact rationals, each row under the name of its record.

Variables are milligrams of the batch on every record of its cone, and the masses nobody weighed. A pool (a melt, a
powder, a drum of oxide) is alike throughout: what is taken of it carries its share. Pools must be weighed, otherwise
share times mass would be a product of two unknowns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from lodemark.attribution.check import stated_yields
from lodemark.attribution.graph import I64, MASS_LIMIT_MG, Graph, ragged
from lodemark.attribution.network import Network, element_taken
from lodemark.attribution.small import Assay
from lodemark.attribution.trouble import TraceError

Terms = dict[int, Fraction]
ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the cone: element number, wanted classes, and what may be assumed."""

    element: int
    wanted: frozenset[int]
    homogeneous: bool
    yields: Mapping[object, tuple[float, float]]
    assays: tuple[Assay, ...]
    undeclared: bool


@dataclass(frozen=True, slots=True)
class Row:
    """``lo <= terms <= hi`` (``None``: no limit), from the record ``kind`` of ``name``."""

    kind: str
    name: object
    terms: Terms
    lo: Fraction | None
    hi: Fraction | None


@dataclass(slots=True)
class Programme:
    """Rows over variables in ``[0, upper]``; ``wanted`` sums what reaches the sinks, ``beyond`` an accounting site."""

    upper: list[Fraction] = field(default_factory=list)
    records: list[tuple[str, int, int]] = field(default_factory=list)  # kind, lot, process of each variable
    rows: list[Row] = field(default_factory=list)
    wanted: Terms = field(default_factory=dict)
    beyond: Terms = field(default_factory=dict)
    scale: Fraction = ONE  # the solver counts in shares of this mass

    def variable(self, upper: Fraction, kind: str, lot: int = -1, process: int = -1) -> int:
        """A new variable between zero and ``upper``: the batch's part of a record, or an unweighed mass."""
        self.upper.append(upper)
        self.records.append((kind, lot, process))
        return len(self.upper) - 1


def needs_programme(graph: Graph, below: Network, question: Question) -> bool:
    """Whether the question is more than a maximum flow: assays, pools, or masses that nobody weighed."""
    edges = _inputs(graph, below)
    pooled = question.homogeneous and (not graph.pool.any() or graph.pool[below.lots].any())
    return bool(question.assays or pooled or not graph.lot_weighed[below.lots].all() or not graph.in_weighed[edges].all())


def programme(graph: Graph, below: Network, question: Question) -> Programme:
    """All rows for one batch; raises ``TraceError`` for a pool that was not weighed."""
    return _Writer(graph, below, question).write()


def _inputs(graph: Graph, below: Network) -> I64:
    return ragged(graph.in_ptr[below.processes], graph.in_ptr[below.processes + 1])


class _Writer:
    """Writes the rows: first what was weighed or not, then where the batch can be."""

    def __init__(self, graph: Graph, below: Network, question: Question) -> None:
        self.graph, self.below, self.question = graph, below, question
        self.program = Programme()
        k = question.element
        self.one_element = graph.mass_mg.shape[1] == 1
        self.mass = graph.mass_mg[:, k].tolist()
        edges = np.arange(len(graph.in_lot))
        self.taken = element_taken(graph, np.arange(len(graph.base_mg)), k).tolist() if len(edges) else []
        self.supply = Fraction(below.supply_mg)
        # An unweighed mass is no more than all that was weighed, unless a lot nobody ever weighed came from outside.
        known = int(graph.mass_mg[graph.lot_weighed, k].sum() + graph.in_taken_mg[graph.in_weighed].sum())
        outside = graph.origins & ~graph.lot_weighed
        self.most = Fraction(MASS_LIMIT_MG if outside.any() or question.undeclared else known)
        self.program.scale = Fraction(max(known, 1))
        self.lot_mass: dict[int, int] = {}  # lot -> variable of its unweighed mass
        self.edge_mass: dict[int, int] = {}
        self.low, self.high = stated_yields(graph, question.yields)

    # -- masses ----------------------------------------------------------------------------------------------------

    def of_lot(self, lot: int) -> tuple[Terms, Fraction]:
        """Mass of a lot as terms and a constant."""
        if self.graph.lot_weighed[lot] or not self.one_element:
            return {}, Fraction(self.mass[lot])
        return {self.lot_mass.setdefault(lot, len(self.program.upper)): ONE}, ZERO

    def of_edge(self, edge: int) -> tuple[Terms, Fraction]:
        """Mass of a take as terms and a constant."""
        lot = int(self.graph.in_lot[edge])
        if self.graph.in_weighed[edge] and (self.one_element or self.graph.lot_weighed[lot]):
            return {}, Fraction(self.taken[edge])
        return {self.edge_mass.setdefault(edge, len(self.program.upper)): ONE}, ZERO

    def _mass(self, what: str, number: int) -> tuple[Terms, Fraction]:
        """As ``of_lot`` or ``of_edge``; a mass met for the first time becomes a variable."""
        terms, constant = self.of_lot(number) if what == "lot" else self.of_edge(number)
        for variable in terms:
            if variable == len(self.program.upper):
                self.program.variable(self.most, "unweighed", number if what == "lot" else int(self.graph.in_lot[number]))
        return terms, constant

    def _difference(self, plus: list[tuple[str, int]], minus: list[tuple[str, int]]) -> tuple[Terms, Fraction]:
        terms: Terms = {}
        constant = ZERO
        for sign, parts in ((ONE, plus), (-ONE, minus)):
            for what, number in parts:
                more, fixed = self._mass(what, number)
                constant += sign * fixed
                for variable, factor in more.items():
                    terms[variable] = terms.get(variable, ZERO) + sign * factor
        return terms, constant

    def _weigh(self) -> None:
        """Balance of every lot and process that an unweighed mass of the cone touches, near or far."""
        lots, processes = set(self.below.lots.tolist()), set(self.below.processes.tolist())
        waiting: list[tuple[str, int]] = [("lot", j) for j in lots] + [("process", p) for p in processes]
        seen = set(waiting)
        while waiting:
            kind, number = waiting.pop()
            into, out = self._lot_sides(number) if kind == "lot" else self._process_sides(number)
            before = len(self.program.upper)
            terms, constant = self._difference(into, out)
            if terms and into and out:
                self._weigh_row(kind, number, into, out, terms, constant)
            if terms or len(self.program.upper) > before:
                for what, place in into + out:
                    for near in self._touched(what, place):
                        if near not in seen:
                            seen.add(near)
                            waiting.append(near)

    def _weigh_row(
        self,
        kind: str,
        number: int,
        into: list[tuple[str, int]],
        out: list[tuple[str, int]],
        terms: Terms,
        constant: Fraction,
    ) -> None:
        if kind == "lot":
            # What nobody weighed, taken from a lot nobody weighed, is all that was left of it.
            handed_on = not self.graph.lot_weighed[number] and any(self._mass(*part)[0] for part in out)
            if handed_on or not self.question.undeclared:
                self._row("lot", self.graph.lot_ids[number], terms, -constant, -constant if handed_on else None)
            return
        name = self.graph.process_ids[number]
        if not self.question.undeclared:
            self._row("process", name, terms, -constant - int(self.graph.tolerance_mg[number]), None)
        for limit, least in ((self.low[number], True), (self.high[number], False)):
            if not np.isnan(limit):
                self._yield_row(name, into, out, _fraction(limit), least)

    def _yield_row(
        self, name: object, into: list[tuple[str, int]], out: list[tuple[str, int]], limit: Fraction, least: bool
    ) -> None:
        """``out - limit * into >= 0`` (or ``<= 0``)."""
        terms, constant = self._difference(out, [])
        more, fixed = self._difference(into, [])
        for variable, factor in more.items():
            terms[variable] = terms.get(variable, ZERO) - limit * factor
        constant -= limit * fixed
        self._row("yield", name, terms, -constant if least else None, None if least else -constant)

    def _lot_sides(self, lot: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        graph = self.graph
        edges = graph.cons_edge[graph.cons_ptr[lot] : graph.cons_ptr[lot + 1]].tolist()
        return [("lot", lot)], [("edge", edge) for edge in edges]

    def _process_sides(self, process: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
        graph = self.graph
        into = [("edge", e) for e in range(int(graph.in_ptr[process]), int(graph.in_ptr[process + 1]))]
        return into, [("lot", j) for j in range(int(graph.out_ptr[process]), int(graph.out_ptr[process + 1]))]

    def _touched(self, what: str, number: int) -> list[tuple[str, int]]:
        """Balances in which an unweighed mass stands."""
        terms, _ = self._mass(what, number)
        if not terms:
            return []
        if what == "lot":
            maker = int(self.graph.prod[number])
            return [("lot", number)] + ([("process", maker)] if maker >= 0 else [])
        return [("lot", int(self.graph.in_lot[number])), ("process", self._taker(number))]

    def _taker(self, edge: int) -> int:
        return int(np.searchsorted(self.graph.in_ptr, edge, "right")) - 1

    # -- where the batch can be ------------------------------------------------------------------------------------

    def write(self) -> Programme:
        """All rows."""
        self._weigh()
        graph, program = self.graph, self.program
        batch = set(self.below.lots[self.below.batch].tolist())
        in_lot = {lot: self._held("lot", lot) for lot in self.below.lots.tolist()}
        on_edge = {
            edge: self._held("edge", edge) for edge in _inputs(graph, self.below).tolist() if int(graph.in_lot[edge]) in in_lot
        }
        for lot, held in in_lot.items():
            self._lot_rows(lot, held, on_edge, lot in batch)
        for process in self.below.processes.tolist():
            into = [on_edge[e] for e in range(int(graph.in_ptr[process]), int(graph.in_ptr[process + 1])) if e in on_edge]
            if not graph.physical[process]:
                program.beyond.update(dict.fromkeys(into, ONE))
            elif graph.sink[process] >= 0:
                if int(graph.sink[process]) in self.question.wanted:
                    program.wanted.update(dict.fromkeys(into, ONE))
            else:
                self._process_row(process, into, in_lot)
        self._assays(in_lot)
        return program

    def _held(self, what: str, number: int) -> int:
        """A variable for the batch's part of a mass, never more than that mass."""
        terms, constant = self._mass(what, number)
        lot = number if what == "lot" else int(self.graph.in_lot[number])
        process = int(self.graph.prod[lot]) if what == "lot" else self._taker(number)
        kind = "taken" if what == "edge" else "made" if process >= 0 else "batch"
        held = self.program.variable(self.supply if terms else constant, kind, lot, process)
        if not terms:
            return held
        name = self.graph.lot_ids[lot]
        self._row("lot", name, {held: ONE, **{v: -f for v, f in terms.items()}}, None, ZERO)
        return held

    def _lot_rows(self, lot: int, held: int, on_edge: dict[int, int], is_batch: bool) -> None:
        name = self.graph.lot_ids[lot]
        _, edges = self._lot_sides(lot)
        takes = [edge for _, edge in edges]
        if is_batch:
            terms, constant = self._mass("lot", lot)
            if terms:
                raise TraceError("trace-batch-unweighed", lot=name)
            self._row("batch", name, {held: ONE}, constant, constant)
        if self.question.homogeneous and (self.graph.pool[lot] or not self.graph.pool.any()):
            self._pool_rows(lot, held, takes, on_edge)
            return
        terms, constant = self._difference([("lot", lot)], edges)
        row = {held: ONE, **{on_edge[edge]: -ONE for edge in takes}}
        if terms or constant > 0:  # something is left in stock
            stock = self.program.variable(self.supply if terms else constant, "stock", lot)
            row[stock] = -ONE
            if terms and not self.question.undeclared:
                self._row("lot", name, {stock: ONE, **{v: -f for v, f in terms.items()}}, None, constant)
        self._row("lot", name, row, ZERO, ZERO)

    def _pool_rows(self, lot: int, held: int, takes: list[int], on_edge: dict[int, int]) -> None:
        masses = [self._mass("edge", edge) for edge in takes]
        whole, constant = self._mass("lot", lot)
        if whole or any(terms for terms, _ in masses):
            raise TraceError("trace-pool-unweighed", lot=self.graph.lot_ids[lot])
        total = max(constant, sum((mass for _, mass in masses), ZERO))
        for edge, (_, mass) in zip(takes, masses, strict=True):
            share = mass / total if total else ZERO
            self._row("pool", self.graph.lot_ids[lot], {on_edge[edge]: ONE, held: -share}, ZERO, ZERO)

    def _process_row(self, process: int, into: list[int], in_lot: dict[int, int]) -> None:
        plus, minus = self._process_sides(process)
        terms, constant = self._difference(plus, minus)
        row = dict.fromkeys(into, ONE)
        for _, lot in minus:
            row[in_lot[lot]] = row.get(in_lot[lot], ZERO) - ONE
        if terms or constant > 0:
            loss = self.program.variable(self.supply if terms else constant, "loss", process=process)
            row[loss] = -ONE
            if terms and not self.question.undeclared:
                name = self.graph.process_ids[process]
                allowed = constant + int(self.graph.tolerance_mg[process])
                self._row("process", name, {loss: ONE, **{v: -f for v, f in terms.items()}}, None, allowed)
        self._row("process", self.graph.process_ids[process], row, ZERO, ZERO)

    def _assays(self, in_lot: dict[int, int]) -> None:
        for assay in self.question.assays:
            lot = int(self.graph.lots([assay.lot])[0])
            terms, constant = self._mass("lot", lot)
            held = {in_lot[lot]: ONE} if lot in in_lot else {}  # outside the cone there is nothing of the batch
            least = {**held, **{v: -assay.lo * f for v, f in terms.items()}}
            most = {**held, **{v: -assay.hi * f for v, f in terms.items()}}
            self._row("assay", assay.lot, least, assay.lo * constant, None)
            self._row("assay", assay.lot, most, None, assay.hi * constant)

    def _row(self, kind: str, name: object, terms: Terms, lo: Fraction | None, hi: Fraction | None) -> None:
        self.program.rows.append(Row(kind, name, terms, lo, hi))


def _fraction(value: float) -> Fraction:
    """The decimal that was written, not the binary float it became."""
    return Fraction(repr(float(value)))
