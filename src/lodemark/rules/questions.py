"""Which question next: the one whose answer tells most about the outcome for the burden it puts on who must answer.

Greedy EC2 (Golovin, Krause & Ray, NIPS 2010, arXiv:1010.3091): completions with different outcomes are joined by edges, a question is worth the
edges its answers are expected to cut, per burden. With few open facts the cheapest question tree is computed outright instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Literal

from lodemark.rules.diagram import Diagram, Question
from lodemark.rules.facts import text, word_of
from lodemark.rules.model import Fact
from lodemark.rules.residual import Residual
from lodemark.rules.result import Assessment, Missing
from lodemark.rules.value import Known

FEW = 10
STATES = 4_000
_EXACT = Decimal("0.000001")
# How often values were the answer in closed cases: vocabulary id -> value as text -> weight.
Weights = Mapping[str, Mapping[str, int | Decimal]]


@dataclass(frozen=True, slots=True)
class NextQuestion:
    """A question worth asking, and how it was ranked.

    ``value``: for ``ec2`` the expected cut per burden (more is better), for ``optimal`` the expected burden of the whole way when it is asked
    first (less is better).
    """

    missing: Missing
    method: Literal["ec2", "optimal"]
    value: Decimal


def next_questions(assessment: Assessment, limit: int = 5, weights: Weights | None = None) -> tuple[NextQuestion, ...]:
    """The ``limit`` best questions, best first; empty when nothing is open or what is open was promised under seal.

    Ties go to the smaller burden, then to vocabulary order. ``weights`` default to every cell of a fact being equally likely.
    """
    items = {(item.via or item.fact_ref): item for item in reversed(assessment.missing)}
    if not items:
        return ()
    values = _optimal(assessment.residuals, assessment.vocabulary, items, weights or {})
    method: Literal["ec2", "optimal"] = "ec2" if values is None else "optimal"
    if values is None:
        values = _expected_cuts([_Space(one, weights or {}) for one in assessment.residuals if one.diagram is not None])
    sign = 1 if method == "optimal" else -1
    asked = []
    for order, item in enumerate(assessment.missing):
        worth = values.get(item.via or item.fact_ref, 0.0)
        worth = worth if method == "optimal" else worth / item.burden
        asked.append((sign * Decimal(worth).quantize(_EXACT), item.burden, order, item))
    asked.sort(key=lambda entry: entry[:3])
    return tuple(NextQuestion(item, method, abs(worth)) for worth, _, _, item in asked[:limit])


class _Space:
    """One undecided outcome with the chances of each cell of each open variable."""

    def __init__(self, residual: Residual, weights: Weights) -> None:
        assert residual.diagram is not None
        self.diagram: Diagram = residual.diagram
        self.root = residual.root
        self.chance = [_chances(question, weights) for question in self.diagram.questions]

    def shares(self) -> dict[int, dict[object, float]]:
        """Of each node below the root: the share of completions that end in each outcome."""
        found: dict[int, dict[object, float]] = {}
        for node in sorted(self.diagram.reachable(self.root), key=lambda one: -self.diagram.level[one]):
            kids = self.diagram.kids[node]
            if not kids:
                found[node] = {self.diagram.label[node]: 1.0}
                continue
            found[node] = _mix(
                (chance, found[kid]) for chance, kid in zip(self.chance[self.diagram.level[node]], kids, strict=True)
            )
        return found

    def reach(self) -> dict[int, float]:
        """The chance to come by each node on the way down."""
        found = {self.root: 1.0}
        for node in sorted(self.diagram.reachable(self.root), key=lambda one: self.diagram.level[one]):
            for chance, kid in zip(
                self.chance[self.diagram.level[node]] if self.diagram.kids[node] else (), self.diagram.kids[node], strict=True
            ):
                found[kid] = found.get(kid, 0.0) + chance * found[node]
        return found


def _chances(question: Question, weights: Weights) -> list[float]:
    """The chance of each cell; uniform unless closed cases say otherwise."""
    known = weights.get(word_of(question.variable.ref), {}) if question.variable.kind == "fact" else {}
    counts = [float(sum(known.get(text(Known(value)), 0) for value in cell)) for cell in question.cells]
    total = sum(counts)
    return [count / total for count in counts] if total else [1 / len(counts)] * len(counts)


def _mix(parts: Iterable[tuple[float, Mapping[object, float]]]) -> dict[object, float]:
    total: dict[object, float] = {}
    for share, outcomes in parts:
        for outcome, weight in outcomes.items():
            total[outcome] = total.get(outcome, 0.0) + share * weight
    return total


def _edges(outcomes: Mapping[object, float]) -> float:
    return sum(one * other for one, other in combinations(outcomes.values(), 2))


def _expected_cuts(spaces: Sequence[_Space]) -> dict[str, float]:
    """For each reference asked about, the edges its answers are expected to cut, summed over the undecided outcomes.

    One pass down (``reach``) and one up (``shares``) give the weights of all questions at once: a completion either comes by a node of the
    variable or passes beside it, in which case the answer leaves its outcome as it was.
    """
    cuts: dict[str, float] = {}
    for space in spaces:
        shares, reach, diagram = space.shares(), space.reach(), space.diagram
        before = _edges(shares[space.root])
        by_level: dict[int, list[int]] = {}
        for node in reach:
            if diagram.kids[node]:
                by_level.setdefault(diagram.level[node], []).append(node)
        for level, nodes in by_level.items():
            beside = dict(shares[space.root])
            for node in nodes:
                for outcome, share in shares[node].items():
                    beside[outcome] -= reach[node] * share
            gain = 0.0
            for cell, chance in enumerate(space.chance[level]):
                through = [(chance * reach[node], shares[diagram.kids[node][cell]]) for node in nodes]
                gain += chance * (before - _edges(_mix([(chance, beside), *through])))
            ref = diagram.questions[level].variable.ref
            cuts[ref] = cuts.get(ref, 0.0) + gain
    return cuts


class _TooManyStates(Exception):
    pass


def _optimal(
    residuals: Sequence[Residual], vocabulary: Mapping[str, Fact], items: Mapping[str, Missing], weights: Weights
) -> dict[str, float] | None:
    """The expected burden of the cheapest question tree, by the question asked first; ``None`` with more than ``FEW`` open variables.

    A state is what is left of each undecided outcome, all in one diagram so that their cells agree. Only askable questions are used: what
    only a sealed answer would settle stays open.
    """
    if len({variable.name for one in residuals for variable in one.variables}) > FEW or any(
        one.diagram is None for one in residuals
    ):
        return None
    diagram = Diagram([formula for one in residuals for formula, _ in one.steps], vocabulary)
    chance = [_chances(question, weights) for question in diagram.questions]
    seen = 0

    def askable(state: tuple[int, ...]) -> list[int]:
        levels = sorted({level for node in state for level in diagram.asked(node)})
        return [level for level in levels if diagram.questions[level].variable.ref in items]

    def cost(state: tuple[int, ...], level: int) -> float:
        later = (best(tuple(diagram.restrict(node, level, cell) for node in state)) for cell in range(len(chance[level])))
        return items[diagram.questions[level].variable.ref].burden + sum(
            share * rest for share, rest in zip(chance[level], later, strict=True)
        )

    @cache
    def best(state: tuple[int, ...]) -> float:
        nonlocal seen
        seen += 1
        if seen > STATES:
            raise _TooManyStates
        return min((cost(state, level) for level in askable(state)), default=0.0)

    start = tuple(diagram.chain(one.steps) for one in residuals)
    found: dict[str, float] = {}
    try:
        for level in askable(start):
            ref, value = diagram.questions[level].variable.ref, cost(start, level)
            found[ref] = min(value, found.get(ref, value))
    except _TooManyStates:
        return None
    return found
