"""随货单: the signed note of one reservation that travels with the goods; issued once, made again byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lodemark.ledger import Entry, digest
from lodemark.licence import Drawdown, IssuedCredential, Licence
from lodemark.licence.commands import Command
from lodemark.licence.credential import Issuance, credential_digest, issued_record, slip_code
from lodemark.licence.paper import Printing, slip_paper
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.papers import Issuer, NotIssued, PapersDiffer
from lodemark_office.acts.store import Answer, UnknownDossier
from lodemark_office.acts.write import Decided


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip as issued: the text of its code, its id (hex), and when it was made."""

    code: str
    slip_id: str
    at: datetime


def issue(office: Office, sent: Sent, dossier: str, drawdown: str, issuer: Issuer) -> Answer:
    """Issue the slip of an open reservation once; it stands in the status list where the licence's papers stand."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        state: Licence = office.store.states(dossier)
        draw = state.drawdowns.get(drawdown)
        if draw is None or draw.state != "reserved":
            raise UnknownDossier(dossier=f"{dossier} {drawdown}")
        if not state.issued:
            raise NotIssued(licence=state.terms.number)
        if _issued(state, drawdown):
            return Decided([]), {}
        made = _make(office, state, draw, issuer, sent.at)
        by = Command(on=office.day(sent.at), by=sent.actor, at=sent.at)
        index = state.issued[0].status_index
        issued = IssuedCredential(credential_digest(made.code), "slip", index, made.slip_id, drawdown)
        return drafted(dossier, (issued_record(by, issued),)), {}

    return office.act(sent, dossier, {"act": "issue-slip", "licence": dossier, "drawdown": drawdown}, decided)


def slip(office: Office, dossier: str, drawdown: str, issuer: Issuer) -> Slip:
    """The slip as issued, made again and compared with the record; raises ``NotIssued``."""
    state: Licence = office.store.states(dossier)
    known, draw = _issued(state, drawdown), state.drawdowns.get(drawdown)
    if known is None or draw is None:
        raise NotIssued(licence=state.terms.number)
    made = _make(office, state, draw, issuer, _entry(office, dossier, drawdown).stamp.recorded_at)
    if credential_digest(made.code) != known.digest:
        raise PapersDiffer(licence=state.terms.number)
    return made


def pdf(office: Office, dossier: str, drawdown: str, issuer: Issuer) -> bytes:
    """The slip as a page of paper."""
    state: Licence = office.store.states(dossier)
    made = slip(office, dossier, drawdown, issuer)
    return slip_paper(state.terms, state.drawdowns[drawdown], made.code, Printing(issuer.name, made.at)).pdf


def _issued(state: Licence, drawdown: str) -> IssuedCredential | None:
    return next((one for one in state.issued if one.form == "slip" and one.drawdown == drawdown), None)


def _entry(office: Office, dossier: str, drawdown: str) -> Entry:
    kept = (entry for entry in office.store.entries(dossier) if entry.record.kind == "credential-issued")
    return next(entry for entry in kept if entry.record.facts.get("drawdown") == drawdown)


def _make(office: Office, state: Licence, draw: Drawdown, issuer: Issuer, at: datetime) -> Slip:
    at = at.replace(microsecond=0)  # tokens and PDF carry whole seconds
    slip_id = office.store.secret(f"slip/{state.terms.number}/{draw.id}")[:16]
    # What was declared for the shipment is its packing list: models, lots and masses of the reservation.
    packing = bytes.fromhex(digest(draw.masses))
    issuance = Issuance(issuer.url, at, issuer.status_uri, state.issued[0].status_index)
    return Slip(slip_code(state.terms, draw, slip_id, packing, issuance, issuer.signer), slip_id.hex(), at)
