"""The timeline of a dossier: its records in order, each with the receipt that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from lodemark.ledger import read_body
from lodemark_office.store import models


@dataclass(frozen=True, slots=True)
class Moment:
    """One record as a timeline shows it; ``chain`` is the beginning of its chain digest."""

    number: int
    kind: str
    on: date
    at: datetime
    role: str
    chain: str


def timeline(dossier: str) -> list[Moment]:
    """The records of a dossier, in order."""
    rows = models.LedgerRecord.objects.filter(dossier=dossier).order_by("number")
    return [_moment(row) for row in rows]


def _moment(row: models.LedgerRecord) -> Moment:
    by = read_body(row.number, bytes(row.body)).stamp.actor
    role = "system" if by.is_system else by.role
    return Moment(row.number, row.kind, row.on, row.recorded_at, role, bytes(row.chain_digest).hex()[:8])
