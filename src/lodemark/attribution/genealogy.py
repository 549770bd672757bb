"""``Genealogy``: build one from tables, then ask it. Every question is a method, answered by the module of its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lodemark.attribution import bounds as bounding
from lodemark.attribution import trace
from lodemark.attribution.answers import BackTrace, Bounds, Delta, ForwardTrace, Residuals
from lodemark.attribution.build import build_graph
from lodemark.attribution.change import Statement, as_of, restate, tables_of
from lodemark.attribution.check import residuals
from lodemark.attribution.convention import Booked, book
from lodemark.attribution.graph import F64, Graph
from lodemark.attribution.live import Live, TooMuch
from lodemark.attribution.small import Assay, SmallGraph, read_small
from lodemark.attribution.store import load, save
from lodemark.attribution.trouble import GenealogyError, TraceError

DRIFT = 1e-9
"""Shares that were pushed may differ from a rebuild by this; a thousand times the rounding of 2,000 events."""


class Genealogy:
    """A genealogy of lots that can be asked where licensed milligrams came from and went."""

    __slots__ = ("_graph", "_live", "_said")

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._live: Live | None = None
        self._said: list[Statement] = []

    @property
    def graph(self) -> Graph:
        """The arrays; events that came since the last rebuild are worked in first."""
        if self._said:
            tables = restate(tables_of(self._graph), self._said)
            self._graph = build_graph(**tables, element=self._graph.elements[0])
            self._live, self._said = None, []
        return self._graph

    @classmethod
    def from_json(cls, text: str | bytes) -> tuple[Genealogy, SmallGraph]:
        """Read the small-graph JSON format; the second value carries the batch and the assays of the file."""
        small = read_small(text)
        return cls(small.graph), small

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of share answers: the sink classes, ``stock``, ``loss``."""
        return self.graph.columns

    def check(self) -> Residuals:
        """How well the records close: undeclared origin, overdrawn lots, unweighed lots, conservation."""
        return residuals(self.graph)

    def back_trace(self, lot: object, elements: Sequence[str] | None = None) -> BackTrace:
        """Which licensed lots can be in ``lot``, and the kg of each that is expected in it."""
        return trace.back_trace(self.graph, lot, elements or self.graph.elements)

    def forward_trace(self, marks: object | Mapping[object, float], elements: Sequence[str] | None = None) -> ForwardTrace:
        """Where a lot, or given shares of several lots, ended up, in kg."""
        return trace.forward_trace(self.graph, marks, elements or self.graph.elements)

    def sink_shares(self, elements: Sequence[str] | None = None, lots: Sequence[Any] | None = None) -> F64:
        """Physical shares [n, k, classes + stock + loss] of the lots named (all licensed lots if none is)."""
        return self._shares(elements, lots)[0]

    def entitlement_shares(self, elements: Sequence[str] | None = None, lots: Sequence[Any] | None = None) -> F64:
        """What mass-balance and book-and-claim sites would book, same shape; never added to physical shares."""
        return self._shares(elements, lots)[1]

    def book(self, lot: object | Sequence[object], element: str | None = None, convention: str = "fifo") -> Booked:
        """Where a batch is under a convention that a custody statement claims (see ``convention``)."""
        batch = tuple(lot) if isinstance(lot, list | tuple) else (lot,)
        return book(self.graph, batch, element or self.graph.elements[0], convention)

    def licensed_lots(self) -> tuple[object, ...]:
        """The lots that answers are given for, in the order of ``sink_shares``."""
        return tuple(self.graph.lot_ids[self.graph.licensed].tolist())

    def apply(self, statements: Sequence[Statement]) -> Delta:
        """New, late or corrected events. Shares stay current by touching only what changed; other questions rebuild.

        Raises ``GenealogyError`` with every bad row, and then nothing has changed.
        """
        try:
            self._live = self._live or Live(self._graph)
            delta = self._live.apply(statements)
            self._said.extend(statements)
        except TooMuch:
            before, said = self._graph, [*self._said, *statements]
            try:
                self._said = said
                delta = Delta(len(self.graph.sink), tuple(self._graph.lot_ids.tolist()))
            except GenealogyError:
                self._graph, self._live, self._said = before, None, said[: len(said) - len(statements)]
                raise
        return delta

    def compact(self) -> float:
        """Rebuild, compare with the shares that were pushed, and return the largest difference: the nightly job.

        Raises ``TraceError`` (``trace-drift``) above ``DRIFT``; the rebuilt answers stand in either case.
        """
        live, before = self._live if self._said else None, len(self._said)
        graph = self.graph
        if live is None:
            return 0.0
        numbers = np.array([live.lot_number[lot] for lot in graph.lot_ids.tolist()], np.int64)
        columns = list(range(len(graph.elements)))
        pushed = live.shares(numbers, columns)
        rebuilt, _ = trace.sink_shares(graph, graph.elements, np.arange(len(numbers)))
        worst = float(np.abs(pushed - rebuilt).max(initial=0.0))
        if worst > DRIFT:
            raise TraceError("trace-drift", worst=f"{worst:.3g}", limit=f"{DRIFT:g}", statements=before)
        return worst

    def as_of(self, occurred: int | None = None, known: int | None = None) -> Genealogy:
        """What had happened by ``occurred`` and was known by ``known`` (microseconds UTC)."""
        graph = self.graph
        return Genealogy(build_graph(**as_of(graph, occurred, known), element=graph.elements[0]))

    def save(self, path: Path) -> Path:
        """Write to a directory; readers of an older generation are not disturbed."""
        return save(self.graph, path, self.check().conservation)

    @classmethod
    def open(cls, path: Path, check: bool = False) -> Genealogy:
        """Open a saved genealogy, memory-mapped; ``check`` compares every digest first."""
        return cls(load(path, check))

    def bounds(
        self,
        lot: object | Sequence[object],
        element: str | None = None,
        sinks: Sequence[str] = ("military",),
        *,
        mode: bounding.Mode = "free",
        yields: Mapping[object, tuple[float, float]] | None = None,
        assays: Sequence[Assay] = (),
        undeclared: bool = False,
        time_limit_s: float = 5.0,
    ) -> Bounds:
        """The least and the most of a batch that must and can be in ``sinks``, with proofs (see ``bounds``)."""
        batch = tuple(lot) if isinstance(lot, list | tuple) else (lot,)
        return bounding.bounds(
            self.graph,
            batch,
            element or self.graph.elements[0],
            tuple(sinks),
            mode=mode,
            yields=yields or {},
            assays=tuple(assays),
            undeclared=undeclared,
            time_limit_s=time_limit_s,
        )

    def _shares(self, elements: Sequence[str] | None, lots: Sequence[Any] | None) -> tuple[F64, F64]:
        if self._live and self._said and lots is not None:
            known = self._live.lot_number
            if all(lot in known for lot in lots):
                columns = [self._graph.element(symbol) for symbol in elements or self._graph.elements]
                shares = self._live.shares(np.array([known[lot] for lot in lots], np.int64), columns)
                return shares, np.zeros(shares.shape)
        graph = self.graph
        wanted = np.flatnonzero(graph.licensed) if lots is None else graph.lots(list(lots))
        return trace.sink_shares(graph, elements or graph.elements, wanted)


def build(lots: Any, inputs: Any, outputs: Any, processes: Any, *, element: str = "Dy") -> Genealogy:
    """Build from mappings of columns or Arrow tables (see ``tables``); ``GenealogyError`` lists every bad row.

    ``element`` names what ``mass_mg`` weighs where the lots have no element columns of their own.
    """
    return Genealogy(build_graph(lots, inputs, outputs, processes, element))
