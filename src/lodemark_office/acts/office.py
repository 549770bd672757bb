"""The office as the acts know it: its store, the regime it applies, the party lists it screens against.

Everything the acts need from outside is here, so the same act runs in memory, on SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from lodemark import Refusal
from lodemark.application.decide import FilingRules
from lodemark.case.rules import ZONE, CaseRules
from lodemark.ledger import Actor, Record, canonical, jsonable
from lodemark.licence import Licence
from lodemark.licence.narrow import Needs
from lodemark.licence.rules import Rules as LicenceRules
from lodemark.licence.rules import rules_on
from lodemark.rules import Calendar, Rulebook, calendar, load
from lodemark_office.acts.scanning import Scan, unscanned
from lodemark_office.acts.screening import Screener
from lodemark_office.acts.store import Answer, Drawn, Order, Store
from lodemark_office.acts.write import Decided, write

ACT_MEDIA = "application/vnd.lodemark.act+json"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as it arrived: the sender's idempotency key, who the session says it is, and the instant."""

    key: str
    actor: Actor
    at: datetime


@dataclass(frozen=True)
class Office:
    """One licensing office. ``regime`` names the rulebook; ``jurisdiction`` its calendar and licence values; ``scan`` its scanner."""

    store: Store
    regime: str = "cn-ann18"
    jurisdiction: str = "cn"
    scan: Scan = unscanned

    @cached_property
    def screener(self) -> Screener:
        """The party lists of this office."""
        return Screener(self.store)

    @cached_property
    def book(self) -> Rulebook:
        """The rulebook applied."""
        return load(self.regime)

    @cached_property
    def calendar(self) -> Calendar:
        """The working days of the office."""
        return calendar(self.jurisdiction)

    def case_rules(self, on: date) -> CaseRules:
        """Periods, grounds and provisions of casework."""
        return CaseRules.of(self.book, self.calendar, on)

    def filing_rules(self, on: date) -> FilingRules:
        """Periods and provisions of filing."""
        return FilingRules.of(self.book, self.calendar, on)

    def licence_rules(self, on: date) -> LicenceRules:
        """Kinds, grounds and limits of licences."""
        return rules_on(self.jurisdiction, on)

    def day(self, at: datetime) -> date:
        """The legal day of an instant in the office's zone."""
        return at.astimezone(ZoneInfo(ZONE)).date()

    def act(
        self,
        sent: Sent,
        scope: str,
        command: object,
        decide: Callable[[], tuple[Outcome, Mapping[str, Any]]],
        lock: tuple[str, ...] = (),
        refused_to: str | None = None,
        ahead: tuple[Needs, Callable[[Order, Licence], Drawn | None]] | None = None,
    ) -> Answer:
        """The write path for one command: ``decide`` answers with the outcome and the facts it rested on.

        Command and facts are kept as a document under the digest that the record carries: the appeal file.
        """

        def decided() -> Decided | Refusal:
            outcome, facts = decide()
            if isinstance(outcome, Refusal):
                return outcome
            name = self.store.keep_document(act_document(command, facts), ACT_MEDIA)
            return replace(outcome, facts=name, rulebook=self.book.digest)

        order = Order(sent.key, scope, sent.actor, sent.at, {"act": type(command).__name__, "command": _said(command)})
        return write(self.store, order, decided, lock, refused_to, (ahead[0], partial(ahead[1], order)) if ahead else None)


def act_document(command: object, facts: Mapping[str, Any]) -> bytes:
    """Command and facts of an act, as its record's digest names them."""
    return canonical({"command": command, "act": type(command).__name__, "facts": facts})


@dataclass(frozen=True, slots=True)
class Said:
    """What the sender said, by digest where it is large: two messages under one key are compared by this."""

    act: str
    said: Mapping[str, object]


def _said(command: object) -> object:
    # Day and instant are when a message arrived, not what it said: a repeat after a second is the same message.
    plain = jsonable(command)
    return {name: value for name, value in plain.items() if name not in ("on", "at")} if isinstance(plain, dict) else plain


Outcome = Decided | Refusal


def drafted(dossier: str, outcome: tuple[Record, ...] | Refusal, **result: object) -> Outcome:
    """The usual outcome: all records to one dossier."""
    return outcome if isinstance(outcome, Refusal) else Decided([(dossier, outcome)], result)
