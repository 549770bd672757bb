"""Bounds by linear programming (HiGHS), for pools, assays and masses that nobody weighed.

HiGHS's "optimal" can be off by 4e-5 of the batch; so its multipliers are only a hint, and ``exact.least`` adds them
up in rationals. Records that leave no solution are named: the rows that prove it, by the same sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, isnan, nan
from time import monotonic
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from lodemark.attribution.answers import Bounds, Certificate, Conflict, Receipt
from lodemark.attribution.exact import least, settled
from lodemark.attribution.graph import Graph
from lodemark.attribution.programme import ONE, ZERO, Programme, Row

_OPTIMAL, _INFEASIBLE = 0, 2
_CONFLICT_LIMIT_S = 30.0
_DENOMINATOR = 10**6  # multipliers are ratios of recorded masses; small ones come out exactly


@dataclass(frozen=True, slots=True)
class Proof:
    """A proven limit of a sum, what the solver itself found (nan if nothing), and the multipliers of the rows."""

    limit: Fraction
    found: float
    multipliers: tuple[Fraction, ...]
    feasible: bool


def solve_bounds(graph: Graph, program: Programme, answer: Bounds, time_limit_s: float) -> Bounds:
    """Least and most of what reaches the sinks; ``contradiction`` where the records leave no solution."""
    until = monotonic() + time_limit_s
    wanted, possible = program.wanted, {v: -f for v, f in {**program.wanted, **program.beyond}.items()}
    floor_proof = minimise(program, wanted, time_limit_s)
    if not floor_proof.feasible:
        return replace(answer, conflict=contradiction(program))
    ceiling_proof = minimise(program, possible, max(until - monotonic(), 0.01))
    low, high = max(floor_proof.limit, ZERO), min(-ceiling_proof.limit, Fraction(answer.supply_mg))
    in_time = not (isnan(floor_proof.found) or isnan(ceiling_proof.found))
    # The solver's own value lies on the inner side of the truth: within one milligram the proof is sharp.
    sharp = in_time and floor_proof.found - low <= 1 and high + ceiling_proof.found <= 1
    return replace(
        answer,
        min_mg=floor(low),
        max_mg=ceil(high),
        proven=True,
        status="exact" if sharp else "outward" if in_time else "time-limit",
        certificate=_certificate(graph, program, wanted, floor_proof, answer.supply_mg - floor(low)),
        ceiling=_certificate(graph, program, possible, ceiling_proof, ceil(high)),
    )


def minimise(program: Programme, cost: Mapping[int, Fraction], time_limit_s: float) -> Proof:
    """The least of ``cost``: a proven limit even where the solver stopped early."""
    status, found, multipliers = _solve(program, cost, time_limit_s)
    if status == _INFEASIBLE:
        return Proof(ZERO, nan, (), feasible=False)
    limit = least(cost, program.upper, program.rows, multipliers)
    return Proof(limit, found, tuple(multipliers), feasible=True)


def contradiction(program: Programme) -> Conflict:
    """The records that cannot all be true: those whose rows prove that no row can be kept without breaking another."""
    upper, rows, cost = list(program.upper), [], {}
    records = list(program.records)
    for row in program.rows:  # every record may give way, at a price; the price above zero is the proof
        terms = dict(row.terms)
        for sign, limit in ((ONE, row.lo), (-ONE, row.hi)):
            if limit is not None:
                room = sum((abs(factor) * program.upper[v] for v, factor in row.terms.items()), abs(limit))
                upper.append(room)
                records.append((row.kind, -1, -1))
                cost[len(upper) - 1] = ONE
                terms[len(upper) - 1] = sign
        rows.append(replace(row, terms=terms))
    proof = minimise(Programme(upper, records, rows, scale=program.scale), cost, _CONFLICT_LIMIT_S)
    used = [row for row, multiplier in zip(rows, proof.multipliers, strict=True) if multiplier]
    # A lot's own rows say that mass is conserved; what can be corrected is an assay, a yield, a balance.
    telling = [row for row in used if row.kind not in ("batch", "lot")] or used
    named = list(dict.fromkeys((row.kind, str(row.name)) for row in telling))
    return Conflict(
        "conflict-records",
        {
            "rows": list(dict.fromkeys(name for _, name in named)),
            "records": [{"kind": kind, "name": name} for kind, name in named],
            "missing_mg": ceil(proof.limit),
        },
    )


def _certificate(graph: Graph, program: Programme, cost: Mapping[int, Fraction], proof: Proof, capacity_mg: int) -> Certificate:
    """The rows used with their multipliers, and the records that are full: their upper limit is part of the proof."""
    used = [(number, factor) for number, factor in enumerate(proof.multipliers) if factor]
    multipliers = tuple((n, program.rows[n].kind, str(program.rows[n].name), str(f)) for n, f in used)
    _, left = settled(cost, program.rows, proof.multipliers)
    receipts = []
    for variable in sorted(v for v, factor in left.items() if factor < 0):
        kind, lot, process = program.records[variable]
        lot_name = graph.lot_ids[lot] if lot >= 0 else ""
        process_name = graph.process_ids[process] if process >= 0 else ""
        receipts.append(Receipt(kind, lot_name, process_name, ceil(program.upper[variable])))
    return Certificate(tuple(receipts), capacity_mg, multipliers)


def _solve(program: Programme, cost: Mapping[int, Fraction], time_limit_s: float) -> tuple[int, float, list[Fraction]]:
    """HiGHS's status (0 optimal, 1 out of time, 2 infeasible), value and multipliers, everything in shares of a mass.

    Called through scipy: the solver's own binding prints a banner to standard output as soon as it is made.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - a third of a second that most questions need not wait

    upper, rows, scale = program.upper, program.rows, program.scale
    equal = [n for n, row in enumerate(rows) if row.lo is not None and row.lo == row.hi]
    below = [(n, row.hi, 1) for n, row in enumerate(rows) if row.hi is not None and row.lo != row.hi]
    below += [(n, -row.lo, -1) for n, row in enumerate(rows) if row.lo is not None and row.lo != row.hi]
    highs: Any = linprog
    answer = highs(
        np.array([float(cost.get(variable, ZERO)) for variable in range(len(upper))]),
        A_ub=_matrix([(rows[n], sign) for n, _, sign in below], len(upper)),
        b_ub=np.array([float(limit / scale) for _, limit, _ in below]),
        A_eq=_matrix([(rows[n], 1) for n in equal], len(upper)),
        b_eq=np.array([float((rows[n].lo or ZERO) / scale) for n in equal]),
        bounds=np.array([[0.0, float(limit / scale)] for limit in upper]).reshape(len(upper), 2),
        method="highs",
        options={
            "time_limit": time_limit_s,
            "primal_feasibility_tolerance": 1e-10,
            "dual_feasibility_tolerance": 1e-10,
        },
    )
    multipliers = [ZERO] * len(rows)
    if answer.status == _OPTIMAL:
        for (n, _, sign), value in zip(below, answer.ineqlin.marginals, strict=True):
            multipliers[n] += sign * Fraction(float(value)).limit_denominator(_DENOMINATOR)
        for n, value in zip(equal, answer.eqlin.marginals, strict=True):
            multipliers[n] += Fraction(float(value)).limit_denominator(_DENOMINATOR)
    return answer.status, float(answer.fun) * float(scale) if answer.status == _OPTIMAL else nan, multipliers


def _matrix(rows: Sequence[tuple[Row, int]], columns: int) -> csr_array:
    starts = np.cumsum([0] + [len(row.terms) for row, _ in rows])
    places = np.array([v for row, _ in rows for v in row.terms], dtype=np.int64)
    values = np.array([sign * float(f) for row, sign in rows for f in row.terms.values()], dtype=np.float64)
    return csr_array((values, places, starts), shape=(len(rows), columns))
