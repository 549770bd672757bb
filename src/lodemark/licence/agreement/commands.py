"""What the parties, the office and timers may ask of an agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lodemark.ledger import Actor
from lodemark.licence.agreement.model import AgreementTerms
from lodemark.licence.commands import AskedMass, Command, Proceeding
from lodemark.licence.model import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """An officer puts the terms to the parties, after the proceeding of an ordinary case."""

    terms: AgreementTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Command):
    """A party's signatory, or the office's countersigner; with the last signature the agreement is active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause(Command):
    """Stop new batch licences: ``duty`` missed past grace (timer), or a named ``provision`` (officer)."""

    duty: str | None = None
    provision: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume(Command):
    """Take it up again: by the timer as soon as nothing missed is open, by an officer where a provision paused it."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNotice(Command):
    """Announce the end, so that the notice period of the terms begins."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Command):
    """End by the agreement's own terms after notice. Open batch licences run on unless ``licences`` names them."""

    reason: str
    licences: tuple[str, ...] = ()
    proceeding: Proceeding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDuty(Command):
    """An event makes a duty due: a lot, a shipment, a request, a question."""

    code: str
    subject: str
    happened_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteEvidence(Command):
    """Evidence for an instance was accepted; ``evidence`` is its digest or record."""

    code: str
    due_on: date
    evidence: str
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind(Command):
    """Before the due day."""

    code: str
    due_on: date
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warn(Command):
    """After the due day: first the notice, then the final warning."""

    code: str
    due_on: date
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excuse(Command):
    """Excuse an instance: with a reason and a second person."""

    code: str
    due_on: date
    reason: str
    second: Actor
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptProducts(Command):
    """An officer accepts a changed product tree, declared before it ships."""

    products: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnBatch(Command):
    """A batch licence ended: what it left unused goes back to its own period while that is open, else lapses."""

    licence: str
    unused: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RollPeriod(Command):
    """A period is over: its rest lapses, or is carried over where the terms say so."""

    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitSeed(Command):
    """At the start of a period: bind the office to its sampling seed by its digest."""

    period: int
    commitment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealSeed(Command):
    """After the period: publish the seed, so that everyone can recompute the sample."""

    period: int
    seed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskBatch(Command):
    """A shipment-sized licence under the agreement. ``key`` is the holder's own command key (it draws the sample).

    ``line`` is the goods line without caps; they are counted from ``masses`` and, for pieces and values, ``stated``.
    """

    key: str
    licence: str
    number: str
    line: Line
    masses: tuple[AskedMass, ...]
    key_elements: Mapping[str, str]
    check_digest: str
    stated: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screening:
    """A party put against the lists as of a day."""

    lists_on: date
    open_hits: int


@dataclass(frozen=True, slots=True)
class BatchFacts:
    """What automatic issue may look at; ``None`` is *not known*. ``tier`` comes from the holder's ``Standing``.

    ``findings``: grades of open findings about the parties. ``seed``: the sampling seed of the period (secret).
    """

    tier: str | None = None
    standing_on: date | None = None
    standing_digest: str | None = None
    products: str | None = None
    screenings: Mapping[str, Screening] = field(default_factory=dict)
    findings: tuple[str, ...] | None = None
    seed: bytes | None = None
