"""Check an answer that somebody else hands in, whichever way it was found.

A cut is walked by ``verify``, which shares nothing with the solver. The multipliers of a linear programme hold if the
recorded limits, so weighted, leave no room: the rows are written again from the records and added up in rationals, so
nobody needs to trust the solver that proposed them.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lodemark.attribution.answers import Bounds, Certificate
from lodemark.attribution.graph import Graph
from lodemark.attribution.network import network
from lodemark.attribution.programme import ZERO, Programme, Question, needs_programme, programme
from lodemark.attribution.small import Assay
from lodemark.attribution.verify import verify


def recheck(
    graph: Graph,
    answer: Bounds,
    *,
    yields: Mapping[object, tuple[float, float]] | None = None,
    assays: tuple[Assay, ...] = (),
    undeclared: bool = False,
) -> bool:
    """Whether both numbers follow from the records and from what was asked besides them."""
    k = graph.element(answer.element)
    question = Question(k, graph.class_set(answer.sinks), answer.mode == "homogeneous", yields or {}, assays, undeclared)
    below = network(graph, graph.lots(answer.batch), k)
    if not needs_programme(graph, below, question):
        return verify(graph, answer)
    return below.supply_mg == answer.supply_mg and _adds_up(programme(graph, below, question), answer)


def _adds_up(program: Programme, answer: Bounds) -> bool:
    """Whether the multipliers of both certificates prove both numbers."""
    if answer.min_mg is None or answer.max_mg is None or answer.certificate is None or answer.ceiling is None:
        return False
    least = _weighed(program, program.wanted, answer.certificate)
    rest = _weighed(program, {v: -f for v, f in {**program.wanted, **program.beyond}.items()}, answer.ceiling)
    if least is None or rest is None:
        return False
    return answer.min_mg <= max(least, ZERO) and answer.max_mg >= min(-rest, Fraction(answer.supply_mg))


def _weighed(program: Programme, cost: Mapping[int, Fraction], certificate: Certificate) -> Fraction | None:
    """What ``cost`` cannot go below by these multipliers; nothing if they speak of other rows than the records have."""
    total, left = ZERO, dict(cost)
    for number, kind, name, factor in certificate.multipliers:
        if not 0 <= number < len(program.rows):
            return None
        row, multiplier = program.rows[number], Fraction(factor)
        if (row.kind, str(row.name)) != (kind, name):
            return None
        limit = row.lo if multiplier > 0 else row.hi
        if limit is not None:
            total += multiplier * limit
            for variable, share in row.terms.items():
                left[variable] = left.get(variable, ZERO) - multiplier * share
    return total + sum((min(share, ZERO) * program.upper[v] for v, share in left.items()), ZERO)
