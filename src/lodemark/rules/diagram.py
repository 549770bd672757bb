"""Reduced ordered multi-valued decision diagrams over the facts that are still open (Bryant 1986; Srinivasan et al. 1990).

Each open variable has finitely many *cells*: values that no test tells apart. A node asks one variable and has one child per cell; equal
nodes are one node, a node whose children are all equal does not exist. Hence the reachable terminals are exactly the outcomes still possible,
and a variable matters iff it labels a node. Terminals 0 and 1 are *not met* and *met*; others are outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lodemark.rules.domain import candidates
from lodemark.rules.facts import word_of
from lodemark.rules.formula import Both, Either, Formula, Leaf, Neither, Variable, leaves
from lodemark.rules.model import Fact
from lodemark.rules.value import Plain

BUDGET = 20_000
_NO, _YES = 0, 1


class TooManyNodes(Exception):
    """The diagram would exceed its budget; the caller falls back to Kleene and says so."""


@dataclass(frozen=True, slots=True)
class Question:
    """A variable with its cells: the values in one cell are told apart by no test."""

    variable: Variable
    cells: tuple[tuple[Plain, ...], ...]


class Diagram:
    """A table of nodes shared by all the formulas of one assessment. Nodes are integers; ``kids[n]`` are the children of node ``n``."""

    def __init__(self, formulas: Iterable[Formula], vocabulary: Mapping[str, Fact], budget: int = BUDGET) -> None:
        self.budget = budget
        self.kids: list[tuple[int, ...]] = [(), ()]
        self.level: list[int] = [1 << 30, 1 << 30]
        self.label: list[object] = [False, True]
        self._node: dict[tuple[int, tuple[int, ...]], int] = {}
        self._terminal: dict[object, int] = {}
        self._ite: dict[tuple[int, int, int], int] = {}
        tests: dict[str, dict[str, Leaf]] = {}
        for formula in formulas:
            for leaf in leaves(formula):
                tests.setdefault(leaf.variable.name, {}).setdefault(leaf.key, leaf)
        self.order = {name: place for place, name in enumerate(tests)}
        self.questions: list[Question] = []
        self._cells: dict[tuple[str, str], tuple[bool, ...]] = {}
        for name, leaves_of in tests.items():
            self.questions.append(self._question(name, leaves_of, vocabulary))

    def _question(self, name: str, found: Mapping[str, Leaf], vocabulary: Mapping[str, Fact]) -> Question:
        variable = next(iter(found.values())).variable
        values: Sequence[Plain] = (True, False)
        if variable.kind == "fact" and variable.name == variable.ref:
            points = [point for leaf in found.values() for point in leaf.points]
            values = candidates(variable.known, vocabulary[word_of(variable.ref)], points)
        cells: dict[tuple[bool, ...], list[Plain]] = {}
        for value in values:
            cells.setdefault(tuple(leaf.test(value) for leaf in found.values()), []).append(value)
        for number, key in enumerate(found):
            self._cells[name, key] = tuple(answers[number] for answers in cells)
        return Question(variable, tuple(map(tuple, cells.values())))

    def build(self, formula: Formula) -> int:
        """The node of a condition."""
        match formula:
            case int():
                return _YES if formula > 0 else _NO
            case Leaf():
                cells = self._cells[formula.variable.name, formula.key]
                return self.node(self.order[formula.variable.name], tuple(_YES if met else _NO for met in cells))
            case Both(parts):
                result = _YES
                for part in reversed(parts):  # the last variables first, so that each step adds on top
                    result = self.ite(self.build(part), result, _NO)
                return result
            case Either(parts):
                result = _NO
                for part in reversed(parts):
                    result = self.ite(self.build(part), _YES, result)
                return result
            case Neither(part):
                return self.ite(self.build(part), _NO, _YES)

    def chain(self, steps: Sequence[tuple[Formula, str]]) -> int:
        """The node of a regime: the first step that is met gives the outcome. The last step must be met."""
        result = self.terminal(steps[-1][1])
        for formula, outcome in reversed(steps[:-1]):
            result = self.ite(self.build(formula), self.terminal(outcome), result)
        return result

    def terminal(self, label: object) -> int:
        """The terminal of an outcome."""
        if label not in self._terminal:
            self._terminal[label] = self._add(1 << 30, (), label)
        return self._terminal[label]

    def node(self, level: int, kids: tuple[int, ...]) -> int:
        """The one node of these children."""
        if kids.count(kids[0]) == len(kids):
            return kids[0]
        found = self._node.get((level, kids))
        if found is None:
            found = self._node[level, kids] = self._add(level, kids, None)
        return found

    def _add(self, level: int, kids: tuple[int, ...], label: object) -> int:
        if len(self.kids) >= self.budget:
            raise TooManyNodes
        self.kids.append(kids)
        self.level.append(level)
        self.label.append(label)
        return len(self.kids) - 1

    def ite(self, test: int, yes: int, no: int) -> int:
        """If ``test`` then ``yes`` else ``no``: the one operation all others are made of."""
        if test == _YES or yes == no:
            return yes
        if test == _NO:
            return no
        key = test, yes, no
        found = self._ite.get(key)
        if found is None:
            level = min(self.level[test], self.level[yes], self.level[no])
            width = len(self.questions[level].cells)
            kids = tuple(
                self.ite(self.child(test, level, n), self.child(yes, level, n), self.child(no, level, n)) for n in range(width)
            )
            found = self._ite[key] = self.node(level, kids)
        return found

    def child(self, node: int, level: int, cell: int) -> int:
        """Where ``node`` goes when the variable at ``level`` lies in ``cell``; itself when it does not ask at its top."""
        return self.kids[node][cell] if self.level[node] == level else node

    def reachable(self, node: int) -> list[int]:
        """Every node below, itself included, without repetition."""
        seen, stack = {node}, [node]
        while stack:
            for kid in self.kids[stack.pop()]:
                if kid not in seen:
                    seen.add(kid)
                    stack.append(kid)
        return sorted(seen)

    def outcomes(self, node: int) -> frozenset[object]:
        """The labels of the terminals that can still be reached: exactly the possible outcomes."""
        return frozenset(self.label[one] for one in self.reachable(node) if not self.kids[one])

    def asked(self, node: int) -> tuple[int, ...]:
        """The levels of the variables on which some two completions disagree."""
        return tuple(sorted({self.level[one] for one in self.reachable(node) if self.kids[one]}))

    def restrict(self, node: int, level: int, cell: int) -> int:
        """The diagram once the variable at ``level`` is known to lie in ``cell``."""
        memo: dict[int, int] = {}

        def walk(at: int) -> int:
            if self.level[at] > level:
                return at
            if self.level[at] == level:
                return self.kids[at][cell]
            if at not in memo:
                memo[at] = self.node(self.level[at], tuple(walk(kid) for kid in self.kids[at]))
            return memo[at]

        return walk(node)
