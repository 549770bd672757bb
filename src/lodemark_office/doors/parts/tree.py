"""The product tree from its roots down: each node once, with its depth and how often it sits in its parent."""

from __future__ import annotations

from dataclasses import dataclass

from lodemark.application import Node
from lodemark.application.model import Tree


@dataclass(frozen=True, slots=True)
class Branch:
    """A node with what sits in it; a part with several parents is shown in full once and by name elsewhere."""

    node: Node
    per_parent: int | None
    again: bool
    parts: tuple[Branch, ...]


def branches(tree: Tree) -> tuple[Branch, ...]:
    """The roots (what sits in nothing) with everything below. A tree that was read is acyclic."""
    shown: set[str] = set()

    def branch(name: str, per_parent: int | None) -> Branch:
        node, again = tree.nodes[name], name in shown
        shown.add(name)
        below = () if again else tuple(branch(part, count) for part, count in tree.parts.get(name, ()))
        return Branch(node, per_parent, again, below)

    return tuple(branch(name, None) for name, node in tree.nodes.items() if not node.placements)
