"""Two versions of a regime, or one on two days: what is written differently, and whether anybody could fare differently.

The second question is answered by one decision diagram for both: equal nodes mean that no file whatever is treated otherwise; else a path to two
different ends is a witness, a set of facts with both outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from lodemark.rules.anyone import BUDGET, steps_of
from lodemark.rules.diagram import Diagram, TooManyNodes
from lodemark.rules.evaluate import compiled
from lodemark.rules.facts import text
from lodemark.rules.model import Rulebook
from lodemark.rules.value import Known


@dataclass(frozen=True, slots=True)
class Change:
    """One thing written differently: a provision, list, word, stage order or status on the day."""

    what: Literal["added", "removed", "changed", "status"]
    id: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """``changes`` in the text; ``meaning`` for every possible file; ``witness`` the facts of one that is treated differently."""

    changes: tuple[Change, ...]
    meaning: Literal["equivalent", "different", "too_large"]
    witness: Mapping[str, str]
    outcomes: tuple[str, str] | None


def diff(one: Rulebook, other: Rulebook, on: date, other_on: date | None = None) -> Difference:
    """What changes from ``one`` on ``on`` to ``other`` on ``other_on`` (the same day when left out)."""
    later = other_on or on
    changes = tuple(
        sorted({*_texts(one, other), *_statuses(one, other, on, later)}, key=lambda change: (change.id, change.what))
    )
    steps = [steps_of(compiled(book, day)) for book, day in ((one, on), (other, later))]
    vocabulary = {**one.vocabulary, **other.vocabulary}
    try:
        diagram = Diagram([formula for chain in steps for formula, _ in chain], vocabulary, BUDGET)
        roots = [diagram.chain(chain) for chain in steps]
        if roots[0] == roots[1]:
            return Difference(changes, "equivalent", {}, None)
        witness, ends = _witness(diagram, roots[0], roots[1])
    except TooManyNodes:
        return Difference(changes, "too_large", {}, None)
    return Difference(changes, "different", witness, ends)


def _witness(diagram: Diagram, one: int, other: int) -> tuple[Mapping[str, str], tuple[str, str]]:
    """The shortest way down on which the two part for good. Equal nodes are one node, so two that differ have such a way."""
    ways: list[tuple[int, int, tuple[tuple[int, int], ...]]] = [(one, other, ())]
    seen = {(one, other)}
    for left, right, way in ways:
        if not diagram.kids[left] and not diagram.kids[right]:
            facts = {
                diagram.questions[level].variable.name: text(Known(diagram.questions[level].cells[cell][0]))
                for level, cell in way
            }
            return facts, (str(diagram.label[left]), str(diagram.label[right]))
        level = min(diagram.level[left], diagram.level[right])
        for cell in range(len(diagram.questions[level].cells)):
            pair = diagram.child(left, level, cell), diagram.child(right, level, cell)
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                ways.append((*pair, (*way, (level, cell))))
    raise AssertionError("two nodes that differ have a way to two ends")


def _texts(one: Rulebook, other: Rulebook) -> Iterator[Change]:
    """Provisions, words and lists added, removed or changed, and the stages."""
    for before, after in ((one.provisions, other.provisions), (one.vocabulary, other.vocabulary), (one.lists, other.lists)):
        for name in {*before, *after}:
            old, new = before.get(name), after.get(name)
            if old is None or new is None:
                yield Change("added" if old is None else "removed", name)
                continue
            parts = tuple(
                part.name for part in fields(old) if part.name != "order" and getattr(old, part.name) != getattr(new, part.name)
            )
            if parts:
                yield Change("changed", name, parts)
    if one.regime.id == other.regime.id:
        parts = tuple(
            part.name for part in fields(one.regime) if getattr(one.regime, part.name) != getattr(other.regime, part.name)
        )
        if parts:
            yield Change("changed", one.regime.id, parts)


def _statuses(one: Rulebook, other: Rulebook, on: date, later: date) -> Iterator[Change]:
    """Provisions of both whose status on the day asked differs, with both states."""
    first, second = compiled(one, on).day, compiled(other, later).day
    for name in one.provisions.keys() & other.provisions.keys():
        states = first.status(one.provisions[name]), second.status(other.provisions[name])
        if states[0] != states[1]:
            yield Change("status", name, states)
