"""What one can ask of a sealed part: invite, give (or decline), open. No command carries a value, only digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lodemark.application.sealed.model import Question
from lodemark.ledger import Actor


@dataclass(frozen=True, slots=True)
class Invite:
    """Ask another party to answer fields of the file straight to the authority."""

    on: date
    by: Actor
    invitation: str
    to: str
    questions: tuple[Question, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Give:
    """Answer or decline. ``answers``: path -> digest of the disclosure the vault holds; a second answer replaces the first."""

    on: date
    by: Actor
    answers: Mapping[str, str] = field(default_factory=dict)
    declined: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """Read sealed answers for a stated purpose; ``at`` is the instant of the opening (aware UTC)."""

    on: date
    by: Actor
    paths: tuple[str, ...]
    purpose: str
    at: datetime


Command = Invite | Give | Open
