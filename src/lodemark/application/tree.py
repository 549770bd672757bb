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

Path = tuple[str, ...]


def cycle(nodes: Mapping[str, Node]) -> Path:
    """A ring of parts that contain each other, first and last the same; empty when there is none."""
    done: set[str] = set()
    for start in nodes:
        trail: list[str] = []
        walk: list[Iterator[str]] = [iter((start,))]
        while walk:
            name = next(walk[-1], None)
            if name is None:
                walk.pop()
                if trail:
                    done.add(trail.pop())
            elif name in trail:
                return (*trail[trail.index(name) :], name)
            elif name in nodes and name not in done:
                trail.append(name)
                walk.append(iter(place.parent for place in nodes[name].placements))
    return ()


def children(tree: Tree, parent: str) -> tuple[tuple[str, int | None], ...]:
    """The parts directly in ``parent`` and how many of each, in the order of the file."""
    return tuple(
        (node.id, place.per_parent) for node in tree.nodes.values() for place in node.placements if place.parent == parent
    )


def subtree(tree: Tree, top: str) -> tuple[str, ...]:
    """``top`` and everything built into it, each once, parents before parts."""
    found, queue = {top: None}, [top]
    while queue:
        for name, _ in children(tree, queue.pop(0)):
            if name not in found:
                found[name] = None
                queue.append(name)
    return tuple(found)


def roots(tree: Tree) -> tuple[Node, ...]:
    """What is finally made: the nodes that sit in nothing else."""
    return tuple(node for node in tree.nodes.values() if not node.placements)


def paths(tree: Tree, leaf: str, top: str) -> tuple[Path, ...]:
    """All ways from ``leaf`` up to ``top``, both included."""
    if leaf == top:
        return ((leaf,),)
    return tuple((leaf, *rest) for place in tree.nodes[leaf].placements for rest in paths(tree, place.parent, top))


def count_in(tree: Tree, part: str, top: str) -> int | None:
    """How many of ``part`` are in one ``top``: the sum over all ways up of the product of the counts on the way."""
    if part == top:
        return 1
    total: int | None = 0
    for place in tree.nodes[part].placements:
        above = count_in(tree, place.parent, top)
        if above == 0:
            continue
        if above is None or place.per_parent is None or total is None:
            total = None
        else:
            total += above * place.per_parent
    return total


@dataclass(frozen=True, slots=True)
class Need:
    """Pieces of a part that the stated output takes, and the most that spares and scrap allow; ``open`` names what is not stated."""

    pieces: int | None
    allowed: int | None
    open: tuple[str, ...] = ()


def need(tree: Tree, part: str) -> Need:
    """Bill-of-material need of ``part``: units of every root times the count in it; allowed is rounded up once, at the end."""
    pieces, allowed, unstated = 0, Fraction(0), []
    for root in roots(tree):
        count = count_in(tree, part, root.id)
        if count == 0 or root.id == part:
            continue
        if count is None:
            unstated += [f"per_parent:{root.id}"]
            continue
        for field in ("units", "spares", "scrap"):
            if getattr(root, field) is None:
                unstated.append(f"{field}:{root.id}")
        pieces += count * (root.units or 0)
        allowed += count * (root.units or 0) * (1 + (root.spares or 0) + (root.scrap or 0))
    if not pieces and not unstated:
        return Need(None, None, (f"placement:{part}",))
    known = not any(field.startswith(("units", "per_parent")) for field in unstated)
    return Need(pieces if known else None, None if unstated else ceil(allowed), tuple(unstated))


def stop_rule(tree: Tree, leaf: str, top: str, answer: Callable[[Node], bool | None]) -> bool | None:
    """Whether ``leaf`` is still controlled when ``top`` crosses: ``True`` still, ``False`` taken out, ``None`` not known.

    On the way up the first deep-processed assembly takes the leaf out; the thing that crosses counts, a magnet itself
    never does (MOFCOM FAQ no. 5 speaks of assemblies). With several ways up every one has to take it out.
    """
    ways = [_on_the_way([answer(tree.nodes[name]) for name in way if name != leaf]) for way in paths(tree, leaf, top)]
    if not ways:
        return False
    if True in ways:
        return True
    return None if None in ways else False


def _on_the_way(answers: list[bool | None]) -> bool | None:
    if True in answers:
        return False
    return None if None in answers else True


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
    stated = app.line(line).node
    return stated or next((node.id for node in app.tree.nodes.values() if node.line == line), None)


def element_mg(app: Application, top: str, element: str) -> tuple[int, int] | None:
    """Least and most milligrams of an element in one ``top``, rolled up from the goods leaves; ``None`` when a mass or count is open."""
    low = high = 0
    for name in subtree(app.tree, top):
        node = app.tree.nodes[name]
        if node.line is None:
            continue
        count = count_in(app.tree, name, top)
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
    for name in subtree(tree, top):
        inside = part1(name)
        if inside.high == 0:
            continue
        count = count_in(tree, name, top)
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
