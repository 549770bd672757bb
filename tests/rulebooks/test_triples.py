"""Every provision has its triple: the day before, the day and the day after; one under, at and one over; the last day and the next.

The expected answers stand in ``tests/rulebooks/law``, typed from the texts by hand; the answers come from the evaluator. If one broke, a duty
would bind a day too early, or goods exactly on a line would fall on the wrong side of it. What is not typed there is named here.
"""

from __future__ import annotations

import pytest

from lodemark.rules.condition import Atom, Of, walk
from tests.rulebooks import triples
from tests.rulebooks.law import table
from tests.rulebooks.law.lines import LINES, Line
from tests.rulebooks.law.ways import MEMBERSHIP, WAYS, traced
from tests.rulebooks.probe import books, conditions, provisions, verdict


@pytest.mark.parametrize("provision", sorted(provisions()))
def test_every_provision_holds_from_the_day_its_text_says(provision: str) -> None:
    """Status and effect on the day before, the day and the day after each change; half-open, the day named belongs to the new status."""
    assert list(triples.of_status(provision)) == []


@pytest.mark.parametrize("name", sorted(triples.numbers()))
def test_every_number_is_the_one_of_its_text(name: str) -> None:
    """Not there the day before it begins, there on the day and after; a period is over on the day counted by hand."""
    assert list(triples.of_number(name)) == []


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.value} {line.fact}")
def test_under_at_and_over_every_number_compared(line: Line) -> None:
    """The number itself falls on the side the words put it."""
    assert list(triples.of_line(line)) == []


@pytest.mark.parametrize("provision", sorted({way.provision for way in WAYS}))
def test_the_answers_that_meet_a_condition_are_the_ones_the_text_names(provision: str) -> None:
    """Every answer the vocabulary allows is put to every fact that carries it; no other answer may do, and no named one may fail."""
    assert [wrong for way in WAYS if way.provision == provision for wrong in triples.of_way(way)] == []


def test_a_provision_without_its_row_is_named() -> None:
    """A provision, number or condition that is typed in without its triple would be believed unread."""
    law, silent = provisions(), [name for _, names in table("silent.txt") for name in names.split()]
    assert {name for name in law if triples.row_of(name) is None} == set(), "no day in status.txt"
    assert set(triples.periods()) == {triples.row_of(name) for name in law}, "a row of status.txt that speaks of nothing"
    assert set(triples.numbers()) == {f"{name}#{value.name}" for name, one in law.items() for value in one.values}
    assert {way.provision for way in WAYS} == {name for name, one in law.items() if one.when is not None}
    assert {row.provision for row in MEMBERSHIP} <= {way.provision for way in WAYS}
    assert sorted(silent) == sorted(name for name, one in law.items() if one.when is None and not one.values), "silent.txt"


def test_every_number_a_condition_compares_with_has_its_line() -> None:
    """Every comparison, by the number and by the fact it is compared with; a content has the sides of the trace range instead."""
    compared, contents = set(), set()
    for book in books().values():
        for holder, tree in conditions(book):
            for part in walk(tree):
                if isinstance(part, Atom) and isinstance(part.value, Of):
                    (contents if part.op == "contains" else compared).add((holder, str(part.value), part.ref.fact))
    assert {(line.provision, line.value) for line in LINES} == {(holder, value) for holder, value, _ in compared}
    assert {holder for holder, _, _ in contents} == {way.provision for way in WAYS if traced(way)}
    marked = {name for name, row in triples.numbers().items() if row.becomes == "line"}
    assert marked == {line.value for line in LINES} | {value for _, value, _ in contents} | {"house/measurement#lod_required"}


def test_a_number_compared_in_a_condition_is_a_named_value() -> None:
    """A literal inside a condition has no dates and no quote, so nobody could amend it."""
    for book in books().values():
        for holder, tree in conditions(book):
            for part in walk(tree):
                literal = isinstance(part, Atom) and part.op in ("lt", "le", "gt", "ge") and not isinstance(part.value, Of)
                assert not literal, f"{holder} compares with a number without name and dates"


def test_what_nobody_confirmed_decides_nothing() -> None:
    """A recollection that decided a case would be law made by a programmer: met, it is a question to the authority."""
    unsure = [way for way in WAYS if provisions()[way.provision].evidence == "unconfirmed"]
    assert len(unsure) > 10
    for way in unsure:
        on = max(day for day, what in triples.periods()[triples.row_of(way.provision) or ""])
        assert verdict(way.provision, way.facts(), on, assume=way.supposing) == "not_known", way.provision
