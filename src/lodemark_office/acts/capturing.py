"""Events captured: at once, or accepted now and captured by ``jobs``; and whose eyes an event is shown to.

Evidence only; nothing is judged here. The same act serves every door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from lodemark import Reason
from lodemark.custody import CaptureJob, captured_record, job_body
from lodemark.custody.capture import prepare
from lodemark.custody.jobs import accept as accept_job
from lodemark.custody.jobs import prepared, resume, sender
from lodemark.custody.visibility import Viewer, party_names
from lodemark.ledger import Actor
from lodemark_office.acts.office import Office, Outcome, Sent
from lodemark_office.acts.reference import new_dossier
from lodemark_office.acts.store import Answer
from lodemark_office.acts.write import Decided

JOURNAL = "custody/journal"
"""The scope of all captures: one writer of the journal at a time."""


def capture(
    office: Office, sent: Sent, data: bytes, *, media: str | None = None, behaviour: str = "rollback", profile: str = "open"
) -> Answer:
    """Capture one EPCIS document: one record for the document, its events in the journal, what was refused in quarantine."""
    # Before the transaction: reading takes seconds for a large document, and nobody else should wait for it.
    ready = prepare(data, recorded_at=sent.at, media=media, profile=profile)

    def captured() -> CaptureJob:
        return office.store.journal().capture(
            data,
            party=sent.actor.party,
            recorded_at=sent.at,
            media=media,
            behaviour=behaviour,
            profile=profile,
            key=sent.key,
            channel="office",
            ready=ready,
        )

    said = {"sha256": hashlib.sha256(data).hexdigest(), "media": media, "behaviour": behaviour, "profile": profile}
    return _act(office, sent, said, captured)


def accept(
    office: Office, sent: Sent, data: bytes, *, media: str | None = None, behaviour: str = "rollback", profile: str = "open"
) -> CaptureJob:
    """Take a large document in; ``finish`` captures it. Work in progress is a row: the record follows with the events."""
    with office.store.transaction():
        return accept_job(
            office.store.journal(),
            data,
            party=sent.actor.party,
            now=sent.at,
            media=media,
            behaviour=behaviour,
            profile=profile,
            key=sent.key,
            channel="office",
            sender={"person": sent.actor.person, "party": sent.actor.party, "role": sent.actor.role},
        )


def finish(office: Office, job_id: str, at: datetime) -> Answer:
    """Capture an accepted document in the name of who sent it; done twice, it is captured once."""
    sent = Sent(f"capture/{job_id}", Actor(**sender(office.store.journal(), job_id)), at)
    ready = prepared(office.store.journal(), job_id, recorded_at=at)
    return _act(office, sent, {"job": job_id}, lambda: resume(office.store.journal(), job_id, recorded_at=at, ready=ready))


def viewer_of(office: Office, party: str, officer: bool) -> Viewer:
    """Whose eyes a party's are: its own id, and every name that events may call it by."""
    return Viewer(party, officer, party_names(office.store.party_identifiers(party)))


def _act(office: Office, sent: Sent, said: Mapping[str, Any], captured: Callable[[], CaptureJob]) -> Answer:
    def decided() -> tuple[Outcome, Mapping[str, Any]]:
        job = captured()
        body = job_body(job)
        if not job.success:
            return Decided([], body, reasons=_why(job)), {}
        dossier = new_dossier(office.store, "capture", sent.at.year)
        return Decided([(dossier, [captured_record(job, office.day(sent.at))])], {**body, "capture": dossier}), {}

    return office.act(sent, f"open/{sent.actor.person}", said, decided, lock=(JOURNAL,))


def _why(job: CaptureJob) -> tuple[Reason, ...]:
    """Everything that was wrong with the document: that it could not be read at all, or each fault with its place."""
    if job.trouble is not None:
        return (Reason(str(job.trouble["rule"]), None, dict(job.trouble["facts"])),)  # type: ignore[call-overload]
    return tuple(
        Reason(finding.rule, finding.reference, {"pointer": finding.pointer, "value": finding.value, **finding.facts})
        for finding in job.errors
    )
