"""Compile the conditions of a rulebook on one day into functions ``(view, binding) -> Formula``.

Whatever depends only on the day is settled while compiling: which provisions are in force, which value a number has, which words a list
holds. A binding maps scopes to instances (``{"line": "L1", "end_user": "p3"}``); a scope that is not bound reads the placeholder ``?``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from lodemark.ledger import digest
from lodemark.rules.compare import Named, comparison, literal, membership
from lodemark.rules.condition import (
    EVERYTHING,
    All,
    Any_,
    Atom,
    Condition,
    Not,
    Of,
    Op,
    Quantified,
    Ref,
    Select,
    Use,
    plain,
    ref,
)
from lodemark.rules.day import Day
from lodemark.rules.domain import candidates
from lodemark.rules.formula import MET, NOT_MET, WEAKER, Formula, Leaf, Variable, both, either, negate, rank
from lodemark.rules.model import Fact, Provision, Range
from lodemark.rules.result import Fired
from lodemark.rules.value import UNKNOWN, Known, NotDetected, Unknown
from lodemark.rules.view import View

NOBODY = "?"
_YES_NO = (True, False)
Binding = Mapping[str, str]
Reader = Callable[[View, Binding], Formula]
# For a number t that the law leaves in (above, at_most]: the test that is met for every such t, and the one that is met for some.
_OPEN_ENDS: Mapping[str, tuple[tuple[Op, str], tuple[Op, str]]] = {
    "ge": (("ge", "at_most"), ("gt", "above")),
    "gt": (("gt", "at_most"), ("gt", "above")),
    "lt": (("le", "above"), ("lt", "at_most")),
    "le": (("le", "above"), ("le", "at_most")),
}


class Program:
    """The compiled rulebook of one ``Day``: build once, evaluate often. Pure: same inputs, same formulas."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._readers: dict[str, Reader] = {}
        regime = day.book.regime
        self.stages = tuple(
            (stage, self.compile(stage.when, f"{regime.id}#{stage.outcome}") if stage.when else None) for stage in regime.stages
        )
        self.requires = tuple((one, self.applied(one)) for one in day.active if one.kind == "requires")

    def provision(self, name: str) -> Reader:
        """The reader of a provision: its status on the day and its condition, remembered per binding."""
        if name not in self._readers:
            self._readers[name] = self._provision(self.day.book.provisions[name])
        return self._readers[name]

    def _provision(self, provision: Provision) -> Reader:
        status, own = self.day.status(provision), rank(provision.evidence, provision.modality)
        not_met = rank(provision.evidence)  # "generally" qualifies what a provision says, not that it says nothing here
        if status not in ("in_force", "unknown"):
            return lambda view, binding: -not_met
        condition = self.day.condition(provision)
        inner = self.compile(condition, provision.id) if condition else None
        scopes = tuple(sorted(self.day.free_of(provision) - {"application"}))
        name, unconfirmed = provision.id, provision.evidence == "unconfirmed"
        uncertain, subject = status == "unknown", f"status[{self.day.status_subject(provision)}]"
        in_force = Leaf(Variable(subject, subject, "status", UNKNOWN), "in_force", bool, _YES_NO, name)

        def verdict(view: View, binding: Binding) -> Formula:
            key = (name, *[binding.get(scope, NOBODY) for scope in scopes]) if scopes else name
            log, fired = view.log, view.fired
            found = view.memo.get(key)
            if found is not None:
                result, start, end, first, last = found
                log.extend(log[start:end])
                fired.extend(fired[first:last])
                return result
            start, first = len(log), len(fired)
            result = inner(view, binding) if inner else MET
            if isinstance(result, int):
                if result > 0:
                    result = WEAKER[result][own]
                elif not unconfirmed:  # a text nobody confirmed supports no "not met", so it weakens none
                    result = -WEAKER[-result][not_met]
            if uncertain and not (isinstance(result, int) and result < 0):
                result = both([in_force, result])
            if isinstance(result, int) and result > 0:
                fired.append(Fired(name, provision.effect, status, provision.evidence, tuple(dict.fromkeys(log[start:]))))
            view.memo[key] = result, start, len(log), first, len(fired)
            return result

        return verdict

    def applied(self, provision: Provision) -> Reader:
        """A provision used where its own scope may not be bound: then one instance is enough (for ``requires`` all are needed)."""
        reader, over = self.provision(provision.id), provision.over
        if (over in self.day.cell_scopes and provision.kind != "requires") or over not in self.day.free_of(provision):
            return reader
        if over == "application":
            return reader
        among = ref(EVERYTHING[over])
        quantified = self._over(over, among, reader, provision.id, every=provision.kind == "requires")
        return lambda view, binding: reader(view, binding) if over in binding else quantified(view, binding)

    def compile(self, tree: Condition, owner: str) -> Reader:
        """The reader of a condition; ``owner`` is the provision or stage on whose account something is asked."""
        if self.day.as_if_controlled and tree == self.day.book.regime.item_condition:
            return lambda view, binding: MET
        match tree:
            case Atom():
                return self._atom(tree, owner)
            case All(parts):
                return _all([self.compile(part, owner) for part in parts])
            case Any_(parts):
                return _any([self.compile(part, owner) for part in parts])
            case Not(part):
                inner = self.compile(part, owner)
                return lambda view, binding: negate(inner(view, binding))
            case Quantified():
                return self._quantified(tree, owner)
            case Use(name):
                return self.applied(self.day.book.provisions[name])
            case Select():
                return _any([self.applied(one) for one in self.day.select(tree)], stop=False)

    def _quantified(self, tree: Quantified, owner: str) -> Reader:
        every, body = tree.kind == "every", tree.satisfies
        if tree.where is not None:
            body = Any_((Not(tree.where), body)) if every else All((tree.where, body))
        return self._over(tree.over, tree.among, self.compile(body, owner), owner, every=every, tag=digest(plain(tree))[:12])

    def _over(self, over: str, among: Ref, inner: Reader, owner: str, *, every: bool, tag: str = "") -> Reader:
        """``exists`` is *any* over the members and, in an open collection, a further one; ``every`` is its dual."""
        fold = both if every else either

        def read(view: View, binding: Binding) -> Formula:
            place = among.ground(binding.get(among.scope, NOBODY))
            ids, complete = view.instances(over, place)
            parts = [inner(view, {**binding, over: one}) for one in ids]
            if not complete:
                variable = Variable(f"{place}+{tag or owner}", place, "collection", UNKNOWN)
                further = Leaf(variable, "further", bool, _YES_NO, owner)
                parts.append(negate(further) if every else further)
            return fold(parts)

        return read

    def _atom(self, atom: Atom, owner: str) -> Reader:
        word = self.day.book.vocabulary[atom.ref.fact]
        if atom.op != "contains":
            return self._compared(atom, word, owner)
        if word.type == "fraction":
            return self._contains(atom, word, owner)
        return self._test(atom.ref, word, owner, membership(str(atom.value)), part=f"∋{atom.value}")

    def _contains(self, atom: Atom, word: Fact, owner: str) -> Reader:
        """``ge`` of a trace floor, except that *not detected* with a limit no higher than ``lod`` counts as none."""
        lod = self.day.number(atom.lod) if isinstance(atom.lod, Of) else literal(atom.lod, atom.unit, word)
        reader = self._compared(replace(atom, op="ge"), word, owner)
        if lod is None:
            return reader
        limit = Decimal(str(lod))
        before, scope, after = _place(atom.ref)

        def read(view: View, binding: Binding) -> Formula:
            said = view.value(before + binding.get(scope, NOBODY) + after)
            if isinstance(said, NotDetected) and said.limit <= limit:
                view.log.append(str(atom.lod))
                return NOT_MET
            return reader(view, binding)

        return read

    def _compared(self, atom: Atom, word: Fact, owner: str) -> Reader:
        """A comparison; with a number the law leaves between two ends it is sure outside them and the law's own question between."""
        operand = self.day.number(atom.value) if isinstance(atom.value, Of) else literal(atom.value, atom.unit, word)
        if not isinstance(operand, Range):
            house = self.day.narrowing(atom.value) if isinstance(atom.value, Of) else None
            test = self._test(atom.ref, word, owner, comparison(atom.op, operand, self.day.members(atom)))
            return _shown(f"{house.provision}#{house.name}", test) if house else test
        sure, possible = (
            self._test(atom.ref, word, owner, comparison(op, getattr(operand, end))) for op, end in _OPEN_ENDS[atom.op]
        )
        return _any([sure, _all([possible, _law_open(atom, owner)])])

    def _test(self, of: Ref, word: Fact, owner: str, named: Named, part: str = "") -> Reader:
        """One test of one fact: a constant when every value still possible agrees, an open leaf otherwise.

        ``part`` makes a variable of its own of one word of a set, since each word is a yes-or-no question.
        """
        key, test, points = named
        before, scope, after = _place(of)
        by = word.derived_by

        def read(view: View, binding: Binding) -> Formula:
            instance = binding.get(scope, NOBODY)
            place = before + instance + after
            said = view.statements.get(place)
            if said is not None:
                view.log.append(place)
                value = said.value
            else:
                value = view.value(place) if by is None else view.derive(place, by, instance, of.key)
            if type(value) is Known:
                return MET if test(value.value) else NOT_MET
            if not isinstance(value, Unknown):
                verdicts = {test(one) for one in candidates(value, word, points)}
                if len(verdicts) == 1:
                    return MET if verdicts.pop() else NOT_MET
            return Leaf(Variable(place + part, place, "fact", value), key, bool if part else test, points, owner)

        return read


