"""One comparison of one fact as a reader: a constant when every value still possible agrees, an open leaf otherwise.

Where the law itself leaves a number open, the comparison is sure outside its two ends and a question to the law between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from lodemark.rules.compare import Named, comparison, literal, membership
from lodemark.rules.condition import Atom, Of, Op, Ref
from lodemark.rules.day import Day
from lodemark.rules.domain import candidates
from lodemark.rules.formula import MET, NOT_MET, Formula, Leaf, Variable
from lodemark.rules.model import Fact, Range
from lodemark.rules.reader import NOBODY, YES_NO, Binding, Reader, all_of, any_of, place
from lodemark.rules.value import UNKNOWN, Known, NotDetected, Unknown
from lodemark.rules.view import View

# For a number t that the law leaves in (above, at_most]: the test that is met for every such t, and the one that is met for some.
_OPEN_ENDS: Mapping[str, tuple[tuple[Op, str], tuple[Op, str]]] = {
    "ge": (("ge", "at_most"), ("gt", "above")),
    "gt": (("gt", "at_most"), ("gt", "above")),
    "lt": (("le", "above"), ("lt", "at_most")),
    "le": (("le", "above"), ("le", "at_most")),
}


def read_atom(day: Day, atom: Atom, owner: str) -> Reader:
    """The reader of one comparison; ``owner`` is the provision or stage on whose account it is asked."""
    word = day.book.vocabulary[atom.ref.fact]
    if atom.op != "contains":
        return _compared(day, atom, word, owner)
    if word.type == "fraction":
        return _contains(day, atom, word, owner)
    return _test(atom.ref, word, owner, membership(str(atom.value)), part=f"∋{atom.value}")


def _contains(day: Day, atom: Atom, word: Fact, owner: str) -> Reader:
    """``ge`` of a trace floor, except that *not detected* with a limit no higher than ``lod`` counts as none."""
    lod = day.number(atom.lod) if isinstance(atom.lod, Of) else literal(atom.lod, atom.unit, word)
    reader = _compared(day, replace(atom, op="ge"), word, owner)
    if lod is None:
        return reader
    limit = Decimal(str(lod))
    before, scope, after = place(atom.ref)

    def read(view: View, binding: Binding) -> Formula:
        said = view.value(before + binding.get(scope, NOBODY) + after)
        if isinstance(said, NotDetected) and said.limit <= limit:
            view.log.append(str(atom.lod))
            return NOT_MET
        return reader(view, binding)

    return read


def _compared(day: Day, atom: Atom, word: Fact, owner: str) -> Reader:
    """A comparison; with a number the law leaves between two ends it is sure outside them and the law's own question between."""
    operand = day.number(atom.value) if isinstance(atom.value, Of) else literal(atom.value, atom.unit, word)
    if not isinstance(operand, Range):
        house = day.narrowing(atom.value) if isinstance(atom.value, Of) else None
        test = _test(atom.ref, word, owner, comparison(atom.op, operand, day.members(atom)))
        return _shown(f"{house.provision}#{house.name}", test) if house else test
    sure, possible = (_test(atom.ref, word, owner, comparison(op, getattr(operand, end))) for op, end in _OPEN_ENDS[atom.op])
    return any_of([sure, all_of([possible, _law_open(atom, owner)])])


def _test(of: Ref, word: Fact, owner: str, named: Named, part: str = "") -> Reader:
    """One test of one fact: a constant when every value still possible agrees, an open leaf otherwise.

    ``part`` makes a variable of its own of one word of a set, since each word is a yes-or-no question.
    """
    key, test, points = named
    before, scope, after = place(of)
    by = word.derived_by

    def read(view: View, binding: Binding) -> Formula:
        instance = binding.get(scope, NOBODY)
        ref = before + instance + after
        said = view.statements.get(ref)
        if said is not None:
            view.log.append(ref)
            value = said.value
        else:
            value = view.value(ref) if by is None else view.derive(ref, by, instance, of.key)
        if type(value) is Known:
            return MET if test(value.value) else NOT_MET
        if not isinstance(value, Unknown):
            verdicts = {test(one) for one in candidates(value, word, points)}
            if len(verdicts) == 1:
                return MET if verdicts.pop() else NOT_MET
        return Leaf(Variable(ref + part, ref, "fact", value), key, bool if part else test, points, owner)

    return read


def _shown(house: str, reader: Reader) -> Reader:
    """The same reading, with a note that it rests on a house value."""

    def read(view: View, binding: Binding) -> Formula:
        view.log.append(house)
        return reader(view, binding)

    return read


def _law_open(atom: Atom, owner: str) -> Reader:
    """The law's own question: where, between its two ends, does the number lie for this fact?"""
    before, scope, after = place(atom.ref)
    subject = str(atom.value)

    def read(view: View, binding: Binding) -> Formula:
        variable = Variable(f"{subject}@{before}{binding.get(scope, NOBODY)}{after} {atom.op}", subject, "value", UNKNOWN)
        return Leaf(variable, "law", bool, YES_NO, owner)

    return read
