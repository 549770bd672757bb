"""What is said of the material: assays recorded, inspections filed. Evidence only; nothing is judged here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from lodemark import Reason, Refusal, assay
from lodemark.custody import canonical
from lodemark.ledger import Record, jsonable
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer

INSPECTORS = ("inspector",)
LABORATORY = ("laboratory", "inspector")
CERTIFICATES = "certificates.csv"


def record_assay(office: Office, sent: Sent, data: bytes, name: str, certificates: bytes = b"") -> Answer:
    """Record a laboratory's file: every row read, every line that was not, the checks that did not hold.

    ``certificates`` are the certified values of its reference materials; a batch that reads them wrongly is set aside.
    """

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if sent.actor.role not in LABORATORY:
            return Refusal((Reason("role-may-not", "house/rights", _role(sent, "record-assay", LABORATORY)),)), {}
        reading = assay.read_assays(data, name)
        checked = assay.check(reading.rows, assay.read_certified(certificates, CERTIFICATES) if certificates else ())
        rows = [_row(row) for row in checked.rows if row.lot_id and row.value is not None and row.flag == "ok"]
        dossier = new_dossier(office.store, "assay", sent.at.year)
        facts = {
            "document": office.store.keep_document(data, "text/csv"),
            "name": name,
            "certificates": office.store.keep_document(certificates, "text/csv") if certificates else None,
            "rows": rows,
            "rejected": len(reading.rejected),
            "disagreements": [{"code": one.code, "subject": one.subject} for one in checked.found],
            "cannot_show": {stage: [one.code for one in assay.limits(stage)] for stage in {row.stage for row in checked.rows}},
        }
        return drafted(dossier, (Record("assay-recorded", office.day(sent.at), facts),), assay=dossier, **facts), {}

    said = {"sha256": hashlib.sha256(data).hexdigest(), "name": name}
    if certificates:
        said["certificates"] = hashlib.sha256(certificates).hexdigest()
    return office.act(sent, f"open/{sent.actor.person}", said, decided)


def _row(row: assay.AssayRow) -> Mapping[str, object]:
    return {
        "lot": canonical(str(row.lot_id)),
        "analyte": row.analyte,
        "value": repr(row.value),
        "u": None if row.u is None else repr(row.u),
        "lab": row.lab,
        "sample": row.specimen_id,
        "reported": row.reported_text,
    }


def inspect(office: Office, sent: Sent, thing: str, found_use: str, found_user: str, text: str) -> Answer:
    """File an inspection: which thing was seen, in whose hands, in which use, as the report says."""
    facts = {"thing": canonical(thing), "found_use": found_use, "found_user": found_user, "text": text}

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        if sent.actor.role not in INSPECTORS:
            return Refusal((Reason("role-may-not", "house/rights", _role(sent, "inspect", INSPECTORS)),)), {}
        dossier = new_dossier(office.store, "inspection", sent.at.year)
        return drafted(dossier, (Record("inspection-filed", office.day(sent.at), facts),), inspection=dossier), {}

    return office.act(sent, f"open/{sent.actor.person}", facts, decided)


def _role(sent: Sent, act: str, roles: tuple[str, ...]) -> Mapping[str, object]:
    plain = jsonable({"role": sent.actor.role, "act": act, "roles": roles})
    assert isinstance(plain, dict)
    return plain
