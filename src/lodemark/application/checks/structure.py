"""Checks of the product tree and the route: can the parts, numbers, masses and borders all be true at once?

Results are questions about the data. Which innocent cause each has is said in its sentence (safety stock, spare parts,
packaging, a consignment that took another way).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from lodemark.application.checks.terms import Found, Terms, Verdict
from lodemark.application.content import content
from lodemark.application.model import Application, Crossing, Line, Node
from lodemark.application.tree import children, crossed_by, leaf_of, mass_of_parts, needs, roots, subtree
from lodemark.measure import RARE_EARTHS, contained_mg


def mass_containment(app: Application, terms: Terms) -> Iterator[Found]:
    """The parts directly in a node weigh no more than the node."""
    for node in app.tree.nodes.values():
        parts_mg = mass_of_parts(app.tree, node.id)
        if parts_mg is None or node.unit_mass_mg is None:
            continue
        verdict: Verdict = "not_met" if parts_mg > node.unit_mass_mg else "met"
        yield Found(verdict, {"node": node.id}, {"parts_mg": parts_mg, "unit_mass_mg": node.unit_mass_mg})


def quantity_exceeds_use(app: Application, terms: Terms) -> Iterator[Found]:
    """What is asked for is no more than the stated output takes, with the stated spares and scrap."""
    wanted = needs(app.tree)
    for line in app.lines:
        leaf = leaf_of(app, line.id)
        if leaf is None or line.pieces is None:
            yield Found("not_known", {"line": line.id, "open": ("node",) if leaf is None else ("pieces",)})
            continue
        taken = wanted[leaf]
        if taken.allowed is None:
            yield Found("not_known", {"line": line.id, "open": taken.open}, {"pieces": line.pieces, "need": taken.pieces})
            continue
        numbers: dict[str, object] = {"pieces": line.pieces, "need": taken.pieces, "allowed": taken.allowed}
        surplus = line.pieces - taken.allowed
        if surplus > 0:
            numbers |= _surplus(app, line, app.tree.nodes[leaf], surplus, terms)
        yield Found("not_met" if surplus > 0 else "met", {"line": line.id}, numbers)


def _surplus(app: Application, line: Line, leaf: Node, pieces: int, terms: Terms) -> dict[str, object]:
    """The surplus in pieces, in mass, and in the mass of every rare earth it may hold at most."""
    told: dict[str, object] = {"surplus": pieces}
    if leaf.unit_mass_mg is not None:
        mass = pieces * leaf.unit_mass_mg
        told["surplus_mg"] = mass
        named = [element for element in RARE_EARTHS if element in line.composition.declared]
        told["element_mg"] = {
            element: contained_mg(mass, content(line.composition, element, terms.k).high) for element in named
        }
    return told


class _Arrival(NamedTuple):
    place: str
    earliest: date | None


def route_continuity(app: Application, terms: Terms) -> Iterator[Found]:
    """Every crossing starts where the goods can be by then; a route may branch, it may not jump or run backwards."""
    inside = crossed_by(app)
    start = next((party.country for party in app.parties.of("exporter")), None)
    for line in app.lines:
        leaf = leaf_of(app, line.id)
        steps = [step for step in app.tree.crossings if leaf in inside[step.id]]
        reached = [_Arrival(start, None)] if start else []
        for step in steps:
            verdict = _continues(step, reached)
            facts = {"line": line.id, "crossing": step.id, "from": step.origin, "reached": tuple(at.place for at in reached)}
            yield Found(verdict, facts)
            if step.to is not None:
                reached.append(_Arrival(step.to, step.earliest))


def _continues(step: Crossing, reached: list[_Arrival]) -> Verdict:
    if step.origin is None or step.to is None or not reached:
        return "not_known"
    here = [at for at in reached if at.place == step.origin]
    if not here:
        return "not_met"
    # Months without days may overlap; only a leaving that ends before the earliest coming is impossible.
    possible = any(at.earliest is None or step.latest is None or step.latest >= at.earliest for at in here)
    return "met" if possible else "not_met"


def re_nesting(app: Application, terms: Terms) -> Iterator[Found]:
    """A deep-processed assembly goes on into a product with a function, and nobody takes its magnets out again."""
    ends = {root.id: frozenset(subtree(app.tree, root.id)) for root in roots(app.tree) if not root.function}
    takers = {part.id: frozenset(subtree(app.tree, part.id)) for part in app.tree.nodes.values() if part.takes_magnets_out}
    for node in app.tree.nodes.values():
        if not node.deep_processed:
            continue
        nameless = tuple(root for root, inside in ends.items() if node.id in inside)
        taken_out = tuple(part for part, inside in takers.items() if node.id in inside)
        verdict: Verdict = "not_met" if taken_out else "not_known" if nameless else "met"
        yield Found(verdict, {"node": node.id, "taken_out_in": taken_out, "without_function": nameless})


def split_to_evade(app: Application, terms: Terms) -> Iterator[Found]:
    """Lines for one end user that only together say what is shipped: several filings of one model, or the loose parts of one thing.

    Always a question (not known), never not met: call-offs under one contract and spare-part kits look the same.
    """
    filings: dict[tuple[str, str], list[tuple[str, str, int]]] = defaultdict(list)
    for line in app.lines:
        for user in line.end_users:
            if line.model and line.pieces is not None:
                filings[user, line.model].append((app.ref or "", line.id, line.pieces))
    for early in terms.earlier:
        near = app.filed_on is not None and 0 <= (app.filed_on - early.filed_on).days <= terms.window_days
        if near and early.model and early.pieces is not None and (early.end_user, early.model) in filings:
            filings[early.end_user, early.model].append((early.application, early.line, early.pieces))
    limits = _limits(app) if filings else {}
    for (user, model), parts in sorted(filings.items()):
        limit = limits.get(model)
        pieces = sum(count for _, _, count in parts)
        if len(parts) > 1 and limit is not None and pieces > limit >= max(count for _, _, count in parts):
            named = tuple(f"{filing}/{line}".lstrip("/") for filing, line, _ in parts)
            yield Found("not_known", {"end_user": user, "model": model, "lines": named}, {"pieces": pieces, "allowed": limit})
    goods = {leaf for line in app.lines if (leaf := leaf_of(app, line.id))}
    for node in app.tree.nodes.values():
        parts_of = {name for name, _ in children(app.tree, node.id)}
        if len(parts_of) > 1 and parts_of <= goods:
            yield Found("not_known", {"node": node.id, "lines": tuple(sorted(parts_of))})


def _limits(app: Application) -> dict[str, int | None]:
    """What the stated output allows of each model."""
    wanted = needs(app.tree)
    leaves = {line.model: leaf_of(app, line.id) for line in reversed(app.lines) if line.model}
    return {model: wanted[leaf].allowed if leaf else None for model, leaf in leaves.items()}
