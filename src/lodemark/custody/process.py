"""What happened, as processes: transformation, origin, assembly, disassembly, destruction; one list from the active facts.

A process is one transformation, or all events of one ``transformationID`` of one party. Moves are dated by their own event,
so a campaign of weeks consumes and delivers when it did.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lodemark.custody.facts import Fact, Part, stated_mass
from lodemark.custody.namespace import CBV
from lodemark.custody.status import CONTRADICTED
from lodemark.custody.unit import mass_mg
from lodemark.ledger import canonical

# Logistic units, shipments and crates hold lots; they are no lots themselves.
_CONTAINERS = tuple(f"https://id.gs1.org/{ai}/" for ai in ("00", "401", "402", "8003"))
UNSTATED = "unstated"


@dataclass(frozen=True, slots=True)
class Move:
    """A lot going into (``out=False``) or coming out of a process. ``lo``/``hi`` span contradicting statements."""

    process: str
    thing: str
    out: bool
    time_us: int
    mass_mg: int | None
    lo: int | None
    hi: int | None
    whole: bool  # one instance: without a stated mass it moves entirely
    event: str


@dataclass(frozen=True, slots=True)
class Process:
    """One process with its moves, in order of their own times."""

    id: str
    kind: str
    time_us: int
    party: str
    site: str | None
    step: str | None
    custody_model: str
    moves: tuple[Move, ...]
    losses: tuple[tuple[str, int | None], ...] = ()
    events: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Masses:
    """What one piece weighs, where a class or its ilmd says so (``lode:unitMass``)."""

    of: Mapping[str, int] = field(default_factory=dict)

    def part(self, part: Part) -> int | None:
        """The mass of a part: stated, or pieces times their declared unit mass, else None."""
        if part.mass_mg is not None:
            return part.mass_mg
        one = self.of.get(part.thing, self.of.get(class_of(part.thing)))
        return None if one is None or part.count is None else one * part.count


def class_of(thing: str) -> str:
    """The product class of a lot or serial: the identifier without its qualifier."""
    for mark in ("/21/", "/10/", "/235/", "/8011/"):
        head, found, _ = thing.rpartition(mark)
        if found:
            return head
    return thing


def is_container(thing: str) -> bool:
    """Whether the identifier names a package or shipment rather than goods."""
    return thing.startswith(_CONTAINERS)


def unit_masses(facts: Iterable[Fact]) -> Masses:
    """Declared masses of one piece, by serial, lot or class; the smallest statement wins so that order does not matter."""
    found: dict[str, set[int]] = defaultdict(set)
    for fact in facts:
        told = stated_mass(fact.lode.get("unitMass"))
        mass = mass_mg(*told) if told else None
        if mass is not None:
            for part in fact.parts:
                if part.role in ("object", "out"):
                    found[part.thing].add(mass)
                    found[class_of(part.thing)].add(mass)
    return Masses({thing: min(masses) for thing, masses in found.items()})


def processes(facts: Sequence[Fact]) -> list[Process]:
    """Every process of the active facts, sorted by time and id."""
    masses = unit_masses(facts)
    campaigns: dict[tuple[str, str], list[tuple[Fact, Sequence[Fact]]]] = defaultdict(list)
    found: list[Process] = []
    for fact, rivals in _spoken_once(facts):
        if fact.kind == "TransformationEvent":
            campaigns[fact.party, fact.transformation or fact.key].append((fact, rivals))
        elif fact.kind == "ObjectEvent" and fact.action in ("ADD", "DELETE"):
            found.extend(_single(fact, rivals, masses, "origin" if fact.action == "ADD" else "destruction"))
        elif fact.kind == "AssociationEvent" and fact.action in ("ADD", "DELETE"):
            found.extend(_single(fact, rivals, masses, "assembly" if fact.action == "ADD" else "disassembly"))
    found.extend(_campaign(party, name, members, masses) for (party, name), members in campaigns.items())
    return sorted(found, key=lambda p: (p.time_us, p.id))


def _spoken_once(facts: Sequence[Fact]) -> Iterable[tuple[Fact, Sequence[Fact]]]:
    """Facts whose goods move; contradicting statements about one event speak once, with their rivals beside them."""
    flowing = [f for f in facts if f.status in ("active", CONTRADICTED) and not f.declaration]
    rivals: dict[str, list[Fact]] = defaultdict(list)
    for fact in flowing:
        if fact.status == CONTRADICTED:
            for name in fact.ids:
                rivals[name].append(fact)
    for fact in flowing:
        group = sorted({f.key: f for name in fact.ids for f in rivals[name]}.values(), key=lambda f: f.key)
        if not group:
            yield fact, ()
        elif group[0] is fact:
            yield fact, group[1:]


_SIDES = {
    "origin": {"object": True},
    "destruction": {"object": False},
    "transformation": {"in": False, "out": True},
    "assembly": {"child": False, "parent": True},
    "disassembly": {"parent": False, "child": True},
}


def _moves(fact: Fact, rivals: Sequence[Fact], kind: str, process: str, masses: Masses) -> Iterable[Move]:
    sides = _SIDES[kind]
    totals: dict[tuple[str, str], list[Part]] = defaultdict(list)
    for part in fact.parts:
        if part.role in sides and not is_container(part.thing):
            totals[part.role, part.thing].append(part)
    for (role, thing), parts in totals.items():
        mass = _sum(masses.part(p) for p in parts)
        said = [mass, *(_said(rival, role, thing, masses) for rival in rivals)]
        known = [m for m in said if m is not None]
        # Both of two contradicting statements stay: the interval covers both.
        lo, hi = (min(known), max(known)) if known and len(known) == len(said) else (mass, mass)
        # An assembled thing carries no stated mass of its own: it is what went into it.
        stated = None if role == "parent" else mass
        whole = all(p.mass_mg is None and p.count == 1 for p in parts)
        yield Move(process, thing, sides[role], fact.occurred_us, stated, lo, hi, whole, fact.key)


def _said(fact: Fact, role: str, thing: str, masses: Masses) -> int | None:
    return _sum(masses.part(p) for p in fact.parts if (p.role, p.thing) == (role, thing))


def _sum(values: Iterable[int | None]) -> int | None:
    listed = list(values)
    return None if any(v is None for v in listed) else sum(v or 0 for v in listed)


def _single(fact: Fact, rivals: Sequence[Fact], masses: Masses, kind: str) -> Iterable[Process]:
    moves = sorted(_moves(fact, rivals, kind, fact.key, masses), key=lambda m: (m.out, m.thing))
    parent = next((p.thing for p in fact.parts if p.role == "parent"), None)
    if moves:
        yield Process(
            fact.key,
            kind,
            fact.occurred_us,
            fact.party,
            fact.site,
            fact.step,
            model(fact),
            tuple(moves),
            _losses(fact),
            (fact.key,),
            parent,
        )


def _campaign(party: str, name: str, members: Sequence[tuple[Fact, Sequence[Fact]]], masses: Masses) -> Process:
    ordered = sorted(members, key=lambda m: (m[0].occurred_us, m[0].key))
    first = ordered[0][0]
    joined = first.transformation is not None
    # The same campaign id of another party is another process.
    process = hashlib.sha256(canonical([party, name])).hexdigest() if joined else first.key
    moves = [move for fact, rivals in ordered for move in _moves(fact, rivals, "transformation", process, masses)]
    models = {model(fact) for fact, _ in ordered} - {UNSTATED}
    return Process(
        id=process,
        kind="transformation",
        time_us=first.occurred_us,
        party=party,
        site=next((f.site for f, _ in ordered if f.site), None),
        step=next((f.step for f, _ in ordered if f.step), None),
        custody_model=min(models, default=UNSTATED),
        moves=tuple(sorted(_netted(moves), key=lambda m: (m.time_us, m.out, m.thing, m.event))),
        losses=tuple(loss for fact, _ in ordered for loss in _losses(fact)),
        events=tuple(fact.key for fact, _ in ordered),
    )


def _netted(moves: Sequence[Move]) -> list[Move]:
    """A lot both in and out of one campaign counts once, by the difference (M-IN-IS-OUT); several moves of it add up."""
    sides: dict[tuple[str, bool], list[Move]] = defaultdict(list)
    for move in moves:
        sides[move.thing, move.out].append(move)
    if len(sides) == len(moves) and not any((thing, not out) in sides for thing, out in sides):
        return list(moves)  # the plain case: every lot once, on one side
    found = []
    for (thing, out), same in sides.items():
        total = _total(same)
        other = sides.get((thing, not out))
        if other is None:
            found.append(total)
            continue
        back = _total(other)
        if total.mass_mg is None or back.mass_mg is None:
            found.extend([total] if out else [])  # weighed on one side only: keep what came out
        elif total.mass_mg > back.mass_mg:
            rest = total.mass_mg - back.mass_mg
            found.append(replace(total, mass_mg=rest, lo=rest, hi=rest))
    return found


def _total(same: Sequence[Move]) -> Move:
    return replace(
        same[0],
        mass_mg=_sum(m.mass_mg for m in same),
        lo=_sum(m.lo for m in same),
        hi=_sum(m.hi for m in same),
    )


def model(fact: Fact) -> str:
    """The custody model a statement claims (ISO 22095), ``unstated`` when it claims none."""
    told = fact.lode.get("custodyModel")
    return told.rsplit("#", 1)[-1].rsplit(":", 1)[-1] if isinstance(told, str) else UNSTATED


def _losses(fact: Fact) -> tuple[tuple[str, int | None], ...]:
    told = fact.lode.get("massLoss")
    found = []
    for item in told if isinstance(told, list) else [told] if told else []:
        stated = stated_mass(item)
        reason = str(item.get("reason", UNSTATED)) if isinstance(item, Mapping) else UNSTATED
        found.append((reason, mass_mg(*stated) if stated else None))
    return tuple(found)


DESTROYING = (CBV + "BizStep-destroying", CBV + "BizStep-decommissioning")