def _shown(house: str, reader: Reader) -> Reader:
    """The same reading, with a note that it rests on a house value."""

    def read(view: View, binding: Binding) -> Formula:
        view.log.append(house)
        return reader(view, binding)

    return read


def _law_open(atom: Atom, owner: str) -> Reader:
    """The law's own question: where, between its two ends, does the number lie for this fact?"""
    before, scope, after = _place(atom.ref)
    subject = str(atom.value)

    def read(view: View, binding: Binding) -> Formula:
        variable = Variable(f"{subject}@{before}{binding.get(scope, NOBODY)}{after} {atom.op}", subject, "value", UNKNOWN)
        return Leaf(variable, "law", bool, _YES_NO, owner)

    return read


def _place(of: Ref) -> tuple[str, str, str]:
    """What stands before and after the instance in a ground reference, and the scope that binds it."""
    before, _, after = of.ground("\0").partition("\0")
    return before, of.scope, after


def _all(readers: Sequence[Reader]) -> Reader:
    def read(view: View, binding: Binding) -> Formula:
        parts = []
        for reader in readers:
            part = reader(view, binding)
            if isinstance(part, int) and part < 0:
                return part
            parts.append(part)
        return both(parts)

    return read


def _any(readers: Sequence[Reader], stop: bool = True) -> Reader:
    """``stop=False`` looks at every part, so that everything that fires is known."""

    def read(view: View, binding: Binding) -> Formula:
        parts = []
        for reader in readers:
            part = reader(view, binding)
            if stop and isinstance(part, int) and part > 0:
                return part
            parts.append(part)
        return either(parts)

    return read
