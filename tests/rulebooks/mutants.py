"""A rulebook with one thing wrong: a day moved by one, a number by one unit, a comparison, a word, a part of a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from lodemark.rules import Range, Rulebook
from lodemark.rules.condition import All, Any_, Atom, Condition, ListOf, Not, Quantified
from lodemark.rules.model import DatedValue, Provision, RuleValue, Segment

DAY = timedelta(1)
SWAPPED: dict[str, tuple[Any, ...]] = {
    "ge": ("gt", "le"),
    "gt": ("ge", "lt"),
    "le": ("lt", "ge"),
    "lt": ("le", "gt"),
    "eq": ("ne",),
    "ne": ("eq",),
}


def wrong_days(provision: Provision) -> Iterator[tuple[str, Provision]]:
    """Every change of status one day early and one day late, and every segment called something else."""
    for number, segment in enumerate(provision.status):
        for by in (-DAY, DAY):
            if segment.start > date.min:
                yield (
                    f"status from {segment.start + by}",
                    replace(provision, status=tuple(_moved(provision.status, number, segment.start + by))),
                )
        other = "suspended" if segment.is_ != "suspended" else "in_force"
        changed = (*provision.status[:number], replace(segment, is_=other), *provision.status[number + 1 :])  # type: ignore[arg-type]
        yield f"{other} from {segment.start}", replace(provision, status=changed)


def _moved(status: Sequence[Segment], number: int, day: date) -> Iterator[Segment]:
    for place, segment in enumerate(status):
        if place == number:
            yield replace(segment, start=day)
        else:
            yield replace(segment, until=day) if place == number - 1 else segment


def wrong_values(provision: Provision) -> Iterator[tuple[str, str, Provision]]:
    """Every number (by name) one unit less and more, every word list one word short, every period one day off."""
    for number, value in enumerate(provision.values):
        changes: list[tuple[str, DatedValue]] = [
            (f"{value.name} is {one}", replace(value, value=one)) for one in _next_to(value.value)
        ]
        changes += [(f"{value.name} from {value.start + by}", replace(value, start=value.start + by)) for by in (-DAY, DAY)]
        if value.until:
            changes += [
                (f"{value.name} until {value.until + by}", replace(value, until=value.until + by)) for by in (-DAY, DAY)
            ]
        for what, changed in changes:
            values = (*provision.values[:number], changed, *provision.values[number + 1 :])
            yield value.name, what, replace(provision, values=values)


def _next_to(value: RuleValue) -> tuple[RuleValue, ...]:
    match value:
        case bool():
            return (not value,)
        case Decimal():
            exponent = value.as_tuple().exponent
            assert isinstance(exponent, int)
            unit = Decimal(1).scaleb(min(exponent, 0))
            return value - unit, value + unit
        case Range(above, at_most):
            unit = Decimal("0.0001")
            return Range(above + unit, at_most), Range(above, at_most - unit), Range(above, at_most + unit)
        case tuple():
            return (value[1:],)


def wrong_conditions(provision: Provision, book: Rulebook) -> Iterator[tuple[str, Provision]]:
    """Every comparison swapped, every word of a list left out, every part of *all* and *any* left out, *all* for *any*, *not* dropped."""
    if provision.when is not None:
        for what, tree in _trees(provision.when, book):
            yield what, replace(provision, when=tree)
    for kind in provision.for_:
        others = tuple(one for one in provision.for_ if one != kind)
        yield f"not required for {kind}", replace(provision, for_=others or ("nobody",))


def _trees(tree: Condition, book: Rulebook) -> Iterator[tuple[str, Condition]]:
    match tree:
        case Atom(op="in"):
            words = book.lists[tree.members.id].items if isinstance(tree.members, ListOf) else tree.members
            for word in words:
                yield f"{tree.ref} in without {word}", replace(tree, members=tuple(one for one in words if one != word))
        case Atom():
            for op in SWAPPED.get(tree.op, ()):
                yield f"{tree.ref} {op}", replace(tree, op=op)
        case All(parts) | Any_(parts):
            other = Any_ if isinstance(tree, All) else All
            if len(parts) > 1:
                yield f"{other.__name__} for {type(tree).__name__}", other(parts)
            for number, part in enumerate(parts):
                rest = (*parts[:number], *parts[number + 1 :])
                if rest:
                    yield f"without part {number}: {part}", type(tree)(rest)
                for what, changed in _trees(part, book):
                    yield what, type(tree)((*parts[:number], changed, *parts[number + 1 :]))
        case Not(part):
            yield "without its not", part
            for what, changed in _trees(part, book):
                yield what, Not(changed)
        case Quantified():
            other_kind = "every" if tree.kind == "exists" else "exists"
            yield f"{other_kind} {tree.over}", replace(tree, kind=other_kind)  # type: ignore[arg-type]
            for what, changed in _trees(tree.satisfies, book):
                yield what, replace(tree, satisfies=changed)


def with_provision(book: Rulebook, changed: Provision) -> Rulebook:
    """The same rulebook with one provision changed."""
    return replace(book, provisions={**book.provisions, changed.id: changed})
