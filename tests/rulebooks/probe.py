"""One provision alone, put to facts through the same ``assess`` as everybody else's: met, not met or not known on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from lodemark import rules
from lodemark.rules import FactSet, Rulebook
from lodemark.rules.condition import Condition, Use, walk
from lodemark.rules.loader import shelf
from lodemark.rules.model import Provision, Stage, Text
from lodemark.rules.shelf import SHIPPED, Document

ANSWER = {("licence_required",): "met", ("not_controlled",): "not_met"}


@cache
def shipped() -> tuple[Document, ...]:
    """Every document of the shipped shelf."""
    documents, wrong = shelf((SHIPPED,))
    assert not wrong, [str(problem) for problem in wrong]
    return documents


@cache
def books() -> Mapping[str, Rulebook]:
    """Every shipped regime, loaded."""
    return rules.load_all()


@cache
def provisions() -> Mapping[str, Provision]:
    """Every provision that some shipped regime rests on."""
    return {name: provision for book in books().values() for name, provision in sorted(book.provisions.items())}


def home(provision: str) -> Rulebook:
    """The first regime that rests on it."""
    return next(book for book in books().values() if provision in book.provisions)


@cache
def probe(provision: str) -> Rulebook:
    """A regime that asks for nothing but this provision."""
    return alone(home(provision), provision)


def alone(book: Rulebook, provision: str, changed: Provision | None = None) -> Rulebook:
    """The law of ``book``, one provision changed perhaps, behind a regime that asks for that one and for no papers."""
    why: Text = {"zh-Hans": "试验", "en": "probe"}
    stages = (
        Stage("licence_required", Use(provision), why, "primary"),
        Stage("not_controlled", None, why, "primary"),
    )
    kept = {name: one for name, one in book.provisions.items() if one.kind != "requires" or name == provision}
    return replace(
        book,
        regime=replace(book.regime, stages=stages),
        provisions={**kept, provision: changed or book.provision(provision)},
    )


def verdict(provision: str, facts: FactSet, on: date, book: Rulebook | None = None, **more: object) -> str:
    """``met``, ``not_met`` or ``not_known``, the same in every cell; in ``book`` instead of the shipped law if one is given."""
    found = {cell.reachable for cell in rules.assess(book or probe(provision), facts, on=on, **more).cells}  # type: ignore[arg-type]
    assert len(found) == 1, f"{provision}: the cells differ: {found}"
    return ANSWER.get(found.pop(), "not_known")


def conditions(book: Rulebook) -> Iterator[tuple[str, Condition]]:
    """Every condition of a regime with the name of what holds it."""
    for provision in book.provisions.values():
        if provision.when is not None:
            yield provision.id, provision.when
    for number, stage in enumerate(book.regime.stages):
        if stage.when is not None:
            yield f"{book.regime.id} stage {number}", stage.when


def used_provisions(tree: Condition) -> set[str]:
    """The provisions a condition names."""
    return {part.provision for part in walk(tree) if isinstance(part, Use)}


FILE = (
    FactSet()
    .collect("application.lines", ["L1"], complete=True)
    .collect("application.end_users", ["p2"], complete=True)
    .collect("application.ultimate_end_users", [], complete=True)
    .collect("application.consignees", [], complete=True)
    .collect("application.end_uses", ["u1"], complete=True)
    .collect("application.documents", [], complete=True)
    .collect("application.nodes", ["n1"], complete=True)
    .collect("application.crossings", ["x1"], complete=True)
    .collect("crossing[x1].subtree", ["n1"], complete=True)
    .collect("line[L1].end_users", ["p2"], complete=True)
    .collect("line[L1].uses", ["u1"], complete=True)
)
"""One line, one end user, one use, one part that crosses one border; nothing said about any of them yet."""
