"""One provision alone, put to facts through the same ``assess`` as everybody else's: met, not met or not known on a day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from lodemark import rules
from lodemark.rules import FactSet, Rulebook
from lodemark.rules.condition import Condition, Use, walk
from lodemark.rules.loader import assemble, shelf
from lodemark.rules.model import Provision
from lodemark.rules.shelf import SHIPPED, Document, read_file

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
    book = home(provision)
    raw = dict(next(one.raw for one in shipped() if one.kind == "regime" and one.id == book.regime.id))
    why = {"zh-Hans": "试验", "en": "probe"}
    raw["stages"] = [
        {"outcome": "licence_required", "when": {"provision": provision}, "why": why},
        {"outcome": "not_controlled", "why": why},
    ]
    read, wrong = read_file(json.dumps(raw, ensure_ascii=False).encode(), "regimes/probe.yaml", "regime")
    assert not wrong, [str(problem) for problem in wrong]
    kept = [one for one in shipped() if not (one.kind == "regime" and one.id == book.regime.id)]
    return assemble(book.regime.id, [*kept, *read])


def verdict(provision: str, facts: FactSet, on: date, **more: object) -> str:
    """``met``, ``not_met`` or ``not_known``, the same in every cell."""
    found = {cell.reachable for cell in rules.assess(probe(provision), facts, on=on, **more).cells}  # type: ignore[arg-type]
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
