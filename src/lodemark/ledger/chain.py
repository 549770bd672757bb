"""The chain inside one dossier: content hashed apart from its place, so the database can give the place in one statement.

``body_digest = SHA-256(body)``; ``chain_0 = SHA-256("lodemark/dossier/1\\n" + dossier)``;
``chain_n = SHA-256("lodemark/chain/1\\n" + dossier + "\\n" + be64(n) + chain_(n-1) + body_digest)``, ``n`` from 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lodemark.ledger.model import ChainedRecord
from lodemark.trouble import Disagreement


def start(dossier: str) -> bytes:
    """The digest before the first record of a dossier."""
    return hashlib.sha256(b"lodemark/dossier/1\n" + dossier.encode()).digest()


def chain(dossier: str, number: int, prev: bytes, body_digest: bytes) -> bytes:
    """The chain digest of record ``number`` (from 1), 32 bytes."""
    head = b"lodemark/chain/1\n" + dossier.encode() + b"\n" + number.to_bytes(8, "big")
    return hashlib.sha256(head + prev + body_digest).digest()


def chain_records(dossier: str, bodies: Iterable[bytes], number: int = 0, prev: bytes | None = None) -> list[ChainedRecord]:
    """Chain bodies after record ``number`` whose chain digest is ``prev``."""
    head = start(dossier) if prev is None else prev
    chained = []
    for place, body in enumerate(bodies, start=number + 1):
        body_digest = hashlib.sha256(body).digest()
        link = chain(dossier, place, head, body_digest)
        chained.append(ChainedRecord(place, body, body_digest, head, link))
        head = link
    return chained


@dataclass(frozen=True, slots=True)
class DossierReport:
    """The outcome of a verification: every break, not only the first. ``head`` is the recomputed chain digest."""

    dossier: str
    count: int
    head: bytes
    breaks: tuple[Disagreement, ...]

    @property
    def intact(self) -> bool:
        """Whether each digest follows from the bytes before it."""
        return not self.breaks


def verify_dossier(dossier: str, records: Sequence[ChainedRecord]) -> DossierReport:
    """Recompute every digest of a dossier from its bytes; a break is named by record number and field."""
    breaks: list[Disagreement] = []
    head = start(dossier)
    for place, record in enumerate(records, start=1):
        body_digest = hashlib.sha256(record.body).digest()
        link = chain(dossier, place, head, body_digest)
        expected = {"number": place, "body_digest": body_digest, "prev_digest": head, "chain_digest": link}
        for field, value in expected.items():
            if getattr(record, field) != value:
                breaks.append(Disagreement("chain-broken", dossier, {"dossier": dossier, "number": place, "field": field}))
        # Go on from the stored digest: one edit is then one break, not a break in every later record.
        head = record.chain_digest
    return DossierReport(dossier, len(records), head, tuple(breaks))
