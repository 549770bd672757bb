"""Compile the conditions of a rulebook on one day into functions ``(view, binding) -> Formula``.

Whatever depends only on the day is settled while compiling: which provisions are in force, which value a number has, which words a list
holds. ``atom`` reads the single comparisons, this module provisions, quantifiers and what holds them together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lodemark.ledger import digest
from lodemark.rules.atom import read_atom
from lodemark.rules.condition import EVERYTHING, All, Any_, Atom, Condition, Not, Of, Quantified, Ref, Select, Use, plain, ref
from lodemark.rules.day import Day
from lodemark.rules.formula import MET, WEAKER, Formula, Leaf, Variable, both, either, negate, rank
from lodemark.rules.model import Provision
from lodemark.rules.reader import NOBODY, YES_NO, Binding, Reader, all_of, any_of, place
from lodemark.rules.value import UNKNOWN, Known, Plain
from lodemark.rules.view import View

# Fewer provisions than this are read one by one.
_WORTH_AN_INDEX = 8


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
        # "Generally" qualifies what a provision says, not that it says nothing here; and a text nobody confirmed supports no "not met".
        not_met = 1 if provision.evidence == "unconfirmed" else rank(provision.evidence)
        if status not in ("in_force", "unknown"):
            return lambda view, binding: -not_met
        condition = self.day.condition(provision)
        inner = self.compile(condition, provision.id) if condition else None
        scopes = tuple(sorted(self.day.free_of(provision) - {"application"}))
        name = provision.id
        uncertain, subject = status == "unknown", f"status[{self.day.status_subject(provision)}]"
        in_force = Leaf(Variable(subject, subject, "status", UNKNOWN), "in_force", bool, YES_NO, name)

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
                result = WEAKER[result][own] if result > 0 else -WEAKER[-result][not_met]
            if uncertain and not (isinstance(result, int) and result < 0):
                result = both([in_force, result])
            if isinstance(result, int) and result > 0:
                fired.append((provision, status, start, len(log)))
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
                return read_atom(self.day, tree, owner)
            case All(parts):
                return all_of([self.compile(part, owner) for part in parts])
            case Any_(parts):
                return any_of([self.compile(part, owner) for part in parts])
            case Not(part):
                inner = self.compile(part, owner)
                return lambda view, binding: negate(inner(view, binding))
            case Quantified():
                return self._quantified(tree, owner)
            case Use(name):
                return self.applied(self.day.book.provisions[name])
            case Select():
                return self._any_of(self.day.select(tree))

    def _any_of(self, chosen: Sequence[Provision]) -> Reader:
        """At least one of many provisions, all of them looked at. Most control-list entries begin by naming the material, so where that is known
        only the entries that name it are read; of the others it is known beforehand that they are not met, and how well.
        """
        all_of_them = any_of([self.applied(one) for one in chosen], stop=False)
        heads = {one.id: head for one in chosen if (head := self._head(one)) is not None}
        shared = Counter(atom.ref for atom in heads.values()).most_common(1)
        if not shared or shared[0][1] < _WORTH_AN_INDEX:
            return all_of_them
        by_head = shared[0][0]
        wanted = {name: self._words(atom) for name, atom in heads.items() if atom.ref == by_head}
        before, scope, after = place(by_head)

        def only(word: Plain) -> tuple[tuple[Reader, ...], int]:
            left = [one for one in chosen if one.id not in wanted or word in wanted[one.id]]
            rank_of_rest = 1
            for one in chosen:
                if one not in left and one.evidence != "unconfirmed":
                    rank_of_rest = WEAKER[rank_of_rest][rank(one.evidence)]
            return tuple(self.applied(one) for one in left), -rank_of_rest

        other = only(None)
        index = {word: only(word) for word in frozenset[Plain]().union(*wanted.values())}

        def read(view: View, binding: Binding) -> Formula:
            fact = before + binding.get(scope, NOBODY) + after
            said = view.statements.get(fact)
            if said is None or type(said.value) is not Known:
                return all_of_them(view, binding)
            view.log.append(fact)
            readers, rest = index.get(said.value.value, other)
            return either([*[reader(view, binding) for reader in readers], rest])

        return read

    def _head(self, provision: Provision) -> Atom | None:
        """The first thing a provision asks, if it is the word of a fact of the cell."""
        condition = self.day.condition(provision)
        first = condition.parts[0] if isinstance(condition, All) else condition
        plain_word = isinstance(first, Atom) and first.op in ("eq", "in") and not isinstance(first.value, Of | bool)
        if (
            not isinstance(first, Atom)
            or not plain_word
            or provision.over not in self.day.cell_scopes
            or provision.kind == "requires"
        ):
            return None
        word = self.day.book.vocabulary[first.ref.fact]
        return first if word.type in ("enum", "country") and word.derived_by is None else None

    def _words(self, atom: Atom) -> frozenset[Plain]:
        return frozenset(self.day.members(atom)) if atom.op == "in" else frozenset({str(atom.value)})

    def _quantified(self, tree: Quantified, owner: str) -> Reader:
        every, body = tree.kind == "every", tree.satisfies
        if tree.where is not None:
            body = Any_((Not(tree.where), body)) if every else All((tree.where, body))
        return self._over(tree.over, tree.among, self.compile(body, owner), owner, every=every, tag=digest(plain(tree))[:12])

    def _over(self, over: str, among: Ref, inner: Reader, owner: str, *, every: bool, tag: str = "") -> Reader:
        """``exists`` is *any* over the members and, in an open collection, a further one; ``every`` is its dual."""
        fold = both if every else either

        def read(view: View, binding: Binding) -> Formula:
            collection = among.ground(binding.get(among.scope, NOBODY))
            ids, complete = view.instances(over, collection)
            parts = [inner(view, {**binding, over: one}) for one in ids]
            if not complete:
                variable = Variable(f"{collection}+{tag or owner}", collection, "collection", UNKNOWN)
                further = Leaf(variable, "further", bool, YES_NO, owner)
                parts.append(negate(further) if every else further)
            return fold(parts)

        return read
