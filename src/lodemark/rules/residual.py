"""What is still open about one outcome: a decision diagram and the provisions that need each of its variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lodemark.rules.diagram import Diagram, TooManyNodes
from lodemark.rules.formula import Formula, Variable, leaves
from lodemark.rules.model import Fact


@dataclass(frozen=True, slots=True)
class Residual:
    """An undecided outcome. ``diagram`` is ``None`` when it would have had too many nodes: then every open variable counts as relevant.

    ``owners`` maps a variable's name to the provisions on whose account it is open; ``cell`` names the cell, ``""`` the papers.
    """

    cell: str
    diagram: Diagram | None
    root: int
    owners: Mapping[str, tuple[str, ...]]
    everything: tuple[Variable, ...]
    steps: tuple[tuple[Formula, str], ...]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables on which two completions disagree (exactly, when there is a diagram)."""
        if self.diagram is None:
            return self.everything
        return tuple(self.diagram.questions[level].variable for level in self.diagram.asked(self.root))


def residual(cell: str, steps: Sequence[tuple[Formula, str]], vocabulary: Mapping[str, Fact]) -> Residual:
    """The residual of a chain of steps (see ``Diagram.chain``)."""
    owners: dict[str, dict[str, None]] = {}
    variables: dict[str, Variable] = {}
    for formula, _ in steps:
        for leaf in leaves(formula):
            owners.setdefault(leaf.variable.name, {})[leaf.owner] = None
            variables.setdefault(leaf.variable.name, leaf.variable)
    needed = {name: tuple(sorted(found)) for name, found in owners.items()}
    try:
        diagram = Diagram([formula for formula, _ in steps], vocabulary)
        return Residual(cell, diagram, diagram.chain(steps), needed, tuple(variables.values()), tuple(steps))
    except (TooManyNodes, RecursionError):  # too wide, or too deep for one path through all of its variables
        return Residual(cell, None, 0, needed, tuple(variables.values()), tuple(steps))
