"""Booked loops: lots and processes that reach themselves. Honest recycling books them; ``attribution`` solves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lodemark.custody.book import Flow


def cyclic(inputs: Iterable[Flow], outputs: Iterable[Flow]) -> dict[str, int]:
    """Group number of every lot and process on a booked loop (strongly connected components of more than one node)."""
    after: dict[str, list[str]] = defaultdict(list)
    for flow in inputs:
        after[f"l:{flow.lot}"].append(f"p:{flow.process}")
    for flow in outputs:
        after[f"p:{flow.process}"].append(f"l:{flow.lot}")
    groups = [sorted(group) for group in _components(after) if len(group) > 1]
    return {name: number for number, group in enumerate(sorted(groups), 1) for name in group}


def _components(after: dict[str, list[str]]) -> Iterable[list[str]]:
    """Tarjan's algorithm without recursion: a chain of a million lots must not end in a RecursionError."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in list(after):
        if root in index:
            continue
        work = [(root, iter(after[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, children = work[-1]
            for child in children:
                if child not in index:
                    index[child] = low[child] = len(index)
                    stack.append(child)
                    on_stack.add(child)
                    work.append((child, iter(after.get(child, ()))))
                    break
                if child in on_stack:
                    low[node] = min(low[node], index[child])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group = []
                    while True:
                        top = stack.pop()
                        on_stack.discard(top)
                        group.append(top)
                        if top == node:
                            break
                    yield group
