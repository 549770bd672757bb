"""Two versions of a regime, or one on two days: what is written differently, and whether anybody could fare differently.

The second question is answered by one decision diagram for both: equal nodes mean that no file whatever is treated otherwise; else a path to two
different ends is a witness, a set of facts with both outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Literal

from lodemark.rules.anyone import BUDGET, steps_of
from lodemark.rules.day import Day
from lodemark.rules.diagram import Diagram, TooManyNodes
from lodemark.rules.evaluate import compiled
from lodemark.rules.facts import text
from lodemark.rules.model import DatedValue, Provision, Range, Rulebook
from lodemark.rules.sentence import number
from lodemark.rules.value import Known


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different: a provision, list, word or stage order as written, a status or a number as it holds on the day.

    ``parts``: the parts written differently; of a status both states, of a number (``provision#name``) both values as they are read.
    """

    what: Literal["added", "removed", "changed", "status", "value"]
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
        sorted(
            {*_texts(one, other), *_statuses(one, other, on, later), *_values(one, other, on, later)},
            key=lambda change: (change.id, change.what),
        )
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
    first, second = Day(one, on), Day(other, later)
    for name in one.provisions.keys() & other.provisions.keys():
        states = first.status(one.provisions[name]), second.status(other.provisions[name])
        if states[0] != states[1]:
            yield Change("status", name, states)


def _values(one: Rulebook, other: Rulebook, on: date, later: date) -> Iterator[Change]:
    """Numbers of both that hold on both days and are not the same."""
    for name in one.provisions.keys() & other.provisions.keys():
        first, second = (
            {value.name: value for value in _holding(book.provisions[name], day)} for book, day in ((one, on), (other, later))
        )
        for number_name in first.keys() & second.keys():
            if (first[number_name].value, first[number_name].unit) != (second[number_name].value, second[number_name].unit):
                parts = figure(first[number_name]), figure(second[number_name])
                yield Change("value", f"{name}#{number_name}", parts)


def figure(value: DatedValue) -> str:
    """A number in signs that need no language: what the law leaves open as the interval ``(0 %, 0.18 %]``."""
    match value.value:
        case Range(above, at_most):
            return f"({figure(replace(value, value=above))}, {figure(replace(value, value=at_most))}]"
        case bool():
            return str(value.value).lower()
        case tuple():
            return ", ".join(value.value)
    return number(value, "en")


def _holding(provision: Provision, on: date) -> Iterator[DatedValue]:
    return (value for value in provision.values if value.start <= on and (value.until is None or on < value.until))


def days_of_change(book: Rulebook) -> tuple[date, ...]:
    """The days from which something of a regime holds otherwise than on the day before: a status or a number; the latest first."""
    days = {part.start for one in book.provisions.values() for part in one.status if part.start > date.min}
    for one in book.provisions.values():
        days |= {value.start for value in one.values} | {value.until for value in one.values if value.until}
    return tuple(sorted((day for day in days if _differs(book, day)), reverse=True))


def _differs(book: Rulebook, day: date) -> bool:
    before = day - timedelta(days=1)
    return any(True for _ in _statuses(book, book, before, day)) or any(True for _ in _values(book, book, before, day))
