"""What officer, holder and countersigner may do in a proceeding that is to end a licence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lodemark.ledger import Actor
from lodemark.licence.proceeding.model import Act, EndingTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Common to all: the legal day and who acts."""

    on: date
    by: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Open(Command):
    """Begin: for an adverse act this serves the notice of intent, with its reason and the day by which to answer."""

    proceeding: str
    licence: str
    act: Act
    ground: str
    reason: str
    terms: EndingTerms
    answer_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Command):
    """陈述申辩: the holder's explanation."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive(Command):
    """The holder will not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Command):
    """Put the act before another person; ``response`` answers what the holder said."""

    response: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign(Command):
    """复核: another person signs what was shown (``digest``); the act is carried out with this signature."""

    digest: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack(Command):
    """The second person does not sign, and says why."""

    comment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop(Command):
    """The office does not go on, and says why."""

    reason: str
