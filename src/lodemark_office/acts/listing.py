"""Loading a party list: kept as it came, held when it is damaged or much smaller than the one before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lodemark import Reason, Refusal
from lodemark.ledger import Record
from lodemark.parties import hold_reasons, load, policy
from lodemark_office.acts.office import Office, Outcome, Sent, drafted
from lodemark_office.acts.store import Answer

LOADERS = ("officer", "analyst")


def load_list(
    office: Office, sent: Sent, list_id: str, profile: str, published: date, data: bytes, accepted: str = ""
) -> Answer:
    """Load a version; what would hold it is a refusal unless ``accepted`` gives an officer's reason to use it all the same."""

    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        version = load(data, list_id=list_id, profile=profile, published=published)
        dossier = f"list/{list_id}"
        before = [entry.record for entry in office.store.entries(dossier) if entry.record.kind == "list-loaded"]
        old = None
        if before:
            last = before[-1].facts
            old = load(
                office.store.document(str(last["document"])),
                list_id=list_id,
                profile=str(last["profile"]),
                published=date.fromisoformat(str(last["published"])),
            )
        reasons = [] if accepted else list(hold_reasons(version, old, policy()))
        if sent.actor.role not in LOADERS:
            facts = {"role": sent.actor.role, "act": "load-list", "roles": list(LOADERS)}
            reasons.append(Reason("role-may-not", "house/rights", facts))
        if reasons:
            return Refusal(tuple(reasons)), {}
        facts = {
            "list_id": list_id,
            "profile": profile,
            "published": published.isoformat(),
            "document": office.store.keep_document(data, "text/csv"),
            "listings": len(version.listings),
            "refused": len(version.refused),
            "accepted": accepted,
        }
        return drafted(dossier, (Record("list-loaded", office.day(sent.at), facts),)), {}

    said = {"list": list_id, "published": published, "profile": profile, "bytes": len(data), "accepted": accepted}
    return office.act(sent, f"list/{list_id}", said, decided)
