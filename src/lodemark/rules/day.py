"""What a rulebook says on one day, under given assumptions: who is in force, which number holds, what a selector means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, cast

from lodemark.rules.condition import All, Any_, Atom, Condition, ListOf, Not, Of, Quantified, Ref, Select, Use
from lodemark.rules.model import DatedValue, Instrument, Is, Provision, Rulebook, RuleValue

Unconfirmed = Literal["unknown", "flag"]


@dataclass(frozen=True)
class Day:
    """A rulebook on one day.

    ``assume`` maps an instrument or provision to a status, or ``provision#name`` to a number (in parts of 1, or mg), for what-if questions.
    ``as_if_controlled`` takes the regime's item condition as met wherever it stands. ``unconfirmed``: ``unknown``, a provision nobody confirmed cannot decide; ``flag``, it may fire and its grade shows.
    """

    book: Rulebook
    on: date
    assume: Mapping[str, str] = field(default_factory=dict)
    unconfirmed: Unconfirmed = "unknown"
    as_if_controlled: bool = False

    def status(self, provision: Provision) -> Is:
        """An assumption about the provision or its instrument before the text; before its first segment it is only announced."""
        assumed = self.assume.get(provision.id) or self.assume.get(provision.instrument)
        if assumed is not None:
            return cast(Is, assumed)  # checked where assumptions come in
        segment = provision.segment(self.on)
        if segment is None:
            return "announced"
        unsure = provision.evidence == "unconfirmed" and self.unconfirmed == "unknown" and segment.is_ == "in_force"
        return "unknown" if unsure else segment.is_

    def status_subject(self, provision: Provision) -> str:
        """Whose status is in question when it is unknown: the instrument's where the provision has none of its own."""
        home = self.book.instruments.get(provision.instrument)
        shared = home is not None and home.status == provision.status and provision.evidence != "unconfirmed"
        return provision.instrument if shared else provision.id

    @cached_property
    def active(self) -> tuple[Provision, ...]:
        """The provisions that are, or may be, in force, by id."""
        return tuple(one for one in self._ordered if self.status(one) in ("in_force", "unknown"))

    @cached_property
    def unchecked(self) -> tuple[Instrument, ...]:
        """The texts at which nobody has looked since a day before this one."""
        return tuple(one for one in self.book.instruments.values() if self.on > one.checked_until)

    @cached_property
    def _ordered(self) -> tuple[Provision, ...]:
        return tuple(one for _, one in sorted(self.book.provisions.items()))

    def select(self, chosen: Select) -> list[Provision]:
        """The provisions a selector means, by id."""
        return [one for one in self._ordered if all(getattr(one, name) == value for name, value in chosen.given())]

    def number(self, of: Of) -> RuleValue:
        """The value on the day: an assumption first, then a house rule that narrows it, then the text."""
        assumed = self.assume.get(str(of))
        if assumed is not None:
            return Decimal(assumed)
        return (self.narrowing(of) or self.dated(of)).value

    def narrowing(self, of: Of) -> DatedValue | None:
        """The house value that narrows a range of the law on this day, if the regime has one."""
        return next((value for value in self._narrowing if value.narrows == str(of) and _holds(value, self.on)), None)

    @cached_property
    def _narrowing(self) -> tuple[DatedValue, ...]:
        return tuple(value for one in self._ordered for value in one.values if value.narrows)

    def dated(self, of: Of) -> DatedValue:
        """The dated value; on a day before its first or after its last period the nearest one, since the status decides whether it counts."""
        values = [value for value in self.book.provision(of.provision).values if value.name == of.name]
        return next((value for value in values if _holds(value, self.on)), None) or min(
            values, key=lambda value: abs(value.start - self.on)
        )

    def members(self, atom: Atom) -> tuple[str | int, ...]:
        """The words an ``in`` allows."""
        return self.book.lists[atom.members.id].items if isinstance(atom.members, ListOf) else atom.members

    def condition(self, provision: Provision) -> Condition | None:
        """The provision's condition; a ``requires`` provision binds only the licence kinds it names."""
        if not provision.for_ or provision.when is None:
            return provision.when
        return Any_((Not(Atom(Ref("application", "kind"), "in", members=provision.for_)), provision.when))

    def free(self, tree: Condition) -> frozenset[str]:
        """The scopes a condition reads from its surroundings, through the provisions it uses."""
        match tree:
            case Atom(ref=ref):
                return frozenset({ref.scope})
            case All(parts) | Any_(parts):
                return frozenset[str]().union(*map(self.free, parts))
            case Not(part):
                return self.free(part)
            case Quantified(over=over, among=among, where=where, satisfies=satisfies):
                inside = self.free(satisfies) | (self.free(where) if where else frozenset())
                return (inside - {over}) | {among.scope}
            case Use(name):
                return self.free_of(self.book.provisions[name])
            case Select():
                return frozenset[str]().union(*map(self.free_of, self.select(tree)))

    def free_of(self, provision: Provision) -> frozenset[str]:
        """The scopes a provision needs bound."""
        condition = self.condition(provision)
        return self.free(condition) if condition else frozenset()

    @cached_property
    def cell_scopes(self) -> frozenset[str]:
        """The scopes every cell binds."""
        return frozenset(scope for scope, _ in self.book.regime.cells) | {"application", "exporter", "consignee"}


def _holds(value: DatedValue, on: date) -> bool:
    return value.start <= on and (value.until is None or on < value.until)
