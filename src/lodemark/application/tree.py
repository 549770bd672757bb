"""The product tree: what is in what, how many are needed, which thing takes its magnets out of control at a border.

A tree is a bill of materials: a part may sit in several parents, so it is a graph without rings. Masses are integer
milligrams, numbers of pieces exact. ``None`` is *not known* all the way through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil

from lodemark.application.content import contents
from lodemark.application.model import ANY_SHARE, NOTHING, Application, Crossing, Node, Range, Tree
from lodemark.measure import contained_mg


def cycle(nodes: Mapping[str, Node]) -> tuple[str, ...]:
    """A ring of parts that contain each other, first and last the same; empty when there is none."""
    done: set[str] = set()
    for start in nodes:
        trail: list[str] = []
        on_trail: set[str] = set()
        walk: list[Iterator[str]] = [iter((start,))]
        while walk:
            name = next(walk[-1], None)
            if name is None:
                walk.pop()
                if trail:
                    on_trail.discard(trail[-1])
                    done.add(trail.pop())
            elif name in on_trail:
                return (*trail[trail.index(name) :], name)
            elif name in nodes and name not in done:
                trail.append(name)
                on_trail.add(name)
                walk.append(iter(place.parent for place in nodes[name].placements))
    return ()


def children(tree: Tree, parent: str) -> tuple[tuple[str, int | None], ...]:
    """The parts directly in ``parent`` and how many of each, in the order of the file."""
    return tree.parts.get(parent, ())


def subtree(tree: Tree, top: str) -> tuple[str, ...]:
    """``top`` and everything built into it, each once, parents before parts."""
    return tuple(counts_in(tree, top))


def roots(tree: Tree) -> tuple[Node, ...]:
    """What is finally made: the nodes that sit in nothing else."""
    return tuple(node for node in tree.nodes.values() if not node.placements)


def counts_in(tree: Tree, top: str) -> Mapping[str, int | None]:
    """How many of each part are in one ``top``: over all ways down the sum of the products of the counts on the way.

    Parents come before their parts, so every part is added up once, however many ways lead to it: a tree of fifty
    levels with two parents each has more ways than anybody could walk.
    """
    inside, queue = {top}, [top]
    while queue:
        fresh = [name for name, _ in children(tree, queue.pop()) if name not in inside]
        inside.update(fresh)
        queue += fresh
    waiting = {name: sum(place.parent in inside for place in tree.nodes[name].placements) for name in inside}
    counts: dict[str, int | None] = {top: 1}
    ordered = [top]
    for parent in ordered:
        many = counts[parent]
        for name, per_parent in children(tree, parent):
            before = counts.get(name, 0)
            counts[name] = None if None in (many, per_parent, before) else (before or 0) + (many or 0) * (per_parent or 0)
            waiting[name] -= 1
            if not waiting[name]:
                ordered.append(name)
    return {name: counts[name] for name in ordered}


def count_in(tree: Tree, part: str, top: str) -> int | None:
    """How many of ``part`` are in one ``top``; ``None`` when a count on some way is not stated."""
    return counts_in(tree, top).get(part, 0)


@dataclass(frozen=True, slots=True)
class Need:
    """Pieces of a part that the stated output takes, and the most that spares and scrap allow; ``open`` names what is not stated."""

    pieces: int | None
    allowed: int | None
    open: tuple[str, ...] = ()


def needs(tree: Tree) -> Mapping[str, Need]:
    """Bill-of-material need of every part: units of each root times the count in it; allowed is rounded up once, at the end."""
    pieces: dict[str, int] = {}
    allowed: dict[str, Fraction] = {}
    unstated: dict[str, list[str]] = {}
    for root in roots(tree):
        lacking = [f"{field}:{root.id}" for field in ("units", "spares", "scrap") if getattr(root, field) is None]
        output = (root.units or 0) * (1 + (root.spares or 0) + (root.scrap or 0))
        for part, count in counts_in(tree, root.id).items():
            if part == root.id:
                continue
            unstated.setdefault(part, []).extend(lacking if count is not None else [f"per_parent:{root.id}"])
            pieces[part] = pieces.get(part, 0) + (count or 0) * (root.units or 0)
            allowed[part] = allowed.get(part, Fraction(0)) + (count or 0) * output
    return {part: _need(part, pieces.get(part), allowed.get(part), unstated.get(part, [])) for part in tree.nodes}


def need(tree: Tree, part: str) -> Need:
    """The need of one part."""
    return needs(tree)[part]


def _need(part: str, pieces: int | None, allowed: Fraction | None, unstated: list[str]) -> Need:
    if pieces is None or allowed is None:
        return Need(None, None, (f"placement:{part}",))
    known = not any(field.startswith(("units", "per_parent")) for field in unstated)
    return Need(pieces if known else None, None if unstated else ceil(allowed), tuple(unstated))


def stop_rule(
    tree: Tree, leaf: str, top: str, answer: Callable[[Node], bool | None], *, leaf_counts: bool = False
) -> bool | None:
    """Whether ``leaf`` is still controlled when ``top`` crosses: ``True`` still, ``False`` taken out, ``None`` not known.

    On the way up the first deep-processed assembly takes the leaf out; the thing that crosses counts, a magnet itself
    never does (MOFCOM FAQ no. 5 speaks of assemblies), goods that are assemblies do (``leaf_counts``). With several ways
    up every one has to take it out.
    """
    inside = subtree(tree, top)
    if leaf not in inside:
        return False
    still: dict[str, bool | None] = {}
    for name in inside:
        node = tree.nodes[name]
        above = True if name == top else _any(still[place.parent] for place in node.placements if place.parent in still)
        stops = answer(node) if name != leaf or leaf_counts else False
        still[name] = False if stops or above is False else None if stops is None or above is None else True
    return still[leaf]


def _any(answers: Iterator[bool | None]) -> bool | None:
    found = list(answers)
    return True if True in found else None if None in found else False


def controlled_leaves(
    tree: Tree, crossing: Crossing, controlled: Callable[[str], bool | None]
) -> tuple[tuple[str, bool | None], ...]:
    """The goods leaves in what crosses for which an entry is met or not known, each with whether it still counts there.

    ``controlled(line)`` answers for a goods line; a leaf that no entry covers is left out.
    """
    found = []
    for name in subtree(tree, crossing.item):
        line = tree.nodes[name].line
        entry = controlled(line) if line else False
        if entry is False:
            continue
        still = stop_rule(tree, name, crossing.item, lambda node: node.deep_processed)
        found.append((name, None if entry is None and still else still))
    return tuple(found)


def leaf_of(app: Application, line: str) -> str | None:
    """The tree node that is this goods line."""
    return app.leaves.get(line)


def crossed_by(app: Application) -> Mapping[str, frozenset[str]]:
    """Every crossing with all that goes over the border in it."""
    inside = {item: frozenset(subtree(app.tree, item)) for item in {step.item for step in app.tree.crossings}}
    return {step.id: inside[step.item] for step in app.tree.crossings}


def element_mg(app: Application, top: str, element: str) -> tuple[int, int] | None:
    """Least and most milligrams of an element in one ``top``, rolled up from the goods leaves; ``None`` when a mass or count is open."""
    low = high = 0
    for name, count in counts_in(app.tree, top).items():
        node = app.tree.nodes[name]
        if node.line is None:
            continue
        if node.unit_mass_mg is None or count is None:
            return None
        content = contents(app.line(node.line).composition, Fraction(0)).get(element, ANY_SHARE)
        low += contained_mg(count * node.unit_mass_mg, content.low)
        high += contained_mg(count * node.unit_mass_mg, content.high)
    return low, high


def cn_value_share(tree: Tree, top: str, worth: Callable[[str], Range | None], part1: Callable[[str], Range]) -> Range:
    """Share of the value of ``top`` that Chinese part-1 material in it makes up, between its least and its most.

    ``worth(node)`` is the value of one piece (``None``: not known), ``part1(node)`` the value of Chinese part-1 material
    in one piece, from what is stated to what is possible; it is asked of the parts that hold no further parts and of
    those that state one. In an open tree only "somewhere from 0 to 1" is honest.
    """
    whole = worth(top)
    total = NOTHING
    for name, count in counts_in(tree, top).items():
        inside = part1(name)
        if inside.high == 0:
            continue
        if count is None:
            return ANY_SHARE
        total = total + inside.scaled(count)
    if not tree.complete:
        return ANY_SHARE
    if total.high == 0:
        return NOTHING
    if whole is None or whole.low <= 0:
        return ANY_SHARE
    return Range(min(total.low / whole.high, Fraction(1)), min(total.high / whole.low, Fraction(1)))


def mass_of_parts(tree: Tree, top: str) -> int | None:
    """Least mass of the parts directly in ``top`` whose mass and count are stated; ``None`` when none is."""
    known = [
        mass * count
        for name, count in children(tree, top)
        if count is not None and (mass := tree.nodes[name].unit_mass_mg) is not None
    ]
    return reduce(int.__add__, known) if known else None
