"""Conditions as plain trees: no expression language, so they can be validated, compared and spoken.

``condition({"all": [{"fact": "line.family", "in": ["ndfeb_sintered"]}, {"not": {"fact": "node.deep_processed"}}]})`` reads a tree that
has passed ``schema/common.json``; ``plain`` writes it back. A bare ``{fact: f}`` means ``{fact: f, op: eq, value: true}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Op = Literal["eq", "ne", "lt", "le", "gt", "ge", "contains", "present", "in"]
ROLES = ("exporter", "consignee", "end_user", "ultimate_end_user")
SCOPES = ("application", "line", "crossing", "node", "party", "end_use", "document")
# A quantifier that names no ``among`` ranges over everything of its scope in the application.
EVERYTHING: Mapping[str, str] = {scope: f"application.{scope}s" for scope in (*SCOPES[1:], *ROLES)} | {
    "party": "application.parties"
}

_REF = re.compile(r"([a-z_]+)\.([a-z0-9_]+)(?:\[([A-Za-z0-9_.-]+)\])?")


@dataclass(frozen=True, slots=True)
class Ref:
    """A fact named in a condition: the scope that binds it (``end_user``), its name, a key (``Dy``) where it has one."""

    scope: str
    name: str
    key: str | None = None

    @property
    def fact(self) -> str:
        """Its id in the vocabulary: an end user's country is the word ``party.country``."""
        return f"{'party' if self.scope in ROLES else self.scope}.{self.name}"

    def ground(self, instance: str) -> str:
        """The reference to one instance's fact: ``line[L1].fraction[Dy]``."""
        scope = "party" if self.scope in ROLES else self.scope
        place = scope if scope == "application" else f"{scope}[{instance}]"
        return f"{place}.{self.name}" + (f"[{self.key}]" if self.key else "")

    def __str__(self) -> str:
        return f"{self.scope}.{self.name}" + (f"[{self.key}]" if self.key else "")


def ref(text: str) -> Ref:
    """Read ``line.fraction[Dy]``."""
    found = _REF.fullmatch(text)
    assert found, f"not a reference: {text}"
    return Ref(found[1], found[2], found[3])


@dataclass(frozen=True, slots=True)
class Of:
    """A dated value of a provision: ``cn/ann18-2025/trace#Dy``."""

    provision: str
    name: str

    def __str__(self) -> str:
        return f"{self.provision}#{self.name}"


@dataclass(frozen=True, slots=True)
class ListOf:
    """The words of a named list."""

    id: str


Operand = str | int | bool | Decimal | Of | None


@dataclass(frozen=True, slots=True)
class Atom:
    """One comparison of one fact. ``members`` only for ``in``, ``lod`` (limit of detection that counts as absence) only for ``contains``."""

    ref: Ref
    op: Op
    value: Operand = None
    unit: str | None = None
    lod: Operand = None
    members: tuple[str | int, ...] | ListOf = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    """At least one part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not met."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Quantified:
    """``exists`` or ``every`` over the instances of ``over`` in the collection ``among`` for which ``where`` is met."""

    kind: Literal["exists", "every"]
    over: str
    among: Ref
    where: Condition | None
    satisfies: Condition


@dataclass(frozen=True, slots=True)
class Use:
    """Another provision: its condition and its status on the day."""

    provision: str


@dataclass(frozen=True, slots=True)
class Select:
    """At least one of the provisions of this kind, effect, instrument and scope (those that are given)."""

    kind: str | None = None
    effect: str | None = None
    instrument: str | None = None
    over: str | None = None

    def given(self) -> tuple[tuple[str, str], ...]:
        """What it asks for, by name."""
        every = (("kind", self.kind), ("effect", self.effect), ("instrument", self.instrument), ("over", self.over))
        return tuple((name, value) for name, value in every if value is not None)


Condition = Atom | All | Any_ | Not | Quantified | Use | Select


def condition(raw: Mapping[str, Any], owner: str = "") -> Condition:
    """The tree of a validated mapping; ``owner`` is the provision whose values a bare ``{of: name}`` means."""
    match raw:
        case {"all": parts}:
            return All(tuple(condition(part, owner) for part in parts))
        case {"any": parts}:
            return Any_(tuple(condition(part, owner) for part in parts))
        case {"not": part}:
            return Not(condition(part, owner))
        case {"provision": name}:
            return Use(name)
        case {"provisions": chosen}:
            return Select(**chosen)
        case {"fact": fact, "in": members}:
            return Atom(ref(fact), "in", members=ListOf(members["list"]) if isinstance(members, dict) else tuple(members))
        case {"fact": fact}:
            op = raw.get("op", "eq")
            value = _operand(raw.get("value"), owner) if "value" in raw or op == "present" else True
            return Atom(ref(fact), op, value, raw.get("unit"), _operand(raw.get("lod"), owner))
    kind: Literal["exists", "every"] = "exists" if "exists" in raw else "every"
    body = raw[kind]
    where = condition(body["where"], owner) if "where" in body else None
    among = ref(body.get("among") or EVERYTHING[body["over"]])
    return Quantified(kind, body["over"], among, where, condition(body["satisfies"], owner))


def _operand(raw: Any, owner: str) -> Operand:
    if isinstance(raw, Mapping):
        provision, _, name = raw["of"].rpartition("#")
        return Of(provision or owner, name)
    value: Operand = raw
    return value


def walk(tree: Condition) -> Iterator[Condition]:
    """The tree and every part of it, outermost first."""
    yield tree
    match tree:
        case All(parts) | Any_(parts):
            for part in parts:
                yield from walk(part)
        case Not(part):
            yield from walk(part)
        case Quantified(where=where, satisfies=satisfies):
            if where is not None:
                yield from walk(where)
            yield from walk(satisfies)


def plain(tree: Condition) -> dict[str, Any]:
    """The tree as plain data again, every reference written out in full: equal trees give equal data."""
    match tree:
        case All(parts):
            return {"all": [plain(part) for part in parts]}
        case Any_(parts):
            return {"any": [plain(part) for part in parts]}
        case Not(part):
            return {"not": plain(part)}
        case Use(name):
            return {"provision": name}
        case Select():
            return {"provisions": dict(tree.given())}
        case Quantified():
            body: dict[str, Any] = {"over": tree.over, "among": str(tree.among), "satisfies": plain(tree.satisfies)}
            return {tree.kind: body | ({"where": plain(tree.where)} if tree.where else {})}
        case Atom(op="in"):
            members = tree.members
            return {"fact": str(tree.ref), "in": {"list": members.id} if isinstance(members, ListOf) else list(members)}
    out: dict[str, Any] = {"fact": str(tree.ref), "op": tree.op}
    for name, operand in (("value", tree.value), ("lod", tree.lod)):
        if operand is not None:
            out[name] = {"of": str(operand)} if isinstance(operand, Of) else operand
    return out | ({"unit": tree.unit} if tree.unit else {})
