"""The nouns of an agreement 长期配额与用途透明协议: quota for promises kept.

Quota accounts are kept like a licence's lines: period number and commodity name an ``Account``, a batch licence is a
transfer from ``available`` to ``posted/<licence>``, so quota = left + licences + lapsed in every period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final, Literal

from lodemark.licence.model import Account
from lodemark.measure import allocate

DutyState = Literal["upcoming", "due", "met", "met_late", "missed", "cured", "excused"]
Schedule = Literal["monthly", "quarterly", "yearly", "on-event"]
AgreementState = Literal["proposed", "active", "paused", "ended"]

TIERS: Final = ("unproven", "known", "reliable", "transparent")
"""Standing from lowest to highest; a tier changes what is asked and sampled, never what is allowed."""

DUTIES: Final[Mapping[str, frozenset[Schedule]]] = {
    "use-report": frozenset({"monthly", "quarterly"}),
    "epcis-feed": frozenset({"monthly"}),
    "assay": frozenset({"on-event"}),
    "stock-taking": frozenset({"quarterly", "yearly"}),
    "site-visit": frozenset({"on-event"}),
    "product-tree": frozenset({"yearly", "on-event"}),
    "arrival": frozenset({"on-event"}),
    "installation": frozenset({"on-event"}),
    "compliance-programme": frozenset({"yearly"}),
    "answer": frozenset({"on-event"}),
}
"""Each duty with the schedules it may have; ``on-event``: one instance per lot, shipment, request or question."""


@dataclass(frozen=True, slots=True)
class Period:
    """One quota period ``[begins, ends)``; ``no`` is its number in the accounts, from 1."""

    no: int
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Quota:
    """How much of a commodity (usually ``reo:*``) a period holds."""

    period: int
    commodity: str
    amount: int


@dataclass(frozen=True, slots=True)
class Duty:
    """A promise: due ``days`` after its period ends or its event happens; missed ``grace_days`` after that.

    ``effect`` ``pause``: missing it stops new batch licences; ``note``: it only counts for standing.
    """

    code: str
    schedule: Schedule
    days: int
    grace_days: int
    effect: Literal["pause", "note"] = "pause"


@dataclass(frozen=True, slots=True)
class DutyInstance:
    """One occasion of a duty. ``subject`` names the lot, shipment or question where the schedule is ``on-event``."""

    code: str
    due_on: date
    subject: str = ""
    reminded_on: date | None = None
    warned_on: tuple[date, ...] = ()
    evidence: str | None = None
    evidence_on: date | None = None
    excused_by: str | None = None


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """What one batch licence may be: kind, days of validity, caps it states, size of one ask, how many stay open."""

    kind: str
    valid_days: int
    commodities: tuple[str, ...]
    most_per_ask: Mapping[str, int]
    most_open: int
    hold_sampled: bool = False


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """What was proposed and signed. ``parties`` maps each party to its signatory role; ``products`` is a tree digest."""

    id: str
    parties: tuple[str, ...]
    holder: str
    regime: str
    vehicle: str
    control_list_entries: tuple[str, ...]
    products: str
    end_users: tuple[str, ...]
    destinations: tuple[str, ...]
    periods: tuple[Period, ...]
    quota: tuple[Quota, ...]
    duties: tuple[Duty, ...]
    tier: str
    batch: BatchTerms
    sampling: Mapping[str, Fraction]
    criteria: tuple[str, ...]
    decision: str
    notice_days: int
    carry_over: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch licence issued under the agreement, and what it took from which period."""

    licence: str
    period: int
    amounts: Mapping[str, int]
    on: date
    sampled: bool
    open: bool = True


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement as its dossier stands. ``pause`` is the ground while paused: a duty's code or a provision."""

    terms: AgreementTerms
    state: AgreementState
    products: str
    signatures: Mapping[str, str] = field(default_factory=dict)
    accounts: Mapping[tuple[int, str], Account] = field(default_factory=dict)
    duties: tuple[DutyInstance, ...] = ()
    batches: Mapping[str, Batch] = field(default_factory=dict)
    pause: str | None = None
    notice_on: date | None = None
    commitments: Mapping[int, str] = field(default_factory=dict)
    seeds: Mapping[int, str] = field(default_factory=dict)
    rolled: frozenset[int] = frozenset()

    def account(self, period: int, commodity: str) -> Account:
        """The quota account of a period; an empty one where there is no quota."""
        return self.accounts.get((period, commodity), Account())

    def duty(self, code: str) -> Duty:
        """The terms of a duty."""
        return next(duty for duty in self.terms.duties if duty.code == code)


def period_on(terms: AgreementTerms, on: date) -> Period | None:
    """The period a day lies in."""
    return next((period for period in terms.periods if period.begins <= on < period.ends), None)


def split_quota(amount: int, weights: Mapping[str, int]) -> Mapping[str, int]:
    """Several suppliers share one quota: their parts by weight, summing to the whole (``measure.allocate``)."""
    parties = sorted(weights)
    return dict(zip(parties, allocate(amount, [weights[party] for party in parties]), strict=True))
