"""All a case check may look at. The shell fills it; ``None`` means *not gathered* and is never taken as met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lodemark.case.model import Verdict
from lodemark.ledger import digest


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """The application as frozen: ``stage`` is draft, submitted, returned, ``cure_until`` the last day to complete it."""

    id: str
    stage: str
    version: int
    content_digest: str
    received_on: date
    lines: tuple[str, ...]
    cure_until: date | None = None
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True)
class VersionChange:
    """The next version against the present one: JSON pointers that differ, and which key elements are among them."""

    version: int
    content_digest: str
    lines: tuple[str, ...]
    paths: tuple[str, ...]
    key_elements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Screened:
    """The screening of one party today; ``judged`` when a person reviewed what the machine left open."""

    party: str
    outcome: Literal["HIT", "REVIEW", "CLEAR", "UNKNOWN"]
    judged: bool = False

    @property
    def settled(self) -> bool:
        """No result is not "no hit": UNKNOWN never settles, REVIEW and HIT only by a person's judgement."""
        return self.outcome == "CLEAR" or (self.judged and self.outcome != "UNKNOWN")


@dataclass(frozen=True, slots=True)
class Document:
    """A filed document and its scan state; ``accepted`` when an officer took it unscanned with a reason."""

    digest: str
    scan: Literal["received", "clean", "infected", "rejected"]
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One rule put to one line (``line`` empty: to the whole case), with the modality of its text."""

    code: str
    line: str
    verdict: Verdict
    provision: str
    modality: Literal["must", "in_principle", "generally", "may"] = "must"


@dataclass(frozen=True, slots=True)
class Demand:
    """A consultation that a provision demands; the shell made its id."""

    consultation: str
    department: str
    fields: tuple[str, ...]
    question: str
    reply_by: date
    provision: str


@dataclass(frozen=True, slots=True)
class Lists:
    """The control and watch lists in use, and whether all are fresh enough today."""

    digest: str
    current: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Who is logged in, and when the second factor was last shown."""

    person: str
    factor_at: datetime | None


@dataclass(frozen=True, slots=True)
class AppealView:
    """What an appeal against this case's decision means for it; seen only by those who may."""

    appeal: str
    ended: bool
    outcome: str = ""
    another_officer: bool = False
    only_procedure: bool = False


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything the shell gathered in one snapshot. ``askable``: rule id -> paths that rule needs; ``audiences``:
    path -> departments that may see it; ``conflicts``: persons who declared a conflict of interest in this file."""

    application: ApplicationView | None = None
    change: VersionChange | None = None
    screening: tuple[Screened, ...] | None = None
    documents: tuple[Document, ...] | None = None
    checks: tuple[Check, ...] | None = None
    lists: Lists | None = None
    rulebook: str = ""
    conflicts: tuple[str, ...] | None = None
    askable: Mapping[str, tuple[str, ...]] | None = None
    audiences: Mapping[str, tuple[str, ...]] | None = None
    demands: tuple[Demand, ...] = ()
    session: Session | None = None
    appeals: tuple[AppealView, ...] | None = None


def basis(facts: CaseFacts, content_digest: str) -> Mapping[str, str]:
    """One digest per part a decision rests on, so that a change can be named and not only noticed."""
    return {
        "version": content_digest,
        "checks": digest(facts.checks),
        "screening": digest(facts.screening),
        "documents": digest(facts.documents),
        "lists": digest(facts.lists),
        "rulebook": facts.rulebook,
    }
