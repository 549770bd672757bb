"""Codes of a laboratory: its register kept where only it can file one, and read for a specimen in terms of lots.

The register holds codewords and which lot carries which; it is a document that no address hands out. What an answer says
are lots, and what a code cannot show.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from lodemark import Reason, Refusal
from lodemark.assay import Composition
from lodemark.assay.stored import load_register
from lodemark.assay.tag import Named
from lodemark.case.rights import RIGHTS
from lodemark.ledger import Record
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer, UnknownDossier

MEDIA = "application/vnd.lodemark.codebook+json"


def file_codebook(office: Office, sent: Sent, data: bytes) -> Answer:
    """Keep a laboratory's register. The record carries its digest, the dopants and how many codes and lots it has."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if sent.actor.role not in RIGHTS["file-codebook"]:
            facts = {"role": sent.actor.role, "act": "file-codebook", "roles": list(RIGHTS["file-codebook"])}
            return Refusal((Reason("role-may-not", "house/rights", facts),)), {}
        register = load_register(data)
        dossier = new_dossier(office.store, "codebook", sent.at.year)
        told: dict[str, object] = {
            "document": office.store.keep_document(data, MEDIA),
            "dopants": list(register.book.parts),
            "codes": len(register.book.code),
            "lots": len(register.table),
            "certified": register.book.certificate is not None,
        }
        record = Record("codebook-filed", office.day(sent.at), told)
        return drafted(dossier, (record,), codebook=dossier, cannot_show=["tag-cannot-show"]), {}

    return office.act(sent, f"open/{sent.actor.person}", {"sha256": hashlib.sha256(data).hexdigest()}, decided)


def decoded(office: Office, number: str, comp: Composition, given: Sequence[str] = ()) -> Named:
    """The code of a specimen by one register; ``given`` tests the codes of these lots alone. Raises ``UnknownDossier``."""
    for entry in office.store.entries(f"codebook/{number}"):
        facts: Mapping[str, Any] = entry.record.facts
        return load_register(office.store.document(str(facts["document"])), number).decode(comp, given)
    raise UnknownDossier(dossier=f"codebook/{number}")
