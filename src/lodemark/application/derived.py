"""Facts that follow from others by the product tree: sets in, sets out, so that what is lacking is asked for by its base fact.

The shape of the tree is fixed when the facts are built; answers about its parts are read through ``Facts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from lodemark.application.content import decimal
from lodemark.application.model import Application, Line, Node, Range
from lodemark.application.tree import children, cn_value_share, crossed_by, leaf_of, stop_rule
from lodemark.rules.facts import Derive, Facts
from lodemark.rules.value import UNKNOWN, FactValue, Known, NotDetected, Within


def as_fact(share: Range) -> FactValue:
    """A range as the set of its values: exact where its decimals end, rounded outward where they do not."""
    if share.not_detected:
        return NotDetected(decimal(share.high, up=True))
    low, high = decimal(share.low, up=False), decimal(share.high, up=True)
    return Known(low) if low == high else Within(low, high)


def derivations(app: Application) -> Mapping[str, Derive]:
    """The functions behind the derived words of the vocabulary, by the dotted name it gives."""

    def share(facts: Facts, crossing: str, key: str | None) -> FactValue:
        top = next((step.item for step in app.tree.crossings if step.id == crossing), None)
        if top is None:
            return UNKNOWN
        return as_fact(
            cn_value_share(app.tree, top, lambda name: _money(facts, name, "unit_value"), lambda name: _part1(app, facts, name))
        )

    inside = crossed_by(app)

    def deep_processed(facts: Facts, line: str, key: str | None) -> FactValue:
        return _line_deep_processed(app, inside, facts, app.line(line))

    return {"application.tree.cn_value_share": share, "application.tree.line_deep_processed": deep_processed}


def _part1(app: Application, facts: Facts, node: str) -> Range:
    """Chinese part-1 value of one piece: as stated; in a lowest part without a statement from nothing to all it is worth."""
    nothing = Range(Fraction(0), Fraction(0))
    if children(app.tree, node) and app.tree.nodes[node].cn_part1_value is None:
        return nothing
    stated = _money(facts, node, "cn_part1_value")
    if stated is not None:
        return stated
    origin = facts.value(f"node[{node}].origin")
    if isinstance(origin, Known) and origin.value != "CN":
        return nothing
    worth = _money(facts, node, "unit_value")
    return Range(Fraction(0), worth.high if worth else Fraction(10**18))


def _money(facts: Facts, node: str, name: str) -> Range | None:
    match facts.value(f"node[{node}].{name}"):
        case Known(int() | Decimal() as amount):
            return Range(Fraction(amount), Fraction(amount))
        case Within(int() | Decimal() as low, int() | Decimal() as high):
            return Range(Fraction(low), Fraction(high))
        case _:
            return None


def _line_deep_processed(app: Application, inside: Mapping[str, frozenset[str]], facts: Facts, line: Line) -> FactValue:
    """Whether what leaves is a deep-processed product: an assembly on the way from the goods up to the first thing that crosses.

    The thing that crosses counts, a magnet itself never does (the published answer speaks of assemblies).
    """
    magnet = line.form == "magnet"
    leaf = leaf_of(app, line.id)
    if leaf is None:
        return Known(False) if magnet else UNKNOWN
    item = next((step.item for step in app.tree.crossings if leaf in inside[step.id]), leaf)

    def answer(node: Node) -> bool | None:
        said = facts.value(f"node[{node.id}].deep_processed")
        return said.value if isinstance(said, Known) and isinstance(said.value, bool) else None

    still = stop_rule(app.tree, leaf, item, answer, leaf_counts=not magnet)
    return UNKNOWN if still is None else Known(not still)
