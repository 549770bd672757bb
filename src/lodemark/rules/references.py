"""What JSON Schema cannot see: names that point nowhere, periods that gap or overlap, units and types that do not meet, circles.

Every check is a function in ``CHECKS`` from the documents of one rulebook (and the values built from them) to problems with places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

from lodemark.measure import ELEMENTS
from lodemark.rules.condition import ROLES, Atom, Condition, ListOf, Of, Quantified, Ref, Use, walk
from lodemark.rules.model import SCALE, Fact, Instrument, Provision, Range, Regime, Segment, WordList
from lodemark.rules.shelf import Document
from lodemark.rules.trouble import Problem

ORDERED = frozenset({"fraction", "measured", "mass_mg", "count", "money", "date"})
_OPS: Mapping[str, frozenset[str]] = {
    "bool": frozenset({"eq", "ne", "present"}),
    "enum": frozenset({"eq", "ne", "in", "present"}),
    "country": frozenset({"eq", "ne", "in", "present"}),
    "set": frozenset({"contains", "present"}),
    "text": frozenset({"present"}),
    "document": frozenset({"present"}),
    "instances": frozenset(),
} | {kind: frozenset({"eq", "ne", "lt", "le", "gt", "ge", "present"}) for kind in ORDERED - {"fraction"}}
_OPS = {**_OPS, "fraction": frozenset({"eq", "ne", "lt", "le", "gt", "ge", "contains", "present"})}
_DIMENSIONS: Mapping[str, frozenset[str]] = {
    "fraction": frozenset({"1"}),
    "mass_mg": frozenset({"mg"}),
    "count": frozenset({"1", "piece"}),
}
_ALWAYS_BOUND = frozenset({"application", "exporter", "consignee"})


@dataclass(frozen=True, slots=True)
class Draft:
    """A rulebook before it is trusted: what was built, and for each thing the document that says where it stands."""

    regime: Regime
    instruments: Mapping[str, Instrument]
    provisions: Mapping[str, Provision]
    vocabulary: Mapping[str, Fact]
    lists: Mapping[str, WordList]
    documents: Mapping[tuple[str, str], Document]

    def document(self, kind: str, name: str) -> Document:
        """The document of one thing."""
        return self.documents[kind, name]

    def conditions(self) -> Iterator[tuple[Document, tuple[str | int, ...], Condition, frozenset[str]]]:
        """Every condition with its document, its path there, and the scopes bound around it."""
        cells = frozenset(scope for scope, _ in self.regime.cells) | _ALWAYS_BOUND
        for provision in self.provisions.values():
            if provision.when is not None:
                around = (
                    _ALWAYS_BOUND if provision.kind == "requires" else cells
                )  # what is required is required of the whole file
                yield self.document("provision", provision.id), ("when",), provision.when, around | {provision.over}
        home = self.document("regime", self.regime.id)
        for number, stage in enumerate(self.regime.stages):
            if stage.when is not None:
                yield home, ("stages", number, "when"), stage.when, cells
        if self.regime.item_condition is not None:
            yield home, ("item_condition",), self.regime.item_condition, cells


def check(draft: Draft) -> list[Problem]:
    """All problems of the draft, unsorted."""
    return [problem for find in CHECKS for problem in find(draft)]


def _instruments(draft: Draft) -> Iterator[Problem]:
    home = draft.document("regime", draft.regime.id)
    for number, name in enumerate(draft.regime.instruments):
        if name not in draft.instruments:
            yield home.problem("reference-dangling", "instruments", number, name=name)
    for number, name in enumerate(draft.regime.house):
        if name not in draft.provisions:
            yield home.problem("reference-dangling", "house", number, name=name)


def _periods(draft: Draft) -> Iterator[Problem]:
    for provision in draft.provisions.values():
        document = draft.document("provision", provision.id)
        if not provision.status:
            yield document.problem("status-missing", provision=provision.id)
        yield from _tiling(document, ("status",), [(part.start, part.until) for part in provision.status], endless=True)
        for name in {value.name for value in provision.values}:
            periods = sorted((value.start, value.until) for value in provision.values if value.name == name)
            yield from _tiling(document, ("values",), periods, endless=False)
    for instrument in draft.instruments.values():
        document = draft.document("instrument", instrument.id)
        yield from _tiling(document, ("status",), [(part.start, part.until) for part in instrument.status], endless=True)


def _tiling(
    document: Document, path: tuple[str, ...], periods: Sequence[tuple[date, date | None]], endless: bool
) -> Iterator[Problem]:
    for (start, until), (following, _) in pairwise(periods):
        if until != following:
            code = "period-gap" if until is not None and until < following else "period-overlap"
            yield document.problem(code, *path, until=until, next=following)
        if until is not None and until <= start:
            yield document.problem("period-empty", *path, start=start, until=until)
    if endless and periods and periods[-1][1] is not None:
        yield document.problem("period-gap", *path, until=periods[-1][1], next=None)


def _names(draft: Draft) -> Iterator[Problem]:
    for document, path, tree, bound in draft.conditions():
        for part, scopes in _with_scopes(tree, bound):
            match part:
                case Use(name) if name not in draft.provisions:
                    yield document.problem("reference-dangling", *path, name=name)
                case Quantified():
                    yield from _collection(draft, document, path, part, scopes)
                case Atom():
                    yield from _atom(draft, document, path, part, scopes)


def _with_scopes(tree: Condition, bound: frozenset[str]) -> Iterator[tuple[Condition, frozenset[str]]]:
    """Every part with the scopes bound around it: a quantifier binds its own scope inside."""
    yield tree, bound
    inside = bound | {tree.over} if isinstance(tree, Quantified) else bound
    for child in children(tree):
        yield from _with_scopes(child, inside)


def children(tree: Condition) -> tuple[Condition, ...]:
    """The direct parts of a condition."""
    if isinstance(tree, Quantified):
        return (tree.satisfies,) if tree.where is None else (tree.where, tree.satisfies)
    parts = getattr(tree, "parts", None) or getattr(tree, "part", ())
    return parts if isinstance(parts, tuple) else (parts,)


def _collection(
    draft: Draft, document: Document, path: tuple[str | int, ...], part: Quantified, bound: frozenset[str]
) -> Iterator[Problem]:
    word = draft.vocabulary.get(part.among.fact)
    if word is None or word.type != "instances":
        yield document.problem("collection-unknown", *path, name=part.among)
    elif word.of != part.over and not (part.over == "party" and word.of in ROLES):
        yield document.problem("collection-other-scope", *path, name=part.among, of=word.of, over=part.over)
    if part.among.scope not in bound:
        yield document.problem("scope-unbound", *path, scope=part.among.scope, name=part.among)


def _atom(
    draft: Draft, document: Document, path: tuple[str | int, ...], atom: Atom, bound: frozenset[str]
) -> Iterator[Problem]:
    word = draft.vocabulary.get(atom.ref.fact)
    if word is None:
        yield document.problem("fact-not-in-vocabulary", *path, name=atom.ref)
        return
    if atom.ref.scope not in bound:
        yield document.problem("scope-unbound", *path, scope=atom.ref.scope, name=atom.ref)
    if (word.key is None) != (atom.ref.key is None) or (word.key == "element" and atom.ref.key not in ELEMENTS):
        yield document.problem("fact-key", *path, name=atom.ref, key=word.key)
    if atom.op not in _OPS[word.type]:
        yield document.problem("op-not-for-type", *path, name=atom.ref, op=atom.op, type=word.type)
        return
    yield from _operands(draft, document, path, atom, word)


def _operands(draft: Draft, document: Document, path: tuple[str | int, ...], atom: Atom, word: Fact) -> Iterator[Problem]:
    if isinstance(atom.members, ListOf) and atom.members.id not in draft.lists:
        yield document.problem("reference-dangling", *path, name=atom.members.id)
    words: tuple[Any, ...] = () if isinstance(atom.members, ListOf) else atom.members
    literal = atom.op in ("eq", "ne", "contains") and word.type in ("enum", "set") and word.options
    for item in (*words, *((atom.value,) if literal else ())):
        if word.options and item not in word.options:
            yield document.problem("word-not-in-options", *path, name=atom.ref, word=item)
    for operand in (atom.value, atom.lod):
        if (
            operand is not None
            and atom.op not in ("present", "in")
            and not isinstance(operand, Of)
            and not _is_of_type(operand, word)
        ):
            yield document.problem("value-not-for-type", *path, name=atom.ref, value=operand, type=word.type)
        if isinstance(operand, Of):
            yield from _value_reference(draft, document, path, operand, word, atom.op)
    if word.type in ("fraction", "mass_mg") and not isinstance(atom.value, Of | None) and atom.unit is None:
        yield document.problem("unit-missing", *path, name=atom.ref)
    if (
        atom.unit is not None
        and word.type in _DIMENSIONS
        and SCALE.get(atom.unit, (atom.unit,))[0] not in _DIMENSIONS[word.type]
    ):
        yield document.problem("unit-clash", *path, name=atom.ref, unit=atom.unit)


def _is_of_type(value: object, word: Fact) -> bool:
    """Whether a constant written in a condition can be a value of the fact."""
    try:
        if word.type == "date":
            return bool(date.fromisoformat(str(value)))
        if word.type in ORDERED:
            return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except (ValueError, InvalidOperation):
        return False
    return isinstance(value, bool) if word.type == "bool" else isinstance(value, str)


def _value_reference(
    draft: Draft, document: Document, path: tuple[str | int, ...], operand: Of, word: Fact, op: str
) -> Iterator[Problem]:
    provision = draft.provisions.get(operand.provision)
    found = [value for value in provision.values if value.name == operand.name] if provision else []
    if not found:
        yield document.problem("reference-dangling", *path, name=operand)
    for value in found:
        dimension = SCALE.get(value.unit or "", (value.unit,))[0]
        if word.type in _DIMENSIONS and dimension not in _DIMENSIONS[word.type]:
            yield document.problem("unit-clash", *path, name=operand, unit=value.unit)
        ordered = isinstance(value.value, Decimal) or (isinstance(value.value, Range) and op not in ("eq", "ne"))
        if not (ordered if word.type in ORDERED - {"date"} else isinstance(value.value, bool) and word.type == "bool"):
            yield document.problem("value-not-for-type", *path, name=operand, value=value.value, type=word.type)


def _values(draft: Draft) -> Iterator[Problem]:
    for provision in draft.provisions.values():
        for number, value in enumerate(provision.values):
            owner, _, name = (value.narrows or "").rpartition("#")
            if value.narrows and not any(other.name == name for other in getattr(draft.provisions.get(owner), "values", ())):
                yield draft.document("provision", provision.id).problem(
                    "reference-dangling", "values", number, "narrows", name=value.narrows
                )


def _rows(draft: Draft) -> Iterator[Problem]:
    home = draft.document("regime", draft.regime.id)
    for code, row in draft.regime.rows.items():
        for number, name in enumerate(row.provisions):
            if name not in draft.provisions:
                yield home.problem("reference-dangling", "rows", code, "provisions", number, name=name)


def _circles(draft: Draft) -> Iterator[Problem]:
    uses = {
        provision.id: [part.provision for part in walk(provision.when) if isinstance(part, Use)]
        for provision in draft.provisions.values()
        if provision.when is not None
    }
    done: set[str] = set()
    for start in uses:
        yield from _circle_from(draft, uses, start, (), done)


def _circle_from(
    draft: Draft, uses: Mapping[str, Sequence[str]], at: str, way: tuple[str, ...], done: set[str]
) -> Iterator[Problem]:
    if at in way:
        circle = (*way[way.index(at) :], at)
        yield draft.document("provision", at).problem("reference-circular", "when", circle=" > ".join(circle))
    elif at not in done:
        for following in uses.get(at, ()):
            yield from _circle_from(draft, uses, following, (*way, at), done)
        done.add(at)


def _stages(draft: Draft) -> Iterator[Problem]:
    home = draft.document("regime", draft.regime.id)
    *before, last = draft.regime.stages
    if last.when is not None:
        yield home.problem("stage-last-conditional", "stages", len(before), outcome=last.outcome)
    for number, stage in enumerate(before):
        if stage.when is None:
            yield home.problem("stage-unreachable", "stages", number + 1, outcome=stage.outcome)
    for number, (scope, among) in enumerate(draft.regime.cells):
        word = draft.vocabulary.get(among.fact)
        if word is None or word.type != "instances":
            yield home.problem("collection-unknown", "cells", number, name=among, scope=scope)


def _derived(draft: Draft) -> Iterator[Problem]:
    for word in draft.vocabulary.values():
        for number, name in enumerate(word.derived_from):
            if name not in draft.vocabulary:
                yield draft.document("fact", word.id).problem("fact-not-in-vocabulary", "derived", "from", number, name=name)


CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    _instruments,
    _periods,
    _names,
    _values,
    _rows,
    _circles,
    _stages,
    _derived,
)

__all__ = ["CHECKS", "Draft", "Ref", "Segment", "check", "children"]
