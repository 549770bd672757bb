"""The facts of one file: an immutable set of statements, collections with their completeness, and derived facts.

A statement is keyed by its ground reference: ``line[L1].fraction[Dy]``, ``party[p3].military``, ``application.kind``. A collection
(``application.lines``, ``crossing[x1].subtree``, and the keys of a keyed fact such as ``line[L1].fraction``) says which members it has and
whether these are all::

    facts = FactSet().state({"line[L1].family": "ndfeb_sintered"}, source="exporter").collect("application.lines", ["L1"], complete=True)
    facts = facts.answer("line[L1].fraction[Dy]", Decimal("0.0036"), source="lab1")
    facts.value("line[L1].fraction[Dy]")                     # Known(Decimal("0.0036"))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from lodemark.ledger import digest
from lodemark.rules.trouble import NotAnAnswer
from lodemark.rules.value import UNKNOWN, FactValue, Known, NotDetected, OneOf, Plain, Unknown, Within, as_value, is_subset

_GROUND = re.compile(r"([a-z_]+)(?:\[([^\]]*)\])?\.([a-z0-9_]+)(?:\[([^\]]+)\])?")


class Facts(Protocol):
    """What a derived fact may read: base facts and collections. What it reads is noted, so what it lacks can be asked for."""

    def value(self, ref: str) -> FactValue:
        """The set of values still possible for a ground reference."""
        ...

    def instances(self, scope: str, among: str) -> tuple[tuple[str, ...], bool]:
        """The members of a collection, and whether these are all."""
        ...


# ``derive(facts, instance, key)``: sets in, a set out (interval arithmetic); called by the dotted name the vocabulary gives.
Derive = Callable[[Facts, str, str | None], FactValue]


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said. ``seal``: the salted digest of an answer that went straight to the authority."""

    value: FactValue
    source: str = ""
    seal: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Members in a fixed order; ``complete`` only when somebody said that there are no others."""

    ids: tuple[str, ...] = ()
    complete: bool = False


_OPEN = Collection()


@dataclass(frozen=True)
class FactSet:
    """The facts of one file at one moment. Every method gives a new set; ``derive`` maps dotted names to functions and is not part of the digest."""

    statements: Mapping[str, Statement] = field(default_factory=dict)
    collections: Mapping[str, Collection] = field(default_factory=dict)
    derive: Mapping[str, Derive] = field(default_factory=dict, compare=False)

    def value(self, ref: str) -> FactValue:
        """The set of values still possible. An element missing from a complete composition is 0, from an open one unknown."""
        found = self.statements.get(ref)
        if found is not None:
            return found.value
        return Known(0) if self.is_absent(ref) else UNKNOWN

    def is_absent(self, ref: str) -> bool:
        """Whether ``ref`` is a keyed fact whose key is missing from a complete collection of keys."""
        keyed, bracket, key = ref.rpartition("[")
        if not bracket or "." not in keyed:
            return False
        keys = self.collections.get(keyed, _OPEN)
        return keys.complete and key[:-1] not in keys.ids

    def instances(self, scope: str, among: str) -> tuple[tuple[str, ...], bool]:
        """Members of the collection ``among`` (of ``scope``) and whether these are all; a collection nobody stated is empty and open."""
        found = self.collections.get(among, _OPEN)
        return found.ids, found.complete

    def state(self, values: Mapping[str, FactValue | Plain], source: str = "") -> FactSet:
        """First statements, as read from a file or gathered by the office."""
        new = {ref: Statement(as_value(value), source) for ref, value in values.items()}
        return replace(self, statements={**self.statements, **new})

    def answer(self, ref: str, value: FactValue | Plain, source: str = "") -> FactSet:
        """A more precise statement; raises ``NotAnAnswer`` when it is not among the values still possible."""
        new = as_value(value)
        if not is_subset(new, self.value(ref)):
            raise NotAnAnswer(name=ref, value=text(new), before=text(self.value(ref)))
        return self.correct(ref, new, source)

    def correct(self, ref: str, value: FactValue | Plain, source: str = "") -> FactSet:
        """A different statement: the caller makes a new version of the file of it."""
        return replace(self, statements={**self.statements, ref: Statement(as_value(value), source)})

    def seal(self, ref: str, seal: str, value: FactValue | Plain = UNKNOWN, source: str = "") -> FactSet:
        """A sealed answer: in the exporter's file only its digest, in the authority's also the value."""
        return replace(self, statements={**self.statements, ref: Statement(as_value(value), source, seal)})

    def collect(self, among: str, ids: Iterable[str], complete: bool = False) -> FactSet:
        """A collection with its members. What was complete stays so: another member would be a correction and starts from a new set."""
        before = self.collections.get(among, _OPEN)
        new = Collection(tuple(ids), complete)
        if (before.complete and before != new) or not set(before.ids) <= set(new.ids):
            raise NotAnAnswer(name=among, value=", ".join(new.ids), before=", ".join(before.ids))
        return replace(self, collections={**self.collections, among: new})

    def close(self, among: str) -> FactSet:
        """The answer "there are no others"."""
        return self.collect(among, self.collections.get(among, _OPEN).ids, complete=True)

    @cached_property
    def sealed(self) -> frozenset[str]:
        """The references somebody answered, or promised to answer, under seal."""
        return frozenset(ref for ref, said in self.statements.items() if said.seal)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the canonical statements and collections (hex).

        A sealed answer counts by its salted seal: by its value, whoever knows the rest of the file could find it out by trying.
        """
        statements = {
            ref: [said.seal, said.source] if said.seal else [text(said.value), said.source]
            for ref, said in self.statements.items()
        }
        collections = {ref: [list(found.ids), found.complete] for ref, found in self.collections.items()}
        return digest({"statements": statements, "collections": collections})


def split(ref: str) -> tuple[str, str, str, str | None]:
    """``party[p3].country`` is scope ``party``, instance ``p3``, name ``country``, no key."""
    found = _GROUND.fullmatch(ref)
    assert found, f"not a ground reference: {ref}"
    return found[1], found[2] or "", found[3], found[4]


def is_ground(ref: str) -> bool:
    """Whether a text has the form of a ground reference."""
    return _GROUND.fullmatch(ref) is not None


def word_of(ref: str) -> str:
    """The vocabulary id of a ground reference: ``line[L1].fraction[Dy]`` is ``line.fraction``."""
    scope, _, name, _ = split(ref)
    return f"{scope}.{name}"


def text(value: FactValue) -> str:
    """One canonical text per set, for digests and messages."""
    match value:
        case Known(known):
            return _plain(known)
        case Within(lo, hi):
            return f"[{'' if lo is None else _plain(lo)} .. {'' if hi is None else _plain(hi)}]"
        case OneOf(values):
            return "{" + ", ".join(sorted(map(_plain, values))) + "}"
        case NotDetected(limit):
            return f"n.d. <= {_plain(limit)}"
        case Unknown():
            return "?"


def _plain(value: Plain) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    if isinstance(value, frozenset):
        return "{" + ", ".join(sorted(value)) + "}"
    if isinstance(value, str):
        return value
    written = format(value, "f") if not hasattr(value, "isoformat") else value.isoformat()
    return written.rstrip("0").rstrip(".") if "." in written else written
