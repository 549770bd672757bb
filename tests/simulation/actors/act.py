"""An act: its name, whose it is, where it is in its place, and what is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from lodemark.case.model import Ground
from lodemark.ledger import Actor
from lodemark_office.acts import casework
from lodemark_office.acts.office import Office, Sent
from lodemark_office.acts.store import Answer
from tests.simulation.people import SIGNATORIES, STAFF
from tests.simulation.world import Letter, Send, World

Hands = Callable[[World, str], Sequence[Actor]]
When = Callable[[Any], bool]


@dataclass(frozen=True)
class Words:
    """What is written: to which dossier, in short, the sending itself, and what the world notes when it was taken."""

    scope: str
    text: str
    send: Send
    happened: Callable[[Answer], None] | None = None


Write = Callable[[World, str, Actor, Random], "Words | None"]


@dataclass(frozen=True)
class Act:
    """One row of the table; see the module. ``noun`` is the dossier it speaks to, empty where it opens one."""

    name: str
    noun: str
    hands: Hands
    when: Callable[[World, Any], bool]
    write: Write
    weight: float
    door: str

    def places(self, world: World) -> Sequence[str]:
        """Everywhere this act can be tried at all."""
        return list(world.of(self.noun)) if self.noun else [""]

    def ready(self, world: World) -> Sequence[str]:
        """Where it is in its place."""
        if not self.noun:
            return [""] if self.when(world, None) else []
        return [dossier for dossier, state in world.of(self.noun).items() if self.when(world, state)]

    def letter(self, world: World, place: str, who: Actor, chance: Random, key: str) -> Letter | None:
        """The letter, or ``None`` where the writer finds nothing to write."""
        words = self.write(world, place, who, chance)
        if words is None:
            return None
        text = f"{who.person} ({who.role}) {self.name} {place} {words.text}".rstrip()
        return Letter(self.name, who, key, text, words.send, words.scope, words.happened)


@dataclass
class Table:
    """Collects the acts of one door in the order they are written there."""

    door: str
    made: list[Act] = field(default_factory=list)

    def __call__(
        self, name: str, noun: str, hands: Hands, when: Callable[[World, Any], bool] | None = None, weight: float = 2
    ) -> Callable[[Write], Write]:
        def kept(write: Write) -> Write:
            self.made.append(Act(name, noun, hands, when or (lambda world, state: True), write, weight, self.door))
            return write

        return kept


def staff(*roles: str) -> Hands:
    """Hands of the office's people in these roles."""
    found = [one for role in roles for one in STAFF[role]]
    return lambda world, place: found


def party(world: World, place: str) -> Sequence[Actor]:
    """The signatory of whoever the dossier belongs to."""
    return [SIGNATORIES[owner]] if (owner := owner_of(world, place)) in SIGNATORIES else []


def owner_of(world: World, dossier: str) -> str:
    """The party a dossier is about."""
    noun = dossier.partition("/")[0]
    state = world.of(noun).get(dossier)
    match noun:
        case "application":
            return str(next(iter(world.store.entries(dossier))).stamp.actor.party)
        case "case":
            return owner_of(world, state.application)
        case "appeal":
            return owner_of(world, state.case)
        case "licence":
            return str(state.terms.holder)
        case "proceeding":
            return str(state.holder)
        case "finding":
            return str(state.party)
    return ""


def state(*names: str) -> Callable[[World, Any], bool]:
    """Dossiers in one of these states."""
    return lambda world, one: getattr(one, "status", "") in names or getattr(one, "state", "") in names


def to_case(dossier: str, kind: type, text: str = "", /, **own: Any) -> Words:
    """A command on a case."""

    def send(office: Office, sent: Sent) -> Answer:
        return casework.act(office, sent, dossier, kind(on=office.day(sent.at), by=sent.actor, **own))

    return Words(dossier, text, send)


def in_days(world: World, days: int) -> date:
    """A day ahead of the office's clock."""
    return world.office.day(world.clock + timedelta(days=days))


def against() -> Ground:
    """The reason officers here refuse for."""
    return Ground("ground-quantity-not-explained", "cn/ecl-2020/13-6", {})


def in_favour() -> Ground:
    """The reason officers here grant for."""
    return Ground("ground-civil-use-stated", "cn/ecl-2020/13-6", {})
