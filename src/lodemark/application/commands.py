"""What one can ask of an application: submit, return for completion, withdraw. Plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lodemark.application.model import Application
from lodemark.application.state import Deficiency
from lodemark.ledger import Actor


@dataclass(frozen=True, slots=True)
class Contest:
    """An item the applicant holds to be wrong, with the reason; it is then weighed by a person instead of being cured."""

    rule_id: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Submit:
    """File a version, or file it again after a return. ``on_paper``: handed in as papers, which are received whatever they lack."""

    on: date
    by: Actor
    application: Application
    declaration_signed: bool
    contested: tuple[Contest, ...] = ()
    on_paper: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """Return for completion (补正): everything that is missing, told once, each item with its rule and its cure."""

    on: date
    by: Actor
    items: tuple[Deficiency, ...]


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Take the application back; nothing is deleted."""

    on: date
    by: Actor
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AcceptUnscanned:
    """Take a document that no scanner has seen, for a reason: where there is no scanner, a person looks and answers for it."""

    on: date
    by: Actor
    document: str
    reason: str


Command = Submit | Return | Withdraw | AcceptUnscanned
