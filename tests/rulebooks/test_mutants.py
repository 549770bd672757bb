"""The triples can fail: every provision with a day moved, a number one unit off, a comparison, a word or a part changed is found out.

A test that passes whatever the rulebook says proves nothing about it. Here every rulebook is made wrong in every small way, one at a time, and
the hand-typed law must notice each; of the numbers that conditions compare with, by what the evaluator answers and not by reading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

import pytest

from lodemark.rules import Rulebook
from tests.rulebooks import triples
from tests.rulebooks.law.lines import LINES, Line
from tests.rulebooks.law.ways import WAYS, traced
from tests.rulebooks.mutants import with_provision, wrong_conditions, wrong_days, wrong_values
from tests.rulebooks.probe import home, provisions

GROUPS = sorted({name.rpartition("/")[0] for name in provisions()})


def unnoticed(faults: Iterable[str]) -> bool:
    """Whether nothing was found wrong."""
    return next(iter(faults), None) is None


def of_condition(provision: str, book: Rulebook) -> Iterator[str]:
    """What the hand-typed answers and lines say of its condition."""
    for way in WAYS:
        if way.provision == provision:
            yield from triples.of_way(way, book)
    for line in LINES:
        if line.provision == provision:
            yield from triples.of_line(line, book)


@pytest.mark.parametrize("text", GROUPS)
def test_every_wrong_rulebook_is_found_out(text: str) -> None:
    """Of one text, every provision wrong in every small way; what nobody notices is named."""
    missed, tried = [], 0
    for name, provision in provisions().items():
        if name.rpartition("/")[0] != text:
            continue
        book = home(name)
        wrong: Iterator[tuple[str, Iterable[str]]] = chain(
            ((what, triples.of_status(name, with_provision(book, one))) for what, one in wrong_days(provision)),
            (
                (what, triples.of_number(f"{name}#{value}", with_provision(book, one)))
                for value, what, one in wrong_values(provision)
            ),
            ((what, of_condition(name, with_provision(book, one))) for what, one in wrong_conditions(provision, book)),
        )
        for what, faults in wrong:
            tried += 1
            missed += [f"{name}: {what}"] if unnoticed(faults) else []
    assert missed == []
    assert tried


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.value} {line.fact}")
@pytest.mark.parametrize("by", [-1, 1])
def test_a_line_drawn_one_unit_off_changes_an_answer(line: Line, by: int) -> None:
    """Through the evaluator alone: goods at the number, or one unit beside it, fare otherwise."""
    owner, _, short = line.value.partition("#")
    book = home(line.provision)
    provision = book.provision(owner)
    values = tuple(
        replace(value, value=line.at + by * line.unit) if value.name == short else value for value in provision.values
    )
    assert not unnoticed(triples.of_line(line, with_provision(book, replace(provision, values=values))))


@pytest.mark.parametrize("provision", sorted({way.provision for way in WAYS if traced(way)}))
def test_an_open_range_one_unit_off_changes_an_answer(provision: str) -> None:
    """Through the evaluator alone: a content on either end of the range, or a limit of detection at the house value, fares otherwise."""
    book = home(provision)
    way = next(way for way in WAYS if way.provision == provision and traced(way))
    (content,) = traced(way)
    element = content.rpartition("[")[2][:-1]
    trace = next(
        name
        for name in ("cn/ann57-2025/trace", "cn/ann18-2025/trace")
        if name in book.provisions and any(value.name == element for value in book.provision(name).values)
    )
    for owner, short in ((trace, element), ("house/measurement", "lod_required")):
        changed = [(what, one) for value, what, one in wrong_values(book.provision(owner)) if value == short and " is " in what]
        assert len(changed) >= 2
        for what, one in changed:
            assert not unnoticed(triples.of_way(way, with_provision(book, one))), what
